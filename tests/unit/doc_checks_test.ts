import assert from "node:assert/strict";
import {
  brokenJson,
  brokenLinks,
  missingFiles,
  type Project,
  undefinedNumbers,
  unknownRoutes,
  unknownTasks,
  unpastable,
} from "../../tools/lib/doc_checks.ts";
import { anchors, codeBlocks, links } from "../../tools/lib/markdown.ts";

Deno.test("codeBlocks() gives language, text, line and whether a test runs it", () => {
  const page = [
    "# Page",
    "<!-- run -->",
    "",
    "```sh",
    "echo one",
    "```",
    "Then:",
    "",
    "```sh",
    "echo two",
    "```",
    "",
    "- in a list",
    "",
    "  ```json",
    "  {}",
    "  ```",
  ].join("\n");
  assert.deepStrictEqual(codeBlocks(page), [
    { language: "sh", run: true, line: 4, text: "echo one\n" },
    { language: "sh", run: false, line: 9, text: "echo two\n" },
    { language: "json", run: false, line: 15, text: "{}\n" },
  ]);
});

Deno.test("anchors() makes of headings what GitHub makes of them", () => {
  const page =
    "# What `start` can do\n## From LiteLLM, or from files\n## Delivery (DORA)\n### A [link](x.md)'s end\n## Delivery (DORA)\n```sh\n# no heading\n```";
  assert.deepStrictEqual([...anchors(page)], [
    "what-start-can-do",
    "from-litellm-or-from-files",
    "delivery-dora",
    "a-links-end",
    "delivery-dora-1",
  ]);
});

Deno.test("links() finds links and pictures, but none in code", () => {
  const page =
    'See [a](a.md#b) and ![c](c.svg "C").\n<img src="d.svg">\n`[x](y)`\n```sh\n[e](f)\n```';
  assert.deepStrictEqual(links(page).map(({ target, line }) => [target, line]), [
    ["a.md#b", 1],
    ["c.svg", 1],
    ["d.svg", 2],
  ]);
});

Deno.test("brokenLinks() wants the file and the heading, and leaves the web alone", () => {
  assert.deepStrictEqual(
    messages(brokenLinks(project({
      "README.md":
        "[ok](docs/a.md#one) [web](https://example.com/x#y) [here](#top)\n# Top\n[no](docs/b.md)",
      "docs/a.md": "# One\n[up](../README.md#top) [no](#two) [out](../../x.md)",
    }))),
    [
      "README.md:3: docs/b.md: there is no docs/b.md",
      "docs/a.md:2: #two: docs/a.md has no heading #two",
      "docs/a.md:2: ../../x.md: there is no ../x.md",
    ],
  );
});

Deno.test("unknownTasks() knows tasks and their options, in blocks and in prose", () => {
  const page =
    "Say `deno task start --port 1` or `deno task stop`.\n```sh\nnpx -y deno@2.9.6 task start \\\n  --colour\ndeno task test --any | grep --x\n```";
  assert.deepStrictEqual(messages(unknownTasks(project({ "a.md": page }))), [
    "a.md:2: task start has no option --colour",
    "a.md:1: there is no task stop",
  ]);
});

Deno.test("unknownRoutes() knows routes in prose and what commands call", () => {
  const page =
    '`GET /v1/orgs/{id}` `GET /v1/orgs/{id}/cats` `POST /v1/orgs/{id}`\n```sh\ncall "$API/orgs/$ORG?x=1"\ncurl https://x/functions/v1/dogs\n```';
  assert.deepStrictEqual(messages(unknownRoutes(project({ "a.md": page }))), [
    "a.md:1: there is no route GET /v1/orgs/{id}/cats",
    "a.md:1: there is no route POST /v1/orgs/{id}",
    "a.md:2: there is no route /v1/dogs",
  ]);
});

Deno.test("missingFiles() looks at paths of the project only", () => {
  const page = "`docs/a.md`, `docs/`, `tools/gone.ts`, `/docs/x`, `supabase/functions/.env`, `a/b`";
  assert.deepStrictEqual(messages(missingFiles(project({ "docs/a.md": page }))), [
    "docs/a.md:1: there is no tools/gone.ts",
  ]);
});

Deno.test("unpastable() refuses what an interactive zsh would not take", () => {
  const page = "```sh\n# Is it there?\necho a # why\necho \"done!\"\necho 'fine!' a#b $#\n```";
  assert.deepStrictEqual(messages(unpastable(project({ "a.md": page }))), [
    "a.md:2: a comment in a command",
    "a.md:3: a comment in a command",
    "a.md:4: ! inside double quotes",
  ]);
});

Deno.test("brokenJson() parses blocks of JSON", () => {
  const page = "```json\n{}\n```\n```json\n{a: 1}\n```\n```ts\n{a: 1}\n```";
  assert.deepStrictEqual(brokenJson(project({ "a.md": page })).map(({ line }) => line), [4]);
});

Deno.test("undefinedNumbers() compares the page with the code both ways", () => {
  const page = "# Numbers\n`tiles.sum@1` and `tiles.old@1`; `a@1` is no id";
  assert.deepStrictEqual(
    messages(undefinedNumbers("n.md", page, new Set(["tiles.sum@1", "dora.new@2"]))),
    ["n.md:1: does not explain dora.new@2", "n.md:2: explains tiles.old@1, which no answer names"],
  );
});

function project(pages: Record<string, string>): Project {
  const files = new Set([...Object.keys(pages), "docs"]);
  return {
    pages: new Map(Object.entries(pages)),
    has: (path) => files.has(path),
    tasks: new Map([["start", new Set(["--port"])], ["test", null]]),
    routes: new Set(["GET /v1/orgs/{id}"]),
  };
}

function messages(complaints: { page: string; line: number; message: string }[]): string[] {
  return complaints.map(({ page, line, message }) => `${page}:${line}: ${message}`);
}
