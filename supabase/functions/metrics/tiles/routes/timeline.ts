import { createRoute } from "@hono/zod-openapi";
import { access, callerProblems } from "../../../_shared/http/access.ts";
import { type App, checked, json, problems } from "../../../_shared/http/app.ts";
import { callerDb } from "../../../_shared/http/auth.ts";
import { rpc } from "../../../_shared/database/db.ts";
import { StoredTimelineSchema, TimelineQuery, TimelineSchema } from "../read_schemas.ts";
import { presentTimeline } from "../timeline.ts";

const route = createRoute({
  method: "get",
  path: "/timeline",
  operationId: "getMetricsTimeline",
  tags: ["metrics"],
  summary: "Gap-filled series of an organization's metrics, or of one person's",
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

/** Registers `GET /metrics/timeline`. */
export function timeline(app: App): void {
  app.openapi(route, async (c) => {
    const { org_id, email, metrics, start, end, interval, compare } = c.req.valid("query");
    const stored = await rpc(callerDb(c), "metrics_timeline", {
      p_email: email,
      p_metrics: metrics,
      p_start: start,
      p_end: end,
      p_interval: interval,
      p_compare: compare,
      p_org_id: org_id,
    }, StoredTimelineSchema);
    return c.json(checked(TimelineSchema, presentTimeline(stored, interval, new Date())), 200);
  });
}
