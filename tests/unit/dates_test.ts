import assert from "node:assert/strict";
import {
  addDays,
  DateSchema,
  daysBetween,
  mondayOf,
} from "../../supabase/functions/_shared/numbers/dates.ts";

const additions: [string, number, string][] = [
  ["2026-11-16", 1, "2026-11-17"],
  ["2026-11-16", -16, "2026-10-31"],
  ["2028-02-28", 1, "2028-02-29"],
  ["2026-02-28", 1, "2026-03-01"],
  ["2026-12-31", 1, "2027-01-01"],
  // Both sides of a change of the clocks, which days without times do not have.
  ["2026-03-08", 1, "2026-03-09"],
  ["2026-11-01", -1, "2026-10-31"],
];

for (const [date, days, expected] of additions) {
  Deno.test(`addDays() makes ${expected} of ${date} and ${days}, and daysBetween() undoes it`, () => {
    assert.strictEqual(addDays(date, days), expected);
    assert.strictEqual(daysBetween(date, expected), days);
  });
}

const mondays: [string, string][] = [
  ["2026-11-16", "2026-11-16"],
  ["2026-11-17", "2026-11-16"],
  ["2026-11-22", "2026-11-16"],
  ["2026-11-15", "2026-11-09"],
  ["2027-01-01", "2026-12-28"],
];

for (const [date, expected] of mondays) {
  Deno.test(`mondayOf() answers ${expected} for ${date}`, () => {
    assert.strictEqual(mondayOf(date), expected);
  });
}

const dates: [string, string | null][] = [
  ["2026-11-16", null],
  ["2028-02-29", null],
  ["2000-01-01", null],
  ["2100-12-31", null],
  ["2026-02-29", "is not a date of the calendar"],
  ["2026-13-01", "is not a date of the calendar"],
  ["2026-04-31", "is not a date of the calendar"],
  ["1999-12-31", "must lie in 2000–2100"],
  ["2101-01-01", "must lie in 2000–2100"],
  ["2026-1-1", "must be a date as in 2026-11-16"],
  ["2026-11-16 ", "must be a date as in 2026-11-16"],
  ["२०२६-११-१६", "must be a date as in 2026-11-16"],
];

for (const [date, message] of dates) {
  Deno.test(`DateSchema ${message === null ? "takes" : "refuses"} "${date}"`, () => {
    assert.strictEqual(DateSchema.safeParse(date).error?.issues[0]?.message ?? null, message);
  });
}
