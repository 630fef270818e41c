import { createRoute, z } from "@hono/zod-openapi";
import type { App } from "../../_shared/http/app.ts";
import { averageRetention, cohortsOf, type RetentionPeriod, retentionTable } from "../retention.ts";
import { answerReport, readers, reportProblems, reportResponse } from "../report.ts";
import {
  BreakdownQuery,
  checkDates,
  EventName,
  hiddenGroups,
  reportQuery,
  reportSchema,
  storedHead,
} from "../schemas.ts";

const group = z.string().nullable();
const pct = z.number().nullable();

const RetentionSchema = reportSchema("AnalyticsRetention", {
  cohorts: z.array(z.object({
    group,
    cohort: z.string().openapi({ description: "The first day of the cohort's period." }),
    size: z.int(),
    cells: z.array(z.object({
      count: z.int().nullable(),
      pct,
      null_reason: z.enum(["not_over", "no_data"]).nullable(),
    })).openapi({ description: "Period 0, which is the cohort itself, and those after it." }),
  })),
  averages: z.array(z.object({
    group,
    cells: z.array(z.object({ pct, n: z.int(), cohorts: z.int() })),
  })),
  hidden_groups: hiddenGroups,
  n: z.int().openapi({ description: "Persons in the cohorts shown." }),
});
const Stored = z.object({
  ...storedHead,
  hidden_groups: z.int(),
  cohorts: z.array(z.string()),
  groups: z.array(z.object({ group, returned: z.array(z.array(z.int())) })),
});

const route = createRoute({
  method: "get",
  path: "/retention",
  operationId: "getRetention",
  tags: ["analytics"],
  summary: "Who comes back, by cohort",
  description:
    "A cohort is the persons whose first event, or first `start_event`, was in a period of the range, which is widened " +
    "to whole periods. Cell k is the share of the cohort with an event, or a `return_event`, in the k-th period after " +
    "it. Cells whose period is not over are null. Averages weigh cohorts by size and leave such cells out.",
  ...readers,
  request: {
    query: z.object({
      ...reportQuery,
      period: z.enum(["day", "week", "month"]).default("day"),
      periods: z.coerce.number().pipe(z.int().min(1).max(60)).optional().openapi({
        type: "integer",
        description: "Cells in a row. Defaults to 15 days, 9 weeks or 7 months.",
      }),
      start_event: EventName.optional(),
      return_event: EventName.optional(),
      breakdown: BreakdownQuery,
    }).superRefine(checkDates),
  },
  responses: { 200: reportResponse(RetentionSchema, "The cohorts"), ...reportProblems },
});

const defaultPeriods = { day: 15, week: 9, month: 7 };

/** Registers `GET /analytics/retention`. */
export function retention(app: App): void {
  app.openapi(route, (c) => {
    const query = c.req.valid("query");
    return answerReport(c, report(query.period), query, {
      p_period: query.period,
      p_periods: query.periods ?? defaultPeriods[query.period],
      p_start_event: query.start_event,
      p_return_event: query.return_event,
      p_breakdown: query.breakdown,
    });
  });
}

function report(period: RetentionPeriod) {
  const present = ({ state, cohorts: days, groups, hidden_groups }: z.output<typeof Stored>) => {
    const cohorts = retentionTable(cohortsOf(days, groups), period, state.today);
    const n = cohorts.reduce((sum, { size }) => sum + size, 0);
    return { cohorts, averages: averageRetention(cohorts), hidden_groups, n };
  };
  type Body = ReturnType<typeof present>;
  return {
    rpc: "analytics_retention" as const,
    definition: "analytics.retention@1",
    stored: Stored,
    answer: RetentionSchema,
    present,
    totals: ({ n, averages }: Body) => [
      { name: "persons", unit: "persons" as const, value: n },
      {
        name: "retention_1",
        unit: "%" as const,
        value: averages.length === 1 ? averages[0]?.cells[1]?.pct ?? null : null,
      },
    ],
    table: ({ cohorts }: Body) => ({
      columns: ["group", "cohort", "size", "period", "count", "pct"],
      rows: cohorts.flatMap(({ group, cohort, size, cells }) =>
        cells.map(({ count, pct }, k) => ({ group, cohort, size, period: k, count, pct }))
      ),
    }),
  };
}
