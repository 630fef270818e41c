import { Octokit } from "octokit";
import {
  type GithubAccess,
  octokitOptions,
  RequestError,
  secondsToReset,
  secondsToWait,
} from "../_shared/github/client.ts";
import type { Clock, Reader, RestAnswer } from "./types.ts";

/** Why a read of GitHub came to nothing. */
export type StopReason =
  /** A rate limit; `until` says when to go on. */
  | { why: "limited"; until: Date }
  /** GitHub failed or could not be reached, however often it was tried. */
  | { why: "unavailable"; detail: string }
  /** The token may not, or the thing is not there (any more). */
  | { why: "refused"; status: number; detail: string }
  /** GitHub answered with something that is not what its documentation says. */
  | { why: "unexpected"; detail: string }
  /** What the job says cannot be: there is no such workflow. */
  | { why: "mistaken"; detail: string }
  /** Another job reads the repository. */
  | { why: "duplicate"; detail: string };

/** A read that came to nothing, and what that means for the run. */
export class GithubStop extends Error {
  override readonly name = "GithubStop";

  constructor(readonly reason: StopReason, cause?: unknown) {
    super(reason.why, { cause });
  }
}

/** How long one request may take, in milliseconds: GitHub itself gives up after ten seconds. */
const requestTimeout = 20_000;
/** What is waited before each next try of a request that failed, in milliseconds. */
const waits = [250, 1000];

/**
 * A reader of GitHub with a token. What fails on GitHub's side, or on the way, is tried again with growing waits; a rate
 * limit is never waited for: the run stops and goes on when it ends.
 */
export function githubReader(access: GithubAccess, clock: Clock): Reader {
  const octokit = new Octokit({
    ...octokitOptions(access),
    // One request at a time needs no queue, and what to do about a failure is decided here.
    retry: { enabled: false },
    throttle: { enabled: false },
  });
  let requests = 0;
  let told = 0;

  const send = async <Answer>(what: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> => {
    for (let attempt = 0;; attempt++) {
      requests++;
      try {
        return await what(AbortSignal.timeout(requestTimeout));
      } catch (error) {
        if (error instanceof RequestError && error.status === 304) throw error;
        const stop = stopFor(error, new Date(clock.now()));
        const wait = waits[attempt];
        if (stop.reason.why !== "unavailable" || wait === undefined) throw stop;
        await clock.wait(wait);
      }
    }
  };

  return {
    spent() {
      const since = requests - told;
      told = requests;
      return since;
    },
    async get(path, etag) {
      const headers = etag === undefined ? {} : { "if-none-match": etag };
      try {
        return await send(async (signal) => {
          const answer = await octokit.request(`GET ${path}`, { headers, request: { signal } });
          return restAnswer(answer.data, answer.headers);
        });
      } catch (error) {
        if (error instanceof RequestError && error.status === 304) return null;
        throw error;
      }
    },
    query: (text, variables) =>
      send(async (signal) => {
        const answer = await octokit.request("POST /graphql", {
          baseUrl: access.baseUrl.replace(/\/api\/v3$/, "/api"),
          query: text,
          variables,
          request: { signal },
        });
        return graphqlData(answer.data, answer.headers, new Date(clock.now()));
      }),
  };
}

function restAnswer(data: unknown, headers: Record<string, unknown>): RestAnswer {
  // octokit hands over a body that broke off as the text there was of it.
  if (typeof data !== "object" || data === null) throw new BrokenOff();
  const link = String(headers["link"] ?? "");
  return {
    data,
    etag: typeof headers["etag"] === "string" ? headers["etag"] : undefined,
    lastPage: Number(/[?&]page=(\d+)[^>]*>;\s*rel="last"/.exec(link)?.[1] ?? 1),
    hasNext: /rel="next"/.test(link),
  };
}

function graphqlData(answer: unknown, headers: Record<string, unknown>, now: Date): unknown {
  if (typeof answer !== "object" || answer === null) throw new BrokenOff();
  const errors: unknown = Reflect.get(answer, "errors");
  const data: unknown = Reflect.get(answer, "data");
  if (!Array.isArray(errors) || errors.length === 0) return data;
  const hasRepository = Boolean(Reflect.get(Object(data), "repository"));
  const [first]: unknown[] = errors;
  const type = String(Reflect.get(Object(first), "type") ?? "");
  const detail = String(Reflect.get(Object(first), "message") ?? "").slice(0, 200);
  if (type === "RATE_LIMITED" || type === "RATE_LIMIT") {
    const wait = secondsToReset(headers["x-ratelimit-reset"], now) ?? 60;
    throw new GithubStop({ why: "limited", until: new Date(now.getTime() + wait * 1000) });
  }
  // What is there is of use: an entry that GitHub could not read is null in it.
  if (hasRepository) return data;
  if (type === "NOT_FOUND" || type === "FORBIDDEN") {
    throw new GithubStop({ why: "refused", status: type === "FORBIDDEN" ? 403 : 404, detail });
  }
  // Without a type: "Something went wrong while executing your query", mostly because it took too long.
  if (type === "") throw new GithubStop({ why: "unavailable", detail });
  throw new GithubStop({ why: "unexpected", detail });
}

/** An answer whose body ended before it was whole. */
class BrokenOff extends Error {}

function stopFor(error: unknown, now: Date): GithubStop {
  if (error instanceof GithubStop) return error;
  if (!(error instanceof RequestError) || error.response === undefined) {
    return new GithubStop({ why: "unavailable", detail: "GitHub cannot be reached" }, error);
  }
  const wait = secondsToWait(error, now);
  if (wait !== null) {
    return new GithubStop({ why: "limited", until: new Date(now.getTime() + wait * 1000) }, error);
  }
  const { status } = error;
  if (status >= 500 || status === 408) {
    return new GithubStop({ why: "unavailable", detail: `GitHub answered ${status}` }, error);
  }
  const detail = `GitHub answered ${status} to ${new URL(error.request.url).pathname}`;
  return new GithubStop({ why: "refused", status, detail }, error);
}
