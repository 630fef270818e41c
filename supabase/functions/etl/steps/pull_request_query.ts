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
