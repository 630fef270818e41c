import type { Context } from "hono";
import { z } from "@hono/zod-openapi";

/** Stable problem codes: the HTTP status and title of each, and a detail as it may come with it. */
export const problemCodes = {
  malformed_json: [400, "Malformed JSON", "The body is not valid JSON"],
  bad_request: [400, "Bad request", "The body cannot be read"],
  invalid_signature: [400, "Invalid signature", "The signature does not match"],
  missing_credential: [401, "Missing credential", "Missing bearer token"],
  invalid_token: [401, "Invalid token", "Invalid token"],
  expired_token: [401, "Expired token", "The token has expired"],
  password_required: [401, "Password required", "This link has a password"],
  sign_in_failed: [401, "Sign-in failed", "Wrong username or password"],
  wrong_issuer: [401, "Wrong issuer", "The token is of another project"],
  wrong_audience: [401, "Wrong audience", "The token is for something else"],
  wrong_credential: [403, "Wrong credential", "Unknown credential"],
  expired_key: [403, "Expired key", "The key has expired"],
  revoked_key: [403, "Revoked key", "The key was revoked"],
  wrong_password: [403, "Wrong password", "That is not the link's password"],
  forbidden: [403, "Forbidden", "This credential may not call this route"],
  not_found: [404, "Not found", "Not found"],
  user_not_found: [404, "User not found", "User not found"],
  method_not_allowed: [405, "Method not allowed", "DELETE is not one of GET, HEAD"],
  conflict: [409, "Conflict", "It is there already"],
  last_owner: [409, "Last owner", "An organization keeps an owner"],
  username_taken: [409, "Username taken", "This username is taken"],
  idempotency_conflict: [
    409,
    "Idempotency key reused",
    "This Idempotency-Key came with another body",
  ],
  request_in_progress: [
    409,
    "Request in progress",
    "A request with this Idempotency-Key is being answered",
  ],
  github_not_connected: [409, "GitHub is not connected", "Connect a GitHub account first"],
  github_token_unusable: [
    409,
    "GitHub token unusable",
    "GitHub refuses the stored token: connect again",
  ],
  gone: [410, "Gone", "It is no longer there"],
  payload_too_large: [413, "Payload too large", "The body is larger than 1048576 bytes"],
  unsupported_media_type: [415, "Unsupported media type", "Send the body as application/json"],
  validation_failed: [422, "Validation failed", "start: must be a date as in 2026-11-16"],
  rate_limited: [429, "Rate limited", "More than 600 in 60 s"],
  internal_error: [500, "Internal error", "Internal error"],
  upstream_error: [502, "Upstream error", "GitHub answered 500"],
  not_ready: [503, "Not ready", "The database is out of reach"],
  upstream_timeout: [504, "Upstream timed out", "GitHub did not answer in time"],
} as const satisfies Record<string, readonly [number, string, string]>;

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

/** A problem as callers read it. */
export function bodyOf(problem: Problem, requestId: string): z.input<typeof ProblemSchema> {
  const [status, title] = problemCodes[problem.code];
  return {
    type: `urn:livinglytics:problem:${problem.code}`,
    title,
    status,
    detail: problem.detail,
    code: problem.code,
    request_id: requestId,
    ...(problem.extra.errors ? { errors: problem.extra.errors } : {}),
  };
}

/** A problem as the document shows it. */
export function exampleOf(code: ProblemCode): Problem {
  return code === "validation_failed"
    ? invalid("start", "must be a date as in 2026-11-16")
    : new Problem(code, problemCodes[code][2]);
}

/** The problem as an `application/problem+json` response with the request's id. */
export function problemResponse(c: Context, problem: Problem): Response {
  const { status } = problem;
  return c.body(
    JSON.stringify(bodyOf(problem, String(c.get("requestId")))),
    problemCodes[problem.code][0],
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
  type: z.string().openapi({ format: "uri", description: "The code as a URI." }),
  title: z.string().openapi({ description: "What the code means, the same every time." }),
  status: z.int().min(400).max(599),
  detail: z.string().openapi({ description: "What is wrong this time, for people." }),
  code: z.enum(Object.keys(problemCodes) as [ProblemCode, ...ProblemCode[]]).openapi({
    description: "What is wrong, for programs: it stays as it is.",
  }),
  request_id: z.string().openapi({ description: "The same as `X-Request-Id`." }),
  errors: z.array(
    z.object({
      path: z.string().openapi({ description: "The field or parameter, as in `items.3.data`." }),
      message: z.string(),
    }),
  ).optional().openapi({ description: "What fails validation, each field once." }),
}).openapi("Problem", {
  description: "An error (RFC 9457).",
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
