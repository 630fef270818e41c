import { createRoute } from "@hono/zod-openapi";
import { callerProblems, serviceOrUser } from "../../_shared/http/access.ts";
import { type App, checked, json, problems } from "../../_shared/http/app.ts";
import { accessFor } from "../access.ts";
import { databaseCache } from "../cache.ts";
import { githubProblems } from "../problems.ts";
import { readUser } from "../read.ts";
import { GithubUserSchema, UserQuery } from "../schemas.ts";

const route = createRoute({
  method: "get",
  path: "/user",
  operationId: "getGithubUser",
  tags: ["github"],
  summary: "A person's GitHub account",
  description:
    "Read with the person's own token, else with the deployment's `GITHUB_TOKEN`. Members of one " +
    "organization may read each other's account, as they may read each other's numbers.",
  ...serviceOrUser,
  request: { query: UserQuery },
  responses: {
    200: json(GithubUserSchema, "The account"),
    ...problems(...callerProblems, "user_not_found", "validation_failed", ...githubProblems),
  },
});

/** Registers `GET /github/user`. */
export function user(app: App): void {
  app.openapi(route, async (c) => {
    const access = await accessFor(c.get("caller"), c.req.valid("query").email, new Date());
    return c.json(checked(GithubUserSchema, await readUser(access, databaseCache())), 200);
  });
}
