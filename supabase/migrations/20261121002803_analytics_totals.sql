-- Reads from the new counts: no more work for ten million events than for one. Only where the first or the returning event of retention
-- is named are persons' days searched, as before.

create or replace function public.analytics_overview(
  p_org_id uuid default null, p_start date default null, p_end date default null, p_previous boolean default false,
  p_age_group text default null, p_gender text default null, p_feature_name text default null
) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan'
as $$
declare
  r private.analytics_range := private.analytics_range(p_org_id, p_start, p_end, p_previous);
  v_name_id int := case when p_feature_name is not null then private.event_name_id(r.org_id, p_feature_name, 'feature_name') end;
  v_hidden boolean := private.is_group_small(r, v_name_id, p_age_group::public.age_group, p_gender::public.gender);
begin
  return private.analytics_head(r) || jsonb_build_object('hidden_groups', v_hidden::int) || (
    with counted as materialized (
      select t.day, t.name_id, t.n
      from private.event_totals t
      where p_age_group is null and p_gender is null and t.org_id = r.org_id and t.day between r.first_day and r.last_day
        and (v_name_id is null or t.name_id = v_name_id)
      union all
      select c.day, c.name_id, sum(c.n)::bigint
      from private.event_counts c
      where (p_age_group is not null or p_gender is not null) and c.org_id = r.org_id and c.day between r.first_day and r.last_day
        and not v_hidden and (v_name_id is null or c.name_id = v_name_id)
        and (p_age_group is null or c.age_group = p_age_group::public.age_group)
        and (p_gender is null or c.gender = p_gender::public.gender)
      group by c.day, c.name_id
    ),
    by_name as (select name_id, sum(n)::bigint as n from counted group by name_id),
    by_day as (select day, sum(n)::bigint as n from counted group by day)
    select jsonb_build_object(
      'feature_counts', (
        select coalesce(jsonb_agg(jsonb_build_object('feature_name', e.name, 'count', b.n) order by b.n desc, e.name), '[]')
        from by_name b join public.event_names e on e.id = b.name_id),
      'daily_counts', (
        select jsonb_agg(jsonb_build_object('date', d.day::date, 'count', case when not v_hidden then coalesce(b.n, 0) end)
          order by d.day)
        from generate_series(r.first_day::timestamp, r.last_day::timestamp, interval '1 day') as d (day)
        left join by_day b on b.day = d.day::date)));
end $$;
create function private.retention_k(p_period text, p_from date, p_to date) returns int
language sql immutable set search_path = ''
as $$
  select case p_period when 'day' then p_to - p_from when 'week' then (p_to - p_from) / 7
    else ((extract(year from p_to) - extract(year from p_from)) * 12 + extract(month from p_to) - extract(month from p_from))::int end
$$;
comment on function private.retention_k(text, date, date) is 'In which period after the one that starts on the first date the second lies.';

create function private.kept_retention(r private.analytics_range, p_period text, p_periods int, p_breakdown text)
returns table ("group" text, cohort date, k int, n bigint)
language sql stable set search_path = ''
as $$
  select coalesce(c.age_group::text, c.gender::text), c.cohort, period.k, sum(c.n)::bigint
  -- A look into the index for each period: the cohorts of one lie side by side.
  from generate_series(0, p_periods - 1) as period (k)
  cross join lateral (
    select c.cohort, case p_breakdown when 'age_group' then c.age_group end as age_group,
      case p_breakdown when 'gender' then c.gender end as gender, c.n
    from private.retention_counts c
    where p_breakdown is not null and c.org_id = r.org_id and c.period = p_period::private.retention_period and c.k = period.k
      and c.cohort between r.first_day and r.last_day
    union all
    select t.cohort, null, null, t.n
    from private.retention_totals t
    where p_breakdown is null and t.org_id = r.org_id and t.period = p_period::private.retention_period and t.k = period.k
      and t.cohort between r.first_day and r.last_day
    offset 0
  ) c
  group by c.age_group, c.gender, c.cohort, period.k
$$;
comment on function private.kept_retention(private.analytics_range, text, int, text) is
  'How many persons of each group and cohort had an event in each period after their first event: from the retention counts.';

create function private.searched_retention(
  r private.analytics_range, p_period text, p_periods int, p_start_id int, p_return_id int, p_breakdown text
) returns table ("group" text, cohort date, k int, n bigint)
language sql stable set search_path = ''
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
  'How many persons of each group and cohort had the return event in each period after their first start event; event 0 is any.';

-- Nobody can estimate how many cells there are, and sorting them by the text of their group takes longer than reading them.
create or replace function public.analytics_retention(
  p_org_id uuid default null, p_start date default null, p_end date default null, p_previous boolean default false,
  p_period text default 'day', p_periods int default 14, p_start_event text default null, p_return_event text default null,
  p_breakdown text default null
) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' set enable_mergejoin = off
as $$
declare
  r private.analytics_range := private.analytics_range(p_org_id, p_start, p_end, false);
  v_step interval := ('1 ' || p_period)::interval;
  v_start_id int := case when p_start_event is null then 0 else private.event_name_id(r.org_id, p_start_event, 'start_event') end;
  v_return_id int := case when p_return_event is null then 0 else private.event_name_id(r.org_id, p_return_event, 'return_event') end;
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
    raise exception using errcode = 'LL422', message = 'validation_failed', detail = 'periods: makes a table of more than 20000 cells';
  end if;
  if p_previous then
    r.last_day := r.first_day - 1;
    r.first_day := (r.first_day - v_cohorts * v_step)::date;
  end if;

  return private.analytics_head(r) || (
    with cell as materialized (
      select * from private.kept_retention(r, p_period, p_periods, p_breakdown) where v_is_kept
      union all
      select * from private.searched_retention(r, p_period, p_periods, v_start_id, v_return_id, p_breakdown) where not v_is_kept
    ),
    total as (select "group", sum(n)::bigint as n from cell where k = 0 group by 1),
    shown as (
      select "group" from total where p_breakdown is null or not private.is_small(n, r.min_group_size)
      union select null where p_breakdown is null
    ),
    line as (
      select shown."group", asked.cohort::date, array_agg(coalesce(cell.n, 0) order by period.k) as returned
      from shown
      cross join generate_series(r.first_day::timestamp, r.last_day::timestamp, v_step) as asked (cohort)
      cross join generate_series(0, p_periods - 1) as period (k)
      left join cell on coalesce(cell."group", '') = coalesce(shown."group", '') and cell.cohort = asked.cohort::date and cell.k = period.k
      group by 1, 2
    )
    select jsonb_build_object(
      'hidden_groups', (select count(*) from total where p_breakdown is not null and private.is_small(n, r.min_group_size)),
      'cohorts', (
        select coalesce(jsonb_agg(jsonb_build_object('group', "group", 'cohort', cohort, 'size', returned[1],
          'returned', to_jsonb(returned)) order by "group", cohort), '[]')
        from line)));
end $$;

revoke execute on function
  private.retention_k(text, date, date), private.kept_retention(private.analytics_range, text, int, text),
  private.searched_retention(private.analytics_range, text, int, int, int, text)
  from public, anon, authenticated;
grant execute on function
  private.retention_k(text, date, date), private.kept_retention(private.analytics_range, text, int, text),
  private.searched_retention(private.analytics_range, text, int, int, int, text)
  to authenticated, service_role;
