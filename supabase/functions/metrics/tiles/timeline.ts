import type { z } from "@hono/zod-openapi";
import { daysBetween } from "../../_shared/numbers/dates.ts";
import { compared } from "../../_shared/numbers/metric.ts";
import { bucketOf, dayIn, type Interval, periodOf } from "../../_shared/numbers/period.ts";
import type { StoredTimelineSchema, TimelineSchema } from "./read_schemas.ts";

const definition = "metrics.timeline@1";

/** A stored timeline as it is answered: what is only a part of a bucket says so, and what is compared says how it changed. */
export function presentTimeline(
  { period: stored, comparison, metrics }: z.output<typeof StoredTimelineSchema>,
  interval: Interval,
  now: Date,
): z.input<typeof TimelineSchema> {
  const { time_zone } = stored;
  const today = dayIn(time_zone, now);
  const before = comparison && periodOf({
    ...comparison,
    days: daysBetween(comparison.start, comparison.end) + 1,
    time_zone,
  }, now);
  return {
    period: periodOf(stored, now),
    interval,
    granularity: interval,
    metrics: metrics.map(({ previous, previous_n, series, ...metric }) => ({
      ...compared(metric, before && { value: previous, n: previous_n, period: before }),
      key: metric.metric_name,
      definition,
      null_reason: metric.value === null ? "no_data" as const : null,
      series: series.map(({ date, value }) => ({
        date,
        value,
        complete: bucketOf(date, interval, stored, today).complete,
      })),
    })),
    definition,
  };
}
