import type { z } from "zod";
import {
  type DeploymentState,
  headlineOf,
  identityOf,
  pipelineOf,
  revertedNumber,
  reviewState,
} from "./facts.ts";
import { type GivenItem, type ItemGroup, itemGroup, type ItemRepository } from "./items.ts";
import { incidentItem, releaseItem, runItem } from "./rest_items.ts";
import {
  deploysBy,
  isDeployRun,
  isIncident,
  type JobSettings,
  saysProduction,
} from "./settings.ts";
import {
  DeploymentPayload,
  DeploymentStatusPayload,
  IssuesPayload,
  PullRequestPayload,
  PushPayload,
  ReleasePayload,
  ReviewPayload,
  type WebhookPullRequest,
  WorkflowRunPayload,
} from "./webhook_schemas.ts";

/** What a delivery means to one organization. */
export interface Meaning {
  groups: ItemGroup[];
  /** Whether a sync should follow soon: for the parents of commits, say, which no webhook tells. */
  nudge: boolean;
}

/**
 * What a webhook says, as items. Events that say nothing about delivery have none.
 * @throws ZodError when the payload is not what GitHub documents.
 */
export function meaningOf(
  event: string,
  payload: unknown,
  repository: ItemRepository,
  settings: JobSettings,
): Meaning {
  const { groups = [], nudge = false } = readers[event]?.({ payload, repository, settings }) ?? {};
  return { groups, nudge };
}

interface Delivery {
  payload: unknown;
  repository: ItemRepository;
  settings: JobSettings;
}

const readers: Record<string, (delivery: Delivery) => Partial<Meaning>> = {
  push,
  pull_request: pullRequest,
  pull_request_review: review,
  deployment,
  deployment_status: deploymentStatus,
  workflow_run: workflowRun,
  release,
  issues,
};

function push({ payload, repository: about }: Delivery): Partial<Meaning> {
  const { ref, after, deleted, repository, head_commit, commits } = PushPayload.parse(payload);
  const name = /^refs\/heads\/(.+)$/.exec(ref)?.[1];
  if (name === undefined) return {}; // a tag
  // Which branches are left when one is deleted, a sync reads as one list.
  if (deleted) return { nudge: true };
  const last = head_commit?.timestamp;
  const names = [{ name, sha: after, ...(last ? { last_commit_at: last } : {}) }];
  const isDefault = name === (repository.default_branch ?? repository.master_branch);
  return {
    groups: [
      itemGroup("branches", about, [{ names }]),
      itemGroup("commit", about, isDefault ? commits.map(pushedCommit) : []),
    ],
    nudge: true,
  };
}

function pushedCommit(
  { id, message, timestamp, author }: PushedCommit,
): GivenItem<"commit"> {
  return {
    sha: id,
    ...identityOf({ login: author.username, name: author.name, email: author.email }),
    authored_at: timestamp,
    committed_at: timestamp,
    headline: headlineOf(message),
    on_default_branch: true,
  };
}

function pullRequest({ payload, repository }: Delivery): Partial<Meaning> {
  const { action, pull_request } = PullRequestPayload.parse(payload);
  const at = pull_request.updated_at;
  const item = {
    ...pullRequestItem(pull_request, repository),
    ...(action === "ready_for_review" ? { ready_at: at } : {}),
    ...(action === "reopened" ? { reopened_at: at } : {}),
  };
  return {
    groups: [itemGroup("pull_request", repository, [item])],
    nudge: commitActions.has(action),
  };
}

/** What leaves a pull request with commits that only a sync can list. */
const commitActions = new Set(["opened", "synchronize", "closed", "reopened", "ready_for_review"]);

function pullRequestItem(
  pull: z.output<typeof WebhookPullRequest>,
  { repository }: ItemRepository,
): GivenItem<"pull_request"> {
  const reverts = revertedNumber(pull.title, pull.body, repository);
  const { merged_at: mergedAt } = pull;
  const comments = pull.comments === undefined
    ? {}
    : { comment_count: pull.comments + (pull.review_comments ?? 0) };
  return {
    external_id: String(pull.number),
    title: pull.title,
    ...identityOf(pull.user ?? {}),
    state: mergedAt ? "merged" : pull.state,
    draft: pull.draft,
    base_branch: pull.base.ref,
    head_branch: pull.head.ref,
    head_sha: pull.head.sha,
    // A fork that is gone leaves no repository behind.
    from_fork: pull.head.repo?.id !== pull.base.repo?.id,
    created_at: pull.created_at,
    ...(mergedAt ? { merged_at: mergedAt } : {}),
    ...(pull.closed_at ? { closed_at: pull.closed_at } : {}),
    updated_at: pull.updated_at,
    // Before the merge it names a commit that only tries it.
    ...(mergedAt && pull.merge_commit_sha ? { merge_commit_sha: pull.merge_commit_sha } : {}),
    ...(reverts ? { reverts } : {}),
    ...(pull.additions === undefined ? {} : { additions: pull.additions }),
    ...(pull.deletions === undefined ? {} : { deletions: pull.deletions }),
    ...(pull.changed_files === undefined ? {} : { changed_files: pull.changed_files }),
    ...(pull.commits === undefined ? {} : { commit_count: pull.commits }),
    ...comments,
  };
}

