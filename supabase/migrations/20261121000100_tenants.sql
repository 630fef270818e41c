-- Who the numbers belong to: organizations, the people in them and their roles. Everything else hangs off these tables, so the
-- rules that keep one tenant from another are born here too: nothing is granted by default, and row-level security asks
-- private.my_organization_ids() whose rows the caller may see.

create schema if not exists private;
comment on schema private is 'Internals. The data API does not expose this schema.';
revoke all on schema private from public, anon, authenticated;
grant usage on schema private to authenticated, service_role;

-- Hosted projects grant everything on new objects to the API roles; here every grant is written down.
alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from anon, authenticated, service_role;
alter default privileges in schema public revoke execute on functions from anon, authenticated, service_role;
alter default privileges revoke execute on functions from public;

create type public.member_role as enum ('owner', 'admin', 'member', 'viewer');
comment on type public.member_role is 'owner and admin manage, member reads and writes data, viewer reads.';

-- organizations ----------------------------------------------------------------------------------------------------------

create function private.is_time_zone(p_name text) returns boolean
language sql stable set search_path = ''
as $$ select exists (select from pg_catalog.pg_timezone_names where name = p_name) $$;
comment on function private.is_time_zone(text) is 'Whether PostgreSQL knows a time zone of this name.';

create table public.organizations (
  id uuid primary key default gen_random_uuid(),
  name text not null check (char_length(name) between 1 and 200),
  time_zone text not null default 'America/Los_Angeles',
  digest_weekday smallint not null default 1 check (digest_weekday between 1 and 7),
  digest_hour smallint not null default 8 check (digest_hour between 0 and 23),
  created_at timestamptz not null default now()
);
comment on table public.organizations is 'A tenant. Its days and weeks are those of its time zone.';
comment on column public.organizations.digest_weekday is 'ISO weekday (1 = Monday) the digest is due on, local time.';
comment on column public.organizations.digest_hour is 'Local hour the digest is due at.';

-- A check constraint may not read a catalog view reliably across restores, so a trigger refuses unknown zones.
create function private.check_time_zone() returns trigger
language plpgsql set search_path = ''
as $$
begin
  if not private.is_time_zone(new.time_zone) then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = format('time_zone: %s is not a known time zone', left(new.time_zone, 60));
  end if;
  return new;
end $$;
comment on function private.check_time_zone() is 'Refuses a time zone that PostgreSQL does not know.';

create trigger organizations_check_time_zone
  before insert or update of time_zone on public.organizations
  for each row execute function private.check_time_zone();

-- users ------------------------------------------------------------------------------------------------------------------

create table public.users (
  id uuid primary key default gen_random_uuid(),
  email text not null check (email = lower(btrim(email)) and email like '%_@_%' and char_length(email) <= 254),
  org_id uuid not null references public.organizations (id) on delete cascade,
  auth_user_id uuid unique references auth.users (id) on delete set null,
  created_at timestamptz not null default now()
);
comment on table public.users is
  'A person whose numbers are kept. May exist before they sign up; auth_user_id is set once they have and their e-mail is confirmed.';
comment on column public.users.org_id is 'Home organization: the one whose time zone and tiles are theirs.';
create unique index users_email_key on public.users (lower(email));
create index users_org_id_idx on public.users (org_id);

-- memberships ------------------------------------------------------------------------------------------------------------

create table public.memberships (
  org_id uuid not null references public.organizations (id) on delete cascade,
  user_id uuid not null references public.users (id) on delete cascade,
  role public.member_role not null,
  created_at timestamptz not null default now(),
  primary key (org_id, user_id)
);
comment on table public.memberships is 'Who belongs to which organization, and what they may do there.';
create index memberships_user_id_idx on public.memberships (user_id);

-- Security definer, because the policies on memberships and users themselves use these; they only tell the caller about the caller.
create function private.my_user_id() returns uuid
language sql stable security definer set search_path = ''
as $$ select u.id from public.users u where u.auth_user_id = (select auth.uid()) $$;
comment on function private.my_user_id() is 'The row in users of the signed-in person, or null.';

create function private.my_organization_ids(p_roles public.member_role[] default null) returns setof uuid
language sql stable security definer set search_path = ''
as $$
  select m.org_id
  from public.memberships m
  join public.users u on u.id = m.user_id
  where u.auth_user_id = (select auth.uid())
    and (p_roles is null or m.role = any (p_roles))
$$;
comment on function private.my_organization_ids(public.member_role[]) is
  'Organizations the signed-in person belongs to, with one of the roles if any are named.';

revoke execute on all functions in schema private from public, anon, authenticated;
grant execute on function private.my_user_id(), private.my_organization_ids(public.member_role[]) to authenticated, service_role;
grant execute on function private.is_time_zone(text), private.check_time_zone() to service_role;

alter table public.organizations enable row level security;
alter table public.users enable row level security;
alter table public.memberships enable row level security;

create policy "members read their organizations" on public.organizations
  for select to authenticated using (id = any (array(select private.my_organization_ids())));
create policy "people read themselves and the members of their organizations" on public.users
  for select to authenticated
  using (auth_user_id = (select auth.uid()) or org_id = any (array(select private.my_organization_ids())));
create policy "members read the memberships of their organizations" on public.memberships
  for select to authenticated using (org_id = any (array(select private.my_organization_ids())));

revoke all on public.organizations, public.users, public.memberships from public, anon, authenticated, service_role;
grant select on public.organizations, public.users, public.memberships to authenticated;
grant select, insert, update, delete on public.organizations, public.users, public.memberships to service_role;

-- signing up -------------------------------------------------------------------------------------------------------------

create function private.create_person(p_email text, p_auth_user_id uuid) returns uuid
language plpgsql set search_path = ''
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
comment on function private.create_person(text, uuid) is 'A new person with an organization of their own, which they own.';

-- Security definer: runs as the auth server's role, which may not touch public.users. Only a confirmed address links, or anybody
-- could take over a seeded person's numbers by typing their e-mail.
create function private.link_auth_user() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  v_email text := lower(btrim(new.email));
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

  update public.users set auth_user_id = new.id where lower(email) = v_email and auth_user_id is null;
  if not found and not exists (select from public.users where lower(email) = v_email) then
    perform private.create_person(v_email, new.id);
  end if;
  return null;
end $$;
comment on function private.link_auth_user() is
  'Links a confirmed sign-up to the person seeded under that e-mail, or creates the person with an organization of their own.';

create trigger link_auth_user
  after insert or update of email, email_confirmed_at on auth.users
  for each row execute function private.link_auth_user();

-- development ------------------------------------------------------------------------------------------------------------

create function public.seed_user(p_email text) returns jsonb
language plpgsql set search_path = ''
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
comment on function public.seed_user(text) is 'Creates a person who has not signed up yet, with an organization of their own.';

revoke execute on function private.create_person(text, uuid), private.link_auth_user(), public.seed_user(text)
  from public, anon, authenticated;
grant execute on function private.create_person(text, uuid), public.seed_user(text) to service_role;
