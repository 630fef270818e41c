import assert from "node:assert/strict";
import examples from "@octokit/webhooks-examples" with { type: "json" };
import { z } from "zod";
import { deliveryItems } from "../../supabase/functions/_shared/intake/delivery.ts";
import { meaningOf } from "../../supabase/functions/_shared/github/webhook_items.ts";
import { JobSettings } from "../../supabase/functions/_shared/github/settings.ts";

const repository = { repository: "octo/hello", repository_github_id: 7 };
const settings = JobSettings.parse({});

function first(event: string, matches: (payload: Record<string, unknown>) => boolean = () => true) {
  const found = examples.find(({ name }) => name === event)?.examples
    .find((payload) => matches(payload as Record<string, unknown>));
  assert.ok(found, `there is no example of ${event}`);
  return found;
}

Deno.test("meaningOf() reads every example payload of GitHub's webhooks", () => {
  const kinds = new Map<string, Set<string>>();
  let read = 0;
  for (const { name, examples: payloads } of examples) {
    for (const payload of payloads) {
      read++;
      for (const { kind, items } of meaningOf(name, payload, repository, settings).groups) {
        for (const item of items) {
          assert.deepStrictEqual(deliveryItems[kind].safeParse(item).error?.issues, undefined);
          assert.strictEqual(item["repository"], "octo/hello");
          assert.strictEqual(item["repository_github_id"], 7);
          kinds.set(name, (kinds.get(name) ?? new Set()).add(kind));
        }
      }
    }
  }
  assert.ok(read > 250, `${read} examples`);
  assert.deepStrictEqual(
    Object.fromEntries([...kinds].map(([name, found]) => [name, [...found].sort()])),
    {
      deployment: ["deployment"],
      deployment_status: ["deployment"],
      pull_request: ["pull_request"],
      pull_request_review: ["pull_request", "review"],
      push: ["branches", "commit"],
      release: ["release"],
    },
  );
});

Deno.test("meaningOf() makes of GitHub's examples what they say", () => {
  const itemsOf = (event: string, payload: unknown, given = settings) =>
    meaningOf(event, payload, repository, given).groups.map(({ kind, items }) => [kind, ...items]);
  assert.deepStrictEqual(itemsOf("deployment_status", first("deployment_status")), [
    ["deployment", {
      ...repository,
      external_id: "145988746",
      environment: "production",
      sha: "f95f852bd8fca8fcc58a9a2d6c842781e32a215e",
      ref: "master",
      created_at: "2019-05-15T15:20:53Z",
      status: "success",
      finished_at: "2019-05-15T15:20:55Z",
      updated_at: "2019-05-15T15:20:55Z",
    }],
  ]);
  const incident = { ...settings, incident_labels: ["Bug"] };
  const opened = first("issues", (payload) => payload["action"] === "opened");
  assert.deepStrictEqual(itemsOf("issues", opened), [["incident"]]);
  assert.deepStrictEqual(itemsOf("issues", opened, incident), [
    ["incident", {
      ...repository,
      external_id: "1",
      title: "Spelling error in the README file",
      began_at: "2019-05-15T15:20:18Z",
      created_at: "2019-05-15T15:20:18Z",
      resolved_at: null,
      url: "https://github.com/Codertocat/Hello-World/issues/1",
      withdrawn: false,
      updated_at: "2019-05-15T15:20:18Z",
    }],
  ]);
});

Deno.test("meaningOf() withdraws an incident that turned out to be none", () => {
  const given = first("issues", (payload) => payload["action"] === "opened");
  const withdrawn = (action: string, change: Record<string, unknown> = {}, label?: string) => {
    const issue = {
      ...z.record(z.string(), z.unknown()).parse((given as Record<string, unknown>)["issue"]),
      ...change,
    };
    const payload = { ...given, action, issue, ...(label ? { label: { name: label } } : {}) };
    const incident = { ...settings, incident_labels: ["Bug"] };
    return meaningOf("issues", payload, repository, incident).groups
      .flatMap(({ items }) => items.map((item) => item["withdrawn"]));
  };
  const closed = (state_reason: string | null) => ({ state: "closed", state_reason });
  assert.deepStrictEqual(withdrawn("edited"), [false]);
  assert.deepStrictEqual(withdrawn("deleted"), [true]);
  assert.deepStrictEqual(withdrawn("transferred"), [true]);
  assert.deepStrictEqual(withdrawn("closed", closed("completed")), [false]);
  assert.deepStrictEqual(withdrawn("closed", closed(null)), [false]);
  assert.deepStrictEqual(withdrawn("closed", closed("not_planned")), [true]);
  assert.deepStrictEqual(withdrawn("closed", closed("duplicate")), [true]);
  assert.deepStrictEqual(withdrawn("reopened", { state_reason: "reopened" }), [false]);
  assert.deepStrictEqual(withdrawn("unlabeled", { labels: [] }, "bug"), [true]);
  assert.deepStrictEqual(withdrawn("unlabeled", {}, "help wanted"), [false]);
  // What never was an incident is not stored to say so.
  assert.deepStrictEqual(withdrawn("unlabeled", { labels: [] }, "help wanted"), []);
  assert.deepStrictEqual(withdrawn("deleted", { labels: [] }), []);
});

