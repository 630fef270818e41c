import { z } from "zod";
import { type Db, rpc } from "../_shared/database/db.ts";
import { env } from "../_shared/http/env.ts";
import { deploymentAccess } from "../_shared/github/access.ts";
import type { GithubAccess } from "../_shared/github/client.ts";
import { storedToken } from "../_shared/github/token.ts";
import { processDeliveries } from "../_shared/github/webhook_process.ts";
import { causeOf, log } from "../_shared/http/log.ts";
import { Problem } from "../_shared/http/problem.ts";
import { githubReader, GithubStop, type StopReason } from "./reader.ts";
import { type Claim, ClaimSchema, sync } from "./sync.ts";
import type { Clock, Reader } from "./types.ts";

/** What came of the jobs and deliveries that one call worked on. */
export interface Tick {
  finished: number;
  failed: number;
  /** To be continued in a next call: the budget was spent, or GitHub has to be waited for. */
  continued: number;
  /** Given up to another worker. */
  lost: number;
  deliveries: number;
}

/** What one call may do; a page costs about 20 ms of CPU time, of which the hosted runtime grants 2 s. */
const budget = { pages: 50, milliseconds: 100_000, deliveries: 40 };
/** Deliveries read at once: each may be megabytes. */
const deliveriesAtOnce = 5;

/** Works due jobs, or one, and deliveries that were left behind, until nothing is due or the budget is spent. */
export async function tick(db: Db, clock: Clock, jobId?: string): Promise<Tick> {
  const result: Tick = { finished: 0, failed: 0, continued: 0, lost: 0, deliveries: 0 };
  const left = { pages: budget.pages, until: clock.now() + budget.milliseconds };
  while (jobId === undefined && result.deliveries < budget.deliveries) {
    const done = await processDeliveries(db, { limit: deliveriesAtOnce });
    if (done === 0) break;
    result.deliveries += done;
  }
  while (left.pages > 0 && clock.now() < left.until) {
    const claim = await rpc(db, "etl_claim", { p_job_id: jobId }, ClaimSchema.nullable());
    if (claim === null) break;
    result[await work(claim, { db, clock, budget: left })]++;
    if (jobId !== undefined) break;
  }
  return result;
}

interface WorkTools {
  db: Db;
  clock: Clock;
  budget: { pages: number; until: number };
}

/** Works one claimed job and lets it go. */
async function work(claim: Claim, tools: WorkTools): Promise<keyof Tick> {
  const { outcome, requests } = await outcomeOf(claim, tools);
  try {
    await rpc(tools.db, "etl_release", {
      p_job_id: claim.job_id,
      p_lease_token: claim.lease_token,
      p_outcome: z.record(z.string(), z.json()).parse({ ...outcome, requests }),
    }, z.unknown());
  } catch (error) {
    // Another worker took it over: it is theirs to end.
    if (!(error instanceof Problem) || error.code !== "conflict") throw error;
    log("warn", "etl_lease_lost", { job_id: claim.job_id, run_id: claim.run_id });
    return "lost";
  }
  log("info", "etl_run", { job_id: claim.job_id, run_id: claim.run_id, state: outcome.state });
  return countedAs[outcome.state];
}

const countedAs = { FINISHED: "finished", FAILED: "failed", READY: "continued" } as const;

type Outcome =
  | { state: "FINISHED"; reason?: string }
  | { state: "FAILED"; reason: string; lost_access?: boolean }
  | { state: "READY"; reason: string; resume_at?: string };

/** How a sync ends in this call, and how many requests it sent that no page has told of. */
async function outcomeOf(
  claim: Claim,
  { db, clock, budget }: WorkTools,
): Promise<{ outcome: Outcome; requests: number }> {
  let github: Reader | undefined;
  try {
    github = githubReader(await accessOf(claim, new Date(clock.now())), clock);
    const end = await sync(claim, { db, github, clock, budget });
    const outcome: Outcome = end === "finished"
      ? { state: "FINISHED" }
      : end === "to be continued"
      ? { state: "READY", reason: "To be continued" }
      : { state: "FINISHED", reason: `Partial: ${end.partial}` };
    return { outcome, requests: github.spent() };
  } catch (error) {
    return { outcome: outcomeOfError(error, claim), requests: github?.spent() ?? 0 };
  }
}

/**
 * With whose token a job reads: its maker's, or the deployment's for jobs that the service made.
 * @throws Problem 409 when there is none, or none of use.
 */
async function accessOf({ reads_as, user_id }: Claim, now: Date): Promise<GithubAccess> {
  const { GITHUB_API_URL: baseUrl, GITHUB_TOKEN } = env();
  if (reads_as === "deployment") return deploymentAccess(baseUrl, GITHUB_TOKEN);
  const token = user_id === null ? null : await storedToken(user_id, now);
  if (token !== null) return { baseUrl, token, origin: "stored" };
  throw new Problem(
    "github_not_connected",
    user_id === null
      ? "Whoever made this job has left the organization, and their GitHub connection with them"
      : "Whoever made this job has no GitHub connection: PUT /github/connection",
  );
}

/** What an error means for the run. What is nobody's fault but ours is told to the log, not to the job. */
function outcomeOfError(error: unknown, claim: Claim): Outcome {
  if (error instanceof GithubStop) return outcomeOfStop(error.reason);
  if (error instanceof Problem && error.status < 500) {
    // Without a token nothing shows any more that the organization may read the repository.
    return { state: "FAILED", reason: error.detail, lost_access: /^github_/.test(error.code) };
  }
  log("error", "etl_run_failed", {
    job_id: claim.job_id,
    run_id: claim.run_id,
    cause: causeOf(error),
  });
  return { state: "FAILED", reason: "Internal error; the log has its cause" };
}

function outcomeOfStop(reason: StopReason): Outcome {
  switch (reason.why) {
    case "limited": {
      const until = reason.until.toISOString();
      const time = until.replace(/\.\d+Z$/, "Z");
      return { state: "READY", reason: `GitHub's rate limit, until ${time}`, resume_at: until };
    }
    case "refused": {
      const words = refusals[reason.status];
      const detail = words && reason.status === 403 ? `${words}: ${reason.detail}` : words;
      return { state: "FAILED", reason: detail ?? reason.detail, lost_access: words !== undefined };
    }
    case "unavailable":
    case "mistaken":
    case "duplicate":
      return { state: "FAILED", reason: reason.detail };
    case "unexpected":
      return {
        state: "FAILED",
        reason: `GitHub's answer was not the expected one: ${reason.detail}`,
      };
  }
}

/** Answers that say the token may not read the repository (any more). */
const refusals: Record<number, string> = {
  401: "GitHub refused the token: it was revoked or has ended",
  403: "GitHub does not allow this token to read the repository",
  404: "GitHub does not know this repository, or does not show it to this token",
  451: "GitHub does not show this repository for legal reasons",
};
