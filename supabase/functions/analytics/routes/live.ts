import { createRoute, z } from "@hono/zod-openapi";
import { callerProblems } from "../../_shared/http/access.ts";
import { type App, checked, json, problems } from "../../_shared/http/app.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { rpc } from "../../_shared/database/db.ts";
import { timeField as time } from "../../_shared/http/fields.ts";
import { query } from "../../_shared/http/query.ts";
import { readers } from "../report.ts";
import { OrgIdQuery } from "../schemas.ts";

const shown = {
  from: time,
  to: time,
  events: z.int(),
  persons: z.int().openapi({ description: "Distinct ones." }),
  minutes: z.array(z.object({ at: time, events: z.int(), persons: z.int() })).openapi({
    description: "Thirty, the last of them under way.",
  }),
  top: z.array(z.object({ event: z.string(), count: z.int(), last_at: time })).openapi({
    description: "The ten most frequent names.",
  }),
  latest: z.array(z.object({
    event: z.string(),
    occurred_at: time,
    person: z.string().nullable().openapi({ description: "An id of theirs." }),
  })).openapi({ description: "The latest twenty." }),
};
const StoredLive = z.object(shown);
const LiveSchema = z.object({ ...shown, definition: z.string() }).openapi("AnalyticsLive");

const definition = "analytics.live@1";

const route = createRoute({
  method: "get",
  path: "/live",
  operationId: "getLiveEvents",
  tags: ["analytics"],
  summary: "What happened in the last thirty minutes",
  description:
    "Events and persons by minute, the most frequent names and the latest events, by when they happened. Of one name at most the " +
    "latest 20,000.",
  ...readers,
  request: { query: query({ org_id: OrgIdQuery }) },
  responses: {
    200: json(LiveSchema, "The last thirty minutes"),
    ...problems(...callerProblems, "not_found", "validation_failed"),
  },
});

/** Registers `GET /analytics/live`. */
export function live(app: App): void {
  app.openapi(route, async (c) => {
    const args = { p_org_id: c.req.valid("query").org_id };
    const stored = await rpc(callerDb(c), "analytics_live", args, StoredLive);
    return c.json(checked(LiveSchema, { ...stored, definition }), 200);
  });
}
