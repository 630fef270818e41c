import { createHash } from "node:crypto";

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
