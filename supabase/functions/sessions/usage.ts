import { isRecord } from "../_shared/intake/kinds.ts";
import { Rejection } from "../_shared/intake/rejection.ts";
import { Fields } from "./fields.ts";
import { exclusiveTokens } from "./record.ts";
import type { CallTokens } from "./types.ts";

/** What a source says of the tokens of a call; what it leaves out is undefined. */
export interface SaidTokens {
  /** Of the prompt, with or without those of the cache. */
  prompt?: number | undefined;
  output?: number | undefined;
  cacheRead?: number | undefined;
  cacheWrite?: number | undefined;
  /** Those of `cacheWrite` that were written for an hour. */
  cacheWrite1h?: number | undefined;
  /** Those of `output` that were thought. */
  reasoning?: number | undefined;
  /** Those of `prompt` that were heard, as the next two were seen. */
  audio?: number | undefined;
  image?: number | undefined;
  video?: number | undefined;
}

/** The tokens of a call as they are stored: none of any kind when nothing is said of them, for unknown is not 0. */
export function tokensOf(said: SaidTokens, isInclusive: boolean): CallTokens {
  const { prompt, output, cacheRead, cacheWrite, cacheWrite1h, reasoning } = said;
  if ([prompt, output, cacheRead, cacheWrite, cacheWrite1h].every((one) => one === undefined)) {
    return {};
  }
  const written = cacheWrite ?? cacheWrite1h ?? 0;
  return {
    ...exclusiveTokens({
      prompt: prompt ?? 0,
      output: output ?? 0,
      cacheRead: cacheRead ?? 0,
      cacheWrite: written,
    }, isInclusive),
    ...(cacheWrite1h === undefined ? {} : { cache_write_1h_tokens: cacheWrite1h }),
    ...(reasoning === undefined ? {} : { reasoning_tokens: reasoning }),
    ...(said.audio ? { input_audio_tokens: said.audio } : {}),
    ...(said.image ? { input_image_tokens: said.image } : {}),
    ...(said.video ? { input_video_tokens: said.video } : {}),
  };
}

/** Sellers charge nothing for a request that they refused: without tokens such a call took none. */
export const noTokens: CallTokens = {
  input_tokens: 0,
  output_tokens: 0,
  cache_read_tokens: 0,
  cache_write_tokens: 0,
};

/** Where a record may have its usage: in itself, or in what the seller answered. */
const places = [
  ["usage"],
  ["usageMetadata"],
  ["usage_metadata"],
  ["token_usage"],
  ["usage_object"],
  ["response", "usage"],
  ["response", "usageMetadata"],
  ["response", "usage_metadata"],
  ["message", "usage"],
  ["body", "usage"],
  ["response", "body", "usage"],
];

/**
 * The tokens of a record, from its own fields or from the usage object of a seller in it: Anthropic, OpenAI (chat and
 * Responses), Gemini, Bedrock, Ollama, the AI SDK. Empty where nothing is said of them.
 * @throws Rejection when a usage object is there that has none of the known fields: nothing would be counted in silence.
 */
export function usageIn(fields: Fields): CallTokens {
  const own = tokensIn(fields);
  if (hasTokens(own)) return own;
  let unread: string | undefined;
  for (const place of places) {
    const container = place.reduce((within, name) => within.within(name), fields);
    const tokens = tokensIn(container);
    if (hasTokens(tokens)) return tokens;
    if (!container.isEmpty()) unread ??= place.join(".");
  }
  if (unread !== undefined) {
    throw new Rejection("unknown_usage", unread, "has none of the known counts of tokens");
  }
  return {};
}

/** Whether a usage object, or anything like one, is in a record. */
export function hasUsage(fields: Fields): boolean {
  return fields.has(...ofTokens) ||
    places.some(([first = "", ...rest]) =>
      rest.length === 0
        ? isRecord(fields.any(first))
        : rest.reduce((within, name) => within.within(name), fields.within(first)).isEmpty() ===
          false
    );
}

function hasTokens(tokens: CallTokens): boolean {
  return tokens.output_tokens !== undefined;
}

const ofTokens = [
  "prompt_tokens",
  "input_tokens",
  "completion_tokens",
  "output_tokens",
  "promptTokens",
  "inputTokens",
  "completionTokens",
  "outputTokens",
  "promptTokenCount",
  "prompt_token_count",
  "candidatesTokenCount",
  "candidates_token_count",
  "prompt_eval_count",
  "eval_count",
];

