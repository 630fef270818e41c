import assert from "node:assert/strict";
import { z } from "zod";
import {
  nearest,
  queryNames,
  unknownNames,
} from "../../supabase/functions/_shared/http/query_names.ts";

const known = ["org_id", "start_date", "end_date", "age_group", "gender", "feature_name"];

const meant: [string, string | undefined][] = [
  ["gendre", "gender"], // two neighbours swapped
  ["Gender", "gender"],
  ["orgId", "org_id"],
  ["org-id", "org_id"],
  ["startdate", "start_date"],
  ["start_dat", "start_date"],
  ["agegroups", "age_group"],
  ["feature", "feature_name"],
  ["plan", undefined],
  ["", undefined],
  ["x".repeat(5000), undefined],
];

for (const [name, expected] of meant) {
  Deno.test(`nearest() to ${JSON.stringify(name.slice(0, 12))} is ${expected}`, () => {
    assert.strictEqual(nearest(name, known), expected);
  });
}

Deno.test("unknownNames() names each, with what may be meant or what there is", () => {
  const { status, code, detail, extra } = unknownNames(["gendre", "plan"], ["gender", "org_id"]);
  assert.deepStrictEqual([status, code], [422, "validation_failed"]);
  assert.strictEqual(detail, "gendre: is no parameter of this route: did you mean gender?");
  assert.deepStrictEqual(extra.errors, [
    { path: "gendre", message: "is no parameter of this route: did you mean gender?" },
    { path: "plan", message: "is no parameter of this route, which takes gender, org_id" },
  ]);
  assert.deepStrictEqual(unknownNames(["plan"], []).extra.errors, [
    { path: "plan", message: "is no parameter of this route, which takes none" },
  ]);
});

Deno.test("queryNames() are those of a z.object(), refined or not, and nothing else", () => {
  assert.deepStrictEqual(queryNames(undefined), []);
  assert.deepStrictEqual(
    queryNames(z.object({ a: z.string(), b: z.string() }).superRefine(() => {})),
    ["a", "b"],
  );
  assert.deepStrictEqual(queryNames(z.object({ a: z.string() }).transform(() => 1)), ["a"]);
  assert.throws(() => queryNames(z.record(z.string(), z.string())), TypeError);
});
