import { type Outcome, type ResendSettings, sendEmail } from "../_shared/mail/resend.ts";
import type { PreparedMail } from "./types.ts";

/** Sends one digest; its id, with how often it was renewed, is the idempotency key. Never throws. */
export function sendMail(
  digestId: string,
  mail: PreparedMail,
  settings: ResendSettings,
): Promise<Outcome> {
  const { from, to, headers } = mail.envelope;
  const key = mail.renewal === 0 ? `digest/${digestId}` : `digest/${digestId}/${mail.renewal}`;
  return sendEmail(key, {
    from,
    to,
    subject: mail.subject,
    html: mail.html,
    text: mail.text,
    headers,
    tags: [{ name: "digest_id", value: digestId }],
  }, settings);
}
