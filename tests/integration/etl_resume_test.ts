import assert from "node:assert/strict";
import { api, testEnv } from "../helpers/stack/api.ts";
import { sql, sqlRow } from "../helpers/stack/database.ts";
import {
  counts,
  github,
  lastRun,
  newJob,
  syncNow,
  tick,
  until,
  watch,
  type Watched,
} from "../helpers/delivery/etl.ts";
import { startWorker } from "../helpers/delivery/etl_worker.ts";
import { chain, pull, shaOf } from "../helpers/github/github_model.ts";
import { quotaWait, secondaryWait } from "../helpers/github/github_faults.ts";

/** Three pages of commits and one of pull requests. */
function threePages() {
  const words = Array.from({ length: 250 }, (_, index) => `c${1000 + index}`);
  const commits = chain(words);
  return {
    branches: { main: commits.at(-1)?.sha ?? "" },
    commits,
    pulls: [pull(1, 3), pull(2, 4)],
  };
}

/** What must be there in the end, however often the work was broken off: everything once. */
async function assertWhole({ person, jobId }: Watched): Promise<void> {
  const { commits, pull_requests, branches } = await counts(person.orgId);
  assert.deepStrictEqual([commits, pull_requests, branches], [250, 2, 1]);
  const { state, done } = await sqlRow<{ state: string; done: number }>(
    `select r.state, (select (s ->> 'done')::int from jsonb_array_elements(r.steps) s where s ->> 'name' = 'commits') as done
     from private.etl_runs r where r.job_id = $1::uuid`,
    jobId,
  );
  assert.deepStrictEqual([state, done], ["FINISHED", 250]);
}

/** The pages of commits that were asked for, in order. */
async function commitPages({ token }: Watched): Promise<string[]> {
  const asked = await github.requestsOf(token);
  return asked.flatMap(({ path }) => /\/commits\?.*&page=(\d+)/.exec(path)?.[1] ?? []);
}

async function leaseRunsOut({ jobId }: Watched): Promise<void> {
  await sql(
    "update private.etl_jobs set lease_until = now() - interval '1 second' where id = $1::uuid",
    jobId,
  );
}

async function isHeld({ token }: Watched, page: string): Promise<boolean> {
  return (await github.requestsOf(token)).some(({ path, status }) =>
    path.endsWith(page) && status === 0
  );
}

Deno.test("a worker that is killed in the middle of a sync is taken over from its last page", async () => {
  const watched = await watch(threePages());
  await github.setFaults(watched.token, [{ where: "&page=3", what: "held", times: 1, after: 0 }]);
  const worker = await startWorker();
  const dying = worker.tick(watched.jobId).then(() => "answered", () => "died");
  await until("page 3", () => isHeld(watched, "&page=3"));
  await worker.kill();
  assert.strictEqual(await dying, "died");
  assert.strictEqual((await counts(watched.person.orgId))["commits"], 200);
  assert.deepStrictEqual(
    await tick(watched.jobId),
    { finished: 0, failed: 0, continued: 0, lost: 0, deliveries: 0 },
    "its lease still runs",
  );
  await leaseRunsOut(watched);
  assert.strictEqual((await tick(watched.jobId)).finished, 1);
  assert.deepStrictEqual(await commitPages(watched), ["1", "2", "3", "3"]);
  await assertWhole(watched);
});

Deno.test("a worker that comes back after it was taken over can store nothing more", async () => {
  const watched = await watch(threePages());
  await github.setFaults(watched.token, [{ where: "&page=2", what: "held", times: 1, after: 0 }]);
  const slow = tick(watched.jobId);
  await until("page 2", () => isHeld(watched, "&page=2"));
  await leaseRunsOut(watched);
  assert.strictEqual((await tick(watched.jobId)).finished, 1);
  await github.release(watched.token);
  assert.strictEqual((await slow).lost, 1);
  assert.deepStrictEqual(await commitPages(watched), ["1", "2", "2", "3"]);
  await assertWhole(watched);
});

Deno.test("two calls at once never work on one job", async () => {
  const watched = await watch(threePages());
  const ticks = await Promise.all([tick(watched.jobId), tick(watched.jobId), tick(watched.jobId)]);
  assert.deepStrictEqual(ticks.map(({ finished }) => finished).sort(), [0, 0, 1]);
  assert.deepStrictEqual(await commitPages(watched), ["1", "2", "3"]);
  await assertWhole(watched);
});

