import { plainName, shortMail } from "../_shared/mail/mail_text.ts";
import type { Email } from "../_shared/mail/resend.ts";

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
  const where = plainName(organization, "an organization");
  const until = `${expires_at.slice(0, 10)} (UTC)`;
  const subject = `You are invited to ${where} on Living Lytics`;
  const sentence = `You are invited to join ${where} on Living Lytics as ${role}.`;
  const remark = `The link works once, for ${email} only, until ${until}. ` +
    "If you do not know who invited you, ignore this mail.";
  const action = "Accept the invitation";
  return { from, to: email, ...shortMail({ subject, sentence, action, link, remark }) };
}
