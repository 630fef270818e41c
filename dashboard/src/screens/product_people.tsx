import { api, useAnswer } from "../api.ts";
import { DataTable } from "../components/data_table.tsx";
import { Failed } from "../components/failed.tsx";
import { Field } from "../components/form.tsx";
import { Instant } from "../components/instant.tsx";
import { Skeleton } from "../components/skeleton.tsx";
import { unknown } from "../format.ts";
import { useOrganization } from "../organization.tsx";
import { sectionUrl, useView } from "../view.ts";
import { Person } from "./product_person.tsx";

/** Persons by how their id begins, and one of them. */
export function People() {
  const { view, change } = useView();
  const { person, search } = view.query;
  return (
    <>
      <form
        class="choices"
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          const given = String(new FormData(event.currentTarget).get("search")).trim();
          change({ search: given || undefined, person: undefined, page: undefined });
        }}
      >
        <Field
          label="An id, or how it begins"
          name="search"
          type="search"
          value={search ?? ""}
          placeholder="demo-"
        />
        <button type="submit" class="button">Search</button>
      </form>
      {person ? <Person id={person} /> : search ? <Found search={search} /> : (
        <p class="fine">
          The id that your product sends as <code>user_id</code>, or an <code>anonymous_id</code>.
        </p>
      )}
    </>
  );
}

function Found({ search }: { search: string }) {
  const { id: org_id } = useOrganization();
  const { view } = useView();
  const query = { org_id, search, limit: 20 };
  const found = useAnswer(
    ["people", query],
    (signal) => api.GET("/v1/analytics/persons", { params: { query }, signal }),
  );
  if (found.isError) return <Failed error={found.error} retry={() => found.refetch()} />;
  if (found.data === undefined) return <Skeleton height={320} />;
  const { items, has_more } = found.data;
  return (
    <>
      <DataTable
        caption="Persons"
        rows={items}
        keyOf={({ id }) => id}
        empty="No id begins so. Upper and lower case are different."
        columns={[
          {
            key: "id",
            label: "Person",
            cell: ({ id, known }) => (
              <>
                <a class="key" href={sectionUrl(view, "product", { ...view.query, person: id })}>
                  {id.slice(2)}
                </a>
                <br />
                <span class="fine">{known ? "known" : "anonymous"}</span>
              </>
            ),
          },
          {
            key: "first",
            label: "First seen",
            cell: ({ first_seen_at }) => first_seen_at ? <Instant at={first_seen_at} /> : unknown,
          },
          {
            key: "last",
            label: "Last seen",
            cell: ({ last_seen_at }) => last_seen_at ? <Instant at={last_seen_at} /> : unknown,
          },
          { key: "age", label: "Age group", cell: ({ age_group }) => age_group },
        ]}
      />
      {has_more && <p class="fine">More ids begin so: write more of the one you look for.</p>}
    </>
  );
}
