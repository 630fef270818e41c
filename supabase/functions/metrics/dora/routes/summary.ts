import { createRoute, z } from "@hono/zod-openapi";
import { type App, checked, json } from "../../../_shared/http/app.ts";
import { callerDb } from "../../../_shared/http/auth.ts";
import { rpc } from "../../../_shared/database/db.ts";
import { periodOf } from "../../../_shared/numbers/period.ts";
import { doraProblems, doraReadersAndShares } from "../access.ts";
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
    "Each with its band, how many rows it is from, what was left out, and what it was in the period it is compared with. " +
    "Across repositories rows are pooled. What is unknown is null with the reason, never 0.",
  ...doraReadersAndShares,
  request: { query: DoraQuery },
  responses: { 200: json(DoraSummarySchema, "The metrics"), ...doraProblems },
});

/** Registers `GET /metrics/dora`. */
export function doraSummary(app: App): void {
  app.openapi(route, async (c) => {
    const query = c.req.valid("query");
    const { report_year, compare } = query;
    const args = { ...rangeArgs(query), p_compare: compare };
    const stored = await rpc(callerDb(c), "dora_summary", args, Stored);
    const now = new Date();
    const answer = {
      ...stored,
      period: periodOf(stored.period, now),
      report_year,
      metrics: metricsOf(stored, report_year, now),
    };
    return c.json(checked(DoraSummarySchema, answer), 200);
  });
}
