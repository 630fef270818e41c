-- What every read of product analytics begins with. Row-level security decides what a signed-in person sees; each
-- statement names the organization as well, because an API key comes as the service. A range of a day and one of ten
-- years want different plans, so each read is planned for its own (force_custom_plan).

create type private.analytics_range as (
  org_id uuid,
  time_zone text,
  min_group_size int,
  today date,
  first_day date,
  last_day date,
  starts_at timestamptz,
  ends_at timestamptz,
  version bigint,
  next_zone text
);
comment on type private.analytics_range is
  'What a read is about: an organization, its days from first to last and when they begin and end; next_zone is'
  ' the time zone that they are to be counted in.';

create function private.analytics_range(p_org_id uuid, p_start date, p_end date, p_previous boolean)
returns private.analytics_range
language plpgsql
stable
set search_path = ''
as $$
declare
  r private.analytics_range;
begin
  r.org_id := private.event_organization(p_org_id, false);
  select o.day_zone, nullif(o.time_zone, o.day_zone), o.min_group_size, (now() at time zone o.day_zone)::date
  into r.time_zone, r.next_zone, r.min_group_size, r.today from public.organizations o where o.id = r.org_id;
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
  'The range of a read, 30 days up to today unless named, or the one of the same length just before; refused unless '
  'the organization is the caller''s.';

create function private.analytics_head(r private.analytics_range)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'state', jsonb_build_object('org_id', r.org_id, 'version', r.version, 'today', r.today, 'time_zone', r.time_zone,
      'min_group_size', r.min_group_size, 'recounting_to', r.next_zone),
    'period', jsonb_build_object('start', r.first_day, 'end', r.last_day, 'days', r.last_day - r.first_day + 1,
      'time_zone', r.time_zone)
      || case when r.next_zone is null then '{}' else jsonb_build_object('recounting_to', r.next_zone) end)
$$;
comment on function private.analytics_head(private.analytics_range) is
  'The members every answer has: the state of the data, which an ETag is made of, and the period.';

create function private.analytics_rows_head(r private.analytics_range)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select head || jsonb_build_object('period', head -> 'period' || jsonb_build_object(
    'rows_since', private.rows_since(r.org_id, 'events', r.first_day, r.time_zone)))
  from private.analytics_head(r) as head
$$;
comment on function private.analytics_rows_head(private.analytics_range) is
  'analytics_head() of a read that is answered from events themselves: also the day since when they are there, where '
  'the range begins before it.';

create function public.analytics_state(p_org_id uuid default null)
returns jsonb
language sql
stable
set search_path = ''
as $$ select private.analytics_head(private.analytics_range(p_org_id, null, null, false)) -> 'state' $$;
comment on function public.analytics_state(uuid) is
  'Whether anything changed since an earlier read, at the price of two rows.';

create function private.is_small(p_persons bigint, p_min_group_size int)
returns boolean
language sql
immutable
set search_path = ''
as $$ select p_persons > 0 and p_persons < p_min_group_size $$;
comment on function private.is_small(bigint, int) is
  'Whether a group must be hidden: it has persons, but too few. Nobody is nobody to protect.';

-- Stops counting at the limit, so that it costs little where groups are large, and nothing where no limit is set.
create function private.is_group_small(
  r private.analytics_range,
  p_name_id int,
  p_age_group public.age_group,
  p_gender public.gender
)
returns boolean
language sql
stable
set search_path = ''
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
  'Whether the persons of an age group or gender with an event in the range, of a name if one is given, are too few '
  'to be shown.';

-- Two workers read so many in the eight seconds that a statement may take; more would end in a time-out that explains
-- nothing.
create function private.check_events_read(p_events float8)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if p_events > 15000000 then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail = format(
      'start_date: makes a range of %s events to put in order; ask for one of 15000000 at most', p_events::bigint);
  end if;
end $$;
comment on function private.check_events_read(float8) is
  'Refuses a read that has to put more than 15 million events in order.';

create function private.is_worth_workers(r private.analytics_range)
returns boolean
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  v_events bigint := (
    select coalesce(sum(c.n), 0) from private.event_totals c
    where c.org_id = r.org_id and c.day between r.first_day and r.last_day);
begin
  perform private.check_events_read(v_events);
  return v_events > 100000;
end $$;
comment on function private.is_worth_workers(private.analytics_range) is
  'Whether a range has so many events that starting workers to read them takes less time than it saves; too many are '
  'refused.';

revoke execute
on function private.analytics_range(uuid, date, date, boolean),
private.analytics_head(private.analytics_range),
private.analytics_rows_head(private.analytics_range),
public.analytics_state(uuid),
private.is_small(bigint, int),
private.is_group_small(private.analytics_range, int, public.age_group, public.gender),
private.check_events_read(float8),
private.is_worth_workers(private.analytics_range)
from public, anon, authenticated;
grant execute
on function private.analytics_range(uuid, date, date, boolean),
private.analytics_head(private.analytics_range),
private.analytics_rows_head(private.analytics_range),
public.analytics_state(uuid),
private.is_small(bigint, int),
private.is_group_small(private.analytics_range, int, public.age_group, public.gender),
private.check_events_read(float8),
private.is_worth_workers(private.analytics_range)
to authenticated, service_role;
