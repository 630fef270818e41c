import type { z } from "@hono/zod-openapi";
import type { MetricKind } from "../_shared/numbers/metric.ts";
import type { StoredInsightsSchema } from "./schemas.ts";

/** What SQL answers of a range. */
export type StoredInsights = z.output<typeof StoredInsightsSchema>;
export type StoredSeries = StoredInsights["series"][number];

/** A daily series that begins eight weeks before the period, with what each value rests on. */
export interface Series extends Omit<MetricKind, "definition"> {
  kind: "count" | "rate";
  values: (number | null)[];
  volumes: (number | null)[];
}
