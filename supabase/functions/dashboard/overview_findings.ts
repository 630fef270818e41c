import type { OverviewFinding, OverviewTile, pillars } from "./overview_schemas.ts";

type Pillar = typeof pillars[number];
type Tone = OverviewFinding["tone"];

/** Smaller changes, in per cent or points, and changes of fewer rows are noise. */
const minChange = 5;
const minRows = 10;
const most = 5;

/**
 * At most five findings, the most telling first: what went quiet, what moved (the larger move first; what got worse before what got
 * better of the same size), what is new.
 */
export function findingsOf(tiles: (OverviewTile & { pillar: Pillar })[]): OverviewFinding[] {
  const found = tiles.flatMap((tile) => {
    const kind = kindOf(tile);
    return kind === null ? [] : [{ kind, tile }];
  });
  return found.sort((a, b) => weightOf(b) - weightOf(a)).slice(0, most).map(({ kind, tile }) => {
    const { pillar, key, label, unit, direction, value, previous, change } = tile;
    return {
      kind,
      pillar,
      key,
      label,
      unit,
      direction,
      tone: kind === "quiet" ? "bad" : toneOf(tile),
      value,
      previous: previous?.value ?? null,
      change,
    };
  });
}

function kindOf({ value, n, previous, change }: OverviewTile): OverviewFinding["kind"] | null {
  if (!previous) return null;
  if (value === null) return previous.value !== null && previous.n >= minRows ? "quiet" : null;
  if (change?.null_reason === "new") return n >= minRows ? "new" : null;
  const size = Math.abs(change?.value ?? 0);
  return size >= minChange && Math.max(n, previous.n) >= minRows ? "change" : null;
}

function weightOf({ kind, tile }: { kind: OverviewFinding["kind"]; tile: OverviewTile }): number {
  if (kind === "quiet") return Infinity;
  if (kind === "new") return 0;
  const size = Math.abs(tile.change?.value ?? 0);
  return size + (toneOf(tile) === "bad" ? 0.5 : 0);
}

function toneOf({ direction, value, previous }: OverviewTile): Tone {
  const difference = (value ?? 0) - (previous?.value ?? 0);
  if (difference === 0 || direction === "neutral") return "neutral";
  return (difference > 0) === (direction === "higher_is_better") ? "good" : "bad";
}
