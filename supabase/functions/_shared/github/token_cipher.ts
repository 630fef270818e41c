import { type Env, env } from "../http/env.ts";

/** Keys by id: the first encrypts, all of them decrypt. */
export type TokenKeys = Env["TOKEN_ENCRYPTION_KEYS"];

/** Where a token is kept. The ciphertext is bound to it, so that it opens in no other row and no other column. */
export interface TokenPlace {
  userId: string;
  sourceName: string;
  field: "access_token" | "refresh_token";
}

/** A ciphertext `v1.<iv>.<ciphertext and tag>`, both in base64url, and the id of its key, which is kept beside it. */
export interface EncryptedToken {
  ciphertext: string;
  keyId: string;
}

/** A token that cannot be read: its key is gone, or it was altered or belongs elsewhere. Names no secret. */
export class TokenCipherError extends Error {
  override readonly name = "TokenCipherError";
}

/** Encrypts a token with the current key: AES-256-GCM with a random 96-bit nonce. */
export async function encryptToken(
  token: string,
  place: TokenPlace,
  keys: TokenKeys = env().TOKEN_ENCRYPTION_KEYS,
): Promise<EncryptedToken> {
  const current = keys[0];
  if (current === undefined) throw new TokenCipherError("There is no key to encrypt tokens with");
  const iv = crypto.getRandomValues(new Uint8Array(ivLength));
  const ciphertext = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv, additionalData: boundTo(place) },
    await importKey(current.key, "encrypt"),
    new TextEncoder().encode(token),
  );
  return {
    ciphertext: `v1.${toBase64Url(iv)}.${toBase64Url(new Uint8Array(ciphertext))}`,
    keyId: current.id,
  };
}

/**
 * Decrypts a token of that place.
 * @throws TokenCipherError when its key is unknown, or it was altered, moved or encrypted with another key.
 */
export async function decryptToken(
  encrypted: EncryptedToken,
  place: TokenPlace,
  keys: TokenKeys = env().TOKEN_ENCRYPTION_KEYS,
): Promise<string> {
  const key = keys.find(({ id }) => id === encrypted.keyId);
  if (key === undefined) {
    throw new TokenCipherError(`TOKEN_ENCRYPTION_KEYS has no key ${encrypted.keyId}`);
  }
  const match = /^v1\.([A-Za-z0-9_-]{16})\.([A-Za-z0-9_-]{22,})$/.exec(encrypted.ciphertext);
  if (match === null) throw new TokenCipherError("The stored token is not one of format v1");
  const [, iv = "", ciphertext = ""] = match;
  try {
    const plain = await crypto.subtle.decrypt(
      { name: "AES-GCM", iv: fromBase64Url(iv), additionalData: boundTo(place) },
      await importKey(key.key, "decrypt"),
      fromBase64Url(ciphertext),
    );
    return new TextDecoder().decode(plain);
  } catch (cause) {
    throw new TokenCipherError(
      `The stored token does not open with key ${key.id}: it was altered, moved, or that key was replaced`,
      { cause },
    );
  }
}

/** Whether a token should be encrypted again, because its key is no longer the one that encrypts. */
export function needsReencryption(
  keyId: string,
  keys: TokenKeys = env().TOKEN_ENCRYPTION_KEYS,
): boolean {
  return keys[0]?.id !== keyId;
}

const ivLength = 12;

function boundTo({ userId, sourceName, field }: TokenPlace) {
  return new TextEncoder().encode(JSON.stringify(["token", "v1", userId, sourceName, field]));
}

function importKey(key: TokenKeys[number]["key"], usage: "encrypt" | "decrypt") {
  return crypto.subtle.importKey("raw", key, "AES-GCM", false, [usage]);
}

function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function fromBase64Url(text: string) {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}
