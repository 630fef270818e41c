import assert from "node:assert/strict";
import { type Answer, api, assertProblem } from "../helpers/stack/api.ts";
import { sql } from "../helpers/stack/database.ts";
import { newOrganization } from "../helpers/tenancy/people.ts";
import { identifyPersons, type Tracked, trackEvents } from "../helpers/analytics/tracked.ts";

type Query = Record<string, string | number | undefined>;

/** An organization in UTC with the same two days in March of 2025 and 2026, three and five events. */
async function newReader() {
  const { id: org_id } = await newOrganization({ timeZone: "UTC" });
  await trackEvents(org_id, [
    ["2025-03-02T10:00:00Z", "open", "u:ann"],
    ["2025-03-02T10:01:00Z", "save", "u:ann"],
    ["2025-03-03T10:00:00Z", "open", "u:bob"],
    ["2026-02-28T10:00:00Z", "open", "u:ann"],
    ["2026-03-02T10:00:00Z", "open", "u:ann", { plan: "pro" }],
    ["2026-03-02T10:01:00Z", "save", "u:ann", { plan: "pro" }],
    ["2026-03-02T11:00:00Z", "open", "u:bob", { plan: "free" }],
    ["2026-03-03T10:00:00Z", "open", "u:ann"],
    ["2026-03-03T10:00:00Z", "open", "u:cid"],
  ]);
  const read = (path: string, query: Query = {}) =>
    api(path, { as: "service", query: { org_id, ...query } });
  return { org_id, read };
}

const days = { start: "2026-03-02", end: "2026-03-03" };
const period = { ...days, days: 2, time_zone: "UTC", complete: true };
/** Today and beyond in whatever year the tests run in, and yet the same days. */
const toCome = { start: "2099-01-01", end: "2099-01-02" };

/** A body without what tells requests apart that ask for the same. */
function asked({ status, body, text }: Answer): unknown {
  assert.strictEqual(status, 200, text);
  return body;
}

Deno.test("each parameter of analytics has one name, and the one of before says the same", async (t) => {
  const { read } = await newReader();
  const same: [path: string, now: Query, before: Query][] = [
    ["/analytics", { event: "save" }, { feature_name: "save" }],
    ["/analytics/active-users", {}, {}],
    ["/analytics/breakdown", { breakdown: "gender", event: "open" }, {
      by: "gender",
      feature_name: "open",
    }],
    ["/analytics/breakdown", { breakdown: "property", property: "plan", limit: 1 }, {
      by: "property",
      property: "plan",
      top: 1,
    }],
    ["/analytics/flow", { event: "open", limit: 1 }, { event: "open", top: 1 }],
    ["/analytics/retention", { interval: "week", periods: 2 }, { period: "week", periods: 2 }],
    ["/analytics/properties", { event: "save" }, { feature_name: "save" }],
    ["/analytics/sessions", {}, {}],
    ["/analytics/persons/u:ann", {}, {}],
  ];
  for (const [path, now, before] of same) {
    await t.step(`${path} ${Object.keys(now)}`, async () => {
      const answer = asked(await read(path, { ...days, ...now }));
      const old = { start_date: days.start, end_date: days.end, ...before };
      assert.deepStrictEqual(asked(await read(path, old)), answer);
    });
  }
  await t.step("both at once are refused unless they agree", async () => {
    const both = { ...days, start_date: days.start };
    assert.strictEqual((await read("/analytics", both)).status, 200);
    const refused = async (path: string, query: Query, name: string) =>
      assertProblem(await read(path, query), 422, "validation_failed", [name]);
    await refused("/analytics", { ...both, start_date: "2026-03-01" }, "start_date");
    await refused("/analytics", { event: "open", feature_name: "save" }, "feature_name");
    await refused("/analytics/retention", { interval: "day", period: "week" }, "period");
  });
  await t.step("what is wrong is named as it was asked", async () => {
    const refused = async (path: string, query: Query, name: string) =>
      assertProblem(await read(path, query), 422, "validation_failed", [name]);
    await refused("/analytics", { event: "nothing" }, "event");
    await refused("/analytics", { feature_name: "nothing" }, "feature_name");
    await refused("/analytics", { start: "2026-03-03", end: "2026-03-02" }, "end");
    await refused("/analytics", { start: "2001-01-01" }, "start");
    await refused("/analytics", { start_date: "2001-01-01" }, "start_date");
    await refused("/analytics/breakdown", {}, "breakdown");
    await refused("/analytics/breakdown", { breakdown: "property" }, "property");
    await refused("/analytics/breakdown", { breakdown: "gender", property: "plan" }, "property");
  });
});

interface Metric {
  key: string;
  value: number | null;
  n: number;
  null_reason: string | null;
  previous: { value: number | null; n: number; period: Record<string, unknown> } | null;
  change: { value: number | null; unit: string; null_reason: string | null } | null;
}

const metricsIn = ({ body, text }: Answer): Metric[] => {
  assert.ok(body["metrics"], text);
  return body["metrics"] as Metric[];
};

