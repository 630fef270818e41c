import { createRoute, z } from "@hono/zod-openapi";
import { type App, checked, json } from "../../../_shared/http/app.ts";
import { callerDb } from "../../../_shared/http/auth.ts";
import { checkRange } from "../../../_shared/numbers/dates.ts";
import { rpc } from "../../../_shared/database/db.ts";
import { doraMetrics, noDataReasons } from "../../../_shared/numbers/dora.ts";
import { doraProblems, doraReaders } from "../access.ts";
import { seriesOf, StoredTrend } from "../series.ts";
import { doraHead, doraRange, rangeArgs } from "../schemas.ts";

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

const route = createRoute({
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

/** Registers `GET /metrics/dora/trend`. */
export function doraTrend(app: App): void {
  app.openapi(route, async (c) => {
    const query = c.req.valid("query");
    const args = { ...rangeArgs(query), p_bucket: query.interval };
    const stored = await rpc(callerDb(c), "dora_trend", args, StoredTrend);
    const series = seriesOf(stored.buckets);
    return c.json(checked(TrendSchema, { ...stored, interval: query.interval, series }), 200);
  });
}
