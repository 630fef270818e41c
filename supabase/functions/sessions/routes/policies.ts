import { createRoute, z } from "@hono/zod-openapi";
import { timeField } from "../../_shared/http/fields.ts";
import { type App, checked, json, jsonBody } from "../../_shared/http/app.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { orNull, rpc } from "../../_shared/database/db.ts";
import { aliasOfItems, listOf, listSchema } from "../../_shared/http/answers.ts";
import { name } from "../../_shared/http/schemas.ts";
import { changeProblems, managers, readers, readProblems } from "../access.ts";
import { repositoryName } from "../record.ts";
import { LongPageQuery, OrgQuery } from "../schemas.ts";

const repository = name(200).transform(repositoryName).pipe(z.string().min(1, "is no repository"))
  .openapi({ type: "string", example: "acme/shop" });
const models = z.array(name(200)).min(1, "is empty").max(100, "has more than 100 models").openapi({
  description: "`*` stands for any characters.",
  example: ["claude-sonnet-*"],
});

const PolicySchema = z.object({
  repository: z.string(),
  models: z.array(z.string()),
  updated_at: timeField,
}).openapi("ModelPolicy");
const PoliciesSchema = listSchema(PolicySchema).extend({ policies: aliasOfItems(PolicySchema) })
  .openapi("ModelPolicies");
const StoredSchema = z.object({ total_count: z.int(), items: z.array(PolicySchema) });
const PolicyBody = z.strictObject({ repository, models }).openapi("SetModelPolicy");

const list = createRoute({
  method: "get",
  path: "/policies",
  operationId: "listModelPolicies",
  tags: ["sessions"],
  summary: "Which models the repositories are meant to use",
  description: "What `model_selection_accuracy` is measured by.",
  ...readers,
  request: { query: z.object({ ...OrgQuery, ...LongPageQuery.shape }) },
  responses: { 200: json(PoliciesSchema, "A page of them, by repository"), ...readProblems },
});

const put = createRoute({
  method: "put",
  path: "/policies",
  operationId: "setModelPolicy",
  tags: ["sessions"],
  summary: "Say which models a repository is meant to use",
  description: "For owners and admins. `model_selection_accuracy` is measured by it.",
  ...managers,
  request: { query: z.object(OrgQuery), body: jsonBody(PolicyBody) },
  responses: { 200: json(PolicySchema, "The policy"), ...changeProblems },
});

const remove = createRoute({
  method: "delete",
  path: "/policies",
  operationId: "deleteModelPolicy",
  tags: ["sessions"],
  summary: "End a repository's policy",
  description: "For owners and admins.",
  ...managers,
  request: { query: z.object({ ...OrgQuery, repository }) },
  responses: { 204: { description: "It is no more" }, ...readProblems },
});

/** `GET`, `PUT` and `DELETE /sessions/policies` */
export function policies(app: App): void {
  app.openapi(list, async (c) => {
    const query = c.req.valid("query");
    const { total_count, items } = await rpc(callerDb(c), "ai_model_policies", {
      p_org_id: orNull(query.org_id),
      p_page: query.page,
      p_page_size: query.page_size,
    }, StoredSchema);
    const answer = { ...listOf(query, total_count, items), policies: items };
    return c.json(checked(PoliciesSchema, answer), 200);
  });
  app.openapi(put, async (c) => {
    const { repository, models } = c.req.valid("json");
    const args = {
      p_org_id: orNull(c.req.valid("query").org_id),
      p_repository: repository,
      p_models: models,
    };
    return c.json(await rpc(callerDb(c), "set_ai_model_policy", args, PolicySchema), 200);
  });
  app.openapi(remove, async (c) => {
    const { org_id, repository } = c.req.valid("query");
    const args = { p_org_id: orNull(org_id), p_repository: repository };
    await rpc(callerDb(c), "delete_ai_model_policy", args, z.unknown());
    return c.body(null, 204);
  });
}
