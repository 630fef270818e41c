/**
 * JSON in which every number survives being read: one with more digits than a double holds, as ids of other databases have, becomes the text of its
 * digits. Rounded, two persons' ids, or two orders', would be one.
 */
export function withDigitsKept(json: string): string {
  if (!manyDigits.test(json)) return json;
  return json.replace(
    tokens,
    (token) => token.startsWith('"') || isHeld(Number(token), token) ? token : `"${token}"`,
  );
}

/** A number of sixteen digits, or with an exponent that may leave the range; a text may look like one, which costs a closer look. */
const manyDigits = /[:[,\s]-?(?:\d{16}|\d[\d.]*[eE]\+?\d{3})/;

const tokens = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"|-?\d[\d.eE+-]*/g;

/** Whether a double has the digits of a number. An exponent says itself that not every digit counts. */
function isHeld(value: number, token: string): boolean {
  return Number.isFinite(value) &&
    (Math.abs(value) <= Number.MAX_SAFE_INTEGER || /e/i.test(token));
}
