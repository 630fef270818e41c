import { createRoute, z } from "@hono/zod-openapi";
import type { App } from "../../_shared/http/app.ts";
import { pageFields, pageOf, PageQuery } from "../../_shared/http/pagination.ts";
import { answerReport, readers, reportProblems, reportResponse } from "../report.ts";
import { checkDates, reportQuery, reportSchema, storedHead } from "../schemas.ts";

const named = z.array(z.object({
  name: z.string(),
  count: z.int(),
  first_date: z.string(),
  last_date: z.string(),
  example_properties: z.record(z.string(), z.unknown()).nullable(),
}));
const EventsSchema = reportSchema("AnalyticsEvents", { ...pageFields, events: named, n: z.int() });
const StoredEvents = z.object({
  ...storedHead,
  total_count: z.int(),
  count: z.int(),
  events: named,
});

const listEvents = createRoute({
  method: "get",
  path: "/events",
  operationId: "listEvents",
  tags: ["analytics"],
  summary: "The names of events, the most frequent first",
  description:
    "With the first and last day in the range, and the properties of the latest as an example.",
  ...readers,
  request: { query: z.object({ ...reportQuery, ...PageQuery.shape }).superRefine(checkDates) },
  responses: { 200: reportResponse(EventsSchema, "A page of names"), ...reportProblems },
});

/** Registers `GET /analytics/events`. */
export function events(app: App): void {
  app.openapi(listEvents, (c) => {
    const query = c.req.valid("query");
    const args = { p_page: query.page, p_page_size: query.page_size };
    return answerReport(c, eventsReport(query), query, args);
  });
}

function eventsReport(query: z.output<typeof PageQuery>) {
  const present = ({ total_count, count, events }: z.output<typeof StoredEvents>) => ({
    ...pageOf(query, total_count),
    events,
    n: count,
  });
  type Body = ReturnType<typeof present>;
  return {
    rpc: "analytics_events" as const,
    definition: "analytics.events@1",
    stored: StoredEvents,
    answer: EventsSchema,
    present,
    totals: ({ n }: Body) => [{ name: "events", unit: "events" as const, value: n }],
    table: ({ events }: Body) => ({
      columns: ["name", "count", "first_date", "last_date", "example_properties"],
      rows: events.map((event) => ({
        ...event,
        example_properties: event.example_properties && JSON.stringify(event.example_properties),
      })),
    }),
  };
}
