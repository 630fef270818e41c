import assert from "node:assert/strict";
import type { DoraMetric, DoraValue } from "../../supabase/functions/_shared/numbers/dora.ts";
import { bandOf, type ReportYear } from "../../supabase/functions/_shared/numbers/dora_bands.ts";

const hour = 3600;
const day = 24 * hour;
const week = 7 * day;
const month = 30 * day;

// Both sides of every bound. Durations must lie below one, rates may reach it.
const bounds: [ReportYear, DoraMetric, [value: number, band: string][]][] = [
  ["2023", "lead_time", [
    [0, "elite"],
    [day - 1, "elite"],
    [day, "high"],
    [week - 1, "high"],
    [week, "medium"],
    [month - 1, "medium"],
    [month, "low"],
  ]],
  ["2023", "change_failure_rate", [
    [0, "elite"],
    [5, "elite"],
    [5.1, "high"],
    [10, "high"],
    [15, "medium"],
    [15.1, "low"],
    [100, "low"],
  ]],
  ["2023", "recovery_time", [
    [hour - 1, "elite"],
    [hour, "high"],
    [day, "medium"],
    [week - 1, "medium"],
    [week, "low"],
  ]],
  ["2021", "lead_time", [
    [hour - 1, "elite"],
    [hour, "high"],
    [week, "medium"],
    [6 * month - 1, "medium"],
    [6 * month, "low"],
  ]],
  ["2021", "change_failure_rate", [[15, "elite"], [20, "high"], [30, "medium"], [30.1, "low"]]],
  ["2021", "incident_duration", [
    [hour - 1, "elite"],
    [hour, "high"],
    [day, "medium"],
    [week, "low"],
  ]],
  ["2021", "recovery_time", [[hour, "not_in_report"]]],
  ["2023", "incident_duration", [[hour, "not_in_report"]]],
  ["2023", "rework_rate", [[10, "not_in_report"]]],
  ["2024", "lead_time", [[hour, "unordered_tiers"]]],
  ["2025", "lead_time", [[hour, "no_tiers"]]],
];

for (const [year, metric, cases] of bounds) {
  Deno.test(`bandOf() ${metric} in ${year}`, () => {
    const found = cases.map((
      [value],
    ) => [value, told(bandOf(metric, measured({ value }), year, 90))]);
    assert.deepStrictEqual(found, cases);
  });
}

Deno.test("bandOf() judges the frequency by the median week, else month, else half of a year", () => {
  const cases: [
    days_per_week: number | null,
    days_per_month: number,
    days_per_half_year: number,
    n: number,
    days: number,
    in2023: string,
    in2021: string,
  ][] = [
    [7, 30, 90, 90, 90, "elite", "elite"],
    [5, 20, 60, 60, 90, "elite", "elite"],
    [4.5, 20, 60, 60, 90, "high", "high"],
    [1, 4, 13, 13, 90, "high", "high"],
    // Most weeks have none, but most months do; 0.5 is every other month.
    [0, 1, 3, 3, 90, "medium", "high"],
    [0.5, 1, 3, 3, 90, "medium", "high"],
    [0, 0.5, 2, 2, 120, "low", "medium"],
    [0, 0, 0.5, 1, 365, "low", "low"],
    [0, 1, 1, 1, 14, "medium", "high"],
    // None in 14 days may still be one a month, none in 90 days one in half a year.
    [0, 0, 0, 0, 14, "window_too_short", "window_too_short"],
    [0, 0, 0, 0, 28, "low", "window_too_short"],
    [0, 0, 0, 0, 181, "low", "low"],
    [null, 1, 1, 3, 5, "no_complete_week", "no_complete_week"],
  ];
  for (const [days_per_week, days_per_month, days_per_half_year, n, days, ...expected] of cases) {
    const spans = { days_per_week, days_per_month, days_per_half_year };
    const value = measured({ value: n / days, n, ...spans });
    const found = (["2023", "2021"] as const)
      .map((year) => told(bandOf("deployment_frequency", value, year, days)));
    assert.deepStrictEqual(found, expected, `${JSON.stringify(spans)}, ${n} in ${days} days`);
  }
});

Deno.test("bandOf() names DevLake's split of what the report of 2021 gives to three bands alike", () => {
  const source = (value: number, year: ReportYear) =>
    bandOf("change_failure_rate", measured({ value }), year, 90).band_source;
  assert.deepStrictEqual([15, 16, 20, 30, 31].map((value) => source(value, "2021")), [
    "report",
    "devlake",
    "devlake",
    "devlake",
    "devlake",
  ]);
  assert.strictEqual(source(16, "2023"), "report");
  assert.strictEqual(
    bandOf("lead_time", measured({ value: hour }), "2021", 90).band_source,
    "report",
  );
});

Deno.test("bandOf() has no band for no data, whatever the year", () => {
  for (const year of ["2021", "2023", "2024", "2025"] as const) {
    const none = measured({ value: null, null_reason: "no_changes" });
    assert.strictEqual(told(bandOf("lead_time", none, year, 90)), "no_data");
  }
});

function measured(value: Partial<DoraValue>): DoraValue {
  return {
    value: 0,
    n: 1,
    null_reason: null,
    excluded: {},
    percentiles: null,
    days_per_week: null,
    days_per_month: null,
    days_per_half_year: null,
    ...value,
  };
}

function told({ band, band_reason }: ReturnType<typeof bandOf>): string | null {
  return band ?? band_reason;
}
