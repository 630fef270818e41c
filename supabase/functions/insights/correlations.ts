import type { z } from "@hono/zod-openapi";
import type { CorrelationSchema } from "./schemas.ts";
import {
  benjaminiHochberg,
  effectiveSize,
  fisherInterval,
  isConstant,
  midRanks,
  type Pair,
  pearson,
  pearsonP,
} from "./statistics/correlation.ts";
import { PermutationTest, permutedUpTo } from "./statistics/permutation.ts";
import type { Series } from "./types.ts";

export type Correlation = z.output<typeof CorrelationSchema>;

/** Fewer pairs say nothing. */
const minPairs = 6;
/** Up to this many pairs the p of Spearman's ρ is by permutation, if there are not too many of them. */
const maxPermuted = 500;
/** Products of ranks that the permutations of one answer may take: about half a second of the CPU, of which the platform allows two. */
const permutationBudget = 150_000_000;
/** Adjusted p-values up to this are worth telling. */
export const significance = 0.05;

/** Two series, and by how many days the second is behind the first. */
interface Test {
  x: Series;
  y: Series;
  lag: number;
}

/**
 * Every pair of series over their last `days` days, with every lag from 0 to `maxLag` days either way, by Pearson's r and Spearman's ρ.
 * All that was tried is answered, the strongest evidence first; p-values are adjusted for all of them together. What it costs is
 * bounded, whatever gaps the series have: permutations go to the tests with the fewest pairs, Student's t to the rest.
 */
export function correlate(pairs: [Series, Series][], days: number, maxLag: number): Correlation[] {
  const tests = testsOf(pairs, maxLag).map((test) => ({ test, pairs: pairedDays(test, days) }));
  const permuted = permutedUpTo(
    tests.filter(({ pairs }) => nullReasonOf(pairs) === null).map(({ pairs }) => pairs.length),
    maxPermuted,
    permutationBudget,
  );
  const permutations = new PermutationTest(permuted);
  const found = tests.flatMap(({ test, pairs }) => judge(test, pairs, permuted, permutations));
  const tested = found.flatMap(({ raw }, index) => raw === null ? [] : [{ index, p: raw }]);
  const adjusted = benjaminiHochberg(tested.map(({ p }) => p));
  const byIndex = new Map(tested.map(({ index }, place) => [index, adjusted[place] ?? 1]));
  return found.map(({ test, result }, index) => {
    const correlation = { ...result, p_adjusted: byIndex.get(index) ?? null };
    return { ...correlation, effect: effectOf(test, correlation) };
  }).sort((a, b) =>
    (a.p_adjusted ?? 2) - (b.p_adjusted ?? 2) || Math.abs(b.r ?? 0) - Math.abs(a.r ?? 0)
  );
}

/** How many lags are tried of so many pairs of series: each lag but 0 both ways. */
export function countTests(pairs: number, maxLag: number): number {
  return pairs * (1 + 2 * maxLag);
}

/** The series that are held against each other: all of those asked for; of the usual ones only those of different domains. */
export function pairsOf(series: Series[], isChosen: boolean): [Series, Series][] {
  return series.flatMap((x, index) =>
    series.slice(index + 1)
      .filter((y) => isChosen || domainOf(x) !== domainOf(y))
      .map((y): [Series, Series] => [x, y])
  );
}

function domainOf({ key }: Series): string {
  const domain = key.split(".")[0] ?? "";
  return domain === "ai" || domain === "delivery" ? domain : "product";
}

function testsOf(pairs: [Series, Series][], maxLag: number): Test[] {
  return pairs.flatMap(([x, y]) => [
    { x, y, lag: 0 },
    ...Array.from({ length: maxLag }, (_, index) => [
      { x, y, lag: index + 1 },
      { x: y, y: x, lag: index + 1 },
    ]).flat(),
  ]);
}

type Result = Omit<Correlation, "p_adjusted" | "effect">;

