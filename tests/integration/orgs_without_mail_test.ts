import assert from "node:assert/strict";
import { testEnv } from "../helpers/stack/api.ts";
import { setFunctionEnvironment } from "../helpers/stack/in_process.ts";
import { mailControl } from "../helpers/digest/mail_server.ts";
import { newEmail, seedPerson } from "../helpers/tenancy/people.ts";

setFunctionEnvironment();
const { app } = await import("../../supabase/functions/orgs/app.ts");

Deno.test("without a mail provider an invitation's link is answered, once, and nothing is mailed", async () => {
  const { orgId } = await seedPerson();
  const email = newEmail();
  const ask = (method: string, body?: unknown) =>
    app.request(`http://localhost/orgs/${orgId}/invitations`, {
      method,
      headers: {
        authorization: `Bearer ${testEnv("TEST_API_SECRET_KEY")}`,
        "content-type": "application/json",
      },
      ...body === undefined ? {} : { body: JSON.stringify(body) },
    });
  const invited = await ask("POST", { email, role: "member" });
  const answer = await invited.json();
  assert.strictEqual(invited.status, 201, JSON.stringify(answer));
  assert.strictEqual(answer.delivery, "not_configured");
  assert.match(answer.token, /^[\w-]{43}$/);
  assert.strictEqual(answer.link, `${testEnv("TEST_URL")}/invitations?token=${answer.token}`);
  const listed = await (await ask("GET")).text();
  assert.ok(!listed.includes(answer.token), listed);
  assert.deepStrictEqual(await mailControl(testEnv("TEST_MAIL_URL")).requestsFor(email), []);
});
