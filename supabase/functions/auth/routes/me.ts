import { createRoute } from "@hono/zod-openapi";
import { type App, bodyProblems, json, jsonBody, problems } from "../../_shared/http/app.ts";
import { access, callerProblems } from "../../_shared/http/access.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { rpc } from "../../_shared/database/db.ts";
import { ProfileChanges, ProfileSchema } from "../schemas.ts";

const getRoute = createRoute({
  method: "get",
  path: "/me",
  operationId: "getMe",
  tags: ["auth"],
  summary: "Who is signed in",
  description: "The person behind the access token.",
  ...access("user"),
  responses: {
    200: json(ProfileSchema, "The signed-in person"),
    ...problems(...callerProblems, "user_not_found"),
  },
});

const patchRoute = createRoute({
  method: "patch",
  path: "/me",
  operationId: "updateMe",
  tags: ["auth"],
  summary: "Change one's own profile",
  description: "Only what is named changes; null forgets age or gender.",
  ...access("user"),
  request: { body: jsonBody(ProfileChanges) },
  responses: {
    200: json(ProfileSchema, "The profile as it is now"),
    ...problems(...callerProblems, ...bodyProblems, "user_not_found", "username_taken"),
  },
});

export function me(app: App): void {
  app.openapi(
    getRoute,
    async (c) => c.json(await rpc(callerDb(c), "my_profile", {}, ProfileSchema), 200),
  );

  app.openapi(patchRoute, async (c) => {
    const changes = { p_changes: c.req.valid("json") };
    return c.json(await rpc(callerDb(c), "update_my_profile", changes, ProfileSchema), 200);
  });
}
