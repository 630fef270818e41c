import { Rejection } from "../../../_shared/intake/rejection.ts";
import { Fields, usableTime } from "../../fields.ts";
import { identityOf } from "../../record.ts";
import { isCodexSpan } from "../codex.ts";
import { isGeminiCliSpan } from "../gemini_cli.ts";
import { callId, genAiCall, isModelCall, spanKey } from "../gen_ai.ts";
import { isLangfuse, isLangfuseCall, langfuseCall } from "../langfuse.ts";
import { attributesOf, messageIn, millisecondsOf } from "./attributes.ts";
import { names, sessionFacts } from "./names.ts";
import type { AiRecord } from "../../types.ts";
import type { Attributes } from "./types.ts";

/**
 * The call to a model that a span is, or null for a span of something else. Spans of Claude Code, Codex and Gemini CLI are left out, because their
 * events say the same and more.
 * @throws Rejection when it is one and cannot be used.
 */
export function spanRecord(
  span: Record<string, unknown>,
  resource: Attributes,
  now: number,
): AiRecord | null {
  const attributes = { ...resource, ...attributesOf(span) };
  const fields = new Fields(attributes);
  const name = String(span["name"] ?? "");
  if (name.startsWith("claude_code.") || isCodexSpan(attributes) || isGeminiCliSpan(attributes)) {
    return null;
  }
  const isOfLangfuse = isLangfuse(fields);
  if (!(isOfLangfuse ? isLangfuseCall(fields) : isModelCall(fields, name))) return null;
  const key = spanKey(span["traceId"], span["spanId"]);
  if (key === undefined) throw new Rejection("missing_field", "spanId", "or traceId is missing");
  const start = millisecondsOf(span["startTimeUnixNano"]);
  if (start === undefined) throw new Rejection("missing_field", "startTimeUnixNano", "is missing");
  const session = fields.text(500, ...names.session) ?? String(span["traceId"]).toLowerCase();
  return {
    session: sessionFacts(attributes, identityOf(session), "otlp"),
    call: {
      external_id: callId(fields, key) ?? key,
      at: usableTime(start, now, "startTimeUnixNano"),
      ...(isOfLangfuse ? { ...genAiCall(fields), ...langfuseCall(fields) } : genAiCall(fields)),
      ...outcomeOf(span, fields, start),
    },
  };
}

function outcomeOf(span: Record<string, unknown>, fields: Fields, start: number) {
  const end = millisecondsOf(span["endTimeUnixNano"]);
  const outcome = messageIn(span, "status");
  const isError = outcome["code"] === 2 || outcome["code"] === "STATUS_CODE_ERROR";
  const error = isError
    ? new Fields(outcome).prose(2000, "message") ?? fields.prose(2000, ...names.error) ?? "error"
    : fields.prose(2000, "error.type");
  return {
    ...(end === undefined || end < start ? {} : { latency_ms: end - start }),
    ...(error === undefined ? {} : { error }),
  };
}
