/** Why a change has no percentage: there was nothing before, the value before is unknown, or the value now is. */
export type ChangeReason = "new" | "no_previous" | "no_data";

/** A change against a previous value in per cent; null with the reason where there is none. */
export interface Change {
  change_pct: number | null;
  change_reason: ChangeReason | null;
}

/**
 * The change from `previous` to `current` in per cent: `(current − previous) / previous × 100`. From 0 to 0 it is 0, from 0 to
 * anything else it is null because of `new`; an unknown value gives null too (`no_data` when it is the current one).
 */
export function changePct(current: number | null, previous: number | null): Change {
  if (current === null) return none("no_data");
  if (previous === null) return none("no_previous");
  if (previous === 0) return current === 0 ? known(0) : none("new");
  return known((current - previous) / previous * 100);
}

/** The change of a number with a unit: of rates (`%`) in percentage points, of anything else in per cent as {@link changePct}. */
export function changeOf(
  unit: string,
  current: number | null,
  previous: number | null,
): Change & { change_points: number | null } {
  if (unit !== "%") return { ...changePct(current, previous), change_points: null };
  if (current === null) return { ...none("no_data"), change_points: null };
  if (previous === null) return { ...none("no_previous"), change_points: null };
  return { change_pct: null, change_points: current - previous, change_reason: null };
}

/** How a metric changed, in its own words: rates (`%`) in points, anything else in per cent; null with the reason. */
export interface MetricChange {
  value: number | null;
  unit: "%" | "points";
  null_reason: ChangeReason | null;
}

/** The change of a number with a unit as {@link changeOf}, in one value with its unit. */
export function changeIn(
  unit: string,
  current: number | null,
  previous: number | null,
): MetricChange {
  const { change_pct, change_points, change_reason } = changeOf(unit, current, previous);
  return unit === "%"
    ? { value: change_points, unit: "points", null_reason: change_reason }
    : { value: change_pct, unit: "%", null_reason: change_reason };
}

function known(pct: number): Change {
  // -0 would be serialized as 0 but compare and print as "-0"; an overflow is no percentage anybody can use.
  return Number.isFinite(pct)
    ? { change_pct: pct === 0 ? 0 : pct, change_reason: null }
    : none("new");
}

function none(reason: ChangeReason): Change {
  return { change_pct: null, change_reason: reason };
}
