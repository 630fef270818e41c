import { api, type Schemas, useAnswer } from "../api.ts";
import { Choice } from "../components/choice.tsx";
import { Empty } from "../components/empty.tsx";
import { Failed } from "../components/failed.tsx";
import { Skeleton } from "../components/skeleton.tsx";
import { days, measure, number, sentence } from "../format.ts";
import { useRange } from "../organization.tsx";
import { snippetsOf } from "../snippets.ts";
import { sectionUrl, useView } from "../view.ts";
import { Anomalies } from "./insights_anomalies.tsx";
import { Correlations } from "./insights_correlations.tsx";

export type InsightsAnswer = Schemas["Insights"];

const lags = ["0", "1", "3", "7"] as const;

/** What goes with what, what stood out, and what to do about it; each with its number. */
export function Insights() {
  const { org_id, start, end } = useRange();
  const { view } = useView();
  const lag = lags.find((one) => one === view.query["lags"]) ?? "1";
  const query = { org_id, start, end, lag_days: Number(lag) };
  const answer = useAnswer(
    ["insights", query],
    (signal) => api.GET("/v1/insights", { params: { query }, signal }),
  );
  return (
    <div class="stack">
      <div class="choices">
        <Choice
          name="lags"
          label="Also days apart"
          usual="1"
          options={lags.map((one) => ({
            value: one,
            label: one === "0" ? "none" : one === "1" ? "1 day" : `up to ${one} days`,
          }))}
        />
      </div>
      {answer.isError
        ? <Failed error={answer.error} retry={() => answer.refetch()} />
        : answer.data === undefined
        ? <Waiting />
        : answer.data.metrics.length === 0
        ? <NoNumbers />
        : (
          <div class={answer.isPlaceholderData ? "stack stale" : "stack"}>
            <div class="halves">
              <Findings insights={answer.data} />
              <Recommendations insights={answer.data} />
            </div>
            <Anomalies insights={answer.data} />
            <Correlations insights={answer.data} />
          </div>
        )}
    </div>
  );
}

function Findings(
  { insights: { key_findings, tests, metrics, period } }: { insights: InsightsAnswer },
) {
  return (
    <section class="card" aria-labelledby="key-findings">
      <h2 id="key-findings">In short</h2>
      <ol class="findings">
        {key_findings.map(({ kind, text }, place) => (
          <li key={place} data-finding={kind}>
            <span class="sign" aria-hidden="true">{signs[kind]}</span>
            <p>{sentence(text)}</p>
          </li>
        ))}
      </ol>
      <p class="fine">
        {number(metrics.length)} numbers of {days(period)}, by {number(tests)}{" "}
        tests: what chance explains among so many is not told.
      </p>
    </section>
  );
}

const signs = { correlation: "↔", anomaly: "!", nothing: "○" } as const;

function Recommendations({ insights: { recommendations } }: { insights: InsightsAnswer }) {
  return (
    <section class="card" aria-labelledby="recommendations">
      <h2 id="recommendations">What to do</h2>
      {recommendations.length === 0
        ? <p class="fine">No rule has anything to say about these days.</p>
        : (
          <ul class="rules">
            {recommendations.map(({ rule, key, value, unit, threshold, n, severity, text }) => (
              <li key={rule} data-rule={key} data-value={value}>
                <p class="row">
                  <strong>{sentence(key.replaceAll("_", " "))}: {measure(value, unit)}</strong>
                  <span class={`verdict-chip ${severity === "critical" ? "poor" : "fair"}`}>
                    {severity}
                  </span>
                </p>
                <p>{text}</p>
                <p class="fine">
                  Rule <code>{rule}</code>: threshold {measure(threshold, unit)}, from {number(n)}
                  {" "}
                  {n === 1 ? "row" : "rows"}
                </p>
              </li>
            ))}
          </ul>
        )}
    </section>
  );
}

function NoNumbers() {
  const { view } = useView();
  return (
    <Empty
      title="There is nothing to compare in these days"
      snippet={snippetsOf("ll_…", false)[0]?.code ?? ""}
    >
      <p>
        Insights come from the numbers of AI, delivery and product. Make a key in{" "}
        <a href={sectionUrl(view, "settings", { tab: "keys" })}>Settings</a>, and send something:
      </p>
    </Empty>
  );
}

function Waiting() {
  return (
    <div class="stack">
      <div class="halves">
        <Skeleton height={220} />
        <Skeleton height={220} />
      </div>
      <Skeleton height={160} />
      <Skeleton height={560} />
    </div>
  );
}
