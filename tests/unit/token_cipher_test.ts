import assert from "node:assert/strict";
import {
  decryptToken,
  encryptToken,
  needsReencryption,
  TokenCipherError,
  type TokenKeys,
  type TokenPlace,
} from "../../supabase/functions/_shared/github/token_cipher.ts";

const older = { id: "2025", key: new Uint8Array(32).fill(1) };
const newer = { id: "2026", key: new Uint8Array(32).fill(2) };
const place: TokenPlace = { userId: "u-1", sourceName: "github", field: "access_token" };
const token = "ghp_a-token_of/GitHub+ü";

function refused(work: Promise<string>, message: RegExp): Promise<void> {
  return assert.rejects(work, (error) => {
    assert.ok(error instanceof TokenCipherError);
    assert.match(error.message, message);
    assert.ok(!error.message.includes(token));
    return true;
  });
}

Deno.test("decryptToken() opens what encryptToken() closed", async () => {
  for (const text of [token, "x", "y".repeat(2000)]) {
    const encrypted = await encryptToken(text, place, [newer]);
    assert.strictEqual(await decryptToken(encrypted, place, [newer]), text);
  }
});

Deno.test("encryptToken() writes the format it documents, with a new nonce each time", async () => {
  const first = await encryptToken(token, place, [newer]);
  const second = await encryptToken(token, place, [newer]);
  assert.match(first.ciphertext, /^v1\.[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]+$/);
  assert.ok(!first.ciphertext.includes(token));
  assert.notStrictEqual(first.ciphertext, second.ciphertext);
  assert.notStrictEqual(first.ciphertext.split(".")[1], second.ciphertext.split(".")[1]);
});

Deno.test("decryptToken() opens a ciphertext that node:crypto made", async () => {
  // An independent implementation of AES-256-GCM, so that format and binding cannot change by accident.
  const { createCipheriv } = await import("node:crypto");
  const iv = new Uint8Array(12).fill(7);
  const cipher = createCipheriv("aes-256-gcm", newer.key, iv);
  cipher.setAAD(new TextEncoder().encode('["token","v1","u-1","github","access_token"]'));
  const sealed = [cipher.update(token, "utf8"), cipher.final(), cipher.getAuthTag()];
  const base64Url = (bytes: Iterable<number>) =>
    btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_")
      .replaceAll("=", "");
  const ciphertext = `v1.${base64Url(iv)}.${base64Url(sealed.flatMap((part) => [...part]))}`;
  assert.strictEqual(await decryptToken({ ciphertext, keyId: "2026" }, place, [newer]), token);
});

Deno.test("decryptToken() refuses a ciphertext of another row or column", async () => {
  const encrypted = await encryptToken(token, place, [newer]);
  const elsewhere: TokenPlace[] = [
    { ...place, userId: "u-2" },
    { ...place, sourceName: "gitlab" },
    { ...place, field: "refresh_token" },
  ];
  for (const other of elsewhere) {
    await refused(decryptToken(encrypted, other, [newer]), /does not open with key 2026/);
  }
});

Deno.test("decryptToken() refuses an altered ciphertext, wherever it was altered", async () => {
  const { ciphertext, keyId } = await encryptToken(token, place, [newer]);
  const [version = "", iv = "", sealed = ""] = ciphertext.split(".");
  const flip = (text: string, at: number) =>
    text.slice(0, at) + (text[at] === "A" ? "B" : "A") + text.slice(at + 1);
  const altered = [
    `${version}.${flip(iv, 3)}.${sealed}`,
    `${version}.${iv}.${flip(sealed, 0)}`,
    `${version}.${iv}.${flip(sealed, sealed.length - 3)}`,
    `${version}.${iv}.${sealed.slice(0, -4)}`,
  ];
  for (const text of altered) {
    await refused(decryptToken({ ciphertext: text, keyId }, place, [newer]), /does not open/);
  }
  for (const text of ["", token, `v2.${iv}.${sealed}`, `${version}.${iv}`, `${ciphertext}=`]) {
    await refused(decryptToken({ ciphertext: text, keyId }, place, [newer]), /not one of format/);
  }
});

Deno.test("decryptToken() refuses a key that is gone, and one that changed under its id", async () => {
  const encrypted = await encryptToken(token, place, [older]);
  await refused(decryptToken(encrypted, place, [newer]), /has no key 2025/);
  const changed = { id: "2025", key: newer.key };
  await refused(decryptToken(encrypted, place, [changed]), /does not open with key 2025/);
});

Deno.test("a new first key encrypts, the older one still decrypts and its tokens are told apart", async () => {
  const before = await encryptToken(token, place, [older]);
  const rotated: TokenKeys = [newer, older];
  assert.strictEqual(await decryptToken(before, place, rotated), token);
  assert.strictEqual(needsReencryption(before.keyId, rotated), true);
  const after = await encryptToken(token, place, rotated);
  assert.strictEqual(after.keyId, "2026");
  assert.strictEqual(needsReencryption(after.keyId, rotated), false);
  assert.strictEqual(await decryptToken(after, place, [newer]), token);
});

Deno.test("encryptToken() needs a key", async () => {
  await assert.rejects(encryptToken(token, place, []), TokenCipherError);
});
