/** A share in per cent with its 95 % interval; all null where there is nothing to take a share of. */
export interface Share {
  pct: number | null;
  low: number | null;
  high: number | null;
}

/** The 97.5th percentile of the standard normal distribution. */
const z = 1.959963984540054;

/**
 * `count` of `total` in per cent with Wilson's score interval at 95 %, without continuity correction: it stays within 0–100 and
 * holds for small numbers and shares near the ends. E. B. Wilson, "Probable inference, the law of succession, and statistical
 * inference", JASA 22 (1927), 209–212; R. G. Newcombe, Statistics in Medicine 17 (1998), 857–872, method 3.
 */
export function wilson(count: number, total: number): Share {
  if (total === 0) return { pct: null, low: null, high: null };
  const share = count / total;
  const centre = share + z * z / (2 * total);
  const spread = z * Math.sqrt(share * (1 - share) / total + z * z / (4 * total * total));
  const scale = 100 / (1 + z * z / total);
  return {
    pct: share * 100,
    // At the ends the formula gives the end itself, but for rounding.
    low: count === 0 ? 0 : Math.max(0, (centre - spread) * scale),
    high: count === total ? 100 : Math.min(100, (centre + spread) * scale),
  };
}

/** A part in per cent; null where there is no whole. */
export function percentage(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole === 0 ? null : part / whole * 100;
}

/** The mean of what is known; null when nothing is. */
export function mean(values: (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}
