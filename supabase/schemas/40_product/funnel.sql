-- Who gets through. SQL of one of three shapes, the one that reads least, counts a part of the persons at a time, and
-- each part can be a worker's: one loop over every event took more than a microsecond for each.

create type private.funnel_plan as (shape text, cost float8);

create type private.funnel_pass as (person_id bigint, step int, waited interval);

create function private.funnel_plan(r private.analytics_range, p_name_ids int[], p_window interval, p_is_strict boolean)
returns private.funnel_plan
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan'
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
  -- Measured on ten million events, in microseconds: a look back takes 8, a look ahead with what it finds 12, an event read and sorted 2,
  -- one read in order 0.3 and 1.2 more if it is of a step.
  select shape, cost into v_plan
  from (values ('each person', 0.3 * v_all + 1.2 * case when p_is_strict then v_all else v_first + v_later end),
    ('sorted', 2 * (v_first + v_later)), ('look back', 8 * v_later), ('look ahead', 12 * v_first)) as plan (shape, cost)
  where shape = 'each person' or not p_is_strict
  order by cost limit 1;
  perform private.check_events_read(v_plan.cost / 1.5);
  return v_plan;
end $$;
comment on function private.funnel_plan(private.analytics_range, int[], interval, boolean) is
  'What a funnel had best read, and how many microseconds that may take: all events of each person, the events of its steps, those of later steps with a look back for step 1, or those of step 1 with a look ahead.';

-- In these SQL texts $1 is the organization, $2 and $3 the range, $4 the names' ids, $5 the window, $6 which part of
-- $7, $8 and $9 days.

-- The levels of ClickHouse's windowFunnel (src/AggregateFunctions/AggregateFunctionWindowFunnel.h) as window
-- functions. Of each event we know began_k and at_k: when the latest chain that passed step k before this moment
-- passed step 1, and step k. It passes step k + 1 if the name is right and the chain began within the window. The
-- latest chain is always the best: one that began later ends no earlier. A look ahead from a rare first step to a
-- common second one finds every page view of a week, though most persons never come to the third step. For those one
-- look at the first event is enough.
create function private.funnel_loose_sql(p_shape text, p_steps int) returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
declare
  v_latest text :=
    'max(case when %s then %s end) over (partition by person_id order by at, arrival rows between unbounded preceding and 1 preceding)';
  v_waits text[];
  v_passed text;
  v_sql text := case
    when p_shape in ('each person', 'sorted') then format($sql$
      select person_id, at, arrival, name_id, %s as at_1 from (
        select e.person_id, e.occurred_at as at, e.arrival, e.name_id from public.events e
        where %s and e.name_id = any ($4) and e.occurred_at >= $2 and e.occurred_at < $3 + $5
      ) event $sql$,
      format(v_latest, 'name_id = $4[1] and at < $3', 'at'),
      case p_shape when 'sorted' then 'e.org_id = $1 and e.person_id % $7 = $6' else 'e.person_id = person.id' end)
    when p_shape = 'look back' then $sql$
      select e.person_id, e.occurred_at as at, e.arrival, e.name_id, case when e.name_id = $4[2] then (
        select f.occurred_at from public.events f
        where f.person_id = e.person_id and f.name_id = $4[1] and f.occurred_at >= $2 and f.occurred_at < $3
          and f.occurred_at <= e.occurred_at and f.occurred_at >= e.occurred_at - $5
          and (f.occurred_at, f.arrival) < (e.occurred_at, e.arrival)
        order by f.occurred_at desc, f.arrival desc limit 1) end as at_1
      from public.events e
      where e.org_id = $1 and e.name_id = any ($4[2:]) and e.person_id % $7 = $6 and e.occurred_at >= $2 and e.occurred_at < $3 + $5 $sql$
    -- Each looks as far as the next of its person, so that no event is found twice. Whoever never comes to step 3 needs only the first
    -- of step 2: it says whether and when they passed. Days of persons say who that is; dropped events leave days, which finds too much.
    when p_shape = 'look ahead' then format($sql$
      select e.person_id, e.occurred_at as at, e.arrival, e.name_id, f.at as at_1
      from (
        select f.person_id, f.occurred_at as at, f.arrival, lead(f.occurred_at) over in_order as next_at,
          lead(f.arrival) over in_order as next_arrival, %s as goes_on
        from public.events f
        where f.org_id = $1 and f.name_id = $4[1] and f.person_id %% $7 = $6 and f.occurred_at >= $2 and f.occurred_at < $3
        window in_order as (partition by f.person_id order by f.occurred_at, f.arrival)
      ) f
      cross join lateral (
        (select e.person_id, e.occurred_at, e.arrival, e.name_id from public.events e
          where not f.goes_on and e.person_id = f.person_id and e.name_id = $4[2] and e.occurred_at >= $2 and e.occurred_at < $3 + $5
            and e.occurred_at >= f.at and e.occurred_at <= least(f.next_at, f.at + $5)
            and (e.occurred_at, e.arrival) > (f.at, f.arrival)
            and (f.next_at is null or (e.occurred_at, e.arrival) <= (f.next_at, f.next_arrival))
          order by e.occurred_at, e.arrival limit 1)
        union all
        select e.person_id, e.occurred_at, e.arrival, e.name_id from public.events e
        where f.goes_on and e.person_id = f.person_id and e.name_id = any ($4[2:]) and e.occurred_at >= $2 and e.occurred_at < $3 + $5
          and e.occurred_at >= f.at and e.occurred_at <= least(f.next_at, f.at + $5)
          and (e.occurred_at, e.arrival) > (f.at, f.arrival)
          and (f.next_at is null or (e.occurred_at, e.arrival) <= (f.next_at, f.next_arrival))
        offset 0
      ) e $sql$,
      case when p_steps > 2 then $sql$exists (
        select from private.person_days d
        where d.org_id = $1 and d.name_id = $4[3] and d.person_id = f.person_id and d.day between $2::date - 2 and ($3 + $5)::date + 2
      )$sql$ else 'false' end) end;
