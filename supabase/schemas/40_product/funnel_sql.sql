-- The SQL of funnels. In these texts $1 is the organization, $2 and $3 the range, $4 the names' ids, $5 the window,
-- $6 which part of $7, $8 and $9 days.

-- The levels of ClickHouse's windowFunnel (src/AggregateFunctions/AggregateFunctionWindowFunnel.h) as window
-- functions. Of each event we know began_k and at_k: when the latest chain that passed step k before this moment
-- passed step 1, and step k. It passes step k + 1 if the name is right and the chain began within the window. The
-- latest chain is always the best: one that began later ends no earlier. A look ahead from a rare first step to a
-- common second one finds every page view of a week, though most persons never come to the third step. For those one
-- look at the first event is enough.
create function private.funnel_loose_sql(p_shape text, p_steps int)
returns text
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
  v_latest text :=
    'max(case when %s then %s end) over (partition by person_id order by at, arrival rows between unbounded '
    'preceding and 1 preceding)';
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
      where e.org_id = $1 and e.name_id = any ($4[2:]) and e.person_id % $7 = $6 and e.occurred_at >= $2
        and e.occurred_at < $3 + $5 $sql$
    -- Each looks as far as the next of its person, so that no event is found twice. Whoever never comes to step 3 needs
    -- only the first of step 2: it says whether and when they passed. Days of persons say who that is; dropped events
    -- leave days, which finds too much.
    when p_shape = 'look ahead' then format($sql$
      select e.person_id, e.occurred_at as at, e.arrival, e.name_id, f.at as at_1
      from (
        select f.person_id, f.occurred_at as at, f.arrival, lead(f.occurred_at) over in_order as next_at,
          lead(f.arrival) over in_order as next_arrival, %s as goes_on
        from public.events f
        where f.org_id = $1 and f.name_id = $4[1] and f.person_id %% $7 = $6 and f.occurred_at >= $2
          and f.occurred_at < $3
        window in_order as (partition by f.person_id order by f.occurred_at, f.arrival)
      ) f
      cross join lateral (
        (select e.person_id, e.occurred_at, e.arrival, e.name_id from public.events e
          where not f.goes_on and e.person_id = f.person_id and e.name_id = $4[2] and e.occurred_at >= $2
            and e.occurred_at < $3 + $5
            and e.occurred_at >= f.at and e.occurred_at <= least(f.next_at, f.at + $5)
            and (e.occurred_at, e.arrival) > (f.at, f.arrival)
            and (f.next_at is null or (e.occurred_at, e.arrival) <= (f.next_at, f.next_arrival))
          order by e.occurred_at, e.arrival limit 1)
        union all
        select e.person_id, e.occurred_at, e.arrival, e.name_id from public.events e
        where f.goes_on and e.person_id = f.person_id and e.name_id = any ($4[2:]) and e.occurred_at >= $2
          and e.occurred_at < $3 + $5
          and e.occurred_at >= f.at and e.occurred_at <= least(f.next_at, f.at + $5)
          and (e.occurred_at, e.arrival) > (f.at, f.arrival)
          and (f.next_at is null or (e.occurred_at, e.arrival) <= (f.next_at, f.next_arrival))
        offset 0
      ) e $sql$,
      case when p_steps > 2 then $sql$exists (
        select from private.person_days d
        where d.org_id = $1 and d.name_id = $4[3] and d.person_id = f.person_id
          and d.day between $2::date - 2 and ($3 + $5)::date + 2
      )$sql$ else 'false' end) end;
begin
  -- offset 0 keeps each event looked up once, and the conditions on what was found out of the search.
  v_sql := format('select *, at_1 as began_1 from (%s offset 0) event', v_sql);
  for k in 2..p_steps loop
    v_waits := v_waits || format('min(at) filter (where passed_%1$s) - min(at_%2$s) filter (where passed_%1$s)', k,
      k - 1);
    v_sql := format('select *, name_id = $4[%1$s] and at <= began_%2$s + $5 as passed_%1$s from (%3$s) step_%2$s', k,
      k - 1, v_sql);
    v_passed := concat_ws(' or ', v_passed, 'passed_' || k);
    if k < p_steps then
      -- What passed no step and is of no later one need not be read for those.
      v_sql := format(
        'select *, %2$s as began_%1$s, %3$s as at_%1$s from (%4$s) step_%1$s where %5$s or name_id = any ($4[%6$s:])',
        k, format(v_latest, 'passed_' || k, 'began_' || k - 1), format(v_latest, 'passed_' || k, 'at'), v_sql, v_passed,
        k + 1);
    end if;
  end loop;
  return format('select person_id, array[%s] as waits from (%s) event group by person_id',
    array_to_string(v_waits, ', '), v_sql);
end $$;
comment on function private.funnel_loose_sql(text, int) is
  'SQL for the waits before the second and each later step of each person, by the events that funnel_plan() chose.';

create function private.funnel_strict_sql(p_steps int)
returns text
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
  v_waits text[];
  v_sql text := 'select i, times[i] as at from unnest(array_positions(names, $4[1])) as i where times[i] < $3';
begin
  for k in 2..p_steps loop
    v_waits := v_waits || format(
      'min(times[i + %1$s]) filter (where passed_%2$s) - min(times[i + %3$s]) filter (where passed_%2$s)', k - 1, k,
      k - 2);
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
  'SQL for the waits before the second and each later step of a person who passed them without another event in '
  'between.';

create function private.funnel_sql(p_shape text, p_steps int, p_is_strict boolean)
returns text
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
  v_sql text := case when p_is_strict then private.funnel_strict_sql(p_steps)
    else private.funnel_loose_sql(p_shape, p_steps) end;
begin
  if p_shape = 'each person' then
    -- Days in whatever time zone they were stored in; who has none of the first two steps passes no second.
    v_sql := format($sql$
      select passed.* from public.persons person cross join lateral (%s) passed
      where person.org_id = $1 and person.id %% $7 = $6 and exists (
        select from private.person_days d
        where d.org_id = $1 and d.name_id = $4[1] and d.person_id = person.id
          and d.day between $2::date - 2 and $3::date + 2
      ) and exists (
        select from private.person_days d
        where d.org_id = $1 and d.name_id = $4[2] and d.person_id = person.id
          and d.day between $2::date - 2 and ($3 + $5)::date + 2
      ) $sql$, v_sql);
  end if;
  -- Who started: whoever passed the second step; whoever has a day with the first from $8 to $9, which are days that
  -- lie in the range in any time zone they may have been stored in; and, before and after, events are looked at.
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
comment on function private.funnel_sql(text, int, boolean) is
  'SQL for the persons, steps and waits of a funnel of so many steps.';

revoke execute
on function private.funnel_loose_sql(text, int),
private.funnel_strict_sql(int),
private.funnel_sql(text, int, boolean)
from public, anon, authenticated;
grant execute
on function private.funnel_loose_sql(text, int),
private.funnel_strict_sql(int),
private.funnel_sql(text, int, boolean)
to authenticated, service_role;
