import { z } from "@hono/zod-openapi";
import { dateField, idField, timeField } from "../_shared/http/fields.ts";
import {
  ChangeSchema,
  comparedFields,
  completeField,
  metricFields,
  metricKindFields,
  PeriodSchema,
  StoredPeriodSchema,
} from "../_shared/http/answers.ts";
import { breakdownParam, CompareParam, endParam, startParam } from "../_shared/http/range.ts";
import { jsonObject, name, text } from "../_shared/http/schemas.ts";

/** The organization of every read. */
export const OrgIdQuery = z.uuid("is not the id of an organization").optional().openapi({
  description: "Required for the service; a signed-in user defaults to their home organization.",
});

/** What every report takes. */
export const reportFields = {
  org_id: OrgIdQuery,
  start: startParam(),
  end: endParam(),
  compare: CompareParam,
  format: z.enum(["json", "csv", "ndjson", "parquet"]).default("json").openapi({
    description:
      "`csv`, `ndjson` and `parquet` are the report's table, whole: pages are of `json` alone.",
  }),
};

export type ReportQuery = z.output<z.ZodObject<typeof reportFields>>;

/** The names by which the first clients send what every report takes. */
export const reportAliases = { start_date: "start", end_date: "end" } as const;

export const AgeGroupSchema = z.enum(["<18", "18-40", ">40", "unknown"]);
export const GenderSchema = z.enum(["Male", "Female", "Other", "unknown"]);
export const EventName = name(200);
export const BreakdownQuery = breakdownParam(["age_group", "gender"]).optional();

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
    org_id: idField,
    version: z.int(),
    today: dateField,
    time_zone: z.string(),
    min_group_size: z.int(),
    recounting_to: z.string().nullable(),
  }),
  period: StoredPeriodSchema,
};

export const StateSchema = storedHead.state;

/** Why a number, or the numbers of a row, are null. */
export const nullReasons = [
  "no_data",
  "hidden_group",
  "several_groups",
  "not_over",
  "not_asked",
  "to_come",
  "first_step",
  "not_kept",
] as const;
export const NullReason = z.enum(nullReasons).nullable().openapi("AnalyticsNullReason", {
  description:
    "`no_data`: nothing to count. `hidden_group`: of fewer persons than `min_group_size`. `several_groups`: each group " +
    "has its own. `not_over`: the period is not over. `not_asked`: so far was not asked for. `to_come`: the day has not " +
    "begun. `first_step`: nothing is before it. `not_kept`: the organization no longer keeps the events it is counted from.",
});

const Metric = z.object({ ...metricFields(nullReasons), ...comparedFields })
  .openapi("AnalyticsMetric");
const MetricKind = z.object(metricKindFields).openapi("AnalyticsSeriesMetric");

/** What the numbers of the rows of a series are. */
export const seriesMetrics = z.array(MetricKind).openapi({
  description: "What the numbers of the rows of `series` are, by their key.",
});

/** What a row of a series has beside its numbers. */
export const dayFields = { date: dateField };
export const dayMarks = { ...completeField, null_reason: NullReason };

const Change = z.object({
  name: z.string(),
  unit: z.string(),
  value: z.number().nullable(),
  previous: z.number().nullable(),
  change_pct: z.number().nullable().openapi({ description: "Null for rates." }),
  change_points: z.number().nullable().openapi({ description: "Percentage points, for rates." }),
  change_reason: ChangeSchema.shape.null_reason,
}).openapi("AnalyticsChange", { deprecated: true });

/** A report with its period, its definition, its metrics and, if asked for, what it is compared with. */
export function reportSchema<Shape extends z.core.$ZodLooseShape>(name: string, shape: Shape) {
  const body = z.object(shape).openapi(`${name}Body`);
  return body.extend({
    period: PeriodSchema,
    definition: z.string(),
    metrics: z.array(Metric).openapi({ description: "The numbers that stand for the report." }),
    comparison: body.extend({
      period: PeriodSchema,
      changes: z.array(Change).openapi({ description: "As `metrics` tell it." }),
    }).nullable(),
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
  traits: jsonObject(),
  first_seen_at: timeField.nullable(),
  last_seen_at: timeField.nullable(),
  created_at: timeField,
}).openapi("AnalyticsPerson");

export const ExportedEventSchema = z.object({
  event: z.string(),
  event_id: z.string(),
  occurred_at: timeField,
  day: dateField,
  sent_at: timeField,
  received_at: timeField,
  clamped: z.boolean(),
  properties: jsonObject(),
}).openapi("ExportedEvent");

/** A page of exported events: each is the cells of a row. */
export const ExportPageSchema = z.object({
  events: z.array(z.array(z.union([z.string(), z.boolean(), z.null()]))),
  next: z.string().nullable(),
});
