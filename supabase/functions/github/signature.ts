import { createHmac } from "node:crypto";
import { secretsEqual } from "../_shared/http/secrets.ts";

/**
 * What GitHub signs with a secret that we share: `X-Hub-Signature-256` is `sha256=` and the HMAC of the body's bytes in hex.
 * Source: https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
 */
export class SignedBody {
  readonly #hmac;

  constructor(secret: string) {
    this.#hmac = createHmac("sha256", secret);
  }

  /** The next bytes of it. */
  add(bytes: Uint8Array): this {
    this.#hmac.update(bytes);
    return this;
  }

  /** The signature of all of it, as in `sha256=757107ea…`; nothing can be added afterwards. */
  signature(): string {
    return `sha256=${this.#hmac.digest("hex")}`;
  }

  /** Whether that is its signature, compared in constant time. Ends it as {@link signature} does. */
  isSignedAs(signature: string | undefined): boolean {
    return secretsEqual(signature ?? "", this.signature());
  }
}
