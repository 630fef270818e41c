import { createRoute, z } from "@hono/zod-openapi";
import { dateField as date } from "../../_shared/http/fields.ts";
import { type App, checked, json } from "../../_shared/http/app.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { orNull, rpc } from "../../_shared/database/db.ts";
import { readers, readProblems } from "../access.ts";
import { monthForecast } from "../cost_forecast.ts";
import { OrgQuery } from "../schemas.ts";

const number = z.number().nullable();

const StoredSchema = z.object({
  today: z.string(),
  time_zone: z.string(),
  days: z.array(z.object({
    date: z.string(),
    cost_usd: z.number(),
    sessions: z.int(),
    uncosted_sessions: z.int(),
  })),
});
const ForecastSchema = z.object({
  key: z.string(),
  label: z.string(),
  unit: z.string(),
  direction: z.literal("neutral"),
  definition: z.string(),
  time_zone: z.string(),
  month: z.object({ start: date, end: date, days_left: z.int() }),
  spent_usd: z.number().openapi({ description: "In the month so far." }),
  uncosted_sessions: z.int().openapi({ description: "Of the month, in no sum." }),
  value: number.openapi({ description: "What the whole month is forecast to cost." }),
  low_80: number,
  high_80: number,
  low_95: number,
  high_95: number,
  n: z.int().openapi({ description: "Days that it was learnt from." }),
  null_reason: z.enum(["too_short"]).nullable(),
  days_needed: z.int(),
  method: z.string().nullable(),
  backtest: z.array(z.object({
    method: z.string(),
    origins: z.int(),
    mae: z.number(),
    rmse: z.number(),
    mase: number,
  })).openapi({
    description:
      "How far each method was off a day, from every origin of the past on, in dollars; the better one was taken.",
  }),
  days: z.array(z.object({ date, value: z.number() })).openapi({
    description: "The days from today on.",
  }),
}).openapi("SessionsCostForecast");

const get = createRoute({
  method: "get",
  path: "/forecast",
  operationId: "getSessionsCostForecast",
  tags: ["sessions"],
  summary: "What the month is going to cost",
  description:
    "What its days have cost and what those that are left are forecast to, with the error of a rolling-origin backtest and intervals from its residuals. Learnt from at most 140 days before today.",
  ...readers,
  request: { query: z.object(OrgQuery) },
  responses: { 200: json(ForecastSchema, "The forecast"), ...readProblems },
});

/** `GET /sessions/forecast` */
export function getCostForecast(app: App): void {
  app.openapi(get, async (c) => {
    const args = { p_org_id: orNull(c.req.valid("query").org_id) };
    const { today, time_zone, days } = await rpc(callerDb(c), "ai_daily_cost", args, StoredSchema);
    const answer = {
      key: "month_cost_usd",
      label: "AI cost of the month",
      unit: "USD",
      direction: "neutral" as const,
      definition: "ai.month_cost_forecast@1",
      time_zone,
      ...monthForecast(days, today),
    };
    return c.json(checked(ForecastSchema, answer), 200);
  });
}
