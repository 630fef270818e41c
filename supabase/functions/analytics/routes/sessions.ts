import type { Table } from "../types.ts";
import { createRoute, z } from "@hono/zod-openapi";
import type { App } from "../../_shared/http/app.ts";
import { rangeQuery } from "../../_shared/http/query.ts";
import { percent } from "../../_shared/numbers/ratio.ts";
import { seriesKinds } from "../../_shared/numbers/product_metrics.ts";
import { answerReport, readers, reportProblems, reportResponse } from "../report.ts";
import {
  dayFields,
  dayMarks,
  reportAliases,
  reportFields,
  reportSchema,
  seriesMetrics,
  storedHead,
} from "../schemas.ts";

const value = z.number().nullable();
const totals = {
  sessions: z.int(),
  persons: z.int(),
  events_per_session: value,
  mean_seconds: value,
  median_seconds: value,
  single_event_sessions: z.int(),
};
const rates = { events_per_session: value, median_seconds: value };
const counts = { sessions: z.int().nullable(), persons: z.int().nullable() };
const day = { ...dayFields, ...counts, ...rates };

const SessionsSchema = reportSchema("AnalyticsSessions", {
  totals: z.object({
    ...totals,
    single_event_pct: value.openapi({ description: "Sessions of one event." }),
  }),
  series_metrics: seriesMetrics,
  series: z.array(z.object({
    ...day,
    ...dayMarks,
  })),
  n: z.int().openapi({ description: "Sessions." }),
});
const Stored = z.object({
  ...storedHead,
  totals: z.object(totals),
  series: z.array(z.object(day)),
});

const route = createRoute({
  method: "get",
  path: "/sessions",
  operationId: "getSessions",
  tags: ["analytics"],
  summary: "Sessions by the day they began on",
  description:
    "A session is a person's events with gaps of less than 30 minutes. It lasts from its first event to its last, so one " +
    "of a single event lasts 0 seconds.",
  ...readers,
  request: { query: rangeQuery(reportFields, reportAliases) },
  responses: { 200: reportResponse(SessionsSchema, "The sessions"), ...reportProblems },
});

/** Registers `GET /analytics/sessions`. */
export function sessions(app: App): void {
  app.openapi(route, (c) => answerReport(c, report, c.req.valid("query"), {}));
}

function present({ state, totals, series }: z.output<typeof Stored>) {
  const single_event_pct = percent(totals.single_event_sessions, totals.sessions);
  return {
    totals: { ...totals, single_event_pct },
    series_metrics: seriesKinds(definition, [
      "sessions",
      "persons",
      "events_per_session",
      "median_seconds",
    ]),
    series: series.map((day) => {
      const isToCome = day.date > state.today;
      const null_reason = isToCome
        ? "to_come"
        : day.sessions === null
        ? "not_kept"
        : day.sessions === 0
        ? "no_data"
        : null;
      const counts = isToCome ? { sessions: null, persons: null } : {};
      return { ...day, ...counts, complete: day.date < state.today, null_reason };
    }),
    n: totals.sessions,
  };
}

const definition = "analytics.sessions@1";

const report = {
  rpc: "analytics_sessions" as const,
  definition,
  stored: Stored,
  answer: SessionsSchema,
  present,
  totals: ({ totals, n }: ReturnType<typeof present>) => [
    { key: "sessions" as const, value: n, n },
    { key: "persons" as const, value: totals.persons, n },
    { key: "events_per_session" as const, value: totals.events_per_session, n },
    { key: "mean_seconds" as const, value: totals.mean_seconds, n },
    { key: "median_seconds" as const, value: totals.median_seconds, n },
    { key: "single_event_sessions" as const, value: totals.single_event_pct, n },
  ],
  table: ({ series }: ReturnType<typeof present>): Table => ({
    columns: {
      date: "date",
      sessions: "integer",
      persons: "integer",
      events_per_session: "number",
      median_seconds: "number",
    },
    rows: series,
  }),
};
