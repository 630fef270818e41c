import assert from "node:assert/strict";
import { h, historyOrganization, round, window } from "../fixtures/delivery_history.ts";
import { api, assertProblem, type Credential } from "../helpers/stack/api.ts";
import { newPerson } from "../helpers/tenancy/people.ts";
import { sql, sqlRow } from "../helpers/stack/database.ts";

// The answers to tests/fixtures/delivery_history.ts, worked out by hand: two weeks in New York, from Monday 2025-03-03 to Sunday
// 2025-03-16, and the two before. Percentiles lie at (n − 1) × p of the sorted values, between two of them in proportion.

interface Metric {
  metric: string;
  value: number | null;
  n: number;
  band: string | null;
  band_reason: string | null;
  no_data: string | null;
  excluded: Record<string, number>;
  percentiles: Record<string, number> | null;
  days_per_week: number | null;
  previous: { value: number | null; period: unknown };
  change_pct: number | null;
  change_points: number | null;
  change_reason: string | null;
}
/**
 * Lead times, from dora_rows_test.ts, in hours: 0.5 1 1⅔ 6 12 13 22 [24] 24 24 25 26 35 35 48, n 15
 *   p50 at 7: 24 h    p75 at 10.5: (25 + 26) ÷ 2 = 25.5 h    p90 at 12.6: 35 h
 * before: k0 12 h, c01 48 h, c00 132 h: 48 h; (24 − 48) ÷ 48 = −50 %; not z0 and y0 of the first known deployments
 *
 * deployments: D1 D2(a and b, one run) D3 D4 D5 D6 D7 E1 E2 E3 = 10 in 14 days; not D8 (failed) or D9 (staging)
 *   days in New York: 4, 5, 6 (D4, D5; UTC says the 7th), 7 | 11, 13, 15 (E3; UTC says the 16th): 4 and 3, median 3.5
 *   before: D0, E0 = 2 in 14 days, 0 and 2 days a week
 * failed: D2 (I1), D4 (I2), D6 (I3: D7 came after it began), E2 (I4): 4 of 10; before 0 of 2
 * unplanned: D3, D5, D6: 3 of 10
 * recovery: I1 20:00 → 23:30 3.5 h, I2 02:00 → 05:00 3 h, I3 03-07 16:00 → 03-11 14:30 94.5 h, I4 open
 *   3 3.5 94.5: p50 3.5 h, p75 at 1.5: 49 h, p90 at 1.8: 3.5 + 0.8 × 91 = 76.3 h
 * duration: I1 21:05 → 23:30 145 min, I2 03:10 → 05:00 110 min, I3 12:45 → 14:30 105 min, I4 open: 110 min
 */
const expected = [
  // metric, value, n, band 2023, previous, change %, points
  ["deployment_frequency", 10 / 14, 10, "high", 2 / 14, 400, null],
  ["lead_time", 24 * h, 15, "high", 48 * h, -50, null],
  ["change_failure_rate", 40, 10, "low", 0, null, 40],
  ["recovery_time", 3.5 * h, 3, "high", null, null, null],
  ["incident_duration", 110 * 60, 3, null, null, null, null],
  ["rework_rate", 30, 10, null, 0, null, 30],
] as const;

const org = await historyOrganization();
const service = { as: "service" } as const;
const query = { ...window, org_id: org };

Deno.test("GET /metrics/dora answers the hand-made history as worked out by hand", async () => {
  const { status, body, text } = await api<{ metrics: Metric[]; period: unknown }>(
    "/metrics/dora",
    { ...service, query },
  );
  assert.strictEqual(status, 200, text);
  assert.deepStrictEqual(
    body.metrics.map((one) => [
      one.metric,
      one.value,
      one.n,
      one.band,
      one.previous.value,
      one.change_pct && round(one.change_pct),
      one.change_points,
    ]),
    expected,
  );
  const time_zone = "America/New_York";
  assert.deepStrictEqual(body.period, { ...window, days: 14, time_zone, complete: true });
  const metric = byName(body.metrics);
  assert.strictEqual(metric("deployment_frequency").days_per_week, 3.5);
  assert.deepStrictEqual(metric("lead_time").previous.period, {
    start: "2025-02-17",
    end: "2025-03-02",
    days: 14,
    time_zone,
    complete: true,
  });
  assert.deepStrictEqual(metric("lead_time").percentiles, {
    p50: 24 * h,
    p75: 25.5 * h,
    p90: 35 * h,
  });
  assert.deepStrictEqual(round(metric("recovery_time").percentiles), {
    p50: 3.5 * h,
    p75: 49 * h,
    p90: 76.3 * h,
  });
  assert.deepStrictEqual(body.metrics.map((one) => one.excluded), [
    {},
    { negative_spans: 1, first_deployment_changes: 0 },
    { pending_deployments: 0 },
    { negative_spans: 0, open_incidents: 1 },
    { negative_spans: 0, open_incidents: 1 },
    {},
  ]);
  assert.deepStrictEqual(
    [metric("recovery_time"), metric("incident_duration")]
      .map((one) => [one.change_reason, one.band_reason]),
    [["no_previous", null], ["no_previous", "not_in_report"]],
  );
});

