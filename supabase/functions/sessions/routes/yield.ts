import { createRoute, z } from "@hono/zod-openapi";
import { type App, checked, json } from "../../_shared/http/app.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { checkRange, DateSchema } from "../../_shared/numbers/dates.ts";
import { orNull, rpc } from "../../_shared/database/db.ts";
import { readers, readProblems } from "../access.ts";
import { OrgQuery } from "../schemas.ts";
import { outcomes, yieldOf } from "../yield.ts";

const spent = { sessions: z.int(), cost_usd: z.number() };
const share = z.number().nullable().openapi({ description: "%" });
const head = {
  start: z.string(),
  end: z.string(),
  ...spent,
  uncosted_sessions: z.int().openapi({ description: "Whose cost is not known, and in no sum." }),
  merged_pull_requests: z.int(),
  deployments: z.int(),
};
const YieldSchema = z.object({
  definition: z.string(),
  n: z.int(),
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
}).openapi("SessionsYield");
const StoredSchema = z.object({
  ...head,
  outcomes: z.array(z.object({ outcome: z.enum(outcomes), ...spent })),
  cost_of_merged: z.number().nullable(),
  cost_of_deployed: z.number().nullable(),
  scored: z.object(spent),
});

const get = createRoute({
  method: "get",
  path: "/yield",
  operationId: "getSessionsYield",
  tags: ["sessions"],
  summary: "What came of the money",
  description:
    "Spend by what became of the pull requests that sessions' commits are in, by the exact chain session, commit, pull request, deployment, incident. " +
    "A session of several counts once, by the outcome that matters most. An incident is put down to all that its deployment " +
    "brought. The costs per pull request and per deployment take every session that went into one. The last 30 days without `start`.",
  ...readers,
  request: {
    query: z.object({ ...OrgQuery, start: DateSchema.optional(), end: DateSchema.optional() })
      .superRefine(checkRange),
  },
  responses: { 200: json(YieldSchema, "Spend by outcome"), ...readProblems },
});

/** `GET /sessions/yield` */
export function getYield(app: App): void {
  app.openapi(get, async (c) => {
    const { org_id, start, end } = c.req.valid("query");
    const args = { p_org_id: orNull(org_id), p_start: orNull(start), p_end: orNull(end) };
    const stored = await rpc(callerDb(c), "ai_yield", args, StoredSchema);
    const { start: first, end: last, sessions, cost_usd, uncosted_sessions } = stored;
    const { merged_pull_requests, deployments } = stored;
    const body = {
      definition: "ai.yield@1",
      n: sessions,
      start: first,
      end: last,
      sessions,
      cost_usd,
      uncosted_sessions,
      merged_pull_requests,
      deployments,
      ...yieldOf(stored),
    };
    return c.json(checked(YieldSchema, body), 200);
  });
}
