const locale = navigator.language;
const plain = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 });
const oneDecimal = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
const compact = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
const signs = new Intl.NumberFormat(locale, {
  signDisplay: "exceptZero",
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});
const axis = new Intl.NumberFormat(locale, { notation: "compact", maximumSignificantDigits: 3 });
const exact = new Intl.NumberFormat(locale, { maximumFractionDigits: 6 });
const dollars = new Intl.NumberFormat(locale, { style: "currency", currency: "USD" });
const cents = new Intl.NumberFormat(locale, {
  style: "currency",
  currency: "USD",
  maximumSignificantDigits: 3,
});

/** What stands where a number is unknown. */
export const unknown = "—";

/** A number with its unit, short enough for a tile. */
export interface Shown {
  text: string;
  /** What follows the number in small; empty where the text has it. */
  unit: string;
  /** The whole number, for a title. */
  exact: string;
}

/** A number for people. Durations are told in the two largest units that they have. */
export function shown(value: number | null, unit: string): Shown {
  if (value === null) return { text: unknown, unit: "", exact: "unknown" };
  const whole = `${exact.format(value)} ${unit}`;
  if (unit === "seconds") return { text: duration(value), unit: "", exact: whole };
  if (unit === "hours") return { text: duration(value * 3600), unit: "", exact: whole };
  if (unit === "USD") return { text: money(value), unit: "", exact: whole };
  if (unit.startsWith("USD/")) {
    return { text: money(value), unit: unit.replace("USD/", "per "), exact: whole };
  }
  if (unit === "%") return { text: `${oneDecimal.format(value)}%`, unit: "", exact: whole };
  return { text: number(value), unit, exact: whole };
}

/** A number with its unit as one text. */
export function measure(value: number | null, unit: string): string {
  const { text, unit: rest } = shown(value, unit);
  return rest === "" ? text : `${text} ${rest}`;
}

/** A number without a unit. */
export function number(value: number | null): string {
  if (value === null) return unknown;
  const size = Math.abs(value);
  if (size >= 1_000_000) return compact.format(value);
  if (size >= 1000 || Number.isInteger(value)) return plain.format(value);
  return size >= 100 ? oneDecimal.format(value) : fine.format(value);
}

/** A text that begins a line. */
export function sentence(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** A number from −1 to 1, with its sign. */
export function signed(value: number): string {
  return signs.format(value).replace("-", "−");
}

/** A number below or beside an axis. */
export function tick(value: number): string {
  return axis.format(value);
}

/** Dollars; what is less than a tenth of one to a thousandth of itself. */
export function money(usd: number): string {
  return usd !== 0 && Math.abs(usd) < 0.1 ? cents.format(usd) : dollars.format(usd);
}

/** A span of seconds, in its two largest units. */
export function duration(seconds: number): string {
  const sign = seconds < 0 ? "−" : "";
  const size = Math.abs(seconds);
  const units = [["d", 86_400], ["h", 3600], ["min", 60], ["s", 1]] as const;
  const place = units.findIndex(([, length]) => size >= length);
  if (place === -1) return size === 0 ? "0 s" : `${sign}${fine.format(size)} s`;
  const [[name, length], next] = [units[place] ?? units[3], units[place + 1]];
  if (next === undefined) return `${sign}${oneDecimal.format(size)} s`;
  const small = Math.round(size / next[1]);
  const per = length / next[1];
  const rest = small % per;
  const big = (small - rest) / per;
  return `${sign}${plain.format(big)} ${name}${
    rest === 0 ? "" : ` ${plain.format(rest)} ${next[0]}`
  }`;
}

/** A day, as `12 Nov 2026` is written where the reader is. */
export function day(date: string): string {
  return dayFormat.format(Date.parse(`${date}T00:00:00Z`));
}

/** The same with its weekday, without its year. */
export function weekday(date: string): string {
  return weekdayFormat.format(Date.parse(`${date}T00:00:00Z`));
}

/** A day as short as can be, for below an axis. */
export function shortDay(date: string): string {
  return shortFormat.format(Date.parse(`${date}T00:00:00Z`));
}

/** A range of days. */
export function days({ start, end }: { start: string; end: string }): string {
  return dayFormat.formatRange(
    Date.parse(`${start}T00:00:00Z`),
    Date.parse(`${end}T00:00:00Z`),
  );
}

/** An instant, in the time zone of the organization. */
export function time(instant: string, timeZone?: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone })
    .format(Date.parse(instant));
}

/** The time of day of an instant, to the second, in the time zone of the organization. */
export function clock(instant: string, timeZone: string): string {
  return new Intl.DateTimeFormat(locale, { timeStyle: "medium", timeZone })
    .format(Date.parse(instant));
}

const dayFormat = new Intl.DateTimeFormat(locale, {
  day: "numeric",
  month: "short",
  year: "numeric",
  timeZone: "UTC",
});
const shortFormat = new Intl.DateTimeFormat(locale, {
  day: "numeric",
  month: "short",
  timeZone: "UTC",
});
const weekdayFormat = new Intl.DateTimeFormat(locale, {
  weekday: "short",
  day: "numeric",
  month: "short",
  timeZone: "UTC",
});
