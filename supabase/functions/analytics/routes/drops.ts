import { createRoute, z } from "@hono/zod-openapi";
import type { App } from "../../_shared/http/app.ts";
import { answerReport, readers, reportProblems, reportResponse } from "../report.ts";
import { checkDates, reportQuery, reportSchema, storedHead } from "../schemas.ts";

const drop = { reason: z.string(), count: z.int() };
const daily = z.array(z.object({ date: z.string(), ...drop }));
const DropsSchema = reportSchema("AnalyticsDrops", {
  drops: daily,
  reasons: z.array(z.object(drop)),
  n: z.int().openapi({ description: "Events refused or dropped." }),
});
const Stored = z.object({ ...storedHead, drops: daily });

const route = createRoute({
  method: "get",
  path: "/drops",
  operationId: "listEventDrops",
  tags: ["analytics"],
  summary: "Events that were refused or dropped, and why",
  ...readers,
  request: { query: z.object(reportQuery).superRefine(checkDates) },
  responses: { 200: reportResponse(DropsSchema, "By day and reason"), ...reportProblems },
});

/** Registers `GET /analytics/drops`. */
export function drops(app: App): void {
  app.openapi(route, (c) => answerReport(c, report, c.req.valid("query"), {}));
}

function present({ drops }: z.output<typeof Stored>) {
  const reasons = [...Map.groupBy(drops, ({ reason }) => reason)].map(([reason, days]) => ({
    reason,
    count: days.reduce((sum, { count }) => sum + count, 0),
  })).sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));
  return { drops, reasons, n: reasons.reduce((sum, { count }) => sum + count, 0) };
}

const report = {
  rpc: "analytics_drops" as const,
  definition: "analytics.drops@1",
  stored: Stored,
  answer: DropsSchema,
  present,
  totals: ({ n }: ReturnType<typeof present>) => [
    { name: "dropped", unit: "events" as const, value: n },
  ],
  table: ({ drops }: ReturnType<typeof present>) => ({
    columns: ["date", "reason", "count"],
    rows: drops,
  }),
  // A dropped event changes nothing that the version counts.
  isUnversioned: true,
};
