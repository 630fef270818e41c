import { cpus, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { startStack } from "../local/stack.ts";
import { startPostgres } from "../tools/postgres_server.ts";
import { aiReads } from "./ai_reads.ts";
import { ingest } from "./ingest.ts";
import { dora } from "./dora.ts";
import type { Bench, Figure } from "./figure.ts";
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

/**
 * Runs the benchmarks on a PostgreSQL server started for them and keeps the figures in bench/RESULTS.md. Every figure is a
 * ratio of two things measured in turn in this run, because machines differ and drift; absolute numbers only explain it.
 *
 *   deno task bench            everything
 *   deno task bench ingest     one of them
 */
if (import.meta.main) {
  Deno.exit(await main(Deno.args));
}

async function main(names: string[]): Promise<number> {
  const benches: Record<string, Bench> = {
    ingest,
    tiles,
    rate_limit: rateLimit,
    copy,
    large_batches: largeBatches,
    single_events: singleEvents,
    track: trackMillion,
    funnel,
    reads,
    ai_reads: aiReads,
    dora,
    sync: syncRepository,
    sessions,
  };
  const chosen = Object.entries(benches).filter(([name]) =>
    names.length === 0 || names.includes(name)
  );
  if (chosen.length === 0) {
    console.error(`bench: no such benchmark; there are ${Object.keys(benches).join(", ")}`);
    return 2;
  }
  const missing = chosen.some(([name]) => name === "single_events") ? await missingPrograms() : [];
  if (missing.length > 0) {
    console.error(
      `bench: not all it compares with is installed: apt-get install ${missing.join(" ")}`,
    );
    return 1;
  }
  const figures = await measure(chosen);
  if (names.length === 0) await keep(figures);
  return 0;
}

async function measure(chosen: [string, Bench][]): Promise<Figure[]> {
  const server = await startPostgres({ durable: true });
  const silenced = silenceRequestLog();
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
      const figures: Figure[] = [];
      for (const [name, bench] of chosen) {
        silenced.say(`${name} …`);
        for (const figure of await bench({ stack, databaseUrl: server.url })) {
          silenced.say(`  ${figure.name}: ${figure.ratio} (${figure.detail})`);
          figures.push(figure);
        }
      }
      return figures;
    } finally {
      await stack.stop();
    }
  } finally {
    await server.stop();
  }
}

async function keep(figures: Figure[]): Promise<void> {
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? "unknown CPU"}, ${
    Math.round(totalmem() / 2 ** 30)
  } GiB, ${Deno.build.os}, Deno ${Deno.version.deno}, PostgreSQL 15`;
  const rows = figures.map(({ name, ratio, detail }) => `| ${name} | ${ratio} | ${detail} |`);
  await Deno.writeTextFile(
    fileURLToPath(new URL("RESULTS.md", import.meta.url)),
    `# Results\n\n${machine}. Written by \`deno task bench\`; every figure is a ratio taken in one run.\n\n` +
      `| figure | ratio | what was measured |\n| --- | --- | --- |\n${rows.join("\n")}\n`,
  );
}

/** The functions log a line a request; a benchmark must not measure the terminal. */
function silenceRequestLog(): { say(line: string): void } {
  const say = console.log.bind(console);
  console.log = () => {};
  return { say };
}
