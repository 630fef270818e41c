import { z } from "@hono/zod-openapi";
import { dateField } from "../../_shared/http/fields.ts";
import {
  aliasOfItems,
  comparedFields,
  completeField,
  DirectionSchema,
  listSchema,
  metricFields,
  PeriodSchema,
  StoredPeriodSchema,
} from "../../_shared/http/answers.ts";
import { PageQuery } from "../../_shared/http/pagination.ts";
import { query, rangeQuery } from "../../_shared/http/query.ts";
import { CompareParam, endParam, intervalParam, startParam } from "../../_shared/http/range.ts";
import { name, readQuery, refuseEmailOfPublic } from "../../_shared/http/schemas.ts";

const value = z.number().nullable();
const intervals = ["day", "week", "month"] as const;
const nameOfBefore = { description: "The name of before for `key`.", deprecated: true };
const definitionFields = {
  metric_name: z.string(),
  label: z.string(),
  unit: z.string(),
  direction: DirectionSchema,
  aggregation: z.enum(["sum", "avg", "min", "max", "last"]).openapi({
    description: "How its values of several days, sources and people become one.",
  }),
};

export const TimelineQuery = rangeQuery({
  ...readQuery,
  metrics: z.string().max(2000, "is too long")
    .transform((list) => list.split(",").map((part) => part.trim()).filter(Boolean))
    .pipe(z.array(name(100)).min(1, "names no metric").max(20, "names more than 20 metrics"))
    .transform((names) => [...new Set(names)])
    .optional()
    .openapi({
      param: { name: "metrics", in: "query" },
      type: "string",
      example: "sessions,conversions",
      description: "Comma list of up to 20 names. Without it, the first 20 there are.",
    }),
  start: startParam(),
  end: endParam(),
  interval: intervalParam(intervals).default("day"),
  compare: CompareParam,
}, { granularity: "interval" }).superRefine(refuseEmailOfPublic);

/** What the SQL function `metrics_timeline` answers. */
export const StoredTimelineSchema = z.object({
  period: StoredPeriodSchema,
  comparison: z.object({ start: z.string(), end: z.string() }).nullable(),
  metrics: z.array(z.object({
    ...definitionFields,
    value,
    n: z.int(),
    previous: value,
    previous_n: z.int(),
    series: z.array(z.object({ date: dateField, value })),
  })),
});

export const TimelineSchema = z.object({
  period: PeriodSchema,
  interval: z.enum(intervals),
  granularity: z.enum(intervals).openapi({
    description: "The name of before for `interval`.",
    deprecated: true,
  }),
  metrics: z.array(z.object({
    ...definitionFields,
    ...metricFields(["no_data"]),
    metric_name: z.string().openapi(nameOfBefore),
    ...comparedFields,
    series: z.array(z.object({
      date: dateField.openapi({ description: "The first day of the day, week or month." }),
      value,
      ...completeField,
    })),
  })),
  definition: z.string(),
}).openapi("MetricsTimeline");

export const CatalogQuery = query({
  ...readQuery,
  ...PageQuery.shape,
  page_size: PageQuery.shape.page_size.default(100),
}).superRefine(refuseEmailOfPublic);

const catalogFields = {
  ...definitionFields,
  description: z.string(),
  defined: z.boolean(),
  n: z.int(),
  first_date: dateField.nullable(),
  last_date: dateField.nullable(),
  sources: z.array(z.string()),
};

/** What the SQL function `metrics_catalog` answers. */
export const StoredCatalogSchema = z.array(z.object(catalogFields));

const CatalogMetric = z.object({
  key: z.string(),
  ...catalogFields,
  metric_name: z.string().openapi(nameOfBefore),
}).openapi("CatalogMetric");

export const CatalogSchema = listSchema(CatalogMetric)
  .extend({ metrics: aliasOfItems(CatalogMetric) })
  .openapi("MetricsCatalog");
