import { z } from "zod";

const commitFields = `
  totalCount
  pageInfo { hasNextPage endCursor }
  nodes {
    commit { oid authoredDate committedDate messageHeadline author { name email user { login } } }
  }`;

const reviewFields = `
  pageInfo { hasNextPage endCursor }
  nodes { fullDatabaseId state submittedAt author { __typename login } }`;

/** Pull requests with their commits, reviews and what became of them, in one request. */
export const pullRequestsQuery = `
query($owner: String!, $name: String!, $size: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequests(first: $size, after: $after, orderBy: {field: UPDATED_AT, direction: DESC}) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes {
        number title body state isDraft isCrossRepository
        author { __typename login }
        baseRefName headRefName headRefOid
        createdAt updatedAt mergedAt closedAt
        additions deletions changedFiles totalCommentsCount
        mergeCommit { oid authoredDate author { name email user { login } } parents { totalCount } }
        commits(first: 100) {${commitFields} }
        reviews(first: 100) {${reviewFields} }
        timelineItems(itemTypes: [READY_FOR_REVIEW_EVENT, REOPENED_EVENT], last: 20) {
          nodes {
            __typename
            ... on ReadyForReviewEvent { createdAt }
            ... on ReopenedEvent { createdAt }
          }
        }
      }
    }
  }
}`;

/** The commits of a pull request after its first hundred. */
export const moreCommitsQuery = `
query($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) { commits(first: 100, after: $after) {${commitFields} } }
  }
}`;

/** The reviews of a pull request after its first hundred. */
export const moreReviewsQuery = `
query($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) { reviews(first: 100, after: $after) {${reviewFields} } }
  }
}`;

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
  nodes: z.array(z.object({
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
  nodes: z.array(z.object({
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
    nodes: z.array(z.object({ __typename: z.string(), createdAt: z.string() })),
  }),
});
export type GraphqlPullRequest = z.output<typeof GraphqlPullRequest>;

export const PullRequestsAnswer = z.object({
  repository: z.object({
    pullRequests: z.object({
      totalCount: z.int(),
      pageInfo,
      nodes: z.array(GraphqlPullRequest),
    }),
  }),
});

export const MoreCommitsAnswer = z.object({
  repository: z.object({ pullRequest: z.object({ commits: CommitConnection }) }),
});

export const MoreReviewsAnswer = z.object({
  repository: z.object({ pullRequest: z.object({ reviews: ReviewConnection }) }),
});
