import { api, type Schemas, useAnswer } from "../api.ts";
import { Choice } from "../components/choice.tsx";
import { DataTable } from "../components/data_table.tsx";
import { Failed } from "../components/failed.tsx";
import { Skeleton } from "../components/skeleton.tsx";
import { WhyNull } from "../components/why_null.tsx";
import { money, number, sentence } from "../format.ts";
import { useRange } from "../organization.tsx";
import { sectionUrl, useView } from "../view.ts";

const kinds = ["model", "developer", "repository", "team", "agent"] as const;
/** The kinds that the list of sessions can be narrowed to. */
const listed: readonly string[] = ["model", "developer", "repository"];

type Group = Schemas["SessionsSpend"]["groups"][number];

/** Who and what the money went to, the most first. */
export function SpendGroups() {
  const { org_id, start, end } = useRange();
  const { view } = useView();
  const by = kinds.find((one) => one === view.query["of"]) ?? "model";
  const query = { org_id, start, end, breakdown: by };
  const answer = useAnswer(
    ["spend-groups", query],
    (signal) => api.GET("/v1/sessions/spend", { params: { query }, signal }),
  );
  return (
    <section class="stack" aria-labelledby="spend-groups">
      <div class="row">
        <h2 id="spend-groups">Where it went</h2>
        <Choice
          name="of"
          label="By"
          usual="model"
          options={kinds.map((one) => ({ value: one, label: one }))}
        />
      </div>
      {answer.isError
        ? <Failed error={answer.error} retry={() => answer.refetch()} />
        : answer.data === undefined
        ? <Skeleton height={220} />
        : <Groups spend={answer.data} by={by} />}
    </section>
  );
}

function Groups({ spend, by }: { spend: Schemas["SessionsSpend"]; by: typeof kinds[number] }) {
  return (
    <>
      <DataTable
        caption={`Cost by ${by}`}
        rows={spend.groups}
        keyOf={({ key }) => key ?? ""}
        columns={[
          { key: "key", label: sentence(by), cell: ({ key }) => <Name by={by} value={key} /> },
          {
            key: "cost",
            label: "Cost",
            isNumber: true,
            cell: (group) => <GroupCost group={group} />,
          },
          {
            key: "sessions",
            label: "Sessions",
            isNumber: true,
            cell: ({ sessions }) => number(sessions),
          },
          {
            key: "failed",
            label: "Failed calls",
            isNumber: true,
            cell: ({ calls, failed_calls }) => `${number(failed_calls)} of ${number(calls)}`,
          },
          {
            key: "lines",
            label: "Lines taken",
            isNumber: true,
            cell: ({ accepted_lines }) => number(accepted_lines),
          },
          {
            key: "merged",
            label: "Merged PRs",
            isNumber: true,
            cell: ({ merged_pull_requests }) => number(merged_pull_requests),
          },
        ]}
      />
      {spend.groups_count > spend.groups.length && (
        <p class="fine">
          The {number(spend.groups.length)} dearest of {number(spend.groups_count)}.
        </p>
      )}
    </>
  );
}

function Name({ by, value }: { by: string; value: string | null }) {
  const { view } = useView();
  if (value === null) return <em>not told</em>;
  if (!listed.includes(by)) return <>{value}</>;
  return <a href={sectionUrl(view, "ai", { tab: "sessions", [by]: value })}>{value}</a>;
}

function GroupCost({ group: { cost_usd, uncosted_sessions, guessed_calls } }: { group: Group }) {
  if (cost_usd === null) return <WhyNull reason="no_cost" label="Cost" />;
  return (
    <span data-spent={cost_usd}>
      {money(cost_usd)}
      {uncosted_sessions > 0 && <span class="sub">{number(uncosted_sessions)} uncosted</span>}
      {guessed_calls > 0 && <span class="sub">{number(guessed_calls)} guesses</span>}
    </span>
  );
}