Deno.test("meaningOf() takes a workflow's run for a deployment where the job says so, and only then", () => {
  const deploys = { ...settings, deploy_workflow: "syntax.yml", deploy_environment: "live" };
  const run = first(
    "workflow_run",
    (payload) => String(JSON.stringify(payload)).includes(".github/workflows/syntax.yml"),
  );
  assert.deepStrictEqual(meaningOf("workflow_run", run, repository, settings).groups, []);
  const [group] = meaningOf("workflow_run", run, repository, deploys).groups;
  assert.strictEqual(group?.kind, "deployment");
  assert.deepStrictEqual(
    group.items.map(({ external_id, environment, status, pipeline_id }) => [
      external_id,
      environment,
      status,
      pipeline_id,
    ]),
    [["workflow_run/1589141559", "live", "pending", "1589141559"]],
  );
  // GitHub's own deployments would count a second time.
  const status = first("deployment_status");
  assert.deepStrictEqual(meaningOf("deployment_status", status, repository, deploys).groups, []);
});

Deno.test("meaningOf() takes each attempt of a run for a deployment, and none of another branch or a pull request", () => {
  const given = first(
    "workflow_run",
    (payload) => String(JSON.stringify(payload)).includes(".github/workflows/syntax.yml"),
  ) as Record<string, unknown>;
  const told = (change: Record<string, unknown>, more: Record<string, unknown> = {}) => {
    const workflow_run = z.record(z.string(), z.unknown()).parse(given["workflow_run"]);
    const run = { ...workflow_run, event: "push", head_branch: "main", ...change };
    const payload = { ...given, repository: { default_branch: "main" }, workflow_run: run };
    const deploys = { ...settings, deploy_workflow: "syntax.yml", ...more };
    return meaningOf("workflow_run", payload, repository, deploys).groups
      .flatMap(({ items }) => items.map((item) => [item["external_id"], item["pipeline_id"]]));
  };
  const run = ["workflow_run/1589141559", "1589141559"];
  assert.deepStrictEqual(told({}), [run]);
  assert.deepStrictEqual(told({ run_attempt: 3 }), [
    ["workflow_run/1589141559/attempts/3", "1589141559/attempts/3"],
  ]);
  assert.deepStrictEqual(told({ event: "pull_request", head_branch: "main" }), []);
  assert.deepStrictEqual(told({ event: "merge_group", head_branch: "main" }), []);
  assert.deepStrictEqual(told({ head_branch: "feature" }), []);
  assert.deepStrictEqual(told({ head_branch: "v2.0.1" }), [run]);
  assert.deepStrictEqual(told({ event: "release", head_branch: "spring" }), [run]);
  const branches = { deploy_branches: ["release/*"] };
  assert.deepStrictEqual(told({ head_branch: "main" }, branches), []);
  assert.deepStrictEqual(told({ head_branch: "release/7" }, branches), [run]);
  const events = { deploy_events: ["workflow_dispatch"] };
  assert.deepStrictEqual(told({}, events), []);
  assert.deepStrictEqual(told({ event: "workflow_dispatch" }, events), [run]);
});

Deno.test("meaningOf() hands on that GitHub says an environment is production, or what the job says", () => {
  const given = first("deployment") as Record<string, unknown>;
  const said = (change: Record<string, unknown>, more: Record<string, unknown> = {}) => {
    const deployment = {
      ...z.record(z.string(), z.unknown()).parse(given["deployment"]),
      ...change,
    };
    const payload = { ...given, deployment };
    return meaningOf("deployment", payload, repository, { ...settings, ...more }).groups
      .flatMap(({ items }) => items.map((item) => item["is_production"]));
  };
  assert.deepStrictEqual(said({ environment: "eu", production_environment: true }), [true]);
  // GitHub says false of whatever nobody has said anything of.
  assert.deepStrictEqual(said({ environment: "eu", production_environment: false }), [undefined]);
  const job = { production_environments: ["e*", "live"] };
  assert.deepStrictEqual(said({ environment: "EU" }, job), [true]);
  assert.deepStrictEqual(said({ environment: "us", production_environment: true }, job), [false]);
  assert.deepStrictEqual(said({ environment: "live-2" }, job), [false]);
});

Deno.test("meaningOf() has a sync follow what it cannot tell alone", () => {
  const nudges = (event: string, matches?: (payload: Record<string, unknown>) => boolean) =>
    meaningOf(event, first(event, matches), repository, settings).nudge;
  assert.strictEqual(nudges("push", ({ ref }) => String(ref).startsWith("refs/heads/")), true);
  assert.strictEqual(nudges("push", ({ ref }) => String(ref).startsWith("refs/tags/")), false);
  assert.strictEqual(nudges("pull_request", ({ action }) => action === "closed"), true);
  assert.strictEqual(nudges("pull_request", ({ action }) => action === "labeled"), false);
  assert.strictEqual(nudges("release"), false);
});

Deno.test("meaningOf() refuses a payload that is not what GitHub documents", () => {
  assert.throws(() => meaningOf("push", { ref: 1 }, repository, settings), { name: "ZodError" });
});
