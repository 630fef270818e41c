-- What pg_cron has pg_net ask of the functions, and what they answered. pg_net forgets answers after six hours, and a
-- wrong secret shows in nothing else: each call is refused, and the job that made it has succeeded.

create table private.scheduled_calls (
  id bigint generated always as identity primary key,
  job text not null,
  request_id bigint not null,
  called_at timestamptz not null default now(),
  answered_at timestamptz,
  status_code int,
  error text
);
comment on table private.scheduled_calls is
  'Calls of the functions by jobs, of the last day and the last of each job, with what came back.';
comment on column private.scheduled_calls.request_id is 'pg_net''s; it counts from 1 again after a crash.';
comment on column private.scheduled_calls.error is 'Why there is no status: a time-out, or what the network said.';
create index scheduled_calls_job_called_at_idx on private.scheduled_calls (job, called_at desc);
create index scheduled_calls_unanswered_idx on private.scheduled_calls (request_id) where answered_at is null;

alter table private.scheduled_calls enable row level security;
revoke all on private.scheduled_calls from public, anon, authenticated, service_role;

-- The time-out is short because pg_net waits for all answers of a batch before it sends the next: functions answer
-- first and work then.
create function private.call_function(p_job text, p_path text, p_body jsonb default '{}')
returns bigint
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_request_id bigint;
begin
  v_request_id := net.http_post(
    url := rtrim(private.vault_secret('functions_url'), '/') || p_path,
    body := p_body,
    headers := jsonb_build_object(
      'content-type', 'application/json', 'authorization', 'Bearer ' || private.vault_secret('digest_cron_secret')),
    timeout_milliseconds := 5000);
  insert into private.scheduled_calls (job, request_id) values (p_job, v_request_id);
  return v_request_id;
end $$;
comment on function private.call_function(text, text, jsonb) is
  'Asks a function to do a job''s work; answers the id of the request.';

create function private.keep_answers()
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  update private.scheduled_calls c
  set answered_at = r.created, status_code = r.status_code,
    error = case when r.timed_out then 'no answer in time' else left(r.error_msg, 200) end
  from net._http_response r
  where c.answered_at is null and r.id = c.request_id and r.created > c.called_at - interval '1 minute';
  delete from private.scheduled_calls c
  where c.called_at < now() - interval '1 day'
    and exists (
      select from private.scheduled_calls later
      where later.job = c.job and later.called_at > c.called_at and later.answered_at is not null);
end $$;
comment on function private.keep_answers() is
  'Writes down what pg_net was answered, and forgets what is old.';

-- Security definer: Vault and pg_net are nobody's but the owner's.
create function public.scheduled_calls()
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'now', now(),
    'missing_secrets', (
      select coalesce(jsonb_agg(needed.name order by needed.name), '[]')
      from (values ('digest_cron_secret'), ('functions_url')) needed (name)
      where not exists (
        select from vault.decrypted_secrets s where s.name = needed.name and coalesce(s.decrypted_secret, '') <> '')),
    'jobs', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'job', last.job, 'called_at', last.called_at, 'answered_at', answered.answered_at,
        'status_code', answered.status_code, 'error', answered.error) order by last.job), '[]')
      from (
        select c.job, max(c.called_at) as called_at from private.scheduled_calls c group by c.job) last
      left join lateral (
        select c.answered_at, c.status_code, c.error from private.scheduled_calls c
        where c.job = last.job and c.answered_at is not null
        order by c.called_at desc limit 1) answered on true))
$$;
comment on function public.scheduled_calls() is
  'What calls of the functions need and Vault lacks, and each job''s last call and last answer: {now, '
  'missing_secrets, jobs: [{job, called_at, answered_at, status_code, error}]}.';

revoke execute
on function private.call_function(text, text, jsonb), private.keep_answers(), public.scheduled_calls()
from public, anon, authenticated;
grant execute on function public.scheduled_calls() to service_role;

select cron.schedule('keep-answers', '* * * * *', 'select private.keep_answers()');
select
  cron.schedule('self-test', '*/5 * * * *', 'select private.call_function(''self-test'', ''/health/self-test'')');
