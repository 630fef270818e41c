import { createRoute, z } from "@hono/zod-openapi";
import { dateField } from "../../../_shared/http/fields.ts";
import { metricKindFields, PeriodSchema } from "../../../_shared/http/answers.ts";
import { callerProblems } from "../../../_shared/http/access.ts";
import {
  type App,
  bodyProblems,
  checked,
  json,
  jsonBody,
  problems,
} from "../../../_shared/http/app.ts";
import { callerDb } from "../../../_shared/http/auth.ts";
import { OrganizationId } from "../../../_shared/http/schemas.ts";
import { addDays } from "../../../_shared/numbers/dates.ts";
import { rpc } from "../../../_shared/database/db.ts";
import { type DoraMetric, doraMetrics } from "../../../_shared/numbers/dora.ts";
import { doraReaders } from "../access.ts";
import { StoredTrend } from "../series.ts";
import { doraFilters, doraKind, rangeArgs } from "../schemas.ts";
import { forecastAnswer, historyWeeks } from "../metric_forecast.ts";
import { forecastMethods } from "../../../_shared/numbers/forecast.ts";

const ForecastBody = z.strictObject({
  metric: z.enum(doraMetrics),
  horizon: z.int().min(1).max(26).openapi({ description: "Weeks ahead." }),
  season_weeks: z.int().min(1).max(53).optional().openapi({
    description:
      "After how many weeks the seasonal naive forecast repeats itself. Defaults to 52 where there are two years, else to 1.",
  }),
  org_id: OrganizationId,
  ...doraFilters,
}).openapi("DoraForecastRequest", { example: { metric: "lead_time", horizon: 8 } });

const value = z.number();
const ErrorSchema = z.object({
  mae: value,
  rmse: value,
  mase: value.nullable().openapi({
    description: "`mae` ÷ the mean absolute change from one week to the next.",
  }),
});

const nullReason = z.enum(["too_short", "too_many_gaps"]).nullable();

const ForecastSchema = z.object({
  ...metricKindFields,
  ...doraKind,
  n: z.int().openapi({ description: "The weeks it was made of." }),
  null_reason: nullReason.openapi({ description: "Why there is no forecast." }),
  metric: z.enum(doraMetrics).openapi({ deprecated: true, description: "The same as `key`." }),
  no_data: nullReason.openapi({ deprecated: true, description: "The same as `null_reason`." }),
  period: PeriodSchema.openapi({ description: "Where weeks were looked for." }),
  environment: z.string(),
  horizon: z.int(),
  history: z.object({
    weeks: z.int(),
    weeks_needed: z.int(),
    first: z.string().nullable(),
    last: z.string().nullable(),
    gaps_filled: z.int().openapi({ description: "Silent weeks that got a value between others." }),
  }),
  method: z.enum(forecastMethods).nullable().openapi({
    description: "The better of the two by `mae`: Holt's damped trend, or the last season again.",
  }),
  parameters: z.object({ alpha: value, beta: value, phi: value }).nullable(),
  season_weeks: z.int(),
  backtest: z.object({
    origins: z.int(),
    holt_damped: ErrorSchema,
    seasonal_naive: ErrorSchema,
  }).nullable().openapi({
    description: "Errors of both over rolling origins, each fitted on the weeks before it alone.",
  }),
  forecast: z.array(z.object({
    start: dateField,
    end: dateField,
    value,
    low_80: value,
    high_80: value,
    low_95: value,
    high_95: value,
  })),
}).openapi("DoraForecast");

const route = createRoute({
  method: "post",
  path: "/dora/forecast",
  operationId: "forecastDora",
  tags: ["dora"],
  summary: "Forecast a metric of DORA by weeks",
  description:
    "From the complete weeks of the last three years. With too little history there is no forecast, and `null_reason` says why. " +
    "Intervals come from the residuals of the backtest at each distance.",
  ...doraReaders,
  request: { body: jsonBody(ForecastBody) },
  responses: {
    200: json(ForecastSchema, "The forecast, with the error it had"),
    ...problems(...callerProblems, ...bodyProblems, "not_found"),
  },
});

const parts: Record<DoraMetric, string> = {
  deployment_frequency: "deployments",
  lead_time: "lead_time",
  change_failure_rate: "deployments",
  recovery_time: "recovery",
  incident_duration: "incidents",
  rework_rate: "deployments",
};

/** Registers `POST /metrics/dora/forecast`. */
export function doraForecast(app: App): void {
  app.openapi(route, async (c) => {
    const request = c.req.valid("json");
    const now = new Date();
    const start = addDays(now.toISOString().slice(0, 10), -7 * (historyWeeks + 1));
    const stored = await rpc(callerDb(c), "dora_trend", {
      ...rangeArgs({ ...request, start, end: undefined }),
      p_bucket: "week",
      p_parts: [parts[request.metric]],
    }, StoredTrend);
    return c.json(checked(ForecastSchema, forecastAnswer(stored, request, now)), 200);
  });
}
