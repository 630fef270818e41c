import { createRoute, z } from "@hono/zod-openapi";
import { dateField } from "../../../_shared/http/fields.ts";
import { completeField, metricKindFields, PeriodSchema } from "../../../_shared/http/answers.ts";
import { type App, checked, json } from "../../../_shared/http/app.ts";
import { callerDb } from "../../../_shared/http/auth.ts";
import { rpc } from "../../../_shared/database/db.ts";
import { rangeQuery } from "../../../_shared/http/query.ts";
import { CompareParam, intervalParam } from "../../../_shared/http/range.ts";
import { doraMetrics, doraNullReasons } from "../../../_shared/numbers/dora.ts";
import { periodOf } from "../../../_shared/numbers/period.ts";
import { doraProblems, doraReadersAndShares } from "../access.ts";
import { previousPeriodOf } from "../metrics.ts";
import { doraHead, doraKind, doraRange, rangeArgs } from "../schemas.ts";
import { seriesOf, StoredTrend } from "../series.ts";

const intervals = ["day", "week", "month"] as const;

const nullReason = z.enum(doraNullReasons).nullable();

const points = z.array(z.object({
  start: dateField,
  end: dateField,
  ...completeField,
  value: z.number().nullable(),
  n: z.int(),
  null_reason: nullReason,
  no_data: nullReason.openapi({ deprecated: true, description: "The same as `null_reason`." }),
}));

const TrendSchema = z.object({
  ...doraHead,
  interval: z.enum(intervals),
  series: z.array(z.object({
    ...metricKindFields,
    ...doraKind,
    metric: z.enum(doraMetrics).openapi({ deprecated: true, description: "The same as `key`." }),
    points,
    previous: z.object({ period: PeriodSchema, points }).nullable().openapi({
      description: "The same of the period that `compare` names.",
    }),
  })),
}).openapi("DoraTrend");

const route = createRoute({
  method: "get",
  path: "/dora/trend",
  operationId: "getDoraTrend",
  tags: ["dora"],
  summary: "All metrics of DORA by day, week or month",
  description:
    "Up to today, every day, week (from Monday) or month present. By day for up to 366 days at once.",
  ...doraReadersAndShares,
  request: {
    query: rangeQuery({
      ...doraRange,
      interval: intervalParam(intervals).default("week"),
      compare: CompareParam,
    }),
  },
  responses: { 200: json(TrendSchema, "The series"), ...doraProblems },
});

/** Registers `GET /metrics/dora/trend`. */
export function doraTrend(app: App): void {
  app.openapi(route, async (c) => {
    const query = c.req.valid("query");
    const { interval, compare } = query;
    const args = { ...rangeArgs(query), p_bucket: interval, p_compare: compare };
    const stored = await rpc(callerDb(c), "dora_trend", args, StoredTrend);
    const now = new Date();
    const before = previousPeriodOf(stored, now);
    const previous = before && { period: before, buckets: stored.previous ?? [] };
    const answer = {
      ...stored,
      period: periodOf(stored.period, now),
      interval,
      series: seriesOf(stored.buckets, previous),
    };
    return c.json(checked(TrendSchema, answer), 200);
  });
}
