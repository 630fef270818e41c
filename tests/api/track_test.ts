import assert from "node:assert/strict";
import { type Answer, api, assertProblem, type Credential } from "../helpers/stack/api.ts";
import { sql } from "../helpers/stack/database.ts";
import { newKey } from "../helpers/tenancy/keys.ts";
import { newOrganization, newPerson } from "../helpers/tenancy/people.ts";

interface Batch {
  success: boolean;
  accepted: number;
  duplicates: number;
  rejected: { index: number; code: string; message: string }[];
}

function post<Body = Record<string, unknown>>(
  path: string,
  body: unknown,
  as: Credential = "service",
  headers: Record<string, string> = {},
): Promise<Answer<Body>> {
  return api<Body>(path, { method: "POST", as, body, headers });
}

/** A time so many hours from now; events have to be young, so tests cannot use fixed dates. */
function hoursFromNow(hours: number): string {
  return new Date(Date.now() + hours * 3_600_000).toISOString();
}

/** What is stored: [name, id of the person, properties, clamped], by name. */
async function stored(orgId: string): Promise<unknown[][]> {
  const rows = await sql<Record<string, unknown>>(
    `select n.name, (select min(k.key) from public.person_keys k where k.person_id = e.person_id) as person, e.properties, e.clamped
     from public.events e join public.event_names n on n.id = e.name_id where e.org_id = $1::uuid order by n.name, 2`,
    orgId,
  );
  return rows.map(Object.values);
}

/** The sum of the counts: [name, age group, gender, n]. */
async function counts(orgId: string): Promise<unknown[][]> {
  const rows = await sql<Record<string, unknown>>(
    `select n.name, c.age_group::text, c.gender::text, sum(c.n)::int as n
     from private.event_counts c join public.event_names n on n.id = c.name_id where c.org_id = $1::uuid
     group by 1, 2, 3 order by 1, 2, 3`,
    orgId,
  );
  return rows.map(Object.values);
}

async function drops(orgId: string): Promise<Record<string, number>> {
  const rows = await sql<{ reason: string; n: number }>(
    "select reason, sum(n)::int as n from private.event_drops where org_id = $1::uuid group by 1 order by 1",
    orgId,
  );
  return Object.fromEntries(rows.map(({ reason, n }) => [reason, n]));
}

Deno.test("POST /track stores and counts an event and says so", async () => {
  const { id: org_id } = await newOrganization();
  const answer = await post("/track", {
    org_id,
    feature_name: "export_clicked",
    user_id: "42",
    properties: { plan: "free" },
  });
  assert.strictEqual(answer.status, 202, answer.text);
  assert.deepStrictEqual(answer.body, {
    success: true,
    message: "Event 'export_clicked' tracked successfully",
    accepted: 1,
    duplicates: 0,
    rejected: [],
    not_joined: [],
  });
  assert.deepStrictEqual(await stored(org_id), [[
    "export_clicked",
    "u:42",
    { plan: "free" },
    false,
  ]]);
  assert.deepStrictEqual(await counts(org_id), [["export_clicked", "unknown", "unknown", 1]]);
});

Deno.test("POST /track takes `event` for `feature_name`", async () => {
  const { id: org_id } = await newOrganization();
  assert.strictEqual((await post("/track", { org_id, event: "a" })).status, 202);
  assert.deepStrictEqual(await stored(org_id), [["a", null, null, false]]);
});

Deno.test("POST /track counts an event once, whichever time its retry comes", async () => {
  const { id: org_id } = await newOrganization();
  const event = { org_id, feature_name: "a", event_id: "order-7", occurred_at: hoursFromNow(-1) };
  const answers = [];
  for (const body of [event, event, { ...event, occurred_at: hoursFromNow(-2) }]) {
    const { accepted, duplicates } = (await post("/track", body)).body;
    answers.push([accepted, duplicates]);
  }
  // The time is part of the identity.
  assert.deepStrictEqual(answers, [[1, 0], [0, 1], [1, 0]]);
  const untimed = { org_id, feature_name: "b", event_id: crypto.randomUUID().toUpperCase() };
  const again = { ...untimed, event_id: untimed.event_id.toLowerCase() };
  assert.strictEqual((await post("/track", untimed)).body["accepted"], 1);
  assert.strictEqual((await post("/track", again)).body["duplicates"], 1);
});

