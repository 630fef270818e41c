import type { Table } from "../types.ts";
import { createRoute, z } from "@hono/zod-openapi";
import type { App } from "../../_shared/http/app.ts";
import { rangeQuery } from "../../_shared/http/query.ts";
import { limitParam, wholeNumber } from "../../_shared/http/range.ts";
import { percent } from "../../_shared/numbers/ratio.ts";
import { answerReport, readersAndShares, reportProblems, reportResponse } from "../report.ts";
import { EventName, reportAliases, reportFields, reportSchema, storedHead } from "../schemas.ts";

const link = {
  step: z.int(),
  source: z.string(),
  target: z.string().nullable().openapi({ description: "Null is where the session ended." }),
  count: z.int(),
  persons: z.int(),
};
const other = z.array(z.object({ step: z.int(), links: z.int(), count: z.int() })).openapi({
  description: "The links of each step that are not among its top.",
});

const FlowSchema = reportSchema("AnalyticsFlow", {
  links: z.array(z.object({
    ...link,
    pct: z.number().nullable().openapi({ description: "Of all occurrences of the event." }),
  })),
  other,
  persons: z.int(),
  n: z.int().openapi({ description: "Occurrences of the event." }),
});
const Stored = z.object({
  ...storedHead,
  starts: z.int(),
  persons: z.int(),
  links: z.array(z.object(link)),
  other,
});

const route = createRoute({
  method: "get",
  path: "/flow",
  operationId: "getFlow",
  tags: ["analytics"],
  summary: "What persons do next",
  description:
    "From each occurrence of the event in the range, the events that followed in the same session, step by step: the " +
    "links of a Sankey diagram.",
  ...readersAndShares,
  request: {
    query: rangeQuery({
      ...reportFields,
      event: EventName,
      depth: wholeNumber("", 1, 5).default(3),
      limit: limitParam(10),
    }, { ...reportAliases, top: "limit" }),
  },
  responses: { 200: reportResponse(FlowSchema, "The links"), ...reportProblems },
});

/** Registers `GET /analytics/flow`. */
export function flow(app: App): void {
  app.openapi(route, (c) => {
    const query = c.req.valid("query");
    return answerReport(c, report, query, {
      p_event: query.event,
      p_depth: query.depth,
      p_top: query.limit,
    });
  });
}

function present({ starts: n, persons, links, other }: z.output<typeof Stored>) {
  return {
    links: links.map((one) => ({ ...one, pct: percent(one.count, n) })),
    other,
    persons,
    n,
  };
}

const report = {
  rpc: "analytics_flow" as const,
  definition: "analytics.flow@2",
  stored: Stored,
  answer: FlowSchema,
  present,
  totals: ({ n }: ReturnType<typeof present>) => [
    { key: "events" as const, value: n, n },
  ],
  table: ({ links }: ReturnType<typeof present>): Table => ({
    columns: {
      step: "integer",
      source: "text",
      target: "text",
      count: "integer",
      persons: "integer",
      pct: "number",
    },
    rows: links,
  }),
};
