import { z } from "@hono/zod-openapi";
import { addDays, checkRange, DateSchema } from "../../_shared/numbers/dates.ts";
import {
  boundedJson,
  EmailQuery,
  EmailSchema,
  name,
  PublicIdQuery,
  refuseEmailOfPublic,
} from "../../_shared/http/schemas.ts";

/** The most items one ingest request may carry. */
export const maxItems = 1000;

/** One reading of a source: a person, a day and the numbers of that day. */
export const IngestItem = z.strictObject({
  email: EmailSchema,
  source_name: name(100).openapi({ example: "ga4" }),
  metric_date: DateSchema,
  data: z.record(
    name(100),
    z.number("must be a finite number")
      .min(-1e15, "is below -1e15").max(1e15, "is above 1e15"),
  )
    .refine((data) => Object.keys(data).length > 0, "has no metrics")
    .refine((data) => Object.keys(data).length <= 100, "has more than 100 metrics")
    .openapi({ example: { sessions: 120, conversions: 4 } }),
  dimensions: z.record(name(50), name(200))
    .refine((dimensions) => JSON.stringify(dimensions).length <= 1000, "are too large")
    .optional()
    .openapi({
      description: "Splits the numbers, as in {country: US}. Never send a total beside its split.",
      example: { campaign: "autumn" },
    }),
  meta: boundedJson(8, 16_384).optional().openapi({
    description: "Anything worth keeping beside the numbers; it is never computed with.",
  }),
}).openapi("IngestItem");

/** Up to 1,000 readings; each is judged on its own, so a bad one never costs another. */
export const IngestBatch = z.strictObject({
  items: z.array(z.unknown()).min(1, "is empty").max(
    maxItems,
    `has more than ${maxItems} items`,
  ),
}).openapi("IngestBatch", {
  example: {
    items: [{
      email: "demo@livinglytics.test",
      source_name: "ga4",
      metric_date: "2026-11-16",
      data: { sessions: 120, conversions: 4 },
    }],
  },
});

/** Which of the two a body is, `items` tells; judging them is the handler's, so that each item has its own errors. */
export const IngestBody = z.looseObject({}).openapi({
  anyOf: [
    { $ref: "#/components/schemas/IngestItem" },
    { $ref: "#/components/schemas/IngestBatch" },
  ],
});

export const IngestResult = z.object({
  ingested: z.int().openapi({ description: "Numbers stored." }),
  metrics: z.array(z.string()),
}).openapi("IngestResult", { example: { ingested: 2, metrics: ["conversions", "sessions"] } });

export const IngestBatchResult = z.object({
  ingested: z.int(),
  metrics: z.array(z.string()),
  results: z.array(z.object({
    index: z.int(),
    status: z.int().openapi({ description: "200, 404 or 422." }),
    ingested: z.int(),
    code: z.string().optional(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })),
}).openapi("IngestBatchResult");

/** Refuses days that have not begun anywhere on Earth; `now` decides. */
export function futureDateError(date: string, now: Date): string | null {
  return date > addDays(now.toISOString().slice(0, 10), 1) ? "lies in the future" : null;
}

const value = z.number().nullable();
const definitionFields = {
  metric_name: z.string(),
  label: z.string(),
  unit: z.string(),
  direction: z.enum(["higher_is_better", "lower_is_better", "neutral"]),
  aggregation: z.enum(["sum", "avg", "min", "max", "last"]),
};

export const TimelineQuery = z.object({
  email: EmailQuery,
  public_id: PublicIdQuery,
  metrics: z.string().max(2000, "is too long")
    .transform((list) => list.split(",").map((part) => part.trim()).filter(Boolean))
    .pipe(z.array(name(100)).min(1, "names no metric").max(20, "names more than 20 metrics"))
    .transform((names) => [...new Set(names)])
    .optional()
    .openapi({
      type: "string",
      example: "sessions,conversions",
      description: "Comma list of up to 20 names. Without it, the first 20 the person has.",
    }),
  start: DateSchema.optional().openapi({ description: "Defaults to 29 days before end." }),
  end: DateSchema.optional().openapi({ description: "Defaults to today." }),
  granularity: z.enum(["day", "week", "month"]).default("day"),
}).superRefine((query, context) => {
  checkRange(query, context);
  refuseEmailOfPublic(query, context);
});

export const TimelineSchema = z.object({
  period: z.object({
    start: z.string(),
    end: z.string(),
    days: z.int(),
    time_zone: z.string(),
  }),
  granularity: z.enum(["day", "week", "month"]),
  metrics: z.array(z.object({
    ...definitionFields,
    n: z.int(),
    series: z.array(z.object({ date: z.string(), value })),
  })),
  definition: z.string().default("metrics.timeline@1"),
}).openapi("MetricsTimeline");

export const CatalogQuery = z.object({ email: EmailQuery, public_id: PublicIdQuery })
  .superRefine(refuseEmailOfPublic);

export const CatalogSchema = z.object({
  metrics: z.array(z.object({
    ...definitionFields,
    description: z.string(),
    defined: z.boolean(),
    n: z.int(),
    first_date: z.string().nullable(),
    last_date: z.string().nullable(),
    sources: z.array(z.string()),
  })),
}).openapi("MetricsCatalog");
