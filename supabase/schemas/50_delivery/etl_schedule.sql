-- Due jobs are started by the database: every minute, if there is something to do, pg_cron has pg_net call the
-- function.

-- Security definer: nobody has rights on the tables. A delivery that has just come is being worked on by who took it.
create function public.etl_due_count(p_job_id uuid default null)
returns int
language sql
stable
security definer
set search_path = ''
as $$
  select (
    select count(*)::int from private.etl_jobs j
    where j.next_run_at <= now() and (j.lease_until is null or j.lease_until < now())
      and (p_job_id is null or j.id = p_job_id)
  ) + (
    select count(*)::int from private.webhook_deliveries d
    where p_job_id is null
      and d.state = 'received' and coalesce(d.lease_until, d.received_at + interval '30 seconds') < now())
$$;
comment on function public.etl_due_count(uuid) is
  'How many jobs and deliveries are due and nobody''s yet; of one job only, 1 or 0.';

create function private.start_due_etl()
returns bigint
language plpgsql
volatile
set search_path = ''
as $$
begin
  return case when public.etl_due_count() > 0 then private.call_function('etl-due', '/etl/tick') end;
end $$;
comment on function private.start_due_etl() is
  'The job of every minute: has worked what is due; answers the id of the request, or null.';

-- Nobody who may wake the worker may read Vault, hence security definer.
create function private.wake_etl()
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform private.call_function('etl-due', '/etl/tick');
exception when sqlstate 'LL503' then
  -- The minute's job says the same by name in cron.job_run_details; whoever asks for a run can do nothing about it.
  null;
end $$;
comment on function private.wake_etl() is 'Has a worker called now rather than within the minute.';

revoke execute
on function public.etl_due_count(uuid), private.start_due_etl(), private.wake_etl()
from public, anon, authenticated;
grant execute on function public.etl_due_count(uuid) to service_role;

select cron.schedule('etl-due', '* * * * *', 'select private.start_due_etl()');
