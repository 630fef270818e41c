import { createRoute, z } from "@hono/zod-openapi";
import { callerProblems } from "../../_shared/http/access.ts";
import { type App, checked, json, problems } from "../../_shared/http/app.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { rpc } from "../../_shared/database/db.ts";
import { query } from "../../_shared/http/query.ts";
import { wholeNumberOr } from "../../_shared/http/range.ts";
import { name } from "../../_shared/http/schemas.ts";
import { readers } from "../report.ts";
import { OrgIdQuery, PersonSchema } from "../schemas.ts";

const FoundSchema = PersonSchema.extend({
  id: z.string().openapi({ description: "The id that was found." }),
}).openapi("FoundPerson");
const Stored = z.object({ has_more: z.boolean(), persons: z.array(FoundSchema) });
const FoundPersonsSchema = z.object({
  items: z.array(FoundSchema),
  has_more: z.boolean().openapi({ description: "Whether more ids begin so." }),
}).openapi("FoundPersons");

const route = createRoute({
  method: "get",
  path: "/persons",
  operationId: "searchPersons",
  tags: ["analytics"],
  summary: "Persons with an id that begins so",
  description:
    "User ids before anonymous ones; `u:` and `a:` look at one kind. Upper and lower case are different.",
  ...readers,
  request: {
    query: query({
      org_id: OrgIdQuery,
      search: name(258).openapi({
        param: { name: "search", in: "query" },
        description: "How the id begins.",
        example: "demo-",
      }),
      limit: wholeNumberOr(20, "", 1, 100).openapi({
        param: { name: "limit", in: "query" },
        description: "How many ids at most.",
      }),
    }),
  },
  responses: {
    200: json(FoundPersonsSchema, "The persons"),
    ...problems(...callerProblems, "not_found", "validation_failed"),
  },
});

/** Registers `GET /analytics/persons`. */
export function searchPersons(app: App): void {
  app.openapi(route, async (c) => {
    const { org_id, search, limit } = c.req.valid("query");
    const args = { p_search: search, p_org_id: org_id, p_limit: limit };
    const { persons, has_more } = await rpc(callerDb(c), "search_persons", args, Stored);
    return c.json(checked(FoundPersonsSchema, { items: persons, has_more }), 200);
  });
}
