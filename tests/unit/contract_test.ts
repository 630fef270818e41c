import assert from "node:assert/strict";
import { common, differences, keep } from "../helpers/contract/answers.ts";
import type { Answer } from "../helpers/stack/api.ts";

function answer(body: unknown, type = "application/json"): Answer<unknown> {
  return { status: 200, headers: new Headers({ "content-type": type }), body, text: String(body) };
}

const before = answer({ sessions: 3, period: { start: "2026-03-02" }, tiles: [{ key: "a" }] });

Deno.test("differences() lets fields be added, and names what is gone or changed", () => {
  const kept = keep(before);
  const table: [unknown, string[]][] = [
    [{ ...before.body as object, more: 1 }, []],
    [{ sessions: 3, tiles: [{ key: "a", label: "A" }], period: { start: "2026-03-02" } }, []],
    [{ sessions: 3, period: { start: "2026-03-02" } }, [
      "tiles is gone",
      "tiles[0] is gone",
      "tiles[0].key is gone",
    ]],
    [{ sessions: "3", period: { start: "2026-03-02" }, tiles: [{ key: "a" }] }, [
      'the type of sessions was "number" and is "string"',
    ]],
    [{ sessions: null, period: { start: "2026-03-03" }, tiles: [{ key: "a" }, {}] }, [
      'the type of sessions was "number" and is "null"',
      'period.start was "2026-03-02" and is "2026-03-03"',
      "tiles was 1 and is 2",
    ]],
  ];
  for (const [body, faults] of table) {
    assert.deepStrictEqual(differences(kept, keep(answer(body))), faults);
  }
  const refused = { ...keep(before), status: 404, media_type: "application/problem+json" };
  assert.deepStrictEqual(differences(kept, refused), [
    "status was 200 and is 404",
    'media type was "application/json" and is "application/problem+json"',
  ]);
});

Deno.test("common() keeps the values that two organizations have alike, and the look of the others", () => {
  const id = (digit: string) => `${digit.repeat(8)}-0000-4000-8000-000000000000`;
  const one = keep(answer({ id: id("1"), n: 2, at: "2026-03-02T10:00:00Z" }));
  const other = keep(answer({ id: id("2"), n: 2, at: "2026-03-02T10:00:01Z" }));
  const both = common(one, other);
  assert.deepStrictEqual(both.fields, {
    "": { type: "object" },
    id: { type: "string", looks_like: "uuid" },
    n: { type: "number", value: 2 },
    at: { type: "string", looks_like: "time" },
  });
  assert.deepStrictEqual(differences(both, keep(answer({ id: "x", n: 2, at: "2026-01-01" }))), [
    'id was "uuid" and is "x"',
    'at was "time" and is "2026-01-01"',
  ]);
  assert.throws(() => common(one, keep(answer({ n: 2 }))), /id is gone; at is gone/);
});

Deno.test("keep() reads CSV by column, leaves prose of problems and days counted from now", () => {
  const csv = answer("date,count\r\n2026-03-02,3\r\n", "text/csv");
  assert.deepStrictEqual(Object.keys(keep(csv).fields), ["", "[0]", "[0].date", "[0].count"]);
  const problem = answer(
    { code: "not_found", detail: "No such route" },
    "application/problem+json",
  );
  assert.deepStrictEqual(keep(problem).fields["code"], { type: "string", value: "not_found" });
  assert.deepStrictEqual(keep(problem).fields["detail"], { type: "string" });
  assert.deepStrictEqual(keep(before, true).fields["period.start"], {
    type: "string",
    looks_like: "date",
  });
  assert.deepStrictEqual(keep(before, true).fields["sessions"], { type: "number", value: 3 });
});
