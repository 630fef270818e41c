import { createRoute, type RouteConfig, z } from "@hono/zod-openapi";
import { callerDb } from "../../_shared/http/auth.ts";
import type { App } from "../../_shared/http/app.ts";
import { formats } from "../../_shared/http/document.ts";
import { rangeQuery } from "../../_shared/http/query.ts";
import { wholeNumber } from "../../_shared/http/range.ts";
import { rpc } from "../../_shared/database/db.ts";
import { exportColumns, exportedRows } from "../event_export.ts";
import type { ReadEvents } from "../types.ts";
import { readers, reportProblems } from "../report.ts";
import { ExportPageSchema, OrgIdQuery, reportFields } from "../schemas.ts";
import { tableBytes, tableType } from "../table.ts";

const { 304: _, ...exportProblems } = reportProblems;

// A response without a described type is one that a route may write as it is read.
const responses: RouteConfig["responses"] = {
  200: {
    description: "The events",
    ...formats({
      ndjson: "application/x-ndjson",
      csv: "text/csv",
      parquet: "application/vnd.apache.parquet",
      gzip: "application/gzip",
    }),
  },
  ...exportProblems,
};

const route = createRoute({
  method: "get",
  path: "/export",
  operationId: "exportEvents",
  tags: ["analytics"],
  summary: "All raw events of a range",
  description:
    "Streamed, the oldest first, whatever their number. Each row has a `cursor`: a download that was cut, or ended at `limit`, goes on with " +
    "`after` and the cursor of the last row that arrived. Events that arrive meanwhile with a time before it are not in it.",
  ...readers,
  request: {
    query: rangeQuery({
      org_id: OrgIdQuery,
      start: reportFields.start,
      end: reportFields.end,
      format: z.enum(["ndjson", "csv", "parquet"]).default("ndjson").openapi({
        description: "An object a line, CSV with a header, or an Apache Parquet file.",
      }),
      compression: z.enum(["none", "gzip"]).default("none").openapi({
        description: "`gzip` for a file that is compressed, whatever the connection does.",
      }),
      after: z.string().regex(/^\d{1,16}_-?\d{1,10}$/, "is no cursor of an export").optional()
        .openapi({ description: "The cursor of the row before the first." }),
      limit: wholeNumber("", 1, 100_000_000).optional().openapi({
        description: "The most rows; without it all.",
      }),
    }),
  },
  responses,
});

/** Registers `GET /analytics/export`. */
export function exportEvents(app: App): void {
  app.openapi(route, async (c) => {
    const { org_id, start, end, format, compression, after, limit } = c.req.valid("query");
    const db = callerDb(c);
    const range = { p_org_id: org_id, p_start: start, p_end: end };
    const read: ReadEvents = (p_after, p_limit) =>
      rpc(db, "export_events", { ...range, p_after, p_limit }, ExportPageSchema);
    // Read before the answer begins, so that what refuses it has its own status.
    const first = await read(after, 1);
    const isEmpty = first.events.length === 0 && first.next === null;
    const rows = isEmpty ? [] : exportedRows(read, after, limit);
    const bytes = tableBytes({ columns: exportColumns, rows }, format);
    const isPacked = compression === "gzip";
    return new Response(isPacked ? bytes.pipeThrough(gzip()) : bytes, {
      headers: {
        "content-type": isPacked ? "application/gzip" : tableType(format),
        "content-disposition": `attachment; filename="events.${format}${isPacked ? ".gz" : ""}"`,
        "cache-control": "private, no-store",
      },
    });
  });
}

// Typed as what it is in the runtime: the hosted TypeScript and ours differ in how they name its chunks.
function gzip(): TransformStream<Uint8Array, Uint8Array> {
  return new CompressionStream("gzip") as TransformStream<Uint8Array, Uint8Array>;
}
