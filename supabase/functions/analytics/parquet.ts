import { parquetWriteBuffer } from "hyparquet-writer";
import type { Table } from "./types.ts";

/**
 * A table as an Apache Parquet file. Its footer comes last, so unlike the other formats it is made at once. A column is of text, of
 * numbers (double) or of booleans, whichever its values are, and nullable; one without values is of text.
 */
export function parquetOf({ columns, rows }: Table): ArrayBuffer {
  return parquetWriteBuffer({
    columnData: columns.map((name) => {
      const data = rows.map((row) => row[name] ?? null);
      const type = types[typeof data.find((value) => value !== null)] ?? "STRING";
      return { name, data, type, nullable: true };
    }),
  });
}

const types: Record<string, "DOUBLE" | "BOOLEAN"> = { number: "DOUBLE", boolean: "BOOLEAN" };
