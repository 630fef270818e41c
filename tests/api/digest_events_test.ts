import assert from "node:assert/strict";
import { signSvix } from "../../supabase/functions/digest/svix.ts";
import { api, assertProblem, testEnv } from "../helpers/stack/api.ts";
import { sql } from "../helpers/stack/database.ts";
import { mailControl } from "../helpers/digest/mail_server.ts";
import { seedPerson } from "../helpers/tenancy/people.ts";

const mail = mailControl(testEnv("TEST_MAIL_URL"));

async function preferenceOf(email: string) {
  const answer = await api<{ enabled: boolean; suppressed_reason: string | null }>(
    "/digest/preferences",
    { as: "service", query: { email } },
  );
  assert.strictEqual(answer.status, 200, answer.text);
  const { enabled, suppressed_reason } = answer.body;
  return { enabled, suppressed_reason };
}

function report(
  event: unknown,
  { id = `msg_${crypto.randomUUID()}`, age = 0, secret = testEnv("TEST_WEBHOOK_SECRET") } = {},
) {
  const body = typeof event === "string" ? event : JSON.stringify(event);
  const timestamp = String(Math.floor(Date.now() / 1000) - age);
  return api<{ received: boolean; duplicate: boolean }>("/digest/events", {
    method: "POST",
    body,
    headers: {
      "svix-id": id,
      "svix-timestamp": timestamp,
      "svix-signature": `v1,AAAA ${signSvix(id, timestamp, body, secret)}`,
    },
  });
}

async function sentTo(email: string): Promise<{ email_id: string; tags: Record<string, string> }> {
  const body = { scope: "email", email, week: "2026-11-11" };
  await api("/digest/weekly", { method: "POST", as: "service", body });
  const [mailed] = await mail.mailsTo(email);
  assert.ok(mailed);
  const tags = Object.fromEntries(mailed.tags.map(({ name, value }) => [name, value]));
  return { email_id: mailed.id, tags };
}

const events: [
  string,
  (sent: { email_id: string; tags: Record<string, string> }) => unknown,
  string | null,
][] = [
  [
    "a permanent bounce",
    ({ email_id }) => ({
      type: "email.bounced",
      created_at: "2026-11-16T16:00:04.000Z",
      data: { email_id, bounce: { type: "Permanent", subType: "General" } },
    }),
    "bounced",
  ],
  [
    "a complaint known by its tag only",
    ({ tags }) => ({ type: "email.complained", data: { tags } }),
    "complained",
  ],
  [
    "a passing bounce",
    ({ email_id }) => ({
      type: "email.bounced",
      data: { email_id, bounce: { type: "Transient" } },
    }),
    null,
  ],
  ["a delivery", ({ email_id }) => ({ type: "email.delivered", data: { email_id } }), null],
  ["an unknown event", ({ email_id }) => ({ type: "email.teleported", data: { email_id } }), null],
];

for (const [what, event, reason] of events) {
  Deno.test(`POST /digest/events: ${what} ${reason ? "turns the digest off" : "is only kept"}`, async () => {
    const { id, email } = await seedPerson();
    const answer = await report(event(await sentTo(email)));
    assert.strictEqual(answer.status, 200, answer.text);
    assert.deepStrictEqual(answer.body, { received: true, duplicate: false });
    assert.deepStrictEqual(await preferenceOf(email), {
      enabled: reason === null,
      suppressed_reason: reason,
    });
    const kept = await sql(
      `select e.id from public.digest_events e join public.digests d on d.id = e.digest_id where d.user_id = $1::uuid`,
      id,
    );
    assert.strictEqual(kept.length, 1);
  });
}

Deno.test("POST /digest/events counts a message once", async () => {
  const { email } = await seedPerson();
  const { email_id } = await sentTo(email);
  const id = `msg_${crypto.randomUUID()}`;
  const event = { type: "email.complained", data: { email_id } };
  assert.strictEqual((await report(event, { id })).body.duplicate, false);
  await api("/digest/preferences", {
    method: "PUT",
    as: "service",
    query: { email },
    body: { enabled: true },
  });
  assert.strictEqual((await report(event, { id })).body.duplicate, true);
  assert.strictEqual((await preferenceOf(email)).enabled, true);
});

Deno.test("POST /digest/events takes an event of a mail that is not ours", async () => {
  const answer = await report({ type: "email.bounced", data: { email_id: crypto.randomUUID() } });
  assert.strictEqual(answer.status, 200, answer.text);
});

Deno.test("POST /digest/events refuses what is not signed, not recent or not an event", async () => {
  const { email } = await seedPerson();
  const event = { type: "email.complained", data: await sentTo(email) };
  const secret = "whsec_c29tZWJvZHkgZWxzZSdzIHNlY3JldA==";
  assertProblem(await report(event, { secret }), 400, "invalid_signature");
  assertProblem(await report(event, { age: 301 }), 400, "invalid_signature");
  assertProblem(await report(event, { age: -330 }), 400, "invalid_signature");
  assertProblem(
    await api("/digest/events", { method: "POST", body: event }),
    400,
    "invalid_signature",
  );
  assertProblem(await report("{"), 400, "malformed_json");
  assertProblem(await report({ data: {} }), 422, "validation_failed", ["type"]);
  assert.strictEqual((await preferenceOf(email)).enabled, true);
});
