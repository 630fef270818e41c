-- Working the outbox. How long a claim lasts, when a row is given up and what may be sent again is decided here, under the row's
-- lock, so that any number of runs at once, and runs that die, send one mail.

-- working the outbox -----------------------------------------------------------------------------------------------------

create function public.digest_begin(p_trigger text, p_scope text, p_email text default null, p_week date default null)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  v_run public.digest_runs;
  v_subject record;
  v_user_id uuid;
  v_week date := date_trunc('week', p_week::timestamp)::date;
  v_skipped int := 0;
begin
  update public.digest_runs set status = 'aborted', finished_at = now()
  where status = 'running' and started_at < now() - interval '15 minutes';

  if p_scope = 'email' then
    v_subject := private.subject(p_email);
    v_user_id := v_subject.user_id;
    v_week := private.digest_week(v_subject.time_zone, p_week);
  elsif v_week is not null and not exists (
    select from public.organizations o where v_week <= private.last_completed_week(o.time_zone, now())
  ) then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail = 'week: is not over yet anywhere';
  end if;

  insert into public.digest_runs (trigger, scope, user_id, week_start)
  values (p_trigger, p_scope, v_user_id, v_week) returning * into v_run;

  if p_scope = 'due' then
    perform private.enqueue_due_digests(now());
  else
    v_skipped := private.enqueue_asked_digests(v_user_id, v_week);
  end if;

  return jsonb_build_object(
    'run_id', v_run.id,
    'week_start', coalesce(v_week, private.last_completed_week('America/Los_Angeles', now())),
    'skipped', v_skipped,
    'errors', (
      select coalesce(jsonb_agg(jsonb_build_object('email', u.email, 'error', coalesce(d.last_error, 'failed'))), '[]')
      from public.digests d join public.users u on u.id = d.user_id
      where p_scope = 'email' and d.user_id = v_user_id and d.week_start = v_week and d.state = 'failed'));
end $$;
comment on function public.digest_begin(text, text, text, date) is
  'Opens a run and enqueues what it is for: {run_id, week_start, skipped, errors}. Skipped are those who have that digest or do not want it.';

create function private.enqueue_asked_digests(p_user_id uuid, p_week date) returns int
language plpgsql volatile set search_path = ''
as $$
declare
  v_skipped int;
begin
  -- Whoever asks for one person by name may have repaired what made the digest fail. A mail that may have gone out stays as it
  -- was, so that the provider recognizes it; after a day it would not, and the row stays failed.
  update public.digests d
  set state = 'pending', attempts = 0, last_error = null, next_attempt_at = now() + interval '2 minutes',
    envelope = case when d.unsure_since is not null then d.envelope end
  where d.user_id = p_user_id and d.week_start = p_week and d.state in ('failed', 'skipped')
    and (d.unsure_since is null or d.unsure_since > now() - interval '23 hours')
    and not exists (select from public.digest_preferences p where p.user_id = d.user_id and not p.enabled);

  with person as (
    select u.id as user_id, week.start as week_start, coalesce(p.enabled, true) as enabled, d.state
    from public.users u
    join public.organizations o on o.id = u.org_id
    cross join lateral (select private.last_completed_week(o.time_zone, now())) last(week)
    cross join lateral (select coalesce(p_week, last.week)) week(start)
    left join public.digest_preferences p on p.user_id = u.id
    left join public.digests d on d.user_id = u.id and d.week_start = week.start
    where (p_user_id is null or u.id = p_user_id) and week.start <= last.week
  ),
  -- The two minutes keep a sweep from taking what this run is about to send; should the run die, the sweep gets it then.
  added as (
    insert into public.digests (user_id, week_start, next_attempt_at)
    select user_id, week_start, now() + interval '2 minutes' from person where enabled and state is null order by user_id
    on conflict on constraint digests_once_a_week do nothing
  )
  select count(*) filter (where state in ('sent', 'stored', 'skipped') or (state is null and not enabled))::int
  into v_skipped from person;
  return v_skipped;
