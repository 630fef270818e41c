import { changePct, type ChangeReason } from "../_shared/change.ts";

/** A number that stands for a report, to be compared with the period before. */
export interface Total {
  name: string;
  unit: "events" | "persons" | "sessions" | "seconds" | "%";
  value: number | null;
}

export interface TotalChange extends Total {
  previous: number | null;
  change_pct: number | null;
  change_points: number | null;
  change_reason: ChangeReason | null;
}

/** How each total differs from the one of the same name before: in per cent, and rates in percentage points. */
export function totalChanges(current: Total[], previous: Total[]): TotalChange[] {
  return current.map((total) => {
    const before = previous.find(({ name }) => name === total.name)?.value ?? null;
    if (total.unit !== "%") {
      return {
        ...total,
        previous: before,
        ...changePct(total.value, before),
        change_points: null,
      };
    }
    const known = total.value !== null && before !== null;
    return {
      ...total,
      previous: before,
      change_pct: null,
      change_points: known ? (total.value ?? 0) - (before ?? 0) : null,
      change_reason: known ? null : total.value === null ? "no_data" : "no_previous",
    };
  });
}
