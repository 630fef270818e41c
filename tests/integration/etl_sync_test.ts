import assert from "node:assert/strict";
import { counts, github, syncNow, watch } from "../helpers/delivery/etl.ts";
import { sql, sqlRow } from "../helpers/stack/database.ts";
import {
  chain,
  commit,
  type GithubRepositoryModel,
  pull,
  shaOf,
} from "../helpers/github/github_model.ts";

import { everything } from "../helpers/delivery/whole_repository.ts";

Deno.test("a sync stores everything there is of a repository", async (t) => {
  const { person, jobId, repository, token } = await watch(everything());
  const run = await syncNow(jobId);

  await t.step("and says how much", async () => {
    assert.deepStrictEqual(
      run.steps.map(({ name, state, done }) => [name, state, done]),
      [
        ["repository", "FINISHED", 1],
        ["branches", "FINISHED", 2],
        ["commits", "FINISHED", 9],
        ["pull_requests", "FINISHED", 5],
        ["releases", "FINISHED", 2],
        ["deployments", "FINISHED", 2],
        ["workflow_runs", "FINISHED", 0],
        ["incidents", "FINISHED", 2],
      ],
    );
    assert.strictEqual(run.percentage, 100);
    assert.strictEqual(run.rejected, 0);
    assert.strictEqual(run.requests, (await github.requestsOf(token)).length);
    assert.deepStrictEqual(await counts(person.orgId), {
      commits: 9,
      pull_requests: 5,
      pull_request_commits: 7,
      reviews: 2,
      deployments: 2,
      incidents: 1,
      releases: 1,
      branches: 2,
    });
  });

  await t.step("pull requests by how they were merged, with what they take back", async () => {
    const rows = await sql(
      `select external_id, state, merge_method, reverts_external_id, from_fork, draft, ready_at::text, commit_count
       from private.pull_requests where org_id = $1::uuid order by external_id`,
      person.orgId,
    );
    assert.deepStrictEqual(
      rows.map((row) => Object.values(row)),
      [
        ["1", "merged", "squash", null, false, false, "2026-03-02 15:00:00+00", 2],
        ["2", "merged", "merge", null, true, false, null, 2],
        ["3", "merged", "rebase", null, false, false, null, 1],
        ["4", "merged", "squash", "3", false, false, null, 1],
        ["5", "open", null, null, false, true, null, 1],
      ],
    );
  });

  await t.step("deployments by how they ended, incidents by what they name", async () => {
    const deployments = await sql(
      `select external_id, environment, status, pipeline_id, finished_at::text from private.deployments
       where org_id = $1::uuid order by external_id`,
      person.orgId,
    );
    assert.deepStrictEqual(deployments.map((row) => Object.values(row)), [
      ["70", "production", "success", "9", "2026-03-03 18:00:00+00"],
      ["71", "production", "failure", null, "2026-03-04 04:00:00+00"],
    ]);
    const incident = await sqlRow(
      `select external_id, severity, deployment_external_id, resolved_at::text from private.incidents
       where org_id = $1::uuid`,
      person.orgId,
    );
    assert.deepStrictEqual(Object.values(incident), ["90", "1", "70", "2026-03-03 21:00:00+00"]);
    const reviewers = await sql(
      "select reviewer, is_bot, state from private.reviews where org_id = $1::uuid order by reviewer",
      person.orgId,
    );
    assert.deepStrictEqual(reviewers.map((row) => Object.values(row)), [
      ["grace", false, "approved"],
      ["lint[bot]", true, "commented"],
    ]);
  });

  await t.step("and asks only whether anything is new, the next time", async () => {
    const before = (await github.requestsOf(token)).length;
    const again = await syncNow(jobId);
    const asked = (await github.requestsOf(token)).slice(before);
    assert.deepStrictEqual(asked.map(({ status }) => status), Array(7).fill(304));
    assert.ok(asked.every(({ counted }) => !counted), "a 304 costs no quota");
    assert.deepStrictEqual([again.requests, again.stored], [7, 0]);
  });

  await t.step("and then only what is new", async () => {
    const late = commit("late", 80, ["revert", "old"]);
    // Written long before what is known, and merged only now.
    const old = commit("old", 1, ["a1"]);
    const changed: GithubRepositoryModel = {
      ...repository,
      branches: { main: late.sha },
      commits: [...repository.commits, old, late],
      pulls: [...repository.pulls, pull(6, 81, { author: { login: "dependabot", type: "Bot" } })],
    };
    await github.setRepository(token, changed);
    const run = await syncNow(jobId);
    const done = Object.fromEntries(run.steps.map(({ name, done }) => [name, done]));
    assert.strictEqual(done["commits"], 2);
    assert.strictEqual(done["pull_requests"], 2, "the newest known is read once more");
    const { commits, branches, pull_requests } = await counts(person.orgId);
    assert.deepStrictEqual([commits, branches, pull_requests], [11, 1, 6]);
    const { author } = await sqlRow(
      "select author from private.pull_requests where org_id = $1::uuid and external_id = '6'",
      person.orgId,
    );
    assert.strictEqual(author, "dependabot[bot]");
  });
});

