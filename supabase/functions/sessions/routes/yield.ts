import { createRoute, z } from "@hono/zod-openapi";
import { dateField } from "../../_shared/http/fields.ts";
import {
  comparedFields,
  completeField,
  metricFields,
  PeriodSchema,
  StoredPeriodSchema,
} from "../../_shared/http/answers.ts";
import { type App, checked, json } from "../../_shared/http/app.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { orNull, rpc } from "../../_shared/database/db.ts";
import { rangeQuery } from "../../_shared/http/query.ts";
import { CompareParam, endParam, intervalParam, startParam } from "../../_shared/http/range.ts";
import { periodOf } from "../../_shared/numbers/period.ts";
import { readers, readProblems } from "../access.ts";
import { OrgQuery } from "../schemas.ts";
import { outcomes } from "../types.ts";
import { yieldMetrics, yieldOf, yieldSeries } from "../yield.ts";

const spent = { sessions: z.int(), cost_usd: z.number() };
const share = z.number().nullable().openapi({ description: "%" });
const head = {
  ...spent,
  uncosted_sessions: z.int().openapi({ description: "Whose cost is not known, and in no sum." }),
  merged_pull_requests: z.int(),
  deployments: z.int(),
};
const MetricSchema = z.object({
  ...metricFields(["no_cost", "no_pull_requests", "no_deployments"]),
  ...comparedFields,
}).openapi("YieldMetric");
const YieldSchema = z.object({
  definition: z.string(),
  n: z.int(),
  period: PeriodSchema,
  metrics: z.array(MetricSchema),
  start: dateField.openapi({ description: "The same as `period.start`." }),
  end: dateField.openapi({ description: "The same as `period.end`." }),
  ...head,
  outcomes: z.array(z.object({ outcome: z.enum(outcomes), ...spent, share_of_cost: share })),
  cost_per_merged_pull_request: z.number().nullable(),
  cost_per_deployment: z.number().nullable(),
  unlinked: z.object({
    ...spent,
    share_of_sessions: share,
    share_of_cost: share,
    scored: z.object(spent).openapi({ description: "Of these, linked by score only." }),
  }),
  series: z.array(z.object({
    start: dateField,
    end: dateField,
    ...completeField,
    ...spent,
    uncosted_sessions: z.int(),
    outcomes: z.array(z.object({ outcome: z.enum(outcomes), ...spent })),
    unlinked: z.object(spent),
  })).nullable().openapi({ description: "By `interval`; null without one." }),
}).openapi("SessionsYield");
const CountsSchema = z.object({
  period: StoredPeriodSchema,
  ...head,
  outcomes: z.array(z.object({ outcome: z.enum(outcomes), ...spent })),
  cost_of_merged: z.number().nullable(),
  cost_of_deployed: z.number().nullable(),
  scored: z.object(spent),
  buckets: z.array(z.object({
    start: z.string(),
    end: z.string(),
    complete: z.boolean(),
    ...spent,
    uncosted_sessions: z.int(),
    outcomes: z.array(z.object({ outcome: z.enum(outcomes), ...spent })),
  })).nullable(),
});
const StoredSchema = CountsSchema.extend({ previous: CountsSchema.nullable() });

const get = createRoute({
  method: "get",
  path: "/yield",
  operationId: "getSessionsYield",
  tags: ["sessions"],
  summary: "What came of the money",
  description:
    "Spend by what became of the pull requests that sessions' commits are in, by the exact chain session, commit, pull request, deployment, incident. " +
    "A session of several counts once, by the outcome that matters most. An incident is put down to all that its deployment " +
    "brought. The costs per pull request and per deployment take every session that went into one. The last 30 days without `start`. " +
    "With `interval` the same also by day (of up to 366 days), week or month.",
  ...readers,
  request: {
    query: rangeQuery({
      ...OrgQuery,
      start: startParam(),
      end: endParam(),
      compare: CompareParam,
      interval: intervalParam(["day", "week", "month"]).optional(),
    }),
  },
  responses: { 200: json(YieldSchema, "Spend by outcome"), ...readProblems },
});

/** `GET /sessions/yield` */
export function getYield(app: App): void {
  app.openapi(get, async (c) => {
    const { org_id, start, end, compare, interval } = c.req.valid("query");
    const stored = await rpc(callerDb(c), "ai_yield", {
      p_org_id: orNull(org_id),
      p_start: orNull(start),
      p_end: orNull(end),
      p_compare: compare,
      p_interval: orNull(interval),
    }, StoredSchema);
    const now = new Date();
    const { sessions, cost_usd, uncosted_sessions, merged_pull_requests, deployments } = stored;
    const period = periodOf(stored.period, now);
    const answer = {
      definition: "ai.yield@1",
      n: sessions,
      period,
      metrics: yieldMetrics(stored, now),
      start: period.start,
      end: period.end,
      sessions,
      cost_usd,
      uncosted_sessions,
      merged_pull_requests,
      deployments,
      ...yieldOf(stored),
      series: yieldSeries(stored.buckets),
    };
    return c.json(checked(YieldSchema, answer), 200);
  });
}
