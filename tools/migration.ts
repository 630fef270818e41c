import { migrate } from "../local/migrations.ts";
import {
  checksumFaults,
  type Checksums,
  migrationChecksums,
  parseChecksums,
  writeChecksums,
} from "./lib/checksums.ts";
import { difference } from "./lib/difference.ts";
import { draftOf, unseenRows } from "./lib/migration_draft.ts";
import { describeRest, dumpArguments, dumpLines } from "./lib/database_description.ts";
import { declareSchema, fillDatabase } from "./lib/prepared_database.ts";
import { projectRoot, schemaScript } from "./lib/schemas.ts";
import { NoPostgres, type PostgresServer, startPostgres } from "./postgres_server.ts";
import { supabaseCli } from "./supabase_cli.ts";

const usage =
  `deno task migration NAME          writes what carries the migrations' database to supabase/schemas, as a draft
deno task migration --checksums   lists the migrations that are not committed yet again, once they have been edited`;

/** A reason that whoever asked can act on. */
class Refused extends Error {
  override name = "Refused";
}

/** Drafts the next migration, or lists an edited draft's checksum again. */
if (import.meta.main) {
  const [word = "", ...rest] = Deno.args;
  try {
    if (rest.length === 0 && word === "--checksums") await listAgain();
    else if (rest.length === 0 && /^[a-z][a-z0-9_]*$/.test(word)) await draft(word);
    else throw new Refused(usage);
  } catch (error) {
    if (!(error instanceof Refused || error instanceof NoPostgres)) throw error;
    console.error(error.message);
    Deno.exit(1);
  }
}

async function draft(name: string): Promise<void> {
  await using before = await startPostgres();
  await using after = await startPostgres();
  const script = await schemaScript();
  const [migrated, declared] = await Promise.all([
    fillDatabase(before.url, async (database) => {
      await migrate(database, projectRoot);
      return await describeRest(database);
    }),
    fillDatabase(after.url, async (database) => {
      await declareSchema(database, script);
      return await describeRest(database);
    }),
  ]);
  const all = async (server: PostgresServer, rest: string[]) => [
    ...dumpLines(await server.dump(dumpArguments)),
    ...rest,
  ];
  if (await difference(await all(before, migrated), await all(after, declared)) === "") {
    throw new Refused("Migrations and schemas make the same database: there is nothing to carry");
  }
  const { code, stdout, stderr } = await supabaseCli([
    "db",
    "diff",
    "--use-pg-delta",
    "--from",
    before.url,
    "--to",
    after.url,
  ]);
  if (code !== 0) throw new Error(`supabase db diff: ${stdout}${stderr}`);
  const version = nextVersion(await migrationChecksums());
  const file = `${version}_${name}.sql`;
  await Deno.writeTextFile(
    `${projectRoot}/supabase/migrations/${file}`,
    draftOf(stdout, unseenRows(migrated, declared)),
  );
  await nameNewest(version);
  await writeChecksums(await migrationChecksums());
  console.log(
    `Wrote supabase/migrations/${file}: read it and say on top why it exists. Once edited: ` +
      "deno task migration --checksums, deno task check:schema, deno task types",
  );
}

/** Lists all migrations, unless one has been edited that the last commit has. */
async function listAgain(): Promise<void> {
  const found = await migrationChecksums();
  const faults = checksumFaults(await committedChecksums(), found)
    .filter((fault) => !fault.includes(" is not in "));
  if (faults.length > 0) throw new Refused(faults.join("\n"));
  await writeChecksums(found);
}

async function committedChecksums(): Promise<Checksums> {
  const { success, stdout, stderr } = await new Deno.Command("git", {
    args: ["show", "HEAD:supabase/migrations/checksums"],
    cwd: projectRoot,
  }).output();
  if (!success) throw new Refused(new TextDecoder().decode(stderr));
  return parseChecksums(new TextDecoder().decode(stdout));
}

/** The time as YYYYMMDDHHMMSS, as the Supabase CLI names migrations, and in any case after the newest. */
function nextVersion(found: Checksums): string {
  const now = new Date().toISOString().replaceAll(/\D/g, "").slice(0, 14);
  const newest = [...found.keys()].sort().at(-1)?.split("_")[0] ?? "";
  return now > newest ? now : String(Number(newest) + 1);
}

/** Readiness waits for the newest migration. */
async function nameNewest(version: string): Promise<void> {
  const path = `${projectRoot}/supabase/functions/health/newest_migration.ts`;
  const text = await Deno.readTextFile(path);
  await Deno.writeTextFile(path, text.replace(/"\d+"/, `"${version}"`));
}
