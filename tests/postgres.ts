import { fileURLToPath } from "node:url";
import { NoPostgres, startPostgres } from "../tools/postgres_server.ts";

/** All that talk to a database, on Debian's server; on npm's, what the version of PostgreSQL decides. */
const chosen = {
  debian: ["tests/api/", "tests/sql/", "tests/integration/"],
  npm: ["tests/sql/", "tests/integration/roles_"],
};

/**
 * Runs the tests that talk to a database against a PostgreSQL server started for them: Debian's with the real pg_cron, or with `--npm`
 * first the major version that config.toml names. Its migrations run as `postgres`, who is no superuser.
 */
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
  const from = args[0] === "--npm" ? "npm" : "debian";
  const rest = from === "npm" ? args.slice(1) : args;
  const server = await startPostgres({ from });
  console.log(`PostgreSQL ${server.version} at ${server.url}`);
  const words = rest.length > 0 ? rest : chosen[from];
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
