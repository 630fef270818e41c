import { z } from "@hono/zod-openapi";
import { dateField } from "../../_shared/http/fields.ts";
import {
  type DoraDefinition,
  doraDefinitions,
  type DoraMetric,
  doraMetrics,
  type DoraNullReason,
  DoraNumbersSchema,
} from "../../_shared/numbers/dora.ts";
import type { Bucket, Period } from "../../_shared/numbers/period.ts";
import { storedHead } from "./schemas.ts";

const StoredBucket = z.object({
  start: dateField,
  end: dateField,
  complete: z.boolean(),
  numbers: DoraNumbersSchema,
});
type StoredBucket = z.output<typeof StoredBucket>;

/** The numbers of each day, week or month, as the database answers them, and of those compared with. */
export const StoredTrend = z.object({
  ...storedHead,
  buckets: z.array(StoredBucket),
  previous_period: z.object({ start: dateField, end: dateField }).nullable(),
  previous: z.array(StoredBucket).nullable(),
});

export interface Point extends Bucket {
  value: number | null;
  n: number;
  null_reason: DoraNullReason | null;
  no_data: DoraNullReason | null;
}

export interface Series extends Omit<DoraDefinition, "of"> {
  metric: DoraMetric;
  points: Point[];
  previous: { period: Period; points: Point[] } | null;
}

/** The series of every metric that the buckets have the numbers of, and of the period it is compared with. */
export function seriesOf(
  buckets: StoredBucket[],
  previous: { period: Period; buckets: StoredBucket[] } | null = null,
): Series[] {
  return doraMetrics.flatMap((metric) => {
    const { of, ...kind } = doraDefinitions[metric];
    const points = pointsOf(buckets, of);
    if (points.length === 0) return [];
    const before = previous &&
      { period: previous.period, points: pointsOf(previous.buckets, of) };
    return [{ ...kind, metric, points, previous: before }];
  });
}

function pointsOf(buckets: StoredBucket[], of: DoraDefinition["of"]): Point[] {
  return buckets.flatMap(({ start, end, complete, numbers }) => {
    const measured = of(numbers);
    if (!measured) return [];
    const { value, n, null_reason } = measured;
    return [{ start, end, complete, value, n, null_reason, no_data: null_reason }];
  });
}
