import { z } from "@hono/zod-openapi";
import { dateField } from "../_shared/http/fields.ts";
import { completeField, PeriodSchema } from "../_shared/http/answers.ts";
import { rangeQuery } from "../_shared/http/query.ts";
import { CompareParam, endParam, startParam } from "../_shared/http/range.ts";
import { readQuery, refuseEmailOfPublic } from "../_shared/http/schemas.ts";
import { storedTile, TileMetricSchema, tileNullReasons } from "../_shared/numbers/tiles.ts";

export const TilesQuery = rangeQuery({
  ...readQuery,
  start: startParam("The first day. Without it, all time."),
  end: endParam(
    "The last day, included. Defaults to today, without a start to the last day with a number.",
  ),
  compare: CompareParam,
}).superRefine((query, context) => {
  refuseEmailOfPublic(query, context);
  if (query.compare !== "none" && query.start === undefined) {
    context.addIssue({ code: "custom", path: ["compare"], message: "needs start" });
  }
});

const value = z.number().nullable();
const comparison = z.object({
  mode: z.enum(["previous", "year"]),
  start: dateField,
  end: dateField,
})
  .nullable();

/** What the SQL function `dashboard_tiles` answers; without a window the period is that of the numbers, if there are any. */
export const StoredTilesSchema = z.object({
  period: z.object({
    start: dateField.nullable(),
    end: dateField.nullable(),
    time_zone: z.string(),
    rows_since: z.string().nullable().optional(),
  }),
  comparison,
  tiles: z.array(z.object({
    ...storedTile,
    series: z.array(z.object({ date: dateField, value })),
  })),
});

const TileSchema = z.object({
  ...storedTile,
  definition: z.string(),
  null_reason: z.enum(tileNullReasons).nullable(),
  change_pct: value,
  change_reason: z.enum(["new", "no_previous", "no_data"]).nullable(),
  series: z.array(z.object({ date: dateField, value, ...completeField })),
}).openapi("Tile");

export const TilesSchema = z.object({
  sessions: value,
  conversions: value,
  ig_reach: value,
  engagement: value,
  period: PeriodSchema,
  comparison: comparison.openapi({ description: "The days that are compared with." }),
  metrics: z.array(TileMetricSchema).openapi({
    description: "The four, in the order of the tiles.",
  }),
  tiles: z.array(TileSchema).openapi({ description: "The four with their days." }),
  definition: z.string(),
}).openapi("DashboardTiles", {
  example: {
    sessions: 1520,
    conversions: 48,
    ig_reach: 9100,
    engagement: null,
    period: {
      start: "2026-11-09",
      end: "2026-11-15",
      days: 7,
      time_zone: "America/Los_Angeles",
      complete: true,
    },
    comparison: { mode: "previous", start: "2026-11-02", end: "2026-11-08" },
    metrics: [{
      key: "sessions",
      label: "Sessions",
      unit: "sessions",
      direction: "higher_is_better",
      definition: "tiles.sum@1",
      value: 1520,
      n: 7,
      null_reason: null,
      previous: {
        value: 1400,
        n: 7,
        period: {
          start: "2026-11-02",
          end: "2026-11-08",
          days: 7,
          time_zone: "America/Los_Angeles",
          complete: true,
        },
      },
      change: { value: 8.571428571428571, unit: "%", null_reason: null },
    }],
    tiles: [{
      key: "sessions",
      label: "Sessions",
      unit: "sessions",
      direction: "higher_is_better",
      definition: "tiles.sum@1",
      value: 1520,
      n: 7,
      null_reason: null,
      previous: 1400,
      previous_n: 7,
      change_pct: 8.571428571428571,
      change_reason: null,
      series: [{ date: "2026-11-09", value: 210, complete: true }],
    }],
    definition: "tiles.sum@1",
  },
});
