import type { Context } from "hono";
import { z } from "@hono/zod-openapi";

/** Stable problem codes and the HTTP status and title each one has. */
export const problemCodes = {
  malformed_json: [400, "Malformed JSON"],
  bad_request: [400, "Bad request"],
  invalid_signature: [400, "Invalid signature"],
  missing_credential: [401, "Missing credential"],
  invalid_token: [401, "Invalid token"],
  expired_token: [401, "Expired token"],
  sign_in_failed: [401, "Sign-in failed"],
  wrong_issuer: [401, "Wrong issuer"],
  wrong_audience: [401, "Wrong audience"],
  wrong_credential: [403, "Wrong credential"],
  expired_key: [403, "Expired key"],
  revoked_key: [403, "Revoked key"],
  forbidden: [403, "Forbidden"],
  not_found: [404, "Not found"],
  user_not_found: [404, "User not found"],
  method_not_allowed: [405, "Method not allowed"],
  conflict: [409, "Conflict"],
  last_owner: [409, "Last owner"],
  username_taken: [409, "Username taken"],
  idempotency_conflict: [409, "Idempotency key reused"],
  request_in_progress: [409, "Request in progress"],
  github_not_connected: [409, "GitHub is not connected"],
  github_token_unusable: [409, "GitHub token unusable"],
  gone: [410, "Gone"],
  payload_too_large: [413, "Payload too large"],
  unsupported_media_type: [415, "Unsupported media type"],
  validation_failed: [422, "Validation failed"],
  rate_limited: [429, "Rate limited"],
  internal_error: [500, "Internal error"],
  upstream_error: [502, "Upstream error"],
  not_ready: [503, "Not ready"],
  upstream_timeout: [504, "Upstream timed out"],
} as const satisfies Record<string, readonly [number, string]>;

export type ProblemCode = keyof typeof problemCodes;

export interface FieldError {
  path: string;
  message: string;
}

/** An error the caller is told about, as an RFC 9457 problem. Everything else is an internal error. */
export class Problem extends Error {
  readonly status: number;

  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    readonly extra: { errors?: FieldError[]; headers?: Record<string, string>; cause?: unknown } =
      {},
  ) {
    super(`${code}: ${detail}`, { cause: extra.cause });
    this.name = "Problem";
    this.status = problemCodes[code][0];
  }
}

/** A 422 that names one field. */
export function invalid(path: string, message: string): Problem {
  return new Problem("validation_failed", `${path}: ${message}`, { errors: [{ path, message }] });
}

/** The problem as an `application/problem+json` response with the request's id. */
export function problemResponse(c: Context, problem: Problem): Response {
  const [status, title] = problemCodes[problem.code];
  const requestId: unknown = c.get("requestId");
  return c.body(
    JSON.stringify({
      type: `urn:livinglytics:problem:${problem.code}`,
      title,
      status,
      detail: problem.detail,
      code: problem.code,
      request_id: requestId,
      ...(problem.extra.errors ? { errors: problem.extra.errors } : {}),
    }),
    status,
    {
      "content-type": "application/problem+json",
      ...(status === 401 ? { "www-authenticate": 'Bearer realm="livinglytics"' } : {}),
      ...problem.extra.headers,
    },
  );
}

/** Turns zod's issues into the problem that names each faulty field once, with the first thing wrong with it. */
export function validationProblem(error: z.ZodError): Problem {
  const byPath = new Map<string, FieldError>();
  for (const one of error.issues.slice(0, 60).flatMap(fieldErrors)) {
    if (!byPath.has(one.path)) byPath.set(one.path, one);
  }
  const errors = [...byPath.values()].slice(0, 20);
  const first = errors[0];
  const detail = first ? `${first.path || "body"}: ${first.message}` : "The request is invalid";
  return new Problem("validation_failed", detail, { errors });
}

/** An OpenAPI schema of the problem response. */
export const ProblemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.enum(Object.keys(problemCodes) as [ProblemCode, ...ProblemCode[]]),
  request_id: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
}).openapi("Problem", {
  example: {
    type: "urn:livinglytics:problem:user_not_found",
    title: "User not found",
    status: 404,
    detail: "User not found",
    code: "user_not_found",
    request_id: "0198f6c2-9d5e-7c1a-b3d4-6f2a1b3c4d5e",
  },
});

function fieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  const path = issue.path.map(String).join(".");
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: [path, key].filter(Boolean).join("."),
      message: "Unknown field",
    }));
  }
  return [{ path, message: issue.message }];
}
