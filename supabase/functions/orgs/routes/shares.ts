import { createRoute, z } from "@hono/zod-openapi";
import { everyone } from "../../_shared/http/access.ts";
import { listOf } from "../../_shared/http/answers.ts";
import {
  type App,
  bodyProblems,
  checked,
  json,
  jsonBody,
  problems,
} from "../../_shared/http/app.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { env } from "../../_shared/http/env.ts";
import { PageQuery } from "../../_shared/http/pagination.ts";
import { createToken, hashToken } from "../../_shared/http/random_token.ts";
import { rpc } from "../../_shared/database/db.ts";
import { managers, organizationProblems } from "../access.ts";
import { openShare } from "../open_share.ts";
import { refusePast } from "../refuse_past.ts";
import { OrganizationPath } from "../schemas.ts";
import { hashPassword } from "../share_password.ts";
import {
  CreatedShareSchema,
  NewShareBody,
  OpenedShareSchema,
  OpenShareBody,
  SharePath,
  ShareSchema,
  SharesSchema,
  StoredSharesSchema,
} from "../share_schemas.ts";

const postRoute = createRoute({
  method: "post",
  path: "/{id}/shares",
  operationId: "createShare",
  tags: ["orgs"],
  summary: "Make a link that shows some tabs to whoever has it",
  description:
    "Over days that stand still or that end yesterday, until it expires, with a password if one is given. Its readers read those tabs " +
    "and days of this organization, no row about one person, and change nothing. Only hashes of its secret and password are kept. " +
    "Owners and admins.",
  ...managers,
  request: { params: OrganizationPath, body: jsonBody(NewShareBody) },
  responses: {
    201: json(CreatedShareSchema, "The link"),
    ...problems(...organizationProblems, ...bodyProblems),
  },
});

const listRoute = createRoute({
  method: "get",
  path: "/{id}/shares",
  operationId: "listShares",
  tags: ["orgs"],
  summary: "An organization's share links, the newest first",
  description: "With how often each was opened. Owners and admins.",
  ...managers,
  request: { params: OrganizationPath, query: PageQuery },
  responses: {
    200: json(SharesSchema, "A page of links"),
    ...problems(...organizationProblems),
  },
});

const deleteRoute = createRoute({
  method: "delete",
  path: "/{id}/shares/{share_id}",
  operationId: "revokeShare",
  tags: ["orgs"],
  summary: "Revoke a share link, at once",
  description: "Whoever has it open reads nothing more. Owners and admins.",
  ...managers,
  request: { params: SharePath },
  responses: { 204: { description: "Revoked" }, ...problems(...organizationProblems) },
});

const openRoute = createRoute({
  method: "post",
  path: "/shares/open",
  operationId: "openShare",
  tags: ["orgs"],
  summary: "Open a share link",
  description:
    "Answers what it shows and a credential for the reads behind that. Wrong, revoked and expired links are the same 404. Wrong " +
    "passwords are counted by link and address, and by link, as failures to sign in are.",
  ...everyone,
  request: { body: jsonBody(OpenShareBody) },
  responses: {
    200: json(OpenedShareSchema, "What it shows"),
    ...problems(
      ...bodyProblems,
      "validation_failed",
      "not_found",
      "password_required",
      "wrong_password",
      "rate_limited",
      "not_ready",
    ),
  },
});

/** Registers the routes of share links. */
export function shares(app: App): void {
  app.openapi(postRoute, async (c) => {
    const { password, ...share } = c.req.valid("json");
    refusePast(share.expires_at, Date.now());
    const secret = createToken();
    const stored = await rpc(callerDb(c), "create_share", {
      p_org_id: c.req.valid("param").id,
      p_share: {
        ...share,
        secret_hash: hashToken(secret),
        password_hash: password === undefined ? null : await hashPassword(password),
      },
    }, ShareSchema);
    const { APP_URL } = env();
    const link = APP_URL === undefined ? null : `${APP_URL}/share/${stored.id}#${secret}`;
    return c.json(checked(CreatedShareSchema, { ...stored, secret, link }), 201);
  });

  app.openapi(listRoute, async (c) => {
    const query = c.req.valid("query");
    const { total_count, shares } = await rpc(callerDb(c), "organization_shares", {
      p_org_id: c.req.valid("param").id,
      p_page: query.page,
      p_page_size: query.page_size,
    }, StoredSharesSchema);
    return c.json(checked(SharesSchema, listOf(query, total_count, shares)), 200);
  });

  app.openapi(deleteRoute, async (c) => {
    const { id, share_id } = c.req.valid("param");
    await rpc(callerDb(c), "revoke_share", { p_org_id: id, p_id: share_id }, z.unknown());
    return c.body(null, 204);
  });

  app.openapi(openRoute, async (c) => {
    const opened = await openShare(c, c.req.valid("json"));
    return c.json(checked(OpenedShareSchema, opened), 200, { "cache-control": "no-store" });
  });
}
