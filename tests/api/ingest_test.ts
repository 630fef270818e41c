import assert from "node:assert/strict";
import { type Answer, api, assertProblem } from "../helpers/stack/api.ts";
import { sql } from "../helpers/stack/database.ts";
import { newEmail, seedPerson } from "../helpers/tenancy/people.ts";

interface Batch {
  accepted: number;
  rejected: { index: number; code: string; message: string }[];
  ingested: number;
  metrics: string[];
  results: { index: number; status: number; ingested: number; code?: string; errors?: unknown[] }[];
}

function ingest<Body = Record<string, unknown>>(
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Answer<Body>> {
  return api<Body>("/metrics/ingest", { method: "POST", as: "service", body, headers });
}

/** A good reading; each case below breaks one thing about it. */
function reading(email: string, changes: Record<string, unknown> = {}) {
  return {
    email,
    source_name: "ga4",
    metric_date: "2026-11-16",
    data: { sessions: 120, conversions: 4 },
    ...changes,
  };
}

/** What is stored of a person: [source, date, name, value, dimensions], in that order. */
async function stored(email: string): Promise<unknown[][]> {
  const rows = await sql<Record<string, unknown>>(
    `select m.source_name, m.metric_date::text as metric_date, m.metric_name, m.metric_value::text as metric_value, m.dimensions
     from public.metrics m join public.users u on u.id = m.user_id where u.email = $1 order by 1, 2, 3, 5`,
    email,
  );
  return rows.map(Object.values);
}

Deno.test("POST /metrics/ingest stores each number of a reading", async () => {
  const { email } = await seedPerson();
  const answer = await ingest(reading(email, { meta: { job: "nightly" } }));
  assert.strictEqual(answer.status, 200, answer.text);
  assert.deepStrictEqual(answer.body, {
    ingested: 2,
    metrics: ["conversions", "sessions"],
    accepted: 1,
    duplicates: 0,
    rejected: [],
  });
  assert.deepStrictEqual(await stored(email), [
    ["ga4", "2026-11-16", "conversions", "4", {}],
    ["ga4", "2026-11-16", "sessions", "120", {}],
  ]);
});

Deno.test("POST /metrics/ingest finds the person whatever the case of their address", async () => {
  const { email } = await seedPerson();
  const answer = await ingest(reading(` ${email.toUpperCase()} `));
  assert.strictEqual(answer.status, 200, answer.text);
  assert.strictEqual((await stored(email)).length, 2);
});

Deno.test("POST /metrics/ingest keeps numbers as they were sent", async () => {
  const { email } = await seedPerson();
  const data = { a: 0.1, b: -2.5, c: 0, d: 1e15, e: 123456789012.25, f: -1e15, g: 1e-7 };
  assert.strictEqual((await ingest(reading(email, { data }))).status, 200);
  const values = (await stored(email)).map((row) => [row[2], Number(row[3])]);
  assert.deepStrictEqual(Object.fromEntries(values), data);
});

Deno.test("POST /metrics/ingest sent again replaces, and keeps what it replaced", async () => {
  const { email } = await seedPerson();
  for (const sessions of [120, 120, 130, 125]) {
    const answer = await ingest(reading(email, { data: { sessions } }));
    assert.strictEqual(answer.status, 200);
  }
  assert.deepStrictEqual(await stored(email), [["ga4", "2026-11-16", "sessions", "125", {}]]);
  const history = await sql(
    `select r.previous_value::text as before, r.new_value::text as after
     from public.metric_restatements r join public.metrics m on m.id = r.metric_id
     join public.users u on u.id = m.user_id where u.email = $1 order by r.id`,
    email,
  );
  // Sending the same value again restates nothing.
  assert.deepStrictEqual(history, [
    { before: "120", after: "130" },
    { before: "130", after: "125" },
  ]);
});

Deno.test("POST /metrics/ingest tells readings apart by source, day, name and dimensions", async () => {
  const { email } = await seedPerson();
  const data = { sessions: 1 };
  const items = [
    reading(email, { data }),
    reading(email, { data, source_name: "plausible" }),
    reading(email, { data, metric_date: "2026-11-15" }),
    reading(email, { data: { clicks: 1 } }),
    reading(email, { data, dimensions: { country: "US", campaign: "autumn" } }),
    // The same dimensions in another order are the same reading.
    reading(email, { data: { sessions: 7 }, dimensions: { campaign: "autumn", country: "US" } }),
  ];
  const answer = await ingest<Batch>({ items });
  assert.strictEqual(answer.status, 200, answer.text);
  assert.deepStrictEqual(await stored(email), [
    ["ga4", "2026-11-15", "sessions", "1", {}],
    ["ga4", "2026-11-16", "clicks", "1", {}],
    ["ga4", "2026-11-16", "sessions", "1", {}],
    ["ga4", "2026-11-16", "sessions", "7", { campaign: "autumn", country: "US" }],
    ["plausible", "2026-11-16", "sessions", "1", {}],
  ]);
});

Deno.test("POST /metrics/ingest refuses a person it does not know", async () => {
  const answer = await ingest(reading(newEmail()));
  assertProblem(answer, 404, "user_not_found");
  assert.strictEqual(answer.body["detail"], "User not found");
});

const tomorrow = (days: number) =>
  new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

const faults: [string, Record<string, unknown>, string[]][] = [
  ["an address that is none", { email: "demo" }, ["email"]],
  ["no address", { email: undefined }, ["email"]],
  ["an empty source", { source_name: "  " }, ["source_name"]],
  ["a source of 101 characters", { source_name: "x".repeat(101) }, ["source_name"]],
  ["a source with a control character", { source_name: "ga\u00004" }, ["source_name"]],
  ["a day that does not exist", { metric_date: "2026-02-29" }, ["metric_date"]],
  ["a day in another format", { metric_date: "16.11.2026" }, ["metric_date"]],
  ["a time", { metric_date: "2026-11-16T00:00:00Z" }, ["metric_date"]],
  ["a day before 2000", { metric_date: "1999-12-31" }, ["metric_date"]],
  ["a day that begins nowhere yet", { metric_date: tomorrow(2) }, ["metric_date"]],
  ["a day far away", { metric_date: "2099-01-01" }, ["metric_date"]],
  ["no numbers", { data: {} }, ["data"]],
  [
    "101 numbers",
    { data: Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`m${i}`, i])) },
    ["data"],
  ],
  ["a number as text", { data: { sessions: "120" } }, ["data.sessions"]],
  ["null for a number", { data: { sessions: null } }, ["data.sessions"]],
  ["a number beyond 1e15", { data: { sessions: 1e15 + 1 } }, ["data.sessions"]],
  ["a list of numbers", { data: [1, 2] }, ["data"]],
  ["an empty name", { data: { "": 1 } }, ["data."]],
  ["meta that is a list", { meta: [] }, ["meta"]],
  ["an unknown field", { metric_dat: "2026-11-16" }, ["metric_dat"]],
  ["several faults", { source_name: "", data: { a: true } }, ["source_name", "data.a"]],
];

