import { parseTime } from "../_shared/intake/time.ts";

/**
 * Milliseconds since 1970 of a time as any client writes it, or null where its meaning is not certain. What is read: RFC 3339 and its looser
 * forms (no colon in the offset, no seconds, a comma before the fraction, the basic form of ISO 8601), RFC 2822 and what JavaScript and Go
 * print, and numbers since 1970 in seconds, milliseconds, microseconds or nanoseconds. Without a zone it is UTC, as servers write it; a date alone is its
 * first moment there, as ECMAScript reads it.
 */
export function readTime(given: unknown): number | null {
  const usual = parseTime(given);
  if (usual !== null) return usual;
  if (typeof given === "number") return sinceEpoch(given);
  if (typeof given !== "string" || given.length > 80) return null;
  const text = given.trim();
  if (/^\d+(?:\.\d+)?$/.test(text)) return sinceEpoch(Number(text));
  for (const form of forms) {
    const parts = form.exec(text)?.groups;
    if (parts !== undefined) return momentOf(parts);
  }
  return null;
}

const clock = String
  .raw`(?<hour>\d{2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,](?<fraction>\d{1,12}))?)?`;
const zone = String.raw`(?<zone>[Zz]|UTC|GMT|[+-]\d{2}(?::?\d{2})?)`;

const forms = [
  // 2026-11-16T09:30+0000, 2026-11-16 09:30:00,5 +00:00 UTC, 2026-11-16T10:30+01:00[Europe/Berlin]
  new RegExp(
    String
      .raw`^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})(?:[Tt ]${clock} ?${zone}?(?: UTC|\[[\w/+-]+\])?)?$`,
  ),
  // 20261116T093000Z
  new RegExp(
    String
      .raw`^(?<year>\d{4})(?<month>\d{2})(?<day>\d{2})T(?<hour>\d{2})(?<minute>\d{2})(?:(?<second>\d{2})(?:[.,](?<fraction>\d{1,12}))?)?${zone}?$`,
  ),
  // Mon, 16 Nov 2026 09:30:00 +0000
  new RegExp(
    String
      .raw`^(?:[A-Z][a-z]{2}, )?(?<day>\d{1,2}) (?<word>[A-Z][a-z]{2}) (?<year>\d{4}) ${clock} ${zone}$`,
  ),
  // Mon Nov 16 2026 10:30:00 GMT+0100 (Central European Standard Time)
  new RegExp(
    String
      .raw`^[A-Z][a-z]{2} (?<word>[A-Z][a-z]{2}) (?<day>\d{1,2}) (?<year>\d{4}) ${clock} GMT(?<zone>[+-]\d{4})(?: \(.*\))?$`,
  ),
];

const months = "JanFebMarAprMayJunJulAugSepOctNovDec";

/** The units lie a thousand times apart, so that no number of this century means two of them. */
function sinceEpoch(given: number): number | null {
  for (const unit of [1000, 1, 1 / 1000, 1 / 1_000_000]) {
    const time = given * unit;
    if (time >= earliest && time < latest) return Math.floor(time);
  }
  return null;
}

const earliest = Date.UTC(1973, 3);
const latest = Date.UTC(2101, 0);

function momentOf(parts: Record<string, string | undefined>): number | null {
  const number = (name: string) => Number(parts[name] ?? 0);
  const month = parts["word"] === undefined
    ? number("month") - 1
    : months.indexOf(parts["word"]) / 3;
  const [year, day, hour] = [number("year"), number("day"), number("hour")];
  const [minute, second] = [number("minute"), number("second")];
  if (!Number.isInteger(month) || month < 0 || month > 11) return null;
  if (day < 1 || day > new Date(Date.UTC(year, month + 1, 0)).getUTCDate()) return null;
  const isMidnight = hour === 24 && minute === 0 && second === 0;
  if ((hour > 23 && !isMidnight) || minute > 59 || second > 60) return null;
  const offset = offsetOf(parts["zone"]);
  if (offset === null) return null;
  const thousandths = Number((parts["fraction"] ?? "").padEnd(3, "0").slice(0, 3));
  return Date.UTC(year, month, day, hour, minute - offset, second, thousandths);
}

/** Minutes ahead of UTC. */
function offsetOf(zone: string | undefined): number | null {
  const [, sign, hours = "", minutes = "0"] = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone ?? "") ?? [];
  if (sign === undefined) return 0;
  const size = Number(hours) * 60 + Number(minutes);
  if (size >= 24 * 60 || Number(minutes) > 59) return null;
  return sign === "-" ? -size : size;
}
