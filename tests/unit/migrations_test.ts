import assert from "node:assert/strict";
import { newestMigration } from "../../supabase/functions/health/newest_migration.ts";

const folder = new URL("../../supabase/migrations/", import.meta.url);
const files = Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();

Deno.test("newestMigration is the newest file, so that readiness waits for it", () => {
  assert.strictEqual(files.at(-1)?.split("_")[0], newestMigration);
});

Deno.test("every migration has a version of its own and opens with why it exists", async () => {
  const versions = files.map((file) => file.split("_")[0]);
  assert.deepStrictEqual([...new Set(versions)], versions);
  for (const file of files) {
    assert.match(file, /^\d{14}_[a-z0-9_]+\.sql$/);
    const text = await Deno.readTextFile(new URL(file, folder));
    assert.match(text, /^-- [A-Z]/, file);
  }
});

Deno.test("no migration brings along what only tests or this machine need", async () => {
  for (const file of files) {
    // It names the demo logins in order to refuse them.
    if (file.endsWith("_demo_logins.sql")) continue;
    const text = await Deno.readTextFile(new URL(file, folder));
    assert.doesNotMatch(
      text,
      /pgtap|plpgsql_check|livinglytics\.test|127\.0\.0\.1|localhost/i,
      file,
    );
  }
});
