import { z } from "@hono/zod-openapi";
import { comparedFields, metricFields } from "../http/answers.ts";
import type { AiCounts, AiMetrics } from "./ai_counts.ts";
import {
  acceptanceRate,
  acceptanceRateOfSessions,
  allTokenEfficiency,
  errorRate,
  type Formula,
  interactionVelocity,
  modelSelectionAccuracy,
  tokenEfficiency,
} from "./formulas.ts";
import { compared } from "./metric.ts";
import { type Period, periodOf } from "./period.ts";
import { percent, ratio } from "./ratio.ts";

/** Why a KPI has no value. */
export const kpiNullReasons = [
  "no_sessions",
  "no_decisions",
  "only_automatic_decisions",
  "no_policy",
  "no_accepted_lines",
  "no_tokens",
  "no_pull_requests",
  "no_commits",
] as const;

/** How a KPI stands to its target. */
export const kpiStatuses = ["good", "warning", "critical", "unknown"] as const;

const judgedFields = {
  target: z.number().openapi({ description: "What the value should be at least, or at most." }),
  status: z.enum(kpiStatuses),
};

const versionFields = {
  earlier: z.object({
    definition: z.string(),
    value: z.number().nullable(),
    n: z.int(),
    null_reason: z.enum(kpiNullReasons).nullable(),
  }).nullable().openapi({ description: "The same by the version before of its definition." }),
  beside: z.array(z.object({
    key: z.string(),
    label: z.string(),
    unit: z.string(),
    value: z.number(),
  })).openapi({ description: "What the value leaves out, so that it is not overlooked." }),
};

export const KpiSchema = z.object({
  ...metricFields(kpiNullReasons),
  ...judgedFields,
  ...versionFields,
  ...comparedFields,
}).openapi("Kpi");

export type Kpi = z.output<typeof KpiSchema>;
export type KpiKey = keyof typeof kpiKinds;
type Direction = "higher_is_better" | "lower_is_better";

/** Every KPI of what was counted, in order, beside what it is compared with. */
export function kpisOf(stored: AiMetrics, now: Date): Kpi[] {
  const before = stored.previous && stored.previous_period &&
    { counts: stored.previous, period: periodOf(stored.previous_period, now) };
  return kpiKeys.map((key) => kpiOf(key, stored, before));
}

/**
 * How a value stands to its target. Higher is better: at the target good, at half of it warning. Lower is better: at the target good,
 * at twice it warning. Beyond that critical; null is unknown.
 */
export function statusOf(
  value: number | null,
  target: number,
  direction: Direction,
): Kpi["status"] {
  if (value === null) return "unknown";
  if (direction === "higher_is_better") {
    return value >= target ? "good" : value >= target / 2 ? "warning" : "critical";
  }
  return value <= target ? "good" : value <= target * 2 ? "warning" : "critical";
}

interface KpiKind {
  label: string;
  unit: string;
  target: number;
  direction: Direction;
  formula: Formula<AiCounts & { days: number }>;
  /** The rows behind the value. */
  n: (counts: AiCounts) => number;
  whenNull: NonNullable<Kpi["null_reason"]>;
  /** Why there is no value, where more than one thing may be missing. */
  whyNull?: (counts: AiCounts) => NonNullable<Kpi["null_reason"]>;
  /** The version before, which clients of then still want. */
  earlier?: {
    formula: Formula<AiCounts>;
    n: (counts: AiCounts) => number;
    whenNull: NonNullable<Kpi["null_reason"]>;
  };
  beside?: (counts: AiCounts) => Kpi["beside"];
}

