import assert from "node:assert/strict";
import { api, testEnv } from "../helpers/stack/api.ts";
import { type JobRun, runCron, sql, sqlRow, sqlScript } from "../helpers/stack/database.ts";
import { mailControl } from "../helpers/digest/mail_server.ts";
import { newOrganization, seedPerson } from "../helpers/tenancy/people.ts";

const mail = mailControl(testEnv("TEST_MAIL_URL"));
/** With a real server the real pg_cron runs the jobs; tests/integration shows that elsewhere. */
const ignore = testEnv("TEST_DATABASE") === "postgres";

// A job runs once in a minute, so every call has a minute of its own.
let hour = Date.parse("2030-05-01T00:00:00Z");
const runHourlyJob = () => runCron(new Date(hour += 3_600_000).toISOString());
const runSweep = () => runCron(new Date((hour += 3_600_000) + 720_000).toISOString());

/** A person whose organization's digest fell due at the last full hour. */
async function personDueNow(): Promise<{ id: string; email: string; orgId: string }> {
  const org = await newOrganization({ timeZone: "UTC" });
  await sql(
    `update public.organizations set created_at = now() - interval '3 days',
      digest_weekday = extract(isodow from now() at time zone 'UTC'), digest_hour = extract(hour from now() at time zone 'UTC')
    where id = $1::uuid`,
    org.id,
  );
  return await seedPerson({ org: org.id });
}

function outcomeOf(runs: JobRun[], jobname: string): JobRun | undefined {
  return runs.find((run) => run.jobname === jobname);
}

Deno.test({ name: "the hourly job sends a digest that is due, once", ignore }, async () => {
  const { email } = await personDueNow();
  const { monday } = await sqlRow<{ monday: string }>(
    "select private.last_completed_week('UTC', now())::text as monday",
  );
  await api("/metrics/ingest", {
    method: "POST",
    as: "service",
    body: { email, source_name: "ga4", metric_date: monday, data: { conversions: 7 } },
  });
  const { runs } = await runHourlyJob();
  assert.strictEqual(outcomeOf(runs, "digest-enqueue")?.status, "succeeded");
  const mails = await mail.mailsTo(email);
  assert.strictEqual(mails.length, 1);
  assert.match(mails[0]?.text ?? "", /Conversions: 7 /);

  await runHourlyJob();
  assert.strictEqual((await mail.mailsTo(email)).length, 1);
});

Deno.test({ name: "the sweep sends what failed, when its time has come", ignore }, async () => {
  const { id, email } = await personDueNow();
  await mail.fail(email, { status: 503 });
  await runHourlyJob();
  await runSweep();
  assert.strictEqual((await mail.requestsFor(email)).length, 1, "it does not wait for the backoff");

  await sql("update public.digests set next_attempt_at = now() where user_id = $1::uuid", id);
  const { runs } = await runSweep();
  assert.strictEqual(outcomeOf(runs, "digest-sweep")?.status, "succeeded");
  assert.strictEqual((await mail.mailsTo(email)).length, 1);
});

Deno.test({ name: "a sweep with nothing to do calls nobody", ignore }, async () => {
  await runSweep();
  const { requests } = await runSweep();
  assert.strictEqual(requests, 0);
});

Deno.test({
  name: "the hourly job fails by name when Vault lacks a secret, and loses nothing",
  ignore,
}, async () => {
  const { email } = await personDueNow();
  const rename = (from: string, to: string) =>
    sql("update vault.secrets set name = $2 where name = $1", from, to);
  await rename("digest_cron_secret", "mislaid");
  try {
    const { runs } = await runHourlyJob();
    const run = outcomeOf(runs, "digest-enqueue");
    assert.strictEqual(run?.status, "failed");
    assert.match(run.return_message, /Vault secret digest_cron_secret is missing/);
  } finally {
    await rename("mislaid", "digest_cron_secret");
  }
  assert.deepStrictEqual(await mail.mailsTo(email), []);
  await runHourlyJob();
  assert.strictEqual((await mail.mailsTo(email)).length, 1);
});

Deno.test({
  name: "weeks that pg_cron missed are named by one run and by the status",
  ignore,
}, async () => {
  const { orgId } = await personDueNow();
  await sql(
    "update public.organizations set created_at = now() - interval '17 days' where id = $1::uuid",
    orgId,
  );
  await runHourlyJob();
  const { runs } = await sqlRow<{ runs: number[] }>(
    `select array_agg(r.missed order by r.started_at) as runs from public.digest_runs r
    where exists (select from public.digest_schedule s where s.run_id = r.id and s.org_id = $1::uuid)`,
    orgId,
  );
  assert.strictEqual(runs.length, 1);
  assert.ok(Number(runs[0]) >= 2, "two weeks of this organization");
  const { body } = await api<
    { digest: { missed: { org_id: string; organization: string; week_start: string }[] } }
  >("/health/status", { as: "service" });
  const weeks = body.digest.missed.filter((missed) => missed.org_id === orgId)
    .map(({ week_start }) => week_start);
  const { expected } = await sqlRow<{ expected: string[] }>(
    `select array[last.week - 7, last.week - 14]::text[] as expected
    from (select private.last_completed_week('UTC', now())) last(week)`,
  );
  assert.deepStrictEqual(weeks, expected);
});

