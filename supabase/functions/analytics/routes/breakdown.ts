import { createRoute, z } from "@hono/zod-openapi";
import type { App } from "../../_shared/http/app.ts";
import { text } from "../../_shared/http/schemas.ts";
import { answerReport, readers, reportProblems, reportResponse } from "../report.ts";
import {
  checkDates,
  EventName,
  hiddenGroups,
  reportQuery,
  reportSchema,
  storedHead,
} from "../schemas.ts";
import { percentage } from "../statistics.ts";

const counted = { value: z.string().nullable(), count: z.int(), persons: z.int() };
const other = z.object({ values: z.int(), count: z.int(), persons: z.int() }).nullable().openapi({
  description: "All values that are not among the top, together.",
});

const BreakdownSchema = reportSchema("AnalyticsBreakdown", {
  groups: z.array(z.object({ ...counted, pct: z.number().nullable() })).openapi({
    description: "The most frequent first; value null is what has no such property.",
  }),
  other,
  hidden_groups: hiddenGroups,
  n: z.int().openapi({ description: "Events in what is shown, others included." }),
});
const Stored = z.object({
  ...storedHead,
  groups: z.array(z.object(counted)),
  other,
  hidden_groups: z.int(),
});

const route = createRoute({
  method: "get",
  path: "/breakdown",
  operationId: "getBreakdown",
  tags: ["analytics"],
  summary: "Events divided by a property, age group or gender",
  ...readers,
  request: {
    query: z.object({
      ...reportQuery,
      by: z.enum(["property", "age_group", "gender"]),
      property: text(200).min(1, "is empty").optional(),
      feature_name: EventName.optional(),
      top: z.coerce.number().pipe(z.int().min(1).max(100)).default(10).openapi({ type: "integer" }),
    }).superRefine(checkDates).superRefine(({ by, property }, context) => {
      if ((by === "property") !== (property !== undefined)) {
        const message = by === "property" ? "is required" : "does not go with by";
        context.addIssue({ code: "custom", path: ["property"], message });
      }
    }),
  },
  responses: { 200: reportResponse(BreakdownSchema, "The groups"), ...reportProblems },
});

/** Registers `GET /analytics/breakdown`. */
export function breakdown(app: App): void {
  app.openapi(route, (c) => {
    const query = c.req.valid("query");
    return answerReport(c, report, query, {
      p_by: query.by,
      p_property: query.property,
      p_feature_name: query.feature_name,
      p_top: query.top,
    });
  });
}

function present({ groups, other, hidden_groups }: z.output<typeof Stored>) {
  const n = groups.reduce((sum, { count }) => sum + count, other?.count ?? 0);
  return {
    groups: groups.map((group) => ({ ...group, pct: percentage(group.count, n) })),
    other,
    hidden_groups,
    n,
  };
}

const report = {
  rpc: "analytics_breakdown" as const,
  definition: "analytics.breakdown@1",
  stored: Stored,
  answer: BreakdownSchema,
  present,
  totals: ({ n }: ReturnType<typeof present>) => [
    { name: "events", unit: "events" as const, value: n },
  ],
  table: ({ groups, other, n }: ReturnType<typeof present>) => ({
    columns: ["kind", "value", "count", "persons", "pct"],
    rows: [
      ...groups.map((group) => ({ kind: "value", ...group })),
      ...(other === null ? [] : [{
        kind: "other",
        value: null,
        count: other.count,
        persons: other.persons,
        pct: percentage(other.count, n),
      }]),
    ],
  }),
};
