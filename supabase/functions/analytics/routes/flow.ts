import { createRoute, z } from "@hono/zod-openapi";
import type { App } from "../../_shared/http/app.ts";
import { answerReport, readers, reportProblems, reportResponse } from "../report.ts";
import { checkDates, EventName, reportQuery, reportSchema, storedHead } from "../schemas.ts";
import { percentage } from "../statistics.ts";

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
  ...readers,
  request: {
    query: z.object({
      ...reportQuery,
      event: EventName,
      depth: z.coerce.number().pipe(z.int().min(1).max(5)).default(3).openapi({ type: "integer" }),
      top: z.coerce.number().pipe(z.int().min(1).max(100)).default(10).openapi({ type: "integer" }),
    }).superRefine(checkDates),
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
      p_top: query.top,
    });
  });
}

function present({ starts: n, persons, links, other }: z.output<typeof Stored>) {
  return {
    links: links.map((one) => ({ ...one, pct: percentage(one.count, n) })),
    other,
    persons,
    n,
  };
}

const report = {
  rpc: "analytics_flow" as const,
  definition: "analytics.flow@1",
  stored: Stored,
  answer: FlowSchema,
  present,
  totals: ({ n }: ReturnType<typeof present>) => [
    { name: "events", unit: "events" as const, value: n },
  ],
  table: ({ links }: ReturnType<typeof present>) => ({
    columns: ["step", "source", "target", "count", "persons", "pct"],
    rows: links,
  }),
};
