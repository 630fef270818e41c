-- What persons do in one go: sessions, and what follows an event. Both order a range's events by person and time, once.

create function public.analytics_sessions(
  p_org_id uuid default null, p_start date default null, p_end date default null, p_previous boolean default false
) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan'
as $$
declare
  r private.analytics_range := private.analytics_range(p_org_id, p_start, p_end, p_previous);
begin
  return private.analytics_head(r) || (
    -- A session belongs to the day it began on: half an hour before the range tells whether one goes on into it, and a day after it
    -- lets those that began late on the last day end.
    with event as (
      select e.person_id, e.occurred_at,
        coalesce(e.occurred_at - lag(e.occurred_at) over by_time >= interval '30 minutes', true) as is_first
      from public.events e
      where e.org_id = r.org_id and e.person_id is not null
        and e.occurred_at >= r.starts_at - interval '30 minutes' and e.occurred_at < r.ends_at + interval '1 day'
      window by_time as (partition by e.person_id order by e.occurred_at)
    ),
    numbered as (
      select person_id, occurred_at, count(*) filter (where is_first) over (partition by person_id order by occurred_at
        rows unbounded preceding) as number
      from event
    ),
    session as materialized (
      select person_id, min(occurred_at) as began, count(*) as events,
        extract(epoch from max(occurred_at) - min(occurred_at))::float8 as seconds
      from numbered group by person_id, number
      having min(occurred_at) >= r.starts_at and min(occurred_at) < r.ends_at
    ),
    daily as (
      select (began at time zone r.time_zone)::date as day, count(*) as sessions, count(distinct person_id) as persons,
        avg(events)::float8 as events_per_session, percentile_cont(0.5) within group (order by seconds) as median_seconds
      from session group by 1
    )
    select jsonb_build_object(
      'totals', (
        select jsonb_build_object('sessions', count(*), 'persons', count(distinct person_id),
          'events_per_session', avg(events)::float8, 'mean_seconds', avg(seconds),
          'median_seconds', percentile_cont(0.5) within group (order by seconds),
          'single_event_sessions', count(*) filter (where events = 1))
        from session),
      'series', (
        select jsonb_agg(jsonb_build_object('date', d.day::date, 'sessions', coalesce(s.sessions, 0),
          'persons', coalesce(s.persons, 0), 'events_per_session', s.events_per_session, 'median_seconds', s.median_seconds)
          order by d.day)
        from generate_series(r.first_day::timestamp, r.last_day::timestamp, interval '1 day') as d (day)
        left join daily s on s.day = d.day::date)));
end $$;
comment on function public.analytics_sessions(uuid, date, date, boolean) is
  'Sessions by the day they began on: a person''s events with gaps of less than 30 minutes.';

create function public.analytics_flow(
  p_event text, p_org_id uuid default null, p_start date default null, p_end date default null, p_previous boolean default false,
  p_depth int default 3, p_top int default 10
) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan'
as $$
declare
  r private.analytics_range := private.analytics_range(p_org_id, p_start, p_end, p_previous);
  v_name_id int := private.event_name_id(r.org_id, p_event, 'event');
begin
  return private.analytics_head(r) || (
    with event as (
      select e.person_id, e.name_id, e.occurred_at,
        lead(e.occurred_at) over by_time - e.occurred_at < interval '30 minutes' as goes_on,
        lead(e.name_id) over by_time as name_1, lead(e.name_id, 2) over by_time as name_2, lead(e.name_id, 3) over by_time as name_3,
        lead(e.name_id, 4) over by_time as name_4, lead(e.name_id, 5) over by_time as name_5
      from public.events e
      where e.org_id = r.org_id and e.person_id is not null
        and e.occurred_at >= r.starts_at and e.occurred_at < r.ends_at + interval '1 day'
      -- The name decides between events of one moment, so that the answer is always the same.
      window by_time as (partition by e.person_id order by e.occurred_at, e.name_id)
    ),
    chained as (
      select *, coalesce(goes_on, false) as goes_1, coalesce(lead(goes_on, 1) over by_time, false) as goes_2,
        coalesce(lead(goes_on, 2) over by_time, false) as goes_3, coalesce(lead(goes_on, 3) over by_time, false) as goes_4,
        coalesce(lead(goes_on, 4) over by_time, false) as goes_5
      from event window by_time as (partition by person_id order by occurred_at, name_id)
    ),
    path as materialized (
      select person_id, occurred_at,
        array[name_id,
          case when goes_1 then name_1 end,
          case when goes_1 and goes_2 then name_2 end,
          case when goes_1 and goes_2 and goes_3 then name_3 end,
          case when goes_1 and goes_2 and goes_3 and goes_4 then name_4 end,
          case when goes_1 and goes_2 and goes_3 and goes_4 and goes_5 then name_5 end] as names
      from chained where name_id = v_name_id and occurred_at < r.ends_at
    ),
    link as (
      select step, names[step] as source, names[step + 1] as target, count(*) as n, count(distinct person_id) as persons
      from path cross join generate_series(1, p_depth) as step
      where names[step] is not null group by 1, 2, 3
    ),
    ranked as (
      select *, row_number() over (partition by step, target is null order by n desc, source, target) as rank from link
    )
    select jsonb_build_object(
      'starts', (select count(*) from path), 'persons', (select count(distinct person_id) from path),
      'links', (
        select coalesce(jsonb_agg(jsonb_build_object('step', l.step, 'source', s.name, 'target', t.name, 'count', l.n,
          'persons', l.persons) order by l.step, l.n desc, s.name, t.name), '[]')
        from ranked l join public.event_names s on s.id = l.source left join public.event_names t on t.id = l.target
        where l.rank <= p_top),
      'other', (
        select coalesce(jsonb_agg(jsonb_build_object('step', step, 'links', links, 'count', n) order by step), '[]')
        from (select step, count(*) as links, sum(n)::bigint as n from ranked where rank > p_top group by step) o)));
end $$;
comment on function public.analytics_flow(text, uuid, date, date, boolean, int, int) is
  'What persons did next in the same session, step by step after each occurrence of an event; a link without target is where a session ended.';

revoke execute on function
  public.analytics_sessions(uuid, date, date, boolean), public.analytics_flow(text, uuid, date, date, boolean, int, int)
  from public, anon, authenticated;
grant execute on function
  public.analytics_sessions(uuid, date, date, boolean), public.analytics_flow(text, uuid, date, date, boolean, int, int)
  to authenticated, service_role;
