import { createRoute } from "@hono/zod-openapi";
import { bodyProblems, checked, createApp, json, jsonBody, problems } from "../_shared/http/app.ts";
import { callerProblems, serviceOrUser } from "../_shared/http/access.ts";
import { callerDb } from "../_shared/http/auth.ts";
import { env } from "../_shared/http/env.ts";
import { invalid, Problem } from "../_shared/http/problem.ts";
import { accessFor } from "./access.ts";
import { databaseCache } from "./cache.ts";
import { personOf, removeConnection, storeConnection } from "./connection.ts";
import { githubProblems } from "./problems.ts";
import { readRepositories, readUser } from "./read.ts";
import {
  ConnectionQuery,
  ConnectionRequest,
  ConnectionSchema,
  GithubRepositoriesSchema,
  GithubUserSchema,
  RepositoriesQuery,
  UserQuery,
} from "./schemas.ts";
import { postWebhook } from "./webhook.ts";

/** GitHub sends no more: it drops a delivery whose payload is larger. */
const webhookLimit = 25 * 1024 * 1024;

export const app = createApp("github", { maxBodyAt: { "/github/webhook": webhookLimit } });

postWebhook(app);

const getUser = createRoute({
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

app.openapi(getUser, async (c) => {
  const access = await accessFor(c.get("caller"), c.req.valid("query").email, new Date());
  return c.json(checked(GithubUserSchema, await readUser(access, databaseCache())), 200);
});

const getRepositories = createRoute({
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

app.openapi(getRepositories, async (c) => {
  const { email, limit } = c.req.valid("query");
  const access = await accessFor(c.get("caller"), email, new Date());
  const cache = databaseCache();
  const [user, repositories] = await Promise.all([
    readUser(access, cache),
    readRepositories(access, cache, limit),
  ]);
  const answer = {
    total_public_repos: user.public_repos,
    returned_count: repositories.length,
    repositories,
  };
  return c.json(checked(GithubRepositoriesSchema, answer), 200);
});

const putConnection = createRoute({
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

app.openapi(putConnection, async (c) => {
  const person = await personOf(callerDb(c), c.req.valid("query").email, true);
  const body = c.req.valid("json");
  const accountRef = await verifiedLogin(body, new Date());
  const stored = await storeConnection(person, {
    accountRef,
    accessToken: body.access_token,
    refreshToken: body.refresh_token ?? null,
    expiresAt: body.expires_at ?? null,
  });
  return c.json(checked(ConnectionSchema, { source_name: "github", ...stored }), 200);
});

const deleteConnection = createRoute({
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

app.openapi(deleteConnection, async (c) => {
  const { email } = c.req.valid("query");
  await removeConnection(await personOf(callerDb(c), email, true));
  return c.body(null, 204);
});

/** The login a new token belongs to. Throws Problem 422 naming the field when it is of no use. */
async function verifiedLogin(
  { access_token: token, expires_at: expiresAt, account_ref: expected }: ConnectionRequest,
  now: Date,
): Promise<string> {
  if (expiresAt && Date.parse(expiresAt) <= now.getTime()) {
    throw invalid("expires_at", "lies in the past");
  }
  const access = { baseUrl: env().GITHUB_API_URL, token, origin: "stored" as const };
  const { username } = await readUser(access, databaseCache()).catch((error: unknown) => {
    const refused = error instanceof Problem && error.code === "github_token_unusable";
    throw refused ? invalid("access_token", "is not accepted by GitHub") : error;
  });
  if (expected && expected.toLowerCase() !== username.toLowerCase()) {
    throw invalid("account_ref", `is not the login of this token, which is ${username}`);
  }
  return username;
}
