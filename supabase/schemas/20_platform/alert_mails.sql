-- Mails that tell of something once: a budget that is used up, a disk that fills. One row for each person told, so that
-- whoever has got theirs is not sent another while others are still tried.

create table private.alert_mails (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('budget', 'disk')),
  alert text not null check (char_length(alert) between 1 and 200),
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  user_id uuid not null references public.users (id)
    on delete cascade,
  content jsonb not null,
  state text not null default 'pending' check (
    state in ('pending', 'sent', 'stored', 'failed', 'expired', 'skipped')
  ),
  attempts int not null default 0,
  next_attempt_at timestamptz not null default now(),
  claimed_at timestamptz,
  unsure_since timestamptz,
  expires_at timestamptz not null,
  last_error text check (char_length(last_error) <= 100),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (alert, user_id)
);
comment on table private.alert_mails is 'What is told whom by mail, once: the alert and the person are the key.';
comment on column private.alert_mails.state is
  'stored: there is no mail provider. failed: the provider refused it, or never said whether it went out. expired: it '
  'could not be sent while it was news. skipped: it was no longer theirs to know.';
comment on column private.alert_mails.unsure_since is
  'Since when the mail may have gone out without us knowing. The provider forgets our keys after a day.';
create index alert_mails_pending_idx on private.alert_mails (kind, next_attempt_at) where state = 'pending';
create index alert_mails_undelivered_idx on private.alert_mails (updated_at) where state in ('failed', 'expired');
create index alert_mails_org_id_idx on private.alert_mails (org_id);
create index alert_mails_user_id_idx on private.alert_mails (user_id);

alter table private.alert_mails enable row level security;
create policy "members read what belongs to their organization" on private.alert_mails
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.alert_mails from public, anon, authenticated, service_role;
grant select on private.alert_mails to authenticated, service_role;

create function private.alert_state(p_alert text)
returns text
language sql
stable
set search_path = ''
as $$
  select coalesce((
    select m.state from private.alert_mails m where m.alert = p_alert
    order by array_position('{pending,failed,expired,sent,stored,skipped}', m.state) limit 1), 'stored')
$$;
comment on function private.alert_state(text) is
  'What became of an alert: pending while a mail of it is to be sent, failed or expired if one was not, else sent; '
  'stored where nobody could be mailed.';

create function private.is_wanted(p_mail private.alert_mails)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return case p_mail.kind
    when 'budget' then exists (
      select from private.ai_budget_alerts a
      where a.org_id = p_mail.org_id and private.budget_alert(a.budget_id, a.period_start, a.limit_usd) = p_mail.alert)
      and exists (
        select from public.memberships m
        where m.org_id = p_mail.org_id and m.user_id = p_mail.user_id and m.role in ('owner', 'admin'))
    else exists (
        select from private.disk_alerts a
        where a.ended_at is null and private.disk_alert(a.threshold, a.crossed_at) = p_mail.alert)
      and exists (select from public.memberships m where m.user_id = p_mail.user_id and m.role = 'owner') end;
end $$;
comment on function private.is_wanted(private.alert_mails) is
  'Whether what a mail tells still holds, and is still for the person to know.';

-- Security definer, these: only the service may, and only through here.
create function public.claim_alert_mail(p_kind text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_mail private.alert_mails;
  v_state text;
begin
  loop
    select m.* into v_mail from private.alert_mails m
    where m.state = 'pending' and m.kind = p_kind and m.next_attempt_at <= now()
    order by m.next_attempt_at, m.id limit 1 for update skip locked;
    if not found then
      return null;
    end if;
    -- Whoever claimed it and never came back may have sent it.
    v_mail.unsure_since := coalesce(v_mail.unsure_since, v_mail.claimed_at);
    v_state := case when not private.is_wanted(v_mail) then 'skipped'
      when v_mail.unsure_since < now() - interval '23 hours' then 'failed'
      when v_mail.expires_at <= now() and v_mail.attempts > 0 then 'expired' else 'pending' end;
    update private.alert_mails m set
      state = v_state, attempts = m.attempts + (v_state = 'pending')::int, unsure_since = v_mail.unsure_since,
      claimed_at = case when v_state = 'pending' then now() end, next_attempt_at = now() + interval '5 minutes',
        updated_at = now(),
      last_error = case when v_state = 'failed' then 'outcome_unknown' else m.last_error end
    where m.id = v_mail.id
    returning * into v_mail;
    exit when v_state = 'pending';
  end loop;
  return jsonb_build_object(
    'id', v_mail.id, 'alert', v_mail.alert, 'attempts', v_mail.attempts, 'user_id', v_mail.user_id, 'content',
      v_mail.content,
    'email', (select u.email from public.users u where u.id = v_mail.user_id));
end $$;
comment on function public.claim_alert_mail(text) is
  'Leases a mail of a kind that is due: {id, alert, attempts, user_id, email, content}, null when none is. What is no '
  'longer news or theirs is ended on the way.';

create function public.finish_alert_mail(
  p_id bigint,
  p_attempts int,
  p_state text,
  p_error text default null,
  p_is_certain boolean default true,
  p_retry_after int default null
)
returns void
language sql
volatile
security definer
set search_path = ''
as $$
  update private.alert_mails m set
    state = p_state, last_error = left(p_error, 100), claimed_at = null, updated_at = now(),
    unsure_since = coalesce(m.unsure_since, case when not p_is_certain then now() end),
    -- Doubled with each attempt, six hours at most, and no less than what was asked for, within reason.
    next_attempt_at = now() + greatest(
      least(interval '5 minutes' * power(2, least(m.attempts, 10) - 1), interval '6 hours'),
      make_interval(secs => least(coalesce(p_retry_after, 0), 43200)))
  where m.id = p_id and m.attempts = p_attempts and m.state = 'pending'
$$;
comment on function public.finish_alert_mail(bigint, int, text, text, boolean, int) is
  'Records what came of an attempt: sent, stored, failed, or pending to be tried again.';

create function public.alert_mails_due_count(p_kind text)
returns int
language sql
stable
security definer
set search_path = ''
as $$
  select count(*)::int from private.alert_mails m where m.kind = p_kind and m.state = 'pending'
    and m.next_attempt_at <= now()
$$;
comment on function public.alert_mails_due_count(text) is 'How many mails of a kind are due.';

create function public.undelivered_alerts()
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'kind', l.kind, 'org_id', l.org_id, 'organization', o.name, 'user_id', l.user_id, 'state', l.state, 'attempts',
      l.attempts,
    'error', l.last_error, 'at', l.updated_at) order by l.updated_at desc, l.id), '[]')
  from (
    select * from private.alert_mails m where m.state in ('failed', 'expired')
      and m.updated_at > now() - interval '30 days'
    order by m.updated_at desc, m.id limit 100
  ) l
  join public.organizations o on o.id = l.org_id
$$;
comment on function public.undelivered_alerts() is
  'Mails of alerts that nobody got in the last thirty days, the newest first, at most 100.';

revoke execute
on function private.alert_state(text),
private.is_wanted(private.alert_mails),
public.claim_alert_mail(text),
public.finish_alert_mail(bigint, int, text, text, boolean, int),
public.alert_mails_due_count(text),
public.undelivered_alerts()
from public, anon, authenticated;
grant execute on function private.alert_state(text) to authenticated, service_role;
grant execute
on function public.claim_alert_mail(text),
public.finish_alert_mail(bigint, int, text, text, boolean, int),
public.alert_mails_due_count(text),
public.undelivered_alerts()
to service_role;
