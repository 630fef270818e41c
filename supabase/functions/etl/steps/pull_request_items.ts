import { headlineOf, identityOf, revertedNumber, reviewState } from "../../_shared/github/facts.ts";
import type { GivenItem } from "../../_shared/github/items.ts";
import type { GraphqlPullRequest } from "./pull_request_schemas.ts";

type Commit = GraphqlPullRequest["commits"]["nodes"][number]["commit"];
type MergeCommit = NonNullable<GraphqlPullRequest["mergeCommit"]>;

const states = { OPEN: "open", CLOSED: "closed", MERGED: "merged" } as const;

/** A pull request with all of its commits, as an item of this repository. */
export function pullRequestItem(
  pull: GraphqlPullRequest,
  repository: string,
): GivenItem<"pull_request"> {
  const commits = pull.commits.nodes.map(({ commit }) => commitItem(commit));
  const reverts = revertedNumber(pull.title, pull.body, repository);
  const times = (type: string) =>
    pull.timelineItems.nodes.filter(({ __typename }) => __typename === type)
      .map(({ createdAt }) => createdAt).sort();
  const readyAt = times("ReadyForReviewEvent").at(-1);
  const reopenedAt = times("ReopenedEvent").at(-1);
  const firstCommitAt = commits.map(({ authored_at }) => authored_at)
    .sort((a, b) => Date.parse(a) - Date.parse(b))[0];
  return {
    external_id: String(pull.number),
    title: pull.title,
    ...identityOf({ login: pull.author?.login, type: pull.author?.__typename }),
    state: states[pull.state],
    draft: pull.isDraft,
    base_branch: pull.baseRefName,
    head_branch: pull.headRefName,
    head_sha: pull.headRefOid,
    from_fork: pull.isCrossRepository,
    created_at: pull.createdAt,
    ...(readyAt ? { ready_at: readyAt } : {}),
    ...(firstCommitAt ? { first_commit_at: firstCommitAt } : {}),
    ...(pull.mergedAt ? { merged_at: pull.mergedAt } : {}),
    ...(pull.closedAt ? { closed_at: pull.closedAt } : {}),
    ...(reopenedAt ? { reopened_at: reopenedAt } : {}),
    updated_at: pull.updatedAt,
    ...(pull.mergedAt && pull.mergeCommit
      ? {
        merge_commit_sha: pull.mergeCommit.oid,
        merge_method: mergeMethod(pull.mergeCommit, pull.commits.nodes.at(-1)?.commit),
      }
      : {}),
    ...(reverts ? { reverts } : {}),
    additions: pull.additions,
    deletions: pull.deletions,
    changed_files: pull.changedFiles,
    commit_count: pull.commits.totalCount,
    ...(pull.totalCommentsCount === null ? {} : { comment_count: pull.totalCommentsCount }),
    commits,
  };
}

/** The reviews of a pull request, as items; those not yet submitted are nobody's business. */
export function reviewItems({ number, reviews }: GraphqlPullRequest): GivenItem<"review">[] {
  return reviews.nodes.flatMap(({ fullDatabaseId, submittedAt, author, ...review }) => {
    const state = reviewState(review.state);
    if (submittedAt === null || state === undefined) return [];
    const { author: reviewer, is_bot } = identityOf({
      login: author?.login,
      type: author?.__typename,
    });
    return [{
      pull_request: String(number),
      external_id: fullDatabaseId,
      ...(reviewer ? { reviewer } : {}),
      is_bot,
      state,
      submitted_at: submittedAt,
    }];
  });
}

/**
 * How a pull request came to its base: GitHub does not say. A merge has two parents; a rebase keeps author and time of
 * each commit, so the last one's are the merge commit's; a squash is written when it is merged.
 */
export function mergeMethod(
  merged: MergeCommit,
  last: Commit | undefined,
): "merge" | "squash" | "rebase" {
  if (merged.parents.totalCount > 1) return "merge";
  const isLast = last !== undefined &&
    Date.parse(last.authoredDate) === Date.parse(merged.authoredDate) &&
    last.author?.email?.toLowerCase() === merged.author?.email?.toLowerCase();
  return isLast ? "rebase" : "squash";
}

function commitItem({ oid, author, authoredDate, committedDate, messageHeadline }: Commit) {
  return {
    sha: oid,
    ...identityOf({ login: author?.user?.login, name: author?.name, email: author?.email }),
    authored_at: authoredDate,
    committed_at: committedDate,
    headline: headlineOf(messageHeadline),
  };
}
