import assert from "node:assert/strict";
import { schemaFiles, schemaScript } from "../../tools/lib/schemas.ts";

const supabase = new URL("../../supabase/", import.meta.url);

/** Runs `check` on a project with these files below `supabase/` that config.toml names by these patterns. */
async function inProject(
  files: Record<string, string>,
  patterns: string[],
  check: (root: string) => Promise<void>,
): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    const paths = JSON.stringify(patterns);
    await Deno.mkdir(`${root}/supabase/schemas`, { recursive: true });
    await Deno.writeTextFile(
      `${root}/supabase/config.toml`,
      `[db.migrations]\nschema_paths = ${paths}\n`,
    );
    for (const [path, text] of Object.entries(files)) {
      await Deno.mkdir(`${root}/supabase/schemas/${path.split("/")[0]}`, { recursive: true });
      await Deno.writeTextFile(`${root}/supabase/schemas/${path}`, text);
    }
    await check(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

const project = {
  "20_b/a.sql": "select 3;\n",
  "10_a/b.sql": "select 2;\n",
  "10_a/c.sql": "select 1;\n",
};

Deno.test("schemaFiles() takes files where the first pattern names them, by name within one", async () => {
  await inProject(
    project,
    ["./schemas/10_a/c.sql", "./schemas/10_a/*.sql", "./schemas/*/*.sql"],
    async (root) => {
      assert.deepStrictEqual(await schemaFiles(root), [
        "schemas/10_a/c.sql",
        "schemas/10_a/b.sql",
        "schemas/20_b/a.sql",
      ]);
      assert.strictEqual(
        await schemaScript(root),
        "set local check_function_bodies = off;\n\n" +
          "-- schemas/10_a/c.sql\n\nselect 1;\n\n" +
          "-- schemas/10_a/b.sql\n\nselect 2;\n\n" +
          "-- schemas/20_b/a.sql\n\nselect 3;\n",
      );
    },
  );
});

Deno.test("schemaFiles() refuses a file that is named by none, and a pattern that names none", async () => {
  await inProject(project, ["./schemas/10_a/*.sql"], async (root) => {
    await assert.rejects(schemaFiles(root), /schema_paths names no schemas\/20_b\/a\.sql/);
  });
  await inProject(project, ["./schemas/*/*.sql", "./schemas/30_c/*.sql"], async (root) => {
    await assert.rejects(schemaFiles(root), /\.\/schemas\/30_c\/\*\.sql names no file/);
  });
});

Deno.test("every schema file says on top what it is about, is short, and makes each object once", async () => {
  for (const file of await schemaFiles()) {
    const text = await Deno.readTextFile(new URL(file, supabase));
    assert.match(text, /^-- [A-Z]/, file);
    assert.ok(text.split("\n").length <= 301, `${file} is too long`);
    assert.doesNotMatch(text, /create or replace|^drop |^alter table \S+ (add|drop|alter)/m, file);
  }
});

Deno.test("the schema brings along nothing that only tests or this machine need", async () => {
  for (const file of await schemaFiles()) {
    // It names the demo logins in order to refuse them.
    if (file === "schemas/10_tenancy/demo_logins.sql") continue;
    const text = await Deno.readTextFile(new URL(file, supabase));
    assert.doesNotMatch(
      text,
      /pgtap|plpgsql_check|livinglytics\.test|127\.0\.0\.1|localhost/i,
      file,
    );
  }
});
