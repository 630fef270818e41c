import { z } from "@hono/zod-openapi";
import {
  ChangeSchema,
  metricFields,
  PeriodSchema,
  PreviousSchema,
  StoredPeriodSchema,
} from "../../_shared/http/answers.ts";
import { rangeQuery } from "../../_shared/http/query.ts";
import { CompareParam, endParam, startParam } from "../../_shared/http/range.ts";
import { name, OrganizationQuery } from "../../_shared/http/schemas.ts";
import { doraMetrics, doraNullReasons, DoraNumbersSchema } from "../../_shared/numbers/dora.ts";
import { bandReasons, bands, bandSources, reportYears } from "../../_shared/numbers/dora_bands.ts";

const isoTime = z.iso.datetime({ offset: true });
const value = z.number().nullable();

/** Which deliveries a read is about. */
export const doraFilters = {
  team: name(100).optional().openapi({
    description: "The id or name of a team: the deliveries of its repositories.",
  }),
  repository: name(200).optional().openapi({ example: "acme/shop" }),
  environment: name(100).optional().openapi({
    description: "Defaults to `production`, which stands for all environments that are.",
  }),
};

export const doraRange = {
  org_id: OrganizationQuery,
  ...doraFilters,
  start: startParam(),
  end: endParam(),
};

export const doraQuery = {
  ...doraRange,
  compare: CompareParam.unwrap().default("previous"),
  report_year: z.enum(reportYears).default("2023").openapi({
    description:
      "The State of DevOps report that the bands are of. 2024 has no ordered tiers and 2025 none, so there are no bands then.",
  }),
};

export const DoraQuery = rangeQuery(doraQuery);

interface DoraRange {
  org_id?: string | undefined;
  team?: string | undefined;
  repository?: string | undefined;
  environment?: string | undefined;
  start?: string | undefined;
  end?: string | undefined;
}

/** The arguments of the SQL functions that a range stands for. */
export function rangeArgs(query: DoraRange) {
  return {
    p_org_id: query.org_id,
    p_start: query.start,
    p_end: query.end,
    p_team: query.team,
    p_repository: query.repository,
    p_environment: query.environment,
  };
}

const dates = { start: z.string(), end: z.string() };

/** The members of every answer of the database. */
export const storedHead = {
  period: StoredPeriodSchema,
  environment: z.string(),
  failure_window_hours: z.number(),
};

export const storedWindow = {
  ...storedHead,
  previous_period: z.object(dates).nullable(),
  numbers: DoraNumbersSchema,
  previous: DoraNumbersSchema.nullable(),
};

const nullReason = z.enum(doraNullReasons).nullable();

/** Names of before, which the first clients read. */
const deprecated = { deprecated: true };

/** What a metric of DORA is. */
export const doraKind = {
  key: z.enum(doraMetrics),
  unit: z.enum(["deployments/day", "seconds", "%"]),
  direction: z.enum(["higher_is_better", "lower_is_better"]),
};

