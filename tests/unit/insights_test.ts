import assert from "node:assert/strict";
import type { AiCounts, AiMetrics } from "../../supabase/functions/_shared/numbers/ai_counts.ts";
import { kpisOf, statusOf } from "../../supabase/functions/_shared/numbers/ai_kpis.ts";
import { insightsOf } from "../../supabase/functions/insights/insights.ts";
import { recommendationsOf } from "../../supabase/functions/insights/recommendations.ts";
import { anomaliesOf } from "../../supabase/functions/insights/statistics/anomaly.ts";
import { seriesOf as dailySeries, totalOf } from "../../supabase/functions/insights/series.ts";
import type { StoredInsights } from "../../supabase/functions/insights/types.ts";
import { e, pi, seriesOf } from "../helpers/digest/series.ts";

const counts: AiCounts = {
  sessions: 100,
  active_hours: 40,
  failed_sessions: 2,
  accepted: 30,
  rejected: 10,
  people_accepted: 30,
  people_rejected: 10,
  automatic_decisions: 4,
  tokens: 9000,
  accepted_tokens: 4000,
  fresh_tokens: 4000,
  cached_tokens: 0,
  accepted_lines: 200,
  measured_lines: 200,
  unmeasured_sessions: 0,
  cost_usd: 40,
  uncosted_sessions: 0,
  latency_ms_sum: 0,
  latency_calls: 0,
  policy_sessions: 50,
  allowed_sessions: 45,
  merged_pull_requests: 6,
  merge_hours_median: 10,
  reworked_pull_requests: 1,
  has_pull_requests: true,
  commits: 30,
  commit_days: 3,
};

const now = new Date("2026-11-21T00:00:00Z");
const month = { start: "2026-10-22", end: "2026-11-20", days: 30, time_zone: "UTC" };

/** What SQL answers of a range of so many days, and of as many before. */
function counted(current: AiCounts, previous: AiCounts | null, days = 30): AiMetrics {
  const period = { ...month, days };
  const window = { ...period, start: "2026-10-22T00:00:00Z", end: "2026-11-21T00:00:00Z" };
  return { window, period, current, previous_period: previous && period, previous };
}

Deno.test("statusOf() is good at the target, warning up to half or twice of it, critical beyond", () => {
  const table = [
    [25, 25, "higher_is_better", "good"],
    [24.9, 25, "higher_is_better", "warning"],
    [12.5, 25, "higher_is_better", "warning"],
    [12.4, 25, "higher_is_better", "critical"],
    [5, 5, "lower_is_better", "good"],
    [5.1, 5, "lower_is_better", "warning"],
    [10, 5, "lower_is_better", "warning"],
    [10.1, 5, "lower_is_better", "critical"],
    [null, 5, "lower_is_better", "unknown"],
  ] as const;
  for (const [value, target, direction, expected] of table) {
    assert.strictEqual(statusOf(value, target, direction), expected, `${value} of ${target}`);
  }
});

Deno.test("kpisOf() counts weeks by days, and 0 merged pull requests where some are known", () => {
  const none = { ...counts, merged_pull_requests: 0, merge_hours_median: null };
  const kpis = kpisOf(counted({ ...counts, merged_pull_requests: 6 }, none, 14), now);
  const of = (key: string) => {
    const { value, n, null_reason, previous, change } = kpis.find((kpi) => kpi.key === key) ?? {};
    return [value, n, null_reason, previous?.value, previous?.n, change];
  };
  const unknown = { value: null, unit: "points", null_reason: "no_previous" };
  const anew = { value: null, unit: "%", null_reason: "new" };
  assert.deepStrictEqual(of("pr_throughput"), [3, 6, null, 0, 0, anew]);
  assert.deepStrictEqual(of("rework_rate"), [100 / 6, 6, null, null, 0, unknown]);
});

Deno.test("kpisOf() changes rates in points, and compares with nothing where nothing was counted", () => {
  const more = { ...counts, people_accepted: 35, people_rejected: 5, commits: 45 };
  const [compared, alone] = [kpisOf(counted(more, counts), now), kpisOf(counted(more, null), now)];
  const changeOf = (key: string) => compared.find((kpi) => kpi.key === key)?.change;
  assert.deepStrictEqual(changeOf("acceptance_rate"), {
    value: 12.5,
    unit: "points",
    null_reason: null,
  });
  assert.deepStrictEqual(changeOf("commit_frequency"), { value: 50, unit: "%", null_reason: null });
  assert.ok(compared.every(({ previous }) => previous?.period.complete === true));
  assert.ok(alone.every(({ previous, change }) => previous === null && change === null));
});

