import assert from "node:assert/strict";
import {
  benjaminiHochberg,
  effectiveSize,
  fisherInterval,
  lagOne,
  midRanks,
  pearson,
  pearsonP,
} from "../../supabase/functions/insights/statistics/correlation.ts";
import {
  PermutationTest,
  permutedUpTo,
} from "../../supabase/functions/insights/statistics/permutation.ts";
import {
  correlationP,
  logGamma,
  regularizedBeta,
} from "../../supabase/functions/insights/statistics/student_t.ts";
import { seeded } from "../helpers/inputs/random.ts";

/** Equal to 1e-9, absolutely and, for what is smaller than 1, relatively too. */
function near(actual: number | null, expected: number, what = ""): void {
  assert.ok(actual !== null, what);
  const allowed = 1e-9 * Math.min(1, Math.abs(expected));
  assert.ok(Math.abs(actual - expected) <= allowed, `${what}: ${actual}, not ${expected}`);
}

/** F. J. Anscombe, "Graphs in Statistical Analysis", American Statistician 27 (1973), 17–21. */
const x123 = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5];
const anscombe = [
  { x: x123, y: [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68] },
  { x: x123, y: [9.14, 8.14, 8.74, 8.77, 9.26, 8.10, 6.13, 3.10, 9.13, 7.26, 4.74] },
  { x: x123, y: [7.46, 6.77, 12.74, 7.11, 7.81, 8.84, 6.08, 5.39, 8.15, 6.42, 5.73] },
  {
    x: [8, 8, 8, 8, 8, 8, 8, 19, 8, 8, 8],
    y: [6.58, 5.76, 7.71, 8.84, 8.47, 7.04, 5.25, 12.50, 5.56, 7.91, 6.89],
  },
];
/** r, p, interval and Spearman's ρ of each: SciPy 1.17.1, `pearsonr` and `spearmanr`; r and p also by mpmath with 40 digits. */
const anscombeAnswers = [
  [0.8164205163448398, 0.0021696288730788, 0.424391213393216, 0.950693253786561, 9 / 11],
  [0.8162365060002428, 0.0021788162369108, 0.423938873953988, 0.950640173995772, 7.6 / 11],
  [0.8162867394895982, 0.0021763052792280, 0.424062339921774, 0.950654665174249, 10.9 / 11],
  [0.8165214368885028, 0.0021646023471972, 0.424639382244513, 0.950722362078142, 0.5],
];

Deno.test("pearson(), pearsonP(), fisherInterval() and midRanks() agree with Anscombe's quartet", () => {
  anscombe.forEach(({ x, y }, index) => {
    const [r = NaN, p = NaN, low = NaN, high = NaN, rho = NaN] = anscombeAnswers[index] ?? [];
    near(pearson(x, y), r, "r");
    near(pearsonP(r, 11), p, "p");
    near(fisherInterval(r, 11)?.low ?? null, low, "low");
    near(fisherInterval(r, 11)?.high ?? null, high, "high");
    near(pearson(midRanks(x), midRanks(y)), rho, "rho");
  });
});

/** NIST StRD, linear regression, Norris: https://www.itl.nist.gov/div898/strd/lls/data/Norris.shtml, y then x. */
const norris = [
  [0.1, 338.8, 118.1, 888.0, 9.2, 228.1, 668.5, 998.5, 449.1, 778.9, 559.2, 0.3, 0.1, 778.1, 668.8],
  [339.3, 448.9, 10.8, 557.7, 228.3, 998.0, 888.8, 119.6, 0.3, 0.6, 557.6, 339.3, 888.0, 998.5],
  [778.9, 10.2, 117.6, 228.9, 668.4, 449.2, 0.2],
  [0.2, 337.4, 118.2, 884.6, 10.1, 226.5, 666.3, 996.3, 448.6, 777.0, 558.2, 0.4, 0.6, 775.5],
  [666.9, 338.0, 447.5, 11.6, 556.0, 228.1, 995.8, 887.6, 120.2, 0.3, 0.3, 556.8, 339.1, 887.2],
  [999.0, 779.0, 11.1, 118.3, 229.2, 669.1, 448.9, 0.5],
].flat();

