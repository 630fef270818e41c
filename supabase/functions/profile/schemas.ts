import { z } from "@hono/zod-openapi";
import { dateField } from "../_shared/http/fields.ts";
import {
  comparedFields,
  completeField,
  metricFields,
  PeriodSchema,
  StoredPeriodSchema,
} from "../_shared/http/answers.ts";
import { rangeQuery } from "../_shared/http/query.ts";
import { CompareParam, endParam, sinceParam, startParam } from "../_shared/http/range.ts";
import { name, OrganizationQuery } from "../_shared/http/schemas.ts";
import { AiWindowSchema } from "../_shared/numbers/ai_counts.ts";

const value = z.number().nullable();

/** Whose profile, and of which days: without a range, the last 30 of 24 hours. */
export const ProfileQuery = rangeQuery({
  org_id: OrganizationQuery,
  developer_id: name(200).openapi({ param: { name: "developer_id", in: "query" } }),
  start: startParam(),
  end: endParam(),
  since: sinceParam("Without any of the three, 30."),
  compare: CompareParam,
});

const CountsSchema = z.object({
  sessions: z.int(),
  tokens: z.int().nullable(),
  unmeasured_sessions: z.int(),
  cost_usd: z.number().nullable(),
  uncosted_sessions: z.int(),
  people_accepted: z.int(),
  people_rejected: z.int(),
  automatic_decisions: z.int(),
  latency_ms_sum: z.number(),
  latency_calls: z.int(),
});

const lists = {
  most_used_models: z.array(
    z.object({ model: z.string(), sessions: z.int(), tokens: z.int().nullable() }),
  ),
  active_repos: z.array(z.object({ repository: z.string(), sessions: z.int() })),
};
const day = { date: dateField, sessions: z.int() };

/** The answer of `public.ai_profile`. */
export const StoredProfileSchema = z.object({
  window: AiWindowSchema,
  period: StoredPeriodSchema,
  counts: CountsSchema,
  previous: z.object({ period: StoredPeriodSchema, counts: CountsSchema }).nullable(),
  ...lists,
  sessions_by_date: z.array(z.object(day)),
});

const MetricSchema = z.object({
  ...metricFields(["no_cost", "no_tokens", "no_decisions", "no_latency"]),
  ...comparedFields,
}).openapi("ProfileMetric");

export const ProfileSchema = z.object({
  developer_id: z.string(),
  period: PeriodSchema,
  metrics: z.array(MetricSchema),
  ...lists,
  sessions_by_date: z.array(z.object({ ...day, ...completeField })).openapi({
    description:
      "Every day of the period; where it rolls, the first and the last are parts of days.",
  }),
  definition: z.string(),
  window: AiWindowSchema,
  total_sessions: z.int(),
  total_tokens_used: z.int().nullable().openapi({
    description: "Null when no session's tokens are known; else the sum of those that are.",
  }),
  total_cost_usd: value.openapi({
    description: "Null when no session's cost is known; else the sum of those that are.",
  }),
  uncosted_sessions: z.int().openapi({ description: "Sessions whose cost is not known." }),
  acceptance_rate: value.openapi({ description: "In %; null without a decision." }),
  avg_latency_ms: value,
}).openapi("AiProfile");

export type Counts = z.output<typeof CountsSchema>;
export type StoredProfile = z.output<typeof StoredProfileSchema>;
export type ProfileMetric = z.output<typeof MetricSchema>;
