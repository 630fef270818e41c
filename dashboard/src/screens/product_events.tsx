import { api, useAnswer } from "../api.ts";
import { DataTable } from "../components/data_table.tsx";
import { Empty } from "../components/empty.tsx";
import { Failed } from "../components/failed.tsx";
import { Series } from "../components/series.tsx";
import { Skeleton } from "../components/skeleton.tsx";
import { Tile } from "../components/tile.tsx";
import { day, number } from "../format.ts";
import { useRange } from "../organization.tsx";
import { snippetsOf } from "../snippets.ts";
import { sectionUrl, useView } from "../view.ts";
import { Breakdown } from "./product_breakdown.tsx";

/** The catalogue of events, one of them as a trend, and who did it. */
export function Events() {
  const range = useRange();
  const { view } = useView();
  const query = { ...range, page: Number(view.query["page"] ?? 1) };
  const events = useAnswer(
    ["events", query],
    (signal) => api.GET("/v1/analytics/events", { params: { query }, signal }),
  );
  if (events.isError) return <Failed error={events.error} retry={() => events.refetch()} />;
  if (events.data === undefined) return <Skeleton height={600} />;
  if (events.data.total_count === 0) {
    return (
      <Empty
        title="No event has arrived in these days"
        snippet={snippetsOf("ll_…", false)[0]?.code ?? ""}
      >
        <p>
          Make an ingest key in{" "}
          <a href={sectionUrl(view, "settings", { tab: "keys" })}>Settings</a>, and send one:
        </p>
      </Empty>
    );
  }
  const chosen = view.query["event"];
  const href = (event: string) => sectionUrl(view, "product", { ...view.query, event });
  return (
    <>
      <Trend event={chosen} />
      <div class="pair">
        <DataTable
          caption="Events"
          page={events.data}
          rows={events.data.items}
          keyOf={({ event }) => event}
          columns={[
            {
              key: "event",
              label: "Event",
              cell: ({ event }) => (
                <a href={href(event)} aria-current={event === chosen ? "true" : undefined}>
                  {event}
                </a>
              ),
            },
            { key: "count", label: "Count", isNumber: true, cell: ({ count }) => number(count) },
            { key: "first", label: "First", cell: ({ first_date }) => day(first_date) },
            { key: "last", label: "Last", cell: ({ last_date }) => day(last_date) },
          ]}
        />
        <Breakdown event={chosen} />
      </div>
    </>
  );
}

function Trend({ event }: { event: string | undefined }) {
  const range = useRange();
  const query = { ...range, ...(event ? { event } : {}) };
  const counted = useAnswer(
    ["event-trend", query],
    (signal) => api.GET("/v1/analytics", { params: { query }, signal }),
  );
  const users = useAnswer(
    ["active-users", range],
    (signal) => api.GET("/v1/analytics/active-users", { params: { query: range }, signal }),
  );
  if (counted.isError) return <Failed error={counted.error} retry={() => counted.refetch()} />;
  if (counted.data === undefined) return <Skeleton height={470} />;
  const { metrics, series, comparison } = counted.data;
  return (
    <>
      <div class="tiles three">
        {[...metrics, ...users.data?.metrics ?? []].map((metric) => (
          <Tile
            key={metric.key}
            metric={event && metric.key === "events" ? { ...metric, label: event } : metric}
          />
        ))}
        {users.data === undefined && <Skeleton height={116} />}
      </div>
      <Series
        label={event ?? "All events"}
        unit="events"
        points={series.map(({ date, events, complete }) => ({ date, value: events, complete }))}
        before={comparison?.series.map(({ date, events }) => ({ date, value: events })) ?? null}
      />
    </>
  );
}
