import { createHash, randomBytes } from "node:crypto";

/** A new token: 256 random bits as 43 characters. */
export function createToken(): string {
  return randomBytes(32).toString("base64url");
}

/** SHA-256 of a token, hexadecimal: all that is kept of it. Nobody can guess one, so it needs no salt. */
export function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
