import { becomeOwner } from "./bootstrap.ts";
import type { Database } from "./database.ts";
import { StartError } from "./start_error.ts";
import { piecesOf } from "./statements.ts";

/** Takes how far it is, as in `Migration 3 of 67` and `Demo data, 40 %`. */
export type Tell = (progress: string) => void;

/** Characters of a migration that run between two words about it. */
const PIECE = 40_000;

const HISTORY = `
create schema if not exists supabase_migrations authorization supabase_admin;
create table if not exists supabase_migrations.schema_migrations (
  version text not null primary key,
  statements text[],
  name text
);
create table if not exists supabase_migrations.seed_files (path text not null primary key, hash text not null);
grant usage on schema supabase_migrations to postgres;
grant all on all tables in schema supabase_migrations to postgres;
`;

/**
 * Applies the files of supabase/migrations that the database has not seen, in order, each in a transaction of
 * its own and as the role that owns the database on hosted Supabase, and records them where the Supabase CLI does.
 * Answers their names.
 * Throws {@link StartError} when one fails, and when the database has had migrations that there are no files of.
 */
export async function migrate(
  database: Database,
  root: string,
  tell: Tell = () => {},
): Promise<string[]> {
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
  const due = migrations.filter(({ version }) => !applied.has(version));
  for (const [index, { file, version, name }] of due.entries()) {
    const path = `supabase/migrations/${file}`;
    const what = `Migration ${index + 1} of ${due.length}`;
    await runScript(database, { root, path, pieceSize: PIECE, what, tell }, (sql) => ({
      sql: `insert into supabase_migrations.schema_migrations (version, name, statements)
        values ($1, $2, array[$3])`,
      params: [version, name, sql],
    }));
    names.push(file);
  }
  return names;
}

/** Runs the seed files that this database has not had yet. Answers their paths. */
export async function seed(
  database: Database,
  root: string,
  paths: string[],
  tell: Tell = () => {},
): Promise<string[]> {
  const rows = await database.query<{ path: string }>(
    "select path from supabase_migrations.seed_files",
  );
  const seeded = new Set(rows.map((row) => row.path));
  const done: string[] = [];
  for (const relative of paths) {
    const path = `supabase/${relative.replace(/^\.\//, "")}`;
    if (seeded.has(path) || !await exists(`${root}/${path}`)) continue;
    // Statement by statement: a short one may fill many tables.
    const script = { root, path, pieceSize: 1, what: "Demo data", tell };
    await runScript(database, script, async (sql) => ({
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

interface Script {
  root: string;
  path: string;
  /** How many characters run between two words about it. */
  pieceSize: number;
  what: string;
  tell: Tell;
}

async function runScript(
  database: Database,
  { root, path, pieceSize, what, tell }: Script,
  record: (sql: string) => Statement | Promise<Statement>,
): Promise<void> {
  const sql = await Deno.readTextFile(`${root}/${path}`);
  const pieces = piecesOf(sql, pieceSize);
  let running = pieces[0];
  try {
    await database.transaction(async (session) => {
      await becomeOwner(session);
      for (const piece of pieces) {
        running = piece;
        const percent = Math.floor(100 * piece.start / sql.length);
        tell(pieces.length > 1 ? `${what}, ${percent} %` : what);
        await session.exec(piece.sql);
      }
      // A script may have set these for its own session; on PGlite it is everyone's session.
      await session.exec('reset role; set search_path = "$user", public, extensions');
      const { sql: statement, params } = await record(sql);
      await session.query(statement, params);
    });
  } catch (error) {
    throw new StartError(`${path}${lineOf(error, sql, running?.start ?? 0)}: ${messageOf(error)}`);
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

/** `:LINE` of a syntax or name error, whose position PostgreSQL counts in characters from 1, of what began at `start`. */
function lineOf(error: unknown, sql: string, start: number): string {
  const position = error instanceof Error ? Number(Reflect.get(error, "position")) : NaN;
  if (!(position > 0)) return "";
  const before = sql.slice(0, start) + [...sql.slice(start)].slice(0, position - 1).join("");
  return `:${before.split("\n").length}`;
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
