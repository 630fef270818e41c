import { z } from "@hono/zod-openapi";
import { addDays, DateSchema } from "../../_shared/numbers/dates.ts";
import { boundedJson, EmailSchema, name } from "../../_shared/http/schemas.ts";
import { maxItems } from "../../_shared/intake/body.ts";
import { intakeFields } from "../../_shared/http/answers.ts";

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

const stored = {
  ingested: z.int().openapi({ description: "Numbers stored." }),
  metrics: z.array(z.string()).openapi({ description: "Their names." }),
  ...intakeFields,
  accepted: z.int().openapi({ description: "Readings stored." }),
  duplicates: z.int().openapi({
    description: "Always 0: a reading sent again is a correction and replaces the one before.",
  }),
};

export const IngestResult = z.object(stored).openapi("IngestResult", {
  example: {
    ingested: 2,
    metrics: ["conversions", "sessions"],
    accepted: 1,
    duplicates: 0,
    rejected: [],
  },
});

export const IngestBatchResult = z.object({
  ...stored,
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
