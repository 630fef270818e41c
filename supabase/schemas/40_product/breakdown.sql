-- How events divide by a property, age group or gender.

create function private.breakdown_by_person(r private.analytics_range, p_by text, p_name_id int)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with counted as (
    select case p_by when 'age_group' then c.age_group::text else c.gender::text end as value, sum(c.n)::bigint as n
    from private.event_counts c
    where c.org_id = r.org_id and c.day between r.first_day and r.last_day
      and (p_name_id is null or c.name_id = p_name_id)
    group by 1
  ),
  active as (
    select distinct d.person_id from private.person_days d
    where d.org_id = r.org_id and d.name_id = coalesce(p_name_id, 0) and d.day between r.first_day and r.last_day
  ),
  peopled as (
    select private.group_of(p_by, p) as value, count(*) as persons
    from active join public.persons p on p.id = active.person_id and p.org_id = r.org_id group by 1
  ),
  grouped as (
    select c.value, c.n, coalesce(p.persons, 0) as persons,
      private.is_small(p.persons, r.min_group_size) is true as is_hidden
    from counted c left join peopled p on p.value = c.value
  )
  select jsonb_build_object(
    'groups', coalesce(jsonb_agg(jsonb_build_object('value', value, 'type', null, 'count', n, 'persons', persons)
      order by n desc, value)
      filter (where not is_hidden), '[]'),
    'other', null,
    'hidden_groups', count(*) filter (where is_hidden))
  from grouped
$$;
comment on function private.breakdown_by_person(private.analytics_range, text, int) is
  'Events and persons of a range by age group or gender, from counts; groups of too few persons are hidden.';

create function private.breakdown_by_property(r private.analytics_range, p_property text, p_name_id int, p_top int)
returns jsonb
language sql
stable
set search_path = ''
as $$
  -- By stored day, so that the counts are those of the other reads; the times let whole months be passed over. 1 and
  -- "1" are two values, as they were sent.
  with counted as materialized (
    select left(p.value #>> '{}', 200) as value, nullif(jsonb_typeof(p.value), 'null') as type, e.person_id,
      count(*) as n
    from public.events e cross join lateral (select e.properties -> p_property as value offset 0) p
    where e.org_id = r.org_id and (p_name_id is null or e.name_id = p_name_id)
      and e.day between r.first_day and r.last_day
      and e.occurred_at >= r.starts_at - interval '2 days' and e.occurred_at < r.ends_at + interval '2 days'
    group by 1, 2, 3
  ),
  valued as (select value, type, sum(n)::bigint as n, count(person_id) as persons from counted group by value, type),
  ranked as (select *, row_number() over (order by value is null, n desc, value, type) as rank from valued)
  select jsonb_build_object(
    'groups', (
      select coalesce(jsonb_agg(jsonb_build_object('value', value, 'type', type, 'count', n, 'persons', persons)
        order by value is null, n desc, value, type), '[]')
      from ranked where rank <= least(p_top, 1000) or value is null),
    'other', (
      select jsonb_build_object('values', count(distinct (c.value, c.type)), 'count', sum(c.n),
        'persons', count(distinct c.person_id))
      from ranked k join counted c on c.value = k.value and c.type = k.type
      where k.rank > least(p_top, 1000) having count(*) > 0),
    'hidden_groups', 0)
$$;
comment on function private.breakdown_by_property(private.analytics_range, text, int, int) is
  'Events and persons of a range by the value of a property: the most frequent values, all others together, and '
  '(null) those without.';

create function public.analytics_breakdown(
  p_by text,
  p_org_id uuid default null,
  p_start date default null,
  p_end date default null,
  p_previous boolean default false,
  p_property text default null,
  p_feature_name text default null,
  p_top int default 10
)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  r private.analytics_range := private.analytics_range(p_org_id, p_start, p_end, p_previous);
  v_name_id int := case when p_feature_name is not null
    then private.event_name_id(r.org_id, p_feature_name, 'feature_name') end;
begin
  return case when p_by = 'property'
    then private.analytics_rows_head(r) || private.breakdown_by_property(r, p_property, v_name_id, p_top)
    else private.analytics_head(r) || private.breakdown_by_person(r, p_by, v_name_id) end;
end $$;
comment on function public.analytics_breakdown(text, uuid, date, date, boolean, text, text, int) is
  'Events, of one name or all, divided by age_group, gender or a property.';

revoke execute
on function private.breakdown_by_person(private.analytics_range, text, int),
private.breakdown_by_property(private.analytics_range, text, int, int),
public.analytics_breakdown(text, uuid, date, date, boolean, text, text, int)
from public, anon, authenticated;
grant execute
on function private.breakdown_by_person(private.analytics_range, text, int),
private.breakdown_by_property(private.analytics_range, text, int, int),
public.analytics_breakdown(text, uuid, date, date, boolean, text, text, int)
to authenticated, service_role;