Deno.test("every analytics read tells its metrics alike, and compares them with the days or the year before", async (t) => {
  const { org_id, read } = await newReader();
  await t.step("a metric says what it is", async () => {
    assert.deepStrictEqual(metricsIn(await read("/analytics", days)), [{
      key: "events",
      label: "Events",
      unit: "events",
      direction: "neutral",
      value: 5,
      n: 5,
      definition: "analytics.events@1",
      null_reason: null,
      previous: null,
      change: null,
    }]);
  });
  await t.step("the days before", async () => {
    const [events] = metricsIn(await read("/analytics", { ...days, compare: "previous" }));
    assert.deepStrictEqual(events?.previous, {
      value: 1,
      n: 1,
      period: { ...period, start: "2026-02-28", end: "2026-03-01" },
    });
    assert.deepStrictEqual(events.change, { value: 400, unit: "%", null_reason: null });
  });
  await t.step("the same days a year before", async () => {
    const [events] = metricsIn(await read("/analytics", { ...days, compare: "year" }));
    assert.deepStrictEqual(events?.previous, {
      value: 3,
      n: 3,
      period: { ...period, start: "2025-03-02", end: "2025-03-03" },
    });
    assert.deepStrictEqual(events.change, { value: 2 / 3 * 100, unit: "%", null_reason: null });
  });
  await t.step("rates in points", async () => {
    // Two of two persons' averages: (2 of 2 + 2 of 3) now, (1 of 1 + 1 of 2) a year before.
    const metrics = metricsIn(await read("/analytics/active-users", { ...days, compare: "year" }));
    const stickiness = metrics.find(({ key }) => key === "average_stickiness");
    assert.strictEqual(stickiness?.value, (100 + 200 / 3) / 2);
    assert.strictEqual(stickiness.previous?.value, 75);
    assert.strictEqual(stickiness.change?.unit, "points");
    assert.strictEqual(stickiness.change.value, (100 + 200 / 3) / 2 - 75);
  });
  await t.step("weeks with those 52 weeks before, months with the calendar's", async () => {
    const before = async (interval: string) => {
      const query = { ...days, interval, periods: 1, compare: "year" };
      const [persons] = metricsIn(await read("/analytics/retention", query));
      return [persons?.previous?.period["start"], persons?.previous?.period["end"]];
    };
    assert.deepStrictEqual(await before("week"), ["2025-03-03", "2025-03-09"]);
    assert.deepStrictEqual(await before("month"), ["2025-03-01", "2025-03-31"]);
    assert.deepStrictEqual(await before("day"), ["2025-03-02", "2025-03-03"]);
  });
  await t.step("every other one compares as well", async () => {
    const compare = "year";
    const keys = async (path: string, query: Query = {}) => {
      const metrics = metricsIn(await read(path, { ...days, ...query, compare }));
      return metrics.map(({ key, previous }) => [key, previous?.period["start"]].join(" "));
    };
    const both = ["persons 2025-03-02", "conversion 2025-03-02"];
    assert.deepStrictEqual(await keys("/analytics/funnel", { steps: "open,save" }), both);
    const events = ["events 2025-03-02"];
    assert.deepStrictEqual(await keys("/analytics/breakdown", { breakdown: "gender" }), events);
    assert.deepStrictEqual(await keys("/analytics/flow", { event: "open" }), events);
    assert.deepStrictEqual(await keys("/analytics/events"), events);
    assert.deepStrictEqual(await keys("/analytics/persons/u:ann"), events);
    assert.deepStrictEqual(await keys("/analytics/drops"), ["dropped 2025-03-02"]);
    assert.strictEqual((await keys("/analytics/sessions")).length, 6);
    const properties = await read("/analytics/properties", { ...days, compare });
    assert.strictEqual(
      (properties.body["comparison"] as { period: { start: string } }).period.start,
      "2025-03-02",
    );
  });
  await t.step("a number that is not there says why", async () => {
    const reasons = async (path: string, query: Query) =>
      metricsIn(await read(path, query)).map(({ value, null_reason }) => [value, null_reason]);
    const steps = "open,save";
    await identifyPersons(org_id, [{ person: "u:ann", gender: "Female" }]);
    assert.deepStrictEqual(
      await reasons("/analytics/funnel", { ...days, steps, breakdown: "gender" }),
      [[3, null], [null, "several_groups"]],
    );
    assert.deepStrictEqual(
      await reasons("/analytics/funnel", { start: "2024-03-02", end: "2024-03-03", steps }),
      [[0, null], [null, "no_data"]],
    );
    assert.deepStrictEqual(
      (await reasons("/analytics/retention", { ...days, periods: 1 }))[1],
      [null, "not_asked"],
    );
    await sql("update public.organizations set min_group_size = 2 where id = $1::uuid", org_id);
    assert.deepStrictEqual(
      await reasons("/analytics", { ...days, gender: "Female" }),
      [[null, "hidden_group"]],
    );
  });
});

