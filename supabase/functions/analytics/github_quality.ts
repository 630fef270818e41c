import { z } from "@hono/zod-openapi";
import { type Change, changeOf } from "../_shared/numbers/change.ts";

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
  no_data: Reason | null;
  excluded: { negative_spans: number; unknown: number };
}

/** A metric against the days before. */
export interface QualityAnswer extends QualityValue, Change, Omit<Kind, "needs"> {
  metric: QualityMetric;
  definition: string;
  previous: Pick<QualityValue, "value" | "n" | "no_data">;
  /** Of per cent, which change in percentage points. */
  change_points: number | null;
}

/** Every metric of some days, and how it changed. */
export function qualityMetricsOf(now: QualityNumbers, before: QualityNumbers): QualityAnswer[] {
  return qualityMetrics.map((metric) => {
    const { needs, ...kind } = kinds[metric];
    const current = valueOf(now, metric, needs);
    const { value, n, no_data } = valueOf(before, metric, needs);
    return {
      metric,
      ...kind,
      definition: `github.${metric}@1`,
      ...current,
      previous: { value, n, no_data },
      ...changeOf(kind.unit, current.value, value),
    };
  });
}

/** The classes of size with their share in per cent of the pull requests whose size is known; null if that is none. */
export function sizesOf({ sizes }: QualityNumbers) {
  const known = sizes.reduce((sum, { n }) => sum + n, 0);
  return sizes.map((size) => ({ ...size, pct: known === 0 ? null : size.n / known * 100 }));
}

function valueOf(
  numbers: QualityNumbers,
  metric: QualityMetric,
  needs: Kind["needs"],
): QualityValue {
  const { n, percentiles, negative, unknown } = numbers.measures[metric];
  const [value, p75, p90] = percentiles ?? [null, null, null];
  const no_data = percentiles ? null : reasonOf(numbers, needs, negative);
  return { value, p75, p90, n, no_data, excluded: { negative_spans: negative, unknown } };
}

function reasonOf(numbers: QualityNumbers, needs: Kind["needs"], negative: number): Reason {
  if (needs === "post") return "not_posted";
  if (numbers.merged === 0) return "no_pull_requests";
  if (needs === "review" && numbers.reviewed === 0) return "no_reviews";
  return negative > 0 ? "only_negative_spans" : "not_reported";
}
