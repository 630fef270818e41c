-- What a worker does with a job: takes it under a lease, stores page by page with the place it has come to, and lets
-- it go. Rows and place are one transaction, so that a worker may die anywhere; its lease runs out, and the next one
-- goes on from the last page.

-- Security definer, all of these: only the service may, and nobody has rights on the tables.
create function public.etl_claim(p_job_id uuid default null)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_job private.etl_jobs;
  v_run private.etl_runs;
  v_deaths constant int := 5;
begin
  loop
    select j.* into v_job from private.etl_jobs j
    where j.next_run_at <= now() and (j.lease_until is null or j.lease_until < now())
      and (p_job_id is null or j.id = p_job_id)
    order by j.next_run_at limit 1
    for update skip locked;
    if v_job.id is null then
      return null;
    end if;
    insert into private.etl_runs (job_id, org_id, trigger) values (v_job.id, v_job.org_id, 'schedule')
    on conflict (job_id) where state in ('READY', 'RUNNING') do nothing;
    select r.* into v_run from private.etl_runs r where r.job_id = v_job.id and r.state in ('READY', 'RUNNING');

    exit when v_job.lease_token is null or v_job.takeovers < v_deaths - 1;
    perform private.end_etl_run(v_job, v_run.id, 'FAILED',
      format('The worker died %s times at the same place', v_deaths));
  end loop;

  update private.etl_jobs j set
    state = 'RUNNING', reason = null, lease_token = gen_random_uuid(), lease_until = now() + interval '2 minutes',
    takeovers = case when j.lease_token is null then j.takeovers else j.takeovers + 1 end
  where j.id = v_job.id returning * into v_job;
  update private.etl_runs r set
    state = 'RUNNING', reason = null, started_at = coalesce(r.started_at, now()), calls = r.calls + 1,
    version = r.version + 1, updated_at = now()
  where r.id = v_run.id returning * into v_run;
  return jsonb_build_object(
    'job_id', v_job.id, 'run_id', v_run.id, 'lease_token', v_job.lease_token, 'repository', v_job.repository,
    'repository_github_id', v_job.repository_github_id, 'settings', v_job.settings, 'cursor', v_job.cursor,
    'steps', v_run.steps, 'started_at', v_run.started_at, 'reads_as', v_job.reads_as,
    -- Whoever has left the organization lends it their token no more.
    'user_id', (select m.user_id from public.memberships m
      where m.org_id = v_job.org_id and m.user_id = v_job.created_by));
end $$;
comment on function public.etl_claim(uuid) is
  'Takes the job that has been due the longest, or this one, for two minutes; a dead worker''s too. Null when there '
  'is none.';

create function private.leased_etl_job(p_job_id uuid, p_lease_token uuid)
returns private.etl_jobs
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_job private.etl_jobs;
begin
  select j.* into v_job from private.etl_jobs j where j.id = p_job_id and j.lease_token = p_lease_token for update;
  if v_job.id is null then
    raise exception using errcode = 'LL409', message = 'conflict', detail = 'The lease is another worker''s by now';
  end if;
  return v_job;
end $$;
comment on function private.leased_etl_job(uuid, uuid) is
  'The job, locked, if the lease is still this one; 409 otherwise.';

create function public.etl_checkpoint(p_job_id uuid, p_lease_token uuid, p_page jsonb)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_job private.etl_jobs := private.leased_etl_job(p_job_id, p_lease_token);
  v_counts jsonb;
  v_other uuid;
