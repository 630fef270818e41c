-- Who comes back, and who gets through: retention from the days persons were active on, funnels from one ordered pass over events.

create function private.group_of(p_breakdown text, p_person public.persons) returns text
language sql immutable set search_path = ''
as $$ select case p_breakdown when 'age_group' then p_person.age_group::text when 'gender' then p_person.gender::text end $$;
comment on function private.group_of(text, public.persons) is 'A person''s group in a breakdown by age_group or gender; null without one.';

create function public.analytics_retention(
  p_org_id uuid default null, p_start date default null, p_end date default null, p_previous boolean default false,
  p_period text default 'day', p_periods int default 14, p_start_event text default null, p_return_event text default null,
  p_breakdown text default null
) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan'
as $$
declare
  r private.analytics_range := private.analytics_range(p_org_id, p_start, p_end, false);
  v_step interval := ('1 ' || p_period)::interval;
  v_start_id int := case when p_start_event is null then 0 else private.event_name_id(r.org_id, p_start_event, 'start_event') end;
  v_return_id int := case when p_return_event is null then 0 else private.event_name_id(r.org_id, p_return_event, 'return_event') end;
  v_cohorts int;
begin
  -- A cohort is a whole period, so the range is widened to whole ones; the previous one has as many.
  r.first_day := date_trunc(p_period, r.first_day::timestamp)::date;
  r.last_day := (date_trunc(p_period, r.last_day::timestamp) + v_step)::date - 1;
  v_cohorts := (select count(*) from generate_series(r.first_day::timestamp, r.last_day::timestamp, v_step));
  if v_cohorts * p_periods > 20000 then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail = 'periods: makes a table of more than 20000 cells';
  end if;
  if p_previous then
    r.last_day := r.first_day - 1;
    r.first_day := (r.first_day - v_cohorts * v_step)::date;
  end if;

  return private.analytics_head(r) || (
    with first as (
      select d.person_id, min(d.day) as day
      from private.person_days d where d.org_id = r.org_id and d.name_id = v_start_id
      group by d.person_id having min(d.day) between r.first_day and r.last_day
    ),
    member as (
      select f.person_id, date_trunc(p_period, f.day::timestamp)::date as cohort, g.name as "group"
      from first f
      left join public.persons p on p.id = f.person_id and p.org_id = r.org_id and p_breakdown is not null
      cross join lateral (select private.group_of(p_breakdown, p)) as g (name)
    ),
    size as (select "group", cohort, count(*) as n from member group by 1, 2),
    total as (select "group", sum(n)::bigint as n from size group by 1),
    returned as (
      -- A person counts once in a period, on however many of its days they came.
      select distinct m."group", m.cohort, m.person_id,
        case p_period when 'day' then d.day - m.cohort when 'week' then (d.day - m.cohort) / 7
          else ((extract(year from d.day) - extract(year from m.cohort)) * 12
            + extract(month from d.day) - extract(month from m.cohort))::int end as k
      from member m
      join private.person_days d on d.org_id = r.org_id and d.name_id = v_return_id and d.person_id = m.person_id
        and d.day >= (m.cohort + v_step)::date and d.day < (m.cohort + p_periods * v_step)::date
      where d.day >= r.first_day and d.day < (r.last_day + p_periods * v_step)::date
    ),
    cell as (select "group", cohort, k, count(*) as n from returned group by 1, 2, 3),
    line as (select "group", cohort, jsonb_object_agg(k, n) as by_k from cell group by 1, 2),
    shown as (
      select "group" from total where p_breakdown is null or not private.is_small(n, r.min_group_size)
      union select null where p_breakdown is null
    )
    select jsonb_build_object(
      'hidden_groups', (select count(*) from total where p_breakdown is not null and private.is_small(n, r.min_group_size)),
      'cohorts', (
        select coalesce(jsonb_agg(jsonb_build_object('group', shown."group", 'cohort', asked.cohort, 'size', coalesce(size.n, 0),
          'returned', (
            select jsonb_agg(case when k = 0 then coalesce(size.n, 0) else coalesce((line.by_k ->> k::text)::bigint, 0) end order by k)
            from generate_series(0, p_periods - 1) as k)) order by shown."group", asked.cohort), '[]')
        from shown
        cross join (select c::date as cohort from generate_series(r.first_day::timestamp, r.last_day::timestamp, v_step) as c) asked
        left join size on coalesce(size."group", '') = coalesce(shown."group", '') and size.cohort = asked.cohort
        left join line on coalesce(line."group", '') = coalesce(shown."group", '') and line.cohort = asked.cohort)));
end $$;
comment on function public.analytics_retention(uuid, date, date, boolean, text, int, text, text, text) is
  'Cohorts by the day, week or month of persons'' first event, or first named one, and how many came back in each later period; period 0 is the cohort itself.';

