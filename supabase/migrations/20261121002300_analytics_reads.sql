-- What every read of product analytics begins with, and the reads that are sums of counts alone: events, active users, drops. Row-level
-- security decides what a signed-in person sees; each statement names the organization as well, because an API key comes as the service.

create type private.analytics_range as (
  org_id uuid, time_zone text, min_group_size int, today date, first_day date, last_day date,
  starts_at timestamptz, ends_at timestamptz, version bigint
);
comment on type private.analytics_range is 'What a read is about: an organization, its days from first to last and when they begin and end.';

create function private.analytics_range(p_org_id uuid, p_start date, p_end date, p_previous boolean) returns private.analytics_range
language plpgsql stable set search_path = ''
as $$
declare
  r private.analytics_range;
begin
  r.org_id := private.event_organization(p_org_id, false);
  select o.time_zone, o.min_group_size, (now() at time zone o.time_zone)::date
  into r.time_zone, r.min_group_size, r.today from public.organizations o where o.id = r.org_id;
  r.last_day := coalesce(p_end, greatest(r.today, p_start));
  r.first_day := coalesce(p_start, r.last_day - 29);
  if r.last_day - r.first_day >= 3660 then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = 'start_date: makes a range of more than 3660 days';
  end if;
  if p_previous then
    r.last_day := r.first_day - 1;
    r.first_day := r.first_day - (coalesce(p_end, greatest(r.today, p_start)) - r.first_day + 1);
  end if;
  r.starts_at := r.first_day::timestamp at time zone r.time_zone;
  r.ends_at := (r.last_day + 1)::timestamp at time zone r.time_zone;
  r.version := coalesce((select v.version from private.analytics_versions v where v.org_id = r.org_id), 0);
  return r;
end $$;
comment on function private.analytics_range(uuid, date, date, boolean) is
  'The range of a read, 30 days up to today unless named, or the one of the same length just before; refused unless the organization is the caller''s.';

create function private.analytics_head(r private.analytics_range) returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object(
    'state', jsonb_build_object('org_id', r.org_id, 'version', r.version, 'today', r.today, 'time_zone', r.time_zone,
      'min_group_size', r.min_group_size),
    'period', jsonb_build_object('start', r.first_day, 'end', r.last_day, 'days', r.last_day - r.first_day + 1,
      'time_zone', r.time_zone))
$$;
comment on function private.analytics_head(private.analytics_range) is
  'The members every answer has: the state of the data, which an ETag is made of, and the period.';

create function public.analytics_state(p_org_id uuid default null) returns jsonb
language sql stable set search_path = ''
as $$ select private.analytics_head(private.analytics_range(p_org_id, null, null, false)) -> 'state' $$;
comment on function public.analytics_state(uuid) is 'Whether anything changed since an earlier read, at the price of two rows.';

create function private.event_name_id(p_org_id uuid, p_name text, p_field text) returns int
language plpgsql stable set search_path = ''
as $$
declare
  v_id int := (select n.id from public.event_names n where n.org_id = p_org_id and n.name = p_name);
begin
  if v_id is null then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = format('%s: no event has the name %s', p_field, left(p_name, 200));
  end if;
  return v_id;
end $$;
comment on function private.event_name_id(uuid, text, text) is 'The number of an event''s name; an unknown name is refused as that field''s.';

create function private.is_small(p_persons bigint, p_min_group_size int) returns boolean
language sql immutable set search_path = ''
as $$ select p_persons > 0 and p_persons < p_min_group_size $$;
comment on function private.is_small(bigint, int) is 'Whether a group must be hidden: it has persons, but too few. Nobody is nobody to protect.';

-- Stops counting at the limit, so that it costs little where groups are large, and nothing where no limit is set.
create function private.is_group_small(r private.analytics_range, p_name_id int, p_age_group public.age_group, p_gender public.gender)
returns boolean
language sql stable set search_path = ''
as $$
  select case when r.min_group_size > 1 and (p_age_group is not null or p_gender is not null) then private.is_small((
    select count(*) from (
      select from public.persons p
      where p.org_id = r.org_id
        and (p_age_group is null or p.age_group = p_age_group) and (p_gender is null or p.gender = p_gender)
        and exists (
          select from private.person_days d
          where d.org_id = r.org_id and d.name_id = coalesce(p_name_id, 0) and d.person_id = p.id
            and d.day between r.first_day and r.last_day)
      limit r.min_group_size
    ) person), r.min_group_size) else false end
