import type { Direction, Metric, MetricKind } from "./metric.ts";
import { mean, percent } from "./ratio.ts";

interface Kind {
  label: string;
  unit: "events" | "persons" | "sessions" | "events/session" | "seconds" | "%";
  direction: Direction;
}

/** What the numbers of product analytics are called, and which way is better. */
export const metricKinds = {
  events: { label: "Events", unit: "events", direction: "neutral" },
  dropped: { label: "Dropped events", unit: "events", direction: "lower_is_better" },
  persons: { label: "Persons", unit: "persons", direction: "higher_is_better" },
  dau: { label: "Daily active users", unit: "persons", direction: "higher_is_better" },
  wau: { label: "Weekly active users", unit: "persons", direction: "higher_is_better" },
  mau: { label: "Monthly active users", unit: "persons", direction: "higher_is_better" },
  stickiness: { label: "Stickiness", unit: "%", direction: "higher_is_better" },
  average_dau: { label: "Average daily users", unit: "persons", direction: "higher_is_better" },
  average_stickiness: { label: "Average stickiness", unit: "%", direction: "higher_is_better" },
  retention_1: { label: "Retention after one period", unit: "%", direction: "higher_is_better" },
  conversion: { label: "Conversion", unit: "%", direction: "higher_is_better" },
  sessions: { label: "Sessions", unit: "sessions", direction: "higher_is_better" },
  events_per_session: {
    label: "Events per session",
    unit: "events/session",
    direction: "neutral",
  },
  mean_seconds: { label: "Mean duration", unit: "seconds", direction: "neutral" },
  median_seconds: { label: "Median duration", unit: "seconds", direction: "neutral" },
  single_event_sessions: {
    label: "Sessions of one event",
    unit: "%",
    direction: "lower_is_better",
  },
} satisfies Record<string, Kind>;

export type MetricKey = keyof typeof metricKinds;

/** A number that stands for a report, from so many rows; `no_data` is why it is null, unless it says otherwise. */
export interface Total {
  key: MetricKey;
  value: number | null;
  n: number;
  null_reason?: string;
}

/** What the numbers of a report's series are, by the key they have in its rows. */
export function seriesKinds(definition: string, keys: MetricKey[]): MetricKind[] {
  return keys.map((key) => ({ key, ...metricKinds[key], definition }));
}

/** The numbers that stand for a report, as every answer tells metrics. */
export function metricsOf(definition: string, totals: Total[]): Metric[] {
  return totals.map(({ key, value, n, null_reason = "no_data" }) => ({
    key,
    ...metricKinds[key],
    value,
    n,
    definition,
    null_reason: value === null ? null_reason : null,
  }));
}

/** Distinct persons with an event on a day, and in the 7 and 30 days that end on it; null for a day to come. */
export interface ActiveDay {
  date: string;
  dau: number | null;
  wau: number | null;
  mau: number | null;
}

/** Days with their stickiness (DAU ÷ MAU in %), and the averages of those there are. `n` counts a person on each day they were active. */
export function averagesOf<Day extends ActiveDay>(series: Day[]) {
  const days = series.map((day) => ({ ...day, stickiness: percent(day.dau, day.mau) }));
  return {
    days,
    average_dau: mean(days.map(({ dau }) => dau)),
    average_stickiness: mean(days.map(({ stickiness }) => stickiness)),
    n: days.reduce((sum, { dau }) => sum + (dau ?? 0), 0),
  };
}
