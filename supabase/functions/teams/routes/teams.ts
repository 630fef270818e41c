import { createRoute, z } from "@hono/zod-openapi";
import { orNull, rpc } from "../../_shared/database/db.ts";
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
import { keepers, readers, teamProblems } from "../access.ts";
import {
  NewTeamBody,
  StoredTeamsSchema,
  TeamChanges,
  TeamPath,
  TeamSchema,
  TeamsQuery,
  TeamsSchema,
} from "../schemas.ts";

const listRoute = createRoute({
  method: "get",
  path: "/",
  operationId: "listTeams",
  tags: ["teams"],
  summary: "The teams of an organization, with members and repositories",
  description: "By name.",
  ...readers,
  request: { query: TeamsQuery },
  responses: { 200: json(TeamsSchema, "A page of teams"), ...problems(...teamProblems) },
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

const getRoute = createRoute({
  method: "get",
  path: "/{id}",
  operationId: "getTeam",
  tags: ["teams"],
  summary: "One team",
  description: "With its members and repositories.",
  ...readers,
  request: { params: TeamPath },
  responses: { 200: json(TeamSchema, "The team"), ...problems(...teamProblems) },
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

/** Registers `/teams` and `/teams/{id}`. */
export function teams(app: App): void {
  app.openapi(listRoute, async (c) => {
    const query = c.req.valid("query");
    const args = {
      p_org_id: orNull(query.org_id),
      p_page: query.page,
      p_page_size: query.page_size,
    };
    const { total_count, teams } = await rpc(callerDb(c), "teams", args, StoredTeamsSchema);
    return c.json(checked(TeamsSchema, listOf(query, total_count, teams)), 200);
  });

  app.openapi(postRoute, async (c) => {
    const { org_id, name } = c.req.valid("json");
    const args = { p_org_id: orNull(org_id), p_name: name };
    return c.json(await rpc(callerDb(c), "create_team", args, TeamSchema), 201);
  });

  app.openapi(getRoute, async (c) => {
    const args = { p_id: c.req.valid("param").id };
    return c.json(await rpc(callerDb(c), "team", args, TeamSchema), 200);
  });

  app.openapi(patchRoute, async (c) => {
    const args = { p_id: c.req.valid("param").id, p_name: c.req.valid("json").name };
    return c.json(await rpc(callerDb(c), "rename_team", args, TeamSchema), 200);
  });

  app.openapi(deleteRoute, async (c) => {
    await rpc(callerDb(c), "delete_team", { p_id: c.req.valid("param").id }, z.null().optional());
    return c.body(null, 204);
  });
}
