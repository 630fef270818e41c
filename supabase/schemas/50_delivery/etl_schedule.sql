-- Due jobs are started by the database: every minute, if there is something to do, pg_cron has pg_net call the
-- function.

create function private.call_etl_function()
returns bigint
language sql
volatile
set search_path = ''
as $$
  select net.http_post(
    url := rtrim(private.vault_secret('functions_url'), '/') || '/etl/tick',
    body := '{}'::jsonb,
    headers := jsonb_build_object(
      'content-type', 'application/json', 'authorization', 'Bearer ' || private.vault_secret('digest_cron_secret')),
    timeout_milliseconds := 150000)
$$;
comment on function private.call_etl_function() is
  'Asks the etl function to work what is due; answers the id of the request.';

create function private.start_due_etl()
returns bigint
language plpgsql
volatile
set search_path = ''
as $$
begin
  return case when
    exists (select from private.etl_jobs j where j.next_run_at <= now() and (j.lease_until is null or j.lease_until < now()))
    or exists (
      select from private.webhook_deliveries d
      -- A delivery that has just come is being worked on by who took it.
      where d.state = 'received' and coalesce(d.lease_until, d.received_at + interval '30 seconds') < now())
    then private.call_etl_function() end;
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
  perform private.call_etl_function();
exception when sqlstate 'LL503' then
  -- The minute's job says the same by name in cron.job_run_details; whoever asks for a run can do nothing about it.
  null;
end $$;
comment on function private.wake_etl() is 'Has a worker called now rather than within the minute.';

revoke execute
on function private.call_etl_function(), private.start_due_etl(), private.wake_etl()
from public, anon, authenticated;

select cron.schedule('etl-due', '* * * * *', 'select private.start_due_etl()');
