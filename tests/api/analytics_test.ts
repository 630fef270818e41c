import assert from "node:assert/strict";
import { api, assertProblem } from "../helpers/stack/api.ts";
import { sql } from "../helpers/stack/database.ts";
import { newOrganization, newPerson } from "../helpers/tenancy/people.ts";
import { identifyPersons, type Tracked, trackEvents } from "../helpers/analytics/tracked.ts";

const utc = async () => (await newOrganization({ timeZone: "UTC" })).id;

/** Three people over four days, and one event that is nobody's. */
const week: Tracked[] = [
  ["2026-03-02T10:00:00Z", "open", "u:ann", { plan: "pro" }],
  ["2026-03-02T10:05:00Z", "save", "u:ann"],
  ["2026-03-02T12:00:00Z", "open", "u:bob", { plan: "free" }],
  ["2026-03-03T10:00:00Z", "open", "u:ann", { plan: "pro" }],
  ["2026-03-05T10:00:00Z", "open", "u:cid", { plan: "=1+1" }],
  ["2026-03-05T11:00:00Z", "save", "u:bob"],
  ["2026-03-05T12:00:00Z", "open", null],
];
const range = { start_date: "2026-03-02", end_date: "2026-03-05" };

/** An organization with that week; Ann is a woman of 17, Bob a man of 41, of Cid nothing is known. */
async function newWeek(): Promise<string> {
  const org_id = await utc();
  await trackEvents(org_id, week);
  await identifyPersons(org_id, [
    { person: "u:ann", age: 17, gender: "Female" },
    { person: "u:bob", age: 41, gender: "Male" },
  ]);
  return org_id;
}

Deno.test("GET /analytics counts by name and by day, every day present", async (t) => {
  const org_id = await newWeek();
  const read = (query = {}) =>
    api("/analytics", { as: "service", query: { org_id, ...range, ...query } });
  const counts = (body: Record<string, unknown>) => [
    (body["feature_counts"] as { feature_name: string; count: number }[])
      .map((one) => `${one.feature_name} ${one.count}`),
    (body["daily_counts"] as { date: string; count: number }[]).map(({ count }) => count),
  ];
  await t.step("all of it", async () => {
    const { body, status, text } = await read();
    assert.strictEqual(status, 200, text);
    assert.deepStrictEqual(counts(body), [["open 5", "save 2"], [3, 1, 0, 3]]);
    assert.strictEqual(body["n"], 7);
    assert.strictEqual(body["definition"], "analytics.events@1");
    assert.deepStrictEqual(body["period"], {
      start: "2026-03-02",
      end: "2026-03-05",
      days: 4,
      time_zone: "UTC",
      complete: true,
    });
  });
  await t.step("of an age group, a gender, a name", async () => {
    const of = async (query: object) => counts((await read(query)).body);
    assert.deepStrictEqual(await of({ age_group: "<18" }), [["open 2", "save 1"], [2, 1, 0, 0]]);
    assert.deepStrictEqual(await of({ age_group: ">40" }), [["open 1", "save 1"], [1, 0, 0, 1]]);
    assert.deepStrictEqual(await of({ age_group: "18-40" }), [[], [0, 0, 0, 0]]);
    assert.deepStrictEqual(await of({ gender: "unknown" }), [["open 2"], [0, 0, 0, 2]]);
    assert.deepStrictEqual(await of({ feature_name: "save" }), [["save 2"], [1, 0, 0, 1]]);
  });
  await t.step("an unknown filter value is refused", async () => {
    for (
      const [name, value] of [["age_group", "teen"], ["gender", "male"], ["feature_name", "x"]]
    ) {
      assertProblem(await read({ [String(name)]: value }), 422, "validation_failed", [
        String(name),
      ]);
    }
  });
  await t.step("compared with the days before", async () => {
    const { body } = await read({
      start_date: "2026-03-04",
      end_date: "2026-03-05",
      compare: "previous",
    });
    const comparison = body["comparison"] as Record<string, unknown>;
    assert.deepStrictEqual(counts(comparison), [["open 3", "save 1"], [3, 1]]);
    assert.deepStrictEqual(comparison["changes"], [{
      name: "events",
      unit: "events",
      value: 3,
      previous: 4,
      change_pct: -25,
      change_points: null,
      change_reason: null,
    }]);
  });
});

Deno.test("GET /analytics/active-users counts distinct persons in 1, 7 and 30 days", async () => {
  const org_id = await newWeek();
  const query = { org_id, start_date: "2026-03-04", end_date: "2026-03-12" };
  const { body } = await api("/analytics/active-users", { as: "service", query });
  const series = body["series"] as { dau: number; wau: number; mau: number; stickiness: number }[];
  assert.deepStrictEqual(series.map(({ dau, wau, mau }) => [dau, wau, mau]), [
    [0, 2, 2],
    [2, 3, 3],
    [0, 3, 3],
    [0, 3, 3],
    [0, 3, 3],
    [0, 3, 3], // Ann was there on the 3rd
    [0, 2, 3],
    [0, 2, 3],
    [0, 0, 3],
  ]);
  assert.strictEqual(series[1]?.stickiness, 2 * 100 / 3);
  assert.strictEqual(body["n"], 2);
});

