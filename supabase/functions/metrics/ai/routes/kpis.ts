import { createRoute, z } from "@hono/zod-openapi";
import {
  AiCountsSchema,
  AiWindowSchema,
  KpiSchema,
  kpisOf,
  StoredAiMetricsSchema,
} from "../../../_shared/numbers/ai_kpis.ts";
import { access, callerProblems } from "../../../_shared/http/access.ts";
import { type App, checked, json, problems } from "../../../_shared/http/app.ts";
import { callerDb } from "../../../_shared/http/auth.ts";
import { type Db, rpc } from "../../../_shared/database/db.ts";
import { OrganizationQuery, sinceQuery } from "../../../_shared/http/schemas.ts";

const KpiQuery = z.object({ org_id: OrganizationQuery, since: sinceQuery(7) });

const KpisSchema = z.object({
  window: AiWindowSchema,
  kpis: z.object({
    ai_interaction_velocity: KpiSchema,
    acceptance_rate: KpiSchema,
    model_selection_accuracy: KpiSchema,
    error_rate: KpiSchema,
    token_efficiency: KpiSchema,
    pr_throughput: KpiSchema,
    commit_frequency: KpiSchema,
    pr_merge_time_hours: KpiSchema,
    rework_rate: KpiSchema,
  }),
}).openapi("AiKpis");

const RawSchema = z.object({
  window: AiWindowSchema,
  metrics: AiCountsSchema,
  previous: AiCountsSchema,
}).openapi("AiRawMetrics");

const readers = access("service", "user", "key:read");
const readProblems = problems(...callerProblems, "not_found", "validation_failed");

const kpisRoute = createRoute({
  method: "get",
  path: "/",
  operationId: "getAiKpis",
  tags: ["metrics"],
  summary: "The nine KPIs of AI-assisted development",
  description:
    "Of the last `since` days of 24 hours, to the second, with the value of as many days before. Unknown is null with a reason, " +
    "never 0. Status: at the target good, at half of it (twice, where lower is better) warning, else critical.",
  ...readers,
  request: { query: KpiQuery },
  responses: { 200: json(KpisSchema, "The KPIs"), ...readProblems },
});

const rawRoute = createRoute({
  method: "get",
  path: "/raw",
  operationId: "getAiRawMetrics",
  tags: ["metrics"],
  summary: "What the KPIs of AI-assisted development are made of",
  description: "The counts and sums of the window, and of the one before.",
  ...readers,
  request: { query: KpiQuery },
  responses: { 200: json(RawSchema, "The counts"), ...readProblems },
});

/** Registers `GET /metrics` and `GET /metrics/raw`. */
export function aiKpis(app: App): void {
  app.openapi(kpisRoute, async (c) => {
    const { window, current, previous } = await read(callerDb(c), c.req.valid("query"));
    const kpis = kpisOf(current, previous, window.days);
    return c.json(checked(KpisSchema, { window, kpis }), 200);
  });

  app.openapi(rawRoute, async (c) => {
    const { window, current, previous } = await read(callerDb(c), c.req.valid("query"));
    return c.json(checked(RawSchema, { window, metrics: current, previous }), 200);
  });
}

function read(db: Db, { org_id, since }: z.output<typeof KpiQuery>) {
  return rpc(db, "ai_metrics", { p_org_id: org_id, p_since: since }, StoredAiMetricsSchema);
}
