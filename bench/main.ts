import { fileURLToPath } from "node:url";
import { startStack } from "../local/stack.ts";
import { startPostgres } from "../tools/postgres_server.ts";
import { aiReads } from "./ai_reads.ts";
import { ingest } from "./ingest.ts";
import { dora } from "./dora.ts";
import type { Bench, Figure } from "./figure.ts";
import { keepFigures } from "./results.ts";
import { largeBatches } from "./large_batches.ts";
import { missingPrograms } from "./processes.ts";
import { funnel } from "./funnel.ts";
import { rateLimit } from "./rate_limit.ts";
import { copy } from "./copy.ts";
import { singleEvents } from "./single_events.ts";
import { reads } from "./reads.ts";
import { syncRepository } from "./sync.ts";
import { sessions } from "./sessions.ts";
import { tiles } from "./tiles.ts";
import { trackMillion } from "./track.ts";

const benches: Record<string, Bench> = {
  ingest,
  tiles,
  rate_limit: rateLimit,
  copy,
  large_batches: largeBatches,
  single_events: singleEvents,
  track: trackMillion,
  year_of_events: async (machine) => [...await reads(machine), ...await funnel(machine)],
  sync: syncRepository,
  dora,
  sessions,
  ai_reads: aiReads,
};

/** What can be measured, in the order it is. */
export const benchNames = Object.keys(benches);

/**
 * Runs the benchmarks, each on a PostgreSQL server started for it, and keeps the figures in bench/RESULTS.md. Every figure is a
 * ratio of two things measured in turn in this run, because machines differ and drift; absolute numbers only explain it.
 *
 *   deno task bench            everything
 *   deno task bench ingest     one of them
 */
if (import.meta.main) {
  Deno.exit(await main(Deno.args));
}

async function main(names: string[]): Promise<number> {
  const chosen = Object.entries(benches).filter(([name]) =>
    names.length === 0 || names.includes(name)
  );
  if (chosen.length === 0) {
    console.error(`bench: no such benchmark; there are ${benchNames.join(", ")}`);
    return 2;
  }
  const missing = chosen.some(([name]) => name === "single_events") ? await missingPrograms() : [];
  if (missing.length > 0) {
    console.error(
      `bench: not all it compares with is installed: apt-get install ${missing.join(" ")}`,
    );
    return 1;
  }
  const [only, ...more] = chosen;
  if (only && more.length === 0) {
    await run(...only);
    return 0;
  }
  for (const [name] of chosen) {
    const { success } = await ownProcess(name);
    if (!success) return 1;
  }
  return 0;
}

/** In a process of its own, because the functions know one database for as long as their process lives. */
function ownProcess(name: string): Promise<Deno.CommandStatus> {
  const lock = `--lock=${fileURLToPath(new URL("../tests/deno.lock", import.meta.url))}`;
  const args = ["run", "-A", lock, fileURLToPath(import.meta.url), name];
  return new Deno.Command(Deno.execPath(), { args, stdin: "null" }).spawn().status;
}

async function run(name: string, bench: Bench): Promise<void> {
  const silenced = silenceRequestLog();
  silenced.say(`${name} …`);
  const figures = await onNewServer(bench);
  for (const { name, ratio, detail } of figures) silenced.say(`  ${name}: ${ratio} (${detail})`);
  await keepFigures(name, figures);
}

/** Each benchmark has a server of its own, or what one leaves to be vacuumed would be in the next one's figures. */
async function onNewServer(bench: Bench): Promise<Figure[]> {
  const server = await startPostgres({ durable: true });
  try {
    const stack = await startStack({
      port: 0,
      databaseUrl: server.url,
      reset: true,
      seed: false,
      scheduler: false,
      log: () => {},
    });
    try {
      return await bench({ stack, databaseUrl: server.url });
    } finally {
      await stack.stop();
    }
  } finally {
    await server.stop();
  }
}

/** The functions log a line a request; a benchmark must not measure the terminal. */
function silenceRequestLog(): { say(line: string): void } {
  const say = console.log.bind(console);
  console.log = () => {};
  return { say };
}
