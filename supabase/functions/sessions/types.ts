import type { Rejection } from "../_shared/intake/rejection.ts";
import type { Compared, MetricKind } from "../_shared/numbers/metric.ts";
import type { StoredPeriod } from "../_shared/numbers/period.ts";

/** What `store_ai_records()` takes: a session, and at most one thing that happened in it. */
export interface AiRecord {
  /** Which of the programs of the request it came from, see sources.ts. */
  origin?: number;
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
  /** Those of the prompt that were heard, as the next two were seen. */
  input_audio_tokens?: number;
  input_image_tokens?: number;
  input_video_tokens?: number;
}

/** A call to a model. */
export interface AiCall extends CallTokens {
  external_id: string;
  at: string;
  provider?: string;
  model?: string;
  /** As the source reports it; without it, the price table decides. */
  cost_usd?: number;
  /** Whether that cost is one that its source can only have guessed. */
  is_guess?: boolean;
  latency_ms?: number;
  /** Until the first token came, in milliseconds. */
  ttft_ms?: number;
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
  /** Whether a configuration or hook decided, and no person. */
  automatic?: boolean;
}

export interface AiCounter {
  external_id: string;
  at: string;
  name: string;
  attributes: Record<string, string>;
  value: number;
  /** Of a cumulative sum, which began at `at`: when it had this value. */
  seen_at?: string;
}

/** What a program sent in one request, by one signal. */
export interface SourceSeen {
  program: string;
  version: string;
  signal: "traces" | "logs" | "metrics" | "ingest";
  received: number;
  calls_without_tokens: number;
  rejected: number;
  /** How many items of which kind nothing was made of. */
  left_out: Record<string, number>;
  /** What was seen in it that says how the program is set. */
  facts: string[];
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
