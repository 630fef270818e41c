-- Jobs that keep what is known of a repository fresh, the runs they make, and what could not be stored: kept with the
-- reason, to be played again. They live in private, because a job says whose GitHub token it reads with; the API goes
-- through functions.

create table private.etl_jobs (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  kind text not null default 'github' check (kind in ('github')),
  repository text not null check (repository ~ '^[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}$'),
  repository_github_id bigint,
  reads_as text not null check (reads_as in ('connection', 'deployment')),
  created_by uuid references public.users (id)
    on delete set null,
  settings jsonb not null default '{}' check (
    jsonb_typeof(settings) = 'object'
    and octet_length(settings::text) <= 16384
    and not jsonb_path_exists(
      settings,
      'strict $.keyvalue() ? (!(@.key == "incident_labels" && @.value.type() == "array" || @.key == '
      '"deploy_environment" && @.value.type() == "string" || @.key == "deploy_workflow" && (@.value.type() == '
      '"string" || @.value == null) || (@.key == "deploy_branches" || @.key == "deploy_events" || @.key == '
      '"production_environments") && (@.value.type() == "array" || @.value == null) || @.key == "since" && (@.value '
      'like_regex "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" || @.value == null)))'
    )
    and not jsonb_path_exists(settings, 'lax $.incident_labels[*] ? (@.type() != "string")')
    and not jsonb_path_exists(settings, 'lax $.deploy_branches[*] ? (@ != null && @.type() != "string")')
    and not jsonb_path_exists(settings, 'lax $.deploy_events[*] ? (@ != null && @.type() != "string")')
    and not jsonb_path_exists(settings, 'lax $.production_environments[*] ? (@ != null && @.type() != "string")')
  ),
  interval_minutes int not null check (interval_minutes between 5 and 10080),
  retry_minutes int not null check (retry_minutes between 1 and 1440),
  active boolean not null default true,
  state text not null default 'READY' check (state in ('READY', 'RUNNING', 'FINISHED', 'FAILED')),
  reason text,
  cursor jsonb not null default '{}',
  proved_at timestamptz,
  next_run_at timestamptz default now(),
  nudged_at timestamptz,
  lease_token uuid,
  lease_until timestamptz,
  takeovers smallint not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check ((lease_token is null) = (lease_until is null))
);
comment on table private.etl_jobs is 'What is read regularly for an organization: a repository at GitHub.';
comment on column private.etl_jobs.reads_as is
  'With whose token: that of created_by, or the deployment''s own. The latter only for jobs the service made, or one '
  'tenant could read another''s private repositories.';
comment on column private.etl_jobs.settings is
  '{incident_labels, deploy_workflow, deploy_environment, deploy_branches, deploy_events, production_environments, '
  'since}';
comment on column private.etl_jobs.cursor is 'How far each step has come; the worker''s own.';
comment on column private.etl_jobs.proved_at is
  'When a run last ended well, which proves that the organization may read the repository: what a webhook says of it '
  'is theirs only then.';
comment on column private.etl_jobs.next_run_at is 'When a worker may take it; null while it rests.';
comment on column private.etl_jobs.nudged_at is 'When a webhook last said that there is something to read.';
comment on column private.etl_jobs.takeovers is 'How often in a row a worker died at the same place.';
create index etl_jobs_org_idx on private.etl_jobs (org_id, created_at);
create index etl_jobs_due_idx on private.etl_jobs (next_run_at) where next_run_at is not null;
create index etl_jobs_created_by_idx on private.etl_jobs (created_by);
-- The number is what a repository is; its name may be another's tomorrow.
create unique index etl_jobs_repository_key on private.etl_jobs (repository_github_id, org_id);
create unique index etl_jobs_name_key on private.etl_jobs (org_id, lower(repository))
where repository_github_id is null;

alter table private.etl_jobs enable row level security;
revoke all on private.etl_jobs from public, anon, authenticated, service_role;

