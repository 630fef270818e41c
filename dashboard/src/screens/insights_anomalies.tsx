import { type Schemas } from "../api.ts";
import { DataTable } from "../components/data_table.tsx";
import { GithubLink } from "../components/github_link.tsx";
import { WhyNull } from "../components/why_null.tsx";
import { measure, number, sentence, weekday } from "../format.ts";

type Insights = Schemas["Insights"];
type Anomaly = Insights["anomalies"][number];

const few = 12;

/** The days that are far from what is usual for their weekday, with what was shipped on them. */
export function Anomalies({ insights: { anomalies, metrics } }: { insights: Insights }) {
  const metricOf = (key: string) => metrics.find((metric) => metric.key === key);
  return (
    <section class="stack" aria-labelledby="anomalies">
      <h2 id="anomalies">Unusual days</h2>
      <DataTable
        caption="Unusual days, the most unusual first"
        rows={anomalies.slice(0, few)}
        keyOf={({ key, date }) => key + date}
        empty="No day was far from what is usual for its weekday."
        columns={[
          { key: "date", label: "Day", cell: ({ date }) => weekday(date) },
          {
            key: "metric",
            label: "What",
            cell: ({ key }) => sentence(metricOf(key)?.label ?? key),
          },
          {
            key: "value",
            label: "It was",
            isNumber: true,
            cell: ({ key, value, expected }) => (
              <span data-value={value}>
                {measure(value, metricOf(key)?.unit ?? "")}
                <Side value={value} expected={expected} direction={metricOf(key)?.direction} />
              </span>
            ),
          },
          {
            key: "expected",
            label: "Usual",
            isNumber: true,
            cell: ({ key, expected, n }) => (
              <>
                {measure(expected, metricOf(key)?.unit ?? "")}
                <span class="sub">of {number(n)} weeks</span>
              </>
            ),
          },
          {
            key: "score",
            label: "Score",
            isNumber: true,
            cell: ({ score, threshold }) =>
              score === null ? <WhyNull reason="all_alike" label="Score" /> : (
                <>
                  {number(score)}
                  <span class="sub">from {number(threshold)} on</span>
                </>
              ),
          },
          { key: "shipped", label: "Shipped that day", cell: (row) => <Shipped anomaly={row} /> },
        ]}
      />
      {anomalies.length > few && (
        <p class="fine">
          The {number(few)} most unusual of {number(anomalies.length)}.
        </p>
      )}
    </section>
  );
}

interface SideProps {
  value: number;
  expected: number;
  direction: "higher_is_better" | "lower_is_better" | "neutral" | undefined;
}

/** On which side of the usual it lies, by arrow and word. */
function Side({ value, expected, direction = "neutral" }: SideProps) {
  const isMore = value > expected;
  const verdict = direction === "neutral"
    ? ""
    : isMore === (direction === "higher_is_better")
    ? "better"
    : "worse";
  return (
    <span class={`sub change ${verdict}`}>
      <span aria-hidden="true">{isMore ? "↑" : "↓"}</span>{" "}
      {isMore ? "more than usual" : "less than usual"}
      {verdict !== "" && `, ${verdict}`}
    </span>
  );
}

function Shipped({ anomaly: { context } }: { anomaly: Anomaly }) {
  if (context.length === 0) return <span class="fine">nothing</span>;
  return (
    <ul>
      {context.map(({ kind, repository, name, at }) => (
        <li key={kind + repository + name + at}>
          {kind === "release"
            ? <GithubLink repository={repository} path={`releases/tag/${name}`} text={name} />
            : name} <span class="fine">{kind} of {repository}</span>
        </li>
      ))}
    </ul>
  );
}
