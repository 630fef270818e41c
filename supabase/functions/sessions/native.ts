import { Rejection } from "../_shared/intake/rejection.ts";
import { Fields } from "./fields.ts";
import {
  exclusiveTokens,
  identityOf,
  identityOfContent,
  pullRequestNumber,
  repositoryName,
} from "./record.ts";
import type { AiCall, AiRecord, AiSession } from "./types.ts";

/**
 * A record of the native shape. `prompt_tokens` count cached tokens in, as OpenAI does; `input_tokens` do not, as
 * Anthropic's. A record without a time and without anything of a call only adds to a session that is there.
 * @throws Rejection when it cannot be used.
 */
export function nativeRecord(raw: Record<string, unknown>, now: number): AiRecord {
  const fields = new Fields(raw);
  const sessionId = fields.text(maxId, "session_id");
  const isCall = fields.has(...ofCall);
  const at = fields.time(now, "timestamp", "created_at", "time");
  if (at === undefined && (isCall || sessionId === undefined)) {
    throw new Rejection("missing_field", "timestamp", "is missing");
  }
  const id = identityOf(fields.text(maxId, "id") ?? identityOfContent(raw));
  const session = sessionOf(fields, {
    external_id: sessionId === undefined ? id : identityOf(sessionId),
    source: fields.text(50, "tool") ?? "native",
  });
  return at === undefined ? { session } : { session, call: callOf(fields, id, at) };
}

/** What any JSON source says of a session beside who it is. */
export function sessionOf(
  fields: Fields,
  known: Pick<AiSession, "external_id" | "source">,
): AiSession {
  const developer = fields.text(200, "developer_id", "developer", "user_id");
  const repository = fields.text(500, "repository", "repo");
  const branch = fields.text(255, "branch");
  const accepted = fields.flag("accepted");
  const lines = fields.count("accepted_lines");
  const commits = fields.commits("commit_ids", "git_commit_id", "commit_id", "commits");
  const pullRequest = fields.text(500, "pull_request", "pull_request_number", "pr_number");
  if (lines !== undefined && lines > maxLines) {
    throw new Rejection("invalid_field", "accepted_lines", `is more than ${maxLines}`);
  }
  return {
    ...known,
    ...(developer === undefined ? {} : { developer_id: developer.toLowerCase() }),
    ...(repository === undefined ? {} : { repository: nameOf(repository) }),
    ...(branch === undefined ? {} : { branch: branch.replace(/^refs\/heads\//, "") }),
    ...(accepted === undefined ? {} : { accepted }),
    ...(lines === undefined ? {} : { accepted_lines: lines }),
    ...(commits === undefined ? {} : { commits }),
    ...(pullRequest === undefined
      ? {}
      : { pull_request: pullRequestNumber(pullRequest).slice(0, 200) }),
  };
}

/** The repository as sessions keep it. @throws Rejection when it is too long to be one. */
export function nameOf(repository: string): string {
  const name = repositoryName(repository);
  if (name.length > 200) {
    throw new Rejection("invalid_field", "repository", "is longer than 200 characters");
  }
  return name;
}

/** An HTTP status, or undefined for none or one in words. */
export function statusOf(given: unknown): number | undefined {
  const status = Number(given);
  return Number.isInteger(status) && status > 0 && status <= 999 ? status : undefined;
}

const maxId = 500;
const maxLines = 10_000_000;

const ofCall = [
  "model",
  "prompt_tokens",
  "input_tokens",
  "completion_tokens",
  "output_tokens",
  "cost_usd",
  "response_cost",
  "latency_ms",
  "error",
];

function callOf(fields: Fields, id: string, at: string): AiCall {
  const details = fields.within("prompt_tokens_details");
  const isInclusive = !fields.has("input_tokens") && fields.has("prompt_tokens");
  const tokens = exclusiveTokens({
    prompt: fields.count("input_tokens", "prompt_tokens") ?? 0,
    output: fields.count("output_tokens", "completion_tokens") ?? 0,
    cacheRead: fields.count("cache_read_tokens", "cache_read_input_tokens", "cached_tokens") ??
      details.count("cached_tokens") ?? 0,
    cacheWrite: fields.count("cache_write_tokens", "cache_creation_input_tokens") ?? 0,
  }, isInclusive);
  const provider = fields.text(100, "provider");
  const model = fields.text(200, "model");
  const cost = fields.number("cost_usd", "response_cost");
  const latency = fields.number("latency_ms", "duration_ms");
  const given = fields.any("status", "status_code");
  const status = statusOf(given);
  const isFailure = typeof given === "string" && /^(fail|error)/i.test(given);
  const error = fields.prose(2000, "error", "error_message") ?? (isFailure ? given : undefined);
  return {
    external_id: id,
    at,
    ...tokens,
    ...(provider === undefined ? {} : { provider }),
    ...(model === undefined ? {} : { model }),
    ...(cost === undefined ? {} : { cost_usd: cost }),
    ...(latency === undefined ? {} : { latency_ms: Math.round(latency) }),
    ...(status === undefined ? {} : { status }),
    ...(error === undefined ? {} : { error }),
  };
}
