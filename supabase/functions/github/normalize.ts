import { z } from "zod";
import type { GithubRepository, GithubUser } from "./schemas.ts";

/**
 * The fields we keep of GitHub's `GET /user`.
 * @throws ZodError when GitHub answered something else.
 */
export function toGithubUser(answer: unknown): GithubUser {
  const { login, ...user } = GithubsUser.parse(answer);
  return { username: login, ...user };
}

/**
 * The fields we keep of GitHub's `GET /user/repos`: public repositories only, whatever GitHub sent, newest update first.
 * @throws ZodError when GitHub answered something else.
 */
export function toPublicRepositories(answer: unknown): GithubRepository[] {
  return z.array(GithubsRepository).parse(answer)
    .flatMap(({ visibility, private: isPrivate, ...repository }) =>
      isPrivate || visibility !== "public" ? [] : [{ ...repository, private: isPrivate }]
    )
    .sort(byNewestUpdate);
}

const optionalText = z.string().nullish().transform((value) => value ?? null);

const GithubsUser = z.object({
  login: z.string(),
  name: optionalText,
  email: optionalText,
  bio: optionalText,
  company: optionalText,
  location: optionalText,
  public_repos: z.int(),
  followers: z.int(),
  following: z.int(),
  created_at: z.string(),
  avatar_url: z.string(),
  html_url: z.string(),
});

const GithubsRepository = z.object({
  name: z.string(),
  full_name: z.string(),
  description: optionalText,
  html_url: z.string(),
  clone_url: z.string(),
  private: z.boolean(),
  // GitHub Enterprise Server before 3.1 does not send it; `private` decides then.
  visibility: z.string().default("public"),
  fork: z.boolean(),
  language: optionalText,
  stargazers_count: z.int(),
  forks_count: z.int(),
  open_issues_count: z.int(),
  created_at: optionalText,
  updated_at: optionalText,
  pushed_at: optionalText,
});

function byNewestUpdate(a: GithubRepository, b: GithubRepository): number {
  return timeOf(b.updated_at) - timeOf(a.updated_at) || (a.full_name < b.full_name ? -1 : 1);
}

function timeOf(time: string | null): number {
  return time === null ? 0 : Date.parse(time);
}
