import assert from "node:assert/strict";
import { api, testEnv } from "../helpers/stack/api.ts";
import {
  backgroundDone,
  callCron,
  runCron,
  sql,
  sqlRow,
  sqlScript,
} from "../helpers/stack/database.ts";
import { github, lastRun, until, watch } from "../helpers/delivery/etl.ts";
import { chain, shaOf } from "../helpers/github/github_model.ts";

/** With a real server the real pg_cron runs the jobs; tests/integration shows that elsewhere. */
const ignore = testEnv("TEST_DATABASE") === "postgres";

interface Call {
  job: string;
  called_at: string;
  answered_at: string | null;
  status_code: number | null;
}

const readiness = () =>
  api<{ ready: boolean; checks: Record<string, unknown>; scheduled_calls: Call[] }>(
    "/health/readiness",
  );

async function statusOf(job: string): Promise<Call | undefined> {
  const { body } = await api<{ scheduled_calls: Call[] }>("/health/status", { as: "service" });
  return body.scheduled_calls.find((call) => call.job === job);
}

// A job runs once in a minute, so every call has a minute of its own; the self-test is due in each fifth.
let minute = Date.parse("2032-05-01T00:00:00Z");
const nextMinute = () => new Date(minute += 5 * 60_000).toISOString();

/** The self-test called, and its answer written down. */
async function testSelf(): Promise<void> {
  await runCron(nextMinute());
  await runCron(new Date(minute + 60_000).toISOString());
}

Deno.test(
  { name: "a wrong secret in Vault is told by readiness, until it is right", ignore },
  async () => {
    await testSelf();
    const good = await readiness();
    assert.strictEqual(good.status, 200, good.text);
    assert.strictEqual((await statusOf("self-test"))?.status_code, 200);

    const rename =
      "select vault.update_secret(id, $1) from vault.secrets where name = 'digest_cron_secret'";
    await sql(rename, "the-secret-of-another-project");
    try {
      await testSelf();
      const bad = await readiness();
      assert.strictEqual(bad.status, 503, bad.text);
      assert.match(
        JSON.stringify(bad.body.checks["scheduled_calls"]),
        /self-test was answered 403: digest_cron_secret in Vault is not DIGEST_CRON_SECRET/,
      );
      assert.strictEqual((await statusOf("self-test"))?.status_code, 403);
    } finally {
      await sql(rename, testEnv("TEST_CRON_SECRET"));
    }
    await testSelf();
    assert.strictEqual((await readiness()).status, 200);
  },
);

Deno.test(
  { name: "a job that works long holds up no other: it is answered first", ignore },
  async () => {
    const watched = await watch({ branches: { main: shaOf("a") }, commits: chain(["a"]) });
    await github.setFaults(watched.token, [{
      where: "/commits",
      what: "held",
      times: 1,
      after: 0,
    }]);
    const { requests } = await callCron(nextMinute());
    assert.ok(requests >= 2, "the tick and the self-test were called");
    await until(
      "the read of commits",
      async () =>
        (await github.requestsOf(watched.token)).some(({ path, status }) =>
          path.includes("/commits") && status === 0
        ),
    );
    await callCron(new Date(minute + 60_000).toISOString());
    assert.deepStrictEqual(
      [(await statusOf("etl-due"))?.status_code, (await statusOf("self-test"))?.status_code],
      [202, 200],
    );
    await github.release(watched.token);
    await backgroundDone();
    assert.strictEqual((await lastRun(watched.jobId)).state, "FINISHED");
  },
);

Deno.test("private.keep_answers() keeps what pg_net forgets, and of each job at least the last", async () => {
  const results = await sqlScript(`
    begin;
    delete from private.scheduled_calls;
    delete from net._http_response where id < 0;
    insert into private.scheduled_calls (job, request_id, called_at, answered_at, status_code) values
      ('rests', -1, now() - interval '9 days', now() - interval '9 days', 202),
      ('works', -2, now() - interval '2 days', now() - interval '2 days', 503),
      ('works', -3, now() - interval '1 minute', null, null),
      ('waits', -4, now(), null, null),
      ('fails', -5, now(), null, null);
    insert into net._http_response (id, status_code, timed_out, error_msg, created) values
      (-3, 202, false, null, now()), (-5, null, true, 'Timeout of 5000 ms reached', now()),
      -- Of a request before the crash that made pg_net count from 1 again.
      (-4, 200, false, null, now() - interval '1 hour');
    select private.keep_answers();
    select job, status_code, error, answered_at is null as waits from private.scheduled_calls order by job;
    rollback;`);
  assert.deepStrictEqual(results.findLast((rows) => rows.length > 0), [
    { job: "fails", status_code: null, error: "no answer in time", waits: false },
    { job: "rests", status_code: 202, error: null, waits: false },
    { job: "waits", status_code: null, error: null, waits: true },
    { job: "works", status_code: 202, error: null, waits: false },
  ]);
});

Deno.test("what Vault lacks is named", async () => {
  await sql("update vault.secrets set name = 'mislaid' where name = 'functions_url'");
  try {
    assert.match((await readiness()).text, /Vault lacks functions_url/);
  } finally {
    await sql("update vault.secrets set name = 'functions_url' where name = 'mislaid'");
  }
  const { n } = await sqlRow<{ n: number }>(
    "select jsonb_array_length(public.scheduled_calls() -> 'missing_secrets') as n",
  );
  assert.strictEqual(n, 0);
});
