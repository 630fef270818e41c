import { createRoute } from "@hono/zod-openapi";
import { access, callerProblems } from "../../../_shared/http/access.ts";
import { type App, checked, json, problems } from "../../../_shared/http/app.ts";
import { callerDb } from "../../../_shared/http/auth.ts";
import { rpc } from "../../../_shared/database/db.ts";
import { pageFrom } from "../../../_shared/http/answers.ts";
import { CatalogQuery, CatalogSchema, StoredCatalogSchema } from "../read_schemas.ts";

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
    const { org_id, email, ...page } = c.req.valid("query");
    const args = { p_email: email, p_org_id: org_id };
    const stored = await rpc(callerDb(c), "metrics_catalog", args, StoredCatalogSchema);
    const metrics = stored.map((metric) => ({ key: metric.metric_name, ...metric }));
    const answer = { ...pageFrom(page, metrics), metrics };
    return c.json(checked(CatalogSchema, answer), 200);
  });
}
