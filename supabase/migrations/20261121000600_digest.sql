-- The weekly digest: who wants it, for which organizations and weeks it was enqueued, the outbox that makes a mail go out once
-- however often or concurrently it is asked for, the runs that worked on it and what the mail provider reported afterwards.

create type public.digest_state as enum ('pending', 'sending', 'sent', 'stored', 'failed', 'skipped');
comment on type public.digest_state is
  'pending waits for next_attempt_at, sending is leased to a run, stored had no mail provider, skipped was no longer wanted.';

-- preferences ------------------------------------------------------------------------------------------------------------

create table public.digest_preferences (
  user_id uuid primary key references public.users (id) on delete cascade,
  org_id uuid not null references public.organizations (id) on delete cascade,
  enabled boolean not null default true,
  suppressed_reason text check (suppressed_reason in ('unsubscribed', 'bounced', 'complained')),
  updated_at timestamptz not null default now(),
  check (not enabled or suppressed_reason is null)
);
comment on table public.digest_preferences is 'Whether a person wants the weekly digest. No row means yes.';
comment on column public.digest_preferences.suppressed_reason is
  'Why it is off, when it was not a choice in the settings: a link in the mail, a dead address, a spam complaint.';
create index digest_preferences_org_id_idx on public.digest_preferences (org_id);

create function private.clear_suppression() returns trigger
language plpgsql set search_path = ''
as $$
begin
  if new.enabled then
    new.suppressed_reason := null;
  end if;
  return new;
end $$;
comment on function private.clear_suppression() is 'Turning the digest on again forgets why it was off.';

create trigger digest_preferences_set_org
  before insert or update of user_id, org_id on public.digest_preferences
  for each row execute function private.set_org_from_user();
create trigger digest_preferences_clear_suppression
  before insert or update on public.digest_preferences
  for each row execute function private.clear_suppression();
create trigger digest_preferences_touch_updated_at
  before update on public.digest_preferences for each row execute function private.touch_updated_at();

alter table public.digest_preferences enable row level security;
create policy "people read their own digest preference" on public.digest_preferences
  for select to authenticated using (user_id = (select private.my_user_id()));
create policy "people choose their own digest preference" on public.digest_preferences
  for insert to authenticated with check (user_id = (select private.my_user_id()));
create policy "people change their own digest preference" on public.digest_preferences
  for update to authenticated
  using (user_id = (select private.my_user_id())) with check (user_id = (select private.my_user_id()));
revoke all on public.digest_preferences from public, anon, authenticated, service_role;
grant select on public.digest_preferences to authenticated;
grant insert (user_id, enabled), update (enabled) on public.digest_preferences to authenticated;
grant select, insert, update, delete on public.digest_preferences to service_role;

-- runs -------------------------------------------------------------------------------------------------------------------

create table public.digest_runs (
  id uuid primary key default gen_random_uuid(),
  trigger text not null check (trigger in ('service', 'cron')),
  scope text not null check (scope in ('all', 'email', 'due')),
  user_id uuid references public.users (id) on delete set null,
  week_start date check (extract(isodow from week_start) = 1),
  status text not null default 'running' check (status in ('running', 'ok', 'partial', 'aborted')),
  sent int not null default 0,
  stored int not null default 0,
  skipped int not null default 0,
  failed int not null default 0,
  pending int not null default 0,
  started_at timestamptz not null default now(),
  finished_at timestamptz
);
comment on table public.digest_runs is 'Every call that worked on digests, and what came of it.';
comment on column public.digest_runs.user_id is 'The one person of a run with scope email.';
comment on column public.digest_runs.failed is 'Attempts that failed, for good or to be tried again.';
comment on column public.digest_runs.status is
  'ok: nothing left and nothing failed; partial: something is; aborted: the run died before it could say.';
create index digest_runs_user_id_idx on public.digest_runs (user_id);
create index digest_runs_started_at_idx on public.digest_runs (started_at desc);

