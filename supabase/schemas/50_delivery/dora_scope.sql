-- What a read of DORA is about: its organization, environment, repositories and days.

create type private.dora_scope as (
  org_id uuid,
  time_zone text,
  environment text,
  repository_ids bigint[],
  failure_window interval,
  as_of timestamptz,
  today date,
  first_day date,
  last_day date
);
comment on type private.dora_scope is
  'What a read is about: an environment of an organization, all its repositories (null) or some, the days from first '
  'to last, and the time it is asked at.';

create function private.dora_repositories(p_org_id uuid, p_team text, p_repository text)
returns bigint[]
language plpgsql
stable
set search_path = ''
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
      raise exception using errcode = 'LL422', message = 'validation_failed',
        detail = 'team: no team has this id or name';
    end if;
  end if;
  if p_repository is not null then
    select r.id into v_repository_id from private.repositories r
    where r.org_id = p_org_id and lower(r.full_name) = lower(p_repository);
    if v_repository_id is null then
      raise exception using errcode = 'LL422', message = 'validation_failed',
        detail = 'repository: no repository has this name';
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
  p_org_id uuid,
  p_start date,
  p_end date,
  p_team text,
  p_repository text,
  p_environment text,
  p_as_of timestamptz default now()
)
returns private.dora_scope
language plpgsql
stable
set search_path = ''
as $$
declare
  r private.dora_scope;
begin
  r.org_id := private.event_organization(p_org_id, false);
  select o.time_zone, make_interval(hours => o.failure_window_hours), (p_as_of at time zone o.time_zone)::date,
    private.environment_of(
      coalesce(p_environment, 'production'), case
        when coalesce(lower(p_environment), 'production') = 'production' then true end,
      o.production_environments)
  into r.time_zone, r.failure_window, r.today, r.environment from public.organizations o where o.id = r.org_id;
  r.as_of := p_as_of;
  r.repository_ids := private.dora_repositories(r.org_id, p_team, p_repository);
  r.last_day := coalesce(p_end, greatest(r.today, p_start));
  r.first_day := coalesce(p_start, r.last_day - 29);
  if r.last_day - r.first_day >= 3660 then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = 'start: makes a range of more than 3660 days';
  end if;
  return r;
end $$;
comment on function private.dora_scope(uuid, date, date, text, text, text, timestamptz) is
  'The scope of a read: 30 days of production up to today unless named; refused unless the organization is the '
  'caller''s.';

create function private.dora_head(r private.dora_scope)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'period', jsonb_build_object('start', r.first_day, 'end', r.last_day, 'days', r.last_day - r.first_day + 1,
      'time_zone', r.time_zone, 'rows_since', private.rows_since(r.org_id, 'delivery', r.first_day, r.time_zone)),
    'environment', r.environment,
    'failure_window_hours', date_part('epoch', r.failure_window) / 3600)
$$;
comment on function private.dora_head(private.dora_scope) is
  'The members every answer has: the period, the environment, the failure window.';

create function private.compared_days(p_compare text, p_first date, p_last date)
returns table (first_day date, last_day date)
language sql
immutable
set search_path = ''
as $$
  select p_first - (p_last - p_first + 1), p_first - 1 where p_compare = 'previous'
  union all
  select (p_first - interval '1 year')::date, (p_last - interval '1 year')::date where p_compare = 'year'
$$;
comment on function private.compared_days(text, date, date) is
  'The days that a range is compared with: as many just before (previous), the same dates a year earlier (year), or '
  'none.';

create function private.day_start(p_day date, p_time_zone text)
returns timestamptz
language sql
stable
set search_path = ''
as $$ select p_day::timestamp at time zone p_time_zone $$;
comment on function private.day_start(date, text) is 'When a day begins in a time zone.';

create function public.dora_filter_options(p_org_id uuid default null)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
begin
  return (
    with environment as (
      select d.environment as name, count(*) as deployments, min(d.finished_at) as first_at,
        max(d.finished_at) as last_at
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
          'name', e.name, 'deployments', e.deployments, 'first_at', e.first_at, 'last_at', e.last_at) order by e.name),
            '[]')
        from environment e),
      'repositories', (select coalesce(jsonb_agg(full_name order by lower(full_name)), '[]') from repository),
      'teams', (
        select coalesce(jsonb_agg(jsonb_build_object('id', t.id, 'name', t.name) order by lower(t.name)), '[]')
        from private.teams t
        where t.org_id = v_org_id and exists (
          select from private.team_repositories o join repository on repository.id = o.repository_id
          where o.team_id = t.id))));
end $$;
comment on function public.dora_filter_options(uuid) is 'What there is data of: {environments, repositories, teams}.';

revoke execute
on function private.dora_repositories(uuid, text, text),
private.dora_scope(uuid, date, date, text, text, text, timestamptz),
private.dora_head(private.dora_scope),
private.day_start(date, text),
private.compared_days(text, date, date),
public.dora_filter_options(uuid)
from public, anon, authenticated;
grant execute
on function private.dora_repositories(uuid, text, text),
private.dora_scope(uuid, date, date, text, text, text, timestamptz),
private.dora_head(private.dora_scope),
private.day_start(date, text),
private.compared_days(text, date, date),
public.dora_filter_options(uuid)
to authenticated, service_role;
