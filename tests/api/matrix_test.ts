import assert from "node:assert/strict";
import openapi from "../../supabase/functions/docs/openapi.json" with { type: "json" };
import { type Answer, api, type ApiRequest, assertProblem } from "../helpers/stack/api.ts";
import { credentialHeaders } from "../helpers/stack/api.ts";
import { jwt } from "../helpers/tenancy/jwt.ts";
import { newOrganization, newPerson } from "../helpers/tenancy/people.ts";
import { newKey } from "../helpers/tenancy/keys.ts";
import { newShare, openShare } from "../helpers/tenancy/shares.ts";
import { tally, tenantRounds } from "../helpers/soak/tally.ts";
import { accessRows, type Actor, actors } from "./access_table.ts";
import { type RouteRequest, samples } from "./route_samples.ts";

const rows = accessRows();
const operations = Object.entries(openapi.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({
    route: `${method.toUpperCase()} ${path}`,
    operation: operation as { "x-access": string[]; parameters?: unknown[]; requestBody?: unknown },
  }))
);

Deno.test("the access table and the OpenAPI document have the same routes", () => {
  const documented = operations.map(({ route }) => route).sort();
  assert.deepStrictEqual(rows.map(({ route }) => route).sort(), documented);
  assert.deepStrictEqual(Object.keys(samples).sort(), documented);
});

Deno.test("every access rule of the OpenAPI document is the one of the access table", () => {
  for (const { route, operation } of operations) {
    const expected = rows.find((row) => row.route === route)?.expected;
    assert.ok(expected, route);
    const may = (...some: Actor[]) => some.some((actor) => expected[actor] < 300);
    const rule = may("nobody") ? ["everyone"] : [
      ...may("service") ? ["service"] : [],
      ...may("cron") ? ["cron"] : [],
      ...may("owner", "admin", "member", "viewer", "stranger") ? ["user"] : [],
      ...may("admin_key") ? ["key:admin"] : [],
      ...may("ingest_key") ? ["key:ingest"] : [],
      ...may("read_key") ? ["key:read"] : [],
      ...may("share") ? ["share"] : [],
    ];
    // What is public is not about who asks but about what for: public_reads_test.ts.
    const documented = operation["x-access"].filter((one) => one !== "public");
    assert.deepStrictEqual(documented.sort(), rule.sort(), route);
  }
});

Deno.test("every route answers every caller as the access table says", async (t) => {
  const { credentials, owner } = await cast();
  for (const { route, expected } of rows) {
    await t.step(route, async () => {
      for (const actor of actors) {
        const answer = await call(route, await sample(route).valid(owner), credentials[actor]);
        if (actor === "stranger") tally("route calls across tenants");
        assert.strictEqual(answer.status, expected[actor], `${actor}: ${answer.text}`);
        if (answer.status >= 400) {
          const code = codeFor(route, actor, answer.status);
          assertRefusal(route, answer, answer.status, code);
        }
        if (answer.status === 401) {
          assert.match(answer.headers.get("www-authenticate") ?? "", /^Bearer /, actor);
        }
      }
    });
  }
});

Deno.test("every route says the same of a person who does not exist as of another tenant's", async () => {
  const { credentials, owner } = await cast();
  for (const { route, expected } of rows) {
    if (expected.stranger !== 404) continue;
    const request = await sample(route).valid(owner);
    const theirs = await call(route, request, credentials.stranger);
    const nobodys = await call(route, aboutNobody(request, owner.email), credentials.stranger);
    const visible = ({ body, status }: Answer) => ({ ...body, status, request_id: "" });
    assert.deepStrictEqual(visible(theirs), visible(nobodys), route);
  }
});

Deno.test("every route with input refuses what fails validation, naming the fields", async (t) => {
  const { credentials } = await cast();
  for (const { route, operation } of operations) {
    const takesInput = operation.requestBody !== undefined ||
      (operation.parameters ?? []).length > 0;
    const { invalid } = sample(route);
    assert.strictEqual(invalid !== undefined, takesInput, `${route} takes input or does not`);
    if (!invalid) continue;
    const who = rows.find((row) => row.route === route)?.expected.service === 403
      ? credentials.owner
      : credentials.service;
    await t.step(route, async () => {
      const answer = await call(route, invalid.request, who);
      assertRefusal(route, answer, 422, "validation_failed", invalid.paths);
    });
  }
});

