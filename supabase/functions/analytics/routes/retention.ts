import type { Table } from "../types.ts";
import { createRoute, z } from "@hono/zod-openapi";
import type { App } from "../../_shared/http/app.ts";
import { completeField } from "../../_shared/http/answers.ts";
import { rangeQuery } from "../../_shared/http/query.ts";
import { intervalParam, wholeNumber } from "../../_shared/http/range.ts";
import { addDays } from "../../_shared/numbers/dates.ts";
import { type Days, daysAYearBefore, type Interval } from "../../_shared/numbers/period.ts";
import { averageRetention, cohortsOf, retentionTable } from "../retention.ts";
import { answerReport, readersAndShares, reportProblems, reportResponse } from "../report.ts";
import {
  BreakdownQuery,
  EventName,
  hiddenGroups,
  NullReason,
  reportAliases,
  reportFields,
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
    ...completeField,
    cells: z.array(z.object({
      count: z.int().nullable(),
      pct,
      null_reason: NullReason,
    })).openapi({ description: "Period 0, which is the cohort itself, and those after it." }),
  })),
  averages: z.array(z.object({
    group,
    cells: z.array(z.object({ pct, n: z.int(), cohorts: z.int(), null_reason: NullReason })),
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
  ...readersAndShares,
  request: {
    query: rangeQuery({
      ...reportFields,
      interval: intervalParam(["day", "week", "month"]).default("day"),
      periods: wholeNumber("", 1, 60).optional().openapi({
        description: "Cells in a row. Defaults to 15 days, 9 weeks or 7 months.",
      }),
      start_event: EventName.optional(),
      return_event: EventName.optional(),
      breakdown: BreakdownQuery,
    }, { ...reportAliases, period: "interval" }),
  },
  responses: { 200: reportResponse(RetentionSchema, "The cohorts"), ...reportProblems },
});

const defaultPeriods = { day: 15, week: 9, month: 7 };

/** Registers `GET /analytics/retention`. */
export function retention(app: App): void {
  app.openapi(route, (c) => {
    const query = c.req.valid("query");
    return answerReport(c, report(query.interval), query, {
      p_period: query.interval,
      p_periods: query.periods ?? defaultPeriods[query.interval],
      p_start_event: query.start_event,
      p_return_event: query.return_event,
      p_breakdown: query.breakdown,
    });
  });
}

function report(interval: Interval) {
  const present = ({ state, cohorts: days, groups, hidden_groups }: z.output<typeof Stored>) => {
    const cohorts = retentionTable(cohortsOf(days, groups), interval, state.today);
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
    totals: ({ n, averages }: Body) => {
      const [only] = averages.length === 1 ? averages : [];
      const after = only?.cells[1];
      return [
        { key: "persons" as const, value: n, n },
        {
          key: "retention_1" as const,
          value: after?.pct ?? null,
          n: after?.n ?? 0,
          null_reason: averages.length > 1
            ? "several_groups"
            : only && !after
            ? "not_asked"
            : after?.null_reason ?? "no_data",
        },
      ];
    },
    table: ({ cohorts }: Body): Table => ({
      columns: {
        group: "text",
        cohort: "date",
        size: "integer",
        period: "integer",
        count: "integer",
        pct: "number",
      },
      rows: cohorts.flatMap(({ group, cohort, size, cells }) =>
        cells.map(({ count, pct }, k) => ({ group, cohort, size, period: k, count, pct }))
      ),
    }),
    yearBefore: (days: Days) => wholeYearBefore(days, interval),
  };
}

/** The same cohorts a year before: weeks begin on Mondays, so theirs is 52 weeks long. */
function wholeYearBefore(days: Days, interval: Interval): Days {
  if (interval !== "week") return daysAYearBefore(days);
  return { start: addDays(days.start, -364), end: addDays(days.end, -364) };
}
