import { Rejection } from "../_shared/intake/rejection.ts";
import { Fields } from "./fields.ts";
import { identityOf, identityOfContent, pullRequestNumber, repositoryName } from "./record.ts";
import { hasUsage, noTokens, serviceTierOf, usageIn } from "./usage.ts";
import type { AiCall, AiRecord, AiSession } from "./types.ts";

/**
 * A record of the native shape. `prompt_tokens` count cached tokens in, as OpenAI does; `input_tokens` do not, as
 * Anthropic's, unless OpenAI's details stand beside them. A record without anything of a call only adds to a session that is there.
 * @throws Rejection when it cannot be used.
 */
export function nativeRecord(raw: Record<string, unknown>, now: number): AiRecord {
  const fields = new Fields(raw);
  const sessionId = fields.text(maxId, "session_id");
  const isCall = fields.has(...ofCall) || hasUsage(fields);
  const at = fields.time(now, "timestamp", "created_at", "time");
  if (at === undefined && (isCall || sessionId === undefined)) {
    throw new Rejection("missing_field", "timestamp", "is missing");
  }
  if (!isCall && !fields.has(...ofSession)) {
    throw new Rejection("unknown_record", "", "has none of the fields of a call or a session");
  }
  const id = identityOf(fields.text(maxId, "response_id", "id") ?? identityOfContent(raw));
  const session = sessionOf(fields, {
    external_id: sessionId === undefined ? id : identityOf(sessionId),
    source: fields.text(50, "tool") ?? "native",
  });
  // News of a session that is named is no call; without its name the record stands for a session of one.
  const isNews = at === undefined || (!isCall && sessionId !== undefined);
  return isNews ? { session } : { session, call: callOf(fields, id, at) };
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
  "provider",
  "cost_usd",
  "response_cost",
  "latency_ms",
  "duration_ms",
  "status",
  "status_code",
  "error",
  "error_message",
];

const ofSession = [
  "accepted",
  "accepted_lines",
  "commit_ids",
  "git_commit_id",
  "commit_id",
  "commits",
  "pull_request",
  "pull_request_number",
  "pr_number",
  "repository",
  "repo",
  "branch",
  "developer_id",
  "developer",
  "user_id",
];

function callOf(fields: Fields, id: string, at: string): AiCall {
  const tokens = usageIn(fields);
  const tier = serviceTierOf(fields);
  const provider = fields.text(100, "provider");
  const model = fields.text(200, "model", "modelVersion") ??
    fields.within("response").text(200, "model", "modelVersion");
  const cost = fields.number("cost_usd", "response_cost");
  const latency = fields.number("latency_ms", "duration_ms");
  const ttft = fields.number("ttft_ms", "time_to_first_token_ms");
  const given = fields.any("status", "status_code");
  const status = statusOf(given);
  const isFailure = typeof given === "string" && /^(fail|error)/i.test(given);
  const error = fields.prose(2000, "error", "error_message") ?? (isFailure ? given : undefined);
  return {
    external_id: id,
    at,
    ...(tokens.output_tokens === undefined && (error !== undefined || (status ?? 0) >= 400)
      ? noTokens
      : tokens),
    ...(tier === undefined ? {} : { service_tier: tier }),
    ...(provider === undefined ? {} : { provider }),
    ...(model === undefined ? {} : { model }),
    ...(cost === undefined ? {} : { cost_usd: cost }),
    ...(latency === undefined ? {} : { latency_ms: Math.round(latency) }),
    ...(ttft === undefined ? {} : { ttft_ms: Math.round(ttft) }),
    ...(status === undefined ? {} : { status }),
    ...(error === undefined ? {} : { error }),
  };
}
