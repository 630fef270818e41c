import { createRoute, z } from "@hono/zod-openapi";
import { createApiKey } from "../../_shared/http/api_key.ts";
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
import { listOf } from "../../_shared/http/answers.ts";
import { PageQuery } from "../../_shared/http/pagination.ts";
import { managers, organizationProblems } from "../access.ts";
import { refusePast } from "../refuse_past.ts";
import {
  CreatedKeySchema,
  KeyPath,
  KeySchema,
  KeysSchema,
  NewKeyBody,
  RotateBody,
  StoredKeysSchema,
} from "../key_schemas.ts";
import { OrganizationPath } from "../schemas.ts";

const postRoute = createRoute({
  method: "post",
  path: "/{id}/keys",
  operationId: "createKey",
  tags: ["orgs"],
  summary: "Make an API key",
  description:
    "Answers the key, this once: only a keyed hash of it is kept. Owners and admins; an admin key makes keys that are no " +
    "admin's and do not outlive it.",
  ...managers,
  request: { params: OrganizationPath, body: jsonBody(NewKeyBody) },
  responses: {
    201: json(CreatedKeySchema, "The key"),
    ...problems(...organizationProblems, ...bodyProblems),
  },
});

const listRoute = createRoute({
  method: "get",
  path: "/{id}/keys",
  operationId: "listKeys",
  tags: ["orgs"],
  summary: "An organization's API keys, the newest first",
  description: "Owners and admins.",
  ...managers,
  request: { params: OrganizationPath, query: PageQuery },
  responses: {
    200: json(KeysSchema, "A page of keys"),
    ...problems(...organizationProblems),
  },
});

const rotateRoute = createRoute({
  method: "post",
  path: "/{id}/keys/{key_id}/rotate",
  operationId: "rotateKey",
  tags: ["orgs"],
  summary: "Replace an API key by a new one with the same rights",
  description:
    "The old key goes on working for the overlap. It can be rotated once. Owners and admins; an admin key rotates keys that are " +
    "no admin's.",
  ...managers,
  request: {
    params: KeyPath,
    body: { required: false, content: { "application/json": { schema: RotateBody } } },
  },
  responses: {
    201: json(CreatedKeySchema, "The new key"),
    ...problems(...organizationProblems, ...bodyProblems, "conflict"),
  },
});

const deleteRoute = createRoute({
  method: "delete",
  path: "/{id}/keys/{key_id}",
  operationId: "revokeKey",
  tags: ["orgs"],
  summary: "Revoke an API key, at once",
  description: "Owners and admins.",
  ...managers,
  request: { params: KeyPath },
  responses: { 204: { description: "Revoked" }, ...problems(...organizationProblems) },
});

export function keys(app: App): void {
  app.openapi(postRoute, async (c) => {
    const { publishable, ...rights } = c.req.valid("json");
    refusePast(rights.expires_at, Date.now());
    const { key, id, secretHash } = createApiKey(env().API_KEY_SECRET);
    const stored = await rpc(callerDb(c), "create_api_key", {
      p_org_id: c.req.valid("param").id,
      p_key: {
        ...rights,
        publishable: publishable ?? rights.allowed_origins !== undefined,
        id,
        secret_hash: secretHash,
      },
    }, KeySchema);
    return c.json(checked(CreatedKeySchema, { ...stored, key }), 201);
  });

  app.openapi(listRoute, async (c) => {
    const query = c.req.valid("query");
    const { total_count, keys } = await rpc(callerDb(c), "organization_api_keys", {
      p_org_id: c.req.valid("param").id,
      p_page: query.page,
      p_page_size: query.page_size,
    }, StoredKeysSchema);
    return c.json(checked(KeysSchema, listOf(query, total_count, keys)), 200);
  });

  app.openapi(rotateRoute, async (c) => {
    const { id: orgId, key_id: oldId } = c.req.valid("param");
    const { key, id, secretHash } = createApiKey(env().API_KEY_SECRET);
    const stored = await rpc(callerDb(c), "rotate_api_key", {
      p_org_id: orgId,
      p_id: oldId,
      p_new_id: id,
      p_secret_hash: secretHash,
      // Without a body nothing has filled in the default.
      p_overlap: `${RotateBody.parse(c.req.valid("json")).overlap_hours} hours`,
    }, KeySchema);
    return c.json(checked(CreatedKeySchema, { ...stored, key }), 201);
  });

  app.openapi(deleteRoute, async (c) => {
    const { id, key_id } = c.req.valid("param");
    await rpc(callerDb(c), "revoke_api_key", { p_org_id: id, p_id: key_id }, z.unknown());
    return c.body(null, 204);
  });
}
