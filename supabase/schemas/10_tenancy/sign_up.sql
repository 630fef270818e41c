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

-- What a person says of themselves when signing up, taken over once, when their address is confirmed: username (if
-- still free), age, gender, and the invitation they came by. Only that token joins them to an organization: an
-- invitation alone would let anybody pull a stranger who signs up later into theirs.
create function private.take_over_registration(p_user_id uuid, p_email text, p_said jsonb)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_made_for_them uuid;
  v_org_id uuid;
begin
  update public.users u set
    username = case
      when p_said ->> 'username' ~ '^[a-zA-Z0-9][a-zA-Z0-9_.-]{2,31}$'
        and not exists (select from public.users other where other.username = lower(p_said ->> 'username'))
      then lower(p_said ->> 'username') else u.username end,
    age = case when p_said ->> 'age' ~ '^\d{1,3}$' and (p_said ->> 'age')::int <= 150
      then (p_said ->> 'age')::smallint else u.age end,
    gender = case when p_said ->> 'gender' in ('Male', 'Female', 'Other') then p_said ->> 'gender' else u.gender end
  where u.id = p_user_id and u.username is null;

  if p_said ->> 'invitation' is not null then
    v_org_id := private.use_invitation(
      encode(sha256(convert_to(p_said ->> 'invitation', 'UTF8')), 'hex'), p_email, p_user_id);
  end if;
  -- Theirs alone, and made a moment ago in this transaction: nothing ever used it.
  select o.id into v_made_for_them from public.users u join public.organizations o on o.id = u.org_id
  where u.id = p_user_id and o.created_at = now();
  if v_org_id is not null and v_made_for_them is not null and v_org_id <> v_made_for_them then
    update public.users set org_id = v_org_id where id = p_user_id;
    delete from public.organizations where id = v_made_for_them;
  end if;
end $$;
comment on function private.take_over_registration(uuid, text, jsonb) is
  'Takes over what {username?, age?, gender?, invitation?} a person gave when registering.';

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
    v_user_id := private.create_person(v_email, new.id);
  end if;
  if v_user_id is not null then
    perform private.take_over_registration(v_user_id, v_email, coalesce(new.raw_user_meta_data, '{}'));
  end if;
  return null;
end $$;
comment on function private.link_auth_user() is
  'Links a confirmed sign-up to the person seeded under that e-mail, or creates the person with an organization of their own.';

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
private.take_over_registration(uuid, text, jsonb),
private.link_auth_user(),
public.seed_user(text)
from public, anon, authenticated;
grant execute on function private.create_person(text, uuid), public.seed_user(text) to service_role;
