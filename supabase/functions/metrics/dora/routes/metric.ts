import { createRoute, z } from "@hono/zod-openapi";
import { dateField } from "../../../_shared/http/fields.ts";
import { type App, checked, json } from "../../../_shared/http/app.ts";
import { callerDb } from "../../../_shared/http/auth.ts";
import { rpc } from "../../../_shared/database/db.ts";
import {
  doraDefinitions,
  type DoraMetric,
  DoraNumbersSchema,
} from "../../../_shared/numbers/dora.ts";
import { aliasOfItems, listOf, listSchema } from "../../../_shared/http/answers.ts";
import { PageQuery } from "../../../_shared/http/pagination.ts";
import { rangeQuery } from "../../../_shared/http/query.ts";
import { periodOf } from "../../../_shared/numbers/period.ts";
import { doraProblems, doraReadersAndShares } from "../access.ts";
import { reportYears } from "../../../_shared/numbers/dora_bands.ts";
import { metricOf } from "../metrics.ts";
import {
  ChangeRow,
  DeploymentRow,
  doraHead,
  DoraMetricSchema,
  doraQuery,
  IncidentRow,
  rangeArgs,
  storedWindow,
} from "../schemas.ts";

const MetricQuery = rangeQuery({
  ...doraQuery,
  ...PageQuery.shape,
  drill: z.enum(["true", "false"]).default("false").openapi({
    description: "Also a page of the rows behind the number.",
  }),
});

const value = z.number().nullable();
const stage = z.enum(["coding", "pickup", "review", "deploy"]);
const seconds = z.tuple([z.number(), z.number(), z.number()]).nullable();
const counts = { n: z.int(), negative_spans: z.int(), unknown: z.int() };
const percentiles = { p50: value, p75: value, p90: value };

const bin = { n: z.int() };
const StoredBins = z.array(z.object({ from: z.number(), to: z.number().nullable(), ...bin }));
const histogram = z.array(z.object({
  from_seconds: z.number().openapi({ description: "In the bin." }),
  to_seconds: value.openapi({ description: "Not in it; null: without an end." }),
  ...bin,
})).openapi({ description: "How the durations behind the median are spread." });

const StoredMetric = z.object({
  ...storedWindow,
  drill: z.object({ total_count: z.int(), rows: z.array(z.unknown()) }).nullable(),
  stages: z.array(z.object({
    stage,
    n: z.int(),
    seconds,
    negative: z.int(),
    unknown: z.int(),
  })).optional(),
  weeks: z.array(z.object({
    start: dateField,
    end: dateField,
    complete: z.boolean(),
    numbers: DoraNumbersSchema,
  })).optional(),
  histogram: StoredBins.optional(),
});
type StoredMetric = z.output<typeof StoredMetric>;
type Query = z.output<typeof MetricQuery>;

/** Registers the routes of one metric each: `GET /metrics/dora/lead-time` and its siblings. */
export function doraMetricRoutes(app: App): void {
  register(app, {
    metric: "lead_time",
    path: "/dora/lead-time",
    name: "DoraLeadTime",
    description:
      "From authored to the first deployment that contains it, for each change deployed in the period; commits are taken " +
      "from the pull request, so a squash keeps them. `stages` are of the pull requests that were out in the period, " +
      "`weeks` begin on Mondays.",
    row: ChangeRow,
    shape: {
      stages: z.array(z.object({ stage, ...counts, ...percentiles })),
      weeks: z.array(z.object({
        start: dateField,
        end: dateField,
        complete: z.boolean(),
        n: z.int(),
        ...percentiles,
      })),
      histogram,
    },
    present: ({ stages = [], weeks = [], histogram }) => ({
      histogram: binsOf(histogram),
      stages: stages.map(({ stage, n, seconds, negative, unknown }) => ({
        stage,
        n,
        negative_spans: negative,
        unknown,
        ...named(seconds),
      })),
      weeks: weeks.map(({ numbers, ...week }) => ({
        ...week,
        n: numbers.lead_time?.n ?? 0,
        ...named(numbers.lead_time?.seconds ?? null),
      })),
    }),
  });
  register(app, {
    metric: "deployment_frequency",
    path: "/dora/deployment-frequency",
    name: "DoraDeploymentFrequency",
    description:
      "Successful deployments by the day, and the median number of days with one in a week, which decides the band. " +
      "Several deployments of one pipeline run count once.",
    row: DeploymentRow,
  });
  register(app, {
    metric: "change_failure_rate",
    path: "/dora/change-failure-rate",
    name: "DoraChangeFailureRate",
    description:
      "Deployments with an incident put down to them, of those that are no longer watched; `drill` lists the failed first, " +
      "with how each incident was linked.",
    row: DeploymentRow,
  });
  register(app, {
    metric: "recovery_time",
    path: "/dora/recovery-time",
    name: "DoraRecoveryTime",
    description:
      "From the end of a deployment that failed to the end of its incident, for deployments of the period; and the older " +
      "definition: from an incident's creation to its end.",
    row: IncidentRow,
    shape: { incident_duration: DoraMetricSchema, histogram },
    present: (stored, { report_year }, now) => ({
      histogram: binsOf(stored.histogram),
      incident_duration: metricOf(stored, "incident_duration", report_year, now),
    }),
  });
  register(app, {
    metric: "rework_rate",
    path: "/dora/rework-rate",
    name: "DoraReworkRate",
    description: "Unplanned deployments, those that answer a production incident, of all.",
    row: DeploymentRow,
  });
}

interface MetricRoute {
  metric: DoraMetric;
  path: string;
  name: string;
  description: string;
  row: z.ZodType;
  /** Members beside the metric and its rows. */
  shape?: z.core.$ZodLooseShape;
  present?(stored: StoredMetric, query: Query, now: Date): Record<string, unknown>;
}

function register(app: App, spec: MetricRoute): void {
  const { metric, path, name, description, row, shape = {}, present = () => ({}) } = spec;
  const Answer = z.object({
    ...doraHead,
    report_year: z.enum(reportYears),
    metric: DoraMetricSchema,
    ...shape,
    drill: listSchema(row).extend({ rows: aliasOfItems(row) }).nullable(),
  }).openapi(name);
  const route = createRoute({
    method: "get",
    path,
    operationId: `get${name}`,
    tags: ["dora"],
    summary: doraDefinitions[metric].label,
    description,
    ...doraReadersAndShares,
    request: { query: MetricQuery },
    responses: { 200: json(Answer, "The metric"), ...doraProblems },
  });
  app.openapi(route, async (c) => {
    const query = c.req.valid("query");
    const stored = await rpc(callerDb(c), "dora_metric", {
      ...rangeArgs(query),
      p_compare: query.compare,
      p_metric: metric,
      p_drill: query.drill === "true",
      p_page: query.page,
      p_page_size: query.page_size,
    }, StoredMetric);
    const now = new Date();
    const { drill } = stored;
    const answer = {
      ...stored,
      period: periodOf(stored.period, now),
      report_year: query.report_year,
      metric: metricOf(stored, metric, query.report_year, now),
      ...present(stored, query, now),
      drill: drill && { ...listOf(query, drill.total_count, drill.rows), rows: drill.rows },
    };
    return c.json(checked(Answer, answer), 200);
  });
}

function binsOf(bins: z.output<typeof StoredBins> = []) {
  return bins.map(({ from, to, n }) => ({ from_seconds: from, to_seconds: to, n }));
}

function named(seconds: [number, number, number] | null) {
  const [p50, p75, p90] = seconds ?? [null, null, null];
  return { p50, p75, p90 };
}