const kpiKinds = {
  ai_interaction_velocity: {
    label: "AI interaction velocity",
    unit: "sessions/hour",
    target: 4,
    direction: "higher_is_better",
    formula: interactionVelocity,
    n: ({ sessions }) => sessions,
    whenNull: "no_sessions",
  },
  acceptance_rate: {
    label: "AI acceptance",
    unit: "%",
    target: 25,
    direction: "higher_is_better",
    formula: acceptanceRate,
    n: ({ people_accepted, people_rejected }) => people_accepted + people_rejected,
    whenNull: "no_decisions",
    whyNull: ({ automatic_decisions }) =>
      automatic_decisions > 0 ? "only_automatic_decisions" : "no_decisions",
    earlier: {
      formula: acceptanceRateOfSessions,
      n: ({ accepted, rejected }) => accepted + rejected,
      whenNull: "no_decisions",
    },
    beside: ({ automatic_decisions }) => [{
      key: "automatic_decisions",
      label: "Automatic decisions",
      unit: "decisions",
      value: automatic_decisions,
    }],
  },
  model_selection_accuracy: {
    label: "Sessions with an allowed model",
    unit: "%",
    target: 80,
    direction: "higher_is_better",
    formula: modelSelectionAccuracy,
    n: ({ policy_sessions }) => policy_sessions,
    whenNull: "no_policy",
  },
  error_rate: {
    label: "AI errors",
    unit: "%",
    target: 5,
    direction: "lower_is_better",
    formula: errorRate,
    n: ({ sessions }) => sessions,
    whenNull: "no_sessions",
  },
  token_efficiency: {
    label: "Tokens per accepted line",
    unit: "tokens/line",
    target: 50,
    direction: "lower_is_better",
    formula: tokenEfficiency,
    n: ({ measured_lines }) => measured_lines,
    whenNull: "no_accepted_lines",
    whyNull: ({ accepted_lines }) => accepted_lines > 0 ? "no_tokens" : "no_accepted_lines",
    earlier: {
      formula: allTokenEfficiency,
      n: ({ measured_lines }) => measured_lines,
      whenNull: "no_accepted_lines",
    },
    beside: ({ cached_tokens }) => [{
      key: "cached_tokens",
      label: "Read from caches",
      unit: "tokens",
      value: cached_tokens,
    }],
  },
  pr_throughput: {
    label: "Merged pull requests",
    unit: "PRs/week",
    target: 5,
    direction: "higher_is_better",
    formula: {
      definition: "ai.pr_throughput@1",
      // None merged is 0 where pull requests are known, and unknown where they are not.
      of: ({ has_pull_requests, merged_pull_requests, days }) =>
        has_pull_requests ? ratio(merged_pull_requests, days / 7) : null,
    },
    n: ({ merged_pull_requests }) => merged_pull_requests,
    whenNull: "no_pull_requests",
  },
  commit_frequency: {
    label: "Commits on a day with one",
    unit: "commits/day",
    target: 10,
    direction: "higher_is_better",
    formula: {
      definition: "ai.commit_frequency@1",
      of: ({ commits, commit_days }) => ratio(commits, commit_days),
    },
    n: ({ commits }) => commits,
    whenNull: "no_commits",
  },
  pr_merge_time_hours: {
    label: "Time to merge",
    unit: "hours",
    target: 24,
    direction: "lower_is_better",
    formula: {
      definition: "ai.pr_merge_time_hours@1",
      of: ({ merge_hours_median }) => merge_hours_median,
    },
    n: ({ merged_pull_requests }) => merged_pull_requests,
    whenNull: "no_pull_requests",
  },
  rework_rate: {
    label: "Rework",
    unit: "%",
    target: 22,
    direction: "lower_is_better",
    formula: {
      definition: "ai.rework_rate@1",
      of: ({ reworked_pull_requests, merged_pull_requests }) =>
        percent(reworked_pull_requests, merged_pull_requests),
    },
    n: ({ merged_pull_requests }) => merged_pull_requests,
    whenNull: "no_pull_requests",
  },
} as const satisfies Record<string, KpiKind>;

/** The keys of the KPIs, in the order they are answered in. */
export const kpiKeys = Object.keys(kpiKinds) as KpiKey[];

function kpiOf(
  key: KpiKey,
  { current, period }: AiMetrics,
  before: { counts: AiCounts; period: Period } | null,
): Kpi {
  const { label, unit, target, direction, formula, n, whenNull, whyNull, earlier, beside }:
    KpiKind = kpiKinds[key];
  const value = formula.of({ ...current, days: period.days });
  const previous = before && {
    value: formula.of({ ...before.counts, days: before.period.days }),
    n: n(before.counts),
    period: before.period,
  };
  return compared({
    key,
    label,
    unit,
    direction,
    definition: formula.definition,
    value,
    n: n(current),
    null_reason: value === null ? whyNull?.(current) ?? whenNull : null,
    target,
    status: statusOf(value, target, direction),
    earlier: earlier === undefined ? null : earlierOf(earlier, current),
    beside: beside?.(current) ?? [],
  }, previous);
}

function earlierOf(
  { formula, n, whenNull }: NonNullable<KpiKind["earlier"]>,
  counts: AiCounts,
): Kpi["earlier"] {
  const value = formula.of(counts);
  return {
    definition: formula.definition,
    value,
    n: n(counts),
    null_reason: value === null ? whenNull : null,
  };
}
