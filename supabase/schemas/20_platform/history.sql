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
  delete from private.etl_runs where finished_at < now() - interval '90 days';
  delete from cron.job_run_details where coalesce(end_time, start_time) < now() - interval '7 days';
end $$;
comment on function private.trim_history() is
  'Deletes history nobody needs any more. pg_net trims its own.';

revoke execute on function private.trim_history() from public, anon, authenticated;

select cron.schedule('trim-history', '17 3 * * *', 'select private.trim_history()');
