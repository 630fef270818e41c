import { createRoute, z } from "@hono/zod-openapi";
import { type App, checked, json, problems } from "../../_shared/http/app.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { rpc } from "../../_shared/database/db.ts";
import { listOf } from "../../_shared/http/answers.ts";
import { PageQuery } from "../../_shared/http/pagination.ts";
import { rangeQuery } from "../../_shared/http/query.ts";
import { endParam, startParam } from "../../_shared/http/range.ts";
import { name } from "../../_shared/http/schemas.ts";
import { managers, organizationProblems } from "../access.ts";
import { AuditSchema, OrganizationPath, StoredAuditSchema } from "../schemas.ts";

const time = z.iso.datetime({ offset: true, error: "is not an RFC 3339 time" }).optional();

const AuditQuery = rangeQuery({
  ...PageQuery.shape,
  action: name(100).optional().openapi({
    param: { name: "action", in: "query" },
    example: "api_key.created",
  }),
  object_type: name(50).optional().openapi({
    param: { name: "object_type", in: "query" },
    example: "membership",
  }),
  actor_id: name(64).optional().openapi({
    param: { name: "actor_id", in: "query" },
    description: "A person's or an API key's id.",
  }),
  start: startParam("The first day, in the organization's time zone."),
  end: endParam("The last day, included."),
  from: time.openapi({ param: { name: "from", in: "query" }, description: "From this time on." }),
  to: time.openapi({ param: { name: "to", in: "query" }, description: "Before this time." }),
});

const route = createRoute({
  method: "get",
  path: "/{id}/audit",
  operationId: "listAuditLog",
  tags: ["orgs"],
  summary: "Who did what to which object of an organization, the newest first",
  description: "Owners and admins. Nothing is ever changed or deleted in it.",
  ...managers,
  request: { params: OrganizationPath, query: AuditQuery },
  responses: {
    200: json(AuditSchema, "A page of the audit log"),
    ...problems(...organizationProblems),
  },
});

export function audit(app: App): void {
  app.openapi(route, async (c) => {
    const query = c.req.valid("query");
    const { total_count, entries } = await rpc(callerDb(c), "organization_audit", {
      p_org_id: c.req.valid("param").id,
      p_page: query.page,
      p_page_size: query.page_size,
      p_action: query.action,
      p_object_type: query.object_type,
      p_actor_id: query.actor_id,
      p_start: query.start,
      p_end: query.end,
      p_from: query.from,
      p_to: query.to,
    }, StoredAuditSchema);
    return c.json(checked(AuditSchema, listOf(query, total_count, entries)), 200);
  });
}
