import type { Database } from "./database.ts";
import { StartError } from "./start_error.ts";

const HISTORY = `
create schema if not exists supabase_migrations authorization supabase_admin;
create table if not exists supabase_migrations.schema_migrations (
  version text not null primary key,
  statements text[],
  name text
);
create table if not exists supabase_migrations.seed_files (path text not null primary key, hash text not null);
`;

/**
 * Applies the files of supabase/migrations that the database has not seen, in order, each in a transaction of
 * its own, and records them where the Supabase CLI does. Answers their names.
 * Throws {@link StartError} when one fails, and when the database has had migrations that there are no files of.
 */
export async function migrate(database: Database, root: string): Promise<string[]> {
  await database.exec(HISTORY);
  const rows = await database.query<{ version: string }>(
    "select version from supabase_migrations.schema_migrations",
  );
  const applied = new Set(rows.map((row) => row.version));
  const migrations = await listMigrations(root);
  const unknown = [...applied].filter((version) =>
    !migrations.some((one) => one.version === version)
  );
  if (unknown.length > 0) {
    throw new StartError(
      `This database has had migrations that are not in supabase/migrations (${
        unknown.sort().at(-1)
      } for one); ` +
        "--reset starts a new one",
    );
  }
  const names: string[] = [];
  for (const { file, version, name } of migrations) {
    if (applied.has(version)) continue;
    const path = `supabase/migrations/${file}`;
    await runScript(database, root, path, (sql) => ({
      sql: `insert into supabase_migrations.schema_migrations (version, name, statements)
        values ($1, $2, array[$3])`,
      params: [version, name, sql],
    }));
    names.push(file);
  }
  return names;
}

/** Runs the seed files that this database has not had yet. Answers their paths. */
export async function seed(database: Database, root: string, paths: string[]): Promise<string[]> {
  const rows = await database.query<{ path: string }>(
    "select path from supabase_migrations.seed_files",
  );
  const seeded = new Set(rows.map((row) => row.path));
  const done: string[] = [];
  for (const relative of paths) {
    const path = `supabase/${relative.replace(/^\.\//, "")}`;
    if (seeded.has(path) || !await exists(`${root}/${path}`)) continue;
    await runScript(database, root, path, async (sql) => ({
      sql: "insert into supabase_migrations.seed_files (path, hash) values ($1, $2)",
      params: [path, await sha256(sql)],
    }));
    done.push(path);
  }
  return done;
}

interface Statement {
  sql: string;
  params: unknown[];
}

async function runScript(
  database: Database,
  root: string,
  path: string,
  record: (sql: string) => Statement | Promise<Statement>,
): Promise<void> {
  const sql = await Deno.readTextFile(`${root}/${path}`);
  try {
    await database.transaction(async (session) => {
      await session.exec(sql);
      // A script may have set these for its own session; on PGlite it is everyone's session.
      await session.exec('reset role; set search_path = "$user", public, extensions');
      const { sql: statement, params } = await record(sql);
      await session.query(statement, params);
    });
  } catch (error) {
    throw new StartError(`${path}${lineOf(error, sql)}: ${messageOf(error)}`);
  }
}

async function listMigrations(root: string) {
  const migrations: { file: string; version: string; name: string }[] = [];
  try {
    for await (const { name: file } of Deno.readDir(`${root}/supabase/migrations`)) {
      const match = /^(\d+)_(.*)\.sql$/.exec(file);
      if (match) migrations.push({ file, version: match[1] ?? "", name: match[2] ?? "" });
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return migrations.sort((a, b) => a.file < b.file ? -1 : 1);
}

/** `:LINE` of a syntax or name error, whose position PostgreSQL counts in characters from 1. */
function lineOf(error: unknown, sql: string): string {
  const position = error instanceof Error ? Number(Reflect.get(error, "position")) : NaN;
  if (!(position > 0)) return "";
  return `:${[...sql].slice(0, position - 1).filter((char) => char === "\n").length + 1}`;
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const detail: unknown = Reflect.get(error, "detail");
  const where: unknown = Reflect.get(error, "where");
  const parts = [error.message, detail, where].filter((part) => typeof part === "string" && part);
  return parts.map((part) => String(part).replaceAll(/\s*\n\s*/g, " ")).join(" — ");
}

async function exists(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex();
}
