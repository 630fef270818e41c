import { changeIn, changeOf, changePct } from "../_shared/numbers/change.ts";
import { compareDora, type DoraComparison, type DoraMetric } from "../_shared/numbers/dora.ts";
import { formatMeasure, formatNumber } from "./format.ts";
import type { Delivery, StoredContent } from "./types.ts";

type Stored = NonNullable<StoredContent["delivery"]>;
type Cause = Stored["causes"][number];

/** The metrics of DORA that a digest shows, in their order. */
export const mainMetrics: DoraMetric[] = [
  "deployment_frequency",
  "lead_time",
  "change_failure_rate",
  "recovery_time",
];

/** A metric that got worse by less than this share of what it was, in per cent, is as it was. */
const minRegression = 10;

/** The four main metrics of a week, and what got worse by most with the rows that made it so. */
export function deliveryOf({ numbers, previous, causes }: Stored): Delivery {
  const compared = compareDora(numbers, previous)
    .filter(({ key }) => mainMetrics.includes(key));
  return {
    metrics: compared.map(({ key, label, unit, direction, definition, value, n, ...one }) => {
      const previous = one.previous?.value ?? null;
      return {
        key,
        metric: key,
        label,
        unit,
        direction,
        definition,
        value,
        n,
        null_reason: one.null_reason,
        no_data: one.null_reason,
        previous,
        change: changeIn(unit, value, previous),
        ...changeOf(unit, value, previous),
      };
    }),
    worst: worstOf(compared, causes),
  };
}

function worstOf(compared: DoraComparison[], causes: Cause[]): Delivery["worst"] {
  const worse = compared
    .map((one) => ({ one, by: worsening(one) }))
    .filter(({ by }) => by >= minRegression)
    .sort((a, b) => a.by === b.by ? 0 : b.by - a.by);
  const worst = worse[0]?.one;
  if (!worst) return null;
  const { key: metric, label, unit, value, previous } = worst;
  return {
    metric,
    text: `${label} got worse: ${formatMeasure(value, unit)}, after ${
      formatMeasure(previous?.value ?? null, unit)
    } the week before.`,
    causes: causes.filter((cause) => cause.metric === metric).map(causeText),
  };
}

/** By how many per cent of what it was a metric got worse, negative if better; from none to some is without bound. */
function worsening({ direction, value, previous }: DoraComparison): number {
  const { change_pct, change_reason } = changePct(value, previous?.value ?? null);
  const growth = change_reason === "new" ? Infinity : change_pct ?? 0;
  return direction === "lower_is_better" ? growth : -growth;
}

function causeText({ metric, repository, reference, title, value, previous }: Cause): string {
  if (metric === "deployment_frequency") {
    return `${repository}: ${count(value ?? 0)}, after ${formatNumber(previous)}`;
  }
  const row = [repository, reference].filter(Boolean).join(" ");
  const what = title ? `${row} “${title}”` : row;
  return value === null ? what : `${what}: ${formatMeasure(value, "seconds")}`;
}

function count(deployments: number): string {
  return deployments === 1 ? "1 deployment" : `${formatNumber(deployments)} deployments`;
}
