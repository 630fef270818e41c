import assert from "node:assert/strict";
import { counts, github, syncNow, watch } from "../helpers/delivery/etl.ts";
import { sql, sqlRow } from "../helpers/stack/database.ts";
import {
  ada,
  chain,
  commit,
  type GithubRepositoryModel,
  hour,
  pull,
  shaOf,
} from "../helpers/github/github_model.ts";

/** A small history with one of everything. */
function everything(): Partial<GithubRepositoryModel> {
  const main = chain(["a1", "a2", "a3"]);
  const squash = commit("squash", 30, ["a3"], { message: "Feature (#1)" });
  const merge = commit("merge", 40, ["squash", "f2"], { message: "Merge pull request #2" });
  const rebased = commit("rebased", 50, ["merge"], { authored_at: hour(44) });
  const revert = commit("revert", 60, ["rebased"]);
  const onBranch = [commit("b1", 10, ["a3"]), commit("b2", 12, ["b1"])];
  const merged = [commit("f1", 32, ["a3"]), commit("f2", 33, ["f1"])];
  const rebasing = [commit("r1", 44, ["a3"])];
  const mergedPull = { state: "MERGED" as const };
  return {
    branches: { main: shaOf("revert"), "feature/open": shaOf("o1") },
    commits: [...main, squash, ...merged, merge, rebased, revert, commit("o1", 70, ["revert"])],
    pulls: [
      pull(1, 14, {
        ...mergedPull,
        commits: onBranch,
        merge_commit: shaOf("squash"),
        merged_at: hour(30),
        closed_at: hour(30),
        updated_at: hour(30),
        draft: false,
        ready_at: hour(15),
        reviews: [
          { id: 11, login: "grace", type: "User", state: "APPROVED", submitted_at: hour(20) },
          { id: 12, login: "lint", type: "Bot", state: "COMMENTED", submitted_at: hour(16) },
          { id: 13, login: "grace", type: "User", state: "PENDING", submitted_at: null },
        ],
      }),
      pull(2, 34, {
        ...mergedPull,
        commits: merged,
        merge_commit: shaOf("merge"),
        merged_at: hour(40),
        closed_at: hour(40),
        updated_at: hour(40),
        from_fork: true,
      }),
      pull(3, 45, {
        ...mergedPull,
        commits: rebasing,
        merge_commit: shaOf("rebased"),
        merged_at: hour(50),
        closed_at: hour(50),
        updated_at: hour(50),
      }),
      pull(4, 55, {
        ...mergedPull,
        title: 'Revert "Pull request 3"',
        body: "Reverts #3\n\nIt broke.",
        commits: [commit("v1", 55, ["rebased"])],
        merge_commit: shaOf("revert"),
        merged_at: hour(60),
        closed_at: hour(60),
        updated_at: hour(60),
      }),
      pull(5, 71, { draft: true, commits: [commit("o1", 70, ["revert"])] }),
    ],
    releases: [
      {
        id: 7,
        tag_name: "v1",
        name: "One",
        draft: false,
        prerelease: false,
        published_at: hour(41),
      },
      { id: 8, tag_name: "v2", name: null, draft: true, prerelease: false, published_at: null },
    ],
    deployments: [
      {
        id: 70,
        sha: shaOf("merge"),
        ref: "main",
        environment: "Production",
        created_at: hour(41),
        statuses: [
          { state: "IN_PROGRESS", created_at: hour(41), log_url: null },
          {
            state: "SUCCESS",
            created_at: hour(42),
            log_url: "https://github.com/o/r/actions/runs/9/job/1",
          },
          { state: "INACTIVE", created_at: hour(52), log_url: null },
        ],
      },
      {
        id: 71,
        sha: shaOf("rebased"),
        ref: "main",
        environment: "production",
        created_at: hour(51),
        statuses: [{ state: "FAILURE", created_at: hour(52), log_url: null }],
      },
    ],
    issues: [
      {
        number: 90,
        title: "It is down",
        body: "Deployment: 70",
        labels: ["incident", "sev-1"],
        state: "closed",
        created_at: hour(43),
        updated_at: hour(45),
        closed_at: hour(45),
        is_pull_request: false,
      },
      {
        number: 91,
        title: "A pull request about incidents",
        body: "",
        labels: ["incident"],
        state: "open",
        created_at: hour(43),
        updated_at: hour(43),
        closed_at: null,
        is_pull_request: true,
      },
    ],
  };
}

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

