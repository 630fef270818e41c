-- Who comes back, kept as counts like everything else: reading retention from the days of persons takes the longer
-- the more of them there are. A person is in one cohort, that of their first day, and once in each later period, so a
-- day changes few cells.

create type private.retention_period as enum ('day', 'week', 'month');

create type private.retention_change as (
  period private.retention_period,
  k smallint,
  cohort date,
  age_group public.age_group,
  gender public.gender,
  n bigint
);

create table private.retention_counts (
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  period private.retention_period not null,
  k smallint not null check (k between 0 and 59),
  cohort date not null,
  age_group public.age_group not null,
  gender public.gender not null,
  n bigint not null,
  primary key (org_id, period, k, cohort, age_group, gender)
);
comment on table private.retention_counts is
  'How many persons, by age group and gender, were active in the k-th period after the one of their first day, which '
  'is their cohort.';
comment on column private.retention_counts.cohort is 'The first day of the cohort''s period.';

alter table private.retention_counts enable row level security;
create policy "members read what belongs to their organization" on private.retention_counts
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.retention_counts from public, anon, authenticated, service_role;
grant select on private.retention_counts to authenticated, service_role;

create table private.retention_totals (
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  period private.retention_period not null,
  k smallint not null check (k between 0 and 59),
  cohort date not null,
  n bigint not null,
  primary key (org_id, period, k, cohort)
);
comment on table private.retention_totals is
  'The retention counts of all age groups and genders together, which most reads are about.';

alter table private.retention_totals enable row level security;
create policy "members read what belongs to their organization" on private.retention_totals
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.retention_totals from public, anon, authenticated, service_role;
grant select on private.retention_totals to authenticated, service_role;

create function private.retention_edges(p_org_id uuid, p_person_ids bigint[], p_days date[])
returns table (person_id bigint, period private.retention_period, k smallint, cohort date, change int)
language sql
stable
set search_path = ''
as $$
  with changed as (
    select c.person_id, array_agg(c.day) as days from unnest(p_person_ids, p_days) as c (person_id, day)
    group by c.person_id
  ),
  seen as materialized (
    select c.person_id, c.days, (
        select d.day from private.person_days d
        where d.org_id = p_org_id and d.name_id = 0 and d.person_id = c.person_id order by d.day limit 1
      ) as first, (
        select d.day from private.person_days d
        where d.org_id = p_org_id and d.name_id = 0 and d.person_id = c.person_id and d.day <> all (c.days)
        order by d.day limit 1
      ) as first_without
    from changed c
  ),
  -- Where the first day changes, all cells of the person do. Where there are many days, searching around each is no
  -- shorter.
  person as (
    select s.*, s.first is distinct from s.first_without or cardinality(s.days) > 4 as is_whole from seen s
  ),
  counted as (
    -- Days between others: what lies before and after tells whether they are the only ones of their week or month.
    select p.person_id, p.first, d.day, 1 as change,
      greatest(lag(d.day) over (partition by p.person_id order by d.day), (
        select o.day from private.person_days o
        where o.org_id = p_org_id and o.name_id = 0 and o.person_id = p.person_id and o.day < d.day
          and o.day <> all (p.days)
        order by o.day desc limit 1
      )) as previous, (
        select o.day from private.person_days o
        where o.org_id = p_org_id and o.name_id = 0 and o.person_id = p.person_id and o.day > d.day
          and o.day <> all (p.days)
        order by o.day limit 1
      ) as next
    from person p cross join unnest(p.days) as d (day)
    where not p.is_whole
    union all
    -- All days, as they are and as they were: the first of each week or month stands for it.
    select p.person_id, side.first, d.day, side.change,
      lag(d.day) over (partition by p.person_id, side.change order by d.day), null
    from person p
    cross join lateral (values (p.first, 1), (p.first_without, -1)) as side (first, change)
    cross join lateral (
      select d.day from private.person_days d
      where d.org_id = p_org_id and d.name_id = 0 and d.person_id = p.person_id offset 0
    ) d
    where p.is_whole and side.first is not null
      and (side.change = 1 or (p.person_id, d.day) not in (select c.id, c.day
        from unnest(p_person_ids, p_days) as c (id, day)))
  ),
  -- Materialized like the above, or else each use of a value would work it out again. The first day of the year 1 was a
  -- Monday.
  dated as materialized (
    select c.*, c.day - (c.day - date '0001-01-01') % 7 as monday,
      c.first - (c.first - date '0001-01-01') % 7 as first_monday,
      date_trunc('month', c.day::timestamp)::date as month, date_trunc('month', c.first::timestamp)::date as first_month
    from counted c
  ),
  cell as (
    select d.person_id, of.period, of.k, of.cohort, d.change
    from dated d
    cross join lateral (values
      ('day'::private.retention_period, d.first, d.day - d.first, d.day, d.day),
      ('week', d.first_monday, (d.monday - d.first_monday) / 7, d.monday, d.monday + 6),
      ('month', d.first_month, (date_part('year', d.month) - date_part('year', d.first_month))::int * 12
        + (date_part('month', d.month) - date_part('month', d.first_month))::int, d.month,
          (d.month + interval '1 month')::date - 1)
    ) as of (period, cohort, k, first, last)
    where of.k < 60 and (d.previous is null or d.previous < of.first) and (d.next is null or d.next > of.last)
  )
  select cell.person_id, cell.period, cell.k::smallint, cell.cohort, sum(cell.change)::int
  from cell group by 1, 2, 3, 4 having sum(cell.change) <> 0
