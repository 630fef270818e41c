/** A week's value, null where there is none. */
export interface Week {
  start: string;
  value: number | null;
}

export interface History {
  first: string | null;
  last: string | null;
  values: number[];
  gaps_filled: number;
}

/** More gaps than this share and the series would be mostly invented. */
const maxGaps = 0.25;

/**
 * A series without gaps, from the first week with a value on: a silent week gets the line between its neighbours, silent weeks at
 * the end the last value. Null when more than a quarter of the weeks would be filled.
 */
export function historyOf(weeks: Week[]): History | null {
  const from = weeks.findIndex(({ value }) => value !== null);
  const known = from < 0 ? [] : weeks.slice(from);
  const gaps = known.filter(({ value }) => value === null).length;
  if (gaps > known.length * maxGaps) return null;
  return {
    first: known[0]?.start ?? null,
    last: known.at(-1)?.start ?? null,
    values: known.map(({ value }, at) => value ?? between(known, at)),
    gaps_filled: gaps,
  };
}

function between(weeks: Week[], at: number): number {
  const before = weeks.findLastIndex(({ value }, index) => index < at && value !== null);
  const after = weeks.findIndex(({ value }, index) => index > at && value !== null);
  const low = weeks[before]?.value ?? 0;
  const high = weeks[after]?.value ?? low;
  return after < 0 ? low : low + (high - low) * (at - before) / (after - before);
}