Deno.test("GET /analytics/active-users knows no number before the first event ever", async () => {
  const org_id = await newWeek();
  const query = { org_id, start: "2026-02-27", end: "2026-03-04" };
  const { body } = await api("/analytics/active-users", { as: "service", query });
  const series = body["series"] as Record<string, unknown>[];
  assert.deepStrictEqual(series.map(({ date, dau, null_reason }) => [date, dau, null_reason]), [
    ["2026-02-27", null, "not_begun"],
    ["2026-02-28", null, "not_begun"],
    ["2026-03-01", null, "not_begun"],
    ["2026-03-02", 2, null],
    ["2026-03-03", 1, null],
    ["2026-03-04", 0, null],
  ]);
  assert.strictEqual(body["average_dau"], 1, "of the three days that are known");
});

Deno.test("GET /analytics/retention follows cohorts from their first day", async (t) => {
  const org_id = await newWeek();
  const read = async (query: object) => {
    const { body, text } = await api("/analytics/retention", {
      as: "service",
      query: { org_id, ...range, ...query },
    });
    const cohorts = body["cohorts"] as {
      group: string | null;
      cohort: string;
      size: number;
      cells: { count: number }[];
    }[];
    assert.ok(cohorts, text);
    return {
      body,
      rows: cohorts.map((one) => [one.group, one.size, ...one.cells.map((c) => c.count)]),
    };
  };
  await t.step("by day", async () => {
    const { rows, body } = await read({ periods: 4 });
    assert.deepStrictEqual(rows, [
      [null, 2, 2, 1, 0, 1],
      [null, 0, 0, 0, 0, 0],
      [null, 0, 0, 0, 0, 0],
      [null, 1, 1, 0, 0, 0],
    ]);
    const [average] = body["averages"] as {
      cells: { pct: number; n: number; cohorts: number }[];
    }[];
    assert.deepStrictEqual(average?.cells[1], {
      pct: 1 * 100 / 3,
      n: 3,
      cohorts: 2,
      null_reason: null,
    });
  });
  await t.step("from one event to another", async () => {
    const { rows } = await read({ periods: 4, start_event: "open", return_event: "save" });
    assert.deepStrictEqual(rows[0], [null, 2, 2, 0, 0, 1]);
    const saved = await read({ periods: 2, start_event: "save" });
    assert.deepStrictEqual(saved.rows.map((row) => row.slice(1)), [
      [1, 1, 1],
      [0, 0, 0],
      [0, 0, 0],
      [1, 1, 0],
    ]);
  });
  await t.step("by week and month, widened to whole ones", async () => {
    const weeks = await read({ period: "week", periods: 2 });
    assert.deepStrictEqual(weeks.rows, [[null, 3, 3, 0]]);
    assert.strictEqual((weeks.body["period"] as { end: string }).end, "2026-03-08");
    const months = await read({ period: "month", periods: 1, compare: "previous" });
    const { period } = months.body["comparison"] as { period: { start: string; end: string } };
    assert.deepStrictEqual([period.start, period.end], ["2026-02-01", "2026-02-28"]);
  });
  await t.step("by gender", async () => {
    const { rows } = await read({ period: "month", periods: 1, breakdown: "gender" });
    assert.deepStrictEqual(rows, [["Female", 1, 1], ["Male", 1, 1], ["unknown", 1, 1]]);
  });
});

