import assert from "node:assert/strict";
import { api, testEnv } from "../helpers/stack/api.ts";
import { sql, sqlRow } from "../helpers/stack/database.ts";
import { counts, digestOf, personWithNumbers, week, weekly } from "../helpers/digest/digests.ts";
import { type Fault, mailControl } from "../helpers/digest/mail_server.ts";

const mail = mailControl(testEnv("TEST_MAIL_URL"));

/** Faults, and whether each proves that no mail went out. */
const faults: [string, Fault, boolean][] = [
  ["a failed send", { status: 500 }, false],
  ["a send whose answer got lost", { status: 502, accepted: true }, false],
  ["a rate limit that lasts", { status: 429, retryAfter: 3600 }, true],
  ["a wrong key at the provider", { status: 403, name: "invalid_api_key" }, true],
];

for (const [what, fault, certain] of faults) {
  Deno.test(`${what} is tried again and sends one mail`, async () => {
    const { id, email } = await personWithNumbers();
    await mail.fail(email, fault);
    const failed = await weekly({ scope: "email", email, week });
    assert.strictEqual(failed.status, 200, failed.text);
    assert.deepStrictEqual(counts(failed), {
      sent: 0,
      stored: 0,
      skipped: 0,
      pending: 1,
      errors: 1,
    });
    assert.strictEqual(failed.body.status, "partial");
    assert.strictEqual(failed.body.errors[0]?.email, email);
    const { wait, sure } = await sqlRow<{ wait: number; sure: boolean }>(
      `select extract(epoch from next_attempt_at - now())::int as wait, unsure_since is null as sure
      from public.digests where user_id = $1::uuid`,
      id,
    );
    assert.strictEqual(sure, certain);
    const expected = fault.retryAfter ?? 300;
    assert.ok(wait > expected - 30 && wait <= expected, `waits ${wait} s`);

    const again = await weekly({ scope: "email", email, week });
    assert.strictEqual(again.body.sent, 1, again.text);
    assert.strictEqual((await mail.mailsTo(email)).length, 1);
    const keys = (await mail.requestsFor(email)).map((asked) => asked.idempotency_key);
    assert.strictEqual(new Set(keys).size, 1);
  });
}

Deno.test("a short rate limit is waited out in the same call", async () => {
  const { email } = await personWithNumbers();
  await mail.fail(email, { status: 429, retryAfter: 0 }, { status: 429, retryAfter: 0 });
  const answer = await weekly({ scope: "email", email, week });
  assert.deepStrictEqual(counts(answer), { sent: 1, stored: 0, skipped: 0, pending: 0, errors: 0 });
  assert.deepStrictEqual(
    (await mail.requestsFor(email)).map(({ status }) => status),
    [429, 429, 200],
  );
});

Deno.test("an address the provider refuses fails, until somebody asks for that person again", async () => {
  const { id, email } = await personWithNumbers();
  await mail.fail(email, { status: 422, name: "validation_error" });
  const refused = await weekly({ scope: "email", email, week });
  assert.deepStrictEqual(counts(refused), {
    sent: 0,
    stored: 0,
    skipped: 0,
    pending: 0,
    errors: 1,
  });
  assert.strictEqual((await digestOf(id)).state, "failed");
  const repaired = await weekly({ scope: "email", email, week });
  assert.strictEqual(repaired.body.sent, 1, repaired.text);
});

Deno.test("a run that died is resumed with the mail it had prepared", async () => {
  const { id, email } = await personWithNumbers();
  await mail.fail(email, { status: 500, accepted: true });
  await weekly({ scope: "email", email, week });
  // As if the process had died before it could record the answer, and the numbers had changed since.
  await sql(
    `update public.digests set state = 'sending', lease_until = now() - interval '1 minute' where user_id = $1::uuid`,
    id,
  );
  await api("/metrics/ingest", {
    method: "POST",
    as: "service",
    body: { email, source_name: "ga4", metric_date: "2026-11-10", data: { conversions: 99 } },
  });
  const resumed = await weekly({ scope: "email", email, week });
  assert.strictEqual(resumed.body.sent, 1, resumed.text);
  assert.strictEqual((await mail.mailsTo(email)).length, 1);
  assert.deepStrictEqual(
    (await mail.requestsFor(email)).map(({ status }) => status),
    [500, 200],
  );
});

Deno.test("a digest another run holds is left alone", async () => {
  const { id, email } = await personWithNumbers();
  await mail.fail(email, { status: 500 });
  await weekly({ scope: "email", email, week });
  await sql(
    `update public.digests set state = 'sending', lease_until = now() + interval '1 minute' where user_id = $1::uuid`,
    id,
  );
  const answer = await weekly({ scope: "email", email, week });
  assert.deepStrictEqual(counts(answer), { sent: 0, stored: 0, skipped: 0, pending: 1, errors: 0 });
  assert.deepStrictEqual(await mail.mailsTo(email), []);
});

Deno.test("a mail that may have gone out a day ago is never sent again", async () => {
  const { id, email } = await personWithNumbers();
  await mail.fail(email, { status: 500, accepted: true });
  await weekly({ scope: "email", email, week });
  await sql(
    `update public.digests set unsure_since = now() - interval '24 hours' where user_id = $1::uuid`,
    id,
  );
  for (let call = 0; call < 2; call++) {
    const answer = await weekly({ scope: "email", email, week });
    assert.strictEqual(answer.body.sent, 0);
    assert.deepStrictEqual(answer.body.errors, [{ email, error: "outcome unknown" }]);
  }
  assert.strictEqual((await mail.requestsFor(email)).length, 1);
});

Deno.test("a mail that was refused after it may have gone out is still unsure", async () => {
  const { id, email } = await personWithNumbers();
  await mail.fail(email, { status: 500, accepted: true }, { status: 429, retryAfter: 3600 });
  await weekly({ scope: "email", email, week });
  await weekly({ scope: "email", email, week });
  const { sure } = await sqlRow<{ sure: boolean }>(
    "select unsure_since is null as sure from public.digests where user_id = $1::uuid",
    id,
  );
  assert.strictEqual(sure, false);
});

Deno.test("after eight attempts a digest is given up", async () => {
  const { id, email } = await personWithNumbers();
  await mail.fail(email, { status: 500 });
  await weekly({ scope: "email", email, week });
  await sql("update public.digests set attempts = 8 where user_id = $1::uuid", id);
  const answer = await weekly({ scope: "email", email, week });
  assert.match(answer.body.errors[0]?.error ?? "", /^500 .*\(gave up\)$/);
  assert.strictEqual((await digestOf(id)).state, "failed");
});

Deno.test("who turned the digest off while it waited does not get it", async () => {
  const { id, email } = await personWithNumbers();
  await mail.fail(email, { status: 500 });
  await weekly({ scope: "email", email, week });
  await api("/digest/preferences", {
    method: "PUT",
    as: "service",
    query: { email },
    body: { enabled: false },
  });
  const answer = await weekly({ scope: "email", email, week });
  assert.deepStrictEqual(counts(answer), { sent: 0, stored: 0, skipped: 1, pending: 0, errors: 0 });
  assert.strictEqual((await digestOf(id)).state, "skipped");
  assert.deepStrictEqual(await mail.mailsTo(email), []);
});
