import { createClient } from "@hey-api/openapi-ts";
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import openapiTypescript, { astToString } from "openapi-typescript";
import ts from "typescript";

const document = new URL("../../supabase/functions/docs/openapi.json", import.meta.url);
const usages = new URL("../fixtures/clients/", import.meta.url);
const options: ts.CompilerOptions = {
  strict: true,
  noUncheckedIndexedAccess: true,
  noImplicitOverride: true,
  exactOptionalPropertyTypes: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
  types: [],
  noEmit: true,
  // What the generators themselves bring along is theirs to check.
  skipLibCheck: true,
};

Deno.test("openapi-typescript makes a client of the document that type-checks, as its use does", async () => {
  await using folder = await workshop();
  const types = astToString(await openapiTypescript(document));
  await Deno.writeTextFile(`${folder.path}/openapi_typescript.ts`, types);
  assert.deepStrictEqual(await typeFaults(folder.path, "openapi_fetch"), []);
});

Deno.test("@hey-api/openapi-ts makes a client of the document that type-checks, as its use does", async () => {
  await using folder = await workshop();
  await createClient({
    input: fileURLToPath(document),
    output: `${folder.path}/hey_api_client`,
    logs: { level: "silent" },
  });
  assert.deepStrictEqual(
    await typeFaults(folder.path, "hey_api", { exactOptionalPropertyTypes: false }),
    [],
  );
});

/** A folder of this repository's, where generated code finds the packages it imports. */
async function workshop() {
  const parent = fileURLToPath(new URL("../../.local/", import.meta.url));
  await Deno.mkdir(parent, { recursive: true });
  const path = await Deno.makeTempDir({ dir: parent, prefix: "client-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/** What the compiler has against a use of a generated client, and against the client. */
async function typeFaults(
  folder: string,
  usage: string,
  more: ts.CompilerOptions = {},
): Promise<string[]> {
  const file = `${folder}/${usage}.ts`;
  await Deno.copyFile(new URL(`${usage}.ts.txt`, usages), file);
  const program = ts.createProgram([file], { ...options, ...more });
  return ts.getPreEmitDiagnostics(program).slice(0, 20).map(({ file, messageText }) =>
    `${file?.fileName.slice(folder.length) ?? ""}: ${
      ts.flattenDiagnosticMessageText(messageText, "\n")
    }`
  );
}
