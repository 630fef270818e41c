import { z } from "@hono/zod-openapi";
import { dateField, idField, timeField } from "../_shared/http/fields.ts";
import {
  aliasOfItems,
  comparedFields,
  DirectionSchema,
  listSchema,
  metricFields,
  PeriodSchema,
  StoredPeriodSchema,
} from "../_shared/http/answers.ts";
import { PageQuery } from "../_shared/http/pagination.ts";
import { rangeQuery } from "../_shared/http/query.ts";
import {
  CompareParam,
  endParam,
  sinceParam,
  startParam,
  wholeNumberOr,
} from "../_shared/http/range.ts";
import { name, OrganizationQuery, text } from "../_shared/http/schemas.ts";

const value = z.number().nullable();
const nullReason = z.enum(["too_few_pairs", "constant"]).nullable();
const sameAsKey = z.string().openapi({ description: "The same as `key`.", deprecated: true });

// GET /insights ----------------------------------------------------------------------------------------------------------

export const InsightsQuery = rangeQuery({
  org_id: OrganizationQuery,
  start: startParam(),
  end: endParam(
    "The last day, included. Defaults to yesterday. Of days that are not over nothing is taken.",
  ),
  since: sinceParam("").unwrap().openapi({
    description:
      "Complete days, up to yesterday, in place of `start` and `end`. Without any of the three, 30.",
  }).optional(),
  compare: CompareParam,
  lag_days: wholeNumberOr(1, " of days", 0, 14).openapi({
    description: "Lags from 0 to this many days are tried, either way.",
  }),
  metrics: text(4000)
    .transform((list) => [...new Set(list.split(",").map((part) => part.trim()).filter(Boolean))])
    .pipe(z.array(name(210)).min(1, "names no metric").max(20, "names more than 20 metrics"))
    .optional()
    .openapi({
      type: "string",
      example: "ai.cost_usd,delivery.deployments,metric.sessions",
      description:
        "Comma list of up to 20 names; all pairs of them are compared. Without it the usual ones that have numbers, those of " +
        "AI, delivery and product with each other.",
    }),
});

export const CorrelationSchema = z.object({
  x: z.string(),
  y: z.string(),
  lag_days: z.int().openapi({ description: "y is of so many days after x." }),
  method: z.enum(["pearson", "spearman"]),
  r: value,
  p: value,
  p_method: z.enum(["student_t", "permutation"]).nullable().openapi({
    description:
      "How `p` was found: Student's t; for Spearman by permutation of up to 500 pairs, those with the fewest pairs first " +
      "where there are too many of them.",
  }),
  n: z.int().openapi({ description: "Pairs of days." }),
  n_effective: value.openapi({
    description: "How many independent pairs they are worth, for their lag-1 autocorrelations.",
  }),
  p_effective: value.openapi({ description: "Student's t with the effective number of pairs." }),
  p_adjusted: value.openapi({
    description:
      "The larger of `p` and `p_effective`, adjusted for all tests of this answer by Benjamini–Hochberg.",
  }),
  interval: z.object({ low: z.number(), high: z.number() }).nullable().openapi({
    description: "95 %, by Fisher's z from `n`; null where the p is by permutation.",
  }),
  effect: z.string(),
  null_reason: nullReason,
  reason: nullReason.openapi({ description: "The same as `null_reason`.", deprecated: true }),
}).openapi("Correlation");

const InsightMetricSchema = z.object({
  ...metricFields(["no_data", "not_additive"]),
  n: z.int().openapi({ description: "Days that have something." }),
  kind: z.enum(["count", "rate"]),
  series: z.array(value).openapi({
    description: "The value of each day of the period, oldest first: what correlations are of.",
  }),
  name: z.string().openapi({ description: "The same as `key`.", deprecated: true }),
  ...comparedFields,
}).openapi("InsightMetric");

const shippedFields = {
  kind: z.enum(["deployment", "release"]),
  repository: z.string(),
  name: z.string(),
  at: timeField,
};

const numbers = z.array(value);

