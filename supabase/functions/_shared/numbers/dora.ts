import { z } from "@hono/zod-openapi";
import { changeIn, type MetricChange } from "./change.ts";
import type { MetricKind } from "./metric.ts";

const count = z.int();
const Spans = z.object({
  n: count,
  seconds: z.tuple([z.number(), z.number(), z.number()]).nullable(),
  negative: count,
});
const IncidentSpans = Spans.extend({ open: count });

/** The numbers of DORA for some days, as the database counts them; parts that were not asked for are absent. */
export const DoraNumbersSchema = z.object({
  deployments: z.object({
    days: count,
    deployments: count,
    unplanned: count,
    finished: count,
    failed: count,
    pending: count,
    weeks: count,
    days_a_week: z.number().nullable(),
    days_a_month: z.number().nullable(),
    days_a_half_year: z.number().nullable(),
    known_before: z.boolean(),
    incident_source: z.boolean(),
    unplanned_source: z.boolean(),
  }).optional(),
  lead_time: Spans.extend({ initial: count }).optional(),
  recovery: IncidentSpans.optional(),
  incidents: IncidentSpans.optional(),
});

export type DoraNumbers = z.output<typeof DoraNumbersSchema>;

export const doraMetrics = [
  "deployment_frequency",
  "lead_time",
  "change_failure_rate",
  "recovery_time",
  "incident_duration",
  "rework_rate",
] as const;
export type DoraMetric = typeof doraMetrics[number];

/** Why a metric has no value. */
export const doraNullReasons = [
  "not_begun",
  "no_deployments",
  "no_changes",
  "no_failures",
  "no_incidents",
  "no_incident_source",
  "all_pending",
  "all_open",
  "only_negative_spans",
  "only_first_deployment",
] as const;
export type DoraNullReason = typeof doraNullReasons[number];

/** A metric of some days: its value, or why it has none, from how many rows, and what was left out. */
export interface DoraValue {
  value: number | null;
  n: number;
  null_reason: DoraNullReason | null;
  excluded: {
    negative_spans?: number;
    first_deployment_changes?: number;
    pending_deployments?: number;
    open_incidents?: number;
  };
  /** Of durations, in seconds. */
  percentiles: { p50: number; p75: number; p90: number } | null;
  /** Of the deployment frequency: the median number of days with a deployment, over complete weeks. */
  days_per_week: number | null;
  /** The same over calendar months and halves of a year, those that the range cuts as they are. */
  days_per_month: number | null;
  days_per_half_year: number | null;
}

export interface DoraDefinition extends MetricKind {
  key: DoraMetric;
  unit: "deployments/day" | "seconds" | "%";
  direction: "higher_is_better" | "lower_is_better";
  /** The value in the numbers of some days; undefined if the part it comes from was not asked for. */
  of(numbers: DoraNumbers): DoraValue | undefined;
}

/** What the metrics of DORA are: units, directions, and how each is made of the numbers. Their definitions are in docs/numbers.md. */
export const doraDefinitions: Record<DoraMetric, DoraDefinition> = {
  deployment_frequency: {
    key: "deployment_frequency",
    label: "Deployment frequency",
    unit: "deployments/day",
    direction: "higher_is_better",
    definition: "dora.deployment_frequency@1",
    of: ({ deployments }) => deployments && frequency(deployments),
  },
  lead_time: {
    key: "lead_time",
    label: "Lead time for changes",
    unit: "seconds",
    direction: "lower_is_better",
    definition: "dora.lead_time@2",
    of: ({ lead_time }) => lead_time && leadTime(lead_time),
  },
  change_failure_rate: {
    key: "change_failure_rate",
    label: "Change failure rate",
    unit: "%",
    direction: "lower_is_better",
    definition: "dora.change_failure_rate@3",
    of: ({ deployments }) => deployments && failureRate(deployments),
  },
  recovery_time: {
    key: "recovery_time",
    label: "Failed deployment recovery time",
    unit: "seconds",
    direction: "lower_is_better",
    definition: "dora.recovery_time@1",
    of: ({ recovery }) => recovery && duration(recovery, "no_failures"),
  },
  incident_duration: {
    key: "incident_duration",
    label: "Incident duration",
    unit: "seconds",
    direction: "lower_is_better",
    definition: "dora.incident_duration@1",
    of: ({ incidents }) => incidents && duration(incidents, "no_incidents"),
  },
  rework_rate: {
    key: "rework_rate",
    label: "Deployment rework rate",
    unit: "%",
    direction: "lower_is_better",
    definition: "dora.rework_rate@3",
    of: ({ deployments }) => deployments && reworkRate(deployments),
  },
};

