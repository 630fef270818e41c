-- How many events of which name, from the counts alone: no more work for ten million events than for one.

create function public.analytics_overview(
  p_org_id uuid default null,
  p_start date default null,
  p_end date default null,
  p_previous boolean default false,
  p_age_group text default null,
  p_gender text default null,
  p_feature_name text default null
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
  v_hidden boolean := private.is_group_small(r, v_name_id, p_age_group::public.age_group, p_gender::public.gender);
begin
  return private.analytics_head(r) || jsonb_build_object('hidden_groups', v_hidden::int) || (
    with counted as materialized (
      select t.day, t.name_id, t.n
      from private.event_totals t
      where p_age_group is null and p_gender is null and t.org_id = r.org_id
        and t.day between r.first_day and r.last_day
        and (v_name_id is null or t.name_id = v_name_id)
      union all
      select c.day, c.name_id, sum(c.n)::bigint
      from private.event_counts c
      where (p_age_group is not null or p_gender is not null) and c.org_id = r.org_id
        and c.day between r.first_day and r.last_day
        and not v_hidden and (v_name_id is null or c.name_id = v_name_id)
        and (p_age_group is null or c.age_group = p_age_group::public.age_group)
        and (p_gender is null or c.gender = p_gender::public.gender)
      group by c.day, c.name_id
    ),
    by_name as (select name_id, sum(n)::bigint as n from counted group by name_id),
    by_day as (select day, sum(n)::bigint as n from counted group by day)
    select jsonb_build_object(
      'feature_counts', (
        select coalesce(jsonb_agg(jsonb_build_object('feature_name', e.name, 'count', b.n) order by b.n desc, e.name),
          '[]')
        from by_name b join public.event_names e on e.id = b.name_id),
      'daily_counts', (
        select jsonb_agg(jsonb_build_object('date', d.day::date, 'count', case
          when not v_hidden then coalesce(b.n, 0) end)
          order by d.day)
        from generate_series(r.first_day::timestamp, r.last_day::timestamp, interval '1 day') as d (day)
        left join by_day b on b.day = d.day::date)));
end $$;
comment on function public.analytics_overview(uuid, date, date, boolean, text, text, text) is
  'Events by name and by day, every day present, of an age group, gender or name if one is given. From counts, never '
  'from events.';

revoke execute
on function public.analytics_overview(uuid, date, date, boolean, text, text, text)
from public, anon, authenticated;
grant execute
on function public.analytics_overview(uuid, date, date, boolean, text, text, text)
to authenticated, service_role;
