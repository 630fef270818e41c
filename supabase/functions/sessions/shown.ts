import { meanLatency } from "../_shared/numbers/formulas.ts";
import { type Baseline, costOutlier } from "./outlier.ts";

interface Stored {
  cost_usd: number | null;
  latency_ms_sum: number;
  latency_calls: number;
}

/** A session as the API shows it, made of what the database answers: its mean latency in milliseconds, and what its cost is among others. */
export function shown<Session extends Stored>(
  { latency_ms_sum, latency_calls, ...session }: Session,
  baseline: Baseline,
) {
  const latency = meanLatency.of({ latency_ms_sum, latency_calls });
  const { is_outlier, score } = costOutlier(session.cost_usd, baseline);
  return {
    ...session,
    avg_latency_ms: latency === null ? null : Math.round(latency * 10) / 10,
    cost_outlier: is_outlier,
    cost_score: score,
  };
}