Deno.test("a job whose worker dies five times at the same place fails, and says so", async () => {
  const watched = await watch(threePages());
  await sql(
    `update private.etl_jobs set takeovers = 4, lease_token = gen_random_uuid(), lease_until = now() - interval '1 second'
     where id = $1::uuid`,
    watched.jobId,
  );
  await tick(watched.jobId);
  const { state, reason } = await sqlRow(
    "select state, reason from private.etl_jobs where id = $1::uuid",
    watched.jobId,
  );
  assert.deepStrictEqual([state, reason], ["FAILED", "The worker died 5 times at the same place"]);
});

const limits = [
  { what: "secondary" as const, wait: secondaryWait },
  { what: "exhausted" as const, wait: quotaWait },
];
for (const { what, wait } of limits) {
  Deno.test(`a sync that meets a rate limit (${what}) goes on when it ends, where it stopped`, async () => {
    const watched = await watch(threePages());
    await github.setFaults(watched.token, [{ where: "&page=2", what, times: 1, after: 0 }]);
    const started = Date.now();
    assert.strictEqual((await tick(watched.jobId)).continued, 1);
    const run = await lastRun(watched.jobId);
    assert.strictEqual(run.state, "READY");
    assert.match(run.reason ?? "", /^GitHub's rate limit, until 20/);
    const seconds = (Date.parse(run.resumes_at ?? "") - started) / 1000;
    assert.ok(Math.abs(seconds - wait) < 20, `it goes on in ${seconds} s`);
    assert.strictEqual((await tick(watched.jobId)).finished, 0, "not before its time");

    await sql("update private.etl_jobs set next_run_at = now() where id = $1::uuid", watched.jobId);
    assert.strictEqual((await tick(watched.jobId)).finished, 1);
    assert.deepStrictEqual(await commitPages(watched), ["1", "2", "2", "3"]);
    await assertWhole(watched);
  });
}

const hiccups = [
  { what: "502" as const, where: "&page=2" },
  { what: "breaks off" as const, where: "&page=3" },
];
for (const { what, where } of hiccups) {
  Deno.test(`a page that ${what === "502" ? "is a 502" : what} is asked for again`, async () => {
    const watched = await watch(threePages());
    await github.setFaults(watched.token, [{ where, what, times: 1, after: 0 }]);
    assert.strictEqual((await tick(watched.jobId)).finished, 1);
    assert.strictEqual((await commitPages(watched)).length, 4);
    await assertWhole(watched);
  });
}

Deno.test("a query that takes GitHub too long is asked for in smaller pages", async () => {
  const watched = await watch({
    ...threePages(),
    pulls: Array.from({ length: 60 }, (_, index) => pull(index + 1, index)),
  });
  // Three tries of a hundred; fifty at a time go well. The branches are the query before them.
  await github.setFaults(watched.token, [
    { where: "POST /graphql", what: "slow query", times: 3, after: 1 },
  ]);
  const run = await syncNow(watched.jobId);
  assert.strictEqual((await counts(watched.person.orgId))["pull_requests"], 60);
  assert.strictEqual(run.state, "FINISHED");
});

Deno.test("a list that stays down costs no other, and is tried again after the retry interval", async () => {
  const watched = await watch(threePages(), { job: { retry_minutes: 7 } });
  await github.setFaults(watched.token, [{ where: "&page=2", what: "502", times: 3, after: 0 }]);
  assert.strictEqual((await tick(watched.jobId)).finished, 1);
  const job = await api(`/etl/jobs/${watched.jobId}`, { as: watched.person });
  assert.deepStrictEqual([job.body["state"], job.body["partial"], job.body["reason"]], [
    "FINISHED",
    true,
    "Partial: commits: GitHub answered 502",
  ]);
  assert.strictEqual((await counts(watched.person.orgId))["pull_requests"], 2);
  const minutes = (Date.parse(String(job.body["next_run_at"])) - Date.now()) / 60_000;
  assert.ok(minutes > 6 && minutes <= 7, `the next try is in ${minutes} min`);

  await syncNow(watched.jobId);
  assert.deepStrictEqual(await commitPages(watched), ["1", "2", "2", "2", "2", "3"]);
  assert.strictEqual((await counts(watched.person.orgId))["commits"], 250);
  const whole = await api(`/etl/jobs/${watched.jobId}`, { as: watched.person });
  assert.deepStrictEqual([whole.body["partial"], whole.body["reason"]], [false, null]);
});

for (const what of ["403", "404", "451"] as const) {
  Deno.test(`a list that is refused with ${what} costs no other, and webhooks find their way`, async () => {
    const watched = await watch(threePages());
    await github.setFaults(watched.token, [{ where: "/issues", what, times: 9, after: 0 }]);
    assert.strictEqual((await tick(watched.jobId)).finished, 1);
    const run = await lastRun(watched.jobId);
    assert.deepStrictEqual(
      run.steps.filter(({ state }) => state !== "FINISHED").map(({ name, state }) => [name, state]),
      [["incidents", "FAILED"]],
    );
    assert.match(run.reason ?? "", new RegExp(`^Partial: incidents: GitHub answered ${what}`));
    assert.strictEqual((await counts(watched.person.orgId))["commits"], 250);
    const job = await api(`/etl/jobs/${watched.jobId}`, { as: watched.person });
    assert.notStrictEqual(job.body["access_proved_at"], null);
  });
}

Deno.test("what GitHub does not show to the maker's token is not read", async () => {
  const watched = await watch({}, { job: { repository: "octo/hidden" } });
  assert.strictEqual((await tick(watched.jobId)).failed, 1);
  const job = await api(`/etl/jobs/${watched.jobId}`, { as: watched.person });
  assert.match(String(job.body["reason"]), /^GitHub does not know this repository/);
});

Deno.test("a job that names a workflow that is not there says so, and keeps what webhooks bring", async () => {
  const watched = await watch(threePages());
  await syncNow(watched.jobId);
  await api(`/etl/jobs/${watched.jobId}`, {
    method: "PATCH",
    as: watched.person,
    body: { deploy_workflow: "deploi.yml" },
  });
  await sql("update private.etl_jobs set next_run_at = now() where id = $1::uuid", watched.jobId);
  assert.strictEqual((await tick(watched.jobId)).finished, 1);
  assert.ok((await lastRun(watched.jobId)).requests > 0, "what it asked until then counts");
  const job = await api(`/etl/jobs/${watched.jobId}`, { as: watched.person });
  assert.strictEqual(
    job.body["reason"],
    "Partial: workflow_runs: There is no workflow deploi.yml in this repository",
  );
  assert.notStrictEqual(job.body["access_proved_at"], null);
});

Deno.test("a job whose repository is another job's, by a newer name, says so", async () => {
  const watched = await watch(threePages());
  await syncNow(watched.jobId);
  await github.setRepository(watched.token, {
    ...watched.repository,
    former_names: ["octo/older-name"],
  });
  const second = await newJob(watched.person, { repository: "octo/older-name" });
  assert.strictEqual((await tick(second)).failed, 1);
  const job = await api(`/etl/jobs/${second}`, { as: watched.person });
  assert.strictEqual(
    job.body["reason"],
    "Another job reads this repository, which has been renamed",
  );
});

Deno.test("a job that needs more pages than one call may read goes on in the next", async () => {
  const words = Array.from({ length: 5_200 }, (_, index) => `d${10_000 + index}`);
  const commits = chain(words);
  const watched = await watch({ branches: { main: commits.at(-1)?.sha ?? "" }, commits });
  assert.strictEqual((await tick(watched.jobId)).continued, 1);
  const run = await lastRun(watched.jobId);
  assert.deepStrictEqual([run.state, run.reason], ["READY", "To be continued"]);
  assert.ok((run.percentage ?? 0) > 20 && (run.percentage ?? 0) < 100, String(run.percentage));
  assert.strictEqual((await tick(watched.jobId)).finished, 1);
  const whole = await lastRun(watched.jobId);
  assert.deepStrictEqual([whole.id, whole.state, whole.calls], [run.id, "FINISHED", 2]);
  assert.deepStrictEqual(
    await commitPages(watched),
    Array.from({ length: 52 }, (_, index) => String(index + 1)),
  );
  assert.strictEqual((await counts(watched.person.orgId))["commits"], 5_200);
});

Deno.test({
  name: "the minute's cron job wakes the worker only when something is due",
  ignore: testEnv("TEST_DATABASE") === "postgres", // where pg_net sends, and other tests' jobs are due
}, async () => {
  const watched = await watch({ branches: { main: shaOf("a") }, commits: chain(["a"]) });
  const [row] = await sql<{ id: string | null }>("select private.start_due_etl()::text as id");
  assert.ok(row?.id, "a request was queued");
  const queued = await sqlRow<{ url: string; authorization: string }>(
    "select url, headers ->> 'authorization' as authorization from net.http_request_queue where id = $1::bigint",
    row.id,
  );
  assert.match(queued.url, /\/functions\/v1\/etl\/tick$/);
  assert.strictEqual(queued.authorization, `Bearer ${testEnv("TEST_CRON_SECRET")}`);
  await sql("delete from net.http_request_queue where id = $1::bigint", row.id);
  assert.strictEqual((await tick(watched.jobId)).finished, 1);
});
