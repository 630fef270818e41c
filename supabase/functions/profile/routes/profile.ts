import { createRoute } from "@hono/zod-openapi";
import { access, callerProblems } from "../../_shared/http/access.ts";
import { type App, checked, json, problems } from "../../_shared/http/app.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { rpc } from "../../_shared/database/db.ts";
import { acceptanceRate, knownCost, meanLatency } from "../../_shared/numbers/formulas.ts";
import { dayIn, type Period, periodOf } from "../../_shared/numbers/period.ts";
import { profileMetrics } from "../metrics.ts";
import { ProfileQuery, ProfileSchema, StoredProfileSchema } from "../schemas.ts";

const route = createRoute({
  method: "get",
  path: "/",
  operationId: "getAiProfile",
  tags: ["profile"],
  summary: "What a developer did with models",
  description:
    "Of the days from `start` to `end`, or of the last `since` days of 24 hours. The ten models and hundred repositories of most sessions.",
  ...access("service", "user", "key:read"),
  request: { query: ProfileQuery },
  responses: {
    200: json(ProfileSchema, "The profile"),
    ...problems(...callerProblems, "not_found", "validation_failed"),
  },
});

/** `GET /profile` */
export function profile(app: App): void {
  app.openapi(route, async (c) => {
    const { org_id, developer_id, since, start, end, compare } = c.req.valid("query");
    const stored = await rpc(callerDb(c), "ai_profile", {
      p_org_id: org_id,
      p_developer_id: developer_id,
      p_since: since,
      p_start: start,
      p_end: end,
      p_compare: compare,
    }, StoredProfileSchema);
    const now = new Date();
    const { counts, window, most_used_models, active_repos, sessions_by_date } = stored;
    const period = periodOf(stored.period, now);
    const answer = {
      developer_id,
      period,
      metrics: profileMetrics(stored, now),
      most_used_models,
      active_repos,
      sessions_by_date: sessions_by_date.map((day) => ({
        ...day,
        complete: isWhole(day.date, period, now),
      })),
      definition: "ai.profile@1",
      window,
      total_sessions: counts.sessions,
      total_tokens_used: counts.tokens,
      total_cost_usd: knownCost.of(counts),
      uncosted_sessions: counts.uncosted_sessions,
      acceptance_rate: acceptanceRate.of(counts),
      avg_latency_ms: meanLatency.of(counts),
    };
    return c.json(checked(ProfileSchema, answer), 200);
  });
}

/** Whether all of a day was counted: it is over, and a period that rolls does not begin in it. */
function isWhole(date: string, { start, time_zone, from }: Period, now: Date): boolean {
  const isCut = from !== undefined && date === start;
  return !isCut && date < dayIn(time_zone, now);
}
