import { z } from "@hono/zod-openapi";
import { dateField } from "../_shared/http/fields.ts";
import { listSchema } from "../_shared/http/answers.ts";
import { PageQuery } from "../_shared/http/pagination.ts";
import { query } from "../_shared/http/query.ts";
import { name, OrganizationId, OrganizationQuery } from "../_shared/http/schemas.ts";

export const time = z.iso.datetime({ offset: true });
export const count = z.int().nonnegative();
export const state = z.enum(["READY", "RUNNING", "FINISHED", "FAILED"]);

export const OrgQuery = query({ org_id: OrganizationQuery });
export const listParameters = { ...PageQuery.shape, org_id: OrganizationQuery };
export const ListQuery = query(listParameters);
export const RunsQuery = query(PageQuery.shape);

export const JobParam = z.object({
  id: z.uuid().openapi({ param: { name: "id", in: "path" }, description: "The job." }),
});

const interval = z.int().min(5).max(10_080).openapi({
  description: "Minutes from the end of a run to the beginning of the next.",
});
const retry = z.int().min(1).max(1_440).openapi({
  description: "Minutes until a run that failed is tried again.",
});
const labels = z.array(name(50)).max(10).openapi({
  description: "Issues with one of these labels are incidents.",
});
const workflow = z.string().regex(/^[\w.-]{1,100}\.ya?ml$/, "is not a workflow's file name")
  .nullable()
  .openapi({
    description:
      "The file of the workflow whose runs are the deployments, `deploy.yml` say. Without it, GitHub's own deployments are.",
  });
const production = z.array(name(100)).min(1).max(20).nullable().openapi({
  description:
    "The names of GitHub's environments that are production, `*` standing for anything. Without it GitHub's flag and the organization's setting decide.",
});
const branchPatterns = z.array(name(255)).min(1).max(20).nullable().openapi({
  description:
    "The branches and tags whose runs of that workflow are deployments, `*` standing for anything. Without it, the default branch and tags that look like versions.",
});
const events = z.array(name(50)).min(1).max(20).nullable().openapi({
  description:
    "The events whose runs of that workflow are deployments, `push` say. Without it, all but those of pull requests and merge queues.",
});
const environment = name(100).openapi({ description: "The environment that workflow deploys to." });

export const JobRequest = z.strictObject({
  org_id: OrganizationId,
  repository: z.string().regex(
    /^[A-Za-z0-9_.-]{1,100}\/[A-Za-z0-9_.-]{1,100}$/,
    "is not owner/name",
  ),
  interval_minutes: interval.default(60),
  retry_minutes: retry.default(10),
  active: z.boolean().default(true),
  incident_labels: labels.default(["incident"]),
  deploy_workflow: workflow.default(null),
  deploy_environment: environment.default("production"),
  deploy_branches: branchPatterns.default(null),
  deploy_events: events.default(null),
  production_environments: production.default(null),
  since: z.iso.date().nullable().default(null).openapi({
    description: "Nothing older than this day is read.",
  }),
}).openapi("EtlJobRequest", { example: { repository: "octocat/hello-world" } });

export const JobChanges = z.strictObject({
  interval_minutes: interval.optional(),
  retry_minutes: retry.optional(),
  active: z.boolean().optional(),
  incident_labels: labels.optional(),
  deploy_workflow: workflow.optional(),
  deploy_environment: environment.optional(),
  deploy_branches: branchPatterns.optional(),
  deploy_events: events.optional(),
  production_environments: production.optional(),
}).refine((changes) => Object.keys(changes).length > 0, "names nothing to change")
  .openapi("EtlJobChanges", { example: { interval_minutes: 30, active: true } });

export const exampleJob = {
  id: "0b7a3a52-0f8f-4a7c-9d51-3f6f2f6f6c11",
  org_id: "3f1d2c0e-58a7-4f6e-9a0b-6f2c3d4e5f60",
  kind: "github" as const,
  repository: "octocat/hello-world",
  repository_github_id: 1296269,
  reads_as: "connection" as const,
  interval_minutes: 60,
  retry_minutes: 10,
  active: true,
  incident_labels: ["incident"],
  deploy_workflow: null,
  deploy_environment: "production",
  deploy_branches: null,
  deploy_events: null,
  production_environments: null,
  since: null,
  state: "FINISHED" as const,
  reason: null,
  partial: false,
  access_proved_at: "2026-11-16T09:30:00Z",
  next_run_at: "2026-11-16T10:30:00Z",
  last_run: {
    id: "9d51f8f0-7a3a-4c7c-8f52-6c112f6f3f6f",
    state: "FINISHED" as const,
    created_at: "2026-11-16T09:29:00Z",
    finished_at: "2026-11-16T09:30:00Z",
  },
  created_at: "2026-11-01T00:00:00Z",
  updated_at: "2026-11-16T09:30:00Z",
};

export const JobSchema = z.object({
  id: z.uuid(),
  org_id: z.uuid(),
  kind: z.literal("github"),
  repository: z.string(),
  repository_github_id: z.int().nullable(),
  reads_as: z.enum(["connection", "deployment"]).openapi({
    description:
      "With whose GitHub token: that of whoever made the job, or the deployment's, for jobs that the service made.",
  }),
  interval_minutes: z.int(),
  retry_minutes: z.int(),
  active: z.boolean(),
  incident_labels: z.array(z.string()),
  deploy_workflow: z.string().nullable(),
  deploy_environment: z.string(),
  deploy_branches: z.array(z.string()).nullable(),
  deploy_events: z.array(z.string()).nullable(),
  production_environments: z.array(z.string()).nullable(),
  since: dateField.nullable(),
  state,
  reason: z.string().nullable().openapi({ description: "Why it failed, or what it waits for." }),
  partial: z.boolean().openapi({
    description: "The last run finished but for some steps: `reason` says which and why.",
  }),
  access_proved_at: time.nullable().openapi({
    description: "When a run last ended well. Webhooks about the repository count from then on.",
  }),
  next_run_at: time.nullable(),
  last_run: z.object({ id: z.uuid(), state, created_at: time, finished_at: time.nullable() })
    .nullable(),
  created_at: time,
  updated_at: time,
}).openapi("EtlJob", { example: exampleJob });

export const JobsSchema = listSchema(JobSchema).openapi("EtlJobs");
export const StoredJobs = z.object({ jobs: z.array(JobSchema), total_count: z.int() });

export const StartedSchema = z.object({ run_id: z.uuid() }).openapi("EtlRunStarted", {
  example: { run_id: exampleJob.last_run.id },
});