$$;
comment on function private.retention_edges(uuid, bigint[], date[]) is
  'By how much these person-days, which must be stored, change each person''s part in the retention counts: periods '
  '0 to 59.';

create function private.apply_retention(p_org_id uuid, p_changes private.retention_change[])
returns void
language sql
volatile
set search_path = ''
as $$
  insert into private.retention_counts as kept (org_id, period, k, cohort, age_group, gender, n)
  select p_org_id, period, k, cohort, age_group, gender, sum(n) from unnest(p_changes)
  group by 2, 3, 4, 5, 6 having sum(n) <> 0 order by 2, 3, 4, 5, 6
  on conflict (org_id, period, k, cohort, age_group, gender) do update set n = kept.n + excluded.n;

  delete from private.retention_counts kept
  using (select distinct period, k, cohort, age_group, gender from unnest(p_changes) where n < 0) as c
  where kept.org_id = p_org_id and kept.period = c.period and kept.k = c.k and kept.cohort = c.cohort
    and kept.age_group = c.age_group and kept.gender = c.gender and kept.n = 0;

  insert into private.retention_totals as kept (org_id, period, k, cohort, n)
  select p_org_id, period, k, cohort, sum(n) from unnest(p_changes)
  group by 2, 3, 4 having sum(n) <> 0 order by 2, 3, 4
  on conflict (org_id, period, k, cohort) do update set n = kept.n + excluded.n;

  delete from private.retention_totals kept
  using (select distinct period, k, cohort from unnest(p_changes) where n < 0) as c
  where kept.org_id = p_org_id and kept.period = c.period and kept.k = c.k and kept.cohort = c.cohort and kept.n = 0;
$$;
comment on function private.apply_retention(uuid, private.retention_change[]) is
  'Adds changes to the retention counts, sorted, so that transactions never wait for each other in a circle.';

create function private.person_retention(
  p_org_id uuid,
  p_person_id bigint,
  p_days date[],
  p_age_group public.age_group,
  p_gender public.gender,
  p_sign int
)
returns setof private.retention_change
language sql
stable
set search_path = ''
as $$
  select period, k, cohort, p_age_group, p_gender, p_sign * change
  from private.retention_edges(p_org_id, array_fill(p_person_id, array[coalesce(cardinality(p_days), 0)]), p_days)
$$;
comment on function private.person_retention(uuid, bigint, date[], public.age_group, public.gender, int) is
  'retention_edges() of one person in an age group and gender, to be added (1) or taken away (-1).';

create function private.count_days(p_org_id uuid, p_person_ids bigint[], p_days date[])
returns void
language sql
volatile
set search_path = ''
as $$
  insert into private.active_changes as kept (org_id, days, day, change)
  select p_org_id, days, day, change from private.active_edges(p_org_id, p_person_ids, p_days) order by days, day
  on conflict (org_id, days, day) do update set change = kept.change + excluded.change;

  select private.apply_retention(p_org_id, array(
    select row(e.period, e.k, e.cohort, p.age_group, p.gender, sum(e.change))::private.retention_change
    from private.retention_edges(p_org_id, p_person_ids, p_days) e
    cross join lateral (select p.age_group, p.gender from public.persons p where p.id = e.person_id offset 0) p
    group by e.period, e.k, e.cohort, p.age_group, p.gender));
$$;
comment on function private.count_days(uuid, bigint[], date[]) is
  'Adds person-days that were just stored, of persons who are held, to the numbers of active users and to retention.';

revoke execute
on function private.retention_edges(uuid, bigint[], date[]),
private.apply_retention(uuid, private.retention_change[]),
private.person_retention(uuid, bigint, date[], public.age_group, public.gender, int),
private.count_days(uuid, bigint[], date[])
from public, anon, authenticated;
