import { z } from "zod";
import { type DeploymentState, pipelineOf } from "../../_shared/github/facts.ts";
import type { GivenItem } from "../../_shared/github/items.ts";
import { type JobSettings, saysProduction } from "../../_shared/github/settings.ts";
import { scan, ScanState } from "../scan.ts";
import {
  group,
  isRecent,
  named,
  parsed,
  pathOf,
  readable,
  stateOf,
  unreadableGroup,
} from "../step.ts";
import type { Step, StepContext } from "../types.ts";

/** Deployments with their statuses, which the REST API has one request each for. */
export const deploymentsQuery = `
query($owner: String!, $name: String!, $after: String) {
  repository(owner: $owner, name: $name) {
    deployments(first: 100, after: $after, orderBy: {field: CREATED_AT, direction: DESC}) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes {
        databaseId environment commitOid createdAt updatedAt
        ref { name }
        statuses(first: 20) { nodes { state createdAt logUrl environmentUrl } }
      }
    }
  }
}`;

const GraphqlDeployment = z.object({
  databaseId: z.int(),
  environment: z.string().nullable(),
  commitOid: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  ref: z.object({ name: z.string() }).nullable(),
  statuses: z.object({
    nodes: z.array(z.object({
      state: z.string(),
      createdAt: z.string(),
      logUrl: z.string().nullable(),
      environmentUrl: z.string().nullable(),
    })),
  }).nullable(),
});
export type GraphqlDeployment = z.output<typeof GraphqlDeployment>;

const Answer = z.object({
  repository: z.object({
    deployments: z.object({
      totalCount: z.int(),
      pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
      nodes: z.array(z.unknown()),
    }),
  }),
});

/** The deployments GitHub knows, unless a workflow's runs are the deployments. */
export const deployments: Step = async function* (context, stored) {
  if (context.settings.deploy_workflow !== null) return;
  const list = {
    since: context.settings.since,
    timeOf: ({ createdAt }: GraphqlDeployment) => createdAt,
    isOpen: (deployment: GraphqlDeployment) =>
      deploymentItem(deployment, context.settings).status === "pending" &&
      isRecent(context, deployment.createdAt),
    read: async (next: string | null, etag: string | undefined) => {
      const path = pathOf(context, "deployments?per_page=1");
      const probe = next === null ? await context.github.get(path, etag) : undefined;
      if (probe === null) return null;
      return { ...await readPage(context, next), etag: probe?.etag };
    },
  };
  for await (const page of scan(list, stateOf(ScanState, stored, {}))) {
    const { items, unreadable, ...rest } = page;
    const groups = [
      group(context, "deployment", items.map((item) => deploymentItem(item, context.settings))),
      unreadableGroup(context, "deployment", unreadable),
    ];
    yield { groups, ...rest, read: items.length };
  }
};

/** A deployment as an item: how it ended is the last of its statuses that says so. */
export function deploymentItem(
  deployment: GraphqlDeployment,
  settings: JobSettings,
): GivenItem<"deployment"> {
  const statuses = (deployment.statuses?.nodes ?? [])
    .toSorted((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt));
  const ended = statuses.findLast(({ state }) => ends[state] !== undefined) ??
    statuses.findLast(({ state }) => state === "INACTIVE"); // replaced before it had ended
  const status: DeploymentState = ended === undefined
    ? "pending"
    : ends[ended.state] ?? "cancelled";
  const pipeline = pipelineOf(...statuses.map(({ logUrl }) => logUrl));
  const url = statuses.findLast(({ environmentUrl }) => environmentUrl)?.environmentUrl;
  return {
    external_id: String(deployment.databaseId),
    environment: deployment.environment ?? "production",
    ...saysProduction(settings, deployment.environment ?? "production"),
    sha: deployment.commitOid,
    ...(deployment.ref ? { ref: deployment.ref.name } : {}),
    status,
    ...(pipeline ? { pipeline_id: pipeline } : {}),
    created_at: deployment.createdAt,
    ...(ended === undefined ? {} : { finished_at: ended.createdAt }),
    ...(url ? { url } : {}),
    updated_at: ended?.createdAt ?? statuses.at(-1)?.createdAt ?? deployment.createdAt,
  };
}

const ends: Record<string, DeploymentState> = {
  SUCCESS: "success",
  FAILURE: "failure",
  ERROR: "failure",
};

async function readPage(context: StepContext, after: string | null) {
  const answer = await context.github.query(deploymentsQuery, { ...named(context), after });
  const { nodes, pageInfo, totalCount } = parsed(Answer, answer).repository.deployments;
  return {
    ...readable(GraphqlDeployment, nodes),
    next: pageInfo.hasNextPage ? pageInfo.endCursor : null,
    total: totalCount,
  };
}
