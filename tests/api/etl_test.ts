import assert from "node:assert/strict";
import { api, assertProblem, testEnv } from "../helpers/stack/api.ts";
import { storeToken } from "../helpers/stack/connections.ts";
import { sql } from "../helpers/stack/database.ts";
import {
  github,
  lastRun,
  newJob,
  newName,
  syncNow,
  tick,
  until,
  watch,
} from "../helpers/delivery/etl.ts";
import { chain, emptyRepository, shaOf } from "../helpers/github/github_model.ts";
import { newKey } from "../helpers/tenancy/keys.ts";
import { newPerson, newTeam } from "../helpers/tenancy/people.ts";
import { openEvents } from "../helpers/analytics/event_source.ts";

const one = { branches: { main: shaOf("a") }, commits: chain(["a"]) };

Deno.test("POST /etl/jobs answers the job with what it was not told", async () => {
  const person = await newPerson();
  const repository = newName();
  const answer = await api("/etl/jobs", { method: "POST", as: person, body: { repository } });
  assert.strictEqual(answer.status, 201, answer.text);
  const { id, created_at, updated_at, next_run_at, ...job } = answer.body;
  assert.deepStrictEqual(job, {
    org_id: person.orgId,
    kind: "github",
    repository,
    repository_github_id: null,
    reads_as: "connection",
    interval_minutes: 60,
    retry_minutes: 10,
    active: true,
    incident_labels: ["incident"],
    deploy_workflow: null,
    deploy_environment: "production",
    deploy_branches: null,
    deploy_events: null,
    production_environments: null,
    since: null,
    state: "READY",
    reason: null,
    partial: false,
    access_proved_at: null,
    last_run: null,
  });
  assert.ok(id && created_at && updated_at && next_run_at);
  const again = await api("/etl/jobs", {
    method: "POST",
    as: person,
    body: { repository: repository.toUpperCase() },
  });
  assertProblem(again, 409, "conflict");
});

Deno.test("PATCH /etl/jobs/{id} changes what it names, and rests a job that is not active", async () => {
  const { person, jobId } = await watch(one);
  await syncNow(jobId);
  const patch = async (body: unknown) =>
    (await api(`/etl/jobs/${jobId}`, { method: "PATCH", as: person, body })).body;
  const changed = await patch({
    interval_minutes: 30,
    incident_labels: ["outage"],
    deploy_workflow: "d.yml",
  });
  assert.deepStrictEqual(
    [
      changed["interval_minutes"],
      changed["incident_labels"],
      changed["deploy_workflow"],
      changed["retry_minutes"],
    ],
    [30, ["outage"], "d.yml", 10],
  );
  const minutes = (Date.parse(String(changed["next_run_at"])) - Date.now()) / 60_000;
  assert.ok(minutes > 28 && minutes <= 30, `a shorter interval counts at once: ${minutes}`);

  const resting = await patch({ active: false, deploy_workflow: null });
  assert.deepStrictEqual([resting["active"], resting["next_run_at"]], [false, null]);
  assert.strictEqual((await tick(jobId)).finished, 0);
  assert.strictEqual((await syncNow(jobId)).state, "FINISHED", "it runs when somebody asks");
  const woken = await patch({ active: true });
  assert.ok(Date.parse(String(woken["next_run_at"])) <= Date.now() + 1000);
});

Deno.test("POST /etl/jobs/{id}/reset has everything read again", async () => {
  const { person, jobId, token } = await watch(one);
  await syncNow(jobId);
  const before = (await github.requestsOf(token)).length;
  const reset = await api(`/etl/jobs/${jobId}/reset`, { method: "POST", as: person });
  assert.strictEqual(reset.status, 200, reset.text);
  assert.strictEqual((await tick(jobId)).finished, 1);
  const asked = (await github.requestsOf(token)).slice(before);
  assert.ok(asked.every(({ status }) => status === 200), "no ETag is left");
});

Deno.test("POST /etl/jobs/{id}/run answers the run under way, and lists of runs have it first", async () => {
  const { person, jobId } = await watch(one);
  const run = () =>
    api<{ run_id: string }>(`/etl/jobs/${jobId}/run`, { method: "POST", as: person });
  const [first, second] = [await run(), await run()];
  assert.deepStrictEqual([first.status, second.status], [202, 202]);
  assert.strictEqual(first.body.run_id, second.body.run_id);
  await tick(jobId);
  const third = await run();
  assert.notStrictEqual(third.body.run_id, first.body.run_id);
  const list = await api<{ items: { id: string; state: string }[]; total_count: number }>(
    `/etl/jobs/${jobId}/runs`,
    { as: person, query: { page_size: 1 } },
  );
  assert.strictEqual(list.body.total_count, 2);
  assert.deepStrictEqual(list.body.items.map(({ id, state }) => [id, state]), [[
    third.body.run_id,
    "READY",
  ]]);
  const { id, state } = await lastRun(jobId);
  assert.deepStrictEqual([id, state], [third.body.run_id, "READY"]);
});

