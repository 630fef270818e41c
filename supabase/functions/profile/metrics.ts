import {
  acceptanceRate,
  type Formula,
  knownCost,
  meanLatency,
} from "../_shared/numbers/formulas.ts";
import { compared, type MetricKind, type Previous } from "../_shared/numbers/metric.ts";
import { periodOf } from "../_shared/numbers/period.ts";
import type { Counts, ProfileMetric, StoredProfile } from "./schemas.ts";

/** The numbers of a profile beside what they are compared with, in order. */
export function profileMetrics({ counts, previous }: StoredProfile, now: Date): ProfileMetric[] {
  return kinds.map(({ formula, n, whenNull, ...kind }) => {
    const before: Previous | null = previous && {
      value: formula.of(previous.counts),
      n: n(previous.counts),
      period: periodOf(previous.period, now),
    };
    const value = formula.of(counts);
    const metric = {
      ...kind,
      definition: formula.definition,
      value,
      n: n(counts),
      null_reason: value === null ? whenNull : null,
    };
    return compared(metric, before);
  });
}

interface Kind extends Omit<MetricKind, "definition"> {
  formula: Formula<Counts>;
  n: (counts: Counts) => number;
  whenNull: ProfileMetric["null_reason"];
}

const sessions = (counts: Counts) => counts.sessions;

const kinds: Kind[] = [
  {
    key: "sessions",
    label: "AI sessions",
    unit: "sessions",
    direction: "neutral",
    formula: { definition: "ai.sessions@1", of: sessions },
    n: sessions,
    whenNull: null,
  },
  {
    key: "tokens",
    label: "AI tokens",
    unit: "tokens",
    direction: "neutral",
    formula: { definition: "ai.tokens@1", of: ({ tokens }) => tokens },
    n: (counts) => counts.sessions - counts.unmeasured_sessions,
    whenNull: "no_tokens",
  },
  {
    key: "cost_usd",
    label: "AI cost",
    unit: "USD",
    direction: "neutral",
    formula: knownCost,
    n: (counts) => counts.sessions - counts.uncosted_sessions,
    whenNull: "no_cost",
  },
  {
    key: "acceptance_rate",
    label: "AI acceptance",
    unit: "%",
    direction: "higher_is_better",
    formula: acceptanceRate,
    n: ({ people_accepted, people_rejected }) => people_accepted + people_rejected,
    whenNull: "no_decisions",
  },
  {
    key: "latency_ms",
    label: "AI latency",
    unit: "ms",
    direction: "lower_is_better",
    formula: meanLatency,
    n: ({ latency_calls }) => latency_calls,
    whenNull: "no_latency",
  },
];
