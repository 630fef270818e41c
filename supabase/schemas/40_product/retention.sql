-- Who comes back. Read from the retention counts, no more work for ten million events than for one; only where the
-- first or the returning event is named are persons' days searched.

create function private.retention_k(p_period text, p_from date, p_to date)
returns int
language sql
immutable
set search_path = ''
as $$
  select case p_period when 'day' then p_to - p_from when 'week' then (p_to - p_from) / 7
    else ((extract(year from p_to) - extract(year from p_from)) * 12 + extract(month from p_to) - extract(
      month from p_from))::int end
$$;
comment on function private.retention_k(text, date, date) is
  'In which period after the one that starts on the first date the second lies.';

-- A year of retention by day has 5,475 cells. Sorting them into 365 rows and writing each row out takes two thirds of
-- a read, so the answer is a list for each of the 15 periods, and whoever asks turns the table.
create function private.kept_retention(r private.analytics_range, p_period text, p_periods int, p_breakdown text)
returns table ("group" text, cohort date, k int, n bigint)
language sql
stable
set search_path = ''
as $$
  -- A look into the index for each period: the cohorts of one lie side by side.
  select null, t.cohort, period.k, t.n
  from generate_series(0, p_periods - 1) as period (k)
  cross join lateral (
    select t.cohort, t.n from private.retention_totals t
    where t.org_id = r.org_id and t.period = p_period::private.retention_period and t.k = period.k
      and t.cohort between r.first_day and r.last_day
    offset 0
  ) t
  where p_breakdown is null
  union all
  select coalesce(c.age_group::text, c.gender::text), c.cohort, period.k, sum(c.n)::bigint
  from generate_series(0, p_periods - 1) as period (k)
  cross join lateral (
    select c.cohort, case p_breakdown when 'age_group' then c.age_group end as age_group,
      case p_breakdown when 'gender' then c.gender end as gender, c.n
    from private.retention_counts c
    where c.org_id = r.org_id and c.period = p_period::private.retention_period and c.k = period.k
      and c.cohort between r.first_day and r.last_day
    offset 0
  ) c
  where p_breakdown is not null
  group by c.age_group, c.gender, c.cohort, period.k
$$;
comment on function private.kept_retention(private.analytics_range, text, int, text) is
  'How many persons of each group and cohort had an event in each period after their first event: from the retention '
  'counts.';

create function private.searched_retention(
  r private.analytics_range,
  p_period text,
  p_periods int,
  p_start_id int,
  p_return_id int,
  p_breakdown text
)
returns table ("group" text, cohort date, k int, n bigint)
language sql
stable
set search_path = ''
as $$
  with first as (
    select d.person_id, min(d.day) as day
    from private.person_days d where d.org_id = r.org_id and d.name_id = p_start_id
    group by d.person_id having min(d.day) between r.first_day and r.last_day
  ),
  member as (
    select f.person_id, date_trunc(p_period, f.day::timestamp)::date as cohort, g.name as "group"
    from first f
    left join public.persons p on p.id = f.person_id and p.org_id = r.org_id and p_breakdown is not null
    cross join lateral (select private.group_of(p_breakdown, p)) as g (name)
  ),
  span as (select ('1 ' || p_period)::interval as step)
  select m."group", m.cohort, 0, count(*) from member m group by 1, 2
  union all
  -- A person counts once in a period, on however many of its days they came.
  select m."group", m.cohort, period.k, count(distinct m.person_id)
  from member m cross join span
  join private.person_days d on d.org_id = r.org_id and d.name_id = p_return_id and d.person_id = m.person_id
    and d.day >= (m.cohort + span.step)::date and d.day < (m.cohort + p_periods * span.step)::date
  cross join lateral (select private.retention_k(p_period, m.cohort, d.day)) as period (k)
  group by 1, 2, 3
$$;
comment on function private.searched_retention(private.analytics_range, text, int, int, int, text) is
  'How many persons of each group and cohort had the return event in each period after their first start event; '
  'event 0 is any.';

