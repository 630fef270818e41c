import { acceptanceRate, type Formula, knownCost } from "../_shared/numbers/formulas.ts";
import {
  type Compared,
  compared,
  type Metric,
  type MetricKind,
  type Previous,
} from "../_shared/numbers/metric.ts";
import { periodOf, type StoredPeriod } from "../_shared/numbers/period.ts";
import { percent, ratio } from "../_shared/numbers/ratio.ts";

/** What the sessions of a group cost and brought, as `public.ai_spend` counts it. */
export interface SpendCounts {
  sessions: number;
  calls: number;
  failed_calls: number;
  cost_usd: number | null;
  uncosted_sessions: number;
  input_tokens: number | null;
  output_tokens: number | null;
  cache_read_tokens: number | null;
  cache_write_tokens: number | null;
  unmeasured_sessions: number;
  accepted_lines: number;
  people_accepted: number;
  people_rejected: number;
  automatic_decisions: number;
  merged_pull_requests: number;
  cost_of_merged: number | null;
  commits: number;
}

/** How sessions used models and how their calls went, as `public.ai_usage` counts it. */
export interface UsageCounts {
  sessions: number;
  measured_sessions: number;
  costed_sessions: number;
  input_tokens: number | null;
  output_tokens: number | null;
  cache_read_tokens: number | null;
  cache_write_tokens: number | null;
  cost_usd: number | null;
  calls: number;
  failed_calls: number;
  failed_cost_usd: number | null;
  costed_failed_calls: number;
  retried_calls: number;
  timed_calls: number;
  ttft_ms_p50: number | null;
  ttft_ms_p95: number | null;
}

export const useNullReasons = [
  "no_sessions",
  "no_cost",
  "no_tokens",
  "no_decisions",
  "only_automatic_decisions",
  "no_pull_requests",
  "no_accepted_lines",
  "no_calls",
  "no_failed_calls",
  "no_first_token_time",
] as const;

/** A number of what was used. */
export interface UseMetric extends Metric, Compared {
  null_reason: typeof useNullReasons[number] | null;
}

interface Kind<Counts> extends Omit<MetricKind, "definition"> {
  formula: Formula<Counts>;
  n: (counts: Counts) => number;
  whyNull: (counts: Counts) => typeof useNullReasons[number];
}

type Tokens = Pick<UsageCounts, "input_tokens" | "cache_read_tokens" | "cache_write_tokens">;

/** Of the prompts' tokens those that a cache gave, in per cent. */
const cacheHitShare: Formula<Tokens> = {
  definition: "ai.cache_hit_share@1",
  of: ({ input_tokens, cache_read_tokens, cache_write_tokens }) =>
    input_tokens === null ? null : percent(
      cache_read_tokens,
      input_tokens + (cache_read_tokens ?? 0) + (cache_write_tokens ?? 0),
    ),
};

const cacheHits = {
  key: "cache_hit_share",
  label: "Prompt from caches",
  unit: "%",
  direction: "higher_is_better" as const,
  formula: cacheHitShare,
};

const spendKinds: Kind<SpendCounts>[] = [
  {
    key: "cost_usd",
    label: "AI cost",
    unit: "USD",
    direction: "neutral",
    formula: knownCost,
    n: ({ sessions, uncosted_sessions }) => sessions - uncosted_sessions,
    whyNull: ({ sessions }) => sessions === 0 ? "no_sessions" : "no_cost",
  },
  {
    key: "cost_per_merged_pull_request",
    label: "AI cost per merged pull request",
    unit: "USD/PR",
    direction: "lower_is_better",
    formula: {
      definition: "ai.cost_per_merged_pull_request@1",
      of: ({ cost_of_merged, merged_pull_requests }) => ratio(cost_of_merged, merged_pull_requests),
    },
    n: ({ merged_pull_requests }) => merged_pull_requests,
    whyNull: ({ merged_pull_requests }) =>
      merged_pull_requests > 0 ? "no_cost" : "no_pull_requests",
  },
  {
    key: "cost_per_accepted_line",
    label: "AI cost per accepted line",
    unit: "USD/line",
    direction: "lower_is_better",
    formula: {
      definition: "ai.cost_per_accepted_line@1",
      of: ({ cost_usd, accepted_lines }) => ratio(cost_usd, accepted_lines),
    },
    n: ({ accepted_lines }) => accepted_lines,
    whyNull: ({ accepted_lines }) => accepted_lines > 0 ? "no_cost" : "no_accepted_lines",
  },
  {
    key: "acceptance_rate",
    label: "AI acceptance",
    unit: "%",
    direction: "higher_is_better",
    formula: acceptanceRate,
    n: ({ people_accepted, people_rejected }) => people_accepted + people_rejected,
    whyNull: ({ automatic_decisions }) =>
      automatic_decisions > 0 ? "only_automatic_decisions" : "no_decisions",
  },
  {
    ...cacheHits,
    n: ({ sessions, unmeasured_sessions }) => sessions - unmeasured_sessions,
    whyNull: ({ sessions }) => sessions === 0 ? "no_sessions" : "no_tokens",
  },
];

