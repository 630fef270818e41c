import { z } from "@hono/zod-openapi";
import { checkRange, DateSchema } from "../_shared/numbers/dates.ts";
import { EmailQuery, PublicIdQuery, refuseEmailOfPublic } from "../_shared/http/schemas.ts";

export const TilesQuery = z.object({
  email: EmailQuery,
  public_id: PublicIdQuery,
  start: DateSchema.optional().openapi({ description: "First day. Without it, all time." }),
  end: DateSchema.optional().openapi({ description: "Last day. Defaults to today." }),
  compare: z.enum(["none", "previous", "year"]).default("none").openapi({
    description:
      "`previous`: the window of the same length just before. `year`: the same days a year ago.",
  }),
}).superRefine((query, context) => {
  checkRange(query, context);
  refuseEmailOfPublic(query, context);
  if (query.compare !== "none" && query.start === undefined) {
    context.addIssue({ code: "custom", path: ["compare"], message: "needs start" });
  }
});

const directions = ["higher_is_better", "lower_is_better", "neutral"] as const;
const value = z.number().nullable();
const SeriesPoint = z.object({ date: z.string(), value });

const storedTile = {
  key: z.enum(["sessions", "conversions", "ig_reach", "engagement"]),
  label: z.string(),
  unit: z.string(),
  direction: z.enum(directions),
  value,
  n: z.int().openapi({ description: "Rows behind the value." }),
  previous: value,
  previous_n: z.int(),
  series: z.array(SeriesPoint),
};

const period = {
  period: z.object({
    start: z.string().nullable(),
    end: z.string().nullable(),
    days: z.int().nullable(),
    time_zone: z.string(),
  }),
  comparison: z.object({ mode: z.enum(["previous", "year"]), start: z.string(), end: z.string() })
    .nullable(),
};

/** What the SQL function `dashboard_tiles` answers. */
export const StoredTilesSchema = z.object({ ...period, tiles: z.array(z.object(storedTile)) });

export const TilesSchema = z.object({
  sessions: value,
  conversions: value,
  ig_reach: value,
  engagement: value,
  ...period,
  tiles: z.array(z.object({
    ...storedTile,
    null_reason: z.enum(["no_data"]).nullable(),
    change_pct: value,
    change_reason: z.enum(["new", "no_previous", "no_data"]).nullable(),
  })),
  definition: z.string(),
}).openapi("DashboardTiles", {
  example: {
    sessions: 1520,
    conversions: 48,
    ig_reach: 9100,
    engagement: null,
    period: { start: "2026-11-09", end: "2026-11-15", days: 7, time_zone: "America/Los_Angeles" },
    comparison: { mode: "previous", start: "2026-11-02", end: "2026-11-08" },
    tiles: [{
      key: "sessions",
      label: "Sessions",
      unit: "sessions",
      direction: "higher_is_better",
      value: 1520,
      n: 7,
      null_reason: null,
      previous: 1400,
      previous_n: 7,
      change_pct: 8.571428571428571,
      change_reason: null,
      series: [{ date: "2026-11-09", value: 210 }],
    }],
    definition: "tiles.sum@1",
  },
});
