import { z } from "@hono/zod-openapi";
import { AiCountsSchema, AiWindowSchema } from "../../_shared/numbers/ai_counts.ts";
import { type Kpi, type KpiKey, kpiKeys, KpiSchema } from "../../_shared/numbers/ai_kpis.ts";
import { PeriodSchema } from "../../_shared/http/answers.ts";
import { rangeQuery } from "../../_shared/http/query.ts";
import { CompareParam, endParam, sinceParam, startParam } from "../../_shared/http/range.ts";
import { OrganizationQuery } from "../../_shared/http/schemas.ts";

/** The range of the KPIs: without one, the last seven days of 24 hours. */
export const KpiQuery = rangeQuery({
  org_id: OrganizationQuery,
  start: startParam("The first day. Defaults to 6 days before the end."),
  end: endParam(),
  since: sinceParam("Without any of the three, 7."),
  compare: CompareParam.unwrap().default("previous"),
});

/** A KPI as the first clients read it, by its key. */
const NamedKpiSchema = KpiSchema.omit({ previous: true, change: true }).extend({
  threshold: z.number().openapi({ description: "The same as `target`." }),
  previous: z.number().nullable().openapi({ description: "The value in `previous_period`." }),
  reason: KpiSchema.shape.null_reason.openapi({ description: "The same as `null_reason`." }),
}).openapi("NamedKpi", { deprecated: true });

type NamedKpi = z.output<typeof NamedKpiSchema>;

const named = Object.fromEntries(kpiKeys.map((key) => [key, NamedKpiSchema])) as Record<
  KpiKey,
  typeof NamedKpiSchema
>;

export const KpisSchema = z.object({
  period: PeriodSchema,
  previous_period: PeriodSchema.nullable(),
  metrics: z.array(KpiSchema),
  window: AiWindowSchema,
  kpis: z.object(named).openapi({ description: "`metrics` by their keys.", deprecated: true }),
}).openapi("AiKpis");

export const RawSchema = z.object({
  period: PeriodSchema,
  previous_period: PeriodSchema.nullable(),
  window: AiWindowSchema,
  metrics: AiCountsSchema,
  previous: AiCountsSchema.nullable(),
}).openapi("AiRawMetrics");

/** The KPIs by their keys. */
export function byKey(kpis: Kpi[]): Record<KpiKey, NamedKpi> {
  const entries = kpis.map(({ previous, change: _, ...kpi }): [string, NamedKpi] => [kpi.key, {
    ...kpi,
    threshold: kpi.target,
    previous: previous?.value ?? null,
    reason: kpi.null_reason,
  }]);
  return Object.fromEntries(entries) as Record<KpiKey, NamedKpi>;
}
