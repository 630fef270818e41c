import { createRoute } from "@hono/zod-openapi";
import { type App, checked, json, problems } from "../../_shared/http/app.ts";
import { access, callerProblems } from "../../_shared/http/access.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { rpc } from "../../_shared/database/db.ts";
import { StoredTilesSchema, TilesQuery, TilesSchema } from "../schemas.ts";
import { presentTiles } from "../tiles.ts";

const route = createRoute({
  method: "get",
  path: "/tiles",
  operationId: "getDashboardTiles",
  tags: ["dashboard"],
  summary: "The four tiles of an organization, or of one person",
  description:
    "Sums over the window, both ends included, in the organization's days; without a window, over all time, " +
    "with a series of the last 3,660 days. " +
    "A metric that reported nothing is null with the reason `no_data`, never 0.",
  ...access("service", "user", "key:read", "public"),
  request: { query: TilesQuery },
  responses: {
    200: json(TilesSchema, "The tiles"),
    ...problems(...callerProblems, "user_not_found", "validation_failed"),
  },
});

/** Registers `GET /dashboard/tiles`. */
export function tiles(app: App): void {
  app.openapi(route, async (c) => {
    const { org_id, email, start, end, compare } = c.req.valid("query");
    const stored = await rpc(
      callerDb(c),
      "dashboard_tiles",
      { p_email: email, p_start: start, p_end: end, p_compare: compare, p_org_id: org_id },
      StoredTilesSchema,
    );
    return c.json(checked(TilesSchema, presentTiles(stored, new Date())), 200);
  });
}
