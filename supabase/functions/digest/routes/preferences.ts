import { createRoute } from "@hono/zod-openapi";
import {
  type App,
  bodyProblems,
  checked,
  json,
  jsonBody,
  problems,
} from "../../_shared/http/app.ts";
import { callerProblems, serviceOrUser } from "../../_shared/http/access.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { rpc } from "../../_shared/database/db.ts";
import { invalid } from "../../_shared/http/problem.ts";
import { PreferenceBody, PreferenceQuery, PreferenceSchema } from "../preference_schemas.ts";

const getRoute = createRoute({
  method: "get",
  path: "/preferences",
  operationId: "getDigestPreference",
  tags: ["digest"],
  summary: "Whether a person gets the digest",
  description: "A signed-in user sees their own only.",
  ...serviceOrUser,
  request: { query: PreferenceQuery },
  responses: {
    200: json(PreferenceSchema, "The preference"),
    ...problems(...callerProblems, "user_not_found", "validation_failed"),
  },
});

const putRoute = createRoute({
  method: "put",
  path: "/preferences",
  operationId: "setDigestPreference",
  tags: ["digest"],
  summary: "Turn a person's digest on or off",
  description: "A signed-in user changes their own only. Turning it on forgets why it was off.",
  ...serviceOrUser,
  request: { query: PreferenceQuery, body: jsonBody(PreferenceBody) },
  responses: {
    200: json(PreferenceSchema, "The preference now"),
    ...problems(...callerProblems, ...bodyProblems, "user_not_found"),
  },
});

export function preferences(app: App): void {
  app.openapi(getRoute, async (c) => {
    const { email } = c.req.valid("query");
    const stored = await rpc(
      callerDb(c),
      "digest_preference",
      { p_email: email },
      PreferenceSchema,
    );
    return c.json(stored, 200);
  });

  app.openapi(putRoute, async (c) => {
    const query = c.req.valid("query");
    const body = c.req.valid("json");
    if (query.email !== undefined && body.email !== undefined && query.email !== body.email) {
      throw invalid("email", "differs between query and body");
    }
    const args = { p_enabled: body.enabled, p_email: body.email ?? query.email };
    const stored = await rpc(callerDb(c), "set_digest_preference", args, PreferenceSchema);
    return c.json(checked(PreferenceSchema, stored), 200);
  });
}
