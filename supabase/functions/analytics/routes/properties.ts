import { createRoute, z } from "@hono/zod-openapi";
import type { App } from "../../_shared/http/app.ts";
import { answerReport, readers, reportProblems, reportResponse } from "../report.ts";
import { checkDates, EventName, reportQuery, reportSchema, storedHead } from "../schemas.ts";

const named = z.array(z.object({
  name: z.string(),
  types: z.array(z.string()),
  count: z.int(),
  examples: z.array(z.string()),
}));
const PropertiesSchema = reportSchema("AnalyticsProperties", {
  properties: named,
  n: z.int().openapi({ description: "Events that were looked at." }),
});
const StoredProperties = z.object({ ...storedHead, sampled: z.int(), properties: named });

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

/** Registers `GET /analytics/properties`. */
export function properties(app: App): void {
  app.openapi(listProperties, (c) => {
    const query = c.req.valid("query");
    return answerReport(c, report, query, { p_feature_name: query.feature_name });
  });
}

const report = {
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
