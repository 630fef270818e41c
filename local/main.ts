import { fileURLToPath } from "node:url";
import { writeDotenv } from "./environment.ts";
import { HELP, type Options, parseOptions, UsageError } from "./options.ts";
import { type Stack, startStack } from "./stack.ts";
import { StartError } from "./start_error.ts";

if (import.meta.main) {
  try {
    const options = parseOptions(Deno.args);
    if (options.help) console.log(HELP);
    else await run(options);
  } catch (error) {
    if (!(error instanceof StartError || error instanceof UsageError)) throw error;
    console.error(`start: ${error.message}`);
    Deno.exit(error instanceof UsageError ? 2 : 1);
  }
}

/** Starts the local Supabase and keeps it running until Ctrl-C. */
async function run(options: Options): Promise<void> {
  const started = performance.now();
  const root = options.root ?? fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");
  const stateDir = options.state ?? `${root}/.local`;
  const interrupted = untilSignal();
  const stack = await startStack({
    root,
    stateDir,
    port: options.port,
    memory: options.memory,
    seed: options.seed,
    reset: options.reset,
    databaseUrl: Deno.env.get("DATABASE_URL"),
    log: (line) => console.log(line),
  });
  const { SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY, SUPABASE_SECRET_KEY, API_SECRET_KEY } =
    stack.environment;
  await writeDotenv(`${stateDir}/env`, {
    SUPABASE_URL,
    SUPABASE_PUBLISHABLE_KEY,
    SUPABASE_SECRET_KEY,
    API_SECRET_KEY,
  });
  console.log(welcome(stack, options, stateDir, performance.now() - started));
  await interrupted;
  console.log("Stopping…");
  await stack.stop();
  Deno.exit(0);
}

function welcome(stack: Stack, options: Options, stateDir: string, milliseconds: number): string {
  const { environment, url, applied } = stack;
  const database = Deno.env.get("DATABASE_URL")
    ? "the server of DATABASE_URL"
    : options.memory
    ? "PGlite in memory, gone when this stops"
    : `PGlite in ${stateDir}/db`;
  const logins = options.seed
    ? `
  Demo logins       demo@livinglytics.test   demo123
                    pilot@livinglytics.test  pilot123
                    admin@livinglytics.test  admin123
`
    : "";
  return `
Living Lytics is ready after ${(milliseconds / 1000).toFixed(1)} s.

  Base URL          ${url}
  API docs          ${url}/docs
  Database          ${database}
  Migrations        ${
    applied.migrations.length ? `${applied.migrations.length} applied` : "up to date"
  }${applied.seeds.length ? `, seeded from ${applied.seeds.join(", ")}` : ""}
  Publishable key   ${environment.SUPABASE_PUBLISHABLE_KEY}
  Secret key        ${environment.SUPABASE_SECRET_KEY}
  Service bearer    ${environment.API_SECRET_KEY}
${logins}
Try it:

  curl -H 'Authorization: Bearer ${environment.API_SECRET_KEY}' '${url}/functions/v1/dashboard/tiles?email=demo@livinglytics.test'

These values are in ${stateDir}/env too. Ctrl-C stops.`;
}

/** Resolves on Ctrl-C or a polite kill; one that comes while starting is kept until there is something to stop. */
function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    Deno.addSignalListener("SIGINT", resolve);
    // Windows knows no SIGTERM.
    if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", resolve);
  });
}