Deno.test("pearson() has the certified R² of NIST's Norris data", () => {
  const r = pearson(norris.slice(36), norris.slice(0, 36));
  near(r === null ? null : r * r, 0.999993745883712);
});

/** NIST StRD, univariate, Michelso: A. A. Michelson's speeds of light, in km/s above 299,000. */
const michelson = [
  [850, 740, 900, 1070, 930, 850, 950, 980, 980, 880, 1000, 980, 930, 650, 760, 810, 1000, 1000],
  [960, 960, 960, 940, 960, 940, 880, 800, 850, 880, 900, 840, 830, 790, 810, 880, 880, 830, 800],
  [790, 760, 800, 880, 880, 880, 860, 720, 720, 620, 860, 970, 950, 880, 910, 850, 870, 840, 840],
  [850, 840, 840, 840, 890, 810, 810, 820, 800, 770, 760, 740, 750, 760, 910, 920, 890, 860, 880],
  [720, 840, 850, 850, 780, 890, 840, 780, 810, 760, 810, 790, 810, 820, 850, 870, 870, 810, 740],
  [810, 940, 950, 800, 810, 870],
].flat();

const asDays = (values: number[]) => values.map((value, day) => ({ day, value }));

Deno.test("lagOne() has NIST's certified autocorrelations", () => {
  near(lagOne(asDays(michelson)), 0.535199668621283, "Michelso");
  near(lagOne(asDays([10000001, 10000003, 10000002])), -0.5, "NumAcc1");
  const alternating = Array.from({ length: 1000 }, (_, index) => index % 2 === 0 ? 1.1 : 1.3);
  near(lagOne(asDays([1.2, ...alternating])), -0.999, "NumAcc2");
});

Deno.test("lagOne() takes neighbouring days only", () => {
  // Deviations 1, −1, −1, 1 on days 0, 1, 3, 4: products −1 and −1 of two neighbours, squares 4: (−2 ÷ 3) ÷ (4 ÷ 4).
  const points = [[0, 3], [1, 1], [3, 1], [4, 3]].map(([day = 0, value = 0]) => ({ day, value }));
  near(lagOne(points), -2 / 3);
  assert.strictEqual(lagOne(asDays([5, 5, 5])), 0);
  assert.strictEqual(lagOne([{ day: 0, value: 1 }, { day: 2, value: 3 }]), 0);
});

Deno.test("correlationP() agrees with closed forms and with mpmath's incomplete beta function", () => {
  for (const t of [1e-4, 0.5, 1, 3, 20]) {
    near(correlationP(t / Math.sqrt(1 + t * t), 1), 1 - 2 / Math.PI * Math.atan(t), `1, ${t}`);
    near(correlationP(t / Math.sqrt(2 + t * t), 2), 1 - t / Math.sqrt(2 + t * t), `2, ${t}`);
  }
  // degrees of freedom, r, p: mpmath 1.3, 40 digits. The fourth is the 97.5th percentile of the tables, 2.228138851964939.
  const table = [
    [0.5, 0.81649658092772603273, 0.602243221682644163],
    [1, 0.89442719099991587856, 0.295167235300866548],
    [2.5, 0.8846517369293828008, 0.0725760955490318439],
    [10, 0.57598298643857842123, 0.0500000000018086307],
    [28, -0.36125100718871448908, 0.0498339375771847919],
    [98.7, 0.41260101365496506233, 0.0000185992564068198382],
    [363, 0.00052486380878619248, 0.992026780819228139],
    [1000, 0.35478743759344957129, 4.32405738677452747e-31],
  ];
  for (const [df = NaN, r = NaN, p = NaN] of table) near(correlationP(r, df), p, `${df}`);
  near(correlationP(0, 7), 1);
  assert.strictEqual(correlationP(1, 7), 0);
});