Deno.test("GET /metrics/dora judges by the report of a year", async () => {
  const bands = async (report_year: string) => {
    const { body } = await api<{ metrics: Metric[] }>("/metrics/dora", {
      ...service,
      query: { ...query, report_year },
    });
    return body.metrics.map(({ band, band_reason }) => band ?? band_reason);
  };
  // 24 h are not below a day; 40 % is above 15 and 30; 3.5 h is below a day, 110 min is not below an hour.
  assert.deepStrictEqual(await bands("2023"), [
    "high",
    "high",
    "low",
    "high",
    "not_in_report",
    "not_in_report",
  ]);
  assert.deepStrictEqual(await bands("2021"), [
    "high",
    "high",
    "low",
    "not_in_report",
    "high",
    "not_in_report",
  ]);
  assert.deepStrictEqual(new Set(await bands("2024")), new Set(["unordered_tiers"]));
  assert.deepStrictEqual(new Set(await bands("2025")), new Set(["no_tiers"]));
});

Deno.test("GET /metrics/dora of one repository or team pools its rows alone", async () => {
  await sql(
    `with team as (insert into private.teams (org_id, name) values ($1::uuid, 'Checkout') returning id)
     insert into private.team_repositories (team_id, repository_id, org_id)
     select team.id, r.id, r.org_id from team, private.repositories r where r.org_id = $1::uuid and r.full_name = 'acme/shop'`,
    org,
  );
  const values = async (filter: Record<string, string>) => {
    const { body, text } = await api<{ metrics: Metric[] }>("/metrics/dora", {
      ...service,
      query: { ...query, ...filter },
    });
    assert.ok(body.metrics, text);
    return body.metrics.map(({ value, n }) => [round(value ?? -1), n]);
  };
  // 1 1⅔ 6 13 [22 24] 25 26 35 35: 23 h; 7 deployments, D2, D4 and D6 failed, D3, D5 and D6 unplanned
  const shop = [[7 / 14, 7], [23 * h, 10], [round(300 / 7), 7], [3.5 * h, 3], [6600, 3], [
    round(300 / 7),
    7,
  ]];
  const groups = async (breakdown: string, more: Record<string, string | number> = {}) => {
    const { body, text } = await api<
      {
        items: { name: string; repositories: number; metrics: Metric[] }[];
        total_count: number;
        has_more: boolean;
      }
    >("/metrics/dora/breakdown", { ...service, query: { ...query, breakdown, ...more } });
    assert.ok(body.items, text);
    const items = body.items.map(({ name, repositories, metrics }) => [
      name,
      repositories,
      metrics.map(({ value, n }) => [round(value ?? -1), n]),
    ]);
    return [body.total_count, body.has_more, items];
  };
  assert.deepStrictEqual(await values({ repository: "ACME/Shop" }), shop);
  assert.deepStrictEqual(await values({ team: "checkout" }), shop);
  // 0.5 12 [24] 24 48; E2 failed and is not recovered from
  const ofApi = [
    [round(3 / 14), 3],
    [24 * h, 5],
    [round(100 / 3), 3],
    [-1, 0],
    [-1, 0],
    [0, 3],
  ];
  assert.deepStrictEqual(await values({ repository: "acme/api" }), ofApi);
  assert.deepStrictEqual(await groups("repository"), [2, false, [
    ["acme/api", 1, ofApi],
    ["acme/shop", 1, shop],
  ]]);
  assert.deepStrictEqual(await groups("repository", { page: 2, page_size: 1 }), [2, false, [
    ["acme/shop", 1, shop],
  ]]);
  assert.deepStrictEqual(await groups("team"), [1, false, [["Checkout", 1, shop]]]);
  const long = await api("/metrics/dora/breakdown", {
    ...service,
    query: { org_id: org, start: "2024-03-15", end: "2025-03-16" },
  });
  assertProblem(long, 422, "validation_failed", ["start"]);
  assert.deepStrictEqual(
    await values({ repository: "acme/api", team: "checkout" }),
    Array(6).fill([-1, 0]),
  );
  // D9 was the first in staging and brought everything up to s7, so nothing has a lead time.
  // I5 began an hour after it and took an hour.
  assert.deepStrictEqual(await values({ environment: "staging" }), [
    [round(1 / 14), 1],
    [-1, 0],
    [100, 1],
    [2 * h, 1],
    [h, 1],
    [0, 1],
  ]);
});

