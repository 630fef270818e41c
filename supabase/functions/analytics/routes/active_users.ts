import type { Table } from "../types.ts";
import { createRoute, z } from "@hono/zod-openapi";
import type { App } from "../../_shared/http/app.ts";
import { rangeQuery } from "../../_shared/http/query.ts";
import { averagesOf, seriesKinds } from "../../_shared/numbers/product_metrics.ts";
import { answerReport, readersAndShares, reportProblems, reportResponse } from "../report.ts";
import {
  dayFields,
  dayMarks,
  reportAliases,
  reportFields,
  reportSchema,
  seriesMetrics,
  storedHead,
} from "../schemas.ts";

const count = z.int().nullable();
const countedDay = { ...dayFields, dau: count, wau: count, mau: count };
const value = z.number().nullable();

const ActiveUsersSchema = reportSchema("AnalyticsActiveUsers", {
  series_metrics: seriesMetrics,
  series: z.array(z.object({
    ...countedDay,
    stickiness: value.openapi({ description: "DAU ÷ MAU in %." }),
    ...dayMarks,
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
    "far; days to come, and those before the first event ever, are null. Averages are of the days there are.",
  ...readersAndShares,
  request: { query: rangeQuery(reportFields, reportAliases) },
  responses: { 200: reportResponse(ActiveUsersSchema, "The series"), ...reportProblems },
});

/** Registers `GET /analytics/active-users`. */
export function activeUsers(app: App): void {
  app.openapi(route, (c) => answerReport(c, report, c.req.valid("query"), {}));
}

function present({ state, series }: z.output<typeof Stored>) {
  const { days, average_dau, average_stickiness, n } = averagesOf(series);
  return {
    series_metrics: seriesKinds(definition, ["dau", "wau", "mau", "stickiness"]),
    series: days.map((day) => {
      const isToCome = day.date > state.today;
      const null_reason = isToCome
        ? "to_come"
        : day.dau === null
        ? "not_begun"
        : day.stickiness === null
        ? "no_data"
        : null;
      return { ...day, complete: day.date < state.today, null_reason };
    }),
    average_dau,
    average_stickiness,
    n,
  };
}

const definition = "analytics.active_users@1";

const report = {
  rpc: "analytics_active_users" as const,
  definition,
  stored: Stored,
  answer: ActiveUsersSchema,
  present,
  totals: ({ average_dau, average_stickiness, n }: ReturnType<typeof present>) => [
    { key: "average_dau" as const, value: average_dau, n },
    { key: "average_stickiness" as const, value: average_stickiness, n },
  ],
  table: ({ series }: ReturnType<typeof present>): Table => ({
    columns: { date: "date", dau: "integer", wau: "integer", mau: "integer", stickiness: "number" },
    rows: series,
  }),
};
