import { createRoute, z } from "@hono/zod-openapi";
import type { App } from "../../_shared/http/app.ts";
import { pageFields, pageOf, PageQuery } from "../../_shared/http/pagination.ts";
import { answerReport, readers, reportProblems, reportResponse } from "../report.ts";
import { checkDates, EventName, reportQuery, reportSchema, storedHead } from "../schemas.ts";

const events = z.array(z.object({
  name: z.string(),
  count: z.int(),
  first_date: z.string(),
  last_date: z.string(),
  example_properties: z.record(z.string(), z.unknown()).nullable(),
}));
const EventsSchema = reportSchema("AnalyticsEvents", { ...pageFields, events, n: z.int() });
const StoredEvents = z.object({ ...storedHead, total_count: z.int(), count: z.int(), events });

const properties = z.array(z.object({
  name: z.string(),
  types: z.array(z.string()),
  count: z.int(),
  examples: z.array(z.string()),
}));
const PropertiesSchema = reportSchema("AnalyticsProperties", {
  properties,
  n: z.int().openapi({ description: "Events that were looked at." }),
});
const StoredProperties = z.object({ ...storedHead, sampled: z.int(), properties });

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

const listProperties = createRoute({
  method: "get",
  path: "/properties",
  operationId: "listProperties",
  tags: ["analytics"],
  summary: "The properties that events have",
  description:
    "From the latest 100 events of each of the 100 newest names, or the latest 5,000 of one name: `n` says how many were " +
    "looked at. Examples are the most frequent values.",
  ...readers,
  request: {
    query: z.object({ ...reportQuery, feature_name: EventName.optional() }).superRefine(checkDates),
  },
  responses: { 200: reportResponse(PropertiesSchema, "The properties"), ...reportProblems },
});

/** Registers `GET /analytics/events` and `GET /analytics/properties`. */
export function discovery(app: App): void {
  app.openapi(listEvents, (c) => {
    const query = c.req.valid("query");
    const args = { p_page: query.page, p_page_size: query.page_size };
    return answerReport(c, eventsReport(query), query, args);
  });
  app.openapi(listProperties, (c) => {
    const query = c.req.valid("query");
    return answerReport(c, propertiesReport, query, { p_feature_name: query.feature_name });
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

const propertiesReport = {
  rpc: "analytics_properties" as const,
  definition: "analytics.properties@1",
  stored: StoredProperties,
  answer: PropertiesSchema,
  present: ({ sampled, properties }: z.output<typeof StoredProperties>) => ({
    properties,
    n: sampled,
  }),
  totals: () => [],
  table: ({ properties }: { properties: z.output<typeof StoredProperties>["properties"] }) => ({
    columns: ["name", "types", "count", "examples"],
    rows: properties.map(({ types, examples, ...property }) => ({
      ...property,
      types: types.join("|"),
      examples: JSON.stringify(examples),
    })),
  }),
};
