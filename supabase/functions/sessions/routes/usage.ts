import { createRoute, z } from "@hono/zod-openapi";
import { PeriodSchema, StoredPeriodSchema } from "../../_shared/http/answers.ts";
import { dateField } from "../../_shared/http/fields.ts";
import { type App, checked, json } from "../../_shared/http/app.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { orNull, rpc } from "../../_shared/database/db.ts";
import { rangeQuery } from "../../_shared/http/query.ts";
import { CompareParam } from "../../_shared/http/range.ts";
import { periodOf } from "../../_shared/numbers/period.ts";
import { readers, readProblems } from "../access.ts";
import { lastDays, OrgQuery, UseMetricSchema } from "../schemas.ts";
import { usageMetrics } from "../use_metrics.ts";

const number = z.number().nullable();
const count = z.int();
const tokens = {
  input_tokens: count.nullable(),
  output_tokens: count.nullable(),
  cache_read_tokens: count.nullable(),
  cache_write_tokens: count.nullable(),
};
const StoredUsage = z.object({
  period: StoredPeriodSchema,
  totals: z.object({
    sessions: count,
    measured_sessions: count,
    costed_sessions: count,
    ...tokens,
    cost_usd: number,
  }),
  calls: z.object({
    calls: count,
    failed_calls: count,
    failed_cost_usd: number,
    costed_failed_calls: count,
    retried_calls: count,
    timed_calls: count,
    ttft_ms_p50: number,
    ttft_ms_p95: number,
  }),
});
const DaySchema = z.object({
  date: dateField,
  sessions: count,
  calls: count,
  ...tokens,
  cost_usd: number,
  unmeasured_sessions: count,
  uncosted_sessions: count,
});
const StoredSchema = StoredUsage.extend({
  days: z.array(DaySchema),
  previous: StoredUsage.nullable(),
});
const UsageSchema = z.object({
  period: PeriodSchema,
  sessions: count,
  calls: count,
  failed_calls: count,
  retried_calls: count.openapi({
    description: "Failed ones that another call of their session followed within a minute.",
  }),
  metrics: z.array(UseMetricSchema),
  days: z.array(DaySchema).openapi({
    description:
      "Every day of the range, by when sessions began. Tokens and cost are of the sessions that say theirs; null where none does.",
  }),
}).openapi("SessionsUsage");

const get = createRoute({
  method: "get",
  path: "/usage",
  operationId: "getSessionsUsage",
  tags: ["sessions"],
  summary: "Tokens and cost by day, and how calls went",
  description:
    "Share of prompts that caches gave, cost of failed calls, how many of those were tried again, and how long first tokens took. " +
    "The last 30 days without a range, 366 at most.",
  ...readers,
  request: {
    query: rangeQuery({
      ...OrgQuery,
      ...lastDays,
      compare: CompareParam,
    }),
  },
  responses: { 200: json(UsageSchema, "What was used"), ...readProblems },
});

/** `GET /sessions/usage` */
export function getUsage(app: App): void {
  app.openapi(get, async (c) => {
    const { org_id, start, end, since, compare } = c.req.valid("query");
    const stored = await rpc(callerDb(c), "ai_usage", {
      p_org_id: orNull(org_id),
      p_since: since,
      p_start: orNull(start),
      p_end: orNull(end),
      p_compare: compare,
    }, StoredSchema);
    const now = new Date();
    const { totals, calls, days, previous } = stored;
    const before = previous &&
      { counts: { ...previous.totals, ...previous.calls }, period: previous.period };
    const answer = {
      period: periodOf(stored.period, now),
      sessions: totals.sessions,
      calls: calls.calls,
      failed_calls: calls.failed_calls,
      retried_calls: calls.retried_calls,
      metrics: usageMetrics({ ...totals, ...calls }, before, now),
      days,
    };
    return c.json(checked(UsageSchema, answer), 200);
  });
}
