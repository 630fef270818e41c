import { z } from "@hono/zod-openapi";
import { comparedFields, metricFields } from "../http/answers.ts";
import { compared, directions } from "./metric.ts";
import type { Period } from "./period.ts";

/** The tiles of the dashboard and of the digest, and the reasons for one to have no value. */
export const tileKeys = ["sessions", "conversions", "ig_reach", "engagement"] as const;
export const tileNullReasons = ["no_data"] as const;

const value = z.number().nullable();

/** The members of a tile as SQL answers it, without its series. */
export const storedTile = {
  key: z.enum(tileKeys),
  label: z.string(),
  unit: z.string(),
  direction: z.enum(directions),
  value,
  n: z.int().openapi({ description: "Rows behind the value." }),
  previous: value,
  previous_n: z.int(),
};

type StoredTile = z.output<z.ZodObject<typeof storedTile>>;

/** The sum of a metric's values over the range, in what it is said to be by the organization's definitions. */
export const tileDefinition = "tiles.sum@1";

/** A tile as a metric of an answer. */
export const TileMetricSchema = z.object({
  ...metricFields(tileNullReasons),
  key: z.enum(tileKeys),
  ...comparedFields,
}).openapi("TileMetric");

export type TileMetric = z.output<typeof TileMetricSchema>;

/** A tile as a metric; `before` is the period that it is compared with, null where it is not. */
export function tileMetric(tile: StoredTile, before: Period | null): TileMetric {
  const { key, label, unit, direction, value, n } = tile;
  const null_reason = value === null ? "no_data" as const : null;
  const metric = { key, label, unit, direction, definition: tileDefinition, value, n, null_reason };
  return compared(metric, before && { value: tile.previous, n: tile.previous_n, period: before });
}
