import { env } from "../_shared/http/env.ts";
import type { MailSettings } from "./types.ts";

/** What the environment says about the digest's mails. */
export function mailSettings(): MailSettings {
  const { DIGEST_FROM, APP_URL, FUNCTIONS_URL, SIGNING_SECRET } = env();
  return {
    // Without a sender nothing is sent.
    from: DIGEST_FROM ?? "",
    appUrl: APP_URL ?? null,
    functionsUrl: FUNCTIONS_URL,
    signingSecret: SIGNING_SECRET,
  };
}
