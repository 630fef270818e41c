-- The numbers of DORA for a window, from rows alone: pooled over repositories, nothing averaged twice. What they mean (rates, bands, changes)
-- is judged where they are shown; the routes, the trend, the forecast and the digest all read them here.

-- Stored, because an index that has it answers a median of a million changes without touching a row, and integers sort fastest.
alter table private.changes add column lead_seconds int generated always as (
  greatest(-2147483647, least(2147483647, date_part('epoch', deployed_at - authored_at)))::int) stored;
comment on column private.changes.lead_seconds is 'From authored to deployed. Negative where a clock was wrong; such rows are counted apart.';
create index changes_lead_idx on private.changes (org_id, environment, deployed_at) include (repository_id, lead_seconds)
  where deployed_at is not null;
drop index private.changes_deployed_idx;
create index incidents_created_idx on private.incidents (org_id, environment, created_at) include (repository_id, resolved_at);
create index incident_links_org_idx on private.incident_links (org_id);

create type private.dora_scope as (
  org_id uuid, time_zone text, environment text, repository_ids bigint[], failure_window interval, as_of timestamptz, today date,
  first_day date, last_day date
);
comment on type private.dora_scope is
  'What a read is about: an environment of an organization, all its repositories (null) or some, the days from first to last, and the time it is asked at.';

create function private.dora_repositories(p_org_id uuid, p_team text, p_repository text) returns bigint[]
language plpgsql stable set search_path = ''
as $$
declare
  v_team_id uuid;
  v_repository_id bigint;
begin
  if p_team is null and p_repository is null then
    return null;
  end if;
  if p_team is not null then
    select t.id into v_team_id from private.teams t
    where t.org_id = p_org_id and (t.id::text = lower(p_team) or lower(t.name) = lower(p_team))
    order by t.id::text = lower(p_team) desc limit 1;
    if v_team_id is null then
      raise exception using errcode = 'LL422', message = 'validation_failed', detail = 'team: no team has this id or name';
    end if;
  end if;
  if p_repository is not null then
    select r.id into v_repository_id from private.repositories r
    where r.org_id = p_org_id and lower(r.full_name) = lower(p_repository);
    if v_repository_id is null then
      raise exception using errcode = 'LL422', message = 'validation_failed', detail = 'repository: no repository has this name';
    end if;
  end if;
  return array(
    select r.id from private.repositories r
    where r.org_id = p_org_id and (v_repository_id is null or r.id = v_repository_id) and (v_team_id is null or exists (
      select from private.team_repositories t where t.team_id = v_team_id and t.repository_id = r.id)));
end $$;
comment on function private.dora_repositories(uuid, text, text) is
  'The repositories of a team (by id or name) and of a name, null for all; unknown ones are refused.';

create function private.dora_scope(
  p_org_id uuid, p_start date, p_end date, p_team text, p_repository text, p_environment text, p_as_of timestamptz default now()
) returns private.dora_scope
language plpgsql stable set search_path = ''
as $$
declare
  r private.dora_scope;
begin
  r.org_id := private.event_organization(p_org_id, false);
  select o.time_zone, make_interval(hours => o.failure_window_hours), (p_as_of at time zone o.time_zone)::date
  into r.time_zone, r.failure_window, r.today from public.organizations o where o.id = r.org_id;
  r.as_of := p_as_of;
  r.environment := coalesce(p_environment, 'production');
  r.repository_ids := private.dora_repositories(r.org_id, p_team, p_repository);
  r.last_day := coalesce(p_end, greatest(r.today, p_start));
  r.first_day := coalesce(p_start, r.last_day - 29);
  if r.last_day - r.first_day >= 3660 then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail = 'start: makes a range of more than 3660 days';
  end if;
  return r;
end $$;
comment on function private.dora_scope(uuid, date, date, text, text, text, timestamptz) is
  'The scope of a read: 30 days of production up to today unless named; refused unless the organization is the caller''s.';

create function private.day_start(p_day date, p_time_zone text) returns timestamptz
language sql stable set search_path = ''
as $$ select p_day::timestamp at time zone p_time_zone $$;
comment on function private.day_start(date, text) is 'When a day begins in a time zone.';

-- the four parts ---------------------------------------------------------------------------------------------------------

-- A window of a day and one of ten years want different plans, so each is planned for its own (force_custom_plan).