const usageKinds: Kind<UsageCounts>[] = [
  {
    key: "tokens",
    label: "Tokens",
    unit: "tokens",
    direction: "neutral",
    formula: {
      definition: "ai.tokens@1",
      of: ({ input_tokens, output_tokens, cache_read_tokens, cache_write_tokens }) =>
        input_tokens === null || output_tokens === null
          ? null
          : input_tokens + output_tokens + (cache_read_tokens ?? 0) + (cache_write_tokens ?? 0),
    },
    n: ({ measured_sessions }) => measured_sessions,
    whyNull: ({ sessions }) => sessions === 0 ? "no_sessions" : "no_tokens",
  },
  {
    ...cacheHits,
    n: ({ measured_sessions }) => measured_sessions,
    whyNull: ({ sessions }) => sessions === 0 ? "no_sessions" : "no_tokens",
  },
  {
    key: "failed_cost_usd",
    label: "Cost of failed calls",
    unit: "USD",
    direction: "lower_is_better",
    formula: { definition: "ai.failed_cost_usd@1", of: ({ failed_cost_usd }) => failed_cost_usd },
    n: ({ costed_failed_calls }) => costed_failed_calls,
    whyNull: ({ calls, failed_calls }) =>
      calls === 0 ? "no_calls" : failed_calls === 0 ? "no_failed_calls" : "no_cost",
  },
  {
    key: "retry_share",
    label: "Failed calls tried again",
    unit: "%",
    direction: "neutral",
    formula: {
      definition: "ai.retry_share@1",
      of: ({ retried_calls, failed_calls }) => percent(retried_calls, failed_calls),
    },
    n: ({ failed_calls }) => failed_calls,
    whyNull: ({ calls }) => calls === 0 ? "no_calls" : "no_failed_calls",
  },
  ...([50, 95] as const).map((percentile): Kind<UsageCounts> => ({
    key: `ttft_ms_p${percentile}`,
    label: percentile === 50 ? "First token, median" : "First token, 95th percentile",
    unit: "ms",
    direction: "lower_is_better",
    formula: {
      definition: `ai.ttft_ms_p${percentile}@1`,
      of: (counts) => percentile === 50 ? counts.ttft_ms_p50 : counts.ttft_ms_p95,
    },
    n: ({ timed_calls }) => timed_calls,
    whyNull: ({ calls }) => calls === 0 ? "no_calls" : "no_first_token_time",
  })),
];

/** Counts of the period that is compared with. */
export interface Before<Counts> {
  counts: Counts;
  period: StoredPeriod;
}

/** What a group cost and brought, beside what it was. */
export function spendMetrics(
  counts: SpendCounts,
  before: Before<SpendCounts> | null,
  now: Date,
): UseMetric[] {
  return metricsOf(spendKinds, counts, before, now);
}

/** What was used and how calls went, beside what it was. */
export function usageMetrics(
  counts: UsageCounts,
  before: Before<UsageCounts> | null,
  now: Date,
): UseMetric[] {
  return metricsOf(usageKinds, counts, before, now);
}

function metricsOf<Counts>(
  kinds: Kind<Counts>[],
  counts: Counts,
  before: Before<Counts> | null,
  now: Date,
): UseMetric[] {
  return kinds.map(({ formula, n, whyNull, ...kind }) => {
    const value = formula.of(counts);
    const previous: Previous | null = before && {
      value: formula.of(before.counts),
      n: n(before.counts),
      period: periodOf(before.period, now),
    };
    return compared({
      ...kind,
      definition: formula.definition,
      value,
      n: n(counts),
      null_reason: value === null ? whyNull(counts) : null,
    }, previous);
  });
}
