import assert from "node:assert/strict";
import { api, assertProblem } from "../helpers/stack/api.ts";
import { sql } from "../helpers/stack/database.ts";
import { newKey } from "../helpers/tenancy/keys.ts";
import { newOrganization, seedPerson } from "../helpers/tenancy/people.ts";

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const basic = (text: string) => ({ authorization: `Basic ${btoa(text)}` });

/** A reading that the person of an organization can have. */
function reading(email: string, sessions = 1, source_name = "ga4") {
  return { email, source_name, metric_date: "2026-11-10", data: { sessions } };
}

const ingest = (headers: Record<string, string>, body: unknown) =>
  api("/metrics/ingest", { method: "POST", headers, body });

/** Two people of one organization, with 100 and 20 sessions. */
async function organizationWithNumbers() {
  const org = (await newOrganization()).id;
  const [ada, bob] = [await seedPerson({ org }), await seedPerson({ org, role: "member" })];
  for (const [person, sessions] of [[ada, 100], [bob, 20]] as const) {
    const body = reading(person.email, sessions);
    await api("/metrics/ingest", { method: "POST", as: "service", body });
  }
  return { org, ada, bob };
}

Deno.test("a key works as bearer, in apikey and as the user name of Basic authentication", async () => {
  const { orgId } = await seedPerson();
  const { key } = await newKey(orgId, { scopes: ["read"] });
  const forms = [
    bearer(key),
    { authorization: `bearer ${key}` },
    { apikey: key },
    basic(`${key}:`),
    basic(key),
    basic(`${key}:ignored`),
  ];
  for (const headers of forms) {
    const answer = await api("/metrics/catalog", { headers });
    assert.strictEqual(answer.status, 200, JSON.stringify(headers) + answer.text);
  }
});

Deno.test("Authorization decides over apikey, and a bad credential never becomes another", async () => {
  const { orgId } = await seedPerson();
  const { key } = await newKey(orgId, { scopes: ["read"] });
  const refused = [
    { ...bearer("wrong"), apikey: key },
    { ...basic(`user:${key}`), apikey: key },
    { authorization: `Basic ???`, apikey: key },
    { authorization: `Token ${key}`, apikey: key },
  ];
  for (const headers of refused) {
    const { status } = await api("/metrics/catalog", { headers });
    assert.ok(status === 401 || status === 403, `${status} ${JSON.stringify(headers)}`);
  }
});

Deno.test("an unknown, mistyped, revoked or expired key is refused with its reason", async () => {
  const { orgId } = await seedPerson();
  const revoked = await newKey(orgId, { revoked: true });
  const expired = await newKey(orgId, { expiresAt: "2026-01-01" });
  const deleted = await newKey(orgId);
  await sql("delete from public.api_keys where id = $1", deleted.id);
  const good = await newKey(orgId);
  const last = good.key.at(-1) === "0" ? "1" : "0";
  const other = await newKey(orgId);
  const cases: [string, string][] = [
    [revoked.key, "revoked_key"],
    [expired.key, "expired_key"],
    [deleted.key, "wrong_credential"],
    [good.key.slice(0, -1) + last, "wrong_credential"],
    [good.key.slice(0, -1), "wrong_credential"],
    [`${good.key}0`, "wrong_credential"],
    ["ll_", "wrong_credential"],
    // The id of one key with the secret of another.
    [good.key.slice(0, 15) + other.key.slice(15), "wrong_credential"],
  ];
  for (const [key, code] of cases) {
    for (const headers of [bearer(key), { apikey: key }, basic(`${key}:`)]) {
      assertProblem(await api("/metrics/catalog", { headers }), 403, code);
    }
  }
});

Deno.test("a key may do what its scopes say and nothing else", async () => {
  const { org, ada } = await organizationWithNumbers();
  const allowed: Record<string, string[]> = {
    ingest: ["ingest"],
    read: ["tiles", "timeline", "catalog"],
    admin: ["settings"],
  };
  const calls: Record<string, (headers: Record<string, string>) => ReturnType<typeof api>> = {
    ingest: (headers) => ingest(headers, reading(ada.email)),
    tiles: (headers) => api("/dashboard/tiles", { headers }),
    timeline: (headers) => api("/metrics/timeline", { headers }),
    catalog: (headers) => api("/metrics/catalog", { headers }),
    settings: (headers) => api(`/orgs/${org}`, { headers }),
    runs: (headers) => api("/digest/runs", { headers }),
    me: (headers) => api("/auth/me", { headers }),
    mine: (headers) => api("/orgs", { headers }),
  };
  for (const [scope, may] of Object.entries(allowed)) {
    const { key } = await newKey(org, { scopes: [scope] });
    for (const [name, call] of Object.entries(calls)) {
      const answer = await call(bearer(key));
      if (may.includes(name)) assert.strictEqual(answer.status, 200, `${scope} ${name}`);
      else assertProblem(answer, 403, "forbidden");
    }
  }
});

