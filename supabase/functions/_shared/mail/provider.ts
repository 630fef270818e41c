import { env } from "../http/env.ts";
import type { ResendSettings } from "./resend.ts";

/** The mail provider and the sender to send as; null unless both are set up, for nobody sends as somebody else. */
export function mailProvider(): ResendSettings & { from: string } | null {
  const { RESEND_API_KEY: apiKey, RESEND_API_URL: apiUrl, DIGEST_FROM: from } = env();
  return apiKey === undefined || from === undefined ? null : { apiKey, apiUrl, from };
}
