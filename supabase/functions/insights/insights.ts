import type { AiCounts } from "../_shared/numbers/ai_kpis.ts";
import { addDays } from "../_shared/numbers/dates.ts";
import { correlate, pairsOf } from "./correlations.ts";
import { findingsOf } from "./findings.ts";
import { recommendationsOf } from "./recommendations.ts";
import type { Insights } from "./schemas.ts";
import type { StoredInsights } from "./series.ts";
import { anomaliesOf, anomalyScore } from "./statistics/anomaly.ts";

/** What the numbers say. `isChosen`: the metrics were asked for by name, so that all pairs of them are held against each other. */
export function insightsOf(
  stored: StoredInsights,
  kpis: { current: AiCounts; previous: AiCounts },
  options: { maxLag: number; isChosen: boolean; now: Date },
): Insights {
  const { period, series } = stored;
  const pairs = pairsOf(series, options.isChosen);
  const correlations = correlate(pairs, period.days, options.maxLag);
  const anomalies = anomaliesIn(stored);
  return {
    period,
    metrics: series.map(({ name, label, unit, kind, direction }) => ({
      name,
      label,
      unit,
      kind,
      direction,
    })),
    key_findings: findingsOf(correlations, anomalies, series),
    correlations,
    tests: correlations.filter(({ p_adjusted }) => p_adjusted !== null).length,
    recommendations: recommendationsOf(kpis.current, kpis.previous, period.days),
    anomalies,
    definitions: ["insights.correlation@1", "insights.anomaly@1"],
    generated_at: options.now.toISOString(),
  };
}

/** The unusual days of all series, the most unusual first. */
function anomaliesIn({ period, series, happenings }: StoredInsights): Insights["anomalies"] {
  return series.flatMap((one) => {
    const from = one.values.length - period.days;
    return anomaliesOf(one, from).map(({ index, value, expected, score, n }) => {
      const date = addDays(period.start, index - from);
      return {
        metric: one.name,
        date,
        value,
        expected,
        score,
        threshold: anomalyScore,
        n,
        context: happenings.filter((happening) => happening.date === date)
          .map(({ kind, repository, name, at }) => ({ kind, repository, name, at })),
      };
    });
  }).sort((a, b) => (b.score ?? Infinity) - (a.score ?? Infinity) || b.date.localeCompare(a.date));
}
