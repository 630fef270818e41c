/** How many orders are drawn where there are too many to try all. */
const draws = 9_999;
/** Up to this many pairs every order is tried: 8! is 40,320. */
const maxExact = 8;
const seed = 0x11ea51;

/**
 * Permutation tests of rank correlations. It keeps the orders it has drawn, so that many tests with as many pairs share them: the same
 * seed for each number of pairs makes every answer repeatable, in whatever order the tests are made.
 */
export class PermutationTest {
  private readonly orders = new Map<number, Uint16Array>();

  /**
   * The two-sided p of the correlation between two lists of ranks under all orders of one of them: the share of orders with as strong
   * a correlation. Exact up to 8 pairs, then (b + 1) ÷ (m + 1) of 9,999 seeded draws, which is never 0.
   * Phipson & Smyth, "Permutation P-values should never be zero", Stat. Appl. Genet. Mol. Biol. 9 (2010), 39.
   */
  p(ranksX: number[], ranksY: number[]): number {
    const n = ranksX.length;
    const [x, y] = [centred(ranksX), centred(ranksY)];
    const orders = this.ordersOf(n);
    // Sums of ranks are multiples of a quarter: the slack only forgives rounding.
    const observed = Math.abs(x.reduce((sum, value, index) => sum + value * (y[index] ?? NaN), 0)) -
      1e-7;
    let asStrong = 0;
    for (let at = 0; at < orders.length; at += n) {
      let sum = 0;
      for (let index = 0; index < n; index++) {
        sum += (x[index] ?? 0) * (y[orders[at + index] ?? 0] ?? 0);
      }
      if (Math.abs(sum) >= observed) asStrong++;
    }
    return n <= maxExact ? asStrong * n / orders.length : (asStrong + 1) / (draws + 1);
  }

  private ordersOf(n: number): Uint16Array {
    const known = this.orders.get(n);
    if (known) return known;
    const made = n <= maxExact ? everyOrder(n) : drawnOrders(n);
    this.orders.set(n, made);
    return made;
  }
}

function centred(values: number[]): Float64Array {
  const centre = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Float64Array.from(values, (value) => value - centre);
}

/** All orders of n things, one after the other: the next thing at every place of every order so far. */
function everyOrder(n: number): Uint16Array {
  let orders: number[][] = [[]];
  for (let next = 0; next < n; next++) {
    orders = orders.flatMap((order) =>
      Array.from({ length: next + 1 }, (_, place) => order.toSpliced(place, 0, next))
    );
  }
  return Uint16Array.from(orders.flat());
}

/** Orders drawn by Fisher and Yates' shuffle. */
function drawnOrders(n: number): Uint16Array {
  const random = mulberry32(seed ^ n);
  const orders = new Uint16Array(draws * n);
  for (let at = 0; at < orders.length; at += n) {
    for (let index = 0; index < n; index++) {
      const other = Math.floor(random() * (index + 1));
      orders[at + index] = orders[at + other] ?? 0;
      orders[at + other] = index;
    }
  }
  return orders;
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
