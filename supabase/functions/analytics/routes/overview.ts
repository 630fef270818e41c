import { createRoute, z } from "@hono/zod-openapi";
import type { App } from "../../_shared/http/app.ts";
import { answerReport, readers, reportProblems, reportResponse } from "../report.ts";
import {
  AgeGroupSchema,
  checkDates,
  EventName,
  GenderSchema,
  hiddenGroups,
  reportQuery,
  reportSchema,
  storedHead,
} from "../schemas.ts";

const body = {
  feature_counts: z.array(z.object({ feature_name: z.string(), count: z.int() })),
  daily_counts: z.array(z.object({ date: z.string(), count: z.int().nullable() })),
  hidden_groups: hiddenGroups,
};

const OverviewSchema = reportSchema("AnalyticsOverview", { ...body, n: z.int().nullable() });
const StoredOverview = z.object({ ...storedHead, ...body });

const route = createRoute({
  method: "get",
  path: "/",
  operationId: "getAnalyticsOverview",
  tags: ["analytics"],
  summary: "Events by name and by day",
  description:
    "Every day is present. The filters hold for both lists; an unknown value is a 422. If fewer persons than " +
    "`min_group_size` are in the age group or gender asked for, nothing is shown of them: counts are null and " +
    "`hidden_groups` is 1.",
  ...readers,
  request: {
    query: z.object({
      ...reportQuery,
      age_group: AgeGroupSchema.optional(),
      gender: GenderSchema.optional(),
      feature_name: EventName.optional(),
    }).superRefine(checkDates),
  },
  responses: { 200: reportResponse(OverviewSchema, "The counts"), ...reportProblems },
});

/** Registers `GET /analytics`. */
export function overview(app: App): void {
  app.openapi(route, (c) => {
    const query = c.req.valid("query");
    const args = {
      p_age_group: query.age_group,
      p_gender: query.gender,
      p_feature_name: query.feature_name,
    };
    return answerReport(c, report, query, args);
  });
}

function present({ feature_counts, daily_counts, hidden_groups }: z.output<typeof StoredOverview>) {
  const n = feature_counts.reduce((sum, { count }) => sum + count, 0);
  return { feature_counts, daily_counts, hidden_groups, n: hidden_groups > 0 ? null : n };
}

const report = {
  rpc: "analytics_overview" as const,
  definition: "analytics.events@1",
  stored: StoredOverview,
  answer: OverviewSchema,
  present,
  totals: ({ n }: ReturnType<typeof present>) => [
    { name: "events", unit: "events" as const, value: n },
  ],
  table: ({ feature_counts, daily_counts }: ReturnType<typeof present>) => ({
    columns: ["feature_name", "date", "count"],
    rows: [
      ...feature_counts.map((row) => ({ ...row, date: null })),
      ...daily_counts.map((row) => ({ feature_name: null, ...row })),
    ],
  }),
};
