import { api, type Schemas, useAnswer } from "../api.ts";
import { Change } from "../components/change.tsx";
import { DataTable } from "../components/data_table.tsx";
import { Failed } from "../components/failed.tsx";
import { Skeleton } from "../components/skeleton.tsx";
import { WhyNull } from "../components/why_null.tsx";
import { Filters, useReportYear, useScope } from "../delivery_scope.tsx";
import { measure, number } from "../format.ts";
import { bandTones } from "../verdict.ts";
import { sectionUrl, useView } from "../view.ts";
import { RepositoryReport } from "./delivery_report.tsx";

type Group = Schemas["DoraGroup"];
type Metric = Group["metrics"][number];

/** What the metrics are called in a head; the whole names stand in the tiles. */
const shown: [Metric["key"], string][] = [
  ["deployment_frequency", "Deployments"],
  ["lead_time", "Lead time"],
  ["change_failure_rate", "Failure rate"],
  ["recovery_time", "Recovery"],
  ["rework_rate", "Rework"],
];

/** The metrics of each repository or team beside each other; a name opens its own. */
export function Groups({ breakdown }: { breakdown: "repository" | "team" }) {
  const { org_id, start, end, compare, environment } = useScope();
  const { view } = useView();
  const report_year = useReportYear();
  const query = {
    org_id,
    start,
    end,
    compare,
    report_year,
    breakdown,
    page: Number(view.query["page"] ?? 1),
    page_size: 10,
    ...(environment === undefined ? {} : { environment }),
  };
  const answer = useAnswer(
    ["dora-groups", query],
    (signal) => api.GET("/v1/metrics/dora/breakdown", { params: { query }, signal }),
  );
  const isTeam = breakdown === "team";
  return (
    <>
      <Filters names={["environment", "year"]} />
      {answer.isError
        ? <Failed error={answer.error} retry={() => answer.refetch()} />
        : answer.data === undefined
        ? <Skeleton height={260} />
        : (
          <DataTable
            caption={isTeam ? "Teams" : "Repositories"}
            page={answer.data}
            rows={answer.data.items}
            keyOf={({ name }) => name}
            empty={isTeam
              ? "There is no team. Owners and admins make teams by POST /v1/teams."
              : "No repository has a deployment, a change or an incident yet."}
            columns={[
              {
                key: "name",
                label: isTeam ? "Team" : "Repository",
                cell: ({ team_id, name, repositories }) => (
                  <>
                    <a
                      href={sectionUrl(
                        view,
                        "delivery",
                        team_id === null ? { repo: name } : { team: team_id },
                      )}
                    >
                      {name}
                    </a>
                    {isTeam && (
                      <span class="sub">
                        {number(repositories)} {repositories === 1 ? "repository" : "repositories"}
                      </span>
                    )}
                  </>
                ),
              },
              ...shown.map(([key, label]) => ({
                key,
                label,
                isNumber: true,
                cell: (group: Group) => (
                  <Value metric={group.metrics.find((one) => one.key === key)} />
                ),
              })),
            ]}
          />
        )}
      {!isTeam && <RepositoryReport />}
    </>
  );
}

function Value({ metric }: { metric: Metric | undefined }) {
  if (!metric) return null;
  const { value, unit, label, null_reason, band, change, direction } = metric;
  if (value === null) return <WhyNull reason={null_reason} label={label} />;
  return (
    <span data-metric-of={metric.key} data-value={value}>
      {measure(value, unit).replace(" deployments/day", "/day")}
      <span class="sub">
        <Change change={change} direction={direction} />
      </span>
      {band && <span class={`verdict-chip ${bandTones[band]}`}>{band}</span>}
    </span>
  );
}
