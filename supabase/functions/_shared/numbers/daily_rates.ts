import {
  acceptanceRate,
  errorRate,
  type Formula,
  interactionVelocity,
  meanLatency,
  tokenEfficiency,
} from "./formulas.ts";

/** What SQL answers of a day of a rate. */
export type Sums = Record<string, number>;

/** The rates of which SQL answers the sums, by the key of their series. */
export const dailyRates: Record<string, Formula<Sums>> = {
  "ai.acceptance_rate": ofSums(acceptanceRate, "people_accepted", "people_rejected"),
  "ai.error_rate": ofSums(errorRate, "failed_sessions", "sessions"),
  "ai.interaction_velocity": ofSums(interactionVelocity, "sessions", "active_hours"),
  "ai.token_efficiency": ofSums(tokenEfficiency, "fresh_tokens", "measured_lines"),
  "ai.latency_ms": ofSums(meanLatency, "latency_ms_sum", "latency_calls"),
};

function ofSums<Key extends string>(
  { definition, of }: Formula<Record<Key, number>>,
  ...keys: Key[]
): Formula<Sums> {
  const picked = (sums: Sums) =>
    Object.fromEntries(keys.map((key) => [key, sums[key] ?? 0])) as Record<Key, number>;
  return { definition, of: (sums) => of(picked(sums)) };
}
