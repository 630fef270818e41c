import { useMemo } from "preact/hooks";
import { type Schemas } from "../api.ts";
import { DataTable } from "../components/data_table.tsx";
import { Facts } from "../components/facts.tsx";
import { Scatter } from "../components/scatter.tsx";
import { WhyNull } from "../components/why_null.tsx";
import { addDays } from "../days.ts";
import { number, sentence, signed, unknown } from "../format.ts";
import { sectionUrl, useView } from "../view.ts";

type Insights = Schemas["Insights"];
type Correlation = Insights["correlations"][number];
type Metric = Insights["metrics"][number];

const pageSize = 10;
/** Adjusted p-values up to this are no chance. */
const significance = 0.05;

/** Every test that was made, the strongest evidence first, and one of them as dots. */
export function Correlations({ insights }: { insights: Insights }) {
  const { correlations, metrics } = insights;
  const { view } = useView();
  const { query } = view;
  const page = Math.max(1, Number(query["page"] ?? 1));
  const rows = correlations.slice((page - 1) * pageSize, page * pageSize);
  const chosen = correlations.find((one) => nameOf(one) === query["pair"]) ?? correlations[0];
  const labelOf = (key: string) => metrics.find((metric) => metric.key === key)?.label ?? key;
  return (
    <section class="stack" aria-labelledby="correlations">
      <h2 id="correlations">What goes with what</h2>
      {chosen && <Chosen correlation={chosen} insights={insights} />}
      <DataTable
        caption="Correlations, the strongest evidence first"
        rows={rows}
        page={{
          page,
          page_size: pageSize,
          total_count: correlations.length,
          has_more: page * pageSize < correlations.length,
        }}
        keyOf={nameOf}
        empty="Fewer than two numbers are known in these days."
        columns={[
          {
            key: "pair",
            label: "Pair",
            cell: (row) => (
              <a
                href={sectionUrl(view, "insights", { ...query, pair: nameOf(row) })}
                aria-current={row === chosen ? "true" : undefined}
              >
                {sentence(labelOf(row.x))} and {labelOf(row.y)}
              </a>
            ),
          },
          { key: "lag", label: "Apart", cell: ({ lag_days }) => apart(lag_days) },
          { key: "method", label: "By", cell: ({ method }) => methods[method] },
          {
            key: "r",
            label: "r",
            isNumber: true,
            cell: ({ r, null_reason }) =>
              r === null ? <WhyNull reason={null_reason} label="r" /> : signed(r),
          },
          {
            key: "p",
            label: "Adjusted p",
            isNumber: true,
            cell: ({ p_adjusted, null_reason }) =>
              p_adjusted === null
                ? <WhyNull reason={null_reason} label="Adjusted p" />
                : probability(p_adjusted),
          },
          { key: "n", label: "Days", isNumber: true, cell: ({ n }) => number(n) },
          {
            key: "verdict",
            label: "Says",
            cell: ({ p_adjusted }) => <Evidence p={p_adjusted} />,
          },
        ]}
      />
    </section>
  );
}

const methods = { pearson: "Pearson", spearman: "Spearman" } as const;

/** A test's name in the address. */
function nameOf({ x, y, lag_days, method }: Correlation): string {
  return [x, y, lag_days, method].join("~");
}

function apart(lag: number): string {
  return lag === 0 ? "the same day" : lag === 1 ? "1 day later" : `${lag} days later`;
}

function probability(p: number): string {
  return p < 0.001 ? "< 0.001" : number(p);
}

function Evidence({ p }: { p: number | null }) {
  if (p === null) return <>{unknown}</>;
  return p <= significance
    ? <span class="verdict-chip good">a relation</span>
    : <span class="verdict-chip none">no more than chance</span>;
}

function Chosen({ correlation, insights }: { correlation: Correlation; insights: Insights }) {
  const { x, y, lag_days, method, null_reason, interval } = correlation;
  const [of, with_] = [metricOf(insights, x), metricOf(insights, y)];
  const pairs = useMemo(
    () => of && with_ ? pairsOf(of, with_, lag_days, insights.period.start) : [],
    [of, with_, lag_days, insights.period.start],
  );
  if (!of || !with_) return null;
  const value = (number: number | null, shown: (number: number) => string) =>
    number === null
      ? <WhyNull reason={null_reason ?? "too_few_pairs"} label="It" />
      : shown(number);
  return (
    <div class="pair">
      <Scatter
        label={`${sentence(of.label)} and ${with_.label}, ${apart(lag_days)}`}
        x={of}
        y={with_}
        pairs={pairs}
        hasLine={method === "pearson"}
        height={340}
      />
      <section class="card" aria-labelledby="chosen">
        <h2 id="chosen">{sentence(of.label)} and {with_.label}</h2>
        <p data-effect>{correlation.effect}</p>
        <Facts
          facts={[
            [methods[method], value(correlation.r, signed)],
            [
              "95% interval",
              interval
                ? `${signed(interval.low)} to ${signed(interval.high)}`
                : value(null, signed),
            ],
            ["p", value(correlation.p, probability)],
            ["Adjusted p", value(correlation.p_adjusted, probability)],
            ["Days", number(correlation.n)],
            ["Worth", value(correlation.n_effective, (n) => `${number(n)} independent days`)],
          ]}
        />
        <Lags correlation={correlation} insights={insights} />
      </section>
    </div>
  );
}

function metricOf({ metrics }: Insights, key: string): Metric | undefined {
  return metrics.find((metric) => metric.key === key);
}

/** The days on which both are known, the second so many days after the first. */
function pairsOf(x: Metric, y: Metric, lag: number, start: string) {
  return x.series.flatMap((value, day) => {
    const other = y.series[day + lag] ?? null;
    return value === null || other === null
      ? []
      : [{ date: addDays(start, day), x: value, y: other }];
  });
}

/** The same pair with every lag that was tried: where the relation is the strongest. */
function Lags({ correlation, insights }: { correlation: Correlation; insights: Insights }) {
  const { view } = useView();
  const { x, y, method } = correlation;
  const tried = insights.correlations
    .filter((one) =>
      one.method === method && (one.x === x && one.y === y || one.x === y && one.y === x)
    )
    .map((one) => ({ one, lag: one.x === x ? one.lag_days : -one.lag_days }))
    .toSorted((a, b) => a.lag - b.lag);
  if (tried.length < 2) return null;
  return (
    <div class="scroll" role="region" aria-label="Every lag" tabindex={0}>
      <table class="bars lags">
        <thead>
          <tr>
            <th scope="col">Lag in days</th>
            <th scope="col">
              <span class="hidden">r as a bar</span>
            </th>
            <th scope="col" class="number">r</th>
          </tr>
        </thead>
        <tbody>
          {tried.map(({ one, lag }) => (
            <tr key={lag}>
              <th scope="row">
                <a
                  href={sectionUrl(view, "insights", { ...view.query, pair: nameOf(one) })}
                  aria-current={one === correlation ? "true" : undefined}
                >
                  {lag > 0 ? `+${lag}` : lag === 0 ? "0" : `−${-lag}`}
                </a>
              </th>
              <td>
                <span
                  class={(one.r ?? 0) < 0 ? "bar minus" : "bar"}
                  style={{ width: `${Math.abs(one.r ?? 0) * 100}%` }}
                />
              </td>
              <td class="number">{one.r === null ? unknown : signed(one.r)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