Deno.test("regularizedBeta() and logGamma() keep what is known of them", () => {
  for (const [x = NaN, a = NaN, b = NaN] of [[0.3, 2.5, 7], [0.9, 40, 0.5], [0.02, 0.1, 300]]) {
    near(regularizedBeta(x, a, b) + regularizedBeta(1 - x, b, a), 1, "the two sides");
  }
  near(regularizedBeta(0.25, 3, 1), 0.25 ** 3, "b = 1");
  near(logGamma(0.5), Math.log(Math.PI) / 2);
  near(logGamma(11), Math.log(3_628_800));
});

Deno.test("midRanks() share the middle of equal values' ranks", () => {
  assert.deepStrictEqual(midRanks([30, 10, 20, 10, 10, 40]), [5, 2, 4, 2, 2, 6]);
  assert.deepStrictEqual(midRanks([]), []);
});

Deno.test("PermutationTest is exact up to 8 pairs", () => {
  const test = new PermutationTest(8);
  // Counted by hand: of the orders of n ranks only the same and the opposite one are as strong as a perfect relation.
  near(test.p([1, 2, 3, 4, 5], [1, 2, 3, 4, 5]), 2 / 120);
  near(test.p([1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1]), 2 / 720);
  // R's example of cor.test, Hollander & Wolfe's tuna (1973), its first seven and eight; all orders tried with numpy.
  const quality = [44.4, 45.9, 41.9, 53.3, 44.7, 44.1, 50.7, 45.2];
  const panel = [2.6, 3.1, 2.5, 5.0, 3.6, 4.0, 5.2, 2.8];
  const p = (n: number) => test.p(midRanks(quality.slice(0, n)), midRanks(panel.slice(0, n)));
  near(p(7), 444 / 5040);
  near(p(8), 3350 / 40_320);
  // With ties: 16 of the 720 orders.
  near(test.p(midRanks([1, 1, 2, 3, 4, 5]), midRanks([2, 1, 4, 3, 6, 6])), 16 / 720);
});

Deno.test("PermutationTest draws the same orders each time, and comes near what Student's t says", () => {
  const ranks = Array.from({ length: 40 }, (_, index) => index + 1);
  const shuffled = ranks.map((rank) => rank * 17 % 41);
  const p = new PermutationTest(40).p(ranks, shuffled);
  const other = new PermutationTest(40);
  other.p(ranks.slice(9), midRanks(shuffled.slice(9)));
  assert.strictEqual(other.p(ranks, shuffled), p);
  const byStudent = pearsonP(pearson(ranks, shuffled) ?? 1, 40) ?? 0;
  assert.ok(Math.abs(p - byStudent) < 0.02, `${p}, ${byStudent}`);
  near(other.p(ranks, ranks), 1 / 10_000, "never 0");
});

Deno.test("PermutationTest uses the draws for many pairs for fewer of them too", () => {
  const ranks = Array.from({ length: 40 }, (_, index) => index + 1);
  const shuffled = ranks.map((rank) => rank * 17 % 41);
  const test = new PermutationTest(300);
  const byStudent = pearsonP(pearson(ranks, shuffled) ?? 1, 40) ?? 0;
  const p = test.p(ranks, shuffled);
  assert.ok(Math.abs(p - byStudent) < 0.02, `${p}, ${byStudent}`);
  test.p(ranks.slice(9), midRanks(shuffled.slice(9)));
  assert.strictEqual(test.p(ranks, shuffled), p);
  // 5 + 2 + 27 + 24 + 10 + 42 + 56 + 32 + 27 is 9 × 5 × 5: no relation at all, and every order is as strong.
  near(test.p([1, 2, 3, 4, 5, 6, 7, 8, 9], [5, 1, 9, 6, 2, 7, 8, 4, 3]), 1, "ρ = 0");
});

const limits: [string, number[], number, number][] = [
  ["all within the budget", [10, 20, 30], 10_000_000, 30],
  ["nothing to test", [], 10_000_000, 0],
  ["none that few enough pairs have", [501, 600], 100_000_000, 0],
  ["what 50 pairs in all cost, 10 + 10 + 30 of them", [30, 10, 10, 40], 50 * 9_999, 30],
  ["one product less", [30, 10, 10, 40], 50 * 9_999 - 1, 10],
  ["as many pairs, all or none", [20, 20, 20], 40 * 9_999, 0],
  ["six pairs, which have 720 orders", [6, 9], 6 * 720, 6],
  ["too little for the first", [6, 9], 6 * 720 - 1, 0],
];

