/**
 * Whether an id is none: what code sends where a variable was not set, or an example's. Everybody's events have it, so it is nobody's.
 * The words are those that other products refuse too (https://posthog.com/docs/product-analytics/identify).
 */
export function isPlaceholder(id: unknown): boolean {
  if (typeof id !== "string" || id.length > longest) return false;
  const word = id.trim().replace(/^(["'])(.*)\1$/, "$2");
  return zeros.test(word) || words.has(word.toLowerCase());
}

/** Longer than any word below in quotes, and than a UUID of zeros in them. */
const longest = 40;
const zeros = /^0[0-]*$/;

const words = new Set([
  "-1",
  "[object object]",
  "anonymous",
  "anonymous_id",
  "anonymousid",
  "distinct_id",
  "distinctid",
  "email",
  "false",
  "guest",
  "id",
  "nan",
  "nil",
  "none",
  "not_authenticated",
  "null",
  "true",
  "undefined",
  "user_id",
  "userid",
]);
