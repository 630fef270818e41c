import assert from "node:assert/strict";
import {
  boundedJson,
  EmailSchema,
  name,
  text,
} from "../../supabase/functions/_shared/http/schemas.ts";

const emails: [string, string | null][] = [
  ["demo@livinglytics.test", "demo@livinglytics.test"],
  ["  Demo@LivingLytics.test ", "demo@livinglytics.test"],
  ["first.last+tag@sub.example.co", "first.last+tag@sub.example.co"],
  ["demo", null],
  ["demo@", null],
  ["@example.test", null],
  ["a b@example.test", null],
  ["demo@example.test\nbcc: everybody@example.test", null],
  ["demo\u0000@example.test", null],
  [`${"x".repeat(250)}@example.test`, null],
  ["", null],
];

for (const [given, expected] of emails) {
  Deno.test(`EmailSchema makes ${expected} of ${JSON.stringify(given.slice(0, 40))}`, () => {
    const parsed = EmailSchema.safeParse(given);
    assert.strictEqual(parsed.success ? parsed.data : null, expected);
  });
}

const texts: [string, string, boolean][] = [
  ["plain text", "sessions", true],
  ["other scripts", "सत्र", true],
  ["an emoji", "👩‍💻", true],
  ["tab and newline", "a\tb\nc", true],
  ["U+0000", "a\u0000b", false],
  ["an escape", "\u001b[31m", false],
  ["delete", "\u007f", false],
  ["a lone high surrogate", "\ud83d", false],
  ["a lone low surrogate", "\udc00x", false],
  ["more than the limit", "x".repeat(21), false],
];

for (const [what, given, taken] of texts) {
  Deno.test(`text() ${taken ? "takes" : "refuses"} ${what}`, () => {
    assert.strictEqual(text(20).safeParse(given).success, taken);
  });
}

Deno.test("name() trims, and refuses what is then empty", () => {
  assert.strictEqual(name(10).parse("  ga4 "), "ga4");
  assert.strictEqual(name(10).safeParse(" \t ").success, false);
});

function nested(depth: number): Record<string, unknown> {
  return depth === 1 ? {} : { a: nested(depth - 1) };
}

const values: [string, unknown, boolean][] = [
  ["an empty object", {}, true],
  ["depth 4", nested(4), true],
  ["depth 5", nested(5), false],
  ["depth 10,000", JSON.parse('{"a":'.repeat(10_000) + "1" + "}".repeat(10_000)), false],
  ["a list inside", { a: [1, "x", null, true] }, true],
  ["lists that are too deep", { a: [[[[]]]] }, false],
  ["a list", [], false],
  ["null", null, false],
  ["200 characters and more", { a: "x".repeat(200) }, false],
  ["U+0000 in a value", { a: "\u0000" }, false],
  ["U+0000 in a name", { "\u0000": 1 }, false],
  ["a lone surrogate", { a: ["\ud800"] }, false],
  ["what only looks like an escape", { a: "\\u0000" }, true],
  ["a pair of surrogates", { a: "👍" }, true],
];

for (const [what, given, taken] of values) {
  Deno.test(`boundedJson(4, 200) ${taken ? "takes" : "refuses"} ${what}`, () => {
    assert.strictEqual(boundedJson(4, 200).safeParse(given).success, taken);
  });
}
