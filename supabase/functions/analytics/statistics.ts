import { percent } from "../_shared/numbers/ratio.ts";

/** A share in per cent with its 95 % interval; all null where there is nothing to take a share of. */
export interface Share {
  pct: number | null;
  low: number | null;
  high: number | null;
  null_reason: "no_data" | "first_step" | null;
}

/** The 97.5th percentile of the standard normal distribution. */
const z = 1.959963984540054;

/**
 * `count` of `total` in per cent with Wilson's score interval at 95 %, without continuity correction: it stays within 0–100 and
 * holds for small numbers and shares near the ends. E. B. Wilson, "Probable inference, the law of succession, and statistical
 * inference", JASA 22 (1927), 209–212; R. G. Newcombe, Statistics in Medicine 17 (1998), 857–872, method 3.
 */
export function wilson(count: number, total: number): Share {
  if (total === 0) return noShare("no_data");
  const share = count / total;
  const centre = share + z * z / (2 * total);
  const spread = z * Math.sqrt(share * (1 - share) / total + z * z / (4 * total * total));
  const scale = 100 / (1 + z * z / total);
  return {
    pct: percent(count, total),
    // At the ends the formula gives the end itself, but for rounding.
    low: count === 0 ? 0 : Math.max(0, (centre - spread) * scale),
    high: count === total ? 100 : Math.min(100, (centre + spread) * scale),
    null_reason: null,
  };
}

/** No share, because there is nothing to take one of. */
export function noShare(null_reason: "no_data" | "first_step"): Share {
  return { pct: null, low: null, high: null, null_reason };
}
