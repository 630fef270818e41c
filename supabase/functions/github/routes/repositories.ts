import { createRoute } from "@hono/zod-openapi";
import { callerProblems, serviceOrUser } from "../../_shared/http/access.ts";
import { type App, checked, json, problems } from "../../_shared/http/app.ts";
import { accessFor } from "../access.ts";
import { databaseCache } from "../cache.ts";
import { githubProblems } from "../problems.ts";
import { readRepositories, readUser } from "../read.ts";
import { GithubRepositoriesSchema, RepositoriesQuery } from "../schemas.ts";

const route = createRoute({
  method: "get",
  path: "/repos",
  operationId: "getGithubRepositories",
  tags: ["github"],
  summary: "A person's own public repositories",
  description:
    "Newest update first. Private repositories are left out, whatever the token may see.",
  ...serviceOrUser,
  request: { query: RepositoriesQuery },
  responses: {
    200: json(GithubRepositoriesSchema, "The repositories"),
    ...problems(...callerProblems, "user_not_found", "validation_failed", ...githubProblems),
  },
});

/** Registers `GET /github/repos`. */
export function repositories(app: App): void {
  app.openapi(route, async (c) => {
    const { email, limit } = c.req.valid("query");
    const access = await accessFor(c.get("caller"), email, new Date());
    const cache = databaseCache();
    const [account, listed] = await Promise.all([
      readUser(access, cache),
      readRepositories(access, cache, limit),
    ]);
    const answer = {
      total_public_repos: account.public_repos,
      returned_count: listed.length,
      repositories: listed,
    };
    return c.json(checked(GithubRepositoriesSchema, answer), 200);
  });
}
