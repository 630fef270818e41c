import type { Context, MiddlewareHandler } from "hono";
import { anonymousClient, type Db, serviceClient, userClient } from "./db.ts";
import { env } from "./env.ts";
import { Problem } from "./problem.ts";
import { secretsEqual } from "./secrets.ts";

/** Who is calling. `db` is the client that this caller's reads and writes run on. */
export type Caller =
  | { kind: "service"; db: Db }
  | { kind: "cron"; db: Db }
  | { kind: "user"; db: Db; authUserId: string };

/** The context of every request of the kit. */
export interface AppEnv {
  Variables: { requestId: string; caller: Caller };
}

/** Spread into a route: anybody may call it. */
export const everyone = { security: accepts(), "x-access": "everyone" };

/** Spread into a route: the service bearer or the project's secret key only. */
export const serviceOnly = {
  middleware: [guard(["service"])],
  security: accepts("service_bearer", "secret_key"),
  "x-access": "service",
};

/** Spread into a route: the service, or pg_cron with its own secret. */
export const serviceOrCron = {
  middleware: [guard(["service", "cron"])],
  security: accepts("service_bearer", "secret_key", "cron_bearer"),
  "x-access": "service_or_cron",
};

/** Spread into a route: the service, or a signed-in user who sees what row-level security lets them see. */
export const serviceOrUser = {
  middleware: [guard(["service", "user"])],
  security: accepts("service_bearer", "secret_key", "user_jwt"),
  "x-access": "service_or_user",
};

/**
 * Who the request's credential belongs to. A bad credential never becomes another or none: `Authorization` decides
 * when it is there, `apikey` otherwise. The publishable key alone is no credential.
 * @throws Problem 401 without a credential or with a bad user token, 403 with any other unknown credential.
 */
export async function authenticate(request: Request): Promise<Caller> {
  const { API_SECRET_KEY, DIGEST_CRON_SECRET, SUPABASE_SECRET_KEY, SUPABASE_PUBLISHABLE_KEY } =
    env();
  const authorization = request.headers.get("authorization")?.trim() ?? "";
  const bearer = /^bearer\s+(\S+)$/i.exec(authorization)?.[1];
  const apikey = request.headers.get("apikey")?.trim() ?? "";
  if (authorization !== "" && bearer === undefined) throw missing();

  const credential = bearer ?? apikey;
  if (credential === "" || secretsEqual(credential, SUPABASE_PUBLISHABLE_KEY)) throw missing();
  if (secretsEqual(credential, SUPABASE_SECRET_KEY)) return asService();
  if (bearer === undefined) throw wrong();
  if (secretsEqual(bearer, API_SECRET_KEY)) return asService();
  if (secretsEqual(bearer, DIGEST_CRON_SECRET)) return { kind: "cron", db: serviceClient() };
  if (looksLikeJwt(bearer)) return await asUser(bearer);
  throw wrong();
}

/** The client that reads run on: the service's, or the signed-in user's own. */
export function callerDb(c: Context<AppEnv>): Db {
  return c.get("caller").db;
}

function guard(kinds: Caller["kind"][]): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const caller = await authenticate(c.req.raw);
    c.set("caller", caller);
    if (!kinds.includes(caller.kind)) {
      throw new Problem("forbidden", "This credential may not call this route");
    }
    await next();
  };
}

function accepts(...schemes: string[]): Record<string, string[]>[] {
  return schemes.map((scheme) => ({ [scheme]: [] }));
}

function asService(): Caller {
  return { kind: "service", db: serviceClient() };
}

async function asUser(token: string): Promise<Caller> {
  const { data, error } = await anonymousClient().auth.getClaims(token)
    .catch((cause: unknown) => ({ data: null, error: cause }));
  if (error || !data) {
    if (isUnreachable(error)) {
      throw new Problem("not_ready", "Sign-in cannot be checked right now", { cause: error });
    }
    throw isExpired(token)
      ? new Problem("expired_token", "The access token has expired")
      : new Problem("invalid_token", "The access token is not valid");
  }
  const { claims } = data;
  const audiences = Array.isArray(claims.aud) ? claims.aud : [claims.aud];
  if (claims.role !== "authenticated" || !audiences.includes("authenticated") || !claims.sub) {
    throw new Problem("invalid_token", "The access token is not one of a signed-in user");
  }
  return { kind: "user", db: userClient(token), authUserId: claims.sub };
}

function missing(): Problem {
  return new Problem("missing_credential", "Missing bearer token");
}

function wrong(): Problem {
  return new Problem("wrong_credential", "Invalid token");
}

function looksLikeJwt(token: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]*$/.test(token);
}

/** Only to choose between two ways of saying no: the token has failed verification already. */
function isExpired(token: string): boolean {
  try {
    const payload: unknown = JSON.parse(
      atob((token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/")),
    );
    return typeof payload === "object" && payload !== null && "exp" in payload &&
      typeof payload.exp === "number" && payload.exp < Date.now() / 1000;
  } catch {
    return false;
  }
}

/** supabase-js says so when the auth server did not answer or failed itself. */
function isUnreachable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === "AuthRetryableFetchError") return true;
  return "status" in error && typeof error.status === "number" && error.status >= 500;
}