for (const [what, changes, paths] of faults) {
  Deno.test(`POST /metrics/ingest refuses ${what}, naming the field, and stores nothing`, async () => {
    const { email } = await seedPerson();
    assertProblem(await ingest(reading(email, changes)), 422, "validation_failed", paths);
    assert.deepStrictEqual(await stored(email), []);
  });
}

const notNumbers: [string, string][] = [
  ["NaN", "NaN"],
  ["Infinity", "Infinity"],
  ["-Infinity", "-Infinity"],
];
for (const [what, literal] of notNumbers) {
  Deno.test(`POST /metrics/ingest refuses ${what}, which is no JSON`, async () => {
    const { email } = await seedPerson();
    const text = JSON.stringify(reading(email)).replace(":120", `:${literal}`);
    const answer = await ingest(text, { "content-type": "application/json" });
    assertProblem(answer, 400, "malformed_json");
  });
}

Deno.test("POST /metrics/ingest refuses a number that overflows to infinity", async () => {
  const { email } = await seedPerson();
  const text = JSON.stringify(reading(email)).replace(":120", ":1e999");
  const answer = await ingest(text, { "content-type": "application/json" });
  assertProblem(answer, 422, "validation_failed", ["data.sessions"]);
});

Deno.test("POST /metrics/ingest takes today and tomorrow, as somewhere it is tomorrow already", async () => {
  const { email } = await seedPerson();
  for (const days of [0, 1]) {
    const answer = await ingest(reading(email, { metric_date: tomorrow(days) }));
    assert.strictEqual(answer.status, 200, answer.text);
  }
});

