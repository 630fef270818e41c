import { fileURLToPath } from "node:url";
import { surviveLostConnections } from "./lost_connections.ts";
import { writeDotenv } from "./environment.ts";
import { HELP, type Options, parseOptions, UsageError } from "./options.ts";
import { startProgress } from "./progress.ts";
import { reasonsNotReady } from "./readiness.ts";
import { type Stack, startStack } from "./stack.ts";
import { StartError } from "./start_error.ts";
import { endWhenStuck } from "./watchdog.ts";

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
  surviveLostConnections(console.error);
  const interrupted = untilSignal();
  const progress = startProgress();
  const stack = await startStack({
    root,
    stateDir,
    port: options.port,
    memory: options.memory,
    seed: options.seed,
    reset: options.reset,
    databaseUrl: Deno.env.get("DATABASE_URL"),
    buildDashboard: true,
    log: (line) => console.log(line),
    tell: progress.tell,
  }).finally(progress.end);
  const { SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY, SUPABASE_SECRET_KEY, API_SECRET_KEY } =
    stack.environment;
  const folder = envFolder(stack, stateDir);
  await Deno.mkdir(folder, { recursive: true });
  await writeDotenv(`${folder}/env`, {
    SUPABASE_URL,
    SUPABASE_PUBLISHABLE_KEY,
    SUPABASE_SECRET_KEY,
    API_SECRET_KEY,
  });
  if (!Deno.env.get("DATABASE_URL")) endWhenStuck();
  const reasons = await reasonsNotReady(stack.url);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`\n${headline(reasons, seconds)}\n${welcome(stack, options, stateDir)}`);
  await interrupted;
  console.log("Stopping…");
  await stack.stop();
  // Nobody asks for a port that was free by chance again.
  if (options.port === 0) await Deno.remove(folder, { recursive: true });
  Deno.exit(0);
}

/** One for each port, so that two that run at once do not take each other's; that of config.toml has no folder of its own. */
function envFolder({ port, configuredPort }: Stack, stateDir: string): string {
  return port === configuredPort ? stateDir : `${stateDir}/${port}`;
}

function headline(reasons: string[], seconds: string): string {
  if (reasons.length === 0) return `Living Lytics is ready after ${seconds} s.`;
  return `Living Lytics runs after ${seconds} s, but is not ready: ${reasons.join("; ")}.
Put that right in the environment or in supabase/functions/.env, and start again.`;
}

function welcome(stack: Stack, options: Options, stateDir: string): string {
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
  Dashboard         ${url}
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

These values are in ${envFolder(stack, stateDir)}/env too. Ctrl-C stops.`;
}

/** Resolves on Ctrl-C or a polite kill; one that comes while starting is kept until there is something to stop. */
function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    Deno.addSignalListener("SIGINT", resolve);
    // Windows knows no SIGTERM.
    if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", resolve);
  });
}
