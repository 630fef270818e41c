-- The four tiles of the dashboard and of the digest.

create function private.tile_metrics()
returns table (key text, metric_name text, place int)
language sql
immutable
set search_path = ''
as $$
  values ('sessions', 'sessions', 1), ('conversions', 'conversions', 2), ('ig_reach', 'reach', 3),
    ('engagement', 'engagement', 4)
$$;
comment on function private.tile_metrics() is
  'The four tiles of the dashboard and of the digest, in their order, and the metric behind each.';

create function private.tiles(
  p_org_id uuid,
  p_user_id uuid,
  p_time_zone text,
  p_start date,
  p_end date,
  p_compare text
)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
begin
  return (
  with names as (select array_agg(t.metric_name) as all from private.tile_metrics() t),
  extent as (
    -- A look at each end of the index for each metric, not a count of all there is.
    select min(edge.first) as first, max(edge.last) as last
    from private.tile_metrics() t
    cross join lateral (
      select
        (select m.metric_date from public.metrics m
          where m.org_id = p_org_id and (p_user_id is null or m.user_id = p_user_id) and m.metric_name = t.metric_name
          order by m.metric_date limit 1) as first,
        (select m.metric_date from public.metrics m
          where m.org_id = p_org_id and (p_user_id is null or m.user_id = p_user_id) and m.metric_name = t.metric_name
          order by m.metric_date desc limit 1) as last
    ) edge
  ),
  win as (select coalesce(p_start, extent.first) as start, coalesce(p_end, extent.last) as stop from extent),
  earlier as (
    select
      case p_compare when 'year' then (win.start - interval '1 year')::date
        when 'previous' then win.start - (win.stop - win.start + 1) end as start,
      case p_compare when 'year' then (win.stop - interval '1 year')::date
        when 'previous' then win.start - 1 end as stop
    from win
  ),
  then_values as (
    select v.* from earlier, names, private.metric_values(p_org_id, p_user_id, names.all, earlier.start, earlier.stop) v
    where earlier.start is not null and private.rows_since(p_org_id, 'metrics', earlier.start, p_time_zone) is null
  ),
  series as (
    select s.* from win, names, private.metric_series(p_org_id, p_user_id, names.all, win.start, win.stop, 'day') s
    where win.start is not null
  )
  select jsonb_build_object(
    'period', (
      select jsonb_build_object('start', start, 'end', stop, 'days', stop - start + 1, 'time_zone', p_time_zone,
        'rows_since', private.rows_since(p_org_id, 'metrics', coalesce(p_start, '-infinity'), p_time_zone)) from win),
    'comparison', (
      select jsonb_build_object('mode', p_compare, 'start', start, 'end', stop) from earlier where start is not null),
    'tiles', (
      select jsonb_agg(jsonb_build_object(
        'key', t.key, 'label', d.label, 'unit', d.unit, 'direction', d.direction,
        'value', s.value, 'n', coalesce(s.n, 0),
        'previous', p.value, 'previous_n', coalesce(p.n, 0),
        'series', coalesce(s.series, '[]')) order by t.place)
      from private.tile_metrics() t
      join lateral (
        select md.label, md.unit, md.direction from public.metric_definitions md
        where md.metric_name = t.metric_name
          and (md.org_id is null or md.org_id = p_org_id)
        order by md.org_id nulls last limit 1
      ) d on true
      left join then_values p on p.metric_name = t.metric_name
      left join series s on s.metric_name = t.metric_name)));
end $$;
comment on function private.tiles(uuid, uuid, text, date, date, text) is
  'The four tiles of a person, or of everybody in the organization, over a window (null ends: all there is), with '
  'the previous window or year if asked.';

create function public.dashboard_tiles(
  p_email text default null,
  p_start date default null,
  p_end date default null,
  p_compare text default 'none',
  p_org_id uuid default null
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_scope record;
begin
  perform private.check_days(p_start, p_end);
  if p_compare is null or p_compare not in ('none', 'previous', 'year') then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = 'compare: is none of none, previous, year';
  end if;
  v_scope := private.metrics_scope(p_email, p_org_id);
  return private.tiles(
    v_scope.org_id, v_scope.user_id, v_scope.time_zone, p_start,
    case when p_start is not null then coalesce(p_end, greatest(v_scope.today, p_start)) else p_end end, p_compare);
end $$;
comment on function public.dashboard_tiles(text, date, date, text, uuid) is
  'The four tiles of an organization, or of one person; p_compare is none, previous or year.';

revoke execute
on function private.tile_metrics(),
private.tiles(uuid, uuid, text, date, date, text),
public.dashboard_tiles(text, date, date, text, uuid)
from public, anon, authenticated;
grant execute
on function private.tile_metrics(),
private.tiles(uuid, uuid, text, date, date, text),
public.dashboard_tiles(text, date, date, text, uuid)
to authenticated, service_role;
