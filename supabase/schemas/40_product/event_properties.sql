-- What events are made of: their names and properties.

create function public.analytics_events(
  p_org_id uuid default null,
  p_start date default null,
  p_end date default null,
  p_previous boolean default false,
  p_page int default 1,
  p_page_size int default 20
)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  r private.analytics_range := private.analytics_range(p_org_id, p_start, p_end, p_previous);
begin
  return private.analytics_rows_head(r) || (
    with counted as (
      select c.name_id, sum(c.n)::bigint as n, min(c.day) as first_day, max(c.day) as last_day
      from private.event_counts c
      where c.org_id = r.org_id and c.day between r.first_day and r.last_day group by c.name_id
    ),
    named as (
      select e.id, e.name, c.n, c.first_day, c.last_day
      from counted c join public.event_names e on e.id = c.name_id
      order by c.n desc, e.name limit least(p_page_size, 1000) offset (p_page - 1) * p_page_size
    )
    select jsonb_build_object(
      'total_count', (select count(*) from counted), 'count', (select coalesce(sum(n), 0) from counted),
      'events', (
        select coalesce(jsonb_agg(jsonb_build_object('name', n.name, 'count', n.n, 'first_date', n.first_day,
          'last_date', n.last_day, 'example_properties', example.properties) order by n.n desc, n.name), '[]')
        from named n
        left join lateral (
          select e.properties from public.events e
          where e.org_id = r.org_id and e.name_id = n.id
            and e.occurred_at >= r.starts_at and e.occurred_at < r.ends_at
          order by e.occurred_at desc limit 1
        ) example on true)));
end $$;
comment on function public.analytics_events(uuid, date, date, boolean, int, int) is
  'A page of the names of events in the range, the most frequent first, with the properties of the latest as an '
  'example.';

create function public.analytics_properties(
  p_org_id uuid default null,
  p_start date default null,
  p_end date default null,
  p_previous boolean default false,
  p_feature_name text default null,
  p_page int default 1,
  p_page_size int default 20
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
  return private.analytics_rows_head(r) || (
    -- The latest events tell: enough to find out what there is, few enough to read at once.
    with name as (
      select n.id from public.event_names n
      where n.org_id = r.org_id and (v_name_id is null or n.id = v_name_id) order by n.id desc limit 100
    ),
    sample as materialized (
      select latest.properties
      from name cross join lateral (
        select e.properties from public.events e
        where e.org_id = r.org_id and e.name_id = name.id and e.occurred_at >= r.starts_at and e.occurred_at < r.ends_at
        order by e.occurred_at desc limit case when v_name_id is null then 100 else 5000 end
      ) latest
    ),
    property as (
      select p.key, jsonb_typeof(p.value) as type, left(p.value #>> '{}', 100) as value, count(*) as n
      from sample cross join lateral jsonb_each(sample.properties) as p group by 1, 2, 3
    ),
    ranked as (select *, row_number() over (partition by key order by n desc, value) as rank from property),
    named as materialized (
      select row_number() over (order by sum(n) desc, key) as place, jsonb_build_object('name', key,
        'types', jsonb_agg(distinct type), 'count', sum(n)::bigint,
        'examples', coalesce(jsonb_agg(value order by rank) filter (where rank <= 5 and value is not null),
          '[]')) as property
      from ranked group by key
    )
    select jsonb_build_object(
      'sampled', (select count(*) from sample), 'total_count', (select count(*) from named),
      'items', (
        select coalesce(jsonb_agg(property order by place), '[]') from named
        where place > (p_page - 1)::bigint * p_page_size
          and place <= (p_page - 1)::bigint * p_page_size + least(p_page_size, 1000)),
      'properties', (select coalesce(jsonb_agg(property order by place), '[]') from named where place <= 200)));
end $$;
comment on function public.analytics_properties(uuid, date, date, boolean, text, int, int) is
  'A page, and the first 200, of the properties that the latest events of each name have, or up to 5,000 of one '
  'name: their types and most frequent values.';

revoke execute
on function public.analytics_events(uuid, date, date, boolean, int, int),
public.analytics_properties(uuid, date, date, boolean, text, int, int)
from public, anon, authenticated;
grant execute
on function public.analytics_events(uuid, date, date, boolean, int, int),
public.analytics_properties(uuid, date, date, boolean, text, int, int)
to authenticated, service_role;
