import { addDays, daysBetween } from "../_shared/numbers/dates.ts";
import { type BacktestError, forecast, neededFor, type Step } from "../_shared/numbers/forecast.ts";

/** What SQL answers of a day. */
export interface DailyCost {
  date: string;
  cost_usd: number;
  sessions: number;
  uncosted_sessions: number;
}

/** What a month is going to cost. */
export interface MonthForecast {
  month: { start: string; end: string; days_left: number };
  spent_usd: number;
  uncosted_sessions: number;
  value: number | null;
  low_80: number | null;
  high_80: number | null;
  low_95: number | null;
  high_95: number | null;
  n: number;
  null_reason: "too_short" | null;
  days_needed: number;
  method: string | null;
  backtest: ({ method: string; origins: number } & BacktestError)[];
  days: { date: string; value: number }[];
}

/** Costs go by the week: few work on Sundays. */
const week = 7;
/** A year of history is not fitted anew for each origin; the last weeks say most. */
const maxHistory = 140;

/**
 * The cost of the month that `today` is in: what its past days cost and what the days from today on are forecast to, by the method that did
 * better in a rolling-origin backtest of as many days ahead. Today is not over and counts as a day to come, but never as less than it has cost. The interval of the sum takes
 * each day's spread as independent of the others', and is wider the more days are left.
 */
export function monthForecast(days: DailyCost[], today: string): MonthForecast {
  const start = `${today.slice(0, 8)}01`;
  const end = addDays(nextMonth(start), -1);
  const left = daysBetween(today, end) + 1;
  const inMonth = days.filter(({ date }) => date >= start && date <= today);
  const spent = total(inMonth.map(({ cost_usd }) => cost_usd));
  const past = days.filter(({ date }) => date < today).slice(-maxHistory)
    .map(({ cost_usd }) => cost_usd);
  const known = {
    month: { start, end, days_left: left },
    spent_usd: spent,
    uncosted_sessions: total(inMonth.map(({ uncosted_sessions }) => uncosted_sessions)),
    n: past.length,
    days_needed: neededFor(left, week),
  };
  const found = forecast(past, left, week, { low: 0, high: Infinity });
  if (found === null) return { ...known, ...none, null_reason: "too_short" };
  const soFar = days.find(({ date }) => date === today)?.cost_usd ?? 0;
  const steps = found.steps.map(({ value }, at) => at === 0 ? Math.max(value, soFar) : value);
  const value = spent - soFar + total(steps);
  const { steps: forecasts } = found;
  const spread = (of: (step: Step) => number) =>
    Math.sqrt(total(forecasts.map((step) => (of(step) - step.value) ** 2)));
  const [by80, by95] = [spread(({ high_80 }) => high_80), spread(({ high_95 }) => high_95)];
  return {
    ...known,
    value,
    low_80: Math.max(spent, value - by80),
    high_80: value + by80,
    low_95: Math.max(spent, value - by95),
    high_95: value + by95,
    null_reason: null,
    method: found.method,
    backtest: Object.entries(found.backtest).map(([method, error]) => ({
      method,
      origins: found.origins,
      ...error,
    })),
    days: steps.map((cost, at) => ({ date: addDays(today, at), value: cost })),
  };
}

const none = {
  value: null,
  low_80: null,
  high_80: null,
  low_95: null,
  high_95: null,
  method: null,
  backtest: [],
  days: [],
};

function nextMonth(first: string): string {
  return `${addDays(first, 31).slice(0, 8)}01`;
}

function total(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
