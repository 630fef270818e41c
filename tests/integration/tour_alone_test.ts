import assert from "node:assert/strict";
import { codeBlocks } from "../../tools/lib/markdown.ts";
import { hasShell, paste, type Shell } from "../helpers/stack/shell.ts";

const readme = await Deno.readTextFile(new URL("../../README.md", import.meta.url));
const tour = codeBlocks(readme).filter((block) => block.run).map(({ text }) => text).join("\n");

for (const shell of ["bash", "zsh"] as const) {
  Deno.test({
    name: `README's tour works when pasted into ${shell}`,
    ignore: !await hasShell(shell),
    fn: (t) => follow(shell, t),
  });
}

/** Pastes the tour with names of its own, so that what it counts is what it sent. */
async function follow(shell: Shell, t: Deno.TestContext): Promise<void> {
  const unique = crypto.randomUUID();
  const output = await paste(
    shell,
    tour.replaceAll("ada@example.com", `ada-${unique}@example.com`)
      .replaceAll(/\b(cart_opened|order_placed)\b/g, `$1_${unique}`),
  );
  await t.step("everything is ready", () => assert.match(output, /^\{"ready":true/m));
  await t.step("the reading of the batch that was wrong has its own result", () => {
    assert.match(output, /"index":3,"status":422/);
  });
  await t.step("the tiles are the sums of what was posted", () => {
    assert.match(output, /"sessions":300,"conversions":13,"ig_reach":950,"engagement":61/);
  });
  await t.step("the series fills the silent days", () => {
    assert.match(output, /"2026-11-11","value":0[^{]*\{"date":"2026-11-12","value":120/);
  });
  await t.step("the digest goes out once", () => {
    const runs = [...output.matchAll(/"sent":(\d+)[^}]*?"stored":(\d+)[^}]*?"skipped":(\d+)/g)]
      .map(([, sent, stored, skipped]) => [Number(sent) + Number(stored), Number(skipped)]);
    assert.deepStrictEqual(runs, [[1, 0], [0, 1]]);
  });
  await t.step("two of three carts become orders, half a minute later", () => {
    const steps = [...output.matchAll(/"event":"(\w+?)_[0-9a-f-]{36}","count":(\d+)/g)];
    assert.deepStrictEqual(steps.map(([, event, count]) => [event, Number(count)]), [
      ["cart_opened", 3],
      ["order_placed", 2],
    ]);
    assert.match(output, /"median_seconds_from_previous":30\b/);
  });
  await t.step("a deployment is in DORA's metrics, a session in the week's KPIs", () => {
    assert.match(output, /"definition":"dora\.deployment_frequency@\d+"/);
    assert.match(output, /"label":"Deployment frequency"[^{]*?"value":0\.\d+/);
    assert.match(output, /"token_efficiency":\{[^}]*"value":\d/);
  });
  await t.step("every answer ends its line", () => {
    assert.doesNotMatch(output, /[\]}][{[]/);
    assert.ok(output.endsWith("\n"), "the last answer does not end its line");
  });
}
