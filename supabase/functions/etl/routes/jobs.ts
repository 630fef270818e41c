import { createRoute, z } from "@hono/zod-openapi";
import { listOf } from "../../_shared/http/answers.ts";
import {
  type App,
  bodyProblems,
  checked,
  json,
  jsonBody,
  problems,
} from "../../_shared/http/app.ts";
import { callerProblems } from "../../_shared/http/access.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { rpc } from "../../_shared/database/db.ts";
import { readers, writers } from "../access.ts";
import {
  JobChanges,
  JobParam,
  JobRequest,
  JobSchema,
  JobsSchema,
  ListQuery,
  StartedSchema,
  StoredJobs,
} from "../schemas.ts";

const listJobs = createRoute({
  method: "get",
  path: "/jobs",
  operationId: "listEtlJobs",
  tags: ["etl"],
  summary: "The jobs that keep repositories fresh",
  description: "The oldest first.",
  ...readers,
  request: { query: ListQuery },
  responses: {
    200: json(JobsSchema, "The jobs"),
    ...problems(...callerProblems, "not_found", "validation_failed"),
  },
});

const createJob = createRoute({
  method: "post",
  path: "/jobs",
  operationId: "createEtlJob",
  tags: ["etl"],
  summary: "Have a repository read regularly",
  description:
    "Its first run is due at once. A job that a signed-in user makes reads GitHub with their own connection " +
    "(`PUT /github/connection`), one that a key makes with its maker's, one that the service makes with `GITHUB_TOKEN`.",
  ...writers,
  request: { body: jsonBody(JobRequest) },
  responses: {
    201: json(JobSchema, "The job"),
    ...problems(...callerProblems, ...bodyProblems, "not_found", "conflict"),
  },
});

const getJob = createRoute({
  method: "get",
  path: "/jobs/{id}",
  operationId: "getEtlJob",
  tags: ["etl"],
  summary: "One job",
  description: "What it reads, how often, and when next.",
  ...readers,
  request: { params: JobParam },
  responses: {
    200: json(JobSchema, "The job"),
    ...problems(...callerProblems, "not_found", "validation_failed"),
  },
});

const updateJob = createRoute({
  method: "patch",
  path: "/jobs/{id}",
  operationId: "updateEtlJob",
  tags: ["etl"],
  summary: "Change a job",
  description:
    "A run that is under way is finished. What is an incident or a deployment is read again when the change says so.",
  ...writers,
  request: { params: JobParam, body: jsonBody(JobChanges) },
  responses: {
    200: json(JobSchema, "The job"),
    ...problems(...callerProblems, ...bodyProblems, "not_found"),
  },
});

const runJob = createRoute({
  method: "post",
  path: "/jobs/{id}/run",
  operationId: "runEtlJob",
  tags: ["etl"],
  summary: "Run a job now",
  description:
    "Answers the run, which is the one under way if there is one. It is worked on within a minute.",
  ...writers,
  request: { params: JobParam },
  responses: {
    202: json(StartedSchema, "The run"),
    ...problems(...callerProblems, "not_found", "validation_failed"),
  },
});

const resetJob = createRoute({
  method: "post",
  path: "/jobs/{id}/reset",
  operationId: "resetEtlJob",
  tags: ["etl"],
  summary: "Forget how far a job has come",
  description: "Ends the run under way; the next reads everything again. What is stored stays.",
  ...writers,
  request: { params: JobParam },
  responses: {
    200: json(JobSchema, "The job"),
    ...problems(...callerProblems, "not_found", "validation_failed"),
  },
});

/** Registers `/etl/jobs` and what is below a job, but for its runs. */
export function jobs(app: App): void {
  app.openapi(listJobs, async (c) => {
    const query = c.req.valid("query");
    const args = {
      p_org_id: query.org_id,
      p_page: query.page,
      p_page_size: query.page_size,
    };
    const { jobs, total_count } = await rpc(callerDb(c), "etl_jobs", args, StoredJobs);
    return c.json(checked(JobsSchema, listOf(query, total_count, jobs)), 200);
  });

  app.openapi(createJob, async (c) => {
    const { org_id, ...job } = c.req.valid("json");
    const args = { p_org_id: org_id, p_job: storedFields(job) };
    return c.json(await rpc(callerDb(c), "create_etl_job", args, JobSchema), 201);
  });

  app.openapi(getJob, async (c) => {
    const args = { p_id: c.req.valid("param").id };
    return c.json(await rpc(callerDb(c), "etl_job", args, JobSchema), 200);
  });

  app.openapi(updateJob, async (c) => {
    const args = { p_id: c.req.valid("param").id, p_changes: storedFields(c.req.valid("json")) };
    return c.json(await rpc(callerDb(c), "update_etl_job", args, JobSchema), 200);
  });

  app.openapi(runJob, async (c) => {
    const args = { p_id: c.req.valid("param").id };
    return c.json(await rpc(callerDb(c), "run_etl_job", args, StartedSchema), 202);
  });

  app.openapi(resetJob, async (c) => {
    const args = { p_id: c.req.valid("param").id };
    return c.json(await rpc(callerDb(c), "reset_etl_job", args, JobSchema), 200);
  });
}

const settingNames = [
  "incident_labels",
  "deploy_workflow",
  "deploy_environment",
  "deploy_branches",
  "deploy_events",
  "production_environments",
  "since",
];

/** A job's fields as they are kept: what says how to read the repository is together. */
function storedFields(fields: Partial<z.output<typeof JobRequest>>) {
  const entries = Object.entries(fields);
  const isSetting = ([field]: [string, unknown]) => settingNames.includes(field);
  return z.record(z.string(), z.json()).parse({
    ...Object.fromEntries(entries.filter((entry) => !isSetting(entry))),
    settings: Object.fromEntries(entries.filter(isSetting)),
  });
}
