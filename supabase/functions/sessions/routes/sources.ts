import { createRoute, z } from "@hono/zod-openapi";
import { timeField as time } from "../../_shared/http/fields.ts";
import { type App, checked, json } from "../../_shared/http/app.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { orNull, rpc } from "../../_shared/database/db.ts";
import { readers, readProblems } from "../access.ts";
import { OrgQuery } from "../schemas.ts";
import { missingSettings, reasonOf } from "../sources.ts";

const signal = z.enum(["traces", "logs", "metrics", "ingest"]);
const counts = {
  signal,
  received: z.int().openapi({ description: "Spans, log records, metrics or records that came." }),
  calls: z.int().openapi({ description: "Calls that were stored of them." }),
  calls_without_tokens: z.int().openapi({
    description: "Calls that did not say how many tokens they took, repetitions included.",
  }),
  rejected: z.int().openapi({ description: "That are in the dead letters." }),
  last_seen: time,
};
const head = { program: z.string(), version: z.string().nullable(), calls: z.int() };
const seen = { first_seen: time, last_seen: time };

const StoredSchema = z.object({
  items: z.array(z.object({
    ...head,
    ...seen,
    signals: z.array(z.object({
      ...counts,
      left_out: z.record(z.string(), z.int()),
      facts: z.array(z.string()),
    })),
  })),
});
const SourcesSchema = z.object({
  items: z.array(z.object({
    ...head,
    ...seen,
    signals: z.array(z.object({
      ...counts,
      left_out: z.array(z.object({ kind: z.string(), count: z.int(), reason: z.string() })).openapi(
        { description: "What nothing was made of, by kind, the most first." },
      ),
    })),
    missing: z.array(z.object({ setting: z.string(), why: z.string() })).openapi({
      description: "Settings that the program seems to lack, by what it has sent.",
    }),
  })),
}).openapi("SessionSources");

const list = createRoute({
  method: "get",
  path: "/sources",
  operationId: "listSessionSources",
  tags: ["sessions"],
  summary: "Which programs send what, and which setting is missing",
  description:
    "By program and version (`service.name` and `service.version`; the tool of ingested records), the latest first, 200 at most: what came by which signal, how many calls were stored, what was left and why.",
  ...readers,
  request: { query: z.object(OrgQuery) },
  responses: { 200: json(SourcesSchema, "The programs"), ...readProblems },
});

/** `GET /sessions/sources` */
export function listSources(app: App): void {
  app.openapi(list, async (c) => {
    const args = { p_org_id: orNull(c.req.valid("query").org_id) };
    const { items } = await rpc(callerDb(c), "ai_sources", args, StoredSchema);
    const answer = {
      items: items.map(({ signals, ...source }) => ({
        ...source,
        signals: signals.map(({ left_out, facts: _, ...one }) => ({
          ...one,
          left_out: Object.entries(left_out)
            .map(([kind, count]) => ({
              kind,
              count,
              reason: reasonOf(source.program, one.signal, kind),
            }))
            .sort((a, b) => b.count - a.count),
        })),
        missing: missingSettings(source.program, signals),
      })),
    };
    return c.json(checked(SourcesSchema, answer), 200);
  });
}
