import assert from "node:assert/strict";
import {
  averageRetention,
  cohortsOf,
  retentionTable,
  startOfPeriod,
} from "../../supabase/functions/analytics/retention.ts";

const cohort = (start: string, returned: number[], group: string | null = null) => ({
  group,
  cohort: start,
  size: returned[0] ?? 0,
  returned,
});

Deno.test("cohortsOf() turns the lists of each period into rows of cohorts", () => {
  const days = ["2026-11-16", "2026-11-17"];
  const groups = [{ group: "Male", returned: [[4, 3], [2, 1], [1, 0]] }];
  assert.deepStrictEqual(cohortsOf(days, groups), [
    cohort("2026-11-16", [4, 2, 1], "Male"),
    cohort("2026-11-17", [3, 1, 0], "Male"),
  ]);
  assert.deepStrictEqual(cohortsOf(days, []), []);
});

Deno.test("retentionTable() leaves out cells whose period is not over", () => {
  const table = retentionTable(
    [
      cohort("2026-11-16", [4, 2, 1]),
      cohort("2026-11-18", [3, 1, 0]),
      cohort("2026-11-19", [2, 0, 0]),
    ],
    "day",
    "2026-11-19",
  );
  assert.deepStrictEqual(table.map(({ cells }) => cells.map(({ pct }) => pct)), [
    [100, 50, 25],
    [100, null, null], // the 19th, period 1, is today
    [null, null, null],
  ]);
  assert.deepStrictEqual(table.map(({ complete }) => complete), [true, true, false]);
  assert.deepStrictEqual(table[1]?.cells[1], { count: null, pct: null, null_reason: "not_over" });
});

Deno.test("retentionTable() knows no share of an empty cohort", () => {
  const [empty] = retentionTable([cohort("2026-11-02", [0, 0])], "week", "2026-11-19");
  assert.deepStrictEqual(empty?.cells[0], { count: 0, pct: null, null_reason: "no_data" });
  const [average] = averageRetention(empty ? [empty] : []);
  assert.deepStrictEqual(average?.cells[0], {
    pct: null,
    n: 0,
    cohorts: 0,
    null_reason: "no_data",
  });
});

Deno.test("averageRetention() weighs cohorts by size and leaves incomplete cells out", () => {
  // Period 1: (2 of 4) and (1 of 1) make 3 of 5, where the plain mean of the shares would be 75 %; the third is not over.
  const table = retentionTable(
    [
      cohort("2026-10-26", [4, 2, 1]),
      cohort("2026-11-02", [1, 1, 0]),
      cohort("2026-11-09", [9, 9, 9]),
    ],
    "week",
    "2026-11-22",
  );
  const [average] = averageRetention(table);
  assert.deepStrictEqual(average?.cells, [
    { pct: 100, n: 14, cohorts: 3, null_reason: null },
    { pct: 60, n: 5, cohorts: 2, null_reason: null },
    { pct: 25, n: 4, cohorts: 1, null_reason: null },
  ]);
});

Deno.test("averageRetention() averages each group by itself; nothing complete is unknown", () => {
  const table = retentionTable(
    [cohort("2026-11-16", [4, 2], "Male"), cohort("2026-11-19", [2, 2], "Female")],
    "day",
    "2026-11-19",
  );
  assert.deepStrictEqual(averageRetention(table), [
    {
      group: "Male",
      cells: [
        { pct: 100, n: 4, cohorts: 1, null_reason: null },
        { pct: 50, n: 4, cohorts: 1, null_reason: null },
      ],
    },
    {
      group: "Female",
      cells: [
        { pct: null, n: 0, cohorts: 0, null_reason: "not_over" },
        { pct: null, n: 0, cohorts: 0, null_reason: "not_over" },
      ],
    },
  ]);
});

Deno.test("startOfPeriod() counts days, weeks and months of the calendar", () => {
  assert.strictEqual(startOfPeriod("2028-02-28", "day", 2), "2028-03-01");
  assert.strictEqual(startOfPeriod("2026-12-28", "week", 1), "2027-01-04");
  assert.strictEqual(startOfPeriod("2026-11-01", "month", 14), "2028-01-01");
});
