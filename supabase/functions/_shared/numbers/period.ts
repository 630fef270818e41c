import { addDays, daysBetween, mondayOf } from "./dates.ts";

/** Days of an organization, `YYYY-MM-DD`, both ends included. */
export interface Days {
  start: string;
  end: string;
}

/** What SQL answers of the range it counted: its days in the organization's zone, and its instants where the window rolls. */
export interface StoredPeriod extends Days {
  days: number;
  time_zone: string;
  from?: string | undefined;
  to?: string | undefined;
  /** The first day of which rows are still kept, where the range begins before it. */
  rows_since?: string | null | undefined;
}

/** The range of an answer. It is complete when its last day is over in the organization's zone: its numbers are final then. */
export interface Period extends StoredPeriod {
  complete: boolean;
  rows_since?: string | undefined;
}

export type Interval = "day" | "week" | "month";
export type Compare = "none" | "previous" | "year";

/** A day, a week from Monday or a month: its own first and last day, and whether its number can stand beside the others'. */
export interface Bucket extends Days {
  complete: boolean;
}

const dayFormats = new Map<string, Intl.DateTimeFormat>();

/** The day it is in a time zone. A zone that only PostgreSQL knows (`right/…`, leap seconds) is taken for UTC. */
export function dayIn(timeZone: string, now: Date): string {
  const known = dayFormats.get(timeZone) ?? dayFormat(timeZone);
  dayFormats.set(timeZone, known);
  const parts = Object.fromEntries(
    known.formatToParts(now).map(({ type, value }) => [type, value]),
  );
  return `${parts["year"]}-${parts["month"]}-${parts["day"]}`;
}

function dayFormat(timeZone: string): Intl.DateTimeFormat {
  const digits = { year: "numeric", month: "2-digit", day: "2-digit" } as const;
  const inZone = (zone: string) =>
    new Intl.DateTimeFormat("en-US", { ...digits, calendar: "iso8601", timeZone: zone });
  try {
    return inZone(timeZone);
  } catch (error) {
    if (error instanceof RangeError) return inZone("UTC");
    throw error;
  }
}

/** The period of an answer, out of the one that SQL counted. */
export function periodOf(stored: StoredPeriod, now: Date): Period {
  const { start, end, days, time_zone, from, to, rows_since } = stored;
  const complete = end < dayIn(time_zone, now);
  return {
    ...{ start, end, days, time_zone, complete },
    ...(from && to ? { from, to } : {}),
    ...(rows_since ? { rows_since } : {}),
  };
}

/** As many days just before. */
export function previousDays({ start, end }: Days): Days {
  const length = daysBetween(start, end) + 1;
  return { start: addDays(start, -length), end: addDays(end, -length) };
}

/** The same dates a year earlier; 29 February becomes the 28th. */
export function daysAYearBefore({ start, end }: Days): Days {
  return { start: aYearBefore(start), end: aYearBefore(end) };
}

function aYearBefore(date: string): string {
  const year = String(Number(date.slice(0, 4)) - 1).padStart(4, "0");
  return `${year}${date.slice(4) === "-02-29" ? "-02-28" : date.slice(4)}`;
}

/** The days that a range is compared with; null where it is compared with nothing. */
export function comparedDays(compare: Compare, days: Days): Days | null {
  if (compare === "none") return null;
  return compare === "previous" ? previousDays(days) : daysAYearBefore(days);
}

/** The day, week or month that a day lies in, as a whole. */
export function bucketDays(date: string, interval: Interval): Days {
  if (interval === "day") return { start: date, end: date };
  if (interval === "week") {
    const monday = mondayOf(date);
    return { start: monday, end: addDays(monday, 6) };
  }
  const first = `${date.slice(0, 7)}-01`;
  const next = addDays(first, 31).slice(0, 7);
  return { start: first, end: addDays(`${next}-01`, -1) };
}

/** Whether a bucket lies in the range as a whole and is over: one that the range cuts, or that today is in, has only a part. */
export function isComplete(bucket: Days, range: Days, today: string): boolean {
  return bucket.start >= range.start && bucket.end <= range.end && bucket.end < today;
}

/** The bucket of a day in a range, with its own first and last day. */
export function bucketOf(date: string, interval: Interval, range: Days, today: string): Bucket {
  const days = bucketDays(date, interval);
  return { ...days, complete: isComplete(days, range, today) };
}