function review({ payload, repository }: Delivery): Partial<Meaning> {
  const { pull_request: pull, review } = ReviewPayload.parse(payload);
  const { author: reviewer, is_bot } = identityOf(review.user ?? {});
  const state = reviewState(review.state);
  const items = review.submitted_at && state
    ? [{
      pull_request: String(pull.number),
      external_id: String(review.id),
      ...(reviewer ? { reviewer } : {}),
      is_bot,
      state,
      submitted_at: review.submitted_at,
    }]
    : [];
  return {
    groups: [
      itemGroup("pull_request", repository, [pullRequestItem(pull, repository)]),
      itemGroup("review", repository, items),
    ],
  };
}

function deployment({ payload, repository, settings }: Delivery): Partial<Meaning> {
  if (settings.deploy_workflow !== null) return {}; // its runs are the deployments
  const { deployment, workflow_run } = DeploymentPayload.parse(payload);
  const item: GivenItem<"deployment"> = {
    ...deploymentItem(deployment, workflow_run?.id, settings),
    status: "pending",
    updated_at: deployment.created_at,
  };
  return { groups: [itemGroup("deployment", repository, [item])] };
}

function deploymentStatus({ payload, repository, settings }: Delivery): Partial<Meaning> {
  if (settings.deploy_workflow !== null) return {};
  const { deployment, deployment_status: given, workflow_run } = DeploymentStatusPayload.parse(
    payload,
  );
  const status = statuses[given.state];
  // `inactive` says that a later deployment took its place: how this one ended stays as it was.
  if (status === undefined) return {};
  const pipeline = workflow_run?.id ?? pipelineOf(given.log_url, given.target_url);
  const item = {
    ...deploymentItem(deployment, pipeline, settings),
    status,
    ...(status === "pending" ? {} : { finished_at: given.created_at }),
    ...(given.environment_url ? { url: given.environment_url } : {}),
    updated_at: given.created_at,
  };
  return { groups: [itemGroup("deployment", repository, [item])] };
}

const statuses: Record<string, DeploymentState> = {
  success: "success",
  failure: "failure",
  error: "failure",
  pending: "pending",
  queued: "pending",
  waiting: "pending",
  in_progress: "pending",
};

function deploymentItem(
  { id, environment, sha, ref, created_at, production_environment }: z.output<
    typeof DeploymentPayload
  >["deployment"],
  pipeline: number | string | undefined,
  settings: JobSettings,
) {
  return {
    external_id: String(id),
    environment,
    ...saysProduction(settings, environment, production_environment),
    sha,
    ref,
    ...(pipeline === undefined ? {} : { pipeline_id: String(pipeline) }),
    created_at,
  };
}

function workflowRun({ payload, repository, settings }: Delivery): Partial<Meaning> {
  const { workflow_run: run, workflow, repository: about } = WorkflowRunPayload.parse(payload);
  if (!deploysBy(settings, workflow?.path ?? run.path ?? "")) return {};
  if (!isDeployRun(settings, run, about?.default_branch ?? "main")) return {};
  return { groups: [itemGroup("deployment", repository, [runItem(run, settings)])] };
}

function release({ payload, repository }: Delivery): Partial<Meaning> {
  const { action, release } = ReleasePayload.parse(payload);
  const item = action === "deleted" ? null : releaseItem(release);
  return { groups: [itemGroup("release", repository, item ? [item] : [])] };
}

function issues({ payload, repository, settings }: Delivery): Partial<Meaning> {
  const { action, issue, label } = IssuesPayload.parse(payload);
  const is = isIncident(settings, issue.labels);
  const was = action === "unlabeled" && isIncident(settings, [label?.name ?? ""]);
  const item = incidentItem(issue);
  const items = is || was ? [!is || gone.has(action) ? { ...item, withdrawn: true } : item] : [];
  return { groups: [itemGroup("incident", repository, items)] };
}

/** What leaves an issue that is not this repository's any more. */
const gone = new Set(["deleted", "transferred"]);

type PushedCommit = z.output<typeof PushPayload>["commits"][number];
