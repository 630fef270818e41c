import { createHmac, randomInt } from "node:crypto";
import { crc32 } from "node:zlib";

/** The parts of a key `ll_ID_SECRETCHECKSUM`. */
export interface ApiKeyParts {
  id: string;
  secret: string;
}

/** A new key: what is shown once, its public id, and the hash that is kept. */
export function createApiKey(hashSecret: string): { key: string; id: string; secretHash: string } {
  const id = randomText(idLength);
  const secret = randomText(secretLength);
  const key = `ll_${id}_${secret}${checksum(id + secret)}`;
  return { key, id, secretHash: hashApiKey({ id, secret }, hashSecret) };
}

/**
 * The parts of a key, or null when it is not one: the checksum tells a mistyped or made-up key from a real one without
 * asking the database, as in GitHub's token format.
 */
export function parseApiKey(key: string): ApiKeyParts | null {
  const match = /^ll_([0-9A-Za-z]{12})_([0-9A-Za-z]{32})([0-9A-Za-z]{6})$/.exec(key);
  if (match === null) return null;
  const [, id = "", secret = "", given = ""] = match;
  return checksum(id + secret) === given ? { id, secret } : null;
}

/** HMAC-SHA256 of a key, hexadecimal. The database never has the secret it is made with. */
export function hashApiKey({ id, secret }: ApiKeyParts, hashSecret: string): string {
  return createHmac("sha256", hashSecret).update(`${id}_${secret}`).digest("hex");
}

/** Whether a credential claims to be a key of ours. */
export function looksLikeApiKey(credential: string): boolean {
  return credential.startsWith("ll_");
}

const idLength = 12;
const secretLength = 32; // 190 bits
const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

function randomText(length: number): string {
  return Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join("");
}

/** CRC-32 in six base-62 digits. */
function checksum(text: string): string {
  let rest = crc32(text);
  let digits = "";
  for (let place = 0; place < 6; place++) {
    digits = alphabet.charAt(rest % 62) + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}
