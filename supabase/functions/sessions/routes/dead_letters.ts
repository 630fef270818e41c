import { createRoute, z } from "@hono/zod-openapi";
import { timeField } from "../../_shared/http/fields.ts";
import { type App, checked, json } from "../../_shared/http/app.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { orNull, rpc } from "../../_shared/database/db.ts";
import { aliasOfItems, listOf, listSchema } from "../../_shared/http/answers.ts";
import { PageQuery } from "../../_shared/http/pagination.ts";
import { managers, readProblems } from "../access.ts";
import { OrgQuery } from "../schemas.ts";

const DeadLetterSchema = z.object({
  id: z.int(),
  received_at: timeField,
  source: z.string(),
  reason: z.string(),
  record: z.string().openapi({ description: "As it came, its first 65,536 characters." }),
}).openapi("SessionDeadLetter");
const DeadLettersSchema = listSchema(DeadLetterSchema).extend({
  dead_letters: aliasOfItems(DeadLetterSchema),
}).openapi("SessionDeadLetters");
const StoredSchema = z.object({ total_count: z.int(), dead_letters: z.array(DeadLetterSchema) });

const list = createRoute({
  method: "get",
  path: "/dead-letters",
  operationId: "listSessionDeadLetters",
  tags: ["sessions"],
  summary: "Records that could not be used, and why",
  description:
    "The newest first, for 90 days. For owners and admins: a record may hold anything that was said to a model.",
  ...managers,
  request: { query: z.object({ ...OrgQuery, ...PageQuery.shape }) },
  responses: { 200: json(DeadLettersSchema, "A page of them"), ...readProblems },
});

/** `GET /sessions/dead-letters` */
export function listDeadLetters(app: App): void {
  app.openapi(list, async (c) => {
    const query = c.req.valid("query");
    const { total_count, dead_letters } = await rpc(callerDb(c), "ai_dead_letters", {
      p_org_id: orNull(query.org_id),
      p_page: query.page,
      p_page_size: query.page_size,
    }, StoredSchema);
    const answer = { ...listOf(query, total_count, dead_letters), dead_letters };
    return c.json(checked(DeadLettersSchema, answer), 200);
  });
}
