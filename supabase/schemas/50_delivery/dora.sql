-- The numbers of DORA for a window, from rows alone: pooled over repositories, nothing averaged twice. What they mean
-- (rates, bands, changes) is judged where they are shown; the routes, the trend, the forecast and the digest all read
-- them here.

-- Security definer, because jobs are read by functions only. It tells one bit of an organization that dora_scope has
-- proved.
create function private.brings_incidents(p_org_id uuid)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select from private.etl_jobs j
    where j.org_id = p_org_id and jsonb_array_length(coalesce(j.settings -> 'incident_labels', '["incident"]')) > 0)
$$;
comment on function private.brings_incidents(uuid) is
  'Whether a job of the organization reads issues that are incidents.';

-- A window of a day and one of ten years want different plans, so each is planned for its own (force_custom_plan).
create function private.dora_deployment_numbers(r private.dora_scope, p_first date, p_last date)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  -- Days whose deployments are no longer kept were not without any.
  v_first date := coalesce(private.rows_since(r.org_id, 'delivery', p_first, r.time_zone), p_first);
  v_from timestamptz := private.day_start(v_first, r.time_zone);
  v_to timestamptz := private.day_start(p_last + 1, r.time_zone);
  v_watched timestamptz := r.as_of - r.failure_window;
  v_answer jsonb;
begin
  select jsonb_build_object(
    'days', greatest(0, least(p_last, r.today) - v_first + 1),
    'deployments', count(*) filter (where d.succeeded),
    'unplanned', count(*) filter (where d.succeeded and d.unplanned),
    'finished', count(*) filter (where d.finished_at <= v_watched),
    'failed', count(*) filter (where d.finished_at <= v_watched and d.failed),
    'pending', count(*) filter (where d.finished_at > v_watched))
  into v_answer
  from private.deployment_runs d
  where d.org_id = r.org_id and d.environment = r.environment and d.finished_at >= v_from and d.finished_at < v_to
    and (r.repository_ids is null or d.repository_id = any (r.repository_ids));
  return v_answer || (
    with day as materialized (
      select day::date as day, exists (
        select from private.deployment_runs d
        where d.org_id = r.org_id and d.environment = r.environment and d.succeeded
          and d.finished_at >= private.day_start(day::date, r.time_zone)
          and d.finished_at < private.day_start(day::date + 1, r.time_zone)
          and (r.repository_ids is null or d.repository_id = any (r.repository_ids))) as is_busy
      from generate_series(v_first::timestamp, least(p_last, r.today)::timestamp, interval '1 day') as day
    ),
    -- Only weeks that lie in the window as a whole and are over, or the edges would look idle. Months and halves of a
    -- year that the window cuts count as they are; a window no longer than one is one, wherever it begins.
    span as (
      select 'week' as kind, count(*) filter (where is_busy) as days
      from day group by date_trunc('week', day) having count(*) = 7 and max(day) < r.today
      union all
      select 'month', count(*) filter (where is_busy)
      from day group by case when p_last - v_first >= 31 then date_trunc('month', day) end
      union all
      select 'half_year', count(*) filter (where is_busy)
      from day
      group by case when p_last - v_first >= 184 then date_part('year', day) * 2 + (date_part('month',
        day) > 6)::int end
    )
    select jsonb_build_object(
      'weeks', count(*) filter (where kind = 'week'),
      'days_a_week', percentile_cont(0.5) within group (order by days) filter (where kind = 'week'),
      'days_a_month', percentile_cont(0.5) within group (order by days) filter (where kind = 'month'),
      'days_a_half_year', percentile_cont(0.5) within group (order by days) filter (where kind = 'half_year'))
    from span
  ) || jsonb_build_object('known_before', (v_answer ->> 'deployments')::bigint > 0 or v_first <= p_last and exists (
    select from private.deployment_runs d
    where d.org_id = r.org_id and d.environment = r.environment and d.finished_at < v_from
      and (r.repository_ids is null or d.repository_id = any (r.repository_ids))))
    || (
      -- Of the organization as a whole: a repository without failures is not one that nobody watches.
      select jsonb_build_object('incident_source', known.incidents or known.unplanned
        or private.brings_incidents(r.org_id), 'unplanned_source', known.incidents or known.unplanned)
      from (
        select exists (select from private.incidents i where i.org_id = r.org_id) as incidents,
          exists (select from private.deployment_runs d where d.org_id = r.org_id and d.unplanned) as unplanned
      ) known);
