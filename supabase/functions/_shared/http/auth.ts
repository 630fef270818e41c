import type { Context } from "hono";
import { z } from "@hono/zod-openapi";
import { looksLikeApiKey } from "./api_key.ts";
import { clientWithHeaders, type Db, rpc, serviceClient, userClient } from "../database/db.ts";
import { allowedOrigin } from "./cors.ts";
import { env } from "./env.ts";
import { type KeyLookup, lookUpKey } from "./key_lookup.ts";
import { Problem } from "./problem.ts";
import { secretsEqual } from "./secrets.ts";
import { authenticateShare, looksLikeShareSession } from "./share_session.ts";
import { looksLikeJwt, verifyUserToken } from "./user_token.ts";

export type Scope = "ingest" | "read" | "admin";

/** What an organization's key may do. */
export interface ApiKey {
  id: string;
  orgId: string;
  scopes: Scope[];
  /** The only source the key may ingest for, if it is bound to one. */
  sourceName: string | null;
  /** Whether it may stand in a page's source. */
  publishable: boolean;
}

/** Who is calling. `db` is the client that this caller's reads and writes run on. */
export type Caller =
  | { kind: "service"; db: Db }
  | { kind: "cron"; db: Db }
  | { kind: "user"; db: Db; authUserId: string }
  | { kind: "key"; db: Db; key: ApiKey }
  | { kind: "public"; db: Db; orgId: string }
  | { kind: "share"; db: Db; shareId: string };

/** The context of every request of the kit. */
export interface AppEnv {
  Variables: { requestId: string; caller: Caller };
}

/** The client that a caller's reads and writes run on: what it may see, row-level security or its confinement decides. */
export function callerDb(c: Context<AppEnv>): Db {
  return c.get("caller").db;
}

/**
 * Where a request comes from, as the gateway says. Cloudflare, in front of hosted Supabase, overwrites its header, so a
 * client cannot choose it; a proxy appends to the other, so only the last entry is the proxy's own word.
 */
export function clientAddress(c: Context<AppEnv>): string {
  return c.req.header("cf-connecting-ip")?.trim() ||
    c.req.header("x-forwarded-for")?.split(",").at(-1)?.trim() || "unknown";
}

/** What the audit log is told of a request. */
export function auditHeaders(c: Context<AppEnv>): Record<string, string> {
  return { "x-audit-ip": clientAddress(c), "x-audit-request-id": c.get("requestId") };
}

/**
 * Who the request's credential belongs to, or null when there is none. A bad credential never becomes another or none:
 * `Authorization` decides when it is there, `apikey` otherwise. The publishable key alone is no credential.
 * @param findKey how an organization's key is looked up
 * @throws Problem 401 with a bad user token, 403 with any other unknown credential.
 */
export async function authenticate(
  c: Context<AppEnv>,
  findKey: KeyLookup = lookUpKey,
): Promise<Caller | null> {
  const { API_SECRET_KEY, DIGEST_CRON_SECRET, SUPABASE_SECRET_KEY, SUPABASE_PUBLISHABLE_KEY } =
    env();
  const given = credentialOf(c);
  if (given === null) return null;
  const { secret, isBearer } = given;
  if (looksLikeApiKey(secret)) return await asKey(c, secret, findKey);
  if (secretsEqual(secret, SUPABASE_PUBLISHABLE_KEY)) return null;
  if (secretsEqual(secret, SUPABASE_SECRET_KEY)) return asService(c);
  if (!isBearer) throw wrong();
  if (secretsEqual(secret, API_SECRET_KEY)) return asService(c);
  if (secretsEqual(secret, DIGEST_CRON_SECRET)) return { kind: "cron", db: serviceClient() };
  if (looksLikeShareSession(secret)) return { kind: "share", ...await authenticateShare(secret) };
  if (!looksLikeJwt(secret)) throw wrong();
  const authUserId = await verifyUserToken(secret);
  return { kind: "user", db: userClient(secret, auditHeaders(c)), authUserId };
}

/** The anonymous reader of an organization whose dashboards are public, or null when they are not. */
export async function authenticatePublic(publicId: string): Promise<Caller | null> {
  const args = { p_public_id: publicId };
  const orgId = await rpc(serviceClient(), "public_organization", args, z.string().nullable());
  if (orgId === null) return null;
  return { kind: "public", db: clientWithHeaders({ "x-confined-to": orgId }), orgId };
}

const keyRefusals = {
  unknown: ["wrong_credential", "Invalid token"],
  revoked: ["revoked_key", "This key was revoked"],
  expired: ["expired_key", "This key has expired"],
} as const;

async function asKey(c: Context<AppEnv>, key: string, findKey: KeyLookup): Promise<Caller> {
  const found = await findKey(key);
  if (found === null) throw wrong();
  if (found.state !== "active") {
    const [code, detail] = keyRefusals[found.state];
    throw new Problem(code, detail);
  }
  const { org_id: orgId, scopes, source_name: sourceName, allowed_origins: origins } = found;
  if (found.publishable && !allowedOrigin(c.req.header("origin") ?? "", origins)) {
    throw new Problem("forbidden", "This key may not be used from this origin");
  }
  const headers = { ...auditHeaders(c), "x-audit-key": found.id, "x-confined-to": orgId };
  let db: Db | undefined;
  return {
    kind: "key",
    // Made when it is first needed: of requests that are written together only one needs it.
    get db() {
      return db ??= clientWithHeaders(headers);
    },
    key: { id: found.id, orgId, scopes, sourceName, publishable: found.publishable },
  };
}

function asService(c: Context<AppEnv>): Caller {
  return { kind: "service", db: clientWithHeaders(auditHeaders(c)) };
}

/** The one credential a request offers; tracking SDKs send a key as the user name of Basic authentication. */
function credentialOf(c: Context<AppEnv>): { secret: string; isBearer: boolean } | null {
  const authorization = c.req.header("authorization")?.trim() ?? "";
  const bearer = /^bearer\s+(\S+)$/i.exec(authorization)?.[1];
  if (bearer !== undefined) return { secret: bearer, isBearer: true };
  const basic = /^basic\s+([A-Za-z0-9+/]+={0,2})$/i.exec(authorization)?.[1];
  if (basic !== undefined) {
    const userName = basicUserName(basic);
    if (looksLikeApiKey(userName)) return { secret: userName, isBearer: false };
    throw wrong();
  }
  if (authorization !== "") throw new Problem("missing_credential", "Missing bearer token");
  const apikey = c.req.header("apikey")?.trim() ?? "";
  return apikey === "" ? null : { secret: apikey, isBearer: false };
}

function basicUserName(encoded: string): string {
  try {
    return atob(encoded).split(":")[0] ?? "";
  } catch {
    return ""; // not base64: no user name, so a wrong credential
  }
}

function wrong(): Problem {
  return new Problem("wrong_credential", "Invalid token");
}
