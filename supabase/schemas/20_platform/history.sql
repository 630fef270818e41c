-- What is kept only for a while.

create function private.trim_history()
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  delete from public.idempotency_keys where claimed_at < now() - interval '24 hours';
  delete from public.github_cache where stored_at < now() - interval '30 days';
  delete from public.digest_events where received_at < now() - interval '180 days';
  delete from public.digest_runs where started_at < now() - interval '90 days';
  -- That a week was sent is kept, or it could be sent again; what was in it need not be.
  update public.digests
  set content = null, envelope = null, body_text = null, body_html = null, last_error = null
  where updated_at < now() - interval '90 days' and envelope is not null and state not in ('pending', 'sending');
  delete from private.webhook_deliveries where received_at < now() - interval '30 days';
  delete from private.etl_dead_letters where state = 'resolved' and updated_at < now() - interval '30 days';
  delete from private.alert_mails where updated_at < now() - interval '400 days';
  delete from private.etl_runs where finished_at < now() - interval '90 days';
  delete from cron.job_run_details where coalesce(end_time, start_time) < now() - interval '7 days';
end $$;
comment on function private.trim_history() is
  'Deletes history nobody needs any more. pg_net trims its own.';

create function private.trim_logs(p_org_id uuid, p_before timestamptz, p_limit int)
returns bigint
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_rows bigint;
begin
  delete from private.etl_runs r where r.id = any (array(
    select o.id from private.etl_runs o where o.org_id = p_org_id and o.finished_at < p_before
    order by o.created_at limit p_limit for update skip locked
    ));
  get diagnostics v_rows = row_count;
  if v_rows = 0 then
    delete from private.etl_dead_letters d where d.id = any (array(
      select o.id from private.etl_dead_letters o where o.org_id = p_org_id and o.updated_at < p_before limit p_limit
        for update skip locked
    ));
    get diagnostics v_rows = row_count;
  end if;
  if v_rows = 0 then
    delete from private.ai_dead_letters d where d.id = any (array(
      select o.id from private.ai_dead_letters o where o.org_id = p_org_id and o.received_at < p_before
      order by o.id limit p_limit for update skip locked
    ));
    get diagnostics v_rows = row_count;
  end if;
  return v_rows;
end $$;
comment on function private.trim_logs(uuid, timestamptz, int) is
  'Removes up to so many of an organization''s runs of jobs and dead letters from before a moment.';

revoke execute
on function private.trim_history(), private.trim_logs(uuid, timestamptz, int)
from public, anon, authenticated;

select cron.schedule('trim-history', '17 3 * * *', 'select private.trim_history()');
