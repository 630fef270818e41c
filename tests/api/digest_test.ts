import assert from "node:assert/strict";
import { api, assertProblem, testEnv } from "../helpers/stack/api.ts";
import { backgroundDone, sql, sqlRow } from "../helpers/stack/database.ts";
import { counts, personWithNumbers, week, type Weekly, weekly } from "../helpers/digest/digests.ts";
import { mailControl } from "../helpers/digest/mail_server.ts";
import { newEmail, seedPerson } from "../helpers/tenancy/people.ts";

const mail = mailControl(testEnv("TEST_MAIL_URL"));

Deno.test("metrics posted by HTTP come back as a mail, once", async () => {
  const { email } = await personWithNumbers();
  const first = await weekly({ scope: "email", email, week });
  assert.strictEqual(first.status, 200, first.text);
  assert.deepStrictEqual(counts(first), { sent: 1, stored: 0, skipped: 0, pending: 0, errors: 0 });
  assert.strictEqual(first.body.status, "ok");
  assert.deepStrictEqual(first.body.period, {
    start: "2026-11-09",
    end: "2026-11-15",
    days: 7,
    time_zone: "America/Los_Angeles",
    complete: true,
  });

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
  const { id, email } = await seedPerson();
  const { status, body } = await weekly({ scope: "email", email, week }, "cron");
  assert.deepStrictEqual([status, body], [202, { status: "accepted" }]);
  await backgroundDone();
  const { run_id } = await sqlRow<{ run_id: string }>(
    "select run_id from public.digests where user_id = $1::uuid",
    id,
  );
  interface Runs {
    total_count: number;
    has_more: boolean;
    items: Record<string, unknown>[];
  }
  const page = await api<Runs>("/digest/runs", { as: "service", query: { page_size: 100 } });
  assert.strictEqual(page.status, 200, page.text);
  const { started_at, finished_at, ...run } = page.body.items.find(({ id }) => id === run_id) ?? {};
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
    missed: 0,
  });
  const beyond = await api<Runs>("/digest/runs", {
    as: "service",
    query: { page: 1_000_000, page_size: 1 },
  });
  assert.deepStrictEqual(beyond.body.items, []);
  assert.strictEqual(beyond.body.has_more, false);
});
