import { causeOf, log } from "../_shared/http/log.ts";

/** How long an answer takes at least that must not tell by its time what happened, in milliseconds; more than the work takes. */
const plausible = 500;

/** Starts a clock; waiting for it ends when an answer that started now may leave. */
export function startClock(): () => Promise<void> {
  const due = performance.now() + plausible;
  return () => new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
}

/**
 * Goes on with work after the answer has left. The hosted runtime keeps an isolate alive for what `EdgeRuntime.waitUntil` was
 * given; elsewhere the process outlives the request anyway.
 */
export function inBackground(event: string, work: () => Promise<void>): void {
  const done = work().catch((error: unknown) => {
    log("warn", event, { cause: causeOf(error) });
  });
  const runtime: unknown = Reflect.get(globalThis, "EdgeRuntime");
  if (isEdgeRuntime(runtime)) runtime.waitUntil(done);
}

interface EdgeRuntime {
  waitUntil(work: Promise<unknown>): void;
}

function isEdgeRuntime(value: unknown): value is EdgeRuntime {
  return typeof value === "object" && value !== null && "waitUntil" in value &&
    typeof value.waitUntil === "function";
}
