import assert from "node:assert/strict";
import { invitationLink, invitationMail } from "../../supabase/functions/orgs/invitation_mail.ts";

const link = invitationLink("https://app.test", "token_-1");
const mail = invitationMail(
  {
    email: "ada@example.test",
    organization: "A <b>&\r\nBcc: eve@example.test",
    role: "viewer",
    expires_at: "2026-11-23T16:00:00.123+00:00",
  },
  link,
  "From <from@example.test>",
);

Deno.test("invitationMail() says who invites to what, for whom and until when", () => {
  assert.strictEqual(link, "https://app.test/invitations?token=token_-1");
  assert.strictEqual(mail.to, "ada@example.test");
  assert.strictEqual(
    mail.text,
    "You are invited to join A <b>& Bcc: on Living Lytics as viewer.\n\n" +
      "Accept the invitation: https://app.test/invitations?token=token_-1\n\n" +
      "The link works once, for ada@example.test only, until 2026-11-23 (UTC). " +
      "If you do not know who invited you, ignore this mail.\n",
  );
});

Deno.test("invitationMail() lets a name break out of neither the subject nor the HTML", () => {
  assert.strictEqual(
    mail.subject,
    "You are invited to A <b>& Bcc: on Living Lytics",
  );
  assert.ok(!mail.html.includes("<b>"), mail.html);
  assert.ok(mail.html.includes(`href="${link}"`), mail.html);
});
