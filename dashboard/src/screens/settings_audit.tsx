import { api, type Schemas, useAnswer } from "../api.ts";
import { Choice } from "../components/choice.tsx";
import { DataTable } from "../components/data_table.tsx";
import { Failed } from "../components/failed.tsx";
import { Instant } from "../components/instant.tsx";
import { Skeleton } from "../components/skeleton.tsx";
import { unknown } from "../format.ts";
import { useOrganization } from "../organization.tsx";
import { useView } from "../view.ts";

const kinds = [
  { value: "", label: "everything" },
  { value: "organization", label: "the organization" },
  { value: "membership", label: "members" },
  { value: "invitation", label: "invitations" },
  { value: "api_key", label: "keys" },
  { value: "share", label: "share links" },
  { value: "person", label: "persons" },
  { value: "user", label: "sign-ins" },
];

/** Who changed what, the newest first. */
export function AuditSettings() {
  const { id } = useOrganization();
  const { view } = useView();
  const object_type = view.query["of"];
  const query = {
    page: Number(view.query["page"] ?? 1),
    ...(object_type ? { object_type } : {}),
  };
  const audit = useAnswer(
    ["audit", id, query],
    (signal) => api.GET("/v1/orgs/{id}/audit", { params: { path: { id }, query }, signal }),
  );
  return (
    <>
      <div class="choices">
        <Choice name="of" label="About" usual="" options={kinds} />
      </div>
      {audit.isError
        ? <Failed error={audit.error} retry={() => audit.refetch()} />
        : audit.data === undefined
        ? <Skeleton height={420} />
        : <Entries page={audit.data} />}
    </>
  );
}

type Entry = Schemas["AuditEntry"];

function Entries({ page }: { page: Schemas["Audit"] }) {
  return (
    <DataTable
      caption="Audit log, the newest first"
      page={page}
      rows={page.items}
      keyOf={(entry) => entry.id}
      empty="Nothing of this kind has been changed."
      columns={[
        { key: "at", label: "When", cell: ({ at }) => <Instant at={at} /> },
        {
          key: "action",
          label: "What",
          cell: (entry) => (
            <>
              {entry.action.replace(".", " ").replaceAll("_", " ")}
              <br />
              <code class="fine">{entry.object_id ?? unknown}</code>
            </>
          ),
        },
        { key: "change", label: "Change", cell: (entry) => <Change entry={entry} /> },
        {
          key: "actor",
          label: "Who",
          cell: ({ actor_kind, actor_id, ip }) => (
            <>
              {actor_kind}
              {actor_id && (
                <>
                  {" "}
                  <code class="fine">{actor_id.slice(0, 12)}</code>
                </>
              )}
              <br />
              <span class="fine">{ip ?? "no address"}</span>
            </>
          ),
        },
      ]}
    />
  );
}

/** What tells most of a thing that has come or gone. */
const telling = ["name", "email", "role", "repository", "login", "model"];

/** The fields that are another than before. */
function Change({ entry: { before, after } }: { entry: Entry }) {
  if (before === null || after === null) {
    const row = after ?? before ?? {};
    const told = telling.filter((name) => typeof row[name] === "string");
    return <>{told.length === 0 ? unknown : told.map((name) => said(row[name])).join(", ")}</>;
  }
  const names = Object.keys(after).filter((name) =>
    JSON.stringify(after[name]) !== JSON.stringify(before[name])
  );
  return (
    <>
      {names.map((name) => (
        <div key={name}>
          {name.replaceAll("_", " ")}{" "}
          <span class="fine">{said(before[name])} → {said(after[name])}</span>
        </div>
      ))}
    </>
  );
}

function said(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value ?? null);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