Deno.test("a read key sees all of its organization and nothing of another", async () => {
  const { org, ada, bob } = await organizationWithNumbers();
  const others = await organizationWithNumbers();
  const { key } = await newKey(org, { scopes: ["read"] });
  const headers = bearer(key);
  const window = { start: "2026-11-09", end: "2026-11-15" };
  const sessions = async (email?: string) =>
    (await api("/dashboard/tiles", { headers, query: { ...window, email } })).body["sessions"];
  assert.strictEqual(await sessions(), 120, "everybody of the organization");
  assert.strictEqual(await sessions(ada.email), 100);
  assert.strictEqual(await sessions(bob.email), 20);

  const timeline = await api<{ metrics: { series: { value: number }[] }[] }>("/metrics/timeline", {
    headers,
    query: { ...window, metrics: "sessions", granularity: "week" },
  });
  assert.deepStrictEqual(timeline.body.metrics[0]?.series.map(({ value }) => value), [120]);
  const catalog = await api<{ metrics: { metric_name: string; n: number }[] }>("/metrics/catalog", {
    headers,
  });
  assert.strictEqual(
    catalog.body.metrics.find((one) => one.metric_name === "sessions")?.n,
    2,
    "two readings",
  );

  for (const path of ["/dashboard/tiles", "/metrics/timeline", "/metrics/catalog"]) {
    for (const email of [others.ada.email, "nobody@example.test"]) {
      const answer = await api(path, { headers, query: { email } });
      assertProblem(answer, 404, "user_not_found");
    }
  }
});

Deno.test("nothing a caller sends lets a key out of its organization", async () => {
  const { org } = await organizationWithNumbers();
  const others = await organizationWithNumbers();
  const { key } = await newKey(org, { scopes: ["read", "admin"] });
  for (const name of ["x-confined-to", "X-Confined-To"]) {
    const headers = { ...bearer(key), [name]: others.org };
    const query = { email: others.ada.email };
    assertProblem(await api("/dashboard/tiles", { headers, query }), 404, "user_not_found");
    assertProblem(await api(`/orgs/${others.org}`, { headers }), 403, "forbidden");
  }
});

Deno.test("an ingest key posts for its organization's people only", async () => {
  const { org, ada } = await organizationWithNumbers();
  const others = await organizationWithNumbers();
  const { key } = await newKey(org, { scopes: ["ingest"] });
  assert.strictEqual((await ingest(bearer(key), reading(ada.email, 5))).status, 200);
  assertProblem(await ingest(bearer(key), reading(others.ada.email, 5)), 404, "user_not_found");
  const batch = await ingest(bearer(key), {
    items: [reading(ada.email, 6), reading(others.ada.email, 6)],
  });
  assert.deepStrictEqual(
    (batch.body["results"] as { status: number }[]).map((one) => one.status),
    [200, 404],
  );
  const stored = await sql<{ org_id: string; value: number }>(
    `select org_id, metric_value::int as value from public.metrics
     where org_id in ($1::uuid, $2::uuid) order by value, org_id <> $1::uuid`,
    org,
    others.org,
  );
  assert.deepStrictEqual(
    stored.map((row) => [row.org_id === org ? "ours" : "theirs", row.value]),
    [["ours", 6], ["ours", 20], ["theirs", 20], ["theirs", 100]],
  );
});

Deno.test("a key bound to a source ingests for that source only", async () => {
  const { orgId, email } = await seedPerson();
  const { key } = await newKey(orgId, { scopes: ["ingest"], sourceName: "ga4" });
  assert.strictEqual((await ingest(bearer(key), reading(email))).status, 200);
  const other = reading(email, 1, "instagram");
  assertProblem(await ingest(bearer(key), other), 403, "forbidden");
  const batch = await ingest(bearer(key), { items: [reading(email), other] });
  assert.deepStrictEqual(
    (batch.body["results"] as { status: number; code?: string }[]).map((one) => [
      one.status,
      one.code,
    ]),
    [[200, undefined], [403, "forbidden"]],
  );
});

Deno.test("a publishable key works from its origins only, and never without one", async () => {
  const { orgId, email } = await seedPerson();
  const { key } = await newKey(orgId, {
    scopes: ["ingest"],
    publishable: true,
    origins: ["https://shop.example.test", "https://*.pages.test"],
  });
  const from = (origin?: string) =>
    ingest({ ...bearer(key), ...origin === undefined ? {} : { origin } }, reading(email));
  for (const origin of ["https://shop.example.test", "https://a.pages.test"]) {
    assert.strictEqual((await from(origin)).status, 200, origin);
  }
  const others = [
    undefined,
    "null",
    "http://shop.example.test",
    "https://shop.example.test.evil.test",
    "https://pages.test",
    "https://evilpages.test",
  ];
  for (const origin of others) assertProblem(await from(origin), 403, "forbidden");
});

Deno.test("Idempotency-Key of one organization's key means nothing to another's", async () => {
  const [one, two] = [await seedPerson(), await seedPerson()];
  const idempotencyKey = crypto.randomUUID();
  for (const { orgId, email } of [one, two]) {
    const { key } = await newKey(orgId, { scopes: ["ingest"] });
    const headers = { ...bearer(key), "idempotency-key": idempotencyKey };
    const answer = await ingest(headers, reading(email));
    assert.deepStrictEqual([answer.status, answer.headers.get("idempotent-replayed")], [200, null]);
  }
});