begin
  -- offset 0 keeps each event looked up once, and the conditions on what was found out of the search.
  v_sql := format('select *, at_1 as began_1 from (%s offset 0) event', v_sql);
  for k in 2..p_steps loop
    v_waits := v_waits || format('min(at) filter (where passed_%1$s) - min(at_%2$s) filter (where passed_%1$s)', k, k - 1);
    v_sql := format('select *, name_id = $4[%1$s] and at <= began_%2$s + $5 as passed_%1$s from (%3$s) step_%2$s', k, k - 1, v_sql);
    v_passed := concat_ws(' or ', v_passed, 'passed_' || k);
    if k < p_steps then
      -- What passed no step and is of no later one need not be read for those.
      v_sql := format('select *, %2$s as began_%1$s, %3$s as at_%1$s from (%4$s) step_%1$s where %5$s or name_id = any ($4[%6$s:])',
        k, format(v_latest, 'passed_' || k, 'began_' || k - 1), format(v_latest, 'passed_' || k, 'at'), v_sql, v_passed, k + 1);
    end if;
  end loop;
  return format('select person_id, array[%s] as waits from (%s) event group by person_id', array_to_string(v_waits, ', '), v_sql);
end $$;
comment on function private.funnel_loose_sql(text, int) is
  'SQL for the waits before the second and each later step of each person, by the events that funnel_plan() chose.';

create function private.funnel_strict_sql(p_steps int) returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
declare
  v_waits text[];
  v_sql text := 'select i, times[i] as at from unnest(array_positions(names, $4[1])) as i where times[i] < $3';
