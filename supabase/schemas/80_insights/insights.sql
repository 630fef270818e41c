-- What insights are found in: series, and what was shipped on the days.

create function private.day_shipments(p_org_id uuid, p_time_zone text, p_start date, p_end date)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with shipment as (
    select d.finished_at as at, 'deployment' as kind, d.repository_id,
      coalesce(d.ref, left(d.sha, 12), d.external_id) as name
    from private.deployments d
    where d.org_id = p_org_id and d.environment = 'production' and d.status = 'success'
      and d.finished_at >= p_start::timestamp at time zone p_time_zone
      and d.finished_at < (p_end + 1)::timestamp at time zone p_time_zone
    union all
    select r.published_at, 'release', r.repository_id, r.tag
    from private.releases r
    where r.org_id = p_org_id and r.published_at >= p_start::timestamp at time zone p_time_zone
      and r.published_at < (p_end + 1)::timestamp at time zone p_time_zone
  ),
  numbered as (
    select (s.at at time zone p_time_zone)::date as day, s.*,
      row_number() over (partition by (s.at at time zone p_time_zone)::date
        order by (s.kind = 'release') desc, s.at) as place
    from shipment s
  )
  select coalesce(jsonb_agg(jsonb_build_object(
    'date', n.day, 'kind', n.kind, 'repository', r.full_name, 'name', n.name, 'at', n.at) order by n.at), '[]')
  from numbered n join private.repositories r on r.id = n.repository_id
  where n.place <= 5
$$;
comment on function private.day_shipments(uuid, text, date, date) is
  'What was released and deployed to production, at most five a day, releases first.';

create function public.insight_data(
  p_org_id uuid default null,
  p_since int default null,
  p_names text[] default null,
  p_start date default null,
  p_end date default null
)
returns jsonb
language plpgsql
stable
set search_path = ''
set jit = off
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
  v_time_zone text := (select o.time_zone from public.organizations o where o.id = v_org_id);
  -- Today is not over.
  v_yesterday date := (now() at time zone v_time_zone)::date - 1;
  v_days int := least(coalesce(p_since, 30), 3661);
  v_end date := coalesce(p_end, greatest(v_yesterday, p_start));
  v_range private.ai_range := private.ai_range(v_org_id, null, coalesce(p_start, v_end - v_days + 1), v_end, 30);
  v_names text[] := coalesce(p_names, array(select c.name from private.insight_catalog() c where c.by_default));
  v_unknown text := (
    select n from unnest(v_names) n where n not in (select m.name from private.insight_metrics(v_org_id, v_names) m)
    limit 1);
begin
  if v_unknown is not null then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = format('metrics: nothing is measured by the name %s', left(v_unknown, 210));
  end if;
  return jsonb_build_object(
    'period', private.ai_period(v_range),
    'shipped', private.day_shipments(v_org_id, v_time_zone, v_range.first_day, v_range.last_day),
    -- The eight weeks before are what a day is held against.
    'series', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'key', m.name, 'label', m.label, 'unit', m.unit, 'kind', m.kind, 'direction', m.direction, 'values', s.values,
        'sums', s.sums, 'volumes', s.volumes) order by array_position(v_names, m.name)), '[]')
      from private.insight_metrics(v_org_id, v_names) m
      join (
        select i.name, jsonb_agg(i.value order by i.day) as values, jsonb_agg(i.volume order by i.day) as volumes,
          case when count(i.sums) > 0 then jsonb_agg(i.sums order by i.day) end as sums
        from private.insight_series(v_org_id, v_time_zone, v_names, v_range.first_day - 56, v_range.last_day) i
        group by i.name
      ) s on s.name = m.name));
end $$;
comment on function public.insight_data(uuid, int, text[], date, date) is
  'The daily series of the metrics named, or of the usual ones, of a range (the last 30 complete days without one) '
  'and the eight weeks before, and what was shipped in those days.';

revoke execute
on function private.day_shipments(uuid, text, date, date), public.insight_data(uuid, int, text[], date, date)
from public, anon, authenticated;
grant execute
on function private.day_shipments(uuid, text, date, date), public.insight_data(uuid, int, text[], date, date)
to authenticated, service_role;
