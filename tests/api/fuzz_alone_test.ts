import assert from "node:assert/strict";
import { signSvix } from "../../supabase/functions/digest/svix.ts";
import openapi from "../../supabase/functions/docs/openapi.json" with { type: "json" };
import { type Credential, credentialHeaders, testEnv } from "../helpers/stack/api.ts";
import { sql } from "../helpers/stack/database.ts";
import {
  type JsonSchema,
  mutate,
  nastyTexts,
  rawBodies,
  sampleOf,
} from "../helpers/inputs/fuzz_inputs.ts";
import { newPerson, type Person } from "../helpers/tenancy/people.ts";
import { type Random, seeded } from "../helpers/inputs/random.ts";
import { tally } from "../helpers/soak/tally.ts";

/** FUZZ_SEED=n repeats a run, FUZZ_ROUNDS=n makes it longer. */
const seed = Number(Deno.env.get("FUZZ_SEED") ?? 20261116);
const rounds = Number(Deno.env.get("FUZZ_ROUNDS") ?? 40);

interface Operation {
  "x-access": string;
  parameters?: { name: string; in: string; required: boolean; schema: JsonSchema }[];
  requestBody?: { content: Record<string, { schema: JsonSchema }> };
}

interface Route {
  method: string;
  path: string;
  operation: Operation;
}

const routes: Route[] = Object.entries(openapi.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({
    method: method.toUpperCase(),
    path: path.slice("/v1".length),
    operation: operation as Operation,
  }))
);

Deno.test(`no input makes a route fail, and none that is refused changes anything (FUZZ_SEED=${seed})`, async (t) => {
  const person = await newPerson();
  const random = seeded(seed);
  for (const route of routes) {
    await t.step(`${route.method} ${route.path}`, async () => {
      await attack(route, requestsFor(route, person, random));
    });
  }
});

interface FuzzRequest {
  method?: string;
  search?: string;
  body?: string | Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
  as: Credential;
}

/** Holds each answer to what every answer must be, and shows that whatever reads or is refused changes nothing. */
async function attack(route: Route, requests: FuzzRequest[]): Promise<void> {
  const harmless: FuzzRequest[] = [];
  let before = await checksum();
  for (const request of requests) {
    const { status, said, problem, text } = await send(route, request);
    tally("fuzzed requests");
    assert.ok(status < 500, said);
    assert.doesNotMatch(text, /PGRST|SQLSTATE|postgres|file:\/\/|node_modules/, said);
    if (status >= 400) assert.ok(problem, `no problem: ${said}`);
    if (status >= 400 || route.method === "GET") harmless.push(request);
  }
  if (harmless.length < requests.length) {
    // What was accepted has written, so what must not write goes again on its own.
    before = await checksum();
    for (const request of harmless) await send(route, request);
  }
  if (await checksum() !== before) await nameCulprit(route, harmless);
}

async function nameCulprit(route: Route, harmless: FuzzRequest[]): Promise<never> {
  for (const request of harmless) {
    const before = await checksum();
    const { said } = await send(route, request);
    assert.strictEqual(await checksum(), before, `the database changed: ${said}`);
  }
  assert.fail(`${route.path} changed the database, and did not when asked again`);
}

