import assert from "node:assert/strict";
import { type Answer, api, assertProblem, testEnv } from "../helpers/api.ts";
import { sql, sqlRow } from "../helpers/database.ts";
import { mailControl } from "../helpers/mail_server.ts";
import { newEmail, seedPerson } from "../helpers/people.ts";

const mail = mailControl(testEnv("TEST_MAIL_URL"));

interface Weekly {
  status: string;
  period: { start: string; end: string };
  sent: number;
  stored: number;
  skipped: number;
  pending: number;
  errors: { email: string; error: string }[];
  run_id: string;
}

function weekly(body: unknown, as: "service" | "cron" = "service"): Promise<Answer<Weekly>> {
  return api<Weekly>("/digest/weekly", { method: "POST", as, body });
}

function counts({ body }: Answer<Weekly>) {
  const { sent, stored, skipped, pending, errors } = body;
  return { sent, stored, skipped, pending, errors: errors.length };
}

const week = "2026-11-11";

async function personWithNumbers(): Promise<{ id: string; email: string; orgId: string }> {
  const person = await seedPerson();
  const items = [
    ["2026-11-02", { sessions: 100, conversions: 10, reach: 4000 }],
    ["2026-11-09", { sessions: 60, conversions: 4, reach: 3000 }],
    ["2026-11-10", { sessions: 90, conversions: 8, reach: 2000 }],
  ].map(([metric_date, data]) => ({
    email: person.email,
    source_name: "ga4",
    metric_date,
    data,
  }));
  const answer = await api("/metrics/ingest", { method: "POST", as: "service", body: { items } });
  assert.strictEqual(answer.status, 200, answer.text);
  return person;
}

function digestOf(userId: string) {
  return sqlRow<{ id: string; state: string; attempts: number; last_error: string | null }>(
    "select id, state, attempts, last_error from public.digests where user_id = $1::uuid",
    userId,
  );
}

Deno.test("metrics posted by HTTP come back as a mail, once", async () => {
  const { email } = await personWithNumbers();
  const first = await weekly({ scope: "email", email, week });
  assert.strictEqual(first.status, 200, first.text);
  assert.deepStrictEqual(counts(first), { sent: 1, stored: 0, skipped: 0, pending: 0, errors: 0 });
  assert.strictEqual(first.body.status, "ok");
  assert.deepStrictEqual(first.body.period, { start: "2026-11-09", end: "2026-11-15" });

  const second = await weekly({ scope: "email", email, week: "2026-11-15" });
  assert.deepStrictEqual(counts(second), { sent: 0, stored: 0, skipped: 1, pending: 0, errors: 0 });

  const [sent, ...others] = await mail.mailsTo(email);
  assert.ok(sent);
  assert.deepStrictEqual(others, []);
  assert.strictEqual(sent.subject, "Your week: Conversions 12 (+20%), Nov 9–15, 2026");
  assert.match(sent.text, /Sessions: 150 \(\+50%, from 100\)/);
  assert.match(sent.text, /Instagram reach: 5,000 \(\+25%, from 4,000\)/);
  assert.match(sent.text, /Engagement: – \(no data this week\)/);
  assert.match(sent.text, /Best day: Tuesday, Nov 10 \(8 conversions, 90 sessions\)/);
  assert.match(sent.html, />12</);
});

Deno.test("POST /digest/weekly?email= is short for scope email and the last week that is over", async () => {
  const { email } = await seedPerson();
  const { week_start } = await sqlRow<{ week_start: string }>(
    "select private.last_completed_week('America/Los_Angeles', now())::text as week_start",
  );
  const answer = await api<Weekly>("/digest/weekly", {
    method: "POST",
    as: "service",
    query: { email },
    // As many schedulers do, though there is no body.
    headers: { "content-type": "application/json" },
  });
  assert.strictEqual(answer.status, 200, answer.text);
  assert.strictEqual(answer.body.period.start, week_start);
  assert.strictEqual(answer.body.sent, 1);
  assert.match((await mail.mailsTo(email))[0]?.text ?? "", /No numbers arrived this week/);
});

