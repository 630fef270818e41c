import { api, type Schemas, useAnswer } from "../api.ts";
import { Cost } from "../components/cost.tsx";
import { DataTable } from "../components/data_table.tsx";
import { Failed } from "../components/failed.tsx";
import { Instant } from "../components/instant.tsx";
import { Skeleton } from "../components/skeleton.tsx";
import { WhyNull } from "../components/why_null.tsx";
import { number, unknown } from "../format.ts";
import { useRange } from "../organization.tsx";
import { sectionUrl, useView } from "../view.ts";
import { NoSessions } from "./ai_kpis.tsx";
import { AiSession } from "./ai_session.tsx";

type Listed = Schemas["ListedSession"];

const sorts = ["timestamp", "cost_usd", "tokens"] as const;
/** What a list can be narrowed to; a click on such a cell does. */
const filters = ["developer", "model", "repository"] as const;
type Filter = typeof filters[number];

/** Sessions with models, in the server's order and pages, or one of them. */
export function Sessions() {
  const { view } = useView();
  const id = view.query["session"];
  return id === undefined ? <SessionList /> : <AiSession id={id} />;
}

function SessionList() {
  const { org_id, start, end } = useRange();
  const { view: { query } } = useView();
  const sort = query["sort"] ?? "-timestamp";
  const asked = {
    org_id,
    start,
    end,
    page: Number(query["page"] ?? 1),
    sort_by: sorts.find((one) => sort.endsWith(one)) ?? "timestamp",
    sort_order: sort.startsWith("-") ? "desc" as const : "asc" as const,
    ...(query["developer"] ? { developer_id: query["developer"] } : {}),
    ...(query["model"] ? { model: query["model"] } : {}),
    ...(query["repository"] ? { repository: query["repository"] } : {}),
  };
  const answer = useAnswer(
    ["sessions", asked],
    (signal) => api.GET("/v1/sessions", { params: { query: asked }, signal }),
  );
  const isFiltered = filters.some((name) => query[name] !== undefined);
  if (answer.isError) {
    return (
      <>
        {isFiltered && <Chosen />}
        <Failed error={answer.error} retry={() => answer.refetch()} />
      </>
    );
  }
  if (answer.data === undefined) return <Skeleton height={640} />;
  if (answer.data.total_count === 0 && !isFiltered) return <NoSessions />;
  return (
    <div class={answer.isPlaceholderData ? "stack stale" : "stack"}>
      {isFiltered && <Chosen />}
      <DataTable
        caption="Sessions"
        usualSort="-timestamp"
        page={answer.data}
        rows={answer.data.items}
        keyOf={({ id }) => id}
        empty="No session fits."
        columns={[
          { key: "timestamp", label: "Began", isSorted: true, cell: (row) => <Began row={row} /> },
          {
            key: "developer",
            label: "Developer",
            cell: (row) => <Narrow name="developer" value={row.developer_id} />,
          },
          {
            key: "tokens",
            label: "Tokens",
            isNumber: true,
            isSorted: true,
            cell: ({ total_tokens }) =>
              total_tokens === null
                ? <WhyNull reason="no_tokens" label="Tokens" />
                : number(total_tokens),
          },
          {
            key: "cost_usd",
            label: "Cost",
            isNumber: true,
            isSorted: true,
            cell: ({ cost_usd, cost_source, cost_outlier, guessed_calls, estimated_cost_usd }) => (
              <>
                <Cost
                  usd={cost_usd}
                  source={cost_source}
                  isGuess={guessed_calls > 0}
                  estimate={estimated_cost_usd}
                />
                {cost_outlier && <span class="verdict-chip fair">unusual</span>}
              </>
            ),
          },
          {
            key: "repository",
            label: "Repository",
            cell: (row) => <Narrow name="repository" value={row.repository} />,
          },
          {
            key: "model",
            label: "Model",
            cell: (row) => <Narrow name="model" value={row.model} />,
          },
          {
            key: "calls",
            label: "Calls",
            isNumber: true,
            cell: ({ calls, failed_calls }) => (
              <>
                {number(calls)}
                {failed_calls > 0 && <span class="sub">{number(failed_calls)} failed</span>}
              </>
            ),
          },
          { key: "accepted", label: "Taken", cell: (row) => <Taken row={row} /> },
        ]}
      />
    </div>
  );
}

function Began({ row: { id, timestamp } }: { row: Listed }) {
  const { view } = useView();
  return (
    <a href={sectionUrl(view, "ai", { ...view.query, session: id })}>
      <Instant at={timestamp} />
    </a>
  );
}

/** A value that the list can be narrowed to. */
function Narrow({ name, value }: { name: Filter; value: string | null }) {
  const { view } = useView();
  if (value === null) return <>{unknown}</>;
  if (view.query[name] === value) return <>{value}</>;
  const href = sectionUrl(view, "ai", { ...view.query, [name]: value, page: undefined });
  return <a class="plain" href={href} title={`Only ${value}`}>{value}</a>;
}

/** What the list is narrowed to, and the way back. */
function Chosen() {
  const { view, change } = useView();
  return (
    <ul class="steps" aria-label="Only">
      {filters.flatMap((name) => {
        const value = view.query[name];
        return value === undefined ? [] : [
          <li key={name} class="chip">
            <span>{name}: {value}</span>
            <button
              type="button"
              class="quiet"
              aria-label={`Every ${name}`}
              onClick={() => change({ [name]: undefined, page: undefined })}
            >
              ×
            </button>
          </li>,
        ];
      })}
    </ul>
  );
}

function Taken({ row: { accepted, accepted_lines } }: { row: Listed }) {
  if (accepted === null) return <WhyNull reason="no_decisions" label="Whether it was taken" />;
  return (
    <>
      <span class={`verdict-chip ${accepted ? "good" : "none"}`}>{accepted ? "yes" : "no"}</span>
      {accepted && accepted_lines !== null && accepted_lines > 0 && (
        <span class="sub">{number(accepted_lines)} lines</span>
      )}
    </>
  );
}
