import assert from "node:assert/strict";
import { toneOf } from "../../supabase/functions/digest/findings.ts";
import { reportOf } from "../../supabase/functions/digest/report.ts";
import { contentOf, type TileInput } from "../helpers/digest/digest_content.ts";

type Tiles = Partial<Record<"sessions" | "conversions" | "ig_reach" | "engagement", TileInput>>;

const cases: [string, Tiles, string[]][] = [
  ["a source that went quiet comes first, then the larger move", {
    sessions: { value: 1520, previous: 1216 },
    conversions: { value: 48, previous: 60 },
    ig_reach: { value: 9100, previous: 6500 },
    engagement: { value: null, previous: 812, previous_n: 7 },
  }, [
    "Engagement went quiet: nothing arrived this week, after 7 numbers the week before.",
    "Instagram reach grew 40%, from 6,500 to 9,100.",
    "Sessions grew 25%, from 1,216 to 1,520.",
    "Conversions dropped 20%, from 60 to 48.",
    "3.2% of sessions converted, down 1.8 points on the week before.",
  ]],
  ["less is better where the metric says so", {
    sessions: { label: "Bounces", direction: "lower_is_better", value: 150, previous: 100 },
    engagement: { label: "Refunds", direction: "lower_is_better", value: 50, previous: 200 },
  }, [
    "Refunds improved: it fell 75%, from 200 to 50.",
    "Bounces got worse: it rose 50%, from 100 to 150.",
  ]],
  ["neither is better where the metric is neutral", {
    engagement: { label: "Spend", direction: "neutral", value: 150, previous: 100 },
    ig_reach: { label: "Posts", direction: "neutral", value: 50, previous: 100 },
  }, ["Posts fell 50%, from 100 to 50.", "Spend rose 50%, from 100 to 150."]],
  ["what is new has no percentage", {
    ig_reach: { value: 3200, previous: 0 },
  }, ["Instagram reach came to 3,200, after 0 the week before."]],
  ["small moves and small numbers are noise", {
    sessions: { value: 20, previous: 20.9 },
    conversions: { value: 2, previous: 1 },
  }, ["A steady week: no total moved by 5% or more."]],
  ["a conversion rate without a week before has no direction", {
    sessions: { value: 200 },
    conversions: { value: 9 },
  }, ["4.5% of sessions converted."]],
  ["a conversion rate that stays says so", {
    sessions: { value: 1000, previous: 990 },
    conversions: { value: 100, previous: 99 },
  }, [
    "10% of sessions converted, as in the week before.",
    "A steady week: no total moved by 5% or more.",
  ]],
  ["a day that brought a quarter or more stands out", {
    conversions: { days: [2, 9, 2, 2, 2, 2, 1] },
  }, ["Tuesday alone brought 45% of the week's conversions (9 of 20)."]],
  ["a week without numbers says so", {}, [
    "No numbers arrived this week: 0 rows in 7 days. Is a source disconnected?",
  ]],
];

for (const [what, tiles, expected] of cases) {
  Deno.test(`findingsOf(): ${what}`, () => {
    const { findings } = reportOf(contentOf(tiles));
    assert.deepStrictEqual(findings.map(({ text }) => text), expected);
  });
}

Deno.test("findingsOf() never says more than five things, each with its number", () => {
  const tile = { days: [1000, 1, 1, 1, 1, 1, 1], previous: 10 };
  const { findings } = reportOf(contentOf({
    sessions: tile,
    conversions: tile,
    ig_reach: tile,
    engagement: tile,
  }));
  assert.strictEqual(findings.length, 5);
  for (const finding of findings) assert.match(finding.text, /\d/);
});

Deno.test("toneOf() follows the metric's direction", () => {
  assert.deepStrictEqual(
    ([
      ["higher_is_better", 1],
      ["higher_is_better", -1],
      ["lower_is_better", 1],
      ["lower_is_better", -1],
      ["neutral", 1],
      ["higher_is_better", 0],
    ] as const).map(([direction, difference]) => toneOf(direction, difference)),
    ["good", "bad", "bad", "good", "neutral", "neutral"],
  );
});
