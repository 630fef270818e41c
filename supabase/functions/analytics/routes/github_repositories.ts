import { z } from "@hono/zod-openapi";
import { aliasOfItems, listOf, listSchema } from "../../_shared/http/answers.ts";
import { rpc } from "../../_shared/database/db.ts";
import { type App, checked } from "../../_shared/http/app.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { githubRoute } from "./github_route.ts";
import {
  githubHead,
  githubPageArgs,
  GithubPageQuery,
  githubPeriods,
  storedHead,
} from "../github_schemas.ts";
import { percent } from "../../_shared/numbers/ratio.ts";

const value = z.number().nullable();
const isoTime = z.iso.datetime({ offset: true });

const commits = {
  count: z.int().openapi({ description: "By people, on the default branch, without merges." }),
  direct: z.int().openapi({ description: "Those that came through no pull request." }),
  authors: z.int(),
  active_days: z.int(),
  pattern: z.object({ by_weekday: z.array(z.int()), by_hour: z.array(z.int()) }).nullable().openapi(
    {
      description:
        "From Monday, and from midnight. Null where fewer people than `min_group_size` worked, unless the organization has opted in.",
    },
  ),
};
const methods = { merge: z.int(), squash: z.int(), rebase: z.int(), unknown: z.int() };
const strategy = {
  merged: z.int().openapi({ description: "Pull requests merged in the period." }),
  merge_methods: z.object(methods),
  base_branches: z.array(z.object({ name: z.string(), pull_requests: z.int() })),
  lifetime_seconds: value.openapi({
    description: "The median from a branch's first commit to its merge.",
  }),
};
const repository = {
  repository: z.string(),
  default_branch: z.string(),
  archived: z.boolean(),
  releases: z.object({
    releases: z.int(),
    prereleases: z.int(),
    days_between: value.openapi({
      description: "The median since the release before, which may be older than the period.",
    }),
    last: isoTime.nullable(),
  }),
  stale_branches: z.object({
    branches: z.int().openapi({ description: "Beside the default branch." }),
    count: z.int().openapi({
      description: "With no commit in the 30 days before the period's end.",
    }),
    unknown: z.int(),
    oldest: z.array(z.object({ name: z.string(), last_commit_at: isoTime })),
  }),
};

const StoredRow = z.object({
  ...repository,
  commits: z.object(commits),
  strategy: z.object(strategy),
});
const Stored = z.object({ ...storedHead, total_count: z.int(), repositories: z.array(StoredRow) });

const Row = z.object({
  ...repository,
  commits: z.object({ ...commits, per_week: z.number() }),
  strategy: z.object({
    ...strategy,
    direct_commits_pct: value.openapi({ description: "Of the commits; null without any." }),
    merge_methods_pct: z.object({ merge: value, squash: value, rebase: value, unknown: value }),
  }),
});

const Repositories = z.object({
  ...githubHead,
  ...listSchema(Row).shape,
  repositories: aliasOfItems(Row),
}).openapi("GithubRepositoryReport");

const route = githubRoute({
  path: "/github/repositories",
  operationId: "getGithubRepositoryReport",
  summary: "How each repository is worked on",
  description:
    "When commits come, how branches get merged, how often releases are made, and which branches are stale.",
  query: GithubPageQuery,
  answer: Repositories,
  found: "A page of repositories, by name",
});

/** Registers `GET /analytics/github/repositories`. */
export function githubRepositories(app: App): void {
  app.openapi(route, async (c) => {
    const query = c.req.valid("query");
    const stored = await rpc(callerDb(c), "github_repositories", githubPageArgs(query), Stored);
    return c.json(checked(Repositories, presented(stored, query, new Date())), 200);
  });
}

function presented(
  { total_count, ...stored }: z.output<typeof Stored>,
  query: z.output<typeof GithubPageQuery>,
  now: Date,
) {
  const repositories = stored.repositories.map((row) => withShares(row, stored.period.days));
  return {
    ...githubPeriods(stored, now),
    ...listOf(query, total_count, repositories),
    repositories,
  };
}

function withShares({ commits, strategy, ...rest }: z.output<typeof StoredRow>, days: number) {
  const { merged, merge_methods: { merge, squash, rebase, unknown } } = strategy;
  return {
    ...rest,
    commits: { ...commits, per_week: commits.count / days * 7 },
    strategy: {
      ...strategy,
      direct_commits_pct: percent(commits.direct, commits.count),
      merge_methods_pct: {
        merge: percent(merge, merged),
        squash: percent(squash, merged),
        rebase: percent(rebase, merged),
        unknown: percent(unknown, merged),
      },
    },
  };
}