begin
  select j.id into v_other from private.etl_jobs j
  where j.org_id = v_job.org_id and j.id <> p_job_id
    and j.repository_github_id = (p_page #>> '{repository,github_id}')::bigint;
  if v_other is not null then
    return jsonb_build_object('duplicate_of', v_other);
  end if;
  v_counts := private.store_or_keep(v_job.org_id, p_job_id, null, p_page -> 'groups');
  if p_page ? 'forget_branches_before' then
    delete from private.branches b using private.repositories r
    where r.id = b.repository_id and r.org_id = v_job.org_id and r.github_id = v_job.repository_github_id
      and b.seen_at < (p_page ->> 'forget_branches_before')::timestamptz;
  end if;
  if p_page ? 'repository' then
    update private.etl_jobs set
      repository = p_page #>> '{repository,full_name}',
      repository_github_id = (p_page #>> '{repository,github_id}')::bigint
    where id = p_job_id;
  end if;
  update private.etl_jobs set
    cursor = p_page -> 'cursor', lease_until = now() + interval '2 minutes', takeovers = 0, updated_at = now()
  where id = p_job_id;
  update private.etl_runs r set
    steps = p_page -> 'steps', requests = r.requests + (p_page ->> 'requests')::int, pages = r.pages + 1,
    stored = r.stored + (v_counts ->> 'stored')::int, rejected = r.rejected + (v_counts ->> 'rejected')::int,
    version = r.version + 1, updated_at = now()
  where r.job_id = p_job_id and r.state = 'RUNNING';
  return v_counts;
end $$;
comment on function public.etl_checkpoint(uuid, uuid, jsonb) is
  'Stores a page {groups: [{kind, items}], cursor, steps, requests, repository?, forget_branches_before?} and renews '
  'the lease; 409 when it is lost. Stores nothing, and says so, when another job reads the same repository by an '
  'older name.';

create function private.end_etl_run(p_job private.etl_jobs, p_run_id uuid, p_state text, p_reason text)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  update private.etl_runs r set
    state = p_state, reason = p_reason, finished_at = now(), updated_at = now(), version = r.version + 1
  where r.id = p_run_id;
  update private.etl_jobs j set
    state = p_state, reason = p_reason, lease_token = null, lease_until = null, takeovers = 0, updated_at = now(),
    next_run_at = case
      when not j.active then null
      -- Finished for a reason is finished in part.
      when p_state = 'FAILED' or p_reason is not null then now() + make_interval(mins => j.retry_minutes)
      -- What a webhook told of while this ran may have come too late for it.
      when j.nudged_at > (select r.started_at from private.etl_runs r where r.id = p_run_id)
        then now() + interval '1 minute'
      else now() + make_interval(mins => j.interval_minutes)
    end
  where j.id = p_job.id;
end $$;
comment on function private.end_etl_run(private.etl_jobs, uuid, text, text) is
  'Ends a run, FINISHED or FAILED, and says when the next is due.';

create function public.etl_release(p_job_id uuid, p_lease_token uuid, p_outcome jsonb)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_job private.etl_jobs := private.leased_etl_job(p_job_id, p_lease_token);
  v_run_id uuid := (select r.id from private.etl_runs r where r.job_id = p_job_id and r.state = 'RUNNING');
  v_resume_at timestamptz := coalesce((p_outcome ->> 'resume_at')::timestamptz, now());
begin
  update private.etl_runs r set requests = r.requests + coalesce((p_outcome ->> 'requests')::int, 0)
  where r.id = v_run_id;
  if p_outcome ->> 'state' in ('FINISHED', 'FAILED') then
    perform private.end_etl_run(v_job, v_run_id, p_outcome ->> 'state', p_outcome ->> 'reason');
    update private.etl_jobs j set
      proved_at = case
        when p_outcome ->> 'state' = 'FINISHED' then now()
        when (p_outcome ->> 'lost_access')::boolean then null
        else j.proved_at
      end
    where j.id = p_job_id;
    if p_outcome ->> 'state' = 'FINISHED' then
      perform private.route_deliveries_to(v_job.repository_github_id);
    end if;
    return;
  end if;
  update private.etl_runs r set
    state = 'READY', reason = p_outcome ->> 'reason', updated_at = now(), version = r.version + 1
  where r.id = v_run_id;
  update private.etl_jobs j set
    state = 'READY', reason = p_outcome ->> 'reason', lease_token = null, lease_until = null, next_run_at = v_resume_at,
    updated_at = now()
  where j.id = p_job_id;
  if v_resume_at <= now() then
    perform private.wake_etl();
  end if;
end $$;
comment on function public.etl_release(uuid, uuid, jsonb) is
  'Lets a job go: {state: FINISHED, reason? (of what failed, if only a part is done)}, {state: FAILED, reason?, '
  'lost_access?}, or {state: READY, reason?, resume_at?} to go on in another call.';

revoke execute
on function public.etl_claim(uuid),
private.leased_etl_job(uuid, uuid),
public.etl_checkpoint(uuid, uuid, jsonb),
private.end_etl_run(private.etl_jobs, uuid, text, text),
public.etl_release(uuid, uuid, jsonb)
from public, anon, authenticated;
grant execute
on function public.etl_claim(uuid), public.etl_checkpoint(uuid, uuid, jsonb), public.etl_release(uuid, uuid, jsonb)
to service_role;
