/** A part of a whole; null where either is unknown or there is no whole. */
export function ratio(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole === 0 ? null : part / whole;
}

/**
 * A part of a whole in per cent; null where either is unknown or there is no whole. Multiplied before it is divided, so that of
 * whole numbers the nearest number is answered: 7 of 25 are 28, not 28.000000000000004.
 */
export function percent(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole === 0 ? null : part * 100 / whole;
}

/** The mean of what is known; null when nothing is. */
export function mean(values: (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return ratio(known.reduce((sum, value) => sum + value, 0), known.length);
}

/** The middle of what is known, of an even number the mean of the middle two; null when nothing is. */
export function median(values: (number | null)[]): number | null {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2;
}
