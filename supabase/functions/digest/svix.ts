import { createHmac } from "node:crypto";
import { Buffer } from "node:buffer";
import { secretsEqual } from "../_shared/http/secrets.ts";

/** How far the sender's clock may be off, and how late a message may come, in seconds. */
const tolerance = 5 * 60;

export interface SvixHeaders {
  id: string | undefined;
  timestamp: string | undefined;
  signature: string | undefined;
}

/**
 * Whether a webhook was signed by who holds the `whsec_…` secret, and recently: HMAC-SHA256 of `id.timestamp.body` with the
 * decoded secret, compared with each `v1` signature of the list; `now` in seconds since 1970.
 * Source: https://docs.svix.com/receiving/verifying-payloads/how-manual
 */
export function verifySvix(
  { id, timestamp, signature }: SvixHeaders,
  body: string,
  secret: string,
  now: number,
): "valid" | "stale" | "invalid" {
  if (!id || !timestamp || !signature) return "invalid";
  if (!/^[\w.-]{1,200}$/.test(id) || !/^\d{1,12}$/.test(timestamp)) return "invalid";
  const expected = signSvix(id, timestamp, body, secret);
  // Every signature is compared, so that the time taken tells nothing about which one came near.
  const matches = signature.split(" ")
    .map((listed) => secretsEqual(listed, expected))
    .includes(true);
  if (!matches) return "invalid";
  return Math.abs(now - Number(timestamp)) <= tolerance ? "valid" : "stale";
}

/** The signature of a message, as in `v1,g0hM9SsE…`. */
export function signSvix(id: string, timestamp: string, body: string, secret: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const mac = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return `v1,${mac}`;
}
