import assert from "node:assert/strict";
import { z } from "zod";
import { speakPlainly } from "../../supabase/functions/_shared/http/plain_words.ts";
import {
  sinceParam,
  wholeNumber,
  wholeNumberOr,
} from "../../supabase/functions/_shared/http/range.ts";

speakPlainly();

const said: [string, z.ZodType, unknown, string][] = [
  ["days", sinceParam(""), "week", "must be a whole number of days from 1 to 365"],
  ["days", sinceParam(""), "7.5", "must be a whole number of days from 1 to 365"],
  ["days", sinceParam(""), "", "must be a whole number of days from 1 to 365"],
  ["days", sinceParam(""), ["1", "2"], "must be a whole number of days from 1 to 365"],
  ["days", sinceParam(""), "0", "must be a whole number of days from 1 to 365"],
  ["days", sinceParam(""), "366", "must be a whole number of days from 1 to 365"],
  ["a whole number of a query", wholeNumber("", 0, 5), "1e2", "must be a whole number from 0 to 5"],
  ["a whole number", z.int(), 1.5, "must be a whole number"],
  ["a whole number", z.int(), "1", "must be a number"],
  ["a number", z.number(), Number.NaN, "must be a number"],
  ["a number", z.number(), "1", "must be a number"],
  ["a number", z.number(), undefined, "is required"],
  ["a bound", z.number().gt(0), 0, "must be more than 0"],
  ["a bound", z.number().lt(9), 9, "must be less than 9"],
  ["text", z.string(), 1, "must be text"],
  ["text", z.string(), null, "must be text"],
  ["text", z.string().min(1), "", "is empty"],
  ["text", z.string().min(3), "ab", "must have at least 3 characters"],
  ["text", z.string().max(3), "abcd", "must have at most 3 characters"],
  ["a truth", z.boolean(), "yes", "must be true or false"],
  ["a list", z.array(z.string()), {}, "must be a list"],
  ["a list", z.array(z.string()).min(1), [], "is empty"],
  ["a list", z.array(z.string()).max(1), ["a", "b"], "must have at most 1 members"],
  ["an object", z.object({}), 1, "must be an object"],
  ["an object", z.record(z.string(), z.string()), [], "must be an object"],
  ["a choice", z.enum(["day", "week"]), "hour", "must be one of day, week"],
  ["a choice", z.literal("password"), "code", "must be password"],
  ["a UUID", z.uuid(), "mine", "must be a UUID"],
  ["a time", z.iso.datetime(), "noon", "must be a time as in 2026-11-16T09:30:00Z"],
  ["a pattern", z.string().regex(/^a$/), "b", "is not written as it must be"],
  ["a schema's own words", z.string("is not a token"), 1, "is not a token"],
];

for (const [what, schema, input, message] of said) {
  Deno.test(`${what} that is ${JSON.stringify(input)} ${message}`, () => {
    assert.deepStrictEqual(schema.safeParse(input).error?.issues.map((one) => one.message), [
      message,
    ]);
  });
}

Deno.test("wholeNumber() reads digits, wholeNumberOr() also nothing", () => {
  assert.strictEqual(wholeNumber("", -5, 5).parse("-3"), -3);
  assert.strictEqual(wholeNumberOr(20, "", 1, 100).parse(undefined), 20);
  assert.strictEqual(wholeNumberOr(20, "", 1, 100).parse("30"), 30);
});
