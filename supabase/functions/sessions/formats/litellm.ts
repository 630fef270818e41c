import { isRecord } from "../../_shared/intake/kinds.ts";
import { Rejection } from "../../_shared/intake/rejection.ts";
import { Fields } from "../fields.ts";
import { sessionOf, statusOf } from "../native.ts";
import { identityOf, identityOfContent } from "../record.ts";
import { namedTier, tokensOf } from "../usage.ts";
import type { AiCall, AiRecord } from "../types.ts";

/** Whether a record is LiteLLM's `StandardLoggingPayload`, as its generic API logger and its JSONL logs have it. */
export function isLiteLlm(raw: Record<string, unknown>): boolean {
  return "startTime" in raw && ("call_type" in raw || "completion_tokens" in raw);
}

/**
 * A record of LiteLLM: `id`, `trace_id`, times in seconds, `prompt_tokens` with those of the cache in them, the cost it computed
 * itself. Who and where it was for comes from `metadata`: the key's user, and what the caller put into its request's
 * metadata (`developer_id`, `session_id`, `repository`, `branch`, `git_commit_id`, `accepted`, …).
 * https://docs.litellm.ai/docs/proxy/logging_spec
 * @throws Rejection when it cannot be used.
 */
export function liteLlmRecord(raw: Record<string, unknown>, now: number): AiRecord {
  const fields = new Fields(raw);
  const metadata = fields.within("metadata");
  const asked = new Fields({
    ...recordOf(metadata.any("requester_metadata")),
    ...recordOf(metadata.any("spend_logs_metadata")),
  }, "metadata.requester_metadata.");
  const at = fields.time(now, "startTime");
  if (at === undefined) throw new Rejection("missing_field", "startTime", "is missing");
  const id = identityOf(fields.text(500, "id") ?? identityOfContent(raw));
  const sessionId = asked.text(500, "session_id") ?? fields.text(500, "session_id", "trace_id");
  const said = sessionOf(asked, {
    external_id: sessionId === undefined ? id : identityOf(sessionId),
    source: "litellm",
  });
  const developer = said.developer_id ??
    metadata.text(200, "user_api_key_user_email", "user_api_key_user_id") ??
    fields.text(200, "end_user") ??
    metadata.text(200, "user_api_key_end_user_id", "user_api_key_alias");
  return {
    session: {
      ...said,
      ...(developer === undefined ? {} : { developer_id: developer.toLowerCase() }),
    },
    call: callOf(fields, metadata, id, at),
  };
}

function callOf(fields: Fields, metadata: Fields, id: string, at: string): AiCall {
  const usage = metadata.within("usage_object");
  const details = usage.within("prompt_tokens_details");
  const written = details.within("cache_creation_token_details");
  const outputDetails = usage.within("completion_tokens_details");
  const tokens = tokensOf({
    prompt: fields.count("prompt_tokens") ?? usage.count("prompt_tokens"),
    output: fields.count("completion_tokens") ?? usage.count("completion_tokens"),
    cacheRead: usage.count("cache_read_input_tokens") ?? details.count("cached_tokens"),
    cacheWrite: usage.count("cache_creation_input_tokens") ??
      details.count("cache_creation_tokens"),
    cacheWrite1h: written.count("ephemeral_1h_input_tokens"),
    reasoning: outputDetails.count("reasoning_tokens"),
    audio: details.count("audio_tokens"),
    image: details.count("image_tokens"),
  }, true);
  const tier = namedTier(
    fields.within("model_parameters").text(50, "service_tier") ?? usage.text(50, "service_tier"),
  );
  const provider = fields.text(100, "custom_llm_provider");
  const model = fields.text(200, "model", "model_group");
  const cost = costOf(fields);
  const latency = latencyOf(fields);
  const ttft = ttftOf(fields);
  const { status, error } = outcomeOf(fields);
  return {
    external_id: id,
    at,
    ...tokens,
    ...(tier === undefined ? {} : { service_tier: tier }),
    ...(provider === undefined ? {} : { provider }),
    ...(model === undefined ? {} : { model }),
    ...(cost === undefined ? {} : { cost_usd: cost }),
    ...(latency === undefined ? {} : { latency_ms: latency }),
    ...(ttft === undefined ? {} : { ttft_ms: ttft }),
    ...(status === undefined ? {} : { status }),
    ...(error === undefined ? {} : { error }),
  };
}

/** LiteLLM says 0 where it does not know a model's price, and why beside it; a 0 of its cache or of a failure is one. */
function costOf(fields: Fields): number | undefined {
  const cost = fields.number("response_cost");
  return cost === 0 && fields.has("response_cost_failure_debug_info") ? undefined : cost;
}

/** Milliseconds until a stream began; what was not streamed came all at its end. */
function ttftOf(fields: Fields): number | undefined {
  const [start, first] = [fields.any("startTime"), fields.any("completionStartTime")];
  if (fields.any("stream") !== true || typeof start !== "number" || typeof first !== "number") {
    return undefined;
  }
  return first >= start ? Math.round((first - start) * 1000) : undefined;
}

/** Milliseconds from start to end. */
function latencyOf(fields: Fields): number | undefined {
  const [start, end] = [fields.any("startTime"), fields.any("endTime")];
  if (typeof start === "number" && typeof end === "number" && end >= start) {
    return Math.round((end - start) * 1000);
  }
  if (typeof start === "string" && typeof end === "string") {
    const span = Date.parse(end) - Date.parse(start);
    if (span >= 0) return span;
  }
  const seconds = fields.number("response_time");
  return seconds === undefined ? undefined : Math.round(seconds * 1000);
}

function outcomeOf(fields: Fields): { status?: number; error?: string } {
  const information = fields.within("error_information");
  const status = statusOf(information.any("error_code"));
  const error = fields.prose(2000, "error_str") ??
    information.prose(2000, "error_message", "error_class") ??
    (fields.any("status") === "failure" ? "failure" : undefined);
  return {
    ...(status === undefined ? {} : { status }),
    ...(error === undefined ? {} : { error }),
  };
}

function recordOf(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}
