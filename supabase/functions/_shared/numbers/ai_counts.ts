import { z } from "@hono/zod-openapi";
import { StoredPeriodSchema } from "../http/answers.ts";

const count = z.int();

/** What the KPIs of a period are made of, as `public.ai_metrics` counts it. */
export const AiCountsSchema = z.object({
  sessions: count,
  active_hours: count.openapi({ description: "Distinct developer-hours with a session." }),
  failed_sessions: count.openapi({ description: "With a status of 400 or more, or an error." }),
  accepted: count,
  rejected: count,
  people_accepted: count.openapi({ description: "Decisions of people that let something stand." }),
  people_rejected: count,
  automatic_decisions: count.openapi({
    description: "Decisions of configurations, hooks and runs without people.",
  }),
  tokens: count.nullable().openapi({
    description: "Of the sessions that say how many; null when none does.",
  }),
  unmeasured_sessions: count.openapi({ description: "Of which no tokens are known." }),
  accepted_tokens: count.openapi({
    description: "Tokens of accepted sessions that say how many lines were accepted.",
  }),
  fresh_tokens: count.openapi({ description: "Those of them that no cache gave." }),
  cached_tokens: count.openapi({ description: "And those that one gave." }),
  accepted_lines: count,
  measured_lines: count.openapi({ description: "Of the sessions that `accepted_tokens` are of." }),
  cost_usd: z.number().nullable().openapi({
    description: "Of the sessions whose cost is known; null when none is.",
  }),
  uncosted_sessions: count.openapi({ description: "Of which no cost is known." }),
  latency_ms_sum: count,
  latency_calls: count,
  policy_sessions: count.openapi({
    description: "In a repository with a model policy, with a known model.",
  }),
  allowed_sessions: count,
  merged_pull_requests: count,
  merge_hours_median: z.number().nullable(),
  reworked_pull_requests: count,
  has_pull_requests: z.boolean().openapi({ description: "Whether any is known at all." }),
  commits: count.openapi({ description: "On default branches." }),
  commit_days: count,
}).openapi("AiCounts");

/** A range by its instants, as the first clients read it. */
export const AiWindowSchema = z.object({
  start: z.string().openapi({ format: "date-time" }),
  end: z.string().openapi({ format: "date-time" }),
  days: z.int(),
  time_zone: z.string(),
}).openapi("AiWindow", { description: "The instants of `period`.", deprecated: true });

/** The answer of `public.ai_metrics`; both of `previous` are null where nothing is compared. */
export const StoredAiMetricsSchema = z.object({
  window: AiWindowSchema,
  period: StoredPeriodSchema,
  current: AiCountsSchema,
  previous_period: StoredPeriodSchema.nullable(),
  previous: AiCountsSchema.nullable(),
});

export type AiCounts = z.output<typeof AiCountsSchema>;
export type AiMetrics = z.output<typeof StoredAiMetricsSchema>;