/** The answer of `public.insight_data`: the series begin eight weeks before the period, rates come as the sums they are made of. */
export const StoredInsightsSchema = z.object({
  period: StoredPeriodSchema,
  series: z.array(z.object({
    key: z.string(),
    label: z.string(),
    unit: z.string(),
    kind: z.enum(["count", "rate"]),
    direction: DirectionSchema,
    values: numbers,
    sums: z.array(z.record(z.string(), z.number()).nullable()).nullable(),
    volumes: numbers,
  })),
  shipped: z.array(z.object({ date: dateField, ...shippedFields })),
});

export const InsightsSchema = z.object({
  period: PeriodSchema,
  metrics: z.array(InsightMetricSchema),
  key_findings: z.array(z.object({
    kind: z.enum(["correlation", "anomaly", "nothing"]),
    metrics: z.array(z.string()),
    value,
    text: z.string(),
  })),
  correlations: z.array(CorrelationSchema),
  tests: z.int().openapi({ description: "Among how many tests p-values were adjusted." }),
  recommendations: z.array(z.object({
    rule: z.string(),
    key: z.string(),
    metric: sameAsKey,
    value: z.number(),
    unit: z.string(),
    threshold: z.number(),
    n: z.int(),
    severity: z.enum(["warning", "critical"]),
    text: z.string(),
  })),
  anomalies: z.array(z.object({
    key: z.string(),
    metric: sameAsKey,
    date: dateField,
    value: z.number(),
    expected: z.number(),
    score: value.openapi({ description: "Null where the weeks before were all alike." }),
    threshold: z.number(),
    n: z.int().openapi({ description: "Weeks compared with." }),
    context: z.array(z.object(shippedFields)).openapi({
      description: "What was shipped that day, at most five.",
    }),
  })),
  definitions: z.array(z.string()),
  generated_at: timeField,
}).openapi("Insights");

export type Insights = z.output<typeof InsightsSchema>;

// /insights/budgets ------------------------------------------------------------------------------------------------------

export const OrganizationScope = z.object({ org_id: OrganizationQuery });

export const BudgetsQuery = PageQuery.extend(OrganizationScope.shape);

export const BudgetBody = z.strictObject({
  org_id: z.uuid("is not the id of an organization").optional(),
  team: name(100).optional().openapi({ description: "Its id or name." }),
  developer_id: name(200).optional(),
  period: z.enum(["day", "week", "month"]).default("month"),
  limit_usd: z.number().min(0.01, "is below 0.01").max(1e9, "is above 1e9"),
}).superRefine(({ team, developer_id }, context) => {
  if ((team === undefined) === (developer_id === undefined)) {
    context.addIssue({ code: "custom", path: ["team"], message: "either team or developer_id" });
  }
}).openapi("BudgetRequest", { example: { developer_id: "ada", period: "week", limit_usd: 50 } });

export const BudgetSchema = z.object({
  id: idField,
  team: z.object({ id: idField, name: z.string() }).nullable(),
  developer_id: z.string().nullable(),
  period: z.enum(["day", "week", "month"]),
  limit_usd: z.number(),
  period_start: dateField.openapi({ description: "The first day of the running period." }),
  spent_usd: z.number().openapi({ description: "In the running period, of known costs." }),
  alert: z.object({
    crossed_at: timeField,
    spent_usd: z.number(),
    state: z.enum(["pending", "sent", "stored", "failed", "expired", "skipped"]).openapi({
      description:
        "`stored`: nobody could be mailed. `failed`: a mail was refused. `expired`: one could not be sent before the period was over. " +
        "`skipped`: nobody whom it was for is there any more.",
    }),
  }).nullable().openapi({ description: "Of the running period; null while the limit holds." }),
  created_at: timeField,
}).openapi("Budget");

export const BudgetsSchema = listSchema(BudgetSchema)
  .extend({ budgets: aliasOfItems(BudgetSchema) }).openapi("Budgets");
export const StoredBudgetsSchema = BudgetsSchema.pick({ total_count: true, budgets: true });

export const BudgetPath = z.object({
  id: z.uuid("is not the id of a budget").openapi({
    param: { name: "id", in: "path" },
    description: "The budget.",
  }),
});

/** What is kept of a crossed budget for the mails that tell of it. */
export const AlertContentSchema = z.object({
  organization: z.string(),
  who: z.string(),
  period: z.enum(["day", "week", "month"]),
  period_start: dateField,
  limit_usd: z.number(),
  spent_usd: z.number(),
});
