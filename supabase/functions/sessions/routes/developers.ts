import { createRoute, z } from "@hono/zod-openapi";
import { type App, checked, json, jsonBody } from "../../_shared/http/app.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { orNull, rpc } from "../../_shared/database/db.ts";
import { listOf, listSchema } from "../../_shared/http/answers.ts";
import { name } from "../../_shared/http/schemas.ts";
import { changeProblems, managers, readers, readProblems } from "../access.ts";
import { LongPageQuery, OrgQuery } from "../schemas.ts";

const developer = name(200).toLowerCase();
const DeveloperSchema = z.object({
  developer_id: z.string(),
  aliases: z.array(z.string()),
}).openapi("SessionDeveloper", {
  example: { developer_id: "ada@example.com", aliases: ["ada", "ada-laptop"] },
});
const DevelopersSchema = listSchema(DeveloperSchema).openapi("SessionDevelopers");
const StoredSchema = z.object({ total_count: z.int(), items: z.array(DeveloperSchema) });
const DeveloperBody = z.strictObject({
  developer_id: developer,
  aliases: z.array(developer).max(50, "has more than 50 names").openapi({
    description: "In place of those there were; empty, everybody is themselves again.",
  }),
}).openapi("SetSessionDeveloper");

const list = createRoute({
  method: "get",
  path: "/developers",
  operationId: "listSessionDevelopers",
  tags: ["sessions"],
  summary: "Who is known by several names",
  description: "Each with the names that mean them too; whoever has none is left out.",
  ...readers,
  request: { query: z.object({ ...OrgQuery, ...LongPageQuery.shape }) },
  responses: { 200: json(DevelopersSchema, "A page of them, by name"), ...readProblems },
});

const put = createRoute({
  method: "put",
  path: "/developers",
  operationId: "setSessionDeveloper",
  tags: ["sessions"],
  summary: "Say which names mean a developer",
  description:
    "For owners and admins. Sessions under any of the names, past and future, are the developer's from now on; a name that is taken away gets its own back.",
  ...managers,
  request: { query: z.object(OrgQuery), body: jsonBody(DeveloperBody) },
  responses: { 200: json(DeveloperSchema, "The developer"), ...changeProblems },
});

/** `GET` and `PUT /sessions/developers` */
export function developers(app: App): void {
  app.openapi(list, async (c) => {
    const query = c.req.valid("query");
    const { total_count, items } = await rpc(callerDb(c), "ai_developers", {
      p_org_id: orNull(query.org_id),
      p_page: query.page,
      p_page_size: query.page_size,
    }, StoredSchema);
    return c.json(checked(DevelopersSchema, listOf(query, total_count, items)), 200);
  });
  app.openapi(put, async (c) => {
    const { developer_id, aliases } = c.req.valid("json");
    const args = {
      p_org_id: orNull(c.req.valid("query").org_id),
      p_developer_id: developer_id,
      p_aliases: aliases,
    };
    return c.json(await rpc(callerDb(c), "set_ai_developer", args, DeveloperSchema), 200);
  });
}
