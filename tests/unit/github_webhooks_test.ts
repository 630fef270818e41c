import assert from "node:assert/strict";
import examples from "@octokit/webhooks-examples" with { type: "json" };
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
      updated_at: "2019-05-15T15:20:18Z",
    }],
  ]);
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
