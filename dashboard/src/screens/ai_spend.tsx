import { useMemo } from "preact/hooks";
import { api, type Schemas, useAnswer } from "../api.ts";
import { Choice } from "../components/choice.tsx";
import { Failed } from "../components/failed.tsx";
import { Skeleton } from "../components/skeleton.tsx";
import { type Column, type Layer, Stacked } from "../components/stacked.tsx";
import { Tile } from "../components/tile.tsx";
import { measure, money, number, shortDay, unknown } from "../format.ts";
import { useRange } from "../organization.tsx";
import { lengthOf, useView } from "../view.ts";
import { NoSessions } from "./ai_kpis.tsx";
import { SpendGroups } from "./ai_spend_groups.tsx";

type Yield = Schemas["SessionsYield"];
type Outcome = Yield["outcomes"][number]["outcome"] | "unlinked";

/** What became of the money: the worst is told by name as much as by colour. */
const outcomes: Record<Outcome, { label: string; colour: string; what: string }> = {
  deployed: {
    label: "deployed",
    colour: "var(--good)",
    what: "their pull requests are in production",
  },
  merged: { label: "merged", colour: "var(--accent)", what: "merged, not deployed yet" },
  open: { label: "open", colour: "var(--mark)", what: "their pull requests are still open" },
  abandoned: { label: "abandoned", colour: "var(--edge)", what: "closed without a merge" },
  reverted: { label: "reverted", colour: "var(--fair)", what: "merged and taken back" },
  caused_incident: {
    label: "caused an incident",
    colour: "var(--poor)",
    what: "deployed, and an incident is put down to it",
  },
  unlinked: {
    label: "unlinked",
    colour: "color-mix(in oklab, var(--edge) 42%, var(--surface))",
    what: "they lead to no pull request",
  },
};
const order = Object.keys(outcomes) as Outcome[];

const intervals = ["day", "week", "month"] as const;

/** What sessions cost, and what came of it. */
export function Spend() {
  const range = useRange();
  const { view } = useView();
  const days = lengthOf(range);
  const usual = days > 120 ? "month" : days > 31 ? "week" : "day";
  const interval = intervals.find((one) => one === view.query["interval"]) ?? usual;
  const query = { ...range, interval };
  const answer = useAnswer(
    ["yield", query],
    (signal) => api.GET("/v1/sessions/yield", { params: { query }, signal }),
  );
  if (answer.isError) return <Failed error={answer.error} retry={() => answer.refetch()} />;
  if (answer.data === undefined) return <Skeleton height={720} />;
  const { data } = answer;
  if (data.sessions === 0) return <NoSessions />;
  return (
    <div class={answer.isPlaceholderData ? "stack stale" : "stack"}>
      <div class="tiles three">
        {data.metrics.map((metric) => (
          <Tile
            key={metric.key}
            metric={metric}
            note={metric.key === "cost_usd" && data.uncosted_sessions > 0
              ? `left out: ${number(data.uncosted_sessions)} of unknown cost`
              : null}
          />
        ))}
      </div>
      <div class="choices">
        <Choice
          name="interval"
          label="By"
          usual={usual}
          options={intervals.map((one) => ({ value: one, label: one }))}
        />
      </div>
      <OverTime data={data} interval={interval} />
      <ByOutcome data={data} />
      <SpendGroups />
    </div>
  );
}

function OverTime({ data, interval }: { data: Yield; interval: string }) {
  const { columns, layers } = useMemo(() => layersOf(data.series ?? []), [data.series]);
  return (
    <Stacked
      label={`AI cost by what came of it, by ${interval}`}
      unit="USD"
      columns={columns}
      layers={layers}
    />
  );
}

function layersOf(
  series: NonNullable<Yield["series"]>,
): { columns: Column[]; layers: Layer[] } {
  const costOf = (bucket: typeof series[number], outcome: Outcome) =>
    outcome === "unlinked"
      ? bucket.unlinked.cost_usd
      : bucket.outcomes.find((one) => one.outcome === outcome)?.cost_usd ?? 0;
  return {
    columns: series.map(({ start, complete }) => ({
      date: start,
      name: shortDay(start),
      complete,
    })),
    layers: order.map((outcome) => ({
      key: outcome,
      label: outcomes[outcome].label,
      colour: outcomes[outcome].colour,
      values: series.map((bucket) => costOf(bucket, outcome)),
    })),
  };
}

function ByOutcome({ data }: { data: Yield }) {
  const { unlinked } = data;
  const rows = order.map((outcome) =>
    outcome === "unlinked"
      ? { outcome, ...unlinked }
      : { outcome, ...data.outcomes.find((one) => one.outcome === outcome) ?? nothing }
  );
  return (
    <section class="card" aria-labelledby="outcomes">
      <h2 id="outcomes">What came of it</h2>
      <div class="scroll" role="region" aria-label="Cost and sessions by outcome" tabindex={0}>
        <table class="bars">
          <thead>
            <tr>
              <th scope="col">Outcome</th>
              <th scope="col">
                <span class="hidden">Share of the cost as a bar</span>
              </th>
              <th scope="col" class="number">Cost</th>
              <th scope="col" class="number">Share</th>
              <th scope="col" class="number">Sessions</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ outcome, sessions, cost_usd, share_of_cost }) => (
              <tr key={outcome} data-outcome={outcome} data-value={cost_usd}>
                <th scope="row">
                  {outcomes[outcome].label}
                  <span class="sub">{outcomes[outcome].what}</span>
                </th>
                <td>
                  {(share_of_cost ?? 0) > 0 && (
                    <span
                      class="bar"
                      style={{
                        width: `${share_of_cost}%`,
                        background: outcomes[outcome].colour,
                      }}
                    />
                  )}
                </td>
                <td class="number">{money(cost_usd)}</td>
                <td class="number">
                  {share_of_cost === null ? unknown : measure(share_of_cost, "%")}
                </td>
                <td class="number">{number(sessions)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="fine">
        By the exact chain from session to commit, pull request, deployment and incident. Of what is
        unlinked, {number(unlinked.scored.sessions)}{" "}
        sessions ({money(unlinked.scored.cost_usd)}) likely belong to a pull request, by their
        branch, author and time.
      </p>
    </section>
  );
}

const nothing = { sessions: 0, cost_usd: 0, share_of_cost: null };
