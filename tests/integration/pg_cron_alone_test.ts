import assert from "node:assert/strict";
import { api, testEnv } from "../helpers/stack/api.ts";
import { runCron, sql, sqlRow } from "../helpers/stack/database.ts";
import { mailControl } from "../helpers/digest/mail_server.ts";
import { newEmail } from "../helpers/tenancy/people.ts";

/** pg_cron begins each minute; a job that has not run after this many seconds will not. */
const patience = 150;

Deno.test({
  name: "the real pg_cron fires the digest job, and posted metrics arrive as a mail",
  ignore: testEnv("TEST_DATABASE") !== "postgres",
  fn: async () => {
    const email = newEmail("cron");
    // Due since midnight of today in UTC, for the last Monday–Sunday that is over.
    const { week_start } = await sqlRow<{ week_start: string }>(
      `with org as (
         insert into public.organizations (name, time_zone, digest_weekday, digest_hour, created_at)
         values ('Cron', 'UTC', extract(isodow from now() at time zone 'UTC')::int, 0, now() - interval '30 days') returning id),
       person as (insert into public.users (email, org_id) select $1, id from org returning id)
       select (date_trunc('week', now() at time zone 'UTC')::date - 7)::text as week_start from person`,
      email,
    );
    const posted = await api("/metrics/ingest", {
      method: "POST",
      as: "service",
      body: {
        email,
        source_name: "ga4",
        metric_date: week_start,
        data: { sessions: 4321, conversions: 12 },
      },
    });
    assert.strictEqual(posted.status, 200, posted.text);

    const [job] = await sql<{ jobid: number }>(
      "select jobid::int as jobid from cron.job where jobname = 'digest-enqueue'",
    );
    assert.ok(job, "the migrations scheduled no digest-enqueue");
    // The job of the migrations as it is, only sooner than at the next full hour.
    await sql(
      "select cron.alter_job($1::bigint, schedule := '* * * * *', active := true)",
      job.jobid,
    );
    try {
      const run = await firstRun(job.jobid);
      assert.strictEqual(run.status, "succeeded", run.return_message);
    } finally {
      await sql("select cron.alter_job($1::bigint, active := false)", job.jobid);
    }

    const { requests } = await runCron(new Date().toISOString());
    assert.ok(requests >= 1, "the job queued no request");
    const mails = await mailControl(testEnv("TEST_MAIL_URL")).mailsTo(email);
    assert.strictEqual(mails.length, 1);
    assert.match(mails[0]?.text ?? "", /4,321/);
    const { state } = await sqlRow<{ state: string }>(
      "select d.state::text as state from public.digests d join public.users u on u.id = d.user_id where u.email = $1 and d.week_start = $2::date",
      email,
      week_start,
    );
    assert.strictEqual(state, "sent");
  },
});

/** The first finished run of a job from now on. */
async function firstRun(jobid: number): Promise<{ status: string; return_message: string }> {
  const { since } = await sqlRow<{ since: string }>("select now()::text as since");
  for (let waited = 0; waited < patience; waited++) {
    const [run] = await sql<{ status: string; return_message: string }>(
      `select status, return_message from cron.job_run_details
       where jobid = $1 and start_time >= $2::timestamptz and end_time is not null order by runid limit 1`,
      jobid,
      since,
    );
    if (run) return run;
    // The server's clock decides when jobs run, so it is the one that is waited on.
    await sql("select pg_sleep(1)");
  }
  throw new Error(`pg_cron ran nothing within ${patience} s`);
}
