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
import { env } from "../../_shared/http/env.ts";
import { createToken, hashToken } from "../../_shared/http/random_token.ts";
import { mailProvider } from "../../_shared/mail/provider.ts";
import { listOf } from "../../_shared/http/answers.ts";
import { PageQuery } from "../../_shared/http/pagination.ts";
import { managers, organizationProblems, peopleOnly } from "../access.ts";
import { callerProblems } from "../../_shared/http/access.ts";
import { deliver } from "../deliver_invitation.ts";
import { limitInvitations } from "../limits.ts";
import {
  AcceptBody,
  InvitationBody,
  InvitationPath,
  InvitationsSchema,
  InvitedSchema,
  OrganizationPath,
  OrganizationSchema,
  StoredInvitationSchema,
  StoredInvitationsSchema,
} from "../schemas.ts";

const postRoute = createRoute({
  method: "post",
  path: "/{id}/invitations",
  operationId: "inviteMember",
  tags: ["orgs"],
  summary: "Invite somebody by e-mail",
  description:
    "Mails a link that works once, for that address, for seven days; inviting again replaces it. Owners; admins and admin keys " +
    "too, but not an owner. When the mail cannot be sent the invitation is revoked.",
  ...managers,
  request: { params: OrganizationPath, body: jsonBody(InvitationBody) },
  responses: {
    201: json(InvitedSchema, "Invited"),
    ...problems(...organizationProblems, ...bodyProblems, "conflict", "upstream_error"),
  },
});

const listRoute = createRoute({
  method: "get",
  path: "/{id}/invitations",
  operationId: "listInvitations",
  tags: ["orgs"],
  summary: "An organization's invitations, the newest first",
  description: "Owners and admins.",
  ...managers,
  request: { params: OrganizationPath, query: PageQuery },
  responses: {
    200: json(InvitationsSchema, "A page of invitations"),
    ...problems(...organizationProblems),
  },
});

const deleteRoute = createRoute({
  method: "delete",
  path: "/{id}/invitations/{invitation_id}",
  operationId: "revokeInvitation",
  tags: ["orgs"],
  summary: "Revoke an invitation",
  description: "Owners and admins.",
  ...managers,
  request: { params: InvitationPath },
  responses: { 204: { description: "Revoked" }, ...problems(...organizationProblems) },
});

const acceptRoute = createRoute({
  method: "post",
  path: "/invitations/accept",
  operationId: "acceptInvitation",
  tags: ["orgs"],
  summary: "Join the organization that invited one",
  description:
    "By the token of the mail, which works once and only for the address it was sent to.",
  ...peopleOnly,
  request: { body: jsonBody(AcceptBody) },
  responses: {
    200: json(OrganizationSchema, "The organization"),
    ...problems(...callerProblems, ...bodyProblems, "not_found"),
  },
});

/** How long an invitation can be accepted, in milliseconds: seven days. */
const invitationLifetime = 7 * 24 * 3600 * 1000;

export function invitations(app: App): void {
  app.openapi(postRoute, async (c) => {
    const { id } = c.req.valid("param");
    const { email, role } = c.req.valid("json");
    await limitInvitations(c.get("caller"));
    const token = createToken();
    const { organization, ...invitation } = await rpc(callerDb(c), "invite_member", {
      p_org_id: id,
      p_email: email,
      p_role: role,
      p_token_hash: hashToken(token),
      p_expires_at: new Date(Date.now() + invitationLifetime).toISOString(),
    }, StoredInvitationSchema);
    const delivery = await deliver(callerDb(c), { ...invitation, organization }, token, {
      provider: mailProvider(),
      appUrl: env().APP_URL ?? null,
    });
    return c.json(checked(InvitedSchema, { ...invitation, ...delivery }), 201);
  });

  app.openapi(listRoute, async (c) => {
    const query = c.req.valid("query");
    const args = {
      p_org_id: c.req.valid("param").id,
      p_page: query.page,
      p_page_size: query.page_size,
    };
    const { total_count, invitations } = await rpc(
      callerDb(c),
      "organization_invitations",
      args,
      StoredInvitationsSchema,
    );
    return c.json(checked(InvitationsSchema, listOf(query, total_count, invitations)), 200);
  });

  app.openapi(deleteRoute, async (c) => {
    const { id, invitation_id } = c.req.valid("param");
    const args = { p_org_id: id, p_invitation_id: invitation_id };
    await rpc(callerDb(c), "revoke_invitation", args, z.unknown());
    return c.body(null, 204);
  });

  app.openapi(acceptRoute, async (c) => {
    const args = { p_token_hash: hashToken(c.req.valid("json").token) };
    return c.json(await rpc(callerDb(c), "accept_invitation", args, OrganizationSchema), 200);
  });
}
