import { createRoute } from "@hono/zod-openapi";
import { listOf } from "../../_shared/http/answers.ts";
import {
  type App,
  bodyProblems,
  checked,
  json,
  jsonBody,
  problems,
} from "../../_shared/http/app.ts";
import { PageQuery } from "../../_shared/http/pagination.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { rpc } from "../../_shared/database/db.ts";
import { managers, organizationProblems, peopleOnly } from "../access.ts";
import { callerProblems } from "../../_shared/http/access.ts";
import {
  NewOrganizationBody,
  OrganizationChanges,
  OrganizationPath,
  OrganizationSchema,
  OrganizationsSchema,
  StoredOrganizationsSchema,
} from "../schemas.ts";

const postRoute = createRoute({
  method: "post",
  path: "/",
  operationId: "createOrganization",
  tags: ["orgs"],
  summary: "Found an organization and own it",
  description: "Whoever asks becomes its first owner.",
  ...peopleOnly,
  request: { body: jsonBody(NewOrganizationBody) },
  responses: {
    201: json(OrganizationSchema, "The organization"),
    ...problems(...callerProblems, ...bodyProblems),
  },
});

const listRoute = createRoute({
  method: "get",
  path: "/",
  operationId: "listOrganizations",
  tags: ["orgs"],
  summary: "The organizations the signed-in person belongs to, the oldest first",
  description: "With the role in each.",
  ...peopleOnly,
  request: { query: PageQuery },
  responses: {
    200: json(OrganizationsSchema, "A page of organizations"),
    ...problems(...callerProblems, "validation_failed"),
  },
});

const getRoute = createRoute({
  method: "get",
  path: "/{id}",
  operationId: "getOrganization",
  tags: ["orgs"],
  summary: "One organization and its settings",
  description:
    "With the public id under which its dashboards are read without sign-in, if it lets them.",
  ...managers,
  request: { params: OrganizationPath },
  responses: {
    200: json(OrganizationSchema, "The organization"),
    ...problems(...organizationProblems),
  },
});

const patchRoute = createRoute({
  method: "patch",
  path: "/{id}",
  operationId: "updateOrganization",
  tags: ["orgs"],
  summary: "Change an organization's settings",
  description: "Only what is named changes. Owners and admins.",
  ...managers,
  request: { params: OrganizationPath, body: jsonBody(OrganizationChanges) },
  responses: {
    200: json(OrganizationSchema, "The organization as it is now"),
    ...problems(...organizationProblems, ...bodyProblems),
  },
});

export function organizations(app: App): void {
  app.openapi(postRoute, async (c) => {
    const { name, time_zone } = c.req.valid("json");
    const args = { p_name: name, p_time_zone: time_zone };
    return c.json(await rpc(callerDb(c), "create_organization", args, OrganizationSchema), 201);
  });

  app.openapi(listRoute, async (c) => {
    const page = c.req.valid("query");
    const args = { p_page: page.page, p_page_size: page.page_size };
    const mine = await rpc(callerDb(c), "my_organizations", args, StoredOrganizationsSchema);
    const answer = listOf(page, mine.total_count, mine.organizations);
    return c.json(checked(OrganizationsSchema, answer), 200);
  });

  app.openapi(getRoute, async (c) => {
    const args = { p_org_id: c.req.valid("param").id };
    return c.json(await rpc(callerDb(c), "organization", args, OrganizationSchema), 200);
  });

  app.openapi(patchRoute, async (c) => {
    const args = { p_org_id: c.req.valid("param").id, p_changes: c.req.valid("json") };
    return c.json(await rpc(callerDb(c), "update_organization", args, OrganizationSchema), 200);
  });
}
