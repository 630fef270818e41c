import type { AiMetrics } from "../_shared/numbers/ai_counts.ts";
import { addDays } from "../_shared/numbers/dates.ts";
import { compared } from "../_shared/numbers/metric.ts";
import { periodOf } from "../_shared/numbers/period.ts";
import { correlate, pairsOf } from "./correlations.ts";
import { findingsOf } from "./findings.ts";
import { recommendationsOf } from "./recommendations.ts";
import type { Insights } from "./schemas.ts";
import { totalOf } from "./series.ts";
import { anomaliesOf, anomalyScore } from "./statistics/anomaly.ts";
import type { Series, StoredInsights } from "./types.ts";

/** What is looked at: `before` is the period that is compared with, if any. */
export interface Sources {
  stored: StoredInsights;
  series: Series[];
  before: StoredInsights | null;
  kpis: AiMetrics;
}

/** What the numbers say. `isChosen`: the metrics were asked for by name, so that all pairs of them are held against each other. */
export function insightsOf(
  { stored, series, before, kpis }: Sources,
  options: { maxLag: number; isChosen: boolean; now: Date },
): Insights {
  const { now, isChosen } = options;
  const { period } = stored;
  const correlations = correlate(pairsOf(series, isChosen), period.days, options.maxLag);
  const anomalies = anomaliesIn(stored, series);
  return {
    period: periodOf(period, now),
    metrics: metricsOf(series, stored, before, now),
    key_findings: findingsOf(correlations, anomalies, series),
    correlations,
    tests: correlations.filter(({ p_adjusted }) => p_adjusted !== null).length,
    recommendations: recommendationsOf(kpis, now),
    anomalies,
    definitions: ["insights.correlation@2", "insights.anomaly@1"],
    generated_at: now.toISOString(),
  };
}

/** The metrics that were looked at, with what their days add up to. */
function metricsOf(
  series: Series[],
  stored: StoredInsights,
  before: StoredInsights | null,
  now: Date,
): Insights["metrics"] {
  return series.map(({ key, label, unit, kind, direction, values }) => {
    const sums = stored.series.find((one) => one.key === key)?.sums ?? null;
    const total = totalOf({ key, kind, values, sums }, stored.period.days);
    const earlier = before?.series.find((one) => one.key === key);
    const previous = before && earlier
      ? { ...valueOf(totalOf(earlier, before.period.days)), period: periodOf(before.period, now) }
      : null;
    const kept = { series: values.slice(-stored.period.days), name: key };
    return compared({ key, label, unit, kind, direction, ...total, ...kept }, previous);
  });
}

function valueOf({ value, n }: { value: number | null; n: number }) {
  return { value, n };
}

/** The unusual days of all series, the most unusual first. */
function anomaliesIn({ period, shipped }: StoredInsights, series: Series[]): Insights["anomalies"] {
  return series.flatMap((one) => {
    const from = one.values.length - period.days;
    return anomaliesOf(one, from).map(({ index, value, expected, score, n }) => {
      const date = addDays(period.start, index - from);
      return {
        key: one.key,
        metric: one.key,
        date,
        value,
        expected,
        score,
        threshold: anomalyScore,
        n,
        context: shipped.filter((item) => item.date === date)
          .map(({ kind, repository, name, at }) => ({ kind, repository, name, at })),
      };
    });
  }).sort((a, b) => (b.score ?? Infinity) - (a.score ?? Infinity) || b.date.localeCompare(a.date));
}
