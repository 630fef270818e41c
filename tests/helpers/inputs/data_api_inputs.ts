/** Wrong shapes for the arguments of SQL functions and the columns of tables, by their PostgreSQL type. */

const control = "a\u0001b\u001b[2J";
const deep = JSON.parse(`${'{"a":['.repeat(500)}${"]}".repeat(500)}`);
const wide = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`k${i}`, i]));
const texts = ["", " ", control, "\u202e", "x".repeat(100_000), "'; drop table x; --", "null"];
const numbers = [0, -1, 1, 101, 2147483647, -2147483648, 1e15, 9e18, -9e18, 1.5];
const wrongKinds = [true, "text", [], {}, [[]], { a: 1 }];
const days = ["0001-01-01", "9999-12-31", "infinity", "-infinity", "2100-12-31", "1999-12-31"];
const moments = [...days, "294276-12-31T00:00:00Z", "4713-01-01 BC"];

const byType: Record<string, unknown[]> = {
  uuid: [
    "",
    "x",
    12,
    "00000000-0000-0000-0000-000000000000",
    "ffffffff-ffff-ffff-ffff-ffffffffffff",
    {},
  ],
  text: [...texts, 12, {}, [[1]]],
  date: [...days, "", "2026-02-30", 12, {}],
  "timestamp with time zone": [...moments, "", 12, {}],
  boolean: ["", "x", 2, {}],
  smallint: [...numbers, "x", {}],
  integer: [...numbers, "x", {}],
  bigint: [...numbers, "x", {}],
  numeric: [...numbers, "NaN", "Infinity", "x", {}],
  "double precision": [...numbers, "NaN", "Infinity", "x", {}],
  jsonb: [
    ...numbers,
    ...texts.slice(0, 4),
    ...wrongKinds,
    [null],
    [1],
    ["x"],
    [{}],
    [[{}]],
    deep,
    wide,
  ],
  "text[]": [[], [null], [""], [control], [["a"], ["b"]], "x", 12, {}, Array(2000).fill("a")],
  "uuid[]": [[], [null], ["x"], "x", 12, {}],
  "date[]": [[], [null], ["infinity"], ["0001-01-01"], "x", 12, {}],
};

/** What an argument or column of a type may get wrong; null first. */
export function wrongValues(type: string): unknown[] {
  return [
    null,
    ...byType[type] ?? (type.endsWith("[]") ? [[], [null], ["x"], 12] : texts.concat("x")),
  ];
}

/**
 * Copies of a JSON value, each with one place in it replaced by something wrong: every place, by a third of the kinds, the next
 * place by the next third.
 */
export function wrongCopies(value: unknown): unknown[] {
  return placesOf(value).flatMap((path, place) =>
    wrongInside.filter((_, kind) => kind % 3 === place % 3).map((wrong) =>
      replaced(value, path, wrong)
    )
  );
}

const wrongInside: unknown[] = [
  null,
  "",
  control,
  "x".repeat(70_000),
  true,
  -1,
  1.5,
  9e18,
  1e300,
  [],
  [1, 2],
  [null],
  {},
  { a: { b: [1] } },
  deep,
  "0001-01-01",
  "9999-12-31T00:00:00Z",
  "infinity",
];

type Path = (string | number)[];

function placesOf(value: unknown): Path[] {
  if (typeof value !== "object" || value === null) return [];
  const entries: [string | number, unknown][] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value);
  return entries.flatMap((
    [key, inner],
  ) => [[key], ...placesOf(inner).map((path) => [key, ...path])]);
}

function replaced(value: unknown, path: Path, by: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return by;
  const copy: object = Array.isArray(value) ? [...value] : { ...(value as object) };
  Reflect.set(copy, key, replaced(Reflect.get(copy, key), rest, by));
  return copy;
}
