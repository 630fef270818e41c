import {
  type DampedParameters,
  dampedTrend,
  fitDamped,
  seasonalNaive,
} from "./forecast_methods.ts";

export const forecastMethods = ["holt_damped", "seasonal_naive"] as const;
export type ForecastMethod = typeof forecastMethods[number];

/** How far a method's forecasts were off in the backtest, over all origins and steps. */
export interface BacktestError {
  mae: number;
  rmse: number;
  /** Mean absolute scaled error: `mae` ÷ the mean absolute change from one observation to the next; null if nothing ever changed. */
  mase: number | null;
}

export interface Step {
  value: number;
  low_80: number;
  high_80: number;
  low_95: number;
  high_95: number;
}

export interface Forecast {
  method: ForecastMethod;
  parameters: DampedParameters | null;
  season: number;
  origins: number;
  backtest: Record<ForecastMethod, BacktestError>;
  steps: Step[];
}

/** Nothing is learnt from fewer observations than this before the first origin, and no spread from fewer residuals. */
const minTraining = 8;
const minResiduals = 4;
/** The latest origins say most, and each costs a fit. */
const maxOrigins = 52;
const z80 = 1.2815515655446004;
const z95 = 1.959963984540054;

/** How many observations a forecast needs: enough to learn from before the first origin, and four residuals for the last step. */
export function neededFor(horizon: number, season: number): number {
  return Math.max(minTraining, season) + horizon + minResiduals - 1;
}

/**
 * Forecasts `horizon` steps by Holt's method with a damped trend and by repeating the last season, whichever had the smaller mean
 * absolute error in a rolling-origin backtest; a tie goes to the simpler. Each origin is fitted on what came before it alone.
 * Intervals are ± z times the root mean square of the backtest's residuals at that step, which do not shrink with distance.
 * E. S. Gardner and E. McKenzie, "Forecasting trends in time series", Management Science 31 (1985), 1237–1246; R. J. Hyndman and
 * G. Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., 5.2, 5.5, 5.10 and 8.2; MASE: R. J. Hyndman and A. B. Koehler,
 * International Journal of Forecasting 22 (2006), 679–688.
 *
 * @param bounds What no value can leave, as a rate cannot leave 0–100.
 * @returns null when there are fewer than {@link neededFor} observations.
 */
export function forecast(
  observed: number[],
  horizon: number,
  season: number,
  bounds: { low: number; high: number },
): Forecast | null {
  if (observed.length < neededFor(horizon, season)) return null;
  const clamp = (value: number) => Math.min(bounds.high, Math.max(bounds.low, value));
  const methods = {
    holt_damped: (past: number[]) => dampedTrend(past, fitDamped(past), horizon).map(clamp),
    seasonal_naive: (past: number[]) => seasonalNaive(past, season, horizon),
  };
  const first = Math.max(minTraining, season, observed.length - maxOrigins);
  const residuals = {
    holt_damped: rollingResiduals(observed, first, horizon, methods.holt_damped),
    seasonal_naive: rollingResiduals(observed, first, horizon, methods.seasonal_naive),
  };
  const scale = meanOf(observed.slice(1).map((value, at) => Math.abs(value - (observed[at] ?? 0))));
  const backtest = {
    holt_damped: errorOf(residuals.holt_damped, scale),
    seasonal_naive: errorOf(residuals.seasonal_naive, scale),
  };
  const method = backtest.holt_damped.mae < backtest.seasonal_naive.mae
    ? "holt_damped"
    : "seasonal_naive";
  const spreads = growing(residuals[method].map(rootMeanSquare));
  return {
    method,
    parameters: method === "holt_damped" ? fitDamped(observed) : null,
    season,
    origins: observed.length - first,
    backtest,
    steps: methods[method](observed).map((value, at) => {
      const spread = spreads[at] ?? 0;
      return {
        value,
        low_80: clamp(value - z80 * spread),
        high_80: clamp(value + z80 * spread),
        low_95: clamp(value - z95 * spread),
        high_95: clamp(value + z95 * spread),
      };
    }),
  };
}

/** What was observed minus what was forecast from each origin on, by step: `[0]` one step ahead. */
export function rollingResiduals(
  observed: number[],
  firstOrigin: number,
  horizon: number,
  method: (past: number[]) => number[],
): number[][] {
  const byStep: number[][] = Array.from({ length: horizon }, () => []);
  for (let origin = firstOrigin; origin < observed.length; origin++) {
    const expected = method(observed.slice(0, origin));
    byStep.forEach((residuals, step) => {
      const actual = observed[origin + step];
      const guess = expected[step];
      if (actual !== undefined && guess !== undefined) residuals.push(actual - guess);
    });
  }
  return byStep;
}

function errorOf(byStep: number[][], scale: number): BacktestError {
  const all = byStep.flat();
  const mae = meanOf(all.map(Math.abs));
  return { mae, rmse: rootMeanSquare(all), mase: scale === 0 ? null : mae / scale };
}

/** The future is never surer further away, though a small sample may say so. */
function growing(spreads: number[]): number[] {
  let largest = 0;
  return spreads.map((spread) => largest = Math.max(largest, spread));
}

function meanOf(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function rootMeanSquare(values: number[]): number {
  return Math.sqrt(meanOf(values.map((value) => value * value)));
}
