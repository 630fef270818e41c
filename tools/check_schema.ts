import { migrate } from "../local/migrations.ts";
import { NoPostgres } from "./postgres_server.ts";
import { difference } from "./lib/difference.ts";
import { declareSchema } from "./lib/prepared_database.ts";
import { onPglite, onServer } from "./lib/schema_engines.ts";
import { projectRoot, schemaScript } from "./lib/schemas.ts";

/**
 * Proves that the migrations make the database that the files of supabase/schemas say: one database from each, on every
 * PostgreSQL there is, and no difference in dump, jobs and rows.
 */
if (import.meta.main) {
  try {
    Deno.exit(await main());
  } catch (error) {
    if (!(error instanceof NoPostgres)) throw error;
    console.error(`check:schema: ${error.message}`);
    Deno.exit(1);
  }
}

async function main(): Promise<number> {
  const script = await schemaScript();
  let failed = false;
  for (const describe of [onServer, onPglite]) {
    const [migrated, declared] = await Promise.all([
      describe((database) => migrate(database, projectRoot)),
      describe((database) => declareSchema(database, script)),
    ]);
    const different = await difference(migrated.lines, declared.lines);
    const where = `PostgreSQL ${declared.version}`;
    if (different === "") {
      console.log(`${where}: migrations and schemas make the same database`);
      continue;
    }
    failed = true;
    console.error(
      `${where}: what migrations make (-) is not what schemas say (+):\n${beginning(different)}`,
    );
  }
  if (failed) console.error("`deno task migration NAME` writes the difference as a draft");
  return failed ? 1 : 0;
}

/** As much as somebody reads. */
function beginning(text: string): string {
  const lines = text.split("\n");
  const most = 200;
  return lines.length <= most
    ? text
    : [...lines.slice(0, most), `… and ${lines.length - most} lines more`].join("\n");
}
