import { z } from "@hono/zod-openapi";
import { emailField } from "../_shared/http/fields.ts";
import { query } from "../_shared/http/query.ts";
import { wholeNumberOr } from "../_shared/http/range.ts";
import { EmailSchema, name } from "../_shared/http/schemas.ts";

/** Whose GitHub account: only the service may leave it out and mean the deployment's own. */
const AccountEmail = EmailSchema.optional().openapi({
  param: { name: "email", in: "query" },
  description:
    "Whose GitHub account. A signed-in user defaults to themselves; the service, without it, " +
    "reads the account of `GITHUB_TOKEN`.",
});

export const UserQuery = query({ email: AccountEmail });

export const RepositoriesQuery = query({
  email: AccountEmail,
  limit: wholeNumberOr(30, "", 1, 100).openapi({
    param: { name: "limit", in: "query" },
    description: "How many repositories at most, newest update first.",
  }),
});

export const ConnectionQuery = query({
  email: EmailSchema.optional().openapi({
    param: { name: "email", in: "query" },
    description: "Whose connection. Required for the service; a signed-in user has only their own.",
  }),
});

const count = z.int().nonnegative();
const time = z.iso.datetime({ offset: true });
const link = z.url({ protocol: /^https?$/ });

export const GithubUserSchema = z.object({
  username: z.string(),
  name: z.string().nullable(),
  email: emailField.nullable(),
  bio: z.string().nullable(),
  company: z.string().nullable(),
  location: z.string().nullable(),
  public_repos: count,
  followers: count,
  following: count,
  created_at: time,
  avatar_url: link,
  html_url: link,
}).openapi("GithubUser", {
  example: {
    username: "octocat",
    name: "The Octocat",
    email: "octocat@github.com",
    bio: null,
    company: "@github",
    location: "San Francisco",
    public_repos: 8,
    followers: 20_000,
    following: 9,
    created_at: "2011-01-25T18:44:36Z",
    avatar_url: "https://avatars.githubusercontent.com/u/583231",
    html_url: "https://github.com/octocat",
  },
});
export type GithubUser = z.output<typeof GithubUserSchema>;

const exampleRepository = {
  name: "hello-world",
  full_name: "octocat/hello-world",
  description: "My first repository",
  html_url: "https://github.com/octocat/hello-world",
  clone_url: "https://github.com/octocat/hello-world.git",
  private: false as const,
  fork: false,
  language: "TypeScript",
  stargazers_count: 80,
  forks_count: 9,
  open_issues_count: 2,
  created_at: "2011-01-26T19:01:12Z",
  updated_at: "2026-11-16T09:30:00Z",
  pushed_at: "2026-11-16T09:29:58Z",
};

export const GithubRepositorySchema = z.object({
  name: z.string(),
  full_name: z.string(),
  description: z.string().nullable(),
  html_url: link,
  clone_url: link,
  private: z.literal(false).openapi({ description: "Always false: private ones are left out." }),
  fork: z.boolean(),
  language: z.string().nullable(),
  stargazers_count: count,
  forks_count: count,
  open_issues_count: count,
  created_at: time.nullable(),
  updated_at: time.nullable(),
  pushed_at: time.nullable(),
}).openapi("GithubRepository", { example: exampleRepository });
export type GithubRepository = z.output<typeof GithubRepositorySchema>;

export const GithubRepositoriesSchema = z.object({
  total_public_repos: count.openapi({ description: "All public repositories of the account." }),
  returned_count: count,
  repositories: z.array(GithubRepositorySchema),
}).openapi("GithubRepositories", {
  example: { total_public_repos: 8, returned_count: 1, repositories: [exampleRepository] },
});

/** What a header can carry: no white space, nothing outside ASCII. */
const token = z.string().max(2000, "is longer than 2000 characters")
  .regex(/^[\x21-\x7e]+$/, "is empty or has characters that no token has");

export const ConnectionRequest = z.strictObject({
  access_token: token,
  refresh_token: token.nullish(),
  expires_at: time.nullish().openapi({ description: "When the access token ends, if it does." }),
  account_ref: name(200).nullish().openapi({
    description:
      "The login the token should be of. When given and it is another's, nothing is stored.",
  }),
}).openapi("GithubConnectionRequest", {
  example: { access_token: "ghp_your_token", expires_at: "2027-02-01T00:00:00Z" },
});
export type ConnectionRequest = z.output<typeof ConnectionRequest>;

export const ConnectionQueryOfAny = query({
  email: EmailSchema.optional().openapi({
    param: { name: "email", in: "query" },
    description: "Whose connection. Required for the service; a signed-in user defaults to theirs.",
  }),
});

export const ConnectionSchema = z.object({
  source_name: z.literal("github"),
  account_ref: z.string().openapi({ description: "The login GitHub knows the token's owner by." }),
  expires_at: time.nullable(),
  created_at: time,
  updated_at: time,
}).openapi("GithubConnection", {
  example: {
    source_name: "github",
    account_ref: "octocat",
    expires_at: "2027-02-01T00:00:00.000Z",
    created_at: "2026-11-16T09:30:00.000Z",
    updated_at: "2026-11-16T09:30:00.000Z",
  },
});

/** A connection, where there is one. */
export const FoundConnectionSchema = z.object({ connection: ConnectionSchema.nullable() })
  .openapi("FoundGithubConnection");
