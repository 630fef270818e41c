import { createRoute } from "@hono/zod-openapi";
import { type App, checked, json, problems } from "../../_shared/http/app.ts";
import { callerProblems, serviceOnly } from "../../_shared/http/access.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { rpc } from "../../_shared/database/db.ts";
import { listOf } from "../../_shared/http/answers.ts";
import { PageQuery } from "../../_shared/http/pagination.ts";
import { RunsSchema, StoredRunsSchema } from "../run_schemas.ts";

const route = createRoute({
  method: "get",
  path: "/runs",
  operationId: "listDigestRuns",
  tags: ["digest"],
  summary: "The calls that worked on digests, the newest first",
  description: "What each call of `POST /digest/weekly` sent, stored, skipped and failed at.",
  ...serviceOnly,
  request: { query: PageQuery },
  responses: {
    200: json(RunsSchema, "A page of runs"),
    ...problems(...callerProblems, "validation_failed"),
  },
});

export function getRuns(app: App): void {
  app.openapi(route, async (c) => {
    const query = c.req.valid("query");
    const args = { p_page: query.page, p_page_size: query.page_size };
    const { total_count, runs } = await rpc(
      callerDb(c),
      "digest_runs_page",
      args,
      StoredRunsSchema,
    );
    return c.json(checked(RunsSchema, listOf(query, total_count, runs)), 200);
  });
}
