import { z } from "zod";
import { GithubStop } from "../reader.ts";
import { scan, ScanState } from "../scan.ts";
import { group, named, parsed, pathOf, readable, stateOf, unreadableGroup } from "../step.ts";
import { pullRequestItem, reviewItems } from "./pull_request_items.ts";
import { moreCommitsQuery, moreReviewsQuery, pullRequestsQuery } from "./pull_request_query.ts";
import {
  GraphqlPullRequest,
  MoreCommitsAnswer,
  MoreReviewsAnswer,
  PullRequestsAnswer,
} from "./pull_request_schemas.ts";
import type { Step, StepContext } from "../types.ts";

/** What GitHub gives at most, and what it may still manage where that takes it too long. */
const sizes = { most: 100, least: 10 };

/** How many are asked for at once is kept: what was too much once will be again. */
const PullRequestsState = z.object({ scan: ScanState, size: z.int() });

/** Pull requests with their commits and reviews, the last updated first. */
export const pullRequests: Step = async function* (context, stored) {
  const state = stateOf(PullRequestsState, stored, { scan: {}, size: sizes.most });
  let size = state.size;
  const list = {
    since: context.settings.since,
    timeOf: ({ updatedAt }: GraphqlPullRequest) => updatedAt,
    read: async (next: string | null, etag: string | undefined) => {
      const probed = next === null ? await probe(context, etag) : undefined;
      if (probed === null) return null;
      for (;;) {
        try {
          return { ...await readPage(context, size, next), etag: probed };
        } catch (error) {
          const tooMuch = error instanceof GithubStop && error.reason.why === "unavailable";
          if (!tooMuch || size <= sizes.least) throw error;
          size = Math.max(size >> 1, sizes.least);
        }
      }
    },
  };
  for await (const page of scan(list, state.scan)) {
    for (const pull of page.items) await complete(context, pull);
    const { repository } = context.repository;
    yield {
      groups: [
        group(context, "pull_request", page.items.map((pull) => pullRequestItem(pull, repository))),
        group(context, "review", page.items.flatMap(reviewItems)),
        unreadableGroup(context, "pull_request", page.unreadable),
      ],
      state: { scan: page.state, size },
      read: page.items.length,
      total: page.total,
    };
  }
};

/** Asks whether any pull request has changed: GraphQL has no ETags. Null when none has. */
async function probe(
  context: StepContext,
  etag: string | undefined,
): Promise<string | undefined | null> {
  const path = pathOf(context, "pulls?state=all&sort=updated&direction=desc&per_page=1");
  const answer = await context.github.get(path, etag);
  return answer === null ? null : answer.etag;
}

async function readPage(context: StepContext, size: number, after: string | null) {
  const answer = await context.github.query(pullRequestsQuery, { ...named(context), size, after });
  const { nodes, pageInfo, totalCount } = parsed(PullRequestsAnswer, answer).repository
    .pullRequests;
  return {
    ...readable(GraphqlPullRequest, nodes),
    next: pageInfo.hasNextPage ? pageInfo.endCursor : null,
    total: totalCount,
  };
}

/** Reads the commits and reviews of the few pull requests that have more than a hundred. */
async function complete(context: StepContext, { number, commits, reviews }: GraphqlPullRequest) {
  while (commits.pageInfo.hasNextPage) {
    const variables = { ...named(context), number, after: commits.pageInfo.endCursor };
    const answer = await context.github.query(moreCommitsQuery, variables);
    const more = parsed(MoreCommitsAnswer, answer).repository.pullRequest.commits;
    commits.nodes.push(...more.nodes);
    commits.pageInfo = more.pageInfo;
  }
  while (reviews.pageInfo.hasNextPage) {
    const variables = { ...named(context), number, after: reviews.pageInfo.endCursor };
    const answer = await context.github.query(moreReviewsQuery, variables);
    const more = parsed(MoreReviewsAnswer, answer).repository.pullRequest.reviews;
    reviews.nodes.push(...more.nodes);
    reviews.pageInfo = more.pageInfo;
  }
}
