import { z } from "@hono/zod-openapi";

const count = z.int();
const value = z.number().nullable();

/** What the KPIs of a window are made of, as `public.ai_metrics` counts it. */
export const AiCountsSchema = z.object({
  sessions: count,
  active_hours: count.openapi({ description: "Distinct developer-hours with a session." }),
  failed_sessions: count.openapi({ description: "With a status of 400 or more, or an error." }),
  accepted: count,
  rejected: count,
  tokens: count,
  accepted_tokens: count.openapi({
    description: "Tokens of accepted sessions that say how many lines were accepted.",
  }),
  accepted_lines: count,
  cost_usd: z.number(),
  uncosted_sessions: count.openapi({ description: "Of which no cost is known." }),
  latency_ms_sum: count,
  latency_calls: count,
  policy_sessions: count.openapi({
    description: "In a repository with a model policy, with a known model.",
  }),
  allowed_sessions: count,
  merged_pull_requests: count,
  merge_hours_median: value,
  reworked_pull_requests: count,
  has_pull_requests: z.boolean().openapi({ description: "Whether any is known at all." }),
  commits: count.openapi({ description: "On default branches." }),
  commit_days: count,
}).openapi("AiCounts");

export const AiWindowSchema = z.object({
  start: z.string(),
  end: z.string(),
  days: z.int(),
  time_zone: z.string(),
}).openapi("AiWindow");

/** The answer of `public.ai_metrics`. */
export const StoredAiMetricsSchema = z.object({
  window: AiWindowSchema,
  current: AiCountsSchema,
  previous: AiCountsSchema,
});

const nullReasons = [
  "no_sessions",
  "no_decisions",
  "no_policy",
  "no_accepted_lines",
  "no_pull_requests",
  "no_commits",
] as const;

export const KpiSchema = z.object({
  value,
  unit: z.string(),
  threshold: z.number().openapi({ description: "The target." }),
  direction: z.enum(["higher_is_better", "lower_is_better"]),
  status: z.enum(["good", "warning", "critical", "unknown"]),
  n: z.int().openapi({ description: "Rows behind the value; lines, for token_efficiency." }),
  definition: z.string(),
  previous: value.openapi({ description: "In as many days before." }),
  reason: z.enum(nullReasons).nullable().openapi({ description: "Why the value is null." }),
}).openapi("Kpi");

export type AiCounts = z.output<typeof AiCountsSchema>;
export type Kpi = z.output<typeof KpiSchema>;
export type KpiName = keyof typeof rules;
type Direction = Kpi["direction"];

/** Every KPI with its value in the window and in the one of `days` days before. */
export function kpisOf(
  current: AiCounts,
  previous: AiCounts,
  days: number,
): Record<KpiName, Kpi> {
  return {
    ai_interaction_velocity: kpiOf("ai_interaction_velocity", current, previous, days),
    acceptance_rate: kpiOf("acceptance_rate", current, previous, days),
    model_selection_accuracy: kpiOf("model_selection_accuracy", current, previous, days),
    error_rate: kpiOf("error_rate", current, previous, days),
    token_efficiency: kpiOf("token_efficiency", current, previous, days),
    pr_throughput: kpiOf("pr_throughput", current, previous, days),
    commit_frequency: kpiOf("commit_frequency", current, previous, days),
    pr_merge_time_hours: kpiOf("pr_merge_time_hours", current, previous, days),
    rework_rate: kpiOf("rework_rate", current, previous, days),
  };
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

interface Rule {
  unit: string;
  target: number;
  direction: Direction;
  definition: string;
  n: (counts: AiCounts) => number;
  value: (counts: AiCounts, days: number) => number | null;
  whenNull: NonNullable<Kpi["reason"]>;
}

const rules = {
  ai_interaction_velocity: {
    unit: "sessions/hour",
    target: 4,
    direction: "higher_is_better",
    definition: "ai.interaction_velocity@1",
    n: ({ sessions }) => sessions,
    value: ({ sessions, active_hours }) => ratio(sessions, active_hours),
    whenNull: "no_sessions",
  },
  acceptance_rate: {
    unit: "%",
    target: 25,
    direction: "higher_is_better",
    definition: "ai.acceptance_rate@1",
    n: ({ accepted, rejected }) => accepted + rejected,
    value: ({ accepted, rejected }) => percent(accepted, accepted + rejected),
    whenNull: "no_decisions",
  },
  model_selection_accuracy: {
    unit: "%",
    target: 80,
    direction: "higher_is_better",
    definition: "ai.model_selection_accuracy@1",
    n: ({ policy_sessions }) => policy_sessions,
    value: ({ allowed_sessions, policy_sessions }) => percent(allowed_sessions, policy_sessions),
    whenNull: "no_policy",
  },
  error_rate: {
    unit: "%",
    target: 5,
    direction: "lower_is_better",
    definition: "ai.error_rate@1",
    n: ({ sessions }) => sessions,
    value: ({ failed_sessions, sessions }) => percent(failed_sessions, sessions),
    whenNull: "no_sessions",
  },
  token_efficiency: {
    unit: "tokens/line",
    target: 50,
    direction: "lower_is_better",
    definition: "ai.token_efficiency@1",
    n: ({ accepted_lines }) => accepted_lines,
    value: ({ accepted_tokens, accepted_lines }) => ratio(accepted_tokens, accepted_lines),
    whenNull: "no_accepted_lines",
  },
  pr_throughput: {
    unit: "PRs/week",
    target: 5,
    direction: "higher_is_better",
    definition: "ai.pr_throughput@1",
    n: ({ merged_pull_requests }) => merged_pull_requests,
    // None merged is 0 where pull requests are known, and unknown where they are not.
    value: (counts, days) =>
      counts.has_pull_requests ? counts.merged_pull_requests / (days / 7) : null,
    whenNull: "no_pull_requests",
  },
  commit_frequency: {
    unit: "commits/day",
    target: 10,
    direction: "higher_is_better",
    definition: "ai.commit_frequency@1",
    n: ({ commits }) => commits,
    value: ({ commits, commit_days }) => ratio(commits, commit_days),
    whenNull: "no_commits",
  },
  pr_merge_time_hours: {
    unit: "hours",
    target: 24,
    direction: "lower_is_better",
    definition: "ai.pr_merge_time_hours@1",
    n: ({ merged_pull_requests }) => merged_pull_requests,
    value: ({ merge_hours_median }) => merge_hours_median,
    whenNull: "no_pull_requests",
  },
  rework_rate: {
    unit: "%",
    target: 22,
    direction: "lower_is_better",
    definition: "ai.rework_rate@1",
    n: ({ merged_pull_requests }) => merged_pull_requests,
    value: (counts) => percent(counts.reworked_pull_requests, counts.merged_pull_requests),
    whenNull: "no_pull_requests",
  },
} as const satisfies Record<string, Rule>;

function kpiOf(name: KpiName, current: AiCounts, previous: AiCounts, days: number): Kpi {
  const { unit, target, direction, definition, n, value, whenNull }: Rule = rules[name];
  const now = value(current, days);
  return {
    value: now,
    unit,
    threshold: target,
    direction,
    status: statusOf(now, target, direction),
    n: n(current),
    definition,
    previous: value(previous, days),
    reason: now === null ? whenNull : null,
  };
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

function percent(part: number, whole: number): number | null {
  return whole === 0 ? null : part * 100 / whole;
}