/** Both correlations of a test, and the p that is to be adjusted: the more cautious of the two that were computed. */
function judge(
  test: Test,
  pairs: Pair[],
  permuted: number,
  permutations: PermutationTest,
): { test: Test; result: Result; raw: number | null }[] {
  const head = { x: test.x.key, y: test.y.key, lag_days: test.lag, n: pairs.length };
  const [x, y] = [pairs.map((pair) => pair.x), pairs.map((pair) => pair.y)];
  const null_reason = nullReasonOf(pairs);
  return (["pearson", "spearman"] as const).map((method) => {
    if (null_reason !== null) {
      const result = { ...head, ...nothing, method, null_reason, reason: null_reason };
      return { test, raw: null, result };
    }
    const isRanked = method === "spearman";
    const judged = isRanked ? ranked(pairs, x, y) : pairs;
    const [xs, ys] = [judged.map((pair) => pair.x), judged.map((pair) => pair.y)];
    const r = pearson(xs, ys) ?? 0;
    const isPermuted = isRanked && pairs.length <= permuted;
    const p = isPermuted ? permutations.p(xs, ys) : pearsonP(r, pairs.length);
    const size = effectiveSize(judged);
    const effective = pearsonP(r, size);
    return {
      test,
      // Too few effective pairs to test with are no evidence at all.
      raw: Math.max(p ?? 1, effective ?? 1),
      result: {
        ...head,
        method,
        r,
        p,
        p_method: isPermuted ? "permutation" : "student_t",
        n_effective: size,
        p_effective: effective,
        interval: isPermuted ? null : fisherInterval(r, pairs.length),
        null_reason: null,
        reason: null,
      },
    };
  });
}

const nothing = {
  r: null,
  p: null,
  p_method: null,
  n_effective: null,
  p_effective: null,
  interval: null,
};

/** Why nothing can be said of so many pairs, if nothing can. */
function nullReasonOf(pairs: Pair[]): Correlation["null_reason"] {
  if (pairs.length < minPairs) return "too_few_pairs";
  const isFlat = isConstant(pairs.map(({ x }) => x)) || isConstant(pairs.map(({ y }) => y));
  return isFlat ? "constant" : null;
}

/** x of a day with y so many days later, where both are known and lie in the last `days` days. */
function pairedDays({ x, y, lag }: Test, days: number): Pair[] {
  const first = x.values.length - days;
  return Array.from({ length: Math.max(0, days - lag) }, (_, index) => first + index)
    .flatMap((day) => {
      const [a, b] = [x.values[day] ?? null, y.values[day + lag] ?? null];
      return a === null || b === null ? [] : [{ day, x: a, y: b }];
    });
}

function ranked(pairs: Pair[], x: number[], y: number[]): Pair[] {
  const [ranksX, ranksY] = [midRanks(x), midRanks(y)];
  return pairs.map(({ day }, index) => ({
    day,
    x: ranksX[index] ?? NaN,
    y: ranksY[index] ?? NaN,
  }));
}

function effectOf(
  { x, y, lag }: Test,
  { r, n, p_adjusted, null_reason }: Result & { p_adjusted: number | null },
): string {
  if (null_reason === "too_few_pairs") {
    return `Only ${n} days have both ${x.label} and ${y.label}: too few to compare.`;
  }
  if (r === null || p_adjusted === null) {
    return `${x.label} or ${y.label} was the same on all ${n} days: nothing to compare.`;
  }
  const later = lag === 0 ? "" : lag === 1 ? " the next day" : ` ${lag} days later`;
  const numbers = `r = ${r.toFixed(2)}, ${n} days, adjusted p = ${p_adjusted.toPrecision(2)}`;
  if (p_adjusted > significance) {
    return `No relation of ${x.label} to ${y.label}${later} that chance would not explain (${numbers}).`;
  }
  return `On days with higher ${x.label}, ${y.label} tended to be ${
    r > 0 ? "higher" : "lower"
  }${later}: a ${strengthOf(r)} relation (${numbers}). Correlation is not cause.`;
}

/** J. Cohen, "Statistical Power Analysis for the Behavioral Sciences" (1988): 0.1 small, 0.3 medium, 0.5 large. */
function strengthOf(r: number): string {
  const size = Math.abs(r);
  return size >= 0.5 ? "strong" : size >= 0.3 ? "moderate" : size >= 0.1 ? "weak" : "negligible";
}
