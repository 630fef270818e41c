import { createRoute, z } from "@hono/zod-openapi";
import { PeriodSchema, StoredPeriodSchema } from "../../_shared/http/answers.ts";
import { type App, checked, json } from "../../_shared/http/app.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { orNull, rpc } from "../../_shared/database/db.ts";
import { rangeQuery } from "../../_shared/http/query.ts";
import { CompareParam } from "../../_shared/http/range.ts";
import { periodOf } from "../../_shared/numbers/period.ts";
import { readers, readProblems } from "../access.ts";
import { lastDays, OrgQuery, UseMetricSchema } from "../schemas.ts";
import { spendMetrics } from "../use_metrics.ts";

const dimensions = ["agent", "model", "team", "repository", "developer"] as const;
const tokens = z.int().nullable();
const counts = {
  sessions: z.int(),
  calls: z.int(),
  failed_calls: z.int(),
  cost_usd: z.number().nullable(),
  uncosted_sessions: z.int().openapi({ description: "Whose cost is not known, and in no sum." }),
  guessed_calls: z.int().openapi({
    description: "Calls whose cost their source can only have guessed.",
  }),
  input_tokens: tokens,
  output_tokens: tokens,
  cache_read_tokens: tokens,
  cache_write_tokens: tokens,
  unmeasured_sessions: z.int(),
  accepted_lines: z.int(),
  people_accepted: z.int(),
  people_rejected: z.int(),
  automatic_decisions: z.int(),
  merged_pull_requests: z.int().openapi({ description: "That commits of the sessions are in." }),
  commits: z.int(),
};
const StoredGroups = z.object({
  period: StoredPeriodSchema,
  groups_count: z.int(),
  groups: z.array(
    z.object({ key: z.string(), ...counts, cost_of_merged: z.number().nullable() }),
  ),
});
const StoredSchema = StoredGroups.extend({ previous: StoredGroups.nullable() });
const SpendSchema = z.object({
  definition: z.string(),
  period: PeriodSchema,
  breakdown: z.enum(dimensions),
  groups_count: z.int().openapi({ description: "How many there are; 100 at most are answered." }),
  groups: z.array(z.object({
    key: z.string().nullable().openapi({ description: "Null for what names none." }),
    ...counts,
    metrics: z.array(UseMetricSchema),
  })),
}).openapi("SessionsSpend");

const get = createRoute({
  method: "get",
  path: "/spend",
  operationId: "getSessionsSpend",
  tags: ["sessions"],
  summary: "Spend and yield by agent, model, team, repository or developer",
  description:
    "The sessions that began in the range, the group that cost most first. A session counts once in each group, by `team` in every team of its developer. " +
    "The last 30 days without a range.",
  ...readers,
  request: {
    query: rangeQuery({
      ...OrgQuery,
      breakdown: z.enum(dimensions).default("agent").openapi({
        param: { name: "breakdown", in: "query" },
        description: "By what the sessions are grouped.",
      }),
      ...lastDays,
      compare: CompareParam,
    }),
  },
  responses: { 200: json(SpendSchema, "Spend by group"), ...readProblems },
});

/** `GET /sessions/spend` */
export function getSpend(app: App): void {
  app.openapi(get, async (c) => {
    const { org_id, breakdown, start, end, since, compare } = c.req.valid("query");
    const stored = await rpc(callerDb(c), "ai_spend", {
      p_org_id: orNull(org_id),
      p_by: breakdown,
      p_since: since,
      p_start: orNull(start),
      p_end: orNull(end),
      p_compare: compare,
    }, StoredSchema);
    const now = new Date();
    const { previous } = stored;
    const answer = {
      definition: "ai.spend@1",
      period: periodOf(stored.period, now),
      breakdown,
      groups_count: stored.groups_count,
      groups: stored.groups.map(({ key, ...group }) => {
        const { cost_of_merged: _, ...shown } = group;
        const same = previous?.groups.find((one) => one.key === key);
        const before = previous && same ? { counts: same, period: previous.period } : null;
        return { key: key || null, ...shown, metrics: spendMetrics(group, before, now) };
      }),
    };
    return c.json(checked(SpendSchema, answer), 200);
  });
}
