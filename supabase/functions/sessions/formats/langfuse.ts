import { isRecord } from "../../_shared/intake/kinds.ts";
import { Fields } from "../fields.ts";
import { tokensOf, usageIn } from "../usage.ts";
import type { AiCall, CallTokens } from "../types.ts";

/** Whether a span is an observation of Langfuse's SDK, which says all in attributes of its own. */
export function isLangfuse(fields: Fields): boolean {
  return fields.has("langfuse.observation.type");
}

/** The observations that are calls to a model; the others surround them. */
export function isLangfuseCall(fields: Fields): boolean {
  return ["generation", "embedding"].includes(
    String(fields.any("langfuse.observation.type")).toLowerCase(),
  );
}

/** What an observation says of its call, in attributes of JSON. Written for @langfuse/otel 5.11. @throws Rejection when it cannot be used. */
export function langfuseCall(fields: Fields): Omit<AiCall, "external_id" | "at"> {
  const model = fields.text(200, "langfuse.observation.model.name");
  const cost = jsonIn(fields, "langfuse.observation.cost_details").number("total");
  return {
    ...langfuseTokens(jsonIn(fields, "langfuse.observation.usage_details")),
    ...(model === undefined ? {} : { model }),
    ...(cost === undefined ? {} : { cost_usd: cost }),
  };
}

/** Langfuse counts cached and reasoning tokens apart from `input` and `output`, unless the total says that they are part of them. */
function langfuseTokens(usage: Fields): CallTokens {
  if (!usage.has("input", "output")) return usageIn(usage);
  const input = usage.count("input") ?? 0;
  const output = usage.count("output") ?? 0;
  const cacheRead = usage.count(
    "input_cached_tokens",
    "cache_read_input_tokens",
    "input_cache_read",
  );
  const cacheWrite = usage.count(
    "cache_creation_input_tokens",
    "input_cache_creation",
    "input_cache_write_tokens",
    "input_cache_creation_tokens",
  );
  const reasoning = usage.count("output_reasoning_tokens", "output_reasoning");
  const isInclusive = usage.count("total") === input + output &&
    (cacheRead ?? 0) + (cacheWrite ?? 0) + (reasoning ?? 0) > 0;
  return tokensOf({
    prompt: input,
    output: isInclusive ? output : output + (reasoning ?? 0),
    cacheRead,
    cacheWrite,
    reasoning,
  }, isInclusive);
}

/** The object that an attribute holds as JSON; nothing where it is cut off or something else. */
function jsonIn(fields: Fields, name: string): Fields {
  const text = fields.any(name);
  if (typeof text !== "string") return new Fields({});
  try {
    const parsed: unknown = JSON.parse(text);
    return new Fields(isRecord(parsed) ? parsed : {}, `${name}.`);
  } catch {
    return new Fields({}); // then its tokens are unknown, and the call is told as uncosted
  }
}
