import { causeOf, log } from "./log.ts";

/**
 * Work that goes on after the response is sent. The hosted runtime ends an isolate when it has answered, unless it is told
 * to wait; elsewhere the process lives on. What fails is logged: there is nobody left to tell.
 */
export function inBackground(what: string, work: Promise<unknown>): void {
  const logged = work.catch((error: unknown) => {
    log("error", "background_failed", { what, cause: causeOf(error) });
  });
  runtime.EdgeRuntime?.waitUntil(logged);
}

const runtime: typeof globalThis & {
  EdgeRuntime?: { waitUntil(work: Promise<unknown>): void };
} = globalThis;
