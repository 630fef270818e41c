import assert from "node:assert/strict";
import { personWithNumbers } from "../helpers/metrics/readings.ts";
import { api, assertProblem } from "../helpers/stack/api.ts";
import { sql } from "../helpers/stack/database.ts";
import { newPerson, seedPerson } from "../helpers/tenancy/people.ts";

interface Timeline {
  period: { start: string; end: string; days: number; time_zone: string; complete: boolean };
  interval: string;
  granularity: string;
  metrics: {
    key: string;
    metric_name: string;
    label: string;
    unit: string;
    direction: string;
    definition: string;
    aggregation: string;
    value: number | null;
    n: number;
    null_reason: string | null;
    previous: { value: number | null; n: number; period: { start: string; end: string } } | null;
    change: { value: number | null; unit: string; null_reason: string | null } | null;
    series: { date: string; value: number | null; complete: boolean }[];
  }[];
  definition: string;
}

const timeline = (query: Record<string, string | undefined>) =>
  api<Timeline>("/metrics/timeline", { as: "service", query });

const seriesOf = ({ metrics }: Timeline, name: string) =>
  metrics.find(({ metric_name }) => metric_name === name)?.series.map((
    { date, value },
  ) => [date, value]);

const window = { start: "2026-10-25", end: "2026-11-03" };

Deno.test("GET /metrics/timeline by day fills gaps: sums with 0, others with null", async () => {
  const { status, body, text } = await timeline({
    email: await personWithNumbers(),
    ...window,
    metrics: "sessions,followers,conversions",
  });
  assert.strictEqual(status, 200, text);
  assert.deepStrictEqual(body.period, {
    ...window,
    days: 10,
    time_zone: "America/Los_Angeles",
    complete: true,
  });
  assert.strictEqual(body.definition, "metrics.timeline@1");
  assert.deepStrictEqual(
    body.metrics.map((
      { metric_name, aggregation, n, unit },
    ) => [metric_name, aggregation, n, unit]),
    [
      ["sessions", "sum", 5, "sessions"],
      ["followers", "last", 2, "accounts"],
      ["conversions", "sum", 0, "conversions"],
    ],
  );
  const days = [
    "10-25",
    "10-26",
    "10-27",
    "10-28",
    "10-29",
    "10-30",
    "10-31",
    "11-01",
    "11-02",
    "11-03",
  ];
  const series = (values: (number | null)[]) => days.map((day, i) => [`2026-${day}`, values[i]]);
  const nothing = null;
  assert.deepStrictEqual(seriesOf(body, "sessions"), series([1, 10, 0, 20, 0, 0, 0, 30, 0, 5]));
  assert.deepStrictEqual(
    seriesOf(body, "followers"),
    series([nothing, 500, nothing, nothing, nothing, nothing, 520, nothing, nothing, nothing]),
  );
  assert.deepStrictEqual(seriesOf(body, "conversions"), series(Array(10).fill(nothing)));
});

Deno.test("GET /metrics/timeline by week begins on Mondays and aggregates as defined", async () => {
  const { body, text } = await timeline({
    email: await personWithNumbers(),
    ...window,
    granularity: "week",
    metrics: "sessions,followers,bounce_rate",
  });
  // Weeks from 19 October, 26 October (10 + 20 + 30) and 2 November.
  assert.deepStrictEqual(
    seriesOf(body, "sessions"),
    [["2026-10-19", 1], ["2026-10-26", 60], ["2026-11-02", 5]],
    text,
  );
  assert.deepStrictEqual(seriesOf(body, "followers"), [["2026-10-19", null], ["2026-10-26", 520], [
    "2026-11-02",
    null,
  ]]);
  assert.deepStrictEqual(seriesOf(body, "bounce_rate"), [["2026-10-19", null], ["2026-10-26", 50], [
    "2026-11-02",
    null,
  ]]);
});

Deno.test("GET /metrics/timeline by month counts only the days of the window", async () => {
  const { body } = await timeline({
    email: await personWithNumbers(),
    start: "2026-10-26",
    end: "2026-12-15",
    granularity: "month",
    metrics: "sessions",
  });
  // October without the 25th: 10 + 20; November: 30 + 5; December reported nothing.
  assert.deepStrictEqual(seriesOf(body, "sessions"), [
    ["2026-10-01", 30],
    ["2026-11-01", 35],
    ["2026-12-01", 0],
  ]);
});

Deno.test("GET /metrics/timeline without names is of the first twenty there are", async () => {
  const { email } = await seedPerson();
  const names = Array.from({ length: 25 }, (_, i) => `metric_${String(i).padStart(2, "0")}`);
  await api("/metrics/ingest", {
    method: "POST",
    as: "service",
    body: {
      email,
      source_name: "ga4",
      metric_date: "2026-11-03",
      data: Object.fromEntries(names.map((name) => [name, 1])),
    },
  });
  const { body } = await timeline({ email, ...window });
  assert.deepStrictEqual(body.metrics.map(({ metric_name }) => metric_name), names.slice(0, 20));
});