Deno.test("POST /metrics/ingest of a batch judges each item on its own", async () => {
  const [one, two] = [await seedPerson(), await seedPerson()];
  const answer = await ingest<Batch>({
    items: [
      reading(one.email),
      reading(one.email, { data: { sessions: "many" } }),
      reading(newEmail()),
      "not a reading",
      reading(two.email, { data: { reach: 9 } }),
    ],
  });
  assert.strictEqual(answer.status, 207, answer.text);
  const { ingested, metrics, results } = answer.body;
  assert.strictEqual(ingested, 3);
  assert.deepStrictEqual(metrics, ["conversions", "reach", "sessions"]);
  assert.deepStrictEqual(
    results.map(({ index, status, ingested, code }) => [index, status, ingested, code]),
    [
      [0, 200, 2, undefined],
      [1, 422, 0, "validation_failed"],
      [2, 404, 0, "user_not_found"],
      [3, 422, 0, "validation_failed"],
      [4, 200, 1, undefined],
    ],
  );
  assert.strictEqual(answer.body.accepted, 2);
  assert.deepStrictEqual(answer.body.rejected, [
    { index: 1, code: "validation_failed", message: "data.sessions: must be a finite number" },
    { index: 2, code: "user_not_found", message: "User not found" },
    { index: 3, code: "validation_failed", message: answer.body.rejected[2]?.message },
  ]);
  assert.deepStrictEqual(results[1]?.errors, [{
    path: "data.sessions",
    message: "must be a finite number",
  }]);
  assert.strictEqual((await stored(one.email)).length, 2);
  assert.deepStrictEqual(await stored(two.email), [["ga4", "2026-11-16", "reach", "9", {}]]);
});

Deno.test("POST /metrics/ingest of a batch where nothing is good answers 207 and stores nothing", async () => {
  const answer = await ingest<Batch>({ items: [1, null] });
  assert.strictEqual(answer.status, 207);
  assert.deepStrictEqual(answer.body.results.map(({ status }) => status), [422, 422]);
});

Deno.test("POST /metrics/ingest takes 1,000 items, of which the later wins, and not one more", async () => {
  const { email } = await seedPerson();
  const items = Array.from({ length: 1001 }, (_, i) => reading(email, { data: { sessions: i } }));
  assertProblem(await ingest({ items }), 422, "validation_failed", ["items"]);
  assertProblem(await ingest({ items: [] }), 422, "validation_failed", ["items"]);
  assert.deepStrictEqual(await stored(email), []);
  const answer = await ingest<Batch>({ items: items.slice(0, 1000) });
  assert.strictEqual(answer.status, 200, answer.text);
  assert.strictEqual(answer.body.ingested, 1000);
  assert.deepStrictEqual(await stored(email), [["ga4", "2026-11-16", "sessions", "999", {}]]);
});

Deno.test("POST /metrics/ingest by many at once loses nothing and doubles nothing", async () => {
  const { email } = await seedPerson();
  const days = Array.from({ length: 10 }, (_, i) => `2026-11-${String(i + 1).padStart(2, "0")}`);
  const items = days.map((metric_date) => reading(email, { metric_date, data: { sessions: 5 } }));
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, i) => ingest({ items: i % 2 ? items : items.toReversed() })),
  );
  assert.deepStrictEqual([...new Set(answers.map(({ status }) => status))], [200]);
  assert.deepStrictEqual(
    await stored(email),
    days.map((day) => ["ga4", day, "sessions", "5", {}]),
  );
});
