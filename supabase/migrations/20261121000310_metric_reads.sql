-- What the dashboard, the timeline and the digest read: one way to aggregate metrics, and the screenfuls made of it.

create function private.subject(
  p_email text, out user_id uuid, out org_id uuid, out time_zone text, out today date
)
language plpgsql stable set search_path = ''
as $$
declare
  v_confined_to uuid := (select private.confined_to());
begin
  if p_email is null and v_confined_to is not null then
    select null::uuid, o.id, o.time_zone into user_id, org_id, time_zone from public.organizations o where o.id = v_confined_to;
  elsif p_email is null and (select auth.uid()) is null then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail = 'email: is required';
  else
    select u.id, o.id, o.time_zone into user_id, org_id, time_zone
    from public.users u join public.organizations o on o.id = u.org_id
    where case when p_email is null then u.auth_user_id = (select auth.uid()) else lower(u.email) = lower(p_email) end
      and (v_confined_to is null or o.id = v_confined_to);
  end if;
  if org_id is null then
    raise exception using errcode = 'LL404', message = 'user_not_found', detail = 'User not found';
  end if;
  today := (now() at time zone time_zone)::date;
end $$;
comment on function private.subject(text) is
  'Whom a report is about: the person with that e-mail if the caller may see them, else the caller, else (user_id null) everybody of the organization the call is confined to; with the organization''s time zone and its date now.';

create function private.metric_values(
  p_org_id uuid, p_user_id uuid, p_names text[], p_start date, p_end date, p_bucket text default null
) returns table (metric_name text, bucket date, value numeric, n bigint, aggregation public.metric_aggregation)
language plpgsql stable set search_path = ''
-- So that the planner knows whether it is one person or everybody, and takes the index for it.
set plan_cache_mode = 'force_custom_plan'
as $$
#variable_conflict use_column
begin
  return query
  with definition as (
    select distinct on (d.metric_name) d.metric_name, d.aggregation
    from public.metric_definitions d
    where d.metric_name = any (p_names) and (d.org_id is null or d.org_id = p_org_id)
    order by d.metric_name, d.org_id nulls last
  )
  select
    m.metric_name,
    date_trunc(p_bucket, m.metric_date::timestamp)::date,
    case coalesce(d.aggregation, 'sum')
      when 'sum' then sum(m.metric_value)
      when 'avg' then avg(m.metric_value)
      when 'min' then min(m.metric_value)
      when 'max' then max(m.metric_value)
      when 'last' then
        (array_agg(m.metric_value order by m.metric_date desc, m.id desc) filter (where d.aggregation = 'last'))[1]
    end,
    count(*),
    coalesce(d.aggregation, 'sum')
  from public.metrics m
  left join definition d on d.metric_name = m.metric_name
  where m.org_id = p_org_id
    and (p_user_id is null or m.user_id = p_user_id)
    and m.metric_name = any (p_names)
    and m.metric_date between coalesce(p_start, '-infinity') and coalesce(p_end, 'infinity')
  group by 1, 2, d.aggregation;
end $$;
comment on function private.metric_values(uuid, uuid, text[], date, date, text) is
  'The metrics of a person, or of everybody in the organization (p_user_id null), aggregated as their definitions say, over the window (bucket null) or for each day, week or month of it. Missing ones have no row.';

create function private.metric_series(
  p_org_id uuid, p_user_id uuid, p_names text[], p_start date, p_end date, p_bucket text
) returns table (metric_name text, aggregation public.metric_aggregation, n bigint, series jsonb)
language sql stable set search_path = ''
as $$
  with reported as (
    select * from private.metric_values(p_org_id, p_user_id, p_names, p_start, p_end, p_bucket)
  ),
  metric as (
    select name as metric_name, max(r.aggregation) as aggregation, coalesce(sum(r.n), 0)::bigint as n
    from unnest(p_names) as name left join reported r on r.metric_name = name
    group by name
  ),
  bucket as (
    select day::date as day
    from generate_series(
      date_trunc(p_bucket, p_start::timestamp), p_end::timestamp, ('1 ' || p_bucket)::interval) as day
  )
  select metric.metric_name, metric.aggregation, metric.n,
    jsonb_agg(
      jsonb_build_object(
        'date', bucket.day,
        -- A silent day of something that adds up is 0, if the metric reported at all; anything else is unknown.
        'value', case when r.n is not null then r.value when metric.aggregation = 'sum' then 0 end)
      order by bucket.day)
  from metric cross join bucket
  left join reported r on r.metric_name = metric.metric_name and r.bucket = bucket.day
  group by metric.metric_name, metric.aggregation, metric.n
