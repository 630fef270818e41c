/** How many orders are drawn where there are too many to try all. */
const draws = 9_999;
/** Up to this many pairs every order is tried: 8! is 40,320. */
const maxExact = 8;
const seed = 0x11ea51;

/**
 * Up to how many pairs tests of so many pairs each may be made by permutation, if all of them together may take `budget` products of
 * ranks: those with few pairs come first, because Student's t is the worse the fewer there are. 0 when not even they may.
 */
export function permutedUpTo(pairs: number[], most: number, budget: number): number {
  const sorted = pairs.filter((n) => n <= most).sort((a, b) => a - b);
  let limit = 0;
  let spent = 0;
  for (let index = 0; index < sorted.length;) {
    const n = sorted[index] ?? 0;
    const next = sorted.findIndex((other) => other > n);
    const end = next === -1 ? sorted.length : next;
    spent += (end - index) * productsOf(n);
    if (spent > budget) return limit;
    [limit, index] = [n, end];
  }
  return limit;
}

/** How many products of ranks a test of `n` pairs takes. */
function productsOf(n: number): number {
  return n * (n <= maxExact ? factorial(n) : draws);
}

function factorial(n: number): number {
  return n <= 1 ? 1 : n * factorial(n - 1);
}

/**
 * Permutation tests of rank correlations with `largest` pairs at most. All share one set of draws, made once: Durstenfeld's shuffle
 * chooses a place for each of the last, the last but one, … and the choices for `largest` things are, but for the first, those for
 * fewer. The same seed makes every answer repeatable, in whatever order the tests are made.
 */
export class PermutationTest {
  private choices: Uint16Array | undefined;
  private readonly orders = new Map<number, Uint8Array>();

  constructor(private readonly largest: number) {}

  /**
   * The two-sided p of the correlation between two lists of ranks under all orders of one of them: the share of orders with as strong
   * a correlation. Exact up to 8 pairs, then (b + 1) ÷ (m + 1) of 9,999 seeded draws, which is never 0.
   * Phipson & Smyth, "Permutation P-values should never be zero", Stat. Appl. Genet. Mol. Biol. 9 (2010), 39.
   */
  p(ranksX: number[], ranksY: number[]): number {
    const n = ranksX.length;
    const [x, y] = [centred(ranksX), centred(ranksY)];
    // Sums of ranks are multiples of a quarter: the slack only forgives rounding.
    const observed = Math.abs(x.reduce((sum, value, index) => sum + value * (y[index] ?? NaN), 0)) -
      1e-7;
    if (n <= maxExact) {
      const orders = this.ordersOf(n);
      return ofOrders(x, y, observed, orders) * n / orders.length;
    }
    return (ofDraws(x, y, observed, this.drawn(), this.largest) + 1) / (draws + 1);
  }

  private ordersOf(n: number): Uint8Array {
    const known = this.orders.get(n);
    if (known) return known;
    const made = everyOrder(n);
    this.orders.set(n, made);
    return made;
  }

  private drawn(): Uint16Array {
    return this.choices ??= drawnChoices(this.largest);
  }
}

/** How many of the orders make as strong a relation as was observed. */
function ofOrders(x: Float64Array, y: Float64Array, observed: number, orders: Uint8Array): number {
  const n = x.length;
  let asStrong = 0;
  for (let at = 0; at < orders.length; at += n) {
    let sum = 0;
    for (let index = 0; index < n; index++) {
      sum += (x[index] ?? 0) * (y[orders[at + index] ?? 0] ?? 0);
    }
    if (Math.abs(sum) >= observed) asStrong++;
  }
  return asStrong;
}

/** The same of the drawn orders. Each shuffles what the one before has left, which is as random as beginning anew. */
function ofDraws(
  x: Float64Array,
  y: Float64Array,
  observed: number,
  choices: Uint16Array,
  width: number,
): number {
  const n = x.length;
  let asStrong = 0;
  for (let at = 0; at < choices.length; at += width) {
    let sum = 0;
    for (let index = n - 1; index > 0; index--) {
      const other = choices[at + index] ?? 0;
      const value = y[other] ?? 0;
      y[other] = y[index] ?? 0;
      y[index] = value;
      sum += (x[index] ?? 0) * value;
    }
    sum += (x[0] ?? 0) * (y[0] ?? 0);
    if (Math.abs(sum) >= observed) asStrong++;
  }
  return asStrong;
}

function centred(values: number[]): Float64Array {
  const centre = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Float64Array.from(values, (value) => value - centre);
}

/** All orders of n things, one after the other: the next thing at every place of every order so far. */
function everyOrder(n: number): Uint8Array {
  let orders: number[][] = [[]];
  for (let next = 0; next < n; next++) {
    orders = orders.flatMap((order) =>
      Array.from({ length: next + 1 }, (_, place) => order.toSpliced(place, 0, next))
    );
  }
  return Uint8Array.from(orders.flat());
}

/** For each draw and each of `n` places, one of the places up to it. */
function drawnChoices(n: number): Uint16Array {
  const random = mulberry32(seed);
  const choices = new Uint16Array(draws * n);
  for (let at = 0; at < choices.length; at += n) {
    for (let index = 1; index < n; index++) {
      choices[at + index] = Math.floor(random() * (index + 1));
    }
  }
  return choices;
}

/** Mulberry32: small, fast and good enough to shuffle with. Source: https://github.com/bryc/code (public domain). */
function mulberry32(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
