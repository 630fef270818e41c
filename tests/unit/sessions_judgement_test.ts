import assert from "node:assert/strict";
import { costOutlier } from "../../supabase/functions/sessions/outlier.ts";
import { yieldMetrics, yieldOf } from "../../supabase/functions/sessions/yield.ts";

Deno.test("costOutlier() flags costs from a robust z-score of 3.5 on, upwards only", () => {
  const usual = { n: 20, median: 1, mad: 0.1, mean_deviation: 0.2 };
  // The bound: 1 + 3.5 × 1.4826 × 0.1 = 1.51891
  const cases: [number | null, typeof usual, boolean | null][] = [
    [1.5189, usual, false],
    [1.52, usual, true],
    [0, usual, false],
    [null, usual, null],
    [100, { ...usual, n: 19 }, null],
    // MAD 0: 1 + 3.5 × 1.2533 × 0.2 = 1.87731
    [1.87, { ...usual, mad: 0 }, false],
    [1.88, { ...usual, mad: 0 }, true],
    [1, { ...usual, mad: 0, mean_deviation: 0 }, false],
    [1.01, { ...usual, mad: 0, mean_deviation: 0 }, true],
  ];
  for (const [cost, baseline, expected] of cases) {
    const { is_outlier } = costOutlier(cost, baseline);
    assert.strictEqual(is_outlier, expected, `${cost} ${JSON.stringify(baseline)}`);
  }
  const { score } = costOutlier(1.29652, usual);
  assert.ok(Math.abs((score ?? 0) - 2) < 1e-9);
});

Deno.test("yieldOf() lists every outcome and says what could not be linked", () => {
  const answer = yieldOf({
    sessions: 10,
    cost_usd: 20,
    uncosted_sessions: 1,
    outcomes: [
      { outcome: "deployed", sessions: 3, cost_usd: 6 },
      { outcome: "abandoned", sessions: 1, cost_usd: 4 },
    ],
    merged_pull_requests: 2,
    cost_of_merged: 6,
    deployments: 0,
    cost_of_deployed: null,
    scored: { sessions: 2, cost_usd: 3 },
  });
  assert.deepStrictEqual(
    answer.outcomes.map((
      { outcome, cost_usd, share_of_cost },
    ) => [outcome, cost_usd, share_of_cost]),
    [
      ["caused_incident", 0, 0],
      ["reverted", 0, 0],
      ["deployed", 6, 30],
      ["merged", 0, 0],
      ["open", 0, 0],
      ["abandoned", 4, 20],
    ],
  );
  assert.strictEqual(answer.cost_per_merged_pull_request, 3);
  assert.strictEqual(answer.cost_per_deployment, null);
  assert.deepStrictEqual(answer.unlinked, {
    sessions: 6,
    cost_usd: 10,
    share_of_sessions: 60,
    share_of_cost: 50,
    scored: { sessions: 2, cost_usd: 3 },
  });
});

Deno.test("yieldMetrics() says what a pull request and a deployment cost, and what they did before", () => {
  const period = { start: "2026-11-09", end: "2026-11-15", days: 7, time_zone: "UTC" };
  const spent = {
    period,
    sessions: 4,
    cost_usd: 20,
    uncosted_sessions: 1,
    outcomes: [],
    merged_pull_requests: 2,
    cost_of_merged: 6,
    deployments: 0,
    cost_of_deployed: null,
    scored: { sessions: 0, cost_usd: 0 },
  };
  const previous = { ...spent, merged_pull_requests: 4, cost_of_merged: 8, uncosted_sessions: 4 };
  const now = new Date("2026-11-21T12:00:00Z");
  const rows = yieldMetrics({ ...spent, previous }, now).map((metric) => [
    ...[metric.key, metric.value, metric.n, metric.null_reason],
    ...[metric.previous?.value, metric.previous?.n, metric.change?.value],
  ]);
  assert.deepStrictEqual(rows, [
    ["cost_usd", 20, 3, null, null, 0, null], // nothing of the sessions before has a known cost
    ["cost_per_merged_pull_request", 3, 2, null, 2, 4, 50],
    ["cost_per_deployment", null, 0, "no_deployments", null, 0, null],
  ]);
  const alone = yieldMetrics({ ...spent, previous: null }, now);
  assert.ok(alone.every(({ previous, change }) => previous === null && change === null));
});
