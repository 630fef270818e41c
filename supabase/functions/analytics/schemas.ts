import { z } from "@hono/zod-openapi";
import { DateSchema, daysBetween, maxRangeDays } from "../_shared/numbers/dates.ts";
import { name, text } from "../_shared/http/schemas.ts";

/** What every read takes. */
export const commonQuery = {
  org_id: z.uuid("is not the id of an organization").optional().openapi({
    description: "Required for the service; a signed-in user defaults to their home organization.",
  }),
  start_date: DateSchema.optional().openapi({ description: "Defaults to 29 days before the end." }),
  end_date: DateSchema.optional().openapi({
    description: "Included. Defaults to today in the organization's time zone.",
  }),
};

/** What every report takes beside it. */
export const reportQuery = {
  ...commonQuery,
  compare: z.enum(["none", "previous"]).default("none").openapi({
    description: "`previous`: also the range of the same length just before.",
  }),
  format: z.enum(["json", "csv", "ndjson", "parquet"]).default("json").openapi({
    description:
      "`csv`, `ndjson` and `parquet` are the report's table; the first two are streamed.",
  }),
};

export type ReportQuery = z.output<z.ZodObject<typeof reportQuery>>;

/** Refuses a range that ends before it starts or is too long. */
export function checkDates(
  { start_date: start, end_date: end }: {
    start_date?: string | undefined;
    end_date?: string | undefined;
  },
  context: z.RefinementCtx,
): void {
  if (start === undefined || end === undefined) return;
  const fault = start > end
    ? "lies before start_date"
    : daysBetween(start, end) >= maxRangeDays
    ? `makes a range of more than ${maxRangeDays} days`
    : undefined;
  if (fault) context.addIssue({ code: "custom", path: ["end_date"], message: fault });
}

export const AgeGroupSchema = z.enum(["<18", "18-40", ">40", "unknown"]);
export const GenderSchema = z.enum(["Male", "Female", "Other", "unknown"]);
export const EventName = name(200);
export const BreakdownQuery = z.enum(["age_group", "gender"]).optional();

/** A person: `u:USER_ID`, `a:ANONYMOUS_ID`, or either without prefix. */
export const PersonParam = z.object({
  id: text(258).min(1).openapi({
    param: { name: "id", in: "path" },
    description: "`u:USER_ID`, `a:ANONYMOUS_ID`, or a user or anonymous id without prefix.",
    example: "u:4711",
  }),
});

/** The members of every answer of the database: the period, and the state of the data. */
export const storedHead = {
  state: z.object({
    org_id: z.string(),
    version: z.int(),
    today: z.string(),
    time_zone: z.string(),
    min_group_size: z.int(),
  }),
  period: z.object({ start: z.string(), end: z.string(), days: z.int(), time_zone: z.string() }),
};

export const StateSchema = storedHead.state;

const Period = storedHead.period.openapi("AnalyticsPeriod");
const Change = z.object({
  name: z.string(),
  unit: z.enum(["events", "persons", "sessions", "seconds", "%"]),
  value: z.number().nullable(),
  previous: z.number().nullable(),
  change_pct: z.number().nullable().openapi({ description: "Null for rates." }),
  change_points: z.number().nullable().openapi({ description: "Percentage points, for rates." }),
  change_reason: z.enum(["new", "no_previous", "no_data"]).nullable(),
}).openapi("AnalyticsChange");

/** A report with its period, its definition and, if asked for, the period before. */
export function reportSchema<Shape extends z.core.$ZodLooseShape>(name: string, shape: Shape) {
  const body = z.object(shape).openapi(`${name}Body`);
  return body.extend({
    period: Period,
    definition: z.string(),
    comparison: body.extend({ period: Period, changes: z.array(Change) }).nullable(),
  }).openapi(name);
}

/** Groups of persons left out because they are too small. */
export const hiddenGroups = z.int().openapi({
  description: "Groups of fewer persons than the organization's `min_group_size`, left out.",
});

/** What is known of a person. */
export const PersonSchema = z.object({
  ids: z.array(z.string()).openapi({ example: ["u:4711", "a:5f3c"] }),
  known: z.boolean(),
  age: z.int().nullable(),
  age_group: AgeGroupSchema,
  gender: GenderSchema,
  traits: z.record(z.string(), z.unknown()),
  first_seen_at: z.string().nullable(),
  last_seen_at: z.string().nullable(),
  created_at: z.string(),
}).openapi("AnalyticsPerson");

export const ExportedEventSchema = z.object({
  event: z.string(),
  event_id: z.string(),
  occurred_at: z.string(),
  day: z.string(),
  sent_at: z.string(),
  received_at: z.string(),
  clamped: z.boolean(),
  properties: z.record(z.string(), z.unknown()),
}).openapi("ExportedEvent");
