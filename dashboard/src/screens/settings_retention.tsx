import { useMutation } from "@tanstack/preact-query";
import { answerOf, api, queries, type Schemas, useAnswer } from "../api.ts";
import { Failed } from "../components/failed.tsx";
import { Field, Form } from "../components/form.tsx";
import { Skeleton } from "../components/skeleton.tsx";
import { day as dayName } from "../format.ts";
import { isOwner, useOrganization } from "../organization.tsx";

type Kept = Schemas["DataRetention"];

const kinds = [
  { kind: "events", label: "Events", least: 1 },
  { kind: "ai", label: "AI sessions", least: 30 },
  { kind: "delivery", label: "Delivery", least: 30 },
  { kind: "metrics", label: "Metrics", least: 30 },
  { kind: "logs", label: "Jobs and dead letters", least: 7 },
  { kind: "audit", label: "Audit log", least: 365 },
] as const;

/** For how many days the organization keeps what. */
export function RetentionSettings() {
  const { id } = useOrganization();
  const kept = useAnswer(
    ["kept", id],
    (signal) => api.GET("/v1/orgs/{id}/retention", { params: { path: { id } }, signal }),
  );
  if (kept.isError) return <Failed error={kept.error} retry={() => kept.refetch()} />;
  if (kept.data === undefined) return <Skeleton height={640} />;
  return <Days kept={kept.data} />;
}

function Days({ kept }: { kept: Kept }) {
  const organization = useOrganization();
  const save = useMutation({
    mutationFn: (data: FormData) =>
      answerOf(api.PUT("/v1/orgs/{id}/retention", {
        params: { path: { id: organization.id } },
        body: Object.fromEntries(
          kinds.map(({ kind }) => [`${kind}_days`, daysOf(data.get(`${kind}_days`))]),
        ),
      })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["kept", organization.id] }),
  });
  const isReader = !isOwner(organization);
  return (
    <section class="card">
      <h2>Kept data</h2>
      <p class="fine">
        Days for which rows are kept; empty is for good. Counts by day outlive the rows they were
        made of. {isReader && "Owners change this."}
      </p>
      <Form submit="Save" isReady={!isReader} onSubmit={save.mutateAsync}>
        {kinds.map(({ kind, label, least }) => (
          <Field
            key={kind}
            label={label}
            name={`${kind}_days`}
            type="number"
            min={least}
            max={3660}
            readonly={isReader}
            value={kept[`${kind}_days`] ?? ""}
            hint={sinceOf(kept.rows_since[kind], least)}
          />
        ))}
        {!isReader && (
          <label class="check">
            <input type="checkbox" name="sure" required />
            What is older is removed from the next night on and does not come back
          </label>
        )}
        {save.isSuccess && <p role="status" class="fine">Saved.</p>}
      </Form>
    </section>
  );
}

function daysOf(given: FormDataEntryValue | null): number | null {
  return given === null || given === "" ? null : Number(given);
}

function sinceOf(day: string | null, least: number): string {
  const since = day === null ? "None was removed yet" : `All of them since ${dayName(day)}`;
  return `${since}. At least ${least}.`;
}
