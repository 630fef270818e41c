import { openPostgres } from "../local/database.ts";
import { fillDatabase } from "./lib/prepared_database.ts";
import { startPostgres } from "./postgres_server.ts";
import { generateTypes, typesFile } from "./database_types.ts";
import { withMigratedDatabase } from "./migrated_database.ts";
import { supabaseCli } from "./supabase_cli.ts";

/**
 * Holds the migrations to Supabase's own checks on a freshly migrated PostgreSQL: the linter and the advisors find nothing at
 * warning level, and the generated types are the committed ones. `db push` then does what it does on a new project: it applies the
 * migrations and writes what config.toml says into Vault.
 */
if (import.meta.main) {
  const failures = await withMigratedDatabase(async (url) => [
    ...await lint(url),
    ...await report("db advisors", [
      "db",
      "advisors",
      `--remote=${url}`,
      "--level",
      "warn",
      "--fail-on",
      "warn",
    ]),
    ...await compareTypes(url),
  ]);
  failures.push(...await push());
  Deno.exit(failures.length === 0 ? 0 : 1);
}

/** The CLI steps down to `postgres`, whom hosted Supabase lets create the extension that it lints with. */
async function lint(url: string): Promise<string[]> {
  const { database } = await openPostgres(url);
  await database.exec("create extension plpgsql_check with schema extensions");
  await database.close();
  return await report("db lint", [
    "db",
    "lint",
    `--remote=${url}`,
    "--level",
    "warning",
    "--fail-on",
    "warning",
  ]);
}

async function report(
  what: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<string[]> {
  const { code, stdout, stderr } = await supabaseCli(args, { env });
  console.log(`supabase ${what}: ${code === 0 ? "nothing to complain about" : "failed"}`);
  if (code === 0) return [];
  console.error(stdout + stderr);
  return [what];
}

async function push(): Promise<string[]> {
  const wanted = {
    digest_cron_secret: "a secret",
    functions_url: "https://example.test/functions/v1",
  };
  await using server = await startPostgres();
  await fillDatabase(server.url, async () => {});
  const failed = await report("db push", ["db", "push", `--remote=${server.url}`, "--yes"], {
    DIGEST_CRON_SECRET: wanted.digest_cron_secret,
    FUNCTIONS_URL: wanted.functions_url,
  });
  const { database } = await openPostgres(server.url);
  const secrets = await database.query<{ name: string; decrypted_secret: string }>(
    "select name, decrypted_secret from vault.decrypted_secrets order by name",
  );
  await database.close();
  const written = Object.fromEntries(
    secrets.map(({ name, decrypted_secret }) => [name, decrypted_secret]),
  );
  if (JSON.stringify(written) === JSON.stringify(wanted)) return failed;
  console.error(`supabase db push: Vault has ${Object.keys(written).join(", ") || "nothing"}`);
  return [...failed, "db push"];
}

async function compareTypes(url: string): Promise<string[]> {
  const same = await generateTypes(url) === await Deno.readTextFile(typesFile);
  console.log(
    `supabase gen types: ${
      same ? "no drift" : "database.types.ts has drifted, run `deno task types`"
    }`,
  );
  return same ? [] : ["gen types"];
}
