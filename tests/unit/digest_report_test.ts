import assert from "node:assert/strict";
import { bestDay, reportOf } from "../../supabase/functions/digest/report.ts";
import type { Day } from "../../supabase/functions/digest/types.ts";
import { weekdayOf } from "../../supabase/functions/digest/format.ts";
import { contentOf } from "../helpers/digest/digest_content.ts";

Deno.test("reportOf() has the week, its seven days and each total with its change", () => {
  const report = reportOf(contentOf({
    sessions: { days: [210, 340, 200, 190, 180, 200, 200], previous: 1216 },
    conversions: { days: [5, 15, 8, 4, 6, 7, 3], previous: 0 },
    ig_reach: { days: [0, 0, 0, 0, 0, 0, 0], previous: 0 },
    engagement: { previous: 812 },
  }));
  assert.deepStrictEqual(report.period, {
    start: "2026-11-09",
    end: "2026-11-15",
    days: 7,
    time_zone: "America/Los_Angeles",
    complete: true,
  });
  assert.deepStrictEqual(report.metrics[0]?.previous?.period, {
    start: "2026-11-02",
    end: "2026-11-08",
    days: 7,
    time_zone: "America/Los_Angeles",
    complete: true,
  });
  assert.deepStrictEqual(
    report.metrics.map(({ key, value, null_reason, change }) => [key, value, null_reason, change]),
    [
      ["sessions", 1520, null, { value: 25, unit: "%", null_reason: null }],
      ["conversions", 48, null, { value: null, unit: "%", null_reason: "new" }],
      ["ig_reach", 0, null, { value: 0, unit: "%", null_reason: null }],
      ["engagement", null, "no_data", { value: null, unit: "%", null_reason: "no_data" }],
    ],
  );
  assert.deepStrictEqual(
    report.totals.map(({ key, value, change_pct, change_reason }) => [
      key,
      value,
      change_pct,
      change_reason,
    ]),
    [
      ["sessions", 1520, 25, null],
      ["conversions", 48, null, "new"],
      ["ig_reach", 0, 0, null],
      ["engagement", null, null, "no_data"],
    ],
  );
  assert.deepStrictEqual(
    report.days.map(({ date, weekday, sessions, engagement }) => [
      date,
      weekday,
      sessions,
      engagement,
    ]),
    [
      ["2026-11-09", "Monday", 210, null],
      ["2026-11-10", "Tuesday", 340, null],
      ["2026-11-11", "Wednesday", 200, null],
      ["2026-11-12", "Thursday", 190, null],
      ["2026-11-13", "Friday", 180, null],
      ["2026-11-14", "Saturday", 200, null],
      ["2026-11-15", "Sunday", 200, null],
    ],
  );
  assert.deepStrictEqual(report.best_day, {
    date: "2026-11-10",
    weekday: "Tuesday",
    conversions: 15,
    sessions: 340,
  });
  assert.deepStrictEqual(report.definitions, ["digest.weekly@1", "tiles.sum@1"]);
});

const bestDays: [string, (number | null)[], (number | null)[], string | null][] = [
  // what, conversions and sessions from Monday 2026-11-09, the best day
  ["most conversions", [1, 2, 9, 4, 5, 6, 7], [9, 9, 1, 9, 9, 9, 9], "2026-11-11"],
  ["a tie goes to more sessions", [5, 5, 5, 0, 0, 0, 0], [10, 30, 20, 90, 0, 0, 0], "2026-11-10"],
  ["a tie of both to the earlier day", [0, 5, 5, 0, 0, 0, 5], [0, 9, 9, 0, 0, 0, 9], "2026-11-10"],
  ["unknown sessions lose a tie", [5, 5, 0, 0, 0, 0, 0], [null, 0], "2026-11-10"],
  ["a tie of unknowns to the earlier day", [null, 5, 5], [], "2026-11-10"],
  ["no conversions, no best day", [0, 0, 0, 0, 0, 0, 0], [9, 9, 9, 9, 9, 9, 9], null],
  ["unknown conversions, no best day", [], [9, 9, 9, 9, 9, 9, 9], null],
];

for (const [what, conversions, sessions, expected] of bestDays) {
  Deno.test(`bestDay(): ${what}`, () => {
    const days: Day[] = Array.from({ length: 7 }, (_, index) => {
      const date = `2026-11-${String(9 + index).padStart(2, "0")}`;
      return {
        date,
        weekday: weekdayOf(date),
        sessions: sessions[index] ?? null,
        conversions: conversions[index] ?? null,
        ig_reach: null,
        engagement: null,
      };
    });
    assert.strictEqual(bestDay(days)?.date ?? null, expected);
  });
}
