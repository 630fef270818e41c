import { createHash } from "node:crypto";
import { z } from "zod";
import { fingerprintOf, type GithubAccess, RequestError } from "../_shared/github/client.ts";
import type { EtagCache } from "./cache.ts";
import { getFromGithub } from "./client.ts";
import { toGithubUser, toPublicRepositories } from "./normalize.ts";
import { githubProblem, unexpectedAnswer } from "./problems.ts";
import {
  type GithubRepository,
  GithubRepositorySchema,
  type GithubUser,
  GithubUserSchema,
} from "./schemas.ts";

/** Something to read from GitHub, and what is kept of it. */
interface Resource<Value> {
  path: string;
  keep: (answer: unknown) => Value;
  schema: z.ZodType<Value>;
}

/** The account a token belongs to. Throws the problems of {@link githubProblem}. */
export function readUser(access: GithubAccess, cache: EtagCache): Promise<GithubUser> {
  return read(access, cache, { path: "/user", keep: toGithubUser, schema: GithubUserSchema });
}

/** The account's own public repositories, newest update first. Throws the problems of {@link githubProblem}. */
export function readRepositories(
  access: GithubAccess,
  cache: EtagCache,
  limit: number,
): Promise<GithubRepository[]> {
  const query = new URLSearchParams({
    visibility: "public",
    affiliation: "owner",
    sort: "updated",
    direction: "desc",
    per_page: String(limit),
  });
  return read(access, cache, {
    path: `/user/repos?${query}`,
    keep: (answer) => toPublicRepositories(answer).slice(0, limit),
    schema: z.array(GithubRepositorySchema),
  });
}

/** Asks with the ETag of what is kept: GitHub then answers 304 where nothing has changed, and counts no request. */
async function read<Value>(
  access: GithubAccess,
  cache: EtagCache,
  resource: Resource<Value>,
): Promise<Value> {
  const key = cacheKey(access, resource.path);
  const kept = await cache.get(key);
  const keptBody = resource.schema.safeParse(kept?.body);
  const etag = keptBody.success ? kept?.etag : undefined;
  try {
    const answer = await getFromGithub(access, resource.path, etag);
    const value = valueOf(resource, answer.data);
    if (answer.etag !== undefined) await cache.put(key, { etag: answer.etag, body: value });
    return value;
  } catch (error) {
    if (keptBody.success && error instanceof RequestError && error.status === 304) {
      return keptBody.data;
    }
    throw githubProblem(error, access.origin, new Date());
  }
}

function valueOf<Value>(resource: Resource<Value>, answer: unknown): Value {
  try {
    return resource.schema.parse(resource.keep(answer));
  } catch (error) {
    throw unexpectedAnswer(error);
  }
}

function cacheKey({ token, baseUrl }: GithubAccess, path: string): string {
  return createHash("sha256").update(JSON.stringify([fingerprintOf(token), baseUrl, path]))
    .digest("hex");
}
