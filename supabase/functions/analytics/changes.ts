import { changeOf, type ChangeReason } from "../_shared/numbers/change.ts";
import type { Metric } from "../_shared/numbers/metric.ts";

/** How a metric changed, in the words of the first clients. */
export interface MetricDifference {
  name: string;
  unit: string;
  value: number | null;
  previous: number | null;
  change_pct: number | null;
  change_points: number | null;
  change_reason: ChangeReason | null;
}

/** How each metric differs from the one of the same key before: in per cent, and rates in percentage points. */
export function differences(current: Metric[], previous: Metric[]): MetricDifference[] {
  return current.map(({ key, unit, value }) => {
    const before = previous.find((one) => one.key === key)?.value ?? null;
    return { name: key, unit, value, previous: before, ...changeOf(unit, value, before) };
  });
}
