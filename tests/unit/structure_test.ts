import assert from "node:assert/strict";
import { circlesOf, type Module, modulesOf } from "../helpers/stack/modules.ts";

/**
 * What holds for the code of every function: no import circle, no import from another function, `app.ts` that only mounts, routes in
 * `routes/`, and types that several files share in `types.ts` or `schemas.ts`.
 */
const functionsFolder = new URL("../../supabase/functions/", import.meta.url);

const modules = await modulesOf(functionsFolder);
const functions = [...new Set(modules.map(({ path }) => folderOf(path)))]
  .filter((name) => name !== "_shared").sort();

Deno.test("no file of a function imports itself by way of others", () => {
  assert.deepStrictEqual(circlesOf(modules).map((circle) => circle.join(" ")), []);
});

Deno.test("no function imports another: what two need is shared", () => {
  const crossing = modules.flatMap(({ path, imports }) =>
    imports.filter(({ from }) => !["_shared", folderOf(path)].includes(folderOf(from)))
      .map(({ from }) => `${path} ${from}`)
  );
  assert.deepStrictEqual(crossing, []);
});

Deno.test("the parts of metrics do not import each other", () => {
  const parts = ["tiles", "dora", "ai"];
  const partOf = (path: string) => parts.find((part) => path.startsWith(`metrics/${part}/`));
  const crossing = modules.flatMap(({ path, imports }) =>
    imports.filter(({ from }) => partOf(path) && partOf(from) && partOf(path) !== partOf(from))
      .map(({ from }) => `${path} ${from}`)
  );
  assert.deepStrictEqual(crossing, []);
});

Deno.test("every function has an index.ts that serves its app.ts", () => {
  const paths = new Set(modules.map(({ path }) => path));
  const missing = functions.flatMap((name) => [`${name}/index.ts`, `${name}/app.ts`])
    .filter((path) => !paths.has(path));
  assert.deepStrictEqual(missing, []);
  for (const { path, text } of modules.filter(({ path }) => path.endsWith("/index.ts"))) {
    const serves = 'import { app } from "./app.ts";\n\nexport default { fetch: app.fetch };\n';
    assert.strictEqual(text, serves, path);
  }
});

Deno.test("app.ts only mounts: it makes no route and asks no database", () => {
  const apps = modules.filter(({ path }) => functions.some((name) => path === `${name}/app.ts`));
  const asks = ({ imports }: Module) =>
    imports.some(({ from }) => from.startsWith("_shared/database/"));
  const busy = apps.filter((one) => makesRoute(one.text) || asks(one));
  assert.deepStrictEqual(busy.map(({ path }) => path), []);
});

Deno.test("a route is made in routes/", () => {
  const elsewhere = modules.filter(({ path, text }) =>
    makesRoute(text) && !path.includes("/routes/")
  );
  assert.deepStrictEqual(elsewhere.map(({ path }) => path), []);
});

Deno.test("a type that several files of a function import is in its types.ts or schemas.ts", () => {
  const importers = new Map<string, Set<string>>();
  for (const { path, imports } of modules) {
    for (const { from, types } of imports.filter(({ from }) => !from.startsWith("_shared"))) {
      for (const type of types.filter(() => !/(types|schemas)\.ts$/.test(from))) {
        const key = `${from} ${type}`;
        importers.set(key, (importers.get(key) ?? new Set()).add(path));
      }
    }
  }
  const shared = [...importers].filter(([, paths]) => paths.size > 1).map(([type]) => type).sort();
  assert.deepStrictEqual(shared, []);
});

const example = (path: string, ...from: string[]): Module => ({
  path,
  text: "",
  imports: from.map((one) => ({ from: one, types: [] })),
});

Deno.test("circlesOf() finds each circle once, in the order of names, and nothing that only leads to one", () => {
  const found = circlesOf([
    example("a/one.ts", "a/two.ts", "a/five.ts"),
    example("a/two.ts", "a/three.ts"),
    example("a/three.ts", "a/one.ts", "a/four.ts"),
    example("a/four.ts", "a/five.ts"),
    example("a/five.ts"),
    example("a/six.ts", "a/one.ts"),
    example("a/self.ts", "a/self.ts"),
  ]);
  assert.deepStrictEqual(found, [["a/one.ts", "a/three.ts", "a/two.ts"], ["a/self.ts"]]);
});

function folderOf(path: string): string {
  return path.split("/")[0] ?? "";
}

function makesRoute(text: string): boolean {
  return /\bcreateRoute\(|\.openapi\(\w+, (async )?\(?c\b/.test(text);
}
