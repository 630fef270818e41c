import { toneOf } from "./findings.ts";
import { changeWords, formatMeasure, oneLine } from "./format.ts";
import { dottedList, figureGrid, section } from "./html_parts.ts";
import type { Delivery } from "./types.ts";

type Metric = Delivery["metrics"][number];

/** The section about delivery of the text/html part. */
export function deliveryHtml({ metrics, worst }: Delivery): string {
  const figures = metrics.map((metric) => ({
    label: metric.label,
    value: formatMeasure(metric.value, metric.unit),
    change: changeText(metric),
    tone: toneOf(metric.direction, metric.change_pct ?? metric.change_points ?? 0),
  }));
  const items = worst === null ? [] : [
    { tone: "bad" as const, text: worst.text },
    ...worst.causes.map((cause) => ({ tone: "neutral" as const, text: cause })),
  ];
  return section("Delivery", figureGrid(figures) + (items.length > 0 ? dottedList(items) : ""));
}

/** The section about delivery of the text/plain part: everything the HTML says. */
export function deliveryText({ metrics, worst }: Delivery): string[] {
  return [
    "DELIVERY",
    ...metrics.map((metric) =>
      `${metric.label}: ${formatMeasure(metric.value, metric.unit)} (${changeText(metric)})`
    ),
    ...(worst === null ? [] : [worst.text, ...worst.causes.map((cause) => `- ${oneLine(cause)}`)]),
  ];
}

function changeText(metric: Metric): string {
  const { previous, unit, no_data } = metric;
  return changeWords(metric, formatMeasure(previous, unit), noData[no_data ?? "no_deployments"]);
}

const noData: Record<NonNullable<Metric["no_data"]>, string> = {
  not_begun: "not begun",
  no_deployments: "no deployments",
  no_changes: "no changes deployed",
  no_failures: "nothing failed",
  no_incidents: "no incidents",
  no_incident_source: "no source of incidents",
  all_pending: "too early to tell",
  all_open: "not recovered yet",
  only_negative_spans: "clocks disagree",
  only_first_deployment: "only the first deployment",
};