/** A metric of some days against other days; both null where there are none to compare with. */
export interface DoraComparison extends Omit<DoraDefinition, "of">, DoraValue {
  previous: Pick<DoraValue, "value" | "n" | "null_reason"> | null;
  change: MetricChange | null;
}

/** Every metric that the numbers have the part of, and how it changed. */
export function compareDora(numbers: DoraNumbers, before: DoraNumbers | null): DoraComparison[] {
  return doraMetrics.flatMap((metric) => {
    const { of, ...kind } = doraDefinitions[metric];
    const now = of(numbers);
    if (!now) return [];
    const previous = before && shortOf(of(before));
    const change = previous && changeIn(kind.unit, now.value, previous.value);
    return [{ ...kind, ...now, previous, change }];
  });
}

function shortOf(measured: DoraValue | undefined) {
  if (!measured) return null;
  const { value, n, null_reason } = measured;
  return { value, n, null_reason };
}

type Deployments = NonNullable<DoraNumbers["deployments"]>;

/** Silence is 0 only where there were deployments before: else nothing is known to report them. */
function frequency(numbers: Deployments): DoraValue {
  const { days, deployments: n, known_before } = numbers;
  if (days === 0) return none("not_begun");
  if (n === 0 && !known_before) return none("no_deployments");
  return {
    ...some(n / days, n),
    days_per_week: numbers.days_a_week,
    days_per_month: numbers.days_a_month,
    days_per_half_year: numbers.days_a_half_year,
  };
}

/** Without anything that could bring an incident, none is not known to be none. */
function failureRate(
  { finished: n, failed, pending, incident_source }: Deployments,
): DoraValue {
  const excluded = { pending_deployments: pending };
  if (n === 0) return { ...none(pending > 0 ? "all_pending" : "no_deployments"), excluded };
  if (!incident_source) return { ...none("no_incident_source"), excluded };
  return { ...some(failed * 100 / n, n), excluded };
}

function reworkRate({ deployments: n, unplanned, unplanned_source }: Deployments): DoraValue {
  if (n === 0) return none("no_deployments");
  return unplanned_source ? some(unplanned * 100 / n, n) : none("no_incident_source");
}

/** What the first known deployment contains may have been out long before: it is counted, and has no lead time. */
function leadTime(numbers: NonNullable<DoraNumbers["lead_time"]>): DoraValue {
  const { negative, initial } = numbers;
  const only = negative === 0 && initial > 0 ? "only_first_deployment" : "no_changes";
  const { excluded, ...value } = duration(numbers, only);
  return { ...value, excluded: { ...excluded, first_deployment_changes: initial } };
}

function duration(
  { n, seconds, negative, open }: z.output<typeof Spans> & { open?: number },
  nothing: DoraNullReason,
): DoraValue {
  const excluded = {
    negative_spans: negative,
    ...(open === undefined ? {} : { open_incidents: open }),
  };
  if (seconds === null) {
    const reason = (open ?? 0) > 0 ? "all_open" : negative > 0 ? "only_negative_spans" : nothing;
    return { ...none(reason), excluded };
  }
  const [p50, p75, p90] = seconds;
  return { ...some(p50, n), excluded, percentiles: { p50, p75, p90 } };
}

function some(value: number, n: number): DoraValue {
  return { ...blank, value, n, null_reason: null };
}

function none(reason: DoraNullReason): DoraValue {
  return { ...blank, value: null, n: 0, null_reason: reason };
}

const blank = {
  excluded: {},
  percentiles: null,
  days_per_week: null,
  days_per_month: null,
  days_per_half_year: null,
};
