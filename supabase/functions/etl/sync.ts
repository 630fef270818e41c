import { z } from "zod";
import { type Db, rpc } from "../_shared/database/db.ts";
import { JobSettings } from "../_shared/github/settings.ts";
import { GithubStop } from "./reader.ts";
import { branches } from "./steps/branches.ts";
import { commits } from "./steps/commits.ts";
import { deployments } from "./steps/deployments.ts";
import { incidents, releases, workflowRuns } from "./steps/lists.ts";
import { pullRequests } from "./steps/pull_requests.ts";
import { readRepository } from "./steps/repository.ts";
import type { Clock } from "../_shared/http/clock.ts";
import type { Page, Reader, Step, StepContext } from "./types.ts";

const StoredStep = z.object({
  name: z.string(),
  state: z.enum(["READY", "RUNNING", "FINISHED", "FAILED"]),
  done: z.int(),
  total: z.int().nullable(),
  /** Why it failed. */
  reason: z.string().optional(),
});
type StoredStep = z.output<typeof StoredStep>;

/** A job that was claimed, as the database hands it over. */
export const ClaimSchema = z.object({
  job_id: z.string(),
  run_id: z.string(),
  lease_token: z.string(),
  repository: z.string(),
  repository_github_id: z.int().nullable(),
  settings: JobSettings,
  cursor: z.record(z.string(), z.json()),
  steps: z.array(StoredStep),
  started_at: z.string(),
  reads_as: z.enum(["connection", "deployment"]),
  user_id: z.string().nullable(),
});
export type Claim = z.output<typeof ClaimSchema>;

/** How far a sync has come in this call; what of it failed, where the rest is done. */
export type SyncOutcome = "finished" | "to be continued" | { partial: string };

/** How much one call may do: the hosted runtime grants it 2 s of CPU time and, at worst, 75 s. */
export interface Budget {
  pages: number;
  /** When no more is begun. */
  until: number;
  /** Ends what is under way, a read that GitHub does not answer say. */
  stop: AbortSignal;
}

export interface SyncTools {
  db: Db;
  github: Reader;
  clock: Clock;
  budget: Budget;
}

/**
 * What is read of a repository, in the order of who needs whom: a deployment's commits are known before it is, and a pull
 * request before what it closes.
 */
const steps: Record<string, Step> = {
  branches,
  commits,
  pull_requests: pullRequests,
  releases,
  deployments,
  workflow_runs: workflowRuns,
  incidents,
};

/**
 * Reads a repository from where its job has come to, stores each page together with the place it leads to, and stops when
 * the call's budget is spent. At most one page is in memory. A step that fails costs no other.
 * @throws GithubStop when GitHub stops it altogether, Problem 409 when the lease is another worker's by now.
 */
export async function sync(claim: Claim, tools: SyncTools): Promise<SyncOutcome> {
  const progress = new Progress(claim.steps);
  const book = { claim, tools, progress, cursor: { ...claim.cursor } };
  const { page, state } = await readRepository(tools.github, claim, claim.cursor["repository"], {
    isFresh: progress.isFinished("repository"),
  });
  if (page !== null) await store(book, "repository", page);

  const context: StepContext = {
    github: tools.github,
    repository: { repository: state.full_name, repository_github_id: state.id },
    defaultBranch: state.default_branch,
    settings: claim.settings,
    startedAt: claim.started_at,
  };
  for (const [name, step] of Object.entries(steps)) {
    if (progress.isOver(name)) continue;
    progress.begin(name);
    try {
      for await (const page of step(context, book.cursor[name])) {
        await store(book, name, page);
        if (isSpent(tools)) return "to be continued";
      }
      progress.finish(name);
    } catch (error) {
      if (!(error instanceof GithubStop) || stopsAll(error)) throw error;
      progress.fail(name, wordsOf(error));
      // What deploys is read by one of these, and the other has nothing to ask.
      const idle = claim.settings.deploy_workflow === null ? "workflow_runs" : "deployments";
      if (progress.hasNothing(idle)) throw error;
    }
  }
  // The last word about the steps that found nothing new.
  await store(book, null, { groups: [], state: {}, read: 0, total: null });
  const partial = progress.failures();
  return partial === "" ? "finished" : { partial };
}

