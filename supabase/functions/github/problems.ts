import { Problem, type ProblemCode } from "../_shared/http/problem.ts";
import { type GithubAccess, RequestError, secondsToWait } from "../_shared/github/client.ts";
import { GithubTimeout } from "./client.ts";

/** What a read of GitHub can end in, for the routes' OpenAPI entries. */
export const githubProblems = [
  "github_not_connected",
  "github_token_unusable",
  "rate_limited",
  "upstream_error",
  "upstream_timeout",
] as const satisfies ProblemCode[];

/**
 * The problem behind a failed read of GitHub. A refused token is a 409, never a 401: the caller's own session is fine.
 * GitHub's own words stay out of it. Anything else is returned as it came.
 */
export function githubProblem(
  error: unknown,
  origin: GithubAccess["origin"],
  now: Date,
): unknown {
  if (error instanceof GithubTimeout) {
    return new Problem("upstream_timeout", "GitHub did not answer in time; try again later");
  }
  if (!(error instanceof RequestError)) return error;
  if (error.response === undefined) {
    return new Problem("upstream_error", "GitHub cannot be reached; try again later", {
      cause: error.cause,
    });
  }
  const { status } = error;
  if (status === 401) return new Problem("github_token_unusable", refused[origin]);
  const wait = secondsToWait(error, now);
  if (wait !== null) return rateLimited(wait, now);
  const cause = new Error(`GitHub answered ${status}, request ${requestIdOf(error)}`);
  return new Problem("upstream_error", details[status] ?? "GitHub failed; try again later", {
    cause,
  });
}

/** GitHub answered with something that is not what its documentation says. */
export function unexpectedAnswer(cause: unknown): Problem {
  return new Problem("upstream_error", "GitHub's answer was not the expected one", { cause });
}

const refused = {
  stored:
    "GitHub refused the stored token: it was revoked or has ended. Connect GitHub again with PUT /github/connection",
  deployment:
    "GitHub refused the token of this deployment. Replace GITHUB_TOKEN, or connect an account with PUT /github/connection",
};

const details: Record<number, string> = {
  403: "GitHub does not allow this token to read that; it may lack a permission",
  404: "GitHub does not know what was asked for; check GITHUB_API_URL and the token's permissions",
};

function rateLimited(seconds: number, now: Date): Problem {
  const reset = new Date(Math.ceil(now.getTime() / 1000 + seconds) * 1000);
  const time = reset.toISOString().replace(".000Z", "Z");
  return new Problem(
    "rate_limited",
    `GitHub's rate limit for this token is reached until ${time}`,
    {
      headers: { "retry-after": String(seconds) },
    },
  );
}

function requestIdOf(error: RequestError): string {
  return String(error.response?.headers["x-github-request-id"] ?? "unknown");
}