$$;
comment on function private.metric_series(uuid, uuid, text[], date, date, text) is
  'Gap-filled series of a person''s or an organization''s metrics: [{date, value}] for each day, week (from Monday) or month of the window.';

create function private.tile_metrics() returns table (key text, metric_name text, place int)
language sql immutable set search_path = ''
as $$
  values ('sessions', 'sessions', 1), ('conversions', 'conversions', 2), ('ig_reach', 'reach', 3), ('engagement', 'engagement', 4)
$$;
comment on function private.tile_metrics() is 'The four tiles of the dashboard and of the digest, in their order, and the metric behind each.';

create function private.tiles(
  p_org_id uuid, p_user_id uuid, p_time_zone text, p_start date, p_end date, p_compare text
) returns jsonb
language plpgsql stable set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
begin
  return (
  with names as (select array_agg(t.metric_name) as all from private.tile_metrics() t),
  extent as (
    select min(m.metric_date) as first, max(m.metric_date) as last
    from public.metrics m, names
    where m.org_id = p_org_id and (p_user_id is null or m.user_id = p_user_id) and m.metric_name = any (names.all)
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
  now_values as (
    select v.* from win, names, private.metric_values(p_org_id, p_user_id, names.all, win.start, win.stop) v
  ),
  then_values as (
    select v.* from earlier, names, private.metric_values(p_org_id, p_user_id, names.all, earlier.start, earlier.stop) v
    where earlier.start is not null
  ),
  series as (
    select s.* from win, names, private.metric_series(p_org_id, p_user_id, names.all, win.start, win.stop, 'day') s
    where win.start is not null
  )
  select jsonb_build_object(
    'period', (
      select jsonb_build_object('start', start, 'end', stop, 'days', stop - start + 1, 'time_zone', p_time_zone) from win),
    'comparison', (
      select jsonb_build_object('mode', p_compare, 'start', start, 'end', stop) from earlier where start is not null),
    'tiles', (
      select jsonb_agg(jsonb_build_object(
        'key', t.key, 'label', d.label, 'unit', d.unit, 'direction', d.direction,
        'value', n.value, 'n', coalesce(n.n, 0),
        'previous', p.value, 'previous_n', coalesce(p.n, 0),
        'series', coalesce(s.series, '[]')) order by t.place)
      from private.tile_metrics() t
      join lateral (
        select md.label, md.unit, md.direction from public.metric_definitions md
        where md.metric_name = t.metric_name
          and (md.org_id is null or md.org_id = p_org_id)
        order by md.org_id nulls last limit 1
      ) d on true
      left join now_values n on n.metric_name = t.metric_name
      left join then_values p on p.metric_name = t.metric_name
      left join series s on s.metric_name = t.metric_name)));
end $$;
comment on function private.tiles(uuid, uuid, text, date, date, text) is
  'The four tiles of a person, or of everybody in the organization, over a window (null ends: all there is), with the previous window or year if asked.';

create function public.dashboard_tiles(
  p_email text default null, p_start date default null, p_end date default null, p_compare text default 'none'
) returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  v_subject record;
begin
  v_subject := private.subject(p_email);
  return private.tiles(
    v_subject.org_id, v_subject.user_id, v_subject.time_zone, p_start,
    case when p_start is not null then coalesce(p_end, v_subject.today) else p_end end, p_compare);
end $$;
comment on function public.dashboard_tiles(text, date, date, text) is
  'The four tiles of a person; p_compare is none, previous or year.';

create function public.metrics_timeline(
  p_email text default null, p_metrics text[] default null, p_start date default null, p_end date default null,
  p_granularity text default 'day'
) returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  v_subject record;
  v_end date;
  v_start date;
  v_names text[] := p_metrics;
begin
  v_subject := private.subject(p_email);
  v_end := coalesce(p_end, greatest(v_subject.today, p_start));
  v_start := coalesce(p_start, v_end - 29);
  if v_names is null then
    select coalesce(array_agg(name order by name), '{}') into v_names
    from (
      select distinct m.metric_name as name from public.metrics m
      where m.org_id = v_subject.org_id and (v_subject.user_id is null or m.user_id = v_subject.user_id) order by 1 limit 20
    ) n;
  end if;
  return jsonb_build_object(
    'period', jsonb_build_object(
      'start', v_start, 'end', v_end, 'days', v_end - v_start + 1, 'time_zone', v_subject.time_zone),
    'granularity', p_granularity,
    'metrics', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'metric_name', s.metric_name, 'aggregation', coalesce(s.aggregation, d.aggregation, 'sum'), 'n', s.n,
        'label', coalesce(d.label, s.metric_name), 'unit', coalesce(d.unit, 'count'),
        'direction', coalesce(d.direction, 'neutral'), 'series', s.series) order by array_position(v_names, s.metric_name)), '[]')
      from private.metric_series(v_subject.org_id, v_subject.user_id, v_names, v_start, v_end, p_granularity) s
      left join lateral (
        select md.* from public.metric_definitions md
        where md.metric_name = s.metric_name
          and (md.org_id is null or md.org_id = v_subject.org_id)
        order by md.org_id nulls last limit 1
      ) d on true));
