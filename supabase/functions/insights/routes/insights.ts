import { createRoute, type z } from "@hono/zod-openapi";
import { StoredAiMetricsSchema } from "../../_shared/numbers/ai_counts.ts";
import { access, callerProblems } from "../../_shared/http/access.ts";
import { type App, checked, json, problems } from "../../_shared/http/app.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { type Db, rpc } from "../../_shared/database/db.ts";
import { invalid } from "../../_shared/http/problem.ts";
import { comparedDays, dayIn } from "../../_shared/numbers/period.ts";
import { countTests, pairsOf } from "../correlations.ts";
import { insightsOf } from "../insights.ts";
import { seriesOf } from "../series.ts";
import { InsightsQuery, InsightsSchema, StoredInsightsSchema } from "../schemas.ts";

/** Tests × days that one answer may take: about a second of the two that the platform allows. */
const maxWork = 60_000;

const route = createRoute({
  method: "get",
  path: "/",
  operationId: "getInsights",
  tags: ["insights"],
  summary: "What goes with what, what stood out, and what to do about it",
  description:
    "Daily series of AI, delivery and product metrics of the days from `start` to `end`, or of the last `since` complete days, held against each other with every lag up " +
    "to `lag_days`. All that was tried is answered, with p-values adjusted for autocorrelation and for the number of tests. Counts " +
    "are 0 on silent days; rates and medians are unknown there and the day is left out. Metrics: `ai.…`, `delivery.…`, `product.…`, " +
    "`event.NAME` and `metric.NAME`. Recommendations come from the KPIs of the same days, with `since` of as many times 24 hours up to now.",
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
    const { lag_days: maxLag, metrics, compare, ...query } = c.req.valid("query");
    const db = callerDb(c);
    const scope = scopeOf(query);
    const [stored, kpis] = await Promise.all([
      read(db, { ...scope, p_names: metrics }),
      rpc(db, "ai_metrics", scope, StoredAiMetricsSchema),
    ]);
    const isChosen = metrics !== undefined;
    const { period } = stored;
    const now = new Date();
    const series = seriesOf(stored, { isChosen, today: dayIn(period.time_zone, now) });
    refuseTooMuch(countTests(pairsOf(series, isChosen).length, maxLag), period.days);
    const days = comparedDays(compare, period);
    const before = days && await read(db, {
      p_org_id: query.org_id,
      p_names: series.map(({ key }) => key),
      p_start: days.start,
      p_end: days.end,
    });
    const answer = insightsOf({ stored, series, before, kpis }, { maxLag, isChosen, now });
    return c.json(checked(InsightsSchema, answer), 200);
  });
}

type Query = Pick<z.output<typeof InsightsQuery>, "org_id" | "start" | "end" | "since">;

/** The range that is asked for; the last 30 days without one. */
function scopeOf({ org_id, start, end, since }: Query) {
  const isDated = start !== undefined || end !== undefined;
  return {
    p_org_id: org_id,
    p_start: start,
    p_end: end,
    p_since: isDated ? undefined : since ?? 30,
  };
}

function read(
  db: Db,
  args: Parameters<typeof rpc<"insight_data", typeof StoredInsightsSchema>>[2],
) {
  return rpc(db, "insight_data", args, StoredInsightsSchema);
}

function refuseTooMuch(tests: number, days: number): void {
  if (tests * days <= maxWork) return;
  throw invalid(
    "metrics",
    `makes ${tests} comparisons of ${days} days: name fewer, or ask for fewer days or lags`,
  );
}
