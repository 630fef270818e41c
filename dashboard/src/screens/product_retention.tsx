import { api, type Schemas, useAnswer } from "../api.ts";
import { Choice } from "../components/choice.tsx";
import { Failed } from "../components/failed.tsx";
import { Skeleton } from "../components/skeleton.tsx";
import { day, measure, number, unknown } from "../format.ts";
import { useRange } from "../organization.tsx";
import { useEventNames } from "../event_names.ts";
import { useView } from "../view.ts";
import { reasonOf } from "../words.ts";

type Cell = Schemas["AnalyticsRetentionBody"]["cohorts"][number]["cells"][number];

const intervals = ["day", "week", "month"] as const;

/** Who comes back: each cohort a row, each period a column, the share as text and as shade. */
export function Retention() {
  const range = useRange();
  const { view } = useView();
  const names = useEventNames();
  const interval = intervals.find((one) => one === view.query["interval"]) ?? "week";
  const [start, back] = [view.query["start_event"], view.query["return_event"]];
  const query = {
    ...range,
    compare: "none" as const,
    interval,
    ...(start ? { start_event: start } : {}),
    ...(back ? { return_event: back } : {}),
  };
  const answer = useAnswer(
    ["retention", query],
    (signal) => api.GET("/v1/analytics/retention", { params: { query }, signal }),
  );
  const events = [
    { value: "", label: "any event" },
    ...names.map((name) => ({ value: name, label: name })),
  ];
  return (
    <>
      <div class="choices">
        <Choice
          name="interval"
          label="By"
          usual="week"
          options={intervals.map((one) => ({ value: one, label: one }))}
        />
        <Choice name="start_event" label="Began with" usual="" options={events} />
        <Choice name="return_event" label="Came back for" usual="" options={events} />
      </div>
      {answer.isError
        ? <Failed error={answer.error} retry={() => answer.refetch()} />
        : answer.data === undefined
        ? <Skeleton height={320} />
        : <Heatmap retention={answer.data} interval={interval} />}
    </>
  );
}

function Heatmap(
  { retention: { cohorts, averages, n }, interval }: {
    retention: Schemas["AnalyticsRetentionBody"];
    interval: string;
  },
) {
  // Periods that no cohort has come to say nothing.
  const periods = 1 + Math.max(
    0,
    ...cohorts.map(({ cells }) => cells.findLastIndex(({ pct }) => pct !== null)),
  );
  if (cohorts.length === 0) return <p class="fine">Nobody began in these days.</p>;
  return (
    <div class="table">
      <div class="scroll" role="region" aria-label="Retention" tabindex={0}>
        <table class="heat">
          <caption class="hidden">Share of each cohort that came back, by {interval}</caption>
          <thead>
            <tr>
              <th scope="col">Began</th>
              <th scope="col" class="number">Persons</th>
              {Array.from(
                { length: periods },
                (_, period) => <th key={period} scope="col" class="number">{interval} {period}</th>,
              )}
            </tr>
          </thead>
          <tbody>
            {cohorts.map(({ cohort, size, complete, cells }) => (
              <tr key={cohort}>
                <th scope="row">{day(cohort)} {!complete && <span class="fine">(so far)</span>}</th>
                <td class="number">{number(size)}</td>
                {cells.slice(0, periods).map((cell, period) => <Share key={period} cell={cell} />)}
              </tr>
            ))}
            {averages.map(({ group, cells }) => (
              <tr key={group} class="average">
                <th scope="row">All of them</th>
                <td class="number">{number(n)}</td>
                {cells.slice(0, periods).map(({ pct, null_reason }, period) => (
                  <Share key={period} cell={{ pct, count: null, null_reason }} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function Share({ cell: { pct, count, null_reason } }: { cell: Cell }) {
  if (pct === null) {
    return <td class="number" title={reasonOf(null_reason ?? "no_data").why}>{unknown}</td>;
  }
  return (
    <td
      class="number"
      style={{ "--share": `${Math.round(pct * 0.55)}%` }}
      title={count === null ? undefined : `${number(count)} persons`}
    >
      {measure(pct, "%")}
    </td>
  );
}
