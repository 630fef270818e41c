import { createRoute, z } from "@hono/zod-openapi";
import {
  type App,
  bodyProblems,
  checked,
  json,
  jsonBody,
  problems,
} from "../../_shared/http/app.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { rpc } from "../../_shared/database/db.ts";
import { listOf } from "../../_shared/http/answers.ts";
import { PageQuery } from "../../_shared/http/pagination.ts";
import { managers, organizationProblems, peopleOnly } from "../access.ts";
import {
  MemberPath,
  MemberSchema,
  MembersSchema,
  OrganizationPath,
  RoleBody,
  StoredMembersSchema,
  TransferBody,
} from "../schemas.ts";

const listRoute = createRoute({
  method: "get",
  path: "/{id}/members",
  operationId: "listMembers",
  tags: ["orgs"],
  summary: "The people of an organization, owners first",
  description: "With the address and the role of each.",
  ...managers,
  request: { params: OrganizationPath, query: PageQuery },
  responses: {
    200: json(MembersSchema, "A page of members"),
    ...problems(...organizationProblems),
  },
});

const patchRoute = createRoute({
  method: "patch",
  path: "/{id}/members/{user_id}",
  operationId: "setMemberRole",
  tags: ["orgs"],
  summary: "Change a member's role",
  description:
    "Owners; admins and admin keys too, but not to or from owner. The last owner stays one.",
  ...managers,
  request: { params: MemberPath, body: jsonBody(RoleBody) },
  responses: {
    200: json(MemberSchema, "The member as they are now"),
    ...problems(...organizationProblems, ...bodyProblems, "last_owner"),
  },
});

const deleteRoute = createRoute({
  method: "delete",
  path: "/{id}/members/{user_id}",
  operationId: "removeMember",
  tags: ["orgs"],
  summary: "Remove a member",
  description:
    "Owners; admins and admin keys too, but no owner. The last owner stays. What was posted for the person stays with " +
    "the organization; what is posted from then on is theirs.",
  ...managers,
  request: { params: MemberPath },
  responses: {
    204: { description: "Removed" },
    ...problems(...organizationProblems, "last_owner"),
  },
});

const transferRoute = createRoute({
  method: "post",
  path: "/{id}/transfer",
  operationId: "transferOwnership",
  tags: ["orgs"],
  summary: "Make another member owner, and oneself admin",
  description: "In one step, so that the organization is never without an owner.",
  ...peopleOnly,
  request: { params: OrganizationPath, body: jsonBody(TransferBody) },
  responses: {
    204: { description: "Transferred" },
    ...problems(...organizationProblems, ...bodyProblems),
  },
});

const leaveRoute = createRoute({
  method: "post",
  path: "/{id}/leave",
  operationId: "leaveOrganization",
  tags: ["orgs"],
  summary: "Leave an organization",
  description: "The last owner cannot. Whoever leaves their only one gets one of their own.",
  ...peopleOnly,
  request: { params: OrganizationPath },
  responses: {
    204: { description: "Left" },
    ...problems(...organizationProblems, "last_owner"),
  },
});

export function members(app: App): void {
  app.openapi(listRoute, async (c) => {
    const query = c.req.valid("query");
    const args = {
      p_org_id: c.req.valid("param").id,
      p_page: query.page,
      p_page_size: query.page_size,
    };
    const { total_count, members } = await rpc(
      callerDb(c),
      "organization_members",
      args,
      StoredMembersSchema,
    );
    return c.json(checked(MembersSchema, listOf(query, total_count, members)), 200);
  });

  app.openapi(patchRoute, async (c) => {
    const { id, user_id } = c.req.valid("param");
    const args = { p_org_id: id, p_user_id: user_id, p_role: c.req.valid("json").role };
    return c.json(await rpc(callerDb(c), "set_member_role", args, MemberSchema), 200);
  });

  app.openapi(deleteRoute, async (c) => {
    const { id, user_id } = c.req.valid("param");
    await rpc(callerDb(c), "remove_member", { p_org_id: id, p_user_id: user_id }, nothing);
    return c.body(null, 204);
  });

  app.openapi(transferRoute, async (c) => {
    const { id } = c.req.valid("param");
    const { user_id } = c.req.valid("json");
    await rpc(callerDb(c), "transfer_ownership", { p_org_id: id, p_user_id: user_id }, nothing);
    return c.body(null, 204);
  });

  app.openapi(leaveRoute, async (c) => {
    await rpc(callerDb(c), "leave_organization", { p_org_id: c.req.valid("param").id }, nothing);
    return c.body(null, 204);
  });
}

/** What a function without result answers. */
const nothing = z.unknown();
