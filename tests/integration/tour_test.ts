import assert from "node:assert/strict";
import { testEnv } from "../helpers/stack/api.ts";

Deno.test("README's tour works when pasted, line by line", async (t) => {
  const readme = await Deno.readTextFile(new URL("../../README.md", import.meta.url));
  const tour = /<!-- tour -->\s+```sh\n([\s\S]*?)```/.exec(readme)?.[1];
  assert.ok(tour, "the README has no tour");
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/.local`);
    await Deno.writeTextFile(`${folder}/.local/env`, environmentFile());
    const unique = `ada-${crypto.randomUUID()}@example.com`;
    const output = await bash(tour.replaceAll("ada@example.com", unique), folder);

    await t.step("the reading of the batch that was wrong has its own result", () => {
      assert.match(output, /"index":2,"status":422/);
    });
    await t.step("the tiles are the sums of what was posted", () => {
      assert.match(output, /"sessions":300,"conversions":13,"ig_reach":950,"engagement":61/);
    });
    await t.step("the series fills the silent days", () => {
      assert.match(output, /"2026-11-11","value":0\},\{"date":"2026-11-12","value":120/);
    });
    await t.step("the digest goes out once", () => {
      const runs = [...output.matchAll(/"sent":(\d+)[^}]*?"stored":(\d+)[^}]*?"skipped":(\d+)/g)]
        .map(([, sent, stored, skipped]) => [Number(sent) + Number(stored), Number(skipped)]);
      assert.deepStrictEqual(runs, [[1, 0], [0, 1]]);
    });
    await t.step("a deployment is in DORA's metrics, a session in the week's KPIs", () => {
      assert.match(output, /"metric":"deployment_frequency".*?"value":0\.0\d+/);
      assert.match(output, /"token_efficiency":\{[^}]*"value":\d/);
    });
    await t.step("the API describes itself", () => assert.match(output, /"openapi":\s*"3\.1/));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

async function bash(script: string, cwd: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("bash", {
    args: ["-euo", "pipefail", "-c", script],
    cwd,
  }).output();
  const decoder = new TextDecoder();
  assert.ok(success, `${decoder.decode(stdout)}\n${decoder.decode(stderr)}`);
  return decoder.decode(stdout);
}

function environmentFile(): string {
  return Object.entries({
    SUPABASE_URL: testEnv("TEST_URL"),
    SUPABASE_PUBLISHABLE_KEY: testEnv("TEST_PUBLISHABLE_KEY"),
    SUPABASE_SECRET_KEY: testEnv("TEST_SECRET_KEY"),
    API_SECRET_KEY: testEnv("TEST_API_SECRET_KEY"),
  }).map(([name, value]) => `${name}=${value}\n`).join("");
}
