import type { z } from "@hono/zod-openapi";
import { changePct } from "../_shared/numbers/change.ts";
import { daysBetween } from "../_shared/numbers/dates.ts";
import { dayIn, type Days, isComplete, type Period, periodOf } from "../_shared/numbers/period.ts";
import { tileDefinition, tileMetric } from "../_shared/numbers/tiles.ts";
import type { StoredTilesSchema, TilesSchema } from "./schemas.ts";

type StoredTiles = z.output<typeof StoredTilesSchema>;

/** Adds to stored tiles what the dashboard shows: what changed, why a number is missing, what is only a part, the four by name. */
export function presentTiles(stored: StoredTiles, now: Date): z.input<typeof TilesSchema> {
  const { comparison } = stored;
  const { time_zone, rows_since } = stored.period;
  const today = dayIn(time_zone, now);
  // Nothing at all has no first and no last day: today is all the time there has been.
  const start = stored.period.start ?? stored.period.end ?? today;
  const end = stored.period.end ?? start;
  const period = { ...periodIn(time_zone, { start, end }, now), ...(rows_since && { rows_since }) };
  const before = comparison && periodIn(time_zone, comparison, now);
  const metrics = stored.tiles.map((tile) => tileMetric(tile, before));
  const unchanged = { change_pct: null, change_reason: null };
  const tiles = stored.tiles.map((tile) => ({
    ...tile,
    definition: tileDefinition,
    null_reason: tile.value === null ? "no_data" as const : null,
    ...(comparison ? changePct(tile.value, tile.previous) : unchanged),
    series: tile.series.map(({ date, value }) => ({
      date,
      value,
      complete: isComplete({ start: date, end: date }, period, today),
    })),
  }));
  const valueOf = (key: string) => metrics.find((metric) => metric.key === key)?.value ?? null;
  return {
    sessions: valueOf("sessions"),
    conversions: valueOf("conversions"),
    ig_reach: valueOf("ig_reach"),
    engagement: valueOf("engagement"),
    period,
    comparison,
    metrics,
    tiles,
    definition: tileDefinition,
  };
}

function periodIn(time_zone: string, { start, end }: Days, now: Date): Period {
  return periodOf({ start, end, days: daysBetween(start, end) + 1, time_zone }, now);
}
