import { z } from "zod";
import { incidentItem, releaseItem, runItem } from "../../_shared/github/rest_items.ts";
import { isIncident, type JobSettings } from "../../_shared/github/settings.ts";
import { Issue, Release, WorkflowRun } from "../../_shared/github/webhook_schemas.ts";
import { GithubStop } from "../reader.ts";
import { type Scan, scan, ScanState } from "../scan.ts";
import { group, parsed, pathOf, stateOf } from "../step.ts";
import type { Step, StepContext } from "../types.ts";

/** The published releases. */
export const releases: Step = async function* (context, stored) {
  const list = restList(context, "releases?", z.array(Release), (listed) => listed, {
    // A draft has no time yet, comes first, and changes the first page when it is published.
    timeOf: ({ published_at }) => published_at ?? context.startedAt,
  });
  for await (const { items, state, total } of scan(list, stateOf(ScanState, stored, {}))) {
    const published = items.map(releaseItem).filter((item) => item !== null);
    yield { groups: [group(context, "release", published)], state, read: items.length, total };
  }
};

const WorkflowRuns = z.object({ workflow_runs: z.array(WorkflowRun) });

/** The runs of the workflow that deploys, where the job names one. */
export const workflowRuns: Step = async function* (context, stored) {
  const { settings } = context;
  if (settings.deploy_workflow === null) return;
  const path = `actions/workflows/${encodeURIComponent(settings.deploy_workflow)}/runs?`;
  const list = restList(context, path, WorkflowRuns, ({ workflow_runs }) => workflow_runs, {
    timeOf: ({ created_at }) => created_at,
    isOpen: ({ status }) => status !== "completed",
  });
  const known = {
    ...list,
    read: (...page: Parameters<typeof list.read>) => list.read(...page).catch(noWorkflow(settings)),
  };
  for await (const { items, state, total } of scan(known, stateOf(ScanState, stored, {}))) {
    const runs = items.map((run) => runItem(run, settings));
    yield { groups: [group(context, "deployment", runs)], state, read: items.length, total };
  }
};

/** The repository is there, so what GitHub does not know is the workflow. */
function noWorkflow({ deploy_workflow }: JobSettings) {
  return (error: unknown): never => {
    if (
      error instanceof GithubStop && error.reason.why === "refused" && error.reason.status === 404
    ) {
      const detail = `There is no workflow ${deploy_workflow} in this repository`;
      throw new GithubStop({ why: "mistaken", detail }, error);
    }
    throw error;
  };
}

const IncidentsState = z.record(z.string(), ScanState);

/** The issues with a label that says they are incidents; one list for each label. */
export const incidents: Step = async function* (context, stored) {
  const { settings } = context;
  let states = stateOf(IncidentsState, stored, {});
  for (const label of settings.incident_labels) {
    const query = new URLSearchParams({
      labels: label,
      state: "all",
      sort: "updated",
      direction: "desc",
    });
    const list = restList(context, `issues?${query}&`, z.array(Issue), (listed) => listed, {
      timeOf: ({ updated_at }) => updated_at,
    });
    for await (const { items, state, total } of scan(list, states[label] ?? {})) {
      states = { ...states, [label]: state };
      const found = items
        .filter((issue) => issue.pull_request === undefined && isIncident(settings, issue.labels))
        .map(incidentItem);
      const groups = [group(context, "incident", found)];
      yield { groups, state: states, read: items.length, total };
    }
  }
};

/** A list of the REST API that is sorted newest first, a hundred at a time. */
function restList<Item, Schema extends z.ZodType>(
  context: StepContext,
  path: string,
  schema: Schema,
  itemsOf: (answer: z.output<Schema>) => Item[],
  order: Pick<Scan<Item>, "timeOf" | "isOpen">,
): Scan<Item> {
  return {
    ...order,
    since: context.settings.since,
    async read(next, etag) {
      const page = Number(next ?? 1);
      const url = pathOf(context, `${path}per_page=100&page=${page}`);
      const answer = await context.github.get(url, etag);
      if (answer === null) return null;
      const items = itemsOf(parsed(schema, answer.data));
      return {
        items,
        next: answer.hasNext ? String(page + 1) : null,
        total: answer.hasNext ? answer.lastPage * 100 : (page - 1) * 100 + items.length,
        etag: answer.etag,
      };
    },
  };
}
