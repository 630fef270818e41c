import assert from "node:assert/strict";
import { Problem } from "../../supabase/functions/_shared/http/problem.ts";
import { RequestError } from "../../supabase/functions/_shared/github/client.ts";
import { GithubTimeout } from "../../supabase/functions/github/client.ts";
import { githubProblem } from "../../supabase/functions/github/problems.ts";

const now = new Date("2026-11-16T08:00:00.400Z");
const inHalfAnHour = String(Date.parse("2026-11-16T08:30:00Z") / 1000);
const leak = "ghp_0123456789abcdefghijklmnopqrstuvwxyzABCD";

function failure(status: number, headers: Record<string, string> = {}, message = leak) {
  const request = {
    method: "GET" as const,
    url: "https://api.github.com/user",
    headers: { authorization: `token ${leak}` },
  };
  const response = { status, headers, data: { message }, url: request.url, retryCount: 0 };
  return new RequestError(message, status, { request, response });
}

function problemOf(error: unknown, origin: "stored" | "deployment" = "stored"): Problem {
  const problem = githubProblem(error, origin, now);
  assert.ok(problem instanceof Problem, `${problem} is no problem`);
  return problem;
}

const exhausted = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": inHalfAnHour };
const table: [string, RequestError, string, string | undefined][] = [
  ["401", failure(401), "github_token_unusable", undefined],
  ["403", failure(403), "upstream_error", undefined],
  [
    "403 with quota left",
    failure(403, { "x-ratelimit-remaining": "9" }),
    "upstream_error",
    undefined,
  ],
  ["403, quota exhausted", failure(403, exhausted), "rate_limited", "1800"],
  ["429, quota exhausted", failure(429, exhausted), "rate_limited", "1800"],
  ["403, retry-after", failure(403, { "retry-after": "120" }), "rate_limited", "120"],
  ["429 without a time", failure(429), "rate_limited", "60"],
  [
    "403 that says so",
    failure(403, {}, "You have exceeded a secondary rate limit"),
    "rate_limited",
    "60",
  ],
  [
    "a reset in the past",
    failure(403, { ...exhausted, "x-ratelimit-reset": "1000" }),
    "rate_limited",
    "1",
  ],
  [
    "a reset that is no number",
    failure(403, { ...exhausted, "x-ratelimit-reset": "soon" }),
    "rate_limited",
    "60",
  ],
  ["404", failure(404), "upstream_error", undefined],
  ["418", failure(418), "upstream_error", undefined],
  ["500", failure(500), "upstream_error", undefined],
  ["503", failure(503), "upstream_error", undefined],
];

for (const [what, error, code, retryAfter] of table) {
  Deno.test(`githubProblem() makes ${code} of ${what}`, () => {
    const problem = problemOf(error);
    assert.strictEqual(problem.code, code);
    assert.strictEqual(problem.extra.headers?.["retry-after"], retryAfter);
    assert.ok(!problem.detail.includes(leak));
    assert.ok(!String(problem.cause).includes(leak));
  });
}

Deno.test("githubProblem() tells when the rate limit ends", () => {
  assert.match(problemOf(failure(403, exhausted)).detail, /until 2026-11-16T08:30:01Z$/);
  assert.match(
    problemOf(failure(429, { "retry-after": "120" })).detail,
    /until 2026-11-16T08:02:01Z$/,
  );
});

Deno.test("githubProblem() says whose token was refused and what to do", () => {
  assert.match(problemOf(failure(401), "stored").detail, /stored token.*PUT \/github\/connection/);
  assert.match(problemOf(failure(401), "deployment").detail, /GITHUB_TOKEN/);
});

Deno.test("githubProblem() tells a time-out and an unreachable GitHub apart", () => {
  assert.strictEqual(problemOf(new GithubTimeout()).code, "upstream_timeout");
  const request = { method: "GET" as const, url: "https://api.github.com/user", headers: {} };
  const unreachable = new RequestError("connection refused", 500, { request });
  assert.strictEqual(problemOf(unreachable).code, "upstream_error");
  assert.match(problemOf(unreachable).detail, /cannot be reached/);
});

Deno.test("githubProblem() leaves what is no failure of GitHub's as it came", () => {
  for (const error of [new TypeError("a bug"), new Problem("forbidden", "No"), "text"]) {
    assert.strictEqual(githubProblem(error, "stored", now), error);
  }
});
