import { ratio } from "../_shared/numbers/ratio.ts";

/** What the sessions of a model used and cost in a period, and what a million tokens of each kind cost by its price; null without one. */
export interface ModelUse {
  model: string;
  sessions: number;
  cost_usd: number;
  input_tokens: number;
  output_tokens: number;
  cache_read_tokens: number;
  cache_write_tokens: number;
  input_usd: number | null;
  output_usd: number | null;
  cache_read_usd: number | null;
  cache_write_usd: number | null;
}

export const causes = ["volume", "model_mix", "cache_share", "output_share", "price"] as const;
export type Cause = typeof causes[number];

/** What made a cost another one: parts that add up to the difference, to the millionth of a dollar. */
export interface CostChange {
  before_usd: number;
  after_usd: number;
  difference_usd: number;
  parts: { cause: Cause; difference_usd: number }[];
  models: { model: string; before_usd: number; after_usd: number; difference_usd: number }[];
}

/**
 * Divides the change of a cost among its causes, one after the other, each at what the ones before it have made: first all tokens at the old
 * cost of one (volume); then the models' shares of them at the old cost of each (model_mix; a model that is new has no old cost and is taken at its
 * new one); then, within a model, what of its tokens was read from a cache and written to one (cache_share) and what was an answer (output_share), at
 * the old price of each kind; what is left is price, with tiers, batches and what sources report. Rounded to millionths of a dollar, of which price takes the
 * remainder, so that the parts add up to the difference exactly.
 */
export function costChange(before: ModelUse[], after: ModelUse[]): CostChange {
  const past = new Map(before.map((use) => [use.model, use]));
  const totalBefore = sum(before, tokensOf);
  const totalAfter = sum(after, tokensOf);
  const costBefore = sum(before, ({ cost_usd }) => cost_usd);
  const costAfter = sum(after, ({ cost_usd }) => cost_usd);
  // Nothing before has no cost of a token: then all of it is volume.
  const volume = totalBefore === 0
    ? costAfter - costBefore
    : (totalAfter - totalBefore) * costBefore / totalBefore;
  const mixed = sum(after, (use) => tokensOf(use) * rateOf(past.get(use.model) ?? use));
  const mix = totalBefore === 0 ? 0 : mixed - totalAfter * costBefore / totalBefore;
  const within = totalBefore === 0 ? [] : after.flatMap((use) => {
    const old = past.get(use.model);
    return old === undefined ? [] : [compositionOf(old, use)];
  });
  const micro = {
    volume: toMicro(volume),
    model_mix: toMicro(mix),
    cache_share: toMicro(sum(within, ({ cache }) => cache)),
    output_share: toMicro(sum(within, ({ output }) => output)),
  };
  const difference = toMicro(costAfter) - toMicro(costBefore);
  const price = difference - micro.volume - micro.model_mix - micro.cache_share -
    micro.output_share;
  const parts = { ...micro, price };
  const names = [...new Set([...before, ...after].map(({ model }) => model))].sort();
  const current = new Map(after.map((use) => [use.model, use]));
  return {
    before_usd: toMicro(costBefore) / 1e6,
    after_usd: toMicro(costAfter) / 1e6,
    difference_usd: difference / 1e6,
    parts: causes.map((cause) => ({ cause, difference_usd: parts[cause] / 1e6 })),
    models: names.map((model) => {
      const [from, to] = [past.get(model)?.cost_usd ?? 0, current.get(model)?.cost_usd ?? 0];
      return {
        model,
        before_usd: from,
        after_usd: to,
        difference_usd: (toMicro(to) - toMicro(from)) / 1e6,
      };
    }).sort((a, b) => Math.abs(b.difference_usd) - Math.abs(a.difference_usd)),
  };
}

/** What another share of the cache, and of answers, makes of a model's cost at its old prices; 0 where these are not known. */
function compositionOf(old: ModelUse, use: ModelUse): { cache: number; output: number } {
  const { input_usd, output_usd, cache_read_usd, cache_write_usd } = old;
  if (
    input_usd === null || output_usd === null || cache_read_usd === null ||
    cache_write_usd === null
  ) {
    return { cache: 0, output: 0 };
  }
  const promptRate = (of: ModelUse) =>
    ratio(
      of.input_tokens * input_usd + of.cache_read_tokens * cache_read_usd +
        of.cache_write_tokens * cache_write_usd,
      promptOf(of),
    ) ?? 0;
  const listed = promptOf(old) * promptRate(old) + old.output_tokens * output_usd;
  // Prices of tiers and batches differ from the list's in one proportion.
  const scale = ratio(old.cost_usd, listed) ?? 0;
  const answerShare = (of: ModelUse) => of.output_tokens / tokensOf(of);
  const tokens = tokensOf(use);
  const cache = tokens * (1 - answerShare(old)) * (promptRate(use) - promptRate(old)) * scale;
  const output = tokens * (answerShare(use) - answerShare(old)) *
    (output_usd - promptRate(use)) * scale;
  return { cache, output };
}

function promptOf({ input_tokens, cache_read_tokens, cache_write_tokens }: ModelUse): number {
  return input_tokens + cache_read_tokens + cache_write_tokens;
}

function tokensOf(use: ModelUse): number {
  return promptOf(use) + use.output_tokens;
}

/** What a token cost. */
function rateOf(use: ModelUse): number {
  return ratio(use.cost_usd, tokensOf(use)) ?? 0;
}

function sum<One>(list: One[], of: (one: One) => number): number {
  return list.reduce((total, one) => total + of(one), 0);
}

function toMicro(usd: number): number {
  return Math.round(usd * 1e6);
}