Deno.test("POST /track without event_id is identified by its Idempotency-Key, if it has one", async () => {
  const { id: org_id } = await newOrganization();
  const body = { org_id, feature_name: "a" };
  const keyed = { "idempotency-key": "k".repeat(255) };
  assert.strictEqual((await post("/track", body, "service", keyed)).body["accepted"], 1);
  assert.strictEqual((await post("/track", body, "service", keyed)).body["duplicates"], 1);
  assert.strictEqual((await post("/track", body)).body["accepted"], 1);
  assert.strictEqual((await post("/track", body)).body["accepted"], 1);
  assert.strictEqual((await stored(org_id)).length, 3);
  const spaced = await post("/track", body, "service", { "idempotency-key": "a b" });
  assertProblem(spaced, 422, "validation_failed", ["Idempotency-Key"]);
  const batch = { org_id, batch: [body, body].map(() => ({ event: "b" })) };
  const answers = [
    await post("/track/batch", batch, "service", keyed),
    await post("/track/batch", batch, "service", keyed),
  ];
  assert.deepStrictEqual(answers.map(({ body }) => [body["accepted"], body["duplicates"]]), [
    [2, 0],
    [0, 2],
  ]);
});

Deno.test("POST /track by a signed-in person is their own, as old as their profile says", async () => {
  const person = await newPerson();
  await sql("update public.users set age = 30, gender = 'Female' where id = $1::uuid", person.id);
  assert.strictEqual((await post("/track", { feature_name: "a" }, person)).status, 202);
  assert.deepStrictEqual(await stored(person.orgId), [["a", `u:${person.id}`, null, false]]);
  assert.deepStrictEqual(await counts(person.orgId), [["a", "18-40", "Female", 1]]);
  // And they grow older with it.
  await sql("update public.users set age = 41 where id = $1::uuid", person.id);
  assert.deepStrictEqual(await counts(person.orgId), [["a", ">40", "Female", 1]]);
});

Deno.test("POST /track with a key is for the key's organization and no other", async () => {
  const [mine, other] = [await newOrganization(), await newOrganization()];
  const { key } = await newKey(mine.id, { scopes: ["ingest"] });
  assert.strictEqual((await post("/track", { event: "a" }, { token: key })).status, 202);
  assert.deepStrictEqual(await counts(mine.id), [["a", "unknown", "unknown", 1]]);
  const theirs = await post("/track", { event: "a", org_id: other.id }, { token: key });
  assertProblem(theirs, 403, "forbidden");
  const bound = await newKey(mine.id, { scopes: ["ingest"], sourceName: "ga4" });
  assertProblem(await post("/track", { event: "a" }, { token: bound.key }), 403, "forbidden");
  const reader = await newKey(mine.id, { scopes: ["read"] });
  assertProblem(await post("/track", { event: "a" }, { token: reader.key }), 403, "forbidden");
});

Deno.test("POST /track: viewers may not, and nobody for another's organization", async () => {
  const { id: org } = await newOrganization();
  const [viewer, stranger] = [await newPerson({ role: "viewer", org }), await newPerson()];
  assertProblem(await post("/track", { event: "a" }, viewer), 403, "forbidden");
  assertProblem(await post("/track", { event: "a", org_id: org }, stranger), 404, "not_found");
  assert.deepStrictEqual(await stored(org), []);
});

