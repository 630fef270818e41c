import { parquetOf } from "./parquet.ts";
import type { Cell, ColumnKind, Table, TableFormat } from "./types.ts";

const mediaTypes: Record<TableFormat, string> = {
  csv: "text/csv; charset=utf-8; header=present",
  ndjson: "application/x-ndjson",
  parquet: "application/vnd.apache.parquet",
};

/** A table as a download, written while it is read. */
export function tableResponse(
  table: Table,
  format: TableFormat,
  name: string,
  headers: Record<string, string> = {},
): Response {
  return new Response(tableBytes(table, format), {
    headers: {
      ...headers,
      "content-type": mediaTypes[format],
      "content-disposition": `attachment; filename="${name}.${format}"`,
    },
  });
}

/** A table's bytes, made only as fast as they are taken. */
export function tableBytes(table: Table, format: TableFormat): ReadableStream<Uint8Array> {
  if (format === "parquet") return parquetOf(table);
  return streamOf(format === "csv" ? csvLines(table) : ndjsonLines(table));
}

/** The media type of a table. */
export function tableType(format: TableFormat): string {
  return mediaTypes[format];
}

/**
 * CSV as RFC 4180 has it: CRLF, quotes where needed, doubled inside. Text that a spreadsheet would take for a formula gets a
 * leading apostrophe (OWASP, "CSV Injection"); numbers are numbers and stay as they are. Null is empty.
 */
export async function* csvLines({ columns, rows }: Table): AsyncGenerator<string> {
  const names = Object.keys(columns);
  yield `${names.map(csvField).join(",")}\r\n`;
  for await (const row of rows) {
    yield `${names.map((name) => csvField(row[name] ?? null)).join(",")}\r\n`;
  }
}

/** One JSON object a line, members in the order of the columns. */
export async function* ndjsonLines({ columns, rows }: Table): AsyncGenerator<string> {
  const members = Object.entries(columns)
    .map(([name, kind]) => ({ name, kind, label: JSON.stringify(name) }));
  for await (const row of rows) {
    const texts = members.map(({ name, kind, label }) =>
      `${label}:${jsonOf(kind, row[name] ?? null)}`
    );
    yield `{${texts.join(",")}}\n`;
  }
}

function jsonOf(kind: ColumnKind, value: Cell): string {
  return kind === "json" && typeof value === "string" ? value : JSON.stringify(value);
}

/** Bytes of lines, some 64 KiB at a time, made only as fast as they are taken. */
export function streamOf(
  lines: Iterable<string> | AsyncIterable<string>,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const source = Symbol.asyncIterator in lines
    ? lines[Symbol.asyncIterator]()
    : lines[Symbol.iterator]();
  return new ReadableStream({
    async pull(controller) {
      let chunk = "";
      while (chunk.length < chunkLength) {
        const { done, value } = await source.next();
        if (done) {
          if (chunk !== "") controller.enqueue(encoder.encode(chunk));
          controller.close();
          return;
        }
        chunk += value;
      }
      controller.enqueue(encoder.encode(chunk));
    },
    async cancel() {
      await source.return?.();
    },
  });
}

const chunkLength = 64 * 1024;

// Full-width forms are formulas to spreadsheets in East Asian locales.
const formula = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

function csvField(value: Cell): string {
  if (value === null) return "";
  if (typeof value !== "string") return String(value);
  const safe = formula.test(value) ? `'${value}` : value;
  return /[",\r\n\t]|^\s|\s$|^'/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
