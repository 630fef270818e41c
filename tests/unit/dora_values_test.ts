import assert from "node:assert/strict";
import {
  doraDefinitions,
  type DoraMetric,
  type DoraNumbers,
} from "../../supabase/functions/_shared/numbers/dora.ts";
import { metricsOf } from "../../supabase/functions/metrics/dora/metrics.ts";

const deployments: NonNullable<DoraNumbers["deployments"]> = {
  days: 30,
  deployments: 0,
  unplanned: 0,
  finished: 0,
  failed: 0,
  pending: 0,
  weeks: 4,
  days_a_week: 0,
  days_a_month: 0,
  days_a_half_year: 0,
  known_before: false,
  incident_source: true,
  unplanned_source: true,
};
const spans = { n: 0, seconds: null, negative: 0 };
const lead = { ...spans, initial: 0 };

// What each metric says of numbers that give no value, and of those that give 0.
const cases: [DoraMetric, string, DoraNumbers, number | null, string | null][] = [
  ["deployment_frequency", "nothing was ever deployed", { deployments }, null, "no_deployments"],
  [
    "deployment_frequency",
    "silence after deployments is 0",
    {
      deployments: { ...deployments, known_before: true },
    },
    0,
    null,
  ],
  [
    "deployment_frequency",
    "the period has not begun",
    {
      deployments: { ...deployments, days: 0, known_before: true },
    },
    null,
    "not_begun",
  ],
  ["change_failure_rate", "nothing was deployed", { deployments }, null, "no_deployments"],
  [
    "change_failure_rate",
    "everything is still watched",
    {
      deployments: { ...deployments, deployments: 2, pending: 2 },
    },
    null,
    "all_pending",
  ],
  [
    "change_failure_rate",
    "nothing failed",
    {
      deployments: { ...deployments, deployments: 2, finished: 2 },
    },
    0,
    null,
  ],
  [
    "change_failure_rate",
    "nothing could have said that anything failed",
    { deployments: { ...deployments, deployments: 28, finished: 28, incident_source: false } },
    null,
    "no_incident_source",
  ],
  [
    "rework_rate",
    "nothing could have marked a deployment",
    { deployments: { ...deployments, deployments: 28, unplanned_source: false } },
    null,
    "no_incident_source",
  ],
  ["rework_rate", "nothing was deployed", { deployments }, null, "no_deployments"],
  ["lead_time", "nothing was shipped", { lead_time: lead }, null, "no_changes"],
  [
    "lead_time",
    "every clock was wrong",
    {
      lead_time: { ...lead, negative: 2 },
    },
    null,
    "only_negative_spans",
  ],
  [
    "lead_time",
    "nothing was shipped but by the first deployment",
    { lead_time: { ...lead, initial: 200 } },
    null,
    "only_first_deployment",
  ],
  ["recovery_time", "nothing failed", { recovery: { ...spans, open: 0 } }, null, "no_failures"],
  [
    "recovery_time",
    "nothing is recovered from",
    {
      recovery: { ...spans, open: 1 },
    },
    null,
    "all_open",
  ],
  [
    "incident_duration",
    "nothing happened",
    {
      incidents: { ...spans, open: 0 },
    },
    null,
    "no_incidents",
  ],
];

for (const [metric, what, numbers, value, reason] of cases) {
  Deno.test(`${metric}: ${what}`, () => {
    const found = doraDefinitions[metric].of(numbers);
    assert.deepStrictEqual([found?.value, found?.null_reason], [value, reason]);
  });
}

Deno.test("metricsOf() answers the metrics whose numbers were asked for, and no others", () => {
  const window = {
    period: { start: "2025-03-03", end: "2025-04-01", days: 30, time_zone: "UTC" },
    previous_period: { start: "2025-02-01", end: "2025-03-02" },
    numbers: { lead_time: lead },
    previous: {
      lead_time: {
        n: 1,
        seconds: [60, 60, 60] as [number, number, number],
        negative: 0,
        initial: 0,
      },
    },
  };
  assert.deepStrictEqual(metricsOf(window, "2023", new Date("2025-04-01T12:00:00Z")), [{
    key: "lead_time",
    label: "Lead time for changes",
    unit: "seconds",
    direction: "lower_is_better",
    definition: "dora.lead_time@2",
    value: null,
    n: 0,
    null_reason: "no_changes",
    excluded: { negative_spans: 0, first_deployment_changes: 0 },
    percentiles: null,
    days_per_week: null,
    days_per_month: null,
    days_per_half_year: null,
    band: null,
    band_source: null,
    band_reason: "no_data",
    previous: {
      value: 60,
      n: 1,
      null_reason: null,
      no_data: null,
      period: {
        start: "2025-02-01",
        end: "2025-03-02",
        days: 30,
        time_zone: "UTC",
        complete: true,
      },
    },
    change: { value: null, unit: "%", null_reason: "no_data" },
    metric: "lead_time",
    no_data: "no_changes",
    change_pct: null,
    change_points: null,
    change_reason: "no_data",
  }]);
});

Deno.test("metricsOf() has no previous and no change where nothing is compared", () => {
  const window = {
    period: { start: "2025-03-03", end: "2025-04-01", days: 30, time_zone: "UTC" },
    previous_period: null,
    numbers: {
      lead_time: {
        n: 1,
        seconds: [60, 60, 60] as [number, number, number],
        negative: 0,
        initial: 0,
      },
    },
    previous: null,
  };
  const [found] = metricsOf(window, "2023", new Date("2025-04-01T12:00:00Z"));
  assert.deepStrictEqual(
    [found?.value, found?.previous, found?.change, found?.change_pct, found?.change_reason],
    [60, null, null, null, null],
  );
});
