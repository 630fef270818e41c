import { api, type Schemas, useAnswer } from "../api.ts";
import { DataTable } from "../components/data_table.tsx";
import { Failed } from "../components/failed.tsx";
import { GithubLink } from "../components/github_link.tsx";
import { Instant } from "../components/instant.tsx";
import { Skeleton } from "../components/skeleton.tsx";
import { duration, unknown } from "../format.ts";
import { Distribution } from "./delivery_distribution.tsx";
import { Stages } from "./delivery_stages.tsx";
import { useView } from "../view.ts";

type Key = Schemas["DoraMetric"]["key"];

interface Query {
  org_id: string;
  start: string;
  end: string;
  compare: "none" | "previous" | "year";
  report_year: "2021" | "2023" | "2024" | "2025";
  team?: string;
  repository?: string;
  environment?: string;
}

/** The rows that a metric is made of: changes, deployments or incidents. */
export function DeliveryRows({ metric, query }: { metric: Key; query: Query }) {
  const { view } = useView();
  const drilled = { ...query, drill: "true" as const, page: Number(view.query["page"] ?? 1) };
  if (metric === "lead_time") return <Changes query={drilled} />;
  if (metric === "recovery_time" || metric === "incident_duration") {
    return <Incidents query={drilled} />;
  }
  return <Deployments query={drilled} />;
}

type Drilled = Query & { drill: "true"; page: number };

function Changes({ query }: { query: Drilled }) {
  const answer = useAnswer(
    ["dora-changes", query],
    (signal) => api.GET("/v1/metrics/dora/lead-time", { params: { query }, signal }),
  );
  if (answer.isError) return <Failed error={answer.error} retry={() => answer.refetch()} />;
  if (answer.data === undefined) return <Skeleton height={420} />;
  const { drill, stages, histogram } = answer.data;
  return (
    <>
      <Stages stages={stages} />
      <Distribution label="Lead times" unit="changes" histogram={histogram} />
      {drill && (
        <DataTable
          caption="Changes that were deployed"
          page={drill}
          rows={drill.items}
          keyOf={({ repository, sha }) => repository + sha}
          empty="No change was deployed in these days."
          columns={[
            {
              key: "change",
              label: "Change",
              cell: (row) => (
                <>
                  <GithubLink
                    repository={row.repository}
                    path={row.pull_request ? `pull/${row.pull_request}` : `commit/${row.sha}`}
                    text={row.title ?? row.sha.slice(0, 12)}
                  />
                  <br />
                  <span class="fine">{row.repository} {row.sha.slice(0, 8)}</span>
                </>
              ),
            },
            { key: "deployed", label: "Deployed", cell: (row) => <Instant at={row.deployed_at} /> },
            {
              key: "lead",
              label: "Lead time",
              isNumber: true,
              cell: (row) =>
                row.seconds === null
                  ? "first deployment"
                  : row.counted
                  ? duration(row.seconds)
                  : `${duration(row.seconds)} *`,
            },
          ]}
        />
      )}
    </>
  );
}

function Deployments({ query }: { query: Drilled }) {
  const answer = useAnswer(
    ["dora-deployments", query],
    (signal) => api.GET("/v1/metrics/dora/deployment-frequency", { params: { query }, signal }),
  );
  if (answer.isError) return <Failed error={answer.error} retry={() => answer.refetch()} />;
  if (answer.data === undefined) return <Skeleton height={420} />;
  const { drill } = answer.data;
  if (!drill) return null;
  return (
    <DataTable
      caption="Deployments"
      page={drill}
      rows={drill.items}
      keyOf={({ repository, deployment }) => repository + deployment}
      empty="No deployment in these days."
      columns={[
        {
          key: "deployment",
          label: "Deployment",
          cell: (row) => (
            <>
              {row.url ? <a href={row.url}>{row.deployment}</a> : row.deployment}
              <br />
              <span class="fine">{row.repository} {row.sha?.slice(0, 8)}</span>
            </>
          ),
        },
        { key: "finished", label: "Finished", cell: (row) => <Instant at={row.finished_at} /> },
        { key: "state", label: "State", cell: (row) => <State row={row} /> },
        {
          key: "incidents",
          label: "Incidents",
          cell: ({ incidents }) =>
            incidents.length === 0
              ? unknown
              : incidents.map(({ incident, title, url, method }) => (
                <div key={incident}>
                  {url ? <a href={url}>{title}</a> : title}{" "}
                  <span class="fine">linked by {method}</span>
                </div>
              )),
        },
      ]}
    />
  );
}

function State({ row }: { row: Schemas["DoraDeploymentRow"] }) {
  const [text, tone] = row.failed
    ? ["failed", "poor"]
    : row.pending
    ? ["pending", "none"]
    : row.succeeded
    ? ["held", "good"]
    : ["did not finish well", "fair"];
  return (
    <>
      <span class={`verdict-chip ${tone}`}>{text}</span>
      {row.unplanned && <span class="fine">unplanned</span>}
    </>
  );
}

function Incidents({ query }: { query: Drilled }) {
  const answer = useAnswer(
    ["dora-incidents", query],
    (signal) => api.GET("/v1/metrics/dora/recovery-time", { params: { query }, signal }),
  );
  if (answer.isError) return <Failed error={answer.error} retry={() => answer.refetch()} />;
  if (answer.data === undefined) return <Skeleton height={320} />;
  const { drill, histogram } = answer.data;
  if (!drill) return null;
  return (
    <>
      <Distribution label="Recovery times" unit="incidents" histogram={histogram} />
      <DataTable
        caption="Incidents"
        page={drill}
        rows={drill.items}
        keyOf={({ repository, incident }) => repository + incident}
        empty="No incident in these days."
        columns={[
          {
            key: "incident",
            label: "Incident",
            cell: (row) => (
              <>
                {row.url ? <a href={row.url}>{row.title}</a> : row.title}
                <br />
                <span class="fine">{row.repository} {row.severity}</span>
              </>
            ),
          },
          { key: "began", label: "Began", cell: (row) => <Instant at={row.began_at} /> },
          {
            key: "deployment",
            label: "Caused by",
            cell: ({ deployment, method }) =>
              deployment === null ? unknown : (
                <>
                  {deployment} <span class="fine">by {method}</span>
                </>
              ),
          },
          {
            key: "recovery",
            label: "Recovered in",
            isNumber: true,
            cell: ({ recovery_seconds, resolved_at }) =>
              recovery_seconds !== null
                ? duration(recovery_seconds)
                : resolved_at === null
                ? "open"
                : unknown,
          },
          {
            key: "duration",
            label: "Lasted",
            isNumber: true,
            cell: ({ duration_seconds }) =>
              duration_seconds === null ? unknown : duration(duration_seconds),
          },
        ]}
      />
    </>
  );
}
