import { Rejection } from "../../../_shared/intake/rejection.ts";
import { Fields, usableTime } from "../../fields.ts";
import { sessionOf, statusOf } from "../../native.ts";
import { exclusiveTokens, identityOf } from "../../record.ts";
import { attributesOf, messageIn, millisecondsOf } from "./attributes.ts";
import type { AiRecord } from "../../types.ts";
import type { Attributes } from "./types.ts";

/** The versions of the conventions that {@link names} knows: gen_ai from its first names to those of 1.40, and OpenInference. */
export const conventions = "gen_ai 1.27–1.40, OpenInference 0.1";

/**
 * Under which attribute each fact is found, the first that is there winning: the newest name of OpenTelemetry's gen_ai
 * conventions, those it had before, then OpenInference's.
 * https://opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai/
 * https://github.com/Arize-ai/openinference/blob/main/spec/semantic_conventions.md
 */
const names = {
  operation: ["gen_ai.operation.name"],
  // gen_ai.system until 1.36
  provider: ["gen_ai.provider.name", "gen_ai.system", "llm.provider", "llm.system"],
  model: [
    "gen_ai.response.model",
    "gen_ai.request.model",
    "llm.model_name",
    "embedding.model_name",
  ],
  // …prompt_tokens and …completion_tokens until 1.26
  input: ["gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens", "llm.token_count.prompt"],
  output: [
    "gen_ai.usage.output_tokens",
    "gen_ai.usage.completion_tokens",
    "llm.token_count.completion",
  ],
  cacheRead: [
    "gen_ai.usage.cache_read.input_tokens",
    "gen_ai.usage.cache_read_input_tokens",
    "llm.token_count.prompt_details.cache_read",
  ],
  cacheWrite: [
    "gen_ai.usage.cache_creation.input_tokens",
    "gen_ai.usage.cache_creation_input_tokens",
    "llm.token_count.prompt_details.cache_write",
  ],
  cost: ["gen_ai.usage.cost", "llm.cost.total"],
  session: ["gen_ai.conversation.id", "session.id"],
  developer: ["user.email", "enduser.id", "user.name", "user.id", "user.account_uuid"],
  repository: ["vcs.repository.url.full", "vcs.repository.name", "repository"],
  branch: ["vcs.ref.head.name", "branch"],
  // vcs.ref.head.revision is the commit that was there before, and says nothing of what was made.
  commits: ["git_commit_id", "git.commit.id"],
  pullRequest: ["vcs.change.id", "pull_request"],
  status: ["http.response.status_code", "http.status_code"],
  error: ["error.type", "exception.message"],
} as const;

/** What spans of an agent add up of the calls within them would count twice. */
const sums = new Set(["invoke_agent", "create_agent", "execute_tool", "invoke_workflow"]);

/**
 * The call to a model that a span is, or null for a span of something else. Spans of Claude Code are left out, because its
 * events say the same.
 * @throws Rejection when it is one and cannot be used.
 */
export function spanRecord(
  span: Record<string, unknown>,
  resource: Attributes,
  now: number,
): AiRecord | null {
  const attributes = { ...resource, ...attributesOf(span) };
  const fields = new Fields(attributes);
  if (!isModelCall(fields) || String(span["name"]).startsWith("claude_code.")) return null;
  const [traceId, spanId] = [span["traceId"], span["spanId"]];
  if (!isHex(traceId, 32) || !isHex(spanId, 16)) {
    throw new Rejection("missing_field", "spanId", "or traceId is missing");
  }
  const start = millisecondsOf(span["startTimeUnixNano"]);
  if (start === undefined) throw new Rejection("missing_field", "startTimeUnixNano", "is missing");
  const session = fields.text(500, ...names.session) ?? traceId.toLowerCase();
  return {
    session: {
      ...sessionFacts(attributes, identityOf(session), "otlp"),
    },
    call: {
      external_id: `${traceId}:${spanId}`.toLowerCase(),
      at: usableTime(start, now, "startTimeUnixNano"),
      ...callFacts(fields, span, start),
    },
  };
}

/** What attributes say of a session; also of those that events and metrics have. */
export function sessionFacts(attributes: Attributes, externalId: string, source: string) {
  const fields = new Fields(attributes);
  return sessionOf(
    new Fields({
      developer_id: fields.text(200, ...names.developer),
      repository: fields.text(500, ...names.repository),
      branch: fields.text(255, ...names.branch),
      commit_ids: fields.any(...names.commits),
      pull_request: fields.text(500, ...names.pullRequest),
    }),
    { external_id: externalId, source },
  );
}

function isModelCall(fields: Fields): boolean {
  const kind = fields.any("openinference.span.kind");
  if (kind !== undefined) return kind === "LLM" || kind === "EMBEDDING";
  if (sums.has(String(fields.any(...names.operation)))) return false;
  return fields.has(...names.input, ...names.output) ||
    (fields.has(...names.operation) && fields.has(...names.model));
}

function callFacts(fields: Fields, span: Record<string, unknown>, start: number) {
  const provider = fields.text(100, ...names.provider);
  const model = fields.text(200, ...names.model);
  const cost = fields.number(...names.cost);
  const end = millisecondsOf(span["endTimeUnixNano"]);
  const status = statusOf(fields.any(...names.status));
  const outcome = messageIn(span, "status");
  const isError = outcome["code"] === 2 || outcome["code"] === "STATUS_CODE_ERROR";
  const error = isError
    ? new Fields(outcome).prose(2000, "message") ?? fields.prose(2000, ...names.error) ?? "error"
    : fields.prose(2000, "error.type");
  return {
    ...exclusiveTokens({
      prompt: fields.count(...names.input) ?? 0,
      output: fields.count(...names.output) ?? 0,
      cacheRead: fields.count(...names.cacheRead) ?? 0,
      cacheWrite: fields.count(...names.cacheWrite) ?? 0,
    }, true),
    ...(provider === undefined ? {} : { provider }),
    ...(model === undefined ? {} : { model }),
    ...(cost === undefined ? {} : { cost_usd: cost }),
    ...(end === undefined || end < start ? {} : { latency_ms: end - start }),
    ...(status === undefined ? {} : { status }),
    ...(error === undefined ? {} : { error }),
  };
}

function isHex(value: unknown, length: number): value is string {
  return typeof value === "string" && value.length === length && /^[0-9a-f]+$/i.test(value) &&
    /[^0]/.test(value);
}
