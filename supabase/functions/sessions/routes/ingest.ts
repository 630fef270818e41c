import { createRoute, z } from "@hono/zod-openapi";
import { access, callerProblems } from "../../_shared/http/access.ts";
import { type App, bodyProblems, checked, json, problems } from "../../_shared/http/app.ts";
import { destinationOf } from "../../_shared/intake/destination.ts";
import { bodyLimits } from "../../_shared/intake/body.ts";
import { entriesOf, lineTypes } from "../body.ts";
import { anyQuery } from "../../_shared/http/query_names.ts";
import { IngestResult, OrgQuery, SessionRecord } from "../schemas.ts";
import { storeEntries } from "../store.ts";

const record = { $ref: "#/components/schemas/SessionRecord" };
const lines = { type: "string" as const, description: "A record of JSON a line." };

const ingest = createRoute({
  method: "post",
  path: "/ingest",
  operationId: "ingestSessions",
  tags: ["sessions"],
  summary: "Take what was done with models",
  description:
    `One record, an array (up to ${bodyLimits.sessionJson >> 20} MiB) or a line each (up to ${
      bodyLimits.sessionLines >> 20
    } MiB), packed by gzip ` +
    "if you like: the native shape, or what LiteLLM's generic API logger and its JSONL log write. Lines are stored as they " +
    "arrive. A record that cannot be used is kept as a dead letter and costs the others nothing; sending again changes nothing.",
  ...anyQuery,
  ...access("service", "user", "key:ingest"),
  request: {
    query: z.object(OrgQuery),
    // Described, not validated: the body is read as it arrives, by body.ts.
    body: {
      required: true,
      content: {
        "application/json": {
          schema: { anyOf: [record, { type: "array" as const, items: record }] },
        },
        "application/x-ndjson": { schema: lines },
      },
    },
  },
  responses: {
    200: json(IngestResult, "What became of the records"),
    ...problems(...callerProblems, ...bodyProblems, "bad_request", "not_found"),
  },
});

/** The media types that `POST /sessions/ingest` reads. */
export const ingestTypes = ["application/json", ...lineTypes];

/** `POST /sessions/ingest` */
export function ingestSessions(app: App): void {
  app.openAPIRegistry.register("SessionRecord", SessionRecord);
  app.openapi(ingest, async (c) => {
    const to = destinationOf(c, c.req.valid("query").org_id);
    const outcome = await storeEntries(to, entriesOf(c, Date.now()), "ingest");
    return c.json(
      checked(IngestResult, { success: true, accepted: outcome.stored, ...outcome }),
      200,
    );
  });
}
