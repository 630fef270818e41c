import { isRecord } from "../../_shared/intake/kinds.ts";
import { Rejection } from "../../_shared/intake/rejection.ts";
import { Fields } from "../fields.ts";
import { statusOf } from "../native.ts";
import { identityOf, identityOfContent } from "../record.ts";
import { noTokens, tokensOf } from "../usage.ts";
import { sessionFacts } from "./otlp/names.ts";
import type { AiCall, AiRecord } from "../types.ts";
import type { Attributes, LogEvent } from "./otlp/types.ts";

/** Whether an event is Claude Code's. */
export function isClaudeCode({ name, service }: LogEvent): boolean {
  return name.startsWith("claude_code.") || service === "claude-code";
}

/**
 * What an event of Claude Code says, or null for events that tell nothing of calls, edits or commits.
 * https://code.claude.com/docs/en/monitoring-usage
 * @throws Rejection when it cannot be used.
 */
export function claudeCodeRecord(log: LogEvent): AiRecord | null {
  const event = log.name.replace(/^claude_code\./, "");
  if (!events.has(event)) return null;
  const fields = new Fields(log.attributes);
  const sessionId = fields.text(500, "session.id");
  if (sessionId === undefined) throw new Rejection("missing_field", "session.id", "is missing");
  const at = log.time();
  const session = sessionFacts(log.attributes, identityOf(sessionId), "claude_code");
  const commits = new Fields({ git_commit_id: commitOf(log.own) }).commits("git_commit_id");
  return {
    session: { ...session, ...(commits === undefined ? {} : { commits }) },
    ...eventFacts(event, fields, identityOfContent([event, log.own, log.timeUnixNano]), at),
  };
}

const events = new Set([
  "user_prompt",
  "api_request",
  "api_error",
  "tool_result",
  "tool_decision",
  "code_edit_tool.decision",
]);

/** The tools whose use changes files: only what is decided of them is an acceptance. */
const editTools = new Set(["Edit", "MultiEdit", "Write", "NotebookEdit"]);

function eventFacts(
  event: string,
  fields: Fields,
  id: string,
  at: string,
): Pick<AiRecord, "call" | "edit" | "counter"> {
  if (event === "api_request" || event === "api_error") {
    return { call: callOf(fields, event === "api_error", id, at) };
  }
  if (event === "user_prompt") {
    return {
      counter: { external_id: id, at, name: "claude_code.user_prompt", attributes: {}, value: 1 },
    };
  }
  const tool = fields.text(100, "tool_name", "tool");
  const language = fields.text(100, "language");
  const succeeded = fields.flag("success");
  // A result repeats the decision that came before it.
  const isDecided = event === "code_edit_tool.decision" ||
    (event === "tool_decision" && editTools.has(tool ?? ""));
  const decision = isDecided ? decisionOf(fields) : undefined;
  return {
    edit: {
      external_id: id,
      at,
      ...(tool === undefined ? {} : { tool }),
      ...(language === undefined ? {} : { language }),
      ...(succeeded === undefined ? {} : { succeeded }),
      ...(decision === undefined ? {} : { decision }),
      ...(isDecided && isAutomatic(fields) ? { automatic: true } : {}),
    },
  };
}

/** Anthropic counts tokens of the cache apart from those of the input. */
function callOf(fields: Fields, isError: boolean, id: string, at: string): AiCall {
  const requestId = fields.text(500, "request_id");
  const model = fields.text(200, "model");
  const cost = fields.number("cost_usd");
  const latency = fields.number("duration_ms");
  const status = statusOf(fields.any("status_code"));
  const ttft = fields.number("ttft_ms");
  // It knows no prices but Anthropic's, and takes one of those for any other model.
  const isOfOthers = model !== undefined && !/claude|anthropic/i.test(model);
  const error = isError ? fields.prose(2000, "error") ?? "error" : undefined;
  return {
    external_id: requestId === undefined || isError ? id : identityOf(requestId),
    at,
    ...(isOfOthers ? {} : { provider: "anthropic" }),
    ...(isError && !fields.has("output_tokens") ? noTokens : tokensOf({
      prompt: fields.count("input_tokens"),
      output: fields.count("output_tokens"),
      cacheRead: fields.count("cache_read_tokens"),
      cacheWrite: fields.count("cache_creation_tokens"),
    }, false)),
    ...(fields.text(50, "speed") === "fast" ? { service_tier: "fast" } : {}),
    ...(model === undefined ? {} : { model }),
    ...(cost === undefined ? {} : { cost_usd: cost }),
    ...(cost !== undefined && isOfOthers ? { is_guess: true } : {}),
    ...(latency === undefined ? {} : { latency_ms: Math.round(latency) }),
    ...(ttft === undefined ? {} : { ttft_ms: Math.round(ttft) }),
    ...(status === undefined ? {} : { status }),
    ...(error === undefined ? {} : { error }),
  };
}

/** What a setting or a hook decided, nobody did. */
function isAutomatic(fields: Fields): boolean {
  return ["config", "hook"].includes(fields.text(50, "source") ?? "");
}

function decisionOf(fields: Fields): "accept" | "reject" | undefined {
  const decision = fields.text(50, "decision");
  if (decision === "accept" || decision === "reject") return decision;
  throw new Rejection("invalid_field", "decision", "is neither accept nor reject");
}

/** The commit that a tool made: an attribute of its own, or in the JSON of the tool's parameters. */
function commitOf(attributes: Attributes): unknown {
  const given = attributes["git_commit_id"];
  if (given !== undefined) return given;
  const parameters = attributes["tool_parameters"];
  if (typeof parameters !== "string" || !parameters.includes("git_commit_id")) return undefined;
  try {
    const parsed: unknown = JSON.parse(parameters);
    return isRecord(parsed) ? parsed["git_commit_id"] : undefined;
  } catch {
    return undefined; // cut off by the exporter's limit on attributes; the tool was used all the same
  }
}
