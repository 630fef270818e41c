import assert from "node:assert/strict";
import {
  forecast,
  neededFor,
  rollingResiduals,
} from "../../supabase/functions/_shared/numbers/forecast.ts";
import {
  dampedTrend,
  fitDamped,
  seasonalNaive,
} from "../../supabase/functions/_shared/numbers/forecast_methods.ts";
import { historyOf } from "../../supabase/functions/metrics/dora/weekly_history.ts";

const anything = { low: -Infinity, high: Infinity };

// Millions of air passengers in Australia, 1990–2016: R. J. Hyndman and G. Athanasopoulos, Forecasting: Principles and Practice,
// 2nd ed., 7.2, table 7.3, which gives the parameters, the first state and the forecasts to two decimals.
const passengers = [
  17.55,
  21.86,
  23.89,
  26.93,
  26.89,
  28.83,
  30.08,
  30.95,
  30.19,
  31.58,
  32.58,
  33.48,
  39.02,
  41.39,
  41.60,
  44.66,
  46.95,
  48.73,
  51.49,
  50.03,
  60.64,
  63.36,
  66.36,
  68.20,
  68.12,
  69.78,
  72.60,
]; // deno-fmt-ignore

Deno.test("dampedTrend() without damping is Holt's method as published", () => {
  const published = [74.60, 76.70, 78.80, 80.91, 83.01];
  const parameters = { alpha: 0.8321, beta: 0.0001, phi: 1 };
  const found = dampedTrend(passengers, parameters, 5, { level: 15.57, trend: 2.102 });
  for (const [step, value] of published.entries()) {
    assert.ok(Math.abs((found[step] ?? NaN) - value) < 0.015, `${found[step]} is not ${value}`);
  }
});

Deno.test("dampedTrend() as worked out by hand", () => {
  /**
   * α 0.5, β 0.4, φ 0.8 on 10 12 15: level 10, trend 2
   *   12: expected 10 + 0.8 × 2 = 11.6; level 0.5 × 12 + 0.5 × 11.6 = 11.8; trend 0.4 × 1.8 + 0.6 × 0.8 × 2 = 1.68
   *   15: expected 11.8 + 0.8 × 1.68 = 13.144; level 14.072; trend 0.4 × 2.272 + 0.6 × 0.8 × 1.68 = 1.7152
   *   ahead: 14.072 + 0.8 × 1.7152 = 15.44416; + 0.64 × 1.7152 = 16.541888; + 0.512 × 1.7152 = 17.4200704
   */
  const found = dampedTrend([10, 12, 15], { alpha: 0.5, beta: 0.4, phi: 0.8 }, 3);
  assertClose(found, [15.44416, 16.541888, 17.4200704]);
});

Deno.test("fitDamped() finds no worse parameters than a fine grid does", () => {
  const squares = (parameters: { alpha: number; beta: number; phi: number }) => {
    const residuals = rollingResiduals(
      passengers,
      2,
      1,
      (past) => dampedTrend(past, parameters, 1),
    );
    return residuals.flat().reduce((sum, residual) => sum + residual ** 2, 0);
  };
  const found = squares(fitDamped(passengers));
  for (let alpha = 0.05; alpha < 1; alpha += 0.1) {
    for (let beta = 0.05; beta < 1; beta += 0.1) {
      for (const phi of [0.8, 0.86, 0.92, 0.98]) {
        const other = squares({ alpha, beta, phi });
        assert.ok(
          found <= other * 1.02,
          `${found} at the fit, ${other} at ${alpha} ${beta} ${phi}`,
        );
      }
    }
  }
});

Deno.test("seasonalNaive() repeats the last season", () => {
  assert.deepStrictEqual(seasonalNaive([9, 1, 2, 3], 3, 5), [1, 2, 3, 1, 2]);
  assert.deepStrictEqual(seasonalNaive([9, 1, 2, 3], 1, 2), [3, 3]);
});

Deno.test("rollingResiduals() never shows a method what it forecasts", () => {
  // From origin 2 on, the last value again: 4 − 2, 8 − 4, 16 − 8 one step ahead, 8 − 2, 16 − 4 two steps ahead.
  const seen: number[][] = [];
  const residuals = rollingResiduals([1, 2, 4, 8, 16], 2, 2, (past) => {
    seen.push(past);
    return seasonalNaive(past, 1, 2);
  });
  assert.deepStrictEqual(residuals, [[2, 4, 8], [6, 12]]);
  assert.deepStrictEqual(seen, [[1, 2], [1, 2, 4], [1, 2, 4, 8]]);
});

