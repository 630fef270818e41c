import { createRoute, z } from "@hono/zod-openapi";
import { rpc } from "../../_shared/database/db.ts";
import { type App, problems } from "../../_shared/http/app.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { keepers, teamProblems } from "../access.ts";
import { TeamPath, TeamRepositoryQuery } from "../schemas.ts";

const acts = [
  {
    method: "put",
    operationId: "addTeamRepository",
    summary: "Make a repository one that a team works on",
    isTheirs: true,
  },
  {
    method: "delete",
    operationId: "removeTeamRepository",
    summary: "Make a repository one that a team does not work on",
    isTheirs: false,
  },
] as const;

/** Registers `PUT` and `DELETE /teams/{id}/repositories`. */
export function repositories(app: App): void {
  for (const { method, operationId, summary, isTheirs } of acts) {
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
      const { id } = c.req.valid("param");
      const { repository } = c.req.valid("query");
      const args = { p_id: id, p_repository: repository, p_is_theirs: isTheirs };
      await rpc(callerDb(c), "set_team_repository", args, z.null().optional());
      return c.body(null, 204);
    });
  }
}
