import { z } from "@hono/zod-openapi";
import { dateField, timeField } from "../_shared/http/fields.ts";
import {
  comparedFields,
  completeField,
  DirectionSchema,
  metricKindFields,
  PeriodSchema,
  StoredPeriodSchema,
} from "../_shared/http/answers.ts";
import { rangeQuery } from "../_shared/http/query.ts";
import { CompareParam, endParam, startParam } from "../_shared/http/range.ts";
import { OrganizationQuery } from "../_shared/http/schemas.ts";
import { StoredAiMetricsSchema } from "../_shared/numbers/ai_counts.ts";
import { kpiNullReasons, kpiStatuses } from "../_shared/numbers/ai_kpis.ts";
import { doraNullReasons, DoraNumbersSchema } from "../_shared/numbers/dora.ts";
import { bands } from "../_shared/numbers/dora_bands.ts";
import { storedTile, tileNullReasons } from "../_shared/numbers/tiles.ts";

export const OverviewQuery = rangeQuery({
  org_id: OrganizationQuery,
  start: startParam("The first day. Defaults to 27 days before the end."),
  end: endParam("The last day, included. Defaults to yesterday, because today is not over."),
  compare: CompareParam.unwrap().default("previous"),
});

const value = z.number().nullable();
const day = z.object({ date: dateField, value });
const activeUsers = z.array(
  z.object({
    date: dateField,
    dau: z.int().nullable(),
    wau: z.int().nullable(),
    mau: z.int().nullable(),
  }),
);
const dailySeries = z.record(
  z.string(),
  z.array(z.object({ value, sums: z.record(z.string(), z.number()).nullable() })),
);
const days = z.object({ start: dateField, end: dateField });

const shipped = z.object({
  date: dateField,
  kind: z.enum(["deployment", "release"]),
  repository: z.string(),
  name: z.string(),
  at: timeField,
});

/** What the SQL function `dashboard_overview` answers. */
export const StoredOverviewSchema = z.object({
  today: dateField,
  period: StoredPeriodSchema,
  previous_period: StoredPeriodSchema.nullable(),
  tiles: z.array(z.object({ ...storedTile, series: z.array(day) })),
  active_users: activeUsers,
  active_users_before: activeUsers.nullable(),
  dora: z.object({
    period: StoredPeriodSchema,
    previous_period: days.nullable(),
    numbers: DoraNumbersSchema,
    previous: DoraNumbersSchema.nullable(),
  }),
  ai: StoredAiMetricsSchema,
  series: dailySeries,
  series_before: dailySeries.nullable(),
  shipped: z.array(shipped),
});

export type StoredOverview = z.output<typeof StoredOverviewSchema>;

export const pillars = ["marketing", "product", "delivery", "ai"] as const;

const nullReasons = [
  ...new Set([...tileNullReasons, ...doraNullReasons, ...kpiNullReasons, "no_cost" as const]),
];

const Tile = z.object({
  ...metricKindFields,
  value: value.openapi({ description: "Null with the reason in `null_reason`, never 0 instead." }),
  n: z.int().openapi({ description: "Rows behind the value." }),
  null_reason: z.enum(nullReasons).nullable(),
  ...comparedFields,
  series: z.array(value).nullable().openapi({
    description:
      "The same by day, from the period's first to its last; null where it has no daily number.",
  }),
  band: z.enum(bands).nullable().openapi({ description: "Of a metric of DORA, by 2023's report." }),
  target: value.openapi({ description: "Of a KPI of AI-assisted development." }),
  status: z.enum(kpiStatuses).nullable().openapi({ description: "How it stands to its target." }),
}).openapi("OverviewTile");

export type OverviewTile = z.output<typeof Tile>;

const Finding = z.object({
  kind: z.enum(["quiet", "new", "change"]).openapi({
    description:
      "`quiet`: there was something before and nothing now. `new`: the other way round. `change`: it moved.",
  }),
  pillar: z.enum(pillars),
  key: z.string().openapi({ description: "The tile that it is about." }),
  label: z.string(),
  unit: z.string(),
  direction: DirectionSchema,
  tone: z.enum(["good", "bad", "neutral"]),
  value,
  previous: value,
  change: comparedFields.change,
}).openapi("OverviewFinding");

export type OverviewFinding = z.output<typeof Finding>;

export const OverviewSchema = z.object({
  period: PeriodSchema,
  comparison: PeriodSchema.nullable().openapi({ description: "What it is compared with." }),
  bands: z.array(z.object({ pillar: z.enum(pillars), tiles: z.array(Tile) })).openapi({
    description: "At most four tiles of each pillar.",
  }),
  trend: z.object({
    ...metricKindFields,
    points: z.array(z.object({ date: dateField, value, ...completeField })),
    previous: z.array(day).nullable(),
  }).openapi({ description: "Active users by day, beside the days that are compared with." }),
  shipped: z.array(shipped).openapi("Shipped", {
    description: "What was deployed to production or released, at most five a day.",
  }),
  findings: z.array(Finding).openapi({ description: "At most five, the most telling first." }),
}).openapi("DashboardOverview");

export type Overview = z.output<typeof OverviewSchema>;
