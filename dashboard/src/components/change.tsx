import { measure } from "../format.ts";
import { reasonOf } from "../words.ts";

export interface ChangeProps {
  change:
    | { value: number | null; unit: "%" | "points"; null_reason: string | null }
    | null
    | undefined;
  direction: "higher_is_better" | "lower_is_better" | "neutral";
  /** What it was, told in the title. */
  before?: string;
}

const one = new Intl.NumberFormat(navigator.language, { maximumFractionDigits: 1 });

/** How a number changed, by arrow and word: colour says the same once more. */
export function Change({ change, direction, before }: ChangeProps) {
  if (!change) return null;
  if (change.value === null) {
    if (change.null_reason === "no_data") return null;
    const said = change.null_reason === "new" ? "new" : "not known before";
    return <span class="change" title={reasonOf(change.null_reason ?? "no_data").why}>{said}</span>;
  }
  const size = one.format(Math.abs(change.value));
  const title = before === undefined ? undefined : `Before: ${before}`;
  if (size === "0") return <span class="change" title={title}>→ unchanged</span>;
  const isUp = change.value > 0;
  const verdict = verdictOf(isUp, direction);
  return (
    <span class={`change ${verdict}`} title={title}>
      <span aria-hidden="true">{isUp ? "↑" : "↓"}</span>
      <span class="hidden">{isUp ? "up" : "down"}</span> {size}
      {change.unit === "%" ? "%" : size === "1" ? " point" : " points"}
      {verdict !== "" && <span class="verdict">{verdict}</span>}
    </span>
  );
}

function verdictOf(isUp: boolean, direction: ChangeProps["direction"]): "" | "better" | "worse" {
  if (direction === "neutral") return "";
  return isUp === (direction === "higher_is_better") ? "better" : "worse";
}

/** The number before, for a title. */
export function beforeOf(
  previous: { value: number | null } | null | undefined,
  unit: string,
): string | undefined {
  return previous ? measure(previous.value, unit) : undefined;
}