/**
 * Whether what stopped a step would stop every other: the call's time, a limit, a token that is refused, a repository that is
 * another job's.
 */
function stopsAll({ reason }: GithubStop): boolean {
  return ["out of time", "limited", "duplicate"].includes(reason.why) ||
    reason.why === "refused" && reason.status === 401;
}

function wordsOf({ reason }: GithubStop): string {
  if (reason.why === "limited") return "GitHub's rate limit";
  if (reason.why === "out of time") return "The call's time was over";
  return reason.why === "unexpected"
    ? `GitHub's answer was not the expected one: ${reason.detail}`
    : reason.detail;
}

interface Book {
  claim: Claim;
  tools: SyncTools;
  progress: Progress;
  cursor: Claim["cursor"];
}

const StoredPage = z.union([
  z.object({ duplicate_of: z.string() }),
  z.object({ stored: z.int(), rejected: z.int() }),
]);

/** Stores a page and the place after it, in one transaction, and renews the lease. */
async function store({ claim, tools, progress, cursor }: Book, name: string | null, page: Page) {
  if (name !== null) {
    cursor[name] = z.json().parse(page.state);
    progress.add(name, page);
  }
  const answer = await rpc(tools.db, "etl_checkpoint", {
    p_job_id: claim.job_id,
    p_lease_token: claim.lease_token,
    p_page: z.record(z.string(), z.json()).parse({
      groups: page.groups,
      cursor,
      steps: progress.steps,
      requests: tools.github.spent(),
      ...(page.repository ? { repository: page.repository } : {}),
      ...(page.forgetBranchesBefore ? { forget_branches_before: page.forgetBranchesBefore } : {}),
    }),
  }, StoredPage);
  if ("duplicate_of" in answer) {
    const detail = "Another job reads this repository, which has been renamed";
    throw new GithubStop({ why: "duplicate", detail });
  }
  tools.budget.pages--;
}

export function isSpent({ budget, clock }: Pick<SyncTools, "budget" | "clock">): boolean {
  return budget.pages <= 0 || budget.stop.aborted || clock.now() >= budget.until;
}

/** The steps of a run and how far each is. */
class Progress {
  readonly steps: StoredStep[];

  constructor(stored: StoredStep[]) {
    this.steps = ["repository", ...Object.keys(steps)].map((name) =>
      stored.find((step) => step.name === name) ?? { name, state: "READY", done: 0, total: null }
    );
  }

  isFinished(name: string): boolean {
    return this.#step(name).state === "FINISHED";
  }

  /** Whether nothing is left to do of it in this run. */
  isOver(name: string): boolean {
    return this.isFinished(name) || this.#step(name).state === "FAILED";
  }

  begin(name: string): void {
    this.#step("repository").state = "FINISHED";
    this.#step(name).state = "RUNNING";
  }

  add(name: string, { read, total }: Page): void {
    const step = this.#step(name);
    step.state = "RUNNING";
    step.done += read;
    step.total = total === null ? step.total : Math.max(total, step.done);
  }

  finish(name: string): void {
    const step = this.#step(name);
    step.state = "FINISHED";
    step.total = step.done;
  }

  fail(name: string, reason: string): void {
    Object.assign(this.#step(name), { state: "FAILED", reason });
  }

  /** Whether every step failed: then it is no matter of one list. */
  hasNothing(idle: string): boolean {
    return Object.keys(steps).every((name) => name === idle || this.#step(name).state === "FAILED");
  }

  /** What failed and why, for people; empty if nothing did. */
  failures(): string {
    return this.steps.filter(({ state }) => state === "FAILED")
      .map(({ name, reason }) => `${name}: ${reason}`).join("; ").slice(0, 500);
  }

  #step(name: string): StoredStep {
    const found = this.steps.find((step) => step.name === name);
    if (found === undefined) throw new Error(`There is no step ${name}`);
    return found;
  }
}
