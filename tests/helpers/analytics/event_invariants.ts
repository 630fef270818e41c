import assert from "node:assert/strict";
import { sql } from "../stack/database.ts";

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
     total as (select day, name_id, sum(n) as n from kept_count group by 1, 2),
     kept_total as (select day, name_id, n from private.event_totals where org_id = $1::uuid),
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
     ),
     came as (
       select distinct p.period, p.step, e.person_id, e.age_group, e.gender,
         date_trunc(p.period, e.first::timestamp) as cohort, date_trunc(p.period, e.day::timestamp) as at
       from (select *, min(day) over (partition by person_id) as first from event where person_id is not null) e
       cross join (values ('day', interval '1 day'), ('week', interval '1 week'), ('month', interval '1 month')) as p (period, step)
     ),
     retention as (
       select c.period, k, c.cohort::date as cohort, c.age_group, c.gender, count(*) as n
       from came c join generate_series(0, 59) as k on c.at = c.cohort + k * c.step group by 1, 2, 3, 4, 5
     ),
     kept_retention as (
       select period::text, k, cohort, age_group, gender, n from private.retention_counts where org_id = $1::uuid
     ),
     retention_total as (select period, k, cohort, sum(n) as n from kept_retention group by 1, 2, 3),
     kept_retention_total as (select period::text, k, cohort, n from private.retention_totals where org_id = $1::uuid)
     select 'count ' || coalesce(a::text, 'none') || ' kept as ' || coalesce(b::text, 'none') as difference
     from counted a full join kept_count b using (day, name_id, age_group, gender) where a.n is distinct from b.n
     union all
     select 'day of ' || coalesce(a::text, 'nobody') || ' kept as ' || coalesce(b::text, 'none')
     from person_day a full join kept_person_day b using (name_id, person_id, day) where a is null or b is null
     union all
     select 'active ' || a::text || ' kept as ' || b.n from active a join kept_active b using (days, day) where a.n <> b.n
     union all
     select 'retention ' || coalesce(a::text, 'none') || ' kept as ' || coalesce(b::text, 'none')
     from retention a full join kept_retention b using (period, k, cohort, age_group, gender) where a.n is distinct from b.n
     union all
     select 'total ' || coalesce(a::text, 'none') || ' kept as ' || coalesce(b::text, 'none')
     from total a full join kept_total b using (day, name_id) where a.n is distinct from b.n
     union all
     select 'total retention ' || coalesce(a::text, 'none') || ' kept as ' || coalesce(b::text, 'none')
     from retention_total a full join kept_retention_total b using (period, k, cohort) where a.n is distinct from b.n`,
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
