import { Fields } from "../../fields.ts";
import { sessionOf } from "../../native.ts";
import type { Attributes } from "./types.ts";

/** The versions of the conventions that {@link names} knows: gen_ai from its first names to those of 1.40, and OpenInference. */
export const conventions = "gen_ai 1.27–1.40, OpenInference 0.1";

/**
 * Under which attribute each fact is found, the first that is there winning: the newest name of OpenTelemetry's gen_ai
 * conventions, those it had before, OpenInference's, the AI SDK's own, Langfuse's and Traceloop's.
 * https://opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai/
 * https://github.com/Arize-ai/openinference/blob/main/spec/semantic_conventions.md
 */
export const names = {
  operation: ["gen_ai.operation.name"],
  // gen_ai.system until 1.36
  provider: ["gen_ai.provider.name", "gen_ai.system", "llm.provider", "llm.system"],
  model: [
    "gen_ai.response.model",
    "gen_ai.request.model",
    "llm.model_name",
    "embedding.model_name",
    "ai.response.model",
    "ai.model.id",
  ],
  // …prompt_tokens and …completion_tokens until 1.26
  input: [
    "gen_ai.usage.input_tokens",
    "gen_ai.usage.prompt_tokens",
    "llm.token_count.prompt",
    "ai.usage.inputTokens",
    "ai.usage.promptTokens",
    "ai.usage.tokens",
  ],
  output: [
    "gen_ai.usage.output_tokens",
    "gen_ai.usage.completion_tokens",
    "llm.token_count.completion",
    "ai.usage.outputTokens",
    "ai.usage.completionTokens",
  ],
  cacheRead: [
    "gen_ai.usage.cache_read.input_tokens",
    "gen_ai.usage.cache_read_input_tokens",
    "llm.token_count.prompt_details.cache_read",
    "gen_ai.usage.cached_tokens",
    "gen_ai.usage.input_tokens.cached",
    "ai.usage.inputTokenDetails.cacheReadTokens",
    "ai.usage.cachedInputTokens",
  ],
  cacheWrite: [
    "gen_ai.usage.cache_write.input_tokens",
    "gen_ai.usage.cache_creation.input_tokens",
    "gen_ai.usage.cache_creation_input_tokens",
    "gen_ai.usage.cache_write_input_tokens",
    "llm.token_count.prompt_details.cache_write",
    "ai.usage.inputTokenDetails.cacheWriteTokens",
  ],
  reasoning: [
    "gen_ai.usage.reasoning.output_tokens",
    "gen_ai.usage.reasoning_tokens",
    "gen_ai.usage.output_tokens.reasoning",
    "llm.token_count.completion_details.reasoning",
    "ai.usage.outputTokenDetails.reasoningTokens",
    "ai.usage.reasoningTokens",
  ],
  responseId: ["gen_ai.response.id", "ai.response.id"],
  tier: [
    "gen_ai.response.service_tier",
    "openai.response.service_tier",
    "gen_ai.openai.response.service_tier",
    "gen_ai.request.service_tier",
    "openai.request.service_tier",
    "gen_ai.openai.request.service_tier",
  ],
  cost: ["gen_ai.usage.cost", "llm.cost.total"],
  session: [
    "gen_ai.conversation.id",
    "session.id",
    "langfuse.session.id",
    "ai.telemetry.metadata.sessionId",
    "ai.telemetry.metadata.session_id",
    "traceloop.association.properties.session_id",
    "traceloop.association.properties.sessionId",
    "traceloop.association.properties.conversation_id",
    "traceloop.association.properties.chat_id",
  ],
  // Who it was by e-mail, then by account, then by what is one for each installation.
  developer: [
    "user.email",
    "enduser.email",
    "traceloop.association.properties.user_email",
    "traceloop.association.properties.email",
    "ai.telemetry.metadata.userEmail",
    "enduser.id",
    "user.account_uuid",
    "user.account_id",
    "user.name",
    "user.id",
    "langfuse.user.id",
    "ai.telemetry.metadata.userId",
    "ai.telemetry.metadata.user_id",
    "traceloop.association.properties.user_id",
    "traceloop.association.properties.userId",
  ],
  repository: [
    "vcs.repository.url.full",
    "vcs.repository.name",
    "repository",
    "ai.telemetry.metadata.repository",
    "traceloop.association.properties.repository",
  ],
  branch: [
    "vcs.ref.head.name",
    "branch",
    "ai.telemetry.metadata.branch",
    "traceloop.association.properties.branch",
  ],
  // vcs.ref.head.revision is the commit that was there before, and says nothing of what was made.
  commits: ["git_commit_id", "git.commit.id"],
  pullRequest: ["vcs.change.id", "pull_request"],
  // In seconds.
  firstChunk: ["gen_ai.response.time_to_first_chunk", "gen_ai.server.time_to_first_token"],
  // In milliseconds.
  firstToken: [
    "ai.response.msToFirstChunk",
    "ai.response.msToFirstText",
    "ttft_ms",
    "llm.time_to_first_token_ms",
  ],
  status: ["http.response.status_code", "http.status_code"],
  error: ["error.type", "exception.message"],
} as const;

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
