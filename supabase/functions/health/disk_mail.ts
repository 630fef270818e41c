import { z } from "@hono/zod-openapi";
import { shortMail } from "../_shared/mail/mail_text.ts";
import type { Email } from "../_shared/mail/resend.ts";

/** What the mail of a disk that fills says. */
export const DiskAlertSchema = z.object({
  threshold: z.int(),
  bytes: z.int(),
  limit_bytes: z.int(),
});

/** The mail that says how full the database is, as text and HTML; `appUrl` is null where there is no dashboard to open. */
export function diskMail(
  { threshold, bytes, limit_bytes }: z.output<typeof DiskAlertSchema>,
  to: string,
  from: string,
  appUrl: string | null,
): Email {
  const subject = `The database has come to ${threshold} % of its limit`;
  const sentence = `It takes ${megabytes(bytes)} of ${megabytes(limit_bytes)}. ` +
    "When it is full, a small plan of Supabase turns read-only, and nothing new is stored. " +
    "An owner can say for how many days each kind of data is kept, and a larger plan gives more room.";
  const remark =
    `You own an organization on this server. There is one mail at 80 % and one at 95 %, and another only after the database has become smaller.`;
  const action = "Open the dashboard";
  return {
    from,
    to,
    ...shortMail({ subject, sentence, action, link: appUrl && `${appUrl}/`, remark }),
  };
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1_000_000).toLocaleString("en-US")} MB`;
}
