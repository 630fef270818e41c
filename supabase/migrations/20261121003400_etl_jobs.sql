-- Jobs that keep what is known of a repository fresh, the runs they make, and what could not be stored: kept with the reason, to be
-- played again. They live in private, because a job says whose GitHub token it reads with; the API goes through functions.

create table private.etl_jobs (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations (id) on delete cascade,
  kind text not null default 'github' check (kind in ('github')),
  repository text not null check (repository ~ '^[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}$'),
  repository_github_id bigint,
  reads_as text not null check (reads_as in ('connection', 'deployment')),
  created_by uuid references public.users (id) on delete set null,
  settings jsonb not null default '{}',
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
  'With whose token: that of created_by, or the deployment''s own. The latter only for jobs the service made, or one tenant could read another''s private repositories.';
comment on column private.etl_jobs.settings is '{incident_labels, deploy_workflow, deploy_environment, since}';
comment on column private.etl_jobs.cursor is 'How far each step has come; the worker''s own.';
comment on column private.etl_jobs.proved_at is
  'When a run last ended well, which proves that the organization may read the repository: what a webhook says of it is theirs only then.';
comment on column private.etl_jobs.next_run_at is 'When a worker may take it; null while it rests.';
comment on column private.etl_jobs.nudged_at is 'When a webhook last said that there is something to read.';
comment on column private.etl_jobs.takeovers is 'How often in a row a worker died at the same place.';
create index etl_jobs_org_idx on private.etl_jobs (org_id, created_at);
create index etl_jobs_due_idx on private.etl_jobs (next_run_at) where next_run_at is not null;
create index etl_jobs_created_by_idx on private.etl_jobs (created_by);
-- The number is what a repository is; its name may be another's tomorrow.
create unique index etl_jobs_repository_key on private.etl_jobs (repository_github_id, org_id);
create unique index etl_jobs_name_key on private.etl_jobs (org_id, lower(repository)) where repository_github_id is null;

create table private.etl_runs (
  id uuid primary key default gen_random_uuid(),
  job_id uuid not null references private.etl_jobs (id) on delete cascade,
  org_id uuid not null references public.organizations (id) on delete cascade,
  trigger text not null check (trigger in ('schedule', 'request')),
  state text not null default 'READY' check (state in ('READY', 'RUNNING', 'FINISHED', 'FAILED')),
  reason text,
  steps jsonb not null default '[]',
  requests int not null default 0,
  pages int not null default 0,
  stored int not null default 0,
  rejected int not null default 0,
  calls int not null default 0,
  version int not null default 1,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  updated_at timestamptz not null default now(),
  finished_at timestamptz,
  check ((state in ('FINISHED', 'FAILED')) = (finished_at is not null))
);
comment on table private.etl_runs is 'A run of a job, over as many calls of the function as it takes.';
comment on column private.etl_runs.steps is '[{name, state, done, total}], in order; total is null until GitHub has said it.';
comment on column private.etl_runs.calls is 'Calls of the function it was worked on in.';
comment on column private.etl_runs.version is 'Grows with every change: the id of its live events.';
create index etl_runs_job_idx on private.etl_runs (job_id, created_at desc);
create index etl_runs_org_idx on private.etl_runs (org_id, created_at desc);
create unique index etl_runs_unfinished_key on private.etl_runs (job_id) where state in ('READY', 'RUNNING');

create table private.etl_dead_letters (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations (id) on delete cascade,
  key text not null,
  job_id uuid references private.etl_jobs (id) on delete cascade,
  delivery_id text,
  kind text,
  item jsonb,
  code text not null,
  reason text not null,
  state text not null default 'open' check (state in ('open', 'resolved')),
  attempts int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (org_id, key),
  check ((kind is null) = (item is null)),
  check (item is not null or delivery_id is not null)
);
comment on table private.etl_dead_letters is 'What could not be stored, an item or a whole webhook delivery, and why. It can be played again.';
comment on column private.etl_dead_letters.key is 'What it is about: failing again counts on the letter there is, being stored closes it.';
create index etl_dead_letters_open_idx on private.etl_dead_letters (org_id, updated_at desc) where state = 'open';
create index etl_dead_letters_job_idx on private.etl_dead_letters (job_id);

alter table private.etl_jobs enable row level security;
alter table private.etl_runs enable row level security;
alter table private.etl_dead_letters enable row level security;
revoke all on private.etl_jobs, private.etl_runs, private.etl_dead_letters from public, anon, authenticated, service_role;

-- the shapes the API shows ----------------------------------------------------------------------------------------------

create function private.etl_run_json(p_run private.etl_runs) returns jsonb
language sql stable set search_path = ''
as $$
  select to_jsonb(p_run) || jsonb_build_object(
    'seconds', extract(epoch from coalesce(p_run.finished_at, now()) - p_run.started_at)::int,
    'resumes_at', (select case when p_run.state = 'READY' then j.next_run_at end from private.etl_jobs j where j.id = p_run.job_id))
$$;
comment on function private.etl_run_json(private.etl_runs) is 'A run as the API shows it.';

create function private.etl_job_json(p_job private.etl_jobs) returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object(
    'id', p_job.id, 'org_id', p_job.org_id, 'kind', p_job.kind, 'repository', p_job.repository,
    'repository_github_id', p_job.repository_github_id, 'reads_as', p_job.reads_as,
    'interval_minutes', p_job.interval_minutes, 'retry_minutes', p_job.retry_minutes, 'active', p_job.active,
    'state', p_job.state, 'reason', p_job.reason, 'access_proved_at', p_job.proved_at, 'next_run_at', p_job.next_run_at,
    'created_at', p_job.created_at, 'updated_at', p_job.updated_at,
    'last_run', (
      select jsonb_build_object('id', r.id, 'state', r.state, 'created_at', r.created_at, 'finished_at', r.finished_at)
      from private.etl_runs r where r.job_id = p_job.id order by r.created_at desc, r.id limit 1)
  ) || p_job.settings
$$;
comment on function private.etl_job_json(private.etl_jobs) is 'A job as the API shows it.';

-- who may see and do what -----------------------------------------------------------------------------------------------

-- Another's job is one that does not exist.
create function private.etl_job_of(p_id uuid, p_to_write boolean) returns private.etl_jobs
language plpgsql volatile set search_path = ''
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
comment on function private.etl_job_of(uuid, boolean) is 'A job the caller may read or, locked, change; 404 and 403 otherwise.';

create function private.etl_run_of(p_id uuid) returns private.etl_runs
language plpgsql stable set search_path = ''
as $$
declare
  v_run private.etl_runs;
begin
  select r.* into v_run from private.etl_runs r where r.id = p_id;
  if v_run.id is null or v_run.org_id <> private.confined_to()
    or not (private.caller_is_service() or v_run.org_id in (select private.my_organization_ids())) then
    raise exception using errcode = 'LL404', message = 'not_found', detail = 'Run not found';
  end if;
  return v_run;
end $$;
comment on function private.etl_run_of(uuid) is 'A run the caller may read; 404 otherwise.';

-- jobs --------------------------------------------------------------------------------------------------------------------

-- Security definer, these and all below: nobody has rights on the tables; each asks first who is calling.
create function public.etl_jobs(p_page int, p_page_size int, p_org_id uuid default null) returns jsonb
language plpgsql stable security definer set search_path = ''
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
        order by j.created_at, j.id limit p_page_size offset (p_page - 1) * p_page_size
      ) row));