Deno.test("seriesOf() makes rates of their sums and knows nothing of days that are not over", () => {
  const decided = (people_accepted: number, people_rejected: number) => ({
    people_accepted,
    people_rejected,
  });
  const sums = [decided(1, 3), null, decided(7, 18), decided(2, 0)];
  const kind = { label: "", unit: "%", direction: "neutral" as const };
  const rate = { ...kind, key: "ai.acceptance_rate", kind: "rate" as const, sums };
  const stored: StoredInsights = {
    period: { start: "2026-11-19", end: "2026-11-22", days: 4, time_zone: "UTC" },
    series: [
      { ...rate, values: [null, null, null, null], volumes: [4, 0, 25, 2] },
      { ...seriesOf("ai.sessions", [4, 0, 5, 6]) },
      { ...seriesOf("ai.tokens", [0, 0, 0, 9]) },
    ],
    shipped: [],
  };
  const read = (isChosen: boolean, today: string) =>
    dailySeries(stored, { isChosen, today }).map(({ key, values }) => [key, ...values]);
  assert.deepStrictEqual(read(false, "2026-11-22"), [
    ["ai.acceptance_rate", 25, null, 28, null],
    ["ai.sessions", 4, 0, 5, null],
  ]);
  assert.deepStrictEqual(read(true, "2026-11-21"), [
    ["ai.acceptance_rate", 25, null, null, null],
    ["ai.sessions", 4, 0, null, null],
    ["ai.tokens", 0, 0, null, null],
  ]);
  assert.deepStrictEqual(read(true, "2026-12-24")[0], ["ai.acceptance_rate", 25, null, 28, 100]);
});

Deno.test("totalOf() adds counts, makes a rate of all its sums, and averages no medians", () => {
  const day = (people_accepted: number, people_rejected: number) => ({
    people_accepted,
    people_rejected,
  });
  const rate = {
    key: "ai.acceptance_rate",
    kind: "rate" as const,
    values: [],
    sums: [day(9, 0), day(1, 1), null, day(0, 6)],
  };
  const of = (one: Parameters<typeof totalOf>[0], days: number) => {
    const { value, n, null_reason, definition } = totalOf(one, days);
    return [value, n, null_reason, definition];
  };
  // 1 of 8: the mean of the days' 50 % and 0 % would be 25.
  assert.deepStrictEqual(of(rate, 3), [12.5, 2, null, "ai.acceptance_rate@2"]);
  assert.deepStrictEqual(of({ ...rate, sums: [null] }, 3), [
    null,
    0,
    "no_data",
    "ai.acceptance_rate@2",
  ]);
  const series = "insights.daily_series@1";
  const sessions = seriesOf("ai.sessions", [100, 1, null, 3]);
  assert.deepStrictEqual(of(sessions, 3), [4, 2, null, series]);
  assert.deepStrictEqual(of(seriesOf("ai.sessions", [100, null]), 1), [null, 0, "no_data", series]);
  assert.deepStrictEqual(of(seriesOf("product.dau", [5, 7]), 2), [
    null,
    2,
    "not_additive",
    series,
  ]);
  const median = { ...seriesOf("delivery.lead_time_hours", [5, 7]), kind: "rate" as const };
  assert.deepStrictEqual(of(median, 2), [null, 2, "not_additive", series]);
});

Deno.test("anomaliesOf() holds a day against the same weekday of the weeks before", async (t) => {
  /** Nine Mondays, the last of them judged; the other days are unknown. */
  const mondays = (values: (number | null)[]) =>
    values.flatMap((value, index) =>
      index === values.length - 1 ? [value] : [value, null, null, null, null, null, null]
    );
  const judge = (values: (number | null)[], volumes = values) =>
    anomaliesOf({ values: mondays(values), volumes: mondays(volumes) }, 7 * (values.length - 1));
  const usual = [100, 102, 98, 104, 96, 100, 101, 99]; // median 100, deviations 0 0 1 1 2 2 4 4, MAD 1.5
  const table: [string, (number | null)[], number | null | undefined][] = [
    ["at the score", [...usual, 100 + 3.5 * 1.4826 * 1.5 + 1e-9], 3.5],
    ["just below it", [...usual, 100 + 3.5 * 1.4826 * 1.5 - 1e-9], undefined],
    ["below the usual", [...usual, 80], 20 / (1.4826 * 1.5)],
    [
      "MAD 0: by the mean deviation, 10 ÷ 8",
      [...Array(7).fill(100), 110, 120],
      20 / (1.2533 * 1.25),
    ],
    ["all alike: any change", [...Array(8).fill(100), 101], null],
    ["all alike: no change", [...Array(8).fill(100), 100], undefined],
    ["three weeks are too few", [100, 102, 98, 500], undefined],
    ["four are enough", [100, 102, 98, 100, 500], 400 / (1.4826 * 1)],
    ["unknown weeks do not count", [null, null, null, null, null, 100, 102, 98, 500], undefined],
    ["too little to say", [1, 1, 1, 1, 1, 1, 1, 1, 9], undefined],
    ["a day that is missing is silent", [...usual, 0], 100 / (1.4826 * 1.5)],
    ["an unknown day", [...usual, null], undefined],
  ];
  for (const [name, values, score] of table) {
    await t.step(name, () => {
      const found = judge(values);
      assert.strictEqual(found.length, score === undefined ? 0 : 1);
      if (typeof score !== "number") return assert.strictEqual(found[0]?.score, score);
      assert.ok(Math.abs((found[0]?.score ?? NaN) - score) < 1e-6, `${found[0]?.score}`);
    });
  }
  await t.step("rates go by what is behind them", () => {
    assert.strictEqual(judge([5, 6, 4, 5, 90], [3, 3, 3, 3, 4]).length, 0);
    assert.strictEqual(judge([5, 6, 4, 5, 90], [30, 30, 30, 30, 4]).length, 1);
    assert.strictEqual(judge([5, 6, 4, 5, 90], [null, null, null, null, null]).length, 1);
  });
});

