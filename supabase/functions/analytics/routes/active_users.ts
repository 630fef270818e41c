import { createRoute, z } from "@hono/zod-openapi";
import type { App } from "../../_shared/http/app.ts";
import { answerReport, readers, reportProblems, reportResponse } from "../report.ts";
import { checkDates, reportQuery, reportSchema, storedHead } from "../schemas.ts";
import { mean, percentage } from "../statistics.ts";

const count = z.int().nullable();
const countedDay = { date: z.string(), dau: count, wau: count, mau: count };
const value = z.number().nullable();

const ActiveUsersSchema = reportSchema("AnalyticsActiveUsers", {
  series: z.array(z.object({
    ...countedDay,
    stickiness: value.openapi({ description: "DAU ÷ MAU in %." }),
  })),
  average_dau: value,
  average_stickiness: value,
  n: z.int().openapi({ description: "Persons, counted once on each day they were active." }),
});
const Stored = z.object({ ...storedHead, series: z.array(z.object(countedDay)) });

const route = createRoute({
  method: "get",
  path: "/active-users",
  operationId: "getActiveUsers",
  tags: ["analytics"],
  summary: "Distinct persons per day, 7 and 30 days",
  description:
    "DAU, WAU and MAU: persons with an event on the day, and in the 7 and 30 days that end on it. Today is counted so " +
    "far; days to come are null. Averages are of the days there are.",
  ...readers,
  request: { query: z.object(reportQuery).superRefine(checkDates) },
  responses: { 200: reportResponse(ActiveUsersSchema, "The series"), ...reportProblems },
});

/** Registers `GET /analytics/active-users`. */
export function activeUsers(app: App): void {
  app.openapi(route, (c) => answerReport(c, report, c.req.valid("query"), {}));
}

function present({ series }: z.output<typeof Stored>) {
  const days = series.map((day) => ({ ...day, stickiness: percentage(day.dau, day.mau) }));
  return {
    series: days,
    average_dau: mean(days.map(({ dau }) => dau)),
    average_stickiness: mean(days.map(({ stickiness }) => stickiness)),
    n: days.reduce((sum, { dau }) => sum + (dau ?? 0), 0),
  };
}

const report = {
  rpc: "analytics_active_users" as const,
  definition: "analytics.active_users@1",
  stored: Stored,
  answer: ActiveUsersSchema,
  present,
  totals: ({ average_dau, average_stickiness }: ReturnType<typeof present>) => [
    { name: "average_dau", unit: "persons" as const, value: average_dau },
    { name: "average_stickiness", unit: "%" as const, value: average_stickiness },
  ],
  table: ({ series }: ReturnType<typeof present>) => ({
    columns: ["date", "dau", "wau", "mau", "stickiness"],
    rows: series,
  }),
};
