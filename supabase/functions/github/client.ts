import { createHash } from "node:crypto";
import { Octokit, RequestError } from "octokit";
import { log } from "../_shared/log.ts";

export { RequestError };

/** How to reach GitHub for one person. */
export interface GithubAccess {
  /** `https://api.github.com`, or `https://host/api/v3` of GitHub Enterprise. */
  baseUrl: string;
  token: string;
  /** Where the token came from: the person's own connection, or the deployment's `GITHUB_TOKEN`. */
  origin: "stored" | "deployment";
  /** How long one read may take, its retry included, in milliseconds. */
  timeout?: number;
}

/** A read that took longer than it may. */
export class GithubTimeout extends Error {
  override readonly name = "GithubTimeout";
}

/** What names a token without telling it: the SHA-256 of it, in hex. */
export function fingerprintOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/**
 * Reads one path of GitHub's API. A server error is tried once more, and so is a secondary rate limit that ends within
 * {@link longestWait} seconds; an exhausted quota is never waited for, because it can take an hour.
 * @throws RequestError for every answer that is not 2xx (304 too), GithubTimeout when it took too long.
 */
export async function getFromGithub(
  access: GithubAccess,
  path: string,
  etag?: string,
): Promise<{ data: unknown; etag: string | undefined }> {
  // An abort signal that ends in AbortError: the retry plugin would try a TimeoutError again.
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), access.timeout ?? defaultTimeout);
  try {
    const answer = await octokit(access).request(`GET ${path}`, {
      headers: etag === undefined ? {} : { "if-none-match": etag },
      request: { signal: deadline.signal },
    });
    // octokit swallows a body that was cut off, so the clock is asked again.
    if (deadline.signal.aborted) throw new GithubTimeout();
    return { data: answer.data, etag: answer.headers.etag };
  } catch (error) {
    if (deadline.signal.aborted) throw new GithubTimeout();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

const defaultTimeout = 10_000;
/** The longest secondary rate limit that is waited for, in seconds. */
const longestWait = 2;

function octokit({ baseUrl, token }: GithubAccess): Octokit {
  return new Octokit({
    auth: token,
    baseUrl,
    userAgent: "living-lytics",
    log: { debug: quiet, info: quiet, warn: quiet, error: complain },
    retry: { retries: 1, doNotRetry: [400, 401, 403, 404, 410, 422, 429, 451] },
    throttle: {
      id: fingerprintOf(token), // one person's queue does not hold up another's
      onRateLimit: () => false,
      onSecondaryRateLimit: (
        retryAfter: number,
        _options: object,
        _octokit: object,
        retryCount: number,
      ) => retryCount === 0 && retryAfter <= longestWait,
    },
  });
}

/** octokit's remarks on limits and deprecations; what matters of them comes back as an error. */
function quiet(): void {}

function complain(message: string): void {
  log("error", "github_client", { message: message.slice(0, 200) });
}
