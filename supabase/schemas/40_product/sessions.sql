-- What persons do in one go. Sorting all of a range's events would take most of a minute for ten million; instead
-- each person's come in order from their index, as two arrays that say what came next without sorting or joining, and
-- a worker can take a part of the persons.

-- Security definer, this and the next: they check once whose events these are. Row-level security would check each of
-- millions and, as it needs their organization, read them from the table though the index of a person's events says
-- all that matters.
create function private.session_part(r private.analytics_range, p_part int, p_parts int)
returns table (
  day date,
  sessions bigint,
  events bigint,
  persons bigint,
  new_persons bigint,
  single_events bigint,
  seconds float8[]
)
language plpgsql
stable
parallel safe
security definer
cost 4000000
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
set work_mem = '64MB'
set jit = off
set enable_bitmapscan = off
set enable_memoize = off
as $$
declare
  v_org_id uuid := private.event_organization(r.org_id, false);
begin
  return query
  select session.day, count(*), sum(session.events)::bigint, count(*) filter (where session.is_first_of_day),
    count(*) filter (where session.number = 1), count(*) filter (where session.events = 1), array_agg(session.seconds)
  from public.persons p
  cross join lateral (
    -- A session belongs to the day it began on: half an hour before the range tells whether one goes on into it, and a
    -- day after it lets those that began late on the last day end.
    select array_agg(e.occurred_at) as times
    from (
      select e.occurred_at from public.events e
      where e.person_id = p.id and e.occurred_at >= r.starts_at - interval '30 minutes'
        and e.occurred_at < r.ends_at + interval '1 day'
      order by e.occurred_at
    ) e
  ) e
  cross join lateral (
    select began.day, began.events, extract(
      epoch from e.times[began.i + began.events - 1] - began.at)::float8 as seconds,
      row_number() over by_time as number, lag(began.day) over by_time is distinct from began.day as is_first_of_day
    from (
      select at, i, (at at time zone r.time_zone)::date as day,
        coalesce(lead(i) over (order by i), cardinality(e.times) + 1) - i as events
      from (
        select at, i::int as i from unnest(e.times) with ordinality as event (at, i)
        where (e.times[i - 1] > at - interval '30 minutes') is not true
      ) first
    ) began
    where began.at >= r.starts_at and began.at < r.ends_at
    window by_time as (order by began.i)
  ) session
  where p.org_id = v_org_id and p.id % p_parts = p_part
  group by session.day;
end $$;
comment on function private.session_part(private.analytics_range, int, int) is
  'The sessions of one of some parts of the persons by the day they began on: how many, of how many events and '
  'persons, of whom so many had none earlier in the range, how many of one event, and how long each took.';

create function private.session_days(r private.analytics_range)
returns table (
  day date,
  sessions bigint,
  events bigint,
  persons bigint,
  new_persons bigint,
  single_events bigint,
  seconds float8[]
)
language plpgsql
stable
set search_path = ''
set jit = off
as $$
begin
  if private.is_worth_workers(r) then
    -- A part for this process and one each for the two workers that a query is given by default.
    return query
    select s.* from private.session_part(r, 0, 3) s
    union all select s.* from private.session_part(r, 1, 3) s
    union all select s.* from private.session_part(r, 2, 3) s;
  else
    return query select s.* from private.session_part(r, 0, 1) s;
  end if;
end $$;
comment on function private.session_days(private.analytics_range) is
  'session_part() of all persons, several rows a day.';

create function public.analytics_sessions(
  p_org_id uuid default null,
  p_start date default null,
  p_end date default null,
  p_previous boolean default false
)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
set work_mem = '64MB'
set jit = off
as $$
declare
  r private.analytics_range := private.analytics_range(p_org_id, p_start, p_end, p_previous);
  v_since date := coalesce(private.rows_since(r.org_id, 'events', r.first_day, r.time_zone), r.first_day);
begin
  return private.analytics_rows_head(r) || (
    with part as materialized (select * from private.session_days(r)),
    daily as (
      select p.day, sum(p.sessions)::bigint as sessions, sum(p.persons)::bigint as persons,
        (sum(p.events) / sum(p.sessions))::float8 as events_per_session,
        (select percentile_cont(0.5) within group (order by s) from part q cross join unnest(q.seconds) s
          where q.day = p.day)
          as median_seconds
      from part p group by p.day
    )
    select jsonb_build_object(
      'totals', (
        select jsonb_build_object('sessions', coalesce(sum(sessions), 0), 'persons', coalesce(sum(new_persons), 0),
          'events_per_session', (sum(events) / sum(sessions))::float8,
          'single_event_sessions', coalesce(sum(single_events), 0))
        from part) || (
        select jsonb_build_object('mean_seconds', avg(s),
          'median_seconds', percentile_cont(0.5) within group (order by s))
        from part cross join unnest(seconds) s),
      'series', (
        -- Of a day whose events are no longer there nobody knows.
        select jsonb_agg(case when d.day < v_since
          then jsonb_build_object('date', d.day::date, 'sessions', null, 'persons', null, 'events_per_session', null,
            'median_seconds', null)
          else jsonb_build_object('date', d.day::date, 'sessions', coalesce(s.sessions, 0),
            'persons', coalesce(s.persons, 0), 'events_per_session', s.events_per_session, 'median_seconds',
              s.median_seconds) end
          order by d.day)
        from generate_series(r.first_day::timestamp, r.last_day::timestamp, interval '1 day') as d (day)
        left join daily s on s.day = d.day::date)));
end $$;
comment on function public.analytics_sessions(uuid, date, date, boolean) is
  'Sessions by the day they began on: a person''s events with gaps of less than 30 minutes.';

revoke execute
on function private.session_part(private.analytics_range, int, int),
private.session_days(private.analytics_range),
public.analytics_sessions(uuid, date, date, boolean)
from public, anon, authenticated;
grant execute
on function private.session_part(private.analytics_range, int, int),
private.session_days(private.analytics_range),
public.analytics_sessions(uuid, date, date, boolean)
to authenticated, service_role;
