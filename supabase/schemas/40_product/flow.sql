-- What follows an event, and what follows that. Read as sessions are: each person's events in order from their index,
-- a part of the persons at a time.

-- Security definer: see session_part().
create function private.flow_part(r private.analytics_range, p_name_id int, p_depth int, p_part int, p_parts int)
returns table (step int, source int, target int, n bigint, persons bigint)
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
  select link.step, link.source, link.target, sum(link.n::int), count(*)
  from public.persons p
  cross join lateral (
    select array_agg(e.name_id) as names, array_agg(e.occurred_at) as times
    from (
      select e.name_id, e.occurred_at from public.events e
      where e.person_id = p.id and e.occurred_at >= r.starts_at and e.occurred_at < r.ends_at + interval '1 day'
      order by e.occurred_at, e.arrival
    ) e
  ) e
  cross join lateral (
    -- Step 0 is the event itself. Each later step is a link to what came next, or to nothing where the session ended.
    -- What came next is counted before it is divided into links: people do the same things again and again.
    select s.step, case when s.step > 0 then path.names[s.step] end as source, path.names[s.step + 1] as target,
      sum(path.n) as n
    from (
      select e.names[start.i:start.i + least(p_depth, start.follow)] as names, start.follow, count(*)::int as n
      from (
        select i, case when (e.times[i + 1] < e.times[i] + interval '30 minutes') is not true then 0
          when (e.times[i + 2] < e.times[i + 1] + interval '30 minutes') is not true then 1
          when (e.times[i + 3] < e.times[i + 2] + interval '30 minutes') is not true then 2
          when (e.times[i + 4] < e.times[i + 3] + interval '30 minutes') is not true then 3
          when (e.times[i + 5] < e.times[i + 4] + interval '30 minutes') is not true then 4 else 5 end as follow
        from unnest(array_positions(e.names, p_name_id)) as i where e.times[i] < r.ends_at
        offset 0 -- so that it is worked out once
      ) start
      group by 1, 2
      offset 0
    ) path
    cross join generate_series(0, least(p_depth, path.follow + 1)) as s (step)
    group by 1, 2, 3
  ) link
  where p.org_id = v_org_id and p.id % p_parts = p_part and exists (
    select from private.person_days d
    where d.org_id = v_org_id and d.name_id = p_name_id and d.person_id = p.id
      and d.day between r.first_day - 2 and r.last_day + 2)
  group by link.step, link.source, link.target;
end $$;
comment on function private.flow_part(private.analytics_range, int, int, int, int) is
  'What one of some parts of the persons did after an event: occurrences and persons of each link by step; step 0 is '
  'the event itself.';

create function private.flow_links(r private.analytics_range, p_name_id int, p_depth int)
returns table (step int, source int, target int, n bigint, persons bigint)
language plpgsql
stable
set search_path = ''
set jit = off
as $$
begin
  if private.is_worth_workers(r) then
    return query
    select f.* from private.flow_part(r, p_name_id, p_depth, 0, 3) f
    union all select f.* from private.flow_part(r, p_name_id, p_depth, 1, 3) f
    union all select f.* from private.flow_part(r, p_name_id, p_depth, 2, 3) f;
  else
    return query select f.* from private.flow_part(r, p_name_id, p_depth, 0, 1) f;
  end if;
end $$;
comment on function private.flow_links(private.analytics_range, int, int) is
  'flow_part() of all persons, several rows a link.';

create function public.analytics_flow(
  p_event text,
  p_org_id uuid default null,
  p_start date default null,
  p_end date default null,
  p_previous boolean default false,
  p_depth int default 3,
  p_top int default 10
)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
set jit = off
as $$
declare
  r private.analytics_range := private.analytics_range(p_org_id, p_start, p_end, p_previous);
  v_name_id int := private.event_name_id(r.org_id, p_event, 'event');
begin
  return private.analytics_rows_head(r) || (
    with link as materialized (
      select step, source, target, sum(n)::bigint as n, sum(persons)::bigint as persons
      from private.flow_links(r, v_name_id, p_depth) group by step, source, target
    ),
    ranked as (
      select *, row_number() over (partition by step, target is null order by n desc, source, target) as rank from link
      where step > 0
    )
    select jsonb_build_object(
      'starts', coalesce((select n from link where step = 0), 0),
      'persons', coalesce((select persons from link where step = 0), 0), 'links', (
        select coalesce(jsonb_agg(jsonb_build_object('step', l.step, 'source', s.name, 'target', t.name, 'count', l.n,
          'persons', l.persons) order by l.step, l.n desc, s.name, t.name), '[]')
        from ranked l join public.event_names s on s.id = l.source left join public.event_names t on t.id = l.target
        where l.rank <= least(p_top, 1000)),
      'other', (
        select coalesce(jsonb_agg(jsonb_build_object('step', step, 'links', links, 'count', n) order by step), '[]')
        from (select step, count(*) as links, sum(n)::bigint as n from ranked
          where rank > least(p_top, 1000) group by step) o)));
end $$;
comment on function public.analytics_flow(text, uuid, date, date, boolean, int, int) is
  'What persons did next in the same session, step by step after each occurrence of an event; a link without target '
  'is where a session ended.';

revoke execute
on function private.flow_part(private.analytics_range, int, int, int, int),
private.flow_links(private.analytics_range, int, int),
public.analytics_flow(text, uuid, date, date, boolean, int, int)
from public, anon, authenticated;
grant execute
on function private.flow_part(private.analytics_range, int, int, int, int),
private.flow_links(private.analytics_range, int, int),
public.analytics_flow(text, uuid, date, date, boolean, int, int)
to authenticated, service_role;
