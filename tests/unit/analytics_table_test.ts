import assert from "node:assert/strict";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { parquetOf } from "../../supabase/functions/analytics/parquet.ts";
import { exportJson, exportNdjson } from "../../supabase/functions/analytics/person_export.ts";
import { csvLines, ndjsonLines, streamOf } from "../../supabase/functions/analytics/table.ts";
import type { Table } from "../../supabase/functions/analytics/types.ts";

const csvOf = (value: string | number | boolean | null) =>
  [...csvLines({ columns: ["v"], rows: [{ v: value }] })][1]?.slice(0, -2);

Deno.test("csvLines() keeps spreadsheets from taking text for a formula", () => {
  const cases: [string, string][] = [
    ['=HYPERLINK("http://evil.test","click")', `"'=HYPERLINK(""http://evil.test"",""click"")"`],
    ["=1+1", `"'=1+1"`],
    ["+1", `"'+1"`],
    ["-2+3", `"'-2+3"`],
    ["@SUM(A1)", `"'@SUM(A1)"`],
    ["\t=1", `"'\t=1"`],
    ["\r=1", `"'\r=1"`],
    ["\n=1", `"'\n=1"`],
    ["＝1", `"'＝1"`],
    ["a=b", "a=b"],
    ["", ""],
  ];
  for (const [text, expected] of cases) assert.strictEqual(csvOf(text), expected, text);
});

Deno.test("csvLines() leaves numbers alone and quotes as RFC 4180 has it", () => {
  assert.strictEqual(csvOf(-1.5), "-1.5");
  assert.strictEqual(csvOf(null), "");
  assert.strictEqual(csvOf(true), "true");
  assert.strictEqual(csvOf('say "hi", twice'), '"say ""hi"", twice"');
  assert.strictEqual(csvOf("two\nlines"), '"two\nlines"');
  const table: Table = { columns: ["a", "b"], rows: [{ a: 1, b: "x" }, { a: 2 }] };
  assert.strictEqual([...csvLines(table)].join(""), "a,b\r\n1,x\r\n2,\r\n");
});

Deno.test("a table without rows still has its header as CSV, and no line as NDJSON", () => {
  assert.deepStrictEqual([...csvLines({ columns: ["a", "b"], rows: [] })], ["a,b\r\n"]);
  assert.deepStrictEqual([...ndjsonLines({ columns: ["a", "b"], rows: [] })], []);
});

Deno.test("streamOf() takes lines only as fast as they are read, and stops when nobody reads on", async () => {
  let made = 0;
  let stopped = false;
  function* lines() {
    try {
      for (;;) {
        made++;
        yield "x".repeat(1024);
      }
    } finally {
      stopped = true;
    }
  }
  const reader = streamOf(lines()).getReader();
  const { value } = await reader.read();
  assert.ok((value?.length ?? 0) >= 64 * 1024);
  assert.ok(made <= 200, `${made} lines made`);
  await reader.cancel();
  assert.ok(stopped);
});

Deno.test("parquetOf() keeps columns, their types and what is null", async () => {
  const file = parquetOf({
    columns: ["name", "n", "is_new", "nothing"],
    rows: [
      { name: "=1+1", n: 1.5, is_new: true, nothing: null },
      { name: null, n: null, is_new: null },
    ],
  });
  assert.deepStrictEqual(await parquetReadObjects({ file }), [
    { name: "=1+1", n: 1.5, is_new: true, nothing: null },
    { name: null, n: null, is_new: null, nothing: null },
  ]);
  assert.deepStrictEqual(
    parquetMetadata(file).schema.slice(1).map(({ type }) => type),
    ["BYTE_ARRAY", "DOUBLE", "BOOLEAN", "BYTE_ARRAY"],
  );
});

const person = {
  ids: ["u:1"],
  known: true,
  age: null,
  age_group: "unknown" as const,
  gender: "unknown" as const,
  traits: {},
  first_seen_at: null,
  last_seen_at: null,
  created_at: "2026-11-01T00:00:00Z",
};
const event = (n: number) => ({
  event: `e${n}`,
  event_id: String(n),
  occurred_at: "2026-11-01T00:00:00Z",
  day: "2026-11-01",
  sent_at: "2026-11-01T00:00:00Z",
  received_at: "2026-11-01T00:00:00Z",
  clamped: false,
  properties: {},
});

/** Three events in pages of two. */
function readPage(after?: { event_id: string }) {
  const all = [event(1), event(2), event(3)];
  const from = after ? Number(after.event_id) : 0;
  return Promise.resolve(all.slice(from, from + 2));
}

Deno.test("exportJson() joins the pages into one document", async () => {
  const text = await new Response(streamOf(exportJson(person, readPage))).text();
  assert.deepStrictEqual(JSON.parse(text), { person, events: [event(1), event(2), event(3)] });
  const empty = await new Response(streamOf(exportJson(person, () => Promise.resolve([])))).text();
  assert.deepStrictEqual(JSON.parse(empty), { person, events: [] });
});

Deno.test("exportNdjson() has the person first, then one event a line", async () => {
  const text = await new Response(streamOf(exportNdjson(person, readPage))).text();
  const lines = text.trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.deepStrictEqual(lines.map(({ type, event }) => event ?? type), [
    "person",
    "e1",
    "e2",
    "e3",
  ]);
});