const long = "x".repeat(201);
const many = Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`p${i}`, i]));
const deep = Array.from({ length: 17 }).reduce((inner) => ({ inner }), {});
const refusals: [string, Record<string, unknown>, string, string][] = [
  ["no name", { feature_name: undefined }, "name_missing", "feature_name"],
  ["an empty name", { feature_name: "  " }, "name_missing", "feature_name"],
  ["a name that is a number", { feature_name: 7 }, "name_missing", "feature_name"],
  ["a long name", { feature_name: long }, "name_too_long", "feature_name"],
  ["a name with a NUL", { feature_name: "a\u0000" }, "invalid_text", "feature_name"],
  ["a misspelt field", { occured_at: "now" }, "unknown_field", "occured_at"],
  [
    "a time before all retention",
    { occurred_at: "1999-01-01T00:00:00Z" },
    "too_old",
    "occurred_at",
  ],
  [
    "a time before the retention",
    { occurred_at: hoursFromNow(-731 * 24) },
    "too_old",
    "occurred_at",
  ],
  ["an id that is an object", { event_id: {} }, "invalid_id", "event_id"],
  ["a long user id", { user_id: "x".repeat(257) }, "invalid_id", "user_id"],
  ["an anonymous id with a newline", { anonymous_id: "a\n" }, "invalid_id", "anonymous_id"],
  ["properties in a list", { properties: [1] }, "invalid_properties", "properties"],
  ["101 properties", { properties: many }, "too_many_properties", "properties"],
  ["17 levels of properties", { properties: deep }, "too_deep", "properties"],
  ["a NUL in properties", { properties: { a: "\u0000" } }, "invalid_text", "properties"],
  ["a lone surrogate", { properties: { "\ud800": 1 } }, "invalid_text", "properties"],
  ["33 KiB", { properties: { a: "x".repeat(33 * 1024) } }, "too_large", "event"],
  ["33 KiB in UTF-8 only", { properties: { a: "ü".repeat(17 * 1024) } }, "too_large", "event"],
];

Deno.test("POST /track refuses what it cannot store, naming the field", async (t) => {
  const { id: org_id } = await newOrganization();
  for (const [what, change, , path] of refusals) {
    await t.step(what, async () => {
      const answer = await post("/track", { org_id, feature_name: "a", ...change });
      assertProblem(answer, 422, "validation_failed", [path]);
    });
  }
  assert.deepStrictEqual(await stored(org_id), []);
  assert.strictEqual(Object.values(await drops(org_id)).reduce((a, b) => a + b), refusals.length);
});

Deno.test("POST /track/batch: a bad event costs the others nothing, and drops are counted", async () => {
  const { id: org_id } = await newOrganization();
  const batch = refusals.flatMap(([, change], index) => [
    { feature_name: "a", ...change },
    { feature_name: "b", event_id: `b-${index}` },
  ]);
  const answer = await post<Batch>("/track/batch", { org_id, batch });
  assert.strictEqual(answer.status, 202, answer.text);
  const { accepted, duplicates, rejected } = answer.body;
  assert.deepStrictEqual([accepted, duplicates], [refusals.length, 0]);
  assert.deepStrictEqual(
    rejected.map(({ index, code }) => [index, code]),
    refusals.map(([, , code], index) => [2 * index, code]),
  );
  assert.match(rejected[0]?.message ?? "", /^feature_name: is missing$/);
  assert.deepStrictEqual(await counts(org_id), [["b", "unknown", "unknown", refusals.length]]);
  const expected: Record<string, number> = {};
  for (const [, , code] of refusals) expected[code] = (expected[code] ?? 0) + 1;
  assert.deepStrictEqual(
    await drops(org_id),
    Object.fromEntries(Object.entries(expected).toSorted(([a], [b]) => a < b ? -1 : 1)),
  );
});