create function private.dora_deployment_numbers(r private.dora_scope, p_first date, p_last date) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan'
as $$
declare
  v_from timestamptz := private.day_start(p_first, r.time_zone);
  v_to timestamptz := private.day_start(p_last + 1, r.time_zone);
  v_watched timestamptz := r.as_of - r.failure_window;
  v_answer jsonb;
begin
  select jsonb_build_object(
    'days', greatest(0, least(p_last, r.today) - p_first + 1),
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
    -- Only weeks that lie in the window as a whole and are over, or the edges would look idle.
    with week as (
      select monday::date as monday
      from generate_series(date_trunc('week', (p_first + 6)::timestamp), p_last - 6, interval '1 week') as monday
      where monday::date + 6 < r.today
    ),
    busy as (
      select week.monday, count(*) filter (where exists (
        select from private.deployment_runs d
        where d.org_id = r.org_id and d.environment = r.environment and d.succeeded
          and d.finished_at >= private.day_start(week.monday + n, r.time_zone)
          and d.finished_at < private.day_start(week.monday + n + 1, r.time_zone)
          and (r.repository_ids is null or d.repository_id = any (r.repository_ids)))) as days
      from week cross join generate_series(0, 6) n
      group by week.monday
    )
    select jsonb_build_object('weeks', count(*), 'days_a_week', percentile_cont(0.5) within group (order by days)) from busy
  ) || jsonb_build_object('known_before', (v_answer ->> 'deployments')::bigint > 0 or exists (
    select from private.deployment_runs d
    where d.org_id = r.org_id and d.environment = r.environment and d.finished_at < v_from
      and (r.repository_ids is null or d.repository_id = any (r.repository_ids))));
end $$;
comment on function private.dora_deployment_numbers(private.dora_scope, date, date) is
  'Deployments (runs) that finished on these days: {days (that have begun), deployments, unplanned, finished, failed, pending, weeks, days_a_week, known_before (whether silence is a 0)}. Pending ones are younger than the failure window, and in neither finished nor failed.';

create function private.dora_lead_numbers(r private.dora_scope, p_first date, p_last date) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' set work_mem = '64MB'
as $$
begin
  return (
    select jsonb_build_object(
      'n', count(*) filter (where c.lead_seconds >= 0),
      'seconds', percentile_cont('{0.5,0.75,0.9}'::float8[]) within group (order by c.lead_seconds) filter (where c.lead_seconds >= 0),
      'negative', count(*) filter (where c.lead_seconds < 0))
    from private.changes c
    where c.org_id = r.org_id and c.environment = r.environment
      and c.deployed_at >= private.day_start(p_first, r.time_zone) and c.deployed_at < private.day_start(p_last + 1, r.time_zone)
      and (r.repository_ids is null or c.repository_id = any (r.repository_ids)));
end $$;
comment on function private.dora_lead_numbers(private.dora_scope, date, date) is
  'Lead time of the changes first deployed on these days: {n, seconds: [p50, p75, p90], negative}.';

create function private.dora_recoveries(r private.dora_scope, p_first date, p_last date)
returns table (incident_id bigint, deployment_id bigint, method text, finished_at timestamptz, seconds float8)
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan'
as $$
begin
  return query
  select i.id, d.id, l.method, d.finished_at, date_part('epoch', i.resolved_at - d.finished_at)
  from private.incident_links l
  join private.incidents i on i.id = l.incident_id
  join private.deployments d on d.id = l.deployment_id
  where l.org_id = r.org_id and d.org_id = r.org_id and d.environment = r.environment
    and d.finished_at >= private.day_start(p_first, r.time_zone) and d.finished_at < private.day_start(p_last + 1, r.time_zone)
    and (r.repository_ids is null or d.repository_id = any (r.repository_ids));
end $$;
comment on function private.dora_recoveries(private.dora_scope, date, date) is
  'The incidents put down to deployments that finished on these days, and the seconds from that to their end, null while they are open.';

create function private.dora_recovery_numbers(r private.dora_scope, p_first date, p_last date) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan'
as $$
begin
  return (
    select jsonb_build_object(
      'n', count(*) filter (where seconds >= 0),
      'seconds', percentile_cont('{0.5,0.75,0.9}'::float8[]) within group (order by seconds) filter (where seconds >= 0),
      'negative', count(*) filter (where seconds < 0),
      'open', count(*) filter (where seconds is null))
    from private.dora_recoveries(r, p_first, p_last));
