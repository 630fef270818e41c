import type { z } from "@hono/zod-openapi";
import type { StoredCallsSchema } from "./schemas.ts";

type Stored = z.output<typeof StoredCallsSchema>;
type Job = Stored["jobs"][number];

/** The job that calls with the same URL and credential as all others, and does nothing else. */
const selfTest = "self-test";
/** After so many milliseconds without an answer pg_net has none: it gives up after five seconds. */
const unanswered = 120_000;
/** How long a failure of a job tells of now, in milliseconds: what has work left calls again within minutes. */
const current = 3_600_000;

/**
 * Why pg_cron's calls do not reach the functions; null when they do, or none was made yet. What a later self-test has got right,
 * URL and secret, is held against no job any more.
 */
export function callFault({ now, missing_secrets, jobs }: Stored): string | null {
  if (missing_secrets.length > 0) return `Vault lacks ${missing_secrets.join(" and ")}`;
  const time = Date.parse(now);
  const test = jobs.find(({ job }) => job === selfTest);
  const testFault = test && faultOf(test, time);
  if (testFault) return testFault;
  for (const job of jobs) {
    const answeredAt = job.answered_at === null ? null : Date.parse(job.answered_at);
    if (answeredAt === null || answeredAt < time - current) continue;
    const isOvertaken = isRefused(job) && test?.answered_at !== null &&
      Date.parse(test?.answered_at ?? "") > answeredAt;
    const fault = isOvertaken ? null : faultOf({ ...job, called_at: job.answered_at ?? "" }, time);
    if (fault) return fault;
  }
  return null;
}

function faultOf({ job, called_at, answered_at, status_code, error }: Job, now: number) {
  const calledAt = Date.parse(called_at);
  const isWaiting = answered_at === null || Date.parse(answered_at) < calledAt;
  if (isWaiting && calledAt < now - unanswered) return `${job} was not answered`;
  if (answered_at === null) return null;
  if (status_code === null) return `${job} was not answered: ${reasonOf(error)}`;
  if (status_code === 401 || status_code === 403) {
    return `${job} was answered ${status_code}: digest_cron_secret in Vault is not DIGEST_CRON_SECRET`;
  }
  return status_code >= 200 && status_code < 300 ? null : `${job} was answered ${status_code}`;
}

/** What the network said may name hosts, and everybody may read this. */
function reasonOf(error: string | null): string {
  return error === "no answer in time" ? error : "functions_url in Vault leads nowhere";
}

function isRefused({ status_code }: Job): boolean {
  return status_code === null || status_code >= 400 && status_code < 500;
}
