import { request as send } from "node:http";
import { Buffer } from "node:buffer";
import openapi from "../../../supabase/functions/docs/openapi.json" with { type: "json" };
import { type Answer, api, type Credential, credentialHeaders } from "../stack/api.ts";
import { jwt } from "../tenancy/jwt.ts";
import { newKey } from "../tenancy/keys.ts";
import { newEmail, newPerson, type Person } from "../tenancy/people.ts";
import type { CaseRequest } from "./answers.ts";
import type { Mood, MoodyApi } from "./gateway.ts";

/** What is refused: a request that the route would take, by whom, and the functions that refuse it. */
export interface Refused {
  route: string;
  request: CaseRequest;
  /** One that fails validation, if the route has such. */
  invalid?: CaseRequest | undefined;
  owner: Person;
  cast: Cast;
  served: MoodyApi;
}

/** Credentials that are refused, or that only some routes take. */
export type Cast = Awaited<ReturnType<typeof newCast>>;

/** Makes them. */
export async function newCast({ orgId, authUserId: sub }: Person) {
  const [counted, countedKey, revoked, expired, admin, read, ingest] = await Promise.all([
    newPerson({ org: orgId }),
    newKey(orgId, { scopes: ["ingest"] }),
    newKey(orgId, { revoked: true }),
    newKey(orgId, { expiresAt: "2026-01-01T00:00:00Z" }),
    newKey(orgId, { scopes: ["admin"] }),
    newKey(orgId, { scopes: ["read"] }),
    newKey(orgId, { scopes: ["ingest"] }),
  ]);
  return {
    revoked: { token: revoked.key },
    expired: { token: expired.key },
    "key:admin": { token: admin.key },
    "key:read": { token: read.key },
    "key:ingest": { token: ingest.key },
    forged: { token: jwt({ sub, key: "somebody else's secret, 32 bytes long" }) },
    stale: { token: jwt({ sub, exp: 1_700_000_000 }) },
    foreign: { token: jwt({ sub, iss: "https://another.supabase.co/auth/v1" }) },
    counted: { token: counted.token },
    counted_key: { token: countedKey.key },
    astray: { token: jwt({ sub, aud: "another" }) },
  };
}

export type Provocation = (one: Refused) => Promise<Answer>;

/** How any route is brought to refuse, by the code of the problem. */
export const refusals: Record<string, Provocation> = {
  missing_credential: (one) => ask(one, one.request, "nobody"),
  invalid_token: (one) => ask(one, one.request, one.cast.forged),
  expired_token: (one) => ask(one, one.request, one.cast.stale),
  wrong_issuer: (one) => ask(one, one.request, one.cast.foreign),
  wrong_audience: (one) => ask(one, one.request, one.cast.astray),
  wrong_credential: (one) => ask(one, one.request, { token: "wrong" }),
  revoked_key: (one) => ask(one, one.request, one.cast.revoked),
  expired_key: (one) => ask(one, one.request, one.cast.expired),
  forbidden: (one) => ask(one, one.request, notAllowed(one)),
  rate_limited: (one) => asking("exhausted", one, counted(one)),
  not_ready: (one) => asking("away", one, allowed(one)),
  internal_error: (one) => asking("broken", one, allowed(one)),
  malformed_json: (one) => ask(one, { ...one.request, body: "{" }, allowed(one)),
  unsupported_media_type: (one) => {
    const headers = { ...one.request.headers, "content-type": "image/png" };
    return ask(one, { ...one.request, body: "hello", headers }, allowed(one));
  },
  payload_too_large: (one) => claimToSend(one, 64 * 1024 * 1024),
  validation_failed: (one) => {
    const unknown = { ...one.request, query: { ...one.request.query, no_such_name: "1" } };
    // What reads the formats of others ignores the names that it does not know.
    const request = ignoresNames(one.route) ? one.invalid ?? ofOrganization(one, "mine") : unknown;
    return ask(one, request, allowed(one));
  },
  bad_request: (one) => {
    const headers = { "content-type": "application/json", "content-encoding": "gzip" };
    return ask(one, { ...one.request, body: "no gzip", headers }, allowed(one));
  },
  not_found: (one) => ask(one, ofOrganization(one, crypto.randomUUID()), allowed(one)),
  user_not_found: (one) => ask(one, ofNobody(one), allowed(one)),
  method_not_allowed: (one) => ask(one, { ...one.request, method: otherMethod(one.route) }),
};

/** Asks the functions that `one` is about; the method is the route's unless the request has one. */
export function ask(
  { route, served }: Refused,
  { params = {}, ...request }: CaseRequest,
  as: Credential = "nobody",
): Promise<Answer> {
  const { method, path } = placeOf(route, params);
  return api(path, { method, ...request, as, at: served.url });
}

