import { createRoute } from "@hono/zod-openapi";
import { type App, bodyProblems, json, jsonBody, problems } from "../../_shared/http/app.ts";
import { access } from "../../_shared/http/access.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { rpc } from "../../_shared/database/db.ts";
import { managers, organizationProblems } from "../access.ts";
import { OrganizationPath, RetentionBody, RetentionSchema } from "../schemas.ts";

const getRoute = createRoute({
  method: "get",
  path: "/{id}/retention",
  operationId: "getDataRetention",
  tags: ["orgs"],
  summary: "For how many days an organization keeps what",
  description: "By kind, and since when rows are there.",
  ...managers,
  request: { params: OrganizationPath },
  responses: {
    200: json(RetentionSchema, "Days by kind"),
    ...problems(...organizationProblems),
  },
});

const putRoute = createRoute({
  method: "put",
  path: "/{id}/retention",
  operationId: "setDataRetention",
  tags: ["orgs"],
  summary: "Say for how many days an organization keeps what",
  description:
    "Owners. Only what is named changes. What is older is removed from the next night on, a few thousand rows at a time, " +
    "and does not come back; the audit log says how many. Counts by day and hour stay.",
  ...access("service", "user"),
  request: { params: OrganizationPath, body: jsonBody(RetentionBody) },
  responses: {
    200: json(RetentionSchema, "Days by kind, as they are now"),
    ...problems(...organizationProblems, ...bodyProblems),
  },
});

/** Registers `GET` and `PUT /orgs/{id}/retention`. */
export function retention(app: App): void {
  app.openapi(getRoute, async (c) => {
    const args = { p_org_id: c.req.valid("param").id };
    return c.json(await rpc(callerDb(c), "data_retention", args, RetentionSchema), 200);
  });

  app.openapi(putRoute, async (c) => {
    const args = { p_org_id: c.req.valid("param").id, p_days: c.req.valid("json") };
    return c.json(await rpc(callerDb(c), "set_data_retention", args, RetentionSchema), 200);
  });
}
