import assert from "node:assert/strict";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { parquetOf } from "../../supabase/functions/analytics/parquet.ts";
import { exportJson, exportNdjson } from "../../supabase/functions/analytics/person_export.ts";
import { csvLines, ndjsonLines, streamOf } from "../../supabase/functions/analytics/table.ts";
import type { Row, Table } from "../../supabase/functions/analytics/types.ts";

async function csvOf(value: string | number | boolean | null): Promise<string | undefined> {
  const lines = await Array.fromAsync(csvLines({ columns: { v: "text" }, rows: [{ v: value }] }));
  return lines[1]?.slice(0, -2);
}

Deno.test("csvLines() keeps spreadsheets from taking text for a formula", async () => {
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
  for (const [text, expected] of cases) assert.strictEqual(await csvOf(text), expected, text);
});

Deno.test("csvLines() leaves numbers alone and quotes as RFC 4180 has it", async () => {
  assert.strictEqual(await csvOf(-1.5), "-1.5");
  assert.strictEqual(await csvOf(null), "");
  assert.strictEqual(await csvOf(true), "true");
  assert.strictEqual(await csvOf('say "hi", twice'), '"say ""hi"", twice"');
  assert.strictEqual(await csvOf("two\nlines"), '"two\nlines"');
  const columns = { a: "integer", b: "text" } as const;
  const lines = await Array.fromAsync(csvLines({ columns, rows: [{ a: 1, b: "x" }, { a: 2 }] }));
  assert.strictEqual(lines.join(""), "a,b\r\n1,x\r\n2,\r\n");
});

Deno.test("a table without rows still has its header as CSV, and no line as NDJSON", async () => {
  const table: Table = { columns: { a: "integer", b: "text" }, rows: [] };
  assert.deepStrictEqual(await Array.fromAsync(csvLines(table)), ["a,b\r\n"]);
  assert.deepStrictEqual(await Array.fromAsync(ndjsonLines(table)), []);
});

Deno.test("ndjsonLines() leaves JSON as it is, with every digit", async () => {
  const columns = { name: "text", given: "json" } as const;
  const rows: Row[] = [{ name: 'say "hi"', given: '{"order": 9007199254740993}' }, { given: null }];
  assert.deepStrictEqual(await Array.fromAsync(ndjsonLines({ columns, rows })), [
    '{"name":"say \\"hi\\"","given":{"order": 9007199254740993}}\n',
    '{"name":null,"given":null}\n',
  ]);
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

const kinds = {
  name: "text",
  n: "integer",
  share: "number",
  is_new: "boolean",
  on: "date",
  at: "time",
} as const;

async function parquet(rows: Row[]) {
  return await new Response(parquetOf({ columns: kinds, rows })).arrayBuffer();
}

Deno.test("parquetOf() keeps values, and what is null", async () => {
  const row = {
    name: "=1+1",
    n: 3,
    share: 1.5,
    is_new: true,
    on: "2026-03-02",
    at: "2026-03-02T10:00:00.123456Z",
  };
  assert.deepStrictEqual(await parquetReadObjects({ file: await parquet([row, {}]) }), [
    {
      ...row,
      n: 3n,
      on: new Date("2026-03-02T00:00:00Z"),
      at: new Date("2026-03-02T10:00:00.123Z"),
    },
    { name: null, n: null, share: null, is_new: null, on: null, at: null },
  ]);
});

Deno.test("parquetOf() has the types of its columns, whatever is in them", async () => {
  const typed = [
    "BYTE_ARRAY UTF8",
    "INT64",
    "DOUBLE",
    "BOOLEAN",
    "INT32 DATE",
    "INT64 TIMESTAMP_MILLIS",
  ];
  for (const rows of [[], [{}], [{ n: 1, share: 2, on: "2026-03-02" }]]) {
    const { schema } = parquetMetadata(await parquet(rows));
    assert.deepStrictEqual(
      schema.slice(1).map(({ type, converted_type }) =>
        [type, converted_type].filter(Boolean).join(" ")
      ),
      typed,
      `${rows.length} rows`,
    );
  }
});

Deno.test("parquetOf() writes a table in groups of rows, only as fast as they are read", async () => {
  let made = 0;
  function* rows(): Generator<Row> {
    for (; made < 100_000; made++) yield { name: `row ${made}`, n: made };
  }
  const reader = parquetOf({ columns: kinds, rows: rows() }).getReader();
  await reader.read();
  assert.ok(made < 50_000, `${made} rows made for the first bytes`);
  await reader.cancel();
  assert.ok(made < 100_000, "it stops when nobody reads on");
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
