/** What sessions with a model cost: the median of the latest ones, and how far they are from it, in US dollars. */
export interface Baseline {
  n: number;
  median: number | null;
  mad: number | null;
  mean_deviation: number | null;
}

/** Fewer sessions say nothing of what is usual. */
export const minBaseline = 20;
const threshold = 3.5;

/**
 * Whether a session costs far more than others with its model do: the robust z-score
 * `(cost − median) / (1.4826 × MAD)` is at least 3.5, with `1.2533 × MeanAD` for a MAD of 0, and any excess where that is 0
 * too. The session itself is among those it is measured by. Null without a cost, or with fewer than 20 sessions to compare with.
 */
export function costOutlier(
  cost: number | null,
  { n, median, mad, mean_deviation }: Baseline,
): { is_outlier: boolean | null; score: number | null } {
  if (cost === null || median === null || n < minBaseline) return { is_outlier: null, score: null };
  const spread = 1.4826 * (mad ?? 0) || 1.2533 * (mean_deviation ?? 0);
  if (spread === 0) return { is_outlier: cost > median, score: null };
  const score = (cost - median) / spread;
  return { is_outlier: score >= threshold, score };
}
