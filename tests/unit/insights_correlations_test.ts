import assert from "node:assert/strict";
import { correlate, countTests, pairsOf } from "../../supabase/functions/insights/correlations.ts";
import { seeded } from "../helpers/inputs/random.ts";
import { pi, seriesOf } from "../helpers/digest/series.ts";

Deno.test("correlate() finds that y follows x a day later, tells all it tried and how many", () => {
  const x = seriesOf("ai.cost_usd", pi);
  const y = seriesOf("delivery.deployments", [0, ...pi.slice(0, -1).map((value) => 2 * value + 1)]);
  const found = correlate([[x, y]], 30, 2);
  assert.strictEqual(found.length, 2 * countTests(1, 2));
  assert.deepStrictEqual(
    found.map(({ x, lag_days, method }) => `${x} ${lag_days} ${method}`).toSorted(),
    ["pearson", "spearman"].flatMap((method) => [
      `ai.cost_usd 0 ${method}`,
      `ai.cost_usd 1 ${method}`,
      `ai.cost_usd 2 ${method}`,
      `delivery.deployments 1 ${method}`,
      `delivery.deployments 2 ${method}`,
    ]).toSorted(),
  );
  const [best] = found;
  const { r, p, n, lag_days, method, interval, reason, effect } = best ?? {};
  assert.deepStrictEqual([n, lag_days, method, reason], [29, 1, "pearson", null]);
  assert.ok(Math.abs((r ?? 0) - 1) < 1e-12 && p !== undefined && (p ?? 1) < 1e-12);
  assert.ok(interval !== null);
  assert.match(
    effect ?? "",
    /^On days with higher ai\.cost_usd, delivery\.deployments tended to be higher the next day: a strong relation \(r = 1\.00, 29 days, .*\)\. Correlation is not cause\.$/,
  );
  for (const one of found) {
    assert.ok((one.p_adjusted ?? 0) >= Math.max(one.p ?? 0, one.p_effective ?? 0) - 1e-12);
    assert.strictEqual(one.interval === null, one.method === "spearman");
  }
});

Deno.test("correlate() leaves out what is unknown, and is null with a reason where nothing can be said", () => {
  const holes = (from: number) => pi.map((value, day) => day < from ? null : value);
  const x = seriesOf("ai.sessions", pi);
  const judge = (values: (number | null)[], days = 30) =>
    correlate([[x, seriesOf("product.dau", values)]], days, 0)[0];
  assert.deepStrictEqual([judge(holes(24))?.n, judge(holes(24))?.reason], [6, null]);
  const few = judge(holes(25));
  assert.deepStrictEqual([few?.n, few?.r, few?.p_adjusted, few?.reason], [
    5,
    null,
    null,
    "too_few_pairs",
  ]);
  assert.match(few?.effect ?? "", /^Only 5 days have both/);
  const constant = judge(pi.map(() => 7));
  assert.deepStrictEqual([constant?.r, constant?.reason], [null, "constant"]);
  assert.strictEqual(judge(pi, 10)?.n, 10);
});

Deno.test("correlate() permutes the tests with the fewest pairs, as far as its budget goes, whatever the gaps", () => {
  const random = seeded(365);
  // Every series has gaps of its own, so that nearly every test has another number of pairs.
  const series = Array.from({ length: 11 }, (_, index) =>
    seriesOf(
      `metric.m${index}`,
      Array.from({ length: 365 }, () => random.next() < index / 20 ? null : random.next()),
    ));
  const found = correlate(pairsOf(series, true), 365, 1)
    .filter(({ method }) => method === "spearman");
  const by = (method: string) => found.filter(({ p_method }) => p_method === method);
  const [permuted, byStudent] = [by("permutation"), by("student_t")];
  assert.strictEqual(permuted.length + byStudent.length, 165);
  assert.ok(new Set(found.map(({ n }) => n)).size > 50);
  const most = Math.max(...permuted.map(({ n }) => n));
  assert.ok(byStudent.every(({ n }) => n > most));
  const products = permuted.reduce((sum, { n }) => sum + n * 9_999, 0);
  assert.ok(products > 100_000_000 && products <= 150_000_000, `${products}`);
  for (const { interval, p_method } of found) {
    assert.strictEqual(interval === null, p_method === "permutation");
  }
});

Deno.test("pairsOf() compares domains with each other, and all of what was chosen", () => {
  const all = ["ai.a", "ai.b", "delivery.c", "metric.d", "event.e", "product.f"]
    .map((name) => seriesOf(name, []));
  const names = (isChosen: boolean) => pairsOf(all, isChosen).map(([x, y]) => `${x.key}~${y.key}`);
  assert.strictEqual(names(true).length, 15);
  assert.deepStrictEqual(names(false).slice(0, 5), [
    "ai.a~delivery.c",
    "ai.a~metric.d",
    "ai.a~event.e",
    "ai.a~product.f",
    "ai.b~delivery.c",
  ]);
  assert.strictEqual(names(false).length, 11); // 2 × 1 + 2 × 3 + 1 × 3
});
