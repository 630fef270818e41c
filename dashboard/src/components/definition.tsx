import { number } from "../format.ts";
import { definitionOf } from "../words.ts";
import { Popover } from "./popover.tsx";

interface Props {
  label: string;
  /** A definition's id with its version, as answers carry it. */
  id: string;
  n?: number;
}

/** What a number means, which definition it has and from how many rows it is. */
export function Definition({ label, id, n }: Props) {
  return (
    <Popover label={`What ${label} means`} mark="?">
      <p>
        <strong>{label}</strong>
      </p>
      <p>{definitionOf(id)}</p>
      <p class="fine">
        <code>{id}</code>
        {n !== undefined && <>, from {number(n)} {n === 1 ? "row" : "rows"}</>}
      </p>
    </Popover>
  );
}
