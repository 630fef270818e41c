import { createRoute } from "@hono/zod-openapi";
import { type App, checked, json, problems } from "../../_shared/http/app.ts";
import { callerProblems, serviceOrUser } from "../../_shared/http/access.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { rpc } from "../../_shared/database/db.ts";
import { listOf } from "../../_shared/http/answers.ts";
import { DeliveriesQuery, DeliveriesSchema, StoredDeliveriesSchema } from "../delivery_schemas.ts";

const route = createRoute({
  method: "get",
  path: "/deliveries",
  operationId: "listDigestDeliveries",
  tags: ["digest"],
  summary: "Which digests went out, the latest week first",
  description:
    "What became of each digest of the organization, and the last that the mail provider reported of it. Owners and admins see " +
    "everybody's, others their own.",
  ...serviceOrUser,
  request: { query: DeliveriesQuery },
  responses: {
    200: json(DeliveriesSchema, "A page of digests"),
    ...problems(...callerProblems, "not_found", "validation_failed"),
  },
});

/** `GET /digest/deliveries` */
export function getDeliveries(app: App): void {
  app.openapi(route, async (c) => {
    const query = c.req.valid("query");
    const { total_count, digests } = await rpc(callerDb(c), "digest_log", {
      p_org_id: query.org_id,
      p_page: query.page,
      p_page_size: query.page_size,
    }, StoredDeliveriesSchema);
    return c.json(checked(DeliveriesSchema, listOf(query, total_count, digests)), 200);
  });
}
