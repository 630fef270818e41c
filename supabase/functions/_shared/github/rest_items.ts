import type { z } from "zod";
import type { GivenItem } from "./items.ts";
import { namedCause, runOutcome, severityOf } from "./facts.ts";
import type { JobSettings } from "./settings.ts";
import type { Issue, Release, WorkflowRun } from "./webhook_schemas.ts";

/** A release as an item; null for a draft, which is not one yet. */
export function releaseItem(release: z.output<typeof Release>): GivenItem<"release"> | null {
  if (release.draft || !release.published_at) return null;
  return {
    external_id: String(release.id),
    tag: release.tag_name,
    ...(release.name ? { name: release.name } : {}),
    prerelease: release.prerelease,
    published_at: release.published_at,
  };
}

/** An issue that is an incident, as an item. Its body may name the cause: {@link namedCause}. */
export function incidentItem(issue: z.output<typeof Issue>): GivenItem<"incident"> {
  const cause = namedCause(issue.body);
  const severity = severityOf(issue.labels);
  return {
    external_id: String(issue.number),
    title: issue.title,
    ...(severity ? { severity } : {}),
    began_at: issue.created_at,
    created_at: issue.created_at,
    resolved_at: issue.state === "closed" ? issue.closed_at ?? null : null,
    ...(issue.html_url ? { url: issue.html_url } : {}),
    ...cause,
    // Closed for one of these reasons it was none after all.
    withdrawn: issue.state === "closed" &&
      (issue.state_reason === "not_planned" || issue.state_reason === "duplicate"),
    updated_at: issue.updated_at,
  };
}

/**
 * A run of the workflow that deploys, as a deployment. Its id is apart from those of GitHub's deployments. A run that is run
 * again is another deployment: its attempts are apart from each other, too.
 */
export function runItem(
  run: z.output<typeof WorkflowRun>,
  settings: JobSettings,
): GivenItem<"deployment"> {
  const status = runOutcome(run.status, run.conclusion ?? null);
  const attempt = run.run_attempt ?? 1;
  const id = attempt > 1 ? `${run.id}/attempts/${attempt}` : String(run.id);
  return {
    external_id: `workflow_run/${id}`,
    environment: settings.deploy_environment,
    sha: run.head_sha,
    ...(run.head_branch ? { ref: run.head_branch } : {}),
    status,
    pipeline_id: id,
    created_at: attempt > 1 ? run.run_started_at ?? run.created_at : run.created_at,
    ...(status === "pending" ? {} : { finished_at: run.updated_at }),
    ...(run.html_url ? { url: run.html_url } : {}),
    updated_at: run.updated_at,
  };
}
