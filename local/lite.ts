/**
 * REST and Auth by @supabase/lite 0.10.0, with its known differences from hosted Supabase put right.
 */
import { App, type Connection } from "@supabase/lite";
import type { Config } from "./config.ts";
import type { Environment } from "./environment.ts";
import type { Mailbox } from "./mailbox.ts";
import { setTogether } from "./request_settings.ts";
import type { RoleSettings } from "./role_settings.ts";

/** Answers /rest/v1 and /auth/v1 on a connection. */
export function supabaseApp(
  connection: Connection,
  { api, auth }: Config,
  environment: Environment,
  email: Mailbox,
  roles: RoleSettings,
): App {
  neverGrantEverything(connection);
  setTogether(connection, roles);
  connection.normalizeDbError = asPostgrestError;
  return new App({
    connection,
    api: { enabled: true, schemas: api.schemas, max_rows: api.max_rows },
    // Migrations are ours to record, in the table the Supabase CLI keeps.
    db: { migrations: { enabled: false } },
    auth: {
      enabled: true,
      enable_signup: auth.enable_signup,
      jwt_secret: environment.SUPABASE_JWT_SECRET ?? "",
      publishable_key: environment.SUPABASE_PUBLISHABLE_KEY,
      secret_key: environment.SUPABASE_SECRET_KEY,
      // Links in mails lead to this server, which sends the browser on to the site.
      site_url: environment.SUPABASE_URL,
      additional_redirect_urls: [auth.site_url, ...auth.additional_redirect_urls],
      jwt_expiry: auth.jwt_expiry,
      enable_refresh_token_rotation: auth.enable_refresh_token_rotation,
      refresh_token_reuse_interval: auth.refresh_token_reuse_interval,
      minimum_password_length: auth.minimum_password_length,
      email: auth.email,
    },
    options: { drivers: { email } },
  });
}

/**
 * On its first request lite grants ALL on every table of every schema that has row level security to anon,
 * authenticated and service_role, default privileges included, which would undo each revoke and column grant
 * of the migrations. It does so only while its connection has not looked for row level security yet, so the
 * connection is told that it has: bootstrap.ts makes the roles and migrations grant what is meant.
 */
function neverGrantEverything(connection: Connection): void {
  if (Reflect.get(connection, "rlsState") !== "unknown") {
    throw new Error(
      "@supabase/lite has changed: check that it leaves grants alone without rlsState",
    );
  }
  Reflect.set(connection, "rlsState", "active");
}

/** What lite shows of a database error, and prints: one line, without the row that failed. */
class PostgrestError {
  constructor(
    readonly code: string,
    readonly message: string,
    readonly detail: string | null,
    readonly hint: string | null,
    private readonly line: string,
  ) {}

  [Symbol.for("Deno.customInspect")](): string {
    return this.line;
  }
}

/**
 * lite answers 500 to every SQLSTATE it does not know, check violations and the codes a function raises among
 * them. PostgREST tells all of them to the caller. The form of `raise sqlstate 'PGRST'`, which lite does know,
 * carries code and status through.
 */
function asPostgrestError(error: unknown): unknown {
  const code = property(error, "code");
  if (code && isConnectionError(code)) {
    const message = "Database client error. Retrying the connection.";
    return telling(503, { code: "PGRST001", message, details: null, hint: null }, `REST: ${code}`);
  }
  if (!code || !/^[0-9A-Z]{5}$/.test(code)) return error;
  const message = property(error, "message") ?? "";
  const details = property(error, "detail");
  const hint = property(error, "hint");
  const line = `REST: ${code} ${message}`;
  const status = statusOf(code);
  if (status === undefined) return new PostgrestError(code, message, details, hint, line);
  return telling(status, { code, message, details, hint }, line);
}

function telling(
  status: number,
  body: { code: string; message: string; details: string | null; hint: string | null },
  line: string,
): PostgrestError {
  const detail = JSON.stringify({ status, headers: {} });
  return new PostgrestError("PGRST", JSON.stringify(body), detail, null, line);
}

/** Whether the driver or the operating system says that the database is away. */
function isConnectionError(code: string): boolean {
  return /^CONNECT(ION)?_/.test(code) || ["ECONNREFUSED", "ECONNRESET", "EPIPE"].includes(code);
}

/**
 * PostgREST's status of a SQLSTATE that lite does not map itself.
 * Source: https://docs.postgrest.org/en/stable/references/errors.html#http-status-codes
 */
function statusOf(code: string): number | undefined {
  const known = /^(PT|21|22|42|53|55)|^(PGRST|23502|23503|23505|25006)$/;
  if (known.test(code)) return undefined;
  if (code === "P0001") return 400;
  if (/^08/.test(code)) return 503;
  if (/^(0L|0P|28)/.test(code)) return 403;
  if (/^(09|25|2D|38|39|3B|40|54|57|58|F0|HV|P0|XX)/.test(code)) return 500;
  return 400;
}

function property(error: unknown, name: string): string | null {
  const value: unknown = typeof error === "object" && error ? Reflect.get(error, name) : undefined;
  return typeof value === "string" ? value : null;
}
