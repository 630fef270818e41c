import { unknown } from "../format.ts";
import { reasonOf } from "../words.ts";
import { Popover } from "./popover.tsx";

/** What stands for an unknown number: a dash that says why it is unknown and what would make it known. */
export function WhyNull({ reason, label }: { reason: string | null; label: string }) {
  const { why, todo } = reasonOf(reason ?? "no_data");
  return (
    <Popover label={`${label} is unknown: ${why}`} mark={unknown} kind="unknown">
      <p>{why}</p>
      {todo !== "" && <p class="fine">{todo}</p>}
    </Popover>
  );
}