Deno.test("twenty calls at once send one mail", async () => {
  const { email } = await personWithNumbers();
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => weekly({ scope: "email", email, week })),
  );
  for (const answer of answers) {
    assert.strictEqual(answer.status, 200, answer.text);
    assert.deepStrictEqual(answer.body.errors, []);
    // Each found it done, found it being done, or did it.
    const { sent, skipped, pending } = answer.body;
    assert.ok(sent + skipped + pending <= 1, answer.text);
  }
  assert.strictEqual(answers.reduce((sum, { body }) => sum + body.sent, 0), 1);
  assert.strictEqual((await mail.mailsTo(email)).length, 1);
  assert.strictEqual((await mail.requestsFor(email)).length, 1);
});

const faults: [string, Parameters<typeof mail.fail>[1], number][] = [
  ["a failed send", { status: 500 }, 1],
  ["a send whose answer got lost", { status: 502, accepted: true }, 1],
  ["a rate limit that lasts", { status: 429, retryAfter: 3600 }, 1],
  ["a wrong key at the provider", { status: 403, name: "invalid_api_key" }, 1],
];

for (const [what, fault, mails] of faults) {
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
    const { wait } = await sqlRow<{ wait: number }>(
      `select extract(epoch from next_attempt_at - now())::int as wait from public.digests where user_id = $1::uuid`,
      id,
    );
    const expected = fault.retryAfter ?? 300;
    assert.ok(wait > expected - 30 && wait <= expected, `waits ${wait} s`);

    const again = await weekly({ scope: "email", email, week });
    assert.strictEqual(again.body.sent, 1, again.text);
    assert.strictEqual((await mail.mailsTo(email)).length, mails);
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

Deno.test("POST /digest/weekly refuses what it cannot do and changes nothing", async () => {
  const { id, email } = await seedPerson();
  const { today } = await sqlRow<{ today: string }>(
    "select (now() at time zone 'America/Los_Angeles')::date::text as today",
  );
  const refused: [unknown, number, string, string[] | undefined][] = [
    [{}, 422, "validation_failed", ["scope"]],
    [{ scope: "email" }, 422, "validation_failed", ["email"]],
    [{ scope: "all", email }, 422, "validation_failed", ["email"]],
    [{ scope: "due", week }, 422, "validation_failed", ["week"]],
    [{ scope: "everybody", week: "2026-02-30" }, 422, "validation_failed", ["scope", "week"]],
    [{ scope: "email", email, extra: 1 }, 422, "validation_failed", ["extra"]],
    [{ scope: "email", email, week: today }, 422, "validation_failed", undefined],
    [{ scope: "all", week: "2099-01-01" }, 422, "validation_failed", undefined],
    [{ scope: "email", email: newEmail() }, 404, "user_not_found", undefined],
    ["{", 400, "malformed_json", undefined],
  ];
  for (const [body, status, code, paths] of refused) {
    assertProblem(await weekly(body), status, code, paths);
  }
  const other = await api("/digest/weekly", {
    method: "POST",
    as: "service",
    query: { email },
    body: { scope: "email", email: newEmail() },
  });
  assertProblem(other, 422, "validation_failed", ["email"]);
  assert.deepStrictEqual(
    await sql("select id from public.digests where user_id = $1::uuid", id),
    [],
  );
});

Deno.test("GET /digest/runs lists runs, the newest first, by page", async () => {
  const { email } = await seedPerson();
  const { body: { run_id } } = await weekly({ scope: "email", email, week }, "cron");
  interface Runs {
    total_count: number;
    has_more: boolean;
    runs: Record<string, unknown>[];
  }
  const page = await api<Runs>("/digest/runs", { as: "service", query: { page_size: 100 } });
  assert.strictEqual(page.status, 200, page.text);
  const { started_at, finished_at, ...run } = page.body.runs.find(({ id }) => id === run_id) ?? {};
  assert.ok(started_at && finished_at);
  assert.deepStrictEqual(run, {
    id: run_id,
    trigger: "cron",
    scope: "email",
    week_start: "2026-11-09",
    status: "ok",
    sent: 1,
    stored: 0,
    skipped: 0,
    failed: 0,
    pending: 0,
  });
  const beyond = await api<Runs>("/digest/runs", {
    as: "service",
    query: { page: 1_000_000, page_size: 1 },
  });
  assert.deepStrictEqual(beyond.body.runs, []);
  assert.strictEqual(beyond.body.has_more, false);
});
