import { createRoute, z } from "@hono/zod-openapi";
import { bodyProblems, checked, createApp, json, jsonBody, problems } from "../_shared/http/app.ts";
import { access, callerProblems } from "../_shared/http/access.ts";
import { callerDb } from "../_shared/http/auth.ts";
import { rpc } from "../_shared/database/db.ts";
import { idempotencyKeyParameter, idempotent } from "../_shared/http/idempotency.ts";
import { Problem } from "../_shared/http/problem.ts";
import { aiKpis } from "./ai/routes/kpis.ts";
import { postDora } from "./dora/routes/posted.ts";
import { boundSource, judge, parseBatch, store } from "./tiles/ingest.ts";
import { doraFilterOptions } from "./dora/routes/filter_options.ts";
import { doraForecast } from "./dora/routes/forecast.ts";
import { doraMetricRoutes } from "./dora/routes/metric.ts";
import { doraSummary } from "./dora/routes/summary.ts";
import { doraTrend } from "./dora/routes/trend.ts";
import {
  CatalogQuery,
  CatalogSchema,
  IngestBatch,
  IngestBatchResult,
  IngestBody,
  IngestItem,
  IngestResult,
  TimelineQuery,
  TimelineSchema,
} from "./tiles/schemas.ts";

export const app = createApp("metrics", { anyOrigin: ["/metrics/ingest"] });

const ingesters = access("service", "key:ingest");

const ingest = createRoute({
  method: "post",
  path: "/ingest",
  operationId: "ingestMetrics",
  tags: ["metrics"],
  summary: "Post numbers of a source",
  description:
    "One reading, or `{items: […]}` with up to 1,000. Sending a reading again replaces its values and keeps the old " +
    "ones as restatements. In a batch each item has its own result, and 207 says that some failed.",
  ...ingesters,
  middleware: [...ingesters.middleware, idempotent("metrics/ingest")],
  parameters: [
    idempotencyKeyParameter(
      "Retrying with the same key and body answers the first response again for 24 hours; with another body it is a 409.",
      "ga4-2026-11-16",
    ),
  ],
  request: { body: jsonBody(IngestBody) },
  responses: {
    200: json(z.union([IngestResult, IngestBatchResult]), "Stored"),
    207: json(IngestBatchResult, "Some items failed; the others are stored"),
    ...problems(
      ...callerProblems,
      ...bodyProblems,
      "user_not_found",
      "idempotency_conflict",
      "request_in_progress",
    ),
  },
});

// IngestBody only refers to the two by name, because judging them is the handler's.
app.openAPIRegistry.register("IngestItem", IngestItem);
app.openAPIRegistry.register("IngestBatch", IngestBatch);

app.openapi(ingest, async (c) => {
  const body = c.req.valid("json");
  const now = new Date();
  const source = boundSource(c.get("caller"));
  if ("items" in body) {
    const items = parseBatch(body);
    const result = await store(callerDb(c), items.map((item) => judge(item, now, source)));
    const failed = result.results.some((one) => one.status !== 200);
    return c.json(checked(IngestBatchResult, result), failed ? 207 : 200);
  }
  const judged = judge(body, now, source);
  if ("problem" in judged) throw judged.problem;
  const { results, ...result } = await store(callerDb(c), [judged]);
  if (results[0]?.status === 404) throw new Problem("user_not_found", "User not found");
  return c.json(checked(IngestResult, result), 200);
});

const getTimeline = createRoute({
  method: "get",
  path: "/timeline",
  operationId: "getMetricsTimeline",
  tags: ["metrics"],
  summary: "Gap-filled series of a person's metrics",
  description:
    "Each metric is aggregated as its definition says. A silent day of a metric that adds up is 0 if the metric " +
    "reported in the window at all; otherwise, and for averages and last values, it is null.",
  ...access("service", "user", "key:read", "public"),
  request: { query: TimelineQuery },
  responses: {
    200: json(TimelineSchema, "The series"),
    ...problems(...callerProblems, "user_not_found", "validation_failed"),
  },
});

app.openapi(getTimeline, async (c) => {
  const { email, metrics, start, end, granularity } = c.req.valid("query");
  const timeline = await rpc(callerDb(c), "metrics_timeline", {
    p_email: email,
    p_metrics: metrics,
    p_start: start,
    p_end: end,
    p_granularity: granularity,
  }, TimelineSchema);
  return c.json(timeline, 200);
});

const getCatalog = createRoute({
  method: "get",
  path: "/catalog",
  operationId: "getMetricsCatalog",
  tags: ["metrics"],
  summary: "What each metric means",
  description:
    "Every defined metric; for a person also the ones they have without a definition, and where each was reported.",
  ...access("service", "user", "key:read", "public"),
  request: { query: CatalogQuery },
  responses: {
    200: json(CatalogSchema, "The metrics"),
    ...problems(...callerProblems, "user_not_found", "validation_failed"),
  },
});

app.openapi(getCatalog, async (c) => {
  const metrics = await rpc(
    callerDb(c),
    "metrics_catalog",
    { p_email: c.req.valid("query").email },
    CatalogSchema.shape.metrics,
  );
  return c.json({ metrics }, 200);
});

aiKpis(app);
doraSummary(app);
doraMetricRoutes(app);
doraTrend(app);
doraFilterOptions(app);
doraForecast(app);
postDora(app);
