import assert from "node:assert/strict";
import {
  type QualityMetric,
  qualityMetrics,
  qualityMetricsOf,
  type QualityNumbers,
  sizesOf,
} from "../../supabase/functions/analytics/github_quality.ts";

type Measure = QualityNumbers["measures"][QualityMetric];

const nothing: Measure = { n: 0, percentiles: null, negative: 0, unknown: 0 };

const period = {
  start: "2025-02-17",
  end: "2025-03-02",
  days: 14,
  time_zone: "UTC",
  complete: true,
};

function numbers(of: Partial<QualityNumbers>, measure = nothing): QualityNumbers {
  const measures = {
    first_review_time: measure,
    review_time: measure,
    merge_time: measure,
    size: measure,
    rework_commits: measure,
    review_cycles: measure,
    comments: measure,
    coverage: measure,
    complexity: measure,
  };
  return { merged: 0, reviewed: 0, measures, sizes: [], ...of };
}

// Why there is no value: without pull requests, without reviews, with only negative spans, and with nothing reported.
const reasons: [string, QualityNumbers, Partial<Record<QualityMetric, string>>][] = [
  ["nothing was merged", numbers({}), {
    first_review_time: "no_pull_requests",
    size: "no_pull_requests",
    coverage: "not_posted",
  }],
  ["nothing was reviewed", numbers({ merged: 2 }, { ...nothing, unknown: 2 }), {
    first_review_time: "no_reviews",
    review_cycles: "no_reviews",
    comments: "not_reported",
  }],
  ["clocks were wrong", numbers({ merged: 2, reviewed: 2 }, { ...nothing, negative: 2 }), {
    review_time: "only_negative_spans",
    merge_time: "only_negative_spans",
    complexity: "not_posted",
  }],
  ["reviewed, but the commits are unknown", numbers({ merged: 1, reviewed: 1 }), {
    rework_commits: "not_reported",
  }],
];

for (const [name, now, expected] of reasons) {
  Deno.test(`a metric of code quality says why it has no value: ${name}`, () => {
    const answer = qualityMetricsOf(now, { numbers: now, period });
    for (const one of answer) {
      assert.strictEqual(one.value, null);
      assert.strictEqual(one.change_reason, "no_data");
      assert.strictEqual(one.change?.null_reason, "no_data");
      assert.strictEqual(one.no_data, one.null_reason);
      if (expected[one.key]) assert.strictEqual(one.null_reason, expected[one.key], one.key);
    }
    assert.deepStrictEqual(answer.map(({ key }) => key), [...qualityMetrics]);
  });
}

Deno.test("metrics of code quality change in per cent, and coverage in percentage points", () => {
  const now = numbers({ merged: 2 }, { n: 2, percentiles: [60, 70, 80], negative: 1, unknown: 3 });
  const before = numbers({ merged: 1 }, {
    n: 1,
    percentiles: [50, 50, 50],
    negative: 0,
    unknown: 0,
  });
  const compared = qualityMetricsOf(now, { numbers: before, period });
  assert.deepStrictEqual(compared[0], {
    key: "first_review_time",
    label: "Time to first review",
    unit: "seconds",
    direction: "lower_is_better",
    definition: "github.first_review_time@1",
    value: 60,
    p75: 70,
    p90: 80,
    n: 2,
    null_reason: null,
    excluded: { negative_spans: 1, unknown: 3 },
    previous: { value: 50, n: 1, null_reason: null, no_data: null, period },
    change: { value: 20, unit: "%", null_reason: null },
    metric: "first_review_time",
    no_data: null,
    change_pct: 20,
    change_points: null,
    change_reason: null,
  });
  const coverage = compared.find(({ key }) => key === "coverage");
  assert.deepStrictEqual([coverage?.change_pct, coverage?.change_points], [null, 10]);
  assert.deepStrictEqual(coverage?.change, { value: 10, unit: "points", null_reason: null });
  const alone = qualityMetricsOf(now, null)[0];
  assert.deepStrictEqual(
    [alone?.value, alone?.previous, alone?.change, alone?.change_pct, alone?.change_reason],
    [60, null, null, null, null],
  );
});

Deno.test("sizes have their share of those that are known, and none without any", () => {
  assert.deepStrictEqual(
    sizesOf(numbers({ sizes: [{ class: "XS", n: 1 }, { class: "M", n: 3 }] })),
    [{ class: "XS", n: 1, pct: 25 }, { class: "M", n: 3, pct: 75 }],
  );
  assert.deepStrictEqual(sizesOf(numbers({ sizes: [{ class: "XS", n: 0 }] })), [
    { class: "XS", n: 0, pct: null },
  ]);
});
