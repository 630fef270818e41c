import { useRef, useState } from "preact/hooks";
import { answerOf, api, queries } from "../api.ts";
import { Field, Form } from "../components/form.tsx";
import { number } from "../format.ts";
import { useOrganization } from "../organization.tsx";

/** Forgetting a person, once their id has been typed; what is left of it is a receipt that names nobody. */
export function Erase({ id, erased }: { id: string; erased(events: number): void }) {
  const { id: org_id } = useOrganization();
  const dialog = useRef<HTMLDialogElement>(null);
  const [typed, setTyped] = useState("");
  const name = id.replace(/^[ua]:/, "");
  return (
    <>
      <button type="button" class="quiet danger" onClick={() => dialog.current?.showModal()}>
        Erase
      </button>
      <dialog ref={dialog} aria-labelledby="erase-title" onClose={() => setTyped("")}>
        <h2 id="erase-title">Erase {name}</h2>
        <p>
          Every id and every event of theirs goes, and every count is corrected. Nothing brings them
          back.
        </p>
        <Form
          submit="Erase for good"
          isReady={typed === name}
          onSubmit={async () => {
            const params = { path: { id }, query: { org_id } };
            const receipt = await answerOf(api.DELETE("/v1/analytics/persons/{id}", { params }));
            dialog.current?.close();
            // Not read again here: there is nobody to read of.
            await queries.invalidateQueries({ refetchType: "none" });
            erased(receipt.events_removed);
          }}
        >
          <Field
            label={`Type ${name} to confirm`}
            name="confirm"
            autocomplete="off"
            required
            value={typed}
            onInput={({ currentTarget }) => setTyped(currentTarget.value)}
          />
        </Form>
        <p class="actions">
          <button type="button" class="quiet" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
        </p>
      </dialog>
    </>
  );
}

/** What is said once somebody has been erased. */
export function Erased({ events }: { events: number }) {
  return (
    <p role="status" class="arrival good">
      ✓ Erased, with {number(events)} {events === 1 ? "event" : "events"}.
    </p>
  );
}
