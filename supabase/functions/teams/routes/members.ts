import { createRoute, z } from "@hono/zod-openapi";
import { rpc } from "../../_shared/database/db.ts";
import { type App, problems } from "../../_shared/http/app.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { keepers, teamProblems } from "../access.ts";
import { TeamMemberPath } from "../schemas.ts";

const acts = [
  {
    method: "put",
    operationId: "addTeamMember",
    summary: "Make somebody a member of a team",
    isMember: true,
  },
  {
    method: "delete",
    operationId: "removeTeamMember",
    summary: "Take somebody out of a team",
    isMember: false,
  },
] as const;

/** Registers `PUT` and `DELETE /teams/{id}/members/{login}`. */
export function members(app: App): void {
  for (const { method, operationId, summary, isMember } of acts) {
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
      await rpc(callerDb(c), "set_team_member", args, z.null().optional());
      return c.body(null, 204);
    });
  }
}
