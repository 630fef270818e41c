import { z } from "@hono/zod-openapi";
import {
  doraDefinitions,
  type DoraMetric,
  doraMetrics,
  DoraNumbersSchema,
  type NoDataReason,
} from "../../_shared/numbers/dora.ts";
import { storedHead } from "./schemas.ts";

/** The numbers of each week or month, as the database answers them. */
export const StoredTrend = z.object({
  ...storedHead,
  buckets: z.array(z.object({
    start: z.string(),
    end: z.string(),
    complete: z.boolean(),
    numbers: DoraNumbersSchema,
  })),
});
type Bucket = z.output<typeof StoredTrend>["buckets"][number];

export interface Point {
  start: string;
  end: string;
  complete: boolean;
  value: number | null;
  n: number;
  no_data: NoDataReason | null;
}

export interface Series {
  metric: DoraMetric;
  unit: string;
  direction: "higher_is_better" | "lower_is_better";
  definition: string;
  points: Point[];
}

/** The series of every metric that the buckets have the numbers of. */
export function seriesOf(buckets: Bucket[]): Series[] {
  return doraMetrics.flatMap((metric) => {
    const { of, unit, direction } = doraDefinitions[metric];
    const points = buckets.flatMap(({ start, end, complete, numbers }) => {
      const measured = of(numbers);
      if (!measured) return [];
      const { value, n, no_data } = measured;
      return [{ start, end, complete, value, n, no_data }];
    });
    return points.length === 0
      ? []
      : [{ metric, unit, direction, definition: `dora.${metric}@1`, points }];
  });
}
