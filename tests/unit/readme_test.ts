import assert from "node:assert/strict";

const readme = await Deno.readTextFile(new URL("../../README.md", import.meta.url));

Deno.test("README's endpoint table lists every route of the OpenAPI document and no other", async () => {
  const document: { paths: Record<string, Record<string, unknown>> } = JSON.parse(
    await Deno.readTextFile(
      new URL("../../supabase/functions/docs/openapi.json", import.meta.url),
    ),
  );
  const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`)
  );
  const listed = [...readme.matchAll(/^\| `((?:GET|POST|PUT|PATCH|DELETE) \/v1\/[^`]*)`/gm)]
    .map((match) => match[1]);
  assert.deepStrictEqual(listed.toSorted(), routes.toSorted());
});

Deno.test("README's configuration table lists every variable the functions read and no other", async () => {
  const source = await Deno.readTextFile(
    new URL("../../supabase/functions/_shared/http/env.ts", import.meta.url),
  );
  const schema = source.slice(
    source.indexOf("const EnvSchema"),
    source.indexOf("transform((values)"),
  );
  const read = [...schema.matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map((match) => match[1]);
  const table = readme.slice(readme.indexOf("## Configuration"), readme.indexOf("## Deploy"));
  const listed = [...table.matchAll(/^\| `([A-Z_]+)`/gm)].map((match) => match[1]);
  assert.ok(read.length > 10, "the schema was not found");
  assert.deepStrictEqual(listed.toSorted(), read.toSorted());
});

Deno.test("README's two commands use the Deno that CI uses", async () => {
  const ci = await Deno.readTextFile(new URL("../../.ci/run", import.meta.url));
  const versions = new Set(
    [...`${readme}\n${ci}`.matchAll(/deno@(\d+\.\d+\.\d+)/g)].map((match) => match[1]),
  );
  versions.delete("2.1.4"); // what hosted Supabase is compatible with
  assert.deepStrictEqual([...versions], ["2.9.6"]);
});
