import type { Connection } from "@supabase/lite";
import type { PGliteOptions } from "@electric-sql/pglite";
import { citext } from "@electric-sql/pglite/contrib/citext";
import { pg_trgm } from "@electric-sql/pglite/contrib/pg_trgm";
import { uuid_ossp } from "@electric-sql/pglite/contrib/uuid_ossp";
import { pgtap } from "@electric-sql/pglite/pgtap";
import { createPgliteConnection, type PgliteConnection } from "@supabase/lite/pglite";
import { createPostgresConnection, type PostgresConnection } from "@supabase/lite/postgres";
import { pgliteStandIns } from "./extensions/bundle.ts";
import { mendReserved } from "./reserved.ts";
import { StartError } from "./start_error.ts";

export type Row = Record<string, unknown>;

/** SQL inside one session: parameters are `$1`…, numbers and json come back parsed, times as ISO 8601. */
export interface Session {
  query<T = Row>(sql: string, params?: unknown[]): Promise<T[]>;
  /** Runs a script of any number of statements and answers the rows of each. */
  exec(sql: string): Promise<Row[][]>;
}

/** The one database of the local Supabase, PGlite or a real PostgreSQL server. */
export interface Database extends Session {
  /**
   * Commits what `work` did, or rolls all of it back when it throws. PGlite has one session, so `work` must use
   * nothing but the session it is given: a request to this Supabase in there would wait for ever.
   */
  transaction<T>(work: (session: Session) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** A database together with what @supabase/lite needs of it. */
export interface OpenDatabase {
  database: Database;
  connection: Connection;
  /**
   * Runs `work` with the database to itself where requests would otherwise share one session. PGlite has a
   * single session and @supabase/lite opens its transactions with a bare BEGIN, so two requests at once would
   * run inside each other's transaction, with each other's role. On a server every request has its own session.
   */
  exclusive<T>(work: () => Promise<T>): Promise<T>;
}

export interface OpenPglite extends OpenDatabase {
  connection: PgliteConnection;
}

/** As on hosted Supabase, so that unqualified names in migrations mean the same. */
const SEARCH_PATH = '"$user", public, extensions';

/** Opens PGlite in `folder`, or in memory when it is undefined. */
export async function openPglite(folder: string | undefined): Promise<OpenPglite> {
  const bundles = await Deno.makeTempDir({ prefix: "local-supabase-extensions-" });
  let connection: PgliteConnection;
  try {
    const extensions: PGliteOptions["extensions"] = {
      ...await pgliteStandIns(bundles),
      citext,
      pg_trgm,
      pgtap,
      uuid_ossp,
    };
    connection = await keepExitCode(async () => {
      const opened = await createPgliteConnection({
        url: folder,
        pgliteOptions: {
          extensions,
          parsers: { 1114: isoTime, 1184: isoTime, 1700: Number },
        },
      });
      await opened.driver.waitReady;
      return opened;
    });
  } catch (error) {
    throw new StartError(
      `Cannot open the database in ${folder ?? "memory"} (${
        reason(error)
      }); --reset starts a new one`,
    );
  } finally {
    await Deno.remove(bundles, { recursive: true });
  }
  const { driver } = connection;
  await driver.exec(`set search_path = ${SEARCH_PATH}; set timezone = 'UTC'`);

  const lock = new Lock();
  const session: Session = {
    query: async <T>(sql: string, params: unknown[] = []) =>
      (await driver.query<T>(sql, params)).rows,
    exec: async (sql) => (await driver.exec(sql)).map((result) => result.rows),
  };
  const database: Database = {
    query: (sql, params) => lock.run(() => session.query(sql, params)),
    exec: (sql) =>
      lock.run(async () => {
        try {
          return await session.exec(sql);
        } catch (error) {
          // A script that opened a transaction and failed must not leave everyone inside it.
          await driver.exec("rollback");
          throw error;
        }
      }),
    transaction: (work) =>
      lock.run(async () => {
        await driver.exec("begin");
        try {
          const result = await work(session);
          await driver.exec("commit");
          return result;
        } catch (error) {
          await driver.exec("rollback");
          throw error;
        }
      }),
    close: () => lock.run(() => connection.close()),
  };
  return { database, connection, exclusive: (work) => lock.run(work) };
}

/** Connects to a PostgreSQL server. Throws {@link StartError} when it cannot be reached or lacks rights. */
export async function openPostgres(url: string): Promise<OpenDatabase> {
  checkUrl(url);
  const connection = createPostgresConnection({
    url,
    postgresOptions: {
      connect_timeout: 5,
      connection: { search_path: SEARCH_PATH, TimeZone: "UTC" },
      onnotice: () => {},
      types: {
        // @supabase/lite 0.10.0 hands over json that is already text; its own serializer would encode it twice.
        json: { to: 114, from: [114], serialize: jsonText, parse: JSON.parse },
        jsonb: { to: 3802, from: [3802], serialize: jsonText, parse: JSON.parse },
        numeric: { to: 1700, from: [1700], serialize: String, parse: Number },
        timestamp: { to: 1114, from: [1114], serialize: String, parse: isoTime },
        timestamptz: { to: 1184, from: [1184], serialize: String, parse: isoTime },
      },
    },
  });
  const { driver } = connection;
  await checkServer(connection, url);
  mendReserved(driver);

  const sessionOf = (sql: Pick<typeof driver, "unsafe">): Session => ({
    query: async <T>(text: string, params: unknown[] = []) =>
      // postgres.js knows only its own parameter types; the server checks the values.
      [...await sql.unsafe(text, params as never[])] as T[],
    exec: async (text) => {
      const results: unknown = await sql.unsafe(text).simple();
      // One statement answers its rows, several answer a list of rows.
      const lists = Array.isArray(results) && Array.isArray(results[0]) ? results : [results];
      return lists.map((rows) => [...rows]);
    },
  });
  const database: Database = {
    query: (sql, params) => sessionOf(driver).query(sql, params),
    exec: async (sql) => {
      const reserved = await driver.reserve();
      try {
        return await sessionOf(reserved).exec(sql);
      } catch (error) {
        await reserved.unsafe("rollback");
        throw error;
      } finally {
        reserved.release();
      }
    },
    transaction: async <T>(work: (session: Session) => Promise<T>) => {
      const reserved = await driver.reserve();
      try {
        await reserved.unsafe("begin");
        const result = await work(sessionOf(reserved));
        await reserved.unsafe("commit");
        return result;
      } catch (error) {
        await reserved.unsafe("rollback");
        throw error;
      } finally {
        reserved.release();
      }
    },
    close: () => driver.end({ timeout: 5 }),
  };
  return { database, connection, exclusive: (work) => work() };
}

const EXPECTED = "expected postgres://user:password@host:5432/database";

/** Throws {@link StartError} without a word of the URL itself: it may hold a password. */
function checkUrl(url: string): void {
  if (!URL.canParse(url)) throw new StartError(`DATABASE_URL is not a URL; ${EXPECTED}`);
  const { protocol } = new URL(url);
  if (["postgres:", "postgresql:"].includes(protocol)) return;
  throw new StartError(
    `DATABASE_URL is no PostgreSQL URL: it begins with ${protocol}; ${EXPECTED}`,
  );
}

/** `host:port/database` of a connection string: what may be shown, without user and password. */
export function describeUrl(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host || "localhost"}${pathname}`;
}

/** Whether a connection string leads to this very machine. */
export function isThisMachine(url: string): boolean {
  return ["", "localhost", "127.0.0.1", "[::1]"].includes(new URL(url).hostname);
}

async function checkServer({ driver }: PostgresConnection, url: string): Promise<void> {
  const where = describeUrl(url);
  try {
    const [server] = await driver<{ is_superuser: boolean; is_supabase: boolean }[]>`
      select rolsuper as is_superuser,
        exists (select from pg_roles where rolname = 'supabase_auth_admin') as is_supabase
      from pg_roles where rolname = current_user`;
    if (server?.is_supabase) {
      throw new StartError(
        `The database at ${where} already is a Supabase; DATABASE_URL must be a plain PostgreSQL server`,
      );
    }
    if (!server?.is_superuser) {
      throw new StartError(
        `The user of DATABASE_URL must be a superuser of ${where}: roles and extensions are created`,
      );
    }
  } catch (error) {
    await driver.end({ timeout: 1 });
    if (error instanceof StartError) throw error;
    throw new StartError(`Cannot reach the database at ${where}: ${reason(error)}`);
  }
}

function reason(error: unknown): string {
  // A refused connection on several addresses is an AggregateError whose own message is empty.
  const first = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error ? first.message : String(first);
}

/**
 * A timestamp as PostgreSQL writes it into json, which is how PostgREST answers it:
 * `2026-01-01 08:00:00+00` becomes `2026-01-01T08:00:00+00:00`.
 */
function isoTime(text: string): string {
  return text.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00");
}

function jsonText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** PGlite leaves exit codes of its inner process, 99 or 100, in ours, where they would turn success to failure. */
async function keepExitCode<T>(work: () => Promise<T>): Promise<T> {
  const before = Deno.exitCode;
  try {
    return await work();
  } finally {
    Deno.exitCode = before;
  }
}

/** Runs one piece of work on PGlite after the other, in the order they asked. */
class Lock {
  #tail: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(() => keepExitCode(work));
    // The next in line waits for the end of this one; its failure belongs to its own caller.
    this.#tail = result.catch(() => undefined);
    return result;
  }
}