async function send(
  route: Route,
  { method = route.method, search = "", body, headers, as }: FuzzRequest,
) {
  const signed = route.path === "/digest/events" && body !== undefined ? signature(body) : {};
  const response = await fetch(`${testEnv("TEST_URL")}/functions/v1${route.path}${search}`, {
    method,
    headers: {
      ...credentialHeaders(as),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...signed,
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
    redirect: "manual",
  });
  const text = await response.text();
  const sent = JSON.stringify({ method, search, headers, body: String(body).slice(0, 300) });
  return {
    status: response.status,
    text,
    problem: response.headers.get("content-type")?.startsWith("application/problem+json") ||
      (response.status >= 400 && route.path.includes("/otlp/") &&
        // The answer to a HEAD has no body.
        (method === "HEAD" || isStatus(text))),
    said: `${response.status} ${text.slice(0, 500)}\nto ${route.path} ${sent.slice(0, 1200)}`,
  };
}

/** OTLP's clients understand a google.rpc.Status. */
function isStatus(text: string): boolean {
  const { code, message } = JSON.parse(text);
  return typeof code === "number" && typeof message === "string";
}

function requestsFor(route: Route, person: Person, random: Random): FuzzRequest[] {
  const credentials: Credential[] = route.operation["x-access"] === "everyone"
    ? ["nobody"]
    : route.operation["x-access"] === "service_or_user"
    ? ["service", person]
    : ["service"];
  const good = goodQuery(route, person);
  const search = `?${new URLSearchParams(good)}`;
  return credentials.flatMap((as) =>
    [
      ...queries(route, good, random).map((search) => ({ search })),
      ...bodies(route, person, random).map((body) => ({ search, body })),
      ...nastyHeaders.map((headers) => ({ search, headers })),
      ...["POST", "PUT", "PATCH", "DELETE", "HEAD"].map((method) => ({
        method,
        search: "?email=x",
      }))
        .filter(({ method }) => method !== route.method),
    ].map((request) => ({ ...request, as }))
  );
}

/** What a query needs for the rest of it to be looked at: whom a report is about, and what is required. */
function goodQuery({ operation }: Route, { email }: Person): [string, string][] {
  return queryParameters(operation)
    .filter(({ name, required }) =>
      required || (name === "email" && operation["x-access"] === "service_or_user")
    )
    .map((
      { name, schema },
    ) => [name, name === "email" ? email : String(sampleOf(schema, resolve))]);
}

function queryParameters({ parameters = [] }: Operation) {
  return parameters.filter((one) => one.in === "query");
}

/** Each parameter with everything nasty, alone and beside good ones, and query strings that are none. */
function queries({ operation }: Route, good: [string, string][], random: Random): string[] {
  const parameters = queryParameters(operation);
  const singles = parameters.flatMap(({ name }) =>
    nastyTexts.map((value) => {
      const query = new URLSearchParams(good);
      query.set(name, value.slice(0, 4000));
      return `?${query}`;
    })
  );
  const [first = "email"] = parameters.map(({ name }) => name);
  const raw = [
    "?",
    "?&&&",
    "?=",
    "?%",
    "?%ff=%ff",
    `?${first}=%`,
    `?${first}=%ff%fe`,
    `?${first}=%00`,
    `?${first}=%u0041`,
    `?${first}=a&${first}=b`,
    `?${first}[]=a`,
    `?${first}[a]=b`,
    `?${first}`,
    "?__proto__=1&constructor=2",
    `?${Array.from({ length: 500 }, (_, i) => `a${i}=${i}`).join("&")}`,
  ];
  const mixed = Array.from({ length: rounds / 2 }, () => {
    const query = new URLSearchParams(good);
    for (const { name } of parameters) {
      if (random.below(3) > 0) query.set(name, random.pick(nastyTexts).slice(0, 1000));
    }
    return `?${query}`;
  });
  return [...singles, ...raw, ...(parameters.length > 1 ? mixed : [])];
}

/** Bodies that are no JSON, are too large, or differ from a good one in one or two things. */
function bodies(
  { operation }: Route,
  person: Person,
  random: Random,
): (string | Uint8Array<ArrayBuffer>)[] {
  const schema = operation.requestBody?.content["application/json"]?.schema;
  if (!schema) return [];
  const options = schema.anyOf ?? [schema];
  const good = options.map((option) =>
    JSON.parse(JSON.stringify(sampleOf(option, resolve)).replaceAll(/[\w.]+@[\w.]+/g, person.email))
  );
  const mutated = good.flatMap((one) =>
    Array.from({ length: rounds }, (_, i) => {
      const once = mutate(one, random);
      return JSON.stringify(i % 3 === 0 ? mutate(once, random) : once);
    })
  );
  const large = "x".repeat(10 * 1024 * 1024);
  return [
    ...rawBodies(JSON.stringify(good[0])),
    ...mutated,
    JSON.stringify({ ...good[0], extra: large }),
    "[".repeat(10 * 1024 * 1024),
  ];
}

const nastyHeaders: Record<string, string>[] = [
  { "x-request-id": "x".repeat(5000) },
  { "x-request-id": "<script>alert(1)</script>" },
  { "idempotency-key": "\u00e9" },
  { "idempotency-key": "x".repeat(3000) },
  { "content-type": "application/json; charset=utf-16" },
  { "content-type": "application/problem+json" },
  { "content-type": "multipart/form-data; boundary=" },
  { "content-type": ";;;" },
  { origin: "null" },
  { origin: "https://\u00e9.example" },
  { "accept": "application/xml;q=nan", "accept-language": "x".repeat(3000) },
  { "if-none-match": "*" },
  { "x-forwarded-for": "1, 2, 3" },
  ...[
    "Bearer",
    "Bearer ..",
    "Bearer a.b.c",
    "Bearer \u00e9",
    `Bearer ${"x".repeat(9000)}`,
    "bearer  x  y",
  ]
    .map((authorization) => ({ authorization })),
  {
    authorization: `Bearer ${btoa('{"alg":"none"}')}.${btoa('{"sub":"1","role":"service_role"}')}.`,
  },
  { authorization: `Bearer ${btoa("[")}.${btoa("\u00ff")}.AAAA` },
];

/** Of everything that is kept, but for what is a cache, beats by itself, or counts and lists refused requests. */
async function checksum(): Promise<string> {
  tables ??= (await sql<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname in ('public', 'private', 'auth') and tablename not in ('github_cache', 'cron_heartbeat', 'scheduled_calls', 'rate_limits') order by 1`,
  )).map(({ name }) => name);
  const parts = tables.map((name) =>
    `select '${name}' as name, count(*) as n, sum(hashtextextended(t::text, 0)::numeric) as hash from ${name} t
     ${name === "public.audit_log" ? "where action <> 'sign_in.failed'" : ""}`
  );
  return JSON.stringify(await sql(`${parts.join(" union all ")} order by name`));
}

let tables: string[] | undefined;

function signature(body: string | Uint8Array): Record<string, string> {
  const id = `msg_${crypto.randomUUID()}`;
  const timestamp = String(Math.floor(Date.now() / 1000));
  const text = typeof body === "string" ? body : new TextDecoder().decode(body);
  return {
    "svix-id": id,
    "svix-timestamp": timestamp,
    "svix-signature": signSvix(id, timestamp, text, testEnv("TEST_WEBHOOK_SECRET")),
  };
}

function resolve(ref: string): JsonSchema {
  const schemas: Record<string, JsonSchema> = openapi.components.schemas as Record<
    string,
    JsonSchema
  >;
  const schema = schemas[ref.replace("#/components/schemas/", "")];
  assert.ok(schema, ref);
  return schema;
}
