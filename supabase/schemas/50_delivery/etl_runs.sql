-- What became of each run of a job.

create table private.etl_runs (
  id uuid primary key default gen_random_uuid(),
  job_id uuid not null references private.etl_jobs (id)
    on delete cascade,
  org_id uuid not null references public.organizations (id)
    on delete cascade,
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
comment on column private.etl_runs.steps is
  '[{name, state, done, total}], in order; total is null until GitHub has said it.';
comment on column private.etl_runs.calls is 'Calls of the function it was worked on in.';
comment on column private.etl_runs.version is 'Grows with every change: the id of its live events.';
create index etl_runs_job_idx on private.etl_runs (job_id, created_at desc);
create index etl_runs_org_idx on private.etl_runs (org_id, created_at desc);
create unique index etl_runs_unfinished_key on private.etl_runs (job_id) where state in ('READY', 'RUNNING');

alter table private.etl_runs enable row level security;
revoke all on private.etl_runs from public, anon, authenticated, service_role;

create function private.etl_run_json(p_run private.etl_runs)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select to_jsonb(p_run) || jsonb_build_object(
    'partial', p_run.state = 'FINISHED' and p_run.reason is not null,
    'seconds', extract(epoch from coalesce(p_run.finished_at, now()) - p_run.started_at)::int,
    'resumes_at', (select case when p_run.state = 'READY' then j.next_run_at end from private.etl_jobs j
      where j.id = p_run.job_id))
$$;
comment on function private.etl_run_json(private.etl_runs) is 'A run as the API shows it.';

create function private.etl_run_of(p_id uuid)
returns private.etl_runs
language plpgsql
stable
set search_path = ''
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

-- Security definer: see etl_jobs().
create function public.etl_job_runs(p_job_id uuid, p_page int, p_page_size int)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform private.etl_job_of(p_job_id, false);
  return jsonb_build_object(
    'total_count', (select count(*) from private.etl_runs r where r.job_id = p_job_id),
    'runs', (
      select coalesce(jsonb_agg(row.run order by row.created_at desc, row.id), '[]')
      from (
        select r.created_at, r.id, private.etl_run_json(r) as run from private.etl_runs r where r.job_id = p_job_id
        order by r.created_at desc, r.id limit least(p_page_size, 1000) offset (p_page - 1) * p_page_size
      ) row));
end $$;
comment on function public.etl_job_runs(uuid, int, int) is 'A page of a job''s runs, the newest first.';

create function public.etl_run(p_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return private.etl_run_json(private.etl_run_of(p_id));
end $$;
comment on function public.etl_run(uuid) is 'One run.';

revoke execute
on function private.etl_run_json(private.etl_runs),
private.etl_run_of(uuid),
public.etl_job_runs(uuid, int, int),
public.etl_run(uuid)
from public, anon, authenticated;
grant execute on function public.etl_job_runs(uuid, int, int), public.etl_run(uuid) to authenticated, service_role;