Deno.test("a force push takes what it left behind off the default branch", async () => {
  const commits = [...chain(["a", "b", "c"]), commit("d", 5, ["a"])];
  const { person, jobId, repository, token } = await watch({
    branches: { main: shaOf("c") },
    commits,
  });
  await syncNow(jobId);
  await github.setRepository(token, { ...repository, branches: { main: shaOf("d") } });
  await syncNow(jobId);
  const onBranch = await sql<{ sha: string }>(
    "select sha from private.commits where org_id = $1::uuid and on_default_branch order by authored_at",
    person.orgId,
  );
  assert.deepStrictEqual(onBranch.map(({ sha }) => sha), [shaOf("a"), shaOf("d")]);

  // Some time later the old head is gone altogether.
  const gone = { ...repository, branches: { main: shaOf("e") }, commits: chain(["e"], 9) };
  await github.setRepository(token, gone);
  await syncNow(jobId);
  const left = await sql<{ sha: string }>(
    "select sha from private.commits where org_id = $1::uuid and on_default_branch",
    person.orgId,
  );
  assert.deepStrictEqual(left.map(({ sha }) => sha), [shaOf("e")]);
});

Deno.test("a renamed repository stays itself, whoever takes its old name", async () => {
  const { person, jobId, repository, token } = await watch({
    branches: { main: shaOf("a") },
    commits: chain(["a"]),
  });
  const first = repository.full_name;
  await syncNow(jobId);
  const renamed = `${first}-2`;
  await github.setRepository(token, {
    ...repository,
    full_name: renamed,
    branches: { main: shaOf("b") },
    commits: chain(["a", "b"]),
  });
  await github.setRepository(token, {
    ...repository,
    id: repository.id + 1,
    full_name: first,
    branches: { main: shaOf("z") },
    commits: chain(["z"]),
  });
  await syncNow(jobId);
  const repositories = await sql(
    "select full_name, github_id::text as id from private.repositories where org_id = $1::uuid",
    person.orgId,
  );
  assert.deepStrictEqual(repositories, [{ full_name: renamed, id: String(repository.id) }]);
  assert.strictEqual((await counts(person.orgId))["commits"], 2);
});

Deno.test("a job made with a name that was given up finds the repository", async () => {
  const { person, jobId, repository } = await watch({
    former_names: ["octo/given-up"],
    branches: { main: shaOf("a") },
    commits: chain(["a"]),
  }, { job: { repository: "octo/given-up" } });
  await syncNow(jobId);
  const { full_name } = await sqlRow(
    "select full_name from private.repositories where org_id = $1::uuid",
    person.orgId,
  );
  assert.strictEqual(full_name, repository.full_name);
});
