import { addDays } from "../_shared/numbers/dates.ts";
import { bucketDays, type Interval } from "../_shared/numbers/period.ts";
import { percent } from "../_shared/numbers/ratio.ts";

/** A cohort as it was counted: `returned[k]` persons in period k, `returned[0]` all of it. */
export interface CountedCohort {
  group: string | null;
  cohort: string;
  size: number;
  returned: number[];
}

export interface RetentionCell {
  count: number | null;
  pct: number | null;
  null_reason: "not_over" | "no_data" | null;
}

export interface Cohort {
  group: string | null;
  cohort: string;
  size: number;
  /** Whether the cohort's own period is over. */
  complete: boolean;
  cells: RetentionCell[];
}

/** The average share in period k over the cohorts whose period k is over, weighed by their sizes; `n` persons. */
export interface AverageRetention {
  group: string | null;
  cells: {
    pct: number | null;
    n: number;
    cohorts: number;
    null_reason: "not_over" | "no_data" | null;
  }[];
}

/** What the database counted of a group: for each period, a list of persons by cohort. */
export interface CountedGroup {
  group: string | null;
  returned: number[][];
}

/** The rows of a table whose columns the database counted. `days` are the first days of the cohorts. */
export function cohortsOf(days: string[], groups: CountedGroup[]): CountedCohort[] {
  return groups.flatMap(({ group, returned: periods }) =>
    days.map((cohort, row) => {
      const returned = periods.map((counts) => counts[row] ?? 0);
      return { group, cohort, size: returned[0] ?? 0, returned };
    })
  );
}

/** Shares of the cohorts; a cell whose period is not over on `today` is unknown, and so is one of an empty cohort. */
export function retentionTable(
  counted: CountedCohort[],
  interval: Interval,
  today: string,
): Cohort[] {
  // Asked once for each k instead of for each cell: a year by day has thousands of them.
  const now = bucketDays(today, interval).start;
  const lastOver = (counted[0]?.returned ?? []).map((_, k) => startOfPeriod(now, interval, -k - 1));
  return counted.map(({ returned, ...cohort }) => ({
    ...cohort,
    complete: cohort.cohort <= (lastOver[0] ?? ""),
    cells: returned.map((count, k): RetentionCell => {
      const isOver = cohort.cohort <= (lastOver[k] ?? "");
      if (!isOver) return { count: null, pct: null, null_reason: "not_over" };
      const pct = percent(count, cohort.size);
      return { count, pct, null_reason: pct === null ? "no_data" : null };
    }),
  }));
}

/** The averages of each group: all that returned in period k over all that could have, of cells that are complete. */
export function averageRetention(cohorts: Cohort[]): AverageRetention[] {
  return [...Map.groupBy(cohorts, ({ group }) => group)].map(([group, members]) => ({
    group,
    cells: (members[0]?.cells ?? []).map((_, k) => {
      const complete = members.filter(({ cells }) => cells[k]?.null_reason === null);
      const n = complete.reduce((sum, { size }) => sum + size, 0);
      const returned = complete.reduce((sum, { cells }) => sum + (cells[k]?.count ?? 0), 0);
      const pct = percent(returned, n);
      const isOver = members.some(({ cells }) => cells[k]?.null_reason !== "not_over");
      const null_reason = pct !== null ? null : isOver ? "no_data" : "not_over";
      return { pct, n, cohorts: complete.length, null_reason };
    }),
  }));
}

/** The first day of the k-th period after the one that starts on `start`, or before it if k is negative. */
export function startOfPeriod(start: string, interval: Interval, k: number): string {
  if (interval === "day") return addDays(start, k);
  if (interval === "week") return addDays(start, 7 * k);
  const [year = 0, month = 1] = start.split("-").map(Number);
  return new Date(Date.UTC(year, month - 1 + k, 1)).toISOString().slice(0, 10);
}
