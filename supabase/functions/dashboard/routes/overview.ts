import { createRoute } from "@hono/zod-openapi";
import { access, callerProblems } from "../../_shared/http/access.ts";
import { type App, checked, json, problems } from "../../_shared/http/app.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { etagHeader } from "../../_shared/http/document.ts";
import { etagOf, matchesEtag } from "../../_shared/http/etag.ts";
import { rpc } from "../../_shared/database/db.ts";
import { overviewOf } from "../overview.ts";
import { OverviewQuery, OverviewSchema, StoredOverviewSchema } from "../overview_schemas.ts";

const route = createRoute({
  method: "get",
  path: "/overview",
  operationId: "getDashboardOverview",
  tags: ["dashboard"],
  summary: "The first view: what all four pillars say of the same days",
  description:
    "At most four tiles of each pillar with their days, active users as a trend, what was shipped, and at most five findings. The " +
    "numbers are those that the reads of the pillars answer: the first call of a page instead of five. At most 366 days.",
  ...access("service", "user", "key:read", "share"),
  request: { query: OverviewQuery },
  responses: {
    200: { ...json(OverviewSchema, "The first view"), headers: etagHeader },
    304: {
      description: "Nothing changed since the ETag in `If-None-Match`",
      headers: etagHeader,
    },
    ...problems(...callerProblems, "not_found", "validation_failed"),
  },
});

/** Registers `GET /dashboard/overview`. */
export function overview(app: App): void {
  app.openapi(route, async (c) => {
    const { org_id, start, end, compare } = c.req.valid("query");
    const args = { p_org_id: org_id, p_start: start, p_end: end, p_compare: compare };
    const stored = await rpc(callerDb(c), "dashboard_overview", args, StoredOverviewSchema);
    const answer = overviewOf(stored, new Date());
    const etag = etagOf(c.req.url, answer);
    const headers = { etag, "cache-control": "private, no-cache", "vary": "Authorization, apikey" };
    const known = c.req.header("if-none-match");
    if (known !== undefined && matchesEtag(known, etag)) return c.body(null, 304, headers);
    return c.json(checked(OverviewSchema, answer), 200, headers);
  });
}