end $$;
comment on function private.dora_recovery_numbers(private.dora_scope, date, date) is
  'Recovery of the deployments that finished on these days and failed: {n, seconds: [p50, p75, p90], negative, open}, one for each incident.';

create function private.dora_incident_numbers(r private.dora_scope, p_first date, p_last date) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan'
as $$
begin
  return (
    select jsonb_build_object(
      'n', count(*) filter (where seconds >= 0),
      'seconds', percentile_cont('{0.5,0.75,0.9}'::float8[]) within group (order by seconds) filter (where seconds >= 0),
      'negative', count(*) filter (where seconds < 0),
      'open', count(*) filter (where seconds is null))
    from (
      select date_part('epoch', i.resolved_at - i.created_at) as seconds
      from private.incidents i
      where i.org_id = r.org_id and i.environment = r.environment
        and i.created_at >= private.day_start(p_first, r.time_zone) and i.created_at < private.day_start(p_last + 1, r.time_zone)
        and (r.repository_ids is null or i.repository_id = any (r.repository_ids))) i);
end $$;
comment on function private.dora_incident_numbers(private.dora_scope, date, date) is
  'Duration of the incidents created on these days, linked or not: {n, seconds: [p50, p75, p90], negative, open}.';

create function private.dora_numbers(r private.dora_scope, p_parts text[], p_first date, p_last date) returns jsonb
language sql stable set search_path = ''
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

-- reads ------------------------------------------------------------------------------------------------------------------

create function private.dora_head(r private.dora_scope) returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object(
    'period', jsonb_build_object('start', r.first_day, 'end', r.last_day, 'days', r.last_day - r.first_day + 1,
      'time_zone', r.time_zone),
    'environment', r.environment,
    'failure_window_hours', date_part('epoch', r.failure_window) / 3600)
$$;
comment on function private.dora_head(private.dora_scope) is 'The members every answer has: the period, the environment, the failure window.';

create function private.dora_window(r private.dora_scope, p_parts text[]) returns jsonb
language sql stable set search_path = ''
as $$
  select private.dora_head(r) || jsonb_build_object(
    'previous_period', jsonb_build_object('start', earlier.first_day, 'end', r.first_day - 1),
    'numbers', private.dora_numbers(r, p_parts, r.first_day, r.last_day),
    'previous', private.dora_numbers(r, p_parts, earlier.first_day, r.first_day - 1))
  from (select r.first_day - (r.last_day - r.first_day + 1) as first_day) earlier
$$;
comment on function private.dora_window(private.dora_scope, text[]) is 'The numbers of the window, and of the one of the same length just before.';

create function public.dora_summary(
  p_org_id uuid default null, p_start date default null, p_end date default null, p_team text default null,
  p_repository text default null, p_environment text default null
) returns jsonb
language sql stable set search_path = ''
as $$
  select private.dora_window(private.dora_scope(p_org_id, p_start, p_end, p_team, p_repository, p_environment), null)
$$;
comment on function public.dora_summary(uuid, date, date, text, text, text) is
  'All numbers of DORA for a window and the one before: {period, environment, failure_window_hours, previous_period, numbers, previous}.';

create function private.dora_buckets(r private.dora_scope, p_bucket text)
returns table (first_day date, last_day date, is_complete boolean)
language sql stable set search_path = ''
as $$
  select greatest(b.first_day, r.first_day), least(b.last_day, r.last_day),
    b.first_day >= r.first_day and b.last_day <= r.last_day and b.last_day < r.today
  from (
    select at::date as first_day, (at + ('1 ' || p_bucket)::interval)::date - 1 as last_day
    from generate_series(
      date_trunc(p_bucket, r.first_day::timestamp), least(r.last_day, greatest(r.today, r.first_day))::timestamp,
      ('1 ' || p_bucket)::interval) at
  ) b
$$;
comment on function private.dora_buckets(private.dora_scope, text) is
  'The weeks or months of the window up to today; complete ones lie in it as a whole and are over.';

