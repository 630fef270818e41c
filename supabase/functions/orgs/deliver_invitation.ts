import { z } from "@hono/zod-openapi";
import { type Db, rpc } from "../_shared/database/db.ts";
import { Problem } from "../_shared/http/problem.ts";
import { type ResendSettings, sendEmail } from "../_shared/mail/resend.ts";
import { type InvitationContent, invitationLink, invitationMail } from "./invitation_mail.ts";

export interface Invitation extends InvitationContent {
  id: string;
  org_id: string;
}

/**
 * Mails an invitation's link or, where nothing can be mailed or the link would lead nowhere, answers what there is to hand over.
 * @throws Problem 502 when the mail could not be sent; the invitation is revoked then.
 */
export async function deliver(
  db: Db,
  invitation: Invitation,
  token: string,
  { provider, appUrl }: {
    provider: ResendSettings & { from: string } | null;
    appUrl: string | null;
  },
): Promise<{ delivery: "sent" } | { delivery: "not_configured"; token: string; link?: string }> {
  if (appUrl === null) return { delivery: "not_configured", token };
  const link = invitationLink(appUrl, token);
  if (provider === null) return { delivery: "not_configured", token, link };
  const mail = invitationMail(invitation, link, provider.from);
  const outcome = await sendEmail(`invitation/${invitation.id}`, mail, provider);
  if (outcome.kind === "sent") return { delivery: "sent" };
  const args = { p_org_id: invitation.org_id, p_invitation_id: invitation.id };
  await rpc(db, "revoke_invitation", args, z.unknown());
  throw new Problem("upstream_error", "The mail could not be sent; the invitation was revoked", {
    cause: new Error(`The mail provider: ${outcome.code}`),
  });
}
