-- The runs that work on digests: asked for by somebody, or due.

create table public.digest_runs (
  id uuid primary key default gen_random_uuid(),
  trigger text not null check (trigger in ('service', 'cron')),
  scope text not null check (scope in ('all', 'email', 'due')),
  user_id uuid references public.users (id)
    on delete set null,
  week_start date check (extract(isodow from week_start) = 1),
  status text not null default 'running' check (status in ('running', 'ok', 'partial', 'aborted')),
  sent int not null default 0,
  stored int not null default 0,
  skipped int not null default 0,
  failed int not null default 0,
  pending int not null default 0,
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  missed int not null default 0
);
comment on table public.digest_runs is 'Every call that worked on digests, and what came of it.';
comment on column public.digest_runs.user_id is 'The one person of a run with scope email.';
comment on column public.digest_runs.failed is
  'Digests it failed at, for good or to be tried again, and those it found failed for good.';
comment on column public.digest_runs.missed is 'Weeks it named that nobody got a digest of.';
comment on column public.digest_runs.status is
  'ok: nothing left and nothing failed; partial: something is; aborted: the run died before it could say.';
create index digest_runs_user_id_idx on public.digest_runs (user_id);
create index digest_runs_started_at_idx on public.digest_runs (started_at desc);

alter table public.digest_runs enable row level security;
create policy "only the service sees runs" on public.digest_runs
for all
to service_role
using (true)
with check (true);
revoke all on public.digest_runs from public, anon, authenticated, service_role;
grant select, insert, update, delete on public.digest_runs to service_role;

create function public.digest_begin(p_trigger text, p_scope text, p_email text default null, p_week date default null)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_run public.digest_runs;
  v_subject record;
  v_time_zone text := 'America/Los_Angeles';
  v_user_id uuid;
  v_week date := date_trunc('week', p_week::timestamp)::date;
  v_skipped int := 0;
  v_missed jsonb := '[]'::jsonb;
begin
  update public.digest_runs set status = 'aborted', finished_at = now()
  where status = 'running' and started_at < now() - interval '15 minutes';

  if p_scope = 'email' then
    v_subject := private.subject(p_email);
    v_user_id := v_subject.user_id;
    v_time_zone := v_subject.time_zone;
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

  if p_scope <> 'email' then
    v_missed := private.name_missed_weeks(v_run.id);
  end if;

  return jsonb_build_object(
    'run_id', v_run.id,
    'week_start', coalesce(v_week, private.last_completed_week(v_time_zone, now())),
    'time_zone', v_time_zone,
    'skipped', v_skipped,
    'missed', v_missed,
    'errors', private.undelivered_digests(p_scope));
end $$;
comment on function public.digest_begin(text, text, text, date) is
  'Opens a run and enqueues what it is for: {run_id, week_start, time_zone, skipped, missed, errors}. Skipped are '
  'those who have that digest or do not want it; missed are weeks that no run has named yet.';

-- What was asked for is tried again, and named if it fails again; the schedule's runs have only this to tell of it.
create function private.undelivered_digests(p_scope text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object('email', found.email, 'error', found.error) order by found.email), '[]')
  from (
    select u.email, coalesce(d.last_error, d.state::text) as error
    from public.digests d join public.users u on u.id = d.user_id
    where p_scope = 'due' and d.state in ('failed', 'expired') and d.updated_at > now() - interval '7 days'
    order by d.updated_at desc limit 200
  ) found
$$;
comment on function private.undelivered_digests(text) is
  'The newest 200 digests that failed or expired in the last seven days, for runs of the schedule: [{email, error}].';

create function private.name_missed_weeks(p_run_id uuid)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_missed jsonb;
begin
  with unnamed as (
    select s.org_id, s.week_start from public.digest_schedule s where s.missed and s.run_id is null
    order by s.week_start, s.org_id limit 500
    for update skip locked
  ),
  named as (
    update public.digest_schedule s set run_id = p_run_id from unnamed
    where s.org_id = unnamed.org_id and s.week_start = unnamed.week_start
    returning s.*
  )
  select coalesce(jsonb_agg(jsonb_build_object(
    'org_id', o.id, 'organization', o.name, 'week_start', named.week_start, 'due_at', named.due_at)
    order by named.week_start, o.name, o.id), '[]')
  into v_missed
  from named join public.organizations o on o.id = named.org_id;
  update public.digest_runs set missed = jsonb_array_length(v_missed) where id = p_run_id;
  return v_missed;
end $$;
comment on function private.name_missed_weeks(uuid) is
  'Up to 500 missed weeks that no run has named yet, which this one does: [{org_id, organization, week_start, '
  'due_at}].';

