import { z } from "@hono/zod-openapi";
import { DateSchema } from "../numbers/dates.ts";
import type { Interval } from "../numbers/period.ts";

/** The first day of a range. */
export function startParam(description = "The first day. Defaults to 29 days before the end.") {
  return DateSchema.openapi({ param: { name: "start", in: "query" }, description }).optional();
}

/** The last day of a range. */
export function endParam(
  description = "The last day, included. Defaults to today in the organization's time zone.",
) {
  return DateSchema.openapi({ param: { name: "end", in: "query" }, description }).optional();
}

/** A whole number from `least` to `most`, as a query parameter. */
export function wholeNumber(what: string, least: number, most: number) {
  const message = `must be a whole number${what} from ${least} to ${most}`;
  return z.string(message).regex(/^-?\d{1,9}$/, message).transform(Number)
    .pipe(z.int(message).min(least, message).max(most, message))
    .openapi({ type: "integer", minimum: least, maximum: most });
}

/** The same, and `usual` where the query leaves it out. */
export function wholeNumberOr(usual: number, ...bounds: Parameters<typeof wholeNumber>) {
  return wholeNumber(...bounds).openapi({ default: usual, example: usual }).default(usual);
}

/** How many times 24 hours back from now, 1–365, in place of `start` and `end`. `usual` says what a request without any means. */
export function sinceParam(usual: string) {
  return wholeNumber(" of days", 1, 365).openapi({
    param: { name: "since", in: "query" },
    description: `Days of 24 hours back from now, in place of \`start\` and \`end\`. ${usual}`,
    example: 30,
  }).optional();
}

/** How long a bucket of a series is; give it its default with `.default(…)`. */
export function intervalParam<const Intervals extends readonly Interval[]>(intervals: Intervals) {
  return z.enum(intervals).openapi({
    param: { name: "interval", in: "query" },
    description: "How long a bucket is. A week begins on Monday.",
  });
}

/** With what a range is compared. */
export const CompareParam = z.enum(["none", "previous", "year"]).openapi({
  param: { name: "compare", in: "query" },
  description:
    "`previous`: the range of the same length just before. `year`: the same dates a year earlier.",
}).default("none");

/** How many groups, the largest first, are answered; the others together. */
export function limitParam(usual: number, most = 100) {
  return wholeNumber("", 1, most).openapi({
    param: { name: "limit", in: "query" },
    description: "How many are answered, the largest first.",
    default: usual,
  }).default(usual);
}

/** By what numbers are divided; make it optional or give it its default where it has one. */
export function breakdownParam<const By extends readonly string[]>(by: By) {
  return z.enum(by).openapi({
    param: { name: "breakdown", in: "query" },
    description: "By what the numbers are divided.",
  });
}
