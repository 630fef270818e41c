import assert from "node:assert/strict";
import {
  escapeHtml,
  formatChange,
  formatMeasure,
  formatNumber,
  formatPeriod,
  oneLine,
} from "../../supabase/functions/digest/format.ts";

Deno.test("formatNumber() groups thousands, keeps two decimals and has a dash for unknown", () => {
  assert.deepStrictEqual(
    [null, 0, -0, 1234567, 0.125, -12.5, 1e15].map(formatNumber),
    ["–", "0", "0", "1,234,567", "0.13", "−12.5", "1,000,000,000,000,000"],
  );
});

Deno.test("formatChange() is signed unless it rounds to nothing", () => {
  assert.deepStrictEqual(
    [12.34, -12.34, 0, 0.04, -0.04, 100].map(formatChange),
    ["+12.3%", "−12.3%", "0%", "0%", "0%", "+100%"],
  );
});

Deno.test("formatMeasure() tells a duration in the unit it is long enough for", () => {
  const seconds: [number | null, string][] = [
    [null, "–"],
    [0, "0 s"],
    [59, "59 s"],
    [60, "1 min"],
    [3599, "60 min"],
    [12_600, "3.5 h"],
    [172_799, "48 h"],
    [172_800, "2 days"],
    [216_000, "2.5 days"],
  ];
  for (const [value, expected] of seconds) {
    assert.strictEqual(formatMeasure(value, "seconds"), expected);
  }
  assert.strictEqual(formatMeasure(42.857, "%"), "42.9%");
  assert.strictEqual(formatMeasure(3 / 7, "deployments/day"), "0.43 a day");
});

Deno.test("formatPeriod() repeats month and year only where they change", () => {
  assert.strictEqual(formatPeriod("2026-11-09", "2026-11-15"), "Nov 9–15, 2026");
  assert.strictEqual(formatPeriod("2026-11-30", "2026-12-06"), "Nov 30 – Dec 6, 2026");
  assert.strictEqual(formatPeriod("2026-12-28", "2027-01-03"), "Dec 28, 2026 – Jan 3, 2027");
});

Deno.test("escapeHtml() leaves nothing that HTML reads", () => {
  assert.strictEqual(escapeHtml(`<a href="x">'&'`), "&#60;a href=&#34;x&#34;&#62;&#39;&#38;&#39;");
});

Deno.test("oneLine() folds line breaks and control characters", () => {
  assert.strictEqual(oneLine(" a\r\nb\u0007\u2028c\u0000 "), "a b c");
});
