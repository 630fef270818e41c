import assert from "node:assert/strict";
import { parseRetryAfter } from "../../supabase/functions/_shared/mail/resend.ts";
import { retryDelay } from "../../supabase/functions/digest/backoff.ts";

Deno.test("retryDelay() doubles from five minutes to six hours", () => {
  assert.deepStrictEqual(
    [1, 2, 3, 4, 5, 6, 7, 8, 100].map((attempts) => retryDelay(attempts, null) / 60),
    [5, 10, 20, 40, 80, 160, 320, 360, 360],
  );
});

Deno.test("retryDelay() waits as long as it is asked to, within reason", () => {
  assert.strictEqual(retryDelay(1, 60), 300);
  assert.strictEqual(retryDelay(1, 3600), 3600);
  assert.strictEqual(retryDelay(1, 1e9), 12 * 3600);
});

Deno.test("eight attempts end before the mail provider forgets the idempotency key", () => {
  const waits = [1, 2, 3, 4, 5, 6, 7].map((attempts) => retryDelay(attempts, null));
  assert.ok(waits.reduce((sum, wait) => sum + wait) < 23 * 3600);
});

Deno.test("parseRetryAfter() reads seconds and dates", () => {
  const now = new Date("2026-11-16T16:00:00Z");
  const cases: [string | null, number | null][] = [
    ["120", 120],
    [" 0 ", 0],
    ["Mon, 16 Nov 2026 16:01:30 GMT", 90],
    ["Mon, 16 Nov 2026 15:00:00 GMT", 0],
    ["soon", null],
    ["-5", null],
    ["1.5", null],
    ["", null],
    [null, null],
  ];
  for (const [header, seconds] of cases) {
    assert.strictEqual(parseRetryAfter(header, now), seconds, String(header));
  }
});
