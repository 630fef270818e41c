import { z } from "@hono/zod-openapi";

/** The longest range a report may ask for, in days. */
export const maxRangeDays = 3660;

/** A real calendar date, `YYYY-MM-DD`, from 2000 on. */
export const DateSchema = z.string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, "must be a date as in 2026-11-16")
  .refine(isCalendarDate, "is not a date of the calendar")
  .refine((date) => date >= "2000-01-01" && date <= "2100-12-31", "must lie in 2000–2100")
  .openapi({ format: "date", example: "2026-11-16" });

/** Adds days to a `YYYY-MM-DD` date. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** Whole days from one `YYYY-MM-DD` date to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}

/** The Monday on or before a `YYYY-MM-DD` date. */
export function mondayOf(date: string): string {
  const weekday = (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
  return addDays(date, -weekday);
}

function isCalendarDate(date: string): boolean {
  const time = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === date;
}
