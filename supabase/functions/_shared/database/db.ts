import { createClient, type PostgrestError, type SupabaseClient } from "@supabase/supabase-js";
import type { z } from "@hono/zod-openapi";
import type { Database } from "./database.types.ts";
import { DatabaseError } from "./database_error.ts";
import { env } from "../http/env.ts";
import { Problem, type ProblemCode, problemCodes } from "../http/problem.ts";

export type Db = SupabaseClient<Database>;
type Functions = Database["public"]["Functions"];

/** How long one call to the data API may take, in milliseconds; the roles' own statement time-outs are shorter. */
const dataApiTimeout = 30_000;

/** The client with the project's secret key: it bypasses row-level security, so only a route's access rule hands it out. */
export function serviceClient(): Db {
  return service ??= clientWithHeaders({});
}

/**
 * The service's client on somebody's behalf. The headers are what SQL believes with the secret key only: whom the audit
 * log names, and the one organization that private.key_organization_id() confines an API key to.
 */
export function clientWithHeaders(headers: Record<string, string>): Db {
  const { SUPABASE_URL, SUPABASE_SECRET_KEY } = env();
  return createClient<Database>(SUPABASE_URL, SUPABASE_SECRET_KEY, withHeaders(headers));
}

/** A client that carries a signed-in user's JWT, so that row-level security decides what it sees. */
export function userClient(accessToken: string, headers: Record<string, string> = {}): Db {
  return createClient<Database>(env().SUPABASE_URL, env().SUPABASE_PUBLISHABLE_KEY, {
    ...withHeaders(headers),
    accessToken: () => Promise.resolve(accessToken),
  });
}

/**
 * What the reader of a link reads with. Each call goes through read_by_share(), which lets through what the link shows; there is
 * no way past it, to tables say.
 */
export function shareClient(sessionHash: string): Db {
  const reads = {
    rpc: (name: string, args: object = {}): unknown =>
      serviceClient().rpc("read_by_share", {
        p_session_hash: sessionHash,
        p_read: name,
        p_args: { ...args },
      }),
  };
  return reads as unknown as Db;
}

/** A client without anybody's identity, for verifying tokens. */
export function anonymousClient(): Db {
  return anonymous ??= createClient<Database>(
    env().SUPABASE_URL,
    env().SUPABASE_PUBLISHABLE_KEY,
    options,
  );
}

/**
 * Calls an SQL function and parses its answer.
 * @throws Problem when the function raised a domain error (SQLSTATE class `LL`), refused a value or refused access;
 * any other database error is internal.
 */
export async function rpc<Name extends keyof Functions & string, Schema extends z.ZodType>(
  db: Db,
  name: Name,
  args: Functions[Name]["Args"],
  schema: Schema,
): Promise<z.output<Schema>> {
  const { data, error } = await db.rpc(name, args);
  if (error) throw databaseProblem(error);
  return parseAnswer(schema, data);
}

/** An argument of {@link rpc} that may be null, which the generated types do not know. */
export function orNull(value: string | undefined): string {
  return (value ?? null) as string;
}

/** Parses what the database answered; a mismatch is our fault, so it becomes an internal error. */
export function parseAnswer<Schema extends z.ZodType>(
  schema: Schema,
  data: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  throw new Error(`The database's answer does not fit its schema: ${parsed.error.message}`);
}

/** The problem behind an error of the data API: domain errors and refused values by name, the rest unchanged. */
export function databaseProblem(error: PostgrestError): Error {
  const code = saidByDatabase(error.code) ? error.code : "";
  const cause = new DatabaseError(code, error.message);
  if (code.startsWith("LL") && isProblemCode(error.message)) {
    const detail = error.details || problemCodes[error.message][1];
    // SQL names a faulty field as the API's own validation does: `field: what is wrong with it`.
    const [, path, message] = /^([a-z_.]+): (.+)$/.exec(detail) ?? [];
    const faulty = error.message === "validation_failed" && path && message;
    return new Problem(error.message, detail, {
      cause,
      ...(faulty ? { errors: [{ path, message }] } : {}),
    });
  }
  // Nobody at the database said it: the data API was not reached, lost its connection, or something before it answered.
  if (code === "") return new Problem("not_ready", "The database cannot be reached", { cause });
  const problem = sqlstateProblems[code] ?? sqlstateProblems[code.slice(0, 2)];
  if (problem) return new Problem(problem, problemCodes[problem][1], { cause });
  return new Error("Database call failed", { cause });
}

/** SQLSTATEs, or their classes, that the caller can do something about. */
const sqlstateProblems: Record<string, ProblemCode> = {
  "08": "not_ready", // no connection
  "22": "validation_failed", // a value the type cannot hold
  "23502": "validation_failed", // null where a column takes none
  "23505": "conflict",
  "23514": "validation_failed", // a check of a table or a domain
  "25006": "not_ready", // read-only: a standby, or hosted Supabase with a full disk
  "42501": "forbidden",
  "53": "not_ready", // out of connections or memory
  "54001": "validation_failed", // nested too deeply
  "55P03": "not_ready", // lock time-out
  "57014": "not_ready", // statement time-out
  "57P01": "not_ready", // the server shuts down
  "57P02": "not_ready", // another session crashed
  "57P03": "not_ready", // the server starts
  "57P05": "not_ready", // the session was idle for too long
  "58": "not_ready", // the disk or the system
  PGRST000: "not_ready", // the data API cannot connect to the database
  PGRST001: "not_ready", // its connection is gone
  PGRST002: "not_ready", // it has not read the schema yet
  PGRST003: "not_ready", // no connection of its pool became free
  PGRST301: "invalid_token", // the data API does not believe the token
  PGRST303: "expired_token", // the token's time is over, or has not come
};

/** A SQLSTATE or a code of PostgREST; drivers and the network have words of their own, as ECONNRESET and EPIPE are. */
function saidByDatabase(code: unknown): code is string {
  return typeof code === "string" && /^([0-9FHLPX][0-9A-Z]{4}|PGRST\w+)$/.test(code);
}

const options = {
  auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
  global: {
    fetch: (input: string | URL | Request, init?: RequestInit) =>
      fetch(input, { ...init, signal: init?.signal ?? AbortSignal.timeout(dataApiTimeout) }),
  },
};

function withHeaders(headers: Record<string, string>) {
  return { ...options, global: { ...options.global, headers } };
}

let service: Db | undefined;
let anonymous: Db | undefined;

function isProblemCode(text: string): text is ProblemCode {
  return Object.hasOwn(problemCodes, text);
}
