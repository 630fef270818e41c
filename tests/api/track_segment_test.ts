import { Analytics } from "@segment/analytics-node";
import assert from "node:assert/strict";
import { api, assertProblem, testEnv } from "../helpers/stack/api.ts";
import { sql } from "../helpers/stack/database.ts";
import { newKey } from "../helpers/tenancy/keys.ts";
import { newOrganization } from "../helpers/tenancy/people.ts";

/** An organization and the write key of its Segment library. */
async function writeKey(): Promise<{ orgId: string; key: string }> {
  const { id: orgId } = await newOrganization();
  const { key } = await newKey(orgId, { scopes: ["ingest"] });
  return { orgId, key };
}

/** Segment's own library, pointed here; what it could not deliver is in `errors`. */
function segment(key: string) {
  const errors: unknown[] = [];
  const analytics = new Analytics({
    writeKey: key,
    host: testEnv("TEST_URL"),
    path: "/functions/v1/track/v1/batch",
    maxRetries: 0,
  });
  analytics.on("error", (error) => errors.push(error));
  return { analytics, errors };
}

async function counts(orgId: string): Promise<unknown[][]> {
  const rows = await sql<Record<string, unknown>>(
    `select n.name, c.age_group::text, c.gender::text, sum(c.n)::int as n
     from private.event_counts c join public.event_names n on n.id = c.name_id where c.org_id = $1::uuid
     group by 1, 2, 3 order by 1, 2, 3`,
    orgId,
  );
  return rows.map(Object.values);
}

async function persons(orgId: string): Promise<unknown[][]> {
  const rows = await sql<Record<string, unknown>>(
    `select (select string_agg(k.key, ' ' order by k.key) from public.person_keys k where k.person_id = p.id) as ids, p.known, p.traits
     from public.persons p where p.org_id = $1::uuid order by 1`,
    orgId,
  );
  return rows.map(Object.values);
}

Deno.test("@segment/analytics-node delivers every kind of message in one batch", async () => {
  const { orgId, key } = await writeKey();
  const { analytics, errors } = segment(key);
  const requests: number[] = [];
  analytics.on("http_response", ({ status }) => requests.push(Number(status)));
  analytics.track({ anonymousId: "visitor", event: "Plan Viewed", properties: { plan: "pro" } });
  analytics.page({ anonymousId: "visitor", category: "Docs", name: "Setup" });
  analytics.identify({
    userId: "ada",
    anonymousId: "visitor",
    traits: { email: "ada@example.test", age: 36, gender: "female" },
  });
  analytics.screen({ userId: "ada", name: "Home" });
  analytics.group({ userId: "ada", groupId: "acme", traits: { seats: 3 } });
  analytics.alias({ userId: "ada", previousId: "ada-before" });
  await analytics.closeAndFlush();

  assert.deepStrictEqual(errors, []);
  assert.deepStrictEqual(requests, [200]);
  // What the visitor did is Ada's, and counts as a woman's of her age.
  assert.deepStrictEqual(await counts(orgId), [
    ["Loaded a Page", "18-40", "Female", 1],
    ["Loaded a Screen", "18-40", "Female", 1],
    ["Plan Viewed", "18-40", "Female", 1],
  ]);
  const traits = {
    age: 36,
    email: "ada@example.test",
    gender: "female",
    $groups: { acme: { seats: 3 } },
  };
  assert.deepStrictEqual(await persons(orgId), [
    ["a:ada-before a:visitor u:ada u:ada-before", true, traits],
  ]);
});

Deno.test("@segment/analytics-node may send a message again", async () => {
  const { orgId, key } = await writeKey();
  const message = { userId: "1", event: "Paid", messageId: "m-1", timestamp: new Date() };
  for (let i = 0; i < 2; i++) {
    const { analytics, errors } = segment(key);
    analytics.track(message);
    await analytics.closeAndFlush();
    assert.deepStrictEqual(errors, []);
  }
  assert.deepStrictEqual(await counts(orgId), [["Paid", "unknown", "unknown", 1]]);
});

Deno.test("@segment/analytics-node is told that its write key is wrong", async () => {
  const { analytics, errors } = segment("ll_wrong");
  analytics.track({ userId: "1", event: "Paid" });
  await analytics.closeAndFlush();
  assert.strictEqual(errors.length, 1);
});

