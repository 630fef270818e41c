import { fileURLToPath } from "node:url";
import { run } from "./hosted_deno.ts";

/** How often each module is imported; the least time counts, because only other work adds to it. */
const rounds = 5;

/** Milliseconds that the import of a function takes in a process of its own, from its sources and from its bundle. */
export interface ImportTime {
  name: string;
  sources: number;
  bundle: number;
}

/**
 * Imports every function from sources and from its bundle by turns, on one Deno whose cache has all packages after the first round.
 * `sources` and `bundles` are folders that have the functions' folders in them.
 */
export async function importTimes(
  { deno, names, sources, bundles }: {
    deno: string;
    names: string[];
    sources: string;
    bundles: string;
  },
): Promise<ImportTime[]> {
  const times: ImportTime[] = [];
  for (const name of names) {
    const time = { name, sources: Infinity, bundle: Infinity };
    for (let round = 0; round < rounds; round++) {
      time.sources = Math.min(
        time.sources,
        await importOnce(deno, ["--config", "deno.json"], `${sources}/${name}/index.ts`, sources),
      );
      time.bundle = Math.min(
        time.bundle,
        await importOnce(deno, ["--no-config"], `${bundles}/${name}/index.js`, bundles),
      );
    }
    times.push(time);
  }
  return times;
}

async function importOnce(
  deno: string,
  flags: string[],
  path: string,
  cwd: string,
): Promise<number> {
  const timer = fileURLToPath(new URL("import_timer.ts", import.meta.url));
  return Number(await run(deno, ["run", "-A", "--quiet", "--no-lock", ...flags, timer, path], cwd));
}
