import assert from "node:assert/strict";
import { hashPassword, isPassword } from "../../supabase/functions/orgs/share_password.ts";

Deno.test("isPassword() knows the password behind a hash, and no other", async () => {
  const hash = await hashPassword("correct horse");
  assert.match(hash, /^scrypt\$32768\$8\$3\$[\w-]{22}\$[\w-]{43}$/);
  assert.strictEqual(await isPassword("correct horse", hash), true);
  for (const other of ["correct horsf", "Correct horse", "correct horse ", ""]) {
    assert.strictEqual(await isPassword(other, hash), false, other);
  }
});

Deno.test("isPassword() takes two ways to write the same letter for one", async () => {
  const hash = await hashPassword("caf\u00e9 horse");
  assert.strictEqual(await isPassword("cafe\u0301 horse", hash), true);
});

Deno.test("hashPassword() salts, so that two links with one password cannot be told", async () => {
  const [one, other] = [await hashPassword("correct horse"), await hashPassword("correct horse")];
  assert.notStrictEqual(one, other);
});

// RFC 7914, section 12: N = 16384, r = 8, p = 1.
Deno.test("isPassword() is the scrypt of RFC 7914", async () => {
  const key = Uint8Array.from(
    "7023bdcb3afd7348461c06cd81fd38eb".match(/../g) ?? [],
    (byte) => parseInt(byte, 16),
  );
  const first = Uint8Array.from([
    ...key,
    ...Uint8Array.from(
      "fda8fbba904f8e3ea9b543f6545da1f2".match(/../g) ?? [],
      (byte) => parseInt(byte, 16),
    ),
  ]);
  const text = (bytes: Uint8Array) =>
    btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_")
      .replaceAll("=", "");
  const salt = text(new TextEncoder().encode("SodiumChloride"));
  const hash = `scrypt$16384$8$1$${salt}$${text(first)}`;
  assert.strictEqual(await isPassword("pleaseletmein", hash), true);
});
