import { openPostgres } from "../local/database.ts";
import { generateTypes, typesFile } from "./database_types.ts";
import { withMigratedDatabase } from "./migrated_database.ts";
import { supabaseCli } from "./supabase_cli.ts";

/**
 * Holds the migrations to Supabase's own checks on a freshly migrated PostgreSQL: the linter and the advisors find nothing at
 * warning level, and the generated types are the committed ones.
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

async function report(what: string, args: string[]): Promise<string[]> {
  const { code, stdout, stderr } = await supabaseCli(args);
  console.log(`supabase ${what}: ${code === 0 ? "nothing at warning level" : "failed"}`);
  if (code === 0) return [];
  console.error(stdout + stderr);
  return [what];
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
