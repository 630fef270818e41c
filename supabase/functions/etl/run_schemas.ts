import { z } from "@hono/zod-openapi";
import { listSchema } from "../_shared/http/answers.ts";
import { count, exampleJob, state, time } from "./schemas.ts";

export const RunParam = z.object({
  id: z.uuid().openapi({ param: { name: "id", in: "path" }, description: "The run." }),
});

const step = z.object({
  name: z.string(),
  state: z.enum(["READY", "RUNNING", "FINISHED", "FAILED"]),
  done: count,
  total: count.nullable(),
  reason: z.string().optional().openapi({ description: "Why it failed." }),
});

const runFields = {
  id: z.uuid(),
  job_id: z.uuid(),
  org_id: z.uuid(),
  trigger: z.enum(["schedule", "request"]),
  state,
  reason: z.string().nullable().openapi({ description: "Why it failed, or what it waits for." }),
  partial: z.boolean().openapi({ description: "It finished, but for the steps that failed." }),
  resumes_at: time.nullable(),
  steps: z.array(step),
  requests: count.openapi({ description: "Requests to GitHub, those it answered 304 included." }),
  pages: count,
  stored: count.openapi({ description: "Rows stored." }),
  rejected: count.openapi({ description: "Rows that could not be stored: see the dead letters." }),
  calls: count.openapi({ description: "Calls of the function it has been worked on in." }),
  version: z.int().openapi({ description: "Grows with every change; the id of live events." }),
  seconds: count.nullable(),
  created_at: time,
  started_at: time.nullable(),
  updated_at: time,
  finished_at: time.nullable(),
};

/** A run as the database answers it. */
export const StoredRun = z.object(runFields);

export const RunSchema = z.object({
  ...runFields,
  done: count,
  total: count.nullable(),
  percentage: z.number().min(0).max(100).nullable(),
  rate: z.number().nullable().openapi({ description: "Read in a second." }),
  seconds_left: count.nullable(),
}).openapi("EtlRun", {
  example: {
    id: exampleJob.last_run.id,
    job_id: exampleJob.id,
    org_id: exampleJob.org_id,
    trigger: "schedule",
    state: "RUNNING",
    reason: null,
    resumes_at: null,
    steps: [
      { name: "repository", state: "FINISHED", done: 1, total: 1 },
      { name: "commits", state: "RUNNING", done: 4_000, total: 50_000 },
    ],
    requests: 44,
    pages: 42,
    stored: 4_001,
    rejected: 0,
    partial: false,
    calls: 1,
    version: 44,
    seconds: 10,
    created_at: "2026-11-16T09:29:00Z",
    started_at: "2026-11-16T09:29:00Z",
    updated_at: "2026-11-16T09:29:10Z",
    finished_at: null,
    done: 4_001,
    total: 50_001,
    percentage: 54,
    rate: 400.1,
    seconds_left: 115,
  },
});

export const RunsSchema = listSchema(RunSchema).openapi("EtlRuns");
export const StoredRuns = z.object({ runs: z.array(StoredRun), total_count: z.int() });

export const StatusSchema = z.object({
  jobs: z.object({
    total: count,
    active: count,
    ready: count,
    running: count,
    finished: count,
    failed: count,
  }),
  failing: z.array(z.object({
    id: z.uuid(),
    repository: z.string(),
    reason: z.string().nullable(),
  })),
  next_run_at: time.nullable(),
  last_finished_at: time.nullable(),
  open_dead_letters: count,
}).openapi("EtlStatus", {
  example: {
    jobs: { total: 2, active: 2, ready: 0, running: 0, finished: 1, failed: 1 },
    failing: [{
      id: exampleJob.id,
      repository: "octocat/secret",
      reason: "GitHub does not know this repository, or does not show it to this token",
    }],
    next_run_at: "2026-11-16T10:30:00Z",
    last_finished_at: "2026-11-16T09:30:00Z",
    open_dead_letters: 0,
  },
});

export const TickRequest = z.strictObject({
  job_id: z.uuid().optional().openapi({ description: "Only this job, if it is due." }),
}).openapi("EtlTickRequest", { example: {} });

export const TickSchema = z.object({
  finished: count,
  failed: count,
  continued: count.openapi({ description: "To be continued by a next call." }),
  lost: count.openapi({ description: "Taken over by another worker meanwhile." }),
  deliveries: count.openapi({ description: "Webhook deliveries that had been left behind." }),
}).openapi("EtlTick", {
  example: { finished: 1, failed: 0, continued: 0, lost: 0, deliveries: 0 },
});
