import { z } from "@hono/zod-openapi";
import { type Change, changeIn, changeOf, type MetricChange } from "../_shared/numbers/change.ts";
import type { Period } from "../_shared/numbers/period.ts";
import { percent } from "../_shared/numbers/ratio.ts";

const Measure = z.object({
  n: z.int(),
  percentiles: z.tuple([z.number(), z.number(), z.number()]).nullable(),
  negative: z.int(),
  unknown: z.int(),
});

export const qualityMetrics = [
  "first_review_time",
  "review_time",
  "merge_time",
  "size",
  "rework_commits",
  "review_cycles",
  "comments",
  "coverage",
  "complexity",
] as const;
export type QualityMetric = typeof qualityMetrics[number];

export const sizeClasses = ["XS", "S", "M", "L", "XL", "XXL"] as const;

/** The numbers of some days, as the database counts them. */
export const QualityNumbers = z.object({
  merged: z.int(),
  reviewed: z.int(),
  measures: z.record(z.enum(qualityMetrics), Measure),
  sizes: z.array(z.object({ class: z.enum(sizeClasses), n: z.int() })),
});
export type QualityNumbers = z.output<typeof QualityNumbers>;

/** Why a metric has no value. */
export const qualityReasons = [
  "no_pull_requests",
  "no_reviews",
  "only_negative_spans",
  "not_reported",
  "not_posted",
] as const;
type Reason = typeof qualityReasons[number];

export const qualityUnits = [
  "seconds",
  "lines",
  "commits",
  "rounds",
  "comments",
  "%",
  "points",
] as const;
export const qualityDirections = ["higher_is_better", "lower_is_better", "neither"] as const;

interface Kind {
  label: string;
  unit: typeof qualityUnits[number];
  direction: typeof qualityDirections[number];
  /** What a pull request must have had, or who must have reported it, for there to be a value. */
  needs: "merge" | "review" | "report" | "post";
}

const kinds: Record<QualityMetric, Kind> = {
  first_review_time: {
    label: "Time to first review",
    unit: "seconds",
    direction: "lower_is_better",
    needs: "review",
  },
  review_time: {
    label: "Review time",
    unit: "seconds",
    direction: "lower_is_better",
    needs: "review",
  },
  merge_time: {
    label: "Time to merge",
    unit: "seconds",
    direction: "lower_is_better",
    needs: "merge",
  },
  size: { label: "Size", unit: "lines", direction: "lower_is_better", needs: "report" },
  rework_commits: {
    label: "Rework commits",
    unit: "commits",
    direction: "lower_is_better",
    needs: "review",
  },
  review_cycles: {
    label: "Review cycles",
    unit: "rounds",
    direction: "lower_is_better",
    needs: "review",
  },
  comments: { label: "Comments", unit: "comments", direction: "neither", needs: "report" },
  coverage: { label: "Test coverage", unit: "%", direction: "higher_is_better", needs: "post" },
  complexity: { label: "Complexity", unit: "points", direction: "lower_is_better", needs: "post" },
};

/** A metric of some days: the median and its neighbours, or why there is none, from how many rows, and what was left out. */
interface QualityValue {
  value: number | null;
  p75: number | null;
  p90: number | null;
  n: number;
  null_reason: Reason | null;
  excluded: { negative_spans: number; unknown: number };
}

/** The same of the days that it is compared with. */
interface Previous extends Pick<QualityValue, "value" | "n" | "null_reason"> {
  no_data: Reason | null;
  period: Period;
}

/** A metric beside what it was, with the names of before beside the ones of now. */
export interface QualityAnswer extends QualityValue, Omit<Kind, "needs"> {
  key: QualityMetric;
  definition: string;
  previous: Previous | null;
  change: MetricChange | null;
  metric: QualityMetric;
  no_data: Reason | null;
  change_pct: number | null;
  /** Of per cent, which change in percentage points. */
  change_points: number | null;
  change_reason: Change["change_reason"];
}

/** Every metric of some days, and how it changed against others. */
export function qualityMetricsOf(
  now: QualityNumbers,
  before: { numbers: QualityNumbers; period: Period } | null,
): QualityAnswer[] {
  return qualityMetrics.map((key) => {
    const { needs, ...kind } = kinds[key];
    const current = valueOf(now, key, needs);
    const previous = before && previousOf(valueOf(before.numbers, key, needs), before.period);
    return {
      key,
      ...kind,
      definition: `github.${key}@1`,
      ...current,
      previous,
      change: previous && changeIn(kind.unit, current.value, previous.value),
      metric: key,
      no_data: current.null_reason,
      ...(previous ? changeOf(kind.unit, current.value, previous.value) : unchanged),
    };
  });
}

const unchanged = { change_pct: null, change_points: null, change_reason: null };

function previousOf({ value, n, null_reason }: QualityValue, period: Period): Previous {
  return { value, n, null_reason, no_data: null_reason, period };
}

/** The classes of size with their share in per cent of the pull requests whose size is known; null if that is none. */
export function sizesOf({ sizes }: QualityNumbers) {
  const known = sizes.reduce((sum, { n }) => sum + n, 0);
  return sizes.map((size) => ({ ...size, pct: percent(size.n, known) }));
}

function valueOf(
  numbers: QualityNumbers,
  metric: QualityMetric,
  needs: Kind["needs"],
): QualityValue {
  const { n, percentiles, negative, unknown } = numbers.measures[metric];
  const [value, p75, p90] = percentiles ?? [null, null, null];
  const null_reason = percentiles ? null : reasonOf(numbers, needs, negative);
  return { value, p75, p90, n, null_reason, excluded: { negative_spans: negative, unknown } };
}

function reasonOf(numbers: QualityNumbers, needs: Kind["needs"], negative: number): Reason {
  if (needs === "post") return "not_posted";
  if (numbers.merged === 0) return "no_pull_requests";
  if (needs === "review" && numbers.reviewed === 0) return "no_reviews";
  return negative > 0 ? "only_negative_spans" : "not_reported";
}
