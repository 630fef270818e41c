import { answerOf, api, type Schemas, useAnswer } from "../api.ts";
import { DataTable } from "../components/data_table.tsx";
import { Facts } from "../components/facts.tsx";
import { Failed } from "../components/failed.tsx";
import { Field } from "../components/form.tsx";
import { Instant } from "../components/instant.tsx";
import { Skeleton } from "../components/skeleton.tsx";
import { time, unknown } from "../format.ts";
import { useOrganization, useRange } from "../organization.tsx";
import { save } from "../save.ts";
import { useView } from "../view.ts";

/** One person by id: who they are, what they did, and all of it as a file. */
export function Person() {
  const { view, change } = useView();
  const id = view.query["person"];
  return (
    <>
      <form
        class="choices"
        onSubmit={(event) => {
          event.preventDefault();
          const person = String(new FormData(event.currentTarget).get("person")).trim();
          change({ person: person || undefined, page: undefined });
        }}
      >
        <Field label="A person's id" name="person" value={id ?? ""} placeholder="demo-01" />
        <button type="submit" class="button">Show</button>
      </form>
      {id ? <Timeline id={id} /> : (
        <p class="fine">
          The id that your product sends as <code>user_id</code>, or an <code>anonymous_id</code>.
        </p>
      )}
    </>
  );
}

function Timeline({ id }: { id: string }) {
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
      <About person={answer.data.person} id={id} />
    </div>
  );
}

function About({ person, id }: { person: Schemas["AnalyticsPerson"]; id: string }) {
  const { id: org_id, time_zone } = useOrganization();
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
      <p>
        <button type="button" class="quiet" onClick={() => void download(id, org_id)}>
          Everything as a file
        </button>
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
