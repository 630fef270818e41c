import assert from "node:assert/strict";
import { HELP } from "../../local/options.ts";
import { version } from "../../supabase/functions/_shared/http/version.ts";
import { endpointsPage } from "../../tools/lib/endpoints_page.ts";
import type { Document } from "../../tools/lib/openapi_routes.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string) => Deno.readTextFile(new URL(path, root));

Deno.test("the newest version in the changelog is the project's", async () => {
  const versions = [...(await read("CHANGELOG.md")).matchAll(/^## \[(\d+\.\d+\.\d+)\]/gm)];
  assert.strictEqual(versions[0]?.[1], version);
});

Deno.test("the README has no more than 150 lines", async () => {
  assert.ok((await read("README.md")).split("\n").length <= 150);
});

Deno.test("the configuration page lists every variable the functions read and no other", async () => {
  const source = await read("supabase/functions/_shared/http/env.ts");
  const schema = source.slice(
    source.indexOf("const EnvSchema"),
    source.indexOf("transform((values)"),
  );
  const variables = [...schema.matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map((match) => match[1]);
  const page = await read("docs/configuration.md");
  const table = page.slice(
    page.indexOf("## Variables of the functions"),
    page.indexOf("## The local Supabase"),
  );
  const listed = [...table.matchAll(/^\| `([A-Z_]+)`/gm)].map((match) => match[1]);
  assert.ok(variables.length > 10, "the schema was not found");
  assert.deepStrictEqual(listed.toSorted(), variables.toSorted());
});

Deno.test("the configuration page lists every option of `start` that is for everybody", async () => {
  const options = new Set(HELP.match(/--[a-z-]+/g));
  options.delete("--root"); // for the tests of `start` itself
  const listed = [...(await read("docs/configuration.md")).matchAll(/^\| `(--[a-z-]+)/gm)]
    .map((match) => match[1]);
  assert.deepStrictEqual(listed.toSorted(), [...options].sort());
});

Deno.test("the contributing guide lists every task and no other", async () => {
  const { tasks } = JSON.parse(await read("deno.json"));
  const listed = [...(await read("CONTRIBUTING.md")).matchAll(/^\| `deno task ([a-z0-9:]+)`/gm)]
    .map((match) => match[1]);
  assert.deepStrictEqual(listed.toSorted(), Object.keys(tasks).toSorted());
});

Deno.test("documents, workflows and CI use one version of Deno", async () => {
  const texts = await Promise.all(
    ["README.md", "CONTRIBUTING.md", "docs/configuration.md", ".ci/run"].map(read),
  );
  const versions = texts.flatMap((text) =>
    [...text.matchAll(/npx -y deno@(\d+\.\d+\.\d+)/g)].map((match) => match[1])
  );
  assert.deepStrictEqual([...new Set(versions)], ["2.9.6"]);
});

Deno.test("endpointsPage() lists each route once under its tag, with who may call it and what it takes", () => {
  const page = endpointsPage(document);
  assert.match(
    page,
    /^\| \[`GET \/v1\/shop\/\{id\}`\]\(#get-v1shopid\) \| service, user, key `read` or `admin`, public \| One shop \|$/m,
  );
  assert.match(
    page,
    /^\| \[`POST \/v1\/shop`\]\(#post-v1shop\) \| everyone \| Open \\\| found a shop \|$/m,
  );
  assert.match(
    page,
    /^### GET \/v1\/shop\/\{id\}\n\nWhat it sells\.\n\n- `id` \(path, uuid, required\)\n- `page` \(integer 1–100\): Which page\. Default `1`\.\n- `seite` \(integer, deprecated\)\n\n200: The shop\. Problems: 404\.$/m,
  );
  assert.match(
    page,
    /^### POST \/v1\/shop\n\nOpen \| found a shop\.\n\nBody: `Shop` as `application\/json`\. 201: Opened\.$/m,
  );
  assert.doesNotMatch(page, /## empty/);
});

const document: Document = {
  info: { title: "Shops", version: "1.0.0", description: "Shops." },
  tags: [
    { name: "shop", description: "Shops" },
    { name: "empty", description: "Nothing" },
  ],
  components: {
    parameters: {
      Page: {
        name: "page",
        in: "query",
        description: "Which page.",
        schema: { type: "integer", minimum: 1, maximum: 100, default: 1 },
      },
    },
  },
  paths: {
    "/v1/shop": {
      post: {
        tags: ["shop"],
        summary: "Open | found a shop",
        "x-access": ["everyone"],
        requestBody: {
          content: { "application/json": { schema: { $ref: "#/components/schemas/Shop" } } },
        },
        responses: { "201": { description: "Opened" } },
      },
    },
    "/v1/shop/{id}": {
      get: {
        tags: ["shop"],
        summary: "One shop",
        description: "What it sells.",
        "x-access": ["service", "user", "key:read", "key:admin", "public"],
        parameters: [
          { name: "id", in: "path", required: true, schema: { type: "string", format: "uuid" } },
          { $ref: "#/components/parameters/Page" },
          { name: "seite", in: "query", deprecated: true, schema: { type: "integer" } },
        ],
        responses: { "200": { description: "The shop" }, "404": { description: "No shop" } },
      },
    },
  },
};
