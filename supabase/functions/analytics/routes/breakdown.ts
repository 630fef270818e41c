import type { Table } from "../types.ts";
import { createRoute, z } from "@hono/zod-openapi";
import type { App } from "../../_shared/http/app.ts";
import { rangeQuery } from "../../_shared/http/query.ts";
import { breakdownParam, limitParam } from "../../_shared/http/range.ts";
import { text } from "../../_shared/http/schemas.ts";
import { percent } from "../../_shared/numbers/ratio.ts";
import { answerReport, readersAndShares, reportProblems, reportResponse } from "../report.ts";
import {
  EventName,
  hiddenGroups,
  reportAliases,
  reportFields,
  reportSchema,
  storedHead,
} from "../schemas.ts";

const counted = {
  value: z.string().nullable(),
  type: z.enum(["string", "number", "boolean", "object", "array"]).nullable().openapi({
    description: 'Of the property\'s value as it was sent: `1` and `"1"` are two values.',
  }),
  count: z.int(),
  persons: z.int(),
};
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
  description: "The most frequent values of what is asked for; all others are one group, `other`.",
  ...readersAndShares,
  request: {
    query: rangeQuery({
      ...reportFields,
      breakdown: breakdownParam(["property", "age_group", "gender"]),
      property: text(200).min(1, "is empty").optional(),
      event: EventName.optional(),
      limit: limitParam(10),
    }, { ...reportAliases, by: "breakdown", feature_name: "event", top: "limit" })
      .superRefine(({ breakdown, property }, context) => {
        if ((breakdown === "property") === (property !== undefined)) return;
        const message = property === undefined ? "is required" : `does not go with ${breakdown}`;
        context.addIssue({ code: "custom", path: ["property"], message });
      }),
  },
  responses: { 200: reportResponse(BreakdownSchema, "The groups"), ...reportProblems },
});

/** Registers `GET /analytics/breakdown`. */
export function breakdown(app: App): void {
  app.openapi(route, (c) => {
    const query = c.req.valid("query");
    return answerReport(c, report, query, {
      p_by: query.breakdown,
      p_property: query.property,
      p_feature_name: query.event,
      p_top: query.limit,
    });
  });
}

function present({ groups, other, hidden_groups }: z.output<typeof Stored>) {
  const n = groups.reduce((sum, { count }) => sum + count, other?.count ?? 0);
  return {
    groups: groups.map((group) => ({ ...group, pct: percent(group.count, n) })),
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
    { key: "events" as const, value: n, n },
  ],
  table: ({ groups, other, n }: ReturnType<typeof present>): Table => ({
    columns: {
      kind: "text",
      value: "text",
      type: "text",
      count: "integer",
      persons: "integer",
      pct: "number",
    },
    rows: [
      ...groups.map((group) => ({ kind: "value", ...group })),
      ...(other === null ? [] : [{
        kind: "other",
        value: null,
        type: null,
        count: other.count,
        persons: other.persons,
        pct: percent(other.count, n),
      }]),
    ],
  }),
};