$$;
comment on function private.is_group_small(private.analytics_range, int, public.age_group, public.gender) is
  'Whether the persons of an age group or gender with an event in the range, of a name if one is given, are too few to be shown.';

-- A range of a day and one of ten years want different plans, so each read is planned for its own (force_custom_plan).

-- A range of a day and one of ten years want different plans, so each read is planned for its own (force_custom_plan).

-- reads ------------------------------------------------------------------------------------------------------------------

create function public.analytics_overview(
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
      select c.day, c.name_id, sum(c.n)::bigint as n
      from private.event_counts c
      where c.org_id = r.org_id and c.day between r.first_day and r.last_day and not v_hidden
        and (v_name_id is null or c.name_id = v_name_id)
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
comment on function public.analytics_overview(uuid, date, date, boolean, text, text, text) is
  'Events by name and by day, every day present, of an age group, gender or name if one is given. From counts, never from events.';

create function public.analytics_active_users(
  p_org_id uuid default null, p_start date default null, p_end date default null, p_previous boolean default false
) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan'
as $$
declare
  r private.analytics_range := private.analytics_range(p_org_id, p_start, p_end, p_previous);
begin
  return private.analytics_head(r) || jsonb_build_object('series', (
    with changed as (
      select a.day, sum(a.change) filter (where a.days = 1) as dau, sum(a.change) filter (where a.days = 7) as wau,
        sum(a.change) filter (where a.days = 30) as mau
      from private.active_changes a where a.org_id = r.org_id and a.day <= r.last_day group by a.day
    ),
    running as (
      select day, sum(c.dau) over passed as dau, sum(c.wau) over passed as wau, sum(c.mau) over passed as mau
      from changed c
      full join (
        select d::date as day from generate_series(r.first_day::timestamp, r.last_day::timestamp, interval '1 day') as d
      ) asked using (day)
      window passed as (order by day)
    )
    -- What is not over yet today is counted so far; a day to come is unknown.
    select jsonb_agg(case when day <= r.today
      then jsonb_build_object('date', day, 'dau', coalesce(dau, 0), 'wau', coalesce(wau, 0), 'mau', coalesce(mau, 0))
      else jsonb_build_object('date', day, 'dau', null, 'wau', null, 'mau', null) end order by day)
    from running where day >= r.first_day));
end $$;
comment on function public.analytics_active_users(uuid, date, date, boolean) is
  'Distinct persons on each day and in the 7 and 30 days that end on it: running sums of how their number changes.';

create function public.analytics_drops(
  p_org_id uuid default null, p_start date default null, p_end date default null, p_previous boolean default false
) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan'
as $$
declare
  r private.analytics_range := private.analytics_range(p_org_id, p_start, p_end, p_previous);
begin
  return private.analytics_head(r) || jsonb_build_object('drops', (
    select coalesce(jsonb_agg(jsonb_build_object('date', d.day, 'reason', d.reason, 'count', d.n) order by d.day, d.reason), '[]')
    from private.event_drops d
    where d.org_id = r.org_id and d.day between r.first_day and r.last_day));
end $$;
comment on function public.analytics_drops(uuid, date, date, boolean) is 'Events that were refused or dropped, by day and reason.';

revoke execute on function
  private.analytics_range(uuid, date, date, boolean), private.analytics_head(private.analytics_range), public.analytics_state(uuid),
  private.event_name_id(uuid, text, text), private.is_small(bigint, int),
  private.is_group_small(private.analytics_range, int, public.age_group, public.gender),
  public.analytics_overview(uuid, date, date, boolean, text, text, text),
  public.analytics_active_users(uuid, date, date, boolean), public.analytics_drops(uuid, date, date, boolean)
  from public, anon, authenticated;
grant execute on function
  private.analytics_range(uuid, date, date, boolean), private.analytics_head(private.analytics_range), public.analytics_state(uuid),
  private.event_name_id(uuid, text, text), private.is_small(bigint, int),
  private.is_group_small(private.analytics_range, int, public.age_group, public.gender),
  public.analytics_overview(uuid, date, date, boolean, text, text, text),
  public.analytics_active_users(uuid, date, date, boolean), public.analytics_drops(uuid, date, date, boolean)
  to authenticated, service_role;
