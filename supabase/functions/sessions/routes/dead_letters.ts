import { createRoute, z } from "@hono/zod-openapi";
import { type App, checked, json } from "../../_shared/http/app.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { orNull, rpc } from "../../_shared/database/db.ts";
import { pageFields, pageOf, PageQuery } from "../../_shared/http/pagination.ts";
import { managers, readProblems } from "../access.ts";
import { OrgQuery } from "../schemas.ts";

const stored = {
  dead_letters: z.array(z.object({
    id: z.int(),
    received_at: z.string(),
    source: z.string(),
    reason: z.string(),
    record: z.string().openapi({ description: "As it came, its first 65,536 characters." }),
  })),
};
const DeadLettersSchema = z.object({ ...pageFields, ...stored }).openapi("SessionDeadLetters");
const StoredSchema = z.object({ total_count: z.int(), ...stored });

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
    return c.json(checked(DeadLettersSchema, { ...pageOf(query, total_count), dead_letters }), 200);
  });
}
