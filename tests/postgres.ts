import { fileURLToPath } from "node:url";
import { NoPostgres, startPostgres } from "../tools/postgres_server.ts";

/** Runs the tests that talk to a database against a PostgreSQL server with the real pg_cron, started for them. */
if (import.meta.main) {
  try {
    Deno.exit(await main(Deno.args));
  } catch (error) {
    if (!(error instanceof NoPostgres)) throw error;
    console.error(`test:postgres: ${error.message}`);
    Deno.exit(1);
  }
}

async function main(args: string[]): Promise<number> {
  const server = await startPostgres();
  console.log(`PostgreSQL ${server.version} at ${server.url}`);
  const words = args.length > 0 ? args : ["tests/api/", "tests/sql/", "tests/integration/"];
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", fileURLToPath(new URL("run.ts", import.meta.url)), ...words],
    env: { DATABASE_URL: server.url },
    stdin: "null",
  }).spawn();
  // Ctrl-C reaches the tests too; the server stops when they have.
  const wait = () => {};
  Deno.addSignalListener("SIGINT", wait);
  const terminate = () => child.kill("SIGTERM");
  Deno.addSignalListener("SIGTERM", terminate);
  try {
    return (await child.status).code;
  } finally {
    await server.stop();
  }
}