Deno.test("GET /metrics/dora answers a viewer as it does the service, and a stranger nothing of it", async () => {
  const [viewer, stranger] = await Promise.all([newPerson({ role: "viewer", org }), newPerson()]);
  const metrics = async (as: Credential, more = {}) =>
    (await api("/metrics/dora", { as, query: { ...window, ...more } })).body["metrics"];
  assert.deepStrictEqual(await metrics(viewer), await metrics("service", { org_id: org }));
  const nothing = await metrics(stranger) as Metric[];
  assert.deepStrictEqual(new Set(nothing.map(({ value }) => value)), new Set([null]));
  for (const [field, query] of Object.entries({ repository: "acme/shop", team: "Checkout" })) {
    const answer = await api("/metrics/dora", {
      as: stranger,
      query: { ...window, [field]: query },
    });
    assertProblem(answer, 422, "validation_failed", [field]);
  }
});

Deno.test("GET /metrics/dora/trend has every week of every metric, and says which are whole", async () => {
  interface Trend {
    series: {
      metric: string;
      points: { start: string; value: number | null; complete: boolean }[];
    }[];
  }
  const { body, text } = await api<Trend>("/metrics/dora/trend", {
    ...service,
    query: { ...query, end: "2025-03-18" },
  });
  assert.ok(body.series, text);
  // Two days of a third week are in the window, without a deployment: frequency 0, because there were some before.
  assert.deepStrictEqual(
    body.series.map(({ metric, points }) => [metric, points.map(({ value }) => round(value))]),
    [
      ["deployment_frequency", [1, round(3 / 7), 0]],
      ["lead_time", [23 * h, 24 * h, null]],
      ["change_failure_rate", [round(300 / 7), round(100 / 3), null]],
      ["recovery_time", [3.5 * h, null, null]],
      ["incident_duration", [127.5 * 60, 105 * 60, null]],
      ["rework_rate", [round(300 / 7), 0, null]],
    ],
  );
  assert.deepStrictEqual(
    body.series[0]?.points.map(({ start, complete }) => [start, complete]),
    [["2025-03-03", true], ["2025-03-10", true], ["2025-03-17", false]],
  );
});

Deno.test("a deployment that is still watched is pending, and the week that is not over is no week", async () => {
  // On Sunday the 16th at 10:00 UTC, E3 is six and a half hours old. Nine are watched, four of them failed.
  const { answer } = await sqlRow<{ answer: Record<string, unknown> }>(
    `select private.dora_deployment_numbers(
       row($1::uuid, 'America/New_York', 'production', null, interval '24 hours', '2025-03-16T10:00:00Z'::timestamptz,
         '2025-03-16'::date, '2025-03-03'::date, '2025-03-16'::date)::private.dora_scope, '2025-03-03', '2025-03-16') as answer`,
    org,
  );
  assert.deepStrictEqual(answer, {
    days: 14,
    deployments: 10,
    unplanned: 3,
    finished: 9,
    failed: 4,
    pending: 1,
    weeks: 1,
    days_a_week: 4,
    days_a_month: 7,
    days_a_half_year: 7,
    known_before: true,
    incident_source: true,
    unplanned_source: true,
  });
});

function byName(metrics: Metric[]) {
  return (name: string) => {
    const found = metrics.find(({ metric }) => metric === name);
    assert.ok(found, `no ${name}`);
    return found;
  };
}
