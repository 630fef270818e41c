import type { Table } from "../types.ts";
import { createRoute, z } from "@hono/zod-openapi";
import { dateField } from "../../_shared/http/fields.ts";
import type { App } from "../../_shared/http/app.ts";
import { aliasOfItems, listOf, listSchema } from "../../_shared/http/answers.ts";
import { PageQuery } from "../../_shared/http/pagination.ts";
import { jsonObject } from "../../_shared/http/schemas.ts";
import { rangeQuery } from "../../_shared/http/query.ts";
import {
  answerReport,
  pageArguments,
  readersAndShares,
  reportProblems,
  reportResponse,
} from "../report.ts";
import { reportAliases, reportFields, reportSchema, storedHead } from "../schemas.ts";

const named = {
  name: z.string(),
  count: z.int(),
  first_date: dateField,
  last_date: dateField,
  example_properties: jsonObject().nullable().openapi({ type: ["object", "null"] }),
};
const item = z.object({
  event: z.string(),
  ...named,
  name: named.name.openapi({ description: "The same as `event`.", deprecated: true }),
}).openapi("AnalyticsEventName");
const EventsSchema = reportSchema("AnalyticsEvents", {
  ...listSchema(item).shape,
  events: aliasOfItems(item),
  n: z.int().openapi({ description: "Events of all names." }),
});
const Stored = z.object({
  ...storedHead,
  total_count: z.int(),
  count: z.int(),
  events: z.array(z.object(named)),
});

const listEvents = createRoute({
  method: "get",
  path: "/events",
  operationId: "listEvents",
  tags: ["analytics"],
  summary: "The names of events, the most frequent first",
  description:
    "With the first and last day in the range, and the properties of the latest as an example.",
  ...readersAndShares,
  request: { query: rangeQuery({ ...reportFields, ...PageQuery.shape }, reportAliases) },
  responses: { 200: reportResponse(EventsSchema, "A page of names"), ...reportProblems },
});

/** Registers `GET /analytics/events`. */
export function events(app: App): void {
  app.openapi(listEvents, (c) => {
    const query = c.req.valid("query");
    return answerReport(c, report(query), query, pageArguments(query));
  });
}

function report(query: z.output<typeof PageQuery>) {
  const present = ({ total_count, count, events }: z.output<typeof Stored>) => {
    const items = events.map((one) => ({ event: one.name, ...one }));
    return { ...listOf(query, total_count, items), events: items, n: count };
  };
  type Body = ReturnType<typeof present>;
  return {
    rpc: "analytics_events" as const,
    definition: "analytics.events@1",
    stored: Stored,
    answer: EventsSchema,
    present,
    totals: ({ n }: Body) => [{ key: "events" as const, value: n, n }],
    table: ({ events }: Body): Table => ({
      columns: {
        name: "text",
        count: "integer",
        first_date: "date",
        last_date: "date",
        example_properties: "text",
      },
      rows: events.map((event) => ({
        ...event,
        example_properties: event.example_properties && JSON.stringify(event.example_properties),
      })),
    }),
  };
}
