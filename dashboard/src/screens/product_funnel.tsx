import { api, type Schemas, useAnswer } from "../api.ts";
import { Choice } from "../components/choice.tsx";
import { Failed } from "../components/failed.tsx";
import { Skeleton } from "../components/skeleton.tsx";
import { duration, measure, number, unknown } from "../format.ts";
import { useEventNames } from "../event_names.ts";
import { useOrganization, useRange } from "../organization.tsx";
import { useView } from "../view.ts";

const windows = [
  { value: "1h", label: "1 hour" },
  { value: "1d", label: "1 day" },
  { value: "7d", label: "7 days" },
  { value: "30d", label: "30 days" },
];
const orders = [
  { value: "loose", label: "other events may lie between" },
  { value: "strict", label: "one right after the other" },
];
const breakdowns = [
  { value: "", label: "everybody" },
  { value: "age_group", label: "age group" },
  { value: "gender", label: "gender" },
] as const;
const mostSteps = 10;

/** How far people get: steps from the catalogue, as a list in the URL. */
export function Funnel() {
  const range = useRange();
  const { view, change } = useView();
  const names = useEventNames();
  const steps = (view.query["steps"] ?? "").split(",").filter((step) => step !== "");
  const setSteps = (next: string[]) => change({ steps: next.join(",") || undefined });
  const by = breakdowns.find(({ value }) => value === view.query["by"])?.value;
  const query = {
    ...range,
    compare: "none" as const,
    steps: steps.join(","),
    window: view.query["window"] ?? "7d",
    order: view.query["order"] === "strict" ? "strict" as const : "loose" as const,
    ...(by ? { breakdown: by } : {}),
  };
  const answer = useAnswer(
    ["funnel", query],
    (signal) => api.GET("/v1/analytics/funnel", { params: { query }, signal }),
    { enabled: steps.length >= 2 },
  );
  return (
    <>
      <section class="card" aria-labelledby="steps">
        <h2 id="steps">Steps</h2>
        <ol class="steps">
          {steps.map((step, place) => (
            <li key={`${place}${step}`}>
              <span>{step}</span>
              {place > 0 && (
                <button
                  type="button"
                  class="quiet"
                  aria-label={`${step} one step earlier`}
                  onClick={() => setSteps(swapped(steps, place))}
                >
                  ←
                </button>
              )}
              <button
                type="button"
                class="quiet"
                aria-label={`Take ${step} away`}
                onClick={() => setSteps(steps.filter((_, other) => other !== place))}
              >
                ×
              </button>
            </li>
          ))}
          {steps.length < mostSteps && (
            <li>
              <select
                aria-label="Add a step"
                value=""
                onChange={({ currentTarget }) =>
                  currentTarget.value !== "" && setSteps([...steps, currentTarget.value])}
              >
                <option value="">Add a step…</option>
                {names.map((name) => <option key={name} value={name}>{name}</option>)}
              </select>
            </li>
          )}
        </ol>
        <div class="choices">
          <Choice name="window" label="Within" usual="7d" options={windows} />
          <Choice name="order" label="Order" usual="loose" options={orders} />
          <Choice name="by" label="By" usual="" options={breakdowns} />
        </div>
      </section>
      {steps.length < 2
        ? <p class="fine">Choose two steps or more: what people do first, and what you hope for.</p>
        : answer.isError
        ? <Failed error={answer.error} retry={() => answer.refetch()} />
        : answer.data === undefined
        ? <Skeleton height={280} />
        : <Groups answer={answer.data} />}
    </>
  );
}

function swapped(steps: string[], place: number): string[] {
  const next = [...steps];
  next.splice(place - 1, 0, ...next.splice(place, 1));
  return next;
}

function Groups({ answer: { groups, hidden_groups } }: { answer: Schemas["AnalyticsFunnelBody"] }) {
  const { min_group_size } = useOrganization();
  return (
    <>
      {groups.map(({ group, steps }) => <Steps key={group} group={group} steps={steps} />)}
      {groups.length === 0 && <p class="fine">Nobody took the first step in these days.</p>}
      {hidden_groups > 0 && (
        <p class="fine">
          {hidden_groups} groups of fewer than {min_group_size} persons are hidden.
        </p>
      )}
    </>
  );
}

type Step = Schemas["AnalyticsFunnelBody"]["groups"][number]["steps"][number];

function Steps({ group, steps }: { group: string | null; steps: Step[] }) {
  return (
    <section class="card" aria-label={group === null ? "Funnel" : `Funnel of ${group}`}>
      {group !== null && <h2>{group}</h2>}
      <ol class="funnel">
        {steps.map((step) => {
          const { pct, low, high } = shareOf(step.conversion_from_first);
          return (
            <li key={step.step}>
              <p class="row">
                <strong>{step.event}</strong>
                <span>
                  {number(step.count)} <span class="fine">persons</span>
                </span>
              </p>
              <div class="track">
                <span class="bar" style={{ width: `${pct ?? 0}%` }} />
              </div>
              <p class="fine">
                {measure(pct, "%")} of the first step
                {low !== null && high !== null && step.step > 1 &&
                  ` (95% between ${measure(low, "%")} and ${measure(high, "%")})`}
                {step.step > 1 && (
                  <>
                    , {measure(shareOf(step.conversion_from_previous).pct, "%")}{" "}
                    of the step before, after {step.median_seconds_from_previous === null
                      ? unknown
                      : duration(step.median_seconds_from_previous)} in the median
                  </>
                )}
              </p>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

function shareOf(share: Schemas["Share"]) {
  return { pct: share.pct, low: share.low, high: share.high };
}
