import { z } from "@hono/zod-openapi";
import { directions } from "../numbers/metric.ts";
import { pageFields, pageOf, type PageQuery } from "./pagination.ts";

const value = z.number().nullable();

const storedPeriod = {
  start: z.string().openapi({ format: "date" }),
  end: z.string().openapi({ format: "date", description: "Included." }),
  days: z.int(),
  time_zone: z.string().openapi({ description: "In which the days are days." }),
  from: z.string().optional().openapi({
    format: "date-time",
    description: "Where the range rolls: its first instant.",
  }),
  to: z.string().optional().openapi({ format: "date-time", description: "And its last." }),
  recounting_to: z.string().optional().openapi({
    description:
      "The organization's new time zone, where its days are still those of the one before: they are being counted anew.",
  }),
};

/** The period as SQL answers it. */
export const StoredPeriodSchema = z.object({
  ...storedPeriod,
  rows_since: z.string().nullable().optional(),
});

/** The period of every answer about a range. */
export const PeriodSchema = z.object({
  ...storedPeriod,
  complete: z.boolean().openapi({ description: "Whether its last day is over." }),
  rows_since: z.string().optional().openapi({
    format: "date",
    description:
      "Where the range reaches back to days whose rows the organization no longer keeps, and the answer is made of rows: " +
      "the first day of which they are there. What lies before is in no number.",
  }),
}).openapi("Period", {
  example: {
    start: "2026-11-09",
    end: "2026-11-15",
    days: 7,
    time_zone: "America/Los_Angeles",
    complete: true,
  },
});

/** A member of every bucket of a series. */
export const completeField = {
  complete: z.boolean().openapi({
    description: "False for a bucket that the range cuts or that is not over: it has only a part.",
  }),
};

export const DirectionSchema = z.enum(directions).openapi("Direction", {
  description: "Whether more is better.",
});

/** What a metric was in the period that is compared with. */
export const PreviousSchema = z.object({ value, n: z.int(), period: PeriodSchema })
  .openapi("PreviousValue");

/** How a metric changed: rates in percentage points, anything else in per cent. */
export const ChangeSchema = z.object({
  value,
  unit: z.enum(["%", "points"]),
  null_reason: z.enum(["new", "no_previous", "no_data"]).nullable().openapi({
    description:
      "`new`: there was nothing before. `no_previous`, `no_data`: one of both is unknown.",
  }),
}).openapi("MetricChange");

/** What a metric is, without its value: also the head of a series. */
export const metricKindFields = {
  key: z.string(),
  label: z.string(),
  unit: z.string(),
  direction: DirectionSchema,
  definition: z.string().openapi({
    description: "Which definition the number has, and its version.",
  }),
};

/** The members of a number of an answer, whose catalogue has these reasons for having none. */
export function metricFields<const Reasons extends readonly [string, ...string[]]>(
  nullReasons: Reasons,
) {
  return {
    ...metricKindFields,
    value: value.openapi({
      description: "Null with the reason in `null_reason`, never 0 instead.",
    }),
    n: z.int().openapi({ description: "Rows behind the value." }),
    null_reason: z.enum(nullReasons).nullable(),
  };
}

/** What a metric has beside it when it is compared; both are null otherwise. */
export const comparedFields = {
  previous: PreviousSchema.nullable(),
  change: ChangeSchema.nullable(),
};

/** A list: `items` and the page. Extend it by {@link aliasOfItems} where the first clients read the rows by another name. */
export function listSchema<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), ...pageFields });
}

/** A page of a list. */
export function listOf<Item>(
  query: z.output<typeof PageQuery>,
  totalCount: number,
  items: Item[],
) {
  return { items, ...pageOf(query, totalCount) };
}

/** A page out of all rows of a list, for one that is short by its nature. */
export function pageFrom<Item>(query: z.output<typeof PageQuery>, all: Item[]) {
  const first = (query.page - 1) * query.page_size;
  return listOf(query, all.length, all.slice(first, first + query.page_size));
}

/** The rows of a list by the name of before, for the first clients; fill it with the same rows. */
export function aliasOfItems<Item extends z.ZodType>(item: Item) {
  return z.array(item).openapi({ description: "The same as `items`.", deprecated: true });
}

/** One thing that was sent and not taken. */
export const RejectedSchema = z.object({
  index: z.int().openapi({ description: "Its place in what was sent, from 0." }),
  code: z.string(),
  message: z.string(),
}).openapi("Rejected", {
  example: { index: 3, code: "validation_failed", message: "metric_date: lies in the future" },
});

export type Rejected = z.output<typeof RejectedSchema>;

/** The members of every answer to something sent in. */
export const intakeFields = {
  accepted: z.int().openapi({ description: "How many were taken and are new." }),
  duplicates: z.int().openapi({
    description: "How many were here already; they are counted once.",
  }),
  rejected: z.array(RejectedSchema).openapi({ description: "What was not taken, and why." }),
};
