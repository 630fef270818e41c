-- Who wants the digest: people choose in the settings, by a link in the mail, or the mail provider reports that they
-- cannot or do not want to be reached.

create table public.digest_preferences (
  user_id uuid primary key references public.users (id)
    on delete cascade,
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  enabled boolean not null default true,
  suppressed_reason text check (suppressed_reason in ('unsubscribed', 'bounced', 'complained')),
  updated_at timestamptz not null default now(),
  check (not enabled or suppressed_reason is null)
);
comment on table public.digest_preferences is 'Whether a person wants the weekly digest. No row means yes.';
comment on column public.digest_preferences.suppressed_reason is
  'Why it is off, when it was not a choice in the settings: a link in the mail, a dead address, a spam complaint.';
create index digest_preferences_org_id_idx on public.digest_preferences (org_id);

alter table public.digest_preferences enable row level security;
create policy "people read their own digest preference" on public.digest_preferences
for select
to authenticated
using (user_id = (select private.my_user_id()));
create policy "people choose their own digest preference" on public.digest_preferences
for insert
to authenticated
with check (user_id = (select private.my_user_id()));
create policy "people change their own digest preference" on public.digest_preferences
for update
to authenticated
using (user_id = (select private.my_user_id()))
with check (user_id = (select private.my_user_id()));
revoke all on public.digest_preferences from public, anon, authenticated, service_role;
grant select on public.digest_preferences to authenticated;
grant insert (user_id, enabled), update (enabled) on public.digest_preferences to authenticated;
grant select, insert, update, delete on public.digest_preferences to service_role;

create trigger digest_preferences_set_org
before insert or update of user_id, org_id on public.digest_preferences
for each row
execute function private.set_org_from_user();
create trigger digest_preferences_touch_updated_at
before update on public.digest_preferences
for each row
execute function private.touch_updated_at();

create function private.clear_suppression()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if new.enabled then
    new.suppressed_reason := null;
  end if;
  return new;
end $$;
comment on function private.clear_suppression() is 'Turning the digest on again forgets why it was off.';

create trigger digest_preferences_clear_suppression
before insert or update on public.digest_preferences
for each row
execute function private.clear_suppression();

create function private.digest_preference_subject(p_email text)
returns uuid
language plpgsql
stable
set search_path = ''
as $$
declare
  v_user_id uuid := (private.subject(p_email)).user_id;
begin
  if (select auth.uid()) is not null and v_user_id is distinct from (select private.my_user_id()) then
    raise exception using errcode = 'LL403', message = 'forbidden', detail = 'Preferences are personal';
  end if;
  return v_user_id;
end $$;
comment on function private.digest_preference_subject(text) is
  'The person whose preference the caller may see and change.';

create function public.digest_preference(p_email text default null)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_user_id uuid := private.digest_preference_subject(p_email);
begin
  return (
    select jsonb_build_object('email', u.email, 'enabled', coalesce(p.enabled, true),
      'suppressed_reason', p.suppressed_reason, 'updated_at', p.updated_at,
      'schedule', jsonb_build_object('weekday', o.digest_weekday, 'hour', o.digest_hour, 'time_zone', o.time_zone))
    from public.users u
    join public.organizations o on o.id = u.org_id
    left join public.digest_preferences p on p.user_id = u.id
    where u.id = v_user_id);
end $$;
comment on function public.digest_preference(text) is
  'Whether a person gets the digest, why not, and when it is due.';

create function public.set_digest_preference(p_enabled boolean, p_email text default null)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_user_id uuid := private.digest_preference_subject(p_email);
begin
  insert into public.digest_preferences (user_id, enabled) values (v_user_id, p_enabled)
  on conflict (user_id) do update set enabled = excluded.enabled;
  return public.digest_preference(p_email);
end $$;
comment on function public.set_digest_preference(boolean, text) is
  'Turns a person''s digest on or off and answers the preference.';

create function private.suppress_digest(p_user_id uuid, p_reason text)
returns void
language sql
volatile
set search_path = ''
as $$
  insert into public.digest_preferences (user_id, enabled, suppressed_reason)
  select u.id, false, p_reason from public.users u where u.id = p_user_id
  on conflict (user_id) do update set enabled = false, suppressed_reason = excluded.suppressed_reason
$$;
comment on function private.suppress_digest(uuid, text) is 'Turns a person''s digest off for a reason.';

create function public.digest_unsubscribe(p_user_id uuid)
returns void
language sql
volatile
set search_path = ''
as $$ select private.suppress_digest(p_user_id, 'unsubscribed') $$;
comment on function public.digest_unsubscribe(uuid) is
  'Turns the digest off for the person an unsubscribe link was signed for.';

revoke execute
on function private.clear_suppression(),
private.digest_preference_subject(text),
public.digest_preference(text),
public.set_digest_preference(boolean, text),
private.suppress_digest(uuid, text),
public.digest_unsubscribe(uuid)
from public, anon, authenticated;
grant execute
on function private.digest_preference_subject(text),
public.digest_preference(text),
public.set_digest_preference(boolean, text)
to authenticated, service_role;
grant execute on function private.suppress_digest(uuid, text), public.digest_unsubscribe(uuid) to service_role;
