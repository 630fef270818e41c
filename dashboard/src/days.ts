const dayMilliseconds = 86_400_000;

/** The day it is in a time zone, `YYYY-MM-DD`. */
export function today(timeZone: string, now: Date): string {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: knownZone(timeZone),
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  }).formatToParts(now);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")}`;
}

/** A zone that only PostgreSQL knows is taken for UTC, as the API does. */
function knownZone(timeZone: string): string {
  try {
    return new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone;
  } catch {
    return "UTC";
  }
}

/** The day so many days after another. */
export function addDays(date: string, days: number): string {
  return new Date(instant(date) + days * dayMilliseconds).toISOString().slice(0, 10);
}

/** How many days lie from one day to another. */
export function daysBetween(start: string, end: string): number {
  return Math.round((instant(end) - instant(start)) / dayMilliseconds);
}

function instant(date: string): number {
  return Date.parse(`${date}T00:00:00Z`);
}
