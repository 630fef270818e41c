import { createRoute, z } from "@hono/zod-openapi";
import type { App } from "../../_shared/http/app.ts";
import { listOf, listSchema } from "../../_shared/http/answers.ts";
import { PageQuery, rowsOfPage } from "../../_shared/http/pagination.ts";
import { rangeQuery } from "../../_shared/http/query.ts";
import { answerReport, readers, reportProblems, reportResponse } from "../report.ts";
import { dayFields, reportAliases, reportFields, reportSchema, storedHead } from "../schemas.ts";

const ofReason = { reason: z.string(), count: z.int() };
const drop = z.object({ ...dayFields, ...ofReason }).openapi("EventDrops");
const DropsSchema = reportSchema("AnalyticsDrops", {
  ...listSchema(drop).shape,
  drops: z.array(drop).openapi({ description: "All pages together.", deprecated: true }),
  reasons: z.array(z.object(ofReason)),
  n: z.int().openapi({ description: "Events refused or dropped." }),
});
const Stored = z.object({ ...storedHead, drops: z.array(drop) });

const route = createRoute({
  method: "get",
  path: "/drops",
  operationId: "listEventDrops",
  tags: ["analytics"],
  summary: "Events that were refused or dropped, and why",
  description: "By reason and day. What was refused is in no other count.",
  ...readers,
  request: { query: rangeQuery({ ...reportFields, ...PageQuery.shape }, reportAliases) },
  responses: { 200: reportResponse(DropsSchema, "By day and reason"), ...reportProblems },
});

/** Registers `GET /analytics/drops`. */
export function drops(app: App): void {
  app.openapi(route, (c) => {
    const query = c.req.valid("query");
    return answerReport(c, report(query), query, {});
  });
}

function report(query: z.output<typeof PageQuery>) {
  const present = ({ drops }: z.output<typeof Stored>) => {
    const reasons = reasonsOf(drops);
    const n = reasons.reduce((sum, { count }) => sum + count, 0);
    return { ...listOf(query, drops.length, rowsOfPage(query, drops)), drops, reasons, n };
  };
  type Body = ReturnType<typeof present>;
  return {
    rpc: "analytics_drops" as const,
    definition: "analytics.drops@1",
    stored: Stored,
    answer: DropsSchema,
    present,
    totals: ({ n }: Body) => [{ key: "dropped" as const, value: n, n }],
    table: ({ drops }: Body) => ({ columns: ["date", "reason", "count"], rows: drops }),
    // A dropped event changes nothing that the version counts.
    isUnversioned: true,
  };
}

/** How many were dropped for each reason, the most first. */
function reasonsOf(drops: z.output<typeof drop>[]) {
  return [...Map.groupBy(drops, ({ reason }) => reason)].map(([reason, days]) => ({
    reason,
    count: days.reduce((sum, { count }) => sum + count, 0),
  })).sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));
}