end $$;
comment on function private.dora_deployment_numbers(private.dora_scope, date, date) is
  'Deployments (runs) that finished on these days: {days (that have begun), deployments, unplanned, finished, '
  'failed, pending, weeks, days_a_week, days_a_month and days_a_half_year (the median number of days with one), '
  'known_before (whether silence is a 0), incident_source and unplanned_source (whether no failure and no rework are '
  'known to be none)}. Pending ones are younger than the failure window, and in neither finished nor failed.';

create function private.dora_lead_numbers(r private.dora_scope, p_first date, p_last date)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
set work_mem = '64MB'
as $$
begin
  return (
    select jsonb_build_object(
      'n', count(*) filter (where c.lead_seconds >= 0),
      'seconds', percentile_cont('{0.5,0.75,0.9}'::float8[]) within group (order by c.lead_seconds)
        filter (where c.lead_seconds >= 0),
      'negative', count(*) filter (where c.lead_seconds < 0),
      'initial', count(*) filter (where c.lead_seconds is null))
    from private.changes c
    where c.org_id = r.org_id and c.environment = r.environment
      and c.deployed_at >= private.day_start(p_first, r.time_zone)
      and c.deployed_at < private.day_start(p_last + 1, r.time_zone)
      and (r.repository_ids is null or c.repository_id = any (r.repository_ids)));
end $$;
comment on function private.dora_lead_numbers(private.dora_scope, date, date) is
  'Lead time of the changes first deployed on these days: {n, seconds: [p50, p75, p90], negative, initial (contained '
  'in the first known deployment of their environment)}.';

create function private.dora_recoveries(r private.dora_scope, p_first date, p_last date)
returns table (incident_id bigint, deployment_id bigint, method text, finished_at timestamptz, seconds float8)
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
begin
  return query
  select i.id, d.id, l.method, d.finished_at, date_part('epoch', i.resolved_at - d.finished_at)
  from private.incident_links l
  join private.incidents i on i.id = l.incident_id
  join private.deployments d on d.id = l.deployment_id
  where l.org_id = r.org_id and d.org_id = r.org_id and d.environment = r.environment
    and d.finished_at >= private.day_start(p_first, r.time_zone)
    and d.finished_at < private.day_start(p_last + 1, r.time_zone)
    and (r.repository_ids is null or d.repository_id = any (r.repository_ids));
end $$;
comment on function private.dora_recoveries(private.dora_scope, date, date) is
  'The incidents put down to deployments that finished on these days, and the seconds from that to their end, null '
  'while they are open.';

create function private.dora_recovery_numbers(r private.dora_scope, p_first date, p_last date)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
begin
  return (
    select jsonb_build_object(
      'n', count(*) filter (where seconds >= 0),
      'seconds', percentile_cont('{0.5,0.75,0.9}'::float8[]) within group (order by seconds)
        filter (where seconds >= 0),
      'negative', count(*) filter (where seconds < 0),
      'open', count(*) filter (where seconds is null))
    from private.dora_recoveries(r, p_first, p_last));
end $$;
comment on function private.dora_recovery_numbers(private.dora_scope, date, date) is
  'Recovery of the deployments that finished on these days and failed: {n, seconds: [p50, p75, p90], negative, '
  'open}, one for each incident.';

