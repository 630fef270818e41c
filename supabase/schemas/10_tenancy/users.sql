-- The people of the organizations, and what they may say of themselves.

create table public.users (
  id uuid primary key default gen_random_uuid(),
  email text not null check (email = lower(btrim(email)) and email like '%_@_%' and char_length(email) <= 254),
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  auth_user_id uuid unique references auth.users (id)
    on delete set null,
  created_at timestamptz not null default now(),
  username text check (username = lower(username) and username ~ '^[a-z0-9][a-z0-9_.-]{2,31}$'),
  age smallint check (age between 0 and 150),
  gender text check (gender in ('Male', 'Female', 'Other'))
);
comment on table public.users is
  'A person whose numbers are kept. May exist before they sign up; auth_user_id is set once they have and their '
  'e-mail is confirmed.';
comment on column public.users.org_id is 'Home organization: the one whose time zone and tiles are theirs.';
create unique index users_email_key on public.users (lower(email));
create index users_org_id_idx on public.users (org_id);
create unique index users_username_key on public.users (username);

alter table public.users enable row level security;
create policy "people change their own profile" on public.users
for update
to authenticated
using (auth_user_id = (select auth.uid()))
with check (auth_user_id = (select auth.uid()));
revoke all on public.users from public, anon, authenticated, service_role;
grant select on public.users to authenticated;
grant select, insert, update, delete on public.users to service_role;
grant update (username, age, gender) on public.users to authenticated;

create function public.my_profile()
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_profile jsonb;
begin
  select jsonb_build_object(
    'id', u.id, 'email', u.email, 'username', u.username, 'age', u.age, 'gender', u.gender, 'org_id', u.org_id,
    'created_at', u.created_at)
  into v_profile from public.users u where u.auth_user_id = (select auth.uid());
  if v_profile is null then
    raise exception using errcode = 'LL404', message = 'user_not_found', detail = 'User not found';
  end if;
  return v_profile;
end $$;
comment on function public.my_profile() is 'The signed-in person.';

create function public.update_my_profile(p_changes jsonb)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
begin
  update public.users u set
    username = case when p_changes ? 'username' then lower(p_changes ->> 'username') else u.username end,
    age = case when p_changes ? 'age' then (p_changes ->> 'age')::smallint else u.age end,
    gender = case when p_changes ? 'gender' then p_changes ->> 'gender' else u.gender end
  where u.auth_user_id = (select auth.uid());
  return public.my_profile();
exception when unique_violation then
  raise exception using errcode = 'LL409', message = 'username_taken', detail = 'This username is taken';
end $$;
comment on function public.update_my_profile(jsonb) is
  'Changes what {username?, age?, gender?} names of the signed-in person.';

create function public.sign_in_address(p_login text)
returns text
language sql
stable
set search_path = ''
as $$
  select coalesce(
    (select u.email from public.users u where u.username = lower(p_login)),
    case when p_login like '%@%' then lower(p_login) end)
$$;
comment on function public.sign_in_address(text) is
  'The e-mail address behind a username or address, for signing in; null for an unknown username.';

create function private.subject(p_email text, out user_id uuid, out org_id uuid, out time_zone text, out today date)
language plpgsql
stable
set search_path = ''
as $$
declare
  v_confined_to uuid := (select private.confined_to());
begin
  if p_email is null and v_confined_to is not null then
    select null::uuid, o.id, o.time_zone into user_id, org_id, time_zone from public.organizations o
    where o.id = v_confined_to;
  elsif p_email is null and (select auth.uid()) is null then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail = 'email: is required';
  else
    select u.id, o.id, o.time_zone into user_id, org_id, time_zone
    from public.users u join public.organizations o on o.id = u.org_id
    where case when p_email is null then u.auth_user_id = (select auth.uid()) else lower(u.email) = lower(p_email) end
      and (v_confined_to is null or o.id = v_confined_to);
  end if;
  if org_id is null then
    raise exception using errcode = 'LL404', message = 'user_not_found', detail = 'User not found';
  end if;
  today := (now() at time zone time_zone)::date;
end $$;
comment on function private.subject(text) is
  'Whom a report is about: the person with that e-mail if the caller may see them, else the caller, else (user_id '
  'null) everybody of the organization the call is confined to; with the organization''s time zone and its date now.';

-- Security definer: the writer need not be able to read users. The organization is never taken from the client.
create function private.set_org_from_user()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  new.org_id := (select u.org_id from public.users u where u.id = new.user_id);
  if new.org_id is null then
    raise exception using errcode = '23503', message = 'There is no such person';
  end if;
  return new;
end $$;
comment on function private.set_org_from_user() is
  'Copies the organization from the row''s person, so that policies can use an indexed column.';

revoke execute
on function public.my_profile(),
public.update_my_profile(jsonb),
public.sign_in_address(text),
private.subject(text),
private.set_org_from_user()
from public, anon, authenticated;
grant execute on function public.my_profile(), public.update_my_profile(jsonb) to authenticated;
grant execute on function public.sign_in_address(text) to service_role;
grant execute on function private.subject(text) to authenticated, service_role;
