export { escapeHtml, oneLine } from "../_shared/mail/mail_text.ts";

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const number = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });
/** A duration is told in the first unit that it is long enough for: two days are 2 days, one and a half are 36 h. */
const durationUnits = [
  { from: 172_800, size: 86_400, name: "days" },
  { from: 3600, size: 3600, name: "h" },
  { from: 60, size: 60, name: "min" },
];
const percent = new Intl.NumberFormat("en-US", { maximumFractionDigits: 1 });

/** A number for people, at most two decimals; an en dash where it is unknown. */
export function formatNumber(value: number | null): string {
  return value === null ? "–" : signed(value, number);
}

/** A percentage without its sign, at most one decimal, as in `12.5%`. */
export function formatPercent(value: number): string {
  return `${percent.format(Math.abs(value))}%`;
}

/** Percentage points without their sign, as in `0.4 points`. */
export function formatPoints(value: number): string {
  const text = percent.format(Math.abs(value));
  return `${text} ${text === "1" ? "point" : "points"}`;
}

/** A change with its sign, as in `+12.5%`; what rounds to nothing is `0%`. */
export function formatChange(pct: number): string {
  const text = formatPercent(pct);
  if (text === "0%") return text;
  return `${pct > 0 ? "+" : "−"}${text}`;
}

/** How a number compares with the week before, whose number is `before`; `unknown` where there is none this week. */
export function changeWords(
  { change_pct, change_points, change_reason }: {
    change_pct: number | null;
    change_points?: number | null;
    change_reason: "new" | "no_previous" | "no_data" | null;
  },
  before: string,
  unknown: string,
): string {
  if (change_reason === "no_data") return unknown;
  if (change_reason === "no_previous") return "nothing to compare with";
  if (change_reason === "new") return `new, ${before} the week before`;
  const change = change_points === null || change_points === undefined
    ? formatChange(change_pct ?? 0)
    : `${change_points > 0 ? "+" : "−"}${formatPoints(change_points)}`;
  return /^[+−]?0( points|%)$/.test(change) ? "as the week before" : `${change}, from ${before}`;
}

/** A number with its unit, as in `3.5 h`, `40 %` or `1.2 a day`; durations are given in seconds. */
export function formatMeasure(value: number | null, unit: string): string {
  if (value === null) return "–";
  if (unit === "%") return formatPercent(value);
  if (unit === "deployments/day") return `${formatNumber(value)} a day`;
  if (unit !== "seconds") return formatNumber(value);
  const { size, name } = durationUnits.find(({ from }) => value >= from) ?? { size: 1, name: "s" };
  return `${percent.format(value / size)} ${name}`;
}

/** The weekday of a `YYYY-MM-DD` date. */
export function weekdayOf(date: string): string {
  return weekdays[partsOf(date).weekday] ?? "";
}

/** A day as in `Nov 9`. */
export function formatDay(date: string): string {
  const { month, day } = partsOf(date);
  return `${months[month] ?? ""} ${day}`;
}

/** A range of days as in `Nov 9–15, 2026` or `Dec 28, 2026 – Jan 3, 2027`. */
export function formatPeriod(start: string, end: string): string {
  const from = partsOf(start);
  const to = partsOf(end);
  if (from.year !== to.year) {
    return `${formatDay(start)}, ${from.year} – ${formatDay(end)}, ${to.year}`;
  }
  return from.month === to.month
    ? `${formatDay(start)}–${to.day}, ${to.year}`
    : `${formatDay(start)} – ${formatDay(end)}, ${to.year}`;
}

function signed(value: number, format: Intl.NumberFormat): string {
  return format.format(value).replace(/^-/, "−").replace(/^−0$/, "0");
}

function partsOf(date: string) {
  const time = new Date(`${date}T00:00:00Z`);
  return {
    year: time.getUTCFullYear(),
    month: time.getUTCMonth(),
    day: time.getUTCDate(),
    weekday: time.getUTCDay(),
  };
}
