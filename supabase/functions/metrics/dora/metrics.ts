import { changeOf } from "../../_shared/numbers/change.ts";
import { daysBetween } from "../../_shared/numbers/dates.ts";
import {
  compareDora,
  type DoraComparison,
  type DoraMetric,
  type DoraNumbers,
} from "../../_shared/numbers/dora.ts";
import {
  type Days,
  type Period,
  periodOf,
  type StoredPeriod,
} from "../../_shared/numbers/period.ts";
import { type Banded, bandOf, type ReportYear } from "../../_shared/numbers/dora_bands.ts";

/** The numbers of a window and of the one it is compared with, if it is. */
export interface DoraWindow {
  period: StoredPeriod;
  previous_period: Days | null;
  numbers: DoraNumbers;
  previous: DoraNumbers | null;
}

type Previous = NonNullable<DoraComparison["previous"]>;

/** A metric as the API answers it, with the names of before beside the ones of now. */
export interface DoraAnswer extends Omit<DoraComparison, "previous">, Banded {
  previous: Previous & { period: Period; no_data: Previous["null_reason"] } | null;
  metric: DoraMetric;
  no_data: DoraComparison["null_reason"];
  change_pct: number | null;
  change_points: number | null;
  change_reason: "new" | "no_previous" | "no_data" | null;
}

/** Every metric that the numbers are there for, judged by a year's report and beside what it was. */
export function metricsOf(window: DoraWindow, year: ReportYear, now: Date): DoraAnswer[] {
  const days = window.numbers.deployments?.days ?? window.period.days;
  const period = previousPeriodOf(window, now);
  return compareDora(window.numbers, window.previous).map((compared) => {
    const { key, unit, value, null_reason, previous } = compared;
    return {
      ...compared,
      ...bandOf(key, compared, year, days),
      previous: previous && period &&
        { ...previous, period, no_data: previous.null_reason },
      metric: key,
      no_data: null_reason,
      ...(previous ? changeOf(unit, value, previous.value) : unchanged),
    };
  });
}

const unchanged = { change_pct: null, change_points: null, change_reason: null };

/** One metric of a window that has it. */
export function metricOf(
  window: DoraWindow,
  metric: DoraMetric,
  year: ReportYear,
  now: Date,
): DoraAnswer {
  const found = metricsOf(window, year, now).find(({ key }) => key === metric);
  if (!found) throw new Error(`The numbers of ${metric} were not asked for`);
  return found;
}

/** The period that a window is compared with, null where it is with none. */
export function previousPeriodOf(
  { period, previous_period: days }: Pick<DoraWindow, "period" | "previous_period">,
  now: Date,
): Period | null {
  if (days === null) return null;
  const { time_zone } = period;
  return periodOf({ ...days, days: daysBetween(days.start, days.end) + 1, time_zone }, now);
}
