import assert from "node:assert/strict";
import { github, syncNow, watch } from "../helpers/delivery/etl.ts";
import { sql } from "../helpers/stack/database.ts";
import { ada, chain, commit, hour, shaOf } from "../helpers/github/github_model.ts";

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