Deno.test("POST /track/batch counts duplicates in one batch, in another order and after another clock", async () => {
  const { id: org_id } = await newOrganization();
  const occurred_at = hoursFromNow(-5);
  const batch = ["a", "b", "c", "a"].map((event_id) => ({
    event: event_id,
    event_id,
    occurred_at,
    user_id: event_id,
  }));
  const isFirst = { "x-retry-count": "0" };
  const told = { org_id, batch, sent_at: hoursFromNow(-4) };
  const first = await post<Batch>("/track/batch", told, "service", isFirst);
  assert.deepStrictEqual([first.body.accepted, first.body.duplicates], [3, 1]);
  const second = await post<Batch>("/track/batch", {
    org_id,
    batch: batch.toReversed(),
    sentAt: hoursFromNow(-3),
  });
  assert.deepStrictEqual([second.body.accepted, second.body.duplicates], [0, 4]);
  assert.strictEqual((await stored(org_id)).length, 3);
});

Deno.test("POST /track/batch corrects times by the sender's clock and clamps the future", async () => {
  const { id: org_id } = await newOrganization();
  const body = {
    org_id,
    sent_at: hoursFromNow(-10),
    batch: [{ event: "a", occurred_at: hoursFromNow(-11) }, {
      event: "b",
      occurred_at: hoursFromNow(15),
    }],
  };
  const isFirst = { "x-retry-count": "0" };
  const answer = await post<Batch>("/track/batch", body, "service", isFirst);
  assert.strictEqual(answer.body.accepted, 2, answer.text);
  const rows = await sql<{ name: string; hours: number; clamped: boolean }>(
    `select n.name, round(extract(epoch from e.occurred_at - now()) / 3600)::int as hours, e.clamped
     from public.events e join public.event_names n on n.id = e.name_id where e.org_id = $1::uuid order by 1`,
    org_id,
  );
  assert.deepStrictEqual(rows, [
    { name: "a", hours: -1, clamped: false },
    { name: "b", hours: 0, clamped: true },
  ]);
});

Deno.test("POST /track takes an event whatever it says its time is", async () => {
  const { id: org_id } = await newOrganization();
  const hour = new Date().toISOString().slice(0, 13);
  const seconds = Date.parse(`${hour}:00:00Z`) / 1000;
  const batch = [
    `${hour}:00:00+0000`,
    `${hour}:00`,
    `${hour}:00:00,000Z`,
    seconds,
    seconds * 1000,
    "a while ago",
    "2026-02-30T09:30:00Z",
  ].map((occurred_at, index) => ({ event: `${index}`, event_id: `${index}`, occurred_at }));
  const answer = await post<Batch>("/track/batch", { org_id, batch });
  assert.deepStrictEqual([answer.body.accepted, answer.body.rejected], [7, []]);
  const again = await post<Batch>("/track/batch", { org_id, batch });
  assert.strictEqual(again.body.duplicates, 7);
  const rows = await sql<{ name: string; on_the_hour: boolean; clamped: boolean }>(
    `select n.name, e.occurred_at = to_timestamp($2) as on_the_hour, e.clamped
     from public.events e join public.event_names n on n.id = e.name_id where e.org_id = $1::uuid order by 1`,
    org_id,
    seconds,
  );
  assert.deepStrictEqual(rows.map(Object.values), [
    ["0", true, false],
    ["1", true, false],
    ["2", true, false],
    ["3", true, false],
    ["4", true, false],
    ["5", false, true],
    ["6", false, true],
  ]);
});

Deno.test("ids and orders of more digits than a double holds stay apart", async () => {
  const { id: org_id } = await newOrganization();
  const order = (id: string) =>
    `{"event": "Paid", "user_id": ${id}, "properties": {"order_id": ${id}}}`;
  const answer = await api<Batch>("/track/batch", {
    method: "POST",
    as: "service",
    headers: { "content-type": "application/json" },
    body: `{"org_id": "${org_id}", "batch": [${order("9007199254740992")}, ${
      order("9007199254740993")
    }]}`,
  });
  assert.strictEqual(answer.body.accepted, 2, answer.text);
  assert.deepStrictEqual(await stored(org_id), [
    ["Paid", "u:9007199254740992", { order_id: "9007199254740992" }, false],
    ["Paid", "u:9007199254740993", { order_id: "9007199254740993" }, false],
  ]);
});

