import { correlationP } from "./student_t.ts";

/** A pair of a series with its day, counted from any day; days that were left out are gaps. */
export interface Pair {
  day: number;
  x: number;
  y: number;
}

/** The 97.5th percentile of the standard normal distribution. */
const z975 = 1.959963984540054;

/** Pearson's product-moment correlation; null where one of the two is constant. */
export function pearson(x: number[], y: number[]): number | null {
  if (isConstant(x) || isConstant(y)) return null;
  const [meanX, meanY] = [mean(x), mean(y)];
  let [xy, xx, yy] = [0, 0, 0];
  x.forEach((value, index) => {
    const [dx, dy] = [value - meanX, (y[index] ?? NaN) - meanY];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  });
  // Each root by itself: the product of the sums may overflow, or vanish.
  return Math.max(-1, Math.min(1, xy / (Math.sqrt(xx) * Math.sqrt(yy))));
}

/** The ranks of values from 1; equal values share the middle of their ranks. */
export function midRanks(values: number[]): number[] {
  const order = values.map((value, index) => ({ value, index })).sort((a, b) => a.value - b.value);
  const ranks = new Array<number>(values.length);
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (order[to]?.value === order[from]?.value) to++;
    for (const { index } of order.slice(from, to)) ranks[index] = (from + 1 + to) / 2;
    from = to;
  }
  return ranks;
}

/** The two-sided p of Pearson's r among `n` pairs: Student's t with n − 2 degrees of freedom. Null for n of 2 or less. */
export function pearsonP(r: number, n: number): number | null {
  return n > 2 ? correlationP(r, n - 2) : null;
}

/** The 95 % interval of Pearson's r among `n` pairs, by Fisher's z. Null for n of 3 or less. */
export function fisherInterval(r: number, n: number): { low: number; high: number } | null {
  if (n <= 3) return null;
  const centre = Math.atanh(r);
  const spread = z975 / Math.sqrt(n - 3);
  return { low: Math.tanh(centre - spread), high: Math.tanh(centre + spread) };
}

/**
 * The lag-1 autocorrelation of a series with gaps, as R's `acf(na.action = na.pass)` has it: the mean product of neighbouring days'
 * deviations ÷ the variance. Without gaps it is the usual estimate. 0 where the series is constant or no days are neighbours.
 */
export function lagOne(points: { day: number; value: number }[]): number {
  const centre = mean(points.map(({ value }) => value));
  let [products, neighbours, squares] = [0, 0, 0];
  points.forEach(({ day, value }, index) => {
    const next = points[index + 1];
    squares += (value - centre) ** 2;
    if (next?.day !== day + 1) return;
    products += (value - centre) * (next.value - centre);
    neighbours++;
  });
  return squares === 0 || neighbours === 0
    ? 0
    : products / (neighbours + 1) / (squares / points.length);
}

/**
 * How many independent pairs autocorrelated ones are worth: n (1 − ρx ρy) ÷ (1 + ρx ρy), with the lag-1 autocorrelations.
 * Bartlett, "Some aspects of the time-correlation problem in regard to tests of significance", JRSS 98 (1935), 536–543.
 */
export function effectiveSize(pairs: Pair[]): number {
  const rho = lagOne(pairs.map(({ day, x }) => ({ day, value: x }))) *
    lagOne(pairs.map(({ day, y }) => ({ day, value: y })));
  return pairs.length * (1 - rho) / (1 + rho);
}

/**
 * p-values adjusted for how many tests there were, in the order given: Benjamini–Hochberg's false discovery rate, with the monotone
 * step. JRSS B 57 (1995), 289–300; the same as R's `p.adjust(method = "BH")`.
 */
export function benjaminiHochberg(ps: number[]): number[] {
  const descending = ps.map((p, index) => ({ p, index })).sort((a, b) => b.p - a.p);
  const adjusted = new Array<number>(ps.length);
  let smallest = 1;
  descending.forEach(({ p, index }, place) => {
    smallest = Math.min(smallest, p * ps.length / (ps.length - place));
    adjusted[index] = smallest;
  });
  return adjusted;
}

export function isConstant(values: number[]): boolean {
  return values.every((value) => value === values[0]);
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