Deno.test("a job reads with its maker's connection, and only the service's own with the deployment's", async () => {
  const team = await newTeam();
  const key = await newKey(team.org, { scopes: ["admin"] });
  const repository = emptyRepository({ full_name: newName(), ...one });
  // GITHUB_TOKEN, which every tenant's jobs would like to have, sees it.
  await github.setRepository("ghp_ok-octocat-service", repository);
  const outcome = async (jobId: string) => {
    await tick(jobId);
    const { body } = await api(`/etl/jobs/${jobId}`, { as: "service" });
    return [body["reads_as"], body["state"], body["reason"]];
  };
  const body = { repository: repository.full_name };
  const unconnected = "Whoever made this job has no GitHub connection: PUT /github/connection";
  const job = await newJob(team.member, body);
  assert.deepStrictEqual(await outcome(job), ["connection", "FAILED", unconnected]);

  const byKey = await newJob({ token: key.key }, { repository: newName() });
  assert.deepStrictEqual(await outcome(byKey), [
    "connection",
    "FAILED",
    "Whoever made this job has left the organization, and their GitHub connection with them",
  ]);
  const other = await newPerson();
  const byService = await newJob("service", { ...body, org_id: other.orgId });
  assert.deepStrictEqual(await outcome(byService), ["deployment", "FINISHED", null]);

  const token = `ghp_ok-ada-${crypto.randomUUID()}`;
  await storeToken(team.member, token);
  await github.setRepository(token, repository);
  await syncNow(job);
  // Whoever leaves takes their connection along.
  await sql("delete from public.memberships where user_id = $1::uuid", team.member.id);
  await sql("update private.etl_jobs set next_run_at = now() where id = $1::uuid", job);
  assert.match(String((await outcome(job))[2]), /has left the organization/);
});

Deno.test("another organization's jobs, runs and dead letters do not exist", async () => {
  const { jobId } = await watch(one);
  const run = await syncNow(jobId);
  const stranger = await newPerson();
  const key = await newKey(stranger.orgId);
  for (const as of [stranger, { token: key.key }]) {
    for (
      const path of [
        `/etl/jobs/${jobId}`,
        `/etl/jobs/${jobId}/runs`,
        `/etl/runs/${run.id}`,
        `/etl/runs/${run.id}/events`,
      ]
    ) {
      assertProblem(await api(path, { as }), 404, "not_found");
    }
    for (const path of [`/etl/jobs/${jobId}/run`, `/etl/jobs/${jobId}/reset`]) {
      assertProblem(await api(path, { method: "POST", as }), 404, "not_found");
    }
  }
});

Deno.test("GET /etl/status counts jobs by state and says which fail", async () => {
  const { person } = await watch(one);
  const failing = await newJob(person, { repository: "octo/nowhere" });
  await tick(failing);
  const { body } = await api("/etl/status", { as: person });
  assert.deepStrictEqual(body["jobs"], {
    total: 2,
    active: 2,
    ready: 1,
    running: 0,
    finished: 0,
    failed: 1,
  });
  assert.deepStrictEqual(body["failing"], [{
    id: failing,
    repository: "octo/nowhere",
    reason: "GitHub does not know this repository, or does not show it to this token",
  }]);
  assert.deepStrictEqual([body["open_dead_letters"], body["last_finished_at"]], [0, null]);
});

Deno.test("GET /etl/runs/{id}/events tells a run's progress as it happens, and when it is over", async () => {
  const words = Array.from({ length: 150 }, (_, index) => `e${1000 + index}`);
  const commits = chain(words);
  const { person, jobId, token } = await watch({
    branches: { main: commits.at(-1)?.sha ?? "" },
    commits,
  });
  await github.setFaults(token, [{ where: "&page=2", what: "held", times: 1, after: 0 }]);
  const { body } = await api<{ run_id: string }>(`/etl/jobs/${jobId}/run`, {
    method: "POST",
    as: person,
  });
  const url = `${testEnv("TEST_URL")}/functions/v1/etl/runs/${body.run_id}/events`;
  const events = await openEvents(url, person.token);
  assert.strictEqual(events.status, 200);
  assert.match(events.contentType, /^text\/event-stream/);
  const first = await events.next();
  assert.deepStrictEqual([first?.event, first?.data["state"]], ["progress", "READY"]);

  const ticking = tick(jobId);
  let half = await events.next();
  while (half && half.data["done"] !== 102) half = await events.next(); // repository, branch, a hundred commits
  assert.strictEqual(half?.data["state"], "RUNNING");
  await github.release(token);
  assert.strictEqual((await ticking).finished, 1);
  let last = half;
  for (let event = await events.next(); event; event = await events.next()) last = event;
  assert.deepStrictEqual(
    [last.data["state"], last.data["percentage"], last.data["done"]],
    ["FINISHED", 100, 152],
  );
  assert.strictEqual(events.retry, 1000);
  const ids = events.ids.map(Number);
  assert.deepStrictEqual(ids, ids.toSorted((a, b) => a - b), "ids only grow");

  // A browser comes back when the stream ends; from the last event on there is nothing to come back for.
  const resumed = await openEvents(url, person.token, first?.id);
  assert.strictEqual((await resumed.next())?.id, last.id, "it hears what it missed as one event");
  assert.strictEqual(await resumed.next(), undefined);
  assert.strictEqual((await openEvents(url, person.token, last.id)).status, 204);
});

Deno.test("a run whose reader hangs up goes on", async () => {
  const { person, jobId, token } = await watch(one);
  await github.setFaults(token, [{ where: "&page=1", what: "held", times: 1, after: 0 }]);
  const ticking = tick(jobId);
  const { id } = await until("the run", async () => {
    const [row] = await sql<{ id: string }>(
      "select id from private.etl_runs where job_id = $1::uuid",
      jobId,
    );
    return row;
  });
  const events = await openEvents(
    `${testEnv("TEST_URL")}/functions/v1/etl/runs/${id}/events`,
    person.token,
  );
  assert.ok(await events.next());
  await events.close();
  await github.release(token);
  assert.strictEqual((await ticking).finished, 1);
});
