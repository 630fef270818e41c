import { createRoute } from "@hono/zod-openapi";
import { StoredAiMetricsSchema } from "../../_shared/numbers/ai_kpis.ts";
import { access, callerProblems } from "../../_shared/http/access.ts";
import { type App, checked, json, problems } from "../../_shared/http/app.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { rpc } from "../../_shared/database/db.ts";
import { invalid } from "../../_shared/http/problem.ts";
import { countTests, pairsOf } from "../correlations.ts";
import { insightsOf } from "../insights.ts";
import { InsightsQuery, InsightsSchema } from "../schemas.ts";
import { type StoredInsights, StoredInsightsSchema } from "../series.ts";

/** Tests × days that one answer may take: about a second of the two that the platform allows. */
const maxWork = 60_000;

const route = createRoute({
  method: "get",
  path: "/",
  operationId: "getInsights",
  tags: ["insights"],
  summary: "What goes with what, what stood out, and what to do about it",
  description:
    "Daily series of AI, delivery and product metrics of the last `since` complete days, held against each other with every lag up " +
    "to `lag_days`. All that was tried is answered, with p-values adjusted for autocorrelation and for the number of tests. Counts " +
    "are 0 on silent days; rates and medians are unknown there and the day is left out. Metrics: `ai.…`, `delivery.…`, `product.…`, " +
    "`event.NAME` and `metric.NAME`. Recommendations come from the KPIs of the same number of days up to now.",
  ...access("service", "user", "key:read"),
  request: { query: InsightsQuery },
  responses: {
    200: json(InsightsSchema, "The insights"),
    ...problems(...callerProblems, "not_found", "validation_failed"),
  },
});

/** Registers `GET /insights`. */
export function insights(app: App): void {
  app.openapi(route, async (c) => {
    const { org_id, since, lag_days: maxLag, metrics } = c.req.valid("query");
    const db = callerDb(c);
    const scope = { p_org_id: org_id, p_since: since };
    const [stored, kpis] = await Promise.all([
      rpc(db, "insight_data", { ...scope, p_names: metrics }, StoredInsightsSchema),
      rpc(db, "ai_metrics", scope, StoredAiMetricsSchema),
    ]);
    const isChosen = metrics !== undefined;
    refuseTooMuch(stored, maxLag, isChosen);
    const answer = insightsOf(stored, kpis, { maxLag, isChosen, now: new Date() });
    return c.json(checked(InsightsSchema, answer), 200);
  });
}

function refuseTooMuch({ series, period }: StoredInsights, maxLag: number, isChosen: boolean) {
  const tests = countTests(pairsOf(series, isChosen).length, maxLag);
  if (tests * period.days <= maxWork) return;
  throw invalid(
    "metrics",
    `makes ${tests} comparisons of ${period.days} days: name fewer, or ask for fewer days or lags`,
  );
}
