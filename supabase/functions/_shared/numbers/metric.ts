import { changeIn, type MetricChange } from "./change.ts";
import type { Period } from "./period.ts";

export const directions = ["higher_is_better", "lower_is_better", "neutral"] as const;
export type Direction = typeof directions[number];

/** What a metric is, whatever its value: one catalogue for each domain has them. */
export interface MetricKind {
  key: string;
  label: string;
  unit: string;
  direction: Direction;
  definition: string;
}

/** A number of an answer: from `n` rows, and why it is null where it is. */
export interface Metric extends MetricKind {
  value: number | null;
  n: number;
  null_reason: string | null;
}

/** The same number in the period that is compared with. */
export interface Previous {
  value: number | null;
  n: number;
  period: Period;
}

/** A metric beside what it was; both null where nothing is compared. */
export interface Compared {
  previous: Previous | null;
  change: MetricChange | null;
}

/** A metric with what it was and how it changed. */
export function compared<One extends Pick<Metric, "unit" | "value">>(
  metric: One,
  previous: Previous | null,
): One & Compared {
  const change = previous && changeIn(metric.unit, metric.value, previous.value);
  return { ...metric, previous, change };
}
