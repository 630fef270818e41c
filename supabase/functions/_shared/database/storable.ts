/**
 * A JSON value without what PostgreSQL cannot hold: U+0000 and half characters become U+FFFD. `text` is its JSON, by which
 * is seen at once that almost no value has any.
 */
export function storable<Value>(value: Value, text: string): Value {
  if (!/\\u(?:0000|d[89a-f])/i.test(text)) return value;
  return JSON.parse(
    text,
    (_, inner: unknown) =>
      typeof inner === "string"
        ? inner.replaceAll("\0", "\ufffd").replaceAll(loneSurrogate, "\ufffd")
        : inner,
  );
}

const loneSurrogate = /\p{Surrogate}/gu;