Deno.test("names that differ from event to event are refused past 2,000, and counted as dropped", async () => {
  const { id: org_id } = await newOrganization();
  const names = (from: number) =>
    Array.from({ length: 1500 }, (_, index) => ({ event: `GET /orders/${from + index}` }));
  const first = await post<Batch>("/track/batch", { org_id, batch: names(10_000) });
  assert.strictEqual(first.body.accepted, 1500);
  const batch = [{ event: "GET /orders/10000" }, ...names(20_000)];
  const second = await post<Batch>("/track/batch", { org_id, batch });
  assert.deepStrictEqual([second.body.accepted, second.body.duplicates], [501, 0]);
  assert.deepStrictEqual(
    [second.body.rejected.length, second.body.rejected[0]?.index, second.body.rejected[0]?.code],
    [1000, 501, "too_many_names"],
  );
  assert.deepStrictEqual(await drops(org_id), { too_many_names: 1000 });
  const known = await post("/track", { org_id, event: "GET /orders/10000", user_id: "ada" });
  assert.strictEqual(known.status, 202, known.text);
  assertProblem(await post("/track", { org_id, event: "one more" }), 422, "validation_failed", [
    "event",
  ]);
});

Deno.test("POST /track/batch takes 5,000 events and 4 MiB, and no more", async () => {
  const { id: org_id } = await newOrganization();
  const batch = Array.from({ length: 5000 }, (_, i) => ({ event: `e${i % 7}`, event_id: `${i}` }));
  assert.strictEqual((await post<Batch>("/track/batch", { org_id, batch })).body.accepted, 5000);
  const more = [...batch, { event: "x" }];
  const answer = await post("/track/batch", { org_id, batch: more });
  assertProblem(answer, 422, "validation_failed", ["batch"]);
  assertProblem(await post("/track/batch", { org_id, batch: [] }), 422, "validation_failed", [
    "batch",
  ]);
  const large = JSON.stringify({ org_id, batch: [{ event: "x".repeat(4 * 1024 * 1024) }] });
  assertProblem(await post("/track/batch", large), 413, "payload_too_large");
});

async function gzip(text: string | ReadableStream<Uint8Array<ArrayBuffer>>): Promise<Uint8Array> {
  const stream = typeof text === "string" ? new Blob([text]).stream() : text;
  return new Uint8Array(
    await new Response(stream.pipeThrough(new CompressionStream("gzip"))).arrayBuffer(),
  );
}

Deno.test("POST /track/batch unpacks gzip, but no bomb", async () => {
  const { id: org_id } = await newOrganization();
  const packed = { "content-encoding": "gzip" };
  const body = await gzip(JSON.stringify({ org_id, batch: [{ event: "a" }, { event: "ü" }] }));
  const answer = await post<Batch>("/track/batch", body, "service", packed);
  assert.strictEqual(answer.body.accepted, 2, answer.text);
  assert.deepStrictEqual((await counts(org_id)).map(([name]) => name), ["a", "ü"]);
  let left = 256;
  const zeros = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: (controller) =>
      left-- > 0 ? controller.enqueue(new Uint8Array(1024 * 1024)) : controller.close(),
  });
  const bomb = await gzip(zeros);
  assert.ok(bomb.byteLength < 1024 * 1024);
  assertProblem(await post("/track/batch", bomb, "service", packed), 413, "payload_too_large");
  assertProblem(await post("/track/batch", "{}", "service", packed), 400, "bad_request");
  const brotli = { "content-encoding": "br" };
  assertProblem(await post("/track/batch", "{}", "service", brotli), 415, "unsupported_media_type");
});

