import { createRoute } from "@hono/zod-openapi";
import { access, callerProblems } from "../../../_shared/http/access.ts";
import { type App, json, problems } from "../../../_shared/http/app.ts";
import { callerDb } from "../../../_shared/http/auth.ts";
import { rpc } from "../../../_shared/database/db.ts";
import { CatalogQuery, CatalogSchema } from "../schemas.ts";

const route = createRoute({
  method: "get",
  path: "/catalog",
  operationId: "getMetricsCatalog",
  tags: ["metrics"],
  summary: "What each metric means",
  description:
    "Every defined metric; for a person also the ones they have without a definition, and where each was reported.",
  ...access("service", "user", "key:read", "public"),
  request: { query: CatalogQuery },
  responses: {
    200: json(CatalogSchema, "The metrics"),
    ...problems(...callerProblems, "user_not_found", "validation_failed"),
  },
});

/** Registers `GET /metrics/catalog`. */
export function catalog(app: App): void {
  app.openapi(route, async (c) => {
    const metrics = await rpc(
      callerDb(c),
      "metrics_catalog",
      { p_email: c.req.valid("query").email },
      CatalogSchema.shape.metrics,
    );
    return c.json({ metrics }, 200);
  });
}
