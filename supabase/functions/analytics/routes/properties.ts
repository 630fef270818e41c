import type { Table } from "../types.ts";
import { createRoute, z } from "@hono/zod-openapi";
import type { App } from "../../_shared/http/app.ts";
import { listOf, listSchema } from "../../_shared/http/answers.ts";
import { PageQuery } from "../../_shared/http/pagination.ts";
import { rangeQuery } from "../../_shared/http/query.ts";
import { answerReport, pageArguments, readers, reportProblems, reportResponse } from "../report.ts";
import { EventName, reportAliases, reportFields, reportSchema, storedHead } from "../schemas.ts";

const property = z.object({
  name: z.string(),
  types: z.array(z.string()),
  count: z.int(),
  examples: z.array(z.string()),
}).openapi("EventProperty");
const PropertiesSchema = reportSchema("AnalyticsProperties", {
  ...listSchema(property).shape,
  properties: z.array(property).openapi({
    description: "The most frequent 200, whichever page is asked for.",
    deprecated: true,
  }),
  n: z.int().openapi({ description: "Events that were looked at." }),
});
const Stored = z.object({
  ...storedHead,
  sampled: z.int(),
  total_count: z.int(),
  items: z.array(property),
  properties: z.array(property),
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
    query: rangeQuery({
      ...reportFields,
      ...PageQuery.shape,
      event: EventName.optional(),
    }, { ...reportAliases, feature_name: "event" }),
  },
  responses: { 200: reportResponse(PropertiesSchema, "The properties"), ...reportProblems },
});

/** Registers `GET /analytics/properties`. */
export function properties(app: App): void {
  app.openapi(listProperties, (c) => {
    const query = c.req.valid("query");
    return answerReport(c, report(query), query, {
      p_feature_name: query.event,
      ...pageArguments(query),
    });
  });
}

function report(query: z.output<typeof PageQuery>) {
  const present = ({ sampled, total_count, items, properties }: z.output<typeof Stored>) => ({
    ...listOf(query, total_count, items),
    properties,
    n: sampled,
  });
  type Body = ReturnType<typeof present>;
  return {
    rpc: "analytics_properties" as const,
    definition: "analytics.properties@1",
    stored: Stored,
    answer: PropertiesSchema,
    present,
    totals: () => [],
    table: ({ items }: Body): Table => ({
      columns: { name: "text", types: "text", count: "integer", examples: "text" },
      rows: items.map(({ types, examples, ...one }) => ({
        ...one,
        types: types.join("|"),
        examples: JSON.stringify(examples),
      })),
    }),
  };
}