create function private.enqueue_asked_digests(p_user_id uuid, p_week date)
returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_skipped int;
begin
  -- Whoever asks may have repaired what made digests fail; and whoever asks for one person by name wants it all the
  -- same. A mail that may have gone out stays as it was, so that the provider recognizes it; but what another
  -- organization had to say to a person who moved is made anew.
  update public.digests d
  set state = 'pending', attempts = 0, last_error = null, next_attempt_at = now() + interval '2 minutes',
    expires_at = private.digest_expires_at(o.time_zone, o.digest_weekday, o.digest_hour, d.week_start, now()),
    org_id = o.id,
    envelope = case when d.unsure_since is not null and d.org_id = o.id then d.envelope end,
    unsure_since = case when d.org_id = o.id then d.unsure_since end,
    renewal = d.renewal + case when d.org_id = o.id then 0 else 1 end
  from public.users u join public.organizations o on o.id = u.org_id
  where d.user_id = u.id and (p_user_id is null or u.id = p_user_id)
    and d.week_start = coalesce(p_week, private.last_completed_week(o.time_zone, now()))
    and (d.state in ('failed', 'expired') or (d.state = 'skipped' and p_user_id is not null))
    and not exists (select from public.digest_preferences p where p.user_id = d.user_id and not p.enabled);

  with person as (
    select u.id as user_id, week.start as week_start, coalesce(p.enabled, true) as enabled, d.state,
      private.digest_expires_at(o.time_zone, o.digest_weekday, o.digest_hour, week.start, now()) as expires_at
    from public.users u
    join public.organizations o on o.id = u.org_id
    cross join lateral (select private.last_completed_week(o.time_zone, now())) last(week)
    cross join lateral (select coalesce(p_week, last.week)) week(start)
    left join public.digest_preferences p on p.user_id = u.id
    left join public.digests d on d.user_id = u.id and d.week_start = week.start
    where (p_user_id is null or u.id = p_user_id) and week.start <= last.week
  ),
  -- The two minutes keep a sweep from taking what this run is about to send; should the run die, the sweep gets it
  -- then.
  added as (
    insert into public.digests (user_id, week_start, next_attempt_at, expires_at)
    select user_id, week_start, now() + interval '2 minutes', expires_at from person
    where enabled and state is null order by user_id
    on conflict on constraint digests_once_a_week do nothing
  )
  select count(*) filter (where state in ('sent', 'stored', 'skipped')
    or (not enabled and (state is null or state in ('failed', 'expired'))))::int
  into v_skipped from person;
  return v_skipped;
end $$;
comment on function private.enqueue_asked_digests(uuid, date) is
  'Enqueues one person or, with null, everybody for a week (null: the last one over where they are); answers how '
  'many need or want none.';

create function public.digest_end(p_run_id uuid, p_counts jsonb)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_run public.digest_runs;
  v_pending bigint;
  v_remaining bigint;
begin
  select * into strict v_run from public.digest_runs where id = p_run_id;
  -- What the run gave back is due at once; the rest is what it might still have claimed.
  select count(*), count(*) filter (
    where case
      when d.state = 'sending' then d.lease_until < now()
      when v_run.scope = 'due' or d.run_id = p_run_id then d.next_attempt_at <= now()
      else coalesce(d.claimed_at < v_run.started_at, true)
    end)
  into v_pending, v_remaining from public.digests d
  where d.state in ('pending', 'sending')
    and (v_run.scope <> 'email' or d.user_id = v_run.user_id)
    and (v_run.week_start is null or d.week_start = v_run.week_start);
  update public.digest_runs
  set sent = (p_counts ->> 'sent')::int, stored = (p_counts ->> 'stored')::int, skipped = (p_counts ->> 'skipped')::int,
    failed = (p_counts ->> 'failed')::int, pending = v_pending::int, finished_at = now(),
    status = case when v_pending = 0 and (p_counts ->> 'failed')::int = 0 then 'ok' else 'partial' end
  where id = p_run_id
  returning * into v_run;
  return jsonb_build_object('status', v_run.status, 'pending', v_run.pending, 'remaining', v_remaining);
end $$;
comment on function public.digest_end(uuid, jsonb) is
  'Closes a run with its {sent, stored, skipped, failed}: {status, pending, remaining}, where pending counts what '
  'its scope still has to do and remaining what of it is due now.';

create function public.digest_runs_page(p_page int, p_page_size int)
returns jsonb
language sql
stable
set search_path = ''
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

revoke execute
on function public.digest_begin(text, text, text, date),
private.undelivered_digests(text),
private.name_missed_weeks(uuid),
private.enqueue_asked_digests(uuid, date),
public.digest_end(uuid, jsonb),
public.digest_runs_page(int, int)
from public, anon, authenticated;
grant execute
on function public.digest_begin(text, text, text, date),
private.undelivered_digests(text),
private.name_missed_weeks(uuid),
private.enqueue_asked_digests(uuid, date),
public.digest_end(uuid, jsonb),
public.digest_runs_page(int, int)
to service_role;
