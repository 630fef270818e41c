import type { Table } from "../types.ts";
import { createRoute, z } from "@hono/zod-openapi";
import type { App } from "../../_shared/http/app.ts";
import { rangeQuery } from "../../_shared/http/query.ts";
import { seriesKinds } from "../../_shared/numbers/product_metrics.ts";
import { answerReport, readersAndShares, reportProblems, reportResponse } from "../report.ts";
import {
  AgeGroupSchema,
  dayFields,
  dayMarks,
  EventName,
  GenderSchema,
  hiddenGroups,
  reportAliases,
  reportFields,
  reportSchema,
  seriesMetrics,
  storedHead,
} from "../schemas.ts";

const ofName = { feature_name: z.string(), count: z.int() };
const daily_counts = z.array(z.object({ ...dayFields, count: z.int().nullable() }));

const OverviewSchema = reportSchema("AnalyticsOverview", {
  feature_counts: z.array(z.object({
    event: z.string(),
    count: ofName.count,
    feature_name: ofName.feature_name.openapi({
      description: "The same as `event`.",
      deprecated: true,
    }),
  })),
  series_metrics: seriesMetrics,
  series: z.array(z.object({ ...dayFields, events: z.int().nullable(), ...dayMarks })),
  daily_counts: daily_counts.openapi({
    description: "As `series`, but a day to come has 0.",
    deprecated: true,
  }),
  hidden_groups: hiddenGroups,
  n: z.int().nullable(),
});
const Stored = z.object({
  ...storedHead,
  feature_counts: z.array(z.object(ofName)),
  daily_counts,
  hidden_groups: z.int(),
});

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
  ...readersAndShares,
  request: {
    query: rangeQuery({
      ...reportFields,
      age_group: AgeGroupSchema.optional(),
      gender: GenderSchema.optional(),
      event: EventName.optional(),
    }, { ...reportAliases, feature_name: "event" }),
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
      p_feature_name: query.event,
    };
    return answerReport(c, report, query, args);
  });
}

function present(
  { state, feature_counts, daily_counts, hidden_groups }: z.output<typeof Stored>,
) {
  const n = feature_counts.reduce((sum, { count }) => sum + count, 0);
  return {
    feature_counts: feature_counts.map((one) => ({ event: one.feature_name, ...one })),
    series_metrics: seriesKinds(definition, ["events"]),
    series: daily_counts.map(({ date, count }) => {
      const isToCome = date > state.today;
      const null_reason = isToCome ? "to_come" : count === null ? "hidden_group" : null;
      const events = isToCome ? null : count;
      return { date, events, complete: date < state.today, null_reason };
    }),
    daily_counts,
    hidden_groups,
    n: hidden_groups > 0 ? null : n,
  };
}

const definition = "analytics.events@1";

const report = {
  rpc: "analytics_overview" as const,
  definition,
  stored: Stored,
  answer: OverviewSchema,
  present,
  totals: ({ n }: ReturnType<typeof present>) => [
    { key: "events" as const, value: n, n: n ?? 0, null_reason: "hidden_group" },
  ],
  table: ({ feature_counts, daily_counts }: ReturnType<typeof present>): Table => ({
    columns: { feature_name: "text", date: "date", count: "integer" },
    rows: [
      ...feature_counts.map((row) => ({ ...row, date: null })),
      ...daily_counts.map((row) => ({ feature_name: null, ...row })),
    ],
  }),
};