create function private.dora_series(r private.dora_scope, p_parts text[], p_bucket text) returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_agg(jsonb_build_object('start', b.first_day, 'end', b.last_day, 'complete', b.is_complete,
    'numbers', private.dora_numbers(r, p_parts, b.first_day, b.last_day)) order by b.first_day)
  from private.dora_buckets(r, p_bucket) b
$$;
comment on function private.dora_series(private.dora_scope, text[], text) is
  'The numbers of each week or month: [{start, end, complete, numbers}].';

create function public.dora_trend(
  p_org_id uuid default null, p_start date default null, p_end date default null, p_team text default null,
  p_repository text default null, p_environment text default null, p_bucket text default 'week', p_parts text[] default null
) returns jsonb
language sql stable set search_path = ''
as $$
  select private.dora_head(r) || jsonb_build_object('buckets', private.dora_series(r, p_parts, p_bucket))
  from private.dora_scope(p_org_id, p_start, p_end, p_team, p_repository, p_environment) r
$$;
comment on function public.dora_trend(uuid, date, date, text, text, text, text, text[]) is
  'The numbers of DORA for each week (from Monday) or month of a window, of some parts or all.';

create function public.dora_filter_options(p_org_id uuid default null) returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
begin
  return (
    with environment as (
      select d.environment as name, count(*) as deployments, min(d.finished_at) as first_at, max(d.finished_at) as last_at
      from private.deployment_runs d where d.org_id = v_org_id group by d.environment
    ),
    repository as (
      select r.id, r.full_name from private.repositories r
      where r.org_id = v_org_id and (
        exists (select from private.deployments d where d.repository_id = r.id)
        or exists (select from private.changes c where c.repository_id = r.id)
        or exists (select from private.incidents i where i.repository_id = r.id))
    )
    select jsonb_build_object(
      'environments', (
        select coalesce(jsonb_agg(jsonb_build_object(
          'name', e.name, 'deployments', e.deployments, 'first_at', e.first_at, 'last_at', e.last_at) order by e.name), '[]')
        from environment e),
      'repositories', (select coalesce(jsonb_agg(full_name order by lower(full_name)), '[]') from repository),
      'teams', (
        select coalesce(jsonb_agg(jsonb_build_object('id', t.id, 'name', t.name) order by lower(t.name)), '[]')
        from private.teams t
        where t.org_id = v_org_id and exists (
          select from private.team_repositories o join repository on repository.id = o.repository_id where o.team_id = t.id))));
end $$;
comment on function public.dora_filter_options(uuid) is 'What there is data of: {environments, repositories, teams}.';

revoke execute on function
  private.dora_repositories(uuid, text, text), private.dora_scope(uuid, date, date, text, text, text, timestamptz),
  private.day_start(date, text), private.dora_deployment_numbers(private.dora_scope, date, date),
  private.dora_lead_numbers(private.dora_scope, date, date), private.dora_recoveries(private.dora_scope, date, date),
  private.dora_recovery_numbers(private.dora_scope, date, date), private.dora_incident_numbers(private.dora_scope, date, date),
  private.dora_numbers(private.dora_scope, text[], date, date), private.dora_head(private.dora_scope),
  private.dora_window(private.dora_scope, text[]), public.dora_summary(uuid, date, date, text, text, text),
  private.dora_buckets(private.dora_scope, text), private.dora_series(private.dora_scope, text[], text),
  public.dora_trend(uuid, date, date, text, text, text, text, text[]), public.dora_filter_options(uuid)
  from public, anon, authenticated;
grant execute on function
  private.dora_repositories(uuid, text, text), private.dora_scope(uuid, date, date, text, text, text, timestamptz),
  private.day_start(date, text), private.dora_deployment_numbers(private.dora_scope, date, date),
  private.dora_lead_numbers(private.dora_scope, date, date), private.dora_recoveries(private.dora_scope, date, date),
  private.dora_recovery_numbers(private.dora_scope, date, date), private.dora_incident_numbers(private.dora_scope, date, date),
  private.dora_numbers(private.dora_scope, text[], date, date), private.dora_head(private.dora_scope),
  private.dora_window(private.dora_scope, text[]), public.dora_summary(uuid, date, date, text, text, text),
  private.dora_buckets(private.dora_scope, text), private.dora_series(private.dora_scope, text[], text),
  public.dora_trend(uuid, date, date, text, text, text, text, text[]), public.dora_filter_options(uuid)
  to authenticated, service_role;
