import { z } from "zod";

/** What a million tokens cost in US dollars; null where nothing is said of it. */
export interface ListPrice {
  model: string;
  input: number;
  output: number;
  cacheRead: number | null;
  cacheWrite: number | null;
}

/** What a catalogue says that the seeded table does not. */
export type PriceDifference =
  | { kind: "missing"; price: ListPrice }
  | { kind: "differs"; price: ListPrice; field: string; catalogue: number; seeded: number };

const Tiered = z.union([z.number(), z.object({ base: z.number() }).transform(({ base }) => base)]);
const GenaiPrices = z.object({
  input_mtok: Tiered.optional(),
  output_mtok: Tiered.optional(),
  cache_read_mtok: Tiered.optional(),
  cache_write_mtok: Tiered.optional(),
});
const GenaiModel = z.object({
  id: z.string(),
  deprecated: z.boolean().optional(),
  prices: z.union([
    GenaiPrices,
    z.array(z.object({
      constraint: z.object({ type: z.string(), start_date: z.string().optional() }).optional(),
      prices: GenaiPrices,
    })),
  ]),
});

/** The prices of a provider in @pydantic/genai-prices that hold on a day, of models that are charged by the token. */
export function genaiPrices(models: unknown, day: string): ListPrice[] {
  return z.array(GenaiModel).parse(models).flatMap(({ id, deprecated, prices }) => {
    if (deprecated === true) return [];
    const held = Array.isArray(prices)
      ? prices.findLast(({ constraint }) =>
        constraint === undefined ||
        (constraint.type === "start_date" && (constraint.start_date ?? "") <= day)
      )?.prices
      : prices;
    if (held?.input_mtok === undefined) return [];
    return [{
      model: id.toLowerCase(),
      input: held.input_mtok,
      output: held.output_mtok ?? 0,
      cacheRead: held.cache_read_mtok ?? null,
      cacheWrite: held.cache_write_mtok ?? null,
    }];
  });
}

const PiModels = z.record(
  z.string(),
  z.object({
    id: z.string(),
    cost: z.object({
      input: z.number(),
      output: z.number(),
      cacheRead: z.number(),
      cacheWrite: z.number(),
    }),
  }),
);

/** The prices of a provider in @earendil-works/pi-ai, where 0 stands for what is not known. */
export function piPrices(models: unknown): ListPrice[] {
  return Object.values(PiModels.parse(models)).flatMap(({ id, cost }) =>
    cost.input === 0 ? [] : [{
      model: id.toLowerCase(),
      input: cost.input,
      output: cost.output,
      cacheRead: cost.cacheRead || null,
      cacheWrite: cost.cacheWrite || null,
    }]
  );
}

/** Which prices of a catalogue the seeded table lacks, or has otherwise; `seeded` finds a model's as a call would. */
export function comparePrices(
  catalogue: ListPrice[],
  seeded: (model: string) => ListPrice | null,
): PriceDifference[] {
  return catalogue.flatMap((price): PriceDifference[] => {
    const known = seeded(price.model);
    if (known === null) return [{ kind: "missing", price }];
    return (["input", "output", "cacheRead", "cacheWrite"] as const).flatMap((field) => {
      const [theirs, ours] = [price[field], known[field]];
      // What either does not say is no difference; catalogues round to a hundredth of a cent.
      if (theirs === null || ours === null || Math.abs(theirs - ours) < 0.0051) return [];
      return [{ kind: "differs" as const, price, field, catalogue: theirs, seeded: ours }];
    });
  });
}
