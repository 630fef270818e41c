import assert from "node:assert/strict";
import { codeBlocks } from "../../tools/lib/markdown.ts";
import { hasShell, paste } from "../helpers/stack/shell.ts";

/** The pages with blocks marked `<!-- run -->`, each of which is one script; the README's tour has a test of its own. */
const docs = new URL("../../docs/", import.meta.url);
const pages: { name: string; script: string }[] = [];
for await (const { name } of Deno.readDir(docs)) {
  if (!name.endsWith(".md")) continue;
  const blocks = codeBlocks(await Deno.readTextFile(new URL(name, docs))).filter(({ run }) => run);
  if (blocks.length > 0) pages.push({ name, script: blocks.map(({ text }) => text).join("\n") });
}
pages.sort((a, b) => a.name < b.name ? -1 : 1);

Deno.test("four pages have commands that are run", () => {
  assert.deepStrictEqual(pages.map(({ name }) => name), [
    "delivery.md",
    "front-end.md",
    "sessions.md",
    "tracking.md",
  ]);
});

for (const shell of ["bash", "zsh"] as const) {
  const ignore = !await hasShell(shell);
  for (const { name, script } of pages) {
    Deno.test({
      name: `the commands of docs/${name} work when pasted into ${shell}`,
      ignore,
      fn: async () => {
        // Each run founds an organization of its own, as a reader does; what a command is refused ends it.
        const output = await paste(shell, script);
        assert.ok(output.split("\n").length > 3, output);
      },
    });
  }
}