Deno.test("forecast() takes the last season where seasons repeat, with errors and intervals by hand", () => {
  // Up and down by turns: the last season is right every time, so nothing is uncertain.
  const turns = Array.from({ length: 16 }, (_, at) => at % 2 === 0 ? 10 : 20);
  const found = forecast(turns, 3, 2, anything);
  assert.strictEqual(found?.method, "seasonal_naive");
  assert.deepStrictEqual(found.backtest.seasonal_naive, { mae: 0, rmse: 0, mase: 0 });
  assert.ok(found.backtest.holt_damped.mae > 1);
  assert.deepStrictEqual(
    found.steps.map(({ value, low_95, high_95 }) => [value, low_95, high_95]),
    [
      [10, 10, 10],
      [20, 20, 20],
      [10, 10, 10],
    ],
  );
});

Deno.test("forecast() takes Holt's method where there is a trend, and says how wide it was off", () => {
  /**
   * 10 12 11 13 12 14 … rises by 1 in two steps. The last value again is off by +2 and −1 by turns one step ahead, by 1 two steps
   * ahead. From the origins 8 to 15 of 16: one step 4 × 2 + 4 × 1 in 8, two steps 7 × 1; in all 19 ÷ 15. The mean change from one to
   * the next is (8 × 2 + 7 × 1) ÷ 15 = 23 ÷ 15, so MASE is 19 ÷ 23.
   */
  const zigzag = Array.from({ length: 16 }, (_, at) => 10 + at / 2 + (at % 2 === 0 ? 0 : 1.5));
  const found = forecast(zigzag, 2, 1, anything);
  assert.ok(found);
  assertClose([found.backtest.seasonal_naive.mae, found.backtest.seasonal_naive.mase ?? NaN], [
    19 / 15,
    19 / 23,
  ]);
  assert.strictEqual(found.method, "holt_damped");
  assert.strictEqual(found.origins, 8);
  assert.ok(found.parameters);
  const [first, second] = found.steps;
  assert.ok(first && second);
  assert.ok(second.high_95 - second.low_95 >= first.high_95 - first.low_95);
  // An interval of 95 % is 1.96 ÷ 1.2816 times as wide as one of 80 %.
  assertClose([(first.high_95 - first.low_95) / (first.high_80 - first.low_80)], [
    1.959963984540054 / 1.2815515655446004,
  ]);
});

Deno.test("forecast() stays within what the metric can be", () => {
  const falling = Array.from({ length: 20 }, (_, at) => Math.max(0, 40 - 3 * at));
  const found = forecast(falling, 8, 1, { low: 0, high: 100 });
  for (const step of found?.steps ?? []) {
    for (const value of Object.values(step)) assert.ok(value >= 0 && value <= 100, `${value}`);
  }
  assert.strictEqual(found?.steps.length, 8);
});

Deno.test("forecast() refuses what is too short to be tested", () => {
  assert.deepStrictEqual([neededFor(1, 1), neededFor(4, 1), neededFor(4, 52)], [12, 15, 59]);
  assert.strictEqual(forecast(passengers.slice(0, 14), 4, 1, anything), null);
  assert.notStrictEqual(forecast(passengers.slice(0, 15), 4, 1, anything), null);
});

Deno.test("historyOf() begins with the first value and fills gaps in proportion, but not many", () => {
  const weeks = (...values: (number | null)[]) =>
    values.map((value, at) => ({ start: `2025-01-${String(at + 1).padStart(2, "0")}`, value }));
  assert.deepStrictEqual(
    historyOf(weeks(null, null, 10, null, null, 16, 16, 16, 20, 20, 20, 20, 20, null)),
    {
      first: "2025-01-03",
      last: "2025-01-14",
      values: [10, 12, 14, 16, 16, 16, 20, 20, 20, 20, 20, 20],
      gaps_filled: 3,
    },
  );
  assert.strictEqual(historyOf(weeks(10, null, null, 16)), null);
  assert.deepStrictEqual(historyOf(weeks(null, null)), {
    first: null,
    last: null,
    values: [],
    gaps_filled: 0,
  });
});

function assertClose(found: number[], expected: number[]): void {
  assert.strictEqual(found.length, expected.length);
  for (const [at, value] of expected.entries()) {
    assert.ok(Math.abs((found[at] ?? NaN) - value) < 1e-6, `${found[at]} is not ${value}`);
  }
}
