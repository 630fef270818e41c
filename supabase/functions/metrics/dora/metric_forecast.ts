import type { z } from "@hono/zod-openapi";
import { addDays } from "../../_shared/numbers/dates.ts";
import { doraDefinitions, type DoraMetric } from "../../_shared/numbers/dora.ts";
import { periodOf } from "../../_shared/numbers/period.ts";
import { type Point, seriesOf, type StoredTrend } from "./series.ts";
import { forecast, neededFor } from "../../_shared/numbers/forecast.ts";
import { historyOf } from "./weekly_history.ts";

/** How far back a forecast looks: three years of weeks. */
export const historyWeeks = 156;
const weeksOfYear = 52;

interface Request {
  metric: DoraMetric;
  horizon: number;
  season_weeks?: number | undefined;
}

/** The forecast of a metric from the weeks of a trend, or why there is none. */
export function forecastAnswer(stored: z.output<typeof StoredTrend>, request: Request, now: Date) {
  const { metric, horizon } = request;
  const { key, label, unit, direction } = doraDefinitions[metric];
  const history = historyOf(completeWeeks(stored, metric));
  const length = history?.values.length ?? 0;
  const season = request.season_weeks ??
    (length >= neededFor(horizon, 2 * weeksOfYear) ? weeksOfYear : 1);
  const found = history &&
    forecast(history.values, horizon, season, { low: 0, high: unit === "%" ? 100 : Infinity });
  const next = history?.last ? addDays(history.last, 7) : "";
  const null_reason = found ? null : history ? "too_short" as const : "too_many_gaps" as const;
  return {
    key,
    label,
    unit,
    direction,
    definition: "dora.forecast@1",
    n: length,
    null_reason,
    metric,
    no_data: null_reason,
    period: periodOf(stored.period, now),
    environment: stored.environment,
    horizon,
    history: {
      weeks: length,
      weeks_needed: neededFor(horizon, season),
      first: history?.first ?? null,
      last: history?.last ?? null,
      gaps_filled: history?.gaps_filled ?? 0,
    },
    method: found?.method ?? null,
    parameters: found?.parameters ?? null,
    season_weeks: season,
    backtest: found && { origins: found.origins, ...found.backtest },
    forecast: (found?.steps ?? []).map((step, at) => ({
      start: addDays(next, 7 * at),
      end: addDays(next, 7 * at + 6),
      ...step,
    })),
  };
}

function completeWeeks({ buckets }: z.output<typeof StoredTrend>, metric: DoraMetric): Point[] {
  const points = seriesOf(buckets).find(({ key }) => key === metric)?.points ?? [];
  return points.filter(({ complete }) => complete);
}
