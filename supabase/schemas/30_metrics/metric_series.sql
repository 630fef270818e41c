-- One way to aggregate metrics, which the tiles, the timeline and the digest all read.

create function private.metrics_scope(
  p_email text,
  p_org_id uuid,
  out user_id uuid,
  out org_id uuid,
  out time_zone text,
  out today date
)
language plpgsql
stable
set search_path = ''
as $$
begin
  if p_email is not null then
    select s.* into user_id, org_id, time_zone, today from private.subject(p_email) s;
    if p_org_id is not null and p_org_id <> org_id then
      raise exception using errcode = 'LL404', message = 'user_not_found', detail = 'User not found';
    end if;
    return;
  end if;
  org_id := coalesce(p_org_id, (select private.confined_to()), (
    select u.org_id from public.users u where u.auth_user_id = (select auth.uid())));
  if org_id is null and (select auth.uid()) is not null then
    raise exception using errcode = 'LL404', message = 'user_not_found', detail = 'User not found';
  elsif org_id is null then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail = 'email: is required, or org_id';
  end if;
  perform private.require_role(org_id, enum_range(null::public.member_role));
  select o.time_zone into time_zone from public.organizations o where o.id = org_id;
  today := (now() at time zone time_zone)::date;
end $$;
comment on function private.metrics_scope(text, uuid) is
  'Whose posted metrics a read adds up: one person''s where p_email names somebody the caller may see, else (user_id '
  'null) everybody''s of the organization that is named, that the call is confined to, or that is the caller''s '
  'home; with its time zone and its date now.';

create function private.metric_values(
  p_org_id uuid,
  p_user_id uuid,
  p_names text[],
  p_start date,
  p_end date,
  p_bucket text default null
)
returns table (metric_name text, bucket date, value numeric, n bigint, aggregation public.metric_aggregation)
language plpgsql
stable
set search_path = ''
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
  'The metrics of a person, or of everybody in the organization (p_user_id null), aggregated as their definitions '
  'say, over the window (bucket null) or for each day, week or month of it. Missing ones have no row.';

create function private.metric_series(
  p_org_id uuid,
  p_user_id uuid,
  p_names text[],
  p_start date,
  p_end date,
  p_bucket text
)
returns table (metric_name text, aggregation public.metric_aggregation, value numeric, n bigint, series jsonb)
language sql
stable
set search_path = ''
as $$
  with reported as (
    select * from private.metric_values(p_org_id, p_user_id, p_names, p_start, p_end, p_bucket)
  ),
  kept as (
    select private.rows_since(o.id, 'metrics', p_start, o.time_zone) as since from public.organizations o
      where o.id = p_org_id
  ),
  metric as (
    select name as metric_name, max(r.aggregation) as aggregation, coalesce(sum(r.n), 0)::bigint as n,
      -- Out of the buckets, so that the rows are read once.
      case max(r.aggregation)
        when 'sum' then sum(r.value)
        when 'avg' then sum(r.value * r.n) / sum(r.n)
        when 'min' then min(r.value)
        when 'max' then max(r.value)
        when 'last' then (array_agg(r.value order by r.bucket desc))[1]
      end as value
    from unnest(p_names) as name left join reported r on r.metric_name = name
    group by name
  ),
  -- All there is may span any number of days, and one number far off must not make a read of everybody's longer.
  bucket as (
    select day::date as day
    from generate_series(
      date_trunc(p_bucket, greatest(p_start, p_end - 3659)::timestamp), p_end::timestamp,
      ('1 ' || p_bucket)::interval) as day
  )
  select metric.metric_name, metric.aggregation, metric.value, metric.n,
    jsonb_agg(
      jsonb_build_object(
        'date', bucket.day,
        -- A silent day of something that adds up is 0, if the metric reported at all and its days are still kept;
        -- anything else is unknown.
        'value', case when r.n is not null then r.value when metric.aggregation = 'sum'
          and (bucket.day < kept.since) is not true then 0 end)
      order by bucket.day)
  from metric cross join bucket left join kept on true
  left join reported r on r.metric_name = metric.metric_name and r.bucket = bucket.day
  group by metric.metric_name, metric.aggregation, metric.value, metric.n
$$;
comment on function private.metric_series(uuid, uuid, text[], date, date, text) is
  'Gap-filled series of a person''s or an organization''s metrics: [{date, value}] for each day, week (from Monday) '
  'or month of the window, of its last 3660 days if it is longer, and the value of the whole window.';

revoke execute
on function private.metrics_scope(text, uuid),
private.metric_values(uuid, uuid, text[], date, date, text),
private.metric_series(uuid, uuid, text[], date, date, text)
from public, anon, authenticated;
grant execute
on function private.metrics_scope(text, uuid),
private.metric_values(uuid, uuid, text[], date, date, text),
private.metric_series(uuid, uuid, text[], date, date, text)
to authenticated, service_role;
