import assert from "node:assert/strict";
import { changePct } from "../../supabase/functions/_shared/numbers/change.ts";

const cases: [string, number | null, number | null, number | null, string | null][] = [
  ["rises by half", 150, 100, 50, null],
  ["falls by a quarter", 75, 100, -25, null],
  ["stays", 100, 100, 0, null],
  ["falls to nothing", 0, 40, -100, null],
  ["doubles from a fraction", 0.5, 0.25, 100, null],
  ["both are nothing", 0, 0, 0, null],
  ["something where there was nothing", 5, 0, null, "new"],
  ["previous is unknown", 5, null, null, "no_previous"],
  ["current is unknown", null, 5, null, "no_data"],
  ["both are unknown", null, null, null, "no_data"],
  ["previous is too small to divide by", 1e15, 1e-300, null, "new"],
];

for (const [what, current, previous, change_pct, change_reason] of cases) {
  Deno.test(`changePct() when it ${what}`, () => {
    assert.deepStrictEqual(changePct(current, previous), { change_pct, change_reason });
  });
}

Deno.test("changePct() never answers minus zero", () => {
  assert.ok(Object.is(changePct(-5, -5).change_pct, 0));
});