Deno.test("every route answers a preflight, and never with credentials", async () => {
  for (const { route } of rows) {
    const [method = "", path = ""] = route.split(" ");
    const answer = await api(path.slice(3), {
      method: "OPTIONS",
      headers: {
        origin: "https://dashboard.example.test",
        "access-control-request-method": method,
        "access-control-request-headers": "authorization, content-type",
      },
    });
    assert.strictEqual(answer.status, 204, route);
    assert.strictEqual(answer.headers.get("access-control-allow-origin"), "*", route);
    assert.ok(
      answer.headers.get("access-control-allow-methods")?.split(",").includes(method),
      route,
    );
    assert.match(answer.headers.get("access-control-allow-headers") ?? "", /authorization/, route);
    assert.strictEqual(answer.headers.get("access-control-allow-credentials"), null, route);
  }
});

for (let round = 1; round <= tenantRounds; round++) {
  Deno.test(`two tenants never meet (${round})`, twoTenants);
}

async function twoTenants(t: Deno.TestContext): Promise<void> {
  const { credentials, owner, stranger } = await cast();
  const marks = { owner: 918273645, stranger: 546372819 };
  for (const [person, value] of [[owner, marks.owner], [stranger, marks.stranger]] as const) {
    const stored = await api("/metrics/ingest", {
      method: "POST",
      as: "service",
      body: {
        email: person.email,
        source_name: `source_${value}`,
        metric_date: "2026-11-10",
        data: { sessions: value, [`metric_${value}`]: value },
      },
    });
    assert.strictEqual(stored.status, 200, stored.text);
  }
  const routes = rows.filter(({ expected }) => expected.stranger === 404);
  for (const { route } of routes) {
    await t.step(route, async () => {
      const { query = {}, ...rest } = await sample(route).valid(owner);
      const variants: ApiRequest["query"][] = [
        query,
        { ...query, email: undefined },
        { ...query, email: owner.email.toUpperCase() },
        { ...query, email: `${owner.email} ` },
        { ...query, email: undefined, metrics: `metric_${marks.owner}` },
        { ...query, email: undefined, user_id: owner.id, org_id: owner.orgId },
      ];
      for (const who of [credentials.stranger, credentials.other_key]) {
        for (const variant of variants) {
          const answer = await call(route, { ...rest, query: variant }, who);
          tally("route calls across tenants");
          const said = `${JSON.stringify(variant)}: ${answer.text}`;
          const echo = answer.text.replaceAll(`"metric_${marks.owner}"`, '""');
          assert.ok(!echo.includes(String(marks.owner)), said);
          assert.ok(!answer.text.includes(owner.email), said);
        }
      }
    });
  }
  await t.step("and each sees their own", async () => {
    for (const [person, value] of [[owner, marks.owner], [stranger, marks.stranger]] as const) {
      const { body } = await api("/dashboard/tiles", { as: person });
      assert.strictEqual(body["sessions"], value);
    }
  });
}

type Headers = Record<string, string>;

