import assert from "node:assert/strict";
import { fullHourAgo, minutesAfter, storeSessions } from "../helpers/ai/ai_sessions.ts";
import { sql, sqlRow } from "../helpers/stack/database.ts";
import { newOrganization } from "../helpers/tenancy/people.ts";

const yesterday = fullHourAgo(26);

/** Rows by which the sums by hour differ from the sessions. */
const differences = `
  with session as (
    select s.*, date_trunc('hour', s.started_at, 'UTC') as hour from private.ai_sessions s where s.org_id = $1::uuid
  ),
  by_hour as (
    select hour, count(distinct developer_id), count(*), count(*) filter (where failed_calls > 0), count(*) filter (where accepted),
      count(*) filter (where not accepted), sum(total_tokens),
      coalesce(sum(total_tokens) filter (where accepted and accepted_lines is not null), 0),
      coalesce(sum(accepted_lines) filter (where accepted), 0), coalesce(sum(cost_usd), 0), count(*) filter (where cost_usd is null),
      sum(latency_ms_sum), sum(latency_calls), sum(people_accepted), sum(people_rejected), sum(automatic_decisions),
      coalesce(sum(total_tokens - cache_read_tokens) filter (where accepted and accepted_lines is not null), 0)
    from session group by 1
  ),
  kept as (
    select hour, developers, sessions, failed_sessions, accepted, rejected, tokens, accepted_tokens, accepted_lines, cost_usd,
      uncosted_sessions, latency_ms_sum, latency_calls, people_accepted, people_rejected, automatic_decisions, fresh_tokens
    from private.ai_hours where org_id = $1::uuid and sessions <> 0
  ),
  by_model as (
    select hour, coalesce(repository, ''), coalesce(model, ''), count(*), coalesce(sum(cost_usd), 0), count(*) filter (where cost_usd is null)
    from session group by 1, 2, 3
  ),
  kept_by_model as (
    select hour, repository, model, sessions, cost_usd, uncosted_sessions from private.ai_model_hours where org_id = $1::uuid and sessions <> 0
  )
  select 'hour' from ((table by_hour except table kept) union all (table kept except table by_hour)) d
  union all
  select 'model' from ((table by_model except table kept_by_model) union all (table kept_by_model except table by_model)) d`;

Deno.test("the sums by hour are those of the sessions, whoever stores at once and whatever is taken away", async () => {
  const org_id = (await newOrganization()).id;
  await Promise.all(["ann", "bob", "ann", "cid"].map((developer, index) =>
    storeSessions(
      org_id,
      Array.from({ length: 10 }, (_, place) => ({
        // Some go forward through the hours and some back, which must not make them wait for each other.
        at: minutesAfter(yesterday, (index % 2 === 0 ? place : 9 - place) * 13),
        developer,
        repository: `acme/${place % 2}`,
        model: `m${index % 2}`,
        tokens: place,
        cost: 0.1,
        accepted: place % 3 === 0,
      })),
    )
  ));
  assert.deepStrictEqual(await sql(differences, org_id), []);
  assert.strictEqual(
    (await sqlRow<{ n: number }>(
      "select sum(sessions)::int as n from private.ai_hours where org_id = $1::uuid",
      org_id,
    )).n,
    40,
  );
  // Somebody's totals go: rows that are moved to another developer, and rows that are deleted.
  for (
    const change of [
      "update private.ai_totals set developer_id = 'dan' where developer_id = 'cid' and org_id = $1::uuid",
      "update private.ai_sessions set developer_id = 'dan' where developer_id = 'cid' and org_id = $1::uuid",
      "delete from private.ai_totals where developer_id = 'ann' and org_id = $1::uuid",
      "delete from private.ai_sessions where developer_id = 'ann' and org_id = $1::uuid",
    ]
  ) await sql(change, org_id);
  assert.deepStrictEqual(await sql(differences, org_id), []);
  await sql("delete from public.organizations where id = $1::uuid", org_id);
});

Deno.test("any window is exact to the second, in time zones whose days begin between hours too", async () => {
  const org_id = (await newOrganization()).id;
  await storeSessions(
    org_id,
    Array.from({ length: 120 }, (_, index) => ({
      at: minutesAfter(yesterday, index * 37),
      developer: `dev${index % 3}`,
      repository: `acme/${index % 2}`,
      model: `m${index % 5}`,
      cost: index,
      tokens: 1,
    })),
  );
  const differing = await sql(
    `select w.starts_at, w.ends_at, zone
     from unnest(array['UTC', 'Asia/Kolkata', 'Asia/Kathmandu', null]) as zone
     cross join (
       select $2::timestamptz + make_interval(mins => i * 41) as starts_at, $2::timestamptz + make_interval(mins => i * 41 + i * i * 19) as ends_at
       from generate_series(-2, 14) i
     ) w
     where (select coalesce(sum(a.sessions), 0) from private.ai_hours_between($1::uuid, w.starts_at, w.ends_at, zone) a)
       is distinct from (
         select count(*) from private.ai_sessions s
         where s.org_id = $1::uuid and s.started_at >= w.starts_at and s.started_at < w.ends_at)
       or exists (
         select (a.at at time zone zone)::date, sum(a.sessions)
         from private.ai_hours_between($1::uuid, w.starts_at, w.ends_at, zone) a where zone is not null group by 1
         except
         select (s.started_at at time zone zone)::date, count(*) from private.ai_sessions s
         where s.org_id = $1::uuid and s.started_at >= w.starts_at and s.started_at < w.ends_at group by 1)`,
    org_id,
    yesterday.toISOString(),
  );
  assert.deepStrictEqual(differing, []);
  const counted = await sql(
    `select who, what, which, w.starts_at::text
     from (values ($2::timestamptz + interval '5 minutes', $2::timestamptz + interval '23 hours 11 minutes'), (null, null)) as w (starts_at, ends_at),
       unnest(array['dev1', null]) who, unnest(array['acme/1', null]) what, unnest(array['m1', null]) which,
       private.ai_window($1::uuid, w.starts_at, w.ends_at, who, what, which) as kept,
       lateral (
         select count(*) as sessions, coalesce(sum(s.cost_usd), 0) as cost_usd
         from private.ai_sessions s
         where s.org_id = $1::uuid and s.started_at >= coalesce(w.starts_at, '-infinity') and s.started_at < coalesce(w.ends_at, 'infinity')
           and (who is null or s.developer_id = who) and (what is null or s.repository = what) and (which is null or s.model = which)
       ) as there
     where (kept.sessions, kept.cost_usd) is distinct from (there.sessions, there.cost_usd) or there.sessions = 0`,
    org_id,
    yesterday.toISOString(),
  );
  assert.deepStrictEqual(counted, []);
});
