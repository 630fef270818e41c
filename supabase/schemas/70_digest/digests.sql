-- The outbox of the weekly digest. How long a claim lasts, when a row is given up and what may be sent again is
-- decided here, under the row's lock, so that any number of runs at once, and runs that die, send one mail.

create type public.digest_state as enum ('pending', 'sending', 'sent', 'stored', 'failed', 'skipped', 'expired');
comment on type public.digest_state is
  'pending waits for next_attempt_at, sending is leased to a run, stored had no mail provider, failed was refused, '
  'skipped was no longer wanted or theirs, expired was still failing when the next week''s was due.';

create table public.digests (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  user_id uuid not null references public.users (id)
    on delete cascade,
  week_start date not null check (extract(isodow from week_start) = 1),
  state public.digest_state not null default 'pending',
  attempts int not null default 0,
  next_attempt_at timestamptz not null default now(),
  first_attempt_at timestamptz,
  claimed_at timestamptz,
  lease_until timestamptz,
  unsure_since timestamptz,
  run_id uuid references public.digest_runs (id)
    on delete set null,
  content jsonb,
  envelope jsonb,
  subject text,
  body_text text,
  body_html text,
  provider_message_id text,
  last_error text check (char_length(last_error) <= 500),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  sent_at timestamptz,
  expires_at timestamptz not null default now() + interval '7 days',
  renewal int not null default 0 check (renewal >= 0),
  constraint digests_once_a_week unique (user_id, week_start),
  check (state <> 'sending' or (lease_until is not null and claimed_at is not null))
);
comment on table public.digests is 'The outbox: one digest of one person and week, from wanted to delivered.';
comment on column public.digests.week_start is 'Monday of the week it reports.';
comment on column public.digests.unsure_since is
  'Since when the mail may have gone out without us knowing. The provider forgets our idempotency key after a day.';
comment on column public.digests.expires_at is
  'When the next week''s digest is due: this one is no longer tried then.';
comment on column public.digests.renewal is
  'How often the mail was made a new one for the provider, with an idempotency key of its own.';
comment on column public.digests.envelope is
  'Sender, recipient and headers. Kept with the bodies before the first attempt, because a repeat must be the same '
  'mail.';
create index digests_org_id_idx on public.digests (org_id);
create index digests_run_id_idx on public.digests (run_id);
create index digests_unfinished_idx on public.digests (next_attempt_at) where state in ('pending', 'sending');
create index digests_undelivered_idx on public.digests (updated_at) where state in ('failed', 'expired');
create index digests_sent_at_idx on public.digests (sent_at) where sent_at is not null;
create unique index digests_provider_message_id_idx on public.digests (provider_message_id);

alter table public.digests enable row level security;
create policy "members see which digests went out in their organization" on public.digests
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on public.digests from public, anon, authenticated, service_role;
-- Not the bodies and the envelope: they hold the recipient's own unsubscribe link.
grant select (id, org_id, user_id, week_start, state, attempts, next_attempt_at, created_at, updated_at, sent_at)
on public.digests
to authenticated;
grant select, insert, update, delete on public.digests to service_role;

create trigger digests_set_org
before insert or update of user_id, org_id on public.digests
for each row
execute function private.set_org_from_user();
create trigger digests_touch_updated_at
before update on public.digests
for each row
execute function private.touch_updated_at();

-- A run that died may have died of the digest: the more often, the longer it is left alone.
create function private.digest_free_at(p_digest public.digests)
returns timestamptz
language sql
stable
set search_path = ''
as $$
  select case p_digest.state
    when 'pending' then p_digest.next_attempt_at
    when 'sending' then p_digest.lease_until
      + least(interval '5 minutes' * (power(2, least(greatest(p_digest.attempts, 1), 10) - 1) - 1), interval '6 hours')
  end
$$;
comment on function private.digest_free_at(public.digests) is
  'When a digest that is not finished may be taken by a run that nobody asked for.';

create function private.digests_claimable()
returns boolean
language sql
stable
set search_path = ''
as $$
  select exists (
    select from public.digests d where d.state in ('pending', 'sending') and private.digest_free_at(d) <= now())
$$;
comment on function private.digests_claimable() is
  'Whether the outbox has work: rows due, or left behind by a run that died.';

