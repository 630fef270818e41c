import { createRoute, z } from "@hono/zod-openapi";
import { AiWindowSchema } from "../../_shared/numbers/ai_kpis.ts";
import { access, callerProblems } from "../../_shared/http/access.ts";
import { type App, checked, json, problems } from "../../_shared/http/app.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { rpc } from "../../_shared/database/db.ts";
import { name, OrganizationQuery, sinceQuery } from "../../_shared/http/schemas.ts";

const value = z.number().nullable();

const counted = {
  window: AiWindowSchema,
  total_sessions: z.int(),
  total_tokens_used: z.int(),
  total_cost_usd: value.openapi({
    description: "Null when no session's cost is known; else the sum of those that are.",
  }),
  uncosted_sessions: z.int().openapi({ description: "Sessions whose cost is not known." }),
  avg_latency_ms: value,
  most_used_models: z.array(z.object({
    model: z.string(),
    sessions: z.int(),
    tokens: z.int(),
  })),
  active_repos: z.array(z.object({ repository: z.string(), sessions: z.int() })),
  sessions_by_date: z.array(z.object({ date: z.string(), sessions: z.int() })).openapi({
    description: "Every day of the window; the first and the last are parts of days.",
  }),
};

const ProfileSchema = z.object({
  developer_id: z.string(),
  ...counted,
  acceptance_rate: value.openapi({ description: "In %; null without a decision." }),
  definition: z.string(),
}).openapi("AiProfile");

const StoredProfile = z.object({ ...counted, accepted: z.int(), rejected: z.int() });

const route = createRoute({
  method: "get",
  path: "/",
  operationId: "getAiProfile",
  tags: ["profile"],
  summary: "What a developer did with models",
  description:
    "Of the last `since` days of 24 hours. The ten models and hundred repositories of most sessions.",
  ...access("service", "user", "key:read"),
  request: {
    query: z.object({
      org_id: OrganizationQuery,
      developer_id: name(200).openapi({ param: { name: "developer_id", in: "query" } }),
      since: sinceQuery(30),
    }),
  },
  responses: {
    200: json(ProfileSchema, "The profile"),
    ...problems(...callerProblems, "not_found", "validation_failed"),
  },
});

/** Registers `GET /profile`. */
export function profile(app: App): void {
  app.openapi(route, async (c) => {
    const { org_id, developer_id, since } = c.req.valid("query");
    const args = { p_org_id: org_id, p_developer_id: developer_id, p_since: since };
    const { accepted, rejected, ...stored } = await rpc(
      callerDb(c),
      "ai_profile",
      args,
      StoredProfile,
    );
    const isCosted = stored.total_sessions === 0 ||
      stored.uncosted_sessions < stored.total_sessions;
    const answer = {
      developer_id,
      ...stored,
      total_cost_usd: isCosted ? stored.total_cost_usd : null,
      acceptance_rate: accepted + rejected === 0 ? null : accepted * 100 / (accepted + rejected),
      definition: "ai.profile@1",
    };
    return c.json(checked(ProfileSchema, answer), 200);
  });
}
