import { escapeHtml, oneLine } from "../_shared/mail_text.ts";
import type { Email } from "../_shared/resend.ts";

/** What an invitation's mail says. */
export interface InvitationContent {
  email: string;
  organization: string;
  role: string;
  expires_at: string;
}

/** The page that takes an invitation's token; the token is one of base64url's, so it needs no escaping. */
export function invitationLink(appUrl: string, token: string): string {
  return `${appUrl}/invitations?token=${token}`;
}

/** The mail of an invitation, as text and HTML. */
export function invitationMail(
  { email, organization, role, expires_at }: InvitationContent,
  link: string,
  from: string,
): Email {
  const where = oneLine(organization);
  const until = `${expires_at.slice(0, 10)} (UTC)`;
  const subject = `You are invited to ${where} on Living Lytics`;
  const sentence = `You are invited to join ${where} on Living Lytics as ${role}.`;
  const limits = `The link works once, for ${email} only, until ${until}. ` +
    "If you do not know who invited you, ignore this mail.";
  return {
    from,
    to: email,
    subject,
    html: `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head>
<body style="font-family:system-ui,sans-serif;line-height:1.5;">
<p>${escapeHtml(sentence)}</p>
<p><a href="${escapeHtml(link)}">Accept the invitation</a></p>
<p>${escapeHtml(limits)}</p>
</body>
</html>
`,
    text: `${sentence}\n\nAccept: ${link}\n\n${limits}\n`,
  };
}