alter table public.digest_runs enable row level security;
create policy "only the service sees runs" on public.digest_runs for all to service_role using (true) with check (true);
revoke all on public.digest_runs from public, anon, authenticated, service_role;
grant select, insert, update, delete on public.digest_runs to service_role;

-- the outbox -------------------------------------------------------------------------------------------------------------

create table public.digests (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations (id) on delete cascade,
  user_id uuid not null references public.users (id) on delete cascade,
  week_start date not null check (extract(isodow from week_start) = 1),
  state public.digest_state not null default 'pending',
  attempts int not null default 0,
  next_attempt_at timestamptz not null default now(),
  first_attempt_at timestamptz,
  claimed_at timestamptz,
  lease_until timestamptz,
  unsure_since timestamptz,
  run_id uuid references public.digest_runs (id) on delete set null,
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
  constraint digests_once_a_week unique (user_id, week_start),
  check (state <> 'sending' or (lease_until is not null and claimed_at is not null))
);
comment on table public.digests is 'The outbox: one digest of one person and week, from wanted to delivered.';
comment on column public.digests.week_start is 'Monday of the week it reports.';
comment on column public.digests.unsure_since is
  'Since when the mail may have gone out without us knowing. The provider forgets our idempotency key after a day.';
comment on column public.digests.envelope is
  'Sender, recipient and headers. Kept with the bodies before the first attempt, because a repeat must be the same mail.';
create index digests_org_id_idx on public.digests (org_id);
create index digests_run_id_idx on public.digests (run_id);
create index digests_unfinished_idx on public.digests (next_attempt_at) where state in ('pending', 'sending');
create index digests_sent_at_idx on public.digests (sent_at) where sent_at is not null;
create unique index digests_provider_message_id_idx on public.digests (provider_message_id);

create trigger digests_set_org
  before insert or update of user_id, org_id on public.digests
  for each row execute function private.set_org_from_user();
create trigger digests_touch_updated_at
  before update on public.digests for each row execute function private.touch_updated_at();

alter table public.digests enable row level security;
create policy "members see which digests went out in their organization" on public.digests
  for select to authenticated using (org_id = any (array(select private.my_organization_ids())));
revoke all on public.digests from public, anon, authenticated, service_role;
-- Not the bodies and the envelope: they hold the recipient's own unsubscribe link.
grant select (id, org_id, user_id, week_start, state, attempts, next_attempt_at, created_at, updated_at, sent_at)
  on public.digests to authenticated;
grant select, insert, update, delete on public.digests to service_role;

create table public.digest_schedule (
  org_id uuid not null references public.organizations (id) on delete cascade,
  week_start date not null check (extract(isodow from week_start) = 1),
  due_at timestamptz not null,
  enqueued_at timestamptz not null,
  primary key (org_id, week_start)
);
comment on table public.digest_schedule is
  'The weeks an organization was enqueued for. The row is the claim: whoever inserts it enqueues, so it happens once.';

alter table public.digest_schedule enable row level security;
create policy "only the service sees the schedule" on public.digest_schedule for all to service_role using (true) with check (true);
revoke all on public.digest_schedule from public, anon, authenticated, service_role;
grant select, insert, update, delete on public.digest_schedule to service_role;

create table public.digest_events (
  id text primary key check (char_length(id) between 1 and 200),
  digest_id uuid references public.digests (id) on delete cascade,
  type text not null check (char_length(type) between 1 and 100),
  occurred_at timestamptz,
  received_at timestamptz not null default now()
);
comment on table public.digest_events is 'What the mail provider reported about a digest; the id is that of its message, so it counts once.';
create index digest_events_digest_id_idx on public.digest_events (digest_id);
create index digest_events_received_at_idx on public.digest_events (received_at);

alter table public.digest_events enable row level security;
create policy "only the service sees delivery events" on public.digest_events for all to service_role using (true) with check (true);
revoke all on public.digest_events from public, anon, authenticated, service_role;
grant select, insert, update, delete on public.digest_events to service_role;

revoke execute on function private.clear_suppression() from public, anon, authenticated;