export const DoraMetricSchema = z.object({
  ...metricFields(doraNullReasons),
  ...doraKind,
  value: value.openapi({
    description: "The median, of durations. Null with the reason in `null_reason`.",
  }),
  percentiles: z.object({ p50: z.number(), p75: z.number(), p90: z.number() }).nullable().openapi({
    description: "Of durations.",
  }),
  days_per_week: value.openapi({
    description:
      "Of the frequency: the median number of days with a deployment over the weeks that lie in the period and are over.",
  }),
  days_per_month: value.openapi({
    description:
      "The same over calendar months, those that the period cuts as they are; a period of up to 31 days is one.",
  }),
  days_per_half_year: value.openapi({
    description: "The same over halves of a year; a period of up to 184 days is one.",
  }),
  excluded: z.object({
    negative_spans: z.int().optional(),
    first_deployment_changes: z.int().optional().openapi({
      description: "Changes that the first known deployment of their environment contains.",
    }),
    pending_deployments: z.int().optional(),
    open_incidents: z.int().optional(),
  }).openapi({ description: "Rows left out of the value, and why." }),
  band: z.enum(bands).nullable(),
  band_source: z.enum(bandSources).nullable().openapi({
    description:
      "Whose bounds the band has: the report's, or Apache DevLake's where the report gives several bands one range.",
  }),
  band_reason: z.enum(bandReasons).nullable().openapi({ description: "Why there is no band." }),
  previous: z.object({
    ...PreviousSchema.shape,
    null_reason: nullReason,
    no_data: nullReason.openapi(deprecated),
  }).nullable(),
  change: ChangeSchema.nullable(),
  metric: z.enum(doraMetrics).openapi({ ...deprecated, description: "The same as `key`." }),
  no_data: nullReason.openapi({ ...deprecated, description: "The same as `null_reason`." }),
  change_pct: value.openapi({ ...deprecated, description: "`change`, of what is no rate." }),
  change_points: value.openapi({ ...deprecated, description: "`change`, of rates." }),
  change_reason: z.enum(["new", "no_previous", "no_data"]).nullable().openapi(deprecated),
}).openapi("DoraMetric");

export const doraHead = {
  period: PeriodSchema,
  environment: z.string(),
  failure_window_hours: z.number().openapi({
    description: "A deployment younger than this is pending, and not in the change failure rate.",
  }),
};

export const DoraSummarySchema = z.object({
  ...doraHead,
  report_year: z.enum(reportYears),
  metrics: z.array(DoraMetricSchema),
}).openapi("DoraSummary");

// the rows behind the numbers --------------------------------------------------------------------------------------------

export const ChangeRow = z.object({
  repository: z.string(),
  sha: z.string(),
  pull_request: z.string().nullable(),
  title: z.string().nullable(),
  authored_at: isoTime,
  deployed_at: isoTime,
  deployment: z.string().nullable(),
  seconds: value,
  counted: z.boolean().openapi({
    description: "False for a negative span, and for what the first known deployment contains.",
  }),
  initial: z.boolean().openapi({
    description: "The first known deployment contains it, so it has no lead time.",
  }),
  stages: z.object({ coding: value, pickup: value, review: value, deploy: value }).nullable()
    .openapi({ description: "Of its pull request, in seconds." }),
}).openapi("DoraChangeRow");

const method = z.enum(["explicit", "revert", "time"]).openapi({
  description:
    "How an incident was linked: it names the deployment or commit, a revert names it, or it was the latest deployment before.",
});

export const DeploymentRow = z.object({
  repository: z.string(),
  deployment: z.string(),
  pipeline_id: z.string().nullable(),
  deployments: z.int().openapi({ description: "Of the pipeline run; together they count once." }),
  sha: z.string().nullable(),
  environment: z.string().openapi({ description: "As it is called where it was deployed." }),
  finished_at: isoTime,
  succeeded: z.boolean(),
  pending: z.boolean(),
  failed: z.boolean(),
  unplanned: z.boolean(),
  rollback: z.boolean().openapi({
    description: "It went back to an older commit than the one before it, which is unplanned.",
  }),
  answers_incident: z.string().nullable(),
  url: z.string().nullable(),
  incidents: z.array(z.object({
    incident: z.string(),
    title: z.string(),
    method,
    deployment: z.string(),
    began_at: isoTime,
    resolved_at: isoTime.nullable(),
    url: z.string().nullable(),
  })),
}).openapi("DoraDeploymentRow");

export const IncidentRow = z.object({
  repository: z.string(),
  incident: z.string(),
  title: z.string(),
  severity: z.string().nullable(),
  began_at: isoTime,
  created_at: isoTime,
  resolved_at: isoTime.nullable(),
  url: z.string().nullable(),
  deployment: z.string().nullable(),
  deployed_at: isoTime.nullable(),
  method: method.nullable(),
  recovery_seconds: value,
  duration_seconds: value,
  counted_in: z.array(z.enum(["recovery_time", "incident_duration"])),
}).openapi("DoraIncidentRow");