end $$;
comment on function private.enqueue_asked_digests(uuid, date) is
  'Enqueues one person or, with null, everybody for a week (null: the last one over where they are); answers how many need or want none.';

create function public.digest_claim(p_run_id uuid, p_limit int) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  v_run public.digest_runs;
  v_answer jsonb;
begin
  select * into strict v_run from public.digest_runs where id = p_run_id;

  with candidate as (
    select d.id
    from public.digests d
    where d.state in ('pending', 'sending')
      and case
        when d.state = 'sending' then d.lease_until < now()
        -- A run that was asked for does not wait for the backoff, but never takes what a run beside it just tried.
        when v_run.scope <> 'due' then coalesce(d.claimed_at < v_run.started_at, true)
        else d.next_attempt_at <= now()
      end
      and (v_run.scope <> 'email' or d.user_id = v_run.user_id)
      and (v_run.week_start is null or d.week_start = v_run.week_start)
    order by d.next_attempt_at, d.id
    limit p_limit
    for update of d skip locked
  ),
  judged as (
    select d.id,
      case
        -- Whether the mail went out is unknown and the provider no longer remembers: twice is worse than never.
        when d.unsure_since < now() - interval '23 hours' then 'outcome unknown'
        when d.attempts >= 8 then coalesce(d.last_error, 'interrupted') || ' (gave up)'
      end as failure,
      coalesce(p.enabled, true) as wanted
    from candidate
    join public.digests d on d.id = candidate.id
    left join public.digest_preferences p on p.user_id = d.user_id
  ),
  changed as (
    update public.digests d
    set state = (case when j.failure is not null then 'failed' when not j.wanted then 'skipped' else 'sending' end)::public.digest_state,
      last_error = left(coalesce(j.failure, d.last_error), 500),
      run_id = p_run_id,
      claimed_at = now(),
      lease_until = case when j.failure is null and j.wanted then now() + interval '5 minutes' end,
      attempts = d.attempts + case when j.failure is null and j.wanted then 1 else 0 end
    from judged j
    where d.id = j.id
    returning d.*
  )
  select jsonb_build_object(
    'claimed', coalesce(jsonb_agg(jsonb_build_object(
      'id', c.id, 'user_id', c.user_id, 'email', u.email, 'week_start', c.week_start, 'attempts', c.attempts,
      'rendered', c.envelope is not null,
      'content', case when c.envelope is null then private.digest_content(c.user_id, c.week_start) end))
      filter (where c.state = 'sending'), '[]'),
    'failed', coalesce(jsonb_agg(jsonb_build_object('email', u.email, 'error', c.last_error))
      filter (where c.state = 'failed'), '[]'),
    'skipped', count(*) filter (where c.state = 'skipped'))
  into v_answer
  from changed c join public.users u on u.id = c.user_id;
  return v_answer;
end $$;
comment on function public.digest_claim(uuid, int) is
  'Leases up to so many digests to a run: {claimed: [{id, user_id, email, week_start, attempts, rendered, content}], failed, skipped}. Gives up those that cannot be tried again and skips those no longer wanted.';

create function public.digest_prepare(p_run_id uuid, p_id uuid, p_message jsonb default null) returns jsonb
language sql volatile set search_path = ''
as $$
  update public.digests d
  set content = case when d.envelope is null then p_message -> 'content' else d.content end,
    subject = case when d.envelope is null then p_message ->> 'subject' else d.subject end,
    body_text = case when d.envelope is null then p_message ->> 'text' else d.body_text end,
    body_html = case when d.envelope is null then p_message ->> 'html' else d.body_html end,
    envelope = coalesce(d.envelope, p_message -> 'envelope'),
    first_attempt_at = coalesce(d.first_attempt_at, d.claimed_at),
    unsure_since = coalesce(d.unsure_since, d.claimed_at),
    lease_until = now() + interval '5 minutes'
  where d.id = p_id and d.run_id = p_run_id and d.state = 'sending' and d.lease_until > now()
  returning jsonb_build_object(
    'subject', d.subject, 'text', d.body_text, 'html', d.body_html, 'envelope', d.envelope)