/** The counts of one object, in whichever of the sellers' spellings it has them. */
function tokensIn(fields: Fields): CallTokens {
  if (
    fields.has(
      "promptTokenCount",
      "prompt_token_count",
      "candidatesTokenCount",
      "candidates_token_count",
    )
  ) {
    return geminiTokens(fields);
  }
  const promptDetails = detailsOf(
    fields,
    "prompt_tokens_details",
    "input_tokens_details",
    "input_token_details",
    "inputTokenDetails",
  );
  const outputDetails = detailsOf(
    fields,
    "completion_tokens_details",
    "output_tokens_details",
    "output_token_details",
    "outputTokenDetails",
  );
  const written = fields.within("cache_creation");
  const fiveMinutes = written.count("ephemeral_5m_input_tokens");
  const hour = written.count("ephemeral_1h_input_tokens") ?? fields.count("cache_write_1h_tokens");
  const said: SaidTokens = {
    prompt: fields.count(
      "input_tokens",
      "prompt_tokens",
      "inputTokens",
      "promptTokens",
      "prompt_eval_count",
    ),
    output: fields.count(
      "output_tokens",
      "completion_tokens",
      "outputTokens",
      "completionTokens",
      "eval_count",
    ),
    cacheRead: fields.count(...cacheReads) ??
      promptDetails.count("cached_tokens", "cache_read_tokens", "cacheReadTokens", "cache_read"),
    cacheWrite: fields.count(...cacheWrites) ??
      promptDetails.count(
        "cache_write_tokens",
        "cache_creation_tokens",
        "cacheWriteTokens",
        "cache_creation",
      ) ??
      (fiveMinutes === undefined && hour === undefined
        ? undefined
        : (fiveMinutes ?? 0) + (hour ?? 0)),
    cacheWrite1h: hour,
    reasoning: fields.count("reasoning_tokens", "reasoningTokens", "reasoning_output_tokens") ??
      outputDetails.count("reasoning_tokens", "reasoningTokens", "reasoning"),
    audio: fields.count("input_audio_tokens") ?? promptDetails.count("audio_tokens"),
    image: fields.count("input_image_tokens") ?? promptDetails.count("image_tokens"),
    video: fields.count("input_video_tokens") ?? promptDetails.count("video_tokens"),
  };
  return tokensOf(said, isInclusive(fields, said, promptDetails));
}

const cacheReads = [
  "cache_read_tokens",
  "cache_read_input_tokens",
  "cached_tokens",
  "cached_input_tokens",
  "cachedInputTokens",
  "cacheReadInputTokens",
  "prompt_cache_hit_tokens",
];
const cacheWrites = [
  "cache_write_tokens",
  "cache_creation_input_tokens",
  "cache_creation_tokens",
  "cacheWriteInputTokens",
];

/**
 * Whether the prompt's tokens are counted with those of the cache: as the sum says that some give beside them, else as the seller
 * who uses these names counts. Anthropic and Bedrock (`input_tokens` with `cache_read_input_tokens`) do not, the others do.
 */
function isInclusive(fields: Fields, said: SaidTokens, promptDetails: Fields): boolean {
  const cached = (said.cacheRead ?? 0) + (said.cacheWrite ?? 0);
  const total = fields.count("total_tokens", "totalTokens");
  const base = (said.prompt ?? 0) + (said.output ?? 0);
  if (cached > 0 && total === base) return true;
  if (cached > 0 && total === base + cached) return false;
  if (
    fields.has(
      "cache_read_input_tokens",
      "cache_creation_input_tokens",
      "cacheReadInputTokens",
      "cacheWriteInputTokens",
    )
  ) {
    return !fields.has("input_tokens", "inputTokens");
  }
  if (!promptDetails.isEmpty()) return true;
  if (fields.has("cached_input_tokens", "cachedInputTokens")) return true;
  return !fields.has("input_tokens");
}

/** Gemini counts the cache into the prompt, what tools put into it apart, and thoughts apart from what was said. */
function geminiTokens(fields: Fields): CallTokens {
  const thoughts = fields.count("thoughtsTokenCount", "thoughts_token_count");
  const prompt = fields.count("promptTokenCount", "prompt_token_count");
  const ofTools = fields.count("toolUsePromptTokenCount", "tool_use_prompt_token_count");
  const said = fields.count("candidatesTokenCount", "candidates_token_count", "responseTokenCount");
  return tokensOf({
    prompt: prompt === undefined && ofTools === undefined
      ? undefined
      : (prompt ?? 0) + (ofTools ?? 0),
    output: said === undefined && thoughts === undefined
      ? undefined
      : (said ?? 0) + (thoughts ?? 0),
    cacheRead: fields.count("cachedContentTokenCount", "cached_content_token_count"),
    reasoning: thoughts,
    audio: ofModality(fields, "AUDIO"),
    image: ofModality(fields, "IMAGE"),
    video: ofModality(fields, "VIDEO"),
  }, true);
}

/** How many tokens of Gemini's prompt were of a modality. */
function ofModality(fields: Fields, modality: string): number | undefined {
  const details = fields.any("promptTokensDetails", "prompt_tokens_details");
  if (!Array.isArray(details)) return undefined;
  const one = details.find((each) => isRecord(each) && each["modality"] === modality);
  return new Fields(isRecord(one) ? one : {}).count("tokenCount", "token_count");
}

function detailsOf(fields: Fields, ...names: string[]): Fields {
  const name = names.find((one) => fields.has(one));
  return name === undefined ? new Fields({}) : fields.within(name);
}

/**
 * What a call was sold as where it is not the standard, in lower case: batch, flex, priority, fast, or what else the
 * source says, of which no price is known then.
 */
export function serviceTierOf(fields: Fields): string | undefined {
  const usage = fields.within("usage");
  const response = fields.within("response");
  if (fields.any("batch", "is_batch") === true) return "batch";
  const speed = fields.text(50, "speed") ?? usage.text(50, "speed");
  if (speed?.toLowerCase() === "fast") return "fast";
  return namedTier(
    fields.text(50, "service_tier", "serviceTier") ??
      usage.text(50, "service_tier", "serviceTier") ??
      response.text(50, "service_tier"),
  );
}

/** A service tier by its name, undefined for the standard one in any of its names. */
export function namedTier(given: string | undefined): string | undefined {
  const name = given?.toLowerCase();
  return name === undefined || standardTiers.has(name) ? undefined : name;
}

const standardTiers = new Set([
  "standard",
  "default",
  "auto",
  "on_demand",
  "standard_only",
  "null",
]);
