import type { Random } from "./random.ts";

/** The parts of a JSON schema, as OpenAPI 3.1 has it, that inputs are made from. */
export interface JsonSchema {
  type?: string | string[];
  properties?: Record<string, JsonSchema>;
  additionalProperties?: boolean | JsonSchema;
  items?: JsonSchema;
  enum?: unknown[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  format?: string;
  example?: unknown;
  required?: string[];
  $ref?: string;
}

/** Text that has broken parsers, databases, headers or terminals before. */
export const nastyTexts: string[] = [
  "",
  " ",
  "\u0000",
  "a\u0000b",
  "\ud800",
  "\udfff\ud800",
  "\u001b[2J",
  "\r\nX-Injected: yes",
  "'; drop table public.metrics; --",
  "\\",
  "%00",
  "%",
  "{}",
  "null",
  "NaN",
  "-0",
  "1e400",
  "0x10",
  "../../../etc/passwd",
  "__proto__",
  "constructor",
  "\u202e\u2066abc",
  "Z\u0351\u036b\u0343\u036a\u0302",
  "👩‍👩‍👧‍👦".repeat(50),
  "x".repeat(300),
  "x".repeat(100_000),
  "9".repeat(400),
  "infinity",
  "-infinity",
  "epoch",
  "now",
  "2026-02-30",
  "0000-00-00",
  "99999-01-01",
  "2026-11-16T25:61:61Z",
  "a@b",
  "a@example.test\u0000",
  `${"a".repeat(64)}@${"b".repeat(190)}.test`,
  "☃@example.test",
];

/** Values of every type that a field of another type may get. */
export const nastyValues: unknown[] = [
  ...nastyTexts,
  null,
  true,
  false,
  0,
  -1,
  1.5,
  1e15,
  -1e308,
  Number.MAX_SAFE_INTEGER + 2,
  5e-324,
  [],
  [[]],
  {},
  [null],
  { toString: 1 },
  JSON.parse('{"__proto__": {"admin": true}}'),
  { constructor: { prototype: { x: 1 } } },
];

/** A value that satisfies the schema as far as it says, so that one fault beside it is the only one. */
export function sampleOf(schema: JsonSchema, resolve: (ref: string) => JsonSchema): unknown {
  if (schema.$ref) return sampleOf(resolve(schema.$ref), resolve);
  if (schema.example !== undefined) return schema.example;
  if (schema.enum) return schema.enum[0];
  const option = schema.anyOf?.[0] ?? schema.oneOf?.[0];
  if (option) return sampleOf(option, resolve);
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  switch (type) {
    case "object":
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map((
          [name, one],
        ) => [name, sampleOf(one, resolve)]),
      );
    case "array":
      return schema.items ? [sampleOf(schema.items, resolve)] : [];
    case "integer":
    case "number":
      return 1;
    case "boolean":
      return true;
    default:
      return schema.format === "date" ? "2026-11-16" : "text";
  }
}

/** A copy of a JSON value with one thing about it changed: a value replaced, a field added, left out or nested. */
export function mutate(value: unknown, random: Random): unknown {
  const copy = structuredClone(value);
  const places = placesOf(copy);
  if (places.length === 0 || random.below(8) === 0) return random.pick(nastyValues);
  const [owner, key] = random.pick(places);
  switch (random.below(6)) {
    case 0:
      Reflect.deleteProperty(owner, key);
      break;
    case 1:
      Reflect.set(
        owner,
        random.pick(nastyTexts).slice(0, 500) || "extra",
        random.pick(nastyValues),
      );
      break;
    case 2:
      Reflect.set(owner, key, nested(random.pick([10, 100, 3000]), random.pick(nastyValues)));
      break;
    case 3:
      Reflect.set(owner, key, [Reflect.get(owner, key), Reflect.get(owner, key)]);
      break;
    default:
      Reflect.set(owner, key, random.pick(nastyValues));
  }
  return copy;
}

/** Text that is nearly JSON, or JSON that parsers disagree about. */
export function rawBodies(valid: string): (string | Uint8Array<ArrayBuffer>)[] {
  const bytes = new TextEncoder().encode(valid);
  return [
    "",
    "{",
    "[]",
    "null",
    "1",
    '"text"',
    `\ufeff${valid}`,
    `${valid}${valid}`,
    valid.slice(0, -1),
    valid.replace("{", '{"__proto__":{"x":1},'),
    valid.replace("{", '{"a":1,"a":2,'),
    '{"a":'.repeat(100_000),
    `${"[".repeat(100_000)}${"]".repeat(100_000)}`,
    '{"data":{"x":1e999},"email":"a@example.test"}',
    '{"a":"\\ud800","b":"\\u0000"}',
    bytes.map((byte, index) => index === bytes.length >> 1 ? 0xff : byte),
    new Uint8Array([0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]),
  ];
}

/** Every place in a value, without recursion: earlier mutations may have nested it deeply. */
function placesOf(value: unknown): [object, string][] {
  const places: [object, string][] = [];
  const queue: unknown[] = [value];
  for (const one of queue) {
    if (typeof one !== "object" || one === null) continue;
    for (const [key, child] of Object.entries(one)) {
      places.push([one, key]);
      queue.push(child);
    }
  }
  return places;
}

function nested(depth: number, value: unknown): unknown {
  let result = value;
  for (let i = 0; i < depth; i++) result = i % 2 ? [result] : { a: result };
  return result;
}
