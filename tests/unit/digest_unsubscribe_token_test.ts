import assert from "node:assert/strict";
import {
  checkUnsubscribe,
  signUnsubscribe,
} from "../../supabase/functions/digest/unsubscribe_token.ts";

const userId = "0b7a3a52-0f8f-4a7c-9d51-3f6f2f6f6c11";
const secret = "a secret of the tests";
const expiry = 1_800_000_000;
const token = signUnsubscribe(userId, expiry, secret);

Deno.test("checkUnsubscribe() names the person until the second it expires", () => {
  assert.deepStrictEqual(checkUnsubscribe(token, secret, expiry - 1), { status: "valid", userId });
  assert.deepStrictEqual(checkUnsubscribe(token, secret, expiry), { status: "expired" });
});

Deno.test("checkUnsubscribe() refuses every token with one character changed", () => {
  for (let index = 0; index < token.length; index++) {
    const other = token[index] === "1" ? "2" : "1";
    const tampered = token.slice(0, index) + other + token.slice(index + 1);
    assert.deepStrictEqual(
      checkUnsubscribe(tampered, secret, expiry - 1),
      { status: "invalid" },
      `character ${index}`,
    );
  }
});

Deno.test("checkUnsubscribe() refuses another secret, another lifetime and what is no token", () => {
  const later = token.replace(String(expiry), String(expiry + 1));
  const [, , mac = ""] = token.split(".");
  for (
    const bad of [
      later,
      `${token}A`,
      token.slice(0, -1),
      `${userId}.${expiry}`,
      `${userId}.${expiry}.`,
      `..${mac}`,
      "",
      "preview",
    ]
  ) {
    assert.deepStrictEqual(checkUnsubscribe(bad, secret, 0), { status: "invalid" }, bad);
  }
  assert.deepStrictEqual(checkUnsubscribe(token, "another secret", 0), { status: "invalid" });
});
