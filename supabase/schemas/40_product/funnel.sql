-- Who gets through. SQL of one of three shapes, the one that reads least, counts a part of the persons at a time, and
-- each part can be a worker's: one loop over every event took more than a microsecond for each.

create type private.funnel_plan as (shape text, cost float8);

create type private.funnel_pass as (person_id bigint, step int, waited interval);

create function private.funnel_plan(
  r private.analytics_range,
  p_name_ids int[],
  p_window interval,
  p_is_strict boolean
)
returns private.funnel_plan
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  v_first float8;
  v_later float8;
  v_all float8;
  v_plan private.funnel_plan;
begin
  select coalesce(sum(c.n) filter (where c.name_id = p_name_ids[1]), 0),
    coalesce(sum(c.n) filter (where c.name_id = any (p_name_ids[2:])), 0), coalesce(sum(c.n), 0)
  into v_first, v_later, v_all
  from private.event_totals c
  where c.org_id = r.org_id and c.day between r.first_day and ((r.ends_at + p_window) at time zone r.time_zone)::date;
  -- Measured on ten million events, in microseconds: a look back takes 8, a look ahead with what it finds 12, an event
  -- read and sorted 2, one read in order 0.3 and 1.2 more if it is of a step.
  select shape, cost into v_plan
  from (values ('each person', 0.3 * v_all + 1.2 * case when p_is_strict then v_all else v_first + v_later end),
    ('sorted', 2 * (v_first + v_later)), ('look back', 8 * v_later), ('look ahead', 12 * v_first)) as plan (shape, cost)
  where shape = 'each person' or not p_is_strict
  order by cost limit 1;
  perform private.check_events_read(v_plan.cost / 1.5);
  return v_plan;
end $$;
comment on function private.funnel_plan(private.analytics_range, int[], interval, boolean) is
  'What a funnel had best read, and how many microseconds that may take: all events of each person, the events of '
  'its steps, those of later steps with a look back for step 1, or those of step 1 with a look ahead.';

-- Security definer: it checks once whose events these are. Row-level security would check each of millions and, as it
-- needs their organization, read them from the table though the index of a person's events says all that matters.
create function private.funnel_part(
  r private.analytics_range,
  p_name_ids int[],
  p_window interval,
  p_is_strict boolean,
  p_shape text,
  p_part int,
  p_parts int
)
returns setof private.funnel_pass
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
  v_dropped_on date := (
    select (t.removed_before at time zone 'UTC')::date from private.trims t where t.org_id = v_org_id
      and t.kind = 'events');
  -- Where events of the first step are few, they are sooner looked through than days are looked up.
  v_known_from date := case when p_shape in ('sorted', 'look ahead') then 'infinity'
    else greatest(r.first_day, v_dropped_on) + 2 end;
begin
  return query execute private.funnel_sql(p_shape, cardinality(p_name_ids), p_is_strict)
    using v_org_id, r.starts_at, r.ends_at, p_name_ids, p_window, p_part, p_parts,
      v_known_from, r.last_day - 2;
end $$;
comment on function private.funnel_part(private.analytics_range, int[], interval, boolean, text, int, int) is
  'funnel_passes() of one of some parts of the persons.';

create function private.funnel_passes(
  r private.analytics_range,
  p_name_ids int[],
  p_window interval,
  p_is_strict boolean
)
returns table (person_id bigint, step int, waited interval)
language plpgsql
stable
set search_path = ''
set jit = off
as $$
declare
  v_plan private.funnel_plan := private.funnel_plan(r, p_name_ids, p_window, p_is_strict);
begin
  if v_plan.cost < 100000 then
    return query select f.* from private.funnel_part(r, p_name_ids, p_window, p_is_strict, v_plan.shape, 0, 1) f;
  else
    -- A part for this process and one each for the two workers that a query is given by default.
    return query
    select f.* from private.funnel_part(r, p_name_ids, p_window, p_is_strict, v_plan.shape, 0, 3) f
    union all select f.* from private.funnel_part(r, p_name_ids, p_window, p_is_strict, v_plan.shape, 1, 3) f
    union all select f.* from private.funnel_part(r, p_name_ids, p_window, p_is_strict, v_plan.shape, 2, 3) f;
  end if;
end $$;
comment on function private.funnel_passes(private.analytics_range, int[], interval, boolean) is
  'For each person and step they passed: how long after the step before they first did. Strict: with no other event '
  'of theirs in between.';

create function public.analytics_funnel(
  p_steps text[],
  p_org_id uuid default null,
  p_start date default null,
  p_end date default null,
  p_previous boolean default false,
  p_window_seconds int default 604800,
  p_is_strict boolean default false,
  p_breakdown text default null
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
  v_name_ids int[] := array(
    select private.event_name_id(r.org_id, name, 'steps')
    from unnest(p_steps) with ordinality as s (name, i) order by i);
begin
  return private.analytics_rows_head(r) || (
    with passed as (
      -- As group_of() says, which a call for each of them would take longer than the rest.
      select f.step, extract(epoch from f.waited) as waited,
        case p_breakdown when 'age_group' then p.age_group::text when 'gender' then p.gender::text end as "group"
      from private.funnel_passes(r, v_name_ids, make_interval(secs => p_window_seconds), p_is_strict) f
      left join public.persons p on p.id = f.person_id and p.org_id = r.org_id and p_breakdown is not null
    ),
    counted as (
      select "group", step, count(*) as n, percentile_cont(0.5) within group (order by waited) as median from passed
      group by 1, 2
    ),
    total as (select "group", n from counted where step = 1),
    shown as (
      select "group" from total where p_breakdown is null or not private.is_small(n, r.min_group_size)
      union select null where p_breakdown is null
    )
    select jsonb_build_object(
      'hidden_groups', (select count(*) from total
        where p_breakdown is not null and private.is_small(n, r.min_group_size)),
      'groups', (
        select coalesce(jsonb_agg(jsonb_build_object('group', shown."group", 'steps', (
          select jsonb_agg(jsonb_build_object('step', s.i, 'event', s.name, 'count', coalesce(c.n, 0),
            'median_seconds', c.median) order by s.i)
          from unnest(p_steps) with ordinality as s (name, i)
          left join counted c on c."group" is not distinct from shown."group" and c.step = s.i
        )) order by shown."group"), '[]')
        from shown)));
end $$;
comment on function public.analytics_funnel(text[], uuid, date, date, boolean, int, boolean, text) is
  'How many persons who passed step 1 in the range passed each later step within the window, and the median wait '
  'from the step before.';

revoke execute
on function private.funnel_plan(private.analytics_range, int[], interval, boolean),
private.funnel_part(private.analytics_range, int[], interval, boolean, text, int, int),
private.funnel_passes(private.analytics_range, int[], interval, boolean),
public.analytics_funnel(text[], uuid, date, date, boolean, int, boolean, text)
from public, anon, authenticated;
grant execute
on function private.funnel_plan(private.analytics_range, int[], interval, boolean),
private.funnel_part(private.analytics_range, int[], interval, boolean, text, int, int),
private.funnel_passes(private.analytics_range, int[], interval, boolean),
public.analytics_funnel(text[], uuid, date, date, boolean, int, boolean, text)
to authenticated, service_role;
