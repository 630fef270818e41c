import { ByteWriter, parquetWriteRows } from "hyparquet-writer";
import type { Cell, ColumnKind, Row, Table } from "./types.ts";

/**
 * A table as an Apache Parquet file, in groups of rows that are written as they fill. The type of a column is the table's word, not its values': a month without any
 * has the types of every other. All are nullable; counts are INT64 (BIGINT), numbers DOUBLE, dates DATE, times TIMESTAMP.
 */
export function parquetOf({ columns, rows }: Table): ReadableStream<Uint8Array> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const sink = new StreamWriter(writable.getWriter());
  const written = parquetWriteRows({
    writer: sink,
    rows: cells(columns, rows),
    columns: Object.keys(columns).map((name) => ({ name })),
    schema: [
      { name: "root", num_children: Object.keys(columns).length },
      ...Object.entries(columns).map(([name, kind]) => ({
        name,
        repetition_type: "OPTIONAL" as const,
        ...types[kind],
      })),
    ],
    rowGroupSize,
  });
  // What goes wrong is the reader's to know, who has the other end.
  Promise.resolve(written).then(() => sink.close(), (error) => sink.abort(error));
  return readable;
}

/** Some ten MB of events at most, and enough for columns to compress. */
const rowGroupSize = 10_000;

const types = {
  text: { type: "BYTE_ARRAY", converted_type: "UTF8" },
  integer: { type: "INT64" },
  number: { type: "DOUBLE" },
  boolean: { type: "BOOLEAN" },
  date: { type: "INT32", converted_type: "DATE" },
  time: { type: "INT64", converted_type: "TIMESTAMP_MILLIS" },
  json: { type: "BYTE_ARRAY", converted_type: "UTF8" },
} as const satisfies Record<ColumnKind, object>;

async function* cells(
  columns: Table["columns"],
  rows: Table["rows"],
): AsyncGenerator<Record<string, unknown>> {
  const entries = Object.entries(columns);
  for await (const row of rows) {
    yield Object.fromEntries(
      entries.map(([name, kind]) => [name, cellOf(kind, (row as Row)[name] ?? null)]),
    );
  }
}

function cellOf(kind: ColumnKind, value: Cell): unknown {
  if (value === null) return null;
  if (kind === "integer") return BigInt(value);
  return kind === "date" || kind === "time" ? new Date(String(value)) : value;
}

/** Hands on what was written whenever a group of rows is whole, and waits until it is taken. */
class StreamWriter extends ByteWriter {
  readonly #out: WritableStreamDefaultWriter<Uint8Array>;

  constructor(out: WritableStreamDefaultWriter<Uint8Array>) {
    super(64 * 1024);
    this.#out = out;
  }

  async flush(): Promise<void> {
    const bytes = this.getBytes().slice();
    this.index = 0;
    await this.#out.write(bytes);
  }

  async close(): Promise<void> {
    await this.flush();
    await this.#out.close();
  }

  async abort(reason: unknown): Promise<void> {
    await this.#out.abort(reason);
  }
}
