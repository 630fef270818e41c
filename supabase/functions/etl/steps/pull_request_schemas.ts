import { z } from "zod";

// What GitHub answers to the queries of pull_request_query.ts.

const pageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() });
const actor = z.object({ __typename: z.string(), login: z.string() }).nullable();
const commitAuthor = z.object({
  name: z.string().nullable(),
  email: z.string().nullable(),
  user: z.object({ login: z.string() }).nullable(),
}).nullable();

const CommitConnection = z.object({
  totalCount: z.int(),
  pageInfo,
  nodes: withoutNulls(z.object({
    commit: z.object({
      oid: z.string(),
      authoredDate: z.string(),
      committedDate: z.string(),
      messageHeadline: z.string(),
      author: commitAuthor,
    }),
  })),
});

const ReviewConnection = z.object({
  pageInfo,
  nodes: withoutNulls(z.object({
    fullDatabaseId: z.string(),
    state: z.string(),
    submittedAt: z.string().nullable(),
    author: actor,
  })),
});

export const GraphqlPullRequest = z.object({
  number: z.int(),
  title: z.string(),
  body: z.string(),
  state: z.enum(["OPEN", "CLOSED", "MERGED"]),
  isDraft: z.boolean(),
  isCrossRepository: z.boolean(),
  author: actor,
  baseRefName: z.string(),
  headRefName: z.string(),
  headRefOid: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  mergedAt: z.string().nullable(),
  closedAt: z.string().nullable(),
  additions: z.int(),
  deletions: z.int(),
  changedFiles: z.int(),
  totalCommentsCount: z.int().nullable(),
  mergeCommit: z.object({
    oid: z.string(),
    authoredDate: z.string(),
    author: commitAuthor,
    parents: z.object({ totalCount: z.int() }),
  }).nullable(),
  commits: CommitConnection,
  reviews: ReviewConnection,
  timelineItems: z.object({
    nodes: withoutNulls(z.object({ __typename: z.string(), createdAt: z.string() })),
  }),
});
export type GraphqlPullRequest = z.output<typeof GraphqlPullRequest>;

export const PullRequestsAnswer = z.object({
  repository: z.object({
    pullRequests: z.object({
      totalCount: z.int(),
      pageInfo,
      nodes: z.array(z.unknown()),
    }),
  }),
});

export const MoreCommitsAnswer = z.object({
  repository: z.object({ pullRequest: z.object({ commits: CommitConnection }) }),
});

export const MoreReviewsAnswer = z.object({
  repository: z.object({ pullRequest: z.object({ reviews: ReviewConnection }) }),
});

/** A list without the entries that GitHub could not read. */
function withoutNulls<Entry extends z.ZodType>(entry: Entry) {
  return z.array(entry.nullable()).transform((nodes) =>
    nodes.flatMap((node) => node === null ? [] : [node])
  );
}
