import { createHmac } from "node:crypto";
import { secretsEqual } from "../_shared/http/secrets.ts";

/** How long a link in a mail unsubscribes, in seconds: half a year, for people who read their mail late. */
export const unsubscribeLifetime = 180 * 86_400;

export type TokenCheck =
  | { status: "valid"; userId: string }
  | { status: "expired" }
  | { status: "invalid" };

const shape =
  /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.(\d{1,12})\.([\w-]{43})$/;

/** A token that turns off the digest of one person until `expiresAt` (seconds since 1970) and does nothing else. */
export function signUnsubscribe(userId: string, expiresAt: number, secret: string): string {
  const claim = `${userId}.${Math.floor(expiresAt)}`;
  return `${claim}.${mac(claim, secret)}`;
}

/** Whose digest the token turns off; `now` in seconds since 1970. Only a genuine token is told to have expired. */
export function checkUnsubscribe(token: string, secret: string, now: number): TokenCheck {
  const [, userId = "", expiresAt = "", signature = ""] = shape.exec(token) ?? [];
  if (!secretsEqual(signature, mac(`${userId}.${expiresAt}`, secret))) return { status: "invalid" };
  return now < Number(expiresAt) ? { status: "valid", userId } : { status: "expired" };
}

/** The prefix keeps a signature made here from meaning anything elsewhere, should the secret sign other things one day. */
function mac(claim: string, secret: string): string {
  return createHmac("sha256", secret).update(`digest-unsubscribe:${claim}`).digest("base64url");
}
