import type { StoredContent } from "../../../supabase/functions/digest/types.ts";
import { addDays } from "../../../supabase/functions/_shared/numbers/dates.ts";

type Tile = StoredContent["report"]["tiles"][number];
type Series = (number | null)[];

/** What a test says about a tile: the week's days from Monday, the previous total, and anything else that differs. */
export type TileInput = Partial<Tile> & { days?: Series };

const week = "2026-11-09";

/** The numbers of a digest for the week of 2026-11-09, as the database answers them. Totals are the sums of the days. */
export function contentOf(
  tiles: Partial<Record<Tile["key"], TileInput>>,
  organization = "Example",
  delivery: StoredContent["delivery"] = null,
  ai: StoredContent["ai"] = null,
): StoredContent {
  return {
    email: "person@example.test",
    organization,
    time_zone: "America/Los_Angeles",
    week_start: week,
    report: {
      tiles: (["sessions", "conversions", "ig_reach", "engagement"] as const)
        .map((key) => tileOf(key, tiles[key] ?? {})),
    },
    delivery,
    ai,
  };
}

const labels = {
  sessions: "Sessions",
  conversions: "Conversions",
  ig_reach: "Instagram reach",
  engagement: "Engagement",
};

function tileOf(key: Tile["key"], { days = [], ...rest }: TileInput): Tile {
  const known = days.filter((value) => value !== null);
  const previous = rest.previous ?? null;
  return {
    key,
    label: labels[key],
    unit: "count",
    direction: "higher_is_better",
    value: known.length > 0 ? known.reduce((sum, value) => sum + value, 0) : null,
    n: known.length,
    previous,
    previous_n: previous === null ? 0 : 7,
    series: Array.from({ length: 7 }, (_, index) => ({
      date: addDays(week, index),
      value: days[index] ?? null,
    })),
    ...rest,
  };
}
