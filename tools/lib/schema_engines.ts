import { pgDump } from "@electric-sql/pglite-tools/pg_dump";
import { type Database, openPglite } from "../../local/database.ts";
import { startPostgres } from "../postgres_server.ts";
import { describeRest, dumpArguments, dumpLines } from "./database_description.ts";
import { fillDatabase, prepare } from "./prepared_database.ts";

/** All there is to say about the schema of a database, line by line, and the version of PostgreSQL that says it. */
export interface Description {
  version: string;
  lines: string[];
}

/** Describes a new database that `fill` has worked on. */
export type SchemaEngine = (fill: (database: Database) => Promise<unknown>) => Promise<Description>;

/** The server that is installed, with the real pg_cron: one for each database, because pg_cron works in one of a server's. */
export const onServer: SchemaEngine = async (fill) => {
  await using server = await startPostgres();
  const [version, rest] = await fillDatabase(server.url, async (database) => {
    await fill(database);
    return [await versionOf(database), await describeRest(database)] as const;
  });
  return { version, lines: [...dumpLines(await server.dump(dumpArguments)), ...rest] };
};

/** PGlite, which is PostgreSQL 17. */
export const onPglite: SchemaEngine = async (fill) => {
  const open = await openPglite(undefined);
  try {
    await prepare(open);
    await fill(open.database);
    const version = await versionOf(open.database);
    const rest = await describeRest(open.database);
    const dump = await pgDump({ pg: open.connection.driver, args: dumpArguments });
    return { version, lines: [...dumpLines(await dump.text()), ...rest] };
  } finally {
    await open.database.close();
  }
};

async function versionOf(database: Database): Promise<string> {
  const [row] = await database.query<{ server_version: string }>("show server_version");
  return row?.server_version ?? "";
}
