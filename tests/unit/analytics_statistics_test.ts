import assert from "node:assert/strict";
import { differences } from "../../supabase/functions/analytics/changes.ts";
import { etagOf, matchesEtag } from "../../supabase/functions/_shared/http/etag.ts";
import { funnelSteps } from "../../supabase/functions/analytics/funnel.ts";
import {
  metricsOf,
  seriesKinds,
} from "../../supabase/functions/_shared/numbers/product_metrics.ts";
import { wilson } from "../../supabase/functions/analytics/statistics.ts";

// Newcombe, Statistics in Medicine 17 (1998), 857–872, table I, method 3.
const newcombe = [
  { count: 81, total: 263, low: 0.2553, high: 0.3662 },
  { count: 15, total: 148, low: 0.0624, high: 0.1605 },
  { count: 0, total: 20, low: 0, high: 0.1611 },
  { count: 1, total: 29, low: 0.0061, high: 0.1718 },
];

Deno.test("wilson() gives the intervals of Newcombe's table", () => {
  for (const { count, total, low, high } of newcombe) {
    const share = wilson(count, total);
    assert.strictEqual(share.pct, count * 100 / total);
    assert.strictEqual(((share.low ?? NaN) / 100).toFixed(4), low.toFixed(4), `${count}/${total}`);
    assert.strictEqual(
      ((share.high ?? NaN) / 100).toFixed(4),
      high.toFixed(4),
      `${count}/${total}`,
    );
  }
});

Deno.test("wilson() stays within 0–100 around the share, and mirrors", () => {
  for (let total = 1; total <= 40; total++) {
    for (let count = 0; count <= total; count++) {
      const { pct, low, high } = wilson(count, total);
      assert.ok(low !== null && high !== null && pct !== null);
      assert.ok(0 <= low && low <= pct && pct <= high && high <= 100, `${count}/${total}`);
      assert.ok(Math.abs(low + (wilson(total - count, total).high ?? NaN) - 100) < 1e-9);
    }
  }
});

Deno.test("wilson() of nothing is unknown", () => {
  assert.deepStrictEqual(wilson(0, 0), {
    pct: null,
    low: null,
    high: null,
    null_reason: "no_data",
  });
});

Deno.test("funnelSteps() compares each step with the first and the one before", () => {
  const steps = funnelSteps([
    { step: 1, event: "a", count: 20, median_seconds: null },
    { step: 2, event: "b", count: 10, median_seconds: 60 },
    { step: 3, event: "c", count: 0, median_seconds: null },
    { step: 4, event: "d", count: 0, median_seconds: null },
  ]);
  assert.deepStrictEqual(steps.map((step) => step.conversion_from_first.pct), [100, 50, 0, 0]);
  assert.deepStrictEqual(
    steps.map((step) => step.conversion_from_previous.pct),
    [null, 50, 0, null],
  );
  assert.deepStrictEqual(
    steps.map((step) => step.conversion_from_previous.null_reason),
    ["first_step", null, null, "no_data"],
  );
  assert.deepStrictEqual(
    steps.map((step) => step.median_seconds_from_previous),
    [null, 60, null, null],
  );
});

Deno.test("metricsOf() says what each number is, and why it is null only where it is", () => {
  const definition = "analytics.sessions@1";
  assert.deepStrictEqual(
    metricsOf(definition, [
      { key: "sessions", value: 0, n: 0 },
      { key: "median_seconds", value: null, n: 0 },
      { key: "conversion", value: null, n: 9, null_reason: "several_groups" },
    ]),
    [
      {
        key: "sessions",
        label: "Sessions",
        unit: "sessions",
        direction: "higher_is_better",
        value: 0,
        n: 0,
        definition,
        null_reason: null,
      },
      {
        key: "median_seconds",
        label: "Median duration",
        unit: "seconds",
        direction: "neutral",
        value: null,
        n: 0,
        definition,
        null_reason: "no_data",
      },
      {
        key: "conversion",
        label: "Conversion",
        unit: "%",
        direction: "higher_is_better",
        value: null,
        n: 9,
        definition,
        null_reason: "several_groups",
      },
    ],
  );
  assert.deepStrictEqual(seriesKinds(definition, ["events"]), [
    { key: "events", label: "Events", unit: "events", direction: "neutral", definition },
  ]);
});

Deno.test("differences() compares numbers in per cent and rates in points", () => {
  const total = (value: number | null) =>
    metricsOf("analytics.events@1", [
      { key: "events", value, n: 1 },
      { key: "conversion", value, n: 1 },
    ]);
  assert.deepStrictEqual(differences(total(30), total(20)), [
    {
      name: "events",
      unit: "events",
      value: 30,
      previous: 20,
      change_pct: 50,
      change_points: null,
      change_reason: null,
    },
    {
      name: "conversion",
      unit: "%",
      value: 30,
      previous: 20,
      change_pct: null,
      change_points: 10,
      change_reason: null,
    },
  ]);
  const reasons = (current: number | null, previous: number | null) =>
    differences(total(current), total(previous)).map(({ change_reason }) => change_reason);
  assert.deepStrictEqual(reasons(3, 0), ["new", null]);
  assert.deepStrictEqual(reasons(null, 2), ["no_data", "no_data"]);
  assert.deepStrictEqual(reasons(2, null), ["no_previous", "no_previous"]);
});

Deno.test("etagOf() changes with the state and what is asked, not with the order of asking", () => {
  const url = "https://x.test/analytics?a=1&b=2";
  const tag = etagOf(url, { version: 1 });
  assert.match(tag, /^W\/"[\w-]{27}"$/);
  assert.strictEqual(etagOf("https://y.test/analytics?b=2&a=1", { version: 1 }), tag);
  assert.notStrictEqual(etagOf(url, { version: 2 }), tag);
  assert.notStrictEqual(etagOf("https://x.test/analytics?a=1&b=3", { version: 1 }), tag);
  assert.notStrictEqual(etagOf("https://x.test/analytics/drops?a=1&b=2", { version: 1 }), tag);
});

Deno.test("matchesEtag() compares weakly, in lists, and takes *", () => {
  assert.ok(matchesEtag('W/"a"', 'W/"a"'));
  assert.ok(matchesEtag('"b", "a"', 'W/"a"'));
  assert.ok(matchesEtag("*", 'W/"a"'));
  assert.ok(!matchesEtag('W/"b"', 'W/"a"'));
  assert.ok(!matchesEtag("", 'W/"a"'));
});
