import type { z } from "@hono/zod-openapi";
import { changePct } from "../_shared/numbers/change.ts";
import type { StoredTilesSchema, TilesSchema } from "./schemas.ts";

/** Adds to stored tiles what the dashboard shows: the change in %, why a number is missing, the four values by name. */
export function presentTiles(
  stored: z.output<typeof StoredTilesSchema>,
): z.input<typeof TilesSchema> {
  const compared = stored.comparison !== null;
  const tiles = stored.tiles.map((tile) => ({
    ...tile,
    null_reason: tile.value === null ? "no_data" as const : null,
    ...(compared
      ? changePct(tile.value, tile.previous)
      : { change_pct: null, change_reason: null }),
  }));
  const valueOf = (key: string) => tiles.find((tile) => tile.key === key)?.value ?? null;
  return {
    sessions: valueOf("sessions"),
    conversions: valueOf("conversions"),
    ig_reach: valueOf("ig_reach"),
    engagement: valueOf("engagement"),
    period: stored.period,
    comparison: stored.comparison,
    tiles,
    definition: "tiles.sum@1",
  };
}
