import assert from "node:assert/strict";
import { outcomeOf, sendEmail } from "../../supabase/functions/_shared/mail/resend.ts";

const now = new Date("2026-11-16T16:00:00Z");

const outcomes: [number, unknown, string, boolean | null, string | null][] = [
  // status, answer, kind, whether a failure is certain, code
  [200, { id: "m1" }, "sent", null, null],
  [200, {}, "retry", false, "no_message_id"],
  [400, { name: "validation_error" }, "rejected", true, "400_validation_error"],
  [401, { name: "missing_api_key" }, "retry", true, "401_missing_api_key"],
  [403, { name: "invalid_api_key" }, "retry", true, "403_invalid_api_key"],
  [404, null, "retry", true, "404"],
  [
    409,
    { name: "concurrent_idempotent_requests" },
    "retry",
    false,
    "409_concurrent_idempotent_requests",
  ],
  [
    409,
    { name: "invalid_idempotent_request" },
    "rejected",
    false,
    "409_invalid_idempotent_request",
  ],
  [
    422,
    { name: "validation_error", message: "Invalid `to`" },
    "rejected",
    true,
    "422_validation_error",
  ],
  [422, { name: "<b>person@example.test</b>" }, "rejected", true, "422"],
  [429, { name: "rate_limit_exceeded" }, "retry", true, "429_rate_limit_exceeded"],
  [500, { name: "application_error" }, "retry", false, "500_application_error"],
  [502, null, "retry", false, "502"],
  [503, null, "retry", true, "503"],
];

for (const [status, answer, kind, certain, code] of outcomes) {
  Deno.test(`outcomeOf(): ${status} ${JSON.stringify(answer)} is ${kind}`, () => {
    const outcome = outcomeOf(status, answer, null, now);
    assert.strictEqual(outcome.kind, kind);
    assert.strictEqual("certain" in outcome ? outcome.certain : null, certain);
    assert.strictEqual("code" in outcome ? outcome.code : null, code);
  });
}

Deno.test("outcomeOf() passes on what the provider asks to wait", () => {
  const outcome = outcomeOf(429, null, "7", now);
  assert.ok(outcome.kind === "retry" && outcome.rateLimited);
  assert.strictEqual(outcome.retryAfter, 7);
});

Deno.test("sendEmail() knows that nothing went out where nobody listens", async () => {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response(),
  );
  const { port } = server.addr;
  await server.shutdown();
  const email = {
    from: "a@example.test",
    to: "b@example.test",
    subject: "s",
    text: "t",
    html: "h",
  };
  const settings = { apiUrl: `http://127.0.0.1:${port}`, apiKey: "re_key" };
  const outcome = await sendEmail("key", email, settings);
  assert.ok(outcome.kind === "retry" && outcome.certain);
  assert.strictEqual(outcome.code, "no_connection");
});