create function private.etl_job_json(p_job private.etl_jobs)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select '{"incident_labels": ["incident"], "deploy_workflow": null, "deploy_environment": "production",
    "deploy_branches": null, "deploy_events": null, "production_environments": null, "since": null}'::jsonb
    || p_job.settings || jsonb_build_object(
    'id', p_job.id, 'org_id', p_job.org_id, 'kind', p_job.kind, 'repository', p_job.repository,
    'repository_github_id', p_job.repository_github_id, 'reads_as', p_job.reads_as,
    'interval_minutes', p_job.interval_minutes, 'retry_minutes', p_job.retry_minutes, 'active', p_job.active,
    'state', p_job.state, 'reason', p_job.reason, 'partial', p_job.state = 'FINISHED'
      and p_job.reason is not null, 'access_proved_at', p_job.proved_at, 'next_run_at', p_job.next_run_at,
    'created_at', p_job.created_at, 'updated_at', p_job.updated_at,
    'last_run', (
      select jsonb_build_object('id', r.id, 'state', r.state, 'created_at', r.created_at, 'finished_at', r.finished_at)
      from private.etl_runs r where r.job_id = p_job.id order by r.created_at desc, r.id limit 1)
  )
$$;
comment on function private.etl_job_json(private.etl_jobs) is 'A job as the API shows it.';

-- Another's job is one that does not exist.
create function private.etl_job_of(p_id uuid, p_to_write boolean)
returns private.etl_jobs
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_job private.etl_jobs;
begin
  select j.* into v_job from private.etl_jobs j where j.id = p_id;
  if v_job.id is null or v_job.org_id <> private.confined_to()
    or not (private.caller_is_service() or v_job.org_id in (select private.my_organization_ids())) then
    raise exception using errcode = 'LL404', message = 'not_found', detail = 'Job not found';
  end if;
  perform private.event_organization(v_job.org_id, p_to_write);
  if p_to_write then
    select j.* into v_job from private.etl_jobs j where j.id = p_id for update;
  end if;
  return v_job;
end $$;
comment on function private.etl_job_of(uuid, boolean) is
  'A job the caller may read or, locked, change; 404 and 403 otherwise.';

-- Security definer, this and all that read or write the tables of jobs, runs and dead letters: nobody has rights on
-- them; each asks first who is calling.
create function public.etl_jobs(p_page int, p_page_size int, p_org_id uuid default null)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
begin
  return jsonb_build_object(
    'total_count', (select count(*) from private.etl_jobs j where j.org_id = v_org_id),
    'jobs', (
      select coalesce(jsonb_agg(row.job order by row.created_at, row.id), '[]')
      from (
        select j.created_at, j.id, private.etl_job_json(j) as job from private.etl_jobs j where j.org_id = v_org_id
        order by j.created_at, j.id limit least(p_page_size, 1000) offset (p_page - 1) * p_page_size
      ) row));
end $$;
comment on function public.etl_jobs(int, int, uuid) is 'A page of an organization''s jobs, the oldest first.';

create function public.etl_job(p_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  return private.etl_job_json(private.etl_job_of(p_id, false));
end $$;
comment on function public.etl_job(uuid) is 'One job.';

create function public.create_etl_job(p_job jsonb, p_org_id uuid default null)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, true);
  v_job private.etl_jobs;
begin
  if exists (
    select from private.etl_jobs j
    where j.org_id = v_org_id and j.kind = 'github' and lower(j.repository) = lower(p_job ->> 'repository')
  ) then
    raise exception using errcode = 'LL409', message = 'conflict',
      detail = 'There is a job for this repository already';
  end if;
  insert into private.etl_jobs (org_id, repository, reads_as, created_by, settings, interval_minutes, retry_minutes,
    active, next_run_at)
  values (
    v_org_id, p_job ->> 'repository',
    case when private.caller_is_service() and private.confined_to() is null then 'deployment' else 'connection' end,
    coalesce(private.my_user_id(), (select k.created_by from public.api_keys k where k.id = private.caller_key_id())),
    p_job -> 'settings', (p_job ->> 'interval_minutes')::int, (p_job ->> 'retry_minutes')::int,
    (p_job ->> 'active')::boolean,
    case when (p_job ->> 'active')::boolean then now() end)
  returning * into v_job;
  return private.etl_job_json(v_job);
