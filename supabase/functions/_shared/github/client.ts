import { createHash } from "node:crypto";
import { RequestError } from "octokit";
import { log } from "../http/log.ts";

export { RequestError };

/** How to reach GitHub for one person, or as the deployment. */
export interface GithubAccess {
  /** `https://api.github.com`, or `https://host/api/v3` of GitHub Enterprise. */
  baseUrl: string;
  token: string;
  /** Where the token came from: the person's own connection, or the deployment's `GITHUB_TOKEN`. */
  origin: "stored" | "deployment";
  /** How long one read may take, its retry included, in milliseconds. */
  timeout?: number;
}

/** What names a token without telling it: the SHA-256 of it, in hex. */
export function fingerprintOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/** What every octokit of ours is made with. */
export function octokitOptions({ baseUrl, token }: GithubAccess) {
  return {
    auth: token,
    baseUrl,
    userAgent: "living-lytics",
    log: { debug: quiet, info: quiet, warn: quiet, error: complain },
  };
}

/** What GitHub's documentation says to wait where it names no time, in seconds. */
const unnamedWait = 60;

/** GitHub counts by the hour. A reset that is named later than that, with a minute for clocks that differ, is none. */
const longestReset = 3660;

/** Seconds until a reset that a header names, an hour at most; null when it names none. */
export function secondsToReset(header: unknown, now: Date): number | null {
  const until = Math.ceil(Number(header ?? NaN) - now.getTime() / 1000);
  return Number.isFinite(until) ? Math.min(Math.max(until, 1), longestReset) : null;
}

/** Seconds until a rate limit ends, a day at most; null when the answer is about something else. */
export function secondsToWait(error: RequestError, now: Date): number | null {
  const headers = error.response?.headers ?? {};
  const exhausted = headers["x-ratelimit-remaining"] === "0";
  const retryAfter = Number(headers["retry-after"] ?? NaN);
  const limited = error.status === 429 ||
    (error.status === 403 &&
      (exhausted || !Number.isNaN(retryAfter) || /\brate limit/i.test(error.message)));
  if (!limited) return null;
  const untilReset = exhausted ? secondsToReset(headers["x-ratelimit-reset"], now) ?? NaN : NaN;
  const named = [retryAfter, untilReset].filter(Number.isFinite);
  return named.length === 0 ? unnamedWait : Math.min(Math.max(...named, 1), 86_400);
}

/** octokit's remarks on limits and deprecations; what matters of them comes back as an error. */
function quiet(): void {}

function complain(message: string): void {
  log("error", "github_client", { message: message.slice(0, 200) });
}