for (const [what, pairs, budget, expected] of limits) {
  Deno.test(`permutedUpTo() with ${what}`, () => {
    assert.strictEqual(permutedUpTo(pairs, 500, budget), expected);
  });
}

Deno.test("benjaminiHochberg() adjusts the p-values of its paper, in the order given", () => {
  // Benjamini & Hochberg (1995), section 4; p × 15 ÷ rank, then the smallest of all that are no smaller.
  const table: [number, number][] = [
    [0.4262, 6.393 / 11],
    [0.0001, 0.0015],
    [0.0004, 0.003],
    [0.0019, 0.0095],
    [0.0095, 0.035625],
    [0.0201, 0.0603],
    [0.0278, 0.447 / 7], // 0.0695 by itself, but the next has 0.0638…
    [0.0298, 0.447 / 7],
    [0.0344, 0.0645],
    [0.0459, 0.0765],
    [0.3240, 0.486],
    [0.5719, 0.714875],
    [0.6528, 9.792 / 13],
    [0.7590, 11.385 / 14],
    [1, 1],
  ];
  const adjusted = benjaminiHochberg(table.map(([p]) => p));
  table.forEach(([p, expected], index) => near(adjusted[index] ?? null, expected, `${p}`));
  assert.deepStrictEqual(benjaminiHochberg([]), []);
});

Deno.test("correlations are symmetric, and do not depend on units", () => {
  const random = seeded(6);
  for (let round = 0; round < 50; round++) {
    const x = Array.from({ length: 20 }, () => random.next() * 100);
    const y = x.map((value) => value + random.next() * 80);
    const [r, rho] = [pearson(x, y) ?? NaN, pearson(midRanks(x), midRanks(y)) ?? NaN];
    near(pearson(y, x), r, "symmetric");
    near(pearson(x.map((value) => value * 9 / 5 + 32), y), r, "affine");
    near(pearson(x.map((value) => -3 * value), y), -r, "turned round");
    near(pearson(midRanks(x.map((value) => Math.exp(value / 9))), midRanks(y)), rho, "monotone");
    assert.ok(Math.abs(r) <= 1 && (pearsonP(r, 20) ?? 2) <= 1);
  }
  near(pearson([1e150, 2e150, 4e150], [1e150, 2e150, 4e150]), 1, "no overflow");
  assert.strictEqual(pearson([1, 1, 1], [1, 2, 3]), null);
});

/** A series whose neighbours are related: x' = φ x + noise, begun where it settles. */
function autoregressive(random: { next(): number }, length: number, phi: number): number[] {
  // The sum of twelve is normal enough, with a variance of 1.
  const noise = () => Array.from({ length: 12 }, random.next).reduce((sum, one) => sum + one, -6);
  let value = noise() / Math.sqrt(1 - phi * phi);
  return Array.from({ length }, () => value = phi * value + noise());
}

Deno.test("p from the effective size errs on autocorrelated noise about as often as it says; the naive p far more often", () => {
  const random = seeded(20261121);
  const [runs, n, phi] = [2_000, 100, 0.7];
  const errors = { naive: 0, effective: 0 };
  for (let run = 0; run < runs; run++) {
    const [x, y] = [autoregressive(random, n, phi), autoregressive(random, n, phi)];
    const r = pearson(x, y) ?? 0;
    const pairs = x.map((value, day) => ({ day, x: value, y: y[day] ?? NaN }));
    if ((pearsonP(r, n) ?? 1) <= 0.05) errors.naive++;
    if ((pearsonP(r, effectiveSize(pairs)) ?? 1) <= 0.05) errors.effective++;
  }
  const rate = (count: number) => count * 100 / runs;
  const rates = `naive ${rate(errors.naive)} %, effective ${rate(errors.effective)} %`;
  // 24.7 % and 5.6 %, where both say 5 %.
  assert.ok(rate(errors.naive) > 20, rates);
  assert.ok(rate(errors.effective) > 3 && rate(errors.effective) < 8, rates);
});