Deno.test("GET /metrics/timeline without dates is the last thirty days", async () => {
  const { email } = await seedPerson();
  const { body } = await timeline({ email, end: "2026-11-03", metrics: "sessions" });
  assert.deepStrictEqual([body.period.start, body.period.end, body.period.days], [
    "2026-10-05",
    "2026-11-03",
    30,
  ]);
  const today = await timeline({ email });
  assert.deepStrictEqual(today.body.metrics, []);
  assert.strictEqual(today.body.period.days, 30);
});

Deno.test("GET /metrics/timeline keeps the order asked for, and each name once", async () => {
  const { body } = await timeline({
    email: await personWithNumbers(),
    ...window,
    metrics: " sessions, own_number ,,sessions,bounce_rate",
  });
  assert.deepStrictEqual(
    body.metrics.map(({ metric_name, label, aggregation }) => [metric_name, label, aggregation]),
    [["sessions", "Sessions", "sum"], ["own_number", "own_number", "sum"], [
      "bounce_rate",
      "Bounce rate",
      "avg",
    ]],
  );
});

Deno.test("GET /metrics/timeline says which weeks the window cuts, by either name of the interval", async () => {
  const email = await personWithNumbers();
  const weekly = { email, ...window, metrics: "sessions" };
  const { body } = await timeline({ ...weekly, interval: "week" });
  assert.deepStrictEqual([body.interval, body.granularity], ["week", "week"]);
  // From 19 October, 26 October and 2 November, of which the window has a Sunday, all, and two days.
  assert.deepStrictEqual(
    body.metrics[0]?.series.map(({ complete }) => complete),
    [false, true, false],
  );
  assert.deepStrictEqual((await timeline({ ...weekly, granularity: "week" })).body, body);
});

Deno.test("GET /metrics/timeline compares the whole window, each metric as it is aggregated", async () => {
  const { body, text } = await timeline({
    email: await personWithNumbers(),
    start: "2026-10-28",
    end: "2026-11-03",
    metrics: "sessions,followers,bounce_rate,own_number",
    compare: "previous",
  });
  assert.deepStrictEqual(
    body.metrics.map(({ key, value, n, previous, change }) => [
      key,
      [value, n],
      [previous?.value, previous?.n],
      [change?.value, change?.unit, change?.null_reason],
    ]),
    [
      // 20 + 30 + 5 against 1 + 10: (55 − 11) ÷ 11 × 100
      ["sessions", [55, 3], [11, 2], [400, "%", null]],
      ["followers", [520, 1], [500, 1], [4, "%", null]],
      ["bounce_rate", [60, 1], [40, 1], [20, "points", null]],
      ["own_number", [2.5, 1], [null, 0], [null, "%", "no_previous"]],
    ],
    text,
  );
  const before = body.metrics[0]?.previous?.period;
  assert.deepStrictEqual([before?.start, before?.end], ["2026-10-21", "2026-10-27"]);
});

Deno.test("GET /metrics/timeline has the value of the whole window, whatever the interval", async () => {
  const email = await personWithNumbers();
  for (const interval of ["day", "week", "month"]) {
    const metrics = "sessions,followers,bounce_rate,conversions";
    const { body } = await timeline({ email, ...window, metrics, interval });
    assert.deepStrictEqual(
      body.metrics.map(({ value, null_reason }) => [value, null_reason]),
      [[66, null], [520, null], [50, null], [null, "no_data"]],
      interval,
    );
  }
});

Deno.test("GET /metrics/timeline is of the organization when signed in", async () => {
  const email = await personWithNumbers();
  const [{ org_id = "" } = {}] = await sql<{ org_id: string }>(
    "select org_id from public.users where email = $1",
    email,
  );
  const viewer = await newPerson({ role: "viewer", org: org_id });
  const query = { ...window, metrics: "sessions" };
  const seen = await api<Timeline>("/metrics/timeline", { as: viewer, query });
  assert.strictEqual(seen.body.metrics[0]?.value, 66);
  const own = await api<Timeline>("/metrics/timeline", {
    as: viewer,
    query: { ...query, email: viewer.email },
  });
  assert.strictEqual(own.body.metrics[0]?.value, null);
});

const faults: [string, Record<string, string>, string[]][] = [
  ["two names of the interval that differ", { granularity: "week", interval: "day" }, [
    "granularity",
  ]],
  ["no names in a list of names", { metrics: " , " }, ["metrics"]],
  ["21 names", { metrics: Array.from({ length: 21 }, (_, i) => `m${i}`).join(",") }, ["metrics"]],
  ["a list that is too long", { metrics: "x".repeat(2001) }, ["metrics"]],
  ["another granularity", { granularity: "quarter" }, ["granularity"]],
  ["an end before its start", { start: "2026-11-03", end: "2026-11-02" }, ["end"]],
];

for (const [what, query, paths] of faults) {
  Deno.test(`GET /metrics/timeline refuses ${what}`, async () => {
    const { email } = await seedPerson();
    assertProblem(await timeline({ email, ...query }), 422, "validation_failed", paths);
  });
}

Deno.test("GET /metrics/timeline of nobody is 404", async () => {
  const query = { email: "nobody@example.test" };
  const answer = await api("/metrics/timeline", { as: "service", query });
  assertProblem(answer, 404, "user_not_found");
});
