import assert from "node:assert/strict";
import { crc32 } from "node:zlib";
import {
  createApiKey,
  hashApiKey,
  looksLikeApiKey,
  parseApiKey,
} from "../../supabase/functions/_shared/http/api_key.ts";

const hashSecret = "the secret that keys are hashed with";
const id = "abcdefABCDEF";
const secret = "0123456789ABCDEFGHIJKLMNOPQRSTUV";

// CRC-32 of id and secret is 0x98b0a9db (Python's zlib.crc32), which is 2nMh0F in base 62.
const checksum = "2nMh0F";
const key = `ll_${id}_${secret}${checksum}`;

Deno.test("the checksum's CRC-32 is the usual one", () => {
  // The check value of CRC-32/ISO-HDLC in the catalogue of parametrised CRC algorithms.
  assert.strictEqual(crc32("123456789"), 0xcbf43926);
});

Deno.test("createApiKey() makes keys of one form, each another, that parse to what is kept", () => {
  const made = Array.from({ length: 200 }, () => createApiKey(hashSecret));
  assert.strictEqual(new Set(made.map((one) => one.key)).size, 200);
  assert.strictEqual(new Set(made.map((one) => one.id)).size, 200);
  for (const one of made) {
    assert.match(one.key, /^ll_[0-9A-Za-z]{12}_[0-9A-Za-z]{38}$/);
    assert.ok(looksLikeApiKey(one.key));
    const parts = parseApiKey(one.key);
    assert.strictEqual(parts?.id, one.id);
    assert.strictEqual(parts && hashApiKey(parts, hashSecret), one.secretHash);
    assert.ok(!one.secretHash.includes(parts?.secret ?? "?"));
  }
});

Deno.test("parseApiKey() takes a key apart", () => {
  assert.deepStrictEqual(parseApiKey(key), { id, secret });
});

Deno.test("parseApiKey() finds any single mistyped character", () => {
  for (let at = 3; at < key.length; at++) {
    const typed = key[at] === "x" ? "y" : "x";
    const mistyped = key.slice(0, at) + typed + key.slice(at + 1);
    assert.strictEqual(parseApiKey(mistyped), null, mistyped);
  }
});

Deno.test("parseApiKey() refuses what is no key", () => {
  const none = [
    "",
    "ll_",
    key.slice(0, -1),
    `${key}0`,
    ` ${key}`,
    `${key}\n`,
    key.toUpperCase(),
    key.replace("ll_", "lk_"),
    `ll_${secret.slice(0, 12)}_${secret}000000`,
    `ll_${id}_${"ä".repeat(32)}${checksum}`,
  ];
  for (const one of none) assert.strictEqual(parseApiKey(one), null, one);
});

Deno.test("hashApiKey() is HMAC-SHA256, and another secret gives another hash", async () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const hmac = { name: "HMAC", hash: "SHA-256" };
  const hmacKey = await crypto.subtle.importKey("raw", bytes(hashSecret), hmac, false, ["sign"]);
  const signed = await crypto.subtle.sign("HMAC", hmacKey, bytes(`${id}_${secret}`));
  const hex = [...new Uint8Array(signed)].map((byte) => byte.toString(16).padStart(2, "0"));
  assert.strictEqual(hashApiKey({ id, secret }, hashSecret), hex.join(""));
  assert.notStrictEqual(hashApiKey({ id, secret }, `${hashSecret}.`), hex.join(""));
});

Deno.test("looksLikeApiKey() goes by the prefix alone, so that a broken key is never another credential", () => {
  assert.ok(looksLikeApiKey("ll_broken"));
  assert.ok(!looksLikeApiKey("sb_secret_abc"));
});
