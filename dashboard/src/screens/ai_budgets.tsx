import { useMutation } from "@tanstack/preact-query";
import { answerOf, api, queries, type Schemas, useAnswer } from "../api.ts";
import { DataTable } from "../components/data_table.tsx";
import { Failed } from "../components/failed.tsx";
import { Field, Form } from "../components/form.tsx";
import { Skeleton } from "../components/skeleton.tsx";
import { day, money, number } from "../format.ts";
import { mayManage, useOrganization } from "../organization.tsx";
import { useView } from "../view.ts";

type Budget = Schemas["Budget"];
const periods = ["day", "week", "month"] as const;

/** What teams and developers may spend, and how much of it is gone. */
export function Budgets() {
  const organization = useOrganization();
  const { id: org_id } = organization;
  const { view } = useView();
  const query = { org_id, page: Number(view.query["page"] ?? 1) };
  const budgets = useAnswer(
    ["budgets", org_id, query],
    (signal) => api.GET("/v1/insights/budgets", { params: { query }, signal }),
  );
  const isManager = mayManage(organization);
  const list = budgets.isError
    ? <Failed error={budgets.error} retry={() => budgets.refetch()} />
    : budgets.data === undefined
    ? <Skeleton height={280} />
    : <List page={budgets.data} isManager={isManager} />;
  if (!isManager) return list;
  return (
    <div class="pair">
      {list}
      <NewBudget />
    </div>
  );
}

function List({ page, isManager }: { page: Schemas["Budgets"]; isManager: boolean }) {
  const { id: org_id } = useOrganization();
  const remove = useMutation({
    mutationFn: (id: string) =>
      answerOf(
        api.DELETE("/v1/insights/budgets/{id}", { params: { path: { id }, query: { org_id } } }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ["budgets", org_id] }),
  });
  return (
    <div class="stack">
      {remove.isError && <Failed error={remove.error} />}
      <DataTable
        caption="Budgets"
        page={page}
        rows={page.items}
        keyOf={({ id }) => id}
        empty="There is no budget: nothing is limited."
        columns={[
          {
            key: "who",
            label: "Who",
            cell: ({ team, developer_id }) => (
              <>
                {team?.name ?? developer_id}
                <span class="sub">{team ? "team" : "developer"}</span>
              </>
            ),
          },
          {
            key: "period",
            label: "Period",
            cell: ({ period, period_start }) => (
              <>
                a {period}
                <span class="sub">since {day(period_start)}</span>
              </>
            ),
          },
          { key: "spent", label: "Spent", cell: (budget) => <Spent budget={budget} /> },
          { key: "alert", label: "Alert", cell: ({ alert }) => <Alert alert={alert} /> },
          ...(isManager
            ? [{
              key: "delete",
              label: "Action",
              isQuiet: true,
              cell: (budget: Budget) => (
                <button
                  type="button"
                  class="quiet danger"
                  onClick={() => confirm("Delete this budget?") && remove.mutate(budget.id)}
                >
                  Delete
                </button>
              ),
            }]
            : []),
        ]}
      />
      <p class="fine">
        Spend is of calls whose cost is known, in the running period. Whoever owns or administers
        the organization gets one mail when a limit is reached.
      </p>
    </div>
  );
}

function Spent({ budget: { spent_usd, limit_usd } }: { budget: Budget }) {
  const share = spent_usd / limit_usd * 100;
  const isOver = share >= 100;
  return (
    <div data-value={spent_usd}>
      {money(spent_usd)} <span class="fine">of {money(limit_usd)}</span>
      <div class="track">
        <span class={isOver ? "bar poor" : "bar"} style={{ width: `${Math.min(100, share)}%` }} />
      </div>
      <span class={isOver ? "change worse" : "fine"}>
        {number(Math.round(share))}%{isOver ? ", over the limit" : " used"}
      </span>
    </div>
  );
}

const alertWords = {
  pending: "a mail is on its way",
  sent: "mailed",
  stored: "nobody could be mailed",
  failed: "the mail was refused",
  expired: "the mail could not be sent in time",
  skipped: "nobody was left to be mailed",
} as const;

function Alert({ alert }: { alert: Budget["alert"] }) {
  if (alert === null) return <span class="fine">none: the limit holds</span>;
  return (
    <>
      <span class="verdict-chip poor">limit reached</span>
      <span class="sub">{money(alert.spent_usd)}; {alertWords[alert.state]}</span>
    </>
  );
}

function NewBudget() {
  const { id: org_id } = useOrganization();
  const teams = useAnswer(
    ["teams", org_id],
    (signal) => api.GET("/v1/teams", { params: { query: { org_id, page_size: 100 } }, signal }),
  );
  return (
    <section class="card">
      <h2>Set a budget</h2>
      <Form
        submit="Set"
        onSubmit={async (data) => {
          const team = String(data.get("team"));
          const developer_id = String(data.get("developer")).trim();
          const body = {
            org_id,
            ...(team === "" ? { developer_id } : { team }),
            period: periods.find((one) => one === data.get("period")) ?? "month",
            limit_usd: Number(data.get("limit")),
          };
          await answerOf(api.POST("/v1/insights/budgets", { body }));
          await queries.invalidateQueries({ queryKey: ["budgets", org_id] });
        }}
      >
        <label class="field">
          Team
          <select name="team">
            <option value="">none: of a developer</option>
            {teams.data?.items.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
          </select>
        </label>
        <Field
          label="Developer"
          name="developer"
          placeholder="ada"
          hint="The login or address of their sessions, where it is of no team."
        />
        <label class="field">
          Period
          <select name="period">
            {periods.map((one) => <option key={one} selected={one === "month"}>{one}</option>)}
          </select>
        </label>
        <Field label="US dollars" name="limit" type="number" min="0.01" step="0.01" required />
      </Form>
      <p class="fine">It takes the place of the one there is for the same and the same period.</p>
    </section>
  );
}
