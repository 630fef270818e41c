import { createRoute, z } from "@hono/zod-openapi";
import { access, callerProblems } from "../_shared/http/access.ts";
import { bodyProblems, checked, createApp, json, jsonBody, problems } from "../_shared/http/app.ts";
import { callerDb } from "../_shared/http/auth.ts";
import { orNull, rpc } from "../_shared/database/db.ts";
import { pageOf } from "../_shared/http/pagination.ts";
import {
  NewTeamBody,
  StoredTeamsSchema,
  TeamChanges,
  TeamMemberPath,
  TeamPath,
  TeamRepositoryQuery,
  TeamSchema,
  TeamsQuery,
  TeamsSchema,
} from "./schemas.ts";

export const app = createApp("teams");

const readers = access("service", "user", "key:read", "key:admin");
/** Who keeps teams: owners and admins, which SQL decides, keys with the scope `admin`, the service. */
const keepers = access("service", "user", "key:admin");
const teamProblems = [...callerProblems, "validation_failed", "not_found"] as const;
const nothing = z.null().optional();

const listRoute = createRoute({
  method: "get",
  path: "/",
  operationId: "listTeams",
  tags: ["teams"],
  summary: "The teams of an organization, with members and repositories",
  ...readers,
  request: { query: TeamsQuery },
  responses: { 200: json(TeamsSchema, "A page of teams"), ...problems(...teamProblems) },
});

app.openapi(listRoute, async (c) => {
  const query = c.req.valid("query");
  const { total_count, teams } = await rpc(callerDb(c), "teams", {
    p_org_id: orNull(query.org_id),
    p_page: query.page,
    p_page_size: query.page_size,
  }, StoredTeamsSchema);
  return c.json(checked(TeamsSchema, { ...pageOf(query, total_count), teams }), 200);
});

const postRoute = createRoute({
  method: "post",
  path: "/",
  operationId: "createTeam",
  tags: ["teams"],
  summary: "Make a team",
  description: "Owners and admins.",
  ...keepers,
  request: { body: jsonBody(NewTeamBody) },
  responses: {
    201: json(TeamSchema, "The team"),
    ...problems(...teamProblems, ...bodyProblems, "conflict"),
  },
});

app.openapi(postRoute, async (c) => {
  const { org_id, name } = c.req.valid("json");
  const args = { p_org_id: orNull(org_id), p_name: name };
  return c.json(await rpc(callerDb(c), "create_team", args, TeamSchema), 201);
});

const getRoute = createRoute({
  method: "get",
  path: "/{id}",
  operationId: "getTeam",
  tags: ["teams"],
  summary: "One team",
  ...readers,
  request: { params: TeamPath },
  responses: { 200: json(TeamSchema, "The team"), ...problems(...teamProblems) },
});

app.openapi(getRoute, async (c) => {
  const args = { p_id: c.req.valid("param").id };
  return c.json(await rpc(callerDb(c), "team", args, TeamSchema), 200);
});

const patchRoute = createRoute({
  method: "patch",
  path: "/{id}",
  operationId: "renameTeam",
  tags: ["teams"],
  summary: "Rename a team",
  description: "Owners and admins.",
  ...keepers,
  request: { params: TeamPath, body: jsonBody(TeamChanges) },
  responses: {
    200: json(TeamSchema, "The team as it is now"),
    ...problems(...teamProblems, ...bodyProblems, "conflict"),
  },
});

app.openapi(patchRoute, async (c) => {
  const args = { p_id: c.req.valid("param").id, p_name: c.req.valid("json").name };
  return c.json(await rpc(callerDb(c), "rename_team", args, TeamSchema), 200);
});

const deleteRoute = createRoute({
  method: "delete",
  path: "/{id}",
  operationId: "deleteTeam",
  tags: ["teams"],
  summary: "End a team",
  description: "What its members did stays. Owners and admins.",
  ...keepers,
  request: { params: TeamPath },
  responses: { 204: { description: "Ended" }, ...problems(...teamProblems) },
});

app.openapi(deleteRoute, async (c) => {
  await rpc(callerDb(c), "delete_team", { p_id: c.req.valid("param").id }, nothing);
  return c.body(null, 204);
});

for (
  const [method, operationId, summary, isMember] of [
    ["put", "addTeamMember", "Make somebody a member of a team", true],
    ["delete", "removeTeamMember", "Take somebody out of a team", false],
  ] as const
) {
  const route = createRoute({
    method,
    path: "/{id}/members/{login}",
    operationId,
    tags: ["teams"],
    summary,
    description:
      "By the login, or the address, that their commits carry; it need not be known yet. Doing it again changes " +
      "nothing. Owners and admins.",
    ...keepers,
    request: { params: TeamMemberPath },
    responses: { 204: { description: "Done" }, ...problems(...teamProblems) },
  });
  app.openapi(route, async (c) => {
    const { id, login } = c.req.valid("param");
    const args = { p_id: id, p_login: login, p_is_member: isMember };
    await rpc(callerDb(c), "set_team_member", args, nothing);
    return c.body(null, 204);
  });
}

for (
  const [method, operationId, summary, isTheirs] of [
    ["put", "addTeamRepository", "Make a repository one that a team works on", true],
    ["delete", "removeTeamRepository", "Make a repository one that a team does not work on", false],
  ] as const
) {
  const route = createRoute({
    method,
    path: "/{id}/repositories",
    operationId,
    tags: ["teams"],
    summary,
    description:
      "A repository may have several teams. Doing it again changes nothing. Owners and admins.",
    ...keepers,
    request: { params: TeamPath, query: TeamRepositoryQuery },
    responses: { 204: { description: "Done" }, ...problems(...teamProblems) },
  });
  app.openapi(route, async (c) => {
    const { repository } = c.req.valid("query");
    const args = { p_id: c.req.valid("param").id, p_repository: repository, p_is_theirs: isTheirs };
    await rpc(callerDb(c), "set_team_repository", args, nothing);
    return c.body(null, 204);
  });
}
