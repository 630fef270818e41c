import { z } from "zod";
import { incidentItem, releaseItem, runItem } from "../../_shared/github/rest_items.ts";
import { isDeployRun, isIncident, type JobSettings } from "../../_shared/github/settings.ts";
import { Issue, Release, WorkflowRun } from "../../_shared/github/webhook_schemas.ts";
import { GithubStop } from "../reader.ts";
import { type Scan, scan, ScanState } from "../scan.ts";
import { group, isRecent, parsed, pathOf, readable, stateOf, unreadableGroup } from "../step.ts";
import type { Step, StepContext } from "../types.ts";

/** The published releases. */
export const releases: Step = async function* (context, stored) {
  const list = restList(context, "releases?", Release, entries, {
    // A draft has no time yet, comes first, and changes the first page when it is published.
    timeOf: ({ published_at }) => published_at ?? context.startedAt,
  });
  for await (const page of scan(list, stateOf(ScanState, stored, {}))) {
    const { items, unreadable, ...rest } = page;
    const published = items.map(releaseItem).filter((item) => item !== null);
    const groups = [
      group(context, "release", published),
      unreadableGroup(context, "release", unreadable),
    ];
    yield { groups, ...rest, read: items.length };
  }
};

const WorkflowRuns = z.object({ workflow_runs: z.array(z.unknown()) });

/** Of runs that may be run again: up to which attempt all are stored. */
const RunsState = ScanState.extend({ attempts: z.record(z.string(), z.int()).default({}) });

/**
 * The runs of the workflow that deploys, where the job names one. For thirty days a run may be run again, which does not move
 * it up the list, and the list has its last attempt alone: so long it is looked at again, and asked for those before.
 */
export const workflowRuns: Step = async function* (context, stored) {
  const { settings, defaultBranch } = context;
  if (settings.deploy_workflow === null) return;
  const path = `actions/workflows/${encodeURIComponent(settings.deploy_workflow)}/runs?`;
  const listed = (data: unknown) => parsed(WorkflowRuns, data).workflow_runs;
  const list = restList(context, path, WorkflowRun, listed, {
    timeOf: ({ created_at }) => created_at,
    isOpen: ({ created_at }) => isRecent(context, created_at),
  });
  const known = {
    ...list,
    read: (...page: Parameters<typeof list.read>) => list.read(...page).catch(noWorkflow(settings)),
  };
  let { attempts, ...place } = stateOf(RunsState, stored, { attempts: {} });
  for await (const { items, state, total, unreadable } of scan(known, place)) {
    const runs = items.filter((run) => isDeployRun(settings, run, defaultBranch));
    const before: WorkflowRunItem[] = [];
    for (const run of runs) {
      const last = run.run_attempt ?? 1;
      for (let number = (attempts[run.id] ?? 0) + 1; number < last; number++) {
        before.push(...await attemptOf(context, run.id, number));
      }
      const ended = run.status === "completed" ? last : last - 1;
      if (isRecent(context, run.created_at)) attempts = { ...attempts, [run.id]: ended };
    }
    const found = [...before, ...runs].map((run) => runItem(run, settings));
    const groups = [
      group(context, "deployment", found),
      unreadableGroup(context, "deployment", unreadable),
    ];
    yield { groups, state: { ...state, attempts }, read: items.length, total };
  }
};

type WorkflowRunItem = z.output<typeof WorkflowRun>;

/** An attempt of a run before its last; none where GitHub has forgotten it. */
async function attemptOf(
  context: StepContext,
  run: number,
  number: number,
): Promise<WorkflowRunItem[]> {
  try {
    const answer = await context.github.get(
      pathOf(context, `actions/runs/${run}/attempts/${number}`),
    );
    return answer === null ? [] : [parsed(WorkflowRun, answer.data)];
  } catch (error) {
    if (error instanceof GithubStop && isUnknown(error)) return [];
    throw error;
  }
}

function isUnknown({ reason }: GithubStop): boolean {
  return reason.why === "refused" && reason.status === 404;
}

/** The repository is there, so what GitHub does not know is the workflow. */
function noWorkflow({ deploy_workflow }: JobSettings) {
  return (error: unknown): never => {
    if (error instanceof GithubStop && isUnknown(error)) {
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
    const list = restList(context, `issues?${query}&`, Issue, entries, {
      timeOf: ({ updated_at }) => updated_at,
    });
    for await (const { items, state, total, unreadable } of scan(list, states[label] ?? {})) {
      states = { ...states, [label]: state };
      const found = items
        .filter((issue) => issue.pull_request === undefined && isIncident(settings, issue.labels))
        .map(incidentItem);
      const groups = [
        group(context, "incident", found),
        unreadableGroup(context, "incident", unreadable),
      ];
      yield { groups, state: states, read: items.length, total };
    }
  }
};

function entries(data: unknown): unknown[] {
  return parsed(z.array(z.unknown()), data);
}

/** A list of the REST API that is sorted newest first, a hundred at a time. */
function restList<Schema extends z.ZodType>(
  context: StepContext,
  path: string,
  schema: Schema,
  entriesOf: (data: unknown) => unknown[],
  order: Pick<Scan<z.output<Schema>>, "timeOf" | "isOpen">,
): Scan<z.output<Schema>> {
  return {
    ...order,
    since: context.settings.since,
    async read(next, etag) {
      const page = Number(next ?? 1);
      const url = pathOf(context, `${path}per_page=100&page=${page}`);
      const answer = await context.github.get(url, etag);
      if (answer === null) return null;
      const all = entriesOf(answer.data);
      return {
        ...readable(schema, all),
        next: answer.hasNext ? String(page + 1) : null,
        total: answer.hasNext ? answer.lastPage * 100 : (page - 1) * 100 + all.length,
        etag: answer.etag,
      };
    },
  };
}
