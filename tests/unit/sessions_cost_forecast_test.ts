import assert from "node:assert/strict";
import { monthForecast } from "../../supabase/functions/sessions/cost_forecast.ts";
import { addDays } from "../../supabase/functions/_shared/numbers/dates.ts";

/** Days up to one and including it, each with what it cost by its place. */
function costs(last: string, count: number, of: (place: number) => number) {
  return Array.from({ length: count }, (_, place) => ({
    date: addDays(last, place - count + 1),
    cost_usd: of(place),
    sessions: 1,
    uncosted_sessions: 0,
  }));
}

Deno.test("monthForecast() adds what the month has cost and what its days are forecast to", () => {
  // Ten dollars every day; the 28th is not over and has cost four so far.
  const days = costs("2026-11-28", 60, (place) => place === 59 ? 4 : 10);
  const month = monthForecast(days, "2026-11-28");
  assert.deepStrictEqual(month.month, { start: "2026-11-01", end: "2026-11-30", days_left: 3 });
  assert.strictEqual(month.spent_usd, 274); // 27 days and 4
  assert.strictEqual(month.value === null ? null : Math.round(month.value * 1e6) / 1e6, 300);
  assert.deepStrictEqual([month.n, month.null_reason], [59, null]);
  assert.deepStrictEqual(month.days.map(({ date }) => date), [
    "2026-11-28",
    "2026-11-29",
    "2026-11-30",
  ]);
  assert.deepStrictEqual(month.backtest.map(({ method }) => method), [
    "holt_damped",
    "seasonal_naive",
  ]);
});

Deno.test("monthForecast() never says less than has been spent, not even of today", () => {
  const days = costs("2026-11-30", 60, (place) => place === 59 ? 50 : 1);
  const month = monthForecast(days, "2026-11-30");
  assert.strictEqual(month.spent_usd, 79);
  assert.strictEqual(month.value, 79);
  assert.ok((month.low_95 ?? 0) >= 79);
});

Deno.test("monthForecast() repeats a week whose Sundays cost nothing, and says how far off it was", () => {
  const days = costs("2026-11-16", 71, (place) => place % 7 === 6 ? 0 : 20);
  const month = monthForecast(days, "2026-11-16");
  assert.strictEqual(month.method, "seasonal_naive");
  assert.strictEqual(month.backtest.find(({ method }) => method === "seasonal_naive")?.mae, 0);
  assert.strictEqual(month.low_95, month.high_95);
});

Deno.test("monthForecast() of too few days says how many it needs", () => {
  const month = monthForecast(costs("2026-11-02", 5, () => 1), "2026-11-02");
  assert.deepStrictEqual([month.value, month.null_reason, month.n], [null, "too_short", 4]);
  // Eight to learn from, 29 days ahead, and four residuals of the last.
  assert.strictEqual(month.days_needed, 40);
  assert.strictEqual(month.spent_usd, 2);
});
