import assert from "node:assert/strict";
import { serviceClient } from "../../supabase/functions/_shared/database/db.ts";
import { deliver } from "../../supabase/functions/orgs/deliver_invitation.ts";
import { testEnv } from "../helpers/stack/api.ts";
import { mailControl } from "../helpers/digest/mail_server.ts";
import { setFunctionEnvironment } from "../helpers/stack/in_process.ts";
import { newEmail } from "../helpers/tenancy/people.ts";

setFunctionEnvironment();

Deno.test("an invitation whose link would lead nowhere is not mailed: its token is answered", async () => {
  const email = newEmail();
  const url = testEnv("TEST_MAIL_URL");
  const invitation = {
    id: crypto.randomUUID(),
    org_id: crypto.randomUUID(),
    email,
    organization: "Ada's shop",
    role: "member",
    expires_at: "2026-11-23T16:00:00Z",
  };
  const provider = { apiUrl: url, apiKey: "re_key", from: "D <d@example.test>" };
  const delivered = await deliver(serviceClient(), invitation, "token", { provider, appUrl: null });
  assert.deepStrictEqual(delivered, { delivery: "not_configured", token: "token" });
  assert.deepStrictEqual(await mailControl(url).requestsFor(email), []);
});
