import assert from "node:assert/strict";
import { startFunctions } from "../../../tools/function_process.ts";
import { startPostgres } from "../../../tools/postgres_server.ts";
import { startMailServer } from "../digest/mail_server.ts";
import { testEnv } from "../stack/api.ts";
import { functionEnvironment } from "../stack/in_process.ts";
import { startOwnSupabase, withDatabase } from "../stack/own_supabase.ts";

/** What became of the digests of a week. */
export interface DigestReport {
  kills: number;
  mails: number;
}

/**
 * Sends everybody's digest while the function is killed again and again in the middle of it.
 * @throws AssertionError unless each person got one mail
 */
export async function digestsWithKills(people: number, kills: number): Promise<DigestReport> {
  await using cleanup = new AsyncDisposableStack();
  const server = await startPostgres();
  cleanup.defer(() => server.stop());
  const supabase = await startOwnSupabase(server.url);
  cleanup.defer(() => supabase.stop());
  const mail = await startMailServer();
  cleanup.defer(() => mail.stop());
  const emails = await withDatabase(server.url, async (query) => {
    const rows = await query(PEOPLE, people);
    return rows.map(({ email }) => String(email));
  });
  const env = {
    ...functionEnvironment(),
    SUPABASE_URL: supabase.url,
    RESEND_API_URL: mail.url,
    RESEND_API_KEY: "re_key_of_the_tests",
    APP_URL: "https://app.livinglytics.test",
    FUNCTIONS_URL: "https://api.livinglytics.test/functions/v1",
    DIGEST_FROM: "Living Lytics <digest@livinglytics.test>",
  };
  for (let kill = 0; kill < kills; kill++) {
    const functions = await startFunctions({ names: ["digest"], env });
    const goal = Math.floor((kill + 1) * people / (kills + 2));
    const running = sendAll(functions.url);
    while (mail.accepted().length < goal) await new Promise((resolve) => setTimeout(resolve, 5));
    await functions.kill();
    assert.strictEqual(await running, false, "the run was over before it was killed");
    // Minutes pass, after which what was under way is another run's.
    await withDatabase(server.url, (query) => query(LEASES_END));
  }
  const functions = await startFunctions({ names: ["digest"], env });
  cleanup.defer(() => functions.stop());
  while (await withDatabase(server.url, isAnyLeft)) {
    assert.ok(await sendAll(functions.url));
    await withDatabase(server.url, (query) => query(LEASES_END));
  }
  const got = mail.accepted().map(({ to }) => String(to));
  assert.deepStrictEqual(got.sort(), emails.sort());
  return { kills, mails: got.length };
}

/** Whether the run came to its end. */
async function sendAll(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/digest/weekly`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${testEnv("TEST_API_SECRET_KEY")}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ scope: "all", week: "2026-11-11" }),
    });
    const text = await answer.text();
    assert.strictEqual(answer.status, 200, text);
    return true;
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
    return false; // the process is gone
  }
}

type Ask = Parameters<Parameters<typeof withDatabase>[1]>[0];

async function isAnyLeft(query: Ask): Promise<boolean> {
  const [row] = await query(
    "select count(*) filter (where state in ('pending', 'sending')) as n, count(*) as all from public.digests",
  );
  return Number(row?.["n"]) > 0 || Number(row?.["all"]) === 0;
}

/** People of an organization each, with two weeks of numbers. */
const PEOPLE = `
  with org as (
    insert into public.organizations (name, time_zone)
    select 'Organization ' || n, 'UTC' from generate_series(1, $1::int) n returning id
  ), person as (
    insert into public.users (email, org_id) select id || '@example.test', id from org returning id, email, org_id
  ), membership as (
    insert into public.memberships (org_id, user_id, role) select org_id, id, 'owner' from person
  ), metric as (
    insert into public.metrics (org_id, user_id, source_name, metric_date, metric_name, metric_value)
    select org_id, id, 'ga4', day, name, 10
    from person, unnest(array['2026-11-03', '2026-11-10']::date[]) day, unnest(array['sessions', 'conversions']) name
  )
  select email from person order by email`;

const LEASES_END = `
  update public.digests set
    lease_until = case when state = 'sending' then now() - interval '1 second' end,
    next_attempt_at = case when state = 'pending' then now() - interval '1 second' else next_attempt_at end
  where state in ('sending', 'pending')`;