/** The people of the table and what each caller sends to prove who they are. */
async function cast() {
  const org = (await newOrganization({ name: "Owners" })).id;
  const [owner, admin, member, viewer, stranger] = await Promise.all([
    newPerson({ role: "owner", org }),
    newPerson({ role: "admin", org }),
    newPerson({ role: "member", org }),
    newPerson({ role: "viewer", org }),
    newPerson({ role: "owner" }),
  ]);
  const [adminKey, readKey, ingestKey, revokedKey, otherKey] = await Promise.all([
    newKey(org, { scopes: ["admin"] }),
    newKey(org, { scopes: ["read"] }),
    newKey(org, { scopes: ["ingest"] }),
    newKey(org, { revoked: true }),
    newKey(stranger.orgId),
  ]);
  const share = await openShare(await newShare(org, { compare: "previous" }));
  const sub = owner.authUserId;
  const credentials: Record<Actor, Headers> = {
    nobody: {},
    wrong_bearer: { authorization: "Bearer wrong" },
    wrong_apikey: { apikey: "sb_secret_wrong" },
    forged_jwt: asBearer(jwt({ sub, key: "somebody else's secret, 32 bytes long" })),
    expired_jwt: asBearer(jwt({ sub, exp: 1_700_000_000 })),
    wrong_audience: asBearer(jwt({ sub, aud: "another" })),
    revoked_key: asBearer(revokedKey.key),
    cron: credentialHeaders("cron"),
    service: credentialHeaders("service"),
    secret_key: credentialHeaders("secret_key"),
    admin_key: asBearer(adminKey.key),
    read_key: asBearer(readKey.key),
    ingest_key: asBearer(ingestKey.key),
    other_key: asBearer(otherKey.key),
    owner: credentialHeaders(owner),
    admin: credentialHeaders(admin),
    member: credentialHeaders(member),
    viewer: credentialHeaders(viewer),
    stranger: credentialHeaders(stranger),
    share: asBearer(share.token),
  };
  return { credentials, owner, stranger };
}

function asBearer(token: string): Headers {
  return credentialHeaders({ token });
}

/** The same request about a person and an organization that do not exist. */
function aboutNobody(request: RouteRequest, email: string): RouteRequest {
  const { query, body, params } = request;
  const nobody = `nobody-${crypto.randomUUID()}@example.test`;
  const renamed = (fields: object) =>
    JSON.parse(JSON.stringify(fields).replaceAll(JSON.stringify(email), JSON.stringify(nobody)));
  return {
    ...request,
    ...query ? { query: renamed(query) } : {},
    ...body instanceof Object ? { body: renamed(body) } : {},
    ...params?.["id"] ? { params: { ...params, id: crypto.randomUUID() } } : {},
  };
}

function call(
  route: string,
  { params = {}, ...request }: RouteRequest,
  headers: Headers,
): Promise<Answer> {
  const [method = "", pattern = ""] = route.split(" ");
  const path = pattern.slice(3).replaceAll(
    /\{(\w+)\}/g,
    (_, name: string) => encodeURIComponent(params[name] ?? crypto.randomUUID()),
  );
  return api(path, { ...request, method, headers: { ...request.headers, ...headers } });
}

function sample(route: string) {
  const found = samples[route];
  assert.ok(found, `no sample of ${route}`);
  return found;
}

/** A refusal is a problem, but for OTLP, whose clients understand a google.rpc.Status. */
function assertRefusal(
  route: string,
  answer: Answer,
  status: number,
  code: string,
  paths?: string[],
): void {
  if (!route.includes("/otlp/")) {
    assertProblem(answer, status, code, paths);
    return;
  }
  assert.strictEqual(answer.status, status, answer.text);
  const rpcCodes: Record<number, number> = { 401: 16, 403: 7, 404: 5, 422: 3 };
  assert.strictEqual(answer.body["code"], rpcCodes[status], answer.text);
  assert.ok(answer.body["message"], answer.text);
}

/** The problem code behind a refusal, by who was refused. */
function codeFor(route: string, actor: Actor, status: number): string {
  if (status === 404) {
    // Only what is about a person by e-mail says so.
    return /\/v1\/(dev|dashboard\/tiles|digest|github|metrics\/(ingest|timeline|catalog))/.test(
        route,
      )
      ? "user_not_found"
      : "not_found";
  }
  const special: Partial<Record<Actor, string>> = {
    nobody: "missing_credential",
    expired_jwt: "expired_token",
    wrong_audience: "wrong_audience",
    forged_jwt: "invalid_token",
    revoked_key: "revoked_key",
    wrong_bearer: "wrong_credential",
    wrong_apikey: "wrong_credential",
  };
  return special[actor] ?? "forbidden";
}
