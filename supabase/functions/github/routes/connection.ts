import { createRoute } from "@hono/zod-openapi";
import { callerProblems, serviceOrUser } from "../../_shared/http/access.ts";
import {
  type App,
  bodyProblems,
  checked,
  json,
  jsonBody,
  problems,
} from "../../_shared/http/app.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { foundConnection, personOf, removeConnection, storeConnection } from "../connection.ts";
import {
  ConnectionQuery,
  ConnectionQueryOfAny,
  ConnectionRequest,
  ConnectionSchema,
  FoundConnectionSchema,
} from "../schemas.ts";
import { verifiedLogin } from "../verified_login.ts";

const getRoute = createRoute({
  method: "get",
  path: "/connection",
  operationId: "getGithubConnection",
  tags: ["github"],
  summary: "Which GitHub account is connected",
  description: "Its login and when it was connected; never a token. Null where there is none.",
  ...serviceOrUser,
  request: { query: ConnectionQueryOfAny },
  responses: {
    200: json(FoundConnectionSchema, "The connection"),
    ...problems(...callerProblems, "user_not_found", "validation_failed"),
  },
});

const putRoute = createRoute({
  method: "put",
  path: "/connection",
  operationId: "putGithubConnection",
  tags: ["github"],
  summary: "Connect a GitHub account",
  description:
    "Asks GitHub whose the token is, then stores it encrypted in place of the one before. No route ever answers a " +
    "token. A signed-in user connects their own account, unless they are a viewer.",
  ...serviceOrUser,
  request: { query: ConnectionQuery, body: jsonBody(ConnectionRequest) },
  responses: {
    200: json(ConnectionSchema, "Connected"),
    ...problems(
      ...callerProblems,
      ...bodyProblems,
      "user_not_found",
      "upstream_error",
      "upstream_timeout",
    ),
  },
});

const deleteRoute = createRoute({
  method: "delete",
  path: "/connection",
  operationId: "deleteGithubConnection",
  tags: ["github"],
  summary: "Forget a GitHub account",
  description: "Deletes the stored tokens. Answers the same when there was no connection.",
  ...serviceOrUser,
  request: { query: ConnectionQuery },
  responses: {
    204: { description: "There is no connection any more" },
    ...problems(...callerProblems, "user_not_found", "validation_failed"),
  },
});

/** Registers `GET`, `PUT` and `DELETE /github/connection`. */
export function connection(app: App): void {
  app.openapi(getRoute, async (c) => {
    const person = await personOf(callerDb(c), c.req.valid("query").email);
    const stored = await foundConnection(person);
    const connection = stored && { source_name: "github" as const, ...stored };
    return c.json(checked(FoundConnectionSchema, { connection }), 200);
  });

  app.openapi(putRoute, async (c) => {
    const person = await personOf(callerDb(c), c.req.valid("query").email, true);
    const body = c.req.valid("json");
    const stored = await storeConnection(person, {
      accountRef: await verifiedLogin(body, new Date()),
      accessToken: body.access_token,
      refreshToken: body.refresh_token ?? null,
      expiresAt: body.expires_at ?? null,
    });
    return c.json(checked(ConnectionSchema, { source_name: "github", ...stored }), 200);
  });

  app.openapi(deleteRoute, async (c) => {
    const { email } = c.req.valid("query");
    await removeConnection(await personOf(callerDb(c), email, true));
    return c.body(null, 204);
  });
}