Deno.test("GET /analytics/breakdown divides by property, age group and gender", async (t) => {
  const org_id = await newWeek();
  const read = async (query: object) => {
    const { body, text } = await api("/analytics/breakdown", {
      as: "service",
      query: { org_id, ...range, ...query },
    });
    assert.ok(body["groups"], text);
    return body as {
      groups: { value: string | null; count: number; persons: number }[];
      other: unknown;
      hidden_groups: number;
      n: number;
    };
  };
  const rows = ({ groups }: Awaited<ReturnType<typeof read>>) =>
    groups.map(({ value, count, persons }) => [value, count, persons]);
  await t.step("by property, the rest as other, null for what has none", async () => {
    const plans = await read({ by: "property", property: "plan", top: 1 });
    assert.deepStrictEqual(rows(plans), [["pro", 2, 1], [null, 3, 2]]);
    assert.deepStrictEqual(plans.other, { values: 2, count: 2, persons: 2 });
    assert.strictEqual(plans.n, 7);
  });
  await t.step("by gender", async () => {
    assert.deepStrictEqual(rows(await read({ by: "gender" })), [
      ["Female", 3, 1],
      ["Male", 2, 1],
      ["unknown", 2, 1],
    ]);
    const opened = await read({ by: "age_group", feature_name: "save" });
    assert.deepStrictEqual(rows(opened), [["<18", 1, 1], [">40", 1, 1]]);
  });
  await t.step("groups that are too small are hidden, everywhere", async () => {
    await sql("update public.organizations set min_group_size = 2 where id = $1::uuid", org_id);
    const hidden = await read({ by: "gender" });
    assert.deepStrictEqual([hidden.groups, hidden.hidden_groups, hidden.n], [[], 3, 0]);
    await trackEvents(org_id, [["2026-03-04T10:00:00Z", "open", "u:dan"]]);
    await identifyPersons(org_id, [{ person: "u:dan", gender: "Male" }]);
    const two = await read({ by: "gender" });
    assert.deepStrictEqual([rows(two), two.hidden_groups], [[["Male", 3, 2]], 2]);
    const ask = async (path: string, query: object) =>
      (await api(path, { as: "service", query: { org_id, ...range, ...query } })).body;
    const retained = await ask("/analytics/retention", { period: "week", breakdown: "gender" });
    assert.deepStrictEqual(
      (retained["cohorts"] as { group: string }[]).map(({ group }) => group),
      ["Male"],
    );
    assert.strictEqual(retained["hidden_groups"], 2);
    const funnel = await ask("/analytics/funnel", { steps: "open,save", breakdown: "gender" });
    assert.deepStrictEqual(
      (funnel["groups"] as { group: string }[]).map(({ group }) => group),
      ["Male"],
    );
    assert.strictEqual(funnel["hidden_groups"], 2);
    const women = await ask("/analytics", { gender: "Female" });
    assert.deepStrictEqual([women["feature_counts"], women["hidden_groups"], women["n"]], [
      [],
      1,
      null,
    ]);
    assert.deepStrictEqual((await ask("/analytics", { gender: "Male" }))["n"], 3);
  });
});

Deno.test("GET /analytics/events and /properties tell what there is", async () => {
  const org_id = await newWeek();
  const query = { org_id, ...range };
  const events = await api("/analytics/events", {
    as: "service",
    query: { ...query, page_size: 1 },
  });
  assert.deepStrictEqual(events.body["items"], [{
    event: "open",
    name: "open",
    count: 5,
    first_date: "2026-03-02",
    last_date: "2026-03-05",
    example_properties: null, // nobody's event at noon is the latest
  }]);
  assert.deepStrictEqual([events.body["total_count"], events.body["has_more"]], [2, true]);
  const properties = await api("/analytics/properties", { as: "service", query });
  assert.deepStrictEqual(properties.body["items"], [
    { name: "plan", types: ["string"], count: 4, examples: ["pro", "=1+1", "free"] },
  ]);
  assert.strictEqual(properties.body["n"], 7);
});

Deno.test("GET /analytics/drops lists what was refused", async () => {
  const org_id = await utc();
  await sql(
    `insert into private.event_drops (org_id, day, reason, n)
     values ($1::uuid, '2026-03-02', 'bot', 3), ($1::uuid, '2026-03-03', 'bot', 1), ($1::uuid, '2026-03-03', 'too_old', 2)`,
    org_id,
  );
  const { body } = await api("/analytics/drops", { as: "service", query: { org_id, ...range } });
  assert.deepStrictEqual(body["reasons"], [
    { reason: "bot", count: 4 },
    { reason: "too_old", count: 2 },
  ]);
  assert.strictEqual((body["drops"] as unknown[]).length, 3);

  const page = { org_id, ...range, page: 2, page_size: 2 };
  const second = await api("/analytics/drops", { as: "service", query: page });
  assert.deepStrictEqual(
    [second.body["items"], second.body["total_count"], second.body["has_more"], second.body["n"]],
    [[{ date: "2026-03-03", reason: "too_old", count: 2 }], 3, false, 6],
  );
  assert.deepStrictEqual(second.body["reasons"], body["reasons"]);
  const file = { ...page, format: "csv" };
  const { text } = await api("/analytics/drops", { as: "service", query: file });
  assert.strictEqual(text.trim().split("\r\n").length, 4, text);
});

Deno.test("a signed-in person reads their home organization unless they name another of theirs", async () => {
  const owner = await newPerson();
  const stranger = await newPerson();
  await trackEvents(owner.orgId, [["2026-03-02T20:00:00Z", "mine", "u:ann"]]);
  const mine = await api("/analytics", { as: owner, query: range });
  assert.strictEqual(mine.body["n"], 1, mine.text);
  assert.strictEqual((await api("/analytics", { as: stranger, query: range })).body["n"], 0);
  const query = { ...range, org_id: owner.orgId };
  assertProblem(await api("/analytics", { as: stranger, query }), 404, "not_found");
  assertProblem(await api("/analytics", { as: "service" }), 422, "validation_failed", ["org_id"]);
});