/** Whoever the route lets in: the service if it does, since that is whom row-level security does not stop. */
export function allowed({ route, owner, cast }: Refused): Credential {
  const access = accessOf(route);
  if (access.includes("service")) return "service";
  if (access.includes("cron")) return "cron";
  if (access.includes("user")) return owner;
  return access.includes("key:ingest") ? cast["key:ingest"] : "nobody";
}

/** Somebody that the route knows and does not let in. */
function notAllowed({ route, owner, cast }: Refused): Credential {
  const access = accessOf(route);
  const others: [string, Credential][] = [
    ["cron", "cron"],
    ["user", owner],
    ["key:read", cast["key:read"]],
    ["key:ingest", cast["key:ingest"]],
  ];
  return others.find(([kind]) => !access.includes(kind))?.[1] ?? "nobody";
}

/** Somebody whose requests are counted, and who has none left over from before. */
function counted({ route, cast }: Refused): Credential {
  const access = accessOf(route);
  if (access.includes("user")) return cast.counted;
  return access.includes("key:ingest") ? cast.counted_key : "nobody";
}

/** Asks while the functions' surroundings are so. */
export async function asking(mood: Mood, one: Refused, as: Credential): Promise<Answer> {
  one.served.mood = mood;
  try {
    return await ask(one, one.request, as);
  } finally {
    one.served.mood = "well";
  }
}

/** The request about an organization that does not exist, and of it. */
function ofOrganization({ request, owner }: Refused, none: string): CaseRequest {
  const { params, query, body } = request;
  const renamed = (fields: object) =>
    JSON.parse(JSON.stringify(fields).replaceAll(owner.orgId, none));
  return {
    ...request,
    ...query ? { query: renamed(query) } : {},
    ...body instanceof Object ? { body: renamed(body) } : {},
    ...params?.["id"] ? { params: { ...params, id: none } } : {},
  };
}

/** The request about a person who does not exist. */
function ofNobody({ request, owner }: Refused): CaseRequest {
  const nobody = newEmail("nobody");
  const renamed = (fields: object) =>
    JSON.parse(JSON.stringify(fields).replaceAll(owner.email, nobody));
  return {
    ...request,
    ...request.query ? { query: renamed(request.query) } : {},
    ...request.body instanceof Object ? { body: renamed(request.body) } : {},
  };
}

/** Says that a body of so many bytes follows. It is refused before any of them has come. */
function claimToSend(one: Refused, length: number): Promise<Answer> {
  const { method, path } = placeOf(one.route, one.request.params ?? {});
  const url = new URL(one.served.url + path);
  for (const [name, value] of Object.entries(one.request.query ?? {})) {
    if (value !== undefined) url.searchParams.append(name, String(value));
  }
  return new Promise((resolve, reject) => {
    const headers = {
      "content-type": "application/json",
      ...credentialHeaders(allowed(one)),
      ...one.request.headers,
      "content-length": length,
    };
    const request = send(url, { method, headers }, (response) => {
      const chunks: Uint8Array[] = [];
      response.on("data", (chunk: Uint8Array) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        request.destroy();
        const text = Buffer.concat(chunks).toString();
        resolve({
          status: response.statusCode ?? 0,
          headers: new Headers(Object.entries(response.headers).map(([k, v]) => [k, String(v)])),
          body: JSON.parse(text),
          text,
        });
      });
    });
    request.on("error", reject);
    request.flushHeaders();
  });
}

function placeOf(route: string, params: Record<string, string>): { method: string; path: string } {
  const [method = "", pattern = ""] = route.split(" ");
  const path = pattern.slice("/v1".length).replaceAll(
    /\{(\w+)\}/g,
    (_, name: string) => encodeURIComponent(params[name] ?? crypto.randomUUID()),
  );
  return { method, path };
}

function otherMethod(route: string): string {
  const known = Object.keys(pathOf(route)).map((method) => method.toUpperCase());
  return ["PUT", "PATCH", "DELETE", "POST"].find((method) => !known.includes(method)) ?? "";
}

function accessOf(route: string): string[] {
  return operationOf(route)?.["x-access"] ?? [];
}

function ignoresNames(route: string): boolean {
  return operationOf(route)?.["x-unknown-parameters"] === "ignored";
}

function operationOf(route: string): Operation | undefined {
  return pathOf(route)[route.split(" ")[0]?.toLowerCase() ?? ""];
}

interface Operation {
  "x-access": string[];
  "x-unknown-parameters"?: string;
}

function pathOf(route: string): Record<string, Operation> {
  const paths = openapi.paths as unknown as Record<string, Record<string, Operation>>;
  return paths[route.split(" ")[1] ?? ""] ?? {};
}
