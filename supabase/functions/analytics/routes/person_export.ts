import { createRoute, type RouteConfig, z } from "@hono/zod-openapi";
import { type App, json } from "../../_shared/http/app.ts";
import { formats } from "../../_shared/http/document.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { type Db, rpc } from "../../_shared/database/db.ts";
import { exportJson, exportNdjson, type ReadPage } from "../person_export.ts";
import { readers, reportProblems } from "../report.ts";
import { ExportedEventSchema, OrgIdQuery, PersonParam, PersonSchema } from "../schemas.ts";
import { streamOf } from "../table.ts";

const ExportSchema = z.object({ person: PersonSchema, events: z.array(ExportedEventSchema) })
  .openapi("PersonExport");
const StoredExport = z.object({ org_id: z.string(), person_id: z.int(), person: PersonSchema });

const { 304: _, ...exportProblems } = reportProblems;

// A response without a described type is one that a route may write as it is read.
const responses: RouteConfig["responses"] = {
  200: {
    ...json(ExportSchema, "Everything"),
    ...formats({ ndjson: "application/x-ndjson" }),
  },
  ...exportProblems,
};

const route = createRoute({
  method: "get",
  path: "/persons/{id}/export",
  operationId: "exportPerson",
  tags: ["analytics"],
  summary: "All that is kept of a person",
  description: "Streamed, events the oldest first. That it was handed over is in the audit log.",
  ...readers,
  request: {
    params: PersonParam,
    query: z.object({
      org_id: OrgIdQuery,
      format: z.enum(["json", "ndjson"]).default("json"),
    }),
  },
  responses,
});

/** Events read at once. */
const pageSize = 1000;

/** Registers `GET /analytics/persons/{id}/export`. */
export function exportPerson(app: App): void {
  app.openapi(route, async (c) => {
    const { org_id, format } = c.req.valid("query");
    const db = callerDb(c);
    const args = { p_org_id: org_id, p_person: c.req.valid("param").id };
    const { person, ...found } = await rpc(db, "export_person", args, StoredExport);
    const readPage = pageReader(db, found.org_id, found.person_id);
    const lines = format === "json" ? exportJson(person, readPage) : exportNdjson(person, readPage);
    return new Response(streamOf(lines), {
      headers: {
        "content-type": format === "json" ? "application/json" : "application/x-ndjson",
        "content-disposition": `attachment; filename="person.${format}"`,
        "cache-control": "private, no-store",
      },
    });
  });
}

function pageReader(db: Db, orgId: string, personId: number): ReadPage {
  return (after) =>
    rpc(db, "export_person_events", {
      p_org_id: orgId,
      p_person_id: personId,
      p_limit: pageSize,
      p_after_time: after?.occurred_at,
      p_after_key: after?.event_id,
    }, z.array(ExportedEventSchema));
}