$$;
comment on function public.digest_prepare(uuid, uuid, jsonb) is
  'Keeps the mail about to be sent, unless one is kept already, and answers the one to send; null when the lease is lost.';

create function public.digest_finish(p_run_id uuid, p_id uuid, p_outcome jsonb) returns boolean
language plpgsql volatile set search_path = ''
as $$
declare
  v_state public.digest_state := (p_outcome ->> 'state')::public.digest_state;
begin
  update public.digests d
  set state = v_state,
    lease_until = null,
    last_error = case when (p_outcome ->> 'tried')::boolean then left(p_outcome ->> 'error', 500) else d.last_error end,
    provider_message_id = coalesce(p_outcome ->> 'message_id', d.provider_message_id),
    next_attempt_at = now() + make_interval(secs => coalesce((p_outcome ->> 'retry_in')::double precision, 0)),
    -- A run that ran out of time before it tried has not made an attempt.
    attempts = d.attempts - case when (p_outcome ->> 'tried')::boolean then 0 else 1 end,
    -- A refusal proves that this attempt sent nothing, not that an earlier one did not.
    unsure_since = case
      when v_state in ('sent', 'stored') then null
      when (p_outcome ->> 'certain')::boolean then nullif(d.unsure_since, d.claimed_at)
      else d.unsure_since
    end,
    sent_at = case when v_state = 'sent' then now() end
  where d.id = p_id and d.run_id = p_run_id and d.state = 'sending';
  return found;
end $$;
comment on function public.digest_finish(uuid, uuid, jsonb) is
  'Records {state: sent | stored | pending | failed, tried, certain, message_id?, error?, retry_in?} for a digest the run holds; false when it does not.';

create function public.digest_end(p_run_id uuid, p_counts jsonb) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  v_run public.digest_runs;
  v_pending bigint;
begin
  select * into strict v_run from public.digest_runs where id = p_run_id;
  select count(*) into v_pending from public.digests d
  where d.state in ('pending', 'sending')
    and (v_run.scope <> 'email' or d.user_id = v_run.user_id)
    and (v_run.week_start is null or d.week_start = v_run.week_start);
  update public.digest_runs
  set sent = (p_counts ->> 'sent')::int, stored = (p_counts ->> 'stored')::int, skipped = (p_counts ->> 'skipped')::int,
    failed = (p_counts ->> 'failed')::int, pending = v_pending::int, finished_at = now(),
    status = case when v_pending = 0 and (p_counts ->> 'failed')::int = 0 then 'ok' else 'partial' end
  where id = p_run_id
  returning * into v_run;
  return jsonb_build_object('status', v_run.status, 'pending', v_run.pending);
end $$;
comment on function public.digest_end(uuid, jsonb) is
  'Closes a run with its {sent, stored, skipped, failed}: {status, pending}, where pending counts what its scope still has to do.';

create function public.digest_runs_page(p_page int, p_page_size int) returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object(
    'total_count', (select count(*) from public.digest_runs),
    'runs', coalesce(jsonb_agg(to_jsonb(r) - 'user_id' order by r.started_at desc, r.id), '[]'))
  from (
    select * from public.digest_runs
    order by started_at desc, id limit p_page_size offset (p_page::bigint - 1) * p_page_size
  ) r
$$;
comment on function public.digest_runs_page(int, int) is 'A page of runs, the newest first: {total_count, runs}.';

revoke execute on function
  public.digest_begin(text, text, text, date), private.enqueue_asked_digests(uuid, date), public.digest_claim(uuid, int),
  public.digest_prepare(uuid, uuid, jsonb), public.digest_finish(uuid, uuid, jsonb), public.digest_end(uuid, jsonb),
  public.digest_runs_page(int, int)
  from public, anon, authenticated;
grant execute on function
  public.digest_begin(text, text, text, date), private.enqueue_asked_digests(uuid, date), public.digest_claim(uuid, int),
  public.digest_prepare(uuid, uuid, jsonb), public.digest_finish(uuid, uuid, jsonb), public.digest_end(uuid, jsonb),
  public.digest_runs_page(int, int)
  to service_role;
