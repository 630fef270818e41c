import { pathToFileURL } from "node:url";
import type { Config } from "./config.ts";

/** Work that functions go on with after their answers. */
export interface BackgroundWork {
  /** Resolves when none is left. */
  done(): Promise<void>;
}

/** An Edge Function: what its index.ts exports by default. */
interface EdgeFunction {
  fetch(request: Request): Response | Promise<Response>;
}

export type FunctionHandler = (request: Request) => Promise<Response>;

/**
 * The enabled functions of config.toml by name. Each is imported on its first request (by then the
 * environment it reads is set), or by `warm`. One that cannot be loaded answers 503 as the hosted runtime does.
 */
export function edgeFunctions(root: string, config: Config, log: (line: string) => void) {
  const loaded = new Map<string, Promise<EdgeFunction>>();
  const load = (name: string, entrypoint: string): Promise<EdgeFunction> => {
    const promise = loaded.get(name) ?? importFunction(root, entrypoint);
    loaded.set(name, promise);
    return promise;
  };
  const entrypoints = Object.entries(config.functions)
    .filter(([, settings]) => settings.enabled)
    .map(([name, { entrypoint }]) => [name, entrypoint ?? `./functions/${name}/index.ts`] as const);

  const handlers = new Map<string, FunctionHandler>(
    entrypoints.map(([name, entrypoint]) => [name, async (request) => {
      let edgeFunction: EdgeFunction;
      try {
        edgeFunction = await load(name, entrypoint);
      } catch (error) {
        log(`Function ${name} failed to boot: ${error instanceof Error ? error.stack : error}`);
        const body = { code: "BOOT_ERROR", message: "Worker failed to boot (please check logs)" };
        return Response.json(body, { status: 503 });
      }
      return await edgeFunction.fetch(request);
    }]),
  );
  const background = standInForBackground();
  const warm = async (): Promise<void> => {
    await Promise.allSettled(entrypoints.map(([name, entrypoint]) => load(name, entrypoint)));
  };
  return { handlers, warm, background };
}

async function importFunction(root: string, entrypoint: string): Promise<EdgeFunction> {
  const module: unknown = await import(pathToFileURL(`${root}/supabase/${entrypoint}`).href);
  const exported: unknown = Reflect.get(Object(module), "default");
  if (!isEdgeFunction(exported)) {
    throw new Error(`${entrypoint} has no default export with a fetch function`);
  }
  return exported;
}

function isEdgeFunction(value: unknown): value is EdgeFunction {
  return typeof value === "object" && value !== null && "fetch" in value &&
    typeof value.fetch === "function";
}

/** Takes `EdgeRuntime.waitUntil`, as the hosted runtime does, so that a stop can wait for what was begun. */
function standInForBackground(): BackgroundWork {
  const running = new Set<Promise<unknown>>();
  Reflect.set(globalThis, "EdgeRuntime", {
    waitUntil: (work: Promise<unknown>) => {
      // Whoever hands work over has seen to what goes wrong with it.
      const ended = work.then(() => {}, () => {}).finally(() => running.delete(ended));
      running.add(ended);
    },
  });
  return {
    done: async () => {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