Deno.test("where a workflow deploys, its runs are the deployments", async () => {
  // Some hours ago: what may change of a run is looked at for thirty days.
  const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
  const run = (id: number, fields: object) => ({
    id,
    path: ".github/workflows/deploy.yml",
    head_sha: shaOf("a"),
    status: "completed",
    conclusion: "success",
    created_at: ago(40 - id),
    updated_at: ago(39 - id),
    ...fields,
  });
  const { person, jobId, repository, token } = await watch({
    branches: { main: shaOf("a") },
    commits: chain(["a"]),
    workflow_runs: [
      run(1, {}),
      run(2, { conclusion: "timed_out" }),
      run(3, { conclusion: "cancelled" }),
      run(4, { status: "in_progress", conclusion: null }),
      run(5, { path: ".github/workflows/test.yml" }),
      run(6, { event: "pull_request", head_branch: "feature" }),
      run(7, { event: "workflow_dispatch", head_branch: "feature" }),
      run(8, { event: "release", head_branch: "one-more" }),
      run(9, { head_branch: "v1.2.3" }),
    ],
    deployments: [{
      id: 99,
      sha: shaOf("a"),
      ref: "main",
      environment: "x",
      created_at: hour(1),
      statuses: [],
    }],
  }, { job: { deploy_workflow: "deploy.yml", deploy_environment: "europe" } });
  const stored = async () =>
    (await sql(
      "select external_id, environment, status from private.deployments where org_id = $1::uuid order by external_id",
      person.orgId,
    )).map((row) => Object.values(row));
  await syncNow(jobId);
  const released = [
    ["workflow_run/8", "europe", "success"],
    ["workflow_run/9", "europe", "success"],
  ];
  assert.deepStrictEqual(await stored(), [
    ["workflow_run/1", "europe", "success"],
    ["workflow_run/2", "europe", "failure"],
    ["workflow_run/3", "europe", "cancelled"],
    ["workflow_run/4", "europe", "pending"],
    ...released,
  ]);

  // The fourth ends and the first is run twice again, neither of which moves them up in GitHub's list.
  const attempt = (run_attempt: number, conclusion: string) =>
    run(1, { run_attempt, conclusion, run_started_at: ago(3 - run_attempt) });
  const again = { ...attempt(3, "failure"), attempts: [run(1, {}), attempt(2, "success")] };
  const change = async (changed: ReturnType<typeof run>[]) => {
    const workflow_runs = repository.workflow_runs
      .map((one) => changed.find(({ id }) => id === one.id) ?? one);
    await github.setRepository(token, { ...repository, workflow_runs });
    await syncNow(jobId);
  };
  await change([run(4, {}), again]);
  const ended = [
    ["workflow_run/1", "europe", "success"],
    ["workflow_run/1/attempts/2", "europe", "success"],
    ["workflow_run/1/attempts/3", "europe", "failure"],
    ["workflow_run/2", "europe", "failure"],
    ["workflow_run/3", "europe", "cancelled"],
    ["workflow_run/4", "europe", "success"],
    ...released,
  ];
  assert.deepStrictEqual(await stored(), ended);
  // Attempts that are known are not asked for again.
  const before = (await github.requestsOf(token)).length;
  await change([run(4, {}), again]);
  const asked = (await github.requestsOf(token)).slice(before);
  assert.deepStrictEqual(asked.filter(({ path }) => path.includes("/attempts/")), []);
  assert.deepStrictEqual(await stored(), ended);
});

Deno.test("an author is the login, wherever GitHub tells it", async () => {
  const by = (login: string | null, name: string, email: string) => ({
    author: { login, name, email },
  });
  const { person, jobId } = await watch({
    branches: { main: shaOf("d") },
    commits: [
      commit("a", 1, [], { author: ada }),
      // A message may hold what PostgreSQL cannot.
      commit("b", 2, ["a"], {
        message: "Null \0 and half \ud800\n",
        ...by(null, "Grace", "Grace@Example.test"),
      }),
      commit("c", 3, ["b"], by(null, "Grace", "123+grace@users.noreply.github.com")),
      commit(
        "d",
        4,
        ["c"],
        by(null, "renovate[bot]", "29139614+renovate[bot]@users.noreply.github.com"),
      ),
    ],
  });
  await syncNow(jobId);
  const rows = await sql(
    "select author, is_bot, headline from private.commits where org_id = $1::uuid order by authored_at",
    person.orgId,
  );
  assert.deepStrictEqual(rows.map((row) => Object.values(row)), [
    ["ada", false, "Change a"],
    ["grace@example.test", false, "Null   and half"],
    ["grace", false, "Change c"],
    ["renovate[bot]", true, "Change d"],
  ]);
});