Deno.test("a day to come is unknown in a series, and today's is not complete", async (t) => {
  const { org_id, read } = await newReader();
  const body = async (path: string, query: Query) => {
    const answer = await read(path, query);
    assert.strictEqual(answer.status, 200, answer.text);
    return answer.body as {
      period: { complete: boolean };
      series: Record<string, unknown>[];
      series_metrics: { key: string; unit: string }[];
      daily_counts: unknown[];
    };
  };
  await t.step("days that are over are complete", async () => {
    const { period, series, series_metrics } = await body("/analytics", days);
    assert.strictEqual(period.complete, true);
    assert.deepStrictEqual(series, [
      { date: "2026-03-02", events: 3, complete: true, null_reason: null },
      { date: "2026-03-03", events: 2, complete: true, null_reason: null },
    ]);
    assert.deepStrictEqual(series_metrics.map(({ key, unit }) => [key, unit]), [
      ["events", "events"],
    ]);
  });
  await t.step("days to come are not, and the counts of before stay numbers", async () => {
    const { period, series, daily_counts } = await body("/analytics", toCome);
    assert.strictEqual(period.complete, false);
    const unknown = { complete: false, null_reason: "to_come" };
    assert.deepStrictEqual(series, [
      { date: "2099-01-01", events: null, ...unknown },
      { date: "2099-01-02", events: null, ...unknown },
    ]);
    assert.deepStrictEqual(daily_counts, [
      { date: "2099-01-01", count: 0 },
      { date: "2099-01-02", count: 0 },
    ]);
    const sessions = await body("/analytics/sessions", toCome);
    assert.deepStrictEqual(sessions.series[0], {
      date: "2099-01-01",
      sessions: null,
      persons: null,
      events_per_session: null,
      median_seconds: null,
      ...unknown,
    });
    const users = await body("/analytics/active-users", toCome);
    assert.deepStrictEqual(users.series[0], {
      date: "2099-01-01",
      dau: null,
      wau: null,
      mau: null,
      stickiness: null,
      ...unknown,
    });
  });
  await t.step("a quiet day is 0, and its rates are unknown", async () => {
    const quiet = { start: "2026-03-04", end: "2026-03-04" };
    assert.deepStrictEqual((await body("/analytics/sessions", quiet)).series, [{
      date: "2026-03-04",
      sessions: 0,
      persons: 0,
      events_per_session: null,
      median_seconds: null,
      complete: true,
      null_reason: "no_data",
    }]);
  });
  await t.step("today has begun", async () => {
    const [row] = await sql<{ today: string }>(
      "select (now() at time zone 'UTC')::date::text as today",
    );
    const today = row?.today ?? "";
    await trackEvents(org_id, [[`${today}T00:00:00Z`, "open", "u:ann"]]);
    const { series } = await body("/analytics", { start: today, end: today });
    assert.deepStrictEqual(series.map(({ events, complete }) => [events, complete]), [[1, false]]);
  });
});

Deno.test("GET /analytics/properties counts all names there are, and shows each on some page", async () => {
  const { org_id, read } = await newReader();
  const properties = Object.fromEntries(
    Array.from({ length: 100 }, (_, index) => [`p${String(index).padStart(3, "0")}`, index]),
  );
  const named = (prefix: string) =>
    Object.fromEntries(Object.entries(properties).map(([name, one]) => [prefix + name, one]));
  await trackEvents(
    org_id,
    ["a", "b", "c"].map((prefix): Tracked => [
      "2026-03-03T12:00:00Z",
      "wide",
      "u:ann",
      named(prefix),
    ]),
  );
  const { body, text } = await read("/analytics/properties", {
    ...days,
    event: "wide",
    page: 3,
    page_size: 100,
  });
  assert.deepStrictEqual([body["total_count"], body["has_more"]], [300, false], text);
  const items = body["items"] as { name: string }[];
  assert.deepStrictEqual([items.length, items[0]?.name, items.at(-1)?.name], [
    100,
    "cp000",
    "cp099",
  ]);
});

Deno.test("what analytics lists comes in pages of items, with the total", async (t) => {
  const { org_id, read } = await newReader();
  await sql(
    `insert into private.event_drops (org_id, day, reason, n)
     values ($1::uuid, '2026-03-02', 'bot', 3), ($1::uuid, '2026-03-03', 'bot', 1), ($1::uuid, '2026-03-03', 'too_old', 2)`,
    org_id,
  );
  await trackEvents(org_id, [["2026-03-03T12:00:00Z", "save", "u:ann", { plan: "pro", seats: 1 }]]);
  const lists: [path: string, total: number, field: string, second: unknown][] = [
    ["/analytics/events", 2, "event", "save"],
    ["/analytics/properties", 2, "name", "seats"],
    ["/analytics/drops", 3, "date", "2026-03-03"],
    ["/analytics/persons/u:ann", 4, "event", "open"],
  ];
  for (const [path, total, field, second] of lists) {
    await t.step(path, async () => {
      const { body, text } = await read(path, { ...days, page: 2, page_size: 1 });
      const items = body["items"] as Record<string, unknown>[];
      assert.deepStrictEqual(items?.map((item) => item[field]), [second], text);
      const { total_count, page, page_size, has_more } = body;
      assert.deepStrictEqual(
        { total_count, page, page_size, has_more },
        { total_count: total, page: 2, page_size: 1, has_more: total > 2 },
      );
    });
  }
});
