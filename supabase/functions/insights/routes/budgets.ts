import { createRoute, z } from "@hono/zod-openapi";
import { access, callerProblems } from "../../_shared/http/access.ts";
import {
  type App,
  bodyProblems,
  checked,
  json,
  jsonBody,
  problems,
} from "../../_shared/http/app.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { rpc } from "../../_shared/database/db.ts";
import { listOf } from "../../_shared/http/answers.ts";
import {
  BudgetBody,
  BudgetPath,
  BudgetSchema,
  BudgetsQuery,
  BudgetsSchema,
  OrganizationScope,
  StoredBudgetsSchema,
} from "../schemas.ts";

const managers = access("service", "user", "key:admin");

const postRoute = createRoute({
  method: "post",
  path: "/budgets",
  operationId: "setBudget",
  tags: ["insights"],
  summary: "Set what a team or a developer may spend in a period",
  description:
    "In place of the budget there was for the same team or developer and period. When what was spent in a day, week or month of " +
    "the organization's time zone reaches the limit, its owners and admins get one mail. Owners and admins.",
  ...managers,
  request: { body: jsonBody(BudgetBody) },
  responses: {
    201: json(BudgetSchema, "The budget"),
    ...problems(...callerProblems, ...bodyProblems, "not_found"),
  },
});

const listRoute = createRoute({
  method: "get",
  path: "/budgets",
  operationId: "listBudgets",
  tags: ["insights"],
  summary: "Budgets, with what was spent of them in the running period",
  description: "The spend is of calls whose cost is known.",
  ...access("service", "user", "key:read"),
  request: { query: BudgetsQuery },
  responses: {
    200: json(BudgetsSchema, "A page of budgets, the oldest first"),
    ...problems(...callerProblems, "not_found", "validation_failed"),
  },
});

const deleteRoute = createRoute({
  method: "delete",
  path: "/budgets/{id}",
  operationId: "deleteBudget",
  tags: ["insights"],
  summary: "Delete a budget",
  description: "Owners and admins.",
  ...managers,
  request: { params: BudgetPath, query: OrganizationScope },
  responses: {
    204: { description: "Deleted" },
    ...problems(...callerProblems, "not_found", "validation_failed"),
  },
});

/** Registers the routes of `/insights/budgets`. */
export function budgets(app: App): void {
  app.openapi(postRoute, async (c) => {
    const { org_id, ...budget } = c.req.valid("json");
    const args = { p_org_id: org_id, p_budget: budget };
    return c.json(await rpc(callerDb(c), "set_ai_budget", args, BudgetSchema), 201);
  });

  app.openapi(listRoute, async (c) => {
    const query = c.req.valid("query");
    const args = { p_org_id: query.org_id, p_page: query.page, p_page_size: query.page_size };
    const { total_count, budgets } = await rpc(
      callerDb(c),
      "ai_budgets",
      args,
      StoredBudgetsSchema,
    );
    const answer = { ...listOf(query, total_count, budgets), budgets };
    return c.json(checked(BudgetsSchema, answer), 200);
  });

  app.openapi(deleteRoute, async (c) => {
    const args = { p_org_id: c.req.valid("query").org_id, p_id: c.req.valid("param").id };
    await rpc(callerDb(c), "delete_ai_budget", args, z.unknown());
    return c.body(null, 204);
  });
}
