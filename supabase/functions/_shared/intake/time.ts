/**
 * Milliseconds since 1970 of an RFC 3339 time, or null when it is none; a space may stand in place of the `T`.
 * @param zone what a time without an offset is in: `required` takes none, `utc` what Python and servers write
 */
export function parseTime(given: unknown, zone: "required" | "utc" = "required"): number | null {
  if (typeof given !== "string") return null;
  const match = rfc3339.exec(given);
  if (match === null) return null;
  const [, date = "", clock = "", offset] = match;
  if (offset === undefined && zone === "required") return null;
  const [year, month, day] = date.split("-").map(Number);
  // Date.parse takes 30 February for 2 March.
  if (Number(day) > new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()) return null;
  const time = Date.parse(`${date}T${clock}${(offset ?? "Z").toUpperCase()}`);
  return Number.isNaN(time) ? null : time;
}

const rfc3339 =
  /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?)([Zz]|[+-]\d{2}:\d{2})?$/;
