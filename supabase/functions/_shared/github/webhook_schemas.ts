import { z } from "zod";

// What is read of GitHub's webhook payloads, and nothing else of them.

const text = z.string();
const optional = z.string().nullish();
const count = z.int().nonnegative();

const user = z.object({ login: text, type: optional }).nullish();

export const PushPayload = z.object({
  ref: text,
  after: text,
  deleted: z.boolean(),
  repository: z.object({ default_branch: optional, master_branch: optional }),
  head_commit: z.object({ timestamp: text }).nullish(),
  commits: z.array(z.object({
    id: text,
    message: text,
    timestamp: text,
    author: z.object({ name: optional, email: optional, username: optional }),
  })).default([]),
});

const branch = z.object({
  ref: text,
  sha: text,
  repo: z.object({ id: z.int() }).nullish(),
});

/** The parts of a pull request that every event about one carries; the rest are in some. */
export const WebhookPullRequest = z.object({
  number: z.int(),
  title: text,
  body: optional,
  user,
  state: z.enum(["open", "closed"]),
  draft: z.boolean().default(false),
  base: branch,
  head: branch,
  created_at: text,
  updated_at: text,
  merged_at: optional,
  closed_at: optional,
  merge_commit_sha: optional,
  additions: count.optional(),
  deletions: count.optional(),
  changed_files: count.optional(),
  commits: count.optional(),
  comments: count.optional(),
  review_comments: count.optional(),
});

export const PullRequestPayload = z.object({ action: text, pull_request: WebhookPullRequest });

export const ReviewPayload = z.object({
  action: text,
  pull_request: WebhookPullRequest,
  review: z.object({
    id: z.int(),
    user,
    state: text,
    submitted_at: optional,
  }),
});

const deployment = z.object({
  id: z.int(),
  sha: text,
  ref: text,
  environment: text,
  production_environment: z.boolean().optional(),
  created_at: text,
  updated_at: text,
});
const workflowRun = z.object({ id: z.int() }).nullish();

export const DeploymentPayload = z.object({ deployment, workflow_run: workflowRun });

export const DeploymentStatusPayload = z.object({
  deployment,
  deployment_status: z.object({
    state: text,
    created_at: text,
    target_url: optional,
    log_url: optional,
    environment_url: optional,
  }),
  workflow_run: workflowRun,
});

/** A run of GitHub Actions, in webhooks and in REST alike. */
export const WorkflowRun = z.object({
  id: z.int(),
  path: optional,
  head_sha: text,
  head_branch: optional,
  event: optional,
  run_attempt: z.int().positive().nullish(),
  run_started_at: optional,
  status: text.nullable(),
  conclusion: optional,
  created_at: text,
  updated_at: text,
  html_url: optional,
});

export const WorkflowRunPayload = z.object({
  workflow_run: WorkflowRun,
  workflow: z.object({ path: text }).nullish(),
  repository: z.object({ default_branch: optional }).optional(),
});

/** A release, in webhooks and in REST alike. */
export const Release = z.object({
  id: z.int(),
  tag_name: text,
  name: optional,
  draft: z.boolean().default(false),
  prerelease: z.boolean().default(false),
  published_at: optional,
});

export const ReleasePayload = z.object({ action: text, release: Release });

/** An issue, in webhooks and in REST alike; REST lists pull requests among them. */
export const Issue = z.object({
  number: z.int(),
  title: text,
  body: optional,
  labels: z.array(z.union([text, z.object({ name: optional })])).default([])
    .transform((listed) =>
      listed.map((label) => typeof label === "string" ? label : label.name ?? "")
    ),
  state: text.default("open"),
  created_at: text,
  updated_at: text,
  state_reason: optional,
  closed_at: optional,
  html_url: optional,
  pull_request: z.unknown().optional(),
});

export const IssuesPayload = z.object({
  action: text,
  issue: Issue,
  /** The label that was put on or taken off. */
  label: z.object({ name: optional }).nullish(),
});
