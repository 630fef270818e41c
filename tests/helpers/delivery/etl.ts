import assert from "node:assert/strict";
import { api, type Credential, testEnv } from "../stack/api.ts";
import { newToken, storeToken } from "../stack/connections.ts";
import { sql, sqlRow } from "../stack/database.ts";
import { githubControl } from "../github/github_server.ts";
import { emptyRepository, type GithubRepositoryModel } from "../github/github_model.ts";
import { newPerson, type Person } from "../tenancy/people.ts";

export const github = githubControl(testEnv("TEST_GITHUB_URL"));

/** A person with a GitHub connection, a repository that their token sees, and a job that reads it. */
export interface Watched {
  person: Person;
  token: string;
  repository: GithubRepositoryModel;
  jobId: string;
}

/** The repository is of a name that no other test has. */
export async function watch(
  fields: Partial<GithubRepositoryModel> = {},
  { job = {}, person }: { job?: Record<string, unknown>; person?: Person } = {},
): Promise<Watched> {
  const owner = person ?? await newPerson();
  const token = newToken("ok", "ada");
  await storeToken(owner, token);
  const repository = emptyRepository({ full_name: newName(), ...fields });
  await github.setRepository(token, repository);
  const jobId = await newJob(owner, { repository: repository.full_name, ...job });
  return { person: owner, token, repository, jobId };
}

/** A repository's name that nothing else has. */
export function newName(): string {
  return `octo/${crypto.randomUUID().slice(0, 13)}`;
}

export async function newJob(as: Credential, body: Record<string, unknown>): Promise<string> {
  const answer = await api<{ id: string }>("/etl/jobs", { method: "POST", as, body });
  assert.strictEqual(answer.status, 201, answer.text);
  return answer.body.id;
}

export interface TickAnswer {
  finished: number;
  failed: number;
  continued: number;
  lost: number;
  deliveries: number;
  remaining: number;
}

/** Works one job if it is due. */
export async function tick(jobId: string): Promise<TickAnswer> {
  const answer = await api<TickAnswer>("/etl/tick", {
    method: "POST",
    as: "service",
    body: { job_id: jobId },
  });
  assert.strictEqual(answer.status, 200, answer.text);
  return answer.body;
}

/** Has a job run from the beginning of a run to its end, which must be a good one; answers the run. */
export async function syncNow(jobId: string): Promise<Run> {
  const started = await api<{ run_id: string }>(`/etl/jobs/${jobId}/run`, {
    method: "POST",
    as: "service",
  });
  assert.strictEqual(started.status, 202, started.text);
  const ticked = await tick(jobId);
  const run = await runOf(started.body.run_id);
  assert.strictEqual(ticked.finished, 1, JSON.stringify(run));
  return run;
}

export interface Run {
  id: string;
  state: string;
  reason: string | null;
  steps: { name: string; state: string; done: number; total: number | null }[];
  requests: number;
  pages: number;
  stored: number;
  rejected: number;
  calls: number;
  version: number;
  percentage: number | null;
  resumes_at: string | null;
}

export async function runOf(id: string): Promise<Run> {
  const answer = await api<Run>(`/etl/runs/${id}`, { as: "service" });
  assert.strictEqual(answer.status, 200, answer.text);
  return answer.body;
}

/** The newest run of a job. */
export async function lastRun(jobId: string): Promise<Run> {
  const { id } = await sqlRow<{ id: string }>(
    "select id from private.etl_runs where job_id = $1::uuid order by created_at desc limit 1",
    jobId,
  );
  return await runOf(id);
}

/** How many of what a run has stored is there for an organization, by table. */
export async function counts(orgId: string): Promise<Record<string, number>> {
  const tables = [
    "commits",
    "pull_requests",
    "pull_request_commits",
    "reviews",
    "deployments",
    "incidents",
    "releases",
    "branches",
  ];
  const rows = await sql<{ name: string; n: number }>(
    tables.map((name) =>
      `select '${name}' as name, count(*)::int as n from private.${name} where org_id = $1::uuid`
    ).join(" union all "),
    orgId,
  );
  return Object.fromEntries(rows.map(({ name, n }) => [name, n]));
}

/** Waits for something that another process is about to do; long, because the machine may be slow. */
export async function until<Value>(
  what: string,
  look: () => Promise<Value | undefined | false>,
): Promise<Value> {
  const end = Date.now() + 120_000;
  while (Date.now() < end) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${what} did not happen`);
}