end $$;
comment on function public.metrics_timeline(text, text[], date, date, text) is
  'Gap-filled series of a person''s metrics by day, week or month; without names the first 20 there are, without dates the last 30 days.';

create function public.metrics_catalog(p_email text default null) returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  v_user_id uuid;
  v_org_id uuid;
begin
  if p_email is not null or (select auth.uid()) is not null or (select private.confined_to()) is not null then
    select s.user_id, s.org_id into v_user_id, v_org_id from private.subject(p_email) s;
  end if;
  return (
    with definition as (
      select distinct on (d.metric_name) d.*
      from public.metric_definitions d
      where d.org_id is null or d.org_id = v_org_id
      order by d.metric_name, d.org_id nulls last
    ),
    reported as (
      select m.metric_name, count(*) as n, min(m.metric_date) as first_date, max(m.metric_date) as last_date,
        jsonb_agg(distinct m.source_name) as sources
      from public.metrics m
      where m.org_id = v_org_id and (v_user_id is null or m.user_id = v_user_id) group by m.metric_name
    )
    select coalesce(jsonb_agg(jsonb_build_object(
      'metric_name', coalesce(d.metric_name, r.metric_name), 'label', coalesce(d.label, r.metric_name),
      'description', coalesce(d.description, ''), 'unit', coalesce(d.unit, 'count'),
      'direction', coalesce(d.direction, 'neutral'), 'aggregation', coalesce(d.aggregation, 'sum'),
      'defined', d.metric_name is not null, 'n', coalesce(r.n, 0), 'first_date', r.first_date, 'last_date', r.last_date,
      'sources', coalesce(r.sources, '[]')) order by coalesce(d.metric_name, r.metric_name)), '[]')
    from definition d full join reported r on r.metric_name = d.metric_name);
end $$;
comment on function public.metrics_catalog(text) is
  'Every defined metric, and with a person also the undefined ones they have, with where and when it was reported.';

revoke execute on function
  private.subject(text), private.metric_values(uuid, uuid, text[], date, date, text),
  private.metric_series(uuid, uuid, text[], date, date, text), private.tile_metrics(),
  private.tiles(uuid, uuid, text, date, date, text), public.dashboard_tiles(text, date, date, text),
  public.metrics_timeline(text, text[], date, date, text), public.metrics_catalog(text)
  from public, anon, authenticated;
grant execute on function
  private.subject(text), private.metric_values(uuid, uuid, text[], date, date, text),
  private.metric_series(uuid, uuid, text[], date, date, text), private.tile_metrics(),
  private.tiles(uuid, uuid, text, date, date, text), public.dashboard_tiles(text, date, date, text),
  public.metrics_timeline(text, text[], date, date, text), public.metrics_catalog(text)
  to authenticated, service_role;
