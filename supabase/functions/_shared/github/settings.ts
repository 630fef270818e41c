import { z } from "zod";

/** What a job says about a repository: kept with it, and used by its sync and its webhooks alike. */
export const JobSettings = z.object({
  incident_labels: z.array(z.string()).default(["incident"]),
  deploy_workflow: z.string().nullable().default(null),
  deploy_environment: z.string().default("production"),
  since: z.string().nullable().default(null),
});
export type JobSettings = z.output<typeof JobSettings>;

/** Whether a workflow is the one that deploys: by the name of its file. */
export function deploysBy({ deploy_workflow: file }: JobSettings, path: string): boolean {
  // GitHub appends the branch to the path of a reusable workflow's run: `deploy.yml@refs/heads/main`.
  return file !== null && path.split("@", 1)[0]?.split("/").at(-1) === file;
}

/** Whether one of an issue's labels says that it is an incident. */
export function isIncident({ incident_labels }: JobSettings, labels: string[]): boolean {
  const wanted = new Set(incident_labels.map((label) => label.toLowerCase()));
  return labels.some((label) => wanted.has(label.toLowerCase()));
}
