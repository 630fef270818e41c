import { schema as published } from "@octokit/graphql-schema";
import { buildSchema, execute, type GraphQLSchema, parse, validate } from "graphql";
import type { GithubCommit, GithubPull, GithubRepositoryModel } from "./github_model.ts";

/** GitHub's own published schema: a query that GitHub would not understand is not understood here either. */
export function githubSchema(): GraphQLSchema {
  schema ??= buildSchema(published.idl, { assumeValidSDL: true });
  return schema;
}

let schema: GraphQLSchema | undefined;

export interface GraphqlRequest {
  query: string;
  variables?: Record<string, unknown>;
}

/** What GitHub's GraphQL API answers about repositories; `find` finds one by its name. */
export async function graphqlAnswer(
  { query, variables = {} }: GraphqlRequest,
  find: (fullName: string) => GithubRepositoryModel | undefined,
): Promise<unknown> {
  const document = parse(query);
  const faults = validate(githubSchema(), document);
  if (faults.length > 0) {
    return { errors: faults.map(({ message }) => ({ message, type: "INVALID" })) };
  }
  const { data, errors } = await execute({
    schema: githubSchema(),
    document,
    variableValues: variables,
    rootValue: {
      repository: ({ owner, name }: { owner: string; name: string }) => {
        const found = find(`${owner}/${name}`);
        return found === undefined ? null : repositoryNode(found);
      },
    },
  });
  if (errors) return { data, errors: errors.map(({ message }) => ({ message, type: "INVALID" })) };
  if (data?.["repository"] === null) {
    return { data, errors: [{ type: "NOT_FOUND", message: "Could not resolve to a Repository" }] };
  }
  return { data };
}

interface Paging {
  first?: number;
  last?: number;
  after?: string | null;
}

/** A connection over a list; its cursors are places in it. */
function connection<Item, Node>(all: Item[], nodeOf: (item: Item) => Node) {
  return ({ first, last, after }: Paging) => {
    const from = last === undefined ? Number(after ?? 0) : Math.max(all.length - last, 0);
    const to = last === undefined ? from + (first ?? 0) : all.length;
    return {
      totalCount: all.length,
      pageInfo: { hasNextPage: to < all.length, endCursor: String(to) },
      nodes: () => all.slice(from, to).map(nodeOf),
    };
  };
}

function repositoryNode(repository: GithubRepositoryModel) {
  const { branches, pulls, deployments } = repository;
  const bySha = new Map(repository.commits.map((commit) => [commit.sha, commit]));
  const newest = <Item>(items: Item[], timeOf: (item: Item) => string) =>
    items.toSorted((a, b) => Date.parse(timeOf(b)) - Date.parse(timeOf(a)));
  return {
    refs: connection(Object.entries(branches), ([name, sha]) => ({
      name,
      target: { __typename: "Commit", oid: sha, committedDate: bySha.get(sha)?.committed_at },
    })),
    pullRequests: connection(
      newest(pulls, (pull) => pull.updated_at),
      (pull) => pullNode(pull, bySha),
    ),
    pullRequest: ({ number }: { number: number }) => {
      const pull = pulls.find((one) => one.number === number);
      return pull ? pullNode(pull, bySha) : null;
    },
    deployments: connection(newest(deployments, (one) => one.created_at), (one) => ({
      databaseId: one.id,
      environment: one.environment,
      commitOid: one.sha,
      createdAt: one.created_at,
      updatedAt: one.statuses.at(-1)?.created_at ?? one.created_at,
      ref: { name: one.ref },
      statuses: connection(one.statuses, ({ state, created_at, log_url }) => ({
        state,
        createdAt: created_at,
        logUrl: log_url,
        environmentUrl: null,
      })),
    })),
  };
}

function pullNode(pull: GithubPull, bySha: Map<string, GithubCommit>) {
  const merged = pull.merge_commit === null ? undefined : bySha.get(pull.merge_commit);
  return {
    number: pull.number,
    title: pull.title,
    body: pull.body,
    state: pull.state,
    isDraft: pull.draft,
    isCrossRepository: pull.from_fork,
    author: { __typename: pull.author.type, login: pull.author.login },
    baseRefName: "main",
    headRefName: pull.head_branch,
    headRefOid: pull.commits.at(-1)?.sha ?? "0".repeat(40),
    createdAt: pull.created_at,
    updatedAt: pull.updated_at,
    mergedAt: pull.merged_at,
    closedAt: pull.closed_at,
    additions: 10,
    deletions: 2,
    changedFiles: 3,
    totalCommentsCount: 1,
    mergeCommit: merged === undefined ? null : commitNode(merged),
    commits: connection(pull.commits, (one) => ({ commit: commitNode(one) })),
    reviews: connection(pull.reviews, (review) => ({
      fullDatabaseId: String(review.id),
      state: review.state,
      submittedAt: review.submitted_at,
      author: { __typename: review.type, login: review.login },
    })),
    timelineItems: connection(pull.ready_at === null ? [] : [pull.ready_at], (createdAt) => ({
      __typename: "ReadyForReviewEvent",
      createdAt,
    })),
  };
}

function commitNode({ sha, message, author, authored_at, committed_at, parents }: GithubCommit) {
  return {
    oid: sha,
    authoredDate: authored_at,
    committedDate: committed_at,
    messageHeadline: message.split("\n")[0],
    author: {
      name: author.name,
      email: author.email,
      user: author.login === null ? null : { login: author.login },
    },
    parents: connection(parents, (parent) => ({ oid: parent })),
  };
}
