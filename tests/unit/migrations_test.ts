import assert from "node:assert/strict";
import { newestMigration } from "../../supabase/functions/health/newest_migration.ts";
import {
  checksumFaults,
  listedChecksums,
  migrationChecksums,
  parseChecksums,
} from "../../tools/lib/checksums.ts";

const folder = new URL("../../supabase/migrations/", import.meta.url);
const files = Array.from(Deno.readDirSync(folder), ({ name }) => name)
  .filter((name) => name !== "checksums").sort();

Deno.test("newestMigration is the newest file, so that readiness waits for it", () => {
  assert.strictEqual(files.at(-1)?.split("_")[0], newestMigration);
});

Deno.test("every migration has a version of its own and opens with why it exists", async () => {
  const versions = files.map((file) => file.split("_")[0]);
  assert.deepStrictEqual([...new Set(versions)], versions);
  for (const file of files) {
    assert.match(file, /^\d{14}_[a-z0-9_]+\.sql$/);
    const text = await Deno.readTextFile(new URL(file, folder));
    assert.match(text, /^-- (?!DRAFT)[A-Z]/, file);
  }
});

Deno.test("every migration is as it was when it landed", async () => {
  assert.deepStrictEqual(checksumFaults(await listedChecksums(), await migrationChecksums()), []);
});

Deno.test("checksumFaults() names what was edited, added and removed", () => {
  const [one, other] = ["a".repeat(64), "b".repeat(64)];
  const listed = parseChecksums(
    `${one}  1_same.sql\n${one}  2_edited.sql\n${one}  3_removed.sql\n`,
  );
  const found = new Map([["1_same.sql", one], ["2_edited.sql", other], ["4_added.sql", one]]);
  assert.deepStrictEqual(checksumFaults(listed, found), [
    "2_edited.sql was edited after it had landed: add a migration instead",
    "4_added.sql is not in supabase/migrations/checksums",
    "3_removed.sql is in supabase/migrations/checksums and gone",
  ]);
});

Deno.test("parseChecksums() refuses a line that is no checksum and name", () => {
  assert.throws(() => parseChecksums("1_cut.sql\n"), /1_cut\.sql is no checksum and name/);
});