end $$;
comment on function public.create_etl_job(jsonb, uuid) is
  'Makes a job from {repository, settings, interval_minutes, retry_minutes, active}. Whoever is not the service '
  'reads with their own connection; a key with its maker''s.';

create function public.update_etl_job(p_id uuid, p_changes jsonb)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_job private.etl_jobs := private.etl_job_of(p_id, true);
  v_settings jsonb := v_job.settings || coalesce(p_changes -> 'settings', '{}');
  v_active boolean := coalesce((p_changes ->> 'active')::boolean, v_job.active);
begin
  update private.etl_jobs j set
    interval_minutes = coalesce((p_changes ->> 'interval_minutes')::int, j.interval_minutes),
    retry_minutes = coalesce((p_changes ->> 'retry_minutes')::int, j.retry_minutes),
    settings = v_settings,
    -- What the settings decide is read again from the beginning.
    cursor = case when v_settings = j.settings then j.cursor
      else j.cursor - 'deployments' - 'workflow_runs' - 'incidents' end,
    active = v_active,
    next_run_at = case
      when v_active and not j.active then now()
      when v_active and j.next_run_at is not null and j.lease_token is null
        then least(j.next_run_at, greatest(now(),
          j.updated_at + make_interval(mins => (p_changes ->> 'interval_minutes')::int)))
      when v_active or exists (select from private.etl_runs r where r.job_id = j.id and r.state in ('READY', 'RUNNING'))
        then j.next_run_at
    end,
    updated_at = now()
  where j.id = p_id returning * into v_job;
  return private.etl_job_json(v_job);
end $$;
comment on function public.update_etl_job(uuid, jsonb) is
  'Changes what {interval_minutes?, retry_minutes?, active?, settings?} names. A run that is under way is finished.';

create function public.run_etl_job(p_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_job private.etl_jobs := private.etl_job_of(p_id, true);
  v_run_id uuid;
begin
  insert into private.etl_runs (job_id, org_id, trigger) values (p_id, v_job.org_id, 'request')
  on conflict (job_id) where state in ('READY', 'RUNNING') do nothing returning id into v_run_id;
  if v_run_id is not null then
    update private.etl_jobs set state = 'READY', reason = null, next_run_at = now(), updated_at = now() where id = p_id;
    perform private.wake_etl();
  else
    select r.id into v_run_id from private.etl_runs r where r.job_id = p_id and r.state in ('READY', 'RUNNING');
  end if;
  return jsonb_build_object('run_id', v_run_id);
end $$;
comment on function public.run_etl_job(uuid) is
  'Has a job run now; answers the run, which is the one under way if there is one.';

create function public.reset_etl_job(p_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_job private.etl_jobs := private.etl_job_of(p_id, true);
begin
  update private.etl_runs set
    state = 'FAILED', reason = 'The job was reset', finished_at = now(), updated_at = now(), version = version + 1
  where job_id = p_id and state in ('READY', 'RUNNING');
  -- Without its lease a worker that is at it can store nothing more.
  update private.etl_jobs set
    state = 'READY', reason = null, cursor = '{}', lease_token = null, lease_until = null, takeovers = 0,
    updated_at = now(), next_run_at = case when active then now() end
  where id = p_id returning * into v_job;
  return private.etl_job_json(v_job);
end $$;
comment on function public.reset_etl_job(uuid) is
  'Forgets how far a job has come: the next run reads everything again. What is stored stays.';

revoke execute
on function private.etl_job_json(private.etl_jobs),
private.etl_job_of(uuid, boolean),
public.etl_jobs(int, int, uuid),
public.etl_job(uuid),
public.create_etl_job(jsonb, uuid),
public.update_etl_job(uuid, jsonb),
public.run_etl_job(uuid),
public.reset_etl_job(uuid)
from public, anon, authenticated;
grant execute
on function public.etl_jobs(int, int, uuid),
public.etl_job(uuid),
public.create_etl_job(jsonb, uuid),
public.update_etl_job(uuid, jsonb),
public.run_etl_job(uuid),
public.reset_etl_job(uuid)
to authenticated, service_role;
