import { createHash, randomBytes } from "node:crypto";

/** How long an invitation can be accepted, in milliseconds: seven days. */
export const invitationLifetime = 7 * 24 * 3600 * 1000;

/** A new token: 256 random bits. */
export function createInvitationToken(): string {
  return randomBytes(32).toString("base64url");
}

/** SHA-256 of a token, hexadecimal: all that is kept of it. Nobody can guess one, so it needs no salt. */
export function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