end $$;
comment on function public.etl_jobs(int, int, uuid) is 'A page of an organization''s jobs, the oldest first.';

create function public.etl_job(p_id uuid) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
begin
  return private.etl_job_json(private.etl_job_of(p_id, false));
end $$;
comment on function public.etl_job(uuid) is 'One job.';

create function public.create_etl_job(p_job jsonb, p_org_id uuid default null) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, true);
  v_job private.etl_jobs;
begin
  if exists (
    select from private.etl_jobs j
    where j.org_id = v_org_id and j.kind = 'github' and lower(j.repository) = lower(p_job ->> 'repository')
  ) then
    raise exception using errcode = 'LL409', message = 'conflict', detail = 'There is a job for this repository already';
  end if;
  insert into private.etl_jobs (org_id, repository, reads_as, created_by, settings, interval_minutes, retry_minutes, active, next_run_at)
  values (
    v_org_id, p_job ->> 'repository',
    case when private.caller_is_service() and private.confined_to() is null then 'deployment' else 'connection' end,
    coalesce(private.my_user_id(), (select k.created_by from public.api_keys k where k.id = private.caller_key_id())),
    p_job -> 'settings', (p_job ->> 'interval_minutes')::int, (p_job ->> 'retry_minutes')::int, (p_job ->> 'active')::boolean,
    case when (p_job ->> 'active')::boolean then now() end)
  returning * into v_job;
  return private.etl_job_json(v_job);
end $$;
comment on function public.create_etl_job(jsonb, uuid) is
  'Makes a job from {repository, settings, interval_minutes, retry_minutes, active}. Whoever is not the service reads with their own connection; a key with its maker''s.';

