import { createHmac } from "node:crypto";
import { secretsEqual } from "../_shared/http/secrets.ts";

/**
 * Whether GitHub signed these bytes with our secret: `X-Hub-Signature-256` is `sha256=` and their HMAC in hex, compared in
 * constant time. Source: https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
 */
export function isSignedByGithub(
  signature: string | undefined,
  body: Uint8Array,
  secret: string,
): boolean {
  return secretsEqual(signature ?? "", signatureOf(body, secret));
}

/** The signature of a body, as in `sha256=757107ea…`. */
export function signatureOf(body: Uint8Array, secret: string): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}
