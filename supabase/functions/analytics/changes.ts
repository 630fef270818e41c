import { changeOf, type ChangeReason } from "../_shared/numbers/change.ts";
import type { Total } from "./types.ts";

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
    return { ...total, previous: before, ...changeOf(total.unit, total.value, before) };
  });
}
