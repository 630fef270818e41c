import { Fields } from "../fields.ts";
import { statusOf } from "../native.ts";
import { identityOf, identityOfContent } from "../record.ts";
import { namedTier, noTokens, tokensOf } from "../usage.ts";
import { names, sessionFacts } from "./otlp/names.ts";
import type { LogEvent } from "./otlp/types.ts";
import type { AiCall, AiRecord } from "../types.ts";

/** The operations of gen_ai that are a call to a model. What else there is (agents, tools, plans, retrieval) happens around calls. */
const operations = new Set([
  "chat",
  "chat_completion",
  "completion",
  "embedding",
  "embeddings",
  "generate_content",
  "generate_text",
  "message",
  "messages",
  "response",
  "responses",
  "text_completion",
]);

/** Whether attributes say that a span is a call to a model, and not what adds up or surrounds calls. */
export function isModelCall(fields: Fields, spanName: string): boolean {
  const kind = fields.any("openinference.span.kind");
  if (kind !== undefined) return kind === "LLM" || kind === "EMBEDDING";
  const operation = fields.any(...names.operation);
  if (operation !== undefined && !operations.has(String(operation).toLowerCase())) return false;
  // The AI SDK's own spans: those around a call repeat what the call says.
  const ofSdk = String(fields.any("ai.operationId") ?? spanName);
  if (ofSdk.startsWith("ai.")) return /\.do(Generate|Stream|Embed)$/.test(ofSdk);
  const ofTraceloop = fields.any("traceloop.span.kind");
  if (ofTraceloop !== undefined && operation === undefined) return false;
  if (fields.has(...names.input, ...names.output)) return true;
  const asked = operation ?? fields.any("llm.request.type");
  return asked !== undefined && operations.has(String(asked).toLowerCase()) &&
    fields.has(...names.model);
}

/** What attributes by the names of gen_ai, OpenInference or the AI SDK say of a call. Cached tokens are part of the prompt, reasoning of the output. */
export function genAiCall(fields: Fields): Omit<AiCall, "external_id" | "at"> {
  const provider = fields.text(100, ...names.provider);
  const model = fields.text(200, ...names.model);
  const cost = fields.number(...names.cost);
  const status = statusOf(fields.any(...names.status));
  const seconds = fields.number(...names.firstChunk);
  const ttft = fields.number(...names.firstToken) ??
    (seconds === undefined ? undefined : seconds * 1000);
  const tier = namedTier(fields.text(50, ...names.tier));
  const tokens = tokensOf({
    prompt: fields.count(...names.input),
    output: fields.count(...names.output),
    cacheRead: fields.count(...names.cacheRead),
    cacheWrite: fields.count(...names.cacheWrite),
    reasoning: fields.count(...names.reasoning),
  }, true);
  return {
    ...(tokens.output_tokens === undefined && (status ?? 0) >= 400 ? noTokens : tokens),
    ...(provider === undefined ? {} : { provider }),
    ...(model === undefined ? {} : { model }),
    ...(cost === undefined ? {} : { cost_usd: cost }),
    ...(ttft === undefined ? {} : { ttft_ms: Math.round(ttft) }),
    ...(status === undefined ? {} : { status }),
    ...(tier === undefined ? {} : { service_tier: tier }),
  };
}

/** What a call is known by in every signal: its seller's id of the response, else the span it is or was sent from. */
export function callId(fields: Fields, span: string | undefined): string | undefined {
  const response = fields.text(500, ...names.responseId);
  // Ollama counts its responses to 999 and begins again.
  const isUnique = response !== undefined && !/^chatcmpl-\d{1,4}$/.test(response);
  return isUnique ? identityOf(response) : span;
}

/** `traceId:spanId`, or undefined when one of them is none. */
export function spanKey(traceId: unknown, spanId: unknown): string | undefined {
  return isHex(traceId, 32) && isHex(spanId, 16) ? `${traceId}:${spanId}`.toLowerCase() : undefined;
}

/** Whether an event is the standard's of a call. */
export function isGenAiEvent({ name }: LogEvent): boolean {
  return name === "gen_ai.client.inference.operation.details";
}

/** The call that the standard's event tells of, null for one that is none. @throws Rejection when it cannot be used. */
export function genAiEvent(log: LogEvent): AiRecord | null {
  const fields = new Fields(log.attributes);
  if (!isModelCall(fields, "")) return null;
  const span = spanKey(log.span.traceId, log.span.spanId);
  const id = callId(fields, span) ?? identityOfContent([log.name, log.own, log.timeUnixNano]);
  const trace = span?.split(":")[0];
  const session = fields.text(500, ...names.session) ?? trace ?? id;
  const error = fields.prose(2000, "error.type");
  return {
    session: sessionFacts(log.attributes, identityOf(session), "otlp"),
    call: {
      external_id: id,
      at: log.time(),
      ...genAiCall(fields),
      ...(error === undefined ? {} : { error }),
    },
  };
}

function isHex(value: unknown, length: number): value is string {
  return typeof value === "string" && value.length === length && /^[0-9a-f]+$/i.test(value) &&
    /[^0]/.test(value);
}