-- The levels of ClickHouse's windowFunnel (src/AggregateFunctions/AggregateFunctionWindowFunnel.h): for each step the latest chain that
-- reached it, moved on by each event in order of time, so that no event is joined to another. Because an event has to come after the
-- one before, a chain that arrived at this very moment does not count yet; the one it replaced is kept beside it.
create function private.funnel_passes(r private.analytics_range, p_name_ids int[], p_window interval, p_is_strict boolean)
returns table (person_id bigint, step int, waited interval)
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan'
as $$
declare
  v_steps int := cardinality(p_name_ids);
  v_event record;
  v_person_id bigint;
  v_reached int;
  v_before timestamptz;
  v_started timestamptz[]; -- by step: when the latest chain that reached it passed step 1 ...
  v_passed timestamptz[]; -- ... and when it passed this step
  v_older_started timestamptz[];
  v_older_passed timestamptz[];
  v_start timestamptz;
  v_from timestamptz;
  v_none timestamptz[] := array_fill(null::timestamptz, array[v_steps]);
begin
  for v_event in
    select e.person_id, e.occurred_at, e.name_id from public.events e
    where e.org_id = r.org_id and e.person_id is not null
      and e.occurred_at >= r.starts_at and e.occurred_at < r.ends_at + p_window
      and (p_is_strict or e.name_id = any (p_name_ids))
    order by e.person_id, e.occurred_at, e.name_id
  loop
    if v_event.person_id is distinct from v_person_id then
      v_person_id := v_event.person_id;
      v_reached := 0;
      v_before := null;
      v_started := v_none;
      v_passed := v_none;
      v_older_started := v_none;
      v_older_passed := v_none;
    end if;
    continue when v_reached = v_steps;
    for v_step in reverse least(v_steps, v_reached + 1)..1 loop
      v_start := null;
      v_from := null;
      if v_event.name_id = p_name_ids[v_step] then
        if v_step = 1 then
          v_start := case when v_event.occurred_at < r.ends_at then v_event.occurred_at end;
        elsif v_passed[v_step - 1] < v_event.occurred_at then
          v_from := v_passed[v_step - 1];
          v_start := v_started[v_step - 1];
        else
          v_from := v_older_passed[v_step - 1];
          v_start := v_older_started[v_step - 1];
        end if;
        if v_event.occurred_at > v_start + p_window or p_is_strict and v_step > 1 and v_from is distinct from v_before then
          v_start := null;
        end if;
      end if;
      if v_start is not null then
        if v_passed[v_step] < v_event.occurred_at then
          v_older_started[v_step] := v_started[v_step];
          v_older_passed[v_step] := v_passed[v_step];
        end if;
        v_started[v_step] := v_start;
        v_passed[v_step] := v_event.occurred_at;
        if v_step > v_reached then
          v_reached := v_step;
          person_id := v_person_id;
          step := v_step;
          waited := v_event.occurred_at - v_from;
          return next;
        end if;
      elsif p_is_strict then
        v_started[v_step] := null;
        v_passed[v_step] := null;
        v_older_started[v_step] := null;
        v_older_passed[v_step] := null;
      end if;
    end loop;
    v_before := v_event.occurred_at;
  end loop;
end $$;
comment on function private.funnel_passes(private.analytics_range, int[], interval, boolean) is
  'For each person and step they passed: how long after the step before they first did. Strict: with no other event of theirs in between.';

create function public.analytics_funnel(
  p_steps text[], p_org_id uuid default null, p_start date default null, p_end date default null, p_previous boolean default false,
  p_window_seconds int default 604800, p_is_strict boolean default false, p_breakdown text default null
) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan'
as $$
declare
  r private.analytics_range := private.analytics_range(p_org_id, p_start, p_end, p_previous);
  v_name_ids int[] := array(
    select private.event_name_id(r.org_id, name, 'steps') from unnest(p_steps) with ordinality as s (name, i) order by i);
begin
  return private.analytics_head(r) || (
    with passed as (
      select f.step, f.waited, g.name as "group"
      from private.funnel_passes(r, v_name_ids, make_interval(secs => p_window_seconds), p_is_strict) f
      left join public.persons p on p.id = f.person_id and p.org_id = r.org_id and p_breakdown is not null
      cross join lateral (select private.group_of(p_breakdown, p)) as g (name)
    ),
    counted as (
      select "group", step, count(*) as n, percentile_cont(0.5) within group (order by extract(epoch from waited)) as median
      from passed group by 1, 2
    ),
    total as (select "group", n from counted where step = 1),
    shown as (
      select "group" from total where p_breakdown is null or not private.is_small(n, r.min_group_size)
      union select null where p_breakdown is null
    )
    select jsonb_build_object(
      'hidden_groups', (select count(*) from total where p_breakdown is not null and private.is_small(n, r.min_group_size)),
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
  'How many persons who passed step 1 in the range passed each later step within the window, and the median wait from the step before.';

revoke execute on function
  private.group_of(text, public.persons), public.analytics_retention(uuid, date, date, boolean, text, int, text, text, text),
  private.funnel_passes(private.analytics_range, int[], interval, boolean),
  public.analytics_funnel(text[], uuid, date, date, boolean, int, boolean, text)
  from public, anon, authenticated;
grant execute on function
  private.group_of(text, public.persons), public.analytics_retention(uuid, date, date, boolean, text, int, text, text, text),
  private.funnel_passes(private.analytics_range, int[], interval, boolean),
  public.analytics_funnel(text[], uuid, date, date, boolean, int, boolean, text)
  to authenticated, service_role;
