import { createHash } from "node:crypto";

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

/** A call to a model. `input_tokens` are those of the prompt that were neither read from nor written to a cache. */
export interface AiCall {
  external_id: string;
  at: string;
  provider?: string;
  model?: string;
  input_tokens: number;
  output_tokens: number;
  cache_read_tokens: number;
  cache_write_tokens: number;
  /** As the source reports it; without it, the price table decides. */
  cost_usd?: number;
  latency_ms?: number;
  status?: number;
  error?: string;
}

export interface AiEdit {
  external_id: string;
  at: string;
  tool?: string;
  decision?: "accept" | "reject";
  language?: string;
  succeeded?: boolean;
}

export interface AiCounter {
  external_id: string;
  at: string;
  name: string;
  attributes: Record<string, string>;
  value: number;
}

/** An identity of at most 100 characters: what the source says, or its SHA-256 where that is longer. */
export function identityOf(given: string): string {
  return given.length <= 100 ? given : `sha256:${sha256(given)}`;
}

/** The identity of something that brings none: of the same content always the same. */
export function identityOfContent(content: unknown): string {
  return `sha256:${sha256(JSON.stringify(content))}`;
}

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** `owner/name` in lower case, from that or from any URL that Git clones. */
export function repositoryName(given: string): string {
  return given.trim().toLowerCase()
    .replace(/^[a-z+]+:\/\/(?:[^/@]*@)?[^/]+\//, "")
    .replace(/^[^/@]+@[^/:]+:/, "")
    .replace(/\.git$|\/+$/g, "");
}

/** The number of a pull request, from `17`, `#17` or its URL. */
export function pullRequestNumber(given: string): string {
  return /\/(?:pull|pulls|merge_requests|pull-requests)\/(\d+)/.exec(given)?.[1] ??
    given.trim().replace(/^[#!]/, "");
}

export interface TokenCounts {
  /** Of the prompt, with or without those of the cache. */
  prompt: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
}

/**
 * The four kinds of tokens of a call, none counted twice. OpenAI, Gemini, LiteLLM, OpenInference and the OpenTelemetry
 * conventions count cached tokens into the prompt's; where the cached ones are more than the prompt's, they cannot be part of it.
 */
export function exclusiveTokens(
  { prompt, output, cacheRead, cacheWrite }: TokenCounts,
  isInclusive: boolean,
) {
  const cached = cacheRead + cacheWrite;
  return {
    input_tokens: isInclusive && cached <= prompt ? prompt - cached : prompt,
    output_tokens: output,
    cache_read_tokens: cacheRead,
    cache_write_tokens: cacheWrite,
  };
}
