import assert from "node:assert/strict";
import {
  comparePrices,
  genaiPrices,
  type ListPrice,
  piPrices,
} from "../../tools/lib/price_catalogues.ts";

Deno.test("genaiPrices() takes the price of the day, the lowest tier, and leaves out what is no more", () => {
  const models = [
    { id: "GLM-9", prices: { input_mtok: 1, output_mtok: 4, cache_read_mtok: 0.2 } },
    { id: "tiered", prices: { input_mtok: { base: 2, tiers: [] }, output_mtok: 6 } },
    {
      id: "dated",
      prices: [
        { prices: { input_mtok: 10, output_mtok: 40 } },
        {
          constraint: { type: "start_date", start_date: "2026-06-01" },
          prices: { input_mtok: 2, output_mtok: 8 },
        },
        { constraint: { type: "time_of_date" }, prices: { input_mtok: 1, output_mtok: 4 } },
      ],
    },
    { id: "old", deprecated: true, prices: { input_mtok: 1, output_mtok: 1 } },
    { id: "by-the-hour", prices: {} },
  ];
  const of = (day: string) =>
    genaiPrices(models, day).map(({ model, input, output }) => [model, input, output]);
  assert.deepStrictEqual(of("2026-05-31"), [
    ["glm-9", 1, 4],
    ["tiered", 2, 6],
    ["dated", 10, 40],
  ]);
  assert.deepStrictEqual(of("2026-06-01")[2], ["dated", 2, 8]);
});

Deno.test("piPrices() takes 0 for what is not known", () => {
  const cost = { input: 1, output: 2, cacheRead: 0, cacheWrite: 0 };
  const models = {
    a: { id: "A", cost },
    b: { id: "b", cost: { ...cost, input: 0, output: 0 } },
  };
  assert.deepStrictEqual(piPrices(models), [
    { model: "a", input: 1, output: 2, cacheRead: null, cacheWrite: null },
  ]);
});

Deno.test("comparePrices() lists what is missing and what differs by more than catalogues round", () => {
  const price = (model: string, input: number, cacheRead: number | null = null): ListPrice => ({
    model,
    input,
    output: 2,
    cacheRead,
    cacheWrite: null,
  });
  const seeded = new Map([["same", price("same", 1, 0.125)], ["other", price("other", 1)]]);
  const catalogue = [price("same", 1, 0.13), price("other", 3, 0.5), price("new", 1)];
  assert.deepStrictEqual(comparePrices(catalogue, (model) => seeded.get(model) ?? null), [
    { kind: "differs", price: catalogue[1], field: "input", catalogue: 3, seeded: 1 },
    { kind: "missing", price: catalogue[2] },
  ]);
});