create function public.digest_claim(p_run_id uuid, p_limit int)
returns jsonb
language plpgsql
volatile
set search_path = ''
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
        when v_run.scope = 'due' then private.digest_free_at(d) <= now()
        when d.state = 'sending' then d.lease_until < now()
        -- A run that was asked for does not wait for the backoff, but never takes what a run beside it just tried.
        else coalesce(d.claimed_at < v_run.started_at, true)
      end
      and (v_run.scope <> 'email' or d.user_id = v_run.user_id)
      and (v_run.week_start is null or d.week_start = v_run.week_start)
    order by d.next_attempt_at, d.id
    limit p_limit
    for update of d skip locked
  ),
  judged as (
    select d.id,
      (case
        -- Whoever left the organization has no business with its numbers.
        when u.org_id <> d.org_id or not coalesce(p.enabled, true) then 'skipped'
        when d.expires_at <= now() then 'expired'
        else 'sending'
      end)::public.digest_state as state,
      -- It must not go to an address that is no longer theirs.
      d.envelope is not null and d.envelope ->> 'to' is distinct from u.email as moved
    from candidate
    join public.digests d on d.id = candidate.id
    join public.users u on u.id = d.user_id
    left join public.digest_preferences p on p.user_id = d.user_id
  ),
  changed as (
    update public.digests d
    set state = j.state,
      last_error = case when j.state = 'expired'
        then left(coalesce(d.last_error, case when d.unsure_since is null then 'not tried' else 'outcome unknown' end),
          480) || ' (expired)'
        else d.last_error end,
      run_id = p_run_id,
      claimed_at = now(),
      lease_until = case when j.state = 'sending' then now() + interval '5 minutes' end,
      attempts = d.attempts + case when j.state = 'sending' then 1 else 0 end,
      envelope = case when not j.moved then d.envelope end,
      renewal = d.renewal + case when j.moved then 1 else 0 end,
      unsure_since = case when not j.moved then d.unsure_since end
    from judged j
    where d.id = j.id
    returning d.*
  )
  select jsonb_build_object(
    'claimed', coalesce(jsonb_agg(jsonb_build_object(
      'id', c.id, 'user_id', c.user_id, 'email', u.email, 'week_start', c.week_start, 'attempts', c.attempts,
      'rendered', c.envelope is not null,
      'in_doubt', case when c.unsure_since < now() - interval '23 hours' then jsonb_build_object(
        'to', c.envelope ->> 'to', 'subject', c.subject, 'since', c.unsure_since) end,
      'content', case when c.envelope is null then private.digest_content(c.user_id, c.week_start) end))
      filter (where c.state = 'sending'), '[]'),
    'failed', coalesce(jsonb_agg(jsonb_build_object('email', u.email, 'error', c.last_error))
      filter (where c.state = 'expired'), '[]'),
    'skipped', count(*) filter (where c.state = 'skipped'))
  into v_answer
  from changed c join public.users u on u.id = c.user_id;
  return v_answer;
end $$;
comment on function public.digest_claim(uuid, int) is
  'Leases up to so many digests to a run: {claimed: [{id, user_id, email, week_start, attempts, rendered, in_doubt, '
  'content}], failed, skipped}. Gives up those that have expired and skips those no longer wanted or theirs; '
  'in_doubt may have gone out and the provider no longer knows the key.';

create function public.digest_prepare(
  p_run_id uuid,
  p_id uuid,
  p_message jsonb default null,
  p_renew boolean default false
)
returns jsonb
language sql
volatile
set search_path = ''
as $$
  update public.digests d
  set content = case when d.envelope is null then p_message -> 'content' else d.content end,
    subject = case when d.envelope is null then p_message ->> 'subject' else d.subject end,
    body_text = case when d.envelope is null then p_message ->> 'text' else d.body_text end,
    body_html = case when d.envelope is null then p_message ->> 'html' else d.body_html end,
    envelope = coalesce(d.envelope, p_message -> 'envelope'),
    first_attempt_at = coalesce(d.first_attempt_at, d.claimed_at),
    unsure_since = case when p_renew then d.claimed_at else coalesce(d.unsure_since, d.claimed_at) end,
    renewal = d.renewal + case when p_renew then 1 else 0 end,
    lease_until = now() + interval '5 minutes'
  where d.id = p_id and d.run_id = p_run_id and d.state = 'sending' and d.lease_until > now()
    and exists (select from public.users u where u.id = d.user_id and u.org_id = d.org_id)
  returning jsonb_build_object(
    'subject', d.subject, 'text', d.body_text, 'html', d.body_html, 'envelope', d.envelope, 'renewal', d.renewal)
$$;
comment on function public.digest_prepare(uuid, uuid, jsonb, boolean) is
  'Keeps the mail about to be sent, unless one is kept already, and answers the one to send; null when the lease is '
  'lost or the person has left. Renewed, it is a new mail to the provider: for one that is known not to have gone '
  'out.';

create function public.digest_finish(p_run_id uuid, p_id uuid, p_outcome jsonb)
returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_state public.digest_state := (p_outcome ->> 'state')::public.digest_state;
begin
  update public.digests d
  set state = v_state,
    lease_until = null,
    last_error = case when (p_outcome ->> 'tried')::boolean then left(p_outcome ->> 'error', 500) else d.last_error end,
    provider_message_id = coalesce(p_outcome ->> 'message_id', d.provider_message_id),
    -- Not beyond the time when it is given up, so that it is given up in time.
    next_attempt_at = least(
      now() + make_interval(secs => coalesce((p_outcome ->> 'retry_in')::double precision, 0)),
      greatest(d.expires_at, now())),
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
  'Records {state: sent | stored | pending | failed, tried, certain, message_id?, error?, retry_in?} for a digest '
  'the run holds; false when it does not.';

revoke execute
on function private.digest_free_at(public.digests),
private.digests_claimable(),
public.digest_claim(uuid, int),
public.digest_prepare(uuid, uuid, jsonb, boolean),
public.digest_finish(uuid, uuid, jsonb)
from public, anon, authenticated;
grant execute
on function private.digest_free_at(public.digests),
private.digests_claimable(),
public.digest_claim(uuid, int),
public.digest_prepare(uuid, uuid, jsonb, boolean),
public.digest_finish(uuid, uuid, jsonb)
to service_role;
