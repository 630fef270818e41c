-- A look ahead from a rare first step to a common second one found every page view of a week, though most persons never come to the
-- third step. For those one look at the first event is enough.

create or replace function private.funnel_loose_sql(p_shape text, p_steps int) returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
declare
  v_latest text :=
    'max(case when %s then %s end) over (partition by person_id order by at groups between unbounded preceding and 1 preceding)';
  v_waits text[];
  v_passed text;
  v_sql text := case
    when p_shape in ('each person', 'sorted') then format($sql$
      select person_id, at, name_id, %s as at_1 from (
        select e.person_id, e.occurred_at as at, e.name_id from public.events e
        where %s and e.name_id = any ($4) and e.occurred_at >= $2 and e.occurred_at < $3 + $5
      ) event $sql$,
      format(v_latest, 'name_id = $4[1] and at < $3', 'at'),
      case p_shape when 'sorted' then 'e.org_id = $1 and e.person_id % $7 = $6' else 'e.person_id = person.id' end)
    when p_shape = 'look back' then $sql$
      select e.person_id, e.occurred_at as at, e.name_id, case when e.name_id = $4[2] then (
        select f.occurred_at from public.events f
        where f.person_id = e.person_id and f.name_id = $4[1] and f.occurred_at >= $2 and f.occurred_at < $3
          and f.occurred_at < e.occurred_at and f.occurred_at >= e.occurred_at - $5
        order by f.occurred_at desc limit 1) end as at_1
      from public.events e
      where e.org_id = $1 and e.name_id = any ($4[2:]) and e.person_id % $7 = $6 and e.occurred_at >= $2 and e.occurred_at < $3 + $5 $sql$
    -- Each looks as far as the next of its person, so that no event is found twice. Whoever never comes to step 3 needs only the first
    -- of step 2: it says whether and when they passed. Days of persons say who that is; dropped events leave days, which finds too much.
    when p_shape = 'look ahead' then format($sql$
      select e.person_id, e.occurred_at as at, e.name_id, f.at as at_1
      from (
        select f.person_id, f.occurred_at as at, lead(f.occurred_at) over (partition by f.person_id order by f.occurred_at) as next_at,
          %s as goes_on
        from public.events f
        where f.org_id = $1 and f.name_id = $4[1] and f.person_id %% $7 = $6 and f.occurred_at >= $2 and f.occurred_at < $3
      ) f
      cross join lateral (
        (select e.person_id, e.occurred_at, e.name_id from public.events e
          where not f.goes_on and e.person_id = f.person_id and e.name_id = $4[2] and e.occurred_at >= $2 and e.occurred_at < $3 + $5
            and e.occurred_at > f.at and e.occurred_at <= least(f.next_at, f.at + $5)
          order by e.occurred_at limit 1)
        union all
        select e.person_id, e.occurred_at, e.name_id from public.events e
        where f.goes_on and e.person_id = f.person_id and e.name_id = any ($4[2:]) and e.occurred_at >= $2 and e.occurred_at < $3 + $5
          and e.occurred_at > f.at and e.occurred_at <= least(f.next_at, f.at + $5)
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
