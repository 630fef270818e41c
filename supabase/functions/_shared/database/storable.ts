/**
 * A JSON value without what PostgreSQL cannot hold: U+0000 and half characters become U+FFFD. `json` is its JSON, by which
 * is seen at once that almost no value has any.
 */
export function storable<Value>(value: Value, json: string): Value {
  if (isStorableJson(json)) return value;
  return JSON.parse(
    json,
    (_, inner: unknown) => typeof inner === "string" ? storableText(inner) : inner,
  );
}

/** The same of a text. */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll("\u0000", "\uFFFD");
}

/** Whether PostgreSQL can hold the value that `JSON.stringify` wrote: no U+0000 in it, and no half of a character. */
export function isStorableJson(json: string): boolean {
  return !json.includes("\\u") || !unstorable.test(json);
}

// As JSON.stringify escapes them: it writes whole characters as they are.
const unstorable = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/i;