begin
  for k in 2..p_steps loop
    v_waits := v_waits || format(
      'min(times[i + %1$s]) filter (where passed_%2$s) - min(times[i + %3$s]) filter (where passed_%2$s)', k - 1, k, k - 2);
    v_sql := format('select *, %s names[i + %s] = $4[%s] and times[i + %2$s] <= at + $5 as passed_%3$s
      from (%4$s) step', case when k > 2 then format('passed_%s and', k - 1) end, k - 1, k, v_sql);
  end loop;
  -- Each occurrence of the first step and the events that follow it, from arrays of all of a person's.
  return format($sql$
    select person.id as person_id, passed.waits
    from (
      select array_agg(name_id) as names, array_agg(occurred_at) as times
      from (
        select e.name_id, e.occurred_at from public.events e
        where e.person_id = person.id and e.occurred_at >= $2 and e.occurred_at < $3 + $5
        order by e.occurred_at, e.arrival
      ) event
    ) event
    cross join lateral (select array[%s] as waits from (%s) event) passed $sql$, array_to_string(v_waits, ', '), v_sql);
end $$;
comment on function private.funnel_strict_sql(int) is
  'SQL for the waits before the second and each later step of a person who passed them without another event in between.';

create function private.funnel_sql(p_shape text, p_steps int, p_is_strict boolean) returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
declare
  v_sql text := case when p_is_strict then private.funnel_strict_sql(p_steps) else private.funnel_loose_sql(p_shape, p_steps) end;
begin
  if p_shape = 'each person' then
    -- Days in whatever time zone they were stored in; who has none of the first two steps passes no second.
    v_sql := format($sql$
      select passed.* from public.persons person cross join lateral (%s) passed
      where person.org_id = $1 and person.id %% $7 = $6 and exists (
        select from private.person_days d
        where d.org_id = $1 and d.name_id = $4[1] and d.person_id = person.id and d.day between $2::date - 2 and $3::date + 2
      ) and exists (
        select from private.person_days d
        where d.org_id = $1 and d.name_id = $4[2] and d.person_id = person.id and d.day between $2::date - 2 and ($3 + $5)::date + 2
      ) $sql$, v_sql);
  end if;
  -- Who started: whoever passed the second step; whoever has a day with the first from $8 to $9, which are days that lie in the range
  -- in any time zone they may have been stored in; and, before and after, events are looked at.
  return format($sql$
    with passed as materialized (
      select person_id, i::int + 1 as step, waited
      from (%s) person cross join unnest(waits) with ordinality as w (waited, i) where waited is not null
    )
    select person_id, step, waited from passed
    union all
    select started.id, 1, null from (
      select person_id as id from passed where step = 2
      union
      select p.id from public.persons p
      where p.org_id = $1 and p.id %% $7 = $6 and p.id not in (select person_id from passed where step = 2) and exists (
        select from private.person_days d
        where d.org_id = $1 and d.name_id = $4[1] and d.person_id = p.id and d.day between $8 and $9)
      union
      select e.person_id from public.events e
      where e.org_id = $1 and e.name_id = $4[1] and e.person_id %% $7 = $6
        and e.occurred_at >= $2 and e.occurred_at < least($3, ($8 + 1)::timestamp at time zone 'UTC')
      union
      select e.person_id from public.events e
      where e.org_id = $1 and e.name_id = $4[1] and e.person_id %% $7 = $6
        and e.occurred_at >= greatest($2, $9::timestamp at time zone 'UTC') and e.occurred_at < $3
    ) started $sql$, v_sql);
end $$;
comment on function private.funnel_sql(text, int, boolean) is 'SQL for the persons, steps and waits of a funnel of so many steps.';

-- Security definer: it checks once whose events these are. Row-level security would check each of millions and, as it
-- needs their organization, read them from the table though the index of a person's events says all that matters.
create function private.funnel_part(
  r private.analytics_range, p_name_ids int[], p_window interval, p_is_strict boolean, p_shape text, p_part int, p_parts int
) returns setof private.funnel_pass
language plpgsql stable parallel safe security definer cost 4000000
set search_path = '' set plan_cache_mode = 'force_custom_plan' set work_mem = '64MB' set jit = off set enable_bitmapscan = off set enable_memoize = off
as $$
declare
  v_org_id uuid := private.event_organization(r.org_id, false);
  v_dropped_on date := (
    select (v.dropped_before at time zone 'UTC')::date from private.analytics_versions v where v.org_id = v_org_id);
  -- Where events of the first step are few, they are sooner looked through than days are looked up.
  v_known_from date := case when p_shape in ('sorted', 'look ahead') then 'infinity' else greatest(r.first_day, v_dropped_on) + 2 end;
begin
  return query execute private.funnel_sql(p_shape, cardinality(p_name_ids), p_is_strict)
    using v_org_id, r.starts_at, r.ends_at, p_name_ids, p_window, p_part, p_parts,
      v_known_from, r.last_day - 2;
end $$;
comment on function private.funnel_part(private.analytics_range, int[], interval, boolean, text, int, int) is
  'funnel_passes() of one of some parts of the persons.';

create function private.funnel_passes(r private.analytics_range, p_name_ids int[], p_window interval, p_is_strict boolean)
returns table (person_id bigint, step int, waited interval)
language plpgsql stable set search_path = '' set jit = off
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
  'For each person and step they passed: how long after the step before they first did. Strict: with no other event of theirs in between.';

create function public.analytics_funnel(
  p_steps text[], p_org_id uuid default null, p_start date default null, p_end date default null, p_previous boolean default false,
  p_window_seconds int default 604800, p_is_strict boolean default false, p_breakdown text default null
) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' set work_mem = '64MB' set jit = off
as $$
declare
  r private.analytics_range := private.analytics_range(p_org_id, p_start, p_end, p_previous);
  v_name_ids int[] := array(
    select private.event_name_id(r.org_id, name, 'steps') from unnest(p_steps) with ordinality as s (name, i) order by i);
begin
  return private.analytics_head(r) || (
    with passed as (
      -- As group_of() says, which a call for each of them would take longer than the rest.
      select f.step, extract(epoch from f.waited) as waited,
        case p_breakdown when 'age_group' then p.age_group::text when 'gender' then p.gender::text end as "group"
      from private.funnel_passes(r, v_name_ids, make_interval(secs => p_window_seconds), p_is_strict) f
      left join public.persons p on p.id = f.person_id and p.org_id = r.org_id and p_breakdown is not null
    ),
    counted as (
      select "group", step, count(*) as n, percentile_cont(0.5) within group (order by waited) as median from passed group by 1, 2
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
  private.funnel_plan(private.analytics_range, int[], interval, boolean), private.funnel_loose_sql(text, int),
  private.funnel_strict_sql(int), private.funnel_sql(text, int, boolean),
  private.funnel_part(private.analytics_range, int[], interval, boolean, text, int, int),
  private.funnel_passes(private.analytics_range, int[], interval, boolean),
  public.analytics_funnel(text[], uuid, date, date, boolean, int, boolean, text)
  from public, anon, authenticated;
grant execute on function
  private.funnel_plan(private.analytics_range, int[], interval, boolean), private.funnel_loose_sql(text, int),
  private.funnel_strict_sql(int), private.funnel_sql(text, int, boolean),
  private.funnel_part(private.analytics_range, int[], interval, boolean, text, int, int),
  private.funnel_passes(private.analytics_range, int[], interval, boolean),
  public.analytics_funnel(text[], uuid, date, date, boolean, int, boolean, text)
  to authenticated, service_role;