Deno.test("POST /track/v1/… takes the single calls of Segment's browser library", async () => {
  const { orgId, key } = await writeKey();
  const send = (call: string, message: Record<string, unknown>) =>
    api(`/track/v1/${call}`, {
      method: "POST",
      headers: { "content-type": "text/plain" },
      body: JSON.stringify({
        anonymousId: "browser",
        messageId: `ajs-next-${call}`,
        timestamp: new Date().toISOString(),
        sentAt: new Date().toISOString(),
        context: { library: { name: "analytics.js", version: "next-1.81.0" } },
        integrations: {},
        writeKey: key,
        ...message,
      }),
    });
  const calls: [string, Record<string, unknown>][] = [
    ["t", { type: "track", event: "Clicked", properties: { x: 1 } }],
    ["p", { type: "page", properties: { path: "/" } }],
    ["i", { type: "identify", userId: "7", traits: { age: 70 } }],
    ["g", { type: "group", userId: "7", groupId: "acme" }],
    ["a", { type: "alias", userId: "7", previousId: "old" }],
    ["b", { batch: [{ type: "track", event: "Clicked", messageId: "b-1", userId: "7" }] }],
  ];
  for (const [call, message] of calls) {
    const answer = await send(call, message);
    assert.strictEqual(answer.status, 200, `${call}: ${answer.text}`);
    assert.deepStrictEqual(
      answer.body,
      { success: true, accepted: 1, duplicates: 0, rejected: [], not_joined: [] },
      call,
    );
  }
  assert.deepStrictEqual(await counts(orgId), [
    ["Clicked", ">40", "unknown", 2],
    ["Loaded a Page", ">40", "unknown", 1],
  ]);
});

Deno.test("POST /track takes what navigator.sendBeacon sends, from the key's pages only", async () => {
  const { id: orgId } = await newOrganization();
  const origin = "https://shop.example.test";
  const { key } = await newKey(orgId, {
    scopes: ["ingest"],
    publishable: true,
    origins: [origin],
  });
  const userAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
  const headers = { "content-type": "text/plain;charset=UTF-8", "user-agent": userAgent };
  const beacon = (from: string) =>
    api("/track/v1/t", {
      method: "POST",
      headers: { ...headers, origin: from },
      body: JSON.stringify({ writeKey: key, type: "track", event: "Left", anonymousId: "b" }),
    });
  const answer = await beacon(origin);
  assert.strictEqual(answer.status, 200, answer.text);
  assert.strictEqual(answer.body["accepted"], 1);
  assertProblem(await beacon("https://evil.example.test"), 403, "forbidden");
  const native = await api("/track", {
    method: "POST",
    headers: { ...headers, origin },
    body: JSON.stringify({ writeKey: key, feature_name: "Left", anonymous_id: "b" }),
  });
  assert.strictEqual(native.status, 202, native.text);
  const identified = await api("/track/identify", {
    method: "POST",
    headers: { ...headers, origin },
    body: JSON.stringify({ writeKey: key, user_id: "7", anonymous_id: "b", age: 12 }),
  });
  assert.strictEqual(identified.status, 200, identified.text);
  assert.deepStrictEqual(await counts(orgId), [["Left", "<18", "unknown", 2]]);
});

Deno.test("POST /track/v1/batch judges each message on its own and corrects the sender's clock", async () => {
  const { orgId, key } = await writeKey();
  const at = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
  const body = {
    sentAt: at(-48),
    batch: [
      { type: "track", event: "Early", userId: "1", messageId: "1", timestamp: at(-50) },
      { type: "track", userId: "1", messageId: "2" },
      { type: "telepathy", userId: "1" },
      { type: "group", userId: "1" },
      "nothing",
      { type: "track", event: "Crawled", userId: "1", context: { userAgent: "Googlebot/2.1" } },
    ],
  };
  const answer = await api<{ accepted: number; rejected: { index: number; code: string }[] }>(
    "/track/v1/batch",
    {
      method: "POST",
      body,
      headers: { authorization: `Basic ${btoa(`${key}:`)}`, "x-retry-count": "0" },
    },
  );
  assert.strictEqual(answer.status, 200, answer.text);
  assert.strictEqual(answer.body.accepted, 1);
  assert.deepStrictEqual(answer.body.rejected.map(({ index, code }) => [index, code]), [
    [1, "name_missing"],
    [2, "unknown_type"],
    [3, "invalid_id"],
    [4, "not_an_object"],
    [5, "bot"],
  ]);
  const [row] = await sql<{ hours: number }>(
    "select round(extract(epoch from now() - occurred_at) / 3600)::int as hours from public.events where org_id = $1::uuid",
    orgId,
  );
  assert.strictEqual(row?.hours, 2);
});

Deno.test("POST /track/v1/… without or with a wrong write key is refused", async () => {
  const send = (body: string) =>
    api("/track/v1/t", { method: "POST", headers: { "content-type": "text/plain" }, body });
  assertProblem(await send('{"type": "track"}'), 401, "missing_credential");
  assertProblem(await send("no JSON"), 401, "missing_credential");
  assertProblem(await send('{"writeKey": "ll_wrong"}'), 403, "wrong_credential");
  // What is not a key of ours never counts, whatever else would pass for a credential.
  const secret = JSON.stringify({ writeKey: testEnv("TEST_API_SECRET_KEY") });
  assertProblem(await send(secret), 401, "missing_credential");
});
