import { z } from "zod";

/** What a job says about a repository: kept with it, and used by its sync and its webhooks alike. */
export const JobSettings = z.object({
  incident_labels: z.array(z.string()).default(["incident"]),
  deploy_workflow: z.string().nullable().default(null),
  deploy_environment: z.string().default("production"),
  deploy_branches: z.array(z.string()).nullable().default(null),
  deploy_events: z.array(z.string()).nullable().default(null),
  production_environments: z.array(z.string()).nullable().default(null),
  since: z.string().nullable().default(null),
});
export type JobSettings = z.output<typeof JobSettings>;

/** Whether a workflow is the one that deploys: by the name of its file. */
export function deploysBy({ deploy_workflow: file }: JobSettings, path: string): boolean {
  // GitHub appends the branch to the path of a reusable workflow's run: `deploy.yml@refs/heads/main`.
  return file !== null && path.split("@", 1)[0]?.split("/").at(-1) === file;
}

/** What is told of a run of GitHub Actions before it is taken for a deployment. */
export interface RunOrigin {
  event?: string | null | undefined;
  head_branch?: string | null | undefined;
}

/**
 * Whether a run of the workflow that deploys is one to production: by default none for a pull request, and of a branch only the
 * default one; the head of what a tag or a release set off is the tag.
 */
export function isDeployRun(
  { deploy_branches: branches, deploy_events: events }: JobSettings,
  { event, head_branch }: RunOrigin,
  defaultBranch: string,
): boolean {
  const isEvent = events === null
    ? !proposals.test(event ?? "")
    : event === undefined || event === null || events.includes(event);
  if (!isEvent) return false;
  if (head_branch === undefined || head_branch === null) return true;
  if (branches !== null) return matchesAny(branches, head_branch);
  return event === "release" || head_branch === defaultBranch || versionTag.test(head_branch);
}

/** What runs for a change that is only proposed. */
const proposals = /^(pull_request|merge_group)/;

/** `v1.2.3`, `2024.5`, `shop@1.2.3`: a tag is not told from a branch but by its look. */
const versionTag = /^(?:[\w./-]+[@-])?v?\d+(?:\.\d+)+(?:[-+.][\w.]+)?$/i;

/** Whether one of an issue's labels says that it is an incident. */
export function isIncident({ incident_labels }: JobSettings, labels: string[]): boolean {
  const wanted = new Set(incident_labels.map((label) => label.toLowerCase()));
  return labels.some((label) => wanted.has(label.toLowerCase()));
}

/**
 * What a job says of whether an environment is production: by its patterns if it has any, else by GitHub's flag. That one is
 * false unless somebody has set it, so false says nothing: the name decides.
 */
export function saysProduction(
  { production_environments: patterns }: JobSettings,
  environment: string,
  flag?: boolean,
): { is_production?: boolean } {
  if (patterns !== null) return { is_production: matchesAny(patterns, environment) };
  return flag === true ? { is_production: true } : {};
}

/** Whether a name is one of some patterns, in which `*` stands for anything; case does not matter. */
export function matchesAny(patterns: string[], name: string): boolean {
  return patterns.some((pattern) => matches(pattern.toLowerCase(), name.toLowerCase()));
}

function matches(pattern: string, name: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return pattern === name;
  if (!name.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
}
