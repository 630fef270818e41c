import { type Outcome, type ResendSettings, sendEmail } from "../_shared/mail/resend.ts";
import type { Mail } from "./types.ts";

/** Sends one digest; its id is the idempotency key. Never throws. */
export function sendMail(digestId: string, mail: Mail, settings: ResendSettings): Promise<Outcome> {
  const { from, to, headers } = mail.envelope;
  return sendEmail(`digest/${digestId}`, {
    from,
    to,
    subject: mail.subject,
    html: mail.html,
    text: mail.text,
    headers,
    tags: [{ name: "digest_id", value: digestId }],
  }, settings);
}
