import { Rejection } from "../../_shared/intake/rejection.ts";
import { Fields } from "../fields.ts";
import { identityOf, identityOfContent } from "../record.ts";
import { tokensOf } from "../usage.ts";
import { sessionFacts } from "./otlp/names.ts";
import type { Attributes, LogEvent } from "./otlp/types.ts";
import type { AiRecord } from "../types.ts";

/** Whether an event is Codex's. */
export function isCodex({ name }: LogEvent): boolean {
  return name.startsWith("codex.");
}

/** Whether a span is Codex's: its usage stands on spans that name neither model nor conversation, so its events are read instead. */
export function isCodexSpan(attributes: Attributes): boolean {
  return /^codex([_-]|$)/.test(String(attributes["service.name"] ?? "")) ||
    String(attributes["code.module.name"] ?? attributes["code.namespace"] ?? "").startsWith(
      "codex_",
    );
}

/**
 * A call of Codex: the `response.completed` of its stream. Each call brings two, one of them without tokens, which says nothing. Cached tokens
 * are part of the input, reasoning of the output; `tool_token_count` is the sum. Written for Codex 0.171.
 * @throws Rejection when it cannot be used.
 */
export function codexRecord(log: LogEvent): AiRecord | null {
  const fields = new Fields(log.attributes);
  const session = () => {
    const id = fields.text(500, "conversation.id", "session.id");
    if (id === undefined) throw new Rejection("missing_field", "conversation.id", "is missing");
    return sessionFacts(log.attributes, identityOf(id), "codex");
  };
  const id = () => identityOfContent([log.name, log.own, log.timeUnixNano]);
  if (log.name === "codex.tool_decision") {
    const tool = fields.text(100, "tool_name");
    const decision = decisionOf(fields.text(50, "decision"));
    if (decision === undefined || !editTools.has(tool ?? "")) return null;
    return {
      session: session(),
      edit: {
        external_id: id(),
        at: log.time(),
        ...(tool === undefined ? {} : { tool }),
        decision,
        // By its configuration, or by the model that reviews in place of a person.
        ...(/^(config|automated)/i.test(fields.text(50, "source") ?? "")
          ? { automatic: true }
          : {}),
      },
    };
  }
  if (log.name !== "codex.sse_event" || fields.any("event.kind") !== "response.completed") {
    return null;
  }
  if (!fields.has("input_token_count", "output_token_count")) return null;
  const model = fields.text(200, "model");
  const latency = fields.number("duration_ms");
  const tier = fields.text(50, "service_tier")?.toLowerCase();
  return {
    session: session(),
    call: {
      external_id: identityOf(fields.text(500, "response.id", "response_id") ?? id()),
      at: log.time(),
      provider: "openai",
      ...tokensOf({
        prompt: fields.count("input_token_count"),
        output: fields.count("output_token_count"),
        cacheRead: fields.count("cached_token_count"),
        cacheWrite: fields.count("cache_write_token_count"),
        reasoning: fields.count("reasoning_token_count"),
      }, true),
      ...(model === undefined ? {} : { model }),
      ...(latency === undefined ? {} : { latency_ms: Math.round(latency) }),
      ...(tier === undefined || tier === "default" || tier === "auto"
        ? {}
        : { service_tier: tier }),
    },
  };
}

/** The tools of Codex that change files. */
const editTools = new Set(["apply_patch"]);

function decisionOf(given: string | undefined): "accept" | "reject" | undefined {
  if (given === undefined) return undefined;
  if (given.startsWith("approved")) return "accept";
  return given.startsWith("denied") || given.startsWith("abort") ? "reject" : undefined;
}
