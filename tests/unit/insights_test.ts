import assert from "node:assert/strict";
import type { AiCounts } from "../../supabase/functions/_shared/numbers/ai_kpis.ts";
import { kpisOf, statusOf } from "../../supabase/functions/_shared/numbers/ai_kpis.ts";
import { insightsOf } from "../../supabase/functions/insights/insights.ts";
import { recommendationsOf } from "../../supabase/functions/insights/recommendations.ts";
import { anomaliesOf } from "../../supabase/functions/insights/statistics/anomaly.ts";
import { e, pi, seriesOf } from "../helpers/digest/series.ts";

const counts: AiCounts = {
  sessions: 100,
  active_hours: 40,
  failed_sessions: 2,
  accepted: 30,
  rejected: 10,
  tokens: 9000,
  accepted_tokens: 4000,
  accepted_lines: 200,
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
  const kpis = kpisOf({ ...counts, merged_pull_requests: 6 }, none, 14);
  assert.deepStrictEqual([kpis.pr_throughput.value, kpis.pr_throughput.previous], [3, 0]);
  assert.deepStrictEqual([kpis.rework_rate.value, kpis.rework_rate.previous], [100 / 6, null]);
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
  assert.deepStrictEqual(recommendationsOf(counts, counts, 30), []);
  const worse = {
    ...counts,
    accepted: 5,
    rejected: 35,
    failed_sessions: 11,
    uncosted_sessions: 3,
    cost_usd: 61,
    allowed_sessions: 30,
    merged_pull_requests: 4,
    merge_hours_median: 100,
  };
  const found = recommendationsOf(worse, counts, 30);
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
  const period = { start: "2026-10-22", end: "2026-11-20", days: 30, time_zone: "UTC" };
  const kpis = { current: counts, previous: counts };
  const options = { maxLag: 1, isChosen: false, now: new Date("2026-11-21T00:00:00Z") };
  const happening = {
    kind: "release" as const,
    repository: "acme/app",
    at: "2026-10-30T10:00:00Z",
  };
  await t.step("a relation and a day", () => {
    // 142 on the 30th, where the Fridays before had 51, 52, 51, 50, 52, 51, 50 and 52.
    const cost = [...before, ...e.map((value, day) => 50 + value % 3 + (day === 8 ? 90 : 0))];
    const answer = insightsOf(
      {
        period,
        series: [
          seriesOf("ai.cost_usd", cost),
          seriesOf("delivery.deployments", cost.map((value) => value * 3)),
        ],
        happenings: [
          { ...happening, date: "2026-10-30", name: "v2" },
          { ...happening, date: "2026-10-31", name: "v3" },
        ],
      },
      kpis,
      options,
    );
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
    const answer = insightsOf({ period, series, happenings: [] }, kpis, options);
    assert.deepStrictEqual(answer.key_findings, [{
      kind: "nothing",
      metrics: [],
      value: 6,
      text: "Nothing stood out: none of 6 comparisons is beyond chance, and no day was unusual.",
    }]);
  });
});
