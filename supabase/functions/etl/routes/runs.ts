import { createRoute } from "@hono/zod-openapi";
import { listOf } from "../../_shared/http/answers.ts";
import { type App, checked, json, problems } from "../../_shared/http/app.ts";
import { callerProblems } from "../../_shared/http/access.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { rpc } from "../../_shared/database/db.ts";
import { readers } from "../access.ts";
import { withProgress } from "../progress.ts";
import {
  RunParam,
  RunSchema,
  RunsSchema,
  StatusSchema,
  StoredRun,
  StoredRuns,
} from "../run_schemas.ts";
import { JobParam, OrgQuery, RunsQuery } from "../schemas.ts";

const listRuns = createRoute({
  method: "get",
  path: "/jobs/{id}/runs",
  operationId: "listEtlRuns",
  tags: ["etl"],
  summary: "A job's runs",
  description: "The newest first; kept for ninety days.",
  ...readers,
  request: { params: JobParam, query: RunsQuery },
  responses: {
    200: json(RunsSchema, "The runs"),
    ...problems(...callerProblems, "not_found", "validation_failed"),
  },
});

const getRun = createRoute({
  method: "get",
  path: "/runs/{id}",
  operationId: "getEtlRun",
  tags: ["etl"],
  summary: "One run and how far it is",
  description: "With what it has stored so far, step by step.",
  ...readers,
  request: { params: RunParam },
  responses: {
    200: json(RunSchema, "The run"),
    ...problems(...callerProblems, "not_found", "validation_failed"),
  },
});

const getStatus = createRoute({
  method: "get",
  path: "/status",
  operationId: "getEtlStatus",
  tags: ["etl"],
  summary: "Jobs by state, which fail and why",
  description: "Counts of an organization's jobs, and the last error of each that fails.",
  ...readers,
  request: { query: OrgQuery },
  responses: {
    200: json(StatusSchema, "The state of an organization's jobs"),
    ...problems(...callerProblems, "not_found", "validation_failed"),
  },
});

/** Registers the reads of runs, and the status of all jobs. */
export function runs(app: App): void {
  app.openapi(listRuns, async (c) => {
    const query = c.req.valid("query");
    const args = {
      p_job_id: c.req.valid("param").id,
      p_page: query.page,
      p_page_size: query.page_size,
    };
    const { runs, total_count } = await rpc(callerDb(c), "etl_job_runs", args, StoredRuns);
    return c.json(checked(RunsSchema, listOf(query, total_count, runs.map(withProgress))), 200);
  });

  app.openapi(getRun, async (c) => {
    const args = { p_id: c.req.valid("param").id };
    const run = await rpc(callerDb(c), "etl_run", args, StoredRun);
    return c.json(checked(RunSchema, withProgress(run)), 200);
  });

  app.openapi(getStatus, async (c) => {
    const args = { p_org_id: c.req.valid("query").org_id };
    return c.json(await rpc(callerDb(c), "etl_status", args, StatusSchema), 200);
  });
}
