import { z } from "@hono/zod-openapi";

const numbers = z.array(z.number().nullable());

/** The answer of `public.insight_data`: the series begin eight weeks before the period. */
export const StoredInsightsSchema = z.object({
  period: z.object({ start: z.string(), end: z.string(), days: z.int(), time_zone: z.string() }),
  series: z.array(z.object({
    name: z.string(),
    label: z.string(),
    unit: z.string(),
    kind: z.enum(["count", "rate"]),
    direction: z.enum(["higher_is_better", "lower_is_better", "neutral"]),
    values: numbers,
    volumes: numbers,
  })),
  happenings: z.array(z.object({
    date: z.string(),
    kind: z.enum(["deployment", "release"]),
    repository: z.string(),
    name: z.string(),
    at: z.string(),
  })),
});

export type StoredInsights = z.output<typeof StoredInsightsSchema>;
export type Series = StoredInsights["series"][number];

/** A number for people: three significant digits, and all of them before the point. */
export function shown(value: number): string {
  return Math.abs(value) >= 1000
    ? new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 }).format(value)
    : String(Number(value.toPrecision(3)));
}
