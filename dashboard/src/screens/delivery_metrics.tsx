import { api, type Schemas, useAnswer } from "../api.ts";
import { Empty } from "../components/empty.tsx";
import { Failed } from "../components/failed.tsx";
import { Series } from "../components/series.tsx";
import { Skeleton } from "../components/skeleton.tsx";
import { Tile } from "../components/tile.tsx";
import { Filters, useReportYear, useScope } from "../delivery_scope.tsx";
import { snippetsOf } from "../snippets.ts";
import { bandTones } from "../verdict.ts";
import { lengthOf, sectionUrl, useView } from "../view.ts";
import { DeliveryRows } from "./delivery_rows.tsx";

type DoraMetric = Schemas["DoraMetric"];

/** DORA: the metrics with their bands, one of them as a trend, and the rows it is made of. */
export function DeliveryMetrics() {
  const { view } = useView();
  const scope = useScope();
  const report_year = useReportYear();
  const query = { ...scope, report_year };
  const summary = useAnswer(
    ["dora", query],
    (signal) => api.GET("/v1/metrics/dora", { params: { query }, signal }),
  );
  if (summary.isError) {
    return (
      <>
        <Filters />
        <Failed error={summary.error} retry={() => summary.refetch()} />
      </>
    );
  }
  if (summary.data === undefined) {
    return (
      <div class="stack">
        <Skeleton height={36} />
        <Skeleton height={340} />
        <Skeleton height={340} />
      </div>
    );
  }
  const { metrics, failure_window_hours } = summary.data;
  const shown = metrics.find(({ key }) => key === view.query["metric"]) ?? metrics[0];
  const isEmpty = metrics.every(({ value, n }) => value === null && n === 0);
  return (
    <div class="stack">
      <Filters />
      {isEmpty && (
        <Empty
          title="No deployment is known in these days"
          snippet={snippetsOf("ll_…", false).find(({ label }) => label.includes("deployment"))
            ?.code ?? ""}
        >
          <p>
            Post deployments as they end; make the key in{" "}
            <a href={sectionUrl(view, "settings", { tab: "keys" })}>Settings</a>.
          </p>
        </Empty>
      )}
      <div class={summary.isPlaceholderData ? "tiles three stale" : "tiles three"}>
        {metrics.map((metric) => (
          <Tile
            key={metric.key}
            metric={metric}
            href={sectionUrl(view, "delivery", {
              ...view.query,
              metric: metric.key,
              page: undefined,
            })}
            isCurrent={metric.key === shown?.key}
            verdict={metric.band && { text: metric.band, tone: bandTones[metric.band] }}
            note={excludedOf(metric)}
          />
        ))}
      </div>
      <p class="fine">
        Bands by the State of DevOps report of {report_year}. A deployment younger than{" "}
        {failure_window_hours} h is pending and counts in no failure rate.
      </p>
      {shown && <Trend metric={shown} />}
      {shown && <DeliveryRows metric={shown.key} query={query} />}
    </div>
  );
}

function Trend({ metric }: { metric: DoraMetric }) {
  const scope = useScope();
  const interval = lengthOf(scope) > 200
    ? "month" as const
    : lengthOf(scope) > 20
    ? "week" as const
    : "day" as const;
  const query = { ...scope, interval };
  const trend = useAnswer(
    ["dora-trend", query],
    (signal) => api.GET("/v1/metrics/dora/trend", { params: { query }, signal }),
  );
  if (trend.isError) return <Failed error={trend.error} retry={() => trend.refetch()} />;
  const series = trend.data?.series.find(({ key }) => key === metric.key);
  if (!series) return <Skeleton height={354} />;
  return (
    <Series
      label={`${metric.label}, by ${interval}`}
      unit={metric.unit}
      points={series.points.map(({ start, value, complete }) => ({ date: start, value, complete }))}
      before={series.previous?.points.map(({ start, value }) => ({ date: start, value })) ?? null}
    />
  );
}

/** What was left out of a number, in a few words. */
function excludedOf({ excluded }: DoraMetric): string | null {
  const { negative_spans = 0, pending_deployments = 0, open_incidents = 0 } = excluded;
  const said = [
    ...(pending_deployments > 0 ? [`${pending_deployments} pending`] : []),
    ...(open_incidents > 0 ? [`${open_incidents} still open`] : []),
    ...(negative_spans > 0 ? [`${negative_spans} of negative length`] : []),
  ];
  return said.length === 0 ? null : `left out: ${said.join(", ")}`;
}