-- Nobody can estimate how many cells there are, and sorting them by the text of their group takes longer than reading
-- them.
create function public.analytics_retention(
  p_org_id uuid default null,
  p_start date default null,
  p_end date default null,
  p_previous boolean default false,
  p_period text default 'day',
  p_periods int default 14,
  p_start_event text default null,
  p_return_event text default null,
  p_breakdown text default null
)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
set enable_mergejoin = off
as $$
declare
  r private.analytics_range := private.analytics_range(p_org_id, p_start, p_end, false);
  v_step interval := ('1 ' || p_period)::interval;
  v_start_id int := case when p_start_event is null then 0
    else private.event_name_id(r.org_id, p_start_event, 'start_event') end;
  v_return_id int := case when p_return_event is null then 0
    else private.event_name_id(r.org_id, p_return_event, 'return_event') end;
  v_is_kept boolean := v_start_id = 0 and v_return_id = 0;
  v_cohorts int;
begin
  -- A cohort is a whole period, so the range is widened to whole ones; the previous one has as many.
  r.first_day := date_trunc(p_period, r.first_day::timestamp)::date;
  r.last_day := (date_trunc(p_period, r.last_day::timestamp) + v_step)::date - 1;
  v_cohorts := (select count(*) from generate_series(r.first_day::timestamp, r.last_day::timestamp, v_step));
  if p_periods > 60 then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail = 'periods: are at most 60';
  end if;
  if v_cohorts * p_periods > 20000 then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = 'periods: makes a table of more than 20000 cells';
  end if;
  if p_previous then
    r.last_day := r.first_day - 1;
    r.first_day := (r.first_day - v_cohorts * v_step)::date;
  end if;

  return private.analytics_head(r) || (
    with cell as materialized (
      select * from private.kept_retention(r, p_period, p_periods, p_breakdown) where v_is_kept
      union all
      select * from private.searched_retention(r, p_period, p_periods, v_start_id, v_return_id, p_breakdown)
      where not v_is_kept
    ),
    total as (select "group", sum(n)::bigint as n from cell where k = 0 group by 1),
    shown as (
      select "group" from total where p_breakdown is null or not private.is_small(n, r.min_group_size)
      union select null where p_breakdown is null
    ),
    asked as materialized (
      select cohort::date from generate_series(r.first_day::timestamp, r.last_day::timestamp, v_step) as asked (cohort)
    ),
    period as (
      select shown."group", period.k, array_agg(coalesce(cell.n, 0) order by asked.cohort) as returned
      from shown cross join generate_series(0, p_periods - 1) as period (k) cross join asked
      left join cell on coalesce(cell."group", '') = coalesce(shown."group", '') and cell.cohort = asked.cohort
        and cell.k = period.k
      group by 1, 2
    ),
    "group" as (select "group", jsonb_agg(to_jsonb(returned) order by k) as returned from period group by 1)
    select jsonb_build_object(
      'hidden_groups', (select count(*) from total
        where p_breakdown is not null and private.is_small(n, r.min_group_size)),
      'cohorts', (select jsonb_agg(cohort order by cohort) from asked),
      'groups', (
        select coalesce(jsonb_agg(jsonb_build_object('group', "group", 'returned', returned) order by "group"), '[]')
        from "group")));
end $$;
comment on function public.analytics_retention(uuid, date, date, boolean, text, int, text, text, text) is
  'The first days of the cohorts and, for each group, a list of counts by cohort for each period; period 0 is the '
  'cohort itself.';

revoke execute
on function private.retention_k(text, date, date),
private.kept_retention(private.analytics_range, text, int, text),
private.searched_retention(private.analytics_range, text, int, int, int, text),
public.analytics_retention(uuid, date, date, boolean, text, int, text, text, text)
from public, anon, authenticated;
grant execute
on function private.retention_k(text, date, date),
private.kept_retention(private.analytics_range, text, int, text),
private.searched_retention(private.analytics_range, text, int, int, int, text),
public.analytics_retention(uuid, date, date, boolean, text, int, text, text, text)
to authenticated, service_role;
