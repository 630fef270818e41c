import { parseArgs } from "node:util";
import { fileURLToPath } from "node:url";
import { keepFigures } from "../bench/results.ts";
import { readTally } from "../tests/helpers/soak/tally.ts";

const usage = `deno task soak [--minutes N]

Holds the system under load while things break, on PostgreSQL servers started for it, and keeps in bench/RESULTS.md what it
took: N minutes (10 unless told) of kills, restarts, crashes and full disks under load, digests with kills, ten thousand
fuzzed requests and calls across tenants.`;

/** The tests that soak; others of the suite beside them, with more fuzzing and more pairs of tenants than usual. */
const words = ["tests/soak/"];
const beside = ["fuzz_alone", "api/matrix", "data_api", "orgs_tenants"];
const fuzzRounds = 60;
const tenantRounds = 9;

if (import.meta.main) {
  Deno.exit(await main(Deno.args));
}

async function main(args: string[]): Promise<number> {
  const minutes = minutesOf(args);
  if (minutes === undefined) {
    console.error(usage);
    return 2;
  }
  const file = await Deno.makeTempFile({ prefix: "soak-" });
  try {
    const env = {
      SOAK_MINUTES: String(minutes),
      SOAK_TALLY: file,
      FUZZ_SEED: String(Math.floor(Math.random() * 1e9)),
      FUZZ_ROUNDS: String(fuzzRounds),
      TENANT_ROUNDS: String(tenantRounds),
    };
    for (const chosen of [words, beside]) {
      const code = await runTests(chosen, env);
      if (code !== 0) return code;
    }
    await keepReport(await readTally(file), minutes);
    return 0;
  } finally {
    await Deno.remove(file);
  }
}

function minutesOf(args: string[]): number | undefined {
  try {
    const { values } = parseArgs({ args, options: { minutes: { type: "string", default: "10" } } });
    const minutes = Number(values.minutes);
    return minutes > 0 ? minutes : undefined;
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

async function runTests(words: string[], env: Record<string, string>): Promise<number> {
  const tests = fileURLToPath(new URL("../tests/postgres.ts", import.meta.url));
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", tests, ...words],
    env,
    stdin: "null",
  }).spawn();
  return (await child.status).code;
}

async function keepReport(sums: Map<string, number>, minutes: number): Promise<void> {
  const count = (what: string) => (sums.get(what) ?? 0).toLocaleString("en-US");
  await keepFigures("soak", [
    {
      name: "of what was acknowledged under load is there once",
      ratio: "all",
      detail:
        `${count("metrics")} metrics, ${count("events")} events, ${count("calls")} AI calls ` +
        `in ${minutes} min with ${count("kills")} kills of the functions, ${
          count("restarts")
        } of the data API, ` +
        `${count("crashes")} crashes of the database and ${count("full_disks")} full disks; ${
          count("retries")
        } requests were sent again`,
    },
    {
      name: "people who got one digest, of all",
      ratio: "all",
      detail: `${count("mails")} mails, the function killed ${
        count("kills of digest runs")
      } times in the middle of them`,
    },
    {
      name: "fuzzed requests that were answered 5xx",
      ratio: "none",
      detail: `${count("fuzzed requests")} requests`,
    },
    {
      name: "calls across tenants that showed or changed anything",
      ratio: "none",
      detail: `${count("data API calls across tenants")} of the data API, ${
        count("route calls across tenants")
      } of routes`,
    },
  ]);
}
