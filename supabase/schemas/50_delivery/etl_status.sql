-- How an organization's jobs are, at a glance.

-- Security definer: see etl_jobs().
create function public.etl_status(p_org_id uuid default null)
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
    'jobs', (
      select jsonb_build_object(
        'total', count(*), 'active', count(*) filter (where j.active),
        'ready', count(*) filter (where j.state = 'READY'), 'running', count(*) filter (where j.state = 'RUNNING'),
        'finished', count(*) filter (where j.state = 'FINISHED'), 'failed', count(*) filter (where j.state = 'FAILED'))
      from private.etl_jobs j where j.org_id = v_org_id),
    'failing', (
      select coalesce(jsonb_agg(jsonb_build_object('id', j.id, 'repository', j.repository, 'reason', j.reason)
        order by j.repository), '[]')
      from (
        select * from private.etl_jobs j where j.org_id = v_org_id and j.state = 'FAILED' order by j.repository
        limit 100
      ) j),
    'next_run_at', (select min(j.next_run_at) from private.etl_jobs j where j.org_id = v_org_id),
    'last_finished_at', (select max(r.finished_at) from private.etl_runs r
      where r.org_id = v_org_id and r.state = 'FINISHED'),
    'open_dead_letters', (select count(*) from private.etl_dead_letters d
      where d.org_id = v_org_id and d.state = 'open'));
end $$;
comment on function public.etl_status(uuid) is
  'Jobs by state, which fail and why, and how many dead letters are open.';

revoke execute on function public.etl_status(uuid) from public, anon, authenticated;
grant execute on function public.etl_status(uuid) to authenticated, service_role;
