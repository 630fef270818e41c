import { isRecord } from "../../_shared/intake/kinds.ts";
import { Rejection } from "../../_shared/intake/rejection.ts";
import { Fields } from "../fields.ts";
import { statusOf } from "../native.ts";
import { identityOf, identityOfContent } from "../record.ts";
import { noTokens, tokensOf } from "../usage.ts";
import { sessionFacts } from "./otlp/names.ts";
import type { Attributes, LogEvent } from "./otlp/types.ts";
import type { AiEdit, AiRecord } from "../types.ts";

/** Whether an event is Gemini CLI's, or Qwen Code's, which came from it and says what is decided of tools the same way. */
export function isGeminiCli({ name, service }: LogEvent): boolean {
  return /^(gemini_cli|qwen-code)\./.test(name) || service === "gemini-cli";
}

/** Whether a span is Gemini CLI's: cache and thoughts are missing there, so its events are read instead. Qwen Code's have both. */
export function isGeminiCliSpan(attributes: Attributes): boolean {
  return attributes["service.name"] === "gemini-cli";
}

/**
 * A call (`api_response`, `api_error`) or an edit (`tool_call`) of Gemini CLI; an edit of Qwen Code, whose calls are its spans. What Gemini CLI
 * says by the standard's event has neither cache nor thoughts, and is left. Written for Gemini CLI 0.61 and Qwen Code 0.24.
 * @throws Rejection when it cannot be used.
 */
export function geminiCliRecord(log: LogEvent): AiRecord | null {
  const [program, event] = log.name.split(".", 2);
  const isQwen = program === "qwen-code";
  if (program !== "gemini_cli" && !isQwen) return null;
  const fields = new Fields(log.attributes);
  const isError = event === "api_error";
  const isCall = (event === "api_response" || isError) && !isQwen;
  const edit = event === "tool_call" ? editOf(fields) : null;
  if (!isCall && edit === null) return null;
  const sessionId = fields.text(500, "session.id");
  if (sessionId === undefined) throw new Rejection("missing_field", "session.id", "is missing");
  const session = sessionFacts(
    log.attributes,
    identityOf(sessionId),
    isQwen ? "qwen_code" : "gemini_cli",
  );
  const id = identityOfContent([log.name, log.own, log.timeUnixNano]);
  const at = log.time();
  if (edit !== null) return { session, edit: { external_id: id, at, ...edit } };
  const model = fields.text(200, "model", "model_name");
  const latency = fields.number("duration_ms");
  const status = statusOf(fields.any("status_code", "http.status_code"));
  const error = isError ? fields.prose(2000, "error", "error.message") ?? "error" : undefined;
  return {
    session,
    call: {
      external_id: identityOf(fields.text(500, "response_id") ?? id),
      at,
      provider: "google",
      ...(isError ? noTokens : tokensIn(fields)),
      ...(model === undefined ? {} : { model }),
      ...(latency === undefined ? {} : { latency_ms: Math.round(latency) }),
      ...(status === undefined ? {} : { status }),
      ...(error === undefined ? {} : { error }),
    },
  };
}

/** The cache is part of the input; what tools put into the prompt and what was thought are counted apart. */
function tokensIn(fields: Fields) {
  const prompt = fields.count("input_token_count");
  const output = fields.count("output_token_count");
  const thoughts = fields.count("thoughts_token_count");
  return tokensOf({
    prompt: prompt === undefined ? undefined : prompt + (fields.count("tool_token_count") ?? 0),
    output: output === undefined && thoughts === undefined
      ? undefined
      : (output ?? 0) + (thoughts ?? 0),
    cacheRead: fields.count("cached_content_token_count"),
    reasoning: thoughts,
  }, true);
}

/** The tools of both programs that change files. */
const editTools = new Set(["replace", "edit", "write_file"]);

function editOf(fields: Fields): Omit<AiEdit, "external_id" | "at"> | null {
  const tool = fields.text(100, "function_name", "tool_name");
  const said = fields.text(50, "decision");
  if (tool === undefined || !editTools.has(tool)) return null;
  const decision = said === "reject"
    ? "reject" as const
    : said === "accept" || said === "auto_accept" || said === "modify"
    ? "accept" as const
    : undefined;
  const succeeded = fields.flag("success");
  const lines = linesOf(fields.any("metadata"));
  const added = lines.count("model_added_lines");
  const removed = lines.count("model_removed_lines");
  return {
    tool,
    ...(decision === undefined ? {} : { decision }),
    ...(said === "auto_accept" ? { automatic: true } : {}),
    ...(succeeded === undefined ? {} : { succeeded }),
    ...(added === undefined ? {} : { lines_added: added }),
    ...(removed === undefined ? {} : { lines_removed: removed }),
  };
}

/** The lines of an edit, which stand in the JSON of an attribute. */
function linesOf(metadata: unknown): Fields {
  if (typeof metadata !== "string") return new Fields({});
  try {
    const parsed: unknown = JSON.parse(metadata);
    return new Fields(isRecord(parsed) ? parsed : {}, "metadata.");
  } catch {
    return new Fields({}); // cut off by the exporter's limit on attributes; the tool was used all the same
  }
}
