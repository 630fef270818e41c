-- What happens by itself: digests are enqueued and sent when they are due, a sweep retries what did not finish, and history is
-- trimmed. pg_cron runs the jobs, pg_net calls the digest function, Vault holds its URL and the key that opens it.

create extension if not exists pg_cron with schema pg_catalog;
create extension if not exists pg_net with schema extensions;
create extension if not exists supabase_vault with schema vault;

-- Nobody but the jobs' owner may run these: they read Vault.
create function private.vault_secret(p_name text) returns text
language plpgsql stable set search_path = ''
as $$
declare
  v_secret text;
begin
  select s.decrypted_secret into v_secret from vault.decrypted_secrets s where s.name = p_name;
  if coalesce(v_secret, '') = '' then
    raise exception using errcode = 'LL503', message = format('Vault secret %s is missing', p_name),
      hint = format('select vault.create_secret(''…'', %L)', p_name);
  end if;
  return v_secret;
end $$;
comment on function private.vault_secret(text) is 'A secret from Vault; raises by its name when it is missing.';

create function private.call_digest_function() returns bigint
language sql volatile set search_path = ''
as $$
  -- The function works for up to 100 seconds; hosted Supabase ends a request after 150.
  select net.http_post(
    url := rtrim(private.vault_secret('functions_url'), '/') || '/digest/weekly',
    body := '{"scope": "due"}'::jsonb,
    headers := jsonb_build_object(
      'content-type', 'application/json', 'authorization', 'Bearer ' || private.vault_secret('digest_cron_secret')),
    timeout_milliseconds := 150000)
$$;
comment on function private.call_digest_function() is 'Asks the digest function to work the outbox; answers the id of the request.';

create function private.run_due_digests(p_now timestamptz default now()) returns bigint
language plpgsql volatile set search_path = ''
as $$
begin
  -- Asked for even when nothing is due, so that a project without them learns it within the hour and not on Monday.
  perform private.vault_secret('functions_url'), private.vault_secret('digest_cron_secret');
  perform private.enqueue_due_digests(p_now);
  return private.sweep_digests();
end $$;
comment on function private.run_due_digests(timestamptz) is
  'The hourly job: enqueues what is due and has it sent; answers the id of the request, or null when there is nothing to do.';

create function private.sweep_digests() returns bigint
language plpgsql volatile set search_path = ''
as $$
begin
  return case when private.digests_claimable() then private.call_digest_function() end;
end $$;
comment on function private.sweep_digests() is
  'Has digests sent that are due for another try or were left behind; answers the id of the request, or null.';

create function private.trim_history() returns void
language plpgsql volatile set search_path = ''
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
  delete from cron.job_run_details where coalesce(end_time, start_time) < now() - interval '7 days';
end $$;
comment on function private.trim_history() is 'Deletes history nobody needs any more. pg_net trims its own.';

revoke execute on function
  private.vault_secret(text), private.call_digest_function(), private.run_due_digests(timestamptz), private.sweep_digests(),
  private.trim_history()
  from public, anon, authenticated;

select cron.schedule('digest-enqueue', '0 * * * *', 'select private.run_due_digests()');
-- A call sends up to 200 digests, so this is also how fast a long outbox empties: about what a mail provider lets through.
select cron.schedule('digest-sweep', '*/2 * * * *', 'select private.sweep_digests()');
select cron.schedule('trim-history', '17 3 * * *', 'select private.trim_history()');
