import { dailyRates, type Sums } from "../_shared/numbers/daily_rates.ts";
import { daysBetween } from "../_shared/numbers/dates.ts";
import type { Series, StoredInsights, StoredSeries } from "./types.ts";

/**
 * The series to look at: those asked for, of the usual ones those that have any number but 0. Of `today` and later days
 * nothing is known: they are not over.
 */
export function seriesOf(
  { period, series }: StoredInsights,
  { isChosen, today }: { isChosen: boolean; today: string },
): Series[] {
  return series.map(({ sums, ...one }) => {
    const rate = dailyRates[one.key];
    const values = rate && sums ? sums.map((day) => day && rate.of(day)) : one.values;
    const known = values.length - Math.max(0, daysBetween(today, period.end) + 1);
    const untilToday = (numbers: (number | null)[]) =>
      numbers.map((number, day) => day < known ? number : null);
    return { ...one, values: untilToday(values), volumes: untilToday(one.volumes) };
  }).filter(({ values }) => isChosen || values.some((value) => value !== null && value !== 0));
}

/** The value of a metric over the last `days` days of its series. */
export interface Total {
  value: number | null;
  n: number;
  null_reason: "no_data" | "not_additive" | null;
  definition: string;
}

/**
 * What the days of a period add up to: counts are summed, a rate is made of the sums of its days. Daily medians, means and persons
 * add up to nothing (`not_additive`). `n` is the number of days that have something.
 */
export function totalOf(
  { key, kind, values, sums }: Pick<StoredSeries, "key" | "kind" | "values" | "sums">,
  days: number,
): Total {
  const rate = dailyRates[key];
  const definition = rate?.definition ?? "insights.daily_series@1";
  if (rate) {
    const known = (sums ?? []).slice(-days).filter((day) => day !== null);
    const value = rate.of(added(known));
    return { value, n: known.length, null_reason: value === null ? "no_data" : null, definition };
  }
  const known = values.slice(-days).filter((value) => value !== null);
  const n = known.length;
  if (n === 0) return { value: null, n, null_reason: "no_data", definition };
  if (kind === "rate" || key === "product.dau") {
    return { value: null, n, null_reason: "not_additive", definition };
  }
  return { value: known.reduce((sum, one) => sum + one, 0), n, null_reason: null, definition };
}

/** A number for people: three significant digits, and all of them before the point. */
export function shown(value: number): string {
  return Math.abs(value) >= 1000
    ? new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 }).format(value)
    : String(Number(value.toPrecision(3)));
}

function added(days: Sums[]): Sums {
  const total: Sums = {};
  for (const day of days) {
    for (const [key, value] of Object.entries(day)) total[key] = (total[key] ?? 0) + value;
  }
  return total;
}
