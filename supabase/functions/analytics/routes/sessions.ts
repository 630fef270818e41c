import { createRoute, z } from "@hono/zod-openapi";
import type { App } from "../../_shared/http/app.ts";
import { answerReport, readers, reportProblems, reportResponse } from "../report.ts";
import { checkDates, reportQuery, reportSchema, storedHead } from "../schemas.ts";
import { percentage } from "../statistics.ts";

const value = z.number().nullable();
const totals = {
  sessions: z.int(),
  persons: z.int(),
  events_per_session: value,
  mean_seconds: value,
  median_seconds: value,
  single_event_sessions: z.int(),
};
const series = z.array(z.object({
  date: z.string(),
  sessions: z.int(),
  persons: z.int(),
  events_per_session: value,
  median_seconds: value,
}));

const SessionsSchema = reportSchema("AnalyticsSessions", {
  totals: z.object({
    ...totals,
    single_event_pct: value.openapi({ description: "Sessions of one event." }),
  }),
  series,
  n: z.int().openapi({ description: "Sessions." }),
});
const Stored = z.object({ ...storedHead, totals: z.object(totals), series });

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
  request: { query: z.object(reportQuery).superRefine(checkDates) },
  responses: { 200: reportResponse(SessionsSchema, "The sessions"), ...reportProblems },
});

/** Registers `GET /analytics/sessions`. */
export function sessions(app: App): void {
  app.openapi(route, (c) => answerReport(c, report, c.req.valid("query"), {}));
}

function present({ totals, series }: z.output<typeof Stored>) {
  const single_event_pct = percentage(totals.single_event_sessions, totals.sessions);
  return { totals: { ...totals, single_event_pct }, series, n: totals.sessions };
}

const report = {
  rpc: "analytics_sessions" as const,
  definition: "analytics.sessions@1",
  stored: Stored,
  answer: SessionsSchema,
  present,
  totals: ({ totals }: ReturnType<typeof present>) => [
    { name: "sessions", unit: "sessions" as const, value: totals.sessions },
    { name: "median_seconds", unit: "seconds" as const, value: totals.median_seconds },
    { name: "single_event_sessions", unit: "%" as const, value: totals.single_event_pct },
  ],
  table: ({ series }: ReturnType<typeof present>) => ({
    columns: ["date", "sessions", "persons", "events_per_session", "median_seconds"],
    rows: series,
  }),
};