create function public.update_etl_job(p_id uuid, p_changes jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
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
    cursor = case when v_settings = j.settings then j.cursor else j.cursor - 'deployments' - 'workflow_runs' - 'incidents' end,
    active = v_active,
    next_run_at = case
      when v_active and not j.active then now()
      when v_active and j.next_run_at is not null and j.lease_token is null
        then least(j.next_run_at, greatest(now(), j.updated_at + make_interval(mins => (p_changes ->> 'interval_minutes')::int)))
      when v_active or exists (select from private.etl_runs r where r.job_id = j.id and r.state in ('READY', 'RUNNING')) then j.next_run_at
    end,
    updated_at = now()
  where j.id = p_id returning * into v_job;
  return private.etl_job_json(v_job);
end $$;
comment on function public.update_etl_job(uuid, jsonb) is
  'Changes what {interval_minutes?, retry_minutes?, active?, settings?} names. A run that is under way is finished.';

create function public.run_etl_job(p_id uuid) returns jsonb
language plpgsql volatile security definer set search_path = ''
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
comment on function public.run_etl_job(uuid) is 'Has a job run now; answers the run, which is the one under way if there is one.';

create function public.reset_etl_job(p_id uuid) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_job private.etl_jobs := private.etl_job_of(p_id, true);
begin
  update private.etl_runs set
    state = 'FAILED', reason = 'The job was reset', finished_at = now(), updated_at = now(), version = version + 1
  where job_id = p_id and state in ('READY', 'RUNNING');
  -- Without its lease a worker that is at it can store nothing more.
  update private.etl_jobs set
    state = 'READY', reason = null, cursor = '{}', lease_token = null, lease_until = null, takeovers = 0, updated_at = now(),
    next_run_at = case when active then now() end
  where id = p_id returning * into v_job;
  return private.etl_job_json(v_job);
end $$;
comment on function public.reset_etl_job(uuid) is 'Forgets how far a job has come: the next run reads everything again. What is stored stays.';

-- runs --------------------------------------------------------------------------------------------------------------------

create function public.etl_job_runs(p_job_id uuid, p_page int, p_page_size int) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.etl_job_of(p_job_id, false);
  return jsonb_build_object(
    'total_count', (select count(*) from private.etl_runs r where r.job_id = p_job_id),
    'runs', (
      select coalesce(jsonb_agg(row.run order by row.created_at desc, row.id), '[]')
      from (
        select r.created_at, r.id, private.etl_run_json(r) as run from private.etl_runs r where r.job_id = p_job_id
        order by r.created_at desc, r.id limit p_page_size offset (p_page - 1) * p_page_size
      ) row));
end $$;
comment on function public.etl_job_runs(uuid, int, int) is 'A page of a job''s runs, the newest first.';

create function public.etl_run(p_id uuid) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
begin
  return private.etl_run_json(private.etl_run_of(p_id));
end $$;
comment on function public.etl_run(uuid) is 'One run.';

create function public.etl_status(p_org_id uuid default null) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
begin
  return jsonb_build_object(
    'jobs', (
      select jsonb_build_object(
        'total', count(*), 'active', count(*) filter (where j.active),
        'ready', count(*) filter (where j.state = 'READY'), 'running', count(*) filter (where j.state = 'RUNNING'),
        'finished', count(*) filter (where j.state = 'FINISHED'), 'failed', count(*) filter (where j.state = 'FAILED'))
      from private.etl_jobs j where j.org_id = v_org_id),
    'failing', (
      select coalesce(jsonb_agg(jsonb_build_object('id', j.id, 'repository', j.repository, 'reason', j.reason) order by j.repository), '[]')
      from (
        select * from private.etl_jobs j where j.org_id = v_org_id and j.state = 'FAILED' order by j.repository limit 100
      ) j),
    'next_run_at', (select min(j.next_run_at) from private.etl_jobs j where j.org_id = v_org_id),
    'last_finished_at', (select max(r.finished_at) from private.etl_runs r where r.org_id = v_org_id and r.state = 'FINISHED'),
    'open_dead_letters', (select count(*) from private.etl_dead_letters d where d.org_id = v_org_id and d.state = 'open'));
end $$;
comment on function public.etl_status(uuid) is 'Jobs by state, which fail and why, and how many dead letters are open.';

-- dead letters ------------------------------------------------------------------------------------------------------------

create function public.etl_dead_letters(p_state text, p_page int, p_page_size int, p_org_id uuid default null) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
begin
  return jsonb_build_object(
    'total_count', (select count(*) from private.etl_dead_letters d where d.org_id = v_org_id and d.state = p_state),
    'dead_letters', (
      select coalesce(jsonb_agg(to_jsonb(d) order by d.updated_at desc, d.id), '[]')
      from (
        select d.* from private.etl_dead_letters d where d.org_id = v_org_id and d.state = p_state
        order by d.updated_at desc, d.id limit p_page_size offset (p_page - 1) * p_page_size
      ) d));
end $$;
comment on function public.etl_dead_letters(text, int, int, uuid) is 'A page of what could not be stored, or could in the end, the newest first.';

create function private.dead_letter_key(p_kind text, p_item jsonb) returns text
language sql immutable set search_path = ''
as $$
  select concat_ws('/', p_kind, coalesce(p_item ->> 'repository_github_id', lower(p_item ->> 'repository')), p_item ->> 'pull_request',
    coalesce(p_item ->> 'external_id', p_item ->> 'sha', md5(p_item::text)))
$$;
comment on function private.dead_letter_key(text, jsonb) is 'What an item is about.';

create function private.keep_dead_letter(p_letter private.etl_dead_letters) returns void
language sql volatile set search_path = ''
as $$
  insert into private.etl_dead_letters as kept (org_id, key, job_id, delivery_id, kind, item, code, reason)
  values (p_letter.org_id, p_letter.key, p_letter.job_id, p_letter.delivery_id, p_letter.kind, p_letter.item, p_letter.code, p_letter.reason)
  on conflict (org_id, key) do update set
    job_id = excluded.job_id, delivery_id = excluded.delivery_id, kind = excluded.kind, item = excluded.item, code = excluded.code,
    reason = excluded.reason, state = 'open', attempts = kept.attempts + 1, updated_at = now()
$$;
comment on function private.keep_dead_letter(private.etl_dead_letters) is 'Keeps what could not be stored, or counts that it failed again.';

create function private.store_or_keep(p_org_id uuid, p_job_id uuid, p_delivery_id text, p_groups jsonb) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  v_group jsonb;
  v_answer jsonb;
  v_rejected jsonb;
  v_stored int := 0;
  v_refused int := 0;
  v_letter private.etl_dead_letters;
  v_has_letters boolean := exists (select from private.etl_dead_letters d where d.org_id = p_org_id and d.state = 'open');
begin
  for v_group in select * from jsonb_array_elements(p_groups) loop
    continue when jsonb_array_length(v_group -> 'items') = 0;
    v_answer := public.store_delivery(p_org_id, v_group ->> 'kind', v_group -> 'items');
    v_stored := v_stored + (v_answer ->> 'stored')::int;
    if v_has_letters then
      update private.etl_dead_letters d set state = 'resolved', updated_at = now()
      where d.org_id = p_org_id and d.state = 'open' and d.key in (
        select private.dead_letter_key(v_group ->> 'kind', item) from jsonb_array_elements(v_group -> 'items') as item);
    end if;
    for v_rejected in select * from jsonb_array_elements(v_answer -> 'rejected') loop
      v_refused := v_refused + 1;
      v_letter := null;
      v_letter.org_id := p_org_id;
      v_letter.job_id := p_job_id;
      v_letter.delivery_id := p_delivery_id;
      v_letter.kind := v_group ->> 'kind';
      v_letter.item := v_group -> 'items' -> (v_rejected ->> 'index')::int;
      v_letter.key := private.dead_letter_key(v_letter.kind, v_letter.item);
      v_letter.code := v_rejected ->> 'code';
      v_letter.reason := v_rejected ->> 'message';
      perform private.keep_dead_letter(v_letter);
    end loop;
  end loop;
  return jsonb_build_object('stored', v_stored, 'rejected', v_refused);
end $$;
comment on function private.store_or_keep(uuid, uuid, text, jsonb) is
  'Stores [{kind, items}]; what is refused becomes a dead letter, what was one and is stored now closes it.';

revoke execute on function
  private.etl_run_json(private.etl_runs), private.etl_job_json(private.etl_jobs), private.etl_job_of(uuid, boolean),
  private.etl_run_of(uuid), public.etl_jobs(int, int, uuid), public.etl_job(uuid), public.create_etl_job(jsonb, uuid),
  public.update_etl_job(uuid, jsonb), public.run_etl_job(uuid), public.reset_etl_job(uuid), public.etl_job_runs(uuid, int, int),
  public.etl_run(uuid), public.etl_status(uuid), public.etl_dead_letters(text, int, int, uuid), private.dead_letter_key(text, jsonb),
  private.keep_dead_letter(private.etl_dead_letters), private.store_or_keep(uuid, uuid, text, jsonb)
  from public, anon, authenticated;
grant execute on function
  public.etl_jobs(int, int, uuid), public.etl_job(uuid), public.create_etl_job(jsonb, uuid), public.update_etl_job(uuid, jsonb),
  public.run_etl_job(uuid), public.reset_etl_job(uuid), public.etl_job_runs(uuid, int, int), public.etl_run(uuid),
  public.etl_status(uuid), public.etl_dead_letters(text, int, int, uuid)
  to authenticated, service_role;
