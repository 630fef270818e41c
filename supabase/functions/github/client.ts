import { Octokit } from "octokit";
import { fingerprintOf, type GithubAccess, octokitOptions } from "../_shared/github/client.ts";

/** A read that took longer than it may. */
export class GithubTimeout extends Error {
  override readonly name = "GithubTimeout";
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

function octokit(access: GithubAccess): Octokit {
  return new Octokit({
    ...octokitOptions(access),
    retry: { retries: 1, doNotRetry: [400, 401, 403, 404, 410, 422, 429, 451] },
    throttle: {
      id: fingerprintOf(access.token), // one person's queue does not hold up another's
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
