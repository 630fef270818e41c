import assert from "node:assert/strict";
import { api, testEnv } from "../helpers/stack/api.ts";
import { sql, sqlRow } from "../helpers/stack/database.ts";
import { counts, digestOf, personWithNumbers, week, weekly } from "../helpers/digest/digests.ts";
import { type Fault, mailControl } from "../helpers/digest/mail_server.ts";
import { newEmail, newOrganization, seedPerson } from "../helpers/tenancy/people.ts";

const mail = mailControl(testEnv("TEST_MAIL_URL"));

/** Faults, and whether each proves that no mail went out. */
const faults: [string, Fault, boolean][] = [
  ["a failed send", { status: 500 }, false],
  ["a provider that serves nobody just now", { status: 503 }, true],
  ["a key the provider does not know", { status: 401, name: "missing_api_key" }, true],
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

const aDayAgo =
  `update public.digests set unsure_since = now() - interval '24 hours' where user_id = $1::uuid`;

Deno.test("a mail that went out a day ago, without us knowing, is found and not sent again", async () => {
  const { id, email } = await personWithNumbers();
  await mail.fail(email, { status: 500, accepted: true });
  await weekly({ scope: "email", email, week });
  await sql(aDayAgo, id);
  const answer = await weekly({ scope: "email", email, week });
  assert.deepStrictEqual(counts(answer), { sent: 1, stored: 0, skipped: 0, pending: 0, errors: 0 });
  assert.strictEqual((await mail.requestsFor(email)).length, 1);
  const [sent] = await mail.mailsTo(email);
  const { message } = await sqlRow<{ message: string }>(
    "select provider_message_id as message from public.digests where user_id = $1::uuid",
    id,
  );
  assert.strictEqual(message, sent?.id);
});

Deno.test("a mail that did not go out is sent a day later, as a new one to the provider", async () => {
  const { id, email } = await personWithNumbers();
  await mail.fail(email, { status: 500 }, { status: 500 });
  await weekly({ scope: "email", email, week });
  await sql(aDayAgo, id);
  await weekly({ scope: "email", email, week });
  // The doubt of the new key is as old as the new key.
  const again = await weekly({ scope: "email", email, week });
  assert.strictEqual(again.body.sent, 1, again.text);
  const keys = (await mail.requestsFor(email)).map((asked) => asked.idempotency_key);
  const digest = await digestOf(id);
  assert.deepStrictEqual(keys, [
    `digest/${digest.id}`,
    `digest/${digest.id}/1`,
    `digest/${digest.id}/1`,
  ]);
  assert.strictEqual((await mail.mailsTo(email)).length, 1);
});

Deno.test("an event that tells of a mail whose answer got lost settles it", async () => {
  const { id, email } = await personWithNumbers();
  await mail.fail(email, { status: 500, accepted: true });
  await weekly({ scope: "email", email, week });
  const digest = await digestOf(id);
  await sqlRow(
    "select public.digest_event($1, 'email.sent', null, $2::uuid, $3)",
    crypto.randomUUID(),
    digest.id,
    crypto.randomUUID(),
  );
  assert.strictEqual((await digestOf(id)).state, "sent");
  const answer = await weekly({ scope: "email", email, week });
  assert.deepStrictEqual(counts(answer), { sent: 0, stored: 0, skipped: 1, pending: 0, errors: 0 });
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

Deno.test("a digest is tried until the next week's is due, however often it failed, and then expires by name", async () => {
  const { id, email } = await personWithNumbers();
  await mail.fail(email, ...Array.from({ length: 3 }, () => ({ status: 403 })));
  await weekly({ scope: "email", email, week });
  await sql("update public.digests set attempts = 40 where user_id = $1::uuid", id);
  const late = await weekly({ scope: "email", email, week });
  assert.deepStrictEqual(counts(late), { sent: 0, stored: 0, skipped: 0, pending: 1, errors: 1 });
  const { waits } = await sqlRow<{ waits: boolean }>(
    `select next_attempt_at > now() + interval '5 hours' and next_attempt_at <= expires_at as waits
    from public.digests where user_id = $1::uuid`,
    id,
  );
  assert.ok(waits, "six hours between two attempts");

  await sql("update public.digests set expires_at = now() where user_id = $1::uuid", id);
  const over = await weekly({ scope: "email", email, week });
  assert.match(over.body.errors[0]?.error ?? "", /^403 .*\(expired\)$/);
  assert.strictEqual(over.body.status, "partial");
  assert.strictEqual((await digestOf(id)).state, "expired");
  assert.strictEqual((await mail.requestsFor(email)).length, 2);

  const repaired = await weekly({ scope: "email", email, week });
  assert.strictEqual(repaired.body.errors.length, 1, "the third fault");
  const sent = await weekly({ scope: "email", email, week });
  assert.strictEqual(sent.body.sent, 1, sent.text);
});

Deno.test("a try is not put off beyond the time when the digest expires", async () => {
  const { id, email } = await personWithNumbers();
  await mail.fail(email, { status: 429, retryAfter: 3600 });
  await weekly({ scope: "email", email, week });
  await mail.fail(email, { status: 429, retryAfter: 3600 });
  await sql(
    "update public.digests set expires_at = now() + interval '10 minutes' where user_id = $1::uuid",
    id,
  );
  await weekly({ scope: "email", email, week });
  const { equal } = await sqlRow<{ equal: boolean }>(
    "select next_attempt_at = expires_at as equal from public.digests where user_id = $1::uuid",
    id,
  );
  assert.ok(equal);
});

Deno.test("scope all names what failed and tries it again when it is called again", async () => {
  const { id, email } = await seedPerson();
  // A week of its own, which whoever is here now has got. Those whom other tests bring meanwhile get a mail of it too.
  const old = "2019-03-04";
  await sql(
    `insert into public.digests (user_id, week_start, state)
    select u.id, $2::date, 'stored' from public.users u where u.id <> $1::uuid on conflict do nothing`,
    id,
    old,
  );
  await mail.fail(email, { status: 422, name: "validation_error" }, { status: 422 });
  const failures = async () => {
    const { body } = await weekly({ scope: "all", week: old });
    return { mine: body.errors.filter((error) => error.email === email), status: body.status };
  };
  for (let call = 0; call < 2; call++) {
    const { mine, status } = await failures();
    assert.deepStrictEqual([mine.length, status], [1, "partial"]);
  }
  assert.deepStrictEqual((await failures()).mine, []);
  assert.strictEqual((await digestOf(id)).state, "sent");
  assert.strictEqual((await mail.mailsTo(email)).length, 1);
});

Deno.test("a run of the schedule names what failed and what expired before", async () => {
  const [failed, expired] = [await seedPerson(), await seedPerson()];
  await sql(
    `insert into public.digests (user_id, week_start, state, last_error)
    values ($1::uuid, '2019-03-11', 'failed', '422 refused'), ($2::uuid, '2019-03-11', 'expired', '403 wrong key (expired)')`,
    failed.id,
    expired.id,
  );
  const { body } = await weekly({ scope: "due" });
  const mine = body.errors.filter(({ email }) => [failed.email, expired.email].includes(email));
  assert.deepStrictEqual(
    mine.toSorted((a, b) => a.error.localeCompare(b.error)),
    [
      { email: expired.email, error: "403 wrong key (expired)" },
      { email: failed.email, error: "422 refused" },
    ],
  );
  assert.strictEqual(body.status, "partial");
  await sql("delete from public.digests where week_start = '2019-03-11'");
});

Deno.test("a person who left the organization before the mail went out gets nothing of it", async () => {
  const org = await newOrganization();
  const { id, email } = await seedPerson({ org: org.id, role: "member" });
  await mail.fail(email, { status: 500 });
  await weekly({ scope: "email", email, week });
  await sql("delete from public.memberships where user_id = $1::uuid", id);
  await sql("update public.digests set next_attempt_at = now() where user_id = $1::uuid", id);
  await weekly({ scope: "due" });
  assert.strictEqual((await digestOf(id)).state, "skipped");
  assert.deepStrictEqual(await mail.mailsTo(email), []);

  // Asked for by name, they get that of where they are now.
  const asked = await weekly({ scope: "email", email, week });
  assert.strictEqual(asked.body.sent, 1, asked.text);
  const [sent] = await mail.mailsTo(email);
  assert.strictEqual(sent?.text.split("\n")[0], `${email.split("@")[0]}: your week`);
});

Deno.test("a person who leaves while a run has their digest in hand gets nothing of it", async () => {
  const org = await newOrganization();
  const { id, email } = await seedPerson({ org: org.id, role: "member" });
  await mail.fail(email, { status: 500 });
  const { body } = await weekly({ scope: "email", email, week });
  await sql(
    `update public.digests set state = 'sending', claimed_at = now(), lease_until = now() + interval '5 minutes'
    where user_id = $1::uuid`,
    id,
  );
  const { id: digest } = await digestOf(id);
  const prepared = () =>
    sqlRow<{ mail: unknown }>(
      "select public.digest_prepare($1::uuid, $2::uuid) as mail",
      body.run_id,
      digest,
    );
  assert.notStrictEqual((await prepared()).mail, null);
  await sql("delete from public.memberships where user_id = $1::uuid", id);
  assert.strictEqual((await prepared()).mail, null);
});

Deno.test("a mail that waits goes to the address that its person has now", async () => {
  const { id, email } = await personWithNumbers();
  const moved = newEmail();
  await mail.fail(email, { status: 500 });
  await weekly({ scope: "email", email, week });
  await sql("update public.users set email = $2 where id = $1::uuid", id, moved);
  const answer = await weekly({ scope: "email", email: moved, week });
  assert.strictEqual(answer.body.sent, 1, answer.text);
  assert.deepStrictEqual(await mail.mailsTo(email), []);
  assert.strictEqual((await mail.mailsTo(moved)).length, 1);
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
