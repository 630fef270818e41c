import { api, type Schemas, useAnswer } from "../api.ts";
import { Choice } from "../components/choice.tsx";
import { Failed } from "../components/failed.tsx";
import { Skeleton } from "../components/skeleton.tsx";
import { measure, number } from "../format.ts";
import { useEventNames } from "../event_names.ts";
import { useRange } from "../organization.tsx";
import { useView } from "../view.ts";

const depths = ["1", "2", "3", "4", "5"] as const;

/** What people did after an event, step by step. */
export function Paths() {
  const range = useRange();
  const { view } = useView();
  const names = useEventNames();
  const event = view.query["event"] ?? names[0] ?? "";
  const depth = Number(depths.find((one) => one === view.query["depth"]) ?? "3");
  const query = { ...range, compare: "none" as const, event, depth };
  const answer = useAnswer(
    ["flow", query],
    (signal) => api.GET("/v1/analytics/flow", { params: { query }, signal }),
    { enabled: event !== "" },
  );
  return (
    <>
      <div class="choices">
        <Choice
          name="event"
          label="After"
          usual={names[0] ?? ""}
          options={names.map((name) => ({ value: name, label: name }))}
        />
        <Choice
          name="depth"
          label="Steps"
          usual="3"
          options={depths.map((one) => ({ value: one, label: one }))}
        />
      </div>
      {answer.isError
        ? <Failed error={answer.error} retry={() => answer.refetch()} />
        : answer.data === undefined
        ? <Skeleton height={320} />
        : <Links flow={answer.data} />}
    </>
  );
}

function Links({ flow }: { flow: Schemas["AnalyticsFlowBody"] }) {
  const steps = [...new Set(flow.links.map(({ step }) => step))];
  if (flow.n === 0) return <p class="fine">Nobody did this in these days.</p>;
  return (
    <>
      <p class="fine">
        {number(flow.n)} times, by {number(flow.persons)} persons. Shares are of all of these times.
      </p>
      <div class="tiles three">
        {steps.map((step) => (
          <section key={step} class="card" aria-label={`Step ${step}`}>
            <h2>{step === 1 ? "Next" : `Step ${step}`}</h2>
            <ul class="links">
              {flow.links.filter((link) => link.step === step).map(
                ({ source, target, count, pct }) => (
                  <li key={`${source}>${target}`}>
                    <p class="row">
                      <span>
                        {step > 1 && <span class="fine">{source} →</span>}{" "}
                        {target ?? <em>the session ended</em>}
                      </span>
                      <span>
                        {number(count)} <span class="fine">{measure(pct, "%")}</span>
                      </span>
                    </p>
                    <span class="bar" style={{ width: `${pct ?? 0}%` }} />
                  </li>
                ),
              )}
            </ul>
            {flow.other.filter((rest) => rest.step === step).map(({ links, count }) => (
              <p key={step} class="fine">
                and {number(count)} {count === 1 ? "time" : "times"} by {number(links)} other ways
              </p>
            ))}
          </section>
        ))}
      </div>
    </>
  );
}
