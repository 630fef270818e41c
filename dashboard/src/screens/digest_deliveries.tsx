import { api, type Schemas, useAnswer } from "../api.ts";
import { DataTable } from "../components/data_table.tsx";
import { Failed } from "../components/failed.tsx";
import { Instant } from "../components/instant.tsx";
import { Skeleton } from "../components/skeleton.tsx";
import { addDays } from "../days.ts";
import { days } from "../format.ts";
import { mayManage, useOrganization } from "../organization.tsx";
import { useView } from "../view.ts";

type Delivery = Schemas["DigestDelivery"];

const states: Record<Delivery["state"], { text: string; tone: "good" | "fair" | "poor" | "none" }> =
  {
    pending: { text: "waits", tone: "none" },
    sending: { text: "is being sent", tone: "none" },
    sent: { text: "sent", tone: "good" },
    stored: { text: "stored", tone: "fair" },
    failed: { text: "refused", tone: "poor" },
    skipped: { text: "not wanted any more", tone: "none" },
    expired: { text: "given up", tone: "poor" },
  };

/** What came of each digest: everybody's for those who manage, else one's own. */
export function DigestDeliveries() {
  const organization = useOrganization();
  const { id: org_id } = organization;
  const { view } = useView();
  const query = { org_id, page: Number(view.query["page"] ?? 1), page_size: 10 };
  const log = useAnswer(
    ["digest-deliveries", query],
    (signal) => api.GET("/v1/digest/deliveries", { params: { query }, signal }),
  );
  if (log.isError) return <Failed error={log.error} retry={() => log.refetch()} />;
  if (log.data === undefined) return <Skeleton height={320} />;
  const isManager = mayManage(organization);
  return (
    <section class="stack" aria-labelledby="deliveries">
      <h2 id="deliveries">{isManager ? "What went out" : "What went out to you"}</h2>
      <DataTable
        caption="Digests that went out"
        page={log.data}
        rows={log.data.items}
        keyOf={({ id }) => id}
        empty="No digest has been due yet."
        columns={[
          {
            key: "week",
            label: "Week",
            cell: ({ week_start, email }) => (
              <>
                {days({ start: week_start, end: addDays(week_start, 6) })}
                {isManager && <span class="sub">{email}</span>}
              </>
            ),
          },
          { key: "state", label: "What came of it", cell: (row) => <Came row={row} /> },
        ]}
      />
    </section>
  );
}

function Came({ row }: { row: Delivery }) {
  const { state, sent_at, error, reported, next_attempt_at, attempts } = row;
  const { text, tone } = states[state];
  return (
    <>
      <span class={`verdict-chip ${tone}`}>{text}</span>
      {sent_at && (
        <span class="sub">
          <Instant at={sent_at} />
        </span>
      )}
      {state === "stored" && <span class="sub">no mail provider</span>}
      {reported && (
        <span class="sub">
          provider: {reported.type.replace("email.", "").replaceAll("_", " ")}
        </span>
      )}
      {error !== null && <span class="sub wrong">{error}</span>}
      {next_attempt_at && attempts > 0 && (
        <span class="sub">
          again from <Instant at={next_attempt_at} /> on
        </span>
      )}
    </>
  );
}
