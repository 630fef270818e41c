import { fileURLToPath } from "node:url";
import { isDeepStrictEqual, parseEnv } from "node:util";
import { openPostgres } from "../local/database.ts";
import { filledIn } from "./lib/secrets_file.ts";
import { fillDatabase } from "./lib/prepared_database.ts";
import { startPostgres } from "./postgres_server.ts";
import { generateTypes, typesFile } from "./database_types.ts";
import { withMigratedDatabase } from "./migrated_database.ts";
import { supabaseCli } from "./supabase_cli.ts";

const template = new URL("../supabase/functions/.env.example", import.meta.url);

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
  where: Parameters<typeof supabaseCli>[1] = {},
): Promise<string[]> {
  const { code, stdout, stderr } = await supabaseCli(args, where);
  console.log(`supabase ${what}: ${code === 0 ? "nothing to complain about" : "failed"}`);
  if (code === 0) return [];
  console.error(stdout + stderr);
  return [what];
}

/** The lines of docs/deploy.md and docs/operations.md, with the variables where `deno task secrets` writes them. */
async function push(): Promise<string[]> {
  const functions_url = "https://example.test/functions/v1";
  const variables = filledIn(await Deno.readTextFile(template), { FUNCTIONS_URL: functions_url });
  const wanted = { digest_cron_secret: parseEnv(variables)["DIGEST_CRON_SECRET"], functions_url };
  await using server = await startPostgres();
  await fillDatabase(server.url, async () => {});
  const cwd = await Deno.makeTempDir({ prefix: "db-push-" });
  try {
    await Deno.symlink(fileURLToPath(new URL("../supabase", import.meta.url)), `${cwd}/supabase`);
    await Deno.writeTextFile(`${cwd}/.env.production`, variables);
    const db = (...args: string[]) =>
      report(`db ${args.join(" ")}`, ["db", ...args, `--remote=${server.url}`], {
        cwd,
        env: { SUPABASE_ENV: "production" },
      });
    const failed = await db("push", "--dry-run");
    const before = await vaultOf(server.url);
    failed.push(...await db("push", "--yes"));
    const after = await vaultOf(server.url);
    if (isDeepStrictEqual([before, after], [{}, wanted])) return failed;
    const names = (secrets: object) => Object.keys(secrets).join(", ") || "nothing";
    console.error(`supabase db push: Vault has ${names(before)} before and ${names(after)} after`);
    return [...failed, "db push"];
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
}

async function vaultOf(url: string): Promise<Record<string, string>> {
  const { database } = await openPostgres(url);
  try {
    const secrets = await database.query<{ name: string; decrypted_secret: string }>(
      "select name, decrypted_secret from vault.decrypted_secrets order by name",
    );
    return Object.fromEntries(secrets.map((one) => [one.name, one.decrypted_secret]));
  } finally {
    await database.close();
  }
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
