/** A score from which on a value is an anomaly: Iglewicz & Hoaglin, "How to Detect and Handle Outliers" (1993). */
export const anomalyScore = 3.5;
/** Weeks back whose same weekday a day is held against, and how many of them must be known. */
const referenceWeeks = 8;
const minReference = 4;
/** Days with less behind them, now and usually, say nothing. */
const minVolume = 10;

/** A daily series; `volumes` says how much each value rests on, null where that is not known. */
export interface DailySeries {
  values: (number | null)[];
  volumes: (number | null)[];
}

export interface Anomaly {
  /** The day's place in the series. */
  index: number;
  value: number;
  /** The median of the same weekday in the weeks before. */
  expected: number;
  /** Robust z; null where the weeks before were all alike, so that any change stands out. */
  score: number | null;
  /** Weeks that were compared with. */
  n: number;
}

/**
 * The days from `from` on that stand out from the same weekday of the eight weeks before, at least four of them known: robust
 * z = |x − median| ÷ (1.4826 × MAD), 3.5 or more. Where the MAD is 0, 1.2533 × the mean absolute deviation stands in for it, and
 * where that is 0 too, any change is one. Days with little behind them, now and usually, are left out.
 */
export function anomaliesOf({ values, volumes }: DailySeries, from: number): Anomaly[] {
  return values.flatMap((value, index) => {
    if (index < from || value === null) return [];
    const weeks = Array.from({ length: referenceWeeks }, (_, week) => index - 7 * (week + 1));
    const reference = weeks.flatMap((at) => values[at] ?? []);
    if (reference.length < minReference) return [];
    const usual = weeks.flatMap((at) => volumes[at] ?? []);
    const volume = Math.max(volumes[index] ?? Infinity, usual.length > 0 ? median(usual) : 0);
    if (volume < minVolume) return [];
    const expected = median(reference);
    const score = robustScore(value, expected, reference);
    if (score !== null && score < anomalyScore) return [];
    return [{ index, value, expected, score, n: reference.length }];
  });
}

/** How far a value lies from the median, in robust standard deviations; null for a change where there was none before. */
function robustScore(value: number, expected: number, reference: number[]): number | null {
  const distance = Math.abs(value - expected);
  if (distance === 0) return 0;
  const deviations = reference.map((one) => Math.abs(one - expected));
  const mad = median(deviations);
  if (mad > 0) return distance / (1.4826 * mad);
  const meanDeviation = deviations.reduce((sum, one) => sum + one, 0) / deviations.length;
  return meanDeviation > 0 ? distance / (1.2533 * meanDeviation) : null;
}

/** The middle of some numbers, at least one. */
export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const low = sorted[(sorted.length - 1) >> 1] ?? NaN;
  const high = sorted[sorted.length >> 1] ?? NaN;
  return (low + high) / 2;
}