Deno.test("recommendationsOf() says which rule fired and with what number, the worst first", () => {
  assert.deepStrictEqual(recommendationsOf(counted(counts, counts), now), []);
  const worse = {
    ...counts,
    people_accepted: 5,
    people_rejected: 35,
    failed_sessions: 11,
    uncosted_sessions: 3,
    cost_usd: 61,
    allowed_sessions: 30,
    merged_pull_requests: 4,
    merge_hours_median: 100,
  };
  const found = recommendationsOf(counted(worse, counts), now);
  assert.deepStrictEqual(found.map(({ rule, value, severity }) => [rule, value, severity]), [
    ["error_rate > 5 %, n ≥ 30", 11, "critical"],
    ["acceptance_rate < 25 %, n ≥ 30", 12.5, "warning"],
    ["model_selection_accuracy < 80 %, n ≥ 30", 60, "warning"],
    ["cost_usd up by ≥ 50 % and ≥ 10 USD", 52.5, "warning"],
    ["uncosted_sessions > 0", 3, "warning"],
  ]);
  assert.match(found[1]?.text ?? "", /^12\.5 %, where the target is 25\. /);
});

Deno.test("insightsOf() tells what matters, with what was shipped on an unusual day", async (t) => {
  const before = Array.from({ length: 56 }, (_, index) => 50 + index % 3);
  const kpis = counted(counts, counts);
  const options = { maxLag: 1, isChosen: false, now };
  const release = {
    kind: "release" as const,
    repository: "acme/app",
    at: "2026-10-30T10:00:00Z",
  };
  await t.step("a relation and a day", () => {
    // 142 on the 30th, where the Fridays before had 51, 52, 51, 50, 52, 51, 50 and 52.
    const cost = [...before, ...e.map((value, day) => 50 + value % 3 + (day === 8 ? 90 : 0))];
    const series = [
      seriesOf("ai.cost_usd", cost),
      seriesOf("delivery.deployments", cost.map((value) => value * 3)),
    ];
    const shipped = [
      { ...release, date: "2026-10-30", name: "v2" },
      { ...release, date: "2026-10-31", name: "v3" },
    ];
    const stored = { period: month, series, shipped };
    const half = seriesOf("ai.cost_usd", [...before, ...pi]);
    const earlier = { ...stored, series: [half] };
    const answer = insightsOf({ stored, series, before: earlier, kpis }, options);
    // 30 days of 50 and what the digits of e leave when divided by 3 (37 in all), the unusual day 90 more.
    const [spend, deployments] = answer.metrics;
    assert.deepStrictEqual([spend?.value, spend?.previous?.value], [1627, 141]);
    assert.deepStrictEqual([deployments?.value, deployments?.previous], [4881, null]);
    // The days that are correlated, without the eight weeks before them.
    assert.deepStrictEqual(spend?.series, cost.slice(56));
    assert.deepStrictEqual(answer.key_findings.map(({ kind, metrics }) => [kind, ...metrics]), [
      ["correlation", "ai.cost_usd", "delivery.deployments"],
      ["anomaly", "ai.cost_usd"],
      ["anomaly", "delivery.deployments"],
    ]);
    assert.deepStrictEqual(
      answer.anomalies.map(({ metric, date, context }) => [
        metric,
        date,
        context.map(({ name }) => name),
      ]),
      [
        ["ai.cost_usd", "2026-10-30", ["v2"]],
        ["delivery.deployments", "2026-10-30", ["v2"]],
      ],
    );
    assert.match(
      answer.key_findings[1]?.text ?? "",
      /^ai\.cost_usd on 2026-10-30: 142 things, where 51 is usual for that weekday\. That day: release v2\.$/,
    );
    assert.strictEqual(answer.tests, 6);
    assert.strictEqual(answer.generated_at, "2026-11-21T00:00:00.000Z");
  });
  await t.step("nothing", () => {
    const series = [
      seriesOf("ai.cost_usd", [...before, ...pi]),
      seriesOf("product.dau", [...before, ...e]),
    ]
      .map((one) => ({ ...one, volumes: one.values.map(() => 1) }));
    const stored = { period: month, series, shipped: [] };
    const answer = insightsOf({ stored, series, before: null, kpis }, options);
    assert.deepStrictEqual(answer.period, { ...month, complete: true });
    assert.deepStrictEqual(answer.key_findings, [{
      kind: "nothing",
      metrics: [],
      value: 6,
      text: "Nothing stood out: none of 6 comparisons is beyond chance, and no day was unusual.",
    }]);
  });
});
