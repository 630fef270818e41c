import type { Table } from "../types.ts";
import { createRoute, z } from "@hono/zod-openapi";
import type { App } from "../../_shared/http/app.ts";
import { aliasOfItems, listOf, listSchema } from "../../_shared/http/answers.ts";
import { PageQuery } from "../../_shared/http/pagination.ts";
import { rangeQuery } from "../../_shared/http/query.ts";
import { answerReport, readers, reportProblems, reportResponse } from "../report.ts";
import { dayFields, reportAliases, reportFields, reportSchema, storedHead } from "../schemas.ts";

const ofReason = { reason: z.string(), count: z.int() };
const drop = z.object({ ...dayFields, ...ofReason }).openapi("EventDrops");
const DropsSchema = reportSchema("AnalyticsDrops", {
  ...listSchema(drop).shape,
  drops: aliasOfItems(drop),
  reasons: z.array(z.object(ofReason)),
  n: z.int().openapi({ description: "Events refused or dropped." }),
});
const Stored = z.object({
  ...storedHead,
  total_count: z.int(),
  drops: z.array(drop),
  reasons: z.array(z.object(ofReason)),
});

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
    // A file has all of them, an answer a page.
    const args = query.format === "json"
      ? { p_page: query.page, p_page_size: query.page_size }
      : {};
    return answerReport(c, report(query), query, args);
  });
}

function report(query: z.output<typeof PageQuery>) {
  const present = ({ total_count, drops, reasons }: z.output<typeof Stored>) => {
    const n = reasons.reduce((sum, { count }) => sum + count, 0);
    return { ...listOf(query, total_count, drops), drops, reasons, n };
  };
  type Body = ReturnType<typeof present>;
  return {
    rpc: "analytics_drops" as const,
    definition: "analytics.drops@1",
    stored: Stored,
    answer: DropsSchema,
    present,
    totals: ({ n }: Body) => [{ key: "dropped" as const, value: n, n }],
    table: ({ drops }: Body): Table => ({
      columns: { date: "date", reason: "text", count: "integer" },
      rows: drops,
    }),
    // A dropped event changes nothing that the version counts.
    isUnversioned: true,
  };
}
