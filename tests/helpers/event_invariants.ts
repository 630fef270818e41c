import assert from "node:assert/strict";
import { sql } from "./database.ts";

/** Asks a database: the tests' own, or another. */
export type Query = (statement: string, ...params: unknown[]) => Promise<Record<string, unknown>[]>;

/** One line for each difference between the counts of an organization and what its events say. */
export async function countDifferences(orgId: string, query: Query = sql): Promise<string[]> {
  const rows = await query(
    `with event as (
       select e.day, e.name_id, e.person_id, coalesce(p.age_group, 'unknown') as age_group, coalesce(p.gender, 'unknown') as gender
       from public.events e left join public.persons p on p.id = e.person_id where e.org_id = $1::uuid
     ),
     counted as (select day, name_id, age_group, gender, count(*) as n from event group by 1, 2, 3, 4),
     kept_count as (select day, name_id, age_group, gender, n from private.event_counts where org_id = $1::uuid),
     person_day as (
       select name_id, person_id, day from event where person_id is not null
       union select 0, person_id, day from event where person_id is not null
     ),
     kept_person_day as (select name_id, person_id, day from private.person_days where org_id = $1::uuid),
     day as (
       select day::date from generate_series(
         (select min(day) from event)::timestamp, (select max(day) from event)::timestamp + interval '31 days', interval '1 day') as day
     ),
     active as (
       select w.days, day.day, count(distinct pd.person_id) as n
       from (values (1), (7), (30)) as w (days) cross join day
       left join person_day pd on pd.name_id = 0 and pd.day > day.day - w.days and pd.day <= day.day
       group by 1, 2
     ),
     kept_active as (
       select w.days, day.day, (
         select coalesce(sum(c.change), 0) from private.active_changes c
         where c.org_id = $1::uuid and c.days = w.days and c.day <= day.day) as n
       from (values (1), (7), (30)) as w (days) cross join day
     )
     select 'count ' || coalesce(a::text, 'none') || ' kept as ' || coalesce(b::text, 'none') as difference
     from counted a full join kept_count b using (day, name_id, age_group, gender) where a.n is distinct from b.n
     union all
     select 'day of ' || coalesce(a::text, 'nobody') || ' kept as ' || coalesce(b::text, 'none')
     from person_day a full join kept_person_day b using (name_id, person_id, day) where a is null or b is null
     union all
     select 'active ' || a::text || ' kept as ' || b.n from active a join kept_active b using (days, day) where a.n <> b.n`,
    orgId,
  );
  return rows.map(({ difference }) => String(difference));
}

/** Asserts that every count of an organization is what its events say. */
export async function assertExactCounts(
  orgId: string,
  when = "",
  query: Query = sql,
): Promise<void> {
  assert.deepStrictEqual(await countDifferences(orgId, query), [], when);
}