create function private.dora_incident_numbers(r private.dora_scope, p_first date, p_last date)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
begin
  return (
    select jsonb_build_object(
      'n', count(*) filter (where seconds >= 0),
      'seconds', percentile_cont('{0.5,0.75,0.9}'::float8[]) within group (order by seconds)
        filter (where seconds >= 0),
      'negative', count(*) filter (where seconds < 0),
      'open', count(*) filter (where seconds is null))
    from (
      select date_part('epoch', i.resolved_at - i.created_at) as seconds
      from private.incidents i
      where i.org_id = r.org_id and i.environment = r.environment and not i.is_withdrawn
        and i.created_at >= private.day_start(p_first, r.time_zone)
        and i.created_at < private.day_start(p_last + 1, r.time_zone)
        and (r.repository_ids is null or i.repository_id = any (r.repository_ids))) i);
end $$;
comment on function private.dora_incident_numbers(private.dora_scope, date, date) is
  'Duration of the incidents created on these days, linked or not: {n, seconds: [p50, p75, p90], negative, open}.';

create function private.dora_numbers(r private.dora_scope, p_parts text[], p_first date, p_last date)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_object_agg(part, case part
    when 'deployments' then private.dora_deployment_numbers(r, p_first, p_last)
    when 'lead_time' then private.dora_lead_numbers(r, p_first, p_last)
    when 'recovery' then private.dora_recovery_numbers(r, p_first, p_last)
    when 'incidents' then private.dora_incident_numbers(r, p_first, p_last) end)
  from unnest(coalesce(p_parts, '{deployments,lead_time,recovery,incidents}')) part
$$;
comment on function private.dora_numbers(private.dora_scope, text[], date, date) is
  'The numbers of some days, by part; all parts unless named: deployments, lead_time, recovery, incidents.';

create function private.dora_window(r private.dora_scope, p_parts text[], p_compare text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with earlier as (select * from private.compared_days(p_compare, r.first_day, r.last_day))
  select private.dora_head(r) || jsonb_build_object(
    'previous_period', (select jsonb_build_object('start', first_day, 'end', last_day) from earlier),
    'numbers', private.dora_numbers(r, p_parts, r.first_day, r.last_day),
    'previous', (select private.dora_numbers(r, p_parts, first_day, last_day) from earlier))
$$;
comment on function private.dora_window(private.dora_scope, text[], text) is
  'The numbers of the window, and of the one it is compared with (none, previous, year); null without one.';

create function public.dora_summary(
  p_org_id uuid default null,
  p_start date default null,
  p_end date default null,
  p_team text default null,
  p_repository text default null,
  p_environment text default null,
  p_compare text default 'previous'
)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.dora_window(
    private.dora_scope(p_org_id, p_start, p_end, p_team, p_repository, p_environment), null, p_compare)
$$;
comment on function public.dora_summary(uuid, date, date, text, text, text, text) is
  'All numbers of DORA for a window and the one it is compared with (none, previous, year): {period, environment, '
  'failure_window_hours, previous_period, numbers, previous}.';

revoke execute
on function private.brings_incidents(uuid),
private.dora_deployment_numbers(private.dora_scope, date, date),
private.dora_lead_numbers(private.dora_scope, date, date),
private.dora_recoveries(private.dora_scope, date, date),
private.dora_recovery_numbers(private.dora_scope, date, date),
private.dora_incident_numbers(private.dora_scope, date, date),
private.dora_numbers(private.dora_scope, text[], date, date),
private.dora_window(private.dora_scope, text[], text),
public.dora_summary(uuid, date, date, text, text, text, text)
from public, anon, authenticated;
grant execute
on function private.brings_incidents(uuid),
private.dora_deployment_numbers(private.dora_scope, date, date),
private.dora_lead_numbers(private.dora_scope, date, date),
private.dora_recoveries(private.dora_scope, date, date),
private.dora_recovery_numbers(private.dora_scope, date, date),
private.dora_incident_numbers(private.dora_scope, date, date),
private.dora_numbers(private.dora_scope, text[], date, date),
private.dora_window(private.dora_scope, text[], text),
public.dora_summary(uuid, date, date, text, text, text, text)
to authenticated, service_role;