Deno.test("a run names the weeks that were missed, once", async () => {
  const { orgId } = await seedPerson();
  await sql(
    `insert into public.digest_schedule (org_id, week_start, due_at, enqueued_at, missed)
    values ($1::uuid, '2026-10-19', '2026-10-26 15:00Z', now(), true)`,
    orgId,
  );
  const named = async () => {
    const answer = await api<{ missed: { org_id: string; week_start: string }[] }>(
      "/digest/weekly",
      { method: "POST", as: "service", body: { scope: "due" } },
    );
    assert.strictEqual(answer.status, 200, answer.text);
    return answer.body.missed.filter((missed) => missed.org_id === orgId)
      .map(({ week_start }) => week_start);
  };
  assert.deepStrictEqual(await named(), ["2026-10-19"]);
  assert.deepStrictEqual(await named(), []);
});

Deno.test("scope all sends everybody's digest of a week, and none twice", async () => {
  const { email } = await seedPerson();
  const weekly = async () => {
    const body = { scope: "all", week: "2021-03-03" };
    const answer = await api("/digest/weekly", { method: "POST", as: "service", body });
    assert.strictEqual(answer.status, 200, answer.text);
    return answer.body;
  };
  const { n } = await sqlRow<{ n: number }>("select count(*)::int as n from public.users");
  let sent = 0;
  for (let pending = n; pending > 0;) {
    const run = await weekly(); // one run sends up to 200
    assert.deepStrictEqual(run["period"], {
      start: "2021-03-01",
      end: "2021-03-07",
      days: 7,
      time_zone: "America/Los_Angeles",
      complete: true,
    });
    assert.ok(Number(run["sent"]) > 0, "a run got nowhere");
    sent += Number(run["sent"]);
    pending = Number(run["pending"]);
  }
  const { off } = await sqlRow<{ off: number }>(
    "select count(*)::int as off from public.digest_preferences where not enabled",
  );
  assert.strictEqual(sent + off, n);
  const again = await weekly();
  assert.deepStrictEqual([again["sent"], again["skipped"], again["status"]], [0, n, "ok"]);
  assert.strictEqual((await mail.mailsTo(email)).length, 1);
});

Deno.test("private.trim_history() deletes what is old and keeps what is needed", async () => {
  const { id } = await seedPerson();
  const results = await sqlScript(`
    begin;
    delete from public.digest_runs;
    delete from public.idempotency_keys;
    delete from public.github_cache;
    insert into public.digest_runs (trigger, scope, started_at)
    values ('cron', 'due', now() - interval '91 days'), ('cron', 'due', now() - interval '89 days');
    insert into public.idempotency_keys (scope, key, fingerprint, claimed_at)
    select 's', age, repeat('a', 64), now() - age::interval from unnest(array['25 hours', '23 hours']) age;
    insert into public.github_cache (cache_key, etag, body, stored_at)
    select repeat(left(age, 1), 64), 'e', '{}', now() - age::interval from unnest(array['31 days', '29 days']) age;
    insert into public.digests (user_id, week_start, state, subject, body_text, body_html, envelope, content, sent_at)
    values ('${id}', '2025-01-06', 'sent', 'Subject', 'text', 'html', '{}', '{}', now());
    alter table public.digests disable trigger digests_touch_updated_at;
    update public.digests set updated_at = now() - interval '91 days' where user_id = '${id}';
    alter table public.digests enable trigger digests_touch_updated_at;
    select private.trim_history();
    select (select count(*)::int from public.digest_runs) as runs, (select string_agg(key, ',') from public.idempotency_keys) as keys,
      (select count(*)::int from public.github_cache) as cached, d.state, d.subject, d.body_text, d.body_html, d.envelope, d.content
    from public.digests d where d.user_id = '${id}';
    rollback;`);
  assert.deepStrictEqual(results.findLast((rows) => rows.length > 0), [{
    runs: 1,
    keys: "23 hours",
    cached: 1,
    state: "sent",
    subject: "Subject",
    body_text: null,
    body_html: null,
    envelope: null,
    content: null,
  }]);
});
