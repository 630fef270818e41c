import type { z } from "@hono/zod-openapi";
import type { Database } from "../_shared/database/database.types.ts";
import type { Days, StoredPeriod } from "../_shared/numbers/period.ts";
import type { Total } from "../_shared/numbers/product_metrics.ts";
import type { ExportedEventSchema, ExportPageSchema, PersonSchema, storedHead } from "./schemas.ts";

/** A cell of a table that is downloaded. */
export type Cell = string | number | boolean | null;

/** What a column holds, whether or not it has a value: dates as `YYYY-MM-DD`, times as RFC 3339, JSON as its text. */
export type ColumnKind = "text" | "integer" | "number" | "boolean" | "date" | "time" | "json";

/** A row, by the names of its columns. */
export type Row = Record<string, Cell>;

/** A table: its columns in order, and its rows. */
export interface Table {
  columns: Record<string, ColumnKind>;
  rows: Iterable<Row> | AsyncIterable<Row>;
}

export type TableFormat = "csv" | "ndjson" | "parquet";

/** The state of the data that an answer came from. */
export type State = z.output<typeof storedHead.state>;

/** What every answer of the database begins with. */
export interface Head {
  state: State;
  period: StoredPeriod;
}

type Functions = Database["public"]["Functions"];

/** An SQL function that answers a report. */
export type ReportFunction = Extract<keyof Functions, `analytics_${string}`>;
export type ReportArguments<Name extends ReportFunction> = Functions[Name]["Args"];

/** A read of the database and what becomes of it. */
export interface Report<Name extends ReportFunction, Stored extends Head, Body extends object> {
  rpc: Name;
  definition: string;
  stored: z.ZodType<Stored>;
  answer: z.ZodType;
  /** The report's own members, out of what the database answered. */
  present(stored: Stored): Body;
  /** The numbers that stand for it, and are compared. */
  totals(body: Body): Total[];
  /** The report as a table, for the other formats: all of it, whichever page was asked for. */
  table(body: Body, period: StoredPeriod): Table;
  /** The days a year before, where they are not just the same dates. */
  yearBefore?(period: Days): Days;
  /** For what the data's version says nothing of: the ETag is then made of the answer. */
  isUnversioned?: boolean;
}

export type Person = z.output<typeof PersonSchema>;
export type ExportedEvent = z.output<typeof ExportedEventSchema>;

/** Reads the next events of an export, at most so many: after a cursor, or the first. */
export type ReadEvents = (
  after: string | undefined,
  limit: number,
) => Promise<z.output<typeof ExportPageSchema>>;
