import { equal } from "node:assert/strict";
import { isDue } from "../../local/scheduler.ts";

const CASES: [schedule: string, minute: string, due: boolean, why: string][] = [
  ["* * * * *", "2026-01-05T08:00:00Z", true, "every minute"],
  ["0 * * * *", "2026-01-05T08:00:59Z", true, "anywhere in the minute"],
  ["0 * * * *", "2026-01-05T08:01:00Z", false, "the minute after"],
  ["*/10 * * * *", "2026-01-05T08:20:00Z", true, "a step"],
  ["*/10 * * * *", "2026-01-05T08:25:00Z", false, "between steps"],
  ["17 3 * * *", "2026-07-01T03:17:00Z", true, "UTC in summer, whatever the machine's zone"],
  ["0 8 * * 1", "2026-01-05T08:00:00Z", true, "a Monday"],
  ["0 8 * * 1", "2026-01-06T08:00:00Z", false, "a Tuesday"],
  ["0 8 * * 0", "2026-01-04T08:00:00Z", true, "Sunday is 0"],
  ["0 8 * * 7", "2026-01-04T08:00:00Z", true, "and 7"],
  ["0 0 13 * 5", "2026-01-13T00:00:00Z", true, "day of month or day of week: the 13th"],
  ["0 0 13 * 5", "2026-01-16T00:00:00Z", true, "day of month or day of week: a Friday"],
  ["0 0 13 * 5", "2026-01-14T00:00:00Z", false, "day of month or day of week: neither"],
  ["0 0 $ * *", "2028-02-29T00:00:00Z", true, "pg_cron's last day of the month"],
  ["0 0 $ * *", "2026-02-27T00:00:00Z", false, "the day before it"],
  ["30 seconds", "2026-01-05T08:00:00Z", true, "an interval, at least once a minute"],
  ["@hourly", "2026-01-05T08:00:00Z", true, "a nickname"],
];

for (const [schedule, minute, due, why] of CASES) {
  Deno.test(`isDue("${schedule}", ${minute}) is ${due}: ${why}`, () => {
    equal(isDue(schedule, new Date(minute)), due);
  });
}
