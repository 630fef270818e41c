import assert from "node:assert/strict";
import { changeIn } from "../../supabase/functions/_shared/numbers/change.ts";
import { acceptanceRate, errorRate } from "../../supabase/functions/_shared/numbers/formulas.ts";
import { compared } from "../../supabase/functions/_shared/numbers/metric.ts";
import { mean, median, percent, ratio } from "../../supabase/functions/_shared/numbers/ratio.ts";

const parts: [number | null, number | null, number | null, number | null][] = [
  [1, 4, 0.25, 25],
  [7, 25, 0.28, 28],
  [0, 3, 0, 0],
  [3, 0, null, null],
  [0, 0, null, null],
  [null, 4, null, null],
  [1, null, null, null],
];

for (const [part, whole, share, pct] of parts) {
  Deno.test(`${part} of ${whole} is ${share}, which is ${pct} %`, () => {
    assert.strictEqual(ratio(part, whole), share);
    assert.strictEqual(percent(part, whole), pct);
  });
}

const middles: [(number | null)[], number | null, number | null][] = [
  [[], null, null],
  [[null, null], null, null],
  [[3], 3, 3],
  [[10, 2, null, 3], 5, 3],
  [[10, 2, 3, 1], 4, 2.5],
];

for (const [values, average, middle] of middles) {
  Deno.test(`of [${values.join()}] the mean is ${average} and the median ${middle}`, () => {
    assert.strictEqual(mean(values), average);
    assert.strictEqual(median(values), middle);
  });
}

Deno.test("acceptance and error rates are shares in per cent, null of nothing", () => {
  assert.strictEqual(acceptanceRate.of({ people_accepted: 3, people_rejected: 1 }), 75);
  assert.strictEqual(acceptanceRate.of({ people_accepted: 0, people_rejected: 0 }), null);
  assert.strictEqual(errorRate.of({ failed_sessions: 1, sessions: 8 }), 12.5);
  assert.strictEqual(errorRate.of({ failed_sessions: 0, sessions: 0 }), null);
});

const changes: [string, number | null, number | null, number | null, string, string | null][] = [
  ["sessions", 150, 100, 50, "%", null],
  ["sessions", 5, 0, null, "%", "new"],
  ["sessions", null, 5, null, "%", "no_data"],
  ["%", 40, 25, 15, "points", null],
  ["%", 5, 0, 5, "points", null],
  ["%", 5, null, null, "points", "no_previous"],
];

for (const [unit, now, before, value, changeUnit, null_reason] of changes) {
  Deno.test(`changeIn() of ${unit} from ${before} to ${now} is ${value} ${changeUnit}`, () => {
    assert.deepStrictEqual(changeIn(unit, now, before), { value, unit: changeUnit, null_reason });
  });
}

Deno.test("compared() sets a metric beside what it was, or says that nothing is compared", () => {
  const metric = { unit: "%", value: 40, n: 10 };
  const period = {
    start: "2026-11-02",
    end: "2026-11-08",
    days: 7,
    time_zone: "UTC",
    complete: true,
  };
  const previous = { value: 25, n: 8, period };
  assert.deepStrictEqual(compared(metric, previous), {
    ...metric,
    previous,
    change: { value: 15, unit: "points", null_reason: null },
  });
  assert.deepStrictEqual(compared(metric, null), { ...metric, previous: null, change: null });
});
