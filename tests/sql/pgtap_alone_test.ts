import assert from "node:assert/strict";
import { sql, sqlScript } from "../helpers/stack/database.ts";

const folder = new URL(".", import.meta.url);
const setup = await Deno.readTextFile(new URL("setup.sql", folder));
const files = Array.from(Deno.readDirSync(folder), ({ name }) => name)
  .filter((name) => name.endsWith(".sql") && name !== "setup.sql")
  .sort();

for (const file of files) {
  Deno.test(`tests/sql/${file} (pgTAP)`, async () => {
    const script = await Deno.readTextFile(new URL(file, folder));
    const results = await sqlScript(`begin;\n${setup}\n${script}\nrollback;`);
    const lines = results.flat().flatMap((row) => String(Object.values(row)[0] ?? "").split("\n"));
    const report = lines.filter((line) => /^(not ok|#)/.test(line)).join("\n");
    const passed = lines.filter((line) => /^ok \d+/.test(line)).length;
    const planned = Number(lines.find((line) => /^1\.\.\d+$/.test(line))?.slice(3));
    assert.ok(!/^not ok/m.test(report), `\n${report}`);
    assert.ok(passed > 0 && passed === planned, `${passed} of ${planned} passed\n${report}`);
  });
}

Deno.test("pgTAP and the tests' own schemas are gone when the tests are", async () => {
  const left = await sql(
    "select nspname from pg_namespace where nspname in ('tap', 'tests') union select extname from pg_extension where extname = 'pgtap'",
  );
  assert.deepStrictEqual(left, []);
});
