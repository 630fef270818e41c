-- What signing up brings along: the person, their organization, what they said of themselves.

create function private.create_person(p_email text, p_auth_user_id uuid)
returns uuid
language plpgsql
set search_path = ''
as $$
declare
  v_org_id uuid;
  v_user_id uuid;
begin
  insert into public.organizations (name) values (split_part(p_email, '@', 1)) returning id into v_org_id;
  insert into public.users (email, org_id, auth_user_id) values (p_email, v_org_id, p_auth_user_id)
  returning id into v_user_id;
  insert into public.memberships (org_id, user_id, role) values (v_org_id, v_user_id, 'owner');
  return v_user_id;
end $$;
comment on function private.create_person(text, uuid) is
  'A new person with an organization of their own, which they own.';

-- Whoever signs up with an address need not own it: anybody may ask for the mail, with a password and data of their
-- choice, and the first to ask is whose Supabase Auth keeps. So nothing of that counts. What a person chooses they
-- choose signed in, which is by the token of the mail that they followed.
create function private.forget_unproven_password()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.encrypted_password := '';
  return new;
end $$;
comment on function private.forget_unproven_password() is
  'A password that was chosen before the address was proved does not outlive the proof: it may be a stranger''s.';

create trigger forget_unproven_password
before update of email_confirmed_at on auth.users
for each row
when (old.email_confirmed_at is null and new.email_confirmed_at is not null and old.confirmation_sent_at is not null)
execute function private.forget_unproven_password();

-- Security definer: moves a person from the organization that was made for them a moment ago, which goes, to the one
-- that invited them. Only the invitation's token joins them: an invitation alone would let anybody pull a stranger who
-- signs up later into theirs.
create function public.complete_registration(p_said jsonb)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_user public.users;
  v_org_id uuid;
begin
  if jsonb_typeof(p_said) is distinct from 'object' then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail = 'said: is not an object';
  end if;
  select * into v_user from public.users u where u.auth_user_id = (select auth.uid()) for no key update;
  if not found then
    raise exception using errcode = 'LL404', message = 'user_not_found', detail = 'User not found';
  end if;
  update public.users u set
    username = case
      when p_said ->> 'username' ~ '^[a-zA-Z0-9][a-zA-Z0-9_.-]{2,31}$'
        and not exists (select from public.users other where other.username = lower(p_said ->> 'username'))
      then lower(p_said ->> 'username') else u.username end,
    age = case when p_said ->> 'age' ~ '^\d{1,3}$' and (p_said ->> 'age')::int <= 150
      then (p_said ->> 'age')::smallint else u.age end,
    gender = case when p_said ->> 'gender' in ('Male', 'Female', 'Other') then p_said ->> 'gender' else u.gender end
  where u.id = v_user.id and u.username is null;

  if p_said ->> 'invitation' is null then
    return;
  end if;
  v_org_id := private.use_invitation(
    encode(sha256(convert_to(p_said ->> 'invitation', 'UTF8')), 'hex'), v_user.email, v_user.id);
  if v_org_id is not null and v_org_id <> v_user.org_id and private.is_unused(v_user.org_id, v_user.id) then
    update public.users set org_id = v_org_id where id = v_user.id;
    delete from public.organizations where id = v_user.org_id;
  end if;
end $$;
comment on function public.complete_registration(jsonb) is
  'Takes over what the signed-in person says of themselves when registering, {username?, age?, gender?, '
  'invitation?}: a username that is free and, with it, age and gender, unless they have one; and the organization '
  'that invited them.';

create function private.is_unused(p_org_id uuid, p_user_id uuid)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
      select from public.organizations o
      join public.users u on u.id = p_user_id and u.created_at = o.created_at
      -- A person who was there before they signed up keeps the home they had.
      join auth.users a on a.id = u.auth_user_id and a.created_at <= u.created_at
      where o.id = p_org_id and o.created_at > now() - interval '1 hour')
    and exists (select from public.memberships m
      where m.org_id = p_org_id and m.user_id = p_user_id and m.role = 'owner')
    and not exists (select from public.memberships m where m.org_id = p_org_id and m.user_id <> p_user_id)
    and not exists (select from public.users u where u.org_id = p_org_id and u.id <> p_user_id)
    and not exists (select from public.invitations i where i.org_id = p_org_id)
    and not exists (select from public.api_keys k where k.org_id = p_org_id)
    and not exists (select from public.metrics m where m.org_id = p_org_id)
    and not exists (select from public.data_sources d where d.org_id = p_org_id)
$$;
comment on function private.is_unused(uuid, uuid) is
  'Whether an organization was made for this person when they signed up, within the hour, and is theirs alone with '
  'nothing in it.';

-- Security definer: runs as the auth server's role, which may not touch public.users. Only a confirmed address links,
-- or anybody could take over a seeded person's numbers by typing their e-mail.
create function private.link_auth_user()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_email text := lower(btrim(new.email));
  v_user_id uuid;
begin
  if new.email_confirmed_at is null or v_email is null or v_email = '' then
    return null;
  end if;

  if exists (select from public.users where auth_user_id = new.id) then
    -- A confirmed change of address follows along, unless that address is somebody's row already.
    update public.users set email = v_email
    where auth_user_id = new.id and email <> v_email
      and not exists (select from public.users other where lower(other.email) = v_email);
    return null;
  end if;

  update public.users set auth_user_id = new.id where lower(email) = v_email and auth_user_id is null
  returning id into v_user_id;
  if v_user_id is null and not exists (select from public.users where lower(email) = v_email) then
    perform private.create_person(v_email, new.id);
  end if;
  return null;
end $$;
comment on function private.link_auth_user() is
  'Links a confirmed sign-up to the person seeded under that e-mail, or creates the person with an organization of '
  'their own.';

create trigger link_auth_user
after insert or update of email, email_confirmed_at on auth.users
for each row
execute function private.link_auth_user();

create function public.seed_user(p_email text)
returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  -- The lock makes two concurrent calls create one person instead of one of them failing.
  perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('seed_user:' || lower(p_email), 0));
  if exists (select from public.users where lower(email) = lower(p_email)) then
    return jsonb_build_object('created', false);
  end if;
  perform private.create_person(lower(p_email), null);
  return jsonb_build_object('created', true);
end $$;
comment on function public.seed_user(text) is
  'Creates a person who has not signed up yet, with an organization of their own.';

revoke execute
on function private.create_person(text, uuid),
private.forget_unproven_password(),
public.complete_registration(jsonb),
private.is_unused(uuid, uuid),
private.link_auth_user(),
public.seed_user(text)
from public, anon, authenticated;
grant execute on function private.create_person(text, uuid), public.seed_user(text) to service_role;
grant execute on function public.complete_registration(jsonb) to authenticated;
