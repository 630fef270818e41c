import { api, type Schemas, useAnswer } from "../api.ts";
import { DataTable } from "../components/data_table.tsx";
import { Definition } from "../components/definition.tsx";
import { Empty } from "../components/empty.tsx";
import { Failed } from "../components/failed.tsx";
import { Skeleton } from "../components/skeleton.tsx";
import { clock, number, unknown } from "../format.ts";
import { useOrganization } from "../organization.tsx";
import { snippetsOf } from "../snippets.ts";
import { sectionUrl, useView } from "../view.ts";

type Live = Schemas["AnalyticsLive"];

/** How often it is looked again, in milliseconds. */
const lookEvery = 5000;

/** What happens right now: the last half hour, minute by minute. */
export function Live() {
  const { id: org_id } = useOrganization();
  const { view } = useView();
  const query = { org_id };
  const live = useAnswer(
    ["live", org_id],
    (signal) => api.GET("/v1/analytics/live", { params: { query }, signal }),
    { refetchInterval: lookEvery },
  );
  if (live.isError) return <Failed error={live.error} retry={() => live.refetch()} />;
  if (live.data === undefined) return <Skeleton height={420} />;
  const { events, latest, top } = live.data;
  return (
    <>
      <Minutes live={live.data} />
      {events === 0
        ? (
          <Empty
            title="Nothing in the last half hour"
            snippet={snippetsOf("ll_…", false)[0]?.code ?? ""}
          >
            <p>
              An event that arrives shows here within seconds. Make the key in{" "}
              <a href={sectionUrl(view, "settings", { tab: "keys" })}>Settings</a>.
            </p>
          </Empty>
        )
        : (
          <div class="pair">
            <DataTable
              caption="The latest events"
              rows={latest}
              keyOf={({ event, occurred_at, person }) => event + occurred_at + person}
              columns={[
                { key: "event", label: "Event", cell: ({ event }) => event },
                {
                  key: "person",
                  label: "Person",
                  cell: ({ person }) =>
                    person === null
                      ? unknown
                      : (
                        <a href={sectionUrl(view, "product", { tab: "people", person })}>
                          {person.slice(2)}
                        </a>
                      ),
                },
                { key: "at", label: "At", cell: ({ occurred_at }) => <Clock at={occurred_at} /> },
              ]}
            />
            <DataTable
              caption="The most frequent"
              rows={top}
              keyOf={({ event }) => event}
              columns={[
                { key: "event", label: "Event", cell: ({ event }) => event },
                {
                  key: "count",
                  label: "Count",
                  isNumber: true,
                  cell: ({ count }) => number(count),
                },
                { key: "last", label: "Last", cell: ({ last_at }) => <Clock at={last_at} /> },
              ]}
            />
          </div>
        )}
    </>
  );
}

function Minutes({ live: { events, persons, minutes, definition } }: { live: Live }) {
  const { time_zone } = useOrganization();
  const most = Math.max(1, ...minutes.map((minute) => minute.events));
  return (
    <section class="card" aria-labelledby="live">
      <div class="row">
        <h2 id="live">The last half hour</h2>
        <Definition label="Live" id={definition} n={events} />
      </div>
      <p role="status">
        <strong data-live="persons">{number(persons)}</strong>{" "}
        {persons === 1 ? "person" : "persons"}, <strong data-live="events">{number(events)}</strong>
        {" "}
        {events === 1 ? "event" : "events"}
      </p>
      <ol class="minutes" aria-label="Events by minute">
        {minutes.map(({ at, events }) => (
          <li key={at} title={`${clock(at, time_zone)}: ${number(events)}`}>
            <span class="bar" style={{ height: `${events / most * 100}%` }} />
            <span class="hidden">{clock(at, time_zone)}: {number(events)}</span>
          </li>
        ))}
      </ol>
      <p class="row fine">
        <span>30 minutes ago</span>
        <span>now</span>
      </p>
    </section>
  );
}

function Clock({ at }: { at: string }) {
  const { time_zone } = useOrganization();
  return <time dateTime={at}>{clock(at, time_zone)}</time>;
}
