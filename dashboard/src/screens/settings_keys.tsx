import { useMutation } from "@tanstack/preact-query";
import { useState } from "preact/hooks";
import { answerOf, api, queries, type Schemas, useAnswer } from "../api.ts";
import { DataTable } from "../components/data_table.tsx";
import { Failed } from "../components/failed.tsx";
import { Field, Form } from "../components/form.tsx";
import { Instant } from "../components/instant.tsx";
import { Skeleton } from "../components/skeleton.tsx";
import { Snippet } from "../components/snippet.tsx";
import { unknown } from "../format.ts";
import { useOrganization } from "../organization.tsx";
import { FirstUse } from "./settings_first_use.tsx";
import { snippetsOf } from "../snippets.ts";
import { useView } from "../view.ts";

const scopes = [
  { name: "ingest", says: "send numbers" },
  { name: "read", says: "read numbers" },
  { name: "admin", says: "manage the organization" },
] as const;

/** The keys of an organization; a new one is shown once, with what to paste. */
export function KeySettings() {
  const { id } = useOrganization();
  const { view } = useView();
  const [made, setMade] = useState<Schemas["CreatedKey"] | null>(null);
  const query = { page: Number(view.query["page"] ?? 1) };
  const keys = useAnswer(
    ["keys", id, query],
    (signal) => api.GET("/v1/orgs/{id}/keys", { params: { path: { id }, query }, signal }),
  );
  const revoke = useMutation({
    mutationFn: (key: string) =>
      answerOf(
        api.DELETE("/v1/orgs/{id}/keys/{key_id}", { params: { path: { id, key_id: key } } }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ["keys", id] }),
  });
  if (keys.isError) return <Failed error={keys.error} retry={() => keys.refetch()} />;
  return (
    <div class="pair">
      <div class="stack">
        {made && <MadeKey made={made} done={() => setMade(null)} />}
        {revoke.isError && <Failed error={revoke.error} />}
        {keys.data === undefined ? <Skeleton height={200} /> : (
          <DataTable
            caption="Keys"
            page={keys.data}
            rows={keys.data.items}
            keyOf={(key) => key.id}
            empty="No key has been made yet."
            columns={[
              {
                key: "name",
                label: "Key",
                cell: ({ name, prefix }) => (
                  <>
                    {name}
                    <br />
                    <code class="fine">{prefix}…</code>
                  </>
                ),
              },
              { key: "scopes", label: "May", cell: (key) => key.scopes.join(", ") },
              {
                key: "used",
                label: "Last used",
                cell: ({ last_used_at }) => last_used_at ? <Instant at={last_used_at} /> : unknown,
              },
              { key: "status", label: "State", cell: ({ status }) => status },
              {
                key: "revoke",
                label: "Action",
                isQuiet: true,
                cell: (key) =>
                  key.status === "active" && (
                    <button
                      type="button"
                      class="quiet danger"
                      onClick={() =>
                        confirm(`Revoke ${key.name}? What uses it stops at once.`) &&
                        revoke.mutate(key.id)}
                    >
                      Revoke
                    </button>
                  ),
              },
            ]}
          />
        )}
      </div>
      <NewKey made={setMade} />
    </div>
  );
}

function NewKey({ made }: { made(key: Schemas["CreatedKey"]): void }) {
  const { id } = useOrganization();
  return (
    <section class="card">
      <h2>A new key</h2>
      <Form
        submit="Make the key"
        onSubmit={async (data) => {
          const origin = String(data.get("origin")).trim();
          const body: Schemas["NewKey"] = {
            name: String(data.get("name")),
            scopes: scopes.map(({ name }) => name).filter((name) => data.has(name)),
            ...(origin === "" ? {} : { allowed_origins: [origin] }),
          };
          made(await answerOf(api.POST("/v1/orgs/{id}/keys", { params: { path: { id } }, body })));
          await queries.invalidateQueries({ queryKey: ["keys", id] });
        }}
      >
        <Field label="Name" name="name" required maxlength={100} placeholder="Nightly import" />
        <fieldset class="scopes">
          <legend>It may</legend>
          {scopes.map(({ name, says }) => (
            <label key={name} class="check">
              <input type="checkbox" name={name} defaultChecked={name === "ingest"} /> {says}
            </label>
          ))}
        </fieldset>
        <Field
          label="Origin of a page"
          name="origin"
          type="url"
          placeholder="https://www.example.com"
          hint="Only for a key that stands in a page: it can do nothing but ingest, from there."
        />
      </Form>
    </section>
  );
}

function MadeKey({ made, done }: { made: Schemas["CreatedKey"]; done(): void }) {
  const snippets = made.scopes.includes("ingest") ? snippetsOf(made.key, made.publishable) : [];
  return (
    <section class="card" aria-labelledby="made">
      <div class="row">
        <h2 id="made">The key {made.name}</h2>
        <button type="button" class="quiet" onClick={done}>I have it</button>
      </div>
      <p>It is shown this once. Keep it where secrets are kept.</p>
      <Snippet label="Key" code={made.key} />
      <FirstUse id={made.id} />
      {snippets.map(({ label, code }) => (
        <div key={label} class="stack">
          <h3>{label}</h3>
          <Snippet label={label} code={code} />
        </div>
      ))}
    </section>
  );
}
