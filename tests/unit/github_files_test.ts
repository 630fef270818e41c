import assert from "node:assert/strict";
import { parse } from "yaml";
import { version } from "../../supabase/functions/_shared/http/version.ts";
import { cliVersion } from "../../tools/supabase_cli.ts";

const folder = new URL("../../.github/", import.meta.url);
const read = (path: string) => Deno.readTextFile(new URL(path, folder));

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, string>;
}

interface Workflow {
  on: Record<string, unknown>;
  permissions: Record<string, string>;
  jobs: Record<string, { uses?: string; needs?: string; steps?: Step[] }>;
}

const [ci, deploy] = await Promise.all(
  ["ci", "deploy"].map(async (name): Promise<Workflow> =>
    parse(await read(`workflows/${name}.yml`))
  ),
);
assert.ok(ci && deploy);

Deno.test("the workflow for CI calls .ci/run", () => {
  const commands = Object.values(ci.jobs).flatMap(({ steps = [] }) => steps.map(({ run }) => run));
  assert.ok(commands.includes("bash .ci/run"), commands.join("\n"));
});

Deno.test("the workflow for deploying waits for CI and uses the CLI that the checks use", () => {
  assert.deepStrictEqual(deploy.on, { push: { tags: ["v*"] } });
  const { verify, deploy: job } = deploy.jobs;
  assert.strictEqual(verify?.uses, "./.github/workflows/ci.yml");
  assert.ok("workflow_call" in ci.on);
  assert.strictEqual(job?.needs, "verify");
  const setup = job.steps?.find(({ uses }) => uses?.startsWith("supabase/setup-cli@"));
  assert.strictEqual(setup?.with?.["version"], cliVersion);
});

Deno.test("every action of others is pinned to a commit, and no workflow may write", () => {
  for (const workflow of [ci, deploy]) {
    assert.deepStrictEqual(workflow.permissions, { contents: "read" });
    for (const { steps = [] } of Object.values(workflow.jobs)) {
      for (const { uses } of steps) {
        if (uses !== undefined) assert.match(uses, /^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
      }
    }
  }
});

Deno.test("a tag is compared with the version where it stands", async () => {
  const [path = ""] = /supabase\/functions\/\S+\.ts/.exec(await read("workflows/deploy.yml")) ?? [];
  const source = await Deno.readTextFile(new URL(`../../${path}`, import.meta.url));
  assert.match(source, new RegExp(`version = "${version}"`));
});

Deno.test("the deploy page names every secret and variable that the workflow reads", async () => {
  const text = await read("workflows/deploy.yml");
  const names = [...text.matchAll(/(?:secrets|vars)\.([A-Z_]+)/g)].map(([, name]) => name);
  const page = await Deno.readTextFile(new URL("../../docs/deploy.md", import.meta.url));
  const listed = [...page.matchAll(/^\| `([A-Z_]+)` +\| (?:secret|variable)/gm)].map(([, name]) =>
    name
  );
  assert.deepStrictEqual(listed.toSorted(), [...new Set(names)].toSorted());
});

Deno.test("issue forms and Renovate's configuration parse, and every form asks for something", async () => {
  for (const name of ["fault", "wish"]) {
    const form: { name: string; body: { type: string; id: string }[] } = parse(
      await read(`ISSUE_TEMPLATE/${name}.yml`),
    );
    const ids = form.body.map(({ id }) => id);
    assert.ok(ids.length > 0);
    assert.deepStrictEqual([...new Set(ids)], ids);
  }
  assert.strictEqual(parse(await read("ISSUE_TEMPLATE/config.yml")).blank_issues_enabled, false);
  JSON.parse(await read("renovate.json"));
});
