import { type Correlation, significance } from "./correlations.ts";
import type { Insights } from "./schemas.ts";
import { shown } from "./series.ts";
import type { Series } from "./types.ts";

type Finding = Insights["key_findings"][number];
type Anomaly = Insights["anomalies"][number];

/** A weaker relation may be certain, and is still not worth a sentence. */
const minEffect = 0.3;
const maxEach = 3;

/**
 * The few sentences that matter: relations that chance does not explain, one for each pair of metrics, then the days that stood out.
 * Never none: that nothing stood out among so many tests is a finding too.
 */
export function findingsOf(
  correlations: Correlation[],
  anomalies: Anomaly[],
  series: Series[],
): Finding[] {
  const found = [
    ...bestOfEachPair(correlations.filter(isWorthTelling)).slice(0, maxEach).map(related),
    ...anomalies.slice(0, maxEach).map((anomaly) => stoodOut(anomaly, series)),
  ];
  if (found.length > 0) return found;
  const tests = correlations.filter(({ p_adjusted }) => p_adjusted !== null).length;
  return [{
    kind: "nothing",
    metrics: [],
    value: tests,
    text: tests === 0
      ? "There is not enough data yet to compare anything."
      : `Nothing stood out: none of ${tests} comparisons is beyond chance, and no day was unusual.`,
  }];
}

function isWorthTelling({ p_adjusted, r }: Correlation): boolean {
  return p_adjusted !== null && p_adjusted <= significance && Math.abs(r ?? 0) >= minEffect;
}

/** They come with the strongest evidence first. */
function bestOfEachPair(correlations: Correlation[]): Correlation[] {
  const best = new Map<string, Correlation>();
  for (const one of correlations) {
    const pair = [one.x, one.y].sort().join(" ");
    if (!best.has(pair)) best.set(pair, one);
  }
  return [...best.values()];
}

function related({ x, y, r, effect }: Correlation): Finding {
  return { kind: "correlation", metrics: [x, y], value: r, text: effect };
}

function stoodOut(anomaly: Anomaly, series: Series[]): Finding {
  const { key, date, value, expected, context } = anomaly;
  const { label, unit } = series.find((one) => one.key === key) ?? { label: key, unit: "" };
  const shipped = context.map(({ kind, name }) => `${kind} ${name}`).join(", ");
  return {
    kind: "anomaly",
    metrics: [key],
    value,
    text: `${label} on ${date}: ${shown(value)} ${unit}, where ${
      shown(expected)
    } is usual for that weekday.${shipped === "" ? "" : ` That day: ${shipped}.`}`,
  };
}