Deno.test("POST /track drops what a known bot's page reports, and takes what servers report", async () => {
  const { id: org_id } = await newOrganization();
  const googlebot = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
  const origin = "https://shop.example.test";
  const body = { org_id, feature_name: "a" };
  const bot = await post("/track", body, "service", { "user-agent": googlebot, origin });
  assert.strictEqual(bot.status, 202);
  assert.strictEqual(bot.body["success"], false);
  assert.strictEqual(bot.body["accepted"], 0);
  assert.deepStrictEqual(bot.body["rejected"], [
    { index: 0, code: "bot", message: "the user agent is a known bot's" },
  ]);
  const server = await post("/track", body, "service", { "user-agent": "python-requests/2.32" });
  assert.strictEqual(server.body["accepted"], 1);
  assert.deepStrictEqual(await drops(org_id), { bot: 1 });
});

Deno.test("POST /track coalesces what comes at once and answers each", async () => {
  const { id: org_id } = await newOrganization();
  const answers = await Promise.all(
    Array.from(
      { length: 60 },
      (_, i) => post("/track", { org_id, event: `e${i}`, event_id: `${i % 50}` }),
    ),
  );
  assert.strictEqual(answers.filter(({ body }) => body["accepted"] === 1).length, 50);
  assert.strictEqual(answers.filter(({ body }) => body["duplicates"] === 1).length, 10);
  for (const [i, { body }] of answers.entries()) {
    assert.strictEqual(body["message"], `Event 'e${i}' tracked successfully`);
  }
  const [{ version } = { version: 0 }] = await sql<{ version: number }>(
    "select version::int from private.analytics_versions where org_id = $1::uuid",
    org_id,
  );
  assert.ok(version < 50, `${version} transactions for 50 events`);
});

Deno.test("the service has to say which organization, and a real one", async () => {
  assertProblem(await post("/track", { event: "a" }), 422, "validation_failed", ["org_id"]);
  assertProblem(await post("/track", { event: "a", org_id: "x" }), 422, "validation_failed", [
    "org_id",
  ]);
  const unknown = { event: "a", org_id: crypto.randomUUID() };
  assertProblem(await post("/track", unknown), 404, "not_found");
});

Deno.test("a key that ends is refused at once, though requests just before it were let in", async () => {
  const { id: orgId } = await newOrganization();
  const ends: [string, string][] = [
    ["revoked_at = now()", "revoked_key"],
    ["expires_at = now()", "expired_key"],
  ];
  for (const [change, code] of ends) {
    const { key, id } = await newKey(orgId, { scopes: ["ingest"] });
    const before = await post("/track", { event: "before" }, { token: key });
    assert.strictEqual(before.status, 202, before.text);
    await sql(`update public.api_keys set ${change} where id = $1`, id);
    assertProblem(await post("/track", { event: "after" }, { token: key }), 403, code);
    const batch = { batch: [{ event: "after" }] };
    assertProblem(await post("/track/batch", batch, { token: key }), 403, code);
    const person = { user_id: "42", age: 30 };
    assertProblem(await post("/track/identify", person, { token: key }), 403, code);
    // Not even what was refused is counted.
    assertProblem(await post("/track", { event: "" }, { token: key }), 403, code);
  }
  assert.deepStrictEqual(await counts(orgId), [["before", "unknown", "unknown", 2]]);
});

Deno.test("an organization's events go with it", async () => {
  const left = async (orgId: string) => {
    const tables = ["public.events", "private.event_keys", "private.person_days"];
    const counts = tables.map((table) =>
      `select count(*) as n from ${table} where org_id = $1::uuid`
    );
    const rows = await sql<{ n: number }>(counts.join(" union all "), orgId);
    return rows.map(({ n }) => Number(n));
  };
  const [{ id: gone }, { id: kept }] = [await newOrganization(), await newOrganization()];
  for (const org_id of [gone, kept]) {
    await post("/track", { org_id, event: "a", user_id: "42" });
  }
  await sql("delete from public.organizations where id = $1::uuid", gone);
  // The person's day counts for the event and for any event.
  assert.deepStrictEqual([await left(gone), await left(kept)], [[0, 0, 0], [1, 1, 2]]);
});
