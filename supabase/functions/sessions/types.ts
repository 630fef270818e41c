import type { Rejection } from "../_shared/intake/rejection.ts";
import type { Compared, MetricKind } from "../_shared/numbers/metric.ts";
import type { StoredPeriod } from "../_shared/numbers/period.ts";

/** What `store_ai_records()` takes: a session, and at most one thing that happened in it. */
export interface AiRecord {
  session: AiSession;
  call?: AiCall;
  edit?: AiEdit;
  counter?: AiCounter;
}

export interface AiSession {
  external_id: string;
  source: string;
  developer_id?: string;
  repository?: string;
  branch?: string;
  accepted?: boolean;
  accepted_lines?: number;
  commits?: string[];
  pull_request?: string;
}

/** The tokens of a call: of each kind all or, where nothing is said of them, none. */
export interface CallTokens {
  /** Of the prompt, neither read from nor written to a cache. */
  input_tokens?: number;
  output_tokens?: number;
  cache_read_tokens?: number;
  cache_write_tokens?: number;
  /** Of those written to a cache the ones for an hour. */
  cache_write_1h_tokens?: number;
  /** Part of `output_tokens`. */
  reasoning_tokens?: number;
}

/** A call to a model. */
export interface AiCall extends CallTokens {
  external_id: string;
  at: string;
  provider?: string;
  model?: string;
  /** As the source reports it; without it, the price table decides. */
  cost_usd?: number;
  latency_ms?: number;
  status?: number;
  error?: string;
  /** What it was sold as where that is not the standard: batch, flex, priority, fast. */
  service_tier?: string;
}

export interface AiEdit {
  external_id: string;
  at: string;
  tool?: string;
  decision?: "accept" | "reject";
  language?: string;
  succeeded?: boolean;
  lines_added?: number;
  lines_removed?: number;
}

export interface AiCounter {
  external_id: string;
  at: string;
  name: string;
  attributes: Record<string, string>;
  value: number;
}

/** One entry of a request: where it stood, what it turned out to be, and, if it is rejected, how it came. */
export interface Entry {
  index: number;
  raw: string;
  judged: AiRecord | Rejection;
}

/** What became of the pull requests that sessions went into, the outcome that matters most first. */
export const outcomes = [
  "caused_incident",
  "reverted",
  "deployed",
  "merged",
  "open",
  "abandoned",
] as const;

/** What the sessions of a range cost, as `public.ai_yield` counts it. */
export interface YieldCounts {
  sessions: number;
  cost_usd: number;
  uncosted_sessions: number;
  outcomes: { outcome: typeof outcomes[number]; sessions: number; cost_usd: number }[];
  merged_pull_requests: number;
  cost_of_merged: number | null;
  deployments: number;
  cost_of_deployed: number | null;
  scored: { sessions: number; cost_usd: number };
}

/** What the sessions of a day, week or month cost. */
export interface YieldBucket
  extends Pick<YieldCounts, "sessions" | "cost_usd" | "uncosted_sessions" | "outcomes"> {
  start: string;
  end: string;
  complete: boolean;
}

/** The same beside the range that is compared with. */
export interface StoredYield extends YieldCounts {
  period: StoredPeriod;
  previous: (YieldCounts & { period: StoredPeriod }) | null;
}

/** A number of what came of the money. */
export interface YieldMetric extends MetricKind, Compared {
  value: number | null;
  n: number;
  null_reason: "no_cost" | "no_pull_requests" | "no_deployments" | null;
}
