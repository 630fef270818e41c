import { z } from "@hono/zod-openapi";
import { type Db, rpc } from "../_shared/database/db.ts";
import { env } from "../_shared/http/env.ts";
import { Problem } from "../_shared/http/problem.ts";
import { sendEmail } from "../_shared/mail/resend.ts";
import { type InvitationContent, invitationLink, invitationMail } from "./invitation_mail.ts";

export interface Invitation extends InvitationContent {
  id: string;
  org_id: string;
}

/**
 * Mails an invitation's link or, where no mail provider is configured, answers it.
 * @throws Problem 502 when the mail could not be sent; the invitation is revoked then.
 */
export async function deliver(
  db: Db,
  invitation: Invitation,
  token: string,
): Promise<{ delivery: "sent" } | { delivery: "not_configured"; link: string }> {
  const { RESEND_API_KEY: apiKey, RESEND_API_URL: apiUrl, DIGEST_FROM, APP_URL } = env();
  const link = invitationLink(APP_URL, token);
  if (apiKey === undefined) return { delivery: "not_configured", link };
  const mail = invitationMail(invitation, link, DIGEST_FROM);
  const outcome = await sendEmail(`invitation/${invitation.id}`, mail, { apiUrl, apiKey });
  if (outcome.kind === "sent") return { delivery: "sent" };
  const args = { p_org_id: invitation.org_id, p_invitation_id: invitation.id };
  await rpc(db, "revoke_invitation", args, z.unknown());
  throw new Problem("upstream_error", "The mail could not be sent; the invitation was revoked", {
    cause: new Error(`The mail provider: ${outcome.code}`),
  });
}
