import { useState } from "preact/hooks";
import { answerOf, api, type Schemas, useAnswer } from "../api.ts";
import { DataTable } from "../components/data_table.tsx";
import { Facts } from "../components/facts.tsx";
import { Failed } from "../components/failed.tsx";
import { Instant } from "../components/instant.tsx";
import { Skeleton } from "../components/skeleton.tsx";
import { time, unknown } from "../format.ts";
import { mayManage, useOrganization, useRange } from "../organization.tsx";
import { save } from "../save.ts";
import { useView } from "../view.ts";
import { Erase, Erased } from "./product_erase.tsx";

/** One person by id: who they are, what they did, all of it as a file, and forgetting them. */
export function Person({ id }: { id: string }) {
  const { change } = useView();
  const [erased, setErased] = useState<number | null>(null);
  if (erased !== null) {
    return (
      <>
        <Erased events={erased} />
        <p>
          <button type="button" class="quiet" onClick={() => change({ person: undefined })}>
            Back to the search
          </button>
        </p>
      </>
    );
  }
  return <Timeline id={id} erased={setErased} />;
}

function Timeline({ id, erased }: { id: string; erased(events: number): void }) {
  const range = useRange();
  const { view } = useView();
  const query = { ...range, compare: "none" as const, page: Number(view.query["page"] ?? 1) };
  const answer = useAnswer(
    ["person", id, query],
    (signal) => api.GET("/v1/analytics/persons/{id}", { params: { path: { id }, query }, signal }),
  );
  if (answer.isError) return <Failed error={answer.error} retry={() => answer.refetch()} />;
  if (answer.data === undefined) return <Skeleton height={420} />;
  return (
    <div class="pair">
      <DataTable
        caption="Events, the newest first"
        page={answer.data}
        rows={answer.data.items}
        keyOf={({ event, occurred_at, received_at }) => event + occurred_at + received_at}
        empty="No event in these days."
        columns={[
          { key: "event", label: "Event", cell: ({ event }) => event },
          { key: "at", label: "When", cell: ({ occurred_at }) => <Instant at={occurred_at} /> },
          {
            key: "properties",
            label: "Properties",
            cell: ({ properties }) =>
              Object.keys(properties).length === 0
                ? unknown
                : <code class="fine">{JSON.stringify(properties)}</code>,
          },
        ]}
      />
      <About person={answer.data.person} id={id} erased={erased} />
    </div>
  );
}

interface AboutProps {
  person: Schemas["AnalyticsPerson"];
  id: string;
  erased(events: number): void;
}

function About({ person, id, erased }: AboutProps) {
  const organization = useOrganization();
  const { id: org_id, time_zone } = organization;
  const facts: [string, string][] = [
    ["Known by", person.ids.join(", ")],
    ["Age group", person.age_group],
    ["Gender", person.gender],
    ["First seen", person.first_seen_at ? time(person.first_seen_at, time_zone) : unknown],
    ["Last seen", person.last_seen_at ? time(person.last_seen_at, time_zone) : unknown],
    ...Object.entries(person.traits).map(([name, value]): [string, string] => [
      name,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  ];
  return (
    <section class="card" aria-labelledby="about">
      <h2 id="about">{id}</h2>
      <Facts facts={facts} />
      <p class="buttons">
        <button type="button" class="quiet" onClick={() => void download(id, org_id)}>
          Everything as a file
        </button>
        {mayManage(organization) && <Erase id={id} erased={erased} />}
      </p>
    </section>
  );
}

/** Saves all that is kept of a person. */
async function download(id: string, org_id: string): Promise<void> {
  const params = { path: { id }, query: { org_id } };
  const all = await answerOf(api.GET("/v1/analytics/persons/{id}/export", { params }));
  save(new Blob([JSON.stringify(all, null, 2)], { type: "application/json" }), `${id}.json`);
}
