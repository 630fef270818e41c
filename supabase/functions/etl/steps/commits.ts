import { z } from "zod";
import { headlineOf, identityOf } from "../../_shared/github/facts.ts";
import type { GivenItem } from "../../_shared/github/items.ts";
import { GithubStop } from "../reader.ts";
import { group, parsed, pathOf, stateOf } from "../step.ts";
import type { Page, Step, StepContext } from "../types.ts";

const CommitsState = z.object({
  etag: z.string().optional(),
  /** The head of the default branch up to which everything is known. */
  head: z.string().optional(),
  branch: z.string().optional(),
  at: z.object({
    etag: z.string().optional(),
    target: z.string(),
    /** What is compared with; the whole history without it. */
    base: z.string().optional(),
    page: z.int(),
    forced: z.boolean(),
  }).optional(),
});
type CommitsState = z.output<typeof CommitsState>;
type At = NonNullable<CommitsState["at"]>;

const Ref = z.object({ object: z.object({ sha: z.string() }) });

const account = z.object({ login: z.string().optional(), type: z.string().optional() }).nullish();
const signature = z.object({
  name: z.string().nullish(),
  email: z.string().nullish(),
  date: z.string(),
});
const Commits = z.array(z.object({
  sha: z.string(),
  commit: z.object({ message: z.string(), author: signature, committer: signature }),
  author: account,
  parents: z.array(z.object({ sha: z.string() })),
}));
const Comparison = z.object({
  status: z.enum(["ahead", "behind", "diverged", "identical"]),
  total_commits: z.int(),
  commits: Commits,
});

/**
 * The commits of the default branch: its whole history the first time, from a fixed head, so that page n stays page n while
 * others push; afterwards what GitHub says lies between the head known and the new one, whatever the dates. Where the
 * known head is no longer part of the branch, it was force-pushed.
 */
export const commits: Step = async function* (context, stored) {
  const known = stateOf(CommitsState, stored, {});
  // Of another default branch there is nothing to compare with.
  const state = known.branch === context.defaultBranch ? known : {};
  let at = state.at ?? await beginning(context, state);
  while (at !== null) {
    const page: ReadPage = at.base === undefined
      ? await historyPage(context, at)
      : await comparedPage(context, at, at.base);
    if (page === "no base") {
      at = { target: at.target, page: 1, forced: true, ...(at.etag ? { etag: at.etag } : {}) };
      continue;
    }
    const here: At = { ...at, forced: at.forced || page.forced };
    const next: At | null = page.hasNext ? { ...here, page: here.page + 1 } : null;
    yield pageOf(context, page, state, here, next);
    at = next;
  }
};

interface CommitPage {
  items: GivenItem<"commit">[];
  total: number | null;
  hasNext: boolean;
  forced: boolean;
}

/** A page; or the commit that was to be compared with is gone, as it is some time after a force push. */
type ReadPage = CommitPage | "no base";

async function beginning(context: StepContext, state: CommitsState): Promise<At | null> {
  const ref = pathOf(context, `git/ref/heads/${encodeURI(context.defaultBranch)}`);
  const answer = await context.github.get(ref, state.etag).catch(emptyRepository);
  if (answer === null) return null;
  const { sha: target } = parsed(Ref, answer.data).object;
  if (target === state.head) return null;
  const base = state.head === undefined ? {} : { base: state.head };
  return { target, page: 1, forced: false, ...base, ...(answer.etag ? { etag: answer.etag } : {}) };
}

function emptyRepository(error: unknown): null {
  const { reason } = error instanceof GithubStop ? error : { reason: null };
  if (reason?.why === "refused" && (reason.status === 404 || reason.status === 409)) return null;
  throw error;
}

async function historyPage(context: StepContext, { target, page }: At): Promise<CommitPage> {
  const { since } = context.settings;
  const query = new URLSearchParams({
    sha: target,
    per_page: "100",
    page: String(page),
    ...(since ? { since } : {}),
  });
  const answer = await context.github.get(pathOf(context, `commits?${query}`));
  const items = parsed(Commits, answer?.data).map(commitItem);
  const hasNext = answer?.hasNext ?? false;
  // Without a next page GitHub names no last one either: this is it.
  const total = hasNext ? (answer?.lastPage ?? 1) * 100 : (page - 1) * 100 + items.length;
  return { items, total, hasNext, forced: false };
}

async function comparedPage(
  context: StepContext,
  { target, page }: At,
  base: string,
): Promise<ReadPage> {
  const path = pathOf(context, `compare/${base}...${target}?per_page=100&page=${page}`);
  const answer = await context.github.get(path).catch((error: unknown) => {
    const { reason } = error instanceof GithubStop ? error : { reason: null };
    if (reason?.why === "refused" && reason.status === 404) return "no base" as const;
    throw error;
  });
  if (answer === "no base") return answer;
  const { status, total_commits: total, commits } = parsed(Comparison, answer?.data);
  const forced = status === "diverged" || status === "behind";
  return {
    items: commits.map(commitItem),
    total,
    hasNext: page * 100 < total && commits.length > 0,
    forced,
  };
}

function commitItem(
  { sha, commit, author, parents }: z.output<typeof Commits>[number],
): GivenItem<"commit"> {
  const { name, email } = commit.author;
  return {
    sha,
    ...identityOf({ login: author?.login, type: author?.type, name, email }),
    authored_at: commit.author.date,
    committed_at: commit.committer.date,
    headline: headlineOf(commit.message),
    parents: parents.map((parent) => parent.sha),
    on_default_branch: true,
  };
}

function pageOf(
  context: StepContext,
  { items, total }: CommitPage,
  state: CommitsState,
  { target, forced, etag }: At,
  next: At | null,
): Page {
  const branch = context.defaultBranch;
  const head = { sha: target, ...(state.head ? { before: state.head } : {}), forced };
  return {
    // The head comes last: what is reachable from it is known only when all of it is stored.
    groups: [
      group(context, "commit", items),
      group(context, "default_branch_head", next === null ? [head] : []),
    ],
    state: next === null
      ? { branch, head: target, ...(etag ? { etag } : {}) }
      : { ...state, branch, at: next },
    read: items.length,
    total,
  };
}
