import { useMutation } from "@tanstack/preact-query";
import { answerOf, api, queries, type Schemas, useAnswer } from "../api.ts";
import { DataTable } from "../components/data_table.tsx";
import { Failed } from "../components/failed.tsx";
import { Instant } from "../components/instant.tsx";
import { number } from "../format.ts";
import { mayWrite, useOrganization } from "../organization.tsx";

type Letter = Schemas["EtlDeadLetter"];

/** What could not be stored, why, and a way to try again. */
export function DeadLetters() {
  const organization = useOrganization();
  const { id: org_id } = organization;
  const query = { org_id, state: "open" as const, page_size: 50 };
  const letters = useAnswer(
    ["dead-letters", org_id],
    (signal) => api.GET("/v1/etl/dead-letters", { params: { query }, signal }),
  );
  const replay = useMutation({
    mutationFn: (id: string) =>
      answerOf(api.POST("/v1/etl/dead-letters/{id}/replay", { params: { path: { id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ["dead-letters", org_id] }),
  });
  if (letters.isError) return <Failed error={letters.error} retry={() => letters.refetch()} />;
  if (letters.data === undefined || letters.data.items.length === 0) return null;
  const { items, total_count } = letters.data;
  return (
    <section class="stack" aria-labelledby="letters">
      <h2 id="letters">Could not be stored</h2>
      <p class="fine">
        {number(total_count)}{" "}
        in all, the newest first. Trying again helps where what was missing has come meanwhile.
      </p>
      {replay.isError && <Failed error={replay.error} />}
      <DataTable
        caption="What could not be stored"
        rows={items}
        keyOf={({ id }) => id}
        columns={[
          {
            key: "what",
            label: "What",
            cell: ({ kind, item }) => (
              <>
                {(kind ?? "delivery").replaceAll("_", " ")}
                <br />
                <span class="fine">{String(item?.["repository"] ?? "")}</span>
              </>
            ),
          },
          {
            key: "why",
            label: "Why",
            cell: ({ reason, attempts }) => (
              <>
                {reason}
                <br />
                <span class="fine">
                  tried {number(attempts)} {attempts === 1 ? "time" : "times"}
                </span>
              </>
            ),
          },
          { key: "at", label: "When", cell: ({ created_at }) => <Instant at={created_at} /> },
          ...mayWrite(organization)
            ? [{
              key: "replay",
              label: "Action",
              isQuiet: true,
              cell: ({ id }: Letter) => (
                <button
                  type="button"
                  class="quiet"
                  disabled={replay.isPending}
                  onClick={() => replay.mutate(id)}
                >
                  Try again
                </button>
              ),
            }]
            : [],
        ]}
      />
    </section>
  );
}
