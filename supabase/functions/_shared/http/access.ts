import type { Context, MiddlewareHandler } from "hono";
import {
  type AppEnv,
  authenticate,
  authenticatePublic,
  type Caller,
  clientAddress,
  type Scope,
} from "./auth.ts";
import { env } from "./env.ts";
import { type KeyLookup, lookUpKey, rememberKeys } from "./key_lookup.ts";
import { Problem, type ProblemCode } from "./problem.ts";
import { rateLimitHeaders, ratePolicy, type RateState, spend } from "./rate_limit.ts";

/**
 * A kind of caller that a route lets in; a key needs the scope, `public` a public_id in the query, `share` an opened link whose tabs
 * ask this.
 */
export type Access = "service" | "cron" | "user" | `key:${Scope}` | "public" | "share";

/** Spread into a route: anybody may call it. */
export const everyone = { security: [], "x-access": ["everyone"] };

/** Spread into a route: the service bearer or the project's secret key only. */
export const serviceOnly = access("service");

/** Spread into a route: the service, or pg_cron with its own secret. */
export const serviceOrCron = access("service", "cron");

/** Spread into a route: the service, or a signed-in user who sees what row-level security lets them see. */
export const serviceOrUser = access("service", "user");

/** How any route with a guard may refuse its caller. */
export const callerProblems = [
  "missing_credential",
  "invalid_token",
  "expired_token",
  "wrong_issuer",
  "wrong_audience",
  "wrong_credential",
  "revoked_key",
  "expired_key",
  "forbidden",
  "rate_limited",
  "not_ready",
] as const satisfies ProblemCode[];

/** Spread into a route: the guard for these callers, and what the OpenAPI document says of it. */
export function access(...allowed: Access[]) {
  return rule(allowed, lookUpKey);
}

/**
 * As {@link access}, for routes that many requests of one key come to and whose SQL looks at the key again, so that it
 * ends at once though its authentication is remembered for a few seconds.
 */
export function accessCheckedInSql(...allowed: Access[]) {
  return rule(allowed, lookUpRememberedKey);
}

const lookUpRememberedKey = rememberKeys(lookUpKey, { milliseconds: 5000, keys: 10_000 });

function rule(allowed: Access[], findKey: KeyLookup) {
  const schemes = new Set(allowed.flatMap((one) => securitySchemes(kindOf(one))));
  return {
    middleware: [guard(allowed, findKey)],
    security: [...schemes].map((scheme): Record<string, string[]> => ({ [scheme]: [] })),
    "x-access": allowed,
  };
}

/** The OpenAPI security schemes by which a kind of caller proves itself. */
function securitySchemes(kind: Caller["kind"]): string[] {
  switch (kind) {
    case "service":
      return ["service_bearer", "secret_key"];
    case "cron":
      return ["cron_bearer"];
    case "user":
      return ["user_jwt"];
    case "key":
      return ["api_key_bearer", "api_key_header", "api_key_basic"];
    case "share":
      return ["share_bearer"];
    case "public":
      return [];
  }
}

/** Authenticates, lets in or refuses, and counts the request against the caller's rate limit. */
function guard(allowed: Access[], findKey: KeyLookup): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const caller = await callerOf(c, allowed, findKey);
    c.set("caller", caller);
    if (!isAllowed(caller, allowed)) {
      throw new Problem("forbidden", "This credential may not call this route");
    }
    const rate = await countRequest(c, caller);
    await next();
    if (rate) {
      for (const [name, value] of Object.entries(rateLimitHeaders(rate))) {
        c.res.headers.set(name, value);
      }
    }
  };
}

async function callerOf(
  c: Context<AppEnv>,
  allowed: Access[],
  findKey: KeyLookup,
): Promise<Caller> {
  const publicId = allowed.includes("public") ? c.req.query("public_id") : undefined;
  const signedIn = await authenticate(c, findKey);
  const caller = publicId === undefined ? signedIn : await authenticatePublic(publicId);
  if (!caller) throw new Problem("missing_credential", "Missing bearer token");
  return caller;
}

function isAllowed(caller: Caller, allowed: Access[]): boolean {
  if (caller.kind !== "key") return allowed.includes(caller.kind);
  return caller.key.scopes.some((scope) => allowed.includes(`key:${scope}`));
}

function countRequest(c: Context<AppEnv>, caller: Caller): Promise<RateState | null> {
  const { RATE_LIMIT_USER, RATE_LIMIT_KEY, RATE_LIMIT_PAGES, RATE_LIMIT_SHARE } = env();
  switch (caller.kind) {
    case "user":
      return spend(`user:${caller.authUserId}`, ratePolicy("user", RATE_LIMIT_USER));
    case "key":
      // A page's key is in every visitor's browser, and browsers send an event a request.
      return caller.key.publishable
        ? spend(`pages:${caller.key.id}`, ratePolicy("pages", RATE_LIMIT_PAGES))
        : spend(`key:${caller.key.id}`, ratePolicy("key", RATE_LIMIT_KEY));
    case "share":
      return spend(`share:${caller.shareId}`, ratePolicy("share", RATE_LIMIT_SHARE));
    case "public":
      return spend(`public:${clientAddress(c)}`, ratePolicy("public", RATE_LIMIT_USER));
    default:
      return Promise.resolve(null);
  }
}

function kindOf(allowed: Access): Caller["kind"] {
  return allowed.startsWith("key:") ? "key" : allowed as Caller["kind"];
}
