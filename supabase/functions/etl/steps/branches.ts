import { z } from "zod";
import { group, named, parsed, pathOf, stateOf } from "../step.ts";
import type { Step } from "../types.ts";

const BranchesState = z.object({
  etag: z.string().optional(),
  at: z.object({ after: z.string(), etag: z.string().optional() }).optional(),
});

/** The branches and their last commits, by name. */
export const branchesQuery = `
query($owner: String!, $name: String!, $after: String) {
  repository(owner: $owner, name: $name) {
    refs(refPrefix: "refs/heads/", first: 100, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes { name target { oid ... on Commit { committedDate } } }
    }
  }
}`;

const Answer = z.object({
  repository: z.object({
    refs: z.object({
      totalCount: z.int(),
      pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
      nodes: z.array(z.object({
        name: z.string(),
        target: z.object({ oid: z.string(), committedDate: z.string().optional() }).nullable(),
      })),
    }),
  }),
});

/** Every branch there is; those that are not among them are forgotten with the last page. */
export const branches: Step = async function* (context, stored) {
  const state = stateOf(BranchesState, stored, {});
  let at = state.at;
  if (at === undefined) {
    const probe = await context.github.get(pathOf(context, "branches?per_page=100"), state.etag);
    if (probe === null) return;
    // The ETag is of the first hundred: where there are more, it cannot tell that nothing has changed.
    at = { after: "", ...(probe.etag && !probe.hasNext ? { etag: probe.etag } : {}) };
  }
  for (;;) {
    const variables = { ...named(context), after: at.after || null };
    const answer = await context.github.query(branchesQuery, variables);
    const { refs } = parsed(Answer, answer).repository;
    const names = refs.nodes.flatMap(({ name, target }) =>
      target === null ? [] : [{
        name,
        sha: target.oid,
        ...(target.committedDate ? { last_commit_at: target.committedDate } : {}),
      }]
    );
    const next = refs.pageInfo.hasNextPage ? refs.pageInfo.endCursor : null;
    const { etag }: { etag?: string | undefined } = at;
    yield {
      groups: [group(context, "branches", [{ names }])],
      state: next === null ? (etag ? { etag } : {}) : { ...state, at: { ...at, after: next } },
      read: names.length,
      total: refs.totalCount,
      ...(next === null ? { forgetBranchesBefore: context.startedAt } : {}),
    };
    if (next === null) return;
    at = { ...at, after: next };
  }
};
