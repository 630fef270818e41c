import { createRoute, z } from "@hono/zod-openapi";
import { type App, checked, json } from "../../../_shared/http/app.ts";
import { callerDb } from "../../../_shared/http/auth.ts";
import { rpc } from "../../../_shared/database/db.ts";
import { doraProblems, doraReaders } from "../access.ts";
import { metricsOf } from "../metrics.ts";
import { DoraQuery, DoraSummarySchema, rangeArgs, storedWindow } from "../schemas.ts";

const Stored = z.object(storedWindow);

const route = createRoute({
  method: "get",
  path: "/dora",
  operationId: "getDora",
  tags: ["dora"],
  summary: "All metrics of DORA for a period",
  description:
    "Each with its band, how many rows it is from, what was left out, and the period of the same length just before. " +
    "Across repositories rows are pooled. What is unknown is null with the reason, never 0.",
  ...doraReaders,
  request: { query: DoraQuery },
  responses: { 200: json(DoraSummarySchema, "The metrics"), ...doraProblems },
});

/** Registers `GET /metrics/dora`. */
export function doraSummary(app: App): void {
  app.openapi(route, async (c) => {
    const query = c.req.valid("query");
    const stored = await rpc(callerDb(c), "dora_summary", rangeArgs(query), Stored);
    const metrics = metricsOf(stored, query.report_year);
    const { report_year } = query;
    return c.json(checked(DoraSummarySchema, { ...stored, report_year, metrics }), 200);
  });
}
