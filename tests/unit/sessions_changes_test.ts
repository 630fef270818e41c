import assert from "node:assert/strict";
import { costChange, type ModelUse } from "../../supabase/functions/sessions/changes.ts";
import { seeded } from "../helpers/inputs/random.ts";

const prices = { input_usd: 2, output_usd: 10, cache_read_usd: 0.2, cache_write_usd: 2.5 };
const million = 1_000_000;

function use(model: string, cost_usd: number, tokens: Partial<ModelUse>): ModelUse {
  return {
    model,
    sessions: 1,
    cost_usd,
    input_tokens: 0,
    output_tokens: 0,
    cache_read_tokens: 0,
    cache_write_tokens: 0,
    ...prices,
    ...tokens,
  };
}

/** Dollars by cause, those that are 0 left out. */
function parts(before: ModelUse[], after: ModelUse[]): Record<string, number> {
  const change = costChange(before, after);
  return Object.fromEntries(
    change.parts.filter(({ difference_usd }) => difference_usd !== 0)
      .map(({ cause, difference_usd }) => [cause, difference_usd]),
  );
}

// A million fresh tokens of the prompt at 2.
const plain = use("m", 2, { input_tokens: million });

const table: [string, ModelUse[], ModelUse[], Record<string, number>][] = [
  ["twice as much", [plain], [use("m", 4, { input_tokens: 2 * million })], { volume: 2 }],
  ["the price halved", [plain], [use("m", 1, { input_tokens: million })], { price: -1 }],
  // Half of the prompt at 0.20 instead of 2.
  ["a cache", [plain], [
    use("m", 1.1, { input_tokens: million / 2, cache_read_tokens: million / 2 }),
  ], { cache_share: -0.9 }],
  // Half of the tokens are answers at 10.
  ["long answers", [plain], [
    use("m", 6, { input_tokens: million / 2, output_tokens: million / 2 }),
  ], { output_share: 4 }],
  // Half of the tokens by a model that costs 1 a million instead of 2.
  ["another model", [plain, use("n", 1, { input_tokens: million })], [
    use("m", 1, { input_tokens: million / 2 }),
    use("n", 1.5, { input_tokens: 1.5 * million }),
  ], { model_mix: -0.5 }],
  ["a model that is new", [plain], [use("n", 1, { input_tokens: million })], { model_mix: -1 }],
  ["nothing before", [], [plain], { volume: 2 }],
  ["nothing now", [plain], [], { volume: -2 }],
  ["nothing at all", [], [], {}],
  // Without a price of the model nothing is known of its kinds of tokens.
  ["no price", [{ ...plain, input_usd: null }], [
    use("m", 1.1, { input_tokens: million / 2, cache_read_tokens: million / 2 }),
  ], { price: -0.9 }],
  // What is charged a tenth of the list's price, as a reseller may, has a tenth of the effect.
  ["a cache at another price", [use("m", 0.2, { input_tokens: million })], [
    use("m", 0.11, { input_tokens: million / 2, cache_read_tokens: million / 2 }),
  ], { cache_share: -0.09 }],
];

for (const [name, before, after, expected] of table) {
  Deno.test(`costChange() of ${name}`, () => {
    assert.deepStrictEqual(parts(before, after), expected);
  });
}

Deno.test("costChange() divides any change into parts that add up to it exactly", () => {
  const random = seeded(16);
  const whole = (most: number) => Math.floor(random.next() * most);
  const uses = () =>
    ["a", "b", "c", "d"].filter(() => random.next() < 0.7).map((model) =>
      use(model, random.next() * 100, {
        input_tokens: 1 + whole(1e6),
        output_tokens: whole(1e5),
        cache_read_tokens: whole(1e7),
        cache_write_tokens: whole(1e5),
        input_usd: random.next() < 0.2 ? null : 3,
      })
    );
  for (let round = 0; round < 500; round++) {
    const change = costChange(uses(), uses());
    const micro = (usd: number) => Math.round(usd * 1e6);
    const sum = change.parts.reduce((total, part) => total + micro(part.difference_usd), 0);
    assert.strictEqual(sum, micro(change.difference_usd));
    assert.strictEqual(micro(change.after_usd) - micro(change.before_usd), sum);
  }
});
