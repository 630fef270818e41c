import { createRoute, type z } from "@hono/zod-openapi";
import { StoredAiMetricsSchema } from "../../../_shared/numbers/ai_counts.ts";
import { kpisOf } from "../../../_shared/numbers/ai_kpis.ts";
import { access, callerProblems } from "../../../_shared/http/access.ts";
import { type App, checked, json, problems } from "../../../_shared/http/app.ts";
import { callerDb } from "../../../_shared/http/auth.ts";
import { type Db, rpc } from "../../../_shared/database/db.ts";
import { periodOf } from "../../../_shared/numbers/period.ts";
import { byKey, KpiQuery, KpisSchema, RawSchema } from "../schemas.ts";

const readers = access("service", "user", "key:read");
const readersAndShares = access("service", "user", "key:read", "share");
const readProblems = problems(...callerProblems, "not_found", "validation_failed");

const kpisRoute = createRoute({
  method: "get",
  path: "/",
  operationId: "getAiKpis",
  tags: ["metrics"],
  summary: "The nine KPIs of AI-assisted development",
  description:
    "Of the days from `start` to `end`, or of the last `since` days of 24 hours, to the second; beside each what it was in as many days " +
    "before. Unknown is null with a reason, never 0. Status: at the target good, at half of it (twice, where lower is better) warning, " +
    "else critical.",
  ...readersAndShares,
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
    const now = new Date();
    const stored = await read(callerDb(c), c.req.valid("query"));
    const metrics = kpisOf(stored, now);
    const answer = { ...rangesOf(stored, now), metrics, kpis: byKey(metrics) };
    return c.json(checked(KpisSchema, answer), 200);
  });

  app.openapi(rawRoute, async (c) => {
    const stored = await read(callerDb(c), c.req.valid("query"));
    const { current, previous } = stored;
    const answer = { ...rangesOf(stored, new Date()), metrics: current, previous };
    return c.json(checked(RawSchema, answer), 200);
  });
}

type Stored = z.output<typeof StoredAiMetricsSchema>;

function read(
  db: Db,
  { org_id, start, end, since, compare }: z.output<typeof KpiQuery>,
): Promise<Stored> {
  return rpc(db, "ai_metrics", {
    p_org_id: org_id,
    p_since: since,
    p_start: start,
    p_end: end,
    p_compare: compare,
  }, StoredAiMetricsSchema);
}

function rangesOf({ period, previous_period, window }: Stored, now: Date) {
  return {
    period: periodOf(period, now),
    previous_period: previous_period && periodOf(previous_period, now),
    window,
  };
}
