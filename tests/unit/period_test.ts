import assert from "node:assert/strict";
import {
  bucketOf,
  comparedDays,
  dayIn,
  type Interval,
  periodOf,
} from "../../supabase/functions/_shared/numbers/period.ts";

const now = new Date("2026-11-28T07:30:00Z");
const losAngeles = "America/Los_Angeles";

const days: [string, string, string][] = [
  ["UTC", "2026-11-28T07:30:00Z", "2026-11-28"],
  [losAngeles, "2026-11-28T07:30:00Z", "2026-11-27"],
  ["Pacific/Kiritimati", "2026-11-28T10:00:00Z", "2026-11-29"],
  // Midnight in Los Angeles is 08:00 UTC in winter and 07:00 UTC in summer, from 8 March to 1 November 2026.
  [losAngeles, "2026-03-08T07:59:59Z", "2026-03-07"],
  [losAngeles, "2026-03-08T08:00:00Z", "2026-03-08"],
  [losAngeles, "2026-03-09T06:59:59Z", "2026-03-08"],
  [losAngeles, "2026-03-09T07:00:00Z", "2026-03-09"],
  [losAngeles, "2026-11-01T07:00:00Z", "2026-11-01"],
  [losAngeles, "2026-11-02T07:59:59Z", "2026-11-01"],
  [losAngeles, "2026-11-02T08:00:00Z", "2026-11-02"],
  ["Europe/Berlin", "2028-02-28T23:00:00Z", "2028-02-29"],
  // PostgreSQL has zones with leap seconds, which nobody else has.
  ["right/Asia/Tokyo", "2026-11-28T20:00:00Z", "2026-11-28"],
];

for (const [zone, at, day] of days) {
  Deno.test(`dayIn() answers ${day} in ${zone} at ${at}`, () => {
    assert.strictEqual(dayIn(zone, new Date(at)), day);
  });
}

Deno.test("periodOf() is complete once its last day is over where the organization is", () => {
  const stored = { start: "2026-11-20", end: "2026-11-27", days: 8 };
  const inLosAngeles = { ...stored, time_zone: losAngeles };
  assert.deepStrictEqual(periodOf(inLosAngeles, now), { ...inLosAngeles, complete: false });
  const inBerlin = { ...stored, time_zone: "Europe/Berlin" };
  assert.deepStrictEqual(periodOf(inBerlin, now), { ...inBerlin, complete: true });
});

Deno.test("periodOf() keeps the instants of a range that rolls", () => {
  const from = "2026-11-21T07:30:00Z";
  const to = "2026-11-28T07:30:00Z";
  const stored = {
    start: "2026-11-20",
    end: "2026-11-27",
    days: 7,
    time_zone: losAngeles,
    from,
    to,
  };
  assert.deepStrictEqual(periodOf(stored, now), { ...stored, complete: false });
});

const compared: [string, string, "previous" | "year", string, string][] = [
  ["2026-11-09", "2026-11-15", "previous", "2026-11-02", "2026-11-08"],
  ["2028-03-01", "2028-03-01", "previous", "2028-02-29", "2028-02-29"],
  ["2026-11-01", "2026-11-02", "previous", "2026-10-30", "2026-10-31"],
  ["2026-11-09", "2026-11-15", "year", "2025-11-09", "2025-11-15"],
  ["2028-02-29", "2028-02-29", "year", "2027-02-28", "2027-02-28"],
  ["2028-02-01", "2028-02-29", "year", "2027-02-01", "2027-02-28"],
  ["2029-02-28", "2029-03-01", "year", "2028-02-28", "2028-03-01"],
  ["2000-01-01", "2000-12-31", "year", "1999-01-01", "1999-12-31"],
];

for (const [start, end, compare, from, to] of compared) {
  Deno.test(`comparedDays() compares ${start} – ${end} by ${compare} with ${from} – ${to}`, () => {
    assert.deepStrictEqual(comparedDays(compare, { start, end }), { start: from, end: to });
  });
}

Deno.test("comparedDays() compares with nothing unless asked", () => {
  assert.strictEqual(comparedDays("none", { start: "2026-11-09", end: "2026-11-15" }), null);
});

const buckets: [string, Interval, string, string, string, string, [string, string, boolean]][] = [
  ["a day that is over", "day", "2026-11-26", "2026-11-26", "2026-11-28", "2026-11-27", [
    "2026-11-26",
    "2026-11-26",
    true,
  ]],
  ["today", "day", "2026-11-27", "2026-11-26", "2026-11-28", "2026-11-27", [
    "2026-11-27",
    "2026-11-27",
    false,
  ]],
  ["a day to come", "day", "2026-11-28", "2026-11-26", "2026-11-28", "2026-11-27", [
    "2026-11-28",
    "2026-11-28",
    false,
  ]],
  [
    "a first week that the range cuts",
    "week",
    "2026-11-04",
    "2026-11-04",
    "2026-11-17",
    "2026-11-27",
    [
      "2026-11-02",
      "2026-11-08",
      false,
    ],
  ],
  ["a whole week", "week", "2026-11-12", "2026-11-04", "2026-11-17", "2026-11-27", [
    "2026-11-09",
    "2026-11-15",
    true,
  ]],
  [
    "a last week that the range cuts",
    "week",
    "2026-11-17",
    "2026-11-04",
    "2026-11-17",
    "2026-11-27",
    [
      "2026-11-16",
      "2026-11-22",
      false,
    ],
  ],
  ["a week with today in it", "week", "2026-11-23", "2026-11-16", "2026-11-29", "2026-11-27", [
    "2026-11-23",
    "2026-11-29",
    false,
  ]],
  ["a week that ends today", "week", "2026-11-16", "2026-11-16", "2026-11-22", "2026-11-22", [
    "2026-11-16",
    "2026-11-22",
    false,
  ]],
  ["a month of 29 days", "month", "2028-02-15", "2028-01-31", "2028-03-31", "2028-04-01", [
    "2028-02-01",
    "2028-02-29",
    true,
  ]],
  ["a month at a year's end", "month", "2026-12-31", "2026-12-01", "2027-01-30", "2027-06-01", [
    "2026-12-01",
    "2026-12-31",
    true,
  ]],
  [
    "a month that lacks its last day",
    "month",
    "2027-01-01",
    "2026-12-01",
    "2027-01-30",
    "2027-06-01",
    [
      "2027-01-01",
      "2027-01-31",
      false,
    ],
  ],
];

for (const [what, interval, date, start, end, today, expected] of buckets) {
  Deno.test(`bucketOf() ${what}`, () => {
    const found = bucketOf(date, interval, { start, end }, today);
    assert.deepStrictEqual([found.start, found.end, found.complete], expected);
  });
}
