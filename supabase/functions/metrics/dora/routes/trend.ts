import { createRoute, z } from "@hono/zod-openapi";
import { type App, checked, json } from "../../../_shared/http/app.ts";
import { callerDb } from "../../../_shared/http/auth.ts";
import { checkRange } from "../../../_shared/numbers/dates.ts";
import { rpc } from "../../../_shared/database/db.ts";
import { doraMetrics, noDataReasons } from "../../../_shared/numbers/dora.ts";
import { seriesOf, StoredTrend } from "../series.ts";
import { doraFilters, doraHead, doraRange, rangeArgs } from "../schemas.ts";
import { doraProblems, doraReaders } from "./summary.ts";

const TrendSchema = z.object({
  ...doraHead,
  interval: z.enum(["week", "month"]),
  series: z.array(z.object({
    metric: z.enum(doraMetrics),
    unit: z.string(),
    direction: z.enum(["higher_is_better", "lower_is_better"]),
    definition: z.string(),
    points: z.array(z.object({
      start: z.string(),
      end: z.string(),
      complete: z.boolean().openapi({
        description: "Whether the week or month lies in the period as a whole and is over.",
      }),
      value: z.number().nullable(),
      n: z.int(),
      no_data: z.enum(noDataReasons).nullable(),
    })),
  })),
}).openapi("DoraTrend");

const trend = createRoute({
  method: "get",
  path: "/dora/trend",
  operationId: "getDoraTrend",
  tags: ["dora"],
  summary: "All metrics of DORA by week or month",
  description: "Up to today, every week (from Monday) or month present.",
  ...doraReaders,
  request: {
    query: z.object({ ...doraRange, interval: z.enum(["week", "month"]).default("week") })
      .superRefine(checkRange),
  },
  responses: { 200: json(TrendSchema, "The series"), ...doraProblems },
});

const OptionsSchema = z.object({
  teams: z.array(z.object({ id: z.string(), name: z.string() })),
  repositories: z.array(z.string()),
  environments: z.array(z.object({
    name: z.string(),
    deployments: z.int(),
    first_at: z.iso.datetime({ offset: true }),
    last_at: z.iso.datetime({ offset: true }),
  })),
}).openapi("DoraFilterOptions");

const filterOptions = createRoute({
  method: "get",
  path: "/dora/filter-options",
  operationId: "getDoraFilterOptions",
  tags: ["dora"],
  summary: "The teams, repositories and environments that there is data of",
  ...doraReaders,
  request: { query: z.object({ org_id: doraFilters.org_id }) },
  responses: { 200: json(OptionsSchema, "The options"), ...doraProblems },
});

/** Registers `GET /metrics/dora/trend` and `GET /metrics/dora/filter-options`. */
export function doraTrend(app: App): void {
  app.openapi(trend, async (c) => {
    const query = c.req.valid("query");
    const args = { ...rangeArgs(query), p_bucket: query.interval };
    const stored = await rpc(callerDb(c), "dora_trend", args, StoredTrend);
    const series = seriesOf(stored.buckets);
    return c.json(checked(TrendSchema, { ...stored, interval: query.interval, series }), 200);
  });
  app.openapi(filterOptions, async (c) => {
    const args = { p_org_id: c.req.valid("query").org_id };
    return c.json(await rpc(callerDb(c), "dora_filter_options", args, OptionsSchema), 200);
  });
}
