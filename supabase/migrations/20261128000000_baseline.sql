-- The database from nothing, put together from the files of supabase/schemas, where each object stands once with what
-- is to be said about it. Migrations after this one carry a database that has it to what those files say later.

set local check_function_bodies = off;

-- schemas/00_database/extensions.sql

-- What hosted Supabase has: pg_cron runs jobs, pg_net calls functions of this project, Vault holds the URL and the
-- key of these calls.

create extension if not exists pg_cron with schema pg_catalog;
create extension if not exists pg_net with schema extensions;
create extension if not exists supabase_vault with schema vault;

-- schemas/00_database/privileges.sql

-- Nothing is granted by default: hosted projects grant everything on new objects to the API roles; here every grant
-- is written down.

create schema if not exists private;
comment on schema private is 'Internals. The data API does not expose this schema.';
revoke all on schema private from public, anon, authenticated;
grant usage on schema private to authenticated, service_role;

alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from anon, authenticated, service_role;
alter default privileges in schema public revoke execute on functions from anon, authenticated, service_role;
alter default privileges revoke execute on functions from public;

-- schemas/00_database/refused_values.sql

-- What functions ask of what they are given. A signed-in person reaches them without the API, so what the API refuses
-- is refused here too: before anything is read or looped over, and as the caller's fault.

create function private.check_days(p_start date, p_end date)
returns void
language plpgsql
immutable
set search_path = ''
as $$
begin
  if not coalesce(p_start between '2000-01-01' and '2100-12-31', true) then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail = 'start: must lie in 2000–2100';
  elsif not coalesce(p_end between '2000-01-01' and '2100-12-31', true) then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail = 'end: must lie in 2000–2100';
  elsif p_end < p_start then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail = 'end: lies before start';
  elsif p_end - p_start >= 3660 then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = 'end: makes a range of more than 3660 days';
  end if;
end $$;
comment on function private.check_days(date, date) is
  'Refuses days outside 2000–2100, ends before their start and ranges of more than 3660 days; what is null is not '
  'looked at.';

create function private.given_items(p_field text, p_items jsonb, p_most int)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
begin
  if coalesce(jsonb_typeof(p_items), 'null') = 'null' then
    return jsonb '[]';
  elsif jsonb_typeof(p_items) <> 'array' then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail = p_field || ': is no list';
  elsif jsonb_array_length(p_items) > p_most then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = format('%s: has more than %s items', p_field, p_most);
  elsif jsonb_path_exists(p_items, 'strict $[*] ? (@.type() != "object")') then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = p_field || ': has an item that is no object';
  end if;
  return p_items;
end $$;
comment on function private.given_items(text, jsonb, int) is
  'A list of so many objects at most, as it was given; nothing is an empty one, and anything else is refused as that '
  'field''s.';

create function private.given_object(p_field text, p_object jsonb)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
begin
  if coalesce(jsonb_typeof(p_object), 'null') = 'null' then
    return jsonb '{}';
  elsif jsonb_typeof(p_object) <> 'object' then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail = p_field || ': is no object';
  end if;
  return p_object;
end $$;
comment on function private.given_object(text, jsonb) is
  'An object as it was given; nothing is an empty one, and anything else is refused as that field''s.';

revoke execute
on function private.check_days(date, date), private.given_items(text, jsonb, int), private.given_object(text, jsonb)
from public, anon, authenticated;
grant execute
on function private.check_days(date, date), private.given_items(text, jsonb, int), private.given_object(text, jsonb)
to authenticated, service_role;

-- schemas/00_database/updated_at.sql

-- What many tables have: the time of their last change.

create function private.touch_updated_at()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.updated_at := now();
  return new;
end $$;
comment on function private.touch_updated_at() is 'Keeps updated_at true.';

revoke execute on function private.touch_updated_at() from public, anon, authenticated;

-- schemas/10_tenancy/access.sql

-- Who is asking, and what they may do: asked by every policy and by every function that writes for somebody. Who may
-- do what is decided here and nowhere else.

create type public.member_role as enum ('owner', 'admin', 'member', 'viewer');
comment on type public.member_role is 'owner and admin manage, member reads and writes data, viewer reads.';

-- Security definer, because the policies on memberships and users themselves use these; they only tell the caller
-- about the caller.
create function private.my_user_id()
returns uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return case when auth.uid() is not null then (select u.id from public.users u where u.auth_user_id = auth.uid()) end;
end $$;
comment on function private.my_user_id() is 'The row in users of the signed-in person, or null.';

create function private.my_organization_ids(p_roles public.member_role[] default null)
returns setof uuid
language sql
stable
security definer
set search_path = ''
as $$
  select m.org_id
  from public.memberships m
  join public.users u on u.id = m.user_id
  where u.auth_user_id = (select auth.uid())
    and (p_roles is null or m.role = any (p_roles))
  union all
  select private.shared_organization() where p_roles is null and private.share_id() is not null
$$;
comment on function private.my_organization_ids(public.member_role[]) is
  'Organizations the signed-in person belongs to, with one of the roles if any are named; without any, for the '
  'reader of a link, the link''s.';

-- PL/pgSQL, where SQL would do, because it remembers plans for as long as the connection lives: an SQL function is
-- parsed and planned again by each statement that calls it, and under load what a transaction costs whatever it
-- stores is half of all.
create function private.caller_is_service()
returns boolean
language plpgsql
stable
set search_path = ''
as $$ begin return coalesce(auth.role(), '') = 'service_role'; end $$;
comment on function private.caller_is_service() is
  'Whether the call comes with the project''s secret key.';

-- An API key comes with the secret key, so row-level security would let it see everything; this header, believed with
-- the secret key only, is what confines it. The anonymous readers of a public dashboard are confined the same way.
create function private.confined_to()
returns uuid
language plpgsql
stable
set search_path = ''
as $$
begin
  return case when auth.role() = 'service_role'
    then (nullif(current_setting('request.headers', true), '')::jsonb ->> 'x-confined-to')::uuid end;
end $$;
comment on function private.confined_to() is
  'The only organization this call may see, when it is made for an API key or a public dashboard; else null.';

create function private.caller_key_id()
returns text
language plpgsql
stable
set search_path = ''
as $$
begin
  return case when auth.role() = 'service_role'
    then nullif(current_setting('request.headers', true), '')::jsonb ->> 'x-audit-key' end;
end $$;
comment on function private.caller_key_id() is
  'The API key that the call is made for, or null. Believed with the secret key only.';

-- Security definer: policies hide the organizations that it tells apart from forbidden ones. An API key counts as
-- admin and never as owner: whoever finds one must not be able to make themselves, or somebody else, owner.
create function private.require_role(p_org_id uuid, p_roles public.member_role[])
returns public.member_role
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_role public.member_role;
begin
  if private.caller_is_service() then
    if p_org_id <> private.confined_to() then
      raise exception using errcode = 'LL403', message = 'forbidden',
        detail = 'This key belongs to another organization';
    end if;
    select case when private.confined_to() is null then 'owner' else 'admin' end::public.member_role into v_role
    from public.organizations o where o.id = p_org_id;
  elsif private.share_id() is not null then
    v_role := case when p_org_id = private.shared_organization() then 'viewer'::public.member_role end;
  else
    select m.role into v_role from public.memberships m
    where m.org_id = p_org_id and m.user_id = (select private.my_user_id());
  end if;
  if v_role is null then
    raise exception using errcode = 'LL404', message = 'not_found', detail = 'Organization not found';
  end if;
  if not v_role = any (p_roles) then
    raise exception using errcode = 'LL403', message = 'forbidden', detail = 'Your role may not do this';
  end if;
  return v_role;
end $$;
comment on function private.require_role(uuid, public.member_role[]) is
  'The caller''s role in an organization if it is one of these; 404 for others'' organizations, 403 for lesser '
  'roles. The service counts as owner, an API key as admin of its organization, the reader of a link as viewer.';

revoke execute
on function private.my_user_id(),
private.my_organization_ids(public.member_role[]),
private.caller_is_service(),
private.confined_to(),
private.caller_key_id(),
private.require_role(uuid, public.member_role[])
from public, anon, authenticated;
grant execute
on function private.my_user_id(),
private.my_organization_ids(public.member_role[]),
private.caller_is_service(),
private.confined_to(),
private.caller_key_id(),
private.require_role(uuid, public.member_role[])
to authenticated, service_role;

-- schemas/10_tenancy/audit_log.sql

-- Who did what to which object, when and from where, with the object before and after. Written by triggers, so that
-- no way around the API leaves it out, and append-only for everybody, the service role included.

create table public.audit_log (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  org_id uuid,
  actor_kind text not null check (actor_kind in ('user', 'service', 'key', 'system')),
  actor_id text,
  action text not null check (char_length(action) between 1 and 100),
  object_type text not null check (char_length(object_type) between 1 and 50),
  object_id text,
  ip text check (char_length(ip) <= 64),
  peer text check (char_length(peer) <= 64),
  request_id text check (char_length(request_id) <= 128),
  before jsonb,
  after jsonb
);
comment on table public.audit_log is
  'Append-only. No foreign keys: what is said of an organization outlives it. before and after never hold a secret '
  'or a hash of one.';
comment on column public.audit_log.actor_id is
  'users.id of a person, the id of an API key; null for the service and the system.';
comment on column public.audit_log.ip is 'Where the request came from, as the function that served it says.';
comment on column public.audit_log.peer is
  'Who called the data API: a function, unless a person did so themselves. Then ip is only what they claim.';
create index audit_log_org_id_idx on public.audit_log (org_id, id desc);

alter table public.audit_log enable row level security;
create policy "owners and admins read their organization's audit log" on public.audit_log
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids(array['owner', 'admin']::public.member_role[]))));
revoke all on public.audit_log from public, anon, authenticated, service_role;
grant select on public.audit_log to authenticated, service_role;

create function private.refuse_change()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  -- What an organization does not keep for good goes after a year at the earliest; nobody but the owner of the table
  -- may delete.
  if tg_op = 'DELETE' and old.at < now() - interval '364 days' then
    return old;
  end if;
  raise exception using errcode = 'LL403', message = 'forbidden', detail = 'The audit log is append-only';
end $$;
comment on function private.refuse_change() is
  'Refuses to change the audit log, and to delete what is younger than a year.';

create trigger audit_log_is_append_only
before update or delete on public.audit_log
for each row
execute function private.refuse_change();
create trigger audit_log_is_not_truncated
before truncate on public.audit_log
for each statement
execute function private.refuse_change();

-- The data API hands on the request's headers. Who the actor is, a person's own token says, or a function in
-- x-audit-key, which is believed with the secret key only. Where a request came from nobody can prove, so the address
-- of the data API's own client is kept too.
create function private.request_header(p_name text)
returns text
language sql
stable
set search_path = ''
as $$ select left(nullif(current_setting('request.headers', true), '')::jsonb ->> p_name, 128) $$;
comment on function private.request_header(text) is 'A header of the data API''s current request, or null.';

-- Security definer: nobody may write the log but through here.
create function private.audit(
  p_org_id uuid,
  p_action text,
  p_object_type text,
  p_object_id text,
  p_before jsonb default null,
  p_after jsonb default null
)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_user_id uuid := (select private.my_user_id());
  v_key_id text := private.caller_key_id();
begin
  insert into public.audit_log (org_id, actor_kind, actor_id, action, object_type, object_id, ip, peer, request_id,
    before, after)
  values (
    p_org_id,
    case when v_user_id is not null then 'user' when v_key_id is not null then 'key'
      when private.caller_is_service() then 'service' else 'system' end,
    coalesce(v_user_id::text, v_key_id),
    p_action, p_object_type, p_object_id,
    left(coalesce(private.request_header('x-audit-ip'), private.request_header('x-forwarded-for')), 64),
    left(private.request_header('x-forwarded-for'), 64),
    coalesce(private.request_header('x-audit-request-id'), private.request_header('x-request-id')),
    p_before, p_after);
end $$;
comment on function private.audit(uuid, text, text, text, jsonb, jsonb) is
  'Appends one line to the audit log, with the actor and address of the request.';

-- tg_argv: the object's type, then the columns that identify it, joined by a slash.
create function private.audit_change()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_secret_columns text[] := '{secret_hash,token_hash,password_hash}';
  v_before jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) - v_secret_columns end;
  v_after jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) - v_secret_columns end;
  v_row jsonb := coalesce(v_after, v_before);
begin
  if v_before is not distinct from v_after then
    return null;
  end if;
  perform private.audit(
    coalesce(v_row ->> 'org_id', v_row ->> 'id')::uuid,
    tg_argv[0] || '.' || case tg_op when 'INSERT' then 'created' when 'UPDATE' then 'changed' else 'deleted' end,
    tg_argv[0],
    (select string_agg(v_row ->> tg_argv[i], '/' order by i) from generate_series(1, tg_nargs - 1) as i),
    v_before, v_after);
  return null;
end $$;
comment on function private.audit_change() is
  'Appends a change of a row to the audit log, without secrets.';

create function public.audit_sign_in_failure(p_login text, p_reason text)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_user public.users;
begin
  select * into v_user from public.users u where u.email = lower(p_login) or u.username = lower(p_login) limit 1;
  perform private.audit(v_user.org_id, 'sign_in.failed', 'user', v_user.id::text, null,
    jsonb_build_object('reason', p_reason));
end $$;
comment on function public.audit_sign_in_failure(text, text) is
  'Appends a failed sign-in; under the person''s organization if there is such a person. The login itself is not kept.';

create function public.organization_audit(
  p_org_id uuid,
  p_page int,
  p_page_size int,
  p_action text default null,
  p_object_type text default null,
  p_actor_id text default null,
  p_start date default null,
  p_end date default null,
  p_from timestamptz default null,
  p_to timestamptz default null
)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_time_zone text;
  v_from timestamptz;
  v_to timestamptz;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  select o.time_zone into v_time_zone from public.organizations o where o.id = p_org_id;
  v_from := greatest(p_from, p_start::timestamp at time zone v_time_zone);
  v_to := least(p_to, (p_end + 1)::timestamp at time zone v_time_zone);
  return (
    with line as (
      select * from public.audit_log l
      where l.org_id = p_org_id
        and (p_action is null or l.action = p_action)
        and (p_object_type is null or l.object_type = p_object_type)
        and (p_actor_id is null or l.actor_id = p_actor_id)
        and (v_from is null or l.at >= v_from)
        and (v_to is null or l.at < v_to)
    )
    select jsonb_build_object(
      'total_count', (select count(*) from line),
      'entries', (
        select coalesce(jsonb_agg(to_jsonb(page) - 'org_id' order by page.id desc), '[]')
        from (select * from line order by id desc
          limit least(p_page_size, 1000) offset (p_page - 1) * p_page_size) page)));
end $$;
comment on function public.organization_audit(
  uuid,
  int,
  int,
  text,
  text,
  text,
  date,
  date,
  timestamptz,
  timestamptz
) is
  'A page of an organization''s audit log, the newest first; owners and admins.';

revoke execute
on function private.refuse_change(),
private.request_header(text),
private.audit(uuid, text, text, text, jsonb, jsonb),
private.audit_change(),
public.audit_sign_in_failure(text, text),
public.organization_audit(uuid, int, int, text, text, text, date, date, timestamptz, timestamptz)
from public, anon, authenticated;
grant execute on function public.audit_sign_in_failure(text, text) to service_role;
grant execute
on function public.organization_audit(uuid, int, int, text, text, text, date, date, timestamptz, timestamptz)
to authenticated, service_role;

-- schemas/10_tenancy/organizations.sql

-- Who the numbers belong to. Everything else hangs off this table.

create function private.is_time_zone(p_name text)
returns boolean
language sql
stable
set search_path = ''
as $$ select exists (select from pg_catalog.pg_timezone_names where name = p_name) $$;
comment on function private.is_time_zone(text) is 'Whether PostgreSQL knows a time zone of this name.';

create table public.organizations (
  id uuid primary key default gen_random_uuid(),
  name text not null check (
    char_length(name) between 1 and 200
    and name !~ '[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f]'
  ),
  time_zone text not null default 'America/Los_Angeles',
  digest_weekday smallint not null default 1 check (digest_weekday between 1 and 7),
  digest_hour smallint not null default 8 check (digest_hour between 0 and 23),
  created_at timestamptz not null default now(),
  min_group_size smallint not null default 1 check (min_group_size between 1 and 1000),
  public_reads boolean not null default false,
  public_id text not null unique default ('pub_' || replace(gen_random_uuid()::text, '-', '')),
  individual_metrics boolean not null default false,
  failure_window_hours smallint not null default 24 check (failure_window_hours between 0 and 720),
  production_environments text[] check (
    cardinality(production_environments) between 1 and 20
    and array_position(production_environments, null) is null
    and char_length(array_to_string(production_environments, '')) <= 2000
  ),
  day_zone text not null default 'America/Los_Angeles'
);
comment on table public.organizations is 'A tenant. Its days and weeks are those of its time zone.';
comment on column public.organizations.digest_weekday is 'ISO weekday (1 = Monday) the digest is due on, local time.';
comment on column public.organizations.digest_hour is 'Local hour the digest is due at.';
comment on column public.organizations.min_group_size is 'Groups of fewer persons are hidden in breakdowns.';
comment on column public.organizations.public_reads is
  'Whether the dashboards can be read without sign-in, by public_id.';
comment on column public.organizations.individual_metrics is
  'Whether activity is shown by person; by team otherwise.';
comment on column public.organizations.failure_window_hours is
  'How long a production deployment is watched before it counts as one that has not failed.';
comment on column public.organizations.day_zone is
  'The time zone that the days of events are counted in: time_zone, but for a while after that changed.';
comment on column public.organizations.production_environments is
  'The names of environments that are production, * standing for anything; null for the usual names.';

alter table public.organizations enable row level security;
create policy "members read their organizations" on public.organizations
for select
to authenticated
using (id = any (array(select private.my_organization_ids())));
revoke all on public.organizations from public, anon, authenticated, service_role;
grant select on public.organizations to authenticated;
grant select, insert, update, delete on public.organizations to service_role;

create trigger audit_organizations
after insert or update or delete on public.organizations
for each row
execute function private.audit_change('organization', 'id');

-- A check constraint may not read a catalog view reliably across restores, so a trigger refuses unknown zones.
create function private.check_time_zone()
returns trigger
language plpgsql
set search_path = ''
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
for each row
execute function private.check_time_zone();

create function private.organization_json(p_org_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', o.id, 'name', o.name, 'time_zone', o.time_zone, 'digest_hour', o.digest_hour,
    'min_group_size', o.min_group_size, 'individual_metrics', o.individual_metrics,
    'failure_window_hours', o.failure_window_hours, 'production_environments', o.production_environments,
    'public_reads', o.public_reads, 'public_id', o.public_id, 'created_at', o.created_at,
    'role', (select m.role from public.memberships m
      where m.org_id = o.id and m.user_id = (select private.my_user_id())),
    'member_count', (select count(*) from public.memberships m where m.org_id = o.id))
  from public.organizations o where o.id = p_org_id
$$;
comment on function private.organization_json(uuid) is
  'An organization as the API shows it, with the caller''s role.';

create function public.create_organization(p_name text, p_time_zone text default 'America/Los_Angeles')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_user_id uuid := (select private.my_user_id());
  v_org_id uuid;
begin
  if v_user_id is null then
    raise exception using errcode = 'LL403', message = 'forbidden',
      detail = 'Only a signed-in person can own an organization';
  end if;
  insert into public.organizations (name, time_zone) values (p_name, p_time_zone) returning id into v_org_id;
  insert into public.memberships (org_id, user_id, role) values (v_org_id, v_user_id, 'owner');
  return private.organization_json(v_org_id);
end $$;
comment on function public.create_organization(text, text) is 'A new organization that the signed-in person owns.';

create function public.my_organizations(p_page int default 1, p_page_size int default 100)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with mine as (
    select o.id, o.created_at from public.organizations o
    where o.id = any (array(select private.my_organization_ids()))
  ),
  page as (
    select id, created_at from mine order by created_at, id
    limit least(p_page_size, 1000) offset (p_page - 1) * p_page_size
  )
  select jsonb_build_object(
    'total_count', (select count(*) from mine),
    'organizations', (
      select coalesce(jsonb_agg(private.organization_json(id) order by created_at, id), '[]') from page
    ))
$$;
comment on function public.my_organizations(int, int) is
  'A page of the organizations the signed-in person belongs to, the oldest first.';

create function public.organization(p_org_id uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  perform private.require_role(p_org_id, enum_range(null::public.member_role));
  return private.organization_json(p_org_id);
end $$;
comment on function public.organization(uuid) is 'One organization of the caller.';

create function public.update_organization(p_org_id uuid, p_changes jsonb)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  update public.organizations o set
    name = coalesce(p_changes ->> 'name', o.name),
    time_zone = coalesce(p_changes ->> 'time_zone', o.time_zone),
    digest_hour = coalesce((p_changes ->> 'digest_hour')::smallint, o.digest_hour),
    min_group_size = coalesce((p_changes ->> 'min_group_size')::smallint, o.min_group_size),
    individual_metrics = coalesce((p_changes ->> 'individual_metrics')::boolean, o.individual_metrics),
    failure_window_hours = coalesce((p_changes ->> 'failure_window_hours')::smallint, o.failure_window_hours),
    public_reads = coalesce((p_changes ->> 'public_reads')::boolean, o.public_reads),
    production_environments = case
      when not p_changes ? 'production_environments' then o.production_environments
      when jsonb_typeof(p_changes -> 'production_environments') = 'array'
        then array(select jsonb_array_elements_text(p_changes -> 'production_environments'))
    end
  where o.id = p_org_id;
  if p_changes ? 'production_environments' then
    perform private.rename_environments(p_org_id);
  end if;
  return private.organization_json(p_org_id);
end $$;
comment on function public.update_organization(uuid, jsonb) is
  'Changes what {name?, time_zone?, digest_hour?, min_group_size?, individual_metrics?, failure_window_hours?, '
  'public_reads?, production_environments?} names; owners and admins.';

create function public.public_organization(p_public_id text)
returns uuid
language sql
stable
set search_path = ''
as $$ select o.id from public.organizations o where o.public_id = p_public_id and o.public_reads $$;
comment on function public.public_organization(text) is
  'The organization whose dashboards are public under this id, or null.';

revoke execute
on function private.is_time_zone(text),
private.check_time_zone(),
private.organization_json(uuid),
public.create_organization(text, text),
public.my_organizations(int, int),
public.organization(uuid),
public.update_organization(uuid, jsonb),
public.public_organization(text)
from public, anon, authenticated;
grant execute
on function private.is_time_zone(text), private.check_time_zone(), public.public_organization(text)
to service_role;
grant execute
on function private.organization_json(uuid), public.organization(uuid), public.update_organization(uuid, jsonb)
to authenticated, service_role;
grant execute on function public.create_organization(text, text), public.my_organizations(int, int) to authenticated;

-- schemas/10_tenancy/users.sql

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

-- schemas/10_tenancy/shares.sql

-- Links that show some tabs of an organization, over some days, to whoever has them. A link's secret and its password
-- are kept as hashes only. What its readers read is in share_sessions.sql.

create table public.shares (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  name text not null check (
    char_length(name) between 1 and 100
    and name !~ '[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f]'
  ),
  tabs text[] not null check (
    cardinality(tabs) between 1 and 7
    and tabs <@ '{overview,events,retention,funnel,paths,delivery,ai}'
  ),
  first_day date check (first_day >= '2000-01-01' and first_day < '2101-01-01'),
  last_day date check (last_day >= first_day and last_day < '2101-01-01'),
  rolling_days smallint check (rolling_days between 1 and 366),
  compare text not null default 'none' check (compare in ('none', 'previous', 'year')),
  secret_hash text not null unique check (char_length(secret_hash) = 64),
  password_hash text check (password_hash ~ '^scrypt\$32768\$8\$3\$[0-9A-Za-z_-]{22}\$[0-9A-Za-z_-]{43}$'),
  created_by uuid references public.users (id)
    on delete set null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null check (expires_at >= '2000-01-01 00:00+00' and expires_at < '2101-01-01 00:00+00'),
  revoked_at timestamptz,
  opens int not null default 0 check (opens >= 0),
  last_opened_at timestamptz,
  -- Days that stand still, or days that end yesterday.
  check ((first_day is null) = (last_day is null) and (first_day is null) = (rolling_days is not null))
);
comment on table public.shares is 'Links that show tabs of an organization without signing in.';
comment on column public.shares.secret_hash is 'SHA-256 of the link''s secret, which was shown once.';
comment on column public.shares.password_hash is 'scrypt of the password, with its salt and costs.';
create index shares_org_id_idx on public.shares (org_id, created_at);
create index shares_created_by_idx on public.shares (created_by);

alter table public.shares enable row level security;
create policy "owners and admins read their organization's shares" on public.shares
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids(array['owner', 'admin']::public.member_role[]))));
revoke all on public.shares from public, anon, authenticated, service_role;
grant
  select (
    id,
    org_id,
    name,
    tabs,
    first_day,
    last_day,
    rolling_days,
    compare,
    created_by,
    created_at,
    expires_at,
    revoked_at,
    opens,
    last_opened_at
  )
on public.shares
to authenticated;
grant select, insert, update, delete on public.shares to service_role;

create trigger audit_shares
after insert
or delete
or update of name, tabs, first_day, last_day, rolling_days, compare, password_hash, expires_at, revoked_at
on public.shares
for each row
execute function private.audit_change('share', 'id');

create function private.share_json(p_share public.shares)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', p_share.id, 'org_id', p_share.org_id, 'name', p_share.name, 'view', p_share.tabs,
    'range', case when p_share.first_day is not null then jsonb_build_object('start', p_share.first_day, 'end',
      p_share.last_day) end,
    'rolling', p_share.rolling_days, 'compare', p_share.compare, 'has_password', p_share.password_hash is not null,
    'created_by', p_share.created_by, 'created_at', p_share.created_at, 'expires_at', p_share.expires_at,
    'opens', p_share.opens, 'last_opened_at', p_share.last_opened_at, 'status', case
      when p_share.revoked_at is not null then 'revoked'
      when p_share.expires_at <= now() then 'expired'
      else 'active' end)
$$;
comment on function private.share_json(public.shares) is 'A link as the API shows it: everything but what opens it.';

create function public.create_share(p_org_id uuid, p_share jsonb)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_share public.shares;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  insert into public.shares (
    org_id, name, tabs, first_day, last_day, rolling_days, compare, secret_hash, password_hash, created_by, expires_at)
  values (
    p_org_id, p_share ->> 'name', array(select jsonb_array_elements_text(p_share -> 'view')),
    (p_share -> 'range' ->> 'start')::date, (p_share -> 'range' ->> 'end')::date, (p_share ->> 'rolling')::smallint,
    coalesce(p_share ->> 'compare', 'none'), p_share ->> 'secret_hash', p_share ->> 'password_hash',
    (select private.my_user_id()), (p_share ->> 'expires_at')::timestamptz)
  returning * into v_share;
  return private.share_json(v_share);
end $$;
comment on function public.create_share(uuid, jsonb) is
  'Stores a link made by the function: {secret_hash, password_hash?, name, view, range? or rolling?, compare?, '
  'expires_at}.';

create function public.organization_shares(p_org_id uuid, p_page int, p_page_size int)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  return jsonb_build_object(
    'total_count', (select count(*) from public.shares s where s.org_id = p_org_id),
    'shares', (
      select coalesce(jsonb_agg(private.share_json(page.s) order by (page.s).created_at desc, (page.s).id), '[]')
      from (
        select s from public.shares s where s.org_id = p_org_id
        order by s.created_at desc, s.id limit least(p_page_size, 1000) offset (p_page - 1) * p_page_size
      ) page));
end $$;
comment on function public.organization_shares(uuid, int, int) is
  'A page of an organization''s links, the newest first.';

create function public.revoke_share(p_org_id uuid, p_id uuid)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  update public.shares set revoked_at = coalesce(revoked_at, now()) where id = p_id and org_id = p_org_id;
  if not found then
    raise exception using errcode = 'LL404', message = 'not_found', detail = 'Link not found';
  end if;
  delete from private.share_sessions where share_id = p_id;
end $$;
comment on function public.revoke_share(uuid, uuid) is 'Ends a link, and whatever was opened by it, at once.';

create function private.is_open(p_share public.shares)
returns boolean
language sql
stable
set search_path = ''
as $$ select p_share.revoked_at is null and p_share.expires_at > now() $$;
comment on function private.is_open(public.shares) is 'Whether a link still opens.';

create function public.share_password(p_id uuid, p_secret_hash text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object('password_hash', s.password_hash)
  from public.shares s where s.id = p_id and s.secret_hash = p_secret_hash and private.is_open(s)
$$;
comment on function public.share_password(uuid, text) is
  'The hash that a password must fit to open a link: {password_hash}, null in it where there is none; null where '
  'the link opens nothing.';

revoke execute
on function private.share_json(public.shares),
public.create_share(uuid, jsonb),
public.organization_shares(uuid, int, int),
public.revoke_share(uuid, uuid),
private.is_open(public.shares),
public.share_password(uuid, text)
from public, anon, authenticated;
grant execute
on function public.create_share(uuid, jsonb),
public.organization_shares(uuid, int, int),
public.revoke_share(uuid, uuid)
to authenticated, service_role;
grant execute on function private.is_open(public.shares), public.share_password(uuid, text) to service_role;

-- schemas/10_tenancy/api_keys.sql

-- Keys for machines. A key is bound to its organization and to what its scopes say; only an HMAC of its secret is
-- kept, with a key that never comes to the database, so a copy of this table opens nothing.

create table public.api_keys (
  id text primary key check (id ~ '^[0-9A-Za-z]{12}$'),
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  name text not null check (
    char_length(name) between 1 and 100
    and name !~ '[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f]'
  ),
  publishable boolean not null default false,
  scopes text[] not null check (cardinality(scopes) between 1 and 3 and scopes <@ '{ingest,read,admin}'),
  source_name text check (
    char_length(source_name) between 1 and 100
    and source_name !~ '[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f]'
  ),
  allowed_origins text[] not null default '{}' check (
    cardinality(allowed_origins) <= 20
    and array_position(allowed_origins, null) is null
  ),
  secret_hash text not null check (char_length(secret_hash) = 64),
  created_by uuid references public.users (id)
    on delete set null,
  created_at timestamptz not null default now(),
  expires_at timestamptz check (expires_at >= '2000-01-01 00:00+00' and expires_at < '2101-01-01 00:00+00'),
  last_used_at timestamptz,
  revoked_at timestamptz,
  replaced_by text references public.api_keys (id)
    on delete set null,
  -- What a browser shows the world may write, and only from pages that are named.
  check (not publishable or (scopes = '{ingest}' and cardinality(allowed_origins) > 0))
);
comment on table public.api_keys is 'Keys of machines. The key itself was shown once.';
comment on column public.api_keys.id is 'The public part of the key, as in ll_ID_….';
comment on column public.api_keys.source_name is 'If set, the key ingests for this source only.';
comment on column public.api_keys.last_used_at is 'To the hour, so that using a key seldom writes.';
create index api_keys_org_id_idx on public.api_keys (org_id, created_at);
create index api_keys_created_by_idx on public.api_keys (created_by);
create index api_keys_replaced_by_idx on public.api_keys (replaced_by);

alter table public.api_keys enable row level security;
create policy "owners and admins read their organization's keys" on public.api_keys
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids(array['owner', 'admin']::public.member_role[]))));
revoke all on public.api_keys from public, anon, authenticated, service_role;
grant
  select (
    id,
    org_id,
    name,
    publishable,
    scopes,
    source_name,
    allowed_origins,
    created_by,
    created_at,
    expires_at,
    last_used_at,
    revoked_at,
    replaced_by
  )
on public.api_keys
to authenticated;
grant select, insert, update, delete on public.api_keys to service_role;

create trigger audit_api_keys
after insert
or delete
or update of name, scopes, source_name, allowed_origins, expires_at, revoked_at, replaced_by
on public.api_keys
for each row
execute function private.audit_change('api_key', 'id');

create function private.api_key_json(p_key public.api_keys)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', p_key.id, 'prefix', 'll_' || p_key.id, 'name', p_key.name, 'publishable', p_key.publishable,
    'scopes', p_key.scopes,
    'source_name', p_key.source_name, 'allowed_origins', p_key.allowed_origins, 'created_by', p_key.created_by,
    'created_at', p_key.created_at, 'expires_at', p_key.expires_at, 'last_used_at', p_key.last_used_at,
    'replaced_by', p_key.replaced_by, 'status', case
      when p_key.revoked_at is not null then 'revoked'
      when p_key.expires_at <= now() then 'expired'
      else 'active' end)
$$;
comment on function private.api_key_json(public.api_keys) is 'A key as the API shows it: everything but the secret.';

-- A key that is found by somebody must not be able to live on in others that nobody knows of.
create function private.limit_key_made_by_key(p_scopes text[], p_expires_at timestamptz)
returns timestamptz
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_limit timestamptz := (select k.expires_at from public.api_keys k where k.id = private.caller_key_id());
begin
  if private.caller_key_id() is not null and 'admin' = any (p_scopes) then
    raise exception using errcode = 'LL403', message = 'forbidden',
      detail = 'A key may not make keys with the scope admin';
  end if;
  if p_expires_at > v_limit then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = 'expires_at: is later than that of the key that asks';
  end if;
  return coalesce(p_expires_at, v_limit);
end $$;
comment on function private.limit_key_made_by_key(text[], timestamptz) is
  'When a new key with these scopes expires: never after the key that makes it, which may not make keys like itself.';

create function public.create_api_key(p_org_id uuid, p_key jsonb)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_scopes text[] := array(select jsonb_array_elements_text(p_key -> 'scopes'));
  v_key public.api_keys;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  insert into public.api_keys (
    id, org_id, name, publishable, scopes, source_name, allowed_origins, secret_hash, created_by, expires_at)
  values (
    p_key ->> 'id', p_org_id, p_key ->> 'name', coalesce((p_key ->> 'publishable')::boolean, false),
    v_scopes, p_key ->> 'source_name',
    array(select jsonb_array_elements_text(coalesce(p_key -> 'allowed_origins', '[]'))), p_key ->> 'secret_hash',
    (select private.my_user_id()), private.limit_key_made_by_key(v_scopes, (p_key ->> 'expires_at')::timestamptz))
  returning * into v_key;
  return private.api_key_json(v_key);
end $$;
comment on function public.create_api_key(uuid, jsonb) is
  'Stores a key made by the function: {id, secret_hash, name, scopes, publishable?, source_name?, allowed_origins?, '
  'expires_at?}.';

create function public.organization_api_keys(p_org_id uuid, p_page int, p_page_size int)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  return jsonb_build_object(
    'total_count', (select count(*) from public.api_keys k where k.org_id = p_org_id),
    'keys', (
      select coalesce(jsonb_agg(private.api_key_json(page.k) order by (page.k).created_at desc, (page.k).id), '[]')
      from (
        select k from public.api_keys k where k.org_id = p_org_id
        order by k.created_at desc, k.id limit least(p_page_size, 1000) offset (p_page - 1) * p_page_size
      ) page));
end $$;
comment on function public.organization_api_keys(uuid, int, int) is
  'A page of an organization''s keys, the newest first.';

create function public.rotate_api_key(p_org_id uuid, p_id text, p_new_id text, p_secret_hash text, p_overlap interval)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_old public.api_keys;
  v_new public.api_keys;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  -- The lock makes the second of two rotations at once find the first's successor.
  select * into v_old from public.api_keys k where k.id = p_id and k.org_id = p_org_id for update;
  if not found then
    raise exception using errcode = 'LL404', message = 'not_found', detail = 'Key not found';
  end if;
  if v_old.replaced_by is not null or v_old.revoked_at is not null or v_old.expires_at <= now() then
    raise exception using errcode = 'LL409', message = 'conflict',
      detail = 'Only an active key that was not rotated yet can be rotated';
  end if;
  insert into public.api_keys (
    id, org_id, name, publishable, scopes, source_name, allowed_origins, secret_hash, created_by, expires_at)
  values (
    p_new_id, v_old.org_id, v_old.name, v_old.publishable, v_old.scopes, v_old.source_name, v_old.allowed_origins,
    p_secret_hash, (select private.my_user_id()), private.limit_key_made_by_key(v_old.scopes, v_old.expires_at))
  returning * into v_new;
  update public.api_keys set replaced_by = p_new_id, expires_at = least(expires_at, now() + p_overlap) where id = p_id;
  return private.api_key_json(v_new);
end $$;
comment on function public.rotate_api_key(uuid, text, text, text, interval) is
  'Makes a successor with the same rights; the old key works for the overlap.';

create function public.revoke_api_key(p_org_id uuid, p_id text)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  update public.api_keys set revoked_at = coalesce(revoked_at, now()) where id = p_id and org_id = p_org_id;
  if not found then
    raise exception using errcode = 'LL404', message = 'not_found', detail = 'Key not found';
  end if;
end $$;
comment on function public.revoke_api_key(uuid, text) is 'Ends a key at once.';

create function public.authenticate_api_key(p_id text, p_secret_hash text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_key public.api_keys;
begin
  select * into v_key from public.api_keys k where k.id = p_id and k.secret_hash = p_secret_hash;
  if not found then
    return jsonb_build_object('state', 'unknown');
  end if;
  if v_key.revoked_at is not null then
    return jsonb_build_object('state', 'revoked');
  end if;
  if v_key.expires_at <= now() then
    return jsonb_build_object('state', 'expired');
  end if;
  if v_key.last_used_at is null or v_key.last_used_at < date_trunc('hour', now()) then
    update public.api_keys set last_used_at = date_trunc('hour', now()) where id = p_id;
  end if;
  return jsonb_build_object(
    'state', 'active', 'org_id', v_key.org_id, 'scopes', v_key.scopes, 'publishable', v_key.publishable,
    'source_name', v_key.source_name, 'allowed_origins', v_key.allowed_origins);
end $$;
comment on function public.authenticate_api_key(text, text) is
  'Whose key this is: {state: active | unknown | revoked | expired, org_id?, scopes?, publishable?, source_name?, '
  'allowed_origins?}.';

revoke execute
on function private.api_key_json(public.api_keys),
private.limit_key_made_by_key(text[], timestamptz),
public.create_api_key(uuid, jsonb),
public.organization_api_keys(uuid, int, int),
public.rotate_api_key(uuid, text, text, text, interval),
public.revoke_api_key(uuid, text),
public.authenticate_api_key(text, text)
from public, anon, authenticated;
grant execute
on function public.create_api_key(uuid, jsonb),
public.organization_api_keys(uuid, int, int),
public.rotate_api_key(uuid, text, text, text, interval),
public.revoke_api_key(uuid, text)
to authenticated, service_role;
grant execute on function public.authenticate_api_key(text, text) to service_role;

-- schemas/10_tenancy/demo_logins.sql

-- Logins whose passwords stand in the README must not exist in production: /health/readiness asks and fails there.

-- Security definer: auth.users is nobody's to read but the auth server's. One yes or no, and only to the service.
create function public.demo_logins_exist()
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select from auth.users u
    where u.email like '%@livinglytics.test' or u.id::text like '00000000-0000-4000-9000-0000000000%')
$$;
comment on function public.demo_logins_exist() is
  'Whether seed.sql''s demo logins are among the people who can sign in.';

revoke execute on function public.demo_logins_exist() from public, anon, authenticated;
grant execute on function public.demo_logins_exist() to service_role;

-- schemas/10_tenancy/invitations.sql

-- Asking somebody to join, and what signing up brings along. A token is mailed and works once, for the address it was
-- mailed to; only its hash is kept.

create table public.invitations (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  email text not null check (email = lower(btrim(email)) and char_length(email) <= 254),
  role public.member_role not null,
  token_hash text not null unique check (char_length(token_hash) = 64),
  invited_by uuid references public.users (id)
    on delete set null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null check (expires_at >= '2000-01-01 00:00+00' and expires_at < '2101-01-01 00:00+00'),
  accepted_at timestamptz,
  revoked_at timestamptz
);
comment on table public.invitations is
  'Who was asked to join as what. The token was mailed; only its SHA-256 is here.';
create index invitations_org_id_idx on public.invitations (org_id, created_at);
create index invitations_invited_by_idx on public.invitations (invited_by);
create unique index invitations_open_key on public.invitations (org_id, email)
where accepted_at is null and revoked_at is null;

alter table public.invitations enable row level security;
create policy "owners and admins read their organization's invitations" on public.invitations
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids(array['owner', 'admin']::public.member_role[]))));
revoke all on public.invitations from public, anon, authenticated, service_role;
grant select (id, org_id, email, role, invited_by, created_at, expires_at, accepted_at, revoked_at)
on public.invitations
to authenticated;
grant select, insert, update, delete on public.invitations to service_role;

create trigger audit_invitations
after insert or update or delete on public.invitations
for each row
execute function private.audit_change('invitation', 'id');

create function private.invitation_json(p_invitation public.invitations)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', p_invitation.id, 'org_id', p_invitation.org_id, 'email', p_invitation.email, 'role', p_invitation.role,
    'created_at', p_invitation.created_at, 'expires_at', p_invitation.expires_at, 'status', case
      when p_invitation.accepted_at is not null then 'accepted'
      when p_invitation.revoked_at is not null then 'revoked'
      when p_invitation.expires_at <= now() then 'expired'
      else 'open' end)
$$;
comment on function private.invitation_json(public.invitations) is 'An invitation as the API shows it.';

create function public.invite_member(
  p_org_id uuid,
  p_email text,
  p_role public.member_role,
  p_token_hash text,
  p_expires_at timestamptz
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_mine public.member_role := private.require_role(p_org_id, '{owner,admin}');
  v_invitation public.invitations;
begin
  if v_mine <> 'owner' and p_role = 'owner' then
    raise exception using errcode = 'LL403', message = 'forbidden', detail = 'Only an owner may invite an owner';
  end if;
  if exists (
    select from public.memberships m join public.users u on u.id = m.user_id
    where m.org_id = p_org_id and lower(u.email) = lower(p_email)
  ) then
    raise exception using errcode = 'LL409', message = 'conflict', detail = 'Already a member';
  end if;
  -- Inviting again replaces the open invitation, so that only the newest mail works.
  update public.invitations set revoked_at = now()
  where org_id = p_org_id and email = lower(p_email) and accepted_at is null and revoked_at is null;
  insert into public.invitations (org_id, email, role, token_hash, invited_by, expires_at)
  values (p_org_id, lower(p_email), p_role, p_token_hash, (select private.my_user_id()), p_expires_at)
  returning * into v_invitation;
  return private.invitation_json(v_invitation)
    || jsonb_build_object('organization', (select o.name from public.organizations o where o.id = p_org_id));
end $$;
comment on function public.invite_member(uuid, text, public.member_role, text, timestamptz) is
  'Invites an address; the caller mails the token whose SHA-256 this keeps.';

create function public.organization_invitations(p_org_id uuid, p_page int, p_page_size int)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  return jsonb_build_object(
    'total_count', (select count(*) from public.invitations i where i.org_id = p_org_id),
    'invitations', (
      select coalesce(jsonb_agg(private.invitation_json(page.i) order by (page.i).created_at desc, (page.i).id), '[]')
      from (
        select i from public.invitations i where i.org_id = p_org_id
        order by i.created_at desc, i.id limit least(p_page_size, 1000) offset (p_page - 1) * p_page_size
      ) page));
end $$;
comment on function public.organization_invitations(uuid, int, int) is
  'A page of an organization''s invitations, the newest first.';

create function public.revoke_invitation(p_org_id uuid, p_invitation_id uuid)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  update public.invitations set revoked_at = coalesce(revoked_at, now())
  where id = p_invitation_id and org_id = p_org_id and accepted_at is null;
  if not found then
    raise exception using errcode = 'LL404', message = 'not_found', detail = 'No open invitation with this id';
  end if;
end $$;
comment on function public.revoke_invitation(uuid, uuid) is 'Ends an invitation that was not accepted.';

-- The one place where an invitation is used up: the update's row lock lets only one of two concurrent calls find it
-- open.
create function private.use_invitation(p_token_hash text, p_email text, p_user_id uuid)
returns uuid
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_invitation public.invitations;
begin
  update public.invitations i set accepted_at = now()
  where i.token_hash = p_token_hash and i.email = lower(p_email)
    and i.accepted_at is null and i.revoked_at is null and i.expires_at > now()
  returning * into v_invitation;
  if not found then
    return null;
  end if;
  insert into public.memberships (org_id, user_id, role) values (v_invitation.org_id, p_user_id, v_invitation.role)
  on conflict (org_id, user_id) do nothing;
  return v_invitation.org_id;
end $$;
comment on function private.use_invitation(text, text, uuid) is
  'Accepts an open invitation for a person with its address, once; answers the organization, or null.';

create function public.accept_invitation(p_token_hash text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_user public.users;
  v_org_id uuid;
begin
  select * into v_user from public.users u where u.auth_user_id = (select auth.uid());
  if found then
    v_org_id := private.use_invitation(p_token_hash, v_user.email, v_user.id);
  end if;
  if v_org_id is null then
    raise exception using errcode = 'LL404', message = 'not_found',
      detail = 'This invitation is for another address, was used or revoked, or has expired';
  end if;
  return private.organization_json(v_org_id);
end $$;
comment on function public.accept_invitation(text) is
  'The signed-in person joins by the token that was mailed to their address.';

revoke execute
on function private.invitation_json(public.invitations),
public.invite_member(uuid, text, public.member_role, text, timestamptz),
public.organization_invitations(uuid, int, int),
public.revoke_invitation(uuid, uuid),
private.use_invitation(text, text, uuid),
public.accept_invitation(text)
from public, anon, authenticated;
grant execute
on function public.invite_member(uuid, text, public.member_role, text, timestamptz),
public.organization_invitations(uuid, int, int),
public.revoke_invitation(uuid, uuid)
to authenticated, service_role;
grant execute on function public.accept_invitation(text) to authenticated;

-- schemas/10_tenancy/memberships.sql

-- Joining, leaving and changing roles. An organization never loses its last owner, whoever asks and however many ask
-- at once: every change that could take one away first locks the organization's row. The functions that change
-- memberships are security definer, because no client role may write the tables behind them; each begins by asking
-- private.require_role().

create table public.memberships (
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  user_id uuid not null references public.users (id)
    on delete cascade,
  role public.member_role not null,
  created_at timestamptz not null default now(),
  primary key (org_id, user_id)
);
comment on table public.memberships is 'Who belongs to which organization, and what they may do there.';
create index memberships_user_id_idx on public.memberships (user_id);

alter table public.memberships enable row level security;
create policy "members read the memberships of their organizations" on public.memberships
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on public.memberships from public, anon, authenticated, service_role;
grant select on public.memberships to authenticated;
grant select, insert, update, delete on public.memberships to service_role;

-- A member of a second organization is read there too, though their home is elsewhere.
create policy "people read themselves and the members of their organizations" on public.users
for select
to authenticated
using (
  auth_user_id = (select auth.uid())
  or org_id = any (array(select private.my_organization_ids()))
  or id in (
    select m.user_id from public.memberships m where m.org_id = any (array(select private.my_organization_ids()))
  )
);

create trigger audit_memberships
after insert or update or delete on public.memberships
for each row
execute function private.audit_change('membership', 'user_id');

-- Security definer: counts owners that the caller's policies may hide.
create function private.keep_an_owner()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if old.role <> 'owner' or (tg_op = 'UPDATE' and new.role = 'owner' and new.org_id = old.org_id) then
    return case when tg_op = 'DELETE' then old else new end;
  end if;
  -- Either is gone already when it is the organization, or the person, that is being deleted.
  -- No key update: that of numbers being posted meanwhile, which refer to the organization, need not wait.
  perform from public.organizations o where o.id = old.org_id for no key update;
  if found and exists (select from public.users u where u.id = old.user_id) and not exists (
    select from public.memberships m where m.org_id = old.org_id and m.role = 'owner' and m.user_id <> old.user_id
  ) then
    raise exception using errcode = 'LL409', message = 'last_owner',
      detail = 'An organization needs an owner: make somebody else one first';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $$;
comment on function private.keep_an_owner() is 'Refuses to take away an organization''s last owner.';

create trigger memberships_keep_an_owner
before update of role, org_id or delete on public.memberships
for each row
execute function private.keep_an_owner();

-- Whoever leaves their home organization moves to the oldest other one they belong to, or to a new one of their own:
-- numbers posted for them from then on are theirs. What was posted before stays with the organization it was posted
-- for.
create function private.rehome_person()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user public.users;
  v_org_id uuid;
begin
  select * into v_user from public.users u where u.id = old.user_id and u.org_id = old.org_id;
  if not found or not exists (select from public.organizations o where o.id = old.org_id) then
    return null;
  end if;
  select m.org_id into v_org_id from public.memberships m
  where m.user_id = v_user.id order by m.created_at, m.org_id limit 1;
  if v_org_id is null then
    insert into public.organizations (name) values (split_part(v_user.email, '@', 1)) returning id into v_org_id;
    insert into public.memberships (org_id, user_id, role) values (v_org_id, v_user.id, 'owner');
  end if;
  update public.users set org_id = v_org_id where id = v_user.id;
  -- What is about the person and not about the numbers goes with them: their connections, and whether they want mail.
  update public.data_sources set org_id = v_org_id where user_id = v_user.id and org_id = old.org_id;
  update public.digest_preferences set org_id = v_org_id where user_id = v_user.id and org_id = old.org_id;
  return null;
end $$;
comment on function private.rehome_person() is
  'Gives a person who left their home organization another home.';

create trigger memberships_rehome_person
after delete on public.memberships
for each row
execute function private.rehome_person();

create function private.membership_role(p_org_id uuid, p_user_id uuid)
returns public.member_role
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_role public.member_role;
begin
  select m.role into v_role from public.memberships m where m.org_id = p_org_id and m.user_id = p_user_id;
  if v_role is null then
    raise exception using errcode = 'LL404', message = 'not_found', detail = 'Member not found';
  end if;
  return v_role;
end $$;
comment on function private.membership_role(uuid, uuid) is 'A member''s role; 404 for anybody else.';

-- Security definer: locks a row that no client role may. Asked twice, because the role may be gone when the wait for
-- the lock is over; and locked before any membership is, or two changes at once could wait for each other.
create function private.require_role_to_change(p_org_id uuid, p_roles public.member_role[])
returns public.member_role
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform private.require_role(p_org_id, p_roles);
  perform from public.organizations o where o.id = p_org_id for no key update;
  return private.require_role(p_org_id, p_roles);
end $$;
comment on function private.require_role_to_change(uuid, public.member_role[]) is
  'require_role() for a change of memberships: one after the other in each organization.';

create function private.member_json(p_user public.users, p_membership public.memberships)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select jsonb_build_object(
    'user_id', p_user.id, 'email', p_user.email, 'username', p_user.username, 'role', p_membership.role,
    'since', p_membership.created_at, 'signed_up', p_user.auth_user_id is not null)
$$;
comment on function private.member_json(public.users, public.memberships) is 'A member as the API shows them.';

create function public.organization_members(p_org_id uuid, p_page int, p_page_size int)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  perform private.require_role(p_org_id, enum_range(null::public.member_role));
  return jsonb_build_object(
    'total_count', (select count(*) from public.memberships m where m.org_id = p_org_id),
    'members', (
      select coalesce(jsonb_agg(row.member order by row.role, row.email), '[]')
      from (
        select m.role, u.email, private.member_json(u, m) as member
        from public.memberships m join public.users u on u.id = m.user_id
        where m.org_id = p_org_id
        order by m.role, u.email limit least(p_page_size, 1000) offset (p_page - 1) * p_page_size
      ) row));
end $$;
comment on function public.organization_members(uuid, int, int) is
  'A page of an organization''s members, owners first.';

create function public.set_member_role(p_org_id uuid, p_user_id uuid, p_role public.member_role)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_mine public.member_role := private.require_role_to_change(p_org_id, '{owner,admin}');
  v_theirs public.member_role := private.membership_role(p_org_id, p_user_id);
begin
  if v_mine <> 'owner' and 'owner' in (v_theirs, p_role) then
    raise exception using errcode = 'LL403', message = 'forbidden',
      detail = 'Only an owner may make or change an owner';
  end if;
  update public.memberships set role = p_role where org_id = p_org_id and user_id = p_user_id and role <> p_role;
  return (
    select private.member_json(u, m) from public.memberships m join public.users u on u.id = m.user_id
    where m.org_id = p_org_id and m.user_id = p_user_id);
end $$;
comment on function public.set_member_role(uuid, uuid, public.member_role) is
  'Changes a member''s role and answers the member. Admins may change all but owners.';

create function public.remove_member(p_org_id uuid, p_user_id uuid)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_mine public.member_role := private.require_role_to_change(p_org_id, '{owner,admin}');
  v_theirs public.member_role := private.membership_role(p_org_id, p_user_id);
begin
  if v_mine <> 'owner' and v_theirs = 'owner' then
    raise exception using errcode = 'LL403', message = 'forbidden', detail = 'Only an owner may remove an owner';
  end if;
  delete from public.memberships where org_id = p_org_id and user_id = p_user_id;
end $$;
comment on function public.remove_member(uuid, uuid) is 'Removes a member. Admins may remove all but owners.';

create function public.leave_organization(p_org_id uuid)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform private.require_role_to_change(p_org_id, enum_range(null::public.member_role));
  delete from public.memberships where org_id = p_org_id and user_id = (select private.my_user_id());
end $$;
comment on function public.leave_organization(uuid) is 'The signed-in person leaves; the last owner cannot.';

create function public.transfer_ownership(p_org_id uuid, p_user_id uuid)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_me uuid := (select private.my_user_id());
begin
  -- Of two transfers at once the second finds that it is no owner any more.
  perform private.require_role_to_change(p_org_id, '{owner}');
  perform private.membership_role(p_org_id, p_user_id);
  if v_me is null or v_me = p_user_id then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail = 'user_id: must be another member';
  end if;
  update public.memberships set role = 'owner' where org_id = p_org_id and user_id = p_user_id;
  update public.memberships set role = 'admin' where org_id = p_org_id and user_id = v_me;
end $$;
comment on function public.transfer_ownership(uuid, uuid) is
  'Makes another member owner and the signed-in owner admin.';

revoke execute
on function private.keep_an_owner(),
private.rehome_person(),
private.membership_role(uuid, uuid),
private.require_role_to_change(uuid, public.member_role[]),
private.member_json(public.users, public.memberships),
public.organization_members(uuid, int, int),
public.set_member_role(uuid, uuid, public.member_role),
public.remove_member(uuid, uuid),
public.leave_organization(uuid),
public.transfer_ownership(uuid, uuid)
from public, anon, authenticated;
grant execute
on function private.member_json(public.users, public.memberships),
public.organization_members(uuid, int, int),
public.set_member_role(uuid, uuid, public.member_role),
public.remove_member(uuid, uuid)
to authenticated, service_role;
grant execute on function public.leave_organization(uuid), public.transfer_ownership(uuid, uuid) to authenticated;

-- schemas/10_tenancy/refresh_tokens.sql

-- A refresh token is good for one use. Supabase Auth rotates it, but takes the one before the newest again and
-- answers the newest, so that a client may retry; whoever stole that one would go along with the session unnoticed.
-- So POST /auth/refresh notes each token that it exchanged, and a second use of it ends the session.

create table private.used_refresh_tokens (
  token_hash text primary key check (char_length(token_hash) = 64),
  used_at timestamptz not null default now()
);
comment on table private.used_refresh_tokens is 'SHA-256 of the refresh tokens that were exchanged.';
create index used_refresh_tokens_used_at_idx on private.used_refresh_tokens (used_at);

alter table private.used_refresh_tokens enable row level security;
revoke all on private.used_refresh_tokens from public, anon, authenticated, service_role;

-- Security definer: the table is nobody's to touch but through here.
create function public.use_refresh_token(p_token_hash text)
returns boolean
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  insert into private.used_refresh_tokens (token_hash) values (p_token_hash) on conflict do nothing;
  return found;
end $$;
comment on function public.use_refresh_token(text) is
  'Notes that a refresh token was exchanged; false when it had been before.';

revoke execute on function public.use_refresh_token(text) from public, anon, authenticated;
grant execute on function public.use_refresh_token(text) to service_role;

-- After ninety days of silence only the newest token matters: when its successor was used too, Supabase Auth refuses
-- by itself.
select
  cron.schedule(
    'trim-used-refresh-tokens',
    '23 3 * * *',
    'delete from private.used_refresh_tokens where used_at < now() - interval ''90 days'''
  );

-- schemas/10_tenancy/share_sessions.sql

-- How the readers of a share link read. Whoever opens a link gets a session; every read of it comes through
-- read_by_share(), which lets through what the link shows and nothing else, and reads as a role that row-level
-- security holds for: of the link's organization, and of no person.

create function private.share_reads()
returns table (tab text, name text, arguments text[])
language sql
immutable
set search_path = ''
as $$
  values
    ('overview', 'dashboard_overview', '{}'::text[]),
    ('events', 'analytics_overview', '{p_feature_name}'),
    ('events', 'analytics_active_users', '{}'),
    ('events', 'analytics_events', '{p_page,p_page_size}'),
    ('events', 'analytics_breakdown', '{p_by,p_feature_name,p_top}'),
    ('retention', 'analytics_retention', '{p_period,p_periods,p_start_event,p_return_event,p_breakdown}'),
    ('retention', 'analytics_events', '{p_page,p_page_size}'),
    ('funnel', 'analytics_funnel', '{p_steps,p_window_seconds,p_is_strict,p_breakdown}'),
    ('funnel', 'analytics_events', '{p_page,p_page_size}'),
    ('paths', 'analytics_flow', '{p_event,p_depth,p_top}'),
    ('paths', 'analytics_events', '{p_page,p_page_size}'),
    ('delivery', 'dora_summary', '{}'),
    ('delivery', 'dora_trend', '{p_bucket,p_parts}'),
    ('delivery', 'dora_metric', '{p_metric,p_drill,p_page,p_page_size}'),
    ('ai', 'ai_metrics', '{}')
$$;
comment on function private.share_reads() is
  'What each tab of a link may call, and with which arguments beside the organization, the days and what they are '
  'compared with. No row of it is about one person.';

create table private.share_sessions (
  token_hash text primary key check (char_length(token_hash) = 64),
  share_id uuid not null references public.shares (id)
    on delete cascade,
  expires_at timestamptz not null
);
comment on table private.share_sessions is 'Who has opened a link; only a hash of what they show is kept.';
create index share_sessions_share_id_idx on private.share_sessions (share_id);
create index share_sessions_expires_at_idx on private.share_sessions (expires_at);

alter table private.share_sessions enable row level security;
revoke all on private.share_sessions from public, anon, authenticated, service_role;

select
  cron.schedule('trim-share-sessions', '29 * * * *', 'delete from private.share_sessions where expires_at < now()');

create function public.open_share(p_id uuid, p_secret_hash text, p_session_hash text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_share public.shares;
  v_expires_at timestamptz;
begin
  update public.shares s set opens = least(s.opens::bigint + 1, 2147483647), last_opened_at = now()
  where s.id = p_id and s.secret_hash = p_secret_hash and private.is_open(s)
  returning * into v_share;
  if not found then
    raise exception using errcode = 'LL404', message = 'not_found',
      detail = 'This link is wrong, was revoked or has expired';
  end if;
  insert into private.share_sessions (token_hash, share_id, expires_at)
  values (p_session_hash, p_id, least(v_share.expires_at, now() + interval '8 hours'))
  returning expires_at into v_expires_at;
  return (
    select jsonb_build_object('name', v_share.name, 'view', v_share.tabs, 'compare', v_share.compare, 'expires_at',
      v_expires_at,
      'range', case when v_share.first_day is not null
        then jsonb_build_object('start', v_share.first_day, 'end', v_share.last_day) end,
      'rolling', v_share.rolling_days,
      'organization', jsonb_build_object('id', o.id, 'name', o.name, 'time_zone', o.time_zone, 'min_group_size',
        o.min_group_size))
    from public.organizations o where o.id = v_share.org_id);
end $$;
comment on function public.open_share(uuid, text, text) is
  'Opens a link, counts that, and keeps the hash of the session that reads by it: eight hours at most.';

create function public.authenticate_share(p_session_hash text)
returns uuid
language sql
stable
security definer
set search_path = ''
as $$
  select s.id from private.share_sessions o join public.shares s on s.id = o.share_id
  where o.token_hash = p_session_hash and o.expires_at > now() and private.is_open(s)
$$;
comment on function public.authenticate_share(text) is 'The link that a session reads by, or null when that is over.';

create function private.share_id()
returns uuid
language plpgsql
stable
set search_path = ''
as $$ begin return nullif(current_setting('livinglytics.share_id', true), '')::uuid; end $$;
comment on function private.share_id() is
  'The link that the running statement reads by, or null. Only read_by_share() sets it, and no client of the data '
  'API can.';

-- Security definer, because policies ask it and the reader of a link sees no link.
create function private.shared_organization()
returns uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if private.share_id() is null then
    return null;
  end if;
  return (select s.org_id from public.shares s where s.id = private.share_id() and private.is_open(s));
end $$;
comment on function private.shared_organization() is
  'The organization of the link that the running statement reads by, or null.';

-- The days that a link shows: those named, or so many that end yesterday.
create function private.share_days(p_share public.shares, out first_day date, out last_day date)
language plpgsql
stable
set search_path = ''
as $$
begin
  first_day := p_share.first_day;
  last_day := p_share.last_day;
  if p_share.rolling_days is not null then
    last_day := (
      select (now() at time zone o.time_zone)::date - 1 from public.organizations o where o.id = p_share.org_id);
    first_day := last_day - p_share.rolling_days + 1;
  end if;
end $$;
comment on function private.share_days(public.shares) is 'The first and last day that a link shows.';

create function private.share_arguments(p_share public.shares, p_read text, p_args jsonb)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_args jsonb := jsonb_strip_nulls(p_args);
  v_days record := private.share_days(p_share);
  v_allowed text[] := (
    select array_agg(distinct argument) || '{p_org_id}' from private.share_reads() r
    cross join lateral unnest(r.arguments || array['p_start', 'p_end', 'p_compare', 'p_previous']) argument
    where r.name = p_read and r.tab = any (p_share.tabs));
  v_known text[] := (
    select p.proargnames from pg_catalog.pg_proc p where p.pronamespace = 'public'::regnamespace
      and p.proname = p_read);
  v_refused text;
  v_years interval := interval '0';
  v_slack int := 0;
begin
  -- What a tab reads is versioned by the state of the organization's analytics, which says no number.
  if p_read = 'analytics_state' and exists (
    select from private.share_reads() r where r.name like 'analytics%' and r.tab = any (p_share.tabs)) then
    return jsonb_build_object('p_org_id', p_share.org_id);
  end if;
  if v_allowed is null then
    raise exception using errcode = 'LL403', message = 'forbidden', detail = 'This link does not show that';
  end if;
  select key into v_refused from jsonb_object_keys(v_args) key where not key = any (v_allowed)
    or not key = any (v_known) limit 1;
  if v_refused is not null then
    raise exception using errcode = 'LL403', message = 'forbidden',
      detail = format('This link does not show that: %s', substr(v_refused, 3));
  end if;
  if v_args ->> 'p_org_id' <> p_share.org_id::text then
    raise exception using errcode = 'LL404', message = 'not_found', detail = 'Organization not found';
  end if;
  if v_args ->> 'p_compare' not in ('none', p_share.compare) or (v_args ->> 'p_previous')::boolean
    and p_share.compare <> 'previous' then
    raise exception using errcode = 'LL403', message = 'forbidden',
      detail = format('This link compares with %s',
        case p_share.compare when 'none' then 'nothing' else p_share.compare end);
  end if;
  v_args := jsonb_build_object('p_start', v_days.first_day, 'p_end', v_days.last_day) || v_args
    || jsonb_build_object('p_org_id', p_share.org_id);
  if 'p_compare' = any (v_known) and not v_args ? 'p_compare' then
    v_args := v_args || '{"p_compare": "none"}';
  end if;
  -- Analytics reads the year before as days of their own, retention as whole weeks or months.
  if p_share.compare = 'year' and (v_args ->> 'p_end')::date < v_days.first_day then
    v_years := '1 year';
    v_slack := case when p_read = 'analytics_retention' then 31 else 0 end;
  end if;
  if (v_args ->> 'p_start')::date < (v_days.first_day - v_years)::date - v_slack
    or (v_args ->> 'p_end')::date > (v_days.last_day - v_years)::date + v_slack then
    raise exception using errcode = 'LL403', message = 'forbidden',
      detail = format('This link shows the days from %s to %s', v_days.first_day, v_days.last_day);
  end if;
  return v_args;
end $$;
comment on function private.share_arguments(public.shares, text, jsonb) is
  'What a function is called with for a link''s reader: its organization, its days unless some of them are named, '
  'and what its tabs may say; anything else is refused.';

create function private.share_of_session(p_session_hash text)
returns public.shares
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_share public.shares;
begin
  select s.* into v_share from public.shares s where s.id = public.authenticate_share(p_session_hash);
  if not found then
    raise exception using errcode = 'LL401', message = 'expired_token', detail = 'Open the link again';
  end if;
  return v_share;
end $$;
comment on function private.share_of_session(text) is 'The link that a session reads by; 401 when that is over.';

-- Not security definer: it goes on as members do, until the request's transaction ends, so that row-level security
-- holds for what it reads.
create function public.read_by_share(p_session_hash text, p_read text, p_args jsonb)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_share public.shares := private.share_of_session(p_session_hash);
  v_args jsonb := private.share_arguments(v_share, p_read, p_args);
  v_names text;
  v_types text;
  v_answer jsonb;
begin
  select string_agg(format('%1$I => given.%1$I', a.name), ', '), string_agg(format('%I %s', a.name, a.type), ', ')
  into v_names, v_types
  from pg_catalog.pg_proc p
  cross join lateral (
    select arg.name, pg_catalog.format_type(arg.type, null) as type
    from unnest(p.proargnames, p.proargtypes::oid[]) as arg (name, type)
  ) a
  where p.pronamespace = 'public'::regnamespace and p.proname = p_read and v_args ? a.name;
  perform set_config('request.jwt.claims', '{"role": "authenticated"}', true), set_config('request.jwt.claim.sub',
    '', true),
    set_config('request.jwt.claim.role', 'authenticated', true), set_config('livinglytics.share_id',
      v_share.id::text, true),
    set_config('role', 'authenticated', true);
  execute format('select public.%I(%s) from jsonb_to_record($1) as given (%s)', p_read, v_names, v_types)
  into v_answer using v_args;
  return v_answer;
end $$;
comment on function public.read_by_share(text, text, jsonb) is
  'What a read answers the reader of a link: of the tabs, the days and the organization that the link shows, as '
  'row-level security lets them see it.';

revoke execute
on function private.share_reads(),
public.open_share(uuid, text, text),
public.authenticate_share(text),
private.share_id(),
private.shared_organization(),
private.share_days(public.shares),
private.share_arguments(public.shares, text, jsonb),
private.share_of_session(text),
public.read_by_share(text, text, jsonb)
from public, anon, authenticated;
grant execute on function private.share_id(), private.shared_organization() to authenticated, service_role;
grant execute
on function private.share_reads(),
public.open_share(uuid, text, text),
public.authenticate_share(text),
private.share_days(public.shares),
private.share_arguments(public.shares, text, jsonb),
private.share_of_session(text),
public.read_by_share(text, text, jsonb)
to service_role;

-- schemas/10_tenancy/sign_up.sql

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

-- schemas/20_platform/alert_mails.sql

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

-- schemas/20_platform/data_retention.sql

-- How long an organization's rows are kept, by kind, and since when there are any. trims.sql removes what is older.

create type private.data_kind as enum ('events', 'ai', 'delivery', 'metrics', 'logs', 'audit');

create table private.data_retention (
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  kind private.data_kind not null,
  days int,
  updated_at timestamptz not null default now(),
  primary key (org_id, kind),
  check (
    days >= case kind
      when 'audit' then 365
      when 'events' then 1
      when 'logs' then 7
      else 30
    end
    and days <= 3660
  )
);
comment on table private.data_retention is
  'For how many days rows of a kind are kept, where an organization has said so; private.kept_days() knows what holds '
  'where it has not.';
comment on column private.data_retention.days is 'Null: for good.';

alter table private.data_retention enable row level security;
create policy "members read what belongs to their organization" on private.data_retention
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.data_retention from public, anon, authenticated, service_role;
grant select on private.data_retention to authenticated, service_role;

create trigger audit_data_retention
after insert or update or delete on private.data_retention
for each row
execute function private.audit_change('data_retention', 'kind');

create function private.kept_days(p_org_id uuid, p_kind private.data_kind)
returns int
language plpgsql
stable
set search_path = ''
as $$
declare
  v_days int;
begin
  select r.days into v_days from private.data_retention r where r.org_id = p_org_id and r.kind = p_kind;
  return case when found then v_days when p_kind = 'events' then 730 end;
end $$;
comment on function private.kept_days(uuid, private.data_kind) is
  'For how many days an organization keeps rows of a kind; null for good. Events are kept for two years unless it '
  'says otherwise.';

create function private.kept_from(p_org_id uuid, p_kind private.data_kind, p_now timestamptz default now())
returns timestamptz
language plpgsql
stable
set search_path = ''
as $$
declare
  v_days int := private.kept_days(p_org_id, p_kind);
  v_zone text;
begin
  if v_days is null then
    return null;
  end if;
  select o.time_zone into v_zone from public.organizations o where o.id = p_org_id;
  -- Whole days, so that no day is left with a part of its rows; and whole hours, which sums of AI sessions are of.
  return date_trunc('hour', ((p_now at time zone v_zone)::date - v_days)::timestamp at time zone v_zone, 'UTC');
end $$;
comment on function private.kept_from(uuid, private.data_kind, timestamptz) is
  'The moment from which an organization keeps rows of a kind; null for good.';

create function private.accepted_from(p_org_id uuid, p_kind private.data_kind)
returns timestamptz
language plpgsql
stable
set search_path = ''
as $$
begin
  -- Where rows were removed nothing tells any more what would be counted a second time.
  return greatest(private.kept_from(p_org_id, p_kind), (
    select t.removed_before from private.trims t where t.org_id = p_org_id and t.kind = p_kind));
end $$;
comment on function private.accepted_from(uuid, private.data_kind) is
  'The moment from which rows of a kind are taken: older ones would be removed, or counted twice; null for any.';

create function private.rows_since(p_org_id uuid, p_kind private.data_kind, p_first_day date, p_time_zone text)
returns date
language plpgsql
stable
set search_path = ''
as $$
declare
  v_local timestamp := (
    select t.removed_before at time zone p_time_zone from private.trims t where t.org_id = p_org_id
      and t.kind = p_kind);
  v_day date := v_local::date + (v_local::time > '01:00')::int;
begin
  return case when v_day > p_first_day then v_day end;
end $$;
comment on function private.rows_since(uuid, private.data_kind, date, text) is
  'The first day of which the rows of a kind are all there, if the range that begins on a day reaches back before it; '
  'else null.';

create function private.data_retention_json(p_org_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object('org_id', o.id) || (
    select jsonb_object_agg(k.kind || '_days', private.kept_days(o.id, k.kind))
      from unnest(enum_range(null::private.data_kind)) as k (kind)
  ) || jsonb_build_object('rows_since', (
    select jsonb_object_agg(k.kind, private.rows_since(o.id, k.kind, '-infinity', o.time_zone))
    from unnest(enum_range(null::private.data_kind)) as k (kind)))
  from public.organizations o where o.id = p_org_id
$$;
comment on function private.data_retention_json(uuid) is 'How long an organization keeps what, as the API shows it.';

create function public.data_retention(p_org_id uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  perform private.require_role(p_org_id, enum_range(null::public.member_role));
  return private.data_retention_json(p_org_id);
end $$;
comment on function public.data_retention(uuid) is
  'How long an organization keeps rows of each kind: {org_id, events_days, ai_days, delivery_days, metrics_days, '
  'logs_days, audit_days, rows_since: {kind: day}}.';

-- Security definer: nobody may write but through here.
create function public.set_data_retention(p_org_id uuid, p_days jsonb)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_days jsonb := private.given_object('days', p_days);
begin
  perform private.require_role(p_org_id, '{owner}');
  if exists (
    select from jsonb_each(v_days) d
    where d.key <> all (array(select k.kind || '_days' from unnest(enum_range(null::private.data_kind)) as k (kind)))
      or jsonb_typeof(d.value) not in ('number', 'null')
      or case when jsonb_typeof(d.value) = 'number' then d.value::numeric not between 1 and 3660
        or d.value::numeric % 1 <> 0 end) then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = 'days: must name kinds with whole numbers of days up to 3660, or null';
  end if;
  insert into private.data_retention as kept (org_id, kind, days)
  select p_org_id, k.kind, (v_days ->> (k.kind || '_days'))::int
  from unnest(enum_range(null::private.data_kind)) as k (kind) where v_days ? (k.kind || '_days')
  order by k.kind
  on conflict (org_id, kind) do update set days = excluded.days, updated_at = now() where kept.days is distinct
    from excluded.days;
  return private.data_retention_json(p_org_id);
exception when check_violation then
  raise exception using errcode = 'LL422', message = 'validation_failed',
    detail = 'days: are fewer than may be kept (audit 365, ai, delivery and metrics 30, logs 7)';
end $$;
comment on function public.set_data_retention(uuid, jsonb) is
  'Sets for how many days an organization keeps rows of the kinds it names, as in {"events_days": 365, "ai_days": '
  'null}; null is for good. Owners. What is older goes from the next night on.';

revoke execute
on function private.kept_days(uuid, private.data_kind),
private.kept_from(uuid, private.data_kind, timestamptz),
private.accepted_from(uuid, private.data_kind),
private.rows_since(uuid, private.data_kind, date, text),
private.data_retention_json(uuid),
public.data_retention(uuid),
public.set_data_retention(uuid, jsonb)
from public, anon, authenticated;
grant execute
on function private.kept_days(uuid, private.data_kind),
private.rows_since(uuid, private.data_kind, date, text),
private.data_retention_json(uuid),
public.data_retention(uuid),
public.set_data_retention(uuid, jsonb)
to authenticated, service_role;

-- schemas/20_platform/disk.sql

-- How full the disk is. Small plans of hosted Supabase turn read-only at a size of the database, so what it takes is
-- noted once a day, and how near the end is can be told from how it grows.

create table private.disk_sizes (
  day date not null,
  pillar text not null check (pillar in ('metrics', 'product', 'delivery', 'ai', 'digest', 'platform', 'rest')),
  bytes bigint not null check (bytes >= 0),
  primary key (day, pillar)
);
comment on table private.disk_sizes is
  'What each pillar took on the disk at the end of a day, in UTC; kept for a year.';

alter table private.disk_sizes enable row level security;
revoke all on private.disk_sizes from public, anon, authenticated, service_role;

create function private.pillar_of(p_table text)
returns text
language sql
immutable
set search_path = ''
as $$
  select case
    when p_table ~ '^(metrics|metric_|data_sources)' then 'metrics'
    when p_table ~ '^(events|event_|person|active_changes|retention_|analytics_)' then 'product'
    when p_table ~ '^ai_' then 'ai'
    when p_table ~ '^digest' then 'digest'
    when p_table ~ '^(repositories|branches|releases|commits|pull_request|reviews|deploy|environments|incident|changes|'
      'teams|team_|etl_|github_|webhook_|default_branch|pending_heads)'
      then 'delivery'
    else 'platform'
  end
$$;
comment on function private.pillar_of(text) is
  'Which pillar a table of public or private is of; platform is what all of them share.';

-- Security definer: the sizes are the whole database's, which only the service may know.
create function private.disk_use()
returns table (pillar text, bytes bigint)
language sql
stable
security definer
set search_path = ''
as $$
  with pillar as (
    select private.pillar_of(c.relname) as pillar, sum(pg_total_relation_size(c.oid))::bigint as bytes
    from pg_catalog.pg_class c
    where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and c.relkind in ('r', 'm')
    group by 1
  )
  select pillar, bytes from pillar
  union all
  select 'rest', greatest(pg_database_size(current_database()) - (select coalesce(sum(bytes), 0) from pillar),
    0)::bigint
$$;
comment on function private.disk_use() is
  'What each pillar takes on the disk now, indexes and partitions included; rest is what Supabase and PostgreSQL keep.';

create function private.note_disk_use(p_day date default (now() at time zone 'UTC')::date)
returns void
language sql
volatile
set search_path = ''
as $$
  insert into private.disk_sizes (day, pillar, bytes) select p_day, u.pillar, u.bytes from private.disk_use() u
  on conflict (day, pillar) do update set bytes = excluded.bytes;
  delete from private.disk_sizes where day < p_day - 366;
$$;
comment on function private.note_disk_use(date) is 'Notes what each pillar takes as that day''s.';

-- Security definer: as private.disk_use().
create function public.disk_status()
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  with used as (select * from private.disk_use()),
  -- A week or more says how it grows; days are few where it was set up lately.
  first as (
    select min(s.day) as day from private.disk_sizes s where s.day >= (now() at time zone 'UTC')::date - 28
  ),
  earlier as (
    select first.day, sum(s.bytes) as bytes from private.disk_sizes s join first on first.day = s.day group by first.day
  )
  select jsonb_build_object(
    'bytes', (select sum(used.bytes) from used),
    'pillars', (select jsonb_agg(jsonb_build_object('pillar', used.pillar, 'bytes', used.bytes)
      order by used.bytes desc, used.pillar) from used),
    'since', (select earlier.day from earlier),
    'growth_bytes_per_day', (
      select round(((select sum(used.bytes) from used) - earlier.bytes)
        / ((now() at time zone 'UTC')::date - earlier.day))
      from earlier where earlier.day < (now() at time zone 'UTC')::date))
$$;
comment on function public.disk_status() is
  'What the database takes on the disk, by pillar, and by how much a day it grew since the oldest note of the last '
  'four weeks (null before the second day).';

create table private.disk_alerts (
  threshold smallint not null check (threshold in (80, 95)),
  crossed_at timestamptz not null default now(),
  bytes bigint not null,
  limit_bytes bigint not null,
  ended_at timestamptz,
  primary key (threshold, crossed_at)
);
comment on table private.disk_alerts is
  'That the database came to 80 or 95 % of its limit: one row for each time, until it fell five points below.';
create unique index disk_alerts_open_key on private.disk_alerts (threshold) where ended_at is null;

alter table private.disk_alerts enable row level security;
revoke all on private.disk_alerts from public, anon, authenticated, service_role;

create function private.disk_alert(p_threshold smallint, p_crossed_at timestamptz)
returns text
language sql
stable
set search_path = ''
as $$ select concat_ws('/', 'disk', p_threshold, extract(epoch from p_crossed_at)) $$;
comment on function private.disk_alert(smallint, timestamptz) is
  'What the mails of a disk that fills are known by: it may fill again.';

-- Security definer: the size is the whole database's. The limit is known to the functions alone, which is why they ask.
create function public.note_disk_level(p_bytes bigint, p_limit_bytes bigint)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_alert private.disk_alerts;
  v_crossed smallint[] := '{}'::smallint[];
  v_threshold smallint;
begin
  -- It has to fall for good before it can be news again.
  update private.disk_alerts a set ended_at = now()
  where a.ended_at is null and p_bytes < p_limit_bytes * ((a.threshold - 5) / 100.0);
  foreach v_threshold in array array[95, 80]::smallint[] loop
    continue when p_bytes < p_limit_bytes * (v_threshold / 100.0);
    insert into private.disk_alerts (threshold, bytes, limit_bytes) values (v_threshold, p_bytes, p_limit_bytes)
    on conflict do nothing returning * into v_alert;
    continue when not found;
    v_crossed := v_crossed || v_threshold;
    -- Past both at once one mail says it all.
    continue when v_threshold < any (v_crossed);
    insert into private.alert_mails (kind, alert, org_id, user_id, content, expires_at)
    select distinct on (m.user_id) 'disk', private.disk_alert(v_threshold, v_alert.crossed_at), m.org_id, m.user_id,
      jsonb_build_object('threshold', v_threshold, 'bytes', p_bytes, 'limit_bytes', p_limit_bytes),
        now() + interval '7 days'
    from public.memberships m where m.role = 'owner'
    order by m.user_id, m.org_id
    on conflict (alert, user_id) do nothing;
  end loop;
  return to_jsonb(v_crossed);
end $$;
comment on function public.note_disk_level(bigint, bigint) is
  'Notes that the database came to 80 or 95 % of its limit, and writes the mails to all owners, once until it fell '
  'five points below: answers which it crossed just now.';

revoke execute
on function private.pillar_of(text),
private.disk_use(),
private.note_disk_use(date),
public.disk_status(),
private.disk_alert(smallint, timestamptz),
public.note_disk_level(bigint, bigint)
from public, anon, authenticated;
grant execute on function public.disk_status(), public.note_disk_level(bigint, bigint) to service_role;

select cron.schedule('disk-use', '53 23 * * *', 'select private.note_disk_use()');
select
  cron.schedule(
    'disk-alerts',
    '*/15 * * * *',
    'select private.call_function(''disk-alerts'', ''/health/disk-alerts'')'
  );

-- schemas/20_platform/health.sql

-- What /health asks: is the database there, is it migrated, does pg_cron run, what happened last and what comes next.
-- Security definer where the answer lies in schemas that the API's roles may not read; each answers one fact and only
-- to the service.

create table private.cron_heartbeat (
  only_row boolean primary key default true check (only_row),
  beat_at timestamptz not null default now()
);
comment on table private.cron_heartbeat is 'When pg_cron last ran anything; a fresh installation counts as a beat.';

alter table private.cron_heartbeat enable row level security;
revoke all on private.cron_heartbeat from public, anon, authenticated, service_role;

insert into private.cron_heartbeat default values;

create function public.ping()
returns text
language sql
stable
set search_path = ''
as $$ select 'pong' $$;
comment on function public.ping() is 'Answers pong.';

create function public.newest_migration()
returns text
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_version text;
begin
  -- Only the Supabase CLI and the local Supabase keep this table, so its absence is an answer, not an error.
  if pg_catalog.to_regclass('supabase_migrations.schema_migrations') is null then
    return null;
  end if;
  execute 'select max(version) from supabase_migrations.schema_migrations' into v_version;
  return v_version;
end $$;
comment on function public.newest_migration() is
  'Version of the newest migration that was applied, or null where none is recorded.';

create function public.seconds_since_cron_heartbeat()
returns double precision
language sql
stable
security definer
set search_path = ''
as $$ select extract(epoch from now() - beat_at)::double precision from private.cron_heartbeat $$;
comment on function public.seconds_since_cron_heartbeat() is 'Seconds since pg_cron last beat.';

create function public.service_status()
returns jsonb
language sql
stable
set search_path = ''
as $$
  -- A loose index scan: one index probe for each source, however many rows it has.
  with recursive source as (
    (select m.source_name from public.metrics m order by m.source_name limit 1)
    union all
    select (
      select m.source_name from public.metrics m
      where m.source_name > source.source_name order by m.source_name limit 1)
    from source where source.source_name is not null
  )
  select jsonb_build_object(
    'digest', jsonb_build_object(
      'next_at', private.next_digest_at(now()),
      'last_at', (
        select max(coalesce(d.sent_at, d.first_attempt_at)) from public.digests d where d.state in ('sent', 'stored')),
      'missed', (
        select coalesce(jsonb_agg(jsonb_build_object(
          'org_id', o.id, 'organization', o.name, 'week_start', missed.week_start, 'due_at', missed.due_at)
          order by missed.week_start desc, o.name, o.id), '[]')
        from (
          select * from public.digest_schedule s where s.missed and s.week_start > (now() - interval '70 days')::date
          order by s.week_start desc, s.org_id limit 100
        ) missed
        join public.organizations o on o.id = missed.org_id)),
    'last_ingest', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'source_name', s.source_name,
        'at', (select max(m.updated_at) from public.metrics m where m.source_name = s.source_name))
          order by s.source_name), '[]')
      from source s where s.source_name is not null))
$$;
comment on function public.service_status() is
  'When a digest was last sent or, without a mail provider, stored; when the next is due, which weeks of the last '
  'ten nobody was sent; when each source last posted.';

revoke execute
on function public.ping(), public.newest_migration(), public.seconds_since_cron_heartbeat(), public.service_status()
from public, anon, authenticated;
grant execute
on function public.ping(), public.newest_migration(), public.seconds_since_cron_heartbeat(), public.service_status()
to service_role;

select cron.schedule('heartbeat', '* * * * *', 'update private.cron_heartbeat set beat_at = now()');

-- schemas/20_platform/history.sql

-- What is kept only for a while.

create function private.trim_history()
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  delete from public.idempotency_keys where claimed_at < now() - interval '24 hours';
  delete from public.github_cache where stored_at < now() - interval '30 days';
  delete from public.digest_events where received_at < now() - interval '180 days';
  delete from public.digest_runs where started_at < now() - interval '90 days';
  -- That a week was sent is kept, or it could be sent again; what was in it need not be.
  update public.digests
  set content = null, envelope = null, body_text = null, body_html = null, last_error = null
  where updated_at < now() - interval '90 days' and envelope is not null and state not in ('pending', 'sending');
  delete from private.webhook_deliveries where received_at < now() - interval '30 days';
  delete from private.etl_dead_letters where state = 'resolved' and updated_at < now() - interval '30 days';
  delete from private.alert_mails where updated_at < now() - interval '400 days';
  delete from private.etl_runs where finished_at < now() - interval '90 days';
  delete from cron.job_run_details where coalesce(end_time, start_time) < now() - interval '7 days';
end $$;
comment on function private.trim_history() is
  'Deletes history nobody needs any more. pg_net trims its own.';

create function private.trim_logs(p_org_id uuid, p_before timestamptz, p_limit int)
returns bigint
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_rows bigint;
begin
  delete from private.etl_runs r where r.id = any (array(
    select o.id from private.etl_runs o where o.org_id = p_org_id and o.finished_at < p_before
    order by o.created_at limit p_limit for update skip locked
    ));
  get diagnostics v_rows = row_count;
  if v_rows = 0 then
    delete from private.etl_dead_letters d where d.id = any (array(
      select o.id from private.etl_dead_letters o where o.org_id = p_org_id and o.updated_at < p_before limit p_limit
        for update skip locked
    ));
    get diagnostics v_rows = row_count;
  end if;
  if v_rows = 0 then
    delete from private.ai_dead_letters d where d.id = any (array(
      select o.id from private.ai_dead_letters o where o.org_id = p_org_id and o.received_at < p_before
      order by o.id limit p_limit for update skip locked
    ));
    get diagnostics v_rows = row_count;
  end if;
  return v_rows;
end $$;
comment on function private.trim_logs(uuid, timestamptz, int) is
  'Removes up to so many of an organization''s runs of jobs and dead letters from before a moment.';

revoke execute
on function private.trim_history(), private.trim_logs(uuid, timestamptz, int)
from public, anon, authenticated;

select cron.schedule('trim-history', '17 3 * * *', 'select private.trim_history()');

-- schemas/20_platform/idempotency_keys.sql

-- A client may retry a write with the same Idempotency-Key and gets the first answer again, whether or not that
-- answer ever arrived. The key is claimed before the work and the answer kept with it for a day.

create table public.idempotency_keys (
  scope text not null check (char_length(scope) between 1 and 200),
  key text not null check (char_length(key) between 1 and 255),
  fingerprint text not null check (char_length(fingerprint) = 64),
  response_status smallint,
  response_body jsonb,
  claimed_at timestamptz not null default now(),
  primary key (scope, key)
);
comment on table public.idempotency_keys is
  'Retried writes: which key was used for which body, and the answer it got.';
comment on column public.idempotency_keys.scope is 'Route and caller, so that callers never meet in one key.';
comment on column public.idempotency_keys.fingerprint is 'SHA-256 of the request body, hexadecimal.';
create index idempotency_keys_claimed_at_idx on public.idempotency_keys (claimed_at);

alter table public.idempotency_keys enable row level security;
create policy "only the service sees idempotency keys" on public.idempotency_keys
for all
to service_role
using (true)
with check (true);
revoke all on public.idempotency_keys from public, anon, authenticated, service_role;
grant select, insert, update, delete on public.idempotency_keys to service_role;

create function public.claim_idempotency_key(p_scope text, p_key text, p_fingerprint text)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_kept public.idempotency_keys;
begin
  -- A claim that was never answered belongs to a request that died; after two minutes another may take it over.
  insert into public.idempotency_keys as kept (scope, key, fingerprint) values (p_scope, p_key, p_fingerprint)
  on conflict (scope, key) do update set claimed_at = now(), fingerprint = excluded.fingerprint, response_status = null,
    response_body = null
    where kept.claimed_at < now() - interval '24 hours'
      or (kept.response_status is null and kept.fingerprint = excluded.fingerprint
        and kept.claimed_at < now() - interval '2 minutes');
  if found then
    return jsonb_build_object('state', 'claimed');
  end if;
  select * into strict v_kept from public.idempotency_keys where scope = p_scope and key = p_key;
  return case
    when v_kept.fingerprint <> p_fingerprint then jsonb_build_object('state', 'conflict')
    when v_kept.response_status is null then jsonb_build_object('state', 'in_progress')
    else jsonb_build_object('state', 'answered', 'status', v_kept.response_status, 'body', v_kept.response_body)
  end;
end $$;
comment on function public.claim_idempotency_key(text, text, text) is
  'Claims a key for a body: {state: claimed | conflict | in_progress | answered, status?, body?}.';

revoke execute on function public.claim_idempotency_key(text, text, text) from public, anon, authenticated;
grant execute on function public.claim_idempotency_key(text, text, text) to service_role;

-- schemas/20_platform/rate_limits.sql

-- Rate limits shared by every isolate of every function. One atomic statement takes tokens from a bucket by the
-- generic cell rate algorithm (ITU-T I.371, as in brandur.org/rate-limiting): a bucket is one timestamp, the
-- theoretical arrival time, and refills smoothly. Unlogged: losing the counts in a crash costs nothing and writing
-- them costs little.

create unlogged table private.rate_limits (
  bucket text primary key check (char_length(bucket) between 1 and 200),
  full_at timestamptz not null,
  granted int not null
);
comment on table private.rate_limits is 'Token buckets of the API''s rate limits.';
comment on column private.rate_limits.full_at is 'When the bucket will be full again: the theoretical arrival time.';
comment on column private.rate_limits.granted is 'What the last call was granted; kept to be returned.';
create index rate_limits_full_at_idx on private.rate_limits (full_at);

alter table private.rate_limits enable row level security;
revoke all on private.rate_limits from public, anon, authenticated, service_role;

-- Security definer: the table is nobody's to touch but through here.
create function public.take_rate_limit(p_bucket text, p_limit int, p_window_seconds int, p_tokens int default 1)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_now timestamptz := clock_timestamp();
  v_window interval := make_interval(secs => p_window_seconds);
  v_each interval := make_interval(secs => p_window_seconds::double precision / p_limit);
  v_taken private.rate_limits;
begin
  insert into private.rate_limits as kept (bucket, full_at, granted)
  values (p_bucket, v_now + v_each * least(p_tokens, p_limit), least(p_tokens, p_limit))
  on conflict (bucket) do update set
    granted = least(p_tokens, private.tokens_left(kept.full_at, v_now, v_window, v_each)),
    full_at = greatest(kept.full_at, v_now) + v_each * least(p_tokens,
      private.tokens_left(kept.full_at, v_now, v_window, v_each))
  returning * into v_taken;
  return jsonb_build_object(
    'granted', v_taken.granted,
    'remaining', private.tokens_left(v_taken.full_at, v_now, v_window, v_each),
    -- Until one more is there when nothing was granted, else until the bucket is full.
    'seconds', ceil(extract(epoch from case
      when v_taken.granted = 0 then v_taken.full_at - v_now - v_window + v_each
      else v_taken.full_at - v_now end)));
end $$;
comment on function public.take_rate_limit(text, int, int, int) is
  'Takes up to p_tokens from a bucket that holds p_limit and refills in p_window_seconds: {granted, remaining, '
  'seconds}. None only looks; fewer than none gives back.';

create function private.tokens_left(p_full_at timestamptz, p_now timestamptz, p_window interval, p_each interval)
returns int
language sql
immutable
set search_path = ''
as $$
  -- The small addition keeps rounding of intervals to microseconds from losing a token.
  select greatest(0, floor(
    extract(epoch from p_now + p_window - greatest(p_full_at, p_now)) / extract(epoch from p_each) + 0.001))::int
$$;
comment on function private.tokens_left(timestamptz, timestamptz, interval, interval) is 'Whole tokens in a bucket.';

revoke execute
on function public.take_rate_limit(text, int, int, int),
private.tokens_left(timestamptz, timestamptz, interval, interval)
from public, anon, authenticated;
grant execute on function public.take_rate_limit(text, int, int, int) to service_role;

select
  cron.schedule(
    'trim-rate-limits',
    '17 * * * *',
    'delete from private.rate_limits where full_at < now() - interval ''1 minute'''
  );

-- schemas/20_platform/scheduled_calls.sql

-- What pg_cron has pg_net ask of the functions, and what they answered. pg_net forgets answers after six hours, and a
-- wrong secret shows in nothing else: each call is refused, and the job that made it has succeeded.

create table private.scheduled_calls (
  id bigint generated always as identity primary key,
  job text not null,
  request_id bigint not null,
  called_at timestamptz not null default now(),
  answered_at timestamptz,
  status_code int,
  error text
);
comment on table private.scheduled_calls is
  'Calls of the functions by jobs, of the last day and the last of each job, with what came back.';
comment on column private.scheduled_calls.request_id is 'pg_net''s; it counts from 1 again after a crash.';
comment on column private.scheduled_calls.error is 'Why there is no status: a time-out, or what the network said.';
create index scheduled_calls_job_called_at_idx on private.scheduled_calls (job, called_at desc);
create index scheduled_calls_unanswered_idx on private.scheduled_calls (request_id) where answered_at is null;

alter table private.scheduled_calls enable row level security;
revoke all on private.scheduled_calls from public, anon, authenticated, service_role;

-- The time-out is short because pg_net waits for all answers of a batch before it sends the next: functions answer
-- first and work then.
create function private.call_function(p_job text, p_path text, p_body jsonb default '{}')
returns bigint
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_request_id bigint;
begin
  v_request_id := net.http_post(
    url := rtrim(private.vault_secret('functions_url'), '/') || p_path,
    body := p_body,
    headers := jsonb_build_object(
      'content-type', 'application/json', 'authorization', 'Bearer ' || private.vault_secret('digest_cron_secret')),
    timeout_milliseconds := 5000);
  insert into private.scheduled_calls (job, request_id) values (p_job, v_request_id);
  return v_request_id;
end $$;
comment on function private.call_function(text, text, jsonb) is
  'Asks a function to do a job''s work; answers the id of the request.';

create function private.keep_answers()
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  update private.scheduled_calls c
  set answered_at = r.created, status_code = r.status_code,
    error = case when r.timed_out then 'no answer in time' else left(r.error_msg, 200) end
  from net._http_response r
  where c.answered_at is null and r.id = c.request_id and r.created > c.called_at - interval '1 minute';
  delete from private.scheduled_calls c
  where c.called_at < now() - interval '1 day'
    and exists (
      select from private.scheduled_calls later
      where later.job = c.job and later.called_at > c.called_at and later.answered_at is not null);
end $$;
comment on function private.keep_answers() is
  'Writes down what pg_net was answered, and forgets what is old.';

-- Security definer: Vault and pg_net are nobody's but the owner's.
create function public.scheduled_calls()
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'now', now(),
    'missing_secrets', (
      select coalesce(jsonb_agg(needed.name order by needed.name), '[]')
      from (values ('digest_cron_secret'), ('functions_url')) needed (name)
      where not exists (
        select from vault.decrypted_secrets s where s.name = needed.name and coalesce(s.decrypted_secret, '') <> '')),
    'jobs', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'job', last.job, 'called_at', last.called_at, 'answered_at', answered.answered_at,
        'status_code', answered.status_code, 'error', answered.error) order by last.job), '[]')
      from (
        select c.job, max(c.called_at) as called_at from private.scheduled_calls c group by c.job) last
      left join lateral (
        select c.answered_at, c.status_code, c.error from private.scheduled_calls c
        where c.job = last.job and c.answered_at is not null
        order by c.called_at desc limit 1) answered on true))
$$;
comment on function public.scheduled_calls() is
  'What calls of the functions need and Vault lacks, and each job''s last call and last answer: {now, '
  'missing_secrets, jobs: [{job, called_at, answered_at, status_code, error}]}.';

revoke execute
on function private.call_function(text, text, jsonb), private.keep_answers(), public.scheduled_calls()
from public, anon, authenticated;
grant execute on function public.scheduled_calls() to service_role;

select cron.schedule('keep-answers', '* * * * *', 'select private.keep_answers()');
select
  cron.schedule('self-test', '*/5 * * * *', 'select private.call_function(''self-test'', ''/health/self-test'')');

-- schemas/20_platform/trims.sql

-- Removing what is older than its organization keeps it: a few thousand rows at a time, so that it never holds up
-- anybody else, and goes on where it was stopped. Counts outlive their rows.

create table private.trims (
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  kind private.data_kind not null,
  removed_before timestamptz,
  next_at timestamptz not null,
  began_at timestamptz,
  removed bigint not null default 0,
  removed_at timestamptz,
  primary key (org_id, kind)
);
comment on table private.trims is 'How far each organization''s rows of a kind are trimmed.';
comment on column private.trims.removed_before is
  'Rows before this may have been removed; null if none ever was. It never goes back: what was removed does not '
  'return.';
comment on column private.trims.next_at is 'When it is trimmed next; infinity once there is nothing to do.';
comment on column private.trims.removed_at is 'When rows were last removed.';
comment on column private.trims.removed is 'Rows that the run under way, which began at began_at, has removed.';
create index trims_next_at_idx on private.trims (next_at);

alter table private.trims enable row level security;
create policy "members read what belongs to their organization" on private.trims
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.trims from public, anon, authenticated, service_role;
grant select on private.trims to authenticated, service_role;

create function private.trim_rows_of(p_org_id uuid, p_kind private.data_kind, p_before timestamptz, p_limit int)
returns bigint
language plpgsql
volatile
set search_path = ''
as $$
begin
  return case p_kind
    when 'events' then private.trim_events(p_org_id, p_before, p_limit)
    when 'ai' then private.trim_ai(p_org_id, p_before, p_limit)
    when 'delivery' then private.trim_delivery(p_org_id, p_before, p_limit)
    when 'metrics' then private.trim_metrics(p_org_id, p_before, p_limit)
    when 'logs' then private.trim_logs(p_org_id, p_before, p_limit)
    when 'audit' then private.trim_audit_log(p_org_id, p_before, p_limit)
  end;
end $$;
comment on function private.trim_rows_of(uuid, private.data_kind, timestamptz, int) is
  'Removes up to about so many rows of a kind that are older than a moment; 0 when there are none.';

create function private.note_removed(p_org_id uuid, p_kind private.data_kind, p_before timestamptz, p_rows bigint)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  insert into private.trims as t (org_id, kind, removed_before, next_at, began_at, removed, removed_at)
  values (p_org_id, p_kind, p_before, 'infinity', now(), p_rows, now())
  on conflict (org_id, kind) do update set
    removed_before = greatest(t.removed_before, excluded.removed_before), removed = t.removed + excluded.removed,
    began_at = coalesce(t.began_at, now()), removed_at = now();
end $$;
comment on function private.note_removed(uuid, private.data_kind, timestamptz, bigint) is
  'Says that rows were removed: reads from now on tell that they are gone.';

create function private.say_events_removed()
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  perform private.events_changed(removed.org_id)
  from (select t.org_id from private.trims t where t.kind = 'events' and t.removed_at = now()
    order by t.org_id) removed;
end $$;
comment on function private.say_events_removed() is
  'A copy of an answer from before this transaction removed events is out of date. Last in it: whoever stores events '
  'waits for it.';

create function private.finish_trim(p_org_id uuid, p_kind private.data_kind)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_trim private.trims;
begin
  select t.* into v_trim from private.trims t where t.org_id = p_org_id and t.kind = p_kind for update;
  if v_trim.removed > 0 then
    perform private.audit(p_org_id, 'data.trimmed', 'data_retention', p_kind::text, null, jsonb_build_object(
      'kind', p_kind, 'rows', v_trim.removed, 'days', private.kept_days(p_org_id, p_kind), 'before', (
        select (v_trim.removed_before at time zone o.time_zone)::date from public.organizations o
          where o.id = p_org_id)));
  end if;
  update private.trims t set began_at = null, removed = 0, next_at = 'infinity' where t.org_id = p_org_id
    and t.kind = p_kind;
end $$;
comment on function private.finish_trim(uuid, private.data_kind) is
  'Ends a run: what it removed is one line of the audit log.';

create function private.trim_one(p_now timestamptz default now(), p_limit int default 5000)
returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_trim private.trims;
  v_before timestamptz;
  v_rows bigint := 0;
begin
  -- Whoever comes at the same time takes the next one.
  select t.* into v_trim from private.trims t where t.next_at <= p_now order by t.next_at, t.org_id, t.kind limit 1
    for update skip locked;
  if not found then
    return false;
  end if;
  v_before := private.kept_from(v_trim.org_id, v_trim.kind, p_now);
  if v_before is not null then
    v_rows := private.trim_rows_of(v_trim.org_id, v_trim.kind, v_before, p_limit);
  end if;
  if v_rows > 0 then
    perform private.note_removed(v_trim.org_id, v_trim.kind, v_before, v_rows);
    -- Behind the others that wait, so that a large one does not keep them from their turn.
    update private.trims t set next_at = p_now where t.org_id = v_trim.org_id and t.kind = v_trim.kind;
  end if;
  if v_rows = 0 or v_trim.began_at < p_now - interval '1 day' then
    perform private.finish_trim(v_trim.org_id, v_trim.kind);
    update private.trims t set next_at = p_now
    where v_rows > 0 and t.org_id = v_trim.org_id and t.kind = v_trim.kind;
  end if;
  return true;
end $$;
comment on function private.trim_one(timestamptz, int) is
  'One step of whatever waits longest to be trimmed; false when nothing does.';

create function private.trim_rows(p_now timestamptz default now(), p_seconds int default 10, p_limit int default 5000)
returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_until timestamptz := clock_timestamp() + make_interval(secs => p_seconds);
  v_steps int := 0;
begin
  while private.trim_one(p_now, p_limit) loop
    v_steps := v_steps + 1;
    exit when clock_timestamp() >= v_until;
  end loop;
  perform private.say_events_removed();
  return v_steps;
end $$;
comment on function private.trim_rows(timestamptz, int, int) is
  'Trims step by step for so many seconds, one step at least; answers how many steps there were. What is left is the '
  'next minute''s.';

create function private.begin_trims(p_now timestamptz default now())
returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_begun int;
begin
  insert into private.trims as t (org_id, kind, next_at)
  select o.id, k.kind, p_now from public.organizations o
    cross join unnest(enum_range(null::private.data_kind)) as k (kind)
  where private.kept_days(o.id, k.kind) is not null
  order by 1, 2
  on conflict (org_id, kind) do update set next_at = least(t.next_at, excluded.next_at);
  get diagnostics v_begun = row_count;
  -- Last, because it keeps everybody from events until the transaction ends.
  perform private.drop_event_partitions(p_now);
  perform private.say_events_removed();
  return v_begun;
end $$;
comment on function private.begin_trims(timestamptz) is
  'Once a night: everything that is not kept for good waits to be trimmed, and whole months of events that nobody '
  'needs go at once.';

create function private.trim_audit_log(p_org_id uuid, p_before timestamptz, p_limit int)
returns bigint
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_rows bigint;
begin
  -- The oldest by their number, as the index has them: asked for by their time, all would be looked at to find none.
  delete from public.audit_log a where a.id = any (array(
    select oldest.id from (
      select l.id, l.at from public.audit_log l where l.org_id = p_org_id order by l.org_id, l.id limit p_limit
    ) oldest where oldest.at < p_before
  ));
  get diagnostics v_rows = row_count;
  return v_rows;
end $$;
comment on function private.trim_audit_log(uuid, timestamptz, int) is
  'Removes what the audit log said of an organization before a moment, which is a year ago at least.';

revoke execute
on function private.trim_rows_of(uuid, private.data_kind, timestamptz, int),
private.note_removed(uuid, private.data_kind, timestamptz, bigint),
private.say_events_removed(),
private.finish_trim(uuid, private.data_kind),
private.trim_one(timestamptz, int),
private.trim_rows(timestamptz, int, int),
private.begin_trims(timestamptz),
private.trim_audit_log(uuid, timestamptz, int)
from public, anon, authenticated;

select cron.schedule('begin-trims', '37 2 * * *', 'select private.begin_trims()');
-- Each minute, because a run is as short as it is small; one that finds nothing to do has looked into one index.
select cron.schedule('trim-rows', '* * * * *', 'select private.trim_rows()');

-- schemas/20_platform/vault.sql

-- Nobody but the jobs' owner may run this: it reads Vault.

create function private.vault_secret(p_name text)
returns text
language plpgsql
stable
set search_path = ''
as $$
declare
  v_secret text;
begin
  select s.decrypted_secret into v_secret from vault.decrypted_secrets s where s.name = p_name;
  if coalesce(v_secret, '') = '' then
    raise exception using errcode = 'LL503', message = format('Vault secret %s is missing', p_name),
      hint = format('select vault.create_secret(''…'', %L)', p_name);
  end if;
  return v_secret;
end $$;
comment on function private.vault_secret(text) is 'A secret from Vault; raises by its name when it is missing.';

revoke execute on function private.vault_secret(text) from public, anon, authenticated;

-- schemas/30_metrics/metric_definitions.sql

-- What each metric means: its unit, which way is better, how days add up.

create type public.metric_direction as enum ('higher_is_better', 'lower_is_better', 'neutral');

create type public.metric_aggregation as enum ('sum', 'avg', 'min', 'max', 'last');

create table public.metric_definitions (
  id bigint generated always as identity primary key,
  org_id uuid references public.organizations (id)
    on delete cascade,
  metric_name text not null check (char_length(metric_name) between 1 and 100),
  label text not null check (char_length(label) between 1 and 100),
  description text not null default '' check (char_length(description) <= 500),
  unit text not null default 'count' check (char_length(unit) between 1 and 30),
  direction public.metric_direction not null default 'neutral',
  aggregation public.metric_aggregation not null default 'sum',
  unique nulls not distinct (org_id, metric_name)
);
comment on table public.metric_definitions is
  'What a metric means: its unit, which way is better, how days add up. A row without organization holds for all; an '
  'organization''s own row wins.';

alter table public.metric_definitions enable row level security;
create policy "members read common and their organization's definitions" on public.metric_definitions
for select
to authenticated
using (org_id is null or org_id = any (array(select private.my_organization_ids())));
revoke all on public.metric_definitions from public, anon, authenticated, service_role;
grant select on public.metric_definitions to authenticated;
grant select, insert, update, delete on public.metric_definitions to service_role;

-- schemas/30_metrics/common_metrics.sql

-- The definitions that hold for every organization that has none of its own.

insert into public.metric_definitions (metric_name, label, description, unit, direction, aggregation)
values
  ('sessions', 'Sessions', 'Visits to the site.', 'sessions', 'higher_is_better', 'sum'),
  ('conversions', 'Conversions', 'Visits that reached the goal.', 'conversions', 'higher_is_better', 'sum'),
  ('reach', 'Instagram reach', 'Accounts that saw a post.', 'accounts', 'higher_is_better', 'sum'),
  ('engagement', 'Engagement', 'Likes, comments, saves and shares.', 'interactions', 'higher_is_better', 'sum'),
  ('impressions', 'Impressions', 'Times content was shown.', 'impressions', 'higher_is_better', 'sum'),
  ('clicks', 'Clicks', 'Clicks on links and ads.', 'clicks', 'higher_is_better', 'sum'),
  ('spend', 'Ad spend', 'What advertising cost.', 'USD', 'neutral', 'sum'),
  ('revenue', 'Revenue', 'What conversions brought in.', 'USD', 'higher_is_better', 'sum'),
  ('followers', 'Followers', 'Accounts that follow, at the end of the day.', 'accounts', 'higher_is_better', 'last'),
  ('bounce_rate', 'Bounce rate', 'Visits that left after one page.', '%', 'lower_is_better', 'avg');

-- schemas/30_metrics/data_sources.sql

-- Where a person's numbers come from, and the tokens to fetch them with. Tokens arrive here encrypted by the
-- functions (AES-GCM, key id kept beside the ciphertext) and no client role can select them.

create table public.data_sources (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references public.users (id)
    on delete cascade,
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  source_name text not null check (char_length(source_name) between 1 and 100),
  account_ref text check (char_length(account_ref) <= 200),
  access_token text check (char_length(access_token) <= 8192),
  refresh_token text check (char_length(refresh_token) <= 8192),
  token_key_id text check (char_length(token_key_id) <= 32),
  expires_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (user_id, source_name),
  check ((access_token is null and refresh_token is null) or token_key_id is not null)
);
comment on table public.data_sources is
  'A connected product of a person: who they are there, and the tokens to read with.';
comment on column public.data_sources.access_token is 'AES-GCM ciphertext, never plain text.';
comment on column public.data_sources.refresh_token is 'AES-GCM ciphertext, never plain text.';
comment on column public.data_sources.token_key_id is
  'The key of TOKEN_ENCRYPTION_KEYS the tokens are encrypted with.';
create index data_sources_org_id_idx on public.data_sources (org_id);

alter table public.data_sources enable row level security;
create policy "members read which sources their organization has connected" on public.data_sources
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on public.data_sources from public, anon, authenticated, service_role;
grant select (id, user_id, org_id, source_name, account_ref, expires_at, created_at, updated_at)
on public.data_sources
to authenticated;
grant select, insert, update, delete on public.data_sources to service_role;

create trigger data_sources_touch_updated_at
before update on public.data_sources
for each row
execute function private.touch_updated_at();
create trigger data_sources_set_org
before insert or update of user_id, org_id on public.data_sources
for each row
execute function private.set_org_from_user();

create function public.data_source_subject(p_email text default null, p_to_change boolean default false)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_user_id uuid := (private.subject(p_email)).user_id;
  v_org_id uuid := (select u.org_id from public.users u where u.id = v_user_id);
begin
  if p_to_change and (select auth.uid()) is not null then
    if v_user_id is distinct from private.my_user_id() then
      raise exception using errcode = 'LL403', message = 'forbidden',
        detail = 'Only your own connection may be changed';
    end if;
    if v_org_id not in (
      select private.my_organization_ids(array['owner', 'admin', 'member']::public.member_role[])
    ) then
      raise exception using errcode = 'LL403', message = 'forbidden', detail = 'A viewer may not change connections';
    end if;
  end if;
  return jsonb_build_object('user_id', v_user_id, 'org_id', v_org_id);
end $$;
comment on function public.data_source_subject(text, boolean) is
  'The person whose connected products are meant, if the caller may see them; to change them a signed-in caller must '
  'be that person and no viewer.';

revoke execute on function public.data_source_subject(text, boolean) from public, anon, authenticated;
grant execute on function public.data_source_subject(text, boolean) to authenticated, service_role;

-- schemas/30_metrics/metric_series.sql

-- One way to aggregate metrics, which the tiles, the timeline and the digest all read.

create function private.metrics_scope(
  p_email text,
  p_org_id uuid,
  out user_id uuid,
  out org_id uuid,
  out time_zone text,
  out today date
)
language plpgsql
stable
set search_path = ''
as $$
begin
  if p_email is not null then
    select s.* into user_id, org_id, time_zone, today from private.subject(p_email) s;
    if p_org_id is not null and p_org_id <> org_id then
      raise exception using errcode = 'LL404', message = 'user_not_found', detail = 'User not found';
    end if;
    return;
  end if;
  org_id := coalesce(p_org_id, (select private.confined_to()), (
    select u.org_id from public.users u where u.auth_user_id = (select auth.uid())));
  if org_id is null and (select auth.uid()) is not null then
    raise exception using errcode = 'LL404', message = 'user_not_found', detail = 'User not found';
  elsif org_id is null then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail = 'email: is required, or org_id';
  end if;
  perform private.require_role(org_id, enum_range(null::public.member_role));
  select o.time_zone into time_zone from public.organizations o where o.id = org_id;
  today := (now() at time zone time_zone)::date;
end $$;
comment on function private.metrics_scope(text, uuid) is
  'Whose posted metrics a read adds up: one person''s where p_email names somebody the caller may see, else (user_id '
  'null) everybody''s of the organization that is named, that the call is confined to, or that is the caller''s '
  'home; with its time zone and its date now.';

create function private.metric_values(
  p_org_id uuid,
  p_user_id uuid,
  p_names text[],
  p_start date,
  p_end date,
  p_bucket text default null
)
returns table (metric_name text, bucket date, value numeric, n bigint, aggregation public.metric_aggregation)
language plpgsql
stable
set search_path = ''
-- So that the planner knows whether it is one person or everybody, and takes the index for it.
set plan_cache_mode = 'force_custom_plan'
as $$
#variable_conflict use_column
begin
  return query
  with definition as (
    select distinct on (d.metric_name) d.metric_name, d.aggregation
    from public.metric_definitions d
    where d.metric_name = any (p_names) and (d.org_id is null or d.org_id = p_org_id)
    order by d.metric_name, d.org_id nulls last
  )
  select
    m.metric_name,
    date_trunc(p_bucket, m.metric_date::timestamp)::date,
    case coalesce(d.aggregation, 'sum')
      when 'sum' then sum(m.metric_value)
      when 'avg' then avg(m.metric_value)
      when 'min' then min(m.metric_value)
      when 'max' then max(m.metric_value)
      when 'last' then
        (array_agg(m.metric_value order by m.metric_date desc, m.id desc) filter (where d.aggregation = 'last'))[1]
    end,
    count(*),
    coalesce(d.aggregation, 'sum')
  from public.metrics m
  left join definition d on d.metric_name = m.metric_name
  where m.org_id = p_org_id
    and (p_user_id is null or m.user_id = p_user_id)
    and m.metric_name = any (p_names)
    and m.metric_date between coalesce(p_start, '-infinity') and coalesce(p_end, 'infinity')
  group by 1, 2, d.aggregation;
end $$;
comment on function private.metric_values(uuid, uuid, text[], date, date, text) is
  'The metrics of a person, or of everybody in the organization (p_user_id null), aggregated as their definitions '
  'say, over the window (bucket null) or for each day, week or month of it. Missing ones have no row.';

create function private.metric_series(
  p_org_id uuid,
  p_user_id uuid,
  p_names text[],
  p_start date,
  p_end date,
  p_bucket text
)
returns table (metric_name text, aggregation public.metric_aggregation, value numeric, n bigint, series jsonb)
language sql
stable
set search_path = ''
as $$
  with reported as (
    select * from private.metric_values(p_org_id, p_user_id, p_names, p_start, p_end, p_bucket)
  ),
  kept as (
    select private.rows_since(o.id, 'metrics', p_start, o.time_zone) as since from public.organizations o
      where o.id = p_org_id
  ),
  metric as (
    select name as metric_name, max(r.aggregation) as aggregation, coalesce(sum(r.n), 0)::bigint as n,
      -- Out of the buckets, so that the rows are read once.
      case max(r.aggregation)
        when 'sum' then sum(r.value)
        when 'avg' then sum(r.value * r.n) / sum(r.n)
        when 'min' then min(r.value)
        when 'max' then max(r.value)
        when 'last' then (array_agg(r.value order by r.bucket desc))[1]
      end as value
    from unnest(p_names) as name left join reported r on r.metric_name = name
    group by name
  ),
  -- All there is may span any number of days, and one number far off must not make a read of everybody's longer.
  bucket as (
    select day::date as day
    from generate_series(
      date_trunc(p_bucket, greatest(p_start, p_end - 3659)::timestamp), p_end::timestamp,
      ('1 ' || p_bucket)::interval) as day
  )
  select metric.metric_name, metric.aggregation, metric.value, metric.n,
    jsonb_agg(
      jsonb_build_object(
        'date', bucket.day,
        -- A silent day of something that adds up is 0, if the metric reported at all and its days are still kept;
        -- anything else is unknown.
        'value', case when r.n is not null then r.value when metric.aggregation = 'sum'
          and (bucket.day < kept.since) is not true then 0 end)
      order by bucket.day)
  from metric cross join bucket left join kept on true
  left join reported r on r.metric_name = metric.metric_name and r.bucket = bucket.day
  group by metric.metric_name, metric.aggregation, metric.value, metric.n
$$;
comment on function private.metric_series(uuid, uuid, text[], date, date, text) is
  'Gap-filled series of a person''s or an organization''s metrics: [{date, value}] for each day, week (from Monday) '
  'or month of the window, of its last 3660 days if it is longer, and the value of the whole window.';

revoke execute
on function private.metrics_scope(text, uuid),
private.metric_values(uuid, uuid, text[], date, date, text),
private.metric_series(uuid, uuid, text[], date, date, text)
from public, anon, authenticated;
grant execute
on function private.metrics_scope(text, uuid),
private.metric_values(uuid, uuid, text[], date, date, text),
private.metric_series(uuid, uuid, text[], date, date, text)
to authenticated, service_role;

-- schemas/30_metrics/metric_trim.sql

-- Posted numbers that are older than their organization keeps them. Nothing is counted of them elsewhere: a number is
-- one row a day already.

create function private.trim_metrics(p_org_id uuid, p_before timestamptz, p_limit int)
returns bigint
language plpgsql
volatile
set search_path = ''
as $$
declare
  -- The moment is a whole hour, of which a day in some zones begins in the middle.
  v_first_kept date := (
    select ((p_before + interval '59 minutes') at time zone o.time_zone)::date from public.organizations o
      where o.id = p_org_id);
  v_rows bigint;
begin
  -- A look into the index for each name there is, which are few.
  with recursive name as (
    (select m.metric_name from public.metrics m where m.org_id = p_org_id order by m.metric_name limit 1)
    union all
    select (
      select m.metric_name from public.metrics m
      where m.org_id = p_org_id and m.metric_name > name.metric_name order by m.metric_name limit 1)
    from name where name.metric_name is not null
  )
  delete from public.metrics m where m.ctid = any (array(
    select old.ctid from name cross join lateral (
      select o.ctid from public.metrics o
      where o.org_id = p_org_id and o.metric_name = name.metric_name and o.metric_date < v_first_kept
      order by o.metric_date limit p_limit for update skip locked
    ) old
    limit p_limit
  ));
  get diagnostics v_rows = row_count;
  return v_rows;
end $$;
comment on function private.trim_metrics(uuid, timestamptz, int) is
  'Removes up to so many of an organization''s posted numbers of days before a moment, and their restatements.';

revoke execute on function private.trim_metrics(uuid, timestamptz, int) from public, anon, authenticated;

-- schemas/30_metrics/metrics.sql

-- The numbers themselves: what sources post and what each metric means. Sending a row again replaces its value,
-- because sources correct themselves; the old value is kept as a restatement.

create table public.metrics (
  id bigint generated always as identity primary key,
  user_id uuid not null references public.users (id)
    on delete cascade,
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  source_name text not null check (
    char_length(source_name) between 1 and 100
    and source_name !~ '[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f]'
  ),
  metric_date date not null check (metric_date between '2000-01-01' and '2100-12-31'),
  metric_name text not null check (
    char_length(metric_name) between 1 and 100
    and metric_name !~ '[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f]'
  ),
  metric_value numeric not null check (metric_value between -1e15 and 1e15 and scale(metric_value) <= 400),
  dimensions jsonb not null default '{}' check (
    jsonb_typeof(dimensions) = 'object'
    and octet_length(dimensions::text) <= 1500
    and not jsonb_path_exists(
      dimensions,
      'strict $.keyvalue() ? (@.value.type() != "string" || !(@.key like_regex '
      '"^[^\\u0001-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f]{1,50}$" flag "s") || !(@.value like_regex '
      '"^[^\\u0001-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f]{1,200}$" flag "s"))'
    )
  ),
  meta jsonb check (
    jsonb_typeof(meta) = 'object'
    and octet_length(meta::text) <= 65536
    and not jsonb_path_exists(meta, 'strict $.**{8 to last} ? (@.type() == "object" || @.type() == "array")')
  ),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint metrics_natural_key unique (org_id, user_id, source_name, metric_date, metric_name, dimensions)
);
comment on table public.metrics is
  'One number of one person, source, day, name and set of dimensions. Dimensions split a number; they never stand '
  'beside its total.';
comment on column public.metrics.org_id is
  'The person''s organization when the number was posted. It stays there when they leave, so reads name it beside '
  'the person.';
create index metrics_of_person_idx on public.metrics (user_id, org_id, metric_name, metric_date)
include (metric_value);
create index metrics_of_organization_idx on public.metrics (org_id, metric_name, metric_date) include (metric_value);
create index metrics_last_ingest_idx on public.metrics (source_name, updated_at);

alter table public.metrics enable row level security;
create policy "members read their organization's metrics" on public.metrics
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
create policy "owners, admins and members add metrics to their organization" on public.metrics
for insert
to authenticated
with check (
  org_id = any (array(select private.my_organization_ids(array['owner', 'admin', 'member']::public.member_role[])))
);
create policy "owners, admins and members correct their organization's metrics" on public.metrics
for update
to authenticated
using (
  org_id = any (array(select private.my_organization_ids(array['owner', 'admin', 'member']::public.member_role[])))
)
with check (
  org_id = any (array(select private.my_organization_ids(array['owner', 'admin', 'member']::public.member_role[])))
);
create policy "owners, admins and members delete their organization's metrics" on public.metrics
for delete
to authenticated
using (
  org_id = any (array(select private.my_organization_ids(array['owner', 'admin', 'member']::public.member_role[])))
);
revoke all on public.metrics from public, anon, authenticated, service_role;
grant select, delete on public.metrics to authenticated;
grant insert (user_id, source_name, metric_date, metric_name, metric_value, dimensions, meta)
on public.metrics
to authenticated;
grant update (metric_value, meta) on public.metrics to authenticated;
grant select, insert, update, delete on public.metrics to service_role;

create trigger metrics_set_org
before insert or update of user_id, org_id on public.metrics
for each row
execute function private.set_org_from_user();
create trigger metrics_touch_updated_at
before update on public.metrics
for each row
execute function private.touch_updated_at();

create table public.metric_restatements (
  id bigint generated always as identity primary key,
  metric_id bigint not null references public.metrics (id)
    on delete cascade,
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  previous_value numeric not null,
  new_value numeric not null,
  restated_at timestamptz not null default now()
);
comment on table public.metric_restatements is
  'Every correction of a metric: the value it had, the value it got, and when.';
create index metric_restatements_metric_id_idx on public.metric_restatements (metric_id);
create index metric_restatements_org_id_idx on public.metric_restatements (org_id);

alter table public.metric_restatements enable row level security;
create policy "members read their organization's restatements" on public.metric_restatements
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on public.metric_restatements from public, anon, authenticated, service_role;
grant select on public.metric_restatements to authenticated, service_role;

-- Security definer: whoever corrects a metric may not write, or forge, its history.
create function private.keep_restatement()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into public.metric_restatements (metric_id, org_id, previous_value, new_value)
  values (old.id, old.org_id, old.metric_value, new.metric_value);
  return null;
end $$;
comment on function private.keep_restatement() is 'Keeps the value that a correction replaced.';

create trigger metrics_keep_restatement
after update of metric_value on public.metrics
for each row
when (old.metric_value is distinct from new.metric_value)
execute function private.keep_restatement();

create function public.ingest_metrics(p_items jsonb)
returns jsonb
language sql
volatile
set search_path = ''
as $$
  with item as (
    select *
    from jsonb_to_recordset(p_items) as item (
      index int, email text, source_name text, metric_date date, data jsonb, dimensions jsonb, meta jsonb
    )
  ),
  matched as (
    select item.*, u.id as user_id
    from item left join public.users u
      on lower(u.email) = lower(item.email)
      and u.org_id = coalesce((select private.confined_to()), u.org_id)
  ),
  -- Of two values for one row in a single request the later wins. The order also makes concurrent requests lock rows
  -- alike.
  reading as (
    select distinct on (user_id, source_name, metric_date, metric_name, dimensions) *
    from (
      select m.user_id, m.source_name, m.metric_date, value.key as metric_name,
        (value.value #>> '{}')::numeric as metric_value, coalesce(m.dimensions, '{}') as dimensions, m.meta, m.index
      from matched m cross join lateral jsonb_each(m.data) as value
      where m.user_id is not null
    ) r
    order by user_id, source_name, metric_date, metric_name, dimensions, index desc
  ),
  stored as (
    insert into public.metrics (user_id, source_name, metric_date, metric_name, metric_value, dimensions, meta)
    select user_id, source_name, metric_date, metric_name, metric_value, dimensions, meta from reading
    on conflict on constraint metrics_natural_key
      do update set metric_value = excluded.metric_value, meta = excluded.meta
  )
  select coalesce(
    jsonb_agg(jsonb_build_object('index', index, 'user_found', user_id is not null) order by index), '[]')
  from matched
$$;
comment on function public.ingest_metrics(jsonb) is
  'Stores [{index, email, source_name, metric_date, data: {name: number}, dimensions?, meta?}] and answers [{index, '
  'user_found}]. Sending again replaces.';

revoke execute on function private.keep_restatement(), public.ingest_metrics(jsonb) from public, anon, authenticated;
grant execute on function public.ingest_metrics(jsonb) to service_role;

-- schemas/30_metrics/metrics_catalog.sql

-- Which metrics there are.

create function public.metrics_catalog(p_email text default null, p_org_id uuid default null)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_user_id uuid;
  v_org_id uuid;
begin
  if coalesce(p_email, p_org_id::text) is not null or (select auth.uid()) is not null
    or (select private.confined_to()) is not null then
    select s.user_id, s.org_id into v_user_id, v_org_id from private.metrics_scope(p_email, p_org_id) s;
  end if;
  return (
    with definition as (
      select distinct on (d.metric_name) d.*
      from public.metric_definitions d
      where d.org_id is null or d.org_id = v_org_id
      order by d.metric_name, d.org_id nulls last
    ),
    reported as (
      select m.metric_name, count(*) as n, min(m.metric_date) as first_date, max(m.metric_date) as last_date,
        jsonb_agg(distinct m.source_name) as sources
      from public.metrics m
      where m.org_id = v_org_id and (v_user_id is null or m.user_id = v_user_id) group by m.metric_name
    )
    select coalesce(jsonb_agg(jsonb_build_object(
      'metric_name', coalesce(d.metric_name, r.metric_name), 'label', coalesce(d.label, r.metric_name),
      'description', coalesce(d.description, ''), 'unit', coalesce(d.unit, 'count'),
      'direction', coalesce(d.direction, 'neutral'), 'aggregation', coalesce(d.aggregation, 'sum'),
      'defined', d.metric_name is not null, 'n', coalesce(r.n, 0), 'first_date', r.first_date, 'last_date', r.last_date,
      'sources', coalesce(r.sources, '[]')) order by coalesce(d.metric_name, r.metric_name)), '[]')
    from definition d full join reported r on r.metric_name = d.metric_name);
end $$;
comment on function public.metrics_catalog(text, uuid) is
  'Every defined metric, and with an organization or a person also the undefined ones there are, with where and when '
  'it was reported.';

revoke execute on function public.metrics_catalog(text, uuid) from public, anon, authenticated;
grant execute on function public.metrics_catalog(text, uuid) to authenticated, service_role;

-- schemas/30_metrics/tiles.sql

-- The four tiles of the dashboard and of the digest.

create function private.tile_metrics()
returns table (key text, metric_name text, place int)
language sql
immutable
set search_path = ''
as $$
  values ('sessions', 'sessions', 1), ('conversions', 'conversions', 2), ('ig_reach', 'reach', 3),
    ('engagement', 'engagement', 4)
$$;
comment on function private.tile_metrics() is
  'The four tiles of the dashboard and of the digest, in their order, and the metric behind each.';

create function private.tiles(
  p_org_id uuid,
  p_user_id uuid,
  p_time_zone text,
  p_start date,
  p_end date,
  p_compare text
)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
begin
  return (
  with names as (select array_agg(t.metric_name) as all from private.tile_metrics() t),
  extent as (
    -- A look at each end of the index for each metric, not a count of all there is.
    select min(edge.first) as first, max(edge.last) as last
    from private.tile_metrics() t
    cross join lateral (
      select
        (select m.metric_date from public.metrics m
          where m.org_id = p_org_id and (p_user_id is null or m.user_id = p_user_id) and m.metric_name = t.metric_name
          order by m.metric_date limit 1) as first,
        (select m.metric_date from public.metrics m
          where m.org_id = p_org_id and (p_user_id is null or m.user_id = p_user_id) and m.metric_name = t.metric_name
          order by m.metric_date desc limit 1) as last
    ) edge
  ),
  win as (select coalesce(p_start, extent.first) as start, coalesce(p_end, extent.last) as stop from extent),
  earlier as (
    select
      case p_compare when 'year' then (win.start - interval '1 year')::date
        when 'previous' then win.start - (win.stop - win.start + 1) end as start,
      case p_compare when 'year' then (win.stop - interval '1 year')::date
        when 'previous' then win.start - 1 end as stop
    from win
  ),
  then_values as (
    select v.* from earlier, names, private.metric_values(p_org_id, p_user_id, names.all, earlier.start, earlier.stop) v
    where earlier.start is not null and private.rows_since(p_org_id, 'metrics', earlier.start, p_time_zone) is null
  ),
  series as (
    select s.* from win, names, private.metric_series(p_org_id, p_user_id, names.all, win.start, win.stop, 'day') s
    where win.start is not null
  )
  select jsonb_build_object(
    'period', (
      select jsonb_build_object('start', start, 'end', stop, 'days', stop - start + 1, 'time_zone', p_time_zone,
        'rows_since', private.rows_since(p_org_id, 'metrics', coalesce(p_start, '-infinity'), p_time_zone)) from win),
    'comparison', (
      select jsonb_build_object('mode', p_compare, 'start', start, 'end', stop) from earlier where start is not null),
    'tiles', (
      select jsonb_agg(jsonb_build_object(
        'key', t.key, 'label', d.label, 'unit', d.unit, 'direction', d.direction,
        'value', s.value, 'n', coalesce(s.n, 0),
        'previous', p.value, 'previous_n', coalesce(p.n, 0),
        'series', coalesce(s.series, '[]')) order by t.place)
      from private.tile_metrics() t
      join lateral (
        select md.label, md.unit, md.direction from public.metric_definitions md
        where md.metric_name = t.metric_name
          and (md.org_id is null or md.org_id = p_org_id)
        order by md.org_id nulls last limit 1
      ) d on true
      left join then_values p on p.metric_name = t.metric_name
      left join series s on s.metric_name = t.metric_name)));
end $$;
comment on function private.tiles(uuid, uuid, text, date, date, text) is
  'The four tiles of a person, or of everybody in the organization, over a window (null ends: all there is), with '
  'the previous window or year if asked.';

create function public.dashboard_tiles(
  p_email text default null,
  p_start date default null,
  p_end date default null,
  p_compare text default 'none',
  p_org_id uuid default null
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_scope record;
begin
  perform private.check_days(p_start, p_end);
  if p_compare is null or p_compare not in ('none', 'previous', 'year') then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = 'compare: is none of none, previous, year';
  end if;
  v_scope := private.metrics_scope(p_email, p_org_id);
  return private.tiles(
    v_scope.org_id, v_scope.user_id, v_scope.time_zone, p_start,
    case when p_start is not null then coalesce(p_end, greatest(v_scope.today, p_start)) else p_end end, p_compare);
end $$;
comment on function public.dashboard_tiles(text, date, date, text, uuid) is
  'The four tiles of an organization, or of one person; p_compare is none, previous or year.';

revoke execute
on function private.tile_metrics(),
private.tiles(uuid, uuid, text, date, date, text),
public.dashboard_tiles(text, date, date, text, uuid)
from public, anon, authenticated;
grant execute
on function private.tile_metrics(),
private.tiles(uuid, uuid, text, date, date, text),
public.dashboard_tiles(text, date, date, text, uuid)
to authenticated, service_role;

-- schemas/30_metrics/timeline.sql

-- Series of metrics by day, week or month.

create function public.metrics_timeline(
  p_email text default null,
  p_metrics text[] default null,
  p_start date default null,
  p_end date default null,
  p_interval text default 'day',
  p_compare text default 'none',
  p_org_id uuid default null
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_scope record;
  v_end date;
  v_start date;
  v_earlier_start date;
  v_earlier_end date;
  v_names text[] := p_metrics;
begin
  perform private.check_days(p_start, p_end);
  if p_interval is null or p_interval not in ('day', 'week', 'month') then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = 'interval: is none of day, week, month';
  elsif p_compare is null or p_compare not in ('none', 'previous', 'year') then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = 'compare: is none of none, previous, year';
  elsif cardinality(p_metrics) > 20 then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = 'metrics: names more than 20 metrics';
  end if;
  v_scope := private.metrics_scope(p_email, p_org_id);
  v_end := coalesce(p_end, greatest(v_scope.today, p_start));
  v_start := coalesce(p_start, v_end - 29);
  perform private.check_days(v_start, v_end);
  v_earlier_start := case p_compare when 'year' then (v_start - interval '1 year')::date
    when 'previous' then v_start - (v_end - v_start + 1) end;
  v_earlier_end := case p_compare when 'year' then (v_end - interval '1 year')::date
    when 'previous' then v_start - 1 end;
  if v_names is null then
    select coalesce(array_agg(name order by name), '{}') into v_names
    from (
      select distinct m.metric_name as name from public.metrics m
      where m.org_id = v_scope.org_id and (v_scope.user_id is null or m.user_id = v_scope.user_id) order by 1 limit 20
    ) n;
  end if;
  return jsonb_build_object(
    'period', jsonb_build_object(
      'start', v_start, 'end', v_end, 'days', v_end - v_start + 1, 'time_zone', v_scope.time_zone,
      'rows_since', private.rows_since(v_scope.org_id, 'metrics', v_start, v_scope.time_zone)),
    'comparison', case when v_earlier_start is not null
      then jsonb_build_object('start', v_earlier_start, 'end', v_earlier_end) end,
    'metrics', (
      with earlier as (
        select v.* from private.metric_values(v_scope.org_id, v_scope.user_id, v_names, v_earlier_start,
          v_earlier_end) v
        where v_earlier_start is not null
          and private.rows_since(v_scope.org_id, 'metrics', v_earlier_start, v_scope.time_zone) is null
      )
      select coalesce(jsonb_agg(jsonb_build_object(
        'metric_name', s.metric_name, 'aggregation', coalesce(s.aggregation, d.aggregation, 'sum'),
        'value', s.value, 'n', s.n, 'previous', e.value, 'previous_n', coalesce(e.n, 0),
        'label', coalesce(d.label, s.metric_name), 'unit', coalesce(d.unit, 'count'),
        'direction', coalesce(d.direction, 'neutral'), 'series', s.series)
          order by array_position(v_names, s.metric_name)), '[]')
      from private.metric_series(v_scope.org_id, v_scope.user_id, v_names, v_start, v_end, p_interval) s
      left join earlier e on e.metric_name = s.metric_name
      left join lateral (
        select md.* from public.metric_definitions md
        where md.metric_name = s.metric_name
          and (md.org_id is null or md.org_id = v_scope.org_id)
        order by md.org_id nulls last limit 1
      ) d on true));
end $$;
comment on function public.metrics_timeline(text, text[], date, date, text, text, uuid) is
  'Gap-filled series of an organization''s metrics, or of one person''s, by day, week or month; without names the '
  'first 20 there are, without dates the last 30 days. p_compare is none, previous or year.';

revoke execute
on function public.metrics_timeline(text, text[], date, date, text, text, uuid)
from public, anon, authenticated;
grant execute
on function public.metrics_timeline(text, text[], date, date, text, text, uuid)
to authenticated, service_role;

-- schemas/40_product/persons.sql

-- Whom events belong to.

create type public.age_group as enum ('unknown', '<18', '18-40', '>40');

create type public.gender as enum ('unknown', 'Male', 'Female', 'Other');

create function private.age_group(p_age int)
returns public.age_group
language sql
immutable
parallel safe
set search_path = ''
as $$
  select case when p_age is null then 'unknown'::public.age_group when p_age < 18 then '<18'::public.age_group
    when p_age <= 40 then '18-40'::public.age_group else '>40'::public.age_group end
$$;
comment on function private.age_group(int) is 'The age group of an age in years; unknown without one.';

-- Each event moves its person's last_seen_at. Nothing looks persons up by it, and without it in an index, and with
-- room left in each page, PostgreSQL changes the row in place (HOT) instead of adding to every index of the table.
create table public.persons (
  id bigint generated always as identity primary key,
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  known boolean not null default false,
  age smallint check (age between 0 and 150),
  gender public.gender not null default 'unknown',
  age_group public.age_group not null generated always as (private.age_group(age)) stored,
  traits jsonb not null default '{}' check (jsonb_typeof(traits) = 'object' and octet_length(traits::text) <= 65536),
  first_seen_at timestamptz,
  last_seen_at timestamptz,
  created_at timestamptz not null default now(),
  trait_times jsonb not null default '{}' check (
    jsonb_typeof(trait_times) = 'object'
    and octet_length(trait_times::text) <= 524288
  )
)
with (fillfactor = 70);
comment on table public.persons is 'Somebody events belong to; several ids of theirs may lead here.';
comment on column public.persons.trait_times is
  'When each trait was what it is, in milliseconds since 1970: word of an earlier time that comes later changes'
  ' nothing. $age and $gender are of those, $groups/ID of a group.';
comment on column public.persons.known is 'Whether a user id leads here, or only anonymous ids.';
create index persons_org_id_idx on public.persons (org_id);

alter table public.persons enable row level security;
create policy "members read what belongs to their organization" on public.persons
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on public.persons from public, anon, authenticated, service_role;
grant select on public.persons to authenticated, service_role;

create table public.person_keys (
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  key text not null check (
    char_length(key) between 3 and 258
    and key ~ '^[ua]:'
    and key !~ '[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f]'
  ),
  person_id bigint not null references public.persons (id)
    on delete cascade,
  primary key (org_id, key)
);
comment on table public.person_keys is 'The ids of persons: u:USER_ID or a:ANONYMOUS_ID.';
create index person_keys_person_id_idx on public.person_keys (person_id);
-- By bytes, whatever the database's collation: for the ids that begin with something.
create index person_keys_search_idx on public.person_keys (org_id, key text_pattern_ops);

alter table public.person_keys enable row level security;
create policy "members read what belongs to their organization" on public.person_keys
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on public.person_keys from public, anon, authenticated, service_role;
grant select on public.person_keys to authenticated, service_role;

create function private.person_by_key(p_org_id uuid, p_key text)
returns public.persons
language sql
stable
set search_path = ''
as $$
  select p from public.person_keys k join public.persons p on p.id = k.person_id
  where k.org_id = p_org_id and k.key = p_key
$$;
comment on function private.person_by_key(uuid, text) is 'The person an id leads to.';

create function private.find_person(p_org_id uuid, p_person text)
returns bigint
language sql
stable
set search_path = ''
as $$
  select k.person_id from unnest(array[p_person, 'u:' || p_person, 'a:' || p_person]) with ordinality as given (key,
    rank)
  join public.person_keys k on k.org_id = p_org_id and k.key = given.key
  order by rank limit 1
$$;
comment on function private.find_person(uuid, text) is
  'The person behind u:USER_ID or a:ANONYMOUS_ID; without such a prefix a user id is meant rather than an anonymous '
  'id.';

create function private.person_id_of(p_org_id uuid, p_person text)
returns bigint
language plpgsql
stable
set search_path = ''
as $$
declare
  v_person_id bigint := private.find_person(p_org_id, p_person);
begin
  if v_person_id is null then
    raise exception using errcode = 'LL404', message = 'not_found', detail = 'Person not found';
  end if;
  return v_person_id;
end $$;
comment on function private.person_id_of(uuid, text) is 'find_person() of somebody who must be there.';

create function private.group_of(p_breakdown text, p_person public.persons)
returns text
language sql
immutable
set search_path = ''
as $$ select case p_breakdown when 'age_group' then p_person.age_group::text
  when 'gender' then p_person.gender::text end $$;
comment on function private.group_of(text, public.persons) is
  'A person''s group in a breakdown by age_group or gender; null without one.';

revoke execute
on function private.age_group(int),
private.person_by_key(uuid, text),
private.find_person(uuid, text),
private.person_id_of(uuid, text),
private.group_of(text, public.persons)
from public, anon, authenticated;
grant execute
on function private.find_person(uuid, text), private.person_id_of(uuid, text), private.group_of(text, public.persons)
to authenticated, service_role;

-- schemas/40_product/event_counts.sql

-- How many events there are, kept by whoever stores them.

create type private.count_change as (
  day date,
  name_id int,
  age_group public.age_group,
  gender public.gender,
  n bigint
);

create table private.event_counts (
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  day date not null,
  name_id int not null,
  age_group public.age_group not null,
  gender public.gender not null,
  n bigint not null,
  primary key (org_id, day, name_id, age_group, gender)
);
comment on table private.event_counts is 'Events per day, name, age group and gender: always the sum over events.';

alter table private.event_counts enable row level security;
create policy "members read what belongs to their organization" on private.event_counts
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.event_counts from public, anon, authenticated, service_role;
grant select on private.event_counts to authenticated, service_role;

-- Most reads are about everybody: one row for what event_counts have up to sixteen for.
create table private.event_totals (
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  day date not null,
  name_id int not null,
  n bigint not null,
  primary key (org_id, day, name_id)
);
comment on table private.event_totals is
  'Events per day and name: the event counts of all age groups and genders together.';

alter table private.event_totals enable row level security;
create policy "members read what belongs to their organization" on private.event_totals
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.event_totals from public, anon, authenticated, service_role;
grant select on private.event_totals to authenticated, service_role;

create function private.apply_counts(p_org_id uuid, p_changes private.count_change[])
returns void
language plpgsql
volatile
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
begin
  insert into private.event_counts as kept (org_id, day, name_id, age_group, gender, n)
  select p_org_id, day, name_id, age_group, gender, sum(n) from unnest(p_changes)
  group by 2, 3, 4, 5 having sum(n) <> 0 order by 2, 3, 4, 5
  on conflict (org_id, day, name_id, age_group, gender) do update set n = kept.n + excluded.n;

  insert into private.event_totals as kept (org_id, day, name_id, n)
  select p_org_id, day, name_id, sum(n) from unnest(p_changes)
  group by 2, 3 having sum(n) <> 0 order by 2, 3
  on conflict (org_id, day, name_id) do update set n = kept.n + excluded.n;

  -- Only what takes events away leaves nothing.
  if exists (select from unnest(p_changes) where n < 0) then
    delete from private.event_counts kept
    using (select distinct day, name_id, age_group, gender from unnest(p_changes) where n < 0) as c
    where kept.org_id = p_org_id and kept.day = c.day and kept.name_id = c.name_id
      and kept.age_group = c.age_group and kept.gender = c.gender and kept.n = 0;

    delete from private.event_totals kept
    using (select distinct day, name_id from unnest(p_changes) where n < 0) as c
    where kept.org_id = p_org_id and kept.day = c.day and kept.name_id = c.name_id and kept.n = 0;
  end if;
end $$;
comment on function private.apply_counts(uuid, private.count_change[]) is
  'Adds changes to the event counts and totals, sorted, so that transactions never wait for each other in a circle.';

create function private.person_counts(
  p_person_id bigint,
  p_age_group public.age_group,
  p_gender public.gender,
  p_sign int
)
returns setof private.count_change
language sql
stable
set search_path = ''
as $$
  select e.day, e.name_id, p_age_group, p_gender, p_sign * count(*) from public.events e where e.person_id = p_person_id
  group by 1, 2
$$;
comment on function private.person_counts(bigint, public.age_group, public.gender, int) is
  'What a person''s events add to (1) or take from (-1) the counts of an age group and gender.';

revoke execute
on function private.apply_counts(uuid, private.count_change[]),
private.person_counts(bigint, public.age_group, public.gender, int)
from public, anon, authenticated;

-- schemas/40_product/retention_counts.sql

-- Who comes back, kept as counts like everything else: reading retention from the days of persons takes the longer
-- the more of them there are. A person is in one cohort, that of their first day, and once in each later period, so a
-- day changes few cells.

create type private.retention_period as enum ('day', 'week', 'month');

create type private.retention_change as (
  period private.retention_period,
  k smallint,
  cohort date,
  age_group public.age_group,
  gender public.gender,
  n bigint
);

create table private.retention_counts (
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  period private.retention_period not null,
  k smallint not null check (k between 0 and 59),
  cohort date not null,
  age_group public.age_group not null,
  gender public.gender not null,
  n bigint not null,
  primary key (org_id, period, k, cohort, age_group, gender)
);
comment on table private.retention_counts is
  'How many persons, by age group and gender, were active in the k-th period after the one of their first day, which '
  'is their cohort.';
comment on column private.retention_counts.cohort is 'The first day of the cohort''s period.';

alter table private.retention_counts enable row level security;
create policy "members read what belongs to their organization" on private.retention_counts
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.retention_counts from public, anon, authenticated, service_role;
grant select on private.retention_counts to authenticated, service_role;

create table private.retention_totals (
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  period private.retention_period not null,
  k smallint not null check (k between 0 and 59),
  cohort date not null,
  n bigint not null,
  primary key (org_id, period, k, cohort)
);
comment on table private.retention_totals is
  'The retention counts of all age groups and genders together, which most reads are about.';

alter table private.retention_totals enable row level security;
create policy "members read what belongs to their organization" on private.retention_totals
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.retention_totals from public, anon, authenticated, service_role;
grant select on private.retention_totals to authenticated, service_role;

create function private.retention_edges(p_org_id uuid, p_person_ids bigint[], p_days date[])
returns table (person_id bigint, period private.retention_period, k smallint, cohort date, change int)
language sql
stable
set search_path = ''
as $$
  with changed as (
    select c.person_id, array_agg(c.day) as days from unnest(p_person_ids, p_days) as c (person_id, day)
    group by c.person_id
  ),
  seen as materialized (
    select c.person_id, c.days, (
        select d.day from private.person_days d
        where d.org_id = p_org_id and d.name_id = 0 and d.person_id = c.person_id order by d.day limit 1
      ) as first, (
        select d.day from private.person_days d
        where d.org_id = p_org_id and d.name_id = 0 and d.person_id = c.person_id and d.day <> all (c.days)
        order by d.day limit 1
      ) as first_without
    from changed c
  ),
  -- Where the first day changes, all cells of the person do. Where there are many days, searching around each is no
  -- shorter.
  person as (
    select s.*, s.first is distinct from s.first_without or cardinality(s.days) > 4 as is_whole from seen s
  ),
  counted as (
    -- Days between others: what lies before and after tells whether they are the only ones of their week or month.
    select p.person_id, p.first, d.day, 1 as change,
      greatest(lag(d.day) over (partition by p.person_id order by d.day), (
        select o.day from private.person_days o
        where o.org_id = p_org_id and o.name_id = 0 and o.person_id = p.person_id and o.day < d.day
          and o.day <> all (p.days)
        order by o.day desc limit 1
      )) as previous, (
        select o.day from private.person_days o
        where o.org_id = p_org_id and o.name_id = 0 and o.person_id = p.person_id and o.day > d.day
          and o.day <> all (p.days)
        order by o.day limit 1
      ) as next
    from person p cross join unnest(p.days) as d (day)
    where not p.is_whole
    union all
    -- All days, as they are and as they were: the first of each week or month stands for it.
    select p.person_id, side.first, d.day, side.change,
      lag(d.day) over (partition by p.person_id, side.change order by d.day), null
    from person p
    cross join lateral (values (p.first, 1), (p.first_without, -1)) as side (first, change)
    cross join lateral (
      select d.day from private.person_days d
      where d.org_id = p_org_id and d.name_id = 0 and d.person_id = p.person_id offset 0
    ) d
    where p.is_whole and side.first is not null
      and (side.change = 1 or (p.person_id, d.day) not in (select c.id, c.day
        from unnest(p_person_ids, p_days) as c (id, day)))
  ),
  -- Materialized like the above, or else each use of a value would work it out again. The first day of the year 1 was a
  -- Monday.
  dated as materialized (
    select c.*, c.day - (c.day - date '0001-01-01') % 7 as monday,
      c.first - (c.first - date '0001-01-01') % 7 as first_monday,
      date_trunc('month', c.day::timestamp)::date as month, date_trunc('month', c.first::timestamp)::date as first_month
    from counted c
  ),
  cell as (
    select d.person_id, of.period, of.k, of.cohort, d.change
    from dated d
    cross join lateral (values
      ('day'::private.retention_period, d.first, d.day - d.first, d.day, d.day),
      ('week', d.first_monday, (d.monday - d.first_monday) / 7, d.monday, d.monday + 6),
      ('month', d.first_month, (date_part('year', d.month) - date_part('year', d.first_month))::int * 12
        + (date_part('month', d.month) - date_part('month', d.first_month))::int, d.month,
          (d.month + interval '1 month')::date - 1)
    ) as of (period, cohort, k, first, last)
    where of.k < 60 and (d.previous is null or d.previous < of.first) and (d.next is null or d.next > of.last)
  )
  select cell.person_id, cell.period, cell.k::smallint, cell.cohort, sum(cell.change)::int
  from cell group by 1, 2, 3, 4 having sum(cell.change) <> 0
$$;
comment on function private.retention_edges(uuid, bigint[], date[]) is
  'By how much these person-days, which must be stored, change each person''s part in the retention counts: periods '
  '0 to 59.';

create function private.apply_retention(p_org_id uuid, p_changes private.retention_change[])
returns void
language sql
volatile
set search_path = ''
as $$
  insert into private.retention_counts as kept (org_id, period, k, cohort, age_group, gender, n)
  select p_org_id, period, k, cohort, age_group, gender, sum(n) from unnest(p_changes)
  group by 2, 3, 4, 5, 6 having sum(n) <> 0 order by 2, 3, 4, 5, 6
  on conflict (org_id, period, k, cohort, age_group, gender) do update set n = kept.n + excluded.n;

  delete from private.retention_counts kept
  using (select distinct period, k, cohort, age_group, gender from unnest(p_changes) where n < 0) as c
  where kept.org_id = p_org_id and kept.period = c.period and kept.k = c.k and kept.cohort = c.cohort
    and kept.age_group = c.age_group and kept.gender = c.gender and kept.n = 0;

  insert into private.retention_totals as kept (org_id, period, k, cohort, n)
  select p_org_id, period, k, cohort, sum(n) from unnest(p_changes)
  group by 2, 3, 4 having sum(n) <> 0 order by 2, 3, 4
  on conflict (org_id, period, k, cohort) do update set n = kept.n + excluded.n;

  delete from private.retention_totals kept
  using (select distinct period, k, cohort from unnest(p_changes) where n < 0) as c
  where kept.org_id = p_org_id and kept.period = c.period and kept.k = c.k and kept.cohort = c.cohort and kept.n = 0;
$$;
comment on function private.apply_retention(uuid, private.retention_change[]) is
  'Adds changes to the retention counts, sorted, so that transactions never wait for each other in a circle.';

create function private.person_retention(
  p_org_id uuid,
  p_person_id bigint,
  p_days date[],
  p_age_group public.age_group,
  p_gender public.gender,
  p_sign int
)
returns setof private.retention_change
language sql
stable
set search_path = ''
as $$
  select period, k, cohort, p_age_group, p_gender, p_sign * change
  from private.retention_edges(p_org_id, array_fill(p_person_id, array[coalesce(cardinality(p_days), 0)]), p_days)
$$;
comment on function private.person_retention(uuid, bigint, date[], public.age_group, public.gender, int) is
  'retention_edges() of one person in an age group and gender, to be added (1) or taken away (-1).';

create function private.count_days(p_org_id uuid, p_person_ids bigint[], p_days date[])
returns void
language sql
volatile
set search_path = ''
as $$
  insert into private.active_changes as kept (org_id, days, day, change)
  select p_org_id, days, day, change from private.active_edges(p_org_id, p_person_ids, p_days) order by days, day
  on conflict (org_id, days, day) do update set change = kept.change + excluded.change;

  select private.apply_retention(p_org_id, array(
    select row(e.period, e.k, e.cohort, p.age_group, p.gender, sum(e.change))::private.retention_change
    from private.retention_edges(p_org_id, p_person_ids, p_days) e
    cross join lateral (select p.age_group, p.gender from public.persons p where p.id = e.person_id offset 0) p
    group by e.period, e.k, e.cohort, p.age_group, p.gender));
$$;
comment on function private.count_days(uuid, bigint[], date[]) is
  'Adds person-days that were just stored, of persons who are held, to the numbers of active users and to retention.';

revoke execute
on function private.retention_edges(uuid, bigint[], date[]),
private.apply_retention(uuid, private.retention_change[]),
private.person_retention(uuid, bigint, date[], public.age_group, public.gender, int),
private.count_days(uuid, bigint[], date[])
from public, anon, authenticated;

-- schemas/40_product/active_changes.sql

-- How many persons are active, kept by whoever stores events: from the days each person was active on.

create type private.active_change as (days smallint, day date, change bigint);

-- No foreign key to the organization: checking it takes a look at the organization for each of the two rows that most
-- events add. Nobody can add rows for an organization that is gone all the same, because every transaction that
-- stores events ends with analytics_versions, which has one.
create table private.person_days (
  org_id uuid not null,
  name_id int not null,
  person_id bigint not null,
  day date not null,
  primary key (org_id, name_id, person_id, day)
);
comment on table private.person_days is 'On which days a person had an event of a name; name 0 is any.';

alter table private.person_days enable row level security;
create policy "members read what belongs to their organization" on private.person_days
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.person_days from public, anon, authenticated, service_role;
grant select on private.person_days to authenticated, service_role;

create table private.active_changes (
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  days smallint not null check (days in (1, 7, 30)),
  day date not null,
  change bigint not null,
  primary key (org_id, days, day)
);
comment on table private.active_changes is
  'By how much the number of persons active in the last 1, 7 or 30 days differs from the day before: its running sum '
  'is DAU, WAU, MAU.';

alter table private.active_changes enable row level security;
create policy "members read what belongs to their organization" on private.active_changes
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.active_changes from public, anon, authenticated, service_role;
grant select on private.active_changes to authenticated, service_role;

create function private.active_edges(p_org_id uuid, p_person_ids bigint[], p_days date[])
returns setof private.active_change
language sql
stable
set search_path = ''
as $$
  -- A day counts its person as active until the window ends or the next day takes over. Only days near the changed ones
  -- matter. Written so that no estimate of their number can make the planner read all days, or compare each with each.
  with changed as (select person_id, day from unnest(p_person_ids, p_days) as c (person_id, day)),
  person as (select person_id, min(day) - 30 as low, max(day) + 30 as high from changed group by person_id),
  kept as (
    select d.person_id, d.day, (d.person_id, d.day) in (select person_id, day from changed) as is_changed
    from person
    cross join lateral (
      select d.person_id, d.day from private.person_days d
      where d.org_id = p_org_id and d.name_id = 0 and d.person_id = person.person_id
        and d.day between person.low and person.high
      offset 0
    ) d
  ),
  span as (
    select day, lead(day) over (partition by person_id order by day) as next, 1 as sign from kept
    union all
    select day, lead(day) over (partition by person_id order by day), -1 from kept where not is_changed
  )
  select w.days::smallint, edge.day, sum(edge.sign)::bigint
  from span cross join (values (1), (7), (30)) as w (days)
  cross join lateral (values (span.day, span.sign), (least(span.day + w.days, span.next), -span.sign)) as edge (day,
    sign)
  group by w.days, edge.day having sum(edge.sign) <> 0
$$;
comment on function private.active_edges(uuid, bigint[], date[]) is
  'What these person-days, which must be stored, add to the changes in the number of persons active in 1, 7 and 30 '
  'days.';

create function private.person_edges(p_org_id uuid, p_person_id bigint, p_days date[], p_sign int)
returns setof private.active_change
language sql
stable
set search_path = ''
as $$
  select days, day, p_sign * change
  from private.active_edges(p_org_id, array_fill(p_person_id, array[coalesce(cardinality(p_days), 0)]), p_days)
$$;
comment on function private.person_edges(uuid, bigint, date[], int) is
  'active_edges() of one person, to be added (1) or taken away (-1).';

create function private.person_days_of(p_org_id uuid, p_person_id bigint)
returns date[]
language sql
stable
set search_path = ''
as $$
  select array(
    select d.day from private.person_days d
    where d.org_id = p_org_id and d.name_id = 0 and d.person_id = p_person_id order by d.day)
$$;
comment on function private.person_days_of(uuid, bigint) is 'The days a person was active.';

revoke execute
on function private.active_edges(uuid, bigint[], date[]),
private.person_edges(uuid, bigint, date[], int),
private.person_days_of(uuid, bigint)
from public, anon, authenticated;

-- schemas/40_product/active_users.sql

-- Daily, weekly and monthly active persons, from the counts alone.

create function public.analytics_active_users(
  p_org_id uuid default null,
  p_start date default null,
  p_end date default null,
  p_previous boolean default false
)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  r private.analytics_range := private.analytics_range(p_org_id, p_start, p_end, p_previous);
  v_begun date := (select min(t.day) from private.event_totals t where t.org_id = r.org_id);
begin
  return private.analytics_head(r) || jsonb_build_object('series', (
    with changed as (
      select a.day, sum(a.change) filter (where a.days = 1) as dau, sum(a.change) filter (where a.days = 7) as wau,
        sum(a.change) filter (where a.days = 30) as mau
      from private.active_changes a where a.org_id = r.org_id and a.day <= r.last_day group by a.day
    ),
    running as (
      select day, sum(c.dau) over passed as dau, sum(c.wau) over passed as wau, sum(c.mau) over passed as mau
      from changed c
      full join (
        select d::date as day from generate_series(r.first_day::timestamp, r.last_day::timestamp, interval '1 day') as d
      ) asked using (day)
      window passed as (order by day)
    )
    -- What is not over yet today is counted so far; a day to come is unknown, and so is one before the first event
    -- ever.
    select jsonb_agg(case when day between v_begun and r.today
      then jsonb_build_object('date', day, 'dau', coalesce(dau, 0), 'wau', coalesce(wau, 0), 'mau', coalesce(mau, 0))
      else jsonb_build_object('date', day, 'dau', null, 'wau', null, 'mau', null) end order by day)
    from running where day >= r.first_day));
end $$;
comment on function public.analytics_active_users(uuid, date, date, boolean) is
  'Distinct persons on each day and in the 7 and 30 days that end on it: running sums of how their number changes.';

revoke execute on function public.analytics_active_users(uuid, date, date, boolean) from public, anon, authenticated;
grant execute on function public.analytics_active_users(uuid, date, date, boolean) to authenticated, service_role;

-- schemas/40_product/analytics_range.sql

-- What every read of product analytics begins with. Row-level security decides what a signed-in person sees; each
-- statement names the organization as well, because an API key comes as the service. A range of a day and one of ten
-- years want different plans, so each read is planned for its own (force_custom_plan).

create type private.analytics_range as (
  org_id uuid,
  time_zone text,
  min_group_size int,
  today date,
  first_day date,
  last_day date,
  starts_at timestamptz,
  ends_at timestamptz,
  version bigint,
  next_zone text
);
comment on type private.analytics_range is
  'What a read is about: an organization, its days from first to last and when they begin and end; next_zone is'
  ' the time zone that they are to be counted in.';

create function private.analytics_range(p_org_id uuid, p_start date, p_end date, p_previous boolean)
returns private.analytics_range
language plpgsql
stable
set search_path = ''
as $$
declare
  r private.analytics_range;
begin
  r.org_id := private.event_organization(p_org_id, false);
  select o.day_zone, nullif(o.time_zone, o.day_zone), o.min_group_size, (now() at time zone o.day_zone)::date
  into r.time_zone, r.next_zone, r.min_group_size, r.today from public.organizations o where o.id = r.org_id;
  r.last_day := coalesce(p_end, greatest(r.today, p_start));
  r.first_day := coalesce(p_start, r.last_day - 29);
  if r.last_day - r.first_day >= 3660 then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = 'start_date: makes a range of more than 3660 days';
  end if;
  if p_previous then
    r.last_day := r.first_day - 1;
    r.first_day := r.first_day - (coalesce(p_end, greatest(r.today, p_start)) - r.first_day + 1);
  end if;
  r.starts_at := r.first_day::timestamp at time zone r.time_zone;
  r.ends_at := (r.last_day + 1)::timestamp at time zone r.time_zone;
  r.version := coalesce((select v.version from private.analytics_versions v where v.org_id = r.org_id), 0);
  return r;
end $$;
comment on function private.analytics_range(uuid, date, date, boolean) is
  'The range of a read, 30 days up to today unless named, or the one of the same length just before; refused unless '
  'the organization is the caller''s.';

create function private.analytics_head(r private.analytics_range)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'state', jsonb_build_object('org_id', r.org_id, 'version', r.version, 'today', r.today, 'time_zone', r.time_zone,
      'min_group_size', r.min_group_size, 'recounting_to', r.next_zone),
    'period', jsonb_build_object('start', r.first_day, 'end', r.last_day, 'days', r.last_day - r.first_day + 1,
      'time_zone', r.time_zone)
      || case when r.next_zone is null then '{}' else jsonb_build_object('recounting_to', r.next_zone) end)
$$;
comment on function private.analytics_head(private.analytics_range) is
  'The members every answer has: the state of the data, which an ETag is made of, and the period.';

create function private.analytics_rows_head(r private.analytics_range)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select head || jsonb_build_object('period', head -> 'period' || jsonb_build_object(
    'rows_since', private.rows_since(r.org_id, 'events', r.first_day, r.time_zone)))
  from private.analytics_head(r) as head
$$;
comment on function private.analytics_rows_head(private.analytics_range) is
  'analytics_head() of a read that is answered from events themselves: also the day since when they are there, where '
  'the range begins before it.';

create function public.analytics_state(p_org_id uuid default null)
returns jsonb
language sql
stable
set search_path = ''
as $$ select private.analytics_head(private.analytics_range(p_org_id, null, null, false)) -> 'state' $$;
comment on function public.analytics_state(uuid) is
  'Whether anything changed since an earlier read, at the price of two rows.';

create function private.is_small(p_persons bigint, p_min_group_size int)
returns boolean
language sql
immutable
set search_path = ''
as $$ select p_persons > 0 and p_persons < p_min_group_size $$;
comment on function private.is_small(bigint, int) is
  'Whether a group must be hidden: it has persons, but too few. Nobody is nobody to protect.';

-- Stops counting at the limit, so that it costs little where groups are large, and nothing where no limit is set.
create function private.is_group_small(
  r private.analytics_range,
  p_name_id int,
  p_age_group public.age_group,
  p_gender public.gender
)
returns boolean
language sql
stable
set search_path = ''
as $$
  select case when r.min_group_size > 1 and (p_age_group is not null or p_gender is not null) then private.is_small((
    select count(*) from (
      select from public.persons p
      where p.org_id = r.org_id
        and (p_age_group is null or p.age_group = p_age_group) and (p_gender is null or p.gender = p_gender)
        and exists (
          select from private.person_days d
          where d.org_id = r.org_id and d.name_id = coalesce(p_name_id, 0) and d.person_id = p.id
            and d.day between r.first_day and r.last_day)
      limit r.min_group_size
    ) person), r.min_group_size) else false end
$$;
comment on function private.is_group_small(private.analytics_range, int, public.age_group, public.gender) is
  'Whether the persons of an age group or gender with an event in the range, of a name if one is given, are too few '
  'to be shown.';

-- Two workers read so many in the eight seconds that a statement may take; more would end in a time-out that explains
-- nothing.
create function private.check_events_read(p_events float8)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if p_events > 15000000 then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail = format(
      'start_date: makes a range of %s events to put in order; ask for one of 15000000 at most', p_events::bigint);
  end if;
end $$;
comment on function private.check_events_read(float8) is
  'Refuses a read that has to put more than 15 million events in order.';

create function private.is_worth_workers(r private.analytics_range)
returns boolean
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  v_events bigint := (
    select coalesce(sum(c.n), 0) from private.event_totals c
    where c.org_id = r.org_id and c.day between r.first_day and r.last_day);
begin
  perform private.check_events_read(v_events);
  return v_events > 100000;
end $$;
comment on function private.is_worth_workers(private.analytics_range) is
  'Whether a range has so many events that starting workers to read them takes less time than it saves; too many are '
  'refused.';

revoke execute
on function private.analytics_range(uuid, date, date, boolean),
private.analytics_head(private.analytics_range),
private.analytics_rows_head(private.analytics_range),
public.analytics_state(uuid),
private.is_small(bigint, int),
private.is_group_small(private.analytics_range, int, public.age_group, public.gender),
private.check_events_read(float8),
private.is_worth_workers(private.analytics_range)
from public, anon, authenticated;
grant execute
on function private.analytics_range(uuid, date, date, boolean),
private.analytics_head(private.analytics_range),
private.analytics_rows_head(private.analytics_range),
public.analytics_state(uuid),
private.is_small(bigint, int),
private.is_group_small(private.analytics_range, int, public.age_group, public.gender),
private.check_events_read(float8),
private.is_worth_workers(private.analytics_range)
to authenticated, service_role;

-- schemas/40_product/breakdown.sql

-- How events divide by a property, age group or gender.

create function private.breakdown_by_person(r private.analytics_range, p_by text, p_name_id int)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with counted as (
    select case p_by when 'age_group' then c.age_group::text else c.gender::text end as value, sum(c.n)::bigint as n
    from private.event_counts c
    where c.org_id = r.org_id and c.day between r.first_day and r.last_day
      and (p_name_id is null or c.name_id = p_name_id)
    group by 1
  ),
  active as (
    select distinct d.person_id from private.person_days d
    where d.org_id = r.org_id and d.name_id = coalesce(p_name_id, 0) and d.day between r.first_day and r.last_day
  ),
  peopled as (
    select private.group_of(p_by, p) as value, count(*) as persons
    from active join public.persons p on p.id = active.person_id and p.org_id = r.org_id group by 1
  ),
  grouped as (
    select c.value, c.n, coalesce(p.persons, 0) as persons,
      private.is_small(p.persons, r.min_group_size) is true as is_hidden
    from counted c left join peopled p on p.value = c.value
  )
  select jsonb_build_object(
    'groups', coalesce(jsonb_agg(jsonb_build_object('value', value, 'type', null, 'count', n, 'persons', persons)
      order by n desc, value)
      filter (where not is_hidden), '[]'),
    'other', null,
    'hidden_groups', count(*) filter (where is_hidden))
  from grouped
$$;
comment on function private.breakdown_by_person(private.analytics_range, text, int) is
  'Events and persons of a range by age group or gender, from counts; groups of too few persons are hidden.';

create function private.breakdown_by_property(r private.analytics_range, p_property text, p_name_id int, p_top int)
returns jsonb
language sql
stable
set search_path = ''
as $$
  -- By stored day, so that the counts are those of the other reads; the times let whole months be passed over. 1 and
  -- "1" are two values, as they were sent.
  with counted as materialized (
    select left(p.value #>> '{}', 200) as value, nullif(jsonb_typeof(p.value), 'null') as type, e.person_id,
      count(*) as n
    from public.events e cross join lateral (select e.properties -> p_property as value offset 0) p
    where e.org_id = r.org_id and (p_name_id is null or e.name_id = p_name_id)
      and e.day between r.first_day and r.last_day
      and e.occurred_at >= r.starts_at - interval '2 days' and e.occurred_at < r.ends_at + interval '2 days'
    group by 1, 2, 3
  ),
  valued as (select value, type, sum(n)::bigint as n, count(person_id) as persons from counted group by value, type),
  ranked as (select *, row_number() over (order by value is null, n desc, value, type) as rank from valued)
  select jsonb_build_object(
    'groups', (
      select coalesce(jsonb_agg(jsonb_build_object('value', value, 'type', type, 'count', n, 'persons', persons)
        order by value is null, n desc, value, type), '[]')
      from ranked where rank <= least(p_top, 1000) or value is null),
    'other', (
      select jsonb_build_object('values', count(distinct (c.value, c.type)), 'count', sum(c.n),
        'persons', count(distinct c.person_id))
      from ranked k join counted c on c.value = k.value and c.type = k.type
      where k.rank > least(p_top, 1000) having count(*) > 0),
    'hidden_groups', 0)
$$;
comment on function private.breakdown_by_property(private.analytics_range, text, int, int) is
  'Events and persons of a range by the value of a property: the most frequent values, all others together, and '
  '(null) those without.';

create function public.analytics_breakdown(
  p_by text,
  p_org_id uuid default null,
  p_start date default null,
  p_end date default null,
  p_previous boolean default false,
  p_property text default null,
  p_feature_name text default null,
  p_top int default 10
)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  r private.analytics_range := private.analytics_range(p_org_id, p_start, p_end, p_previous);
  v_name_id int := case when p_feature_name is not null
    then private.event_name_id(r.org_id, p_feature_name, 'feature_name') end;
begin
  return case when p_by = 'property'
    then private.analytics_rows_head(r) || private.breakdown_by_property(r, p_property, v_name_id, p_top)
    else private.analytics_head(r) || private.breakdown_by_person(r, p_by, v_name_id) end;
end $$;
comment on function public.analytics_breakdown(text, uuid, date, date, boolean, text, text, int) is
  'Events, of one name or all, divided by age_group, gender or a property.';

revoke execute
on function private.breakdown_by_person(private.analytics_range, text, int),
private.breakdown_by_property(private.analytics_range, text, int, int),
public.analytics_breakdown(text, uuid, date, date, boolean, text, text, int)
from public, anon, authenticated;
grant execute
on function private.breakdown_by_person(private.analytics_range, text, int),
private.breakdown_by_property(private.analytics_range, text, int, int),
public.analytics_breakdown(text, uuid, date, date, boolean, text, text, int)
to authenticated, service_role;

-- schemas/40_product/day_recounts.sql

-- A change of an organization's time zone counts the days of its events anew. Until that is done they are those of the
-- zone before, for every read and for what is stored meanwhile, so that no read mixes two zones. Then all of them
-- change at once.

-- Held by whoever counts days of an organization's events, until the end of the transaction: together with others of
-- their kind, or alone to count them anew. A lock of its own, because the organization's row is one that every insert
-- looks at.
create function private.hold_days(p_org_id uuid, p_alone boolean default false)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  if p_alone then
    perform pg_advisory_xact_lock(hashtextextended(p_org_id::text, 4));
  else
    perform pg_advisory_xact_lock_shared(hashtextextended(p_org_id::text, 4));
  end if;
end $$;
comment on function private.hold_days(uuid, boolean) is
  'Keeps the zone of an organization''s days as it is until the transaction ends; alone, everybody who counts '
  'them waits.';

-- Security definer: whoever changes an organization need not see its counts.
create function private.choose_day_zone()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    new.day_zone := new.time_zone;
    return new;
  end if;
  -- Where nothing is counted there is nothing to count anew; whoever stores a first event meanwhile is waited for.
  perform private.hold_days(new.id, true);
  if not exists (select from private.event_totals t where t.org_id = new.id) then
    new.day_zone := new.time_zone;
  end if;
  return new;
end $$;
comment on function private.choose_day_zone() is
  'Lets the days follow a new time zone at once where no event was counted yet; recount_days() does the others.';

create trigger organizations_choose_day_zone
before insert or update of time_zone on public.organizations
for each row
execute function private.choose_day_zone();

create function private.recount_days_of(p_org_id uuid)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_from text;
  v_to text;
  v_first date;
begin
  -- In the order in which a change of the zone locks them.
  select o.day_zone, o.time_zone into v_from, v_to from public.organizations o where o.id = p_org_id for no key update;
  perform private.hold_days(p_org_id, true);
  if v_from is not distinct from v_to then
    return;
  end if;
  -- Counts outlive events: days whose events may be gone stay as they are.
  v_first := coalesce((
    select (t.removed_before at time zone v_from)::date + 1
    from private.trims t where t.org_id = p_org_id and t.kind = 'events'), date '0001-01-01');

  update public.events e set day = greatest((e.occurred_at at time zone v_to)::date, v_first)
  where e.org_id = p_org_id and e.day >= v_first
    and e.day <> greatest((e.occurred_at at time zone v_to)::date, v_first);

  delete from private.event_counts c where c.org_id = p_org_id and c.day >= v_first;
  insert into private.event_counts (org_id, day, name_id, age_group, gender, n)
  select p_org_id, e.day, e.name_id, coalesce(p.age_group, 'unknown'), coalesce(p.gender, 'unknown'), count(*)
  from public.events e left join public.persons p on p.id = e.person_id
  where e.org_id = p_org_id and e.day >= v_first group by 2, 3, 4, 5;
  delete from private.event_totals t where t.org_id = p_org_id and t.day >= v_first;
  insert into private.event_totals (org_id, day, name_id, n)
  select p_org_id, c.day, c.name_id, sum(c.n) from private.event_counts c
  where c.org_id = p_org_id and c.day >= v_first group by 2, 3;

  delete from private.person_days d where d.org_id = p_org_id and d.day >= v_first;
  insert into private.person_days (org_id, name_id, person_id, day)
  select distinct p_org_id, name.id, e.person_id, e.day
  from public.events e cross join lateral (values (0), (e.name_id)) as name (id)
  where e.org_id = p_org_id and e.person_id is not null and e.day >= v_first;

  delete from private.active_changes a where a.org_id = p_org_id;
  insert into private.active_changes (org_id, days, day, change)
  select p_org_id, w.days::smallint, edge.day, sum(edge.sign)
  from (
    select d.day, lead(d.day) over (partition by d.person_id order by d.day) as next
    from private.person_days d where d.org_id = p_org_id and d.name_id = 0
  ) span
  cross join (values (1), (7), (30)) as w (days)
  cross join lateral (values (span.day, 1), (least(span.day + w.days, span.next), -1)) as edge (day, sign)
  group by 2, 3 having sum(edge.sign) <> 0;

  delete from private.retention_counts c where c.org_id = p_org_id;
  delete from private.retention_totals t where t.org_id = p_org_id;
  insert into private.retention_counts (org_id, period, k, cohort, age_group, gender, n)
  select p_org_id, cell.period, cell.k::smallint, cell.cohort, p.age_group, p.gender, count(*)
  from (
    select distinct d.person_id, of.period, of.k, of.cohort
    from (
      select d.person_id, d.day, min(d.day) over (partition by d.person_id) as first
      from private.person_days d where d.org_id = p_org_id and d.name_id = 0
    ) d
    cross join lateral (values
      ('day'::private.retention_period, d.first, d.day - d.first),
      ('week', private.monday(d.first), (private.monday(d.day) - private.monday(d.first)) / 7),
      ('month', date_trunc('month', d.first::timestamp)::date,
        (date_part('year', d.day) - date_part('year', d.first))::int * 12
        + (date_part('month', d.day) - date_part('month', d.first))::int)
    ) as of (period, cohort, k)
    where of.k < 60
  ) cell
  join public.persons p on p.id = cell.person_id
  group by 2, 3, 4, 5, 6;
  insert into private.retention_totals (org_id, period, k, cohort, n)
  select p_org_id, c.period, c.k, c.cohort, sum(c.n)
  from private.retention_counts c where c.org_id = p_org_id group by 2, 3, 4;

  update public.organizations o set day_zone = v_to where o.id = p_org_id;
  perform private.events_changed(p_org_id);
end $$;
comment on function private.recount_days_of(uuid) is
  'Counts the days of an organization''s events in its time zone, and lets every read know them from then on.';

-- The first day of the year 1 was a Monday.
create function private.monday(p_day date)
returns date
language sql
immutable
parallel safe
set search_path = ''
as $$ select p_day - (p_day - date '0001-01-01') % 7 $$;
comment on function private.monday(date) is 'The Monday of a day''s week.';

-- One organization a call, because a call is a transaction.
create function private.recount_days()
returns uuid
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_org_id uuid := (select o.id from public.organizations o where o.day_zone <> o.time_zone order by o.id limit 1);
begin
  if v_org_id is not null then
    perform private.recount_days_of(v_org_id);
  end if;
  return v_org_id;
end $$;
comment on function private.recount_days() is
  'Counts anew the days of an organization whose time zone has changed, and answers which; null when there is none.';

revoke execute
on function private.hold_days(uuid, boolean),
private.choose_day_zone(),
private.recount_days_of(uuid),
private.monday(date),
private.recount_days()
from public, anon, authenticated;

select cron.schedule('recount-days', '* * * * *', 'select private.recount_days()');

-- schemas/40_product/event_drops.sql

-- Events that were refused or dropped.

create table private.event_drops (
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  day date not null,
  reason text not null check (char_length(reason) between 1 and 50),
  n bigint not null check (n between 1 and 1e15),
  primary key (org_id, day, reason)
);
comment on table private.event_drops is 'Events that were refused or dropped, by reason.';

alter table private.event_drops enable row level security;
create policy "members read what belongs to their organization" on private.event_drops
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.event_drops from public, anon, authenticated, service_role;
grant select on private.event_drops to authenticated, service_role;

-- Security definer: nobody may write events and counts but through here.
create function public.count_event_drops(p_org_id uuid, p_drops jsonb)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, true);
  v_drops jsonb := private.given_object('drops', p_drops);
begin
  if (select count(*) from jsonb_object_keys(v_drops)) > 100 then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail = 'drops: has more than 100 reasons';
  elsif jsonb_path_exists(v_drops,
    'strict $.keyvalue() ? (!(@.key like_regex "^[a-z_]{1,50}$") || @.value.type() != "number")')
    or exists (select from jsonb_each(v_drops) d
      where d.value::numeric not between 1 and 1e7 or d.value::numeric % 1 <> 0) then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = 'drops: must name reasons with whole numbers from 1 to 10000000';
  end if;
  insert into private.event_drops as kept (org_id, day, reason, n)
  select v_org_id, (now() at time zone o.day_zone)::date, d.key, d.value::bigint
  from jsonb_each_text(v_drops) d cross join public.organizations o
  where o.id = v_org_id order by d.key
  on conflict (org_id, day, reason) do update set n = kept.n + excluded.n;
end $$;
comment on function public.count_event_drops(uuid, jsonb) is
  'Counts {reason: number} of today''s refused or dropped events.';

create function public.analytics_drops(
  p_org_id uuid default null,
  p_start date default null,
  p_end date default null,
  p_previous boolean default false,
  p_page int default 1,
  p_page_size int default null
)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  r private.analytics_range := private.analytics_range(p_org_id, p_start, p_end, p_previous);
begin
  return private.analytics_head(r) || (
    with reasons as (
      select d.reason, sum(d.n) as n, count(*) as rows
      from private.event_drops d
      where d.org_id = r.org_id and d.day between r.first_day and r.last_day
      group by d.reason
    ),
    page as (
      select d.day, d.reason, d.n
      from private.event_drops d
      where d.org_id = r.org_id and d.day between r.first_day and r.last_day
      order by d.day, d.reason
      limit least(p_page_size, 1000) offset (p_page - 1) * p_page_size
    )
    select jsonb_build_object(
      'total_count', (select coalesce(sum(rows), 0) from reasons),
      'reasons', (
        select coalesce(jsonb_agg(jsonb_build_object('reason', reason, 'count', n) order by n desc, reason), '[]')
        from reasons
      ),
      'drops', (
        select coalesce(jsonb_agg(jsonb_build_object('date', day, 'reason', reason, 'count', n) order by day, reason),
          '[]')
        from page
      )));
end $$;
comment on function public.analytics_drops(uuid, date, date, boolean, int, int) is
  'A page of the events that were refused or dropped, by day and reason, all without a page size; and how many for '
  'each reason.';

revoke execute
on function public.count_event_drops(uuid, jsonb), public.analytics_drops(uuid, date, date, boolean, int, int)
from public, anon, authenticated;
grant execute
on function public.count_event_drops(uuid, jsonb), public.analytics_drops(uuid, date, date, boolean, int, int)
to authenticated, service_role;

-- schemas/40_product/event_names.sql

-- The names of events, as numbers.

create table public.event_names (
  id int generated always as identity primary key,
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  name text not null check (
    char_length(name) between 1 and 200
    and name !~ '[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f]'
  ),
  unique (org_id, name)
);
comment on table public.event_names is 'The names of events, so that events and counts hold a number instead.';

alter table public.event_names enable row level security;
create policy "members read what belongs to their organization" on public.event_names
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on public.event_names from public, anon, authenticated, service_role;
grant select on public.event_names to authenticated, service_role;

create function private.event_name_id(p_org_id uuid, p_name text, p_field text)
returns int
language plpgsql
stable
set search_path = ''
as $$
declare
  v_id int := (select n.id from public.event_names n where n.org_id = p_org_id and n.name = p_name);
begin
  if v_id is null then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = format('%s: no event has the name %s', p_field, left(p_name, 200));
  end if;
  return v_id;
end $$;
comment on function private.event_name_id(uuid, text, text) is
  'The number of an event''s name; an unknown name is refused as that field''s.';

revoke execute on function private.event_name_id(uuid, text, text) from public, anon, authenticated;
grant execute on function private.event_name_id(uuid, text, text) to authenticated, service_role;

-- schemas/40_product/event_properties.sql

-- What events are made of: their names and properties.

create function public.analytics_events(
  p_org_id uuid default null,
  p_start date default null,
  p_end date default null,
  p_previous boolean default false,
  p_page int default 1,
  p_page_size int default 20
)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  r private.analytics_range := private.analytics_range(p_org_id, p_start, p_end, p_previous);
begin
  return private.analytics_rows_head(r) || (
    with counted as (
      select c.name_id, sum(c.n)::bigint as n, min(c.day) as first_day, max(c.day) as last_day
      from private.event_counts c
      where c.org_id = r.org_id and c.day between r.first_day and r.last_day group by c.name_id
    ),
    named as (
      select e.id, e.name, c.n, c.first_day, c.last_day
      from counted c join public.event_names e on e.id = c.name_id
      order by c.n desc, e.name limit least(p_page_size, 1000) offset (p_page - 1) * p_page_size
    )
    select jsonb_build_object(
      'total_count', (select count(*) from counted), 'count', (select coalesce(sum(n), 0) from counted),
      'events', (
        select coalesce(jsonb_agg(jsonb_build_object('name', n.name, 'count', n.n, 'first_date', n.first_day,
          'last_date', n.last_day, 'example_properties', example.properties) order by n.n desc, n.name), '[]')
        from named n
        left join lateral (
          select e.properties from public.events e
          -- One event is one person's, and a link shows no person.
          where private.share_id() is null and e.org_id = r.org_id and e.name_id = n.id
            and e.occurred_at >= r.starts_at and e.occurred_at < r.ends_at
          order by e.occurred_at desc limit 1
        ) example on true)));
end $$;
comment on function public.analytics_events(uuid, date, date, boolean, int, int) is
  'A page of the names of events in the range, the most frequent first, with the properties of the latest as an '
  'example.';

create function public.analytics_properties(
  p_org_id uuid default null,
  p_start date default null,
  p_end date default null,
  p_previous boolean default false,
  p_feature_name text default null,
  p_page int default 1,
  p_page_size int default 20
)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  r private.analytics_range := private.analytics_range(p_org_id, p_start, p_end, p_previous);
  v_name_id int := case when p_feature_name is not null
    then private.event_name_id(r.org_id, p_feature_name, 'feature_name') end;
begin
  return private.analytics_rows_head(r) || (
    -- The latest events tell: enough to find out what there is, few enough to read at once.
    with name as (
      select n.id from public.event_names n
      where n.org_id = r.org_id and (v_name_id is null or n.id = v_name_id) order by n.id desc limit 100
    ),
    sample as materialized (
      select latest.properties
      from name cross join lateral (
        select e.properties from public.events e
        where e.org_id = r.org_id and e.name_id = name.id and e.occurred_at >= r.starts_at and e.occurred_at < r.ends_at
        order by e.occurred_at desc limit case when v_name_id is null then 100 else 5000 end
      ) latest
    ),
    property as (
      select p.key, jsonb_typeof(p.value) as type, left(p.value #>> '{}', 100) as value, count(*) as n
      from sample cross join lateral jsonb_each(sample.properties) as p group by 1, 2, 3
    ),
    ranked as (select *, row_number() over (partition by key order by n desc, value) as rank from property),
    named as materialized (
      select row_number() over (order by sum(n) desc, key) as place, jsonb_build_object('name', key,
        'types', jsonb_agg(distinct type), 'count', sum(n)::bigint,
        'examples', coalesce(jsonb_agg(value order by rank) filter (where rank <= 5 and value is not null),
          '[]')) as property
      from ranked group by key
    )
    select jsonb_build_object(
      'sampled', (select count(*) from sample), 'total_count', (select count(*) from named),
      'items', (
        select coalesce(jsonb_agg(property order by place), '[]') from named
        where place > (p_page - 1)::bigint * p_page_size
          and place <= (p_page - 1)::bigint * p_page_size + least(p_page_size, 1000)),
      'properties', (select coalesce(jsonb_agg(property order by place), '[]') from named where place <= 200)));
end $$;
comment on function public.analytics_properties(uuid, date, date, boolean, text, int, int) is
  'A page, and the first 200, of the properties that the latest events of each name have, or up to 5,000 of one '
  'name: their types and most frequent values.';

revoke execute
on function public.analytics_events(uuid, date, date, boolean, int, int),
public.analytics_properties(uuid, date, date, boolean, text, int, int)
from public, anon, authenticated;
grant execute
on function public.analytics_events(uuid, date, date, boolean, int, int),
public.analytics_properties(uuid, date, date, boolean, text, int, int)
to authenticated, service_role;

-- schemas/40_product/event_trim.sql

-- Events that are older than their organization keeps them. The counts they are in stay: they name nobody, and most
-- reads need nothing else.

create function private.longest_kept_events()
returns int
language sql
stable
set search_path = ''
as $$
  select case when bool_and(kept.days is not null) then max(kept.days) end
  from public.organizations o cross join lateral (select private.kept_days(o.id, 'events') as days) kept
$$;
comment on function private.longest_kept_events() is
  'The most days for which any organization keeps events; null where one keeps them for good.';

create function private.event_months()
returns table (partition name, starts_on date)
language sql
stable
set search_path = ''
as $$
  -- The planner may look at the names of all relations before it knows which are partitions.
  select c.relname, case when c.relname ~ '^events_\d{6}$' then to_date(right(c.relname, 6), 'YYYYMM') end
  from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid
  where i.inhparent = 'public.events'::regclass
$$;
comment on function private.event_months() is
  'The partitions of events and the first day of their months; null of the one for what fits no month.';

-- Security definer: nobody may delete events but through here.
create function private.trim_events(p_org_id uuid, p_before timestamptz, p_limit int)
returns bigint
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  -- Whoever keeps events the longest loses them by the month, which costs a database a thousandth of what deleting
  -- does.
  v_by_month boolean := private.kept_days(p_org_id, 'events') >= private.longest_kept_events();
  v_partition name;
  v_rows bigint;
begin
  for v_partition in
    select m.partition from private.event_months() m
    where m.starts_on is null or v_by_month is not true and m.starts_on < (p_before at time zone 'UTC')::date
    order by m.partition
  loop
    -- A short look into the index for each name, however many events lie behind the moment. As an array, because a
    -- join by place reads
    -- the whole month.
    execute format($sql$
      delete from public.%1$I e where e.ctid = any (array(
        select old.ctid
        from public.event_names n cross join lateral (
          select e.ctid from public.%1$I e
          where e.org_id = $1 and e.name_id = n.id and e.occurred_at < $2
          order by e.org_id, e.name_id, e.occurred_at limit $3 for update skip locked
        ) old
        where n.org_id = $1 limit $3
      )) $sql$, v_partition) using p_org_id, p_before, p_limit;
    get diagnostics v_rows = row_count;
    if v_rows > 0 then
      return v_rows;
    end if;
  end loop;
  return 0;
end $$;
comment on function private.trim_events(uuid, timestamptz, int) is
  'Removes up to so many of an organization''s events from before a moment; 0 when none are left to be removed one by '
  'one.';

create function private.drop_event_partition(p_partition name, p_now timestamptz)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_org_id uuid;
  v_events bigint;
begin
  -- Counted before it is locked: nobody adds to a month that is too old.
  for v_org_id, v_events in
    execute format(
      'select o.id, e.n from public.organizations o cross join lateral (
         select count(*) as n from public.%I e where e.org_id = o.id) e where e.n > 0 order by o.id', p_partition)
  loop
    perform private.note_removed(v_org_id, 'events', private.kept_from(v_org_id, 'events', p_now), v_events);
  end loop;
  perform set_config('lock_timeout', '2s', true);
  execute format('drop table public.%I', p_partition);
exception when lock_not_available then
  -- Somebody reads for longer than others should wait behind us: tomorrow is as good.
  null;
end $$;
comment on function private.drop_event_partition(name, timestamptz) is
  'Drops a month of events and says whose were in it; leaves it when it is in use.';

-- Security definer: only the owner may drop partitions.
create function private.drop_event_partitions(p_now timestamptz default now())
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_longest int := private.longest_kept_events();
  v_partition name;
begin
  for v_partition in
    -- A day more, for it is the day in the organization's zone that counts.
    select m.partition from private.event_months() m
    where m.starts_on + interval '1 month' <= p_now - make_interval(days => v_longest + 1) order by m.partition
  loop
    perform private.drop_event_partition(v_partition, p_now);
  end loop;
end $$;
comment on function private.drop_event_partitions(timestamptz) is
  'Drops the months of events that no organization keeps any more.';

revoke execute
on function private.longest_kept_events(),
private.event_months(),
private.trim_events(uuid, timestamptz, int),
private.drop_event_partition(name, timestamptz),
private.drop_event_partitions(timestamptz)
from public, anon, authenticated;

-- An identity is there for clients that send again, which they do for days, not for weeks.
select
  cron.schedule(
    'forget-event-keys',
    '47 2 * * *',
    'delete from private.event_keys where received_on < current_date - 40'
  );

-- schemas/40_product/events.sql

-- Product analytics: events, the persons they belong to, and the counts that reads come from. An event is counted in
-- the same transaction that stores it, so that an acknowledged event is in every number and reads never scan events
-- for them.

-- What was accepted, by the id and the time as the client sent them: the corrected time may differ when a client
-- sends again. Hash partitions keep the index of a busy organization shallow.
create table private.event_keys (
  org_id uuid not null,
  event_key uuid not null,
  sent_time timestamptz not null check (sent_time >= '1970-01-01 00:00+00' and sent_time < '2101-01-01 00:00+00'),
  received_on date not null default current_date,
  primary key (org_id, event_key, sent_time)
)
partition by hash (event_key);
comment on table private.event_keys is 'Identities of accepted events: sending one again is a duplicate.';

alter table private.event_keys enable row level security;
revoke all on private.event_keys from public, anon, authenticated, service_role;

do $$
begin
  for i in 0..7 loop
    execute format(
      'create table private.event_keys_%s partition of private.event_keys for values with (modulus 8, remainder %s)', i,
      i);
    execute format('alter table private.event_keys_%s enable row level security', i);
  end loop;
end $$;

-- Half as wide as a bigint, so that the index of a person's events is no larger for it; one that comes round again is
-- of no matter, because it only tells events of one moment apart.
create sequence private.event_arrivals as int minvalue -2147483648 start -2147483648 cycle;

create table public.events (
  org_id uuid not null,
  occurred_at timestamptz not null check (
    occurred_at >= '1970-01-01 00:00+00'
    and occurred_at < '2101-01-01 00:00+00'
  ),
  day date not null,
  name_id int not null,
  person_id bigint,
  event_key uuid not null,
  sent_time timestamptz not null check (sent_time >= '1970-01-01 00:00+00' and sent_time < '2101-01-01 00:00+00'),
  received_at timestamptz not null default now(),
  clamped boolean not null default false,
  properties jsonb check (jsonb_typeof(properties) = 'object' and pg_column_size(properties) <= 262144),
  arrival int not null default nextval('private.event_arrivals')
)
partition by range (occurred_at);
comment on table public.events is
  'What happened. Partitioned by month; what fits no month is in the default partition, never lost.';
comment on column public.events.day is 'The day in the organization''s time zone when it was stored.';
comment on column public.events.clamped is
  'Whether the time lay more than a day ahead and was set to the time of arrival.';
comment on column public.events.arrival is
  'Of two events of one moment the lower arrived first: place in the batch, then receipt.';
create index events_of_person_idx on public.events (person_id, occurred_at, arrival) include (name_id);
create index events_of_name_idx on public.events (org_id, name_id, occurred_at) include (person_id, arrival);

alter table public.events enable row level security;
create policy "members read what belongs to their organization" on public.events
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on public.events from public, anon, authenticated, service_role;
grant select on public.events to authenticated, service_role;

create table public.events_default partition of public.events default;
alter table public.events_default enable row level security;
revoke all on public.events_default from public, anon, authenticated, service_role;

create table private.analytics_versions (
  org_id uuid primary key references public.organizations (id)
    on delete cascade,
  version bigint not null
);
comment on table private.analytics_versions is
  'Goes up with every change of an organization''s events: what an ETag is made of.';

alter table private.analytics_versions enable row level security;
create policy "members read what belongs to their organization" on private.analytics_versions
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.analytics_versions from public, anon, authenticated, service_role;
grant select on private.analytics_versions to authenticated, service_role;

create function private.events_changed(p_org_id uuid)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  insert into private.analytics_versions as kept (org_id, version) values (p_org_id, 1)
  on conflict (org_id) do update set version = kept.version + 1;
end $$;
comment on function private.events_changed(uuid) is
  'Says that an organization''s events changed. Last in a transaction: everybody else waits for it.';

-- Security definer: only the owner may create partitions.
create function private.create_event_partition(p_month date)
returns boolean
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_from date := date_trunc('month', p_month::timestamp)::date;
  v_to date := (date_trunc('month', p_month::timestamp) + interval '1 month')::date;
  v_name text := 'events_' || to_char(v_from, 'YYYYMM');
begin
  if to_regclass('public.' || v_name) is not null then
    return false;
  end if;
  -- Rows that came before their month had a partition move into it; nobody can add more meanwhile.
  lock table public.events_default in access exclusive mode;
  execute format('create table public.%I (like public.events including defaults including constraints)', v_name);
  execute format('alter table public.%I enable row level security', v_name);
  execute format('revoke all on public.%I from public, anon, authenticated, service_role', v_name);
  execute format(
    'with moved as (delete from public.events_default where occurred_at >= %L and occurred_at < %L returning *)
     insert into public.%I select * from moved', v_from::timestamptz, v_to::timestamptz, v_name);
  execute format('alter table public.events attach partition public.%I for values from (%L) to (%L)',
    v_name, v_from::timestamptz, v_to::timestamptz);
  return true;
end $$;
comment on function private.create_event_partition(date) is
  'Makes the partition of a month, if there is none; answers whether it did.';

create function private.keep_event_partitions(p_today date default current_date)
returns int
language sql
volatile
set search_path = ''
as $$
  select count(*) filter (where private.create_event_partition(month::date))::int
  from generate_series(p_today::timestamp - interval '1 month', p_today::timestamp + interval '3 months',
    interval '1 month') as month
$$;
comment on function private.keep_event_partitions(date) is
  'Makes the partitions from last month to three months ahead.';

-- Events and their identities have no foreign key to their organization, because partitions this busy cannot afford
-- one. Security definer: nobody may delete events but through here.
create function private.forget_organization()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  delete from public.events where org_id = old.id;
  delete from private.event_keys where org_id = old.id;
  delete from private.person_days where org_id = old.id;
  return null;
end $$;
comment on function private.forget_organization() is
  'Deletes the events of a deleted organization, and what has no foreign key to it.';

create trigger forget_events
after delete on public.organizations
for each row
execute function private.forget_organization();

select private.keep_event_partitions();

revoke execute
on function private.events_changed(uuid),
private.create_event_partition(date),
private.keep_event_partitions(date),
private.forget_organization()
from public, anon, authenticated;

select cron.schedule('event-partitions', '7 2 * * *', 'select private.keep_event_partitions()');

-- schemas/40_product/export.sql

-- All raw events of a range, in order, page by page. No index has an organization's events by time alone, because it
-- would cost every event that is stored; so a page is a stretch of time about as long as a page needs, read name by
-- name from the index that there is.

create function private.exported_row(p_event public.events, p_name text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_array(
    (extract(epoch from p_event.occurred_at) * 1000000)::bigint || '_' || p_event.arrival,
    p_event.event_key, p_name, p_event.occurred_at, p_event.received_at,
    nullif(p_event.sent_time, '1970-01-01 00:00+00'), p_event.day,
    (select k.key from public.person_keys k where k.person_id = p_event.person_id
      order by k.key like 'a:%', k.key limit 1),
    p_event.clamped, p_event.properties::text)
$$;
comment on function private.exported_row(public.events, text) is
  'An event as it is exported: [cursor, event_id, event, occurred_at, received_at, sent_at, day, person, '
  'clamped, properties]; properties are text, so that no digit of them is lost on the way.';

create function public.export_events(
  p_org_id uuid default null,
  p_start date default null,
  p_end date default null,
  p_limit int default 1000,
  p_after text default null,
  p_person text default null
)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  r private.analytics_range := private.analytics_range(p_org_id, p_start, p_end, false);
  v_limit int := least(greatest(coalesce(p_limit, 1000), 1), 10000);
  v_person_id bigint := case when p_person is not null then private.person_id_of(r.org_id, p_person) end;
  v_after_time timestamptz := r.starts_at;
  v_after_arrival bigint := -2147483649;
  v_first timestamptz;
  v_until timestamptz := r.ends_at;
  v_a_day bigint;
  v_rows jsonb;
  v_count int;
begin
  if p_after is not null then
    if p_after !~ '^\d{1,16}_-?\d{1,10}$' then
      raise exception using errcode = 'LL422', message = 'validation_failed',
        detail = 'after: is no cursor of an export';
    end if;
    v_after_time := timestamptz '1970-01-01 00:00+00' + split_part(p_after, '_', 1)::float8 * interval '1 microsecond';
    v_after_arrival := split_part(p_after, '_', 2)::bigint;
  end if;
  if v_person_id is not null then
    select count(*), coalesce(jsonb_agg(private.exported_row(e, n.name) order by e.occurred_at, e.arrival), '[]')
    into v_count, v_rows
    from (
      select * from public.events e
      where e.person_id = v_person_id and e.org_id = r.org_id
        and e.occurred_at >= greatest(v_after_time, r.starts_at) and e.occurred_at < r.ends_at
        and (e.occurred_at > v_after_time or e.arrival > v_after_arrival)
      order by e.occurred_at, e.arrival limit v_limit
    ) e join public.event_names n on n.id = e.name_id;
  else
    select min(e.occurred_at) into v_first
    from public.event_names n
    cross join lateral (
      select e.occurred_at from public.events e
      where e.org_id = r.org_id and e.name_id = n.id
        and e.occurred_at >= greatest(v_after_time, r.starts_at) and e.occurred_at < r.ends_at
        and (e.occurred_at > v_after_time or e.arrival > v_after_arrival)
      order by e.occurred_at limit 1
    ) e
    where n.org_id = r.org_id;
    if v_first is null then
      return jsonb_build_object('events', jsonb '[]', 'next', null);
    end if;
    select greatest(sum(t.n), 1) into v_a_day from private.event_totals t
    where t.org_id = r.org_id and t.day = (v_first at time zone r.time_zone)::date;
    v_until := least(v_until,
      v_first + greatest(interval '1 millisecond', interval '1 day' * (v_limit::float8 / coalesce(v_a_day, 1))));
    select count(*), coalesce(jsonb_agg(private.exported_row(e.event, e.name)
      order by (e.event).occurred_at, (e.event).arrival), '[]')
    into v_count, v_rows
    from (
      select e as event, n.name
      from public.event_names n
      join public.events e on e.org_id = r.org_id and e.name_id = n.id
      where n.org_id = r.org_id and e.occurred_at >= v_first and e.occurred_at < v_until
        and (e.occurred_at > v_after_time or e.arrival > v_after_arrival)
      order by e.occurred_at, e.arrival limit v_limit
    ) e;
  end if;
  return jsonb_build_object('events', v_rows, 'next', case
    when v_count = v_limit then v_rows -> -1 ->> 0
    when v_until < r.ends_at then (extract(epoch from v_until) * 1000000)::bigint || '_-2147483649' end);
end $$;
comment on function public.export_events(uuid, date, date, int, text, text) is
  'The next events of a range, or of a person in it, the oldest first: {events: [row], next: cursor or null}. A'
  ' page may have fewer than the limit, or none, and there be more all the same.';

revoke execute
on function private.exported_row(public.events, text), public.export_events(uuid, date, date, int, text, text)
from public, anon, authenticated;
grant execute
on function private.exported_row(public.events, text), public.export_events(uuid, date, date, int, text, text)
to authenticated, service_role;

-- schemas/40_product/flow.sql

-- What follows an event, and what follows that. Read as sessions are: each person's events in order from their index,
-- a part of the persons at a time.

-- Security definer: see session_part().
create function private.flow_part(r private.analytics_range, p_name_id int, p_depth int, p_part int, p_parts int)
returns table (step int, source int, target int, n bigint, persons bigint)
language plpgsql
stable
parallel safe
security definer
cost 4000000
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
set work_mem = '64MB'
set jit = off
set enable_bitmapscan = off
set enable_memoize = off
as $$
declare
  v_org_id uuid := private.event_organization(r.org_id, false);
begin
  return query
  select link.step, link.source, link.target, sum(link.n::int), count(*)
  from public.persons p
  cross join lateral (
    select array_agg(e.name_id) as names, array_agg(e.occurred_at) as times
    from (
      select e.name_id, e.occurred_at from public.events e
      where e.person_id = p.id and e.occurred_at >= r.starts_at and e.occurred_at < r.ends_at + interval '1 day'
      order by e.occurred_at, e.arrival
    ) e
  ) e
  cross join lateral (
    -- Step 0 is the event itself. Each later step is a link to what came next, or to nothing where the session ended.
    -- What came next is counted before it is divided into links: people do the same things again and again.
    select s.step, case when s.step > 0 then path.names[s.step] end as source, path.names[s.step + 1] as target,
      sum(path.n) as n
    from (
      select e.names[start.i:start.i + least(p_depth, start.follow)] as names, start.follow, count(*)::int as n
      from (
        select i, case when (e.times[i + 1] < e.times[i] + interval '30 minutes') is not true then 0
          when (e.times[i + 2] < e.times[i + 1] + interval '30 minutes') is not true then 1
          when (e.times[i + 3] < e.times[i + 2] + interval '30 minutes') is not true then 2
          when (e.times[i + 4] < e.times[i + 3] + interval '30 minutes') is not true then 3
          when (e.times[i + 5] < e.times[i + 4] + interval '30 minutes') is not true then 4 else 5 end as follow
        from unnest(array_positions(e.names, p_name_id)) as i where e.times[i] < r.ends_at
        offset 0 -- so that it is worked out once
      ) start
      group by 1, 2
      offset 0
    ) path
    cross join generate_series(0, least(p_depth, path.follow + 1)) as s (step)
    group by 1, 2, 3
  ) link
  where p.org_id = v_org_id and p.id % p_parts = p_part and exists (
    select from private.person_days d
    where d.org_id = v_org_id and d.name_id = p_name_id and d.person_id = p.id
      and d.day between r.first_day - 2 and r.last_day + 2)
  group by link.step, link.source, link.target;
end $$;
comment on function private.flow_part(private.analytics_range, int, int, int, int) is
  'What one of some parts of the persons did after an event: occurrences and persons of each link by step; step 0 is '
  'the event itself.';

create function private.flow_links(r private.analytics_range, p_name_id int, p_depth int)
returns table (step int, source int, target int, n bigint, persons bigint)
language plpgsql
stable
set search_path = ''
set jit = off
as $$
begin
  if private.is_worth_workers(r) then
    return query
    select f.* from private.flow_part(r, p_name_id, p_depth, 0, 3) f
    union all select f.* from private.flow_part(r, p_name_id, p_depth, 1, 3) f
    union all select f.* from private.flow_part(r, p_name_id, p_depth, 2, 3) f;
  else
    return query select f.* from private.flow_part(r, p_name_id, p_depth, 0, 1) f;
  end if;
end $$;
comment on function private.flow_links(private.analytics_range, int, int) is
  'flow_part() of all persons, several rows a link.';

create function public.analytics_flow(
  p_event text,
  p_org_id uuid default null,
  p_start date default null,
  p_end date default null,
  p_previous boolean default false,
  p_depth int default 3,
  p_top int default 10
)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
set jit = off
as $$
declare
  r private.analytics_range := private.analytics_range(p_org_id, p_start, p_end, p_previous);
  v_name_id int := private.event_name_id(r.org_id, p_event, 'event');
begin
  return private.analytics_rows_head(r) || (
    with link as materialized (
      select step, source, target, sum(n)::bigint as n, sum(persons)::bigint as persons
      from private.flow_links(r, v_name_id, p_depth) group by step, source, target
    ),
    ranked as (
      select *, row_number() over (partition by step, target is null order by n desc, source, target) as rank from link
      where step > 0
    )
    select jsonb_build_object(
      'starts', coalesce((select n from link where step = 0), 0),
      'persons', coalesce((select persons from link where step = 0), 0), 'links', (
        select coalesce(jsonb_agg(jsonb_build_object('step', l.step, 'source', s.name, 'target', t.name, 'count', l.n,
          'persons', l.persons) order by l.step, l.n desc, s.name, t.name), '[]')
        from ranked l join public.event_names s on s.id = l.source left join public.event_names t on t.id = l.target
        where l.rank <= least(p_top, 1000)),
      'other', (
        select coalesce(jsonb_agg(jsonb_build_object('step', step, 'links', links, 'count', n) order by step), '[]')
        from (select step, count(*) as links, sum(n)::bigint as n from ranked
          where rank > least(p_top, 1000) group by step) o)));
end $$;
comment on function public.analytics_flow(text, uuid, date, date, boolean, int, int) is
  'What persons did next in the same session, step by step after each occurrence of an event; a link without target '
  'is where a session ended.';

revoke execute
on function private.flow_part(private.analytics_range, int, int, int, int),
private.flow_links(private.analytics_range, int, int),
public.analytics_flow(text, uuid, date, date, boolean, int, int)
from public, anon, authenticated;
grant execute
on function private.flow_part(private.analytics_range, int, int, int, int),
private.flow_links(private.analytics_range, int, int),
public.analytics_flow(text, uuid, date, date, boolean, int, int)
to authenticated, service_role;

-- schemas/40_product/funnel.sql

-- Who gets through. SQL of one of three shapes, the one that reads least, counts a part of the persons at a time, and
-- each part can be a worker's: one loop over every event took more than a microsecond for each.

create type private.funnel_plan as (shape text, cost float8);

create type private.funnel_pass as (person_id bigint, step int, waited interval);

create function private.funnel_plan(
  r private.analytics_range,
  p_name_ids int[],
  p_window interval,
  p_is_strict boolean
)
returns private.funnel_plan
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  v_first float8;
  v_later float8;
  v_all float8;
  v_plan private.funnel_plan;
begin
  select coalesce(sum(c.n) filter (where c.name_id = p_name_ids[1]), 0),
    coalesce(sum(c.n) filter (where c.name_id = any (p_name_ids[2:])), 0), coalesce(sum(c.n), 0)
  into v_first, v_later, v_all
  from private.event_totals c
  where c.org_id = r.org_id and c.day between r.first_day and ((r.ends_at + p_window) at time zone r.time_zone)::date;
  -- Measured on ten million events, in microseconds: a look back takes 8, a look ahead with what it finds 12, an event
  -- read and sorted 2, one read in order 0.3 and 1.2 more if it is of a step.
  select shape, cost into v_plan
  from (values ('each person', 0.3 * v_all + 1.2 * case when p_is_strict then v_all else v_first + v_later end),
    ('sorted', 2 * (v_first + v_later)), ('look back', 8 * v_later), ('look ahead', 12 * v_first)) as plan (shape, cost)
  where shape = 'each person' or not p_is_strict
  order by cost limit 1;
  perform private.check_events_read(v_plan.cost / 1.5);
  return v_plan;
end $$;
comment on function private.funnel_plan(private.analytics_range, int[], interval, boolean) is
  'What a funnel had best read, and how many microseconds that may take: all events of each person, the events of '
  'its steps, those of later steps with a look back for step 1, or those of step 1 with a look ahead.';

-- Security definer: it checks once whose events these are. Row-level security would check each of millions and, as it
-- needs their organization, read them from the table though the index of a person's events says all that matters.
create function private.funnel_part(
  r private.analytics_range,
  p_name_ids int[],
  p_window interval,
  p_is_strict boolean,
  p_shape text,
  p_part int,
  p_parts int
)
returns setof private.funnel_pass
language plpgsql
stable
parallel safe
security definer
cost 4000000
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
set work_mem = '64MB'
set jit = off
set enable_bitmapscan = off
set enable_memoize = off
as $$
declare
  v_org_id uuid := private.event_organization(r.org_id, false);
  v_dropped_on date := (
    select (t.removed_before at time zone 'UTC')::date from private.trims t where t.org_id = v_org_id
      and t.kind = 'events');
  -- Where events of the first step are few, they are sooner looked through than days are looked up.
  v_known_from date := case when p_shape in ('sorted', 'look ahead') then 'infinity'
    else greatest(r.first_day, v_dropped_on) + 2 end;
begin
  return query execute private.funnel_sql(p_shape, cardinality(p_name_ids), p_is_strict)
    using v_org_id, r.starts_at, r.ends_at, p_name_ids, p_window, p_part, p_parts,
      v_known_from, r.last_day - 2;
end $$;
comment on function private.funnel_part(private.analytics_range, int[], interval, boolean, text, int, int) is
  'funnel_passes() of one of some parts of the persons.';

create function private.funnel_passes(
  r private.analytics_range,
  p_name_ids int[],
  p_window interval,
  p_is_strict boolean
)
returns table (person_id bigint, step int, waited interval)
language plpgsql
stable
set search_path = ''
set jit = off
as $$
declare
  v_plan private.funnel_plan := private.funnel_plan(r, p_name_ids, p_window, p_is_strict);
begin
  if v_plan.cost < 100000 then
    return query select f.* from private.funnel_part(r, p_name_ids, p_window, p_is_strict, v_plan.shape, 0, 1) f;
  else
    -- A part for this process and one each for the two workers that a query is given by default.
    return query
    select f.* from private.funnel_part(r, p_name_ids, p_window, p_is_strict, v_plan.shape, 0, 3) f
    union all select f.* from private.funnel_part(r, p_name_ids, p_window, p_is_strict, v_plan.shape, 1, 3) f
    union all select f.* from private.funnel_part(r, p_name_ids, p_window, p_is_strict, v_plan.shape, 2, 3) f;
  end if;
end $$;
comment on function private.funnel_passes(private.analytics_range, int[], interval, boolean) is
  'For each person and step they passed: how long after the step before they first did. Strict: with no other event '
  'of theirs in between.';

create function public.analytics_funnel(
  p_steps text[],
  p_org_id uuid default null,
  p_start date default null,
  p_end date default null,
  p_previous boolean default false,
  p_window_seconds int default 604800,
  p_is_strict boolean default false,
  p_breakdown text default null
)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
set work_mem = '64MB'
set jit = off
as $$
declare
  r private.analytics_range := private.analytics_range(p_org_id, p_start, p_end, p_previous);
  v_name_ids int[] := array(
    select private.event_name_id(r.org_id, name, 'steps')
    from unnest(p_steps) with ordinality as s (name, i) order by i);
begin
  return private.analytics_rows_head(r) || (
    with passed as (
      -- As group_of() says, which a call for each of them would take longer than the rest.
      select f.step, extract(epoch from f.waited) as waited,
        case p_breakdown when 'age_group' then p.age_group::text when 'gender' then p.gender::text end as "group"
      from private.funnel_passes(r, v_name_ids, make_interval(secs => p_window_seconds), p_is_strict) f
      left join public.persons p on p.id = f.person_id and p.org_id = r.org_id and p_breakdown is not null
    ),
    counted as (
      select "group", step, count(*) as n, percentile_cont(0.5) within group (order by waited) as median from passed
      group by 1, 2
    ),
    total as (select "group", n from counted where step = 1),
    shown as (
      select "group" from total where p_breakdown is null or not private.is_small(n, r.min_group_size)
      union select null where p_breakdown is null
    )
    select jsonb_build_object(
      'hidden_groups', (select count(*) from total
        where p_breakdown is not null and private.is_small(n, r.min_group_size)),
      'groups', (
        select coalesce(jsonb_agg(jsonb_build_object('group', shown."group", 'steps', (
          select jsonb_agg(jsonb_build_object('step', s.i, 'event', s.name, 'count', coalesce(c.n, 0),
            'median_seconds', c.median) order by s.i)
          from unnest(p_steps) with ordinality as s (name, i)
          left join counted c on c."group" is not distinct from shown."group" and c.step = s.i
        )) order by shown."group"), '[]')
        from shown)));
end $$;
comment on function public.analytics_funnel(text[], uuid, date, date, boolean, int, boolean, text) is
  'How many persons who passed step 1 in the range passed each later step within the window, and the median wait '
  'from the step before.';

revoke execute
on function private.funnel_plan(private.analytics_range, int[], interval, boolean),
private.funnel_part(private.analytics_range, int[], interval, boolean, text, int, int),
private.funnel_passes(private.analytics_range, int[], interval, boolean),
public.analytics_funnel(text[], uuid, date, date, boolean, int, boolean, text)
from public, anon, authenticated;
grant execute
on function private.funnel_plan(private.analytics_range, int[], interval, boolean),
private.funnel_part(private.analytics_range, int[], interval, boolean, text, int, int),
private.funnel_passes(private.analytics_range, int[], interval, boolean),
public.analytics_funnel(text[], uuid, date, date, boolean, int, boolean, text)
to authenticated, service_role;

-- schemas/40_product/funnel_sql.sql

-- The SQL of funnels. In these texts $1 is the organization, $2 and $3 the range, $4 the names' ids, $5 the window,
-- $6 which part of $7, $8 and $9 days.

-- The levels of ClickHouse's windowFunnel (src/AggregateFunctions/AggregateFunctionWindowFunnel.h) as window
-- functions. Of each event we know began_k and at_k: when the latest chain that passed step k before this moment
-- passed step 1, and step k. It passes step k + 1 if the name is right and the chain began within the window. The
-- latest chain is always the best: one that began later ends no earlier. A look ahead from a rare first step to a
-- common second one finds every page view of a week, though most persons never come to the third step. For those one
-- look at the first event is enough.
create function private.funnel_loose_sql(p_shape text, p_steps int)
returns text
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
  v_latest text :=
    'max(case when %s then %s end) over (partition by person_id order by at, arrival rows between unbounded '
    'preceding and 1 preceding)';
  v_waits text[];
  v_passed text;
  v_sql text := case
    when p_shape in ('each person', 'sorted') then format($sql$
      select person_id, at, arrival, name_id, %s as at_1 from (
        select e.person_id, e.occurred_at as at, e.arrival, e.name_id from public.events e
        where %s and e.name_id = any ($4) and e.occurred_at >= $2 and e.occurred_at < $3 + $5
      ) event $sql$,
      format(v_latest, 'name_id = $4[1] and at < $3', 'at'),
      case p_shape when 'sorted' then 'e.org_id = $1 and e.person_id % $7 = $6' else 'e.person_id = person.id' end)
    when p_shape = 'look back' then $sql$
      select e.person_id, e.occurred_at as at, e.arrival, e.name_id, case when e.name_id = $4[2] then (
        select f.occurred_at from public.events f
        where f.person_id = e.person_id and f.name_id = $4[1] and f.occurred_at >= $2 and f.occurred_at < $3
          and f.occurred_at <= e.occurred_at and f.occurred_at >= e.occurred_at - $5
          and (f.occurred_at, f.arrival) < (e.occurred_at, e.arrival)
        order by f.occurred_at desc, f.arrival desc limit 1) end as at_1
      from public.events e
      where e.org_id = $1 and e.name_id = any ($4[2:]) and e.person_id % $7 = $6 and e.occurred_at >= $2
        and e.occurred_at < $3 + $5 $sql$
    -- Each looks as far as the next of its person, so that no event is found twice. Whoever never comes to step 3 needs
    -- only the first of step 2: it says whether and when they passed. Days of persons say who that is; dropped events
    -- leave days, which finds too much.
    when p_shape = 'look ahead' then format($sql$
      select e.person_id, e.occurred_at as at, e.arrival, e.name_id, f.at as at_1
      from (
        select f.person_id, f.occurred_at as at, f.arrival, lead(f.occurred_at) over in_order as next_at,
          lead(f.arrival) over in_order as next_arrival, %s as goes_on
        from public.events f
        where f.org_id = $1 and f.name_id = $4[1] and f.person_id %% $7 = $6 and f.occurred_at >= $2
          and f.occurred_at < $3
        window in_order as (partition by f.person_id order by f.occurred_at, f.arrival)
      ) f
      cross join lateral (
        (select e.person_id, e.occurred_at, e.arrival, e.name_id from public.events e
          where not f.goes_on and e.person_id = f.person_id and e.name_id = $4[2] and e.occurred_at >= $2
            and e.occurred_at < $3 + $5
            and e.occurred_at >= f.at and e.occurred_at <= least(f.next_at, f.at + $5)
            and (e.occurred_at, e.arrival) > (f.at, f.arrival)
            and (f.next_at is null or (e.occurred_at, e.arrival) <= (f.next_at, f.next_arrival))
          order by e.occurred_at, e.arrival limit 1)
        union all
        select e.person_id, e.occurred_at, e.arrival, e.name_id from public.events e
        where f.goes_on and e.person_id = f.person_id and e.name_id = any ($4[2:]) and e.occurred_at >= $2
          and e.occurred_at < $3 + $5
          and e.occurred_at >= f.at and e.occurred_at <= least(f.next_at, f.at + $5)
          and (e.occurred_at, e.arrival) > (f.at, f.arrival)
          and (f.next_at is null or (e.occurred_at, e.arrival) <= (f.next_at, f.next_arrival))
        offset 0
      ) e $sql$,
      case when p_steps > 2 then $sql$exists (
        select from private.person_days d
        where d.org_id = $1 and d.name_id = $4[3] and d.person_id = f.person_id
          and d.day between $2::date - 2 and ($3 + $5)::date + 2
      )$sql$ else 'false' end) end;
begin
  -- offset 0 keeps each event looked up once, and the conditions on what was found out of the search.
  v_sql := format('select *, at_1 as began_1 from (%s offset 0) event', v_sql);
  for k in 2..p_steps loop
    v_waits := v_waits || format('min(at) filter (where passed_%1$s) - min(at_%2$s) filter (where passed_%1$s)', k,
      k - 1);
    v_sql := format('select *, name_id = $4[%1$s] and at <= began_%2$s + $5 as passed_%1$s from (%3$s) step_%2$s', k,
      k - 1, v_sql);
    v_passed := concat_ws(' or ', v_passed, 'passed_' || k);
    if k < p_steps then
      -- What passed no step and is of no later one need not be read for those.
      v_sql := format(
        'select *, %2$s as began_%1$s, %3$s as at_%1$s from (%4$s) step_%1$s where %5$s or name_id = any ($4[%6$s:])',
        k, format(v_latest, 'passed_' || k, 'began_' || k - 1), format(v_latest, 'passed_' || k, 'at'), v_sql, v_passed,
        k + 1);
    end if;
  end loop;
  return format('select person_id, array[%s] as waits from (%s) event group by person_id',
    array_to_string(v_waits, ', '), v_sql);
end $$;
comment on function private.funnel_loose_sql(text, int) is
  'SQL for the waits before the second and each later step of each person, by the events that funnel_plan() chose.';

create function private.funnel_strict_sql(p_steps int)
returns text
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
  v_waits text[];
  v_sql text := 'select i, times[i] as at from unnest(array_positions(names, $4[1])) as i where times[i] < $3';
begin
  for k in 2..p_steps loop
    v_waits := v_waits || format(
      'min(times[i + %1$s]) filter (where passed_%2$s) - min(times[i + %3$s]) filter (where passed_%2$s)', k - 1, k,
      k - 2);
    v_sql := format('select *, %s names[i + %s] = $4[%s] and times[i + %2$s] <= at + $5 as passed_%3$s
      from (%4$s) step', case when k > 2 then format('passed_%s and', k - 1) end, k - 1, k, v_sql);
  end loop;
  -- Each occurrence of the first step and the events that follow it, from arrays of all of a person's.
  return format($sql$
    select person.id as person_id, passed.waits
    from (
      select array_agg(name_id) as names, array_agg(occurred_at) as times
      from (
        select e.name_id, e.occurred_at from public.events e
        where e.person_id = person.id and e.occurred_at >= $2 and e.occurred_at < $3 + $5
        order by e.occurred_at, e.arrival
      ) event
    ) event
    cross join lateral (select array[%s] as waits from (%s) event) passed $sql$, array_to_string(v_waits, ', '), v_sql);
end $$;
comment on function private.funnel_strict_sql(int) is
  'SQL for the waits before the second and each later step of a person who passed them without another event in '
  'between.';

create function private.funnel_sql(p_shape text, p_steps int, p_is_strict boolean)
returns text
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
  v_sql text := case when p_is_strict then private.funnel_strict_sql(p_steps)
    else private.funnel_loose_sql(p_shape, p_steps) end;
begin
  if p_shape = 'each person' then
    -- Days in whatever time zone they were stored in; who has none of the first two steps passes no second.
    v_sql := format($sql$
      select passed.* from public.persons person cross join lateral (%s) passed
      where person.org_id = $1 and person.id %% $7 = $6 and exists (
        select from private.person_days d
        where d.org_id = $1 and d.name_id = $4[1] and d.person_id = person.id
          and d.day between $2::date - 2 and $3::date + 2
      ) and exists (
        select from private.person_days d
        where d.org_id = $1 and d.name_id = $4[2] and d.person_id = person.id
          and d.day between $2::date - 2 and ($3 + $5)::date + 2
      ) $sql$, v_sql);
  end if;
  -- Who started: whoever passed the second step; whoever has a day with the first from $8 to $9, which are days that
  -- lie in the range in any time zone they may have been stored in; and, before and after, events are looked at.
  return format($sql$
    with passed as materialized (
      select person_id, i::int + 1 as step, waited
      from (%s) person cross join unnest(waits) with ordinality as w (waited, i) where waited is not null
    )
    select person_id, step, waited from passed
    union all
    select started.id, 1, null from (
      select person_id as id from passed where step = 2
      union
      select p.id from public.persons p
      where p.org_id = $1 and p.id %% $7 = $6 and p.id not in (select person_id from passed where step = 2) and exists (
        select from private.person_days d
        where d.org_id = $1 and d.name_id = $4[1] and d.person_id = p.id and d.day between $8 and $9)
      union
      select e.person_id from public.events e
      where e.org_id = $1 and e.name_id = $4[1] and e.person_id %% $7 = $6
        and e.occurred_at >= $2 and e.occurred_at < least($3, ($8 + 1)::timestamp at time zone 'UTC')
      union
      select e.person_id from public.events e
      where e.org_id = $1 and e.name_id = $4[1] and e.person_id %% $7 = $6
        and e.occurred_at >= greatest($2, $9::timestamp at time zone 'UTC') and e.occurred_at < $3
    ) started $sql$, v_sql);
end $$;
comment on function private.funnel_sql(text, int, boolean) is
  'SQL for the persons, steps and waits of a funnel of so many steps.';

revoke execute
on function private.funnel_loose_sql(text, int),
private.funnel_strict_sql(int),
private.funnel_sql(text, int, boolean)
from public, anon, authenticated;
grant execute
on function private.funnel_loose_sql(text, int),
private.funnel_strict_sql(int),
private.funnel_sql(text, int, boolean)
to authenticated, service_role;

-- schemas/40_product/live.sql

-- What happens right now, and whom it is about.

create function public.analytics_live(p_org_id uuid default null)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
  v_time_zone text := (select o.time_zone from public.organizations o where o.id = v_org_id);
  v_to timestamptz := now();
  v_from timestamptz := date_trunc('minute', v_to) - interval '29 minutes';
begin
  return (
    with named as (
      -- The names that today's counts know, and yesterday's while the half hour began there.
      select distinct c.name_id as id from private.event_counts c
      where c.org_id = v_org_id and c.day between (v_from at time zone v_time_zone)::date
        and (v_to at time zone v_time_zone)::date
    ),
    recent as materialized (
      select n.id as name_id, e.occurred_at, e.arrival, e.person_id
      from named n
      cross join lateral (
        select e.occurred_at, e.arrival, e.person_id from public.events e
        where e.org_id = v_org_id and e.name_id = n.id and e.occurred_at >= v_from and e.occurred_at <= v_to
        order by e.occurred_at desc limit 20000
      ) e
      limit 200000
    ),
    minute as (
      select date_trunc('minute', r.occurred_at) as at, count(*) as events, count(distinct r.person_id) as persons
      from recent r group by 1
    ),
    top as (
      select r.name_id, count(*) as n, max(r.occurred_at) as last_at from recent r group by r.name_id
        order by n desc, r.name_id limit 10
    ),
    latest as (
      select * from recent r order by r.occurred_at desc, r.arrival desc limit 20
    )
    select jsonb_build_object(
      'from', v_from, 'to', v_to,
      'events', (select count(*) from recent),
      'persons', (select count(distinct r.person_id) from recent r),
      'minutes', (
        select jsonb_agg(jsonb_build_object('at', m.at, 'events', coalesce(minute.events, 0), 'persons',
          coalesce(minute.persons, 0))
          order by m.at)
        from generate_series(v_from, v_to, interval '1 minute') as m (at) left join minute using (at)),
      'top', (
        select coalesce(jsonb_agg(jsonb_build_object('event', n.name, 'count', t.n, 'last_at', t.last_at)
          order by t.n desc, n.name), '[]')
        from top t join public.event_names n on n.id = t.name_id),
      'latest', (
        select coalesce(jsonb_agg(jsonb_build_object('event', n.name, 'occurred_at', l.occurred_at, 'person', (
          select k.key from public.person_keys k where k.org_id = v_org_id and k.person_id = l.person_id
            order by k.key desc limit 1))
          order by l.occurred_at desc, l.arrival desc), '[]')
        from latest l join public.event_names n on n.id = l.name_id)));
end $$;
comment on function public.analytics_live(uuid) is
  'The last thirty minutes: events and persons by minute, the most frequent names, the latest events; 20,000 events '
  'of a name at most.';

-- By comparisons that leak nothing of a row, so that the index serves under row-level security as well.
create function public.search_persons(p_search text, p_org_id uuid default null, p_limit int default 20)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
  v_limit int := least(greatest(coalesce(p_limit, 20), 1), 100);
begin
  return (
    with begun as (
      select given.key as first, given.key || chr(1114111) as beyond, given.place
      from unnest(case when p_search ~ '^[ua]:' then array[p_search] else array['u:' || p_search, 'a:' || p_search] end)
        with ordinality as given (key, place)
      where p_search <> ''
    ),
    found as (
      select k.key, k.person_id, begun.place
      from begun
      cross join lateral (
        select k.key, k.person_id from public.person_keys k
        where k.org_id = v_org_id and k.key operator(pg_catalog.~>=~) begun.first
          and k.key operator(pg_catalog.~<~) begun.beyond
        order by k.key using operator(pg_catalog.~<~) limit v_limit + 1
      ) k
      order by begun.place, k.key limit v_limit + 1
    ),
    person as (
      select distinct on (f.person_id) f.person_id, f.key, f.place from (
        select * from found order by place, key limit v_limit) f
      order by f.person_id, f.place, f.key
    )
    select jsonb_build_object(
      'has_more', (select count(*) > v_limit from found),
      'persons', (
        select coalesce(jsonb_agg(jsonb_build_object('id', p.key) || private.person_json(v_org_id, p.person_id)
          order by p.place, p.key), '[]')
        from person p)));
end $$;
comment on function public.search_persons(text, uuid, int) is
  'Persons with an id that begins so, user ids before anonymous ones; at most p_limit ids are looked at.';

revoke execute
on function public.analytics_live(uuid), public.search_persons(text, uuid, int)
from public, anon, authenticated;
grant execute
on function public.analytics_live(uuid), public.search_persons(text, uuid, int)
to authenticated, service_role;

-- schemas/40_product/overview.sql

-- How many events of which name, from the counts alone: no more work for ten million events than for one.

create function public.analytics_overview(
  p_org_id uuid default null,
  p_start date default null,
  p_end date default null,
  p_previous boolean default false,
  p_age_group text default null,
  p_gender text default null,
  p_feature_name text default null
)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  r private.analytics_range := private.analytics_range(p_org_id, p_start, p_end, p_previous);
  v_name_id int := case when p_feature_name is not null
    then private.event_name_id(r.org_id, p_feature_name, 'feature_name') end;
  v_hidden boolean := private.is_group_small(r, v_name_id, p_age_group::public.age_group, p_gender::public.gender);
begin
  return private.analytics_head(r) || jsonb_build_object('hidden_groups', v_hidden::int) || (
    with counted as materialized (
      select t.day, t.name_id, t.n
      from private.event_totals t
      where p_age_group is null and p_gender is null and t.org_id = r.org_id
        and t.day between r.first_day and r.last_day
        and (v_name_id is null or t.name_id = v_name_id)
      union all
      select c.day, c.name_id, sum(c.n)::bigint
      from private.event_counts c
      where (p_age_group is not null or p_gender is not null) and c.org_id = r.org_id
        and c.day between r.first_day and r.last_day
        and not v_hidden and (v_name_id is null or c.name_id = v_name_id)
        and (p_age_group is null or c.age_group = p_age_group::public.age_group)
        and (p_gender is null or c.gender = p_gender::public.gender)
      group by c.day, c.name_id
    ),
    by_name as (select name_id, sum(n)::bigint as n from counted group by name_id),
    by_day as (select day, sum(n)::bigint as n from counted group by day)
    select jsonb_build_object(
      'feature_counts', (
        select coalesce(jsonb_agg(jsonb_build_object('feature_name', e.name, 'count', b.n) order by b.n desc, e.name),
          '[]')
        from by_name b join public.event_names e on e.id = b.name_id),
      'daily_counts', (
        select jsonb_agg(jsonb_build_object('date', d.day::date, 'count', case
          when not v_hidden then coalesce(b.n, 0) end)
          order by d.day)
        from generate_series(r.first_day::timestamp, r.last_day::timestamp, interval '1 day') as d (day)
        left join by_day b on b.day = d.day::date)));
end $$;
comment on function public.analytics_overview(uuid, date, date, boolean, text, text, text) is
  'Events by name and by day, every day present, of an age group, gender or name if one is given. From counts, never '
  'from events.';

revoke execute
on function public.analytics_overview(uuid, date, date, boolean, text, text, text)
from public, anon, authenticated;
grant execute
on function public.analytics_overview(uuid, date, date, boolean, text, text, text)
to authenticated, service_role;

-- schemas/40_product/person_changes.sql

-- Who the events are of, as it becomes known: identify, alias, group. A person's part in the counts is moved with
-- them. What changes is collected and written at the end, sorted, in the lock order of track_events: ids, persons,
-- counts, days.

create type private.person_change as (
  counts private.count_change[],
  active private.active_change[],
  retention private.retention_change[]
);

create function private.apply_changes(
  p_org_id uuid,
  p_counts private.count_change[],
  p_active private.active_change[],
  p_retention private.retention_change[]
)
returns void
language sql
volatile
set search_path = ''
as $$
  select private.apply_counts(p_org_id, p_counts);

  insert into private.active_changes as kept (org_id, days, day, change)
  select p_org_id, days, day, sum(change) from unnest(p_active)
  group by 2, 3 having sum(change) <> 0 order by 2, 3
  on conflict (org_id, days, day) do update set change = kept.change + excluded.change;

  select private.apply_retention(p_org_id, p_retention);
$$;
comment on function private.apply_changes(
  uuid,
  private.count_change[],
  private.active_change[],
  private.retention_change[]
) is
  'Adds changes to the counts in the order that all transactions keep, so that they never wait for each other in a '
  'circle.';

create function private.merge_person(p_org_id uuid, p_from public.persons, p_into public.persons)
returns private.person_change
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_change private.person_change;
  v_days date[] := private.person_days_of(p_org_id, p_from.id);
begin
  if (p_from.age_group, p_from.gender) is distinct from (p_into.age_group, p_into.gender) then
    v_change.counts := array(select private.person_counts(p_from.id, p_from.age_group, p_from.gender, -1))
      || array(select private.person_counts(p_from.id, p_into.age_group, p_into.gender, 1));
  end if;
  v_change.active := array(select private.person_edges(p_org_id, p_from.id, v_days, -1));
  v_change.retention := array(select private.person_retention(p_org_id, p_from.id, v_days, p_from.age_group,
    p_from.gender, -1));

  with moved as (
    delete from private.person_days d
    using (select n.id from public.event_names n where n.org_id = p_org_id union all select 0) as name
    where d.org_id = p_org_id and d.name_id = name.id and d.person_id = p_from.id returning d.name_id, d.day
  ),
  added as (
    insert into private.person_days (org_id, name_id, person_id, day)
    select p_org_id, name_id, p_into.id, day from moved order by name_id, day
    on conflict do nothing returning name_id, day
  )
  select array_agg(day order by day) into v_days from added where name_id = 0;
  v_change.active := v_change.active || array(select private.person_edges(p_org_id, p_into.id, v_days, 1));
  v_change.retention := v_change.retention
    || array(select private.person_retention(p_org_id, p_into.id, v_days, p_into.age_group, p_into.gender, 1));

  update public.events e set person_id = p_into.id where e.person_id = p_from.id;
  update public.person_keys k set person_id = p_into.id where k.person_id = p_from.id;
  delete from public.persons p where p.id = p_from.id;
  return v_change;
end $$;
comment on function private.merge_person(uuid, public.persons, public.persons) is
  'Makes one person of two, both held, and answers what that means for the counts. The second keeps their age group '
  'and gender.';

create function private.change_persons(p_org_id uuid, p_changes jsonb)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_change jsonb;
  v_into public.persons;
  v_from public.persons;
  v_after public.persons;
  v_step private.person_change;
  v_counts private.count_change[] := array[]::private.count_change[];
  v_active private.active_change[] := array[]::private.active_change[];
  v_retention private.retention_change[] := array[]::private.retention_change[];
  v_days date[];
  v_merged public.persons[];
  v_other text;
  v_is_refused boolean;
  v_results jsonb := '[]'::jsonb;
  v_is_changed boolean := false;
begin
  perform private.hold_days(p_org_id);
  perform private.lock_persons(p_org_id, array(
    select distinct key from jsonb_to_recordset(p_changes) as c (person text, others text[])
    cross join lateral unnest(c.person || c.others) as named (key)
    where key is not null));

  for v_change in select value from jsonb_array_elements(p_changes) loop
    v_into := private.person_by_key(p_org_id, v_change ->> 'person');
    v_after := v_into;
    v_merged := array[]::public.persons[];
    v_is_refused := false;
    for v_other in select * from jsonb_array_elements_text(coalesce(v_change -> 'others', '[]')) loop
      v_from := private.person_by_key(p_org_id, v_other);
      -- An id that somebody else is known by stays theirs, unless it is said outright that the two are one.
      if v_from.id = v_into.id or v_from.id in (select m.id from unnest(v_merged) m) then
        continue;
      elsif v_from.known and not v_change @> '{"alias": true}' then
        v_is_refused := true;
      else
        v_merged := v_merged || v_from;
        v_after := private.joined_person(v_from, v_after);
      end if;
    end loop;
    v_after := private.changed_person(v_after, v_change);
    if octet_length(v_after.traits::text) > 65536 then
      v_results := v_results || jsonb_build_object('index', v_change -> 'index', 'code', 'too_large', 'refused', false);
      continue;
    end if;

    foreach v_from in array v_merged loop
      v_step := private.merge_person(p_org_id, v_from, v_into);
      v_counts := v_counts || v_step.counts;
      v_active := v_active || v_step.active;
      v_retention := v_retention || v_step.retention;
    end loop;

    update public.persons p set
      traits = v_after.traits,
      trait_times = v_after.trait_times,
      known = v_after.known,
      age = v_after.age,
      gender = v_after.gender,
      first_seen_at = v_after.first_seen_at,
      last_seen_at = v_after.last_seen_at
    where p.id = v_into.id
    returning p.* into v_after;
    if (v_after.age_group, v_after.gender) is distinct from (v_into.age_group, v_into.gender) then
      v_counts := v_counts || array(select private.person_counts(v_into.id, v_into.age_group, v_into.gender, -1))
        || array(select private.person_counts(v_into.id, v_after.age_group, v_after.gender, 1));
      v_days := private.person_days_of(p_org_id, v_into.id);
      v_retention := v_retention
        || array(select private.person_retention(p_org_id, v_into.id, v_days, v_into.age_group, v_into.gender, -1))
        || array(select private.person_retention(p_org_id, v_into.id, v_days, v_after.age_group, v_after.gender, 1));
    end if;
    -- Word of a later time that says the same changes no number.
    v_after.trait_times := v_into.trait_times;
    -- Whoever was merged into somebody that looks the same all the same changed how many persons there are.
    v_is_changed := v_is_changed or v_after is distinct from v_into or cardinality(v_merged) > 0;
    v_results := v_results || jsonb_build_object('index', v_change -> 'index', 'refused', v_is_refused);
  end loop;

  perform private.apply_changes(p_org_id, v_counts, v_active, v_retention);
  if v_is_changed then
    perform private.events_changed(p_org_id);
  end if;
  return v_results;
end $$;
comment on function private.change_persons(uuid, jsonb) is
  'Applies [{index, person, others?, alias?, traits?, traits_once?, age?, gender?, group_id?, group_traits?, '
  'at?}] in order; others are ids of the same person. Answers [{index, refused, code?}]: refused is an id that '
  'is known to be somebody else''s.';

-- Security definer: nobody may write persons and counts but through here.
create function public.identify_persons(p_org_id uuid, p_changes jsonb)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, true);
  v_me text := 'u:' || (select private.my_user_id());
  v_changes jsonb := private.given_items('changes', p_changes, 1000);
begin
  if jsonb_path_exists(v_changes, 'strict $[*].keyvalue() ? (
    (@.key == "person" || @.key == "other" || @.key == "previous" || @.key == "group_id")
      && @.value.type() != "string" && @.value.type() != "null"
    || (@.key == "traits" || @.key == "traits_once" || @.key == "group_traits")
      && @.value.type() != "object" && @.value.type() != "null"
    || @.key == "index" && @.value.type() != "number"
    || @.key == "age" && @.value.type() != "number" && @.value.type() != "null"
    || @.key == "at" && @.value.type() != "string" && @.value.type() != "null"
    || @.key == "gender" && @.value.type() != "string" && @.value.type() != "null")')
    or exists (select from jsonb_array_elements(v_changes) c
      where coalesce(c ->> 'person', '') = '' or c -> 'index' is null) then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = 'changes: has a field of another kind';
  end if;
  return private.change_persons(v_org_id, (
    select coalesce(jsonb_agg(
      c
      || case when c ->> 'person' = 'me' then jsonb_build_object('person', v_me) else '{}' end
      -- Of both kinds, so that it does not matter whether an event of theirs came before this or comes later.
      || case when c ->> 'previous' is not null
        then jsonb_build_object('alias', true,
          'others', jsonb_build_array('a:' || (c ->> 'previous'), 'u:' || (c ->> 'previous')))
        when c ->> 'other' is not null then jsonb_build_object('others', jsonb_build_array(c ->> 'other')) else '{}' end
      order by i), '[]')
    from jsonb_array_elements(v_changes) with ordinality as given (c, i)));
end $$;
comment on function public.identify_persons(uuid, jsonb) is
  'Says who persons are: [{index, person, other?, previous?, traits?, traits_once?, age?, gender?, group_id?, '
  'group_traits?, at?}]. A person is u:USER_ID, a:ANONYMOUS_ID or me, who is signed in; previous is an id of '
  'theirs of either kind.';

-- Somebody who signed in is as old as their profile says. Security definer: they may write no persons and counts
-- themselves.
create function private.follow_profile()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_key record;
begin
  for v_key in
    select k.org_id, k.key from public.memberships m
    join public.person_keys k on k.org_id = m.org_id and k.key = 'u:' || new.id
    where m.user_id = new.id order by k.org_id
  loop
    perform private.change_persons(v_key.org_id, jsonb_build_array(jsonb_build_object(
      'index', 0, 'person', v_key.key, 'age', new.age, 'gender', new.gender)));
  end loop;
  return null;
end $$;
comment on function private.follow_profile() is
  'Moves a person''s events to the age group and gender of their profile.';

create trigger users_followed_by_persons
after update of age, gender on public.users
for each row
when (old.age is distinct from new.age or old.gender is distinct from new.gender)
execute function private.follow_profile();

revoke execute
on function private.apply_changes(uuid, private.count_change[], private.active_change[], private.retention_change[]),
private.merge_person(uuid, public.persons, public.persons),
private.change_persons(uuid, jsonb),
public.identify_persons(uuid, jsonb),
private.follow_profile()
from public, anon, authenticated;
grant execute on function public.identify_persons(uuid, jsonb) to authenticated, service_role;

-- schemas/40_product/person_erasure.sql

-- Being forgotten: a person goes, and their part in the counts with them, in the lock order of track_events.

create function private.erase_person(p_org_id uuid, p_person_id bigint)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_person public.persons;
  v_days date[];
  v_events bigint;
  v_ids bigint;
  v_counts private.count_change[];
  v_active private.active_change[];
  v_retention private.retention_change[];
  v_receipt jsonb;
begin
  perform private.hold_days(p_org_id);
  select * into v_person from public.persons p where p.org_id = p_org_id and p.id = p_person_id for no key update;
  if not found then
    return null;
  end if;
  v_days := private.person_days_of(p_org_id, p_person_id);
  v_counts := array(select private.person_counts(p_person_id, v_person.age_group, v_person.gender, -1));
  v_active := array(select private.person_edges(p_org_id, p_person_id, v_days, -1));
  v_retention := array(select private.person_retention(p_org_id, p_person_id, v_days, v_person.age_group,
    v_person.gender, -1));
  delete from public.events e where e.person_id = p_person_id;
  get diagnostics v_events = row_count;
  delete from private.person_days d
  using (select n.id from public.event_names n where n.org_id = p_org_id union all select 0) as name
  where d.org_id = p_org_id and d.name_id = name.id and d.person_id = p_person_id;
  delete from public.person_keys k where k.person_id = p_person_id;
  get diagnostics v_ids = row_count;
  delete from public.persons p where p.id = p_person_id;

  perform private.apply_changes(p_org_id, v_counts, v_active, v_retention);
  v_receipt := jsonb_build_object(
    'receipt_id', gen_random_uuid(), 'erased_at', now(), 'events_removed', v_events,
    'days_removed', cardinality(v_days), 'ids_removed', v_ids);
  -- Neither id nor trait: the log outlives what it tells of.
  perform private.audit(p_org_id, 'person.erased', 'person', v_receipt ->> 'receipt_id', null, v_receipt);
  perform private.events_changed(p_org_id);
  return v_receipt;
end $$;
comment on function private.erase_person(uuid, bigint) is
  'Removes a person, their ids and events, corrects every count, and answers the receipt; null if there is no such '
  'person. The identities of the events stay, so that a client''s late retry does not bring them back.';

-- Security definer: nobody may write persons and counts but through here.
create function public.erase_person(p_org_id uuid, p_person text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, true);
  v_person_id bigint;
  v_receipt jsonb;
begin
  perform private.require_role(v_org_id, '{owner,admin}');
  -- Whoever is made one with somebody else meanwhile is that person now.
  for v_attempt in 1..50 loop
    v_person_id := private.find_person(v_org_id, p_person);
    v_receipt := private.erase_person(v_org_id, v_person_id);
    exit when v_receipt is not null or v_person_id is null;
  end loop;
  if v_receipt is null and v_person_id is not null then
    raise exception using errcode = '40001', message = 'This person is made one with others, again and again';
  elsif v_receipt is null then
    raise exception using errcode = 'LL404', message = 'not_found', detail = 'Person not found';
  end if;
  return v_receipt;
end $$;
comment on function public.erase_person(uuid, text) is
  'Forgets the person behind u:USER_ID, a:ANONYMOUS_ID or either without prefix: {receipt_id, erased_at, '
  'events_removed, days_removed, ids_removed}; owners and admins.';

revoke execute
on function private.erase_person(uuid, bigint), public.erase_person(uuid, text)
from public, anon, authenticated;
grant execute on function public.erase_person(uuid, text) to authenticated, service_role;

-- schemas/40_product/person_locks.sql

-- Finding the persons of ids, and holding them while they are counted for.

create function private.ids_lead_to(p_org_id uuid, p_keys text[])
returns bigint[]
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
begin
  -- One look into the index for each, whatever the planner thinks of how many there are.
  return array(
    select (select k.person_id from public.person_keys k where k.org_id = p_org_id and k.key = given.key)
    from unnest(p_keys) with ordinality as given (key, place) order by place);
end $$;
comment on function private.ids_lead_to(uuid, text[]) is 'The person of each id, null where there is none.';

-- Whoever holds a person's row may count for them: until the end of the transaction nobody else changes their age
-- group, merges or erases them. Ids that were merged or erased while this waited lead elsewhere; then it gives back
-- what it held, so that it never waits for an id while holding a person, and looks again. Merging and erasing delete
-- a person while its ids lead elsewhere or nowhere, and lock it first. So whoever found a person by an id and then
-- locked them alive has them, and the ids still lead there.
create function private.lock_persons(p_org_id uuid, p_keys text[])
returns bigint[]
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_led bigint[];
  v_locked bigint[];
  v_added bigint[];
begin
  for v_attempt in 1..50 loop
    begin
      v_added := null;
      v_led := private.ids_lead_to(p_org_id, p_keys);
      if array_position(v_led, null) is not null then
        -- Foreign keys are checked when the statement ends, so that an id may come before its person. The ids that
        -- another transaction added meanwhile get no person here. Somebody who signed in is as old as their profile
        -- says.
        with added as (
          insert into public.person_keys (org_id, key, person_id)
          select p_org_id, key, nextval(pg_get_serial_sequence('public.persons', 'id'))
          from unnest(p_keys, v_led) as given (key, person_id)
          where given.person_id is null
          order by key
          on conflict do nothing returning key, person_id
        ),
        person as (
          insert into public.persons (id, org_id, known, age, gender) overriding system value
          select a.person_id, p_org_id, a.key like 'u:%', u.age, coalesce(u.gender, 'unknown')::public.gender
          from added a
          left join (
            select 'u:' || u.id as key, u.age, u.gender
            from public.memberships m join public.users u on u.id = m.user_id where m.org_id = p_org_id
          ) u on u.key = a.key
        )
        select array_agg(person_id) into v_added from added;
        v_led := private.ids_lead_to(p_org_id, p_keys);
      end if;

      select array_agg(id) into v_locked
      from (select p.id from public.persons p where p.id = any (v_led) order by p.id for no key update) locked;
      if array_position(v_led, null) is null
        and coalesce(cardinality(v_locked), 0) = (select count(distinct id) from unnest(v_led) as led (id)) then
        return v_added;
      end if;
      raise exception using errcode = 'LL409', message = 'conflict', detail = 'Persons changed meanwhile';
    exception when sqlstate 'LL409' then
      null;
    end;
  end loop;
  raise exception using errcode = '40001', message = 'Persons changed meanwhile, again and again';
end $$;
comment on function private.lock_persons(uuid, text[]) is
  'Makes the persons of these distinct ids if there are none, and holds all of them until the transaction ends.'
  ' Answers whom it made.';

revoke execute
on function private.ids_lead_to(uuid, text[]), private.lock_persons(uuid, text[])
from public, anon, authenticated;

-- schemas/40_product/person_reads.sql

-- One person's events, for looking at and for handing over.

create function private.person_json(p_org_id uuid, p_person_id bigint)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'ids', (
      select coalesce(jsonb_agg(k.key order by k.key desc), '[]') from public.person_keys k
      where k.org_id = p_org_id and k.person_id = p.id),
    'known', p.known, 'age', p.age, 'age_group', p.age_group, 'gender', p.gender, 'traits', p.traits,
    'first_seen_at', p.first_seen_at, 'last_seen_at', p.last_seen_at, 'created_at', p.created_at)
  from public.persons p where p.org_id = p_org_id and p.id = p_person_id
$$;
comment on function private.person_json(uuid, bigint) is
  'What is known of a person, with every id that leads to them.';

create function public.analytics_person(
  p_person text,
  p_org_id uuid default null,
  p_start date default null,
  p_end date default null,
  p_previous boolean default false,
  p_page int default 1,
  p_page_size int default 20
)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  r private.analytics_range := private.analytics_range(p_org_id, p_start, p_end, p_previous);
  v_person_id bigint := private.person_id_of(r.org_id, p_person);
begin
  return private.analytics_rows_head(r) || jsonb_build_object(
    'person', private.person_json(r.org_id, v_person_id),
    'total_count', (
      select count(*) from public.events e
      where e.org_id = r.org_id and e.person_id = v_person_id and e.occurred_at >= r.starts_at
        and e.occurred_at < r.ends_at),
    'events', (
      select coalesce(jsonb_agg(jsonb_build_object('event', n.name, 'occurred_at', t.occurred_at,
        'received_at', t.received_at,
        'clamped', t.clamped, 'properties', coalesce(t.properties, '{}')) order by t.occurred_at desc, t.arrival desc),
          '[]')
      from (
        select * from public.events e
        where e.org_id = r.org_id and e.person_id = v_person_id and e.occurred_at >= r.starts_at
          and e.occurred_at < r.ends_at
        order by e.occurred_at desc, e.arrival desc limit least(p_page_size, 1000) offset (p_page - 1) * p_page_size
      ) t join public.event_names n on n.id = t.name_id));
end $$;
comment on function public.analytics_person(text, uuid, date, date, boolean, int, int) is
  'Who a person is and a page of what they did in the range, the latest first.';

-- Handing over everything about somebody is written down. Security definer, because nobody may write the log but
-- through here.
create function public.export_person(p_person text, p_org_id uuid default null)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
  v_person_id bigint := private.person_id_of(v_org_id, p_person);
begin
  -- The number of the row alone: the log outlives the ids and traits it would tell of.
  perform private.audit(v_org_id, 'person.exported', 'person', v_person_id::text);
  return jsonb_build_object('org_id', v_org_id, 'person_id', v_person_id,
    'person', private.person_json(v_org_id, v_person_id));
end $$;
comment on function public.export_person(text, uuid) is
  'Begins the export of all that is kept of a person: who they are. Their events follow page by page. Audited.';

create function public.export_person_events(
  p_org_id uuid,
  p_person_id bigint,
  p_limit int,
  p_after_time timestamptz default null,
  p_after_key uuid default null
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('event', n.name, 'occurred_at', t.occurred_at, 'day', t.day,
      'sent_at', t.sent_time,
      'received_at', t.received_at, 'clamped', t.clamped, 'event_id', t.event_key,
      'properties', coalesce(t.properties, '{}'))
      order by t.occurred_at, t.event_key), '[]')
    from (
      select * from public.events e
      where e.org_id = v_org_id and e.person_id = p_person_id
        and (p_after_time is null or (e.occurred_at >= p_after_time
          and (e.occurred_at, e.event_key) > (p_after_time, p_after_key)))
      order by e.occurred_at, e.event_key limit least(p_limit, 1000)
    ) t join public.event_names n on n.id = t.name_id);
end $$;
comment on function public.export_person_events(uuid, bigint, int, timestamptz, uuid) is
  'The next events of a person whose export has begun, the oldest first.';

revoke execute
on function private.person_json(uuid, bigint),
public.analytics_person(text, uuid, date, date, boolean, int, int),
public.export_person(text, uuid),
public.export_person_events(uuid, bigint, int, timestamptz, uuid)
from public, anon, authenticated;
grant execute
on function private.person_json(uuid, bigint),
public.analytics_person(text, uuid, date, date, boolean, int, int),
public.export_person(text, uuid),
public.export_person_events(uuid, bigint, int, timestamptz, uuid)
to authenticated, service_role;

-- schemas/40_product/retention.sql

-- Who comes back. Read from the retention counts, no more work for ten million events than for one; only where the
-- first or the returning event is named are persons' days searched.

create function private.retention_k(p_period text, p_from date, p_to date)
returns int
language sql
immutable
set search_path = ''
as $$
  select case p_period when 'day' then p_to - p_from when 'week' then (p_to - p_from) / 7
    else ((extract(year from p_to) - extract(year from p_from)) * 12 + extract(month from p_to) - extract(
      month from p_from))::int end
$$;
comment on function private.retention_k(text, date, date) is
  'In which period after the one that starts on the first date the second lies.';

-- A year of retention by day has 5,475 cells. Sorting them into 365 rows and writing each row out takes two thirds of
-- a read, so the answer is a list for each of the 15 periods, and whoever asks turns the table.
create function private.kept_retention(r private.analytics_range, p_period text, p_periods int, p_breakdown text)
returns table ("group" text, cohort date, k int, n bigint)
language sql
stable
set search_path = ''
as $$
  -- A look into the index for each period: the cohorts of one lie side by side.
  select null, t.cohort, period.k, t.n
  from generate_series(0, p_periods - 1) as period (k)
  cross join lateral (
    select t.cohort, t.n from private.retention_totals t
    where t.org_id = r.org_id and t.period = p_period::private.retention_period and t.k = period.k
      and t.cohort between r.first_day and r.last_day
    offset 0
  ) t
  where p_breakdown is null
  union all
  select coalesce(c.age_group::text, c.gender::text), c.cohort, period.k, sum(c.n)::bigint
  from generate_series(0, p_periods - 1) as period (k)
  cross join lateral (
    select c.cohort, case p_breakdown when 'age_group' then c.age_group end as age_group,
      case p_breakdown when 'gender' then c.gender end as gender, c.n
    from private.retention_counts c
    where c.org_id = r.org_id and c.period = p_period::private.retention_period and c.k = period.k
      and c.cohort between r.first_day and r.last_day
    offset 0
  ) c
  where p_breakdown is not null
  group by c.age_group, c.gender, c.cohort, period.k
$$;
comment on function private.kept_retention(private.analytics_range, text, int, text) is
  'How many persons of each group and cohort had an event in each period after their first event: from the retention '
  'counts.';

create function private.searched_retention(
  r private.analytics_range,
  p_period text,
  p_periods int,
  p_start_id int,
  p_return_id int,
  p_breakdown text
)
returns table ("group" text, cohort date, k int, n bigint)
language sql
stable
set search_path = ''
as $$
  with first as (
    select d.person_id, min(d.day) as day
    from private.person_days d where d.org_id = r.org_id and d.name_id = p_start_id
    group by d.person_id having min(d.day) between r.first_day and r.last_day
  ),
  member as (
    select f.person_id, date_trunc(p_period, f.day::timestamp)::date as cohort, g.name as "group"
    from first f
    left join public.persons p on p.id = f.person_id and p.org_id = r.org_id and p_breakdown is not null
    cross join lateral (select private.group_of(p_breakdown, p)) as g (name)
  ),
  span as (select ('1 ' || p_period)::interval as step)
  select m."group", m.cohort, 0, count(*) from member m group by 1, 2
  union all
  -- A person counts once in a period, on however many of its days they came.
  select m."group", m.cohort, period.k, count(distinct m.person_id)
  from member m cross join span
  join private.person_days d on d.org_id = r.org_id and d.name_id = p_return_id and d.person_id = m.person_id
    and d.day >= (m.cohort + span.step)::date and d.day < (m.cohort + p_periods * span.step)::date
  cross join lateral (select private.retention_k(p_period, m.cohort, d.day)) as period (k)
  group by 1, 2, 3
$$;
comment on function private.searched_retention(private.analytics_range, text, int, int, int, text) is
  'How many persons of each group and cohort had the return event in each period after their first start event; '
  'event 0 is any.';

-- Nobody can estimate how many cells there are, and sorting them by the text of their group takes longer than reading
-- them.
create function public.analytics_retention(
  p_org_id uuid default null,
  p_start date default null,
  p_end date default null,
  p_previous boolean default false,
  p_period text default 'day',
  p_periods int default 14,
  p_start_event text default null,
  p_return_event text default null,
  p_breakdown text default null
)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
set enable_mergejoin = off
as $$
declare
  r private.analytics_range := private.analytics_range(p_org_id, p_start, p_end, false);
  v_step interval := ('1 ' || p_period)::interval;
  v_start_id int := case when p_start_event is null then 0
    else private.event_name_id(r.org_id, p_start_event, 'start_event') end;
  v_return_id int := case when p_return_event is null then 0
    else private.event_name_id(r.org_id, p_return_event, 'return_event') end;
  v_is_kept boolean := v_start_id = 0 and v_return_id = 0;
  v_cohorts int;
begin
  -- A cohort is a whole period, so the range is widened to whole ones; the previous one has as many.
  r.first_day := date_trunc(p_period, r.first_day::timestamp)::date;
  r.last_day := (date_trunc(p_period, r.last_day::timestamp) + v_step)::date - 1;
  v_cohorts := (select count(*) from generate_series(r.first_day::timestamp, r.last_day::timestamp, v_step));
  if p_periods > 60 then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail = 'periods: are at most 60';
  end if;
  if v_cohorts * p_periods > 20000 then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = 'periods: makes a table of more than 20000 cells';
  end if;
  if p_previous then
    r.last_day := r.first_day - 1;
    r.first_day := (r.first_day - v_cohorts * v_step)::date;
  end if;

  return private.analytics_head(r) || (
    with cell as materialized (
      select * from private.kept_retention(r, p_period, p_periods, p_breakdown) where v_is_kept
      union all
      select * from private.searched_retention(r, p_period, p_periods, v_start_id, v_return_id, p_breakdown)
      where not v_is_kept
    ),
    total as (select "group", sum(n)::bigint as n from cell where k = 0 group by 1),
    shown as (
      select "group" from total where p_breakdown is null or not private.is_small(n, r.min_group_size)
      union select null where p_breakdown is null
    ),
    asked as materialized (
      select cohort::date from generate_series(r.first_day::timestamp, r.last_day::timestamp, v_step) as asked (cohort)
    ),
    period as (
      select shown."group", period.k, array_agg(coalesce(cell.n, 0) order by asked.cohort) as returned
      from shown cross join generate_series(0, p_periods - 1) as period (k) cross join asked
      left join cell on coalesce(cell."group", '') = coalesce(shown."group", '') and cell.cohort = asked.cohort
        and cell.k = period.k
      group by 1, 2
    ),
    "group" as (select "group", jsonb_agg(to_jsonb(returned) order by k) as returned from period group by 1)
    select jsonb_build_object(
      'hidden_groups', (select count(*) from total
        where p_breakdown is not null and private.is_small(n, r.min_group_size)),
      'cohorts', (select jsonb_agg(cohort order by cohort) from asked),
      'groups', (
        select coalesce(jsonb_agg(jsonb_build_object('group', "group", 'returned', returned) order by "group"), '[]')
        from "group")));
end $$;
comment on function public.analytics_retention(uuid, date, date, boolean, text, int, text, text, text) is
  'The first days of the cohorts and, for each group, a list of counts by cohort for each period; period 0 is the '
  'cohort itself.';

revoke execute
on function private.retention_k(text, date, date),
private.kept_retention(private.analytics_range, text, int, text),
private.searched_retention(private.analytics_range, text, int, int, int, text),
public.analytics_retention(uuid, date, date, boolean, text, int, text, text, text)
from public, anon, authenticated;
grant execute
on function private.retention_k(text, date, date),
private.kept_retention(private.analytics_range, text, int, text),
private.searched_retention(private.analytics_range, text, int, int, int, text),
public.analytics_retention(uuid, date, date, boolean, text, int, text, text, text)
to authenticated, service_role;

-- schemas/40_product/sessions.sql

-- What persons do in one go. Sorting all of a range's events would take most of a minute for ten million; instead
-- each person's come in order from their index, as two arrays that say what came next without sorting or joining, and
-- a worker can take a part of the persons.

-- Security definer, this and the next: they check once whose events these are. Row-level security would check each of
-- millions and, as it needs their organization, read them from the table though the index of a person's events says
-- all that matters.
create function private.session_part(r private.analytics_range, p_part int, p_parts int)
returns table (
  day date,
  sessions bigint,
  events bigint,
  persons bigint,
  new_persons bigint,
  single_events bigint,
  seconds float8[]
)
language plpgsql
stable
parallel safe
security definer
cost 4000000
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
set work_mem = '64MB'
set jit = off
set enable_bitmapscan = off
set enable_memoize = off
as $$
declare
  v_org_id uuid := private.event_organization(r.org_id, false);
begin
  return query
  select session.day, count(*), sum(session.events)::bigint, count(*) filter (where session.is_first_of_day),
    count(*) filter (where session.number = 1), count(*) filter (where session.events = 1), array_agg(session.seconds)
  from public.persons p
  cross join lateral (
    -- A session belongs to the day it began on: half an hour before the range tells whether one goes on into it, and a
    -- day after it lets those that began late on the last day end.
    select array_agg(e.occurred_at) as times
    from (
      select e.occurred_at from public.events e
      where e.person_id = p.id and e.occurred_at >= r.starts_at - interval '30 minutes'
        and e.occurred_at < r.ends_at + interval '1 day'
      order by e.occurred_at
    ) e
  ) e
  cross join lateral (
    select began.day, began.events, extract(
      epoch from e.times[began.i + began.events - 1] - began.at)::float8 as seconds,
      row_number() over by_time as number, lag(began.day) over by_time is distinct from began.day as is_first_of_day
    from (
      select at, i, (at at time zone r.time_zone)::date as day,
        coalesce(lead(i) over (order by i), cardinality(e.times) + 1) - i as events
      from (
        select at, i::int as i from unnest(e.times) with ordinality as event (at, i)
        where (e.times[i - 1] > at - interval '30 minutes') is not true
      ) first
    ) began
    where began.at >= r.starts_at and began.at < r.ends_at
    window by_time as (order by began.i)
  ) session
  where p.org_id = v_org_id and p.id % p_parts = p_part
  group by session.day;
end $$;
comment on function private.session_part(private.analytics_range, int, int) is
  'The sessions of one of some parts of the persons by the day they began on: how many, of how many events and '
  'persons, of whom so many had none earlier in the range, how many of one event, and how long each took.';

create function private.session_days(r private.analytics_range)
returns table (
  day date,
  sessions bigint,
  events bigint,
  persons bigint,
  new_persons bigint,
  single_events bigint,
  seconds float8[]
)
language plpgsql
stable
set search_path = ''
set jit = off
as $$
begin
  if private.is_worth_workers(r) then
    -- A part for this process and one each for the two workers that a query is given by default.
    return query
    select s.* from private.session_part(r, 0, 3) s
    union all select s.* from private.session_part(r, 1, 3) s
    union all select s.* from private.session_part(r, 2, 3) s;
  else
    return query select s.* from private.session_part(r, 0, 1) s;
  end if;
end $$;
comment on function private.session_days(private.analytics_range) is
  'session_part() of all persons, several rows a day.';

create function public.analytics_sessions(
  p_org_id uuid default null,
  p_start date default null,
  p_end date default null,
  p_previous boolean default false
)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
set work_mem = '64MB'
set jit = off
as $$
declare
  r private.analytics_range := private.analytics_range(p_org_id, p_start, p_end, p_previous);
  v_since date := coalesce(private.rows_since(r.org_id, 'events', r.first_day, r.time_zone), r.first_day);
begin
  return private.analytics_rows_head(r) || (
    with part as materialized (select * from private.session_days(r)),
    daily as (
      select p.day, sum(p.sessions)::bigint as sessions, sum(p.persons)::bigint as persons,
        (sum(p.events) / sum(p.sessions))::float8 as events_per_session,
        (select percentile_cont(0.5) within group (order by s) from part q cross join unnest(q.seconds) s
          where q.day = p.day)
          as median_seconds
      from part p group by p.day
    )
    select jsonb_build_object(
      'totals', (
        select jsonb_build_object('sessions', coalesce(sum(sessions), 0), 'persons', coalesce(sum(new_persons), 0),
          'events_per_session', (sum(events) / sum(sessions))::float8,
          'single_event_sessions', coalesce(sum(single_events), 0))
        from part) || (
        select jsonb_build_object('mean_seconds', avg(s),
          'median_seconds', percentile_cont(0.5) within group (order by s))
        from part cross join unnest(seconds) s),
      'series', (
        -- Of a day whose events are no longer there nobody knows.
        select jsonb_agg(case when d.day < v_since
          then jsonb_build_object('date', d.day::date, 'sessions', null, 'persons', null, 'events_per_session', null,
            'median_seconds', null)
          else jsonb_build_object('date', d.day::date, 'sessions', coalesce(s.sessions, 0),
            'persons', coalesce(s.persons, 0), 'events_per_session', s.events_per_session, 'median_seconds',
              s.median_seconds) end
          order by d.day)
        from generate_series(r.first_day::timestamp, r.last_day::timestamp, interval '1 day') as d (day)
        left join daily s on s.day = d.day::date)));
end $$;
comment on function public.analytics_sessions(uuid, date, date, boolean) is
  'Sessions by the day they began on: a person''s events with gaps of less than 30 minutes.';

revoke execute
on function private.session_part(private.analytics_range, int, int),
private.session_days(private.analytics_range),
public.analytics_sessions(uuid, date, date, boolean)
from public, anon, authenticated;
grant execute
on function private.session_part(private.analytics_range, int, int),
private.session_days(private.analytics_range),
public.analytics_sessions(uuid, date, date, boolean)
to authenticated, service_role;

-- schemas/40_product/track.sql

-- Storing events and counting them, in one transaction. Whatever two calls have in common they lock in the same order
-- (names, ids, persons, identities, counts, days), each sorted, so that the same events in two orders at once never
-- deadlock. Under load a transaction stores some fifty events, so what each transaction costs whatever it stores is
-- half of all: what is called here is PL/pgSQL, which remembers plans for as long as the connection lives, and the
-- counts, which all transactions of an organization meet in, are written last, so that whoever waits for them waits
-- for a commit only.

create type private.given_event as (
  index int,
  key uuid,
  sent timestamptz,
  at timestamptz,
  name text,
  person text,
  clamped boolean,
  properties jsonb,
  other text
);

create type private.fresh_event as (index int, day date, name_id int, person_id bigint, occurred_at timestamptz);

-- Security definer: whom a key is confined to and who belongs where is not the caller's to read. Under load the
-- function that takes events asks only now and then whose a key is, and remembers the answer for seconds. So that a
-- key ends at once all the same, the transaction that writes events looks at it again.
create function private.event_organization(p_org_id uuid, p_to_write boolean)
returns uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_org_id uuid := coalesce(p_org_id, private.confined_to());
  v_key_id text := private.caller_key_id();
  v_refusal text;
begin
  if v_org_id is null then
    select u.org_id into v_org_id from public.users u where u.auth_user_id = (select auth.uid());
  end if;
  if v_org_id is null then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail = 'org_id: is required';
  end if;
  if v_key_id is not null then
    select case when k.id is null then 'wrong_credential' when k.revoked_at is not null then 'revoked_key'
      when k.expires_at <= now() then 'expired_key' end
    into v_refusal
    from (select v_key_id as id) given left join public.api_keys k on k.id = given.id;
    if v_refusal is not null then
      raise exception using errcode = 'LL403', message = v_refusal, detail = 'This key is no longer valid';
    end if;
  end if;
  -- It raises unless the role is there; as an expression it costs a tenth of a statement.
  return case when private.require_role(v_org_id, case when p_to_write
    then '{owner,admin,member}'::public.member_role[] else enum_range(null::public.member_role) end) is not null
      then v_org_id end;
end $$;
comment on function private.event_organization(uuid, boolean) is
  'The organization a call about events is for: the one named, the one it is confined to, or the person''s own; '
  'refused unless theirs, or when the call''s key has ended.';

create function private.each_given(p_events private.given_event[])
returns setof private.given_event
language plpgsql
immutable
rows 1000
set search_path = ''
as $$ begin return query select * from unnest(p_events); end $$;
comment on function private.each_given(private.given_event[]) is
  'The rows of an array, of which the planner thinks there are many: plans for few compare each with each.';

-- Security definer: nobody may write events and counts but through here.
create function public.track_events(p_org_id uuid, p_events jsonb)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, true);
  v_me text := 'u:' || private.my_user_id();
  v_zone text;
  v_oldest timestamptz;
  v_newest timestamptz;
  v_given private.given_event[];
  v_names text[];
  v_new_names text[];
  v_room int;
  v_keys text[];
  v_added bigint[];
  v_fresh private.fresh_event[];
  v_person_ids bigint[];
  v_days date[];
  v_duplicates jsonb := jsonb '[]';
  v_too_old jsonb := jsonb '[]';
  v_too_many_names jsonb := jsonb '[]';
  v_unlinked jsonb := jsonb '[]';
  v_has_others boolean;
begin
  perform private.hold_days(v_org_id);
  select o.day_zone, coalesce(private.accepted_from(v_org_id, 'events'), '-infinity') into v_zone, v_oldest
  from public.organizations o where o.id = v_org_id;
  -- As an array, so that it is parsed once.
  v_given := array(
    select row(e.index, e.key, e.sent, e.at, e.name, coalesce(nullif(e.person, 'me'), v_me), e.clamped,
      e.properties, e.other)::private.given_event
    from jsonb_to_recordset(p_events) as e (
      index int, key uuid, sent timestamptz, at timestamptz, name text, person text, clamped boolean,
      properties jsonb, other text)
    where e.at >= v_oldest);
  select array_agg(distinct e.name), array_agg(distinct e.person) filter (where e.person is not null), max(e.at),
    bool_or(e.other is not null)
  into v_names, v_keys, v_newest, v_has_others
  from private.each_given(v_given) e;
  -- A clock that is ahead by more than a day is set right before events come here.
  if v_newest > now() + interval '2 days' then
    raise exception using errcode = '22008', message = 'An event lies in the future';
  end if;

  v_new_names := array(
    select name from unnest(v_names) as given (name)
    where not exists (select from public.event_names n where n.org_id = v_org_id and n.name = given.name)
    order by name);
  if cardinality(v_new_names) > 0 then
    -- Addresses or ids as names make every list of names useless: what is one name too many is refused, what has a name
    -- already is not.
    v_room := greatest(0, 2000 - (select count(*) from public.event_names n where n.org_id = v_org_id))::int;
    if v_room < cardinality(v_new_names) then
      select coalesce(jsonb_agg(e.index order by e.index), '[]') into v_too_many_names
      from private.each_given(v_given) e where e.name = any (v_new_names[v_room + 1:]);
      v_given := array(select e from private.each_given(v_given) e where e.name <> all (v_new_names[v_room + 1:]));
      v_keys := (select array_agg(distinct e.person) from private.each_given(v_given) e where e.person is not null);
    end if;
    insert into public.event_names (org_id, name)
    select v_org_id, name from unnest(v_new_names[:v_room]) as given (name) on conflict do nothing;
  end if;

  if v_keys is not null then
    v_added := private.lock_persons(v_org_id, v_keys);
  end if;

  with event as (
    select distinct on (e.key, e.sent) e.*, (e.at at time zone v_zone)::date as day, n.id as name_id, k.person_id
    from private.each_given(v_given) e
    join public.event_names n on n.org_id = v_org_id and n.name = e.name
    left join public.person_keys k on k.org_id = v_org_id and k.key = e.person
    order by e.key, e.sent, e.index
  ),
  accepted as (
    insert into private.event_keys (org_id, event_key, sent_time)
    select v_org_id, key, sent from event
    on conflict do nothing returning event_key, sent_time
  ),
  fresh as (select event.* from event
    join accepted on accepted.event_key = event.key and accepted.sent_time = event.sent),
  stored as (
    insert into public.events (org_id, occurred_at, day, name_id, person_id, event_key, sent_time, clamped, properties)
    select v_org_id, at, day, name_id, person_id, key, sent, coalesce(clamped, false), properties from fresh
    order by index -- the order of arrival
  )
  select array_agg(row(index, day, name_id, person_id, at)::private.fresh_event) into v_fresh from fresh;

  -- Whoever has nothing but duplicates stays unknown: they may have been erased, and this a late retry.
  if v_added is not null then
    delete from public.persons p
    where p.id = any (v_added) and p.id not in (select f.person_id from unnest(v_fresh) f
      where f.person_id is not null);
  end if;

  if v_fresh is not null then
    update public.persons p
    set first_seen_at = least(p.first_seen_at, s.first), last_seen_at = greatest(p.last_seen_at, s.last)
    from (
      select f.person_id, min(f.occurred_at) as first, max(f.occurred_at) as last
      from unnest(v_fresh) f where f.person_id is not null group by f.person_id
    ) s
    where p.id = s.person_id
      and (p.first_seen_at is null or p.first_seen_at > s.first or p.last_seen_at < s.last);

    with added as (
      insert into private.person_days (org_id, name_id, person_id, day)
      select distinct v_org_id, name.id, f.person_id, f.day
      from unnest(v_fresh) f cross join lateral (values (0), (f.name_id)) as name (id)
      where f.person_id is not null
      order by 2, 3, 4
      on conflict do nothing returning name_id, person_id, day
    )
    select array_agg(person_id), array_agg(day) into v_person_ids, v_days from added where name_id = 0;

    perform private.apply_counts(v_org_id, array(
      select row(f.day, f.name_id, coalesce(p.age_group, 'unknown'), coalesce(p.gender, 'unknown'),
        count(*))::private.count_change
      from unnest(v_fresh) f left join public.persons p on p.id = f.person_id
      group by f.day, f.name_id, coalesce(p.age_group, 'unknown'), coalesce(p.gender, 'unknown')));
    if v_person_ids is not null then
      perform private.count_days(v_org_id, v_person_ids, v_days);
    end if;
    perform private.events_changed(v_org_id);
  end if;

  if coalesce(cardinality(v_fresh), 0) < cardinality(v_given) then
    select coalesce(jsonb_agg(e.index order by e.index), '[]') into v_duplicates
    from private.each_given(v_given) e where e.index not in (select f.index from unnest(v_fresh) f);
  end if;
  if cardinality(v_given) < jsonb_array_length(p_events) then
    select coalesce(jsonb_agg(e.index order by e.index), '[]') into v_too_old
    from jsonb_to_recordset(p_events) as e (index int, at timestamptz) where e.at < v_oldest;
  end if;
  -- An id that is known to be somebody else's stays theirs, so that it is nothing to be done. Whoever was erased has no
  -- id any more.
  if v_has_others then
    select coalesce(jsonb_agg(u.index), '[]') into v_unlinked
    from (
      select distinct on (e.person, e.other) e.index
      from private.each_given(v_given) e
      join public.person_keys k on k.org_id = v_org_id and k.key = e.person
      left join public.person_keys o on o.org_id = v_org_id and o.key = e.other
      left join public.persons p on p.id = o.person_id
      where e.other is not null and o.person_id is distinct from k.person_id and p.known is not true
      order by e.person, e.other, e.index
    ) u;
  end if;
  return jsonb_build_object('accepted', coalesce(cardinality(v_fresh), 0), 'duplicates', v_duplicates,
    'too_old', v_too_old,
    'too_many_names', v_too_many_names, 'unlinked', v_unlinked);
end $$;
comment on function public.track_events(uuid, jsonb) is
  'Stores and counts [{index, key, sent, at, name, person?, other?, clamped?, properties?}]: {accepted, '
  'duplicates: [index], too_old: [index], too_many_names: [index], unlinked: [index]}. A person is u:USER_ID, '
  'a:ANONYMOUS_ID or me, who is signed in; other is an id of the same person, and unlinked are the events with '
  'one that leads elsewhere and to nobody known. Sending one again is a duplicate.';

revoke execute
on function private.event_organization(uuid, boolean),
private.each_given(private.given_event[]),
public.track_events(uuid, jsonb)
from public, anon, authenticated;
grant execute
on function private.event_organization(uuid, boolean), public.track_events(uuid, jsonb)
to authenticated, service_role;

-- schemas/40_product/traits.sql

-- What is known of persons, and since when: of two words about one trait that of the later time holds, whichever comes
-- first.

create function private.newer_of(
  p_from jsonb,
  p_from_times jsonb,
  p_into jsonb,
  p_into_times jsonb,
  p_prefix text default ''
)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select p_from || p_into || coalesce((
    select jsonb_object_agg(f.key, f.value) from jsonb_each(p_from) f
    where p_into ? f.key
      and coalesce((p_from_times ->> (p_prefix || f.key))::bigint, 0)
        > coalesce((p_into_times ->> (p_prefix || f.key))::bigint, 0)), '{}')
$$;
comment on function private.newer_of(jsonb, jsonb, jsonb, jsonb, text) is
  'The members of two objects, of one in both that of the later time, else the second''s; p_prefix stands '
  'before their names in the times.';

create function private.joined_person(p_from public.persons, p_into public.persons)
returns public.persons
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_groups jsonb := private.newer_of(coalesce(p_from.traits -> '$groups', '{}'), p_from.trait_times,
    coalesce(p_into.traits -> '$groups', '{}'), p_into.trait_times, '$groups/');
  v_from_age bigint := coalesce((p_from.trait_times ->> '$age')::bigint, 0);
  v_into_age bigint := coalesce((p_into.trait_times ->> '$age')::bigint, 0);
  v_from_gender bigint := coalesce((p_from.trait_times ->> '$gender')::bigint, 0);
  v_into_gender bigint := coalesce((p_into.trait_times ->> '$gender')::bigint, 0);
begin
  p_into.traits := private.newer_of(p_from.traits, p_from.trait_times, p_into.traits, p_into.trait_times)
    || case when v_groups = '{}' then '{}' else jsonb_build_object('$groups', v_groups) end;
  if p_from.age is not null and (p_into.age is null or v_from_age > v_into_age) then
    p_into.age := p_from.age;
  end if;
  if p_from.gender <> 'unknown' and (p_into.gender = 'unknown' or v_from_gender > v_into_gender) then
    p_into.gender := p_from.gender;
  end if;
  p_into.trait_times := private.newer_of(
    p_from.trait_times, p_from.trait_times, p_into.trait_times, p_into.trait_times);
  p_into.known := p_into.known or p_from.known;
  p_into.first_seen_at := least(p_into.first_seen_at, p_from.first_seen_at);
  p_into.last_seen_at := greatest(p_into.last_seen_at, p_from.last_seen_at);
  return p_into;
end $$;
comment on function private.joined_person(public.persons, public.persons) is
  'What is known of two persons who are one: of what both have the newer, and what the second lacks is the first''s.';

create function private.changed_person(p_person public.persons, p_change jsonb)
returns public.persons
language plpgsql
stable
set search_path = ''
as $$
declare
  v_at bigint := floor(extract(epoch from least((p_change ->> 'at')::timestamptz, now())) * 1000);
  v_group text := '$groups/' || (p_change ->> 'group_id');
begin
  if jsonb_typeof(p_change -> 'traits_once') = 'object' then
    p_person.traits := (p_change -> 'traits_once') || p_person.traits;
  end if;
  if jsonb_typeof(p_change -> 'traits') = 'object' then
    select p_person.traits || coalesce(jsonb_object_agg(t.key, t.value), '{}'),
      p_person.trait_times || coalesce(jsonb_object_agg(t.key, v_at), '{}')
    into p_person.traits, p_person.trait_times
    from jsonb_each(p_change -> 'traits') t
    where coalesce((p_person.trait_times ->> t.key)::bigint, 0) <= v_at;
  end if;
  if v_group is not null and coalesce((p_person.trait_times ->> v_group)::bigint, 0) <= v_at then
    p_person.traits := jsonb_set(
      p_person.traits || jsonb_build_object('$groups', coalesce(p_person.traits -> '$groups', '{}')),
      array['$groups', p_change ->> 'group_id'], coalesce(p_change -> 'group_traits', '{}'));
    p_person.trait_times := p_person.trait_times || jsonb_build_object(v_group, v_at);
  end if;
  if p_change ? 'age' and coalesce((p_person.trait_times ->> '$age')::bigint, 0) <= v_at then
    p_person.age := (p_change ->> 'age')::smallint;
    p_person.trait_times := p_person.trait_times || jsonb_build_object('$age', v_at);
  end if;
  if p_change ? 'gender' and coalesce((p_person.trait_times ->> '$gender')::bigint, 0) <= v_at then
    p_person.gender := coalesce((p_change ->> 'gender')::public.gender, 'unknown');
    p_person.trait_times := p_person.trait_times || jsonb_build_object('$gender', v_at);
  end if;
  return p_person;
end $$;
comment on function private.changed_person(public.persons, jsonb) is
  'A person after {traits?, traits_once?, age?, gender?, group_id?, group_traits?, at?}: what is known of a '
  'later time than at stays.';

revoke execute
on function private.newer_of(jsonb, jsonb, jsonb, jsonb, text),
private.joined_person(public.persons, public.persons),
private.changed_person(public.persons, jsonb)
from public, anon, authenticated;

-- schemas/50_delivery/repositories.sql

-- Delivery: what is written, reviewed, shipped and broken, in the terms of DORA. One shape for GitHub's data and for
-- what is posted from anywhere else; every number about delivery is computed from these rows and can be traced back
-- to them. They live in private, because they name people: what the API shows of them goes through functions, which
-- know what the organization has opted in to.

create table private.repositories (
  id bigint generated always as identity primary key,
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  full_name text not null check (char_length(full_name) between 1 and 200),
  github_id bigint,
  default_branch text not null default 'main' check (char_length(default_branch) between 1 and 255),
  archived boolean not null default false,
  created_at timestamptz not null default now(),
  unique (org_id, github_id)
);
comment on table private.repositories is 'A code base of an organization. GitHub''s number stays when it is renamed.';
create unique index repositories_name_key on private.repositories (org_id, lower(full_name));

alter table private.repositories enable row level security;
create policy "members read what belongs to their organization" on private.repositories
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.repositories from public, anon, authenticated, service_role;
grant select on private.repositories to authenticated, service_role;

create table private.branches (
  repository_id bigint not null references private.repositories (id)
    on delete cascade,
  name text not null check (char_length(name) between 1 and 255),
  org_id uuid not null,
  sha text not null check (sha ~ '^[0-9a-f]{7,64}$'),
  last_commit_at timestamptz check (
    last_commit_at >= '1970-01-01 00:00+00'
    and last_commit_at < '2101-01-01 00:00+00'
  ),
  seen_at timestamptz not null default now(),
  primary key (repository_id, name)
);
comment on table private.branches is 'The branches there are: one that is deleted goes.';

alter table private.branches enable row level security;
create policy "members read what belongs to their organization" on private.branches
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.branches from public, anon, authenticated, service_role;
grant select on private.branches to authenticated, service_role;

create table private.releases (
  id bigint generated always as identity primary key,
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  repository_id bigint not null references private.repositories (id)
    on delete cascade,
  external_id text not null check (char_length(external_id) between 1 and 200),
  tag text not null check (char_length(tag) between 1 and 255),
  name text check (char_length(name) <= 500),
  prerelease boolean not null default false,
  published_at timestamptz not null check (
    published_at >= '1970-01-01 00:00+00'
    and published_at < '2101-01-01 00:00+00'
  ),
  unique (repository_id, external_id)
);
comment on table private.releases is 'A published release of a repository.';
create index releases_org_idx on private.releases (org_id, published_at);

alter table private.releases enable row level security;
create policy "members read what belongs to their organization" on private.releases
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.releases from public, anon, authenticated, service_role;
grant select on private.releases to authenticated, service_role;

create function private.known_repository(p_org_id uuid, p_full_name text, p_github_id bigint)
returns bigint
language sql
stable
set search_path = ''
as $$
  select r.id from private.repositories r
  where r.org_id = p_org_id and lower(r.full_name) = lower(p_full_name)
    and (p_github_id is null or r.github_id = p_github_id)
$$;
comment on function private.known_repository(uuid, text, bigint) is
  'The repository that has this name, and this number if one is given; null if that is news.';

create function private.delivery_repository(p_org_id uuid, p_full_name text, p_github_id bigint)
returns bigint
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_id bigint := private.known_repository(p_org_id, p_full_name, p_github_id);
  v_holder private.repositories;
begin
  if v_id is not null then
    return v_id;
  end if;
  -- News about names is taken in one at a time. The calls before this one may have brought it already.
  perform pg_advisory_xact_lock(hashtextextended('repositories of ' || p_org_id, 0));
  v_id := private.known_repository(p_org_id, p_full_name, p_github_id);
  if v_id is not null then
    return v_id;
  end if;
  select r.id into v_id from private.repositories r where r.org_id = p_org_id and r.github_id = p_github_id;
  select * into v_holder from private.repositories r
  where r.org_id = p_org_id and lower(r.full_name) = lower(p_full_name);
  if v_holder.id is not null and v_id is null and v_holder.github_id is null then
    update private.repositories r set github_id = p_github_id where r.id = v_holder.id;
    return v_holder.id;
  end if;
  if v_holder.id is not null then
    -- Somebody else's name now. What the old holder is called since, its own next item says.
    update private.repositories r set full_name = left(r.full_name, 150) || '#' || coalesce(r.github_id, r.id)
    where r.id = v_holder.id;
  end if;
  if v_id is not null then
    update private.repositories r set full_name = p_full_name where r.id = v_id;
    return v_id;
  end if;
  insert into private.repositories (org_id, full_name, github_id) values (p_org_id, p_full_name, p_github_id)
  returning id into v_id;
  insert into private.environments (repository_id, name) values (v_id, 'production');
  return v_id;
end $$;
comment on function private.delivery_repository(uuid, text, bigint) is
  'The repository of this name, made if there is none. GitHub''s number stays with a repository that is renamed; a '
  'name goes to who has it now.';

create function private.store_repositories(p_repository private.repositories, p_items jsonb)
returns jsonb
language sql
volatile
set search_path = ''
as $$
  update private.repositories r
  set default_branch = coalesce(i.default_branch, r.default_branch), archived = coalesce(i.archived, r.archived)
  from jsonb_to_recordset(p_items) as i (default_branch text, archived boolean)
  where r.id = p_repository.id;
  select '[]'::jsonb
$$;
comment on function private.store_repositories(private.repositories, jsonb) is
  'Stores what is said of a repository itself.';

create function private.store_branches(p_repository private.repositories, p_items jsonb)
returns jsonb
language sql
volatile
set search_path = ''
as $$
  delete from private.branches b
  where b.repository_id = p_repository.id and (p_items -> 0 ->> 'complete')::boolean
    and b.name not in (select n.value ->> 'name' from jsonb_array_elements(p_items -> 0 -> 'names') as n);
  insert into private.branches as b (repository_id, name, org_id, sha, last_commit_at)
  select distinct on (n.name) p_repository.id, n.name, p_repository.org_id, n.sha, n.last_commit_at
  from jsonb_to_recordset(p_items -> 0 -> 'names') as n (name text, sha text, last_commit_at timestamptz)
  on conflict (repository_id, name) do update
    set sha = excluded.sha, seen_at = excluded.seen_at,
      last_commit_at = coalesce(excluded.last_commit_at, case when b.sha = excluded.sha then b.last_commit_at end);
  select '[]'::jsonb
$$;
comment on function private.store_branches(private.repositories, jsonb) is
  'Stores branches; if the list is complete, those that are not in it are gone.';

create function private.store_releases(p_repository private.repositories, p_items jsonb)
returns jsonb
language sql
volatile
set search_path = ''
as $$
  insert into private.releases as r (org_id, repository_id, external_id, tag, name, prerelease, published_at)
  select p_repository.org_id, p_repository.id, i.external_id, i.tag, coalesce(i.name, t.name),
    coalesce(i.prerelease, t.prerelease, false), i.published_at
  from jsonb_to_recordset(p_items) as i (external_id text, tag text, name text, prerelease boolean,
    published_at timestamptz)
  left join private.releases t on t.repository_id = p_repository.id and t.external_id = i.external_id
  on conflict (repository_id, external_id) do update
    set tag = excluded.tag, name = excluded.name, prerelease = excluded.prerelease,
      published_at = excluded.published_at;
  select '[]'::jsonb
$$;
comment on function private.store_releases(private.repositories, jsonb) is 'Stores releases.';

revoke execute
on function private.known_repository(uuid, text, bigint),
private.delivery_repository(uuid, text, bigint),
private.store_repositories(private.repositories, jsonb),
private.store_branches(private.repositories, jsonb),
private.store_releases(private.repositories, jsonb)
from public, anon, authenticated;

-- schemas/50_delivery/etl_jobs.sql

-- Jobs that keep what is known of a repository fresh, the runs they make, and what could not be stored: kept with the
-- reason, to be played again. They live in private, because a job says whose GitHub token it reads with; the API goes
-- through functions.

create table private.etl_jobs (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  kind text not null default 'github' check (kind in ('github')),
  repository text not null check (repository ~ '^[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}$'),
  repository_github_id bigint,
  reads_as text not null check (reads_as in ('connection', 'deployment')),
  created_by uuid references public.users (id)
    on delete set null,
  settings jsonb not null default '{}' check (
    jsonb_typeof(settings) = 'object'
    and octet_length(settings::text) <= 16384
    and not jsonb_path_exists(
      settings,
      'strict $.keyvalue() ? (!(@.key == "incident_labels" && @.value.type() == "array" || @.key == '
      '"deploy_environment" && @.value.type() == "string" || @.key == "deploy_workflow" && (@.value.type() == '
      '"string" || @.value == null) || (@.key == "deploy_branches" || @.key == "deploy_events" || @.key == '
      '"production_environments") && (@.value.type() == "array" || @.value == null) || @.key == "since" && (@.value '
      'like_regex "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" || @.value == null)))'
    )
    and not jsonb_path_exists(settings, 'lax $.incident_labels[*] ? (@.type() != "string")')
    and not jsonb_path_exists(settings, 'lax $.deploy_branches[*] ? (@ != null && @.type() != "string")')
    and not jsonb_path_exists(settings, 'lax $.deploy_events[*] ? (@ != null && @.type() != "string")')
    and not jsonb_path_exists(settings, 'lax $.production_environments[*] ? (@ != null && @.type() != "string")')
  ),
  interval_minutes int not null check (interval_minutes between 5 and 10080),
  retry_minutes int not null check (retry_minutes between 1 and 1440),
  active boolean not null default true,
  state text not null default 'READY' check (state in ('READY', 'RUNNING', 'FINISHED', 'FAILED')),
  reason text,
  cursor jsonb not null default '{}',
  proved_at timestamptz,
  next_run_at timestamptz default now(),
  nudged_at timestamptz,
  lease_token uuid,
  lease_until timestamptz,
  takeovers smallint not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check ((lease_token is null) = (lease_until is null))
);
comment on table private.etl_jobs is 'What is read regularly for an organization: a repository at GitHub.';
comment on column private.etl_jobs.reads_as is
  'With whose token: that of created_by, or the deployment''s own. The latter only for jobs the service made, or one '
  'tenant could read another''s private repositories.';
comment on column private.etl_jobs.settings is
  '{incident_labels, deploy_workflow, deploy_environment, deploy_branches, deploy_events, production_environments, '
  'since}';
comment on column private.etl_jobs.cursor is 'How far each step has come; the worker''s own.';
comment on column private.etl_jobs.proved_at is
  'When a run last ended well, which proves that the organization may read the repository: what a webhook says of it '
  'is theirs only then.';
comment on column private.etl_jobs.next_run_at is 'When a worker may take it; null while it rests.';
comment on column private.etl_jobs.nudged_at is 'When a webhook last said that there is something to read.';
comment on column private.etl_jobs.takeovers is 'How often in a row a worker died at the same place.';
create index etl_jobs_org_idx on private.etl_jobs (org_id, created_at);
create index etl_jobs_due_idx on private.etl_jobs (next_run_at) where next_run_at is not null;
create index etl_jobs_created_by_idx on private.etl_jobs (created_by);
-- The number is what a repository is; its name may be another's tomorrow.
create unique index etl_jobs_repository_key on private.etl_jobs (repository_github_id, org_id);
create unique index etl_jobs_name_key on private.etl_jobs (org_id, lower(repository))
where repository_github_id is null;

alter table private.etl_jobs enable row level security;
revoke all on private.etl_jobs from public, anon, authenticated, service_role;

create function private.etl_job_json(p_job private.etl_jobs)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select '{"incident_labels": ["incident"], "deploy_workflow": null, "deploy_environment": "production",
    "deploy_branches": null, "deploy_events": null, "production_environments": null, "since": null}'::jsonb
    || p_job.settings || jsonb_build_object(
    'id', p_job.id, 'org_id', p_job.org_id, 'kind', p_job.kind, 'repository', p_job.repository,
    'repository_github_id', p_job.repository_github_id, 'reads_as', p_job.reads_as,
    'interval_minutes', p_job.interval_minutes, 'retry_minutes', p_job.retry_minutes, 'active', p_job.active,
    'state', p_job.state, 'reason', p_job.reason, 'partial', p_job.state = 'FINISHED'
      and p_job.reason is not null, 'access_proved_at', p_job.proved_at, 'next_run_at', p_job.next_run_at,
    'created_at', p_job.created_at, 'updated_at', p_job.updated_at,
    'last_run', (
      select jsonb_build_object('id', r.id, 'state', r.state, 'created_at', r.created_at, 'finished_at', r.finished_at)
      from private.etl_runs r where r.job_id = p_job.id order by r.created_at desc, r.id limit 1)
  )
$$;
comment on function private.etl_job_json(private.etl_jobs) is 'A job as the API shows it.';

-- Another's job is one that does not exist.
create function private.etl_job_of(p_id uuid, p_to_write boolean)
returns private.etl_jobs
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_job private.etl_jobs;
begin
  select j.* into v_job from private.etl_jobs j where j.id = p_id;
  if v_job.id is null or v_job.org_id <> private.confined_to()
    or not (private.caller_is_service() or v_job.org_id in (select private.my_organization_ids())) then
    raise exception using errcode = 'LL404', message = 'not_found', detail = 'Job not found';
  end if;
  perform private.event_organization(v_job.org_id, p_to_write);
  if p_to_write then
    select j.* into v_job from private.etl_jobs j where j.id = p_id for update;
  end if;
  return v_job;
end $$;
comment on function private.etl_job_of(uuid, boolean) is
  'A job the caller may read or, locked, change; 404 and 403 otherwise.';

-- Security definer, this and all that read or write the tables of jobs, runs and dead letters: nobody has rights on
-- them; each asks first who is calling.
create function public.etl_jobs(p_page int, p_page_size int, p_org_id uuid default null)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
begin
  return jsonb_build_object(
    'total_count', (select count(*) from private.etl_jobs j where j.org_id = v_org_id),
    'jobs', (
      select coalesce(jsonb_agg(row.job order by row.created_at, row.id), '[]')
      from (
        select j.created_at, j.id, private.etl_job_json(j) as job from private.etl_jobs j where j.org_id = v_org_id
        order by j.created_at, j.id limit least(p_page_size, 1000) offset (p_page - 1) * p_page_size
      ) row));
end $$;
comment on function public.etl_jobs(int, int, uuid) is 'A page of an organization''s jobs, the oldest first.';

create function public.etl_job(p_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  return private.etl_job_json(private.etl_job_of(p_id, false));
end $$;
comment on function public.etl_job(uuid) is 'One job.';

create function public.create_etl_job(p_job jsonb, p_org_id uuid default null)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, true);
  v_job private.etl_jobs;
begin
  if exists (
    select from private.etl_jobs j
    where j.org_id = v_org_id and j.kind = 'github' and lower(j.repository) = lower(p_job ->> 'repository')
  ) then
    raise exception using errcode = 'LL409', message = 'conflict',
      detail = 'There is a job for this repository already';
  end if;
  insert into private.etl_jobs (org_id, repository, reads_as, created_by, settings, interval_minutes, retry_minutes,
    active, next_run_at)
  values (
    v_org_id, p_job ->> 'repository',
    case when private.caller_is_service() and private.confined_to() is null then 'deployment' else 'connection' end,
    coalesce(private.my_user_id(), (select k.created_by from public.api_keys k where k.id = private.caller_key_id())),
    p_job -> 'settings', (p_job ->> 'interval_minutes')::int, (p_job ->> 'retry_minutes')::int,
    (p_job ->> 'active')::boolean,
    case when (p_job ->> 'active')::boolean then now() end)
  returning * into v_job;
  return private.etl_job_json(v_job);
end $$;
comment on function public.create_etl_job(jsonb, uuid) is
  'Makes a job from {repository, settings, interval_minutes, retry_minutes, active}. Whoever is not the service '
  'reads with their own connection; a key with its maker''s.';

create function public.update_etl_job(p_id uuid, p_changes jsonb)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_job private.etl_jobs := private.etl_job_of(p_id, true);
  v_settings jsonb := v_job.settings || coalesce(p_changes -> 'settings', '{}');
  v_active boolean := coalesce((p_changes ->> 'active')::boolean, v_job.active);
begin
  update private.etl_jobs j set
    interval_minutes = coalesce((p_changes ->> 'interval_minutes')::int, j.interval_minutes),
    retry_minutes = coalesce((p_changes ->> 'retry_minutes')::int, j.retry_minutes),
    settings = v_settings,
    -- What the settings decide is read again from the beginning.
    cursor = case when v_settings = j.settings then j.cursor
      else j.cursor - 'deployments' - 'workflow_runs' - 'incidents' end,
    active = v_active,
    next_run_at = case
      when v_active and not j.active then now()
      when v_active and j.next_run_at is not null and j.lease_token is null
        then least(j.next_run_at, greatest(now(),
          j.updated_at + make_interval(mins => (p_changes ->> 'interval_minutes')::int)))
      when v_active or exists (select from private.etl_runs r where r.job_id = j.id and r.state in ('READY', 'RUNNING'))
        then j.next_run_at
    end,
    updated_at = now()
  where j.id = p_id returning * into v_job;
  return private.etl_job_json(v_job);
end $$;
comment on function public.update_etl_job(uuid, jsonb) is
  'Changes what {interval_minutes?, retry_minutes?, active?, settings?} names. A run that is under way is finished.';

create function public.run_etl_job(p_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_job private.etl_jobs := private.etl_job_of(p_id, true);
  v_run_id uuid;
begin
  insert into private.etl_runs (job_id, org_id, trigger) values (p_id, v_job.org_id, 'request')
  on conflict (job_id) where state in ('READY', 'RUNNING') do nothing returning id into v_run_id;
  if v_run_id is not null then
    update private.etl_jobs set state = 'READY', reason = null, next_run_at = now(), updated_at = now() where id = p_id;
    perform private.wake_etl();
  else
    select r.id into v_run_id from private.etl_runs r where r.job_id = p_id and r.state in ('READY', 'RUNNING');
  end if;
  return jsonb_build_object('run_id', v_run_id);
end $$;
comment on function public.run_etl_job(uuid) is
  'Has a job run now; answers the run, which is the one under way if there is one.';

create function public.reset_etl_job(p_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_job private.etl_jobs := private.etl_job_of(p_id, true);
begin
  update private.etl_runs set
    state = 'FAILED', reason = 'The job was reset', finished_at = now(), updated_at = now(), version = version + 1
  where job_id = p_id and state in ('READY', 'RUNNING');
  -- Without its lease a worker that is at it can store nothing more.
  update private.etl_jobs set
    state = 'READY', reason = null, cursor = '{}', lease_token = null, lease_until = null, takeovers = 0,
    updated_at = now(), next_run_at = case when active then now() end
  where id = p_id returning * into v_job;
  return private.etl_job_json(v_job);
end $$;
comment on function public.reset_etl_job(uuid) is
  'Forgets how far a job has come: the next run reads everything again. What is stored stays.';

revoke execute
on function private.etl_job_json(private.etl_jobs),
private.etl_job_of(uuid, boolean),
public.etl_jobs(int, int, uuid),
public.etl_job(uuid),
public.create_etl_job(jsonb, uuid),
public.update_etl_job(uuid, jsonb),
public.run_etl_job(uuid),
public.reset_etl_job(uuid)
from public, anon, authenticated;
grant execute
on function public.etl_jobs(int, int, uuid),
public.etl_job(uuid),
public.create_etl_job(jsonb, uuid),
public.update_etl_job(uuid, jsonb),
public.run_etl_job(uuid),
public.reset_etl_job(uuid)
to authenticated, service_role;

-- schemas/50_delivery/pull_requests.sql

-- Pull requests.

create table private.pull_requests (
  id bigint generated always as identity primary key,
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  repository_id bigint not null references private.repositories (id)
    on delete cascade,
  external_id text not null check (char_length(external_id) between 1 and 200),
  title text not null default '' check (char_length(title) <= 500),
  author text check (char_length(author) <= 200),
  is_bot boolean not null default false,
  state text not null check (state in ('open', 'closed', 'merged')),
  draft boolean not null default false,
  base_branch text check (char_length(base_branch) <= 255),
  head_branch text check (char_length(head_branch) <= 255),
  head_sha text check (head_sha ~ '^[0-9a-f]{7,64}$'),
  from_fork boolean not null default false,
  created_at timestamptz not null check (created_at >= '1970-01-01 00:00+00' and created_at < '2101-01-01 00:00+00'),
  ready_at timestamptz check (ready_at >= '1970-01-01 00:00+00' and ready_at < '2101-01-01 00:00+00'),
  first_commit_at timestamptz check (
    first_commit_at >= '1970-01-01 00:00+00'
    and first_commit_at < '2101-01-01 00:00+00'
  ),
  merged_at timestamptz check (merged_at >= '1970-01-01 00:00+00' and merged_at < '2101-01-01 00:00+00'),
  closed_at timestamptz check (closed_at >= '1970-01-01 00:00+00' and closed_at < '2101-01-01 00:00+00'),
  reopened_at timestamptz check (reopened_at >= '1970-01-01 00:00+00' and reopened_at < '2101-01-01 00:00+00'),
  updated_at timestamptz not null check (updated_at >= '1970-01-01 00:00+00' and updated_at < '2101-01-01 00:00+00'),
  merge_commit_sha text check (merge_commit_sha ~ '^[0-9a-f]{7,64}$'),
  merge_method text check (merge_method in ('merge', 'squash', 'rebase')),
  reverts_external_id text check (char_length(reverts_external_id) <= 200),
  additions int check (additions >= 0),
  deletions int check (deletions >= 0),
  changed_files int check (changed_files >= 0),
  commit_count int check (commit_count >= 0),
  comment_count int check (comment_count >= 0),
  commits_said_at timestamptz,
  unique (repository_id, external_id),
  check ((state = 'merged') = (merged_at is not null))
);
comment on table private.pull_requests is 'A pull request, by its number on GitHub or the id it was posted with.';
comment on column private.pull_requests.ready_at is 'When it was last taken out of draft; null if it never was one.';
comment on column private.pull_requests.reopened_at is 'When it, or what it changed, was last opened again.';
comment on column private.pull_requests.reverts_external_id is
  'The pull request of the same repository that it takes back.';
comment on column private.pull_requests.commits_said_at is
  'The updated_at of the item whose list of commits is kept: an older list does not replace it.';
create index pull_requests_merged_idx on private.pull_requests (org_id, merged_at) where merged_at is not null;
create index pull_requests_created_idx on private.pull_requests (org_id, created_at);
create index pull_requests_merge_commit_idx on private.pull_requests (merge_commit_sha, repository_id)
where merge_commit_sha is not null;
create index pull_requests_reverts_idx on private.pull_requests (repository_id, reverts_external_id)
where reverts_external_id is not null;
create index pull_requests_of_repository_idx on private.pull_requests (repository_id, merged_at)
where merged_at is not null;
create index pull_requests_repository_created_idx on private.pull_requests (repository_id, created_at);

alter table private.pull_requests enable row level security;
create policy "members read what belongs to their organization" on private.pull_requests
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.pull_requests from public, anon, authenticated, service_role;
grant select on private.pull_requests to authenticated, service_role;

create function private.store_pull_requests(p_repository private.repositories, p_items jsonb)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_ids bigint[];
  v_shas text[];
begin
  with item as (
    select i.*, t.id, case
        when i.updated_at <> t.updated_at then i.updated_at > t.updated_at
        when i.state = 'open' and t.state = 'closed' then coalesce(i.reopened_at >= t.closed_at, false)
        else true end
      and not coalesce(t.state = 'merged' and i.state <> 'merged', false) as newer
    from jsonb_to_recordset(p_items) as i (
      external_id text, title text, author text, is_bot boolean, state text, draft boolean, base_branch text,
      head_branch text,
      head_sha text, from_fork boolean, created_at timestamptz, ready_at timestamptz, first_commit_at timestamptz,
      merged_at timestamptz, closed_at timestamptz, reopened_at timestamptz, updated_at timestamptz,
      merge_commit_sha text,
      merge_method text, reverts text, additions int, deletions int, changed_files int, commit_count int,
      comment_count int, commits jsonb)
    left join private.pull_requests t on t.repository_id = p_repository.id and t.external_id = i.external_id
  ),
  merged as (
    select i.external_id,
      coalesce(case when i.newer then i.title end, nullif(t.title, ''), i.title, '') as title,
      coalesce(case when i.newer then i.author end, t.author, i.author) as author,
      coalesce(case when i.newer then i.is_bot end, t.is_bot, i.is_bot, false) as is_bot,
      case when i.state = 'merged' or t.state = 'merged' then 'merged'
        when i.newer then i.state else t.state end as state,
      coalesce(case when i.newer then i.draft end, t.draft, i.draft, false) as draft,
      coalesce(case when i.newer then i.base_branch end, t.base_branch, i.base_branch) as base_branch,
      coalesce(case when i.newer then i.head_branch end, t.head_branch, i.head_branch) as head_branch,
      coalesce(case when i.newer then i.head_sha end, t.head_sha, i.head_sha) as head_sha,
      coalesce(case when i.newer then i.from_fork end, t.from_fork, i.from_fork, false) as from_fork,
      case when i.newer then i.created_at else t.created_at end as created_at,
      coalesce(case when i.newer then i.ready_at end, t.ready_at, i.ready_at) as ready_at,
      coalesce(case when i.newer then first.commit_at end, t.first_commit_at, first.commit_at) as first_commit_at,
      coalesce(case when i.newer then i.merged_at end, t.merged_at, i.merged_at) as merged_at,
      coalesce(case when i.newer then i.closed_at end, t.closed_at, i.closed_at) as closed_at,
      greatest(t.reopened_at, i.reopened_at) as reopened_at,
      greatest(t.updated_at, coalesce(i.updated_at,
        greatest(i.created_at, i.ready_at, i.reopened_at, i.closed_at, i.merged_at))) as updated_at,
      coalesce(case when i.newer then i.merge_commit_sha end, t.merge_commit_sha,
        i.merge_commit_sha) as merge_commit_sha,
      coalesce(case when i.newer then i.merge_method end, t.merge_method, i.merge_method) as merge_method,
      coalesce(case when i.newer then i.reverts end, t.reverts_external_id, i.reverts) as reverts_external_id,
      coalesce(case when i.newer then i.additions end, t.additions, i.additions) as additions,
      coalesce(case when i.newer then i.deletions end, t.deletions, i.deletions) as deletions,
      coalesce(case when i.newer then i.changed_files end, t.changed_files, i.changed_files) as changed_files,
      coalesce(case when i.newer then i.commit_count end, t.commit_count, i.commit_count) as commit_count,
      coalesce(case when i.newer then i.comment_count end, t.comment_count, i.comment_count) as comment_count
    from item i left join private.pull_requests t on t.id = i.id
    cross join lateral (
      select coalesce(i.first_commit_at, (
        select min((c ->> 'authored_at')::timestamptz)
        from jsonb_array_elements(coalesce(i.commits, '[]')) as c)) as commit_at) first
  ),
  stored as (
    insert into private.pull_requests as p (
      org_id, repository_id, external_id, title, author, is_bot, state, draft, base_branch, head_branch, head_sha,
      from_fork, created_at,
      ready_at, first_commit_at, merged_at, closed_at, reopened_at, updated_at, merge_commit_sha, merge_method,
      reverts_external_id, additions, deletions, changed_files, commit_count, comment_count)
    select p_repository.org_id, p_repository.id, external_id, title, author, is_bot, state, draft, base_branch,
      head_branch, head_sha,
      from_fork, created_at, ready_at, first_commit_at, merged_at, case
        when state <> 'open' then closed_at end, reopened_at, updated_at,
      merge_commit_sha, merge_method, reverts_external_id, additions, deletions, changed_files, commit_count,
      comment_count
    from merged
    on conflict (repository_id, external_id) do update
      set title = excluded.title, author = excluded.author, is_bot = excluded.is_bot, state = excluded.state,
        draft = excluded.draft,
        base_branch = excluded.base_branch, head_branch = excluded.head_branch, head_sha = excluded.head_sha,
        from_fork = excluded.from_fork, created_at = excluded.created_at, ready_at = excluded.ready_at,
        first_commit_at = excluded.first_commit_at, merged_at = excluded.merged_at, closed_at = excluded.closed_at,
        reopened_at = excluded.reopened_at, updated_at = excluded.updated_at,
        merge_commit_sha = excluded.merge_commit_sha,
        merge_method = excluded.merge_method, reverts_external_id = excluded.reverts_external_id,
        additions = excluded.additions,
        deletions = excluded.deletions, changed_files = excluded.changed_files, commit_count = excluded.commit_count,
        comment_count = excluded.comment_count
    returning p.id, p.external_id, p.merge_commit_sha
  ),
  -- A statement sees the rows as they were before it: these are the commits that a pull request had.
  touched as (
    select s.merge_commit_sha as sha from stored s
    union all
    select t.merge_commit_sha from stored s join private.pull_requests t on t.id = s.id
    union all
    select b.sha from stored s join private.pull_request_commits b on b.pull_request_id = s.id
    union all
    select c.sha from stored s join private.commits c on c.repository_id = p_repository.id and c.pull_request_id = s.id
  )
  select array(select id from stored), array(select distinct sha from touched where sha is not null) into v_ids, v_shas;

  v_shas := v_shas || private.store_pull_request_commits(p_repository, p_items);
  if not exists (select from private.pull_requests p where p.id = any (v_ids) and p.merged_at is not null) then
    return '[]'::jsonb;
  end if;
  v_shas := v_shas || array(
    select c.sha
    from private.pull_request_commits b
    join private.commits c on c.repository_id = p_repository.id and c.authored_at = b.authored_at
      and c.author = b.author
    where b.pull_request_id = any (v_ids));
  perform private.link_commits(p_repository.id, v_shas);
  perform private.refresh_changes(p_repository.id, v_shas);
  if exists (
    select from private.pull_requests p where p.id = any (v_ids) and (p.reverts_external_id is not null or exists (
      select from private.pull_requests revert
      where revert.repository_id = p_repository.id and revert.reverts_external_id = p.external_id))
  ) then
    perform private.relink_incidents(p_repository.id, '-infinity');
  end if;
  return '[]'::jsonb;
end $$;
comment on function private.store_pull_requests(private.repositories, jsonb) is
  'Stores pull requests. One that was merged stays merged; a list of commits replaces the one before.';

revoke execute on function private.store_pull_requests(private.repositories, jsonb) from public, anon, authenticated;

-- schemas/50_delivery/commits.sql

-- Commits, and what follows from them: which deployment first had one, which pull request it came through, what lead
-- time is about, which deployment an incident is put down to. What follows is kept exact by whoever stores; it is a
-- function of the rows alone, never of the order in which they came, and is worked out again only where something
-- changed. All of it is within one repository, whose row the caller has locked.

-- Of a repository that is new the planner believes that it has no rows, and would gladly read them all for each
-- commit. So the statements here and in the files of branches, pull requests, deployments and changes leave it no
-- choice: `lateral … offset 0` takes one commit after the other, `repository_id + 0` hides the indexes that begin
-- with the repository, and reading whole tables is switched off (and with it the compiler, which takes the price of
-- what is switched off for work).

-- Keys begin with the hash, because commits are looked up by it.
create table private.commits (
  repository_id bigint not null references private.repositories (id)
    on delete cascade,
  sha text not null check (sha ~ '^[0-9a-f]{7,64}$'),
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  author text check (char_length(author) <= 200),
  is_bot boolean not null default false,
  authored_at timestamptz not null check (
    authored_at >= '1970-01-01 00:00+00'
    and authored_at < '2101-01-01 00:00+00'
  ),
  committed_at timestamptz not null check (
    committed_at >= '1970-01-01 00:00+00'
    and committed_at < '2101-01-01 00:00+00'
  ),
  headline text not null default '' check (char_length(headline) <= 500),
  parents text[] not null default '{}',
  additions int check (additions >= 0),
  deletions int check (deletions >= 0),
  -- On the default branch as of the last word about it: a force push may take a commit off.
  on_default_branch boolean not null default false,
  pull_request_id bigint,
  taken_off boolean not null default false,
  primary key (sha, repository_id)
);
comment on table private.commits is 'A commit that is known of a repository.';
comment on column private.commits.author is 'The login, else the lower-cased e-mail address, of whoever wrote it.';
comment on column private.commits.pull_request_id is
  'The pull request through which it came to its branch: as its merge, squash or rebased copy.';
comment on column private.commits.taken_off is
  'A force push took it off the default branch: what was said of it before, and comes again, does not put it back.';
create index commits_org_idx on private.commits (org_id, committed_at) where on_default_branch;
create index commits_pull_request_idx on private.commits (pull_request_id) where pull_request_id is not null;
-- Whole repositories are only ever deleted; their rows lie together.
create index commits_repository_idx on private.commits using brin (repository_id);
create index commits_authored_idx on private.commits (authored_at, author);

alter table private.commits enable row level security;
create policy "members read what belongs to their organization" on private.commits
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.commits from public, anon, authenticated, service_role;
grant select on private.commits to authenticated, service_role;

-- A b-tree of edges: the children of a thousand commits are a thousand probes, where an index of arrays is searched
-- with its backlog.
create table private.commit_parents (
  repository_id bigint not null references private.repositories (id)
    on delete cascade,
  parent_sha text not null,
  sha text not null,
  primary key (parent_sha, repository_id, sha)
);
comment on table private.commit_parents is
  'commits.parents the other way round: the children of a commit, which may be known before it.';
create index commit_parents_repository_idx on private.commit_parents using brin (repository_id);

alter table private.commit_parents enable row level security;
revoke all on private.commit_parents from public, anon, authenticated, service_role;

create type private.commit_of as (
  place tid,
  sha text,
  org_id uuid,
  author text,
  authored_at timestamptz,
  headline text,
  pull_request_id bigint,
  on_default_branch boolean,
  is_merge boolean
);
comment on type private.commit_of is
  'What is followed up of a commit; its place is good while the repository is locked.';

create function private.commits_of(p_repository_id bigint, p_shas text[])
returns setof private.commit_of
language sql
stable
set search_path = ''
set jit = off
set enable_seqscan = off
as $$
  select c.ctid, c.sha, c.org_id, c.author, c.authored_at, c.headline, c.pull_request_id, c.on_default_branch,
    cardinality(c.parents) > 1
  from (select distinct unnest(p_shas) as sha) given
  cross join lateral (
    select c.ctid, c.* from private.commits c where c.sha = given.sha and c.repository_id = p_repository_id offset 0) c
$$;
comment on function private.commits_of(bigint, text[]) is
  'Those of these commits that are known, each read by its key however many they are.';

create function private.commit_named(p_repository_id bigint, p_sha text)
returns text
language sql
stable
set search_path = ''
set enable_seqscan = off
as $$
  -- In any collation digits come before letters, so what begins with a hash lies between it and it with a g.
  select case when count(*) = 1 or min(found.sha) = p_sha then min(found.sha) end
  from (
    select c.sha from private.commits c
    where c.sha >= p_sha and c.sha < p_sha || 'g' and c.repository_id = p_repository_id
    order by c.sha limit 2
  ) found
$$;
comment on function private.commit_named(bigint, text) is
  'The commit that a hash, or the beginning of one, names; null if it is none or could be several.';

create function private.store_commits(p_repository private.repositories, p_items jsonb)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_changed text[];
begin
  with stored as (
    insert into private.commits as c (
      repository_id, sha, org_id, author, is_bot, authored_at, committed_at, headline, parents, additions, deletions,
      on_default_branch)
    select p_repository.id, i.sha, p_repository.org_id,
      -- A login beats an address: the address is what a commit carries before GitHub has said whose it is.
      case when i.author like '%@%' and t.author not like '%@%' then t.author else coalesce(i.author, t.author) end,
      coalesce(i.is_bot, t.is_bot, false), i.authored_at, i.committed_at, coalesce(i.headline, t.headline, ''),
      coalesce(nullif(i.parents, '{}'), t.parents, '{}'), coalesce(i.additions, t.additions),
      coalesce(i.deletions, t.deletions),
      coalesce(t.on_default_branch, false) or coalesce(i.on_default_branch and not coalesce(t.taken_off, false), false)
    from jsonb_to_recordset(p_items) as i (
      sha text, author text, is_bot boolean, authored_at timestamptz, committed_at timestamptz, headline text,
      parents text[], additions int, deletions int, on_default_branch boolean)
    left join lateral (
      select t.* from private.commits t where t.sha = i.sha and t.repository_id = p_repository.id offset 0) t on true
    on conflict (sha, repository_id) do update
      set author = excluded.author, is_bot = excluded.is_bot, authored_at = excluded.authored_at,
        committed_at = excluded.committed_at,
        headline = excluded.headline, parents = excluded.parents, additions = excluded.additions,
        deletions = excluded.deletions, on_default_branch = excluded.on_default_branch
      where (c.author, c.is_bot, c.authored_at, c.committed_at, c.headline, c.parents, c.additions, c.deletions,
        c.on_default_branch)
        is distinct from (excluded.author, excluded.is_bot, excluded.authored_at, excluded.committed_at,
          excluded.headline, excluded.parents, excluded.additions, excluded.deletions, excluded.on_default_branch)
    returning c.sha
  )
  select coalesce(array_agg(sha), '{}') into v_changed from stored;
  if v_changed = '{}' then
    return '[]'::jsonb;
  end if;
  insert into private.commit_parents (repository_id, parent_sha, sha)
  select p_repository.id, parent, i.sha
  from jsonb_to_recordset(p_items) as i (sha text, parents text[]) cross join unnest(i.parents) as parent
  on conflict do nothing;

  v_changed := v_changed || private.put_on_default_branch(p_repository.id, array(
    select c.sha from private.commits_of(p_repository.id, v_changed) c
    where c.on_default_branch or exists (
      select from private.commits_of(p_repository.id, array(
        select e.sha from private.commit_parents e
        where e.parent_sha = c.sha and e.repository_id = p_repository.id)) child
      where child.on_default_branch)));
  v_changed := v_changed || private.move_pending_heads(p_repository.id);
  v_changed := v_changed || private.name_deployed_commits(p_repository.id, v_changed);
  perform private.follow_up_commits(p_repository.id, v_changed);
  return '[]'::jsonb;
end $$;
comment on function private.store_commits(private.repositories, jsonb) is 'Stores commits, in any order.';

create function private.follow_up_commits(p_repository_id bigint, p_shas text[])
returns void
language plpgsql
volatile
set search_path = ''
set jit = off
set enable_seqscan = off
as $$
declare
  v_traced text[];
  v_since timestamptz;
begin
  perform private.link_commits(p_repository_id, p_shas);
  v_traced := private.trace_deployments(p_repository_id, p_shas);
  if cardinality(v_traced) > 0 then
    v_since := (
      select min(f.deployed_at)
      from unnest(v_traced) as traced (sha)
      cross join lateral (
        select f.deployed_at from private.deployed_commits f
        where f.sha = traced.sha and f.repository_id = p_repository_id offset 0) f);
    perform private.note_first_deployments(p_repository_id);
    perform private.refresh_rollbacks(p_repository_id, v_since);
  end if;
  perform private.refresh_changes(p_repository_id, p_shas || v_traced);
  -- An incident may name a commit by the beginning of its hash, which tells what it is once the commit is known.
  if v_since is not null or exists (
    select from private.incidents i where i.repository_id = p_repository_id and i.commit_sha is not null
  ) then
    perform private.relink_incidents(p_repository_id, v_since, p_shas => p_shas || v_traced);
  end if;
end $$;
comment on function private.follow_up_commits(bigint, text[]) is
  'Brings everything that follows from these commits up to date.';

revoke execute
on function private.commits_of(bigint, text[]),
private.commit_named(bigint, text),
private.store_commits(private.repositories, jsonb),
private.follow_up_commits(bigint, text[])
from public, anon, authenticated;

-- schemas/50_delivery/deployments.sql

-- Deployments. Which of them first had a commit is in deployed_commits.sql.

create table private.deployments (
  id bigint generated always as identity primary key,
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  repository_id bigint not null references private.repositories (id)
    on delete cascade,
  external_id text not null check (char_length(external_id) between 1 and 200),
  environment text not null check (char_length(environment) between 1 and 100),
  sha text check (sha ~ '^[0-9a-f]{7,64}$'),
  ref text check (char_length(ref) <= 255),
  status text not null check (status in ('pending', 'success', 'failure', 'cancelled')),
  pipeline_id text check (char_length(pipeline_id) <= 200),
  created_at timestamptz not null check (created_at >= '1970-01-01 00:00+00' and created_at < '2101-01-01 00:00+00'),
  finished_at timestamptz check (finished_at >= '1970-01-01 00:00+00' and finished_at < '2101-01-01 00:00+00'),
  incident_external_id text check (char_length(incident_external_id) <= 200),
  is_unplanned boolean not null default false,
  url text check (char_length(url) <= 2000),
  updated_at timestamptz not null check (updated_at >= '1970-01-01 00:00+00' and updated_at < '2101-01-01 00:00+00'),
  said_sha text check (said_sha ~ '^[0-9a-f]{7,39}$'),
  is_rollback boolean not null default false,
  said_environment text not null default 'production' check (char_length(said_environment) between 1 and 100),
  says_production boolean,
  unique (repository_id, external_id),
  check ((status = 'pending') = (finished_at is null))
);
comment on table private.deployments is 'A deployment of a repository to an environment.';
comment on column private.deployments.pipeline_id is
  'The run of a pipeline it was part of: several deployments of one run to one environment count once.';
comment on column private.deployments.is_unplanned is
  'Whether a production incident caused it: a hotfix or a rollback. DORA''s rework.';
comment on column private.deployments.incident_external_id is
  'The incident that an unplanned deployment answers, if it says.';
comment on column private.deployments.environment is
  'What said_environment stands for: production, whatever it is called there.';
comment on column private.deployments.says_production is
  'Whether its source says that the environment is production; null leaves it to the name.';
comment on column private.deployments.said_sha is
  'The beginning of a hash by which it names its commit; sha is the commit once exactly one begins so, and until '
  'then the same.';
comment on column private.deployments.is_rollback is
  'Whether it went back to an older commit than the one before it. It is unplanned, and no incident is put down to '
  'it by time.';
create index deployments_org_idx on private.deployments (org_id, environment, finished_at)
include (repository_id, status);
create index deployments_sha_idx on private.deployments (sha, repository_id) where status = 'success';
create index deployments_success_idx on private.deployments (repository_id, environment, finished_at)
where status = 'success';
create index deployments_pipeline_idx on private.deployments (repository_id, environment, pipeline_id)
where pipeline_id is not null;
create index deployments_said_sha_idx on private.deployments (repository_id, said_sha) where said_sha is not null;

alter table private.deployments enable row level security;
create policy "members read what belongs to their organization" on private.deployments
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.deployments from public, anon, authenticated, service_role;
grant select on private.deployments to authenticated, service_role;

create function private.store_deployments(p_repository private.repositories, p_items jsonb)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_moved bigint[];
  v_since timestamptz;
  v_external_ids text[];
  v_shas text[];
  v_environment text;
begin
  with item as (
    select i.*, lower(coalesce(i.environment, t.said_environment, 'production')) as place, t.id, case
        when i.updated_at <> t.updated_at then i.updated_at > t.updated_at
        else not coalesce(i.status = 'pending' and t.status <> 'pending', false) end as newer
    from jsonb_to_recordset(p_items) as i (
      external_id text, environment text, sha text, ref text, status text, pipeline_id text, created_at timestamptz,
      finished_at timestamptz, incident text, is_unplanned boolean, is_production boolean, url text,
      updated_at timestamptz)
    left join private.deployments t on t.repository_id = p_repository.id and t.external_id = i.external_id
  ),
  merged as (
    select i.external_id, case when i.newer or t.id is null then i.place
      else t.said_environment end as said_environment,
      coalesce(case when i.newer then i.is_production end, t.says_production, i.is_production) as says_production,
      coalesce(case when i.newer then i.sha end, t.said_sha, t.sha, i.sha) as sha,
      coalesce(case when i.newer then i.ref end, t.ref, i.ref) as ref,
      case when i.newer then i.status else t.status end as status,
      coalesce(case when i.newer then i.pipeline_id end, t.pipeline_id, i.pipeline_id) as pipeline_id,
      case when i.newer then i.created_at else t.created_at end as created_at,
      -- A deployment that says it is over, but not since when, is over since it says so.
      case when not i.newer then t.finished_at
        else coalesce(i.finished_at, case when i.status = t.status then t.finished_at end, i.updated_at,
          i.created_at) end as finished_at,
      coalesce(case when i.newer then i.incident end, t.incident_external_id, i.incident) as incident_external_id,
      coalesce(i.is_unplanned, case when i.incident is not null then true end) as says_unplanned,
      i.newer, t.is_unplanned as was_unplanned,
      coalesce(case when i.newer then i.url end, t.url, i.url) as url,
      greatest(t.updated_at, coalesce(i.updated_at, greatest(i.created_at, i.finished_at))) as updated_at
    from item i left join private.deployments t on t.id = i.id
  ),
  stored as (
    insert into private.deployments as d (
      org_id, repository_id, external_id, environment, sha, ref, status, pipeline_id, created_at, finished_at,
      incident_external_id, is_unplanned, url, updated_at, said_sha, said_environment, says_production)
    select p_repository.org_id, p_repository.id, external_id,
      private.environment_of(said_environment, says_production, (
        select o.production_environments from public.organizations o where o.id = p_repository.org_id)),
      case when char_length(sha) < 40 then coalesce(private.commit_named(p_repository.id, sha), sha)
        else sha end, ref, status, pipeline_id, created_at,
      case when status <> 'pending' then finished_at end, incident_external_id,
      coalesce(case when newer then says_unplanned end, was_unplanned, says_unplanned, false), url, updated_at,
      case when char_length(sha) < 40 then sha end, said_environment, says_production
    from merged
    on conflict (repository_id, external_id) do update
      set environment = excluded.environment, sha = excluded.sha, ref = excluded.ref, status = excluded.status,
        pipeline_id = excluded.pipeline_id, created_at = excluded.created_at, finished_at = excluded.finished_at,
        incident_external_id = excluded.incident_external_id, is_unplanned = excluded.is_unplanned, url = excluded.url,
        updated_at = excluded.updated_at, said_sha = excluded.said_sha, said_environment = excluded.said_environment,
        says_production = excluded.says_production
    returning d.id, d.external_id, d.environment, d.sha, d.status, d.finished_at
  ),
  moved as (
    select s.id, s.external_id, s.sha, least(s.finished_at, t.finished_at) as since
    from stored s left join private.deployments t on t.id = s.id
    where t.id is null or (t.environment, t.sha, t.status, t.finished_at) is distinct from (s.environment, s.sha,
      s.status, s.finished_at)
  )
  select array_agg(id), min(since), array_agg(external_id), array_agg(sha) filter (where sha is not null)
  into v_moved, v_since, v_external_ids, v_shas from moved;
  if v_moved is null then
    return '[]'::jsonb;
  end if;

  for v_environment in
    select d.environment from private.deployments d where d.id = any (v_moved) and d.status = 'success'
    group by d.environment order by min(d.finished_at), d.environment
  loop
    perform private.follow_environment(p_repository, v_environment);
  end loop;
  -- Whatever a deployment was the first with is looked for again, if the deployment is not what it was.
  with withdrawn as (
    delete from private.deployed_commits f where f.deployment_id = any (v_moved) returning f.sha
  )
  select v_shas || array_agg(distinct sha) into v_shas from withdrawn;
  v_shas := v_shas || private.trace_deployments(p_repository.id, v_shas);
  perform private.note_first_deployments(p_repository.id);
  perform private.refresh_changes(p_repository.id, v_shas);
  perform private.refresh_rollbacks(p_repository.id, v_since);
  perform private.relink_incidents(p_repository.id, v_since, p_deployments => v_external_ids, p_shas => v_shas);
  return '[]'::jsonb;
end $$;
comment on function private.store_deployments(private.repositories, jsonb) is
  'Stores deployments. One that ended is not pending again, unless a newer word says so.';

revoke execute on function private.store_deployments(private.repositories, jsonb) from public, anon, authenticated;

-- schemas/50_delivery/incidents.sql

-- Incidents, and which deployment each is put down to.

create table private.incidents (
  id bigint generated always as identity primary key,
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  repository_id bigint not null references private.repositories (id)
    on delete cascade,
  external_id text not null check (char_length(external_id) between 1 and 200),
  title text not null default '' check (char_length(title) <= 500),
  severity text check (char_length(severity) <= 50),
  environment text not null default 'production' check (char_length(environment) between 1 and 100),
  began_at timestamptz not null check (began_at >= '1970-01-01 00:00+00' and began_at < '2101-01-01 00:00+00'),
  created_at timestamptz not null check (created_at >= '1970-01-01 00:00+00' and created_at < '2101-01-01 00:00+00'),
  resolved_at timestamptz check (resolved_at >= '1970-01-01 00:00+00' and resolved_at < '2101-01-01 00:00+00'),
  deployment_external_id text check (char_length(deployment_external_id) <= 200),
  commit_sha text check (commit_sha ~ '^[0-9a-f]{7,64}$'),
  url text check (char_length(url) <= 2000),
  updated_at timestamptz not null check (updated_at >= '1970-01-01 00:00+00' and updated_at < '2101-01-01 00:00+00'),
  open_as_of timestamptz,
  is_withdrawn boolean not null default false,
  said_environment text not null default 'production' check (char_length(said_environment) between 1 and 100),
  unique (repository_id, external_id)
);
comment on table private.incidents is
  'Something that went wrong in production: posted, or an issue with a label that says so.';
comment on column private.incidents.deployment_external_id is
  'The deployment that the incident itself names as its cause.';
comment on column private.incidents.commit_sha is 'The commit that the incident itself names as its cause.';
comment on column private.incidents.open_as_of is
  'The last updated_at with which it was said not to be resolved: an older end does not count.';
comment on column private.incidents.is_withdrawn is
  'It turned out to be none: its issue was deleted, moved away, closed as a duplicate or as not planned, or lost the '
  'label. It is in no number.';
create index incidents_org_idx on private.incidents (org_id, began_at);
create index incidents_repository_idx on private.incidents (repository_id, began_at);
create index incidents_commit_idx on private.incidents (repository_id) where commit_sha is not null;
create index incidents_created_idx on private.incidents (org_id, environment, created_at)
include (repository_id, resolved_at, is_withdrawn);

alter table private.incidents enable row level security;
create policy "members read what belongs to their organization" on private.incidents
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.incidents from public, anon, authenticated, service_role;
grant select on private.incidents to authenticated, service_role;

create table private.incident_links (
  incident_id bigint primary key references private.incidents (id)
    on delete cascade,
  deployment_id bigint not null references private.deployments (id)
    on delete cascade,
  org_id uuid not null,
  method text not null check (method in ('explicit', 'revert', 'time'))
);
comment on table private.incident_links is
  'The deployment that an incident is put down to, and how it was found; the best method wins.';
create index incident_links_deployment_idx on private.incident_links (deployment_id);
create index incident_links_org_idx on private.incident_links (org_id);

alter table private.incident_links enable row level security;
create policy "members read what belongs to their organization" on private.incident_links
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.incident_links from public, anon, authenticated, service_role;
grant select on private.incident_links to authenticated, service_role;

create function private.store_incidents(p_repository private.repositories, p_items jsonb)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
begin
  with item as (
    select i.*, t.id, coalesce(i.updated_at >= t.updated_at, true) as newer,
      lower(coalesce(case when i.updated_at < t.updated_at then t.said_environment end, i.environment,
        t.said_environment, 'production')) as place,
      -- Saying that it is not resolved is a word; saying nothing of it is none.
      case when said.item ? 'resolved_at' and i.resolved_at is null then i.updated_at end as open_as_of
    from jsonb_array_elements(p_items) as said (item)
    cross join lateral jsonb_to_record(said.item) as i (
      external_id text, title text, severity text, environment text, began_at timestamptz, created_at timestamptz,
      resolved_at timestamptz, deployment text, commit text, url text, updated_at timestamptz, withdrawn boolean)
    left join private.incidents t on t.repository_id = p_repository.id and t.external_id = i.external_id
  )
  insert into private.incidents as n (
    org_id, repository_id, external_id, title, severity, environment, began_at, created_at, resolved_at, open_as_of,
    deployment_external_id, commit_sha, url, updated_at, is_withdrawn, said_environment)
  select p_repository.org_id, p_repository.id, i.external_id,
    coalesce(case when i.newer then i.title end, nullif(t.title, ''), i.title, ''),
    coalesce(case when i.newer then i.severity end, t.severity, i.severity),
    private.environment_of(i.place, null,
      (select o.production_environments from public.organizations o where o.id = p_repository.org_id)),
    coalesce(case when i.newer then i.began_at end, case
      when t.began_at <> t.created_at then t.began_at end, i.began_at,
      case when i.newer then i.created_at else t.created_at end),
    case when i.newer then i.created_at else t.created_at end,
    case when i.newer and i.open_as_of is not null then null
      when i.updated_at < t.open_as_of then t.resolved_at
      else coalesce(case when i.newer then i.resolved_at end, t.resolved_at, i.resolved_at) end,
    greatest(t.open_as_of, i.open_as_of),
    coalesce(case when i.newer then i.deployment end, t.deployment_external_id, i.deployment),
    coalesce(case when i.newer then i.commit end, t.commit_sha, i.commit),
    coalesce(case when i.newer then i.url end, t.url, i.url),
    greatest(t.updated_at, coalesce(i.updated_at, greatest(i.created_at, i.began_at, i.resolved_at))),
    coalesce(case when i.newer then i.withdrawn end, t.is_withdrawn, i.withdrawn, false), i.place
  from item i left join private.incidents t on t.id = i.id
  on conflict (repository_id, external_id) do update
    set title = excluded.title, severity = excluded.severity, environment = excluded.environment,
      began_at = excluded.began_at,
      created_at = excluded.created_at, resolved_at = excluded.resolved_at, open_as_of = excluded.open_as_of,
      deployment_external_id = excluded.deployment_external_id, commit_sha = excluded.commit_sha, url = excluded.url,
      updated_at = excluded.updated_at, is_withdrawn = excluded.is_withdrawn,
      said_environment = excluded.said_environment;
  perform private.relink_incidents(p_repository.id, null, array(
    select i.external_id from jsonb_to_recordset(p_items) as i (external_id text)));
  return '[]'::jsonb;
end $$;
comment on function private.store_incidents(private.repositories, jsonb) is
  'Stores incidents. resolved_at null, with updated_at, opens one again; left out, it changes nothing.';

create function private.relink_incidents(
  p_repository_id bigint,
  p_since timestamptz,
  p_external_ids text[] default '{}',
  p_deployments text[] default '{}',
  p_shas text[] default '{}'
)
returns void
language sql
volatile
set search_path = ''
as $$
  with best as (
    select i.id as incident_id, i.org_id, link.deployment_id, link.method
    from private.incidents i
    left join lateral (
      select found.deployment_id, found.method
      from (
        select d.id as deployment_id, 'explicit' as method, 1 as place, d.finished_at as at
        from private.deployments d where d.repository_id = i.repository_id and d.external_id = i.deployment_external_id
        union all
        select f.deployment_id, 'explicit', 2, f.deployed_at
        from private.deployed_commits f
        where f.repository_id + 0 = i.repository_id and f.environment = i.environment
          and f.sha = private.commit_named(i.repository_id, i.commit_sha)
        union all
        -- A pull request was taken back after the incident began, and what it had merged was deployed before.
        select f.deployment_id, 'revert', 3, f.deployed_at
        from private.pull_requests revert
        join private.pull_requests culprit
          on culprit.repository_id = i.repository_id and culprit.external_id = revert.reverts_external_id
        join private.deployed_commits f
          on f.repository_id + 0 = i.repository_id and f.environment = i.environment
            and f.sha = culprit.merge_commit_sha
        where revert.repository_id = i.repository_id and revert.reverts_external_id is not null
          and culprit.merged_at is not null and f.deployed_at < date_trunc('second', i.began_at) + interval '1 second'
          and i.began_at <= revert.merged_at
        union all
        (select d.id, 'time', 4, d.finished_at
        from private.deployments d
        where d.repository_id = i.repository_id and d.environment = i.environment and d.status = 'success'
          -- GitHub tells time by the second: what began in the second of a deployment may be its doing.
          and not d.is_rollback and d.finished_at < date_trunc('second', i.began_at) + interval '1 second'
        order by d.finished_at desc, d.external_id desc limit 1)
      ) found
      order by found.place, found.at desc nulls last limit 1
    ) link on not i.is_withdrawn
    where i.repository_id = p_repository_id and (
      i.began_at >= p_since or i.external_id = any (p_external_ids)
      or i.deployment_external_id = any (p_deployments) or i.commit_sha is not null and exists (
        select from private.commits c
        where c.sha >= i.commit_sha and c.sha < i.commit_sha || 'g' and c.repository_id = p_repository_id
          and array_position(p_shas, c.sha) is not null))
  ),
  unlinked as (
    delete from private.incident_links l using best
    where l.incident_id = best.incident_id and best.deployment_id is null
  )
  insert into private.incident_links as l (incident_id, deployment_id, org_id, method)
  select best.incident_id, best.deployment_id, best.org_id, best.method from best where best.deployment_id is not null
  on conflict (incident_id) do update set deployment_id = excluded.deployment_id, method = excluded.method
    where (l.deployment_id, l.method) is distinct from (excluded.deployment_id, excluded.method)
$$;
comment on function private.relink_incidents(bigint, timestamptz, text[], text[], text[]) is
  'Puts incidents down to deployments by the best method there is: those that began since a time, and those that are '
  'or name one of the given.';

revoke execute
on function private.store_incidents(private.repositories, jsonb),
private.relink_incidents(bigint, timestamptz, text[], text[], text[])
from public, anon, authenticated;

-- schemas/50_delivery/dora_scope.sql

-- What a read of DORA is about: its organization, environment, repositories and days.

create type private.dora_scope as (
  org_id uuid,
  time_zone text,
  environment text,
  repository_ids bigint[],
  failure_window interval,
  as_of timestamptz,
  today date,
  first_day date,
  last_day date
);
comment on type private.dora_scope is
  'What a read is about: an environment of an organization, all its repositories (null) or some, the days from first '
  'to last, and the time it is asked at.';

create function private.dora_repositories(p_org_id uuid, p_team text, p_repository text)
returns bigint[]
language plpgsql
stable
set search_path = ''
as $$
declare
  v_team_id uuid;
  v_repository_id bigint;
begin
  if p_team is null and p_repository is null then
    return null;
  end if;
  if p_team is not null then
    select t.id into v_team_id from private.teams t
    where t.org_id = p_org_id and (t.id::text = lower(p_team) or lower(t.name) = lower(p_team))
    order by t.id::text = lower(p_team) desc limit 1;
    if v_team_id is null then
      raise exception using errcode = 'LL422', message = 'validation_failed',
        detail = 'team: no team has this id or name';
    end if;
  end if;
  if p_repository is not null then
    select r.id into v_repository_id from private.repositories r
    where r.org_id = p_org_id and lower(r.full_name) = lower(p_repository);
    if v_repository_id is null then
      raise exception using errcode = 'LL422', message = 'validation_failed',
        detail = 'repository: no repository has this name';
    end if;
  end if;
  return array(
    select r.id from private.repositories r
    where r.org_id = p_org_id and (v_repository_id is null or r.id = v_repository_id) and (v_team_id is null or exists (
      select from private.team_repositories t where t.team_id = v_team_id and t.repository_id = r.id)));
end $$;
comment on function private.dora_repositories(uuid, text, text) is
  'The repositories of a team (by id or name) and of a name, null for all; unknown ones are refused.';

create function private.dora_scope(
  p_org_id uuid,
  p_start date,
  p_end date,
  p_team text,
  p_repository text,
  p_environment text,
  p_as_of timestamptz default now()
)
returns private.dora_scope
language plpgsql
stable
set search_path = ''
as $$
declare
  r private.dora_scope;
begin
  r.org_id := private.event_organization(p_org_id, false);
  select o.time_zone, make_interval(hours => o.failure_window_hours), (p_as_of at time zone o.time_zone)::date,
    private.environment_of(
      coalesce(p_environment, 'production'), case
        when coalesce(lower(p_environment), 'production') = 'production' then true end,
      o.production_environments)
  into r.time_zone, r.failure_window, r.today, r.environment from public.organizations o where o.id = r.org_id;
  r.as_of := p_as_of;
  r.repository_ids := private.dora_repositories(r.org_id, p_team, p_repository);
  r.last_day := coalesce(p_end, greatest(r.today, p_start));
  r.first_day := coalesce(p_start, r.last_day - 29);
  if r.last_day - r.first_day >= 3660 then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = 'start: makes a range of more than 3660 days';
  end if;
  return r;
end $$;
comment on function private.dora_scope(uuid, date, date, text, text, text, timestamptz) is
  'The scope of a read: 30 days of production up to today unless named; refused unless the organization is the '
  'caller''s.';

create function private.dora_head(r private.dora_scope)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'period', jsonb_build_object('start', r.first_day, 'end', r.last_day, 'days', r.last_day - r.first_day + 1,
      'time_zone', r.time_zone, 'rows_since', private.rows_since(r.org_id, 'delivery', r.first_day, r.time_zone)),
    'environment', r.environment,
    'failure_window_hours', date_part('epoch', r.failure_window) / 3600)
$$;
comment on function private.dora_head(private.dora_scope) is
  'The members every answer has: the period, the environment, the failure window.';

create function private.compared_days(p_compare text, p_first date, p_last date)
returns table (first_day date, last_day date)
language sql
immutable
set search_path = ''
as $$
  select p_first - (p_last - p_first + 1), p_first - 1 where p_compare = 'previous'
  union all
  select (p_first - interval '1 year')::date, (p_last - interval '1 year')::date where p_compare = 'year'
$$;
comment on function private.compared_days(text, date, date) is
  'The days that a range is compared with: as many just before (previous), the same dates a year earlier (year), or '
  'none.';

create function private.day_start(p_day date, p_time_zone text)
returns timestamptz
language sql
stable
set search_path = ''
as $$ select p_day::timestamp at time zone p_time_zone $$;
comment on function private.day_start(date, text) is 'When a day begins in a time zone.';

create function public.dora_filter_options(p_org_id uuid default null)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
begin
  return (
    with environment as (
      select d.environment as name, count(*) as deployments, min(d.finished_at) as first_at,
        max(d.finished_at) as last_at
      from private.deployment_runs d where d.org_id = v_org_id group by d.environment
    ),
    repository as (
      select r.id, r.full_name from private.repositories r
      where r.org_id = v_org_id and (
        exists (select from private.deployments d where d.repository_id = r.id)
        or exists (select from private.changes c where c.repository_id = r.id)
        or exists (select from private.incidents i where i.repository_id = r.id))
    )
    select jsonb_build_object(
      'environments', (
        select coalesce(jsonb_agg(jsonb_build_object(
          'name', e.name, 'deployments', e.deployments, 'first_at', e.first_at, 'last_at', e.last_at) order by e.name),
            '[]')
        from environment e),
      'repositories', (select coalesce(jsonb_agg(full_name order by lower(full_name)), '[]') from repository),
      'teams', (
        select coalesce(jsonb_agg(jsonb_build_object('id', t.id, 'name', t.name) order by lower(t.name)), '[]')
        from private.teams t
        where t.org_id = v_org_id and exists (
          select from private.team_repositories o join repository on repository.id = o.repository_id
          where o.team_id = t.id))));
end $$;
comment on function public.dora_filter_options(uuid) is 'What there is data of: {environments, repositories, teams}.';

revoke execute
on function private.dora_repositories(uuid, text, text),
private.dora_scope(uuid, date, date, text, text, text, timestamptz),
private.dora_head(private.dora_scope),
private.day_start(date, text),
private.compared_days(text, date, date),
public.dora_filter_options(uuid)
from public, anon, authenticated;
grant execute
on function private.dora_repositories(uuid, text, text),
private.dora_scope(uuid, date, date, text, text, text, timestamptz),
private.dora_head(private.dora_scope),
private.day_start(date, text),
private.compared_days(text, date, date),
public.dora_filter_options(uuid)
to authenticated, service_role;

-- schemas/50_delivery/github_scope.sql

-- What a read of GitHub's data is about (its organization, repositories and days), settled here once for all of them.
-- The days and repositories of a read are understood as those of DORA are, by private.dora_scope.

create type private.github_scope as (
  org_id uuid,
  time_zone text,
  repository_ids bigint[],
  individuals boolean,
  min_group_size int,
  as_of timestamptz,
  earlier_day date,
  earlier_last date,
  first_day date,
  last_day date,
  earlier_at timestamptz,
  earlier_to timestamptz,
  from_at timestamptz,
  to_at timestamptz
);
comment on type private.github_scope is
  'What a read is about: an organization, all its repositories (null) or some, the days from first to last, when '
  'these begin and end, and the days it is compared with, null without any.';

create function private.github_scope(
  p_org_id uuid,
  p_start date,
  p_end date,
  p_team text,
  p_repository text,
  p_compare text
)
returns private.github_scope
language plpgsql
stable
set search_path = ''
as $$
declare
  v_asked record;
  r private.github_scope;
begin
  select * into v_asked from private.dora_scope(p_org_id, p_start, p_end, p_team, p_repository, null);
  r.org_id := v_asked.org_id;
  r.time_zone := v_asked.time_zone;
  r.repository_ids := v_asked.repository_ids;
  r.first_day := v_asked.first_day;
  r.last_day := v_asked.last_day;
  select c.first_day, c.last_day into r.earlier_day, r.earlier_last
  from private.compared_days(p_compare, r.first_day, r.last_day) c;
  r.earlier_at := private.day_start(r.earlier_day, r.time_zone);
  r.earlier_to := private.day_start(r.earlier_last + 1, r.time_zone);
  r.from_at := private.day_start(r.first_day, r.time_zone);
  r.to_at := private.day_start(r.last_day + 1, r.time_zone);
  r.as_of := least(r.to_at, v_asked.as_of);
  select o.individual_metrics, o.min_group_size::int into r.individuals, r.min_group_size
  from public.organizations o where o.id = r.org_id;
  return r;
end $$;
comment on function private.github_scope(uuid, date, date, text, text, text) is
  'The scope of a read: the 30 days up to today unless named; refused unless the organization is the caller''s.';

create function private.github_head(r private.github_scope)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'period', jsonb_build_object('start', r.first_day, 'end', r.last_day, 'days', r.last_day - r.first_day + 1,
      'time_zone', r.time_zone,
      'rows_since', private.rows_since(r.org_id, 'delivery', r.first_day, r.time_zone)),
    'previous_period', case when r.earlier_day is not null then
      jsonb_build_object('start', r.earlier_day, 'end', r.earlier_last) end)
$$;
comment on function private.github_head(private.github_scope) is
  'The members every answer has: the period, and the one it is compared with.';

revoke execute
on function private.github_scope(uuid, date, date, text, text, text), private.github_head(private.github_scope)
from public, anon, authenticated;
grant execute
on function private.github_scope(uuid, date, date, text, text, text), private.github_head(private.github_scope)
to authenticated, service_role;

-- schemas/50_delivery/changes.sql

-- What lead time is about.

-- No foreign keys but the one by which it goes: this is written for every commit, by functions that have just read
-- what it refers to.
create table private.changes (
  repository_id bigint not null references private.repositories (id)
    on delete cascade,
  environment text not null,
  sha text not null,
  org_id uuid not null,
  pull_request_id bigint,
  author text,
  authored_at timestamptz not null,
  deployment_id bigint,
  deployed_at timestamptz,
  lead_seconds int generated always as (
    case
      when not is_initial then greatest(
        -2147483647,
        least(2147483647, date_part('epoch', deployed_at - authored_at))
      )::int
    end
  ) stored,
  is_initial boolean not null default false,
  primary key (sha, repository_id, environment),
  check ((deployment_id is null) = (deployed_at is null))
);
comment on table private.changes is
  'What lead time is about, for each environment that is followed: the commits of merged pull requests as they were '
  'on their branches, a pull request whose commits are unknown as one, and the commits of the default branch that '
  'came through none. Merges are no changes.';
comment on column private.changes.deployed_at is
  'When the first deployment with the commit, or with what its pull request was merged as, finished; null if none has.';
comment on column private.changes.lead_seconds is
  'From authored to deployed. Negative where a clock was wrong; such rows are counted apart. Null for what the first '
  'known deployment contains.';
comment on column private.changes.is_initial is
  'The first known deployment of the environment contains it: it may have been out before anything was known, so it '
  'has no lead time.';
create index changes_pull_request_idx on private.changes (pull_request_id, environment)
include (deployed_at)
where pull_request_id is not null;
create index changes_repository_idx on private.changes using brin (repository_id);
-- On a stored number, because an index that has it answers a median of a million changes without touching a row, and
-- integers sort fastest.
create index changes_lead_idx on private.changes (org_id, environment, deployed_at)
include (repository_id, lead_seconds)
where deployed_at is not null;

alter table private.changes enable row level security;
create policy "members read what belongs to their organization" on private.changes
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.changes from public, anon, authenticated, service_role;
grant select on private.changes to authenticated, service_role;

create function private.refresh_changes(p_repository_id bigint, p_shas text[])
returns void
language plpgsql
volatile
set search_path = ''
set jit = off
set enable_seqscan = off
set enable_nestloop = off
as $$
declare
  v_shas text[];
begin
  -- What is known of a pull request's merge is news to all its commits.
  with given as (select distinct unnest(p_shas) as sha),
  pull_request as (
    select p.id, p.merge_commit_sha
    from (
      select m.id from given
      cross join lateral (
        select m.id from private.pull_requests m
        where m.merge_commit_sha = given.sha and m.repository_id + 0 = p_repository_id offset 0) m
      union
      select b.pull_request_id from given
      cross join lateral (select b.pull_request_id from private.pull_request_commits b
        where b.sha = given.sha offset 0) b
    ) found
    cross join lateral (
      select p.id, p.merge_commit_sha from private.pull_requests p
      where p.id = found.id and p.repository_id + 0 = p_repository_id and p.merged_at is not null offset 0) p
  )
  select array(
    select sha from given
    union select merge_commit_sha from pull_request where merge_commit_sha is not null
    union select b.sha from pull_request p
    cross join lateral (select b.sha from private.pull_request_commits b where b.pull_request_id = p.id offset 0) b)
  into v_shas;

  with given as materialized (
    select one.sha, c.org_id, c.author, c.authored_at, c.pull_request_id, c.on_default_branch,
      coalesce(c.is_merge, false) as is_merge
    from unnest(v_shas) as one (sha) left join private.commits_of(p_repository_id, v_shas) c on c.sha = one.sha
  ),
  -- A pull request and a commit of it, as it was on its branch.
  part as materialized (
    select b.sha, p.org_id, p.id as pull_request_id, p.merge_commit_sha, p.merged_at, p.external_id, b.author,
      b.authored_at
    from given
    cross join lateral (select b.* from private.pull_request_commits b where b.sha = given.sha offset 0) b
    cross join lateral (
      select p.* from private.pull_requests p
      where p.id = b.pull_request_id and p.repository_id + 0 = p_repository_id and p.merged_at is not null offset 0) p
    where not given.is_merge
  ),
  -- A pull request whose commits are not known.
  whole as (
    select given.sha, p.org_id, p.id as pull_request_id, p.merged_at, p.external_id,
      coalesce(p.author, given.author) as author, coalesce(p.first_commit_at, given.authored_at) as authored_at
    from given
    cross join lateral (
      select p.* from private.pull_requests p
      where p.merge_commit_sha = given.sha and p.repository_id + 0 = p_repository_id and p.merged_at is not null
        and (select count(*) from private.pull_request_commits b where b.pull_request_id = p.id) = 0 offset 0) p
    where not given.is_merge and coalesce(p.first_commit_at, given.authored_at) is not null
  ),
  change as (
    select distinct on (sha) sha, org_id, pull_request_id, author, authored_at
    from (
      select 1 as place, sha, org_id, pull_request_id, merged_at, external_id, author, authored_at from part
      union all
      select 2, sha, org_id, pull_request_id, merged_at, external_id, author, authored_at from whole
      union all
      select 3, sha, org_id, null, null, null, author, authored_at from given
      where on_default_branch and pull_request_id is null and not is_merge
    ) each
    order by sha, place, merged_at, external_id
  ),
  shipped as (
    select sha, sha as as_sha from change
    union
    select sha, merge_commit_sha from part where merge_commit_sha is not null
  ),
  first as (
    select distinct on (shipped.sha, f.environment) shipped.sha, f.environment, f.deployment_id, f.deployed_at
    from shipped
    cross join lateral (
      select f.* from private.deployed_commits f
      where f.sha = shipped.as_sha and f.repository_id = p_repository_id offset 0) f
    order by shipped.sha, f.environment, f.deployed_at
  ),
  gone as (
    delete from private.changes k
    using (
      select k.ctid
      from (select sha from given except select sha from change) no_more
      cross join lateral (
        select k.ctid from private.changes k where k.sha = no_more.sha and k.repository_id = p_repository_id offset 0) k
    ) old
    where k.ctid = old.ctid
  )
  insert into private.changes as k (
    repository_id, environment, sha, org_id, pull_request_id, author, authored_at, deployment_id, deployed_at,
    is_initial)
  select p_repository_id, e.name, change.sha, change.org_id, change.pull_request_id, change.author, change.authored_at,
    first.deployment_id, first.deployed_at, coalesce(first.deployed_at <= e.first_deployed_at, false)
  from change
  cross join private.environments e
  left join first on first.sha = change.sha and first.environment = e.name
  where e.repository_id = p_repository_id
  on conflict (sha, repository_id, environment) do update
    set pull_request_id = excluded.pull_request_id, author = excluded.author, authored_at = excluded.authored_at,
      deployment_id = excluded.deployment_id, deployed_at = excluded.deployed_at, is_initial = excluded.is_initial
    where (k.pull_request_id, k.author, k.authored_at, k.deployment_id, k.deployed_at, k.is_initial)
      is distinct from (excluded.pull_request_id, excluded.author, excluded.authored_at, excluded.deployment_id,
        excluded.deployed_at, excluded.is_initial);
end $$;
comment on function private.refresh_changes(bigint, text[]) is
  'Works out again what is known of changes: these commits, and those that share a merged pull request with one of '
  'them.';

revoke execute on function private.refresh_changes(bigint, text[]) from public, anon, authenticated;

-- schemas/50_delivery/dead_letters.sql

-- What could not be stored: kept with the reason, to be played again.

create table private.etl_dead_letters (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  key text not null,
  job_id uuid references private.etl_jobs (id)
    on delete cascade,
  delivery_id text,
  kind text,
  item jsonb,
  code text not null,
  reason text not null,
  state text not null default 'open' check (state in ('open', 'resolved')),
  attempts int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (org_id, key),
  check ((kind is null) = (item is null)),
  check (item is not null or delivery_id is not null)
);
comment on table private.etl_dead_letters is
  'What could not be stored, an item or a whole webhook delivery, and why. It can be played again.';
comment on column private.etl_dead_letters.key is
  'What it is about: failing again counts on the letter there is, being stored closes it.';
create index etl_dead_letters_open_idx on private.etl_dead_letters (org_id, updated_at desc) where state = 'open';
create index etl_dead_letters_job_idx on private.etl_dead_letters (job_id);

alter table private.etl_dead_letters enable row level security;
revoke all on private.etl_dead_letters from public, anon, authenticated, service_role;

create function private.dead_letter_key(p_kind text, p_item jsonb)
returns text
language sql
immutable
set search_path = ''
as $$
  select concat_ws('/', p_kind, coalesce(p_item ->> 'repository_github_id', lower(p_item ->> 'repository')),
    p_item ->> 'pull_request', coalesce(p_item ->> 'external_id', p_item ->> 'sha', md5(p_item::text)))
$$;
comment on function private.dead_letter_key(text, jsonb) is 'What an item is about.';

create function private.keep_dead_letter(p_letter private.etl_dead_letters)
returns void
language sql
volatile
set search_path = ''
as $$
  insert into private.etl_dead_letters as kept (org_id, key, job_id, delivery_id, kind, item, code, reason)
  values (p_letter.org_id, p_letter.key, p_letter.job_id, p_letter.delivery_id, p_letter.kind, p_letter.item,
    p_letter.code, p_letter.reason)
  on conflict (org_id, key) do update set
    job_id = excluded.job_id, delivery_id = excluded.delivery_id, kind = excluded.kind, item = excluded.item,
    code = excluded.code, reason = excluded.reason, state = 'open', attempts = kept.attempts + 1, updated_at = now()
$$;
comment on function private.keep_dead_letter(private.etl_dead_letters) is
  'Keeps what could not be stored, or counts that it failed again.';

create function private.store_or_keep(p_org_id uuid, p_job_id uuid, p_delivery_id text, p_groups jsonb)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_group jsonb;
  v_answer jsonb;
  v_rejected jsonb;
  v_stored int := 0;
  v_refused int := 0;
  v_letter private.etl_dead_letters;
  v_has_letters boolean := exists (select from private.etl_dead_letters d
    where d.org_id = p_org_id and d.state = 'open');
begin
  for v_group in select * from jsonb_array_elements(p_groups) loop
    continue when jsonb_array_length(v_group -> 'items') = 0;
    v_answer := public.store_delivery(p_org_id, v_group ->> 'kind', v_group -> 'items');
    v_stored := v_stored + (v_answer ->> 'stored')::int;
    if v_has_letters then
      update private.etl_dead_letters d set state = 'resolved', updated_at = now()
      where d.org_id = p_org_id and d.state = 'open' and d.key in (
        select private.dead_letter_key(v_group ->> 'kind', item) from jsonb_array_elements(v_group -> 'items') as item);
    end if;
    for v_rejected in select * from jsonb_array_elements(v_answer -> 'rejected') loop
      v_refused := v_refused + 1;
      v_letter := null;
      v_letter.org_id := p_org_id;
      v_letter.job_id := p_job_id;
      v_letter.delivery_id := p_delivery_id;
      v_letter.kind := v_group ->> 'kind';
      v_letter.item := v_group -> 'items' -> (v_rejected ->> 'index')::int;
      v_letter.key := private.dead_letter_key(v_letter.kind, v_letter.item);
      v_letter.code := v_rejected ->> 'code';
      v_letter.reason := v_rejected ->> 'message';
      perform private.keep_dead_letter(v_letter);
    end loop;
  end loop;
  return jsonb_build_object('stored', v_stored, 'rejected', v_refused);
end $$;
comment on function private.store_or_keep(uuid, uuid, text, jsonb) is
  'Stores [{kind, items}]; what is refused becomes a dead letter, what was one and is stored now closes it.';

create function public.etl_dead_letters(p_state text, p_page int, p_page_size int, p_org_id uuid default null)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
begin
  return jsonb_build_object(
    'total_count', (select count(*) from private.etl_dead_letters d where d.org_id = v_org_id and d.state = p_state),
    'dead_letters', (
      select coalesce(jsonb_agg(to_jsonb(d) order by d.updated_at desc, d.id), '[]')
      from (
        select d.* from private.etl_dead_letters d where d.org_id = v_org_id and d.state = p_state
        order by d.updated_at desc, d.id limit least(p_page_size, 1000) offset (p_page - 1) * p_page_size
      ) d));
end $$;
comment on function public.etl_dead_letters(text, int, int, uuid) is
  'A page of what could not be stored, or could in the end, the newest first.';

create function public.dead_letter(p_id uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$ select to_jsonb(d) from private.etl_dead_letters d where d.id = p_id $$;
comment on function public.dead_letter(uuid) is 'One dead letter, for the service, after it was played again.';

create function public.replay_dead_letter(p_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_letter private.etl_dead_letters;
begin
  select d.* into v_letter from private.etl_dead_letters d where d.id = p_id for update;
  if v_letter.id is null or v_letter.org_id <> private.confined_to()
    or not (private.caller_is_service() or v_letter.org_id in (select private.my_organization_ids())) then
    raise exception using errcode = 'LL404', message = 'not_found', detail = 'Dead letter not found';
  end if;
  perform private.event_organization(v_letter.org_id, true);
  if v_letter.state = 'open' and v_letter.item is not null then
    perform private.store_or_keep(v_letter.org_id, v_letter.job_id, v_letter.delivery_id, jsonb_build_array(
      jsonb_build_object('kind', v_letter.kind, 'items', jsonb_build_array(v_letter.item))));
  elsif v_letter.state = 'open' then
    update private.webhook_deliveries set state = 'received', attempts = 0, lease_token = null, lease_until = null
    where delivery_id = v_letter.delivery_id;
    if not found then
      raise exception using errcode = 'LL410', message = 'gone',
        detail = 'The delivery was kept for thirty days, which are over';
    end if;
  end if;
  return (select to_jsonb(d) from private.etl_dead_letters d where d.id = p_id);
end $$;
comment on function public.replay_dead_letter(uuid) is
  'Stores a dead letter''s item again, or has its delivery processed again; answers the letter as it is then.';

revoke execute
on function private.dead_letter_key(text, jsonb),
private.keep_dead_letter(private.etl_dead_letters),
private.store_or_keep(uuid, uuid, text, jsonb),
public.etl_dead_letters(text, int, int, uuid),
public.dead_letter(uuid),
public.replay_dead_letter(uuid)
from public, anon, authenticated;
grant execute
on function public.etl_dead_letters(text, int, int, uuid), public.replay_dead_letter(uuid)
to authenticated, service_role;
grant execute on function public.dead_letter(uuid) to service_role;

-- schemas/50_delivery/default_branch.sql

-- Which commits are on the default branch.

create table private.pending_heads (
  id bigint generated always as identity primary key,
  repository_id bigint not null references private.repositories (id)
    on delete cascade,
  before_sha text,
  sha text not null
);
comment on table private.pending_heads is 'Pushes to a default branch that wait for the commits they are about.';
comment on column private.pending_heads.before_sha is
  'The head that a force push replaced; null of one that only added.';
create index pending_heads_repository_idx on private.pending_heads (repository_id, id);

alter table private.pending_heads enable row level security;
revoke all on private.pending_heads from public, anon, authenticated, service_role;

create function private.put_on_default_branch(p_repository_id bigint, p_shas text[])
returns text[]
language plpgsql
volatile
set search_path = ''
set jit = off
set enable_seqscan = off
as $$
declare
  v_reached text[];
begin
  with recursive reached (sha) as (
    select unnest(p_shas)
    union
    select parent.sha
    from reached
    cross join lateral (
      select c.parents from private.commits c
      where c.sha = reached.sha and c.repository_id = p_repository_id offset 0) c
    cross join lateral (
      select p.sha from private.commits p
      where p.sha = any (c.parents) and p.repository_id = p_repository_id and not p.on_default_branch offset 0) parent
  )
  select array_agg(sha) into v_reached from reached;
  with put as (
    update private.commits c set on_default_branch = true, taken_off = false
    from private.commits_of(p_repository_id, v_reached) old
    where c.ctid = old.place and not old.on_default_branch
    returning c.sha
  )
  select coalesce(array_agg(sha), '{}') into v_reached from put;
  return v_reached;
end $$;
comment on function private.put_on_default_branch(bigint, text[]) is
  'Puts commits and whatever they are built on on the default branch; answers those that were not there.';

create function private.reachable(p_repository_id bigint, p_sha text)
returns setof text
language sql
stable
set search_path = ''
set jit = off
set enable_seqscan = off
as $$
  with recursive reached (sha) as (
    select p_sha
    union
    select parent.sha
    from reached
    cross join lateral (
      select c.parents from private.commits c
      where c.sha = reached.sha and c.repository_id = p_repository_id offset 0) c
    cross join unnest(c.parents) as parent (sha)
  )
  select sha from reached
$$;
comment on function private.reachable(bigint, text) is
  'A commit and all it is built on, as far as is known: the first unknown ones included.';

create function private.move_head(p_repository_id bigint, p_before text, p_sha text)
returns text[]
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_kept text[];
  v_lost text[];
begin
  if not exists (select from private.commits c where c.repository_id = p_repository_id and c.sha = p_sha)
    or not exists (select from private.commits c
      where c.repository_id = p_repository_id and c.sha = coalesce(p_before, p_sha)) then
    return null;
  end if;
  if p_before is null then
    return private.put_on_default_branch(p_repository_id, array[p_sha]);
  end if;
  v_kept := array(select private.reachable(p_repository_id, p_sha));
  v_lost := array(select private.reachable(p_repository_id, p_before));
  -- Without a commit in common, some of what is new may still be on its way, unless all of it is known.
  if not (v_kept && v_lost) and exists (
    select unnest(v_kept) except select c.sha from private.commits_of(p_repository_id, v_kept) c
  ) then
    return null;
  end if;
  v_lost := array(select unnest(v_lost) except select unnest(v_kept));
  update private.commits c set on_default_branch = false, taken_off = true
  from private.commits_of(p_repository_id, v_lost) old
  where c.ctid = old.place;
  return v_lost;
end $$;
comment on function private.move_head(bigint, text, text) is
  'Puts what a new head is built on on the default branch or, if it replaced another, takes off what only that one '
  'was built on. Answers the commits that changed, or null if it must wait for commits.';

create function private.move_pending_heads(p_repository_id bigint)
returns text[]
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_pending private.pending_heads;
  v_moved text[];
  v_all text[] := '{}'::text[];
begin
  for v_pending in select * from private.pending_heads h where h.repository_id = p_repository_id order by h.id loop
    v_moved := private.move_head(p_repository_id, v_pending.before_sha, v_pending.sha);
    if v_moved is not null then
      delete from private.pending_heads h where h.id = v_pending.id;
      v_all := v_all || v_moved;
    end if;
  end loop;
  return v_all;
end $$;
comment on function private.move_pending_heads(bigint) is
  'Applies the pushes whose commits have come; answers the commits that changed.';

create function private.store_default_branch_heads(p_repository private.repositories, p_items jsonb)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
begin
  insert into private.pending_heads (repository_id, before_sha, sha)
  select p_repository.id, was.head, i.sha
  from jsonb_to_recordset(p_items) as i (before text, sha text, forced boolean)
  cross join lateral (select null as head union all select i.before where i.forced and i.before is not null) was;
  perform private.follow_up_commits(p_repository.id, private.move_pending_heads(p_repository.id));
  return '[]'::jsonb;
end $$;
comment on function private.store_default_branch_heads(private.repositories, jsonb) is
  'Moves the default branch, at once or as soon as the commits have come.';

revoke execute
on function private.put_on_default_branch(bigint, text[]),
private.reachable(bigint, text),
private.move_head(bigint, text, text),
private.move_pending_heads(bigint),
private.store_default_branch_heads(private.repositories, jsonb)
from public, anon, authenticated;

-- schemas/50_delivery/delivery.sql

-- The one way into delivery: webhooks, synchronisation and posting all store through public.store_delivery. Items
-- come in any order and any number of times. The newer word of two counts, by updated_at where the items say it;
-- where they do not, the later to arrive, except that it takes back no end that was reported. What an item leaves out
-- is left as it is known, and filled in from older words. coalesce(case when newer then i.x end, t.x, i.x) in the
-- functions store_… is that rule for one column.

create function private.store_delivery_items(p_repository private.repositories, p_kind text, p_items jsonb)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_count int := jsonb_array_length(p_items);
  v_constraint text;
  v_column text;
begin
  return case p_kind
    when 'repository' then private.store_repositories(p_repository, p_items)
    when 'commit' then private.store_commits(p_repository, p_items)
    when 'default_branch_head' then private.store_default_branch_heads(p_repository, p_items)
    when 'pull_request' then private.store_pull_requests(p_repository, p_items)
    when 'review' then private.store_reviews(p_repository, p_items)
    when 'deployment' then private.store_deployments(p_repository, p_items)
    when 'incident' then private.store_incidents(p_repository, p_items)
    when 'release' then private.store_releases(p_repository, p_items)
    when 'branches' then private.store_branches(p_repository, p_items)
  end;
exception when integrity_constraint_violation or data_exception then
  if v_count > 1 then
    return private.store_delivery_items(p_repository, p_kind,
      jsonb_path_query_array(p_items, '$[0 to $last]', jsonb_build_object('last', v_count / 2 - 1)))
      || private.store_delivery_items(p_repository, p_kind,
        jsonb_path_query_array(p_items, '$[$first to last]', jsonb_build_object('first', v_count / 2)));
  end if;
  get stacked diagnostics v_constraint = constraint_name, v_column = column_name;
  return jsonb_build_array(jsonb_build_object('index', p_items -> 0 -> 'index', 'code', 'validation_failed',
    'message', 'cannot be stored: ' || coalesce(nullif(v_column, '') || ' is missing', nullif(v_constraint, ''),
      sqlerrm)));
end $$;
comment on function private.store_delivery_items(private.repositories, text, jsonb) is
  'Stores items of one repository, no two of the same thing; answers those that were refused. A bad one is found by '
  'halving and costs no other.';

create function private.names_repository(p_item jsonb)
returns boolean
language sql
immutable
set search_path = ''
as $$
  select jsonb_typeof(p_item) = 'object' and coalesce(char_length(p_item ->> 'repository') between 1 and 200, false)
    and coalesce(p_item ->> 'repository_github_id' ~ '^[0-9]{1,18}$', true)
$$;
comment on function private.names_repository(jsonb) is 'Whether an item says which repository it is about.';

create function private.delivery_key(p_item jsonb)
returns text
language sql
immutable
set search_path = ''
as $$
  select coalesce((p_item ->> 'pull_request') || '/' || (p_item ->> 'external_id'), p_item ->> 'external_id',
    p_item ->> 'sha')
$$;
comment on function private.delivery_key(jsonb) is
  'What an item is called within its repository; a review, within its pull request.';

create function private.delivery_texts(p_repository_id bigint, p_kind text, p_items jsonb)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with item as (
    select private.delivery_key(item) as key, item from jsonb_array_elements(p_items) as item
  )
  select coalesce(jsonb_object_agg(known.key, md5(known.said::text)), '{}')
  from (
    select c.sha as key, to_jsonb(c) as said
    from private.commits c
    where p_kind = 'commit' and c.repository_id = p_repository_id and c.sha in (select key from item)
    union all
    select d.external_id, to_jsonb(d) - 'updated_at'
    from private.deployments d
    where p_kind = 'deployment' and d.repository_id = p_repository_id and d.external_id in (select key from item)
    union all
    select i.external_id, to_jsonb(i) - '{updated_at,open_as_of}'::text[]
    from private.incidents i
    where p_kind = 'incident' and i.repository_id = p_repository_id and i.external_id in (select key from item)
    union all
    select p.external_id, to_jsonb(p) - 'updated_at' || jsonb_build_object('commits', (
      select jsonb_agg(to_jsonb(c) order by c.sha) from private.pull_request_commits c where c.pull_request_id = p.id))
    from private.pull_requests p
    where p_kind = 'pull_request' and p.repository_id = p_repository_id and p.external_id in (select key from item)
    union all
    select item.key, to_jsonb(v)
    from item
    join private.pull_requests p on p.repository_id = p_repository_id and p.external_id = item.item ->> 'pull_request'
    join private.reviews v on v.pull_request_id = p.id and v.external_id = item.item ->> 'external_id'
    where p_kind = 'review'
  ) known
$$;
comment on function private.delivery_texts(bigint, text, jsonb) is
  'What is known of each of these things, as a digest by sha or external_id: whether an item said something new is '
  'seen by whether it changed.';

-- Security definer: no client role may write these tables. It begins by asking whose organization it is.
create function public.store_delivery(
  p_org_id uuid,
  p_kind text,
  p_items jsonb,
  p_count_duplicates boolean default false
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, true);
  v_given jsonb;
  v_rejected jsonb;
  v_repository private.repositories;
  v_items jsonb;
  v_refused jsonb;
  v_before jsonb;
  v_after jsonb;
  v_duplicates bigint := 0;
begin
  if p_kind is null or p_kind not in (
    'repository', 'commit', 'default_branch_head', 'pull_request', 'review', 'deployment', 'incident', 'release',
    'branches') then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail = 'kind: is unknown';
  end if;
  if coalesce(jsonb_typeof(p_items), '') <> 'array' then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail = 'items: is no list';
  end if;
  select coalesce(jsonb_agg(i.value || jsonb_build_object('index', i.ordinality - 1))
    filter (where private.names_repository(i.value)), '[]'),
    coalesce(jsonb_agg(jsonb_build_object('index', i.ordinality - 1, 'code', 'validation_failed', 'message',
      'repository: must name one'))
      filter (where not private.names_repository(i.value)), '[]')
  into v_given, v_rejected
  from jsonb_array_elements(p_items) with ordinality as i;

  -- A number tells more than a name, so names with a number go first.
  with named as materialized (
    select n.name, n.github_id, private.delivery_repository(v_org_id, n.name, n.github_id) as id
    from (
      select distinct on (i.repository_github_id, lower(i.repository)) i.repository as name,
        i.repository_github_id as github_id
      from jsonb_to_recordset(v_given) as i (repository text, repository_github_id bigint)
      order by i.repository_github_id nulls last, lower(i.repository)
    ) n
  )
  select coalesce(jsonb_agg(item || jsonb_build_object('repository_id', named.id)), '[]') into v_given
  from jsonb_array_elements(v_given) as item
  join named on lower(named.name) = lower(item ->> 'repository')
    and named.github_id is not distinct from (item ->> 'repository_github_id')::bigint;

  -- What follows from a repository's rows is worked out under its lock; in one order, so that no two calls wait for
  -- each other.
  for v_repository in
    select r.* from private.repositories r
    where r.id in (select i.repository_id from jsonb_to_recordset(v_given) as i (repository_id bigint))
    order by r.id for no key update
  loop
    -- Several words about one thing take turns, in the order in which they came.
    for v_items in
      select jsonb_agg(said.item order by said.index)
      from (
        select item, (item ->> 'index')::int as index, row_number() over (
          partition by case when p_kind in ('commit', 'default_branch_head') then item -> 'sha'
            else item -> 'external_id' end, item -> 'pull_request'
          order by (item ->> 'index')::int) as turn
        from jsonb_array_elements(v_given) as item
        where (item ->> 'repository_id')::bigint = v_repository.id
      ) said
      group by said.turn order by said.turn
    loop
      v_before := case when p_count_duplicates then private.delivery_texts(v_repository.id, p_kind, v_items) end;
      v_refused := private.store_delivery_items(v_repository, p_kind, v_items);
      v_rejected := v_rejected || v_refused;
      continue when v_before is null or v_before = '{}';
      v_after := private.delivery_texts(v_repository.id, p_kind, v_items);
      v_duplicates := v_duplicates + (
        select count(*)
        from jsonb_array_elements(v_items) as item
        cross join lateral (select private.delivery_key(item) as key) known
        where v_before ->> known.key = v_after ->> known.key
          and not exists (select from jsonb_array_elements(v_refused) as one where one -> 'index' = item -> 'index'));
    end loop;
  end loop;
  return jsonb_build_object(
    'stored', jsonb_array_length(p_items) - jsonb_array_length(v_rejected),
    'rejected', (select coalesce(jsonb_agg(r.value order by (r.value ->> 'index')::int), '[]')
      from jsonb_array_elements(v_rejected) as r))
    || case when p_count_duplicates then jsonb_build_object('duplicates', v_duplicates) else '{}' end;
end $$;
comment on function public.store_delivery(uuid, text, jsonb, boolean) is
  'Stores items of one kind (repository, commit, default_branch_head, pull_request, review, deployment, incident, '
  'release, branches) of an organization, in any order, any number of times; answers {stored, duplicates (of those '
  'stored how many said nothing new, of posted kinds and if asked), rejected: [{index, code, message}]}. A bad item '
  'costs no other.';

revoke execute
on function private.store_delivery_items(private.repositories, text, jsonb),
private.names_repository(jsonb),
private.delivery_key(jsonb),
private.delivery_texts(bigint, text, jsonb),
public.store_delivery(uuid, text, jsonb, boolean)
from public, anon, authenticated;
grant execute on function public.store_delivery(uuid, text, jsonb, boolean) to authenticated, service_role;

-- schemas/50_delivery/delivery_trim.sql

-- Deliveries that are older than their organization keeps them. What later ones are judged by stays: the last
-- deployment of an environment before the moment, commits that have not been out yet, the latest incident, and when
-- an environment was
-- first deployed to.

create function private.trim_commits(p_org_id uuid, p_before timestamptz, p_limit int)
returns bigint
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_rows bigint;
begin
  with old as materialized (
    select c.ctid, c.sha, c.repository_id, c.parents from private.commits c
    where c.org_id = p_org_id and c.on_default_branch and c.committed_at < p_before
      and (exists (
          select from private.deployed_commits f
          where f.sha = c.sha and f.repository_id = c.repository_id and f.deployed_at < p_before)
        or not exists (
          select from private.environments e where e.repository_id = c.repository_id
            and e.first_deployed_at is not null))
      and not exists (
        select from private.deployments d where d.sha = c.sha and d.repository_id = c.repository_id
          and d.status = 'success')
    order by c.committed_at limit p_limit for update of c skip locked
  ),
  edge as (
    -- By their places, found one by one (offset 0): a join reads the whole table.
    delete from private.commit_parents e where e.ctid = any (array(
      select gone.ctid
      from old
      cross join lateral unnest(old.parents) as parent (sha)
      cross join lateral (
        select p.ctid from private.commit_parents p
        where p.parent_sha = parent.sha and p.repository_id = old.repository_id and p.sha = old.sha offset 0
      ) gone))
  )
  delete from private.commits c where c.ctid = any (array(select old.ctid from old));
  get diagnostics v_rows = row_count;
  return v_rows;
end $$;
comment on function private.trim_commits(uuid, timestamptz, int) is
  'Removes up to so many commits of default branches that were made and, where anything is deployed, out before a '
  'moment.';

create function private.trim_delivery(p_org_id uuid, p_before timestamptz, p_limit int)
returns bigint
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_rows bigint;
begin
  -- A look into the index for each environment: without it the last step reads the whole table to find none.
  delete from private.changes k where k.ctid = any (array(
    select old.ctid
    from (
      select distinct e.name from private.environments e join private.repositories r on r.id = e.repository_id
      where r.org_id = p_org_id
    ) environment
    cross join lateral (
      select o.ctid from private.changes o
      where o.org_id = p_org_id and o.environment = environment.name and o.deployed_at < p_before
      order by o.org_id, o.environment, o.deployed_at limit p_limit for update skip locked
    ) old
    limit p_limit));
  get diagnostics v_rows = row_count;

  if v_rows = 0 then
    delete from private.incidents i where i.id = any (array(
      select o.id from private.incidents o
      where o.org_id = p_org_id and o.began_at < p_before and o.resolved_at < p_before
        and o.id <> (select l.id from private.incidents l where l.org_id = p_org_id
          order by l.began_at desc, l.id desc limit 1)
      order by o.began_at limit p_limit for update skip locked
    ));
    get diagnostics v_rows = row_count;
  end if;

  if v_rows = 0 then
    -- Each with its reviews and commits.
    delete from private.pull_requests p where p.id = any (array(
      select o.id from private.pull_requests o
      where o.org_id = p_org_id and o.created_at < p_before and o.state <> 'open' and o.updated_at < p_before
        and coalesce(o.merged_at, o.closed_at, o.updated_at) < p_before
      order by o.created_at limit greatest(p_limit / 10, 1) for update skip locked
    ));
    get diagnostics v_rows = row_count;
  end if;

  if v_rows = 0 then
    delete from private.deployments d where d.id = any (array(
      select o.id from private.deployments o
      where o.org_id = p_org_id and o.finished_at < p_before and (o.status <> 'success' or exists (
        select from private.deployments l
        where l.repository_id = o.repository_id and l.environment = o.environment and l.status = 'success'
          and l.finished_at > o.finished_at and l.finished_at < p_before))
      limit p_limit for update skip locked
    ));
    get diagnostics v_rows = row_count;
  end if;

  if v_rows = 0 then
    delete from private.releases r where r.id = any (array(
      select o.id from private.releases o where o.org_id = p_org_id and o.published_at < p_before
      order by o.published_at limit p_limit for update skip locked
    ));
    get diagnostics v_rows = row_count;
  end if;

  return case when v_rows > 0 then v_rows else private.trim_commits(p_org_id, p_before, p_limit) end;
end $$;
comment on function private.trim_delivery(uuid, timestamptz, int) is
  'Removes up to so many of an organization''s deliveries from before a moment: changes, incidents, pull requests, '
  'deployments, releases, commits, one kind after the other.';

revoke execute
on function private.trim_commits(uuid, timestamptz, int), private.trim_delivery(uuid, timestamptz, int)
from public, anon, authenticated;

-- schemas/50_delivery/deployed_commits.sql

-- Which deployment of an environment first had a commit.

-- A row goes with the repository, pull request or team that it is of: here and in the tables of pull requests'
-- commits, reviews, incidents' links, branches and teams' repositories the organization stands for row-level security
-- alone, and checking it again for each of a hundred thousand commits is a third of the time they take.
create table private.deployed_commits (
  repository_id bigint not null,
  environment text not null,
  sha text not null,
  org_id uuid not null,
  deployment_id bigint not null,
  deployed_at timestamptz not null,
  primary key (sha, repository_id, environment),
  foreign key (sha, repository_id) references private.commits (sha, repository_id)
    on delete cascade
);
comment on table private.deployed_commits is
  'The first successful deployment of an environment that contains a commit. Whatever a commit has, its parents have '
  'at the same time or earlier, which is what lets the walk back from a deployment stop at the first commit that was '
  'deployed before.';
create index deployed_commits_deployment_idx on private.deployed_commits (deployment_id);

alter table private.deployed_commits enable row level security;
create policy "members read what belongs to their organization" on private.deployed_commits
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.deployed_commits from public, anon, authenticated, service_role;
grant select on private.deployed_commits to authenticated, service_role;

create function private.name_deployed_commits(p_repository_id bigint, p_shas text[])
returns text[]
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_shas text[];
begin
  if not exists (select from private.deployments d where d.repository_id = p_repository_id and d.said_sha is not null)
    then
    return array[]::text[];
  end if;
  with renamed as (
    update private.deployments d set sha = named.sha
    from (
      select said.sha as said_sha, coalesce(private.commit_named(p_repository_id, said.sha), said.sha) as sha
      from (select distinct left(one.sha, n) as sha from unnest(p_shas) as one (sha) cross
        join generate_series(7, 39) n) said
      where exists (select from private.deployments s where s.repository_id = p_repository_id and s.said_sha = said.sha)
    ) named
    where d.repository_id = p_repository_id and d.said_sha = named.said_sha and d.sha <> named.sha
    returning d.id, d.sha
  ),
  -- What was taken for the one commit that begins so, until there was another, is looked for again.
  withdrawn as (
    delete from private.deployed_commits f using renamed where f.deployment_id = renamed.id returning f.sha
  )
  select array(select sha from renamed union select sha from withdrawn) into v_shas;
  return v_shas;
end $$;
comment on function private.name_deployed_commits(bigint, text[]) is
  'Tells deployments that name their commit by the beginning of its hash which it is, now that these commits are '
  'known; answers the commits to follow up.';

create function private.trace_deployments(p_repository_id bigint, p_shas text[])
returns text[]
language plpgsql
volatile
set search_path = ''
set jit = off
set enable_seqscan = off
as $$
declare
  v_org_id uuid := (select r.org_id from private.repositories r where r.id = p_repository_id);
  v_seed record;
  v_traced text[];
  v_all text[] := '{}'::text[];
begin
  -- In order of time, so that a commit is reached by its first deployment first, and later walks stop there.
  for v_seed in
    select first.environment, first.at, first.deployment_id, array_agg(first.sha) as shas
    from (
      select distinct on (source.environment, source.sha) source.*
      from private.commits_of(p_repository_id, p_shas) c
      cross join lateral (
        select d.environment, d.sha, d.finished_at as at, d.id as deployment_id
        from private.deployments d
        where d.sha = c.sha and d.repository_id + 0 = p_repository_id and d.status = 'success' and d.environment in (
          select e.name from private.environments e where e.repository_id = p_repository_id)
        union all
        select f.environment, c.sha, f.deployed_at, f.deployment_id
        from (
          select e.sha from private.commit_parents e
          where e.parent_sha = c.sha and e.repository_id = p_repository_id offset 0
        ) child
        cross join lateral (
          select f.* from private.deployed_commits f
          where f.sha = child.sha and f.repository_id = p_repository_id offset 0) f
        union all
        select f.environment, f.sha, f.deployed_at, f.deployment_id
        from private.deployed_commits f where f.sha = c.sha and f.repository_id = p_repository_id
        offset 0
      ) source
      order by source.environment, source.sha, source.at, source.deployment_id
    ) first
    group by first.environment, first.at, first.deployment_id
    order by first.at, first.deployment_id
  loop
    with recursive contained (sha) as (
      select unnest(v_seed.shas)
      union
      select parent.sha
      from contained
      cross join lateral (
        select c.parents from private.commits c
        where c.sha = contained.sha and c.repository_id = p_repository_id offset 0) c
      cross join lateral (
        select p.sha from private.commits p
        where p.sha = any (c.parents) and p.repository_id = p_repository_id offset 0) parent
      where not coalesce((
        select f.deployed_at <= v_seed.at from private.deployed_commits f
        where f.sha = parent.sha and f.repository_id = p_repository_id and f.environment = v_seed.environment), false)
    ),
    traced as (
      insert into private.deployed_commits as f (repository_id, environment, sha, org_id, deployment_id, deployed_at)
      select p_repository_id, v_seed.environment, contained.sha, v_org_id, v_seed.deployment_id, v_seed.at
      from contained
      on conflict (sha, repository_id, environment) do update
        set deployment_id = excluded.deployment_id, deployed_at = excluded.deployed_at
        where f.deployed_at > excluded.deployed_at
      returning f.sha
    )
    select array_agg(traced.sha) into v_traced from traced;
    v_all := v_all || v_traced;
  end loop;
  return v_all;
end $$;
comment on function private.trace_deployments(bigint, text[]) is
  'Finds the first deployment of each environment with these commits, and with what they are built on; answers the '
  'commits for which it changed.';

create function private.note_first_deployments(p_repository_id bigint)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_org_id uuid := (select r.org_id from private.repositories r where r.id = p_repository_id);
  v_news record;
begin
  for v_news in
    select e.name, e.first_deployed_at as was, first.at
    from private.environments e
    left join lateral (
      select d.finished_at as at from private.deployments d
      where d.repository_id = e.repository_id and d.environment = e.name and d.status = 'success' and exists (
        select from private.commits c where c.sha = d.sha and c.repository_id = d.repository_id)
      order by d.finished_at limit 1
    ) first on true
    where e.repository_id = p_repository_id and e.first_deployed_at is distinct from first.at
      -- The first one that is still kept is not the first there was.
      and (e.first_deployed_at < (select t.removed_before from private.trims t where t.org_id = v_org_id
        and t.kind = 'delivery'))
        is not true
  loop
    update private.environments e set first_deployed_at = v_news.at
    where e.repository_id = p_repository_id and e.name = v_news.name;
    update private.changes k set is_initial = coalesce(k.deployed_at <= v_news.at, false)
    where k.org_id = v_org_id and k.environment = v_news.name and k.deployed_at = any (array[v_news.was, v_news.at])
      and k.repository_id = p_repository_id
      and k.is_initial is distinct from coalesce(k.deployed_at <= v_news.at, false);
  end loop;
end $$;
comment on function private.note_first_deployments(bigint) is
  'Finds the first known deployment of each environment that is followed, and takes the lead time from what it '
  'contains.';

revoke execute
on function private.name_deployed_commits(bigint, text[]),
private.trace_deployments(bigint, text[]),
private.note_first_deployments(bigint)
from public, anon, authenticated;

-- schemas/50_delivery/deployment_runs.sql

-- What DORA counts as one deployment: a run of a pipeline that deploys several times to an environment is one. Kept
-- as a table, because a run may lie on both sides of a window's edge, where counting the window's rows would count it
-- twice or miss why it failed.

create table private.deployment_runs (
  deployment_id bigint primary key references private.deployments (id)
    on delete cascade,
  org_id uuid not null,
  repository_id bigint not null,
  environment text not null,
  finished_at timestamptz not null,
  succeeded boolean not null,
  failed boolean not null,
  unplanned boolean not null,
  deployments int not null
);
comment on table private.deployment_runs is
  'One row for each pipeline run, or deployment without one, that reached an environment: it succeeded, or it '
  'reported a failure and an incident is put down to it. Kept by triggers; goes with its deployment.';
comment on column private.deployment_runs.deployment_id is
  'Its first successful deployment, else its first one with an incident.';
comment on column private.deployment_runs.failed is 'Whether an incident is linked to any deployment of it.';
comment on column private.deployment_runs.unplanned is
  'Whether any deployment of it answers a production incident, or went back to an older commit.';
comment on column private.deployment_runs.deployments is 'How many deployments of it reached the environment.';
create index deployment_runs_org_idx on private.deployment_runs (org_id, environment, finished_at)
include (repository_id, succeeded, failed, unplanned);
create index deployment_runs_unplanned_idx on private.deployment_runs (org_id)
where unplanned;

alter table private.deployment_runs enable row level security;
create policy "members read what belongs to their organization" on private.deployment_runs
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.deployment_runs from public, anon, authenticated, service_role;
grant select on private.deployment_runs to authenticated, service_role;

create type private.pipeline_run as (repository_id bigint, environment text, pipeline_id text);

create function private.refresh_deployment_runs(p_ids bigint[], p_runs private.pipeline_run[])
returns void
language sql
volatile
set search_path = ''
as $$
  with changed as (
    select repository_id, environment, pipeline_id from unnest(p_runs) where pipeline_id is not null
    union
    select d.repository_id, d.environment, d.pipeline_id from private.deployments d
    where d.id = any (p_ids) and d.pipeline_id is not null
  ),
  member as (
    select d.* from changed
    join private.deployments d
      on d.repository_id = changed.repository_id and d.environment = changed.environment
        and d.pipeline_id = changed.pipeline_id
    union all
    select d.* from private.deployments d where d.id = any (p_ids) and d.pipeline_id is null
  ),
  judged as (
    select m.*, exists (select from private.incident_links l where l.deployment_id = m.id) as has_incident from member m
  ),
  run as (
    select (array_agg(id order by status = 'failure', finished_at, id))[1] as deployment_id, org_id, repository_id,
      environment, coalesce(min(finished_at) filter (where status = 'success'), min(finished_at)) as finished_at,
      bool_or(status = 'success') as succeeded, bool_or(has_incident) as failed,
      bool_or(is_unplanned or incident_external_id is not null or is_rollback) as unplanned, count(*) as deployments
    from judged
    where status = 'success' or (status = 'failure' and has_incident)
    group by org_id, repository_id, environment, pipeline_id, case when pipeline_id is null then id end
  ),
  removed as (
    delete from private.deployment_runs r
    where r.deployment_id = any (array(select id from member union select unnest(p_ids)))
      and r.deployment_id <> all (array(select deployment_id from run))
  )
  insert into private.deployment_runs as kept
    (deployment_id, org_id, repository_id, environment, finished_at, succeeded, failed, unplanned, deployments)
  select deployment_id, org_id, repository_id, environment, finished_at, succeeded, failed, unplanned, deployments
  from run order by deployment_id
  on conflict (deployment_id) do update
  set repository_id = excluded.repository_id, environment = excluded.environment, finished_at = excluded.finished_at,
    succeeded = excluded.succeeded, failed = excluded.failed, unplanned = excluded.unplanned,
    deployments = excluded.deployments
$$;
comment on function private.refresh_deployment_runs(bigint[], private.pipeline_run[]) is
  'Counts the runs anew that these deployments are part of, and these ones, which deployments may have left.';

-- Security definer, both: the service deletes organizations, and with them deployments, but writes no table of
-- delivery.
create function private.keep_runs_of_deployments()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.refresh_deployment_runs(
    array_agg(c.id), array_agg(distinct (c.repository_id, c.environment, c.pipeline_id)::private.pipeline_run))
  from changed c having count(*) > 0;
  return null;
end $$;
comment on function private.keep_runs_of_deployments() is
  'Trigger: keeps the runs that changed deployments are, or were, part of.';

create trigger keep_runs_when_inserted
after insert on private.deployments
referencing new table as changed
for each statement
execute function private.keep_runs_of_deployments();
create trigger keep_runs_when_updated
after update on private.deployments
referencing old table as changed
for each statement
execute function private.keep_runs_of_deployments();
create trigger keep_runs_when_deleted
after delete on private.deployments
referencing old table as changed
for each statement
execute function private.keep_runs_of_deployments();

create function private.keep_runs_of_links()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.refresh_deployment_runs(array_agg(c.deployment_id), '{}') from changed c having count(*) > 0;
  return null;
end $$;
comment on function private.keep_runs_of_links() is 'Trigger: keeps the runs whose incidents changed.';

create trigger keep_runs_when_inserted
after insert on private.incident_links
referencing new table as changed
for each statement
execute function private.keep_runs_of_links();
-- A link that moves changes two runs: the one it leaves and the one it goes to.
create trigger keep_left_runs_when_updated
after update on private.incident_links
referencing old table as changed
for each statement
execute function private.keep_runs_of_links();
create trigger keep_runs_when_updated
after update on private.incident_links
referencing new table as changed
for each statement
execute function private.keep_runs_of_links();
create trigger keep_runs_when_deleted
after delete on private.incident_links
referencing old table as changed
for each statement
execute function private.keep_runs_of_links();

revoke execute
on function private.refresh_deployment_runs(bigint[], private.pipeline_run[]),
private.keep_runs_of_deployments(),
private.keep_runs_of_links()
from public, anon, authenticated;

-- schemas/50_delivery/dora.sql

-- The numbers of DORA for a window, from rows alone: pooled over repositories, nothing averaged twice. What they mean
-- (rates, bands, changes) is judged where they are shown; the routes, the trend, the forecast and the digest all read
-- them here.

-- Security definer, because jobs are read by functions only. It tells one bit of an organization that dora_scope has
-- proved.
create function private.brings_incidents(p_org_id uuid)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select from private.etl_jobs j
    where j.org_id = p_org_id and jsonb_array_length(coalesce(j.settings -> 'incident_labels', '["incident"]')) > 0)
$$;
comment on function private.brings_incidents(uuid) is
  'Whether a job of the organization reads issues that are incidents.';

-- A window of a day and one of ten years want different plans, so each is planned for its own (force_custom_plan).
create function private.dora_deployment_numbers(r private.dora_scope, p_first date, p_last date)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  -- Days whose deployments are no longer kept were not without any.
  v_first date := coalesce(private.rows_since(r.org_id, 'delivery', p_first, r.time_zone), p_first);
  v_from timestamptz := private.day_start(v_first, r.time_zone);
  v_to timestamptz := private.day_start(p_last + 1, r.time_zone);
  v_watched timestamptz := r.as_of - r.failure_window;
  v_answer jsonb;
begin
  select jsonb_build_object(
    'days', greatest(0, least(p_last, r.today) - v_first + 1),
    'deployments', count(*) filter (where d.succeeded),
    'unplanned', count(*) filter (where d.succeeded and d.unplanned),
    'finished', count(*) filter (where d.finished_at <= v_watched),
    'failed', count(*) filter (where d.finished_at <= v_watched and d.failed),
    'pending', count(*) filter (where d.finished_at > v_watched))
  into v_answer
  from private.deployment_runs d
  where d.org_id = r.org_id and d.environment = r.environment and d.finished_at >= v_from and d.finished_at < v_to
    and (r.repository_ids is null or d.repository_id = any (r.repository_ids));
  return v_answer || (
    with day as materialized (
      select day::date as day, exists (
        select from private.deployment_runs d
        where d.org_id = r.org_id and d.environment = r.environment and d.succeeded
          and d.finished_at >= private.day_start(day::date, r.time_zone)
          and d.finished_at < private.day_start(day::date + 1, r.time_zone)
          and (r.repository_ids is null or d.repository_id = any (r.repository_ids))) as is_busy
      from generate_series(v_first::timestamp, least(p_last, r.today)::timestamp, interval '1 day') as day
    ),
    -- Only weeks that lie in the window as a whole and are over, or the edges would look idle. Months and halves of a
    -- year that the window cuts count as they are; a window no longer than one is one, wherever it begins.
    span as (
      select 'week' as kind, count(*) filter (where is_busy) as days
      from day group by date_trunc('week', day) having count(*) = 7 and max(day) < r.today
      union all
      select 'month', count(*) filter (where is_busy)
      from day group by case when p_last - v_first >= 31 then date_trunc('month', day) end
      union all
      select 'half_year', count(*) filter (where is_busy)
      from day
      group by case when p_last - v_first >= 184 then date_part('year', day) * 2 + (date_part('month',
        day) > 6)::int end
    )
    select jsonb_build_object(
      'weeks', count(*) filter (where kind = 'week'),
      'days_a_week', percentile_cont(0.5) within group (order by days) filter (where kind = 'week'),
      'days_a_month', percentile_cont(0.5) within group (order by days) filter (where kind = 'month'),
      'days_a_half_year', percentile_cont(0.5) within group (order by days) filter (where kind = 'half_year'))
    from span
  ) || jsonb_build_object('known_before', (v_answer ->> 'deployments')::bigint > 0 or v_first <= p_last and exists (
    select from private.deployment_runs d
    where d.org_id = r.org_id and d.environment = r.environment and d.finished_at < v_from
      and (r.repository_ids is null or d.repository_id = any (r.repository_ids))))
    || (
      -- Of the organization as a whole: a repository without failures is not one that nobody watches.
      select jsonb_build_object('incident_source', known.incidents or known.unplanned
        or private.brings_incidents(r.org_id), 'unplanned_source', known.incidents or known.unplanned)
      from (
        select exists (select from private.incidents i where i.org_id = r.org_id) as incidents,
          exists (select from private.deployment_runs d where d.org_id = r.org_id and d.unplanned) as unplanned
      ) known);
end $$;
comment on function private.dora_deployment_numbers(private.dora_scope, date, date) is
  'Deployments (runs) that finished on these days: {days (that have begun), deployments, unplanned, finished, '
  'failed, pending, weeks, days_a_week, days_a_month and days_a_half_year (the median number of days with one), '
  'known_before (whether silence is a 0), incident_source and unplanned_source (whether no failure and no rework are '
  'known to be none)}. Pending ones are younger than the failure window, and in neither finished nor failed.';

create function private.dora_lead_numbers(r private.dora_scope, p_first date, p_last date)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
set work_mem = '64MB'
as $$
begin
  return (
    select jsonb_build_object(
      'n', count(*) filter (where c.lead_seconds >= 0),
      'seconds', percentile_cont('{0.5,0.75,0.9}'::float8[]) within group (order by c.lead_seconds)
        filter (where c.lead_seconds >= 0),
      'negative', count(*) filter (where c.lead_seconds < 0),
      'initial', count(*) filter (where c.lead_seconds is null))
    from private.changes c
    where c.org_id = r.org_id and c.environment = r.environment
      and c.deployed_at >= private.day_start(p_first, r.time_zone)
      and c.deployed_at < private.day_start(p_last + 1, r.time_zone)
      and (r.repository_ids is null or c.repository_id = any (r.repository_ids)));
end $$;
comment on function private.dora_lead_numbers(private.dora_scope, date, date) is
  'Lead time of the changes first deployed on these days: {n, seconds: [p50, p75, p90], negative, initial (contained '
  'in the first known deployment of their environment)}.';

create function private.dora_recoveries(r private.dora_scope, p_first date, p_last date)
returns table (incident_id bigint, deployment_id bigint, method text, finished_at timestamptz, seconds float8)
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
begin
  return query
  select i.id, d.id, l.method, d.finished_at, date_part('epoch', i.resolved_at - d.finished_at)
  from private.incident_links l
  join private.incidents i on i.id = l.incident_id
  join private.deployments d on d.id = l.deployment_id
  where l.org_id = r.org_id and d.org_id = r.org_id and d.environment = r.environment
    and d.finished_at >= private.day_start(p_first, r.time_zone)
    and d.finished_at < private.day_start(p_last + 1, r.time_zone)
    and (r.repository_ids is null or d.repository_id = any (r.repository_ids));
end $$;
comment on function private.dora_recoveries(private.dora_scope, date, date) is
  'The incidents put down to deployments that finished on these days, and the seconds from that to their end, null '
  'while they are open.';

create function private.dora_recovery_numbers(r private.dora_scope, p_first date, p_last date)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
begin
  return (
    select jsonb_build_object(
      'n', count(*) filter (where seconds >= 0),
      'seconds', percentile_cont('{0.5,0.75,0.9}'::float8[]) within group (order by seconds)
        filter (where seconds >= 0),
      'negative', count(*) filter (where seconds < 0),
      'open', count(*) filter (where seconds is null))
    from private.dora_recoveries(r, p_first, p_last));
end $$;
comment on function private.dora_recovery_numbers(private.dora_scope, date, date) is
  'Recovery of the deployments that finished on these days and failed: {n, seconds: [p50, p75, p90], negative, '
  'open}, one for each incident.';

create function private.dora_incident_numbers(r private.dora_scope, p_first date, p_last date)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
begin
  return (
    select jsonb_build_object(
      'n', count(*) filter (where seconds >= 0),
      'seconds', percentile_cont('{0.5,0.75,0.9}'::float8[]) within group (order by seconds)
        filter (where seconds >= 0),
      'negative', count(*) filter (where seconds < 0),
      'open', count(*) filter (where seconds is null))
    from (
      select date_part('epoch', i.resolved_at - i.created_at) as seconds
      from private.incidents i
      where i.org_id = r.org_id and i.environment = r.environment and not i.is_withdrawn
        and i.created_at >= private.day_start(p_first, r.time_zone)
        and i.created_at < private.day_start(p_last + 1, r.time_zone)
        and (r.repository_ids is null or i.repository_id = any (r.repository_ids))) i);
end $$;
comment on function private.dora_incident_numbers(private.dora_scope, date, date) is
  'Duration of the incidents created on these days, linked or not: {n, seconds: [p50, p75, p90], negative, open}.';

create function private.dora_numbers(r private.dora_scope, p_parts text[], p_first date, p_last date)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_object_agg(part, case part
    when 'deployments' then private.dora_deployment_numbers(r, p_first, p_last)
    when 'lead_time' then private.dora_lead_numbers(r, p_first, p_last)
    when 'recovery' then private.dora_recovery_numbers(r, p_first, p_last)
    when 'incidents' then private.dora_incident_numbers(r, p_first, p_last) end)
  from unnest(coalesce(p_parts, '{deployments,lead_time,recovery,incidents}')) part
$$;
comment on function private.dora_numbers(private.dora_scope, text[], date, date) is
  'The numbers of some days, by part; all parts unless named: deployments, lead_time, recovery, incidents.';

create function private.dora_window(r private.dora_scope, p_parts text[], p_compare text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with earlier as (select * from private.compared_days(p_compare, r.first_day, r.last_day))
  select private.dora_head(r) || jsonb_build_object(
    'previous_period', (select jsonb_build_object('start', first_day, 'end', last_day) from earlier),
    'numbers', private.dora_numbers(r, p_parts, r.first_day, r.last_day),
    'previous', (select private.dora_numbers(r, p_parts, first_day, last_day) from earlier))
$$;
comment on function private.dora_window(private.dora_scope, text[], text) is
  'The numbers of the window, and of the one it is compared with (none, previous, year); null without one.';

create function public.dora_summary(
  p_org_id uuid default null,
  p_start date default null,
  p_end date default null,
  p_team text default null,
  p_repository text default null,
  p_environment text default null,
  p_compare text default 'previous'
)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.dora_window(
    private.dora_scope(p_org_id, p_start, p_end, p_team, p_repository, p_environment), null, p_compare)
$$;
comment on function public.dora_summary(uuid, date, date, text, text, text, text) is
  'All numbers of DORA for a window and the one it is compared with (none, previous, year): {period, environment, '
  'failure_window_hours, previous_period, numbers, previous}.';

revoke execute
on function private.brings_incidents(uuid),
private.dora_deployment_numbers(private.dora_scope, date, date),
private.dora_lead_numbers(private.dora_scope, date, date),
private.dora_recoveries(private.dora_scope, date, date),
private.dora_recovery_numbers(private.dora_scope, date, date),
private.dora_incident_numbers(private.dora_scope, date, date),
private.dora_numbers(private.dora_scope, text[], date, date),
private.dora_window(private.dora_scope, text[], text),
public.dora_summary(uuid, date, date, text, text, text, text)
from public, anon, authenticated;
grant execute
on function private.brings_incidents(uuid),
private.dora_deployment_numbers(private.dora_scope, date, date),
private.dora_lead_numbers(private.dora_scope, date, date),
private.dora_recoveries(private.dora_scope, date, date),
private.dora_recovery_numbers(private.dora_scope, date, date),
private.dora_incident_numbers(private.dora_scope, date, date),
private.dora_numbers(private.dora_scope, text[], date, date),
private.dora_window(private.dora_scope, text[], text),
public.dora_summary(uuid, date, date, text, text, text, text)
to authenticated, service_role;

-- schemas/50_delivery/dora_breakdown.sql

-- The numbers of DORA of each repository or team, beside each other.

create function private.dora_groups(p_org_id uuid, p_breakdown text)
returns table (team_id uuid, name text, repository_ids bigint[])
language sql
stable
set search_path = ''
as $$
  select null::uuid, r.full_name, array[r.id]
  from private.repositories r
  where p_breakdown = 'repository' and r.org_id = p_org_id and (
    exists (select from private.deployments d where d.repository_id = r.id)
    or exists (select from private.changes c where c.repository_id = r.id)
    or exists (select from private.incidents i where i.repository_id = r.id))
  union all
  select t.id, t.name, array(select o.repository_id from private.team_repositories o where o.team_id = t.id)
  from private.teams t
  where p_breakdown = 'team' and t.org_id = p_org_id
$$;
comment on function private.dora_groups(uuid, text) is
  'The repositories that there is data of, or the teams with theirs.';

create function public.dora_breakdown(
  p_org_id uuid default null,
  p_start date default null,
  p_end date default null,
  p_environment text default null,
  p_breakdown text default 'repository',
  p_compare text default 'previous',
  p_page int default 1,
  p_page_size int default 20
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  r private.dora_scope := private.dora_scope(p_org_id, p_start, p_end, null, null, p_environment);
begin
  if p_breakdown is null or p_breakdown not in ('repository', 'team') then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = 'breakdown: is none of repository, team';
  end if;
  -- Each group reads each of its days.
  if r.last_day - r.first_day >= 366 then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = 'start: makes a range of more than 366 days';
  end if;
  return (
    with page as (
      select g.* from private.dora_groups(r.org_id, p_breakdown) g
      order by lower(g.name), g.team_id
      limit least(greatest(p_page_size, 0), 100) offset (greatest(p_page, 1)::bigint - 1) * p_page_size
    )
    select private.dora_head(r) || jsonb_build_object(
      'total_count', (select count(*) from private.dora_groups(r.org_id, p_breakdown)),
      'groups', coalesce(jsonb_agg(jsonb_build_object(
        'team_id', page.team_id, 'name', page.name, 'repositories', cardinality(page.repository_ids))
        || private.dora_window(
          (r.org_id, r.time_zone, r.environment, page.repository_ids, r.failure_window, r.as_of, r.today, r.first_day,
            r.last_day)::private.dora_scope,
          null, p_compare)
        order by lower(page.name), page.team_id), '[]'))
    from page);
end $$;
comment on function public.dora_breakdown(uuid, date, date, text, text, text, int, int) is
  'A page of repositories or teams by name, each with the numbers of DORA of up to 366 days and those they are '
  'compared with: {period, environment, failure_window_hours, total_count, groups: [{team_id, name, repositories, '
  'period, previous_period, numbers, previous}]}.';

revoke execute
on function private.dora_groups(uuid, text), public.dora_breakdown(uuid, date, date, text, text, text, int, int)
from public, anon, authenticated;
grant execute
on function private.dora_groups(uuid, text), public.dora_breakdown(uuid, date, date, text, text, text, int, int)
to authenticated, service_role;

-- schemas/50_delivery/dora_histogram.sql

-- How the durations behind the medians of DORA are spread.

create function private.dora_histogram(r private.dora_scope, p_metric text)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  -- Hours at which a bin begins; the bounds of the bands (an hour, a day, a week, a month) are among them.
  v_bounds constant float8[] := '{0,1,4,12,24,48,96,168,336,720}'::float8[];
begin
  return (
    with counted as (
      select width_bucket(span.seconds / 3600, v_bounds) as bin, count(*) as n
      from (
        select c.lead_seconds::float8 as seconds
        from private.changes c
        where p_metric = 'lead_time' and c.org_id = r.org_id and c.environment = r.environment
          and c.deployed_at >= private.day_start(r.first_day, r.time_zone)
          and c.deployed_at < private.day_start(r.last_day + 1, r.time_zone)
          and (r.repository_ids is null or c.repository_id = any (r.repository_ids))
        union all
        select recovery.seconds
        from private.dora_recoveries(r, r.first_day, r.last_day) recovery where p_metric = 'recovery_time'
      ) span
      where span.seconds >= 0
      group by 1
    )
    select jsonb_agg(jsonb_build_object(
      'from', v_bounds[bin] * 3600, 'to', v_bounds[bin + 1] * 3600, 'n', coalesce(counted.n, 0)) order by bin)
    from generate_subscripts(v_bounds, 1) as bin left join counted using (bin));
end $$;
comment on function private.dora_histogram(private.dora_scope, text) is
  'How the durations behind lead_time or recovery_time are spread: [{from, to, n}] in seconds, from is in the bin '
  'and to is not, the last has no end. What is negative is left out, as of the median.';

revoke execute on function private.dora_histogram(private.dora_scope, text) from public, anon, authenticated;
grant execute on function private.dora_histogram(private.dora_scope, text) to authenticated, service_role;

-- schemas/50_delivery/dora_rows.sql

-- What is behind the numbers of DORA: where the time of a change goes, and the rows themselves, so that every number
-- can be counted again by hand. Authors are left out: the numbers are about changes, not people.

create function private.dora_spans(r private.dora_scope, p_pull_request_ids bigint[])
returns table (
  pull_request_id bigint,
  deployed_at timestamptz,
  coding float8,
  pickup float8,
  review float8,
  deploy float8
)
language sql
stable
set search_path = ''
as $$
  select p.id, shipped.deployed_at,
    date_part('epoch', coalesce(p.ready_at, p.created_at) - coalesce(p.first_commit_at, shipped.authored_at)),
    date_part('epoch', reviewed.first_at - coalesce(p.ready_at, p.created_at)),
    date_part('epoch', p.merged_at - reviewed.first_at),
    date_part('epoch', shipped.deployed_at - p.merged_at)
  from unnest(p_pull_request_ids) as asked (id)
  join private.pull_requests p on p.id = asked.id
  cross join lateral (
    -- A pull request is out when all of it is.
    select case when bool_and(c.deployed_at is not null) then max(c.deployed_at) end as deployed_at,
      min(c.authored_at) as authored_at
    from private.changes c where c.pull_request_id = p.id and c.environment = r.environment
  ) shipped
  cross join lateral (
    -- An author's answers to reviewers are reviews to GitHub. One after the merge picked nothing up.
    select min(v.submitted_at) as first_at from private.reviews v
    where v.pull_request_id = p.id and not v.is_bot and lower(v.reviewer) is distinct from lower(p.author)
      and (p.merged_at is null or v.submitted_at <= p.merged_at)
  ) reviewed
$$;
comment on function private.dora_spans(private.dora_scope, bigint[]) is
  'Where the time of pull requests went, in seconds: coding (first commit to opened or ready), pickup (to the first '
  'review by another person), review (to merged), deploy (to deployed). Null where an end is unknown.';

create function private.dora_stages(r private.dora_scope)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
set work_mem = '64MB'
as $$
declare
  v_from timestamptz := private.day_start(r.first_day, r.time_zone);
  v_to timestamptz := private.day_start(r.last_day + 1, r.time_zone);
  v_ids bigint[] := array(
    select distinct c.pull_request_id from private.changes c
    where c.org_id = r.org_id and c.environment = r.environment and c.deployed_at >= v_from and c.deployed_at < v_to
      and not c.is_initial and c.pull_request_id is not null
      and (r.repository_ids is null or c.repository_id = any (r.repository_ids)));
begin
  return (
    select jsonb_agg(jsonb_build_object('stage', stage, 'n', n, 'seconds', percentiles, 'negative', negative,
      'unknown', unknown)
      order by place)
    from (
      select part.stage, part.place, count(s.pull_request_id) filter (where part.seconds >= 0) as n,
        percentile_cont('{0.5,0.75,0.9}'::float8[]) within group (order by part.seconds)
          filter (where part.seconds >= 0) as percentiles,
        count(s.pull_request_id) filter (where part.seconds < 0) as negative,
        count(s.pull_request_id) filter (where part.seconds is null) as unknown
      from (values (true)) one
      left join private.dora_spans(r, v_ids) s on s.deployed_at < v_to
      cross join lateral (
        values ('coding', 1, s.coding), ('pickup', 2, s.pickup), ('review', 3, s.review), ('deploy', 4, s.deploy)
      ) as part (stage, place, seconds)
      group by part.stage, part.place
    ) stage);
end $$;
comment on function private.dora_stages(private.dora_scope) is
  'The stages of the pull requests that were out within the window: [{stage, n, seconds: [p50, p75, p90], negative, '
  'unknown}].';

create function private.dora_change_rows(r private.dora_scope, p_page int, p_page_size int)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  v_from timestamptz := private.day_start(r.first_day, r.time_zone);
  v_to timestamptz := private.day_start(r.last_day + 1, r.time_zone);
begin
  return (
    with page as (
      select c.*
      from private.changes c
      where c.org_id = r.org_id and c.environment = r.environment and c.deployed_at >= v_from and c.deployed_at < v_to
        and (r.repository_ids is null or c.repository_id = any (r.repository_ids))
      order by c.deployed_at desc, c.repository_id, c.sha
        limit least(p_page_size, 1000) offset (p_page::bigint - 1) * p_page_size
    ),
    span as (
      select s.* from private.dora_spans(r,
        array(select distinct pull_request_id from page where pull_request_id is not null)) s
    )
    select jsonb_build_object(
      'total_count', (
        select count(*) from private.changes c
        where c.org_id = r.org_id and c.environment = r.environment and c.deployed_at >= v_from and c.deployed_at < v_to
          and (r.repository_ids is null or c.repository_id = any (r.repository_ids))),
      'rows', coalesce(jsonb_agg(jsonb_build_object(
        'repository', o.full_name, 'sha', page.sha, 'pull_request', p.external_id, 'title', p.title,
        'authored_at', page.authored_at, 'deployed_at', page.deployed_at, 'deployment', d.external_id,
        'seconds', page.lead_seconds, 'counted', coalesce(page.lead_seconds >= 0, false), 'initial', page.is_initial,
        'stages', case when p.id is not null then jsonb_build_object(
          'coding', span.coding, 'pickup', span.pickup, 'review', span.review, 'deploy', span.deploy) end)
        order by page.deployed_at desc, page.repository_id, page.sha), '[]'))
    from page
    join private.repositories o on o.id = page.repository_id
    left join private.deployments d on d.id = page.deployment_id
    left join private.pull_requests p on p.id = page.pull_request_id
    left join span on span.pull_request_id = p.id);
end $$;
comment on function private.dora_change_rows(private.dora_scope, int, int) is
  'A page of the changes first deployed in the window, the latest first: {total_count, rows}.';

create function private.dora_run_rows(r private.dora_scope, p_metric text, p_page int, p_page_size int)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  v_from timestamptz := private.day_start(r.first_day, r.time_zone);
  v_to timestamptz := private.day_start(r.last_day + 1, r.time_zone);
begin
  return (
    with counted as (
      select n.*, n.finished_at > r.as_of - r.failure_window as is_pending,
        case p_metric when 'change_failure_rate' then n.failed
          when 'rework_rate' then n.unplanned else true end as is_telling
      from private.deployment_runs n
      where n.org_id = r.org_id and n.environment = r.environment and n.finished_at >= v_from and n.finished_at < v_to
        and (r.repository_ids is null or n.repository_id = any (r.repository_ids))
        and (n.succeeded or p_metric = 'change_failure_rate')
    ),
    page as (
      select * from counted
      order by is_telling desc, finished_at desc, deployment_id
        limit least(p_page_size, 1000) offset (p_page::bigint - 1) * p_page_size
    )
    select jsonb_build_object(
      'total_count', (select count(*) from counted),
      'rows', coalesce(jsonb_agg(jsonb_build_object(
        'repository', o.full_name, 'deployment', d.external_id, 'pipeline_id', d.pipeline_id,
        'deployments', page.deployments,
        'sha', d.sha, 'environment', d.said_environment, 'finished_at', page.finished_at, 'succeeded', page.succeeded,
        'pending', page.is_pending,
        'failed', page.failed, 'unplanned', page.unplanned, 'rollback', d.is_rollback,
        'answers_incident', d.incident_external_id, 'url', d.url, 'incidents', (
          select coalesce(jsonb_agg(jsonb_build_object(
            'incident', i.external_id, 'title', i.title, 'method', l.method, 'deployment', m.external_id,
            'began_at', i.began_at, 'resolved_at', i.resolved_at, 'url', i.url) order by i.began_at, i.id), '[]')
          from private.deployments m
          join private.incident_links l on l.deployment_id = m.id
          join private.incidents i on i.id = l.incident_id
          where m.id = d.id or (
            m.repository_id = d.repository_id and m.environment = d.environment and m.pipeline_id = d.pipeline_id)))
        order by page.is_telling desc, page.finished_at desc, page.deployment_id), '[]'))
    from page
    join private.repositories o on o.id = page.repository_id
    join private.deployments d on d.id = page.deployment_id);
end $$;
comment on function private.dora_run_rows(private.dora_scope, text, int, int) is
  'A page of the deployments (runs) behind a rate, those in its numerator first, then the latest, each with the '
  'incidents put down to it and how they were linked.';

create function private.dora_incident_rows(r private.dora_scope, p_page int, p_page_size int)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
begin
  return (
    with recovery as (select * from private.dora_recoveries(r, r.first_day, r.last_day)),
    created as (
      select i.id, date_part('epoch', i.resolved_at - i.created_at) as seconds
      from private.incidents i
      where i.org_id = r.org_id and i.environment = r.environment and not i.is_withdrawn
        and i.created_at >= private.day_start(r.first_day, r.time_zone)
        and i.created_at < private.day_start(r.last_day + 1, r.time_zone)
        and (r.repository_ids is null or i.repository_id = any (r.repository_ids))
    ),
    counted as (
      select coalesce(recovery.incident_id, created.id) as id, recovery.deployment_id,
        recovery.seconds as recovery_seconds, created.seconds as duration_seconds
      from recovery full join created on created.id = recovery.incident_id
    ),
    page as (
      select counted.*, i.repository_id, i.external_id, i.title, i.severity, i.began_at, i.created_at, i.resolved_at,
        i.url
      from counted join private.incidents i on i.id = counted.id
      order by i.began_at desc, i.id limit least(p_page_size, 1000) offset (p_page::bigint - 1) * p_page_size
    )
    select jsonb_build_object(
      'total_count', (select count(*) from counted),
      'rows', coalesce(jsonb_agg(jsonb_build_object(
        'repository', o.full_name, 'incident', page.external_id, 'title', page.title, 'severity', page.severity,
        'began_at', page.began_at, 'created_at', page.created_at, 'resolved_at', page.resolved_at, 'url', page.url,
        'deployment', d.external_id, 'deployed_at', d.finished_at, 'method', l.method,
        'recovery_seconds', page.recovery_seconds, 'duration_seconds', page.duration_seconds,
        'counted_in', to_jsonb(array_remove(array[
          case when page.recovery_seconds >= 0 then 'recovery_time' end,
          case when page.duration_seconds >= 0 then 'incident_duration' end], null)))
        order by page.began_at desc, page.id), '[]'))
    from page
    join private.repositories o on o.id = page.repository_id
    left join private.incident_links l on l.incident_id = page.id
    left join private.deployments d on d.id = l.deployment_id);
end $$;
comment on function private.dora_incident_rows(private.dora_scope, int, int) is
  'A page of the incidents put down to deployments of the window or created in it, the latest first, with how each '
  'was linked and the numbers it counts in.';

create function public.dora_metric(
  p_metric text,
  p_org_id uuid default null,
  p_start date default null,
  p_end date default null,
  p_team text default null,
  p_repository text default null,
  p_environment text default null,
  p_drill boolean default false,
  p_page int default 1,
  p_page_size int default 20,
  p_compare text default 'previous'
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  r private.dora_scope := private.dora_scope(p_org_id, p_start, p_end, p_team, p_repository, p_environment);
begin
  return private.dora_window(r, case p_metric
    when 'lead_time' then '{lead_time}'
    when 'recovery_time' then '{recovery,incidents}'
    else '{deployments}' end::text[], p_compare)
  || case when p_metric = 'lead_time' then jsonb_build_object(
    'stages', private.dora_stages(r), 'weeks', private.dora_series(r, '{lead_time}', 'week')) else '{}' end
  || case when p_metric in ('lead_time', 'recovery_time')
    then jsonb_build_object('histogram', private.dora_histogram(r, p_metric)) else '{}' end
  || jsonb_build_object('drill', case when p_drill then case p_metric
    when 'lead_time' then private.dora_change_rows(r, p_page, p_page_size)
    when 'recovery_time' then private.dora_incident_rows(r, p_page, p_page_size)
    else private.dora_run_rows(r, p_metric, p_page, p_page_size) end end);
end $$;
comment on function public.dora_metric(text, uuid, date, date, text, text, text, boolean, int, int, text) is
  'One metric (deployment_frequency, lead_time, change_failure_rate, recovery_time, rework_rate): its numbers, those '
  'it is compared with, a page of the rows behind it if asked for; for lead_time also its stages and its weeks, for '
  'durations how they are spread.';

revoke execute
on function private.dora_spans(private.dora_scope, bigint[]),
private.dora_stages(private.dora_scope),
private.dora_change_rows(private.dora_scope, int, int),
private.dora_run_rows(private.dora_scope, text, int, int),
private.dora_incident_rows(private.dora_scope, int, int),
public.dora_metric(text, uuid, date, date, text, text, text, boolean, int, int, text)
from public, anon, authenticated;
grant execute
on function private.dora_spans(private.dora_scope, bigint[]),
private.dora_stages(private.dora_scope),
private.dora_change_rows(private.dora_scope, int, int),
private.dora_run_rows(private.dora_scope, text, int, int),
private.dora_incident_rows(private.dora_scope, int, int),
public.dora_metric(text, uuid, date, date, text, text, text, boolean, int, int, text)
to authenticated, service_role;

-- schemas/50_delivery/dora_trend.sql

-- The numbers of DORA by day, week or month.

create function private.dora_buckets(r private.dora_scope, p_bucket text)
returns table (first_day date, last_day date, is_complete boolean)
language sql
stable
set search_path = ''
as $$
  select greatest(b.first_day, r.first_day), least(b.last_day, r.last_day),
    b.first_day >= r.first_day and b.last_day <= r.last_day and b.last_day < r.today
  from (
    select at::date as first_day, (at + ('1 ' || p_bucket)::interval)::date - 1 as last_day
    from generate_series(
      date_trunc(p_bucket, r.first_day::timestamp), least(r.last_day, greatest(r.today, r.first_day))::timestamp,
      ('1 ' || p_bucket)::interval) at
  ) b
$$;
comment on function private.dora_buckets(private.dora_scope, text) is
  'The days, weeks or months of the window up to today; complete ones lie in it as a whole and are over.';

create function private.dora_series(r private.dora_scope, p_parts text[], p_bucket text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_agg(jsonb_build_object('start', b.first_day, 'end', b.last_day, 'complete', b.is_complete,
    'numbers', private.dora_numbers(r, p_parts, b.first_day, b.last_day)) order by b.first_day)
  from private.dora_buckets(r, p_bucket) b
$$;
comment on function private.dora_series(private.dora_scope, text[], text) is
  'The numbers of each day, week or month: [{start, end, complete, numbers}].';

create function public.dora_trend(
  p_org_id uuid default null,
  p_start date default null,
  p_end date default null,
  p_team text default null,
  p_repository text default null,
  p_environment text default null,
  p_bucket text default 'week',
  p_parts text[] default null,
  p_compare text default 'none'
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  r private.dora_scope := private.dora_scope(p_org_id, p_start, p_end, p_team, p_repository, p_environment);
  v_earlier private.dora_scope;
begin
  if p_bucket is null or p_bucket not in ('day', 'week', 'month') then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = 'interval: is none of day, week, month';
  end if;
  if p_bucket = 'day' and r.last_day - r.first_day >= 366 then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = 'interval: goes by day for up to 366 days';
  end if;
  v_earlier := r;
  select first_day, last_day into v_earlier.first_day, v_earlier.last_day
  from private.compared_days(p_compare, r.first_day, r.last_day);
  return private.dora_head(r) || jsonb_build_object('buckets', private.dora_series(r, p_parts, p_bucket))
    || case when v_earlier.first_day is null then '{"previous_period": null, "previous": null}' else jsonb_build_object(
      'previous_period', jsonb_build_object('start', v_earlier.first_day, 'end', v_earlier.last_day),
      'previous', private.dora_series(v_earlier, p_parts, p_bucket)) end;
end $$;
comment on function public.dora_trend(uuid, date, date, text, text, text, text, text[], text) is
  'The numbers of DORA for each day, week (from Monday) or month of a window, of some parts or all, and of the '
  'window it is compared with (none, previous, year).';

revoke execute
on function private.dora_buckets(private.dora_scope, text),
private.dora_series(private.dora_scope, text[], text),
public.dora_trend(uuid, date, date, text, text, text, text, text[], text)
from public, anon, authenticated;
grant execute
on function private.dora_buckets(private.dora_scope, text),
private.dora_series(private.dora_scope, text[], text),
public.dora_trend(uuid, date, date, text, text, text, text, text[], text)
to authenticated, service_role;

-- schemas/50_delivery/environments.sql

-- Which environments are production. What an environment is called is kept as it was said; what all numbers go by is
-- what it stands for, so that `prod`, `live` and `production-eu` are one place that users see.

create table private.environments (
  repository_id bigint not null references private.repositories (id)
    on delete cascade,
  name text not null check (char_length(name) between 1 and 100),
  first_deployed_at timestamptz,
  primary key (repository_id, name)
);
comment on table private.environments is
  'The environments whose deployments are followed back to commits: production and the first nine others of a '
  'repository. Each costs a row per commit, and one for every pull request would cost them squared.';

comment on column private.environments.first_deployed_at is
  'When the first successful deployment of a known commit finished. What it contains has no lead time: how long it '
  'had been out is not known.';

alter table private.environments enable row level security;
create policy "members read what belongs to their organization" on private.environments
for select
to authenticated
using (repository_id in (select r.id from private.repositories r));
revoke all on private.environments from public, anon, authenticated, service_role;
grant select on private.environments to authenticated, service_role;

create function private.is_production_name(p_name text, p_patterns text[])
returns boolean
language sql
immutable
set search_path = ''
as $$
  select case
    when p_patterns is null then name.is_production and not name.is_before
    else exists (
      select from unnest(p_patterns) pattern
      where lower(p_name) like replace(replace(replace(replace(lower(pattern), '\', '\\'), '%', '\%'), '_', '\_'), '*',
        '%')
        and not (pattern like '%*%' and name.is_before))
  end
  from (
    select coalesce(bool_or(word in ('production', 'prod', 'prd', 'live')), false) as is_production,
      coalesce(bool_or(word in (
        'non', 'not', 'no', 'pre', 'nonprod', 'nonproduction', 'preprod', 'preproduction', 'staging', 'stage', 'stg',
        'test', 'testing',
        'dev', 'development', 'qa', 'uat', 'sandbox', 'preview', 'review', 'demo')), false) as is_before
    from (select regexp_replace(part, '[0-9]+$', '') as word
      from regexp_split_to_table(lower(p_name), '[^a-z0-9]+') as part) words
  ) name
$$;
comment on function private.is_production_name(text, text[]) is
  'Whether an environment is production by its name: by patterns, in which * stands for anything, or, without any, '
  'if a word of it is production, prod, prd or live and none says that it comes before (nonprod, pre-prod, staging, '
  '…). What a * matches is none of those either.';

create function private.environment_of(p_name text, p_is_production boolean, p_patterns text[])
returns text
language sql
immutable
set search_path = ''
as $$
  select case
    when coalesce(p_is_production, private.is_production_name(p_name, p_patterns)) then 'production'
    -- It is called so, and is none.
    when lower(p_name) = 'production' then 'non-production'
    else lower(p_name)
  end
$$;
comment on function private.environment_of(text, boolean, text[]) is
  'What an environment stands for in all numbers: production, if its source says so or else its name does; itself '
  'otherwise.';

create function private.follow_environment(p_repository private.repositories, p_environment text)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  insert into private.environments (repository_id, name)
  select p_repository.id, p_environment
  where (select count(*) from private.environments e where e.repository_id = p_repository.id) < 10
    and not exists (select from private.environments e
      where e.repository_id = p_repository.id and e.name = p_environment);
  if found then
    insert into private.changes (repository_id, environment, sha, org_id, pull_request_id, author, authored_at)
    select k.repository_id, p_environment, k.sha, k.org_id, k.pull_request_id, k.author, k.authored_at
    from private.changes k where k.repository_id = p_repository.id and k.environment = 'production';
  end if;
end $$;
comment on function private.follow_environment(private.repositories, text) is
  'Begins to follow an environment''s deployments back to commits, unless too many are followed.';

create function private.rename_environments(p_org_id uuid)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_patterns text[] := (select o.production_environments from public.organizations o where o.id = p_org_id);
  v_repository private.repositories;
  v_items jsonb;
begin
  for v_repository in select r.* from private.repositories r
  where r.org_id = p_org_id order by r.id for no key update loop
    v_items := (
      select jsonb_agg(jsonb_build_object('external_id', d.external_id, 'status', d.status, 'created_at', d.created_at,
        'updated_at', d.updated_at))
      from private.deployments d
      where d.repository_id = v_repository.id
        and d.environment <> private.environment_of(d.said_environment, d.says_production, v_patterns));
    if v_items is not null then
      perform private.store_deployments(v_repository, v_items);
    end if;
    update private.incidents i set environment = private.environment_of(i.said_environment, null, v_patterns)
    where i.repository_id = v_repository.id
      and i.environment <> private.environment_of(i.said_environment, null, v_patterns);
    if found then
      perform private.relink_incidents(v_repository.id, '-infinity');
    end if;
  end loop;
end $$;
comment on function private.rename_environments(uuid) is
  'Works out again what the deployments and incidents of an organization are of, after its patterns changed.';

revoke execute
on function private.is_production_name(text, text[]),
private.environment_of(text, boolean, text[]),
private.follow_environment(private.repositories, text),
private.rename_environments(uuid)
from public, anon, authenticated;
grant execute
on function private.is_production_name(text, text[]), private.environment_of(text, boolean, text[])
to authenticated, service_role;

-- schemas/50_delivery/etl_runs.sql

-- What became of each run of a job.

create table private.etl_runs (
  id uuid primary key default gen_random_uuid(),
  job_id uuid not null references private.etl_jobs (id)
    on delete cascade,
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  trigger text not null check (trigger in ('schedule', 'request')),
  state text not null default 'READY' check (state in ('READY', 'RUNNING', 'FINISHED', 'FAILED')),
  reason text,
  steps jsonb not null default '[]',
  requests int not null default 0,
  pages int not null default 0,
  stored int not null default 0,
  rejected int not null default 0,
  calls int not null default 0,
  version int not null default 1,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  updated_at timestamptz not null default now(),
  finished_at timestamptz,
  check ((state in ('FINISHED', 'FAILED')) = (finished_at is not null))
);
comment on table private.etl_runs is 'A run of a job, over as many calls of the function as it takes.';
comment on column private.etl_runs.steps is
  '[{name, state, done, total}], in order; total is null until GitHub has said it.';
comment on column private.etl_runs.calls is 'Calls of the function it was worked on in.';
comment on column private.etl_runs.version is 'Grows with every change: the id of its live events.';
create index etl_runs_job_idx on private.etl_runs (job_id, created_at desc);
create index etl_runs_org_idx on private.etl_runs (org_id, created_at desc);
create unique index etl_runs_unfinished_key on private.etl_runs (job_id) where state in ('READY', 'RUNNING');

alter table private.etl_runs enable row level security;
revoke all on private.etl_runs from public, anon, authenticated, service_role;

create function private.etl_run_json(p_run private.etl_runs)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select to_jsonb(p_run) || jsonb_build_object(
    'partial', p_run.state = 'FINISHED' and p_run.reason is not null,
    'seconds', extract(epoch from coalesce(p_run.finished_at, now()) - p_run.started_at)::int,
    'resumes_at', (select case when p_run.state = 'READY' then j.next_run_at end from private.etl_jobs j
      where j.id = p_run.job_id))
$$;
comment on function private.etl_run_json(private.etl_runs) is 'A run as the API shows it.';

create function private.etl_run_of(p_id uuid)
returns private.etl_runs
language plpgsql
stable
set search_path = ''
as $$
declare
  v_run private.etl_runs;
begin
  select r.* into v_run from private.etl_runs r where r.id = p_id;
  if v_run.id is null or v_run.org_id <> private.confined_to()
    or not (private.caller_is_service() or v_run.org_id in (select private.my_organization_ids())) then
    raise exception using errcode = 'LL404', message = 'not_found', detail = 'Run not found';
  end if;
  return v_run;
end $$;
comment on function private.etl_run_of(uuid) is 'A run the caller may read; 404 otherwise.';

-- Security definer: see etl_jobs().
create function public.etl_job_runs(p_job_id uuid, p_page int, p_page_size int)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform private.etl_job_of(p_job_id, false);
  return jsonb_build_object(
    'total_count', (select count(*) from private.etl_runs r where r.job_id = p_job_id),
    'runs', (
      select coalesce(jsonb_agg(row.run order by row.created_at desc, row.id), '[]')
      from (
        select r.created_at, r.id, private.etl_run_json(r) as run from private.etl_runs r where r.job_id = p_job_id
        order by r.created_at desc, r.id limit least(p_page_size, 1000) offset (p_page - 1) * p_page_size
      ) row));
end $$;
comment on function public.etl_job_runs(uuid, int, int) is 'A page of a job''s runs, the newest first.';

create function public.etl_run(p_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return private.etl_run_json(private.etl_run_of(p_id));
end $$;
comment on function public.etl_run(uuid) is 'One run.';

revoke execute
on function private.etl_run_json(private.etl_runs),
private.etl_run_of(uuid),
public.etl_job_runs(uuid, int, int),
public.etl_run(uuid)
from public, anon, authenticated;
grant execute on function public.etl_job_runs(uuid, int, int), public.etl_run(uuid) to authenticated, service_role;

-- schemas/50_delivery/etl_schedule.sql

-- Due jobs are started by the database: every minute, if there is something to do, pg_cron has pg_net call the
-- function.

-- Security definer: nobody has rights on the tables. A delivery that has just come is being worked on by who took it.
create function public.etl_due_count(p_job_id uuid default null)
returns int
language sql
stable
security definer
set search_path = ''
as $$
  select (
    select count(*)::int from private.etl_jobs j
    where j.next_run_at <= now() and (j.lease_until is null or j.lease_until < now())
      and (p_job_id is null or j.id = p_job_id)
  ) + (
    select count(*)::int from private.webhook_deliveries d
    where p_job_id is null
      and d.state = 'received' and coalesce(d.lease_until, d.received_at + interval '30 seconds') < now())
$$;
comment on function public.etl_due_count(uuid) is
  'How many jobs and deliveries are due and nobody''s yet; of one job only, 1 or 0.';

create function private.start_due_etl()
returns bigint
language plpgsql
volatile
set search_path = ''
as $$
begin
  return case when public.etl_due_count() > 0 then private.call_function('etl-due', '/etl/tick') end;
end $$;
comment on function private.start_due_etl() is
  'The job of every minute: has worked what is due; answers the id of the request, or null.';

-- Nobody who may wake the worker may read Vault, hence security definer.
create function private.wake_etl()
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform private.call_function('etl-due', '/etl/tick');
exception when sqlstate 'LL503' then
  -- The minute's job says the same by name in cron.job_run_details; whoever asks for a run can do nothing about it.
  null;
end $$;
comment on function private.wake_etl() is 'Has a worker called now rather than within the minute.';

revoke execute
on function public.etl_due_count(uuid), private.start_due_etl(), private.wake_etl()
from public, anon, authenticated;
grant execute on function public.etl_due_count(uuid) to service_role;

select cron.schedule('etl-due', '* * * * *', 'select private.start_due_etl()');

-- schemas/50_delivery/etl_status.sql

-- How an organization's jobs are, at a glance.

-- Security definer: see etl_jobs().
create function public.etl_status(p_org_id uuid default null)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
begin
  return jsonb_build_object(
    'jobs', (
      select jsonb_build_object(
        'total', count(*), 'active', count(*) filter (where j.active),
        'ready', count(*) filter (where j.state = 'READY'), 'running', count(*) filter (where j.state = 'RUNNING'),
        'finished', count(*) filter (where j.state = 'FINISHED'), 'failed', count(*) filter (where j.state = 'FAILED'))
      from private.etl_jobs j where j.org_id = v_org_id),
    'failing', (
      select coalesce(jsonb_agg(jsonb_build_object('id', j.id, 'repository', j.repository, 'reason', j.reason)
        order by j.repository), '[]')
      from (
        select * from private.etl_jobs j where j.org_id = v_org_id and j.state = 'FAILED' order by j.repository
        limit 100
      ) j),
    'next_run_at', (select min(j.next_run_at) from private.etl_jobs j where j.org_id = v_org_id),
    'last_finished_at', (select max(r.finished_at) from private.etl_runs r
      where r.org_id = v_org_id and r.state = 'FINISHED'),
    'open_dead_letters', (select count(*) from private.etl_dead_letters d
      where d.org_id = v_org_id and d.state = 'open'));
end $$;
comment on function public.etl_status(uuid) is
  'Jobs by state, which fail and why, and how many dead letters are open.';

revoke execute on function public.etl_status(uuid) from public, anon, authenticated;
grant execute on function public.etl_status(uuid) to authenticated, service_role;

-- schemas/50_delivery/etl_worker.sql

-- What a worker does with a job: takes it under a lease, stores page by page with the place it has come to, and lets
-- it go. Rows and place are one transaction, so that a worker may die anywhere; its lease runs out, and the next one
-- goes on from the last page.

-- Security definer, all of these: only the service may, and nobody has rights on the tables.
create function public.etl_claim(p_job_id uuid default null)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_job private.etl_jobs;
  v_run private.etl_runs;
  v_deaths constant int := 5;
begin
  loop
    select j.* into v_job from private.etl_jobs j
    where j.next_run_at <= now() and (j.lease_until is null or j.lease_until < now())
      and (p_job_id is null or j.id = p_job_id)
    order by j.next_run_at limit 1
    for update skip locked;
    if v_job.id is null then
      return null;
    end if;
    insert into private.etl_runs (job_id, org_id, trigger) values (v_job.id, v_job.org_id, 'schedule')
    on conflict (job_id) where state in ('READY', 'RUNNING') do nothing;
    select r.* into v_run from private.etl_runs r where r.job_id = v_job.id and r.state in ('READY', 'RUNNING');

    exit when v_job.lease_token is null or v_job.takeovers < v_deaths - 1;
    perform private.end_etl_run(v_job, v_run.id, 'FAILED',
      format('The worker died %s times at the same place', v_deaths));
  end loop;

  update private.etl_jobs j set
    state = 'RUNNING', reason = null, lease_token = gen_random_uuid(), lease_until = now() + interval '2 minutes',
    takeovers = case when j.lease_token is null then j.takeovers else j.takeovers + 1 end
  where j.id = v_job.id returning * into v_job;
  update private.etl_runs r set
    state = 'RUNNING', reason = null, started_at = coalesce(r.started_at, now()), calls = r.calls + 1,
    version = r.version + 1, updated_at = now()
  where r.id = v_run.id returning * into v_run;
  return jsonb_build_object(
    'job_id', v_job.id, 'run_id', v_run.id, 'lease_token', v_job.lease_token, 'repository', v_job.repository,
    'repository_github_id', v_job.repository_github_id, 'settings', v_job.settings, 'cursor', v_job.cursor,
    'steps', v_run.steps, 'started_at', v_run.started_at, 'reads_as', v_job.reads_as,
    -- Whoever has left the organization lends it their token no more.
    'user_id', (select m.user_id from public.memberships m
      where m.org_id = v_job.org_id and m.user_id = v_job.created_by));
end $$;
comment on function public.etl_claim(uuid) is
  'Takes the job that has been due the longest, or this one, for two minutes; a dead worker''s too. Null when there '
  'is none.';

create function private.leased_etl_job(p_job_id uuid, p_lease_token uuid)
returns private.etl_jobs
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_job private.etl_jobs;
begin
  select j.* into v_job from private.etl_jobs j where j.id = p_job_id and j.lease_token = p_lease_token for update;
  if v_job.id is null then
    raise exception using errcode = 'LL409', message = 'conflict', detail = 'The lease is another worker''s by now';
  end if;
  return v_job;
end $$;
comment on function private.leased_etl_job(uuid, uuid) is
  'The job, locked, if the lease is still this one; 409 otherwise.';

create function public.etl_checkpoint(p_job_id uuid, p_lease_token uuid, p_page jsonb)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_job private.etl_jobs := private.leased_etl_job(p_job_id, p_lease_token);
  v_counts jsonb;
  v_other uuid;
begin
  select j.id into v_other from private.etl_jobs j
  where j.org_id = v_job.org_id and j.id <> p_job_id
    and j.repository_github_id = (p_page #>> '{repository,github_id}')::bigint;
  if v_other is not null then
    return jsonb_build_object('duplicate_of', v_other);
  end if;
  v_counts := private.store_or_keep(v_job.org_id, p_job_id, null, p_page -> 'groups');
  if p_page ? 'forget_branches_before' then
    delete from private.branches b using private.repositories r
    where r.id = b.repository_id and r.org_id = v_job.org_id and r.github_id = v_job.repository_github_id
      and b.seen_at < (p_page ->> 'forget_branches_before')::timestamptz;
  end if;
  if p_page ? 'repository' then
    update private.etl_jobs set
      repository = p_page #>> '{repository,full_name}',
      repository_github_id = (p_page #>> '{repository,github_id}')::bigint
    where id = p_job_id;
  end if;
  update private.etl_jobs set
    cursor = p_page -> 'cursor', lease_until = now() + interval '2 minutes', takeovers = 0, updated_at = now()
  where id = p_job_id;
  update private.etl_runs r set
    steps = p_page -> 'steps', requests = r.requests + (p_page ->> 'requests')::int, pages = r.pages + 1,
    stored = r.stored + (v_counts ->> 'stored')::int, rejected = r.rejected + (v_counts ->> 'rejected')::int,
    version = r.version + 1, updated_at = now()
  where r.job_id = p_job_id and r.state = 'RUNNING';
  return v_counts;
end $$;
comment on function public.etl_checkpoint(uuid, uuid, jsonb) is
  'Stores a page {groups: [{kind, items}], cursor, steps, requests, repository?, forget_branches_before?} and renews '
  'the lease; 409 when it is lost. Stores nothing, and says so, when another job reads the same repository by an '
  'older name.';

create function private.end_etl_run(p_job private.etl_jobs, p_run_id uuid, p_state text, p_reason text)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  update private.etl_runs r set
    state = p_state, reason = p_reason, finished_at = now(), updated_at = now(), version = r.version + 1
  where r.id = p_run_id;
  update private.etl_jobs j set
    state = p_state, reason = p_reason, lease_token = null, lease_until = null, takeovers = 0, updated_at = now(),
    next_run_at = case
      when not j.active then null
      -- Finished for a reason is finished in part.
      when p_state = 'FAILED' or p_reason is not null then now() + make_interval(mins => j.retry_minutes)
      -- What a webhook told of while this ran may have come too late for it.
      when j.nudged_at > (select r.started_at from private.etl_runs r where r.id = p_run_id)
        then now() + interval '1 minute'
      else now() + make_interval(mins => j.interval_minutes)
    end
  where j.id = p_job.id;
end $$;
comment on function private.end_etl_run(private.etl_jobs, uuid, text, text) is
  'Ends a run, FINISHED or FAILED, and says when the next is due.';

create function public.etl_release(p_job_id uuid, p_lease_token uuid, p_outcome jsonb)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_job private.etl_jobs := private.leased_etl_job(p_job_id, p_lease_token);
  v_run_id uuid := (select r.id from private.etl_runs r where r.job_id = p_job_id and r.state = 'RUNNING');
  v_resume_at timestamptz := coalesce((p_outcome ->> 'resume_at')::timestamptz, now());
begin
  update private.etl_runs r set requests = r.requests + coalesce((p_outcome ->> 'requests')::int, 0)
  where r.id = v_run_id;
  if p_outcome ->> 'state' in ('FINISHED', 'FAILED') then
    perform private.end_etl_run(v_job, v_run_id, p_outcome ->> 'state', p_outcome ->> 'reason');
    update private.etl_jobs j set
      proved_at = case
        when p_outcome ->> 'state' = 'FINISHED' then now()
        when (p_outcome ->> 'lost_access')::boolean then null
        else j.proved_at
      end
    where j.id = p_job_id;
    if p_outcome ->> 'state' = 'FINISHED' then
      perform private.route_deliveries_to(v_job.repository_github_id);
    end if;
    return;
  end if;
  update private.etl_runs r set
    state = 'READY', reason = p_outcome ->> 'reason', updated_at = now(), version = r.version + 1
  where r.id = v_run_id;
  update private.etl_jobs j set
    state = 'READY', reason = p_outcome ->> 'reason', lease_token = null, lease_until = null, next_run_at = v_resume_at,
    updated_at = now()
  where j.id = p_job_id;
  if v_resume_at <= now() then
    perform private.wake_etl();
  end if;
end $$;
comment on function public.etl_release(uuid, uuid, jsonb) is
  'Lets a job go: {state: FINISHED, reason? (of what failed, if only a part is done)}, {state: FAILED, reason?, '
  'lost_access?}, or {state: READY, reason?, resume_at?} to go on in another call.';

revoke execute
on function public.etl_claim(uuid),
private.leased_etl_job(uuid, uuid),
public.etl_checkpoint(uuid, uuid, jsonb),
private.end_etl_run(private.etl_jobs, uuid, text, text),
public.etl_release(uuid, uuid, jsonb)
from public, anon, authenticated;
grant execute
on function public.etl_claim(uuid), public.etl_checkpoint(uuid, uuid, jsonb), public.etl_release(uuid, uuid, jsonb)
to service_role;

-- schemas/50_delivery/github_cache.sql

-- GitHub counts no request that it answers with 304, so what it answered is kept with its ETag, per token and path.

create table public.github_cache (
  cache_key text primary key check (char_length(cache_key) = 64),
  etag text not null check (char_length(etag) <= 300),
  body jsonb not null,
  stored_at timestamptz not null default now()
);
comment on table public.github_cache is
  'Answers of GitHub by SHA-256 of token and path, with the ETag to ask again with.';
create index github_cache_stored_at_idx on public.github_cache (stored_at);

alter table public.github_cache enable row level security;
create policy "only the service sees cached answers" on public.github_cache
for all
to service_role
using (true)
with check (true);
revoke all on public.github_cache from public, anon, authenticated, service_role;
grant select, insert, update, delete on public.github_cache to service_role;

-- schemas/50_delivery/github_contributors.sql

-- Who works when and with whom: by person only where the organization has opted in, by team otherwise, so that an
-- answer never names anybody who has not been asked. Bots are nobody.

create function private.github_commits(r private.github_scope, p_from timestamptz, p_to timestamptz)
returns table (repository_id bigint, login text, authored_at timestamptz, pull_request_id bigint)
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
begin
  return query
  select c.repository_id, lower(c.author), c.authored_at, c.pull_request_id
  from private.commits c
  where c.org_id = r.org_id and c.on_default_branch and c.committed_at >= p_from and c.committed_at < p_to
    and not c.is_bot and cardinality(c.parents) < 2
    and (r.repository_ids is null or c.repository_id = any (r.repository_ids));
end $$;
comment on function private.github_commits(private.github_scope, timestamptz, timestamptz) is
  'The commits of people on default branches that were committed within a time, without merges. The login is null '
  'where it is unknown.';

create function private.github_deeds(r private.github_scope)
returns table (kind text, login text, at timestamptz, pull_request_id bigint, author text)
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
begin
  return query
  select 'commit', c.login, c.authored_at, c.pull_request_id, null
  from private.github_commits(r, r.from_at, r.to_at) c
  where c.login is not null
  union all
  select 'pull_request', lower(p.author), p.created_at, p.id, null
  from private.pull_requests p
  where p.org_id = r.org_id and p.created_at >= r.from_at and p.created_at < r.to_at and not p.is_bot
    and p.author is not null
    and (r.repository_ids is null or p.repository_id = any (r.repository_ids))
  union all
  select 'review', lower(v.reviewer), v.submitted_at, p.id, case when not p.is_bot then lower(p.author) end
  from private.reviews v join private.pull_requests p on p.id = v.pull_request_id
  where v.org_id = r.org_id and v.submitted_at >= r.from_at and v.submitted_at < r.to_at and not v.is_bot
    and v.reviewer is not null
    and lower(v.reviewer) is distinct from lower(p.author)
    and (r.repository_ids is null or p.repository_id = any (r.repository_ids));
end $$;
comment on function private.github_deeds(private.github_scope) is
  'What people did in the window: commits (when they were authored), pull requests they opened, reviews they gave of '
  'others'' work, with the person whose it was.';

create function private.github_bus_factor(r private.github_scope, p_from timestamptz, p_to timestamptz)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object('value', min(a.place) filter (where a.so_far * 2 > a.total), 'authors', count(*),
    'n', coalesce(max(a.total), 0))
  from (
    select row_number() over by_share as place, sum(count(*)) over by_share as so_far, sum(count(*)) over () as total
    from private.github_commits(r, p_from, p_to) c
    where c.login is not null
    group by c.login
    window by_share as (order by count(*) desc, c.login rows unbounded preceding)
  ) a
$$;
comment on function private.github_bus_factor(private.github_scope, timestamptz, timestamptz) is
  'The smallest number of people who wrote more than half of the commits, of how many authors and commits (n).';

create function private.github_network(p_edges jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  with edge as (select e.* from jsonb_to_recordset(p_edges) as e (reviewer text, author text, reviews int,
    pull_requests int)),
  shown as (select * from edge order by reviews desc, reviewer, author limit 500)
  select jsonb_build_object(
    'total_edges', (select count(*) from edge),
    'nodes', (
      select coalesce(jsonb_agg(to_jsonb(node) order by node.given + node.received desc, node.name), '[]')
      from (
        select n.name, coalesce(sum(e.reviews) filter (where e.reviewer = n.name), 0)::int as given,
          coalesce(sum(e.reviews) filter (where e.author = n.name), 0)::int as received
        from (select reviewer from shown union select author from shown) n (name)
        join shown e on n.name in (e.reviewer, e.author)
        group by n.name
      ) node),
    'edges', (select coalesce(jsonb_agg(to_jsonb(e) order by e.reviews desc, e.reviewer, e.author), '[]') from shown e))
$$;
comment on function private.github_network(jsonb) is
  'Who reviews whom as a graph, out of its edges [{reviewer, author, reviews, pull_requests}]; of more than 500 the '
  'heaviest.';

create function public.github_contributors(
  p_org_id uuid default null,
  p_start date default null,
  p_end date default null,
  p_team text default null,
  p_repository text default null,
  p_page int default 1,
  p_page_size int default 20,
  p_compare text default 'previous'
)
returns jsonb
language plpgsql
stable
set search_path = ''
set work_mem = '64MB'
as $$
declare
  r private.github_scope := private.github_scope(p_org_id, p_start, p_end, p_team, p_repository, p_compare);
  v_no_team constant text := 'no team';
begin
  return private.github_head(r) || (
    with deed as materialized (
      select d.kind, d.login, d.pull_request_id, d.author, d.at at time zone r.time_zone as local_time
      from private.github_deeds(r) d
    ),
    tally as materialized (
      select d.login, extract(isodow from d.local_time)::int as weekday, extract(hour from d.local_time)::int as hour,
        count(*) filter (where d.kind = 'commit') as commits,
        count(*) filter (where d.kind = 'pull_request') as pull_requests,
        count(*) filter (where d.kind = 'review') as reviews
      from deed d group by 1, 2, 3
    ),
    active as materialized (select distinct t.login from tally t),
    person as (select login from active union select d.author from deed d where d.author is not null),
    team as (
      select m.login, t.name from private.team_members m join private.teams t on t.id = m.team_id
      where m.org_id = r.org_id and not r.individuals
    ),
    -- A person in several teams counts in each.
    belongs as materialized (
      select p.login, case when r.individuals then p.login else coalesce(t.name, v_no_team) end as name
      from person p left join team t on t.login = p.login
    ),
    -- Whoever was only reviewed shows nothing that could hide another.
    "group" as (
      select b.name, b.persons, not r.individuals and b.persons < r.min_group_size and r.min_group_size > 1 as is_hidden
      from (
        select b.name, count(distinct a.login) as persons from belongs b left join active a on a.login = b.login
        group by b.name
      ) b
    ),
    shown as materialized (
      select b.login, g.name, g.persons from belongs b join "group" g on g.name = b.name where not g.is_hidden
    ),
    cell as (
      select s.name, s.persons, t.weekday, t.hour, sum(t.commits)::bigint as commits,
        sum(t.pull_requests)::bigint as pull_requests, sum(t.reviews)::bigint as reviews
      from tally t join shown s on s.login = t.login
      group by s.name, s.persons, t.weekday, t.hour
    ),
    contributor as materialized (
      select c.name, c.persons, sum(c.commits)::bigint as commits, sum(c.pull_requests)::bigint as pull_requests,
        sum(c.reviews)::bigint as reviews,
        jsonb_agg(to_jsonb(c) - '{name,persons}'::text[] order by c.weekday, c.hour) as activity
      from cell c group by c.name, c.persons
    ),
    page as (
      select * from contributor c order by c.commits + c.pull_requests + c.reviews desc, c.name
      limit least(p_page_size, 1000) offset (p_page::bigint - 1) * p_page_size
    ),
    edge as (
      select giver.name as reviewer, taker.name as author, count(*) as reviews,
        count(distinct d.pull_request_id) as pull_requests
      from deed d join shown giver on giver.login = d.login join shown taker on taker.login = d.author
      where d.kind = 'review'
      group by giver.name, taker.name
    ),
    everybody as (
      select (select count(*) from active) as persons, coalesce(sum(t.commits), 0)::bigint as commits,
        coalesce(sum(t.pull_requests), 0)::bigint as pull_requests, coalesce(sum(t.reviews), 0)::bigint as reviews
      from tally t
    )
    select jsonb_build_object(
      'by', case when r.individuals then 'person' else 'team' end,
      'totals', (select to_jsonb(e) from everybody e),
      'activity', (
        select case when not r.individuals and private.is_small(e.persons, r.min_group_size) then null else (
          select coalesce(jsonb_agg(to_jsonb(c) order by c.weekday, c.hour), '[]')
          from (
            select t.weekday, t.hour, sum(t.commits)::bigint as commits, sum(t.pull_requests)::bigint as pull_requests,
              sum(t.reviews)::bigint as reviews
            from tally t group by t.weekday, t.hour
          ) c) end
        from everybody e),
      'hidden_groups', (select count(*) from "group" where is_hidden),
      'total_count', (select count(*) from contributor),
      'contributors', (
        select coalesce(jsonb_agg(to_jsonb(p) order by p.commits + p.pull_requests + p.reviews desc, p.name), '[]')
        from page p),
      'review_network', private.github_network((select coalesce(jsonb_agg(to_jsonb(e)), '[]') from edge e)),
      'bus_factor', private.github_bus_factor(r, r.from_at, r.to_at),
      'previous_bus_factor', case when r.earlier_day is not null then
        private.github_bus_factor(r, r.earlier_at, r.earlier_to) end));
end $$;
comment on function public.github_contributors(uuid, date, date, text, text, int, int, text) is
  'When people work and who reviews whom, by person if the organization has opted in, else by team: {period, '
  'previous_period, by, totals, activity (null where too few people), hidden_groups, total_count, contributors, '
  'review_network, bus_factor, previous_bus_factor}. Weekdays are 1 (Monday) to 7; cells without anything are left '
  'out.';

revoke execute
on function private.github_commits(private.github_scope, timestamptz, timestamptz),
private.github_deeds(private.github_scope),
private.github_bus_factor(private.github_scope, timestamptz, timestamptz),
private.github_network(jsonb),
public.github_contributors(uuid, date, date, text, text, int, int, text)
from public, anon, authenticated;
grant execute
on function private.github_commits(private.github_scope, timestamptz, timestamptz),
private.github_deeds(private.github_scope),
private.github_bus_factor(private.github_scope, timestamptz, timestamptz),
private.github_network(jsonb),
public.github_contributors(uuid, date, date, text, text, int, int, text)
to authenticated, service_role;

-- schemas/50_delivery/github_quality.sql

-- How pull requests are written and reviewed: counted from the rows of delivery, pooled over repositories.

create function private.github_pull_requests(r private.github_scope, p_from timestamptz, p_to timestamptz)
returns table (
  pull_request_id bigint,
  first_review float8,
  review float8,
  merge float8,
  lines int,
  rework_commits bigint,
  review_cycles bigint,
  comments int
)
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
begin
  return query
  select p.id,
    date_part('epoch', reviewed.first_at - coalesce(p.ready_at, p.created_at)),
    date_part('epoch', p.merged_at - reviewed.first_at),
    date_part('epoch', p.merged_at - p.created_at),
    p.additions + p.deletions,
    case when written.known and reviewed.first_at <= p.merged_at then written.after_review end,
    case when written.known and reviewed.first_at <= p.merged_at then reviewed.rounds end,
    p.comment_count
  from private.pull_requests p
  cross join lateral (
    -- An author's answers to reviewers are reviews to GitHub. Reviews that saw the same commits are of one round.
    select min(v.submitted_at) as first_at, count(distinct (
      select count(*) from private.pull_request_commits c
      where c.pull_request_id = p.id and c.authored_at <= v.submitted_at and not c.is_bot)
    ) filter (where v.submitted_at <= p.merged_at) as rounds
    from private.reviews v
    where v.pull_request_id = p.id and not v.is_bot and lower(v.reviewer) is distinct from lower(p.author)
  ) reviewed
  cross join lateral (
    -- By when it was authored: a rebase commits everything anew.
    select count(*) > 0 as known, count(*)
      filter (where c.authored_at > reviewed.first_at and not c.is_bot) as after_review
    from private.pull_request_commits c where c.pull_request_id = p.id
  ) written
  where p.org_id = r.org_id and p.merged_at >= p_from and p.merged_at < p_to
    and (r.repository_ids is null or p.repository_id = any (r.repository_ids));
end $$;
comment on function private.github_pull_requests(private.github_scope, timestamptz, timestamptz) is
  'The pull requests merged within a time, and how each went, times in seconds: opened or ready to the first review '
  'by another person, that to merged, opened to merged; lines added and deleted; commits authored after the first '
  'review; rounds of review; comments. Null where it is unknown or there was no review.';

create function private.github_posted_numbers(r private.github_scope, p_first date, p_last date, p_metric_name text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object('n', count(*), 'negative', 0, 'unknown', 0,
    'percentiles', percentile_cont('{0.5,0.75,0.9}'::float8[]) within group (order by latest.metric_value::float8))
  from (
    select distinct on (lower(m.dimensions ->> 'repository')) m.metric_value
    from public.metrics m
    where m.org_id = r.org_id and m.metric_name = p_metric_name and m.metric_date between p_first and p_last
      and (r.repository_ids is null or lower(m.dimensions ->> 'repository') in (
        select lower(o.full_name) from private.repositories o where o.id = any (r.repository_ids)))
    order by lower(m.dimensions ->> 'repository'), m.metric_date desc, m.id desc
  ) latest
$$;
comment on function private.github_posted_numbers(private.github_scope, date, date, text) is
  'A posted metric: the latest reading of each repository (its dimension of that name), or of the organization where '
  'it has none.';

create function private.github_quality_numbers(
  r private.github_scope,
  p_from timestamptz,
  p_to timestamptz,
  p_first date,
  p_last date
)
returns jsonb
language plpgsql
stable
set search_path = ''
set work_mem = '64MB'
as $$
begin
  return (
    with pull_request as materialized (select * from private.github_pull_requests(r, p_from, p_to)),
    measure as (
      select part.name, count(p.pull_request_id) filter (where part.value >= 0) as n,
        percentile_cont('{0.5,0.75,0.9}'::float8[]) within group (order by part.value)
          filter (where part.value >= 0) as percentiles,
        count(p.pull_request_id) filter (where part.value < 0) as negative,
        count(p.pull_request_id) filter (where part.value is null) as unknown
      from (values (true)) one
      left join pull_request p on true
      cross join lateral (
        values ('first_review_time', p.first_review), ('review_time', p.review), ('merge_time', p.merge),
          ('size', p.lines),
          ('rework_commits', p.rework_commits), ('review_cycles', p.review_cycles), ('comments', p.comments)
      ) as part (name, value)
      group by part.name
    )
    select jsonb_build_object(
      'merged', (select count(*) from pull_request),
      'reviewed', (select count(*) from pull_request p where p.first_review is not null),
      'measures', (
        select jsonb_object_agg(m.name, jsonb_build_object(
          'n', m.n, 'percentiles', m.percentiles, 'negative', m.negative, 'unknown', m.unknown))
        from measure m
      ) || jsonb_build_object(
        'coverage', private.github_posted_numbers(r, p_first, p_last, 'coverage'),
        'complexity', private.github_posted_numbers(r, p_first, p_last, 'complexity')),
      'sizes', (
        select jsonb_agg(jsonb_build_object('class', s.class, 'n', (
          select count(*) from pull_request p where p.lines between s.low and s.high)) order by s.low)
        from (values ('XS', 0, 9), ('S', 10, 29), ('M', 30, 99), ('L', 100, 499), ('XL', 500, 999),
          ('XXL', 1000, 2147483647))
          as s (class, low, high))));
end $$;
comment on function private.github_quality_numbers(private.github_scope, timestamptz, timestamptz, date, date) is
  'Of the pull requests merged within a time: {merged, reviewed, measures: {name: {n, percentiles: [p50, p75, p90], '
  'negative, unknown}}, sizes: [{class, n}]}. Classes of size are those of Kubernetes'' Prow.';

create function public.github_code_quality(
  p_org_id uuid default null,
  p_start date default null,
  p_end date default null,
  p_team text default null,
  p_repository text default null,
  p_compare text default 'previous'
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  r private.github_scope := private.github_scope(p_org_id, p_start, p_end, p_team, p_repository, p_compare);
begin
  return private.github_head(r) || jsonb_build_object(
    'numbers', private.github_quality_numbers(r, r.from_at, r.to_at, r.first_day, r.last_day),
    'previous', case when r.earlier_day is not null then
      private.github_quality_numbers(r, r.earlier_at, r.earlier_to, r.earlier_day, r.earlier_last) end);
end $$;
comment on function public.github_code_quality(uuid, date, date, text, text, text) is
  'How pull requests are written and reviewed, for a window and the one it is compared with (none, previous, year): '
  '{period, previous_period, numbers, previous}.';

revoke execute
on function private.github_pull_requests(private.github_scope, timestamptz, timestamptz),
private.github_posted_numbers(private.github_scope, date, date, text),
private.github_quality_numbers(private.github_scope, timestamptz, timestamptz, date, date),
public.github_code_quality(uuid, date, date, text, text, text)
from public, anon, authenticated;
grant execute
on function private.github_pull_requests(private.github_scope, timestamptz, timestamptz),
private.github_posted_numbers(private.github_scope, date, date, text),
private.github_quality_numbers(private.github_scope, timestamptz, timestamptz, date, date),
public.github_code_quality(uuid, date, date, text, text, text)
to authenticated, service_role;

-- schemas/50_delivery/github_repositories.sql

-- How the repositories of an organization are worked on: when commits come, how they get to the default branch, when
-- releases are made, and which branches nobody has touched.

create function private.github_commit_pattern(r private.github_scope, p_repository_ids bigint[])
returns table (
  repository_id bigint,
  commits bigint,
  direct bigint,
  authors bigint,
  active_days bigint,
  by_weekday bigint[],
  by_hour bigint[]
)
language sql
stable
set search_path = ''
as $$
  with commit as materialized (
    select c.*, c.authored_at at time zone r.time_zone as local_time
    from private.github_commits(r, r.from_at, r.to_at) c where c.repository_id = any (p_repository_ids)
  ),
  whole as (
    select c.repository_id, count(*) as commits, count(*) filter (where c.pull_request_id is null) as direct,
      count(distinct c.login) as authors, count(distinct c.local_time::date) as active_days
    from commit c group by c.repository_id
  ),
  weekday as (
    select c.repository_id, extract(isodow from c.local_time)::int as at, count(*) as commits from commit c
    group by 1, 2
  ),
  hour as (
    select c.repository_id, extract(hour from c.local_time)::int as at, count(*) as commits from commit c group by 1, 2
  )
  select w.repository_id, w.commits, w.direct, w.authors, w.active_days,
    array(
      select coalesce(d.commits, 0) from generate_series(1, 7) as every (at)
      left join weekday d on d.repository_id = w.repository_id and d.at = every.at order by every.at),
    array(
      select coalesce(h.commits, 0) from generate_series(0, 23) as every (at)
      left join hour h on h.repository_id = w.repository_id and h.at = every.at order by every.at)
  from whole w
$$;
comment on function private.github_commit_pattern(private.github_scope, bigint[]) is
  'The window''s commits of people by repository: how many, how many through no pull request, by how many authors, '
  'on how many days, and when they were authored, by weekday (from Monday) and hour.';

create function private.github_branch_strategy(r private.github_scope, p_repository_id bigint)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
begin
  return (
    with merged as materialized (
      select p.merge_method, p.base_branch,
        date_part('epoch', p.merged_at - coalesce(p.first_commit_at, p.created_at)) as lifetime
      from private.pull_requests p
      where p.repository_id = p_repository_id and p.merged_at >= r.from_at and p.merged_at < r.to_at
    )
    select jsonb_build_object(
      'merged', count(*),
      'merge_methods', jsonb_build_object(
        'merge', count(*) filter (where m.merge_method = 'merge'),
        'squash', count(*) filter (where m.merge_method = 'squash'),
        'rebase', count(*) filter (where m.merge_method = 'rebase'),
        'unknown', count(*) filter (where m.merge_method is null)),
      'base_branches', (
        select coalesce(jsonb_agg(to_jsonb(b) order by b.pull_requests desc, b.name), '[]')
        from (
          select m.base_branch as name, count(*) as pull_requests from merged m where m.base_branch is not null
          group by m.base_branch order by count(*) desc, m.base_branch limit 20
        ) b),
      'lifetime_seconds', percentile_cont(0.5) within group (order by m.lifetime) filter (where m.lifetime >= 0))
    from merged m);
end $$;
comment on function private.github_branch_strategy(private.github_scope, bigint) is
  'The pull requests of a repository merged in the window: {merged, merge_methods, base_branches (the 20 most used), '
  'lifetime_seconds (median, first commit to merged)}.';

create function private.github_release_cadence(r private.github_scope, p_repository_id bigint)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'releases', count(*) filter (where not e.prerelease and e.published_at >= r.from_at),
    'prereleases', count(*) filter (where e.prerelease and e.published_at >= r.from_at),
    'days_between', percentile_cont(0.5) within group (order by e.days)
      filter (where e.published_at >= r.from_at and e.days is not null),
    'last', max(e.published_at) filter (where not e.prerelease))
  from (
    select e.prerelease, e.published_at, case when not e.prerelease then
      date_part('epoch', e.published_at - lag(e.published_at)
        over (partition by e.prerelease order by e.published_at)) / 86400 end as days
    from private.releases e where e.repository_id = p_repository_id and e.published_at < r.to_at
  ) e
$$;
comment on function private.github_release_cadence(private.github_scope, bigint) is
  'Releases of a repository in the window: {releases, prereleases, days_between (median since the release before, '
  'which may be older), last}.';

create function private.github_stale_branches(r private.github_scope, p_repository_id bigint)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with branch as materialized (
    select b.name, b.last_commit_at, b.last_commit_at < r.as_of - interval '30 days' as is_stale
    from private.branches b join private.repositories o on o.id = b.repository_id
    where b.repository_id = p_repository_id and b.name <> o.default_branch
  )
  select jsonb_build_object(
    'branches', count(*), 'count', count(*) filter (where b.is_stale),
    'unknown', count(*) filter (where b.is_stale is null), 'oldest', (
      select coalesce(jsonb_agg(jsonb_build_object('name', s.name, 'last_commit_at', s.last_commit_at)
        order by s.last_commit_at, s.name), '[]')
      from (select * from branch b where b.is_stale order by b.last_commit_at, b.name limit 20) s))
  from branch b
$$;
comment on function private.github_stale_branches(private.github_scope, bigint) is
  'The branches of a repository beside the default one, and those whose last commit was more than 30 days old at the '
  'end of the window or now: {branches, count, unknown, oldest}.';

create function public.github_repositories(
  p_org_id uuid default null,
  p_start date default null,
  p_end date default null,
  p_team text default null,
  p_repository text default null,
  p_page int default 1,
  p_page_size int default 20,
  p_compare text default 'previous'
)
returns jsonb
language plpgsql
stable
set search_path = ''
set work_mem = '64MB'
as $$
declare
  r private.github_scope := private.github_scope(p_org_id, p_start, p_end, p_team, p_repository, p_compare);
  v_page bigint[] := array(
    select o.id from private.repositories o
    where o.org_id = r.org_id and (r.repository_ids is null or o.id = any (r.repository_ids))
    order by lower(o.full_name) limit least(p_page_size, 1000) offset (p_page::bigint - 1) * p_page_size);
begin
  return private.github_head(r) || jsonb_build_object(
    'total_count', (
      select count(*) from private.repositories o
      where o.org_id = r.org_id and (r.repository_ids is null or o.id = any (r.repository_ids))),
    'repositories', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'repository', o.full_name, 'default_branch', o.default_branch, 'archived', o.archived,
        'commits', jsonb_build_object(
          'count', coalesce(c.commits, 0), 'direct', coalesce(c.direct, 0), 'authors', coalesce(c.authors, 0),
          'active_days', coalesce(c.active_days, 0),
          -- When a few people work is about them.
          'pattern', case when r.individuals
            or not private.is_small(coalesce(c.authors, 0), r.min_group_size) then jsonb_build_object(
            'by_weekday', coalesce(c.by_weekday, array_fill(0::bigint, '{7}')),
            'by_hour', coalesce(c.by_hour, array_fill(0::bigint, '{24}'))) end),
        'strategy', private.github_branch_strategy(r, o.id),
        'releases', private.github_release_cadence(r, o.id),
        'stale_branches', private.github_stale_branches(r, o.id)
      ) order by lower(o.full_name)), '[]')
      from private.repositories o left join private.github_commit_pattern(r, v_page) c on c.repository_id = o.id
      where o.id = any (v_page)));
end $$;
comment on function public.github_repositories(uuid, date, date, text, text, int, int, text) is
  'A page of repositories by name, and how each is worked on: {period, previous_period, total_count, repositories: '
  '[{repository, default_branch, archived, commits, strategy, releases, stale_branches}]}.';

revoke execute
on function private.github_commit_pattern(private.github_scope, bigint[]),
private.github_branch_strategy(private.github_scope, bigint),
private.github_release_cadence(private.github_scope, bigint),
private.github_stale_branches(private.github_scope, bigint),
public.github_repositories(uuid, date, date, text, text, int, int, text)
from public, anon, authenticated;
grant execute
on function private.github_commit_pattern(private.github_scope, bigint[]),
private.github_branch_strategy(private.github_scope, bigint),
private.github_release_cadence(private.github_scope, bigint),
private.github_stale_branches(private.github_scope, bigint),
public.github_repositories(uuid, date, date, text, text, int, int, text)
to authenticated, service_role;

-- schemas/50_delivery/pull_request_commits.sql

-- The commits of pull requests as they were on their branches, and which pull request a commit came through.

create table private.pull_request_commits (
  pull_request_id bigint not null references private.pull_requests (id)
    on delete cascade,
  sha text not null check (sha ~ '^[0-9a-f]{7,64}$'),
  org_id uuid not null,
  author text check (char_length(author) <= 200),
  is_bot boolean not null default false,
  authored_at timestamptz not null check (
    authored_at >= '1970-01-01 00:00+00'
    and authored_at < '2101-01-01 00:00+00'
  ),
  committed_at timestamptz not null check (
    committed_at >= '1970-01-01 00:00+00'
    and committed_at < '2101-01-01 00:00+00'
  ),
  headline text not null default '' check (char_length(headline) <= 500),
  primary key (pull_request_id, sha)
);
comment on table private.pull_request_commits is
  'The commits of a pull request as they were on its branch: a squash or a rebase makes others of them, and their '
  'times would be lost.';
create index pull_request_commits_sha_idx on private.pull_request_commits (sha);
create index pull_request_commits_authored_idx on private.pull_request_commits (authored_at, author);

alter table private.pull_request_commits enable row level security;
create policy "members read what belongs to their organization" on private.pull_request_commits
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.pull_request_commits from public, anon, authenticated, service_role;
grant select on private.pull_request_commits to authenticated, service_role;

create function private.store_pull_request_commits(p_repository private.repositories, p_items jsonb)
returns text[]
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_ids bigint[];
begin
  with listed as (
    update private.pull_requests p set commits_said_at = coalesce(i.updated_at, p.commits_said_at)
    from jsonb_to_recordset(p_items) as i (external_id text, updated_at timestamptz, commits jsonb)
    where p.repository_id = p_repository.id and p.external_id = i.external_id and i.commits is not null
      and not coalesce(i.updated_at < p.commits_said_at, false)
    returning p.id
  )
  select array_agg(id) into v_ids from listed;
  if v_ids is null then
    return '{}'::text[];
  end if;
  delete from private.pull_request_commits b where b.pull_request_id = any (v_ids);
  insert into private.pull_request_commits (pull_request_id, sha, org_id, author, is_bot, authored_at, committed_at,
    headline)
  select distinct on (p.id, c.sha) p.id, c.sha, p_repository.org_id, c.author, coalesce(c.is_bot, false), c.authored_at,
    coalesce(c.committed_at, c.authored_at), coalesce(c.headline, '')
  from jsonb_to_recordset(p_items) as i (external_id text, commits jsonb)
  join private.pull_requests p on p.repository_id = p_repository.id and p.external_id = i.external_id
  cross join lateral jsonb_to_recordset(i.commits) as c (
    sha text, author text, is_bot boolean, authored_at timestamptz, committed_at timestamptz, headline text)
  where p.id = any (v_ids);
  return array(select b.sha from private.pull_request_commits b where b.pull_request_id = any (v_ids));
end $$;
comment on function private.store_pull_request_commits(private.repositories, jsonb) is
  'Stores the lists of commits that come with pull requests; answers the commits in them.';

create function private.link_commits(p_repository_id bigint, p_shas text[])
returns text[]
language sql
volatile
set search_path = ''
set jit = off
set enable_seqscan = off
as $$
  with best as (
    select c.place, c.pull_request_id as was, (
      select p.id
      from (
        select m.id, 1 as rank from private.pull_requests m
        where m.merge_commit_sha = c.sha and m.repository_id + 0 = p_repository_id
        union all
        select b.pull_request_id, 2 from private.pull_request_commits b where b.sha = c.sha
        union all
        -- A rebase keeps who wrote a commit, when, and why.
        select b.pull_request_id, 3 from private.pull_request_commits b
        where b.authored_at = c.authored_at and b.author = c.author
          and (b.headline = c.headline or '' in (b.headline, c.headline))
      ) found
      cross join lateral (
        select p.id, p.merged_at, p.external_id from private.pull_requests p
        where p.id = found.id and p.repository_id + 0 = p_repository_id and p.merged_at is not null offset 0) p
      order by found.rank, p.merged_at, p.external_id limit 1
    ) as pull_request_id
    from private.commits_of(p_repository_id, p_shas) c
  ),
  linked as (
    update private.commits c set pull_request_id = best.pull_request_id
    from best
    where c.ctid = best.place and best.was is distinct from best.pull_request_id
    returning c.sha
  )
  select coalesce(array_agg(sha), '{}') from linked
$$;
comment on function private.link_commits(bigint, text[]) is
  'Finds the merged pull request that commits came through: as what it was merged as, as its own, as a rebased copy. '
  'Answers those that changed.';

revoke execute
on function private.store_pull_request_commits(private.repositories, jsonb), private.link_commits(bigint, text[])
from public, anon, authenticated;

-- schemas/50_delivery/reviews.sql

-- Reviews of pull requests.

create table private.reviews (
  id bigint generated always as identity primary key,
  org_id uuid not null,
  pull_request_id bigint not null references private.pull_requests (id)
    on delete cascade,
  external_id text not null check (char_length(external_id) between 1 and 200),
  reviewer text check (char_length(reviewer) <= 200),
  is_bot boolean not null default false,
  state text not null check (state in ('approved', 'changes_requested', 'commented', 'dismissed')),
  submitted_at timestamptz not null check (
    submitted_at >= '1970-01-01 00:00+00'
    and submitted_at < '2101-01-01 00:00+00'
  ),
  unique (pull_request_id, external_id)
);
comment on table private.reviews is
  'A review of a pull request. One by a bot is kept, and does not count as a review.';
create index reviews_submitted_idx on private.reviews (org_id, submitted_at);

alter table private.reviews enable row level security;
create policy "members read what belongs to their organization" on private.reviews
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.reviews from public, anon, authenticated, service_role;
grant select on private.reviews to authenticated, service_role;

create function private.store_reviews(p_repository private.repositories, p_items jsonb)
returns jsonb
language sql
volatile
set search_path = ''
as $$
  with item as (
    select i.*, p.id as pull_request_id
    from jsonb_to_recordset(p_items) as i (
      index int, pull_request text, external_id text, reviewer text, is_bot boolean, state text,
      submitted_at timestamptz)
    left join private.pull_requests p on p.repository_id = p_repository.id and p.external_id = i.pull_request
  ),
  stored as (
    insert into private.reviews as r (org_id, pull_request_id, external_id, reviewer, is_bot, state, submitted_at)
    select p_repository.org_id, i.pull_request_id, i.external_id, coalesce(i.reviewer, t.reviewer),
      coalesce(i.is_bot, t.is_bot, false),
      -- Being dismissed is the last that happens to a review.
      case when t.state = 'dismissed' then 'dismissed' else i.state end, i.submitted_at
    from item i left join private.reviews t on t.pull_request_id = i.pull_request_id and t.external_id = i.external_id
    where i.pull_request_id is not null
    on conflict (pull_request_id, external_id) do update
      set reviewer = excluded.reviewer, is_bot = excluded.is_bot, state = excluded.state,
        submitted_at = excluded.submitted_at
  )
  select coalesce(jsonb_agg(jsonb_build_object('index', i.index, 'code', 'unknown_pull_request',
    'message', format('pull_request: %s is not known of %s', i.pull_request, p_repository.full_name))), '[]')
  from item i where i.pull_request_id is null
$$;
comment on function private.store_reviews(private.repositories, jsonb) is
  'Stores reviews; answers those whose pull request is not known yet.';

revoke execute on function private.store_reviews(private.repositories, jsonb) from public, anon, authenticated;

-- schemas/50_delivery/rollbacks.sql

-- Deployments that went back to what had been there before.

create function private.first_deployed_at(p_repository_id bigint, p_environment text, p_sha text)
returns timestamptz
language sql
stable
set search_path = ''
as $$
  select coalesce(
    (select f.deployed_at from private.deployed_commits f
    where f.sha = p_sha and f.repository_id = p_repository_id and f.environment = p_environment),
    (select min(d.finished_at) from private.deployments d
    where d.sha = p_sha and d.repository_id = p_repository_id and d.environment = p_environment
      and d.status = 'success'))
$$;
comment on function private.first_deployed_at(bigint, text, text) is
  'When a commit was first in an environment, as part of whatever was built on it if the commit is known.';

create function private.refresh_rollbacks(p_repository_id bigint, p_since timestamptz)
returns void
language sql
volatile
set search_path = ''
set enable_seqscan = off
as $$
  with judged as (
    select d.id, (
      -- Of two commits that came together, neither being deployed before, the one committed first is the older.
      select own.at < theirs.at or own.at = theirs.at and (
          select c.committed_at from private.commits c where c.sha = d.sha and c.repository_id = p_repository_id) < (
          select c.committed_at from private.commits c where c.sha = was.sha and c.repository_id = p_repository_id)
      from (
        select p.sha from private.deployments p
        where p.repository_id = d.repository_id and p.environment = d.environment and p.status = 'success'
          and p.sha <> d.sha and (p.finished_at, p.external_id) < (d.finished_at, d.external_id)
        order by p.finished_at desc, p.external_id desc limit 1
      ) was
      cross join lateral (select private.first_deployed_at(p_repository_id, d.environment, d.sha) as at) own
      cross join lateral (select private.first_deployed_at(p_repository_id, d.environment, was.sha) as at) theirs
    ) as is_rollback
    from private.environments e
    join private.deployments d on d.repository_id = e.repository_id and d.environment = e.name and d.status = 'success'
    where e.repository_id = p_repository_id and d.finished_at >= p_since
  )
  update private.deployments d set is_rollback = coalesce(judged.is_rollback, false)
  from judged where d.id = judged.id and d.is_rollback <> coalesce(judged.is_rollback, false)
$$;
comment on function private.refresh_rollbacks(bigint, timestamptz) is
  'Tells which of the deployments since a time went back to a commit that had been in the environment before what '
  'they replaced.';

revoke execute
on function private.first_deployed_at(bigint, text, text), private.refresh_rollbacks(bigint, timestamptz)
from public, anon, authenticated;

-- schemas/50_delivery/teams.sql

-- Teams, which owners and admins keep: whose activity is shown together, and what they work on.

create table private.teams (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  name text not null check (
    char_length(name) between 1 and 100
    and name !~ '[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f]'
  ),
  created_at timestamptz not null default now()
);
comment on table private.teams is 'A team of an organization.';
create unique index teams_name_key on private.teams (org_id, lower(name));

alter table private.teams enable row level security;
create policy "members read what belongs to their organization" on private.teams
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.teams from public, anon, authenticated, service_role;
grant select on private.teams to authenticated, service_role;

create trigger audit_teams
after insert or update or delete on private.teams
for each row
execute function private.audit_change('team', 'id');

create table private.team_members (
  team_id uuid not null references private.teams (id)
    on delete cascade,
  login text not null check (
    char_length(login) between 1 and 200
    and login = lower(login)
    and login !~ '[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f]'
  ),
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  primary key (team_id, login)
);
comment on table private.team_members is 'Who works in a team, by the login or address that their commits carry.';
create index team_members_login_idx on private.team_members (org_id, login);

alter table private.team_members enable row level security;
create policy "members read what belongs to their organization" on private.team_members
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.team_members from public, anon, authenticated, service_role;
grant select on private.team_members to authenticated, service_role;

create trigger audit_team_members
after insert or update or delete on private.team_members
for each row
execute function private.audit_change('team_member', 'team_id', 'login');

create table private.team_repositories (
  team_id uuid not null references private.teams (id)
    on delete cascade,
  repository_id bigint not null references private.repositories (id)
    on delete cascade,
  org_id uuid not null,
  primary key (team_id, repository_id)
);
comment on table private.team_repositories is 'What a team works on; a repository may have several teams.';
create index team_repositories_repository_idx on private.team_repositories (repository_id);

alter table private.team_repositories enable row level security;
create policy "members read what belongs to their organization" on private.team_repositories
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.team_repositories from public, anon, authenticated, service_role;
grant select on private.team_repositories to authenticated, service_role;

create trigger audit_team_repositories
after insert or update or delete on private.team_repositories
for each row
execute function private.audit_change('team_repository', 'team_id', 'repository_id');

create function private.team_json(p_team private.teams)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', p_team.id, 'org_id', p_team.org_id, 'name', p_team.name, 'created_at', p_team.created_at,
    'members', (
      select coalesce(jsonb_agg(m.login order by m.login), '[]') from private.team_members m
      where m.team_id = p_team.id),
    'repositories', (
      select coalesce(jsonb_agg(r.full_name order by lower(r.full_name)), '[]')
      from private.team_repositories t join private.repositories r on r.id = t.repository_id
      where t.team_id = p_team.id))
$$;
comment on function private.team_json(private.teams) is 'A team as the API shows it.';

-- Security definer: no client role may write these tables, nor read others' to tell the unknown from the forbidden.
create function private.team_of_caller(p_id uuid, p_to_write boolean)
returns private.teams
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_team private.teams;
begin
  select * into v_team from private.teams t
  where t.id = p_id and t.org_id = coalesce((select private.confined_to()), t.org_id);
  perform private.require_role(v_team.org_id, case when p_to_write
    then '{owner,admin}'::public.member_role[] else enum_range(null::public.member_role) end);
  return v_team;
exception when sqlstate 'LL404' then
  -- Another organization's team is not told from one that does not exist.
  raise exception using errcode = 'LL404', message = 'not_found', detail = 'Team not found';
end $$;
comment on function private.team_of_caller(uuid, boolean) is
  'A team of an organization of the caller, who may change it if that is asked; else refused.';

create function public.teams(p_org_id uuid, p_page int, p_page_size int)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
begin
  return jsonb_build_object(
    'total_count', (select count(*) from private.teams t where t.org_id = v_org_id),
    'teams', (
      select coalesce(jsonb_agg(private.team_json(page.t) order by lower((page.t).name)), '[]')
      from (
        select t from private.teams t where t.org_id = v_org_id
        order by lower(t.name) limit least(p_page_size, 1000) offset (p_page - 1) * p_page_size
      ) page));
end $$;
comment on function public.teams(uuid, int, int) is 'A page of an organization''s teams, by name.';

create function public.team(p_id uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$ select private.team_json(private.team_of_caller(p_id, false)) $$;
comment on function public.team(uuid) is 'One team.';

create function public.create_team(p_org_id uuid, p_name text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_team private.teams;
begin
  insert into private.teams (org_id, name)
  select o.id, p_name
  from private.event_organization(p_org_id, true) as o (id), private.require_role(o.id, '{owner,admin}')
  returning * into v_team;
  return private.team_json(v_team);
exception when unique_violation then
  raise exception using errcode = 'LL409', message = 'conflict', detail = 'There is a team of this name';
end $$;
comment on function public.create_team(uuid, text) is 'A new team; owners and admins.';

create function public.rename_team(p_id uuid, p_name text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_team private.teams := private.team_of_caller(p_id, true);
begin
  update private.teams t set name = p_name where t.id = v_team.id returning * into v_team;
  return private.team_json(v_team);
exception when unique_violation then
  raise exception using errcode = 'LL409', message = 'conflict', detail = 'There is a team of this name';
end $$;
comment on function public.rename_team(uuid, text) is 'Changes a team''s name; owners and admins.';

create function public.delete_team(p_id uuid)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_team private.teams := private.team_of_caller(p_id, true);
begin
  delete from private.teams t where t.id = v_team.id;
end $$;
comment on function public.delete_team(uuid) is 'Ends a team; what its members did stays; owners and admins.';

create function public.set_team_member(p_id uuid, p_login text, p_is_member boolean)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_team private.teams := private.team_of_caller(p_id, true);
begin
  if p_is_member then
    insert into private.team_members (team_id, login, org_id) values (v_team.id, lower(p_login), v_team.org_id)
      on conflict do nothing;
  else
    delete from private.team_members m where m.team_id = v_team.id and m.login = lower(p_login);
  end if;
end $$;
comment on function public.set_team_member(uuid, text, boolean) is
  'Makes whoever has this login or address a member of a team, or none; owners and admins. Doing it again changes '
  'nothing.';

create function public.set_team_repository(p_id uuid, p_repository text, p_is_theirs boolean)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_team private.teams := private.team_of_caller(p_id, true);
  v_repository_id bigint := (
    select r.id from private.repositories r
    where r.org_id = v_team.org_id and lower(r.full_name) = lower(p_repository));
begin
  if v_repository_id is null then
    raise exception using errcode = 'LL404', message = 'not_found', detail = 'Repository not found';
  end if;
  if p_is_theirs then
    insert into private.team_repositories (team_id, repository_id, org_id)
      values (v_team.id, v_repository_id, v_team.org_id)
    on conflict do nothing;
  else
    delete from private.team_repositories t where t.team_id = v_team.id and t.repository_id = v_repository_id;
  end if;
end $$;
comment on function public.set_team_repository(uuid, text, boolean) is
  'Makes a repository one that a team works on, or not; owners and admins. Doing it again changes nothing.';

revoke execute
on function private.team_json(private.teams),
private.team_of_caller(uuid, boolean),
public.teams(uuid, int, int),
public.team(uuid),
public.create_team(uuid, text),
public.rename_team(uuid, text),
public.delete_team(uuid),
public.set_team_member(uuid, text, boolean),
public.set_team_repository(uuid, text, boolean)
from public, anon, authenticated;
grant execute
on function public.teams(uuid, int, int),
public.team(uuid),
public.create_team(uuid, text),
public.rename_team(uuid, text),
public.delete_team(uuid),
public.set_team_member(uuid, text, boolean),
public.set_team_repository(uuid, text, boolean)
to authenticated, service_role;

-- schemas/50_delivery/webhook_deliveries.sql

-- What GitHub's webhooks say: stored as it came before anything is made of it, so that nothing is lost when that
-- fails. A delivery is for every organization that has shown it may read the repository; never for who merely names
-- it.

create table private.webhook_deliveries (
  delivery_id text primary key check (char_length(delivery_id) between 1 and 100),
  event text not null check (char_length(event) between 1 and 100),
  repository_github_id bigint,
  payload jsonb not null,
  state text not null default 'received' check (state in ('received', 'processed', 'unrouted', 'failed')),
  reason text,
  attempts smallint not null default 0,
  lease_token uuid,
  lease_until timestamptz,
  received_at timestamptz not null default now(),
  processed_at timestamptz
);
comment on table private.webhook_deliveries is 'GitHub''s webhook deliveries as they came.';
comment on column private.webhook_deliveries.state is
  'unrouted: no organization has proved access to the repository yet; applied when one does within thirty days.';
create index webhook_deliveries_received_idx on private.webhook_deliveries (received_at) where state = 'received';
create index webhook_deliveries_unrouted_idx on private.webhook_deliveries (repository_github_id)
where state = 'unrouted';
create index webhook_deliveries_age_idx on private.webhook_deliveries (received_at);

alter table private.webhook_deliveries enable row level security;
revoke all on private.webhook_deliveries from public, anon, authenticated, service_role;

-- Security definer, these and all below: only the service may, and nobody has rights on the table.
create function public.store_webhook_delivery(p_delivery_id text, p_event text, p_payload jsonb)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  insert into private.webhook_deliveries (delivery_id, event, repository_github_id, payload)
  values (
    p_delivery_id, p_event,
    case when jsonb_typeof(p_payload #> '{repository,id}') = 'number'
      then (p_payload #>> '{repository,id}')::bigint end, p_payload)
  on conflict do nothing;
  return jsonb_build_object('duplicate', not found);
end $$;
comment on function public.store_webhook_delivery(text, text, jsonb) is 'Keeps a delivery as it came, once.';

create function private.webhook_targets(p_repository_github_id bigint)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_agg(jsonb_build_object('org_id', j.org_id, 'job_id', j.id, 'repository', j.repository,
    'settings', j.settings) order by j.org_id)
  from private.etl_jobs j where j.repository_github_id = p_repository_github_id and j.proved_at is not null
$$;
comment on function private.webhook_targets(bigint) is
  'The jobs that have proved access to a repository; null when none has.';

create function private.fail_delivery(
  p_delivery private.webhook_deliveries,
  p_target jsonb,
  p_code text,
  p_reason text
)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_letter private.etl_dead_letters;
begin
  v_letter.org_id := (p_target ->> 'org_id')::uuid;
  v_letter.job_id := (p_target ->> 'job_id')::uuid;
  v_letter.delivery_id := p_delivery.delivery_id;
  v_letter.key := 'delivery/' || p_delivery.delivery_id;
  v_letter.code := p_code;
  v_letter.reason := p_reason;
  perform private.keep_dead_letter(v_letter);
end $$;
comment on function private.fail_delivery(private.webhook_deliveries, jsonb, text, text) is
  'Makes a dead letter of a delivery, for one organization.';

create function public.claim_webhook_deliveries(p_limit int, p_delivery_id text default null)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_delivery private.webhook_deliveries;
  v_targets jsonb;
  v_claimed jsonb := '[]'::jsonb;
  v_tries constant int := 5;
begin
  for v_delivery in
    select d.* from private.webhook_deliveries d
    where d.state = 'received' and (d.lease_until is null or d.lease_until < now())
      and (p_delivery_id is null or d.delivery_id = p_delivery_id)
    order by d.received_at limit p_limit
    for update skip locked
  loop
    v_targets := private.webhook_targets(v_delivery.repository_github_id);
    if v_delivery.repository_github_id is null then
      update private.webhook_deliveries set state = 'processed', reason = 'It is about no repository',
        processed_at = now()
      where delivery_id = v_delivery.delivery_id;
    elsif v_targets is null then
      update private.webhook_deliveries set state = 'unrouted',
        reason = 'No job has read this repository to the end yet'
      where delivery_id = v_delivery.delivery_id;
    elsif v_delivery.attempts >= v_tries then
      update private.webhook_deliveries set state = 'failed', reason = format('Given up after %s tries', v_tries),
        lease_token = null, lease_until = null
      where delivery_id = v_delivery.delivery_id;
      perform private.fail_delivery(v_delivery, target, 'given_up', format('Given up after %s tries', v_tries))
      from jsonb_array_elements(v_targets) as target;
    else
      update private.webhook_deliveries d set
        attempts = d.attempts + 1, lease_token = gen_random_uuid(), lease_until = now() + interval '2 minutes'
      where d.delivery_id = v_delivery.delivery_id returning * into v_delivery;
      v_claimed := v_claimed || jsonb_build_object(
        'delivery_id', v_delivery.delivery_id, 'event', v_delivery.event, 'payload', v_delivery.payload,
        'lease_token', v_delivery.lease_token, 'targets', v_targets);
    end if;
  end loop;
  return v_claimed;
end $$;
comment on function public.claim_webhook_deliveries(int, text) is
  'Takes deliveries that wait, or this one, for two minutes, each with the jobs it is for. One that nobody could '
  'finish five times is given up.';

create function public.finish_webhook_delivery(p_delivery_id text, p_lease_token uuid, p_results jsonb)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_delivery private.webhook_deliveries;
  v_result jsonb;
  v_counts jsonb;
  v_stored int := 0;
  v_rejected int := 0;
  v_failed int := 0;
begin
  select d.* into v_delivery from private.webhook_deliveries d
  where d.delivery_id = p_delivery_id and d.lease_token = p_lease_token for update;
  if v_delivery.delivery_id is null then
    raise exception using errcode = 'LL409', message = 'conflict', detail = 'The lease is another worker''s by now';
  end if;
  for v_result in select * from jsonb_array_elements(p_results) loop
    if v_result ? 'error' then
      v_failed := v_failed + 1;
      perform private.fail_delivery(v_delivery, v_result, 'unreadable', v_result ->> 'error');
      continue;
    end if;
    begin
      -- A push says less of a commit than a sync does, and would take back what is known: its parents, when it was
      -- written.
      v_counts := private.store_or_keep((v_result ->> 'org_id')::uuid, (v_result ->> 'job_id')::uuid, p_delivery_id, (
        select coalesce(jsonb_agg(case when g ->> 'kind' <> 'commit' then g else jsonb_set(g, '{items}', (
          select coalesce(jsonb_agg(item), '[]') from jsonb_array_elements(g -> 'items') as item
          where not exists (
            select from private.repositories r join private.commits c on c.repository_id = r.id
            where r.org_id = (v_result ->> 'org_id')::uuid and r.github_id = v_delivery.repository_github_id
              and c.sha = item ->> 'sha'
              and c.on_default_branch)
        )) end), '[]')
        from jsonb_array_elements(v_result -> 'groups') as g));
      v_stored := v_stored + (v_counts ->> 'stored')::int;
      v_rejected := v_rejected + (v_counts ->> 'rejected')::int;
      update private.etl_dead_letters set state = 'resolved', updated_at = now()
      where org_id = (v_result ->> 'org_id')::uuid and key = 'delivery/' || p_delivery_id;
      if (v_result ->> 'nudge')::boolean then
        update private.etl_jobs j set
          nudged_at = now(),
          next_run_at = case when j.lease_token is null and j.state <> 'READY'
            then least(j.next_run_at, now() + interval '1 minute') else j.next_run_at end
        where j.id = (v_result ->> 'job_id')::uuid and j.active;
      end if;
    exception when others then
      -- Whatever is wrong for one organization costs the others nothing, and is kept with its reason.
      v_failed := v_failed + 1;
      perform private.fail_delivery(v_delivery, v_result, 'not_stored', sqlerrm);
    end;
  end loop;
  update private.webhook_deliveries set
    state = case when v_failed = 0 then 'processed'
      else 'failed' end, processed_at = now(), lease_token = null, lease_until = null,
    reason = case when v_failed > 0 then format('Not stored for %s of %s organizations', v_failed,
      jsonb_array_length(p_results)) end
  where delivery_id = p_delivery_id;
  return jsonb_build_object('stored', v_stored, 'rejected', v_rejected, 'failed', v_failed);
end $$;
comment on function public.finish_webhook_delivery(text, uuid, jsonb) is
  'Stores what a delivery means to each organization, [{org_id, job_id, groups, nudge} or {org_id, job_id, error}]; '
  'what cannot be becomes a dead letter.';

create function private.route_deliveries_to(p_repository_github_id bigint)
returns void
language sql
volatile
set search_path = ''
as $$
  update private.webhook_deliveries set state = 'received', reason = null
  where state = 'unrouted' and repository_github_id = p_repository_github_id
$$;
comment on function private.route_deliveries_to(bigint) is
  'Has the deliveries about a repository processed that waited for somebody to prove access.';

revoke execute
on function public.store_webhook_delivery(text, text, jsonb),
private.webhook_targets(bigint),
private.fail_delivery(private.webhook_deliveries, jsonb, text, text),
public.claim_webhook_deliveries(int, text),
public.finish_webhook_delivery(text, uuid, jsonb),
private.route_deliveries_to(bigint)
from public, anon, authenticated;
grant execute
on function public.store_webhook_delivery(text, text, jsonb),
public.claim_webhook_deliveries(int, text),
public.finish_webhook_delivery(text, uuid, jsonb)
to service_role;

-- schemas/50_delivery/withdrawal.sql

-- Taking back what was said of delivery: a thing that was posted by mistake goes, and what followed from it is worked
-- out again. Said once more, it is there once more.

create function private.delete_commit(p_repository_id bigint, p_sha text)
returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_shas text[] := array(select private.reachable(p_repository_id, p_sha));
begin
  -- What it is built on may have been deployed through it alone.
  delete from private.deployed_commits f using (select distinct unnest(v_shas) as sha) lost
  where f.sha = lost.sha and f.repository_id = p_repository_id;
  delete from private.commit_parents e where e.sha = p_sha and e.repository_id = p_repository_id;
  delete from private.commits c where c.sha = p_sha and c.repository_id = p_repository_id;
  if not found then
    return false;
  end if;
  v_shas := v_shas || private.name_deployed_commits(p_repository_id, array[p_sha]);
  perform private.follow_up_commits(p_repository_id, v_shas);
  return true;
end $$;
comment on function private.delete_commit(bigint, text) is 'Takes a commit back; answers whether there was one.';

create function private.delete_deployment(p_repository_id bigint, p_external_id text)
returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_shas text[];
  v_id bigint := (
    select d.id from private.deployments d where d.repository_id = p_repository_id and d.external_id = p_external_id);
begin
  with withdrawn as (
    delete from private.deployed_commits f where f.deployment_id = v_id returning f.sha
  )
  select array(select sha from withdrawn) into v_shas;
  delete from private.deployments d where d.id = v_id;
  if not found then
    return false;
  end if;
  v_shas := v_shas || private.trace_deployments(p_repository_id, v_shas);
  perform private.refresh_changes(p_repository_id, v_shas);
  return true;
end $$;
comment on function private.delete_deployment(bigint, text) is
  'Takes a deployment back: what it had first, a later one has first; answers whether there was one.';

create function private.delete_pull_request(p_repository_id bigint, p_external_id text)
returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_shas text[];
  v_id bigint := (
    select p.id from private.pull_requests p where p.repository_id = p_repository_id and p.external_id = p_external_id);
begin
  with freed as (
    update private.commits c set pull_request_id = null where c.pull_request_id = v_id returning c.sha
  )
  select array(
    select sha from freed
    union select b.sha from private.pull_request_commits b where b.pull_request_id = v_id
    union select p.merge_commit_sha from private.pull_requests p where p.id = v_id and p.merge_commit_sha is not null
  ) into v_shas;
  delete from private.pull_requests p where p.id = v_id;
  if not found then
    return false;
  end if;
  perform private.link_commits(p_repository_id, v_shas);
  perform private.refresh_changes(p_repository_id, v_shas);
  return true;
end $$;
comment on function private.delete_pull_request(bigint, text) is
  'Takes a pull request back, with its reviews; answers whether there was one.';

-- Security definer, as public.store_delivery.
create function public.delete_delivery(
  p_kind text,
  p_repository text,
  p_key text,
  p_org_id uuid default null,
  p_pull_request text default null
)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, true);
  v_repository_id bigint;
  v_found boolean := false;
begin
  select r.id into v_repository_id from private.repositories r
  where r.org_id = v_org_id and lower(r.full_name) = lower(p_repository) for no key update;
  case p_kind
    when 'commit' then v_found := private.delete_commit(v_repository_id, lower(p_key));
    when 'deployment' then v_found := private.delete_deployment(v_repository_id, p_key);
    when 'pull_request' then v_found := private.delete_pull_request(v_repository_id, p_key);
    when 'incident' then
      delete from private.incidents i where i.repository_id = v_repository_id and i.external_id = p_key;
      v_found := found;
    when 'review' then
      delete from private.reviews v using private.pull_requests p
      where p.repository_id = v_repository_id and p.external_id = p_pull_request and v.pull_request_id = p.id
        and v.external_id = p_key;
      v_found := found;
    else raise exception using errcode = 'LL422', message = 'validation_failed', detail = 'kind: is unknown';
  end case;
  if not v_found then
    raise exception using errcode = 'LL404', message = 'not_found', detail = 'Nothing is known by this name';
  end if;
  if p_kind in ('commit', 'deployment', 'pull_request') then
    perform private.note_first_deployments(v_repository_id);
    perform private.refresh_rollbacks(v_repository_id, '-infinity');
    perform private.relink_incidents(v_repository_id, '-infinity');
  end if;
end $$;
comment on function public.delete_delivery(text, text, text, uuid, text) is
  'Takes back one thing of a kind (commit, deployment, pull_request, review, incident) by its sha or external_id, '
  'and works out again what followed from it; 404 when there is none.';

revoke execute
on function private.delete_commit(bigint, text),
private.delete_deployment(bigint, text),
private.delete_pull_request(bigint, text),
public.delete_delivery(text, text, text, uuid, text)
from public, anon, authenticated;
grant execute on function public.delete_delivery(text, text, text, uuid, text) to authenticated, service_role;

-- schemas/60_ai/ai_sessions.sql

-- AI-assisted development: what coding with models costs, what is accepted of it, and which commits it led to. A call
-- to a model is what is sent and deduplicated; a session is the calls, edits and commits of one sitting. Totals by
-- hour are kept in the same transaction, so that reads do not grow with the number of sessions. The tables live in
-- private, because they name people.

create table private.ai_sessions (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  external_id text not null check (char_length(external_id) between 1 and 200),
  source text not null check (char_length(source) between 1 and 50),
  developer_id text not null check (char_length(developer_id) between 1 and 200),
  repository text check (char_length(repository) <= 200),
  branch text check (char_length(branch) <= 255),
  model text check (char_length(model) <= 200),
  started_at timestamptz not null,
  ended_at timestamptz not null,
  calls int not null default 0,
  failed_calls int not null default 0,
  input_tokens bigint,
  output_tokens bigint,
  cache_read_tokens bigint,
  cache_write_tokens bigint,
  total_tokens bigint generated always as (
    input_tokens + output_tokens + cache_read_tokens + cache_write_tokens
  ) stored,
  cost_usd numeric(20, 10),
  cost_source text check (cost_source in ('reported', 'estimated', 'mixed')),
  latency_ms_sum bigint not null default 0,
  latency_calls int not null default 0,
  accepted boolean,
  accepted_lines int check (accepted_lines >= 0),
  edits_accepted int not null default 0,
  edits_rejected int not null default 0,
  pull_request text check (char_length(pull_request) between 1 and 200),
  people_accepted int not null default 0,
  people_rejected int not null default 0,
  automatic_decisions int not null default 0,
  guessed_calls int not null default 0,
  estimate_usd numeric(20, 10),
  said_developer_id text check (char_length(said_developer_id) between 1 and 200),
  unique (org_id, external_id)
);
comment on table private.ai_sessions is
  'A sitting of a developer with a model: what its calls, edits and counters add up to.';
comment on column private.ai_sessions.model is 'The model of most of its tokens.';
comment on column private.ai_sessions.total_tokens is
  'Null, as each kind of them, when one of its calls does not say how many it took.';
comment on column private.ai_sessions.cost_usd is
  'Null when no cost was reported and no price is known for one of its calls.';
comment on column private.ai_sessions.people_accepted is
  'Decisions of people, as people_rejected; automatic_decisions are those of a configuration or hook.';
comment on column private.ai_sessions.guessed_calls is
  'Calls, or series of a counter, whose reported cost its source can only have guessed.';
comment on column private.ai_sessions.estimate_usd is
  'Where a cost was guessed, what the session costs with the estimates in place of the guesses; null when one is '
  'not known.';
comment on column private.ai_sessions.said_developer_id is
  'Who it was as the source said, where that is an alias of developer_id.';
comment on column private.ai_sessions.id is
  'Made of the organization and the external id by private.ai_session_id().';
comment on column private.ai_sessions.pull_request is 'The number of the pull request that the session itself names.';
comment on column private.ai_sessions.developer_id is
  'In lower case, as commits name their authors: a login or an address; unknown until something says who it was.';
comment on column private.ai_sessions.repository is 'owner/name in lower case.';
comment on column private.ai_sessions.accepted is
  'Whether at least half of its decided edits were let stand; null without any. What a source reports of a whole '
  'session outweighs single edits, and those what only counters say.';
comment on column private.ai_sessions.accepted_lines is
  'Lines added by what was accepted; null when nothing says how many.';
create index ai_sessions_started_idx on private.ai_sessions (org_id, started_at desc, id);
create index ai_sessions_cost_idx on private.ai_sessions (org_id, cost_usd desc nulls last, id);
create index ai_sessions_tokens_idx on private.ai_sessions (org_id, total_tokens desc nulls last, id);
create index ai_sessions_developer_idx on private.ai_sessions (org_id, developer_id, started_at desc);
create index ai_sessions_model_idx on private.ai_sessions (org_id, model, started_at desc) include (cost_usd);
create index ai_sessions_repository_idx on private.ai_sessions (org_id, repository, started_at desc)
where repository is not null;
create index ai_sessions_pull_request_idx on private.ai_sessions (org_id, pull_request)
where pull_request is not null;

alter table private.ai_sessions enable row level security;
create policy "members read what belongs to their organization" on private.ai_sessions
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.ai_sessions from public, anon, authenticated, service_role;
grant select on private.ai_sessions to authenticated, service_role;

-- Found by its primary key, a session is found by that index and no other, whatever the planner thinks of an
-- organization that is too new for its statistics: it takes any index that begins with the organization for as good.
create function private.ai_session_id(p_org_id uuid, p_external_id text)
returns uuid
language sql
immutable
set search_path = ''
as $$
  -- Version 8: made of something else, RFC 9562.
  select overlay(overlay(md5(p_org_id || ' ' || p_external_id) placing '8' from 13 for 1) placing 'a'
    from 17 for 1)::uuid
$$;
comment on function private.ai_session_id(uuid, text) is
  'The id of the session that an organization''s source calls by a name.';

create function private.ai_session_json(p_session private.ai_sessions)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', p_session.id, 'external_id', p_session.external_id, 'source', p_session.source,
    'developer_id', p_session.developer_id,
    'repository', p_session.repository, 'branch', p_session.branch, 'model', p_session.model,
    'timestamp', p_session.started_at,
    'ended_at', p_session.ended_at, 'calls', p_session.calls, 'failed_calls', p_session.failed_calls,
    'input_tokens', p_session.input_tokens, 'output_tokens', p_session.output_tokens, 'cache_read_tokens',
      p_session.cache_read_tokens,
    'cache_write_tokens', p_session.cache_write_tokens, 'total_tokens', p_session.total_tokens, 'cost_usd',
      p_session.cost_usd,
    'cost_source', p_session.cost_source, 'guessed_calls', p_session.guessed_calls, 'estimated_cost_usd',
      p_session.estimate_usd,
    'latency_ms_sum', p_session.latency_ms_sum, 'latency_calls', p_session.latency_calls,
    'accepted', p_session.accepted, 'accepted_lines', p_session.accepted_lines, 'edits_accepted',
      p_session.edits_accepted,
    'edits_rejected', p_session.edits_rejected, 'people_accepted', p_session.people_accepted,
    'people_rejected', p_session.people_rejected, 'automatic_decisions', p_session.automatic_decisions)
$$;
comment on function private.ai_session_json(private.ai_sessions) is
  'A session with the sums that its numbers are made of.';

create function private.ai_cost_baseline(p_org_id uuid, p_model text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with latest as (
    select s.cost_usd from private.ai_sessions s
    where s.org_id = p_org_id and s.model = p_model and s.cost_usd is not null order by s.started_at desc limit 500
  ),
  middle as (select percentile_cont(0.5) within group (order by cost_usd::float8) as median from latest)
  select jsonb_build_object(
    'model', p_model, 'n', count(*), 'median', min(median),
    'mad', percentile_cont(0.5) within group (order by abs(cost_usd::float8 - median)),
    'mean_deviation', avg(abs(cost_usd::float8 - median)))
  from latest, middle
$$;
comment on function private.ai_cost_baseline(uuid, text) is
  'What a session with a model costs: the median of the latest 500 with a known cost, and how far they are from it.';

create function public.ai_sessions(
  p_org_id uuid,
  p_start date,
  p_end date,
  p_developer_id text,
  p_model text,
  p_repository text,
  p_sort_by text,
  p_sort_order text,
  p_page int,
  p_page_size int
)
returns jsonb
language plpgsql
stable
set search_path = ''
set jit = off
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
  v_zone text := (select o.time_zone from public.organizations o where o.id = v_org_id);
  -- What is counted before is no longer there to be listed.
  v_removed timestamptz := (select t.removed_before from private.trims t where t.org_id = v_org_id and t.kind = 'ai');
  v_from timestamptz := greatest(p_start::timestamp at time zone v_zone, v_removed);
  v_to timestamptz := (p_end + 1)::timestamp at time zone v_zone;
  v_developer_id text := private.ai_developer(v_org_id, p_developer_id);
  v_where text := concat_ws(' and ', 's.org_id = $1',
    case when v_from is not null then 's.started_at >= $2' end, case when p_end is not null
      then 's.started_at < $3' end,
    case when p_developer_id is not null then 's.developer_id = $4' end, case when p_model is not null
      then 's.model = $5' end,
    case when p_repository is not null then 's.repository = $6' end);
  -- Exactly as the indexes are, or exactly the other way round.
  v_order text := case p_sort_by || ' ' || p_sort_order
    when 'timestamp desc' then 's.started_at desc, s.id' when 'timestamp asc' then 's.started_at, s.id desc'
    when 'cost_usd desc' then 's.cost_usd desc nulls last, s.id'
    when 'cost_usd asc' then 's.cost_usd nulls first, s.id desc'
    when 'tokens desc' then 's.total_tokens desc nulls last, s.id'
    when 'tokens asc' then 's.total_tokens nulls first, s.id desc' end;
  v_page private.ai_sessions[];
  v_today date := (now() at time zone v_zone)::date;
  v_last date := coalesce(p_end, greatest(v_today, p_start));
  -- Without a first day, from the first session on.
  v_first date := coalesce(
    p_start, (select (min(s.started_at) at time zone v_zone)::date from private.ai_sessions s
      where s.org_id = v_org_id), v_today);
begin
  execute format(
    'select array(select s from private.ai_sessions s where %s order by %s limit least($7, 1000) offset $8)', v_where,
      v_order)
    into v_page
    using v_org_id, v_from, v_to, v_developer_id, p_model, lower(p_repository), p_page_size, (p_page - 1)::bigint
      * p_page_size;
  return jsonb_build_object(
    'period', jsonb_build_object(
      'start', least(v_first, v_last), 'end', v_last, 'days', v_last - least(v_first, v_last) + 1, 'time_zone', v_zone,
      'rows_since', private.rows_since(v_org_id, 'ai', coalesce(p_start, '-infinity'), v_zone)),
    'total_count', (private.ai_window(v_org_id, v_from, v_to, v_developer_id, lower(p_repository), p_model)).sessions,
    'sessions', (
      select coalesce(jsonb_agg(private.ai_session_json(v_page[place]) order by place), '[]')
      from generate_subscripts(v_page, 1) as place),
    'baselines', (
      select coalesce(jsonb_agg(private.ai_cost_baseline(v_org_id, m.model)), '[]')
      from (select distinct p.model from unnest(v_page) p where p.model is not null) m));
end $$;
comment on function public.ai_sessions(uuid, date, date, text, text, text, text, text, int, int) is
  'A page of sessions by time, cost or tokens, how many there are, and what their models'' sessions cost: {period, '
  'total_count, sessions, baselines}. Unknown costs count as the least.';

create function public.ai_session(p_org_id uuid, p_id uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
  v_session private.ai_sessions;
begin
  select * into v_session from private.ai_sessions s where s.id = p_id and s.org_id = v_org_id;
  if not found then
    raise exception using errcode = 'LL404', message = 'not_found', detail = 'Session not found';
  end if;
  return private.ai_session_json(v_session) || jsonb_build_object(
    'baseline', private.ai_cost_baseline(v_org_id, v_session.model),
    'calls', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', c.external_id, 'timestamp', c.at, 'provider', c.provider, 'model', c.model, 'input_tokens',
          c.input_tokens,
        'output_tokens', c.output_tokens, 'cache_read_tokens', c.cache_read_tokens, 'cache_write_tokens',
          c.cache_write_tokens,
        'cache_write_1h_tokens', c.cache_write_1h_tokens, 'reasoning_tokens', c.reasoning_tokens, 'service_tier',
          c.service_tier,
        'input_audio_tokens', c.input_audio_tokens, 'input_image_tokens', c.input_image_tokens, 'input_video_tokens',
          c.input_video_tokens,
        'cost_usd', c.cost_usd, 'cost_source', c.cost_source, 'cost_is_guess', c.is_guess, 'estimated_cost_usd',
          c.estimate_usd,
        'ttft_ms', c.ttft_ms, 'latency_ms', c.latency_ms, 'status', c.status, 'error', c.error,
        'price', (select private.ai_price_json(p) from private.ai_prices p where p.id = c.price_id)) order by c.at,
          c.external_id), '[]')
      from (select * from private.ai_calls c where c.session_id = p_id order by c.at limit 500) c),
    'calls_count', v_session.calls,
    'edits', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', e.external_id, 'timestamp', e.at, 'tool', e.tool, 'decision', e.decision, 'lines_added', e.lines_added,
        'lines_removed', e.lines_removed, 'language', e.language, 'succeeded', e.succeeded, 'automatic', e.automatic)
          order by e.at, e.external_id), '[]')
      from (select * from private.ai_edits e where e.session_id = p_id order by e.at limit 500) e),
    'edits_count', (select count(*) from private.ai_edits e where e.session_id = p_id),
    'counters', (
      select coalesce(jsonb_agg(jsonb_build_object('name', c.name, 'attributes', c.attributes, 'value', c.value)
        order by c.name, c.attributes), '[]')
      from (
        select c.name, c.attributes, sum(c.value) as value from private.ai_counters c where c.session_id = p_id
        group by 1, 2 limit 500
      ) c),
    'commits', (
      select coalesce(jsonb_agg(jsonb_build_object('sha', c.sha, 'method', 'exact', 'confidence', 1) order by c.sha),
        '[]')
      from (select * from private.ai_session_commits c where c.session_id = p_id order by c.sha limit 500) c),
    'pull_requests', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'repository', r.full_name, 'number', p.external_id, 'title', p.title, 'state', p.state,
        'merged_at', p.merged_at,
        'method', l.method, 'confidence', l.confidence) order by l.confidence desc, p.id), '[]')
      from private.ai_session_links l
      join private.pull_requests p on p.id = l.pull_request_id
      join private.repositories r on r.id = p.repository_id
      where l.session_id = p_id));
end $$;
comment on function public.ai_session(uuid, uuid) is
  'A session with its calls and edits (the first 500 of each), sums of its counters, commits, and the pull requests '
  'it is linked to.';

revoke execute
on function private.ai_session_id(uuid, text),
private.ai_session_json(private.ai_sessions),
private.ai_cost_baseline(uuid, text),
public.ai_sessions(uuid, date, date, text, text, text, text, text, int, int),
public.ai_session(uuid, uuid)
from public, anon, authenticated;
grant execute
on function private.ai_session_json(private.ai_sessions),
private.ai_cost_baseline(uuid, text),
public.ai_sessions(uuid, date, date, text, text, text, text, text, int, int),
public.ai_session(uuid, uuid)
to authenticated, service_role;

-- schemas/60_ai/ai_totals.sql

-- Totals by hour, developer, repository and model, kept in the transaction that changes sessions, so that reads do
-- not grow with the number of sessions.

create table private.ai_totals (
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  hour timestamptz not null,
  developer_id text not null,
  repository text not null default '',
  model text not null default '',
  sessions int not null default 0,
  failed_sessions int not null default 0,
  accepted int not null default 0,
  rejected int not null default 0,
  tokens bigint not null default 0,
  accepted_tokens bigint not null default 0,
  accepted_lines bigint not null default 0,
  cost_usd numeric(20, 10) not null default 0,
  uncosted_sessions int not null default 0,
  latency_ms_sum bigint not null default 0,
  latency_calls int not null default 0,
  unmeasured_sessions int not null default 0,
  measured_lines bigint not null default 0,
  people_accepted int not null default 0,
  people_rejected int not null default 0,
  automatic_decisions int not null default 0,
  fresh_tokens bigint not null default 0,
  cached_tokens bigint not null default 0,
  primary key (org_id, hour, developer_id, repository, model)
);
comment on table private.ai_totals is
  'Sessions by the hour they started in, developer, repository and model: always the sum over ai_sessions.';
comment on column private.ai_totals.tokens is 'Of the sessions that say how many they took.';
comment on column private.ai_totals.accepted_tokens is 'Tokens of accepted sessions with known accepted lines.';
comment on column private.ai_totals.unmeasured_sessions is 'Sessions whose tokens are not known.';
comment on column private.ai_totals.measured_lines is 'Accepted lines of the sessions that accepted_tokens are of.';
comment on column private.ai_totals.people_accepted is
  'Decisions of people, as people_rejected; the automatic ones beside them.';
comment on column private.ai_totals.fresh_tokens is
  'Of accepted_tokens those that were not read from a cache; cached_tokens are those that were.';
create index ai_totals_developer_idx on private.ai_totals (org_id, developer_id, hour);

alter table private.ai_totals enable row level security;
create policy "members read what belongs to their organization" on private.ai_totals
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.ai_totals from public, anon, authenticated, service_role;
grant select on private.ai_totals to authenticated, service_role;

create function private.ai_totals_change(p_before private.ai_sessions[], p_after private.ai_sessions[])
returns void
language sql
volatile
set search_path = ''
as $$
  insert into private.ai_totals as kept (
    org_id, hour, developer_id, repository, model, sessions, failed_sessions, accepted, rejected, tokens,
      accepted_tokens, accepted_lines,
    cost_usd, uncosted_sessions, latency_ms_sum, latency_calls, unmeasured_sessions, measured_lines, people_accepted,
      people_rejected,
    automatic_decisions, fresh_tokens, cached_tokens)
  select s.org_id, date_trunc('hour', s.started_at, 'UTC'), s.developer_id, coalesce(s.repository, ''),
    coalesce(s.model, ''), sum(sign),
    sum(sign * (s.failed_calls > 0)::int), sum(sign * coalesce(s.accepted, false)::int),
      sum(sign * (not coalesce(s.accepted, true))::int),
    sum(sign * coalesce(s.total_tokens, 0)),
    sum(case when s.accepted and s.accepted_lines is not null then sign * coalesce(s.total_tokens, 0) else 0 end),
    sum(case when s.accepted then sign * coalesce(s.accepted_lines, 0) else 0 end), sum(sign * coalesce(s.cost_usd, 0)),
    sum(sign * (s.cost_usd is null)::int), sum(sign * s.latency_ms_sum), sum(sign * s.latency_calls),
    sum(sign * (s.total_tokens is null)::int),
    sum(case when s.accepted and s.total_tokens is not null then sign * coalesce(s.accepted_lines, 0) else 0 end),
    sum(sign * s.people_accepted), sum(sign * s.people_rejected), sum(sign * s.automatic_decisions),
    sum(case when s.accepted and s.accepted_lines is not null then sign
      * coalesce(s.total_tokens - s.cache_read_tokens, 0) else 0 end),
    sum(case when s.accepted and s.accepted_lines is not null and s.total_tokens is not null then sign
      * s.cache_read_tokens else 0 end)
  from (select -1 as sign, b.* from unnest(p_before) b union all select 1, a.* from unnest(p_after) a) s
  group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5
  on conflict (org_id, hour, developer_id, repository, model) do update set
    sessions = kept.sessions + excluded.sessions, failed_sessions = kept.failed_sessions + excluded.failed_sessions,
    accepted = kept.accepted + excluded.accepted, rejected = kept.rejected + excluded.rejected,
    tokens = kept.tokens + excluded.tokens,
    accepted_tokens = kept.accepted_tokens + excluded.accepted_tokens,
    accepted_lines = kept.accepted_lines + excluded.accepted_lines,
    cost_usd = kept.cost_usd + excluded.cost_usd,
    uncosted_sessions = kept.uncosted_sessions + excluded.uncosted_sessions,
    latency_ms_sum = kept.latency_ms_sum + excluded.latency_ms_sum,
    latency_calls = kept.latency_calls + excluded.latency_calls,
    unmeasured_sessions = kept.unmeasured_sessions + excluded.unmeasured_sessions,
    measured_lines = kept.measured_lines + excluded.measured_lines,
    people_accepted = kept.people_accepted + excluded.people_accepted, people_rejected = kept.people_rejected
      + excluded.people_rejected,
    automatic_decisions = kept.automatic_decisions + excluded.automatic_decisions,
    fresh_tokens = kept.fresh_tokens + excluded.fresh_tokens, cached_tokens = kept.cached_tokens
      + excluded.cached_tokens;

  delete from private.ai_totals t using (
    select distinct b.org_id, date_trunc('hour', b.started_at, 'UTC') as hour, b.developer_id,
      coalesce(b.repository, '') as repository, coalesce(b.model, '') as model
    from unnest(p_before) b
  ) b
  where t.org_id = b.org_id and t.hour = b.hour and t.developer_id = b.developer_id and t.repository = b.repository
    and t.model = b.model
    and t.sessions = 0
$$;
comment on function private.ai_totals_change(private.ai_sessions[], private.ai_sessions[]) is
  'Takes sessions as they were out of the totals, and puts them in as they are.';

create function private.ai_developer_rank(p_developer_id text)
returns int
language sql
immutable
set search_path = ''
as $$
  -- Claude Code's user.id, one for each installation, is a hash.
  select case when p_developer_id = 'unknown' then 3 when position('@' in p_developer_id) > 1 then 0
    when p_developer_id ~ '^[0-9a-f]{64}$' then 2 else 1 end
$$;
comment on function private.ai_developer_rank(text) is
  'How much a name says of who somebody is, the least most: an address, an account or login, an installation, nothing.';

create function private.refresh_ai_sessions(
  p_org_id uuid,
  p_ids uuid[],
  p_before private.ai_sessions[],
  p_said jsonb[] default '{}'
)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_after private.ai_sessions[];
begin
  -- Of several words about one thing the first that came stays: sending all of them again must change nothing.
  with said as (
    select private.ai_session_id(p_org_id, s ->> 'external_id') as id,
      (array_agg(lower(s ->> 'developer_id') order by lower(s ->> 'developer_id') not like '_%@%',
        lower(s ->> 'developer_id') ~ '^[0-9a-f]{64}$', place)
        filter (where lower(s ->> 'developer_id') <> 'unknown'))[1] as developer_id,
      (array_agg(lower(s ->> 'repository') order by place) filter (where s ? 'repository'))[1] as repository,
      (array_agg(s ->> 'branch' order by place) filter (where s ? 'branch'))[1] as branch,
      (array_agg(s ->> 'pull_request' order by place) filter (where s ? 'pull_request'))[1] as pull_request
    from unnest(p_said) with ordinality as g (s, place) group by 1
  ),
  known as (
    select said.*, coalesce(a.developer_id, said.developer_id) as person
    from said left join private.ai_developer_aliases a on a.org_id = p_org_id and a.alias = said.developer_id
  ),
  changed as (
    update private.ai_sessions k set
      developer_id = case when is_better then said.person else k.developer_id end,
      said_developer_id = case when is_better then nullif(said.developer_id, said.person) else k.said_developer_id end,
      repository = coalesce(k.repository, said.repository), branch = coalesce(k.branch, said.branch),
      pull_request = coalesce(k.pull_request, said.pull_request), model = sums.model, started_at = sums.started_at,
      ended_at = sums.ended_at, calls = sums.calls, failed_calls = sums.failed_calls, input_tokens = sums.input_tokens,
      output_tokens = sums.output_tokens, cache_read_tokens = sums.cache_read_tokens,
      cache_write_tokens = sums.cache_write_tokens,
      cost_usd = sums.cost_usd, cost_source = sums.cost_source, latency_ms_sum = sums.latency_ms_sum,
      latency_calls = sums.latency_calls, accepted = sums.accepted, accepted_lines = sums.accepted_lines,
      edits_accepted = sums.edits_accepted, edits_rejected = sums.edits_rejected, people_accepted
        = sums.people_accepted,
      people_rejected = sums.people_rejected, automatic_decisions = sums.automatic_decisions, guessed_calls
        = sums.guessed_calls,
      estimate_usd = sums.estimate_usd
    from private.ai_session_sums(p_ids) sums
    join private.ai_sessions was on was.id = sums.session_id
    left join known said on said.id = sums.session_id
    -- A name that says more of who it was goes before one that came earlier.
    cross join lateral (
      select said.developer_id is not null and private.ai_developer_rank(said.developer_id)
        < private.ai_developer_rank(coalesce(was.said_developer_id, was.developer_id)) as is_better
    ) better
    where k.id = sums.session_id
    returning k
  )
  select array_agg(k) into v_after from changed;
  perform private.ai_totals_change(p_before, v_after);
end $$;
comment on function private.refresh_ai_sessions(uuid, uuid[], private.ai_sessions[], jsonb[]) is
  'Adds sessions up again, keeps what is said of them, and moves the totals from how they were to how they are. '
  'Their rows must be locked.';

revoke execute
on function private.ai_totals_change(private.ai_sessions[], private.ai_sessions[]),
private.ai_developer_rank(text),
private.refresh_ai_sessions(uuid, uuid[], private.ai_sessions[], jsonb[])
from public, anon, authenticated;

-- schemas/60_ai/ai_prices.sql

-- What models cost, as far as everybody pays the same, and what an organization says they cost it.

create table private.ai_prices (
  id bigint generated always as identity primary key,
  org_id uuid references public.organizations (id)
    on delete cascade,
  model text not null check (char_length(model) between 1 and 200 and model = lower(model)),
  valid_from date not null check (valid_from between '2000-01-01' and '2100-12-31'),
  input_usd numeric(14, 6) not null check (input_usd >= 0),
  output_usd numeric(14, 6) not null check (output_usd >= 0),
  cache_read_usd numeric(14, 6) check (cache_read_usd >= 0),
  cache_write_usd numeric(14, 6) check (cache_write_usd >= 0),
  retired_at timestamptz,
  cache_write_1h_usd numeric(14, 6) check (cache_write_1h_usd >= 0),
  long_context_above bigint check (long_context_above > 0),
  long_input_factor numeric(8, 4) check (long_input_factor >= 0),
  long_output_factor numeric(8, 4) check (long_output_factor >= 0),
  batch_factor numeric(8, 4) check (batch_factor >= 0),
  priority_factor numeric(8, 4) check (priority_factor >= 0),
  fast_factor numeric(8, 4) check (fast_factor >= 0),
  source text check (char_length(source) <= 200),
  source_date date,
  input_audio_usd numeric(14, 6) check (input_audio_usd >= 0),
  input_image_usd numeric(14, 6) check (input_image_usd >= 0)
);
comment on table private.ai_prices is
  'US dollars per million tokens from a day on; an organization''s own price goes before the seeded one (org_id null).';
comment on column private.ai_prices.retired_at is
  'Since when it prices no more calls: a price that is changed stays beside its successor, because calls refer to it.';
comment on column private.ai_prices.cache_write_usd is
  'Of a cache write for five minutes, or of any where there is one price.';
comment on column private.ai_prices.long_context_above is
  'A call whose prompt, cache included, has more tokens than this costs all of its input and output times the two '
  'factors.';
comment on column private.ai_prices.batch_factor is
  'What a call in a batch, or of the flex tier, costs of the standard price; null, as for priority and fast, where '
  'it is not known.';
comment on column private.ai_prices.input_audio_usd is
  'Of what was heard, as input_image_usd of what was seen; null where it costs as any other input.';
comment on column private.ai_prices.source is 'Where the price was read, and when (source_date).';
create unique index ai_prices_key on private.ai_prices (org_id, model, valid_from)
nulls not distinct
where retired_at is null;

alter table private.ai_prices enable row level security;
create policy "members read the seeded prices and their organization's" on private.ai_prices
for select
to authenticated
using (org_id is null or org_id = any (array(select private.my_organization_ids())));
revoke all on private.ai_prices from public, anon, authenticated, service_role;
grant select on private.ai_prices to authenticated, service_role;

create trigger audit_ai_prices
after insert or update of retired_at on private.ai_prices
for each row
when (new.org_id is not null)
execute function private.audit_change('ai_price', 'id');

create function private.ai_model_names(p_model text)
returns text[]
language sql
immutable
set search_path = ''
as $$
  -- openrouter/anthropic/claude-sonnet-4.5:beta, global.anthropic.claude-sonnet-4-20250514-v1:0, gpt-4o-2024-08-06,
  -- gemini-2.5-pro-preview-06-05, gemini-2.5-flash-lite-preview-09-2025, gpt-5.1-chat-latest, claude-4.5-sonnet
  with given as (select lower(p_model) as name),
  bare as (
    select name, regexp_replace(regexp_replace(name, '^.*/', ''),
      '^([a-z]{2,8}(-gov)?\.)?'
      '(anthropic|amazon|meta|mistral|cohere|deepseek|openai|qwen|moonshot|moonshotai|google|zai)\.', '') as base
    from given
  ),
  -- Anthropic writes its versions with hyphens, and from 4 on behind the family; resellers write them with dots, or
  -- before it.
  spelled as (
    select name, base, case when base like 'claude%' then
      regexp_replace(regexp_replace(base, '(\d)\.(\d)', '\1-\2'),
        '^claude-([4-9])-(\d{1,2})-(opus|sonnet|haiku|fable|mythos)', 'claude-\3-\1-\2')
      else base end as own
    from bare
  )
  select array[name, base, own, regexp_replace(own,
    '([-@](\d{8}|\d{4}-\d{2}-\d{2}|(chat-)?latest|preview(-\d{2}-\d{2}(\d{2})?)?)|'
    '-v\d+(:\d+)?|:(beta|thinking|exacto|nitro|floor)|\[1m\])+$', '')]
  from spelled
$$;
comment on function private.ai_model_names(text) is
  'The names under which a model''s price is looked for: as it is, without the provider before it, as its maker '
  'spells it, and without the date or version after it.';

create function private.ai_call_cost(
  p_price private.ai_prices,
  p_input bigint,
  p_output bigint,
  p_cache_read bigint,
  p_cache_write bigint,
  p_cache_write_1h bigint,
  p_service_tier text,
  p_input_audio bigint default 0,
  p_input_image bigint default 0
)
returns numeric
language sql
immutable
set search_path = ''
as $$
  select case coalesce(p_service_tier, 'standard')
      when 'standard' then 1 when 'batch' then (p_price).batch_factor when 'flex' then (p_price).batch_factor
      when 'priority' then (p_price).priority_factor when 'fast' then (p_price).fast_factor end
    * (case when is_long then coalesce((p_price).long_input_factor, 1) else 1 end
        * (greatest(p_input - heard - seen, 0) * (p_price).input_usd
          + heard * coalesce((p_price).input_audio_usd, (p_price).input_usd) + seen
            * coalesce((p_price).input_image_usd, (p_price).input_usd)
          + p_cache_read * coalesce((p_price).cache_read_usd, (p_price).input_usd)
          + greatest(p_cache_write - p_cache_write_1h, 0) * coalesce((p_price).cache_write_usd, (p_price).input_usd)
          + least(p_cache_write_1h, p_cache_write)
            * coalesce((p_price).cache_write_1h_usd, (p_price).cache_write_usd, (p_price).input_usd))
      + case when is_long then coalesce((p_price).long_output_factor, 1) else 1 end * p_output
        * (p_price).output_usd) / 1000000
  from (
    select coalesce(p_input + p_cache_read + p_cache_write > (p_price).long_context_above, false) as is_long,
      -- What was heard or seen and read from the cache costs as the cache does, so no more of it than is fresh.
      least(coalesce(p_input_audio, 0), p_input) as heard,
      least(coalesce(p_input_image, 0), p_input - least(coalesce(p_input_audio, 0), p_input)) as seen
  ) size
$$;
comment on function private.ai_call_cost(
  private.ai_prices,
  bigint,
  bigint,
  bigint,
  bigint,
  bigint,
  text,
  bigint,
  bigint
) is
  'What a call costs in US dollars: null where tokens, a price, or the price of its service tier are not known. '
  'Audio and images are part of the input.';

create function private.ai_price(p_org_id uuid, p_model text, p_day date)
returns private.ai_prices
language sql
stable
set search_path = ''
as $$
  select p.* from private.ai_prices p
  join unnest(private.ai_model_names(p_model)) with ordinality as known (name, place) on known.name = p.model
  where (p.org_id = p_org_id or p.org_id is null) and p.valid_from <= p_day and p.retired_at is null
  order by p.org_id is null, known.place, p.valid_from desc limit 1
$$;
comment on function private.ai_price(uuid, text, date) is
  'The price of a model on a day: the organization''s own before the seeded one, the closest name, the latest from '
  'that day or before.';

create function private.ai_price_json(p_price private.ai_prices)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'model', p_price.model, 'valid_from', p_price.valid_from, 'own', p_price.org_id is not null,
    'input_usd', p_price.input_usd, 'output_usd', p_price.output_usd, 'cache_read_usd', p_price.cache_read_usd,
    'cache_write_usd', p_price.cache_write_usd, 'cache_write_1h_usd', p_price.cache_write_1h_usd,
    'long_context_above', p_price.long_context_above, 'long_input_factor', p_price.long_input_factor,
    'long_output_factor', p_price.long_output_factor, 'batch_factor', p_price.batch_factor,
    'priority_factor', p_price.priority_factor, 'fast_factor', p_price.fast_factor, 'input_audio_usd',
      p_price.input_audio_usd,
    'input_image_usd', p_price.input_image_usd, 'source', p_price.source, 'source_date', p_price.source_date)
$$;
comment on function private.ai_price_json(private.ai_prices) is
  'A price as the API shows it, in US dollars per million tokens.';

create function public.ai_prices(p_org_id uuid, p_model text, p_page int default 1, p_page_size int default 1000)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
begin
  return (
    with price as materialized (
      select p, row_number() over (order by p.model, p.valid_from desc, p.org_id is null) as place
      from private.ai_prices p
      where (p.org_id = v_org_id or p.org_id is null) and p.retired_at is null
        and (p_model is null or p.model = any (private.ai_model_names(p_model)))
    )
    select jsonb_build_object(
      'total_count', (select count(*) from price),
      'items', (
        select coalesce(jsonb_agg(private.ai_price_json(page.p) order by page.place), '[]')
        from (
          select * from price order by place
          limit least(p_page_size, 1000) offset (p_page - 1)::bigint * p_page_size
        ) page)));
end $$;
comment on function public.ai_prices(uuid, text, int, int) is
  'A page of the prices that apply to an organization, of all models or those that a name may mean.';

-- Security definer: nobody may write prices but through here.
create function public.set_ai_price(p_org_id uuid, p_price jsonb)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_org_id uuid := private.ai_manager_organization(p_org_id);
  v_new private.ai_prices := jsonb_populate_record(null::private.ai_prices, p_price);
begin
  -- One after the other: of two at once, the second retires the first's.
  perform from public.organizations o where o.id = v_org_id for no key update;
  update private.ai_prices p set retired_at = now()
  where p.org_id = v_org_id and p.model = v_new.model and p.valid_from = v_new.valid_from and p.retired_at is null;
  if not found and (select count(*) from private.ai_prices p where p.org_id = v_org_id and p.retired_at is null) >= 1000
    then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = 'model: there are 1,000 prices of your own already';
  end if;
  insert into private.ai_prices (org_id, model, valid_from, input_usd, output_usd, cache_read_usd, cache_write_usd,
    cache_write_1h_usd,
    long_context_above, long_input_factor, long_output_factor, batch_factor, priority_factor, fast_factor,
      input_audio_usd, input_image_usd)
  values (v_org_id, v_new.model, v_new.valid_from, v_new.input_usd, v_new.output_usd, v_new.cache_read_usd,
    v_new.cache_write_usd,
    v_new.cache_write_1h_usd, v_new.long_context_above, v_new.long_input_factor, v_new.long_output_factor,
      v_new.batch_factor,
    v_new.priority_factor, v_new.fast_factor, v_new.input_audio_usd, v_new.input_image_usd)
  returning * into v_new;
  return private.ai_price_json(v_new);
end $$;
comment on function public.set_ai_price(uuid, jsonb) is
  'Sets the organization''s own price of a model from a day on: {model, valid_from, input_usd, output_usd, '
  'cache_read_usd?, cache_write_usd?, cache_write_1h_usd?, long_context_above?, long_input_factor?, '
  'long_output_factor?, batch_factor?, priority_factor?, fast_factor?, input_audio_usd?, input_image_usd?}. Calls '
  'that are stored keep theirs.';

create function public.delete_ai_price(p_org_id uuid, p_model text, p_valid_from date)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_org_id uuid := private.ai_manager_organization(p_org_id);
begin
  update private.ai_prices p set retired_at = now()
  where p.org_id = v_org_id and p.model = lower(p_model) and p.valid_from = p_valid_from and p.retired_at is null;
  if not found then
    raise exception using errcode = 'LL404', message = 'not_found',
      detail = 'The organization has no such price of its own';
  end if;
end $$;
comment on function public.delete_ai_price(uuid, text, date) is
  'Ends an organization''s own price. Calls that are stored keep it.';

revoke execute
on function private.ai_model_names(text),
private.ai_call_cost(private.ai_prices, bigint, bigint, bigint, bigint, bigint, text, bigint, bigint),
private.ai_price(uuid, text, date),
private.ai_price_json(private.ai_prices),
public.ai_prices(uuid, text, int, int),
public.set_ai_price(uuid, jsonb),
public.delete_ai_price(uuid, text, date)
from public, anon, authenticated;
grant execute
on function private.ai_model_names(text),
private.ai_price(uuid, text, date),
private.ai_price_json(private.ai_prices),
public.ai_prices(uuid, text, int, int),
public.set_ai_price(uuid, jsonb),
public.delete_ai_price(uuid, text, date)
to authenticated, service_role;

-- schemas/60_ai/ai_budgets.sql

-- Budgets: what a team or a developer may spend on models in a period.

create table private.ai_budgets (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  team_id uuid references private.teams (id)
    on delete cascade,
  developer_id text check (char_length(developer_id) between 1 and 200),
  period text not null check (period in ('day', 'week', 'month')),
  limit_usd numeric(14, 4) not null check (limit_usd > 0),
  created_at timestamptz not null default now(),
  check ((team_id is null) <> (developer_id is null))
);
comment on table private.ai_budgets is
  'How much a team or a developer may spend in a period before an alert goes out.';
create unique index ai_budgets_key on private.ai_budgets (
  org_id,
  coalesce(team_id::text, ''),
  coalesce(developer_id, ''),
  period
);
create index ai_budgets_team_id_idx on private.ai_budgets (team_id);

alter table private.ai_budgets enable row level security;
create policy "members read what belongs to their organization" on private.ai_budgets
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.ai_budgets from public, anon, authenticated, service_role;
grant select on private.ai_budgets to authenticated, service_role;

create function private.budget_spend(p_budget private.ai_budgets, p_time_zone text, p_period_start date)
returns numeric
language plpgsql
stable
set search_path = ''
set jit = off
as $$
declare
  v_from timestamptz := p_period_start::timestamp at time zone p_time_zone;
  v_to timestamptz := (p_period_start + ('1 ' || p_budget.period)::interval) at time zone p_time_zone;
  v_developers text[] := case when p_budget.team_id is null then array[p_budget.developer_id]
    else array(select m.login from private.team_members m where m.team_id = p_budget.team_id) end;
begin
  return coalesce((
    select sum(t.cost_usd) from private.ai_totals t
    where t.org_id = p_budget.org_id and t.developer_id = any (v_developers)
      and t.hour >= v_from and t.hour < v_to
      and t.hour not in (select private.ai_cut_hours(p_budget.org_id, v_from, v_to))), 0)
  + coalesce((
    select sum(s.cost_usd)
    from private.ai_cut_hours(p_budget.org_id, v_from, v_to) as cut (hour)
    join private.ai_sessions s on s.org_id = p_budget.org_id and s.developer_id = any (v_developers)
      and s.started_at >= greatest(cut.hour, v_from) and s.started_at < least(cut.hour + interval '1 hour', v_to)), 0);
end $$;
comment on function private.budget_spend(private.ai_budgets, text, date) is
  'US dollars that a budget''s people spent in the period that begins on a day of the time zone.';

create function private.budget_json(p_budget private.ai_budgets)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', p_budget.id, 'developer_id', p_budget.developer_id,
    'team', (select jsonb_build_object('id', t.id, 'name', t.name) from private.teams t where t.id = p_budget.team_id),
    'period', p_budget.period, 'limit_usd', p_budget.limit_usd::float8, 'period_start', period.start,
    'spent_usd', private.budget_spend(p_budget, o.time_zone, period.start)::float8, 'created_at', p_budget.created_at,
    'alert', (
      select jsonb_build_object('crossed_at', a.crossed_at, 'spent_usd', a.spent_usd::float8,
        'state', private.alert_state(private.budget_alert(a.budget_id, a.period_start, a.limit_usd)))
      from private.ai_budget_alerts a where a.budget_id = p_budget.id and a.period_start = period.start))
  from public.organizations o
  cross join lateral (select date_trunc(p_budget.period, now() at time zone o.time_zone)::date) as period (start)
  where o.id = p_budget.org_id
$$;
comment on function private.budget_json(private.ai_budgets) is
  'A budget as the API shows it, with what was spent of it in the running period.';

-- Security definer: clients may not write budgets but through here.
create function public.set_ai_budget(p_budget jsonb, p_org_id uuid default null)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
  v_team_id uuid;
  v_budget private.ai_budgets;
begin
  perform private.require_role(v_org_id, '{owner,admin}');
  if p_budget ->> 'team' is not null then
    select t.id into v_team_id from private.teams t
    where t.org_id = v_org_id and (t.id::text = lower(p_budget ->> 'team')
      or lower(t.name) = lower(p_budget ->> 'team'))
    order by (t.id::text = lower(p_budget ->> 'team')) desc limit 1;
    if v_team_id is null then
      raise exception using errcode = 'LL404', message = 'not_found',
        detail = 'No team of the organization has this id or name';
    end if;
  end if;
  insert into private.ai_budgets as b (org_id, team_id, developer_id, period, limit_usd)
  values (v_org_id, v_team_id, lower(p_budget ->> 'developer_id'), p_budget ->> 'period',
    (p_budget ->> 'limit_usd')::numeric)
  on conflict (org_id, coalesce(team_id::text, ''), coalesce(developer_id, ''), period)
    do update set limit_usd = excluded.limit_usd
  returning * into v_budget;
  -- A raised limit may be crossed again, and that is news.
  delete from private.ai_budget_alerts a
  where a.budget_id = v_budget.id and a.limit_usd < v_budget.limit_usd and a.spent_usd < v_budget.limit_usd;
  perform private.note_crossed_budgets(v_org_id);
  return private.budget_json(v_budget);
end $$;
comment on function public.set_ai_budget(jsonb, uuid) is
  'Sets the budget {team (id or name) | developer_id, period, limit_usd}, in place of the one there was; owners and '
  'admins.';

create function public.ai_budgets(p_org_id uuid default null, p_page int default 1, p_page_size int default 20)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
begin
  return jsonb_build_object(
    'total_count', (select count(*) from private.ai_budgets b where b.org_id = v_org_id),
    'budgets', (
      select coalesce(jsonb_agg(private.budget_json(page.b) order by (page.b).created_at, (page.b).id), '[]')
      from (
        select b from private.ai_budgets b where b.org_id = v_org_id
        order by b.created_at, b.id limit least(p_page_size, 1000) offset (p_page - 1) * p_page_size
      ) page));
end $$;
comment on function public.ai_budgets(uuid, int, int) is 'A page of an organization''s budgets, the oldest first.';

-- Security definer: see set_ai_budget().
create function public.delete_ai_budget(p_id uuid, p_org_id uuid default null)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
begin
  perform private.require_role(v_org_id, '{owner,admin}');
  delete from private.ai_budgets where id = p_id and org_id = v_org_id;
  if not found then
    raise exception using errcode = 'LL404', message = 'not_found', detail = 'Budget not found';
  end if;
end $$;
comment on function public.delete_ai_budget(uuid, uuid) is
  'Deletes a budget and what was noted of it; owners and admins.';

revoke execute
on function private.budget_spend(private.ai_budgets, text, date),
private.budget_json(private.ai_budgets),
public.set_ai_budget(jsonb, uuid),
public.ai_budgets(uuid, int, int),
public.delete_ai_budget(uuid, uuid)
from public, anon, authenticated;
grant execute
on function private.budget_spend(private.ai_budgets, text, date),
private.budget_json(private.ai_budgets),
public.set_ai_budget(jsonb, uuid),
public.ai_budgets(uuid, int, int),
public.delete_ai_budget(uuid, uuid)
to authenticated, service_role;

-- schemas/60_ai/ai_ranges.sql

-- The ranges that reads of AI-assisted development are about, and those they are compared with.

create type private.ai_range as (
  time_zone text,
  first_day date,
  last_day date,
  days int,
  starts_at timestamptz,
  ends_at timestamptz,
  is_rolling boolean
);
comment on type private.ai_range is
  'What a read of AI-assisted development is about: whole days, or so many times 24 hours that end now (rolling), '
  'and when they begin and end.';

create function private.ai_range(
  p_org_id uuid,
  p_since int,
  p_start date,
  p_end date,
  p_default_days int,
  p_compare text default 'none'
)
returns private.ai_range
language plpgsql
stable
set search_path = ''
as $$
declare
  v_today date;
  r private.ai_range;
begin
  select o.time_zone, (now() at time zone o.time_zone)::date into r.time_zone, v_today from public.organizations o
  where o.id = p_org_id;
  r.is_rolling := p_since is not null or (p_start is null and p_end is null);
  if r.is_rolling then
    r.days := coalesce(p_since, p_default_days);
    r.ends_at := now();
    -- Days of 24 hours, whatever the clocks do meanwhile.
    r.starts_at := r.ends_at - make_interval(hours => 24 * least(r.days, 3661));
    r.last_day := (r.ends_at at time zone r.time_zone)::date;
    r.first_day := (r.starts_at at time zone r.time_zone)::date;
  else
    r.last_day := coalesce(p_end, greatest(v_today, p_start));
    r.first_day := coalesce(p_start, r.last_day - p_default_days + 1);
    r.days := r.last_day - r.first_day + 1;
  end if;
  if r.days not between 1 and 3660 then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = case when r.is_rolling then 'since'
        else 'end' end || ': makes a range of less than a day or of more than 3660 days';
  end if;
  if p_compare = 'previous' and r.is_rolling then
    r.ends_at := r.starts_at;
    r.starts_at := r.starts_at - make_interval(hours => 24 * r.days);
  elsif p_compare = 'previous' then
    r.last_day := r.first_day - 1;
    r.first_day := r.first_day - r.days;
  elsif p_compare = 'year' then
    -- 29 February becomes the 28th.
    r.first_day := r.first_day - interval '1 year';
    r.last_day := r.last_day - interval '1 year';
    r.starts_at := (r.starts_at at time zone r.time_zone - interval '1 year') at time zone r.time_zone;
    r.ends_at := (r.ends_at at time zone r.time_zone - interval '1 year') at time zone r.time_zone;
  elsif p_compare is distinct from 'none' then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = 'compare: is none of none, previous, year';
  end if;
  if r.is_rolling then
    r.first_day := (r.starts_at at time zone r.time_zone)::date;
    r.last_day := (r.ends_at at time zone r.time_zone)::date;
  else
    r.days := r.last_day - r.first_day + 1;
    r.starts_at := r.first_day::timestamp at time zone r.time_zone;
    r.ends_at := (r.last_day + 1)::timestamp at time zone r.time_zone;
  end if;
  return r;
end $$;
comment on function private.ai_range(uuid, int, date, date, int, text) is
  'The range of a read: so many times 24 hours up to now, or whole days; without any of them the default, rolling. '
  'Or, with p_compare, the one it is compared with: as long, just before, or a year earlier.';

create function private.ai_period(p_range private.ai_range)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object('start', p_range.first_day, 'end', p_range.last_day, 'days', p_range.days,
    'time_zone', p_range.time_zone)
    || case when p_range.is_rolling then jsonb_build_object('from', p_range.starts_at, 'to', p_range.ends_at)
      else '{}' end
$$;
comment on function private.ai_period(private.ai_range) is
  'A range as answers show it: its instants only where it rolls.';

create function private.ai_rows_period(p_org_id uuid, p_range private.ai_range)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.ai_period(p_range) || jsonb_build_object(
    'rows_since', private.rows_since(p_org_id, 'ai', p_range.first_day, p_range.time_zone))
$$;
comment on function private.ai_rows_period(uuid, private.ai_range) is
  'A range as answers show it that are made of sessions: also since when they are there, where it begins before it.';

create function private.ai_window_json(p_range private.ai_range)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object('start', p_range.starts_at, 'end', p_range.ends_at, 'days', p_range.days,
    'time_zone', p_range.time_zone)
$$;
comment on function private.ai_window_json(private.ai_range) is
  'A range by its instants, as the first clients read it.';

revoke execute
on function private.ai_range(uuid, int, date, date, int, text),
private.ai_period(private.ai_range),
private.ai_rows_period(uuid, private.ai_range),
private.ai_window_json(private.ai_range)
from public, anon, authenticated;
grant execute
on function private.ai_range(uuid, int, date, date, int, text),
private.ai_period(private.ai_range),
private.ai_rows_period(uuid, private.ai_range),
private.ai_window_json(private.ai_range)
to authenticated, service_role;

-- schemas/60_ai/ai_budget_alerts.sql

-- That a budget was crossed. The alert's key is the claim: whoever notes a crossing first, the totals' own trigger or
-- the sweep, is the only one, and writes the mails that tell of it (private.alert_mails).

create table private.ai_budget_alerts (
  budget_id uuid not null references private.ai_budgets (id)
    on delete cascade,
  period_start date not null,
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  spent_usd numeric(20, 10) not null,
  crossed_at timestamptz not null default now(),
  limit_usd numeric(14, 4) not null,
  primary key (budget_id, period_start)
);
comment on table private.ai_budget_alerts is
  'That a budget was crossed in a period: its key is what makes the alert go out once.';
create index ai_budget_alerts_org_id_idx on private.ai_budget_alerts (org_id);

alter table private.ai_budget_alerts enable row level security;
create policy "members read what belongs to their organization" on private.ai_budget_alerts
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.ai_budget_alerts from public, anon, authenticated, service_role;
grant select on private.ai_budget_alerts to authenticated, service_role;

create function private.budget_alert(p_budget_id uuid, p_period_start date, p_limit_usd numeric)
returns text
language sql
stable
set search_path = ''
as $$ select concat_ws('/', 'budget', p_budget_id, p_period_start, p_limit_usd) $$;
comment on function private.budget_alert(uuid, date, numeric) is
  'What the mails of a crossed budget are known by: a raised limit may be crossed again.';

-- Late sessions may cross the budget of a period that is over; one that was over before the budget was set is not its
-- business.
create function private.note_crossed_budgets(
  p_org_id uuid default null,
  p_developers text[] default null,
  p_now timestamptz default now()
)
returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_noted int;
begin
  with noted as (
  insert into private.ai_budget_alerts (budget_id, period_start, org_id, spent_usd, limit_usd, crossed_at)
  select b.id, period.start, b.org_id, spend.usd, b.limit_usd, p_now
  from private.ai_budgets b
  join public.organizations o on o.id = b.org_id
  cross join lateral (values (date_trunc(b.period, p_now at time zone o.time_zone))) as now_in (start)
  cross join lateral (values (now_in.start::date),
    ((now_in.start - ('1 ' || b.period)::interval)::date)) as period (start)
  cross join lateral (select private.budget_spend(b, o.time_zone, period.start)) as spend (usd)
  where (p_org_id is null or b.org_id = p_org_id)
    and (p_developers is null or b.developer_id = any (p_developers) or exists (
      select from private.team_members m where m.team_id = b.team_id and m.login = any (p_developers)))
    and (period.start + ('1 ' || b.period)::interval) at time zone o.time_zone > b.created_at
    and not exists (select from private.ai_budget_alerts a where a.budget_id = b.id and a.period_start = period.start)
    and spend.usd >= b.limit_usd
  order by b.id, period.start
  on conflict (budget_id, period_start) do nothing
  returning *
  ),
  told as (
    insert into private.alert_mails (kind, alert, org_id, user_id, content, expires_at)
    select 'budget', private.budget_alert(n.budget_id, n.period_start, n.limit_usd), n.org_id, m.user_id,
      jsonb_build_object('organization', o.name, 'who', coalesce('team ' || t.name, b.developer_id), 'period', b.period,
        'period_start', n.period_start, 'limit_usd', n.limit_usd::float8, 'spent_usd', n.spent_usd::float8),
      -- Of a period that is over it is news for a day.
      greatest((n.period_start + ('1 ' || b.period)::interval) at time zone o.time_zone, p_now + interval '1 day')
    from noted n
    join private.ai_budgets b on b.id = n.budget_id
    join public.organizations o on o.id = n.org_id
    left join private.teams t on t.id = b.team_id
    join public.memberships m on m.org_id = n.org_id and m.role in ('owner', 'admin')
    order by n.budget_id, n.period_start, m.user_id
    on conflict (alert, user_id) do nothing
  )
  select count(*) into v_noted from noted;
  return v_noted;
end $$;
comment on function private.note_crossed_budgets(uuid, text[], timestamptz) is
  'Notes, once a budget and period, that what was spent has reached the limit: for all, or for the budgets of an '
  'organization''s developers.';

-- Security definer: alerts are written by nobody else, whoever stores sessions.
create function private.note_budgets_of_totals()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_org record;
begin
  for v_org in
    select a.org_id, array_agg(distinct a.developer_id) as developers
    from added a where exists (select from private.ai_budgets b where b.org_id = a.org_id)
    group by a.org_id order by a.org_id
  loop
    perform private.note_crossed_budgets(v_org.org_id, v_org.developers);
  end loop;
  return null;
end $$;
comment on function private.note_budgets_of_totals() is
  'Holds what was just added to the totals against the budgets it counts in.';

create trigger ai_totals_spent_added
after insert on private.ai_totals
referencing new table as added
for each statement
execute function private.note_budgets_of_totals();
create trigger ai_totals_spent_changed
after update on private.ai_totals
referencing new table as added
for each statement
execute function private.note_budgets_of_totals();

create function private.sweep_budgets()
returns bigint
language plpgsql
volatile
set search_path = ''
as $$
begin
  perform private.note_crossed_budgets();
  return case when public.alert_mails_due_count('budget') > 0 then
    private.call_function('budget-alerts', '/insights/budgets/alerts') end;
end $$;
comment on function private.sweep_budgets() is
  'Notes budgets that were crossed without any one session doing it, and has due alerts sent; answers the id of the '
  'request, or null.';

revoke execute
on function private.note_crossed_budgets(uuid, text[], timestamptz),
private.note_budgets_of_totals(),
private.budget_alert(uuid, date, numeric),
private.sweep_budgets()
from public, anon, authenticated;
grant execute on function private.budget_alert(uuid, date, numeric) to authenticated, service_role;

select cron.schedule('budget-alerts', '*/2 * * * *', 'select private.sweep_budgets()');

-- schemas/60_ai/ai_calls.sql

-- What is in a session: calls to models, edits, counters and the commits it named.

create table private.ai_calls (
  session_id uuid not null references private.ai_sessions (id)
    on delete cascade,
  external_id text not null check (char_length(external_id) between 1 and 200),
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  at timestamptz not null check (at >= '2000-01-01 00:00+00' and at < '2101-01-01 00:00+00'),
  provider text check (char_length(provider) <= 100),
  model text check (char_length(model) <= 200),
  input_tokens bigint check (input_tokens between 0 and 1e15),
  output_tokens bigint check (output_tokens between 0 and 1e15),
  cache_read_tokens bigint check (cache_read_tokens between 0 and 1e15),
  cache_write_tokens bigint check (cache_write_tokens between 0 and 1e15),
  cost_usd numeric(20, 10) check (cost_usd between 0 and 1e9),
  cost_source text check (cost_source in ('reported', 'estimated')),
  price_id bigint,
  latency_ms bigint check (latency_ms between 0 and 1e15),
  status int check (status between 0 and 999),
  error text check (char_length(error) <= 2000),
  cache_write_1h_tokens bigint check (cache_write_1h_tokens between 0 and 1e15),
  reasoning_tokens bigint check (reasoning_tokens between 0 and 1e15),
  service_tier text check (char_length(service_tier) between 1 and 50),
  input_audio_tokens bigint check (input_audio_tokens between 0 and 1e15),
  input_image_tokens bigint check (input_image_tokens between 0 and 1e15),
  input_video_tokens bigint check (input_video_tokens between 0 and 1e15),
  ttft_ms bigint check (ttft_ms between 0 and 1e15),
  is_guess boolean not null default false,
  estimate_usd numeric(20, 10) check (estimate_usd between 0 and 1e9),
  primary key (org_id, external_id)
);
comment on table private.ai_calls is
  'One call to a model. Its identity within the organization is what makes sending it again change nothing.';
comment on column private.ai_calls.input_tokens is
  'Tokens of the prompt that were neither read from nor written to a cache; null, as the others, where nothing says '
  'how many.';
comment on column private.ai_calls.cache_write_1h_tokens is
  'Those of cache_write_tokens that were written for an hour, which costs more than five minutes.';
comment on column private.ai_calls.reasoning_tokens is 'Those of output_tokens that were thought and not said.';
comment on column private.ai_calls.service_tier is
  'What the call was sold as where that is not the standard: batch, flex, priority, fast.';
comment on column private.ai_calls.input_audio_tokens is
  'Those of the prompt that were heard, as the next two were seen; null where nothing says so.';
comment on column private.ai_calls.ttft_ms is 'Until the first token came, in milliseconds.';
comment on column private.ai_calls.is_guess is
  'Whether the reported cost is one that its source can only have guessed: an agent that stands before another '
  'seller''s model.';
comment on column private.ai_calls.estimate_usd is 'Beside a guessed cost, what the price table says.';
comment on column private.ai_calls.price_id is
  'The price an estimated cost, or the estimate beside a guess, was computed with.';
create index ai_calls_session_idx on private.ai_calls (session_id, at);

alter table private.ai_calls enable row level security;
create policy "members read what belongs to their organization" on private.ai_calls
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.ai_calls from public, anon, authenticated, service_role;
grant select on private.ai_calls to authenticated, service_role;

create table private.ai_edits (
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  external_id text not null check (char_length(external_id) between 1 and 200),
  session_id uuid not null references private.ai_sessions (id)
    on delete cascade,
  at timestamptz not null check (at >= '2000-01-01 00:00+00' and at < '2101-01-01 00:00+00'),
  tool text check (char_length(tool) <= 100),
  decision text check (decision in ('accept', 'reject')),
  lines_added int check (lines_added between 0 and 100000000),
  lines_removed int check (lines_removed between 0 and 100000000),
  language text check (char_length(language) <= 100),
  succeeded boolean,
  automatic boolean not null default false,
  primary key (org_id, external_id)
);
comment on table private.ai_edits is 'An edit or tool call of a session, and whether the developer let it stand.';
comment on column private.ai_edits.tool is
  'The tool that edited; reported for what a source says of a whole call or session.';
comment on column private.ai_edits.automatic is
  'Whether the decision was made by configuration, a hook or a run without people, and not by a person.';
create index ai_edits_session_idx on private.ai_edits (session_id, at);

alter table private.ai_edits enable row level security;
create policy "members read what belongs to their organization" on private.ai_edits
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.ai_edits from public, anon, authenticated, service_role;
grant select on private.ai_edits to authenticated, service_role;

create table private.ai_counters (
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  external_id text not null check (char_length(external_id) between 1 and 200),
  session_id uuid not null references private.ai_sessions (id)
    on delete cascade,
  at timestamptz not null check (at >= '2000-01-01 00:00+00' and at < '2101-01-01 00:00+00'),
  name text not null check (char_length(name) between 1 and 200),
  attributes jsonb not null default '{}' check (
    jsonb_typeof(attributes) = 'object'
    and octet_length(attributes::text) <= 8192
  ),
  value numeric not null check (value between -1e15 and 1e15 and scale(value) <= 400),
  seen_at timestamptz check (seen_at >= '2000-01-01 00:00+00' and seen_at < '2101-01-01 00:00+00'),
  latest numeric check (latest between -1e15 and 1e15 and scale(latest) <= 400),
  primary key (org_id, external_id)
);
comment on column private.ai_counters.seen_at is
  'Of a cumulative sum, which is one row for each series and start: when its latest value was taken; null for a delta.';
comment on column private.ai_counters.latest is
  'That value: one that is smaller than the one before began again at 0.';
comment on table private.ai_counters is
  'Sums that a coding agent exports (lines, commits, pull requests, tokens and cost). Those of tokens and cost '
  'count only for a session that sent no calls, or they would count twice.';
create index ai_counters_session_idx on private.ai_counters (session_id, name);

alter table private.ai_counters enable row level security;
create policy "members read what belongs to their organization" on private.ai_counters
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.ai_counters from public, anon, authenticated, service_role;
grant select on private.ai_counters to authenticated, service_role;

create table private.ai_session_commits (
  session_id uuid not null references private.ai_sessions (id)
    on delete cascade,
  sha text not null check (sha ~ '^[0-9a-f]{7,64}$'),
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  primary key (session_id, sha)
);
comment on table private.ai_session_commits is 'The commits that a session says it made.';
create index ai_session_commits_sha_idx on private.ai_session_commits (org_id, sha);

alter table private.ai_session_commits enable row level security;
create policy "members read what belongs to their organization" on private.ai_session_commits
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.ai_session_commits from public, anon, authenticated, service_role;
grant select on private.ai_session_commits to authenticated, service_role;

-- schemas/60_ai/ai_dead_letters.sql

-- Records that could not be used are kept as they came, so that nothing is lost that a source cannot send again, and
-- are forgotten after 90 days, because they may hold anything.

create table private.ai_dead_letters (
  id bigint generated always as identity primary key,
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  fingerprint text not null check (char_length(fingerprint) = 64),
  received_at timestamptz not null default now(),
  source text not null check (char_length(source) between 1 and 50),
  reason text not null check (char_length(reason) <= 1000),
  record text not null check (char_length(record) <= 65536),
  unique (org_id, fingerprint)
);
comment on table private.ai_dead_letters is
  'Records that could not be used, as they came, with the reason. The same one again is the same row.';
create index ai_dead_letters_page_idx on private.ai_dead_letters (org_id, id desc);

alter table private.ai_dead_letters enable row level security;
create policy "owners and admins read their organization's dead letters" on private.ai_dead_letters
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids(array['owner', 'admin']::public.member_role[]))));
revoke all on private.ai_dead_letters from public, anon, authenticated, service_role;
grant select on private.ai_dead_letters to authenticated, service_role;

-- Security definer: nobody may write dead letters but through here.
create function public.keep_ai_dead_letters(p_org_id uuid, p_letters jsonb)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, true);
begin
  insert into private.ai_dead_letters (org_id, fingerprint, source, reason, record)
  select distinct on (l.fingerprint) v_org_id, l.fingerprint, l.source, l.reason, l.record
  from jsonb_to_recordset(private.given_items('letters', p_letters, 5000)) as l (fingerprint text, source text,
    reason text, record text)
  order by l.fingerprint
  on conflict (org_id, fingerprint) do nothing;
end $$;
comment on function public.keep_ai_dead_letters(uuid, jsonb) is
  'Keeps [{fingerprint, source, reason, record}]; one that is kept already stays as it is.';

create function private.ai_manager_organization(p_org_id uuid)
returns uuid
language plpgsql
stable
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
begin
  perform private.require_role(v_org_id, '{owner,admin}');
  return v_org_id;
end $$;
comment on function private.ai_manager_organization(uuid) is
  'The organization a call about settings is for: the one named, the one it is confined to, or the person''s own; '
  'refused unless they manage it.';

create function public.ai_dead_letters(p_org_id uuid, p_page int, p_page_size int)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_org_id uuid := private.ai_manager_organization(p_org_id);
begin
  return jsonb_build_object(
    'total_count', (select count(*) from private.ai_dead_letters l where l.org_id = v_org_id),
    'dead_letters', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', page.id, 'received_at', page.received_at, 'source', page.source, 'reason', page.reason,
        'record', page.record)
        order by page.id desc), '[]')
      from (
        select * from private.ai_dead_letters l where l.org_id = v_org_id
        order by l.id desc limit least(p_page_size, 1000) offset (p_page - 1)::bigint * p_page_size
      ) page));
end $$;
comment on function public.ai_dead_letters(uuid, int, int) is
  'A page of the records that could not be used, the newest first.';

revoke execute
on function public.keep_ai_dead_letters(uuid, jsonb),
private.ai_manager_organization(uuid),
public.ai_dead_letters(uuid, int, int)
from public, anon, authenticated;
grant execute
on function public.keep_ai_dead_letters(uuid, jsonb),
private.ai_manager_organization(uuid),
public.ai_dead_letters(uuid, int, int)
to authenticated, service_role;

select
  cron.schedule(
    'forget-ai-dead-letters',
    '41 3 * * *',
    $$delete from private.ai_dead_letters where received_at < now() - interval '90 days'$$
  );

-- schemas/60_ai/ai_developers.sql

-- Who is who: names that mean the same person, so that two machines, or an account and an address, are one developer.

create table private.ai_developer_aliases (
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  alias text not null check (char_length(alias) between 1 and 200 and alias = lower(alias)),
  developer_id text not null check (
    char_length(developer_id) between 1 and 200
    and developer_id = lower(developer_id)
  ),
  created_at timestamptz not null default now(),
  primary key (org_id, alias),
  check (alias <> developer_id)
);
comment on table private.ai_developer_aliases is
  'Names under which sources tell of a developer, and who that is. An alias stands for a person, never for another '
  'alias.';
create index ai_developer_aliases_developer_idx on private.ai_developer_aliases (org_id, developer_id);

alter table private.ai_developer_aliases enable row level security;
create policy "members read what belongs to their organization" on private.ai_developer_aliases
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.ai_developer_aliases from public, anon, authenticated, service_role;
grant select on private.ai_developer_aliases to authenticated, service_role;

create function private.rename_ai_developer(p_org_id uuid, p_alias text, p_developer_id text)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_before private.ai_sessions[];
  v_after private.ai_sessions[];
begin
  select array_agg(kept.s) into v_before
  from (
    select s from private.ai_sessions s
    where s.org_id = p_org_id and s.developer_id <> p_developer_id
      and (s.said_developer_id = p_alias or s.developer_id = p_alias and s.said_developer_id is null)
    order by s.id for no key update
  ) kept;
  if v_before is null then
    return;
  end if;
  with changed as (
    update private.ai_sessions s
    set developer_id = p_developer_id, said_developer_id
      = nullif(coalesce(s.said_developer_id, s.developer_id), p_developer_id)
    where s.id in (select b.id from unnest(v_before) b)
    returning s
  )
  select array_agg(s) into v_after from changed;
  perform private.ai_totals_change(v_before, v_after);
  -- Links are scored by person too.
  perform private.link_sessions(p_org_id, array(select b.id from unnest(v_before) b));
end $$;
comment on function private.rename_ai_developer(uuid, text, text) is
  'Puts down to somebody the sessions that their sources tell of an alias, with their totals.';

create function private.ai_developer(p_org_id uuid, p_name text)
returns text
language sql
stable
set search_path = ''
as $$
  select coalesce(
    (select a.developer_id from private.ai_developer_aliases a where a.org_id = p_org_id and a.alias = lower(p_name)),
      lower(p_name))
$$;
comment on function private.ai_developer(uuid, text) is 'Whom a name means.';

create function private.ai_developer_json(p_org_id uuid, p_developer_id text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object('developer_id', p_developer_id, 'aliases',
    coalesce(jsonb_agg(a.alias order by a.alias), '[]'))
  from private.ai_developer_aliases a where a.org_id = p_org_id and a.developer_id = p_developer_id
$$;
comment on function private.ai_developer_json(uuid, text) is 'A developer and the names that mean them.';

create function public.ai_developers(p_org_id uuid, p_page int default 1, p_page_size int default 1000)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
begin
  return (
    with merged as materialized (
      select a.developer_id, row_number() over (order by a.developer_id) as place
      from (select distinct d.developer_id from private.ai_developer_aliases d where d.org_id = v_org_id) a
    )
    select jsonb_build_object(
      'total_count', (select count(*) from merged),
      'items', (
        select coalesce(jsonb_agg(private.ai_developer_json(v_org_id, page.developer_id) order by page.place), '[]')
        from (select * from merged order by place limit least(p_page_size,
          1000) offset (p_page - 1)::bigint * p_page_size) page)));
end $$;
comment on function public.ai_developers(uuid, int, int) is 'A page of the developers who have aliases, with them.';

-- Security definer: nobody may write sessions and totals but through here.
create function public.set_ai_developer(p_org_id uuid, p_developer_id text, p_aliases text[])
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_org_id uuid := private.ai_manager_organization(p_org_id);
  v_developer_id text := lower(trim(p_developer_id));
  v_aliases text[] := array(
    select distinct lower(trim(one)) from unnest(p_aliases) one where lower(trim(one)) <> lower(trim(p_developer_id))
      order by 1);
  v_alias text;
begin
  if v_developer_id is null or char_length(v_developer_id) not between 1 and 200 or v_developer_id = 'unknown' then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail = 'developer_id: is nobody';
  end if;
  if cardinality(v_aliases) > 50 or exists (
    select from unnest(v_aliases) one where one is null or char_length(one) not between 1 and 200 or one = 'unknown')
      then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail = 'aliases: are up to 50 names';
  end if;
  -- One after the other: of two at once, the second sees what the first has set.
  perform from public.organizations o where o.id = v_org_id for no key update;
  if exists (select from private.ai_developer_aliases a where a.org_id = v_org_id and a.alias = v_developer_id) then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail
      = 'developer_id: is an alias of somebody else';
  end if;
  if (select count(*) from private.ai_developer_aliases a where a.org_id = v_org_id) + cardinality(v_aliases) > 5000
    then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail = 'aliases: there are 5,000 already';
  end if;
  for v_alias in
    delete from private.ai_developer_aliases a
    where a.org_id = v_org_id and a.developer_id = v_developer_id and a.alias <> all (v_aliases) returning a.alias
  loop
    perform private.rename_ai_developer(v_org_id, v_alias, v_alias);
  end loop;
  -- Whoever is merged brings along the names that meant them.
  update private.ai_developer_aliases a set developer_id = v_developer_id where a.org_id = v_org_id and a.developer_id
    = any (v_aliases);
  insert into private.ai_developer_aliases (org_id, alias, developer_id)
  select v_org_id, one, v_developer_id from unnest(v_aliases) one
  on conflict (org_id, alias) do update set developer_id = excluded.developer_id;
  for v_alias in
    select a.alias from private.ai_developer_aliases a where a.org_id = v_org_id and a.developer_id = v_developer_id
      order by a.alias
  loop
    perform private.rename_ai_developer(v_org_id, v_alias, v_developer_id);
  end loop;
  return private.ai_developer_json(v_org_id, v_developer_id);
end $$;
comment on function public.set_ai_developer(uuid, text, text[]) is
  'Says which names mean a developer, in place of those that did: their sessions, past and future, are that '
  'developer''s. A name that no longer does gets its own back.';

create trigger audit_ai_developer_aliases
after insert or update or delete on private.ai_developer_aliases
for each row
execute function private.audit_change('ai_developer_alias', 'alias');

revoke execute
on function private.rename_ai_developer(uuid, text, text),
private.ai_developer(uuid, text),
private.ai_developer_json(uuid, text),
public.ai_developers(uuid, int, int),
public.set_ai_developer(uuid, text, text[])
from public, anon, authenticated;
grant execute
on function private.ai_developer(uuid, text),
private.ai_developer_json(uuid, text),
public.ai_developers(uuid, int, int),
public.set_ai_developer(uuid, text, text[])
to authenticated, service_role;

-- schemas/60_ai/ai_hours.sql

-- The totals of AI sessions once more, by hour alone and by hour, repository and model, so that a read costs by the
-- hours it spans and not by how many people and sessions there are. Triggers keep them as exact as private.ai_totals,
-- in the same transaction and whoever writes there.

create table private.ai_hours (
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  hour timestamptz not null,
  developers int not null default 0,
  sessions int not null default 0,
  failed_sessions int not null default 0,
  accepted int not null default 0,
  rejected int not null default 0,
  tokens bigint not null default 0,
  accepted_tokens bigint not null default 0,
  accepted_lines bigint not null default 0,
  cost_usd numeric(20, 10) not null default 0,
  uncosted_sessions int not null default 0,
  latency_ms_sum bigint not null default 0,
  latency_calls int not null default 0,
  unmeasured_sessions int not null default 0,
  measured_lines bigint not null default 0,
  people_accepted int not null default 0,
  people_rejected int not null default 0,
  automatic_decisions int not null default 0,
  fresh_tokens bigint not null default 0,
  cached_tokens bigint not null default 0,
  primary key (org_id, hour)
);
comment on table private.ai_hours is 'Sessions by the hour they started in: always the sum over ai_totals.';
comment on column private.ai_hours.developers is 'Distinct developers with a session in the hour.';

alter table private.ai_hours enable row level security;
create policy "members read what belongs to their organization" on private.ai_hours
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.ai_hours from public, anon, authenticated, service_role;
grant select on private.ai_hours to authenticated, service_role;

create table private.ai_model_hours (
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  hour timestamptz not null,
  repository text not null,
  model text not null,
  sessions int not null default 0,
  cost_usd numeric(20, 10) not null default 0,
  uncosted_sessions int not null default 0,
  primary key (org_id, hour, repository, model)
);
comment on table private.ai_model_hours is
  'Sessions and what they cost by hour, repository and model: always the sum over ai_totals.';

alter table private.ai_model_hours enable row level security;
create policy "members read what belongs to their organization" on private.ai_model_hours
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.ai_model_hours from public, anon, authenticated, service_role;
grant select on private.ai_model_hours to authenticated, service_role;

create function private.add_to_ai_hours(p_added private.ai_totals[], p_removed private.ai_totals[])
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  -- One statement comes here twice, with what it inserted and what it changed: two that touch the same hours in another
  -- order would wait for each other.
  perform pg_advisory_xact_lock(hashtextextended('ai_hours ' || o.org_id, 0))
  from (select distinct t.org_id from unnest(p_added || p_removed) t order by 1) o;

  -- Without its organization a row goes because the organization does, and takes the hours along.
  insert into private.ai_hours as h (
    org_id, hour, sessions, failed_sessions, accepted, rejected, tokens, accepted_tokens, accepted_lines, cost_usd,
      uncosted_sessions,
    latency_ms_sum, latency_calls, unmeasured_sessions, measured_lines, people_accepted, people_rejected,
      automatic_decisions,
    fresh_tokens, cached_tokens)
  select c.org_id, c.hour, sum(c.sign * c.sessions), sum(c.sign * c.failed_sessions), sum(c.sign * c.accepted),
    sum(c.sign * c.rejected), sum(c.sign * c.tokens), sum(c.sign * c.accepted_tokens), sum(c.sign * c.accepted_lines),
    sum(c.sign * c.cost_usd), sum(c.sign * c.uncosted_sessions), sum(c.sign * c.latency_ms_sum),
      sum(c.sign * c.latency_calls),
    sum(c.sign * c.unmeasured_sessions), sum(c.sign * c.measured_lines), sum(c.sign * c.people_accepted),
    sum(c.sign * c.people_rejected), sum(c.sign * c.automatic_decisions), sum(c.sign * c.fresh_tokens),
      sum(c.sign * c.cached_tokens)
  from (select 1 as sign, t.* from unnest(p_added) t union all select -1, t.* from unnest(p_removed) t) c
  join public.organizations o on o.id = c.org_id
  group by 1, 2 order by 1, 2
  on conflict (org_id, hour) do update set
    sessions = h.sessions + excluded.sessions, failed_sessions = h.failed_sessions + excluded.failed_sessions,
    accepted = h.accepted + excluded.accepted, rejected = h.rejected + excluded.rejected,
    tokens = h.tokens + excluded.tokens,
    accepted_tokens = h.accepted_tokens + excluded.accepted_tokens,
    accepted_lines = h.accepted_lines + excluded.accepted_lines,
    cost_usd = h.cost_usd + excluded.cost_usd, uncosted_sessions = h.uncosted_sessions + excluded.uncosted_sessions,
    latency_ms_sum = h.latency_ms_sum + excluded.latency_ms_sum, latency_calls = h.latency_calls
      + excluded.latency_calls,
    unmeasured_sessions = h.unmeasured_sessions + excluded.unmeasured_sessions, measured_lines = h.measured_lines
      + excluded.measured_lines,
    people_accepted = h.people_accepted + excluded.people_accepted, people_rejected = h.people_rejected
      + excluded.people_rejected,
    automatic_decisions = h.automatic_decisions + excluded.automatic_decisions, fresh_tokens = h.fresh_tokens
      + excluded.fresh_tokens,
    cached_tokens = h.cached_tokens + excluded.cached_tokens;

  insert into private.ai_model_hours as h (org_id, hour, repository, model, sessions, cost_usd, uncosted_sessions)
  select c.org_id, c.hour, c.repository, c.model, sum(c.sign * c.sessions), sum(c.sign * c.cost_usd),
    sum(c.sign * c.uncosted_sessions)
  from (select 1 as sign, t.* from unnest(p_added) t union all select -1, t.* from unnest(p_removed) t) c
  join public.organizations o on o.id = c.org_id
  group by 1, 2, 3, 4 order by 1, 2, 3, 4
  on conflict (org_id, hour, repository, model) do update set sessions = h.sessions + excluded.sessions,
    cost_usd = h.cost_usd + excluded.cost_usd, uncosted_sessions = h.uncosted_sessions + excluded.uncosted_sessions;

  -- Of two who add to an hour at once the second was kept waiting, and counts what the first has committed.
  update private.ai_hours h set developers = (
    select count(distinct t.developer_id) from private.ai_totals t
    where t.org_id = h.org_id and t.hour = h.hour and t.sessions > 0)
  from (
    select distinct c.org_id, c.hour
    from (select 1 as sign, t.* from unnest(p_added) t union all select -1, t.* from unnest(p_removed) t) c
    group by c.org_id, c.hour, c.developer_id, c.repository, c.model having sum(c.sign * (c.sessions > 0)::int) <> 0
  ) changed
  where h.org_id = changed.org_id and h.hour = changed.hour;
end $$;
comment on function private.add_to_ai_hours(private.ai_totals[], private.ai_totals[]) is
  'Carries rows that were added to ai_totals, and rows that were taken away, over to the sums by hour.';

-- Security definer: totals also go with their organization, and whoever deletes that may not write here.
create function private.follow_ai_totals()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_added private.ai_totals[] := '{}';
  v_removed private.ai_totals[] := '{}';
begin
  if tg_op in ('INSERT', 'UPDATE') then
    v_added := array(select row(t.*)::private.ai_totals from added t);
  end if;
  if tg_op in ('UPDATE', 'DELETE') then
    v_removed := array(select row(t.*)::private.ai_totals from removed t);
  end if;
  if cardinality(v_added) + cardinality(v_removed) > 0 then
    perform private.add_to_ai_hours(v_added, v_removed);
  end if;
  return null;
end $$;
comment on function private.follow_ai_totals() is
  'Keeps the sums by hour what ai_totals adds up to, once a statement.';

create trigger ai_totals_added
after insert on private.ai_totals
referencing new table as added
for each statement
execute function private.follow_ai_totals();
create trigger ai_totals_changed
after update on private.ai_totals
referencing old table as removed new table as added
for each statement
execute function private.follow_ai_totals();
create trigger ai_totals_removed
after delete on private.ai_totals
referencing old table as removed
for each statement
execute function private.follow_ai_totals();

create function private.ai_known(p_sum numeric, p_sessions numeric, p_unknown numeric)
returns numeric
language sql
immutable
set search_path = ''
as $$
  select case when coalesce(p_sessions, 0) = 0 or p_unknown < p_sessions then coalesce(p_sum, 0) end
$$;
comment on function private.ai_known(numeric, numeric, numeric) is
  'A sum over sessions, of which some do not say their part: null where none does, for unknown is not 0.';

create function private.ai_cut_hours(
  p_org_id uuid,
  p_from timestamptz,
  p_to timestamptz,
  p_time_zone text default null
)
returns setof timestamptz
language sql
stable
rows 3
set search_path = ''
as $$
  select distinct date_trunc('hour', cut.at, 'UTC')
  from (
    select p_from as at union all select p_to
    union all
    select day at time zone p_time_zone
    from generate_series(
      date_trunc('day', p_from at time zone p_time_zone), date_trunc('day', p_to at time zone p_time_zone),
      interval '1 day') day
  ) cut
  where cut.at between p_from and p_to and cut.at <> date_trunc('hour', cut.at, 'UTC')
    -- Of sessions that are no longer kept the hour is all there is to know: it counts where it begins.
    and cut.at >= coalesce((select t.removed_before from private.trims t where t.org_id = p_org_id
      and t.kind = 'ai'), '-infinity')
$$;
comment on function private.ai_cut_hours(uuid, timestamptz, timestamptz, text) is
  'The hours that an end of the window, or with a time zone a midnight in it, cuts in two: sums by hour cannot tell '
  'their parts apart. Not those whose sessions are no longer kept.';

-- How much a window holds is known only when it is asked for; taken for far more than it is, it would be compiled
-- (jit) for longer than it runs. That goes for every read of this kind.
create function private.ai_hours_between(
  p_org_id uuid,
  p_from timestamptz,
  p_to timestamptz,
  p_time_zone text default null
)
returns table (
  at timestamptz,
  developers bigint,
  sessions bigint,
  failed_sessions bigint,
  accepted bigint,
  rejected bigint,
  tokens bigint,
  accepted_tokens bigint,
  accepted_lines bigint,
  cost_usd numeric,
  uncosted_sessions bigint,
  latency_ms_sum bigint,
  latency_calls bigint,
  unmeasured_sessions bigint,
  measured_lines bigint,
  people_accepted bigint,
  people_rejected bigint,
  automatic_decisions bigint,
  fresh_tokens bigint,
  cached_tokens bigint
)
language sql
stable
rows 1000
set search_path = ''
set jit = off
as $$
  select h.hour, h.developers, h.sessions, h.failed_sessions, h.accepted, h.rejected, h.tokens, h.accepted_tokens,
    h.accepted_lines,
    h.cost_usd, h.uncosted_sessions, h.latency_ms_sum, h.latency_calls, h.unmeasured_sessions, h.measured_lines,
      h.people_accepted,
    h.people_rejected, h.automatic_decisions, h.fresh_tokens, h.cached_tokens
  from private.ai_hours h
  where h.org_id = p_org_id and h.hour >= p_from and h.hour < p_to and h.sessions > 0
    and h.hour not in (select private.ai_cut_hours(p_org_id, p_from, p_to, p_time_zone))
  union all
  select min(s.started_at), count(distinct s.developer_id), count(*), count(*) filter (where s.failed_calls > 0),
    count(*) filter (where s.accepted), count(*) filter (where not s.accepted),
    coalesce(sum(s.total_tokens), 0)::bigint,
    coalesce(sum(s.total_tokens) filter (where s.accepted and s.accepted_lines is not null), 0)::bigint,
    coalesce(sum(s.accepted_lines) filter (where s.accepted), 0)::bigint,
    coalesce(sum(s.cost_usd), 0), count(*) filter (where s.cost_usd is null), sum(s.latency_ms_sum)::bigint,
    sum(s.latency_calls)::bigint, count(*) filter (where s.total_tokens is null),
    coalesce(sum(s.accepted_lines) filter (where s.accepted and s.total_tokens is not null), 0)::bigint,
    sum(s.people_accepted)::bigint, sum(s.people_rejected)::bigint, sum(s.automatic_decisions)::bigint,
    coalesce(sum(s.total_tokens - s.cache_read_tokens) filter (where s.accepted and s.accepted_lines is not null),
      0)::bigint,
    coalesce(sum(s.cache_read_tokens) filter (where s.accepted and s.accepted_lines is not null
      and s.total_tokens is not null), 0)::bigint
  from private.ai_cut_hours(p_org_id, p_from, p_to, p_time_zone) as cut (hour)
  join private.ai_sessions s on s.org_id = p_org_id
    and s.started_at >= greatest(cut.hour, p_from) and s.started_at < least(cut.hour + interval '1 hour', p_to)
  group by cut.hour, (s.started_at at time zone p_time_zone)::date
$$;
comment on function private.ai_hours_between(uuid, timestamptz, timestamptz, text) is
  'What the sessions that began in the window [from, to) add up to, by hour: whole hours from their sums, cut ones '
  'from the sessions themselves. With a time zone every row lies in one of its days.';

revoke execute
on function private.add_to_ai_hours(private.ai_totals[], private.ai_totals[]),
private.follow_ai_totals(),
private.ai_known(numeric, numeric, numeric),
private.ai_cut_hours(uuid, timestamptz, timestamptz, text),
private.ai_hours_between(uuid, timestamptz, timestamptz, text)
from public, anon, authenticated;
grant execute
on function private.ai_known(numeric, numeric, numeric),
private.ai_cut_hours(uuid, timestamptz, timestamptz, text),
private.ai_hours_between(uuid, timestamptz, timestamptz, text)
to authenticated, service_role;

-- schemas/60_ai/ai_links.sql

-- Which pull requests a session went into. Exact where it names a commit or a pull request; scored otherwise, by what
-- both sides say of repository, branch, person and time. Links follow whichever side comes later: sessions when they
-- are stored, pull requests by trigger.

create table private.ai_session_links (
  session_id uuid not null references private.ai_sessions (id)
    on delete cascade,
  pull_request_id bigint not null references private.pull_requests (id)
    on delete cascade,
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  method text not null check (method in ('exact', 'scored')),
  confidence numeric(4, 3) not null check (confidence between 0 and 1),
  primary key (session_id, pull_request_id)
);
comment on table private.ai_session_links is
  'The pull requests a session went into: exact by commit id or by its number, else scored by repository, person, '
  'branch and time.';
create index ai_session_links_pull_request_idx on private.ai_session_links (pull_request_id);
create index ai_session_links_org_idx on private.ai_session_links (org_id, session_id);

alter table private.ai_session_links enable row level security;
create policy "members read what belongs to their organization" on private.ai_session_links
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.ai_session_links from public, anon, authenticated, service_role;
grant select on private.ai_session_links to authenticated, service_role;

create function private.lock_ai_links(p_org_id uuid, p_of_pull_requests boolean)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  -- A session and a pull request that are stored at the same time would not see each other. Sessions share this lock
  -- and take it last, so that whoever holds it waits for nothing else.
  if p_of_pull_requests then
    perform pg_advisory_xact_lock(hashtextextended('ai_links ' || p_org_id, 0));
  else
    perform pg_advisory_xact_lock_shared(hashtextextended('ai_links ' || p_org_id, 0));
  end if;
end $$;
comment on function private.lock_ai_links(uuid, boolean) is
  'Held until the end of a transaction by those that link sessions (shared) or pull requests (alone).';

create function private.link_sessions(p_org_id uuid, p_session_ids uuid[])
returns void
language plpgsql
volatile
set search_path = ''
set plan_cache_mode = force_custom_plan
as $$
begin
  perform private.lock_ai_links(p_org_id, false);
  if not exists (select from private.pull_requests p where p.org_id = p_org_id) then
    return;
  end if;
  with session as materialized (
    select s.*, r.id as repository_id, r.default_branch
    from private.ai_sessions s
    left join private.repositories r on r.org_id = p_org_id and lower(r.full_name) = s.repository
    where s.id = any (p_session_ids)
  ),
  -- An abbreviated id stands for all that begin with it: those up to the next hexadecimal number of its length.
  named as (
    select s.id, s.repository, s.repository_id, c.sha from session s
    join private.ai_session_commits c on c.session_id = s.id
  ),
  exact as (
    select n.id, p.pull_request_id from named n
    cross join lateral (
      select c.pull_request_id from private.pull_request_commits c
      where c.sha >= n.sha and c.sha < n.sha || 'g' and c.org_id = p_org_id
    ) p
    union
    select n.id, c.pull_request_id from named n
    join private.repositories r on r.org_id = p_org_id and (n.repository is null or r.id = n.repository_id)
    cross join lateral (
      select c.pull_request_id from private.commits c
      where c.repository_id = r.id and c.sha >= n.sha and c.sha < n.sha || 'g' and c.pull_request_id is not null
      union all
      select p.id from private.pull_requests p
      where p.repository_id = r.id and p.merge_commit_sha >= n.sha and p.merge_commit_sha < n.sha || 'g'
    ) c
    union
    select s.id, p.id from session s
    join private.pull_requests p on p.repository_id = s.repository_id and p.external_id = s.pull_request
  ),
  scored as (
    select distinct on (s.id) s.id, candidate.pull_request_id, candidate.score
    from session s
    cross join lateral (
      select p.id as pull_request_id, p.created_at,
        private.ai_link_score(s.branch, s.default_branch, s.developer_id, s.started_at, p) as score
      from private.pull_requests p
      where p.repository_id = s.repository_id
        and p.created_at between s.started_at - interval '30 days' and s.started_at + interval '7 days'
    ) candidate
    where candidate.score >= 0.5 and not exists (select from exact e where e.id = s.id)
    order by s.id, candidate.score desc, abs(extract(epoch from candidate.created_at - s.started_at)),
      candidate.pull_request_id
  ),
  link as (
    select e.id, e.pull_request_id, 'exact' as method, 1::numeric as confidence from exact e
    union all
    select s.id, s.pull_request_id, 'scored', s.score from scored s
  ),
  gone as (
    delete from private.ai_session_links k
    where k.session_id = any (p_session_ids)
      and not exists (select from link l where l.id = k.session_id and l.pull_request_id = k.pull_request_id)
  )
  insert into private.ai_session_links as k (session_id, pull_request_id, org_id, method, confidence)
  select l.id, l.pull_request_id, p_org_id, l.method, l.confidence from link l order by 1, 2
  on conflict (session_id, pull_request_id) do update set method = excluded.method, confidence = excluded.confidence
  where (k.method, k.confidence) is distinct from (excluded.method, excluded.confidence);
end $$;
comment on function private.link_sessions(uuid, uuid[]) is
  'Links sessions anew: exactly by the commits and the pull request they name, else to the one pull request that '
  'fits best, if one fits.';

create function private.ai_link_score(
  p_branch text,
  p_default_branch text,
  p_developer_id text,
  p_started_at timestamptz,
  p_pull_request private.pull_requests
)
returns numeric
language sql
immutable
set search_path = ''
as $$
  select case
    -- What was done on another branch, or after it was over, did not go into it.
    when p_branch <> p_pull_request.head_branch and p_branch <> p_default_branch then 0
    when p_started_at > coalesce(p_pull_request.merged_at, p_pull_request.closed_at) then 0
    else
      case when p_branch = p_pull_request.head_branch and p_branch <> coalesce(p_pull_request.base_branch, '') then 0.45
        else 0 end
      + case when lower(p_pull_request.author) = p_developer_id then 0.35
          when split_part(lower(p_pull_request.author), '@', 1) = split_part(p_developer_id, '@', 1) then 0.2 else 0 end
      + case when p_started_at >= coalesce(p_pull_request.first_commit_at, p_pull_request.created_at) - interval '1 day'
          then 0.15 else 0.05 end
    end
$$;
comment on function private.ai_link_score(text, text, text, timestamptz, private.pull_requests) is
  'How well a session fits a pull request of the same repository: 0.45 for its branch, 0.35 for its author (0.2 if '
  'only what is before the @ agrees), 0.15 for a time from a day before its first commit on (0.05 before). From 0.5 '
  'on it is a link, so that no one fact makes one; 0.95 at most, because only a commit is exact.';

create function private.link_pull_requests(p_org_id uuid, p_pull_request_ids bigint[])
returns void
language plpgsql
volatile
set search_path = ''
set plan_cache_mode = force_custom_plan
as $$
declare
  v_session_ids uuid[];
begin
  perform private.lock_ai_links(p_org_id, true);
  if not exists (select from private.ai_sessions s where s.org_id = p_org_id) then
    return;
  end if;
  with pull_request as materialized (
    select p.*, lower(r.full_name) as repository
    from private.pull_requests p join private.repositories r on r.id = p.repository_id
    where p.id = any (p_pull_request_ids)
  ),
  sha as (
    select c.sha from private.pull_request_commits c where c.pull_request_id = any (p_pull_request_ids)
    union
    select p.merge_commit_sha from pull_request p where p.merge_commit_sha is not null
  )
  select array_agg(distinct id) into v_session_ids
  from (
    select c.session_id as id from sha
    join private.ai_session_commits c on c.org_id = p_org_id and c.sha between left(sha.sha, 7) and sha.sha
      and starts_with(sha.sha, c.sha)
    union all
    select s.id from pull_request p
    join private.ai_sessions s on s.org_id = p_org_id and s.pull_request = p.external_id and s.repository = p.repository
    union all
    select s.id from pull_request p
    join private.ai_sessions s on s.org_id = p_org_id and s.repository = p.repository
      and s.started_at between p.created_at - interval '7 days'
        and least(p.created_at + interval '30 days', coalesce(p.merged_at, p.closed_at))
    where s.branch = p.head_branch or split_part(s.developer_id, '@', 1) = split_part(lower(p.author), '@', 1)
    union all
    select l.session_id from private.ai_session_links l where l.pull_request_id = any (p_pull_request_ids)
  ) touched (id);
  if v_session_ids is not null then
    perform private.link_sessions(p_org_id, v_session_ids);
  end if;
end $$;
comment on function private.link_pull_requests(uuid, bigint[]) is
  'Links the sessions anew that these pull requests may concern.';

-- Security definer: whoever stores pull requests has no business with sessions.
create function private.follow_pull_requests()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_org_id uuid;
  v_ids bigint[];
begin
  for v_org_id, v_ids in
    select org_id, array_agg(id) from changed group by org_id order by org_id
  loop
    perform private.link_pull_requests(v_org_id, v_ids);
  end loop;
  return null;
end $$;
comment on function private.follow_pull_requests() is 'Links sessions to pull requests that are new.';

create trigger link_new_pull_requests
after insert on private.pull_requests
referencing new table as changed
for each statement
execute function private.follow_pull_requests();

-- Security definer: as follow_pull_requests().
create function private.follow_pull_request_changes()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_org_id uuid;
  v_ids bigint[];
begin
  for v_org_id, v_ids in
    select c.org_id, array_agg(c.id) from changed c join before b on b.id = c.id
    where (c.repository_id, c.external_id, c.author, c.base_branch, c.head_branch, c.first_commit_at, c.merged_at,
      c.closed_at, c.merge_commit_sha)
      is distinct from (b.repository_id, b.external_id, b.author, b.base_branch, b.head_branch, b.first_commit_at,
        b.merged_at, b.closed_at, b.merge_commit_sha)
    group by c.org_id order by c.org_id
  loop
    perform private.link_pull_requests(v_org_id, v_ids);
  end loop;
  return null;
end $$;
comment on function private.follow_pull_request_changes() is
  'Links sessions anew when what links go by has changed.';

create trigger link_changed_pull_requests
after update on private.pull_requests
referencing old table as before new table as changed
for each statement
execute function private.follow_pull_request_changes();

-- Security definer: as follow_pull_requests().
create function private.follow_pull_request_commits()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_org_id uuid;
  v_ids bigint[];
begin
  for v_org_id, v_ids in
    select org_id, array_agg(distinct pull_request_id) from changed group by org_id order by org_id
  loop
    perform private.link_pull_requests(v_org_id, v_ids);
  end loop;
  return null;
end $$;
comment on function private.follow_pull_request_commits() is
  'Links sessions to pull requests that have new commits.';

create trigger link_pull_request_commits
after insert on private.pull_request_commits
referencing new table as changed
for each statement
execute function private.follow_pull_request_commits();

revoke execute
on function private.lock_ai_links(uuid, boolean),
private.link_sessions(uuid, uuid[]),
private.ai_link_score(text, text, text, timestamptz, private.pull_requests),
private.link_pull_requests(uuid, bigint[]),
private.follow_pull_requests(),
private.follow_pull_request_changes(),
private.follow_pull_request_commits()
from public, anon, authenticated;

-- schemas/60_ai/ai_list_prices.sql

-- The makers' list prices as published by November 2026, from about when they applied, each with where it was read and
-- when: by the maker, or as a catalogue on npm has it, which `deno task prices` compares them with. What is not known
-- of a price (regions, committed capacity) is an organization's own price.

insert into private.ai_prices
  (
    model,
    valid_from,
    input_usd,
    output_usd,
    cache_read_usd,
    cache_write_usd,
    source,
    source_date,
    cache_write_1h_usd,
    long_context_above,
    long_input_factor,
    long_output_factor,
    batch_factor,
    priority_factor,
    fast_factor,
    input_audio_usd,
    input_image_usd
  )
select
  known.*,
  -- Anthropic charges twice the input for a cache write of an hour.
  case
    when known.model like 'claude-%' then 2 * known.input_usd
  end,
  longer.above,
  longer.input_factor,
  longer.output_factor,
  -- All three sell batches at half the price, OpenAI its flex tier too.
  case
    when known.model ~ '^(claude-|gpt-|o[0-9]|text-embedding-|gemini-)' then 0.5
  end,
  sooner.priority_factor,
  sooner.fast_factor,
  media.audio_usd,
  media.image_usd
from
  (
    values
      ('claude-fable-5-1', '2026-09-01'::date, 10, 50, 0.25, 12.5, 'the maker''s price list', '2026-11-01'::date),
      ('claude-fable-5', '2026-01-01', 10, 50, 1, 12.5, 'the maker''s price list', '2026-11-01'),
      ('claude-opus-5-5', '2026-09-22', 4, 20, 0.2, 5, 'the maker''s price list', '2026-11-01'),
      ('claude-opus-5', '2026-07-24', 5, 25, 0.5, 6.25, 'the maker''s price list', '2026-11-01'),
      ('claude-opus-4-8', '2026-05-01', 5, 25, 0.5, 6.25, 'the maker''s price list', '2026-11-01'),
      ('claude-opus-4-7', '2026-03-01', 5, 25, 0.5, 6.25, 'the maker''s price list', '2026-11-01'),
      ('claude-opus-4-6', '2026-01-01', 5, 25, 0.5, 6.25, 'the maker''s price list', '2026-11-01'),
      ('claude-opus-4-5', '2025-11-01', 5, 25, 0.5, 6.25, 'the maker''s price list', '2026-11-01'),
      ('claude-opus-4-1', '2025-08-01', 15, 75, 1.5, 18.75, 'the maker''s price list', '2026-11-01'),
      ('claude-opus-4', '2025-05-01', 15, 75, 1.5, 18.75, 'the maker''s price list', '2026-11-01'),
      ('claude-opus-4-0', '2025-05-01', 15, 75, 1.5, 18.75, 'the maker''s price list', '2026-11-01'),
      ('claude-sonnet-5-5', '2026-09-28', 2, 10, 0.2, 2.5, 'the maker''s price list', '2026-11-01'),
      ('claude-sonnet-5-5', '2026-10-07', 2, 10, 0.1, 2.5, 'the maker''s price list', '2026-11-01'),
      ('claude-sonnet-5', '2026-01-01', 2, 10, 0.2, 2.5, 'the maker''s price list', '2026-11-01'),
      ('claude-sonnet-4-6', '2026-01-01', 3, 15, 0.3, 3.75, 'the maker''s price list', '2026-11-01'),
      ('claude-sonnet-4-5', '2025-09-01', 3, 15, 0.3, 3.75, 'the maker''s price list', '2026-11-01'),
      ('claude-sonnet-4', '2025-05-01', 3, 15, 0.3, 3.75, 'the maker''s price list', '2026-11-01'),
      ('claude-sonnet-4-0', '2025-05-01', 3, 15, 0.3, 3.75, 'the maker''s price list', '2026-11-01'),
      ('claude-3-7-sonnet', '2025-02-01', 3, 15, 0.3, 3.75, 'the maker''s price list', '2026-11-01'),
      ('claude-haiku-5-5', '2026-10-07', 0.1, 0.5, 0.01, 0.125, 'the maker''s price list', '2026-11-01'),
      ('claude-haiku-4-5', '2025-10-01', 1, 5, 0.1, 1.25, 'the maker''s price list', '2026-11-01'),
      ('claude-3-5-haiku', '2024-11-01', 0.8, 4, 0.08, 1, 'the maker''s price list', '2026-11-01'),
      ('gpt-6.1-sol', '2026-09-29', 2, 10, 0.1, 2.5, 'the maker''s price list', '2026-11-01'),
      ('gpt-6-sol', '2026-09-22', 2, 10, 0.2, 2.5, 'the maker''s price list', '2026-11-01'),
      ('gpt-6-luna', '2026-09-22', 0.1, 0.5, 0.01, 0.125, 'the maker''s price list', '2026-11-01'),
      ('gpt-6-astra', '2026-09-03', 10, 50, 1, 12.5, 'the maker''s price list', '2026-11-01'),
      ('gpt-5.6-terra', '2026-07-30', 2, 12, 0.2, 2.5, 'the maker''s price list', '2026-11-01'),
      ('gpt-5.6-luna', '2026-07-30', 0.2, 1.2, 0.02, 0.25, 'the maker''s price list', '2026-11-01'),
      ('gpt-5.5', '2026-04-01', 5, 30, 0.5, null, 'the maker''s price list', '2026-11-01'),
      ('gpt-5.5-pro', '2026-04-01', 30, 180, null, null, 'the maker''s price list', '2026-11-01'),
      ('gpt-5.4', '2026-03-01', 2.5, 15, 0.25, null, 'the maker''s price list', '2026-11-01'),
      ('gpt-5.4-mini', '2026-03-01', 0.75, 4.5, 0.075, null, 'the maker''s price list', '2026-11-01'),
      ('gpt-5.4-nano', '2026-03-01', 0.2, 1.25, 0.02, null, 'the maker''s price list', '2026-11-01'),
      ('gpt-5.4-pro', '2026-03-01', 30, 180, null, null, 'the maker''s price list', '2026-11-01'),
      ('gpt-5.1', '2025-11-01', 1.25, 10, 0.125, null, 'the maker''s price list', '2026-11-01'),
      ('gpt-5', '2025-08-01', 1.25, 10, 0.125, null, 'the maker''s price list', '2026-11-01'),
      ('gpt-5-codex', '2025-09-01', 1.25, 10, 0.125, null, 'the maker''s price list', '2026-11-01'),
      ('gpt-5-mini', '2025-08-01', 0.25, 2, 0.025, null, 'the maker''s price list', '2026-11-01'),
      ('gpt-5-nano', '2025-08-01', 0.05, 0.4, 0.005, null, 'the maker''s price list', '2026-11-01'),
      ('gpt-4.1', '2025-04-01', 2, 8, 0.5, null, 'the maker''s price list', '2026-11-01'),
      ('gpt-4.1-mini', '2025-04-01', 0.4, 1.6, 0.1, null, 'the maker''s price list', '2026-11-01'),
      ('gpt-4.1-nano', '2025-04-01', 0.1, 0.4, 0.025, null, 'the maker''s price list', '2026-11-01'),
      ('gpt-4o', '2024-10-01', 2.5, 10, 1.25, null, 'the maker''s price list', '2026-11-01'),
      ('gpt-4o-mini', '2024-07-01', 0.15, 0.6, 0.075, null, 'the maker''s price list', '2026-11-01'),
      ('o3', '2025-06-01', 2, 8, 0.5, null, 'the maker''s price list', '2026-11-01'),
      ('o4-mini', '2025-04-01', 1.1, 4.4, 0.275, null, 'the maker''s price list', '2026-11-01'),
      ('gemini-3.5-flash', '2026-05-19', 1.5, 9, 0.15, null, 'the maker''s price list', '2026-11-01'),
      ('gemini-3.1-pro', '2026-02-19', 2, 12, 0.2, null, 'the maker''s price list', '2026-11-01'),
      ('gemini-3.1-flash-lite', '2026-05-07', 0.25, 1.5, 0.025, null, 'the maker''s price list', '2026-11-01'),
      ('gemini-3-flash', '2025-12-01', 0.5, 3, 0.05, null, 'the maker''s price list', '2026-11-01'),
      ('gemini-3-pro', '2025-11-01', 2, 12, 0.2, null, 'the maker''s price list', '2026-11-01'),
      ('gemini-2.5-pro', '2025-06-01', 1.25, 10, 0.125, null, 'the maker''s price list', '2026-11-01'),
      ('gemini-2.5-flash', '2025-06-01', 0.3, 2.5, 0.03, null, 'the maker''s price list', '2026-11-01'),
      ('gemini-2.5-flash-lite', '2025-07-01', 0.1, 0.4, 0.01, null, 'the maker''s price list', '2026-11-01'),
      ('gpt-5.6', '2026-07-09', 5, 30, 0.5, 6.25, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('gpt-5.6-sol', '2026-07-09', 5, 30, 0.5, 6.25, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('gpt-5.3-codex', '2026-02-01', 1.75, 14, 0.175, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('gpt-5.2', '2025-12-11', 1.75, 14, 0.175, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('gpt-5.2-codex', '2025-12-11', 1.75, 14, 0.175, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('gpt-5.2-pro', '2025-12-11', 21, 168, null, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('gpt-5.1-codex', '2025-11-01', 1.25, 10, 0.125, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('gpt-5.1-codex-max', '2025-11-01', 1.25, 10, 0.125, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('gpt-5.1-codex-mini', '2025-11-01', 0.25, 2, 0.025, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('gpt-5-pro', '2025-10-01', 15, 120, null, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('gpt-4o-2024-05-13', '2024-05-13', 5, 15, null, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('gpt-4-turbo', '2024-04-01', 10, 30, null, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('o1', '2024-12-01', 15, 60, 7.5, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('o3-pro', '2025-06-10', 20, 80, null, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('o3-mini', '2025-01-31', 1.1, 4.4, 0.55, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('text-embedding-3-large', '2024-01-25', 0.13, 0, null, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('text-embedding-3-small', '2024-01-25', 0.02, 0, null, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('text-embedding-ada-002', '2022-12-15', 0.1, 0, null, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('gemini-3.8-flash', '2026-01-01', 0.75, 3.75, 0.075, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('gemini-3.8-flash', '2027-01-01', 1.5, 7.5, 0.15, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('gemini-3.7-flash', '2026-01-01', 0.75, 3.75, 0.075, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('gemini-3.7-flash', '2027-01-01', 1.5, 7.5, 0.15, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('gemini-3.6-flash', '2026-01-01', 0.75, 3.75, 0.075, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('gemini-3.6-flash', '2027-01-01', 1.5, 7.5, 0.15, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('gemini-3.5-flash-lite', '2026-01-01', 0.3, 2.5, 0.03, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('gemini-embedding-001', '2025-07-14', 0.15, 0, null, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('claude-3-5-sonnet', '2024-06-20', 3, 15, 0.3, 3.75, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('claude-fable-5-2', '2026-11-09', 8, 40, 0.2, 10, 'the maker''s price list', '2026-11-10'),
      ('claude-mythos-5-1', '2026-09-01', 10, 50, 0.25, 12.5, 'ai-sdk-cost-calculator 7.1.14', '2026-09-23'),
      ('claude-mythos-5', '2026-06-09', 10, 50, 1, 12.5, 'ai-sdk-cost-calculator 7.1.14', '2026-09-23'),
      ('claude-3-opus', '2024-02-29', 15, 75, 1.5, 18.75, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('claude-3-haiku', '2024-03-07', 0.25, 1.25, 0.03, 0.3, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('gpt-5.6', '2026-08-21', 4, 20, 0.4, 5, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('gpt-5.6-sol', '2026-08-21', 4, 20, 0.4, 5, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('gpt-5.6-terra', '2026-07-09', 2.5, 15, 0.25, 3.125, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('gpt-5.6-luna', '2026-07-09', 1, 6, 0.1, 1.25, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('gpt-5.3', '2026-02-01', 1.75, 14, 0.175, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('gpt-4', '2023-06-13', 30, 60, null, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('gpt-3.5-turbo', '2024-01-25', 0.5, 1.5, null, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('codex-mini', '2025-05-16', 1.5, 6, 0.375, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('o1-pro', '2025-03-19', 150, 600, null, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('o1-mini', '2025-01-31', 1.1, 4.4, 0.55, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('o3', '2025-04-16', 10, 40, 0.5, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('o3-deep-research', '2025-06-26', 10, 40, 2.5, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('o4-mini-deep-research', '2025-06-26', 2, 8, 0.5, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('gpt-audio', '2025-08-28', 2.5, 10, null, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('gpt-audio-mini', '2025-10-06', 0.6, 2.4, null, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('gpt-4o-audio-preview', '2024-10-17', 2.5, 10, null, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('gpt-realtime', '2025-08-28', 4, 16, 0.4, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('gpt-realtime-mini', '2025-10-06', 0.6, 2.4, 0.06, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('gemini-2.0-flash', '2025-02-05', 0.1, 0.4, 0.025, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('gemini-2.0-flash-lite', '2025-02-25', 0.075, 0.3, null, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('gemini-embedding-2', '2026-03-01', 0.2, 0, null, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('gpt-6.2-sol', '2026-09-23', 2, 10, 0.1, 2.5, '@earendil-works/pi-ai 1.6.0', '2026-11-20'),
      ('gpt-6.2-astra', '2026-09-23', 8, 40, 0.4, 10, '@earendil-works/pi-ai 1.6.0', '2026-11-20'),
      ('gpt-6.1-terra', '2026-09-23', 1, 5, 0.05, 1.25, '@earendil-works/pi-ai 1.6.0', '2026-11-20'),
      ('gpt-6-cyber', '2026-09-23', 20, 100, 2, 25, '@earendil-works/pi-ai 1.6.0', '2026-11-20'),
      ('gpt-5.6-cyber', '2026-07-30', 12.5, 75, 1.25, 15.625, '@earendil-works/pi-ai 1.6.0', '2026-11-20'),
      ('gemini-4-neon', '2026-09-23', 3, 15, 0.15, null, '@earendil-works/pi-ai 1.6.0', '2026-11-20'),
      ('gemini-4-argon', '2026-09-23', 2, 10, 0.1, null, '@earendil-works/pi-ai 1.6.0', '2026-11-20'),
      ('gemini-4-carbon', '2026-09-23', 2, 10, 0.1, null, '@earendil-works/pi-ai 1.6.0', '2026-11-20'),
      ('gemini-4-hydrogen', '2026-09-23', 1.5, 7.5, 0.075, null, '@earendil-works/pi-ai 1.6.0', '2026-11-20'),
      ('gpt-5.3-codex-spark', '2026-02-12', 1.75, 14, 0.175, null, '@earendil-works/pi-ai 1.6.0', '2026-11-20'),
      ('claude-4-opus', '2025-05-01', 15, 75, 1.5, 18.75, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('claude-4-sonnet', '2025-05-01', 3, 15, 0.3, 3.75, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('gemini-1.5-flash', '2024-05-14', 0.075, 0.3, 0.01875, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('gemini-1.5-pro', '2024-05-14', 1.25, 5, null, null, '@pydantic/genai-prices 0.1.8', '2026-09-23')
  ) as known (model, valid_from, input_usd, output_usd, cache_read_usd, cache_write_usd, source, source_date)
  left join (
    values
      ('claude-haiku-5-5', 100000, 5, 5),
      ('gpt-(5\.[4-6]|6)(\.[0-9]+)?(-pro|-sol|-luna|-terra|-astra)?', 272000, 2, 1.5),
      ('gemini-(2\.5|3|3\.1)-pro', 200000, 2, 1.5),
      ('gemini-1\.5-(flash|pro)', 128000, 2, 2)
  ) as longer (models, above, input_factor, output_factor)
    on known.model ~ ('^(' || longer.models || ')$')
  -- What a call costs of the standard price when it is to be fast: OpenAI's priority processing (fast mode since July
  -- 2026) and Anthropic's fast mode by their price lists, Gemini's priority tier by @pydantic/genai-prices.
  left join (
    values
      ('gpt-5\.6(-sol|-terra|-luna)?', 2, 2),
      ('gpt-5\.5', 2.5, 2.5),
      ('gpt-5(\.[124])?|gpt-5\.4-mini|gpt-5(\.1)?-codex|gpt-4\.1-nano', 2, 2),
      ('gpt-5-mini', 1.8, 1.8),
      ('gpt-4\.1(-mini)?|gpt-4o-2024-05-13|o3', 1.75, 1.75),
      ('gpt-4o', 1.7, 1.7),
      ('gpt-4o-mini', 1.6667, 1.6667),
      ('o4-mini', 1.8182, 1.8182),
      ('gemini-3\.[78]-flash', 1.8, null),
      ('claude-opus-(4-8|5|5-5)', null, 2),
      ('claude-opus-4-6', null, 6)
  ) as sooner (models, priority_factor, fast_factor)
    on known.model ~ ('^(' || sooner.models || ')$')
  -- What is heard and seen, by @pydantic/genai-prices 0.1.8.
  left join (
    values
      ('gemini-2.0-flash', 0.7, null),
      ('gemini-2.5-flash', 1, null),
      ('gemini-2.5-flash-lite', 0.3, null),
      ('gemini-3-flash', 1, null),
      ('gemini-3.1-flash-lite', 0.5, null),
      ('gemini-embedding-2', 6.5, 0.45),
      ('gpt-audio', 32, null),
      ('gpt-audio-mini', 10, null),
      ('gpt-realtime', 32, 5),
      ('gpt-realtime-mini', 10, 0.8)
  ) as media (model, audio_usd, image_usd)
    on known.model = media.model;

-- schemas/60_ai/ai_metrics.sql

-- What the KPIs of AI-assisted development are made of, and the profile of a developer. The numbers are counted here,
-- for a range and the one it is compared with; what they mean is judged by the functions.

create function private.model_allowed(p_models text[], p_model text)
returns boolean
language sql
immutable
set search_path = ''
as $$
  select exists (
    select from unnest(p_models) as allowed (pattern), unnest(private.ai_model_names(p_model)) as known (name)
    where known.name like replace(regexp_replace(lower(allowed.pattern), '([\\%_])', '\\\1', 'g'), '*', '%'))
$$;
comment on function private.model_allowed(text[], text) is
  'Whether a model is one of a policy''s, by its name with or without provider and date; * in a policy stands for '
  'anything.';

create function private.ai_policy_counts(
  p_org_id uuid,
  p_from timestamptz,
  p_to timestamptz,
  out sessions bigint,
  out allowed bigint
)
language sql
stable
set search_path = ''
as $$
  with used as (
    select h.repository, h.model, sum(h.sessions)::bigint as sessions
    from private.ai_model_hours h
    where h.org_id = p_org_id and h.hour >= p_from and h.hour < p_to
      and h.hour not in (select private.ai_cut_hours(p_org_id, p_from, p_to))
      and exists (select from private.ai_model_policies p where p.org_id = p_org_id)
    group by h.repository, h.model
    union all
    select s.repository, s.model, count(*)
    from private.ai_cut_hours(p_org_id, p_from, p_to) as cut (hour)
    join private.ai_sessions s on s.org_id = p_org_id
      and s.started_at >= greatest(cut.hour, p_from) and s.started_at < least(cut.hour + interval '1 hour', p_to)
    where exists (select from private.ai_model_policies p where p.org_id = p_org_id)
    group by s.repository, s.model
  )
  select coalesce(sum(held.sessions), 0)::bigint,
    coalesce(sum(held.sessions) filter (where private.model_allowed(held.models, held.model)), 0)::bigint
  from (
    -- Each list of models is asked about each model once, however many repositories share it.
    select p.models, used.model, sum(used.sessions) as sessions
    from used join private.ai_model_policies p on p.org_id = p_org_id and p.repository = used.repository
    -- Of a session that says nothing of its model nobody knows whether it kept to the policy.
    where used.model <> ''
    group by p.models, used.model
  ) held
$$;
comment on function private.ai_policy_counts(uuid, timestamptz, timestamptz) is
  'Sessions of the window in repositories with a model policy, and how many of them used a model it allows.';

create function private.ai_counts(p_org_id uuid, p_time_zone text, p_from timestamptz, p_to timestamptz)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with session as (
    select coalesce(sum(w.sessions), 0)::bigint as sessions, coalesce(sum(w.developers), 0)::bigint as active_hours,
      coalesce(sum(w.failed_sessions), 0)::bigint as failed_sessions, coalesce(sum(w.accepted), 0)::bigint as accepted,
      coalesce(sum(w.rejected), 0)::bigint as rejected,
        private.ai_known(sum(w.tokens), sum(w.sessions), sum(w.unmeasured_sessions))::bigint as tokens,
      coalesce(sum(w.accepted_tokens), 0)::bigint as accepted_tokens,
        coalesce(sum(w.accepted_lines), 0)::bigint as accepted_lines,
      coalesce(sum(w.measured_lines), 0)::bigint as measured_lines,
        coalesce(sum(w.unmeasured_sessions), 0)::bigint as unmeasured_sessions,
      private.ai_known(sum(w.cost_usd), sum(w.sessions), sum(w.uncosted_sessions))::float8 as cost_usd,
        coalesce(sum(w.uncosted_sessions), 0)::bigint as uncosted_sessions,
      coalesce(sum(w.people_accepted), 0)::bigint as people_accepted,
        coalesce(sum(w.people_rejected), 0)::bigint as people_rejected,
      coalesce(sum(w.automatic_decisions), 0)::bigint as automatic_decisions,
        coalesce(sum(w.fresh_tokens), 0)::bigint as fresh_tokens,
      coalesce(sum(w.cached_tokens), 0)::bigint as cached_tokens,
      coalesce(sum(w.latency_ms_sum), 0)::bigint as latency_ms_sum,
        coalesce(sum(w.latency_calls), 0)::bigint as latency_calls
    from private.ai_hours_between(p_org_id, p_from, p_to) w
  ),
  policy as (
    select c.sessions as policy_sessions, c.allowed as allowed_sessions
    from private.ai_policy_counts(p_org_id, p_from, p_to) c
  ),
  merged as (
    select count(*) as merged_pull_requests,
      percentile_cont(0.5) within group (
        order by extract(epoch from p.merged_at - p.created_at)) / 3600 as merge_hours_median,
      count(*) filter (where p.reopened_at > p.merged_at and p.reopened_at <= p.merged_at + interval '21 days'
        or exists (
        select from private.pull_requests r
        where r.repository_id = p.repository_id and r.reverts_external_id = p.external_id and r.merged_at is not null
      )) as reworked_pull_requests,
      exists (select from private.pull_requests any_p where any_p.org_id = p_org_id)
        and private.rows_since(p_org_id, 'delivery', (p_from at time zone p_time_zone)::date, p_time_zone)
          is null as has_pull_requests
    from private.pull_requests p
    where p.org_id = p_org_id and p.merged_at >= p_from and p.merged_at < p_to
  ),
  committed as (
    select count(*) as commits, count(distinct (c.committed_at at time zone p_time_zone)::date) as commit_days
    from private.commits c
    where c.org_id = p_org_id and c.on_default_branch and c.committed_at >= p_from and c.committed_at < p_to
  )
  select to_jsonb(session) || to_jsonb(policy) || to_jsonb(merged) || to_jsonb(committed)
  from session, policy, merged, committed
$$;
comment on function private.ai_counts(uuid, text, timestamptz, timestamptz) is
  'The counts that the KPIs are made of, of the window [from, to). A pull request is rework when one that takes it '
  'back was merged, or it was opened again within 21 days.';

create function public.ai_metrics(
  p_org_id uuid default null,
  p_since int default null,
  p_start date default null,
  p_end date default null,
  p_compare text default 'previous'
)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
set jit = off
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
  v_range private.ai_range := private.ai_range(v_org_id, p_since, p_start, p_end, 7);
  v_before private.ai_range := private.ai_range(v_org_id, p_since, p_start, p_end, 7, coalesce(p_compare, 'none'));
  v_is_compared boolean := coalesce(p_compare, 'none') <> 'none';
begin
  return jsonb_build_object(
    'window', private.ai_window_json(v_range),
    'period', private.ai_period(v_range),
    'current', private.ai_counts(v_org_id, v_range.time_zone, v_range.starts_at, v_range.ends_at),
    'previous_period', case when v_is_compared then private.ai_period(v_before) end,
    'previous', case when v_is_compared then
      private.ai_counts(v_org_id, v_range.time_zone, v_before.starts_at, v_before.ends_at) end);
end $$;
comment on function public.ai_metrics(uuid, int, date, date, text) is
  'What the KPIs of AI-assisted development are made of, in a range (the last seven days without one) and in the one '
  'it is compared with.';

create function private.ai_profile(p_org_id uuid, p_developer_id text, p_range private.ai_range)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
set jit = off
as $$
begin
  return (
    with part as materialized (
      select t.hour as at, t.repository, t.model, t.sessions, t.people_accepted as accepted,
        t.people_rejected as rejected, t.automatic_decisions, t.tokens, t.unmeasured_sessions, t.cost_usd,
        t.uncosted_sessions, t.latency_ms_sum, t.latency_calls
      from private.ai_totals t
      where t.org_id = p_org_id and t.developer_id = p_developer_id and t.sessions > 0
        and t.hour >= p_range.starts_at and t.hour < p_range.ends_at
        and t.hour not in (select private.ai_cut_hours(p_org_id, p_range.starts_at, p_range.ends_at, p_range.time_zone))
      union all
      select s.started_at, coalesce(s.repository, ''), coalesce(s.model, ''), 1, s.people_accepted, s.people_rejected,
        s.automatic_decisions,
        coalesce(s.total_tokens, 0), (s.total_tokens is null)::int, coalesce(s.cost_usd, 0),
          (s.cost_usd is null)::int, s.latency_ms_sum, s.latency_calls
      from private.ai_cut_hours(p_org_id, p_range.starts_at, p_range.ends_at, p_range.time_zone) as cut (hour)
      join private.ai_sessions s on s.org_id = p_org_id and s.developer_id = p_developer_id
        and s.started_at >= greatest(cut.hour, p_range.starts_at)
        and s.started_at < least(cut.hour + interval '1 hour', p_range.ends_at)
    )
    select jsonb_build_object(
      'period', private.ai_period(p_range),
      'counts', jsonb_build_object(
        'sessions', coalesce(sum(p.sessions), 0), 
        'tokens', private.ai_known(sum(p.tokens), sum(p.sessions), sum(p.unmeasured_sessions)),
        'unmeasured_sessions', coalesce(sum(p.unmeasured_sessions), 0),
        'cost_usd', private.ai_known(sum(p.cost_usd), sum(p.sessions), sum(p.uncosted_sessions))::float8,
          'uncosted_sessions', coalesce(sum(p.uncosted_sessions), 0),
        'people_accepted', coalesce(sum(p.accepted), 0), 'people_rejected', coalesce(sum(p.rejected), 0),
        'automatic_decisions', coalesce(sum(p.automatic_decisions), 0),
        'latency_ms_sum', coalesce(sum(p.latency_ms_sum), 0), 'latency_calls', coalesce(sum(p.latency_calls), 0)),
      'most_used_models', (
        select coalesce(jsonb_agg(to_jsonb(m) order by m.sessions desc, m.model), '[]')
        from (
          select u.model, sum(u.sessions) as sessions,
            private.ai_known(sum(u.tokens), sum(u.sessions), sum(u.unmeasured_sessions)) as tokens from part u
              where u.model <> ''
          group by u.model order by 2 desc, 1 limit 10
        ) m),
      'active_repos', (
        select coalesce(jsonb_agg(to_jsonb(o) order by o.sessions desc, o.repository), '[]')
        from (
          select u.repository, sum(u.sessions) as sessions from part u where u.repository <> ''
          group by u.repository order by 2 desc, 1 limit 100
        ) o),
      'sessions_by_date', (
        select jsonb_agg(jsonb_build_object('date', d.day::date, 'sessions', coalesce(u.sessions, 0)) order by d.day)
        from generate_series(p_range.first_day::timestamp, p_range.last_day::timestamp, interval '1 day') as d (day)
        left join (
          select (x.at at time zone p_range.time_zone)::date as day, sum(x.sessions) as sessions from part x group by 1
        ) u on u.day = d.day::date))
    from part p);
end $$;
comment on function private.ai_profile(uuid, text, private.ai_range) is
  'What a developer did with models in a range, every day of it present. Who may ask is the caller''s to check.';

create function public.ai_profile(
  p_developer_id text,
  p_since int default null,
  p_org_id uuid default null,
  p_start date default null,
  p_end date default null,
  p_compare text default 'none'
)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
set jit = off
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
  v_developer_id text := private.ai_developer(v_org_id, p_developer_id);
  v_range private.ai_range := private.ai_range(v_org_id, p_since, p_start, p_end, 30);
  v_before private.ai_range := private.ai_range(v_org_id, p_since, p_start, p_end, 30, coalesce(p_compare, 'none'));
begin
  if not exists (
    select from private.ai_totals t where t.org_id = v_org_id and t.developer_id = v_developer_id
      and t.sessions > 0) then
    raise exception using errcode = 'LL404', message = 'not_found', detail = 'No session of this developer is known';
  end if;
  return private.ai_profile(v_org_id, v_developer_id, v_range) || jsonb_build_object(
    'window', private.ai_window_json(v_range),
    'previous', case when coalesce(p_compare, 'none') <> 'none'
      then private.ai_profile(v_org_id, v_developer_id, v_before) end);
end $$;
comment on function public.ai_profile(text, int, uuid, date, date, text) is
  'What a developer did with models in a range (the last 30 days without one) and in the one it is compared with; '
  '404 for one without any session ever.';

revoke execute
on function private.model_allowed(text[], text),
private.ai_policy_counts(uuid, timestamptz, timestamptz),
private.ai_counts(uuid, text, timestamptz, timestamptz),
public.ai_metrics(uuid, int, date, date, text),
private.ai_profile(uuid, text, private.ai_range),
public.ai_profile(text, int, uuid, date, date, text)
from public, anon, authenticated;
grant execute
on function private.model_allowed(text[], text),
private.ai_policy_counts(uuid, timestamptz, timestamptz),
private.ai_counts(uuid, text, timestamptz, timestamptz),
public.ai_metrics(uuid, int, date, date, text),
private.ai_profile(uuid, text, private.ai_range),
public.ai_profile(text, int, uuid, date, date, text)
to authenticated, service_role;

-- schemas/60_ai/ai_model_policies.sql

-- Which models the repositories of an organization are meant to use.

create table private.ai_model_policies (
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  repository text not null check (char_length(repository) between 1 and 200 and repository = lower(repository)),
  models text[] not null check (cardinality(models) between 1 and 100),
  updated_at timestamptz not null default now(),
  primary key (org_id, repository)
);
comment on table private.ai_model_policies is
  'Which models a repository''s sessions are meant to use; * stands for anything.';

alter table private.ai_model_policies enable row level security;
create policy "members read what belongs to their organization" on private.ai_model_policies
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.ai_model_policies from public, anon, authenticated, service_role;
grant select on private.ai_model_policies to authenticated, service_role;

create trigger audit_ai_model_policies
after insert or update or delete on private.ai_model_policies
for each row
execute function private.audit_change('ai_model_policy', 'repository');

create function public.ai_model_policies(p_org_id uuid, p_page int default 1, p_page_size int default 1000)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
begin
  return jsonb_build_object(
    'total_count', (select count(*) from private.ai_model_policies p where p.org_id = v_org_id),
    'items', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'repository', page.repository, 'models', page.models, 'updated_at', page.updated_at) order by page.repository),
          '[]')
      from (
        select * from private.ai_model_policies p where p.org_id = v_org_id
        order by p.repository limit least(p_page_size, 1000) offset (p_page - 1)::bigint * p_page_size
      ) page));
end $$;
comment on function public.ai_model_policies(uuid, int, int) is
  'A page of which models the repositories of an organization are meant to use.';

-- Security definer: nobody may write policies but through here.
create function public.set_ai_model_policy(p_org_id uuid, p_repository text, p_models text[])
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_org_id uuid := private.ai_manager_organization(p_org_id);
  v_policy private.ai_model_policies;
begin
  perform from public.organizations o where o.id = v_org_id for no key update;
  if (select count(*) from private.ai_model_policies p
    where p.org_id = v_org_id and p.repository <> lower(p_repository)) >= 1000 then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = 'repository: there are 1,000 policies already';
  end if;
  insert into private.ai_model_policies as kept (org_id, repository, models)
    values (v_org_id, lower(p_repository), p_models)
  on conflict (org_id, repository) do update set models = excluded.models, updated_at = now()
  returning * into v_policy;
  return jsonb_build_object('repository', v_policy.repository, 'models', v_policy.models,
    'updated_at', v_policy.updated_at);
end $$;
comment on function public.set_ai_model_policy(uuid, text, text[]) is
  'Says which models a repository is meant to use; * stands for any characters.';

create function public.delete_ai_model_policy(p_org_id uuid, p_repository text)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_org_id uuid := private.ai_manager_organization(p_org_id);
begin
  delete from private.ai_model_policies p where p.org_id = v_org_id and p.repository = lower(p_repository);
  if not found then
    raise exception using errcode = 'LL404', message = 'not_found', detail = 'The repository has no policy';
  end if;
end $$;
comment on function public.delete_ai_model_policy(uuid, text) is 'Ends a repository''s policy.';

revoke execute
on function public.ai_model_policies(uuid, int, int),
public.set_ai_model_policy(uuid, text, text[]),
public.delete_ai_model_policy(uuid, text)
from public, anon, authenticated;
grant execute
on function public.ai_model_policies(uuid, int, int),
public.set_ai_model_policy(uuid, text, text[]),
public.delete_ai_model_policy(uuid, text)
to authenticated, service_role;

-- schemas/60_ai/ai_other_list_prices.sql

-- List prices of other makers' models, by the catalogues on npm that `deno task prices` compares them with. Where a
-- maker sells in its own currency or not by the token, it is OpenRouter's price, and the source says so.

insert into private.ai_prices
  (
    model,
    valid_from,
    input_usd,
    output_usd,
    cache_read_usd,
    cache_write_usd,
    source,
    source_date,
    long_context_above,
    long_input_factor,
    long_output_factor
  )
select
  known.*,
  longer.above,
  longer.factor,
  longer.factor
from
  (
    values
      (
        'deepseek-v3.2',
        '2025-12-01'::date,
        0.2288,
        0.3432,
        null,
        null,
        '@pydantic/genai-prices 0.1.8',
        '2026-09-23'::date
      ),
      ('grok-4.6', '2026-01-01', 2, 6, 0.5, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('grok-4.5', '2026-01-01', 2, 6, 0.3, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('grok-4.3', '2026-01-01', 1.25, 2.5, 0.2, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('grok-4.20', '2026-01-01', 1.25, 2.5, 0.2, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('grok-4', '2025-07-09', 3, 15, 0.75, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('grok-4-0709', '2025-07-09', 3, 15, 0.75, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('grok-3', '2025-04-01', 3, 15, 0.75, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('grok-3-mini', '2025-04-01', 0.3, 0.5, 0.075, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('grok-code-fast-1', '2025-08-28', 0.2, 1.5, 0.02, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('kimi-k2.7-code', '2026-01-01', 0.95, 4, 0.19, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('kimi-k2.6', '2026-01-01', 0.95, 4, 0.16, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('kimi-k2.5', '2026-01-01', 0.6, 3, 0.1, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('kimi-k2-thinking', '2025-11-06', 0.6, 2.5, 0.15, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('kimi-k2-0905-preview', '2025-09-05', 0.6, 2.5, 0.15, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('mistral-large-2512', '2025-12-02', 0.5, 1.5, 0.05, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('mistral-medium-3-5', '2026-06-16', 1.5, 7.5, 0.15, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('mistral-medium-3-1', '2025-08-12', 0.4, 2, 0.04, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('mistral-small-2603', '2026-03-01', 0.15, 0.6, 0.015, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('devstral-2512', '2025-12-09', 0.4, 2, 0.04, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('codestral-2508', '2025-08-01', 0.3, 0.9, 0.03, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('nova-premier', '2025-04-30', 2.5, 12.5, 0.625, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('nova-pro', '2024-12-03', 0.8, 3.2, 0.2, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('nova-lite', '2024-12-03', 0.06, 0.24, 0.015, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('nova-micro', '2024-12-03', 0.035, 0.14, 0.00875, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('nova-2-lite', '2025-12-02', 0.3, 2.5, 0.075, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('llama3-1-70b-instruct', '2024-07-23', 0.72, 0.72, null, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('llama3-1-8b-instruct', '2024-07-23', 0.22, 0.22, null, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('deepseek-v4-flash', '2026-04-24', 0.14, 0.28, 0.0028, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('deepseek-v4-pro', '2026-04-24', 0.435, 0.87, 0.003625, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('deepseek-v3.2-exp', '2025-09-29', 0.27, 0.41, null, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('deepseek-v3.1-terminus', '2025-09-22', 0.27, 0.95, 0.13, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('deepseek-chat', '2025-02-08', 0.27, 1.1, 0.07, null, '@pydantic/genai-prices 0.1.8 (peak)', '2026-09-23'),
      ('grok-4-fast-reasoning', '2025-09-19', 0.2, 0.5, 0.05, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('grok-4-fast-non-reasoning', '2025-09-19', 0.2, 0.5, 0.05, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('grok-4-1-fast-reasoning', '2025-11-19', 0.2, 0.5, 0.05, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('grok-build-0.1', '2026-01-01', 1, 2, 0.2, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('kimi-k3', '2026-01-01', 3, 15, 0.3, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('kimi-k2.7-code-highspeed', '2026-01-01', 1.9, 8, 0.38, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('kimi-k2-thinking-turbo', '2025-11-06', 1.15, 8, 0.15, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('kimi-k2-turbo-preview', '2025-08-01', 1.15, 8, 0.15, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('kimi-k2-0711-preview', '2025-07-11', 0.6, 2.5, 0.15, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('glm-5.3', '2026-01-01', 1.4, 4.4, 0.26, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('glm-5.2', '2026-01-01', 1.4, 4.4, 0.26, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('glm-5.3-flash', '2026-01-01', 0.075, 0.25, 0.015, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('glm-5.3-flash', '2026-09-10', 0.15, 0.5, 0.03, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('qwen3-max', '2025-09-23', 1.2, 6, null, null, 'OpenRouter, by @pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('qwen-max', '2025-02-01', 1.6, 6.4, 0.64, null, 'OpenRouter, by @pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('qwen-plus', '2025-02-01', 0.4, 1.2, 0.16, null, 'OpenRouter, by @pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('qwen3-32b', '2025-04-28', 0.15, 0.6, null, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('qwen3-coder-30b-a3b', '2025-07-31', 0.15, 0.6, null, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('qwen3-coder-480b-a35b', '2025-07-22', 0.45, 1.8, null, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('mistral-medium', '2026-06-16', 1.5, 7.5, 0.15, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('mistral-large', '2025-12-02', 0.5, 1.5, 0.05, null, '@earendil-works/pi-ai 1.6.0', '2026-11-20'),
      ('mistral-small', '2026-03-01', 0.15, 0.6, 0.015, null, '@earendil-works/pi-ai 1.6.0', '2026-11-20'),
      ('mistral-large-2411', '2024-11-18', 2, 6, null, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('codestral', '2025-08-01', 0.3, 0.9, 0.03, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('magistral-medium', '2025-06-10', 2, 5, null, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('magistral-small', '2025-06-10', 0.5, 1.5, null, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('ministral-14b-2512', '2025-12-02', 0.2, 0.2, 0.02, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('ministral-8b-2512', '2025-12-02', 0.15, 0.15, 0.015, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('ministral-3b-2512', '2025-12-02', 0.1, 0.1, 0.01, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('mistral-embed', '2024-01-01', 0.1, 0, null, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('llama3-3-70b-instruct', '2024-12-19', 0.72, 0.72, null, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('llama-3.3-70b-versatile', '2024-12-06', 0.59, 0.79, null, null, '@earendil-works/pi-ai 1.6.0', '2026-11-20'),
      ('llama-3.1-8b-instant', '2024-07-23', 0.05, 0.08, null, null, '@earendil-works/pi-ai 1.6.0', '2026-11-20'),
      ('devstral-medium', '2025-07-10', 0.4, 2, null, null, '@earendil-works/pi-ai 1.6.0', '2026-11-20'),
      ('devstral-small', '2025-07-10', 0.1, 0.3, null, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('grok-4.7', '2026-09-23', 2, 6, 0.5, null, '@earendil-works/pi-ai 1.6.0', '2026-11-20'),
      ('kimi-k3.1-pro', '2026-09-23', 2, 10, 0.2, null, '@earendil-works/pi-ai 1.6.0', '2026-11-20'),
      ('kimi-k3.1-pro-highspeed', '2026-09-23', 4, 20, 0.2, null, '@earendil-works/pi-ai 1.6.0', '2026-11-20'),
      ('deepseek-flash', '2026-09-23', 0.3, 1.2, 0.006, null, '@earendil-works/pi-ai 1.6.0', '2026-11-20'),
      ('mistral-large', '2026-09-23', 0.7, 2.1, 0.07, null, '@earendil-works/pi-ai 1.6.0', '2026-11-20'),
      ('mistral-large-4', '2026-09-23', 0.7, 2.1, 0.07, null, '@earendil-works/pi-ai 1.6.0', '2026-11-20'),
      ('mistral-medium-2505', '2025-05-07', 0.4, 2, 0.04, null, '@earendil-works/pi-ai 1.6.0', '2026-11-20'),
      ('mistral-medium-2508', '2025-08-12', 0.4, 2, 0.04, null, '@earendil-works/pi-ai 1.6.0', '2026-11-20'),
      ('mistral-medium-2604', '2026-06-16', 1.5, 7.5, 0.15, null, '@earendil-works/pi-ai 1.6.0', '2026-11-20'),
      ('mistral-small-2506', '2025-06-20', 0.1, 0.3, 0.01, null, '@earendil-works/pi-ai 1.6.0', '2026-11-20'),
      ('devstral', '2025-12-09', 0.4, 2, 0.04, null, '@earendil-works/pi-ai 1.6.0', '2026-11-20'),
      ('mistral-nemo', '2024-07-18', 0.15, 0.15, null, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('pixtral-large', '2024-11-18', 2, 6, null, null, '@pydantic/genai-prices 0.1.8', '2026-09-23'),
      ('minimax-m3', '2026-01-01', 0.3, 1.2, 0.06, null, 'OpenRouter, by @pydantic/genai-prices 0.1.8', '2026-09-23'),
      (
        'deepseek-v4-flash',
        '2026-08-17',
        0.22,
        0.66,
        0.007,
        null,
        '@pydantic/genai-prices 0.1.8 (off-peak)',
        '2026-09-23'
      ),
      (
        'deepseek-v4-pro',
        '2026-08-17',
        0.66,
        1.98,
        0.022,
        null,
        '@pydantic/genai-prices 0.1.8 (off-peak)',
        '2026-09-23'
      ),
      (
        'deepseek-reasoner',
        '2025-02-08',
        0.55,
        2.19,
        0.14,
        null,
        '@pydantic/genai-prices 0.1.8 (peak)',
        '2026-09-23'
      ),
      (
        'grok-4-1-fast-non-reasoning',
        '2025-11-19',
        0.2,
        0.5,
        0.05,
        null,
        '@pydantic/genai-prices 0.1.8',
        '2026-09-23'
      ),
      (
        'qwen3-coder-plus',
        '2025-09-23',
        0.65,
        3.25,
        0.13,
        0.8125,
        'OpenRouter, by @pydantic/genai-prices 0.1.8',
        '2026-09-23'
      ),
      (
        'qwen3-coder-flash',
        '2025-09-17',
        0.195,
        0.975,
        0.039,
        0.24375,
        'OpenRouter, by @pydantic/genai-prices 0.1.8',
        '2026-09-23'
      ),
      (
        'qwen3-coder-next',
        '2026-02-04',
        0.11,
        0.8,
        0.07,
        null,
        'OpenRouter, by @pydantic/genai-prices 0.1.8',
        '2026-09-23'
      ),
      (
        'qwen3-coder',
        '2025-07-23',
        0.22,
        1.8,
        null,
        null,
        'OpenRouter, by @pydantic/genai-prices 0.1.8',
        '2026-09-23'
      ),
      (
        'qwen-turbo',
        '2025-02-01',
        0.05,
        0.2,
        0.02,
        null,
        'OpenRouter, by @pydantic/genai-prices 0.1.8',
        '2026-09-23'
      ),
      (
        'llama4-maverick-17b-instruct',
        '2025-04-28',
        0.24,
        0.97,
        null,
        null,
        '@pydantic/genai-prices 0.1.8',
        '2026-09-23'
      ),
      (
        'llama4-scout-17b-instruct',
        '2025-04-28',
        0.17,
        0.66,
        null,
        null,
        '@pydantic/genai-prices 0.1.8',
        '2026-09-23'
      ),
      (
        'minimax-m2.5',
        '2026-01-01',
        0.15,
        0.9,
        0.05,
        null,
        'OpenRouter, by @pydantic/genai-prices 0.1.8',
        '2026-09-23'
      )
  ) as known (model, valid_from, input_usd, output_usd, cache_read_usd, cache_write_usd, source, source_date)
  -- From 200,000 tokens on, not only above.
  left join (values('^grok-(4\.(20|3|5|6)|build-0\.1)$', 199999, 2)) as longer (models, above, factor)
    on known.model ~ longer.models;

-- schemas/60_ai/ai_records.sql

-- Storing what coding with models sends, in one transaction: what is new is inserted, the sessions it belongs to are
-- added up again, and the totals by hour follow exactly. Locks are taken in one order (sessions, calls, edits,
-- counters, commits, totals), each sorted, so that the same records sent twice at once never deadlock.

create type private.ai_record as (index int, session text, call jsonb, edit jsonb, counter jsonb, origin int);

-- Security definer: nobody may write sessions and totals but through here.
create function public.store_ai_records(p_org_id uuid, p_records jsonb, p_sources jsonb default null)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
set plan_cache_mode = force_custom_plan
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, true);
  v_sessions jsonb[];
  v_records private.ai_record[];
  v_rejected jsonb;
  v_ids uuid[];
  v_added uuid[];
  v_before private.ai_sessions[];
  v_calls text[];
  v_untold uuid[];
  v_edits text[];
  v_counters text[];
  v_stored int;
  v_retold text[];
  v_oldest timestamptz := private.accepted_from(v_org_id, 'ai');
begin
  -- A record without anything that has a time can only add to a session that is there already.
  select
    array_agg(r.session || jsonb_build_object('at', coalesce(r.call ->> 'at', r.edit ->> 'at', r.counter ->> 'at'))
      order by r.index)
      filter (where r.is_known),
    array_agg(row(r.index, r.session ->> 'external_id', r.call, case
      when r.edit is not null then r.edit
      -- What is said of a session as a whole is kept as an edit, so that saying it again changes nothing.
      when r.session ? 'accepted' or (r.session ->> 'accepted_lines')::bigint > 0 then jsonb_build_object(
        'external_id', 'reported:' || coalesce(r.call ->> 'external_id', r.session ->> 'external_id'), 'tool',
        'reported', 'at', coalesce(r.call ->> 'at', r.counter ->> 'at', r.started_at::text),
        'decision', case when coalesce((r.session ->> 'accepted')::boolean, true) then 'accept' else 'reject' end,
        'lines_added', r.session -> 'accepted_lines')
      end, r.counter, r.origin)::private.ai_record order by r.index) filter (where r.is_known),
    coalesce(jsonb_agg(jsonb_build_object('index', r.index) || case when r.is_old
      then jsonb_build_object('code', 'too_old', 'message', 'is from before what the organization keeps')
      else jsonb_build_object('code', 'empty_record', 'message',
        'has no call, edit or counter, and its session is not known')
      end order by r.index) filter (where not r.is_known), '[]')
    into v_sessions, v_records, v_rejected
  from (
    select r.place::int - 1 as index, jsonb_strip_nulls(r.session) as session, nullif(r.call, 'null') as call,
      nullif(r.edit, 'null') as edit, nullif(r.counter, 'null') as counter, r.origin, s.started_at,
      old.is_old, not old.is_old and (
        s.id is not null or coalesce(nullif(r.call, 'null'), nullif(r.edit, 'null'),
          nullif(r.counter, 'null')) is not null) as is_known
    from rows from (jsonb_to_recordset(p_records) as (session jsonb, call jsonb, edit jsonb, counter jsonb,
      origin int)) with ordinality
      as r (session, call, edit, counter, origin, place)
    left join private.ai_sessions s on s.id = private.ai_session_id(v_org_id, r.session ->> 'external_id')
      and coalesce(nullif(r.call, 'null'), nullif(r.edit, 'null'), nullif(r.counter, 'null')) is null
    cross join lateral (
      select coalesce(least(
        (nullif(r.call, 'null') ->> 'at')::timestamptz, (nullif(r.edit, 'null') ->> 'at')::timestamptz,
        (nullif(r.counter, 'null') ->> 'at')::timestamptz) < v_oldest, false) as is_old
    ) old
  ) r;
  if v_records is null then
    perform private.note_ai_sources(v_org_id, p_sources, '{}');
    return jsonb_build_object('stored', 0, 'duplicates', 0, 'sessions', 0, 'rejected', v_rejected);
  end if;

  -- New sessions first, then the lock on those that were there; the rows as they were are what the totals know.
  with given as (
    select private.ai_session_id(v_org_id, s ->> 'external_id') as id, min(s ->> 'external_id') as external_id,
      min(s ->> 'source') as source, min((s ->> 'at')::timestamptz) as at
    from unnest(v_sessions) s group by 1
  ),
  added as (
    insert into private.ai_sessions (id, org_id, external_id, source, developer_id, started_at, ended_at)
    select g.id, v_org_id, g.external_id, g.source, 'unknown', g.at, g.at from given g
    where g.at is not null order by g.id
    on conflict do nothing returning id
  )
  select coalesce(array_agg(id), '{}'), (select array_agg(id) from given) into v_added, v_ids from added;
  -- A call may be told once more by another signal, which knows more of it or puts it into a session that has a name:
  -- the session it was in changes too. private.ai_call_says_more(), written out because it is asked of each call that
  -- is sent again.
  select coalesce(array_agg(distinct c.session_id), '{}') into v_untold
  from unnest(v_records) r
  cross join lateral jsonb_to_record(r.call) as g (
    at timestamptz, model text, input_tokens bigint, output_tokens bigint, cache_read_tokens bigint,
      cache_write_tokens bigint,
    cost_usd numeric, is_guess boolean, latency_ms bigint, ttft_ms bigint, service_tier text)
  join private.ai_calls c on c.org_id = v_org_id and c.external_id = r.call ->> 'external_id'
  join private.ai_sessions s on s.id = c.session_id
  where r.call is not null and (s.external_id <> r.session
    or g.output_tokens is not null and (c.output_tokens is null
      or row(g.cache_read_tokens + coalesce(g.cache_write_tokens, 0), g.output_tokens, g.input_tokens)
        > row(c.cache_read_tokens + coalesce(c.cache_write_tokens, 0), c.output_tokens, c.input_tokens))
    or g.cost_usd is not null and (c.cost_source is distinct from 'reported' or c.is_guess and g.is_guess is not true)
    or g.model is not null and c.model is null or g.latency_ms is not null and c.latency_ms is null
    or g.ttft_ms is not null and c.ttft_ms is null or g.service_tier is not null and c.service_tier is null or g.at
      < c.at);
  v_ids := array(select unnest(v_ids) union select unnest(v_untold));
  select array_agg(kept.s) into v_before
  from (
    select s from private.ai_sessions s
    where s.id = any (v_ids) and s.id not in (select unnest(v_added)) order by s.id for no key update
  ) kept;

  with given as (
    select distinct on (c.external_id) c.*, private.ai_session_id(v_org_id, r.session) as session_id
    from unnest(v_records) r
    cross join lateral jsonb_to_record(r.call) as c (
      external_id text, at timestamptz, provider text, model text, input_tokens bigint, output_tokens bigint,
        cache_read_tokens bigint,
      cache_write_tokens bigint, cost_usd numeric, latency_ms bigint, status int, error text,
        cache_write_1h_tokens bigint, reasoning_tokens bigint, service_tier text,
      input_audio_tokens bigint, input_image_tokens bigint, input_video_tokens bigint, ttft_ms bigint, is_guess boolean)
    where r.call is not null
    -- Of one call in two signals of a request the one that says most; the others are told on their own.
    order by c.external_id, c.output_tokens is null, coalesce(c.is_guess, c.cost_usd is null),
      c.cache_read_tokens desc, c.output_tokens desc, r.index
  ),
  -- Once for each model and day, and once for each call, not once for each use.
  price as materialized (
    select g.model, g.day, p
    from (
      select distinct g.model, (g.at at time zone 'UTC')::date as day from given g
        where (g.cost_usd is null or g.is_guess) and g.model is not null
    ) g
    cross join lateral private.ai_price(v_org_id, g.model, g.day) p
  ),
  costed as materialized (
    select g.*, case when g.input_tokens + g.output_tokens is not null then (p.p).id end as price_id, case
      when g.input_tokens + g.output_tokens + coalesce(g.cache_read_tokens, 0) + coalesce(g.cache_write_tokens, 0) = 0
        then 0
      else private.ai_call_cost(p.p, g.input_tokens, g.output_tokens, coalesce(g.cache_read_tokens, 0),
        coalesce(g.cache_write_tokens, 0),
        coalesce(g.cache_write_1h_tokens, 0), g.service_tier, g.input_audio_tokens, g.input_image_tokens)
          end as estimate
    from given g
    left join price p on (g.cost_usd is null or g.is_guess) and p.model = g.model and p.day
      = (g.at at time zone 'UTC')::date
  ),
  call as (
    insert into private.ai_calls (
      session_id, external_id, org_id, at, provider, model, input_tokens, output_tokens, cache_read_tokens,
        cache_write_tokens, cost_usd,
      cost_source, price_id, latency_ms, status, error, cache_write_1h_tokens, reasoning_tokens, service_tier,
        input_audio_tokens,
      input_image_tokens, input_video_tokens, ttft_ms, is_guess, estimate_usd)
    select c.session_id, c.external_id, v_org_id, c.at, c.provider, c.model, c.input_tokens, c.output_tokens,
      c.cache_read_tokens, c.cache_write_tokens, coalesce(c.cost_usd, c.estimate),
      case when c.cost_usd is not null then 'reported' when c.estimate is not null then 'estimated' end, c.price_id,
        c.latency_ms, c.status,
      c.error, c.cache_write_1h_tokens, c.reasoning_tokens, c.service_tier, c.input_audio_tokens,
        c.input_image_tokens, c.input_video_tokens,
      c.ttft_ms, coalesce(c.is_guess, false), case when c.is_guess then c.estimate end
    from costed c order by c.external_id
    on conflict (org_id, external_id) do nothing
    returning external_id
  )
  select array_agg(external_id) into v_calls from call;
  -- One signal after the other, so that it is the same in whatever order and however often they come.
  if cardinality(v_untold) > 0 or (
    select count(*) <> count(distinct r.call ->> 'external_id') from unnest(v_records) r where r.call is not null
  ) then
    select array_agg(told.id), coalesce(array_agg(distinct told.session_id), '{}') || v_ids into v_retold, v_ids
    from private.retell_ai_calls(v_org_id, v_records) told;
  end if;

  with given as (
    select distinct on (e.external_id) e.*, private.ai_session_id(v_org_id, r.session) as session_id
    from unnest(v_records) r
    cross join lateral jsonb_to_record(r.edit) as e (
      external_id text, at timestamptz, tool text, decision text, lines_added int, lines_removed int, language text,
        succeeded boolean, automatic boolean)
    where r.edit is not null
    order by e.external_id, r.index
  ),
  edit as (
    insert into private.ai_edits (
      org_id, external_id, session_id, at, tool, decision, lines_added, lines_removed, language, succeeded, automatic)
    select v_org_id, e.external_id, e.session_id, e.at, e.tool, e.decision, e.lines_added, e.lines_removed,
      e.language, e.succeeded,
      coalesce(e.automatic, false)
    from given e order by e.external_id
    on conflict do nothing returning external_id
  )
  select array_agg(external_id) into v_edits from edit;

  with given as (
    select distinct on (c.external_id) c.*, private.ai_session_id(v_org_id, r.session) as session_id
    from unnest(v_records) r
    cross join lateral jsonb_to_record(r.counter) as c (external_id text, at timestamptz, name text, attributes jsonb,
      value numeric, seen_at timestamptz)
    where r.counter is not null
    order by c.external_id, c.seen_at desc nulls last, r.index
  ),
  counter as (
    insert into private.ai_counters as kept (org_id, external_id, session_id, at, name, attributes, value, seen_at,
      latest)
    select v_org_id, c.external_id, c.session_id, c.at, c.name, coalesce(c.attributes, '{}'), c.value, c.seen_at,
      case when c.seen_at is not null then c.value end
    from given c order by c.external_id
    -- A cumulative sum grew since it was last seen; one that is smaller than it was began again at 0.
    on conflict (org_id, external_id) do update set seen_at = excluded.seen_at, latest = excluded.latest,
      value = kept.value + excluded.latest - case when excluded.latest < kept.latest then 0 else kept.latest end
    where excluded.seen_at > kept.seen_at
    returning external_id
  )
  select array_agg(external_id) into v_counters from counter;

  insert into private.ai_session_commits (session_id, sha, org_id)
  select distinct private.ai_session_id(v_org_id, s ->> 'external_id'), lower(sha), v_org_id
  from unnest(v_sessions) s
  cross join lateral jsonb_array_elements_text(s -> 'commits') as c (sha)
  where s ? 'commits'
  order by 1, 2
  on conflict do nothing;

  select count(distinct coalesce('call ' || (r.call ->> 'external_id'), 'edit ' || (r.edit ->> 'external_id'),
    r.counter ->> 'external_id'))
    into v_stored
  from unnest(v_records) r
  where r.call ->> 'external_id' in (select unnest(v_calls) union select unnest(v_retold)) or r.edit
    ->> 'external_id' in (select unnest(v_edits))
    or r.counter ->> 'external_id' in (select unnest(v_counters));
  -- A session of nothing but calls that are another one's is none.
  with empty as (
    delete from private.ai_sessions s
    where s.id = any (v_ids) and (v_stored < cardinality(v_records) or cardinality(v_untold) > 0
      or v_retold is not null)
      and not exists (select from private.ai_calls c where c.session_id = s.id)
      and not exists (select from private.ai_edits e where e.session_id = s.id)
      and not exists (select from private.ai_counters c where c.session_id = s.id)
      and not exists (select from private.ai_session_commits c where c.session_id = s.id and s.id <> all (v_added))
    returning s.id
  )
  select array(select id from unnest(v_ids) as given (id) except select id from empty) into v_ids;

  perform private.refresh_ai_sessions(v_org_id, v_ids, v_before, v_sessions);
  -- Last, because it waits for whoever stores pull requests; see private.lock_ai_links().
  perform private.link_sessions(v_org_id, v_ids);
  perform private.note_ai_sources(v_org_id, p_sources, array(
    select r.origin from unnest(v_records) r where r.call ->> 'external_id' in (select unnest(v_calls))));

  return jsonb_build_object(
    'stored', v_stored, 'duplicates', cardinality(v_records) - v_stored,
    'sessions', cardinality(v_ids), 'rejected', v_rejected);
end $$;
comment on function public.store_ai_records(uuid, jsonb, jsonb) is
  'Stores [{session: {external_id, source, developer_id?, repository?, branch?, accepted?, accepted_lines?, '
  'commits?, pull_request?}, call?, edit?, counter?, origin?}] and answers {stored, duplicates, sessions, rejected: '
  '[{index, code, message}]}. What is known already changes nothing, what is older than the '
  'organization keeps (too_old) could be counted twice. Beside them it notes what programs sent, in '
  'p_sources, to which origin refers.';

revoke execute on function public.store_ai_records(uuid, jsonb, jsonb) from public, anon, authenticated;
grant execute on function public.store_ai_records(uuid, jsonb, jsonb) to authenticated, service_role;

-- schemas/60_ai/ai_session_sums.sql

-- What a session's calls, edits and counters add up to, each fact once though an agent tells it in several ways.

create function private.ai_session_sums(p_ids uuid[])
returns table (
  session_id uuid,
  model text,
  started_at timestamptz,
  ended_at timestamptz,
  calls int,
  failed_calls int,
  input_tokens bigint,
  output_tokens bigint,
  cache_read_tokens bigint,
  cache_write_tokens bigint,
  cost_usd numeric,
  cost_source text,
  latency_ms_sum bigint,
  latency_calls int,
  accepted boolean,
  accepted_lines int,
  edits_accepted int,
  edits_rejected int,
  people_accepted int,
  people_rejected int,
  automatic_decisions int,
  guessed_calls int,
  estimate_usd numeric
)
language sql
stable
set search_path = ''
as $$
  with by_model as (
    select c.session_id, c.model, min(c.at) as first, max(c.at) as last, count(*)::int as calls,
      count(*) filter (where c.status >= 400 or c.error is not null)::int as failed,
        sum(c.input_tokens)::bigint as input,
      sum(c.output_tokens)::bigint as output, sum(c.cache_read_tokens)::bigint as cache_read,
      sum(c.cache_write_tokens)::bigint as cache_write, count(c.input_tokens) as with_input,
        count(c.output_tokens) as with_output,
      count(c.cache_read_tokens) as with_cache_read, count(c.cache_write_tokens) as with_cache_write,
        sum(c.cost_usd) as cost, count(c.cost_usd) as costed,
      count(*) filter (where c.cost_source = 'reported') as reported, count(*) filter (where c.is_guess) as guessed,
      count(*) filter (where c.is_guess and c.estimate_usd is null) as unestimated,
      sum(case when c.is_guess then c.estimate_usd else c.cost_usd end) as estimate,
        coalesce(sum(c.latency_ms), 0)::bigint as latency,
      count(c.latency_ms)::int as timed
    from private.ai_calls c where c.session_id = any (p_ids) group by 1, 2
  ),
  call as (
    select m.session_id,
      (array_agg(m.model order by coalesce(m.input, 0) + coalesce(m.output, 0) + coalesce(m.cache_read, 0)
        + coalesce(m.cache_write, 0) desc, m.model) filter (where m.model is not null))[1]
        as model,
      min(m.first) as first, max(m.last) as last, sum(m.calls)::int as calls, sum(m.failed)::int as failed,
      case when sum(m.with_input) = sum(m.calls) then sum(m.input)::bigint end as input,
      case when sum(m.with_output) = sum(m.calls) then sum(m.output)::bigint end as output,
      case when sum(m.with_cache_read) = sum(m.calls) then sum(m.cache_read)::bigint end as cache_read,
      case when sum(m.with_cache_write) = sum(m.calls) then sum(m.cache_write)::bigint end as cache_write, case
        when sum(m.costed) = sum(m.calls) then sum(m.cost) end as cost,
      sum(m.reported) as reported, sum(m.guessed) as guessed,
      case when sum(m.guessed) > 0 and sum(m.unestimated) = 0 and sum(m.costed) = sum(m.calls) then sum(m.estimate)
        end as estimate, sum(m.latency)::bigint as latency, sum(m.timed)::int as timed
    from by_model m group by 1
  ),
  edit as (
    select e.session_id, e.tool is not distinct from 'reported' as is_reported, min(e.at) as first, max(e.at) as last,
      count(*) filter (where e.decision = 'accept')::int as accepted, count(*)
        filter (where e.decision = 'reject')::int as rejected,
      count(*) filter (where e.decision = 'accept' and not e.automatic)::int as people_accepted,
      count(*) filter (where e.decision = 'reject' and not e.automatic)::int as people_rejected,
      sum(e.lines_added) filter (where e.decision = 'accept')::bigint as lines
    from private.ai_edits e where e.session_id = any (p_ids) group by 1, 2
  ),
  -- The counters of the agents in the words of one: kind, type and, for tokens of a cache that are part of the input,
  -- sign. What Gemini CLI and Qwen Code count as tool or thought is input or output; the standard's histogram knows
  -- input and output only.
  counted as (
    select c.session_id, c.at, coalesce(c.seen_at, c.at) as seen_at, c.value, c.attributes, case
        when c.name like '%.token.usage' then 'tokens' when c.name = 'claude_code.cost.usage' then 'cost'
        when c.name in ('claude_code.lines_of_code.count', 'gemini_cli.lines.changed', 'qwen-code.lines.changed')
          then 'lines'
        when c.name = 'claude_code.code_edit_tool.decision' then 'decision' end as kind,
      case coalesce(c.attributes ->> 'type', c.attributes ->> 'gen_ai.token.type')
        when 'cacheRead' then 'cacheRead' when 'cache' then 'cacheRead' when 'cacheCreation' then 'cacheCreation'
        when 'thought' then 'output' when 'output' then 'output' when 'tool' then 'input' when 'input' then 'input'
          when 'added' then 'added'
        end as type,
      c.name !~ '^claude_code' and c.attributes ->> 'type' = 'cache' as is_part_of_input
    from private.ai_counters c where c.session_id = any (p_ids)
  ),
  counter as (
    select c.session_id, min(c.at) as first, max(c.seen_at) as last,
      sum(c.value) filter (where c.kind = 'decision' and c.attributes ->> 'decision' = 'accept')::int as accepted,
      sum(c.value) filter (where c.kind = 'decision' and c.attributes ->> 'decision' = 'reject')::int as rejected,
      sum(c.value) filter (where c.kind = 'decision' and c.attributes ->> 'decision' = 'accept'
        and c.attributes ->> 'source' is distinct from 'config' and c.attributes ->> 'source' is distinct
          from 'hook')::int as people_accepted,
      sum(c.value) filter (where c.kind = 'decision' and c.attributes ->> 'decision' = 'reject'
        and c.attributes ->> 'source' is distinct from 'config' and c.attributes ->> 'source' is distinct
          from 'hook')::int as people_rejected,
      sum(c.value) filter (where c.kind = 'lines' and c.type = 'added')::bigint as lines,
      count(*) filter (where c.kind = 'tokens') > 0 as has_tokens,
      greatest(coalesce(sum(c.value) filter (where c.kind = 'tokens' and c.type = 'input'), 0)
        - coalesce(sum(c.value) filter (where c.is_part_of_input), 0), 0)::bigint as input,
      sum(c.value) filter (where c.kind = 'tokens' and c.type = 'output')::bigint as output,
      sum(c.value) filter (where c.kind = 'tokens' and c.type = 'cacheRead')::bigint as cache_read,
      sum(c.value) filter (where c.kind = 'tokens' and c.type = 'cacheCreation')::bigint as cache_write,
      sum(c.value) filter (where c.kind = 'cost') as cost,
      count(*) filter (where c.kind = 'cost' and c.value > 0 and c.attributes
        ->> 'model' !~* 'claude|anthropic') as guessed,
      mode() within group (order by coalesce(c.attributes ->> 'model', c.attributes
        ->> 'gen_ai.request.model')) as model
    from counted c group by 1
  )
  select s.id, coalesce(call.model, counter.model), least(call.first, whole.first, single.first, counter.first),
    greatest(call.last, whole.last, single.last, counter.last), coalesce(call.calls, 0), coalesce(call.failed, 0),
    case when call.session_id is not null then call.input when counter.has_tokens then coalesce(counter.input, 0) end,
    case when call.session_id is not null then call.output when counter.has_tokens then coalesce(counter.output, 0) end,
    case when call.session_id is not null then call.cache_read when counter.has_tokens
      then coalesce(counter.cache_read, 0) end,
    case when call.session_id is not null then call.cache_write when counter.has_tokens
      then coalesce(counter.cache_write, 0) end,
    cost.usd,
    case when cost.usd is null then null when call.session_id is null or call.reported = call.calls then 'reported'
      when call.reported = 0 then 'estimated' else 'mixed' end,
    coalesce(call.latency, 0), coalesce(call.timed, 0),
    case when said.accepted + said.rejected > 0 then said.accepted >= said.rejected end,
    case when said.accepted > 0 then coalesce(said.lines, counter.lines) end::int,
    coalesce(said.accepted, 0), coalesce(said.rejected, 0), coalesce(said.people_accepted, 0),
      coalesce(said.people_rejected, 0),
    coalesce(said.accepted, 0) + coalesce(said.rejected, 0) - coalesce(said.people_accepted, 0)
      - coalesce(said.people_rejected, 0),
    case when call.session_id is not null then call.guessed else coalesce(counter.guessed, 0) end::int, call.estimate
  from unnest(p_ids) as s (id)
  left join call on call.session_id = s.id
  left join edit whole on whole.session_id = s.id and whole.is_reported
  left join edit single on single.session_id = s.id and not single.is_reported
  left join counter on counter.session_id = s.id
  -- Calls and counters tell the same story; a session that only has counters of other things costs nothing that is
  -- known.
  cross join lateral (select case when call.session_id is not null then call.cost else counter.cost end as usd) cost
  cross join lateral (
    select
      case source when 'whole' then whole.accepted when 'single' then single.accepted
        else coalesce(counter.accepted, 0) end as accepted,
      case source when 'whole' then whole.rejected when 'single' then single.rejected
        else coalesce(counter.rejected, 0) end as rejected,
      case source when 'whole' then whole.people_accepted when 'single' then single.people_accepted
        else counter.people_accepted end as people_accepted,
      case source when 'whole' then whole.people_rejected when 'single' then single.people_rejected
        else counter.people_rejected end as people_rejected,
      case source when 'whole' then whole.lines when 'single' then single.lines end as lines
    from (
      select case when whole.accepted + whole.rejected > 0 then 'whole' when single.accepted + single.rejected > 0
        then 'single'
        else 'counter' end as source
    ) best
  ) said
$$;
comment on function private.ai_session_sums(uuid[]) is
  'What sessions add up to. Calls go before counters of tokens and cost, reports of the whole before single edits, '
  'and those before counters of decisions, because an agent sends the same fact in several ways.';

revoke execute on function private.ai_session_sums(uuid[]) from public, anon, authenticated;

-- schemas/60_ai/ai_signals.sql

-- One call that several signals tell of: a span, a log record, a gateway. What each knows of it is put together, and
-- comes out the same in whatever order and however often they come.

create function private.ai_call_says_more(p_call jsonb, p_session_id uuid, p_kept private.ai_calls)
returns boolean
language sql
immutable
set search_path = ''
as $$
  select p_session_id <> (p_kept).session_id
    or p_call ? 'output_tokens' and ((p_kept).output_tokens is null
      or row((p_call ->> 'cache_read_tokens')::bigint + coalesce((p_call ->> 'cache_write_tokens')::bigint, 0),
          (p_call ->> 'output_tokens')::bigint, (p_call ->> 'input_tokens')::bigint)
        > row((p_kept).cache_read_tokens + coalesce((p_kept).cache_write_tokens, 0), (p_kept).output_tokens,
          (p_kept).input_tokens))
    or p_call ? 'cost_usd' and ((p_kept).cost_source is distinct from 'reported'
      or (p_kept).is_guess and coalesce((p_call ->> 'is_guess')::boolean, false) is false)
    or p_call ? 'model' and (p_kept).model is null or p_call ? 'latency_ms' and (p_kept).latency_ms is null
    or p_call ? 'ttft_ms' and (p_kept).ttft_ms is null or p_call ? 'service_tier' and (p_kept).service_tier is null
    or (p_call ->> 'at')::timestamptz < (p_kept).at
$$;
comment on function private.ai_call_says_more(jsonb, uuid, private.ai_calls) is
  'Whether another signal of a call knows something of it that is not known yet: more of its tokens (of two that '
  'count, the one that saw the cache), its seller''s own cost, or another session.';

create function private.retell_ai_calls(p_org_id uuid, p_records private.ai_record[])
returns table (id text, session_id uuid)
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_record private.ai_record;
  v_call private.ai_calls;
  v_said private.ai_calls;
  v_session_id uuid;
  v_has_more boolean;
begin
  for v_record in
    -- What was stored just now says no more than itself.
    select r.* from unnest(p_records) r
    join private.ai_calls c on c.org_id = p_org_id and c.external_id = r.call ->> 'external_id'
    where private.ai_call_says_more(r.call, private.ai_session_id(p_org_id, r.session), c)
    order by r.call ->> 'external_id', r.index
  loop
    v_session_id := private.ai_session_id(p_org_id, v_record.session);
    select c.* into v_call from private.ai_calls c
    where c.org_id = p_org_id and c.external_id = v_record.call ->> 'external_id'
      and private.ai_call_says_more(v_record.call, v_session_id, c);
    continue when not found;
    session_id := v_call.session_id;
    v_said := jsonb_populate_record(null::private.ai_calls, v_record.call);
    v_has_more := v_said.output_tokens is not null and (v_call.output_tokens is null
      or row(v_said.cache_read_tokens + coalesce(v_said.cache_write_tokens, 0), v_said.output_tokens,
        v_said.input_tokens)
        > row(v_call.cache_read_tokens + coalesce(v_call.cache_write_tokens, 0), v_call.output_tokens,
          v_call.input_tokens));
    if v_has_more then
      v_call.input_tokens := v_said.input_tokens;
      v_call.output_tokens := v_said.output_tokens;
      v_call.cache_read_tokens := v_said.cache_read_tokens;
      v_call.cache_write_tokens := v_said.cache_write_tokens;
    end if;
    -- A trace is a session only for a call that no signal puts into one with a name.
    select s.id into v_call.session_id from private.ai_sessions s
    where s.id in (v_call.session_id, v_session_id) order by s.external_id ~ '^[0-9a-f]{32}$', s.external_id limit 1;
    v_call.cache_write_1h_tokens := greatest(v_call.cache_write_1h_tokens, v_said.cache_write_1h_tokens);
    v_call.reasoning_tokens := greatest(v_call.reasoning_tokens, v_said.reasoning_tokens);
    v_call.input_audio_tokens := greatest(v_call.input_audio_tokens, v_said.input_audio_tokens);
    v_call.input_image_tokens := greatest(v_call.input_image_tokens, v_said.input_image_tokens);
    v_call.input_video_tokens := greatest(v_call.input_video_tokens, v_said.input_video_tokens);
    v_call.at := least(v_call.at, v_said.at);
    v_call.latency_ms := greatest(v_call.latency_ms, v_said.latency_ms);
    v_call.ttft_ms := least(v_call.ttft_ms, v_said.ttft_ms);
    v_call.provider := least(v_call.provider, v_said.provider);
    v_call.service_tier := least(v_call.service_tier, v_said.service_tier);
    v_call.status := greatest(v_call.status, v_said.status);
    v_call.error := least(v_call.error, v_said.error);
    -- gpt-5.1-2025-11-13 says more than gpt-5.1.
    if char_length(v_said.model) > coalesce(char_length(v_call.model), 0)
      or char_length(v_said.model) = char_length(v_call.model) and v_said.model < v_call.model then
      v_call.model := v_said.model;
    end if;
    if v_said.cost_usd is not null and (v_call.cost_source is distinct from 'reported'
      or v_call.is_guess and coalesce(v_said.is_guess, false) is false) then
      v_call.cost_usd := v_said.cost_usd;
      v_call.cost_source := 'reported';
      v_call.is_guess := coalesce(v_said.is_guess, false);
    end if;
    select p.id, case when v_call.input_tokens + v_call.output_tokens + coalesce(v_call.cache_read_tokens, 0)
        + coalesce(v_call.cache_write_tokens, 0) = 0 then 0
      else private.ai_call_cost(p, v_call.input_tokens, v_call.output_tokens, coalesce(v_call.cache_read_tokens, 0),
        coalesce(v_call.cache_write_tokens, 0), coalesce(v_call.cache_write_1h_tokens, 0), v_call.service_tier,
        v_call.input_audio_tokens, v_call.input_image_tokens) end
      into v_call.price_id, v_call.estimate_usd
    from (select 1) one left join private.ai_price(p_org_id, v_call.model, (v_call.at at time zone 'UTC')::date) p
      on true;
    if v_call.cost_source is distinct from 'reported' then
      v_call.cost_usd := v_call.estimate_usd;
      v_call.cost_source := case when v_call.estimate_usd is not null then 'estimated' end;
    end if;
    if v_call.cost_source = 'reported' and not v_call.is_guess then
      v_call.price_id := null;
    end if;
    if not v_call.is_guess then
      v_call.estimate_usd := null;
    end if;
    update private.ai_calls c set
      session_id = v_call.session_id, at = v_call.at, provider = v_call.provider, model = v_call.model, input_tokens
        = v_call.input_tokens,
      output_tokens = v_call.output_tokens, cache_read_tokens = v_call.cache_read_tokens, cache_write_tokens
        = v_call.cache_write_tokens,
      cache_write_1h_tokens = v_call.cache_write_1h_tokens, reasoning_tokens = v_call.reasoning_tokens,
      input_audio_tokens = v_call.input_audio_tokens, input_image_tokens = v_call.input_image_tokens,
      input_video_tokens = v_call.input_video_tokens, latency_ms = v_call.latency_ms, ttft_ms = v_call.ttft_ms, status
        = v_call.status,
      error = v_call.error, service_tier = v_call.service_tier, cost_usd = v_call.cost_usd, cost_source
        = v_call.cost_source,
      is_guess = v_call.is_guess, estimate_usd = v_call.estimate_usd, price_id = v_call.price_id
    where c.org_id = p_org_id and c.external_id = v_call.external_id and c is distinct from v_call;
    id := v_call.external_id;
    if found then
      return next;
    end if;
  end loop;
end $$;
comment on function private.retell_ai_calls(uuid, private.ai_record[]) is
  'Adds what further signals say of calls that are stored, the same in any order; answers those that changed and '
  'the sessions they were in.';

revoke execute
on function private.ai_call_says_more(jsonb, uuid, private.ai_calls),
private.retell_ai_calls(uuid, private.ai_record[])
from public, anon, authenticated;

-- schemas/60_ai/ai_sources.sql

-- Which programs send what, so that nobody has to guess why a number is missing.

create table private.ai_sources (
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  program text not null check (char_length(program) between 1 and 100),
  version text not null check (char_length(version) <= 50),
  signal text not null check (signal in ('traces', 'logs', 'metrics', 'ingest')),
  received bigint not null default 0,
  calls bigint not null default 0,
  calls_without_tokens bigint not null default 0,
  rejected bigint not null default 0,
  left_out jsonb not null default '{}' check (
    jsonb_typeof(left_out) = 'object'
    and octet_length(left_out::text) <= 16384
  ),
  facts text[] not null default '{}' check (cardinality(facts) <= 20),
  first_seen timestamptz not null default now(),
  last_seen timestamptz not null default now(),
  primary key (org_id, program, version, signal)
);
comment on table private.ai_sources is
  'What a version of a program has sent by one signal: how many items, how many calls were stored of them, and what '
  'was left.';
comment on column private.ai_sources.left_out is
  'How many items of which kind nothing is known of, by kind and reason; at most 50.';
comment on column private.ai_sources.facts is 'What was seen in it that says how the program is set.';

alter table private.ai_sources enable row level security;
create policy "members read what belongs to their organization" on private.ai_sources
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.ai_sources from public, anon, authenticated, service_role;
grant select on private.ai_sources to authenticated, service_role;

create function private.added_counts(p_counts jsonb, p_more jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select coalesce(jsonb_object_agg(one.key, one.count), '{}')
  from (
    select key, sum(value::bigint) as count
    from (select * from jsonb_each_text(p_counts) union all select * from jsonb_each_text(p_more)) each
    group by key order by key limit 50
  ) one
$$;
comment on function private.added_counts(jsonb, jsonb) is 'Two objects of counts added up, at most 50 keys.';

create function private.note_ai_sources(p_org_id uuid, p_sources jsonb, p_called int[])
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  if p_sources is null or p_sources = '[]' then
    return;
  end if;
  insert into private.ai_sources as kept (
    org_id, program, version, signal, received, calls, calls_without_tokens, rejected, left_out, facts)
  select p_org_id, left(s.program, 100), left(s.version, 50), s.signal, sum(s.received),
    sum((select count(*) from unnest(p_called) one where one = s.place - 1)), sum(s.calls_without_tokens),
      sum(s.rejected),
    private.added_counts((array_agg(s.left_out))[1], '{}'),
      array(select jsonb_array_elements_text((array_agg(s.facts))[1]) limit 20)
  from rows from (jsonb_to_recordset(p_sources) as (
    program text, version text, signal text, received bigint, calls_without_tokens bigint, rejected bigint,
      left_out jsonb, facts jsonb)
  ) with ordinality as s (program, version, signal, received, calls_without_tokens, rejected, left_out, facts, place)
  -- A program that makes up a new version for each request must not fill the table.
  where exists (
      select from private.ai_sources k
      where k.org_id = p_org_id and k.program = left(s.program, 100) and k.version = left(s.version, 50) and k.signal
        = s.signal)
    or (select count(*) from private.ai_sources k where k.org_id = p_org_id) < 1000
  group by 2, 3, 4 order by 2, 3, 4
  on conflict (org_id, program, version, signal) do update set
    received = kept.received + excluded.received, calls = kept.calls + excluded.calls,
    calls_without_tokens = kept.calls_without_tokens + excluded.calls_without_tokens, rejected = kept.rejected
      + excluded.rejected,
    left_out = case when excluded.left_out = '{}' then kept.left_out
      else private.added_counts(kept.left_out, excluded.left_out) end,
    facts = case when kept.facts @> excluded.facts then kept.facts
      else array(select distinct f from unnest(kept.facts || excluded.facts) f order by 1 limit 20) end,
    last_seen = now();
end $$;
comment on function private.note_ai_sources(uuid, jsonb, int[]) is
  'Adds what programs sent: [{program, version, signal, received, calls_without_tokens, rejected, left_out: {kind: '
  'count}, facts}], and for each call that was stored which of them it came from.';

create function public.ai_sources(p_org_id uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
begin
  return jsonb_build_object('items', (
    select coalesce(jsonb_agg(one.item order by one.last_seen desc, one.program, one.version), '[]')
    from (
      select s.program, s.version, max(s.last_seen) as last_seen, jsonb_build_object(
        'program', s.program, 'version', nullif(s.version, ''), 'first_seen', min(s.first_seen), 'last_seen',
          max(s.last_seen),
        'calls', sum(s.calls), 'signals', jsonb_agg(jsonb_build_object(
          'signal', s.signal, 'received', s.received, 'calls', s.calls, 'calls_without_tokens', s.calls_without_tokens,
          'rejected', s.rejected, 'left_out', s.left_out, 'facts', s.facts, 'last_seen', s.last_seen)
            order by s.signal)) as item
      from private.ai_sources s where s.org_id = v_org_id
      group by s.program, s.version order by max(s.last_seen) desc, s.program, s.version limit 200
    ) one));
end $$;
comment on function public.ai_sources(uuid) is
  'The programs that sent something, by version, the latest 200 first: what came by which signal, how many calls '
  'were stored, what was left.';

revoke execute
on function private.added_counts(jsonb, jsonb), private.note_ai_sources(uuid, jsonb, int[]), public.ai_sources(uuid)
from public, anon, authenticated;
grant execute
on function public.ai_sources(uuid)
to authenticated, service_role;

-- schemas/60_ai/ai_spend.sql

-- Where the money goes and what it brings, by agent, model, team, repository or developer, and what made the difference
-- to the time before.

create function private.ai_spend(p_org_id uuid, p_range private.ai_range, p_by text)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_custom_plan
set jit = off
as $$
begin
  return (
    with session as materialized (
      select s.id, s.source, s.model, s.repository, s.developer_id, s.calls, s.failed_calls, s.input_tokens,
        s.output_tokens,
        s.cache_read_tokens, s.cache_write_tokens, s.total_tokens, s.cost_usd, s.guessed_calls, s.accepted_lines,
          s.people_accepted,
        s.people_rejected, s.automatic_decisions
      from private.ai_sessions s
      where s.org_id = p_org_id and s.started_at >= p_range.starts_at and s.started_at < p_range.ends_at
    ),
    grouped as materialized (
      select s.*, case p_by when 'agent' then s.source when 'model' then coalesce(s.model, '') when 'repository'
        then coalesce(s.repository, '')
        when 'developer' then s.developer_id end as key
      from session s where p_by <> 'team'
      union all
      -- Whoever is in several teams counts in each of them, in no team under no name.
      select s.*, coalesce(t.name, '')
      from session s
      left join private.team_members m on m.org_id = p_org_id and m.login = s.developer_id
      left join private.teams t on t.id = m.team_id
      where p_by = 'team'
    ),
    merged as materialized (
      select l.session_id, l.pull_request_id
      from private.ai_session_links l
      join private.pull_requests p on p.id = l.pull_request_id and p.state = 'merged'
      where l.org_id = p_org_id and l.method = 'exact' and l.session_id in (select s.id from session s)
    ),
    pull_request as (
      select g.key, count(distinct m.pull_request_id) as merged from grouped g join merged m on m.session_id = g.id
        group by g.key
    ),
    commit as (
      select g.key, count(distinct c.sha) as commits from grouped g join private.ai_session_commits c on c.session_id
        = g.id group by g.key
    ),
    part as (
      select g.key, count(*) as sessions, sum(g.calls)::bigint as calls, sum(g.failed_calls)::bigint as failed_calls,
        private.ai_known(sum(g.cost_usd), count(*), count(*) filter (where g.cost_usd is null))::float8 as cost_usd,
        count(*) filter (where g.cost_usd is null) as uncosted_sessions, sum(g.guessed_calls)::bigint as guessed_calls,
        sum(g.input_tokens)::bigint as input_tokens, sum(g.output_tokens)::bigint as output_tokens,
        sum(g.cache_read_tokens)::bigint as cache_read_tokens, sum(g.cache_write_tokens)::bigint as cache_write_tokens,
        count(*) filter (where g.total_tokens is null) as unmeasured_sessions,
        coalesce(sum(g.accepted_lines), 0)::bigint as accepted_lines, sum(g.people_accepted)::bigint as people_accepted,
        sum(g.people_rejected)::bigint as people_rejected, sum(g.automatic_decisions)::bigint as automatic_decisions,
        sum(g.cost_usd) filter (where g.id in (select m.session_id from merged m))::float8 as cost_of_merged
      from grouped g group by g.key
    )
    select jsonb_build_object(
      'period', private.ai_rows_period(p_org_id, p_range),
      'groups', coalesce(jsonb_agg(
        to_jsonb(one) - 'place' order by one.place) filter (where one.place <= 100), '[]'),
      'groups_count', count(*))
    from (
      select part.*, coalesce(r.merged, 0) as merged_pull_requests, coalesce(c.commits, 0) as commits,
        row_number() over (order by part.cost_usd desc nulls last, part.sessions desc, part.key) as place
      from part
      left join pull_request r on r.key = part.key
      left join commit c on c.key = part.key
    ) one);
end $$;
comment on function private.ai_spend(uuid, private.ai_range, text) is
  'What the sessions that began in a range cost and brought, by agent, model, team, repository or developer: the '
  '100 that cost most.';

create function public.ai_spend(
  p_org_id uuid,
  p_by text,
  p_since int default null,
  p_start date default null,
  p_end date default null,
  p_compare text default 'none'
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
  v_range private.ai_range := private.ai_range(v_org_id, p_since, p_start, p_end, 30);
begin
  if p_by is null or p_by not in ('agent', 'model', 'team', 'repository', 'developer') then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail
      = 'breakdown: is none of agent, model, team, repository, developer';
  end if;
  return private.ai_spend(v_org_id, v_range, p_by) || jsonb_build_object(
    'previous', case when coalesce(p_compare, 'none') <> 'none' then
      private.ai_spend(v_org_id, private.ai_range(v_org_id, p_since, p_start, p_end, 30, p_compare), p_by) end);
end $$;
comment on function public.ai_spend(uuid, text, int, date, date, text) is
  'Spend and yield of a range (the last 30 days without one) by agent, model, team, repository or developer, beside '
  'the one it is compared with.';

create function private.ai_mix(p_org_id uuid, p_range private.ai_range)
returns jsonb
language sql
stable
set search_path = ''
set jit = off
as $$
  select jsonb_build_object(
    'period', private.ai_rows_period(p_org_id, p_range),
    'models', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'model', m.model, 'sessions', m.sessions, 'cost_usd', m.cost_usd::float8, 'input_tokens', m.input,
          'output_tokens', m.output,
        'cache_read_tokens', m.cache_read, 'cache_write_tokens', m.cache_write, 'input_usd', (p).input_usd,
          'output_usd', (p).output_usd,
        'cache_read_usd', coalesce((p).cache_read_usd, (p).input_usd), 'cache_write_usd',
          coalesce((p).cache_write_usd, (p).input_usd))
        order by m.model), '[]')
      from (
        select coalesce(s.model, '') as model, count(*) as sessions, sum(s.cost_usd) as cost_usd,
          sum(s.input_tokens)::bigint as input,
          sum(s.output_tokens)::bigint as output, sum(s.cache_read_tokens)::bigint as cache_read,
            sum(s.cache_write_tokens)::bigint as cache_write
        from private.ai_sessions s
        where s.org_id = p_org_id and s.started_at >= p_range.starts_at and s.started_at < p_range.ends_at
          and s.cost_usd is not null and s.total_tokens > 0
        group by 1 order by sum(s.cost_usd) desc limit 1000
      ) m
      left join lateral private.ai_price(p_org_id, m.model, p_range.last_day) p on m.model <> ''),
    'left_out', (
      select jsonb_build_object('sessions', count(*), 'cost_usd', coalesce(sum(s.cost_usd), 0)::float8)
      from private.ai_sessions s
      where s.org_id = p_org_id and s.started_at >= p_range.starts_at and s.started_at < p_range.ends_at
        and (s.cost_usd is null or s.total_tokens is null or s.total_tokens = 0)))
$$;
comment on function private.ai_mix(uuid, private.ai_range) is
  'Tokens and cost by model of the sessions whose tokens and cost are known, each with its price at the end of the '
  'range; and how many say less.';

create function public.ai_changes(
  p_org_id uuid,
  p_since int default null,
  p_start date default null,
  p_end date default null,
  p_compare text default 'previous'
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
begin
  if p_compare is null or p_compare not in ('previous', 'year') then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail
      = 'compare: is none of previous, year';
  end if;
  return jsonb_build_object(
    'current', private.ai_mix(v_org_id, private.ai_range(v_org_id, p_since, p_start, p_end, 30)),
    'previous', private.ai_mix(v_org_id, private.ai_range(v_org_id, p_since, p_start, p_end, 30, p_compare)));
end $$;
comment on function public.ai_changes(uuid, int, date, date, text) is
  'What the cost of a range and of the one it is compared with is made of, by model: {current, previous}.';

revoke execute
on function private.ai_spend(uuid, private.ai_range, text),
public.ai_spend(uuid, text, int, date, date, text),
private.ai_mix(uuid, private.ai_range),
public.ai_changes(uuid, int, date, date, text)
from public, anon, authenticated;
grant execute
on function private.ai_spend(uuid, private.ai_range, text),
public.ai_spend(uuid, text, int, date, date, text),
private.ai_mix(uuid, private.ai_range),
public.ai_changes(uuid, int, date, date, text)
to authenticated, service_role;

-- schemas/60_ai/ai_trim.sql

-- Sessions that are older than their organization keeps them, with their calls, edits, counters and commits. The
-- totals by hour stay, and are what reads of whole hours come from.

create function private.trim_ai(p_org_id uuid, p_before timestamptz, p_limit int)
returns bigint
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_ids uuid[];
  v_rows bigint;
  v_sessions bigint;
begin
  -- A session goes as a whole, or adding it up again would make less of it: as many as have so many calls, one at
  -- least. One that
  -- goes on is kept.
  select array_agg(old.id) into v_ids
  from (
    select s.id, sum(greatest(s.calls, 1)) over (order by s.started_at, s.id desc) - s.calls as before_it
    from (
      select o.id, o.calls, o.started_at from private.ai_sessions o
      where o.org_id = p_org_id and o.started_at < p_before and o.ended_at < p_before
      order by o.started_at, o.id desc limit p_limit for no key update skip locked
    ) s
  ) old
  where old.before_it < p_limit;
  if v_ids is null then
    return 0;
  end if;
  delete from private.ai_calls c where c.session_id = any (v_ids);
  get diagnostics v_rows = row_count;
  -- What else is of them goes with them.
  delete from private.ai_sessions s where s.id = any (v_ids);
  get diagnostics v_sessions = row_count;
  return v_rows + v_sessions;
end $$;
comment on function private.trim_ai(uuid, timestamptz, int) is
  'Removes sessions of an organization that were over before a moment, until about so many calls are gone; answers '
  'how many calls and sessions those were.';

revoke execute on function private.trim_ai(uuid, timestamptz, int) from public, anon, authenticated;

-- schemas/60_ai/ai_usage.sql

-- Tokens and cost over time, and how calls went: what was read from caches, what failed and was tried again, how long
-- the first token took.

create function private.ai_usage(p_org_id uuid, p_range private.ai_range)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_custom_plan
set jit = off
as $$
begin
  return (
    with session as materialized (
      select s.id, s.started_at, s.calls, s.input_tokens, s.output_tokens, s.cache_read_tokens, s.cache_write_tokens,
        s.total_tokens, s.cost_usd
      from private.ai_sessions s
      where s.org_id = p_org_id and s.started_at >= p_range.starts_at and s.started_at < p_range.ends_at
    ),
    call as materialized (
      select c.session_id, c.at, c.cost_usd, c.ttft_ms, c.status >= 400 or c.error is not null as is_failed,
        lead(c.at) over (partition by c.session_id order by c.at, c.external_id) as next_at
      from session s join private.ai_calls c on c.session_id = s.id
    )
    select jsonb_build_object(
      'period', private.ai_rows_period(p_org_id, p_range),
      'totals', (
        select jsonb_build_object(
          'sessions', count(*), 'calls', coalesce(sum(s.calls), 0),
          'measured_sessions', count(s.total_tokens), 'input_tokens', sum(s.input_tokens)
            filter (where s.total_tokens is not null),
          'output_tokens', sum(s.output_tokens) filter (where s.total_tokens is not null),
          'cache_read_tokens', sum(s.cache_read_tokens) filter (where s.total_tokens is not null),
          'cache_write_tokens', sum(s.cache_write_tokens) filter (where s.total_tokens is not null),
          'cost_usd', sum(s.cost_usd)::float8, 'costed_sessions', count(s.cost_usd))
        from session s),
      'calls', (
        select jsonb_build_object(
          'calls', count(*), 'failed_calls', count(*) filter (where c.is_failed),
          'failed_cost_usd', sum(c.cost_usd) filter (where c.is_failed)::float8,
          'costed_failed_calls', count(c.cost_usd) filter (where c.is_failed),
          'retried_calls', count(*) filter (where c.is_failed and c.next_at <= c.at + interval '1 minute'),
          'timed_calls', count(c.ttft_ms), 'ttft_ms_p50', percentile_cont(0.5) within group (order by c.ttft_ms),
          'ttft_ms_p95', percentile_cont(0.95) within group (order by c.ttft_ms))
        from call c),
      'days', (
        select coalesce(jsonb_agg(jsonb_build_object(
          'date', d.day::date, 'sessions', coalesce(u.sessions, 0), 'calls', coalesce(u.calls, 0), 'input_tokens',
            u.input,
          'output_tokens', u.output, 'cache_read_tokens', u.cache_read, 'cache_write_tokens', u.cache_write,
            'cost_usd', u.cost,
          'unmeasured_sessions', coalesce(u.unmeasured, 0), 'uncosted_sessions', coalesce(u.uncosted, 0))
            order by d.day), '[]')
        -- Days whose sessions are no longer kept are left out.
        from generate_series(
          coalesce(private.rows_since(p_org_id, 'ai', p_range.first_day, p_range.time_zone),
            p_range.first_day)::timestamp,
          p_range.last_day::timestamp, interval '1 day') as d (day)
        left join (
          select (s.started_at at time zone p_range.time_zone)::date as day, count(*) as sessions,
            sum(s.calls) as calls,
            sum(s.input_tokens) as input, sum(s.output_tokens) as output, sum(s.cache_read_tokens) as cache_read,
            sum(s.cache_write_tokens) as cache_write, sum(s.cost_usd)::float8 as cost, count(*)
              filter (where s.total_tokens is null) as unmeasured,
            count(*) filter (where s.cost_usd is null) as uncosted
          from session s group by 1
        ) u on u.day = d.day::date)));
end $$;
comment on function private.ai_usage(uuid, private.ai_range) is
  'What sessions that began in a range used, in all and by day, and how their calls went. A failed call is retried '
  'when its session has another within a minute.';

create function public.ai_usage(
  p_org_id uuid,
  p_since int default null,
  p_start date default null,
  p_end date default null,
  p_compare text default 'none'
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
  v_range private.ai_range := private.ai_range(v_org_id, p_since, p_start, p_end, 30);
begin
  if v_range.days > 366 then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail
      = 'end: makes a range of more than 366 days';
  end if;
  return private.ai_usage(v_org_id, v_range) || jsonb_build_object(
    'previous', case when coalesce(p_compare, 'none') <> 'none' then
      private.ai_usage(v_org_id, private.ai_range(v_org_id, p_since, p_start, p_end, 30, p_compare)) - 'days' end);
end $$;
comment on function public.ai_usage(uuid, int, date, date, text) is
  'Tokens, cost and calls of a range (the last 30 days without one, a year at most) by day, beside the one it is '
  'compared with.';

create function public.ai_daily_cost(p_org_id uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
set jit = off
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
  v_zone text := (select o.time_zone from public.organizations o where o.id = v_org_id);
  v_today date := (now() at time zone v_zone)::date;
  v_first date := greatest(v_today - 371, coalesce((
    select (min(h.hour) at time zone v_zone)::date from private.ai_hours h where h.org_id = v_org_id and h.sessions
      > 0), v_today));
begin
  return jsonb_build_object(
    'today', v_today, 'time_zone', v_zone, 'days', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'date', d.day::date, 'cost_usd', coalesce(u.cost, 0)::float8, 'sessions', coalesce(u.sessions, 0),
        'uncosted_sessions', coalesce(u.uncosted, 0)) order by d.day), '[]')
      from generate_series(v_first::timestamp, v_today::timestamp, interval '1 day') as d (day)
      left join (
        select (w.at at time zone v_zone)::date as day, sum(w.cost_usd) as cost, sum(w.sessions) as sessions,
          sum(w.uncosted_sessions) as uncosted
        from private.ai_hours_between(v_org_id, v_first::timestamp at time zone v_zone,
          (v_today + 1)::timestamp at time zone v_zone, v_zone) w
        group by 1
      ) u on u.day = d.day::date));
end $$;
comment on function public.ai_daily_cost(uuid) is
  'What AI sessions cost by day, from the first one on and a year back at most, up to today.';

revoke execute
on function private.ai_usage(uuid, private.ai_range),
public.ai_usage(uuid, int, date, date, text),
public.ai_daily_cost(uuid)
from public, anon, authenticated;
grant execute
on function private.ai_usage(uuid, private.ai_range),
public.ai_usage(uuid, int, date, date, text),
public.ai_daily_cost(uuid)
to authenticated, service_role;

-- schemas/60_ai/ai_windows.sql

-- What a window holds, and what came of the money. Counts and sums over a window come from the totals by hour, so
-- that they do not grow with the number of sessions; only the hours that a window cuts are read row by row.

create type private.ai_sum as (sessions bigint, cost_usd numeric, uncosted_sessions bigint);

create function private.ai_window(
  p_org_id uuid,
  p_from timestamptz,
  p_to timestamptz,
  p_developer_id text default null,
  p_repository text default null,
  p_model text default null
)
returns private.ai_sum
language sql
stable
set search_path = ''
set jit = off
as $$
  with asked as (
    select coalesce(p_from, '-infinity') as starts_at, coalesce(p_to, 'infinity') as ends_at
  ),
  cut as materialized (
    select c.hour from asked a cross join lateral private.ai_cut_hours(p_org_id, a.starts_at, a.ends_at) as c (hour)
  ),
  -- The coarsest sums that know what is asked about; of the three at most one has rows.
  whole as (
    select h.hour, h.sessions, h.cost_usd, h.uncosted_sessions
    from private.ai_hours h
    where h.org_id = p_org_id and p_developer_id is null and p_repository is null and p_model is null
    union all
    select h.hour, h.sessions, h.cost_usd, h.uncosted_sessions
    from private.ai_model_hours h
    where h.org_id = p_org_id and p_developer_id is null and (p_repository is not null or p_model is not null)
      and (p_repository is null or h.repository = p_repository) and (p_model is null or h.model = p_model)
    union all
    select t.hour, t.sessions, t.cost_usd, t.uncosted_sessions
    from private.ai_totals t
    where t.org_id = p_org_id and t.developer_id = p_developer_id
      and (p_repository is null or t.repository = p_repository) and (p_model is null or t.model = p_model)
  ),
  part as (
    select sum(w.sessions)::bigint as sessions, sum(w.cost_usd) as cost_usd,
      sum(w.uncosted_sessions)::bigint as uncosted
    from whole w
    where w.hour >= coalesce(p_from, '-infinity') and w.hour < coalesce(p_to, 'infinity')
      and w.hour not in (select c.hour from cut c)
    union all
    select count(s.id), sum(s.cost_usd), count(s.id) filter (where s.cost_usd is null)
    from asked a cross join cut c
    -- Hour by hour (offset 0), or the planner reads all sessions to find those of no hour.
    cross join lateral (
      select s.id, s.cost_usd from private.ai_sessions s
      where s.org_id = p_org_id and s.started_at >= greatest(c.hour, a.starts_at)
        and s.started_at < least(c.hour + interval '1 hour', a.ends_at)
        and (p_developer_id is null or s.developer_id = p_developer_id)
        and (p_repository is null or s.repository = p_repository)
        and (p_model is null or s.model = p_model)
      offset 0
    ) s
  )
  select coalesce(sum(sessions), 0)::bigint, coalesce(sum(cost_usd), 0), coalesce(sum(uncosted), 0)::bigint from part
$$;
comment on function private.ai_window(uuid, timestamptz, timestamptz, text, text, text) is
  'How many sessions began in a window, what they cost, and of how many that is not known; open ends are null.';

create function private.ai_buckets(p_range private.ai_range, p_interval text)
returns table (first_day date, last_day date, is_complete boolean)
language sql
stable
set search_path = ''
as $$
  select greatest(b.first_day, p_range.first_day), least(b.last_day, p_range.last_day),
    b.first_day >= p_range.first_day and b.last_day <= p_range.last_day
      and b.last_day < (now() at time zone p_range.time_zone)::date
  from (
    select at::date as first_day, (at + ('1 ' || p_interval)::interval)::date - 1 as last_day
    from generate_series(
      date_trunc(p_interval, p_range.first_day::timestamp),
      least(p_range.last_day, greatest((now() at time zone p_range.time_zone)::date, p_range.first_day))::timestamp,
      ('1 ' || p_interval)::interval) at
  ) b
$$;
comment on function private.ai_buckets(private.ai_range, text) is
  'The days, weeks or months of a range up to today, none without an interval; complete ones lie in it as a whole '
  'and are over.';

create function private.ai_yield(p_org_id uuid, p_range private.ai_range, p_interval text)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_custom_plan
set jit = off
as $$
declare
  v_total private.ai_sum := private.ai_window(p_org_id, p_range.starts_at, p_range.ends_at);
begin
  return (
    with link as materialized (
      select s.id, s.cost_usd, s.started_at, l.pull_request_id, l.method
      from private.ai_session_links l join private.ai_sessions s on s.id = l.session_id
      where l.org_id = p_org_id and s.started_at >= p_range.starts_at and s.started_at < p_range.ends_at
    ),
    pull_request as materialized (
      select p.id, p.state, p.repository_id, p.external_id, d.deployment_id
      from private.pull_requests p
      -- It is deployed when its merge is, or one of its own commits, if that is earlier.
      left join lateral (
        select d.deployment_id from private.deployed_commits d
        where d.repository_id = p.repository_id and d.environment = 'production' and (d.sha = p.merge_commit_sha
          or d.sha in (select c.sha from private.pull_request_commits c where c.pull_request_id = p.id))
        order by d.deployed_at, d.deployment_id limit 1
      ) d on p.state = 'merged'
      where p.id in (select l.pull_request_id from link l where l.method = 'exact')
    ),
    outcome as materialized (
      select p.*, case
        when exists (select from private.incident_links i where i.deployment_id = p.deployment_id)
          then 'caused_incident'
        when exists (
          select from private.pull_requests r
          where r.repository_id = p.repository_id and r.reverts_external_id = p.external_id and r.state = 'merged')
            then 'reverted'
        when p.deployment_id is not null then 'deployed'
        when p.state = 'merged' then 'merged'
        when p.state = 'open' then 'open'
        else 'abandoned' end as outcome
      from pull_request p
    ),
    session as (
      -- A session that went into several pull requests counts once, where it mattered most.
      select distinct on (l.id) l.id, l.cost_usd, l.started_at, o.outcome
      from link l join outcome o on o.id = l.pull_request_id where l.method = 'exact'
      order by l.id, array_position('{caused_incident,reverted,deployed,merged,open,abandoned}', o.outcome)
    ),
    spent as (
      select count(distinct o.id) filter (where o.state = 'merged') as merged,
        count(distinct o.deployment_id) as deployments from outcome o
    ),
    costs as (
      select sum(c.cost_usd) filter (where c.is_merged) as of_merged,
        sum(c.cost_usd) filter (where c.is_deployed) as of_deployed
      from (
        select l.id, max(l.cost_usd) as cost_usd, bool_or(o.state = 'merged') as is_merged,
          bool_or(o.deployment_id is not null) as is_deployed
        from link l join outcome o on o.id = l.pull_request_id where l.method = 'exact' group by l.id
      ) c
    ),
    guessed as (
      select count(*) as sessions, coalesce(sum(l.cost_usd), 0) as cost_usd
      from (select distinct l.id, l.cost_usd from link l where l.method = 'scored') l
    ),
    bucket_outcome as (
      select
        greatest(date_trunc(p_interval, s.started_at at time zone p_range.time_zone)::date, p_range.first_day)
          as first_day,
        s.outcome, count(*) as sessions, coalesce(sum(s.cost_usd), 0) as cost_usd
      from session s where p_interval is not null group by 1, 2
    )
    select jsonb_build_object(
      'period', private.ai_rows_period(p_org_id, p_range), 'sessions',
          v_total.sessions, 'cost_usd', v_total.cost_usd,
      'uncosted_sessions', v_total.uncosted_sessions,
      'outcomes', (
        select coalesce(jsonb_agg(jsonb_build_object('outcome', o.outcome, 'sessions', o.sessions,
          'cost_usd', o.cost_usd)), '[]')
        from (select outcome, count(*) as sessions, coalesce(sum(cost_usd), 0) as cost_usd from session
          group by outcome) o),
      'merged_pull_requests', spent.merged, 'cost_of_merged', costs.of_merged,
      'deployments', spent.deployments, 'cost_of_deployed', costs.of_deployed,
      'scored', jsonb_build_object('sessions', guessed.sessions, 'cost_usd', guessed.cost_usd),
      'buckets', (
        select jsonb_agg(jsonb_build_object('start', b.first_day, 'end', b.last_day, 'complete', b.is_complete,
          'sessions', w.sessions, 'cost_usd', w.cost_usd, 'uncosted_sessions', w.uncosted_sessions,
          'outcomes', (
            select coalesce(jsonb_agg(jsonb_build_object('outcome', o.outcome, 'sessions', o.sessions,
              'cost_usd', o.cost_usd)), '[]')
            from bucket_outcome o where o.first_day = b.first_day)) order by b.first_day)
        from private.ai_buckets(p_range, p_interval) b
        cross join lateral private.ai_window(
          p_org_id, b.first_day::timestamp at time zone p_range.time_zone,
          (b.last_day + 1)::timestamp at time zone p_range.time_zone) w))
    from spent, costs, guessed);
end $$;
comment on function private.ai_yield(uuid, private.ai_range, text) is
  'What sessions that began in a range cost, by what came of the pull requests their commits are in; those that are '
  'linked by score only are counted apart. With an interval also for each day, week or month of it.';

create function public.ai_yield(
  p_org_id uuid,
  p_start date,
  p_end date,
  p_compare text default 'none',
  p_interval text default null
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
  v_today date := (select (now() at time zone o.time_zone)::date from public.organizations o where o.id = v_org_id);
  v_end date := coalesce(p_end, greatest(v_today, p_start));
  v_range private.ai_range := private.ai_range(v_org_id, null, p_start, v_end, 30);
begin
  if p_interval not in ('day', 'week', 'month') then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = 'interval: is none of day, week, month';
  end if;
  if p_interval = 'day' and v_range.days > 366 then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = 'interval: goes by day for up to 366 days';
  end if;
  return private.ai_yield(v_org_id, v_range, p_interval) || jsonb_build_object(
    'previous', case when coalesce(p_compare, 'none') <> 'none' then private.ai_yield(
      v_org_id, private.ai_range(v_org_id, null, v_range.first_day, v_range.last_day, 30, p_compare), null) end);
end $$;
comment on function public.ai_yield(uuid, date, date, text, text) is
  'What sessions that began on these days (the last 30 without any) cost, by what came of it, beside the days they '
  'are compared with; with an interval also by day (of up to 366), week or month.';

revoke execute
on function private.ai_window(uuid, timestamptz, timestamptz, text, text, text),
private.ai_buckets(private.ai_range, text),
private.ai_yield(uuid, private.ai_range, text),
public.ai_yield(uuid, date, date, text, text)
from public, anon, authenticated;
grant execute
on function private.ai_window(uuid, timestamptz, timestamptz, text, text, text),
private.ai_buckets(private.ai_range, text),
private.ai_yield(uuid, private.ai_range, text),
public.ai_yield(uuid, date, date, text, text)
to authenticated, service_role;

-- schemas/70_digest/digest_runs.sql

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

-- schemas/70_digest/digests.sql

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

-- schemas/70_digest/digest_ai.sql

-- The weekly digest's section about AI-assisted development: the week's sums beside those of the week before.

create function private.ai_week(p_org_id uuid, p_time_zone text, p_week_start date)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'sessions', coalesce(sum(a.sessions), 0), 
    'cost_usd', private.ai_known(sum(a.cost_usd), sum(a.sessions), sum(a.uncosted_sessions))::float8,
    'uncosted_sessions', coalesce(sum(a.uncosted_sessions), 0), 
    'tokens', private.ai_known(sum(a.tokens), sum(a.sessions), sum(a.unmeasured_sessions)),
    'people_accepted', coalesce(sum(a.people_accepted), 0), 'people_rejected', coalesce(sum(a.people_rejected), 0),
    'automatic_decisions', coalesce(sum(a.automatic_decisions), 0),
    'failed_sessions', coalesce(sum(a.failed_sessions), 0))
  from private.ai_hours_between(
    p_org_id, p_week_start::timestamp at time zone p_time_zone,
    (p_week_start + 7)::timestamp at time zone p_time_zone) a
$$;
comment on function private.ai_week(uuid, text, date) is
  'What the AI sessions of the week from a Monday on add up to.';

create function private.digest_ai(p_org_id uuid, p_time_zone text, p_week_start date)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select case when (w.week ->> 'sessions')::int + (w.previous ->> 'sessions')::int > 0 then to_jsonb(w) end
  from (
    select private.ai_week(p_org_id, p_time_zone, p_week_start) as week,
      private.ai_week(p_org_id, p_time_zone, p_week_start - 7) as previous
  ) w
$$;
comment on function private.digest_ai(uuid, text, date) is
  'What AI sessions add up to in a week and in the one before it: {week, previous}; null when neither has any.';

revoke execute
on function private.ai_week(uuid, text, date), private.digest_ai(uuid, text, date)
from public, anon, authenticated;
grant execute
on function private.ai_week(uuid, text, date), private.digest_ai(uuid, text, date)
to authenticated, service_role;

-- schemas/70_digest/digest_content.sql

-- What is in a digest; its numbers are those of the tiles.

create function private.digest_content(p_user_id uuid, p_week_start date)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'email', u.email, 'organization', o.name, 'time_zone', o.time_zone, 'week_start', p_week_start,
    'report', private.tiles(o.id, u.id, o.time_zone, p_week_start, p_week_start + 6, 'previous'),
    'delivery', private.digest_delivery(o.id, p_week_start),
    'ai', private.digest_ai(o.id, o.time_zone, p_week_start))
  from public.users u join public.organizations o on o.id = u.org_id
  where u.id = p_user_id
$$;
comment on function private.digest_content(uuid, date) is
  'The numbers of a digest: the tiles of the week, the organization''s delivery and its AI sessions, against the '
  'week before.';

create function private.digest_week(p_time_zone text, p_week date)
returns date
language plpgsql
stable
set search_path = ''
as $$
declare
  v_last date := private.last_completed_week(p_time_zone, now());
  v_week date := date_trunc('week', p_week::timestamp)::date;
begin
  if v_week > v_last then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = format('week: is not over yet in %s', p_time_zone);
  end if;
  return coalesce(v_week, v_last);
end $$;
comment on function private.digest_week(text, date) is
  'The Monday of the week a date lies in, which must be over in the time zone; without a date the last such week.';

create function public.digest_preview(p_email text default null, p_week date default null)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_subject record;
begin
  v_subject := private.subject(p_email);
  return private.digest_content(v_subject.user_id, private.digest_week(v_subject.time_zone, p_week));
end $$;
comment on function public.digest_preview(text, date) is 'The numbers a person''s digest of a week would have now.';

revoke execute
on function private.digest_content(uuid, date), private.digest_week(text, date), public.digest_preview(text, date)
from public, anon, authenticated;
grant execute
on function private.digest_content(uuid, date), private.digest_week(text, date), public.digest_preview(text, date)
to authenticated, service_role;

-- schemas/70_digest/digest_delivery.sql

-- The weekly digest's section about delivery: the numbers of DORA from the functions that the routes read, and the
-- rows that would explain each of them, so that a regression comes with its cause. What got worse is judged where it
-- is worded.

create function private.digest_causes(r private.dora_scope)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  v_from timestamptz := private.day_start(r.first_day, r.time_zone);
  v_to timestamptz := private.day_start(r.last_day + 1, r.time_zone);
  v_before timestamptz := private.day_start(r.first_day - (r.last_day - r.first_day + 1), r.time_zone);
begin
  return (
    with slow_change as (
      select c.repository_id, coalesce('#' || p.external_id, left(min(c.sha), 7)) as reference, p.title,
        max(c.lead_seconds) as value
      from private.changes c left join private.pull_requests p on p.id = c.pull_request_id
      where c.org_id = r.org_id and c.environment = r.environment and c.deployed_at >= v_from and c.deployed_at < v_to
        and c.lead_seconds >= 0
      group by c.repository_id, p.id, case when p.id is null then c.sha end
      order by value desc, reference limit 3
    ),
    failure as (
      select d.repository_id, i.external_id as reference, i.title,
        date_part('epoch', i.resolved_at - d.finished_at) as seconds, d.finished_at, i.id
      from private.dora_recoveries(r, r.first_day, r.last_day) f
      join private.incidents i on i.id = f.incident_id
      join private.deployments d on d.id = f.deployment_id
    ),
    fewer as (
      select d.repository_id, count(*) filter (where d.finished_at >= v_from) as value,
        count(*) filter (where d.finished_at < v_from) as previous
      from private.deployment_runs d
      where d.org_id = r.org_id and d.environment = r.environment and d.finished_at >= v_before and d.finished_at < v_to
        and d.succeeded
      group by d.repository_id
    ),
    cause as (
      select 'lead_time' as metric, value::float8 as rank, repository_id, reference, title, value::float8,
        null::float8 as previous
      from slow_change
      union all
      (select 'change_failure_rate', date_part('epoch', finished_at), repository_id, reference, title, null, null
      from failure where finished_at <= r.as_of - r.failure_window order by finished_at desc, id limit 3)
      union all
      (select 'recovery_time', seconds, repository_id, reference, title, seconds, null
      from failure where seconds >= 0 order by seconds desc, id limit 3)
      union all
      (select 'deployment_frequency', previous - value, repository_id, null, null, value, previous
      from fewer where previous > value order by previous - value desc, repository_id limit 3)
    )
    select coalesce(jsonb_agg(jsonb_build_object(
      'metric', cause.metric, 'repository', o.full_name, 'reference', cause.reference, 'title', nullif(cause.title, ''),
      'value', cause.value, 'previous', cause.previous) order by cause.metric, cause.rank desc, cause.reference), '[]')
    from cause join private.repositories o on o.id = cause.repository_id);
end $$;
comment on function private.digest_causes(private.dora_scope) is
  'Up to three rows behind each main metric of a week, those that did most to make it worse first: [{metric, '
  'repository, reference, title, value, previous}].';

create function private.digest_delivery(p_org_id uuid, p_week_start date)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  r private.dora_scope;
begin
  select o.id, o.time_zone, 'production'::text, null::bigint[], make_interval(hours => o.failure_window_hours), now(),
    (now() at time zone o.time_zone)::date, p_week_start, p_week_start + 6
  into r from public.organizations o where o.id = p_org_id;
  if not exists (
    select from private.deployment_runs d
    where d.org_id = r.org_id and d.environment = r.environment
      and d.finished_at >= private.day_start(p_week_start - 7, r.time_zone)
      and d.finished_at < private.day_start(p_week_start + 7, r.time_zone)
  ) then
    return null;
  end if;
  return private.dora_window(r, '{deployments,lead_time,recovery}', 'previous')
    || jsonb_build_object('causes', private.digest_causes(r));
end $$;
comment on function private.digest_delivery(uuid, date) is
  'An organization''s delivery in a week, against the week before, with the rows behind it; null if neither had a '
  'deployment to production.';

revoke execute
on function private.digest_causes(private.dora_scope), private.digest_delivery(uuid, date)
from public, anon, authenticated;
grant execute
on function private.digest_causes(private.dora_scope), private.digest_delivery(uuid, date)
to authenticated, service_role;

-- schemas/70_digest/digest_events.sql

-- What the mail provider reported afterwards.

create table public.digest_events (
  id text primary key check (char_length(id) between 1 and 200),
  digest_id uuid references public.digests (id)
    on delete cascade,
  type text not null check (char_length(type) between 1 and 100),
  occurred_at timestamptz,
  received_at timestamptz not null default now()
);
comment on table public.digest_events is
  'What the mail provider reported about a digest; the id is that of its message, so it counts once.';
create index digest_events_digest_id_idx on public.digest_events (digest_id);
create index digest_events_received_at_idx on public.digest_events (received_at);

alter table public.digest_events enable row level security;
create policy "only the service sees delivery events" on public.digest_events
for all
to service_role
using (true)
with check (true);
revoke all on public.digest_events from public, anon, authenticated, service_role;
grant select, insert, update, delete on public.digest_events to service_role;

create function public.digest_event(
  p_id text,
  p_type text,
  p_occurred_at timestamptz default null,
  p_digest_id uuid default null,
  p_message_id text default null,
  p_suppress text default null
)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_digest public.digests;
begin
  select * into v_digest from public.digests d where d.id = p_digest_id or d.provider_message_id = p_message_id
  order by (d.id = p_digest_id) desc nulls last limit 1;
  insert into public.digest_events (id, digest_id, type, occurred_at)
  values (p_id, v_digest.id, p_type, p_occurred_at)
  on conflict (id) do nothing;
  if not found then
    return jsonb_build_object('duplicate', true);
  end if;
  -- Then it did go out, whatever came of the answer.
  if p_type in ('email.sent', 'email.delivered') then
    update public.digests d
    set state = 'sent', sent_at = coalesce(p_occurred_at, now()), unsure_since = null,
      provider_message_id = coalesce(d.provider_message_id, p_message_id)
    where d.id = v_digest.id and d.state in ('pending', 'failed', 'expired') and d.unsure_since is not null;
  end if;
  if p_suppress is not null and v_digest.id is not null then
    perform private.suppress_digest(v_digest.user_id, p_suppress);
  end if;
  return jsonb_build_object('duplicate', false);
end $$;
comment on function public.digest_event(text, text, timestamptz, uuid, text, text) is
  'Keeps a delivery event once, learns from it that a digest went out whose answer got lost and, if it says so, '
  'turns the digest off for its recipient: {duplicate}.';

revoke execute
on function public.digest_event(text, text, timestamptz, uuid, text, text)
from public, anon, authenticated;
grant execute on function public.digest_event(text, text, timestamptz, uuid, text, text) to service_role;

-- schemas/70_digest/digest_log.sql

-- Which digests went out, for those who wait for them. Security definer: what the provider reported afterwards is read
-- by functions only, and the errors name nothing but the mail.

create function public.digest_log(p_org_id uuid default null, p_page int default 1, p_page_size int default 20)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
  v_role public.member_role := private.require_role(v_org_id, '{owner,admin,member,viewer}');
  v_user_id uuid := case when v_role not in ('owner', 'admin') then private.my_user_id() end;
begin
  return (
    with page as (
      select d.*
      from public.digests d
      where d.org_id = v_org_id and (v_role in ('owner', 'admin') or d.user_id = v_user_id)
      order by d.week_start desc, d.created_at desc, d.id
      limit least(greatest(p_page_size, 0), 100) offset (greatest(p_page, 1)::bigint - 1) * p_page_size
    )
    select jsonb_build_object(
      'total_count', (
        select count(*) from public.digests d
        where d.org_id = v_org_id and (v_role in ('owner', 'admin') or d.user_id = v_user_id)),
      'digests', coalesce(jsonb_agg(jsonb_build_object(
        'id', page.id, 'email', u.email, 'week_start', page.week_start, 'state', page.state, 'attempts', page.attempts,
        'subject', page.subject,
        'error', case when page.state in ('pending', 'failed', 'expired') then page.last_error end,
        'created_at', page.created_at, 'sent_at', page.sent_at,
        'next_attempt_at', case when page.state = 'pending' then page.next_attempt_at end,
        'reported', (
          select jsonb_build_object('type', e.type, 'at', coalesce(e.occurred_at, e.received_at))
          from public.digest_events e where e.digest_id = page.id
          order by coalesce(e.occurred_at, e.received_at) desc, e.id limit 1))
        order by page.week_start desc, page.created_at desc, page.id), '[]'))
    from page join public.users u on u.id = page.user_id);
end $$;
comment on function public.digest_log(uuid, int, int) is
  'A page of the digests of an organization, the latest week first, with the last that the mail provider reported of '
  'each: {total_count, digests}. Owners and admins see everybody''s, others their own.';

revoke execute on function public.digest_log(uuid, int, int) from public, anon, authenticated;
grant execute on function public.digest_log(uuid, int, int) to authenticated, service_role;

-- schemas/70_digest/digest_preferences.sql

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

-- schemas/70_digest/digest_schedule.sql

-- When a digest is due: pure arithmetic on the organization's own clock, and the claim that makes each week happen
-- once.

create table public.digest_schedule (
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  week_start date not null check (extract(isodow from week_start) = 1),
  due_at timestamptz not null,
  enqueued_at timestamptz not null,
  missed boolean not null default false,
  run_id uuid references public.digest_runs (id)
    on delete set null,
  primary key (org_id, week_start)
);
comment on table public.digest_schedule is
  'The weeks an organization was enqueued for. The row is the claim: whoever inserts it enqueues, so it happens once.';
comment on column public.digest_schedule.missed is
  'Whether the week was passed over, because nothing asked until its digest was six days late.';
comment on column public.digest_schedule.run_id is 'The run that named a missed week.';
create index digest_schedule_run_id_idx on public.digest_schedule (run_id);
create index digest_schedule_missed_idx on public.digest_schedule (week_start, org_id) where missed;

alter table public.digest_schedule enable row level security;
create policy "only the service sees the schedule" on public.digest_schedule
for all
to service_role
using (true)
with check (true);
revoke all on public.digest_schedule from public, anon, authenticated, service_role;
grant select, insert, update, delete on public.digest_schedule to service_role;

create function private.last_completed_week(p_time_zone text, p_at timestamptz)
returns date
language sql
stable
set search_path = ''
as $$ select date_trunc('week', p_at at time zone p_time_zone)::date - 7 $$;
comment on function private.last_completed_week(text, timestamptz) is
  'The Monday of the last Monday–Sunday that is over in the time zone.';

-- A local time that the clocks skip is the instant right after the gap, one they repeat is the second: one instant
-- either way.
create function private.digest_due_at(p_time_zone text, p_weekday int, p_hour int, p_week_start date)
returns timestamptz
language sql
stable
set search_path = ''
as $$ select (p_week_start + 6 + p_weekday + make_interval(hours => p_hour)) at time zone p_time_zone $$;
comment on function private.digest_due_at(text, int, int, date) is
  'When the digest of a week is due: the first such weekday (1 = Monday) and hour after the week, local time.';

create function private.digest_expires_at(
  p_time_zone text,
  p_weekday int,
  p_hour int,
  p_week_start date,
  p_now timestamptz
)
returns timestamptz
language sql
stable
set search_path = ''
as $$
  select min(at.due_at)
  from (select private.last_completed_week(p_time_zone, p_now)) last(week)
  cross join lateral (values (last.week), (last.week + 7), (last.week + 14)) week(start)
  cross join lateral (select private.digest_due_at(p_time_zone, p_weekday, p_hour, week.start)) at(due_at)
  where week.start > p_week_start and at.due_at > p_now
$$;
comment on function private.digest_expires_at(text, int, int, date, timestamptz) is
  'When a digest wanted now is given up: the next time that the digest of a later week is due.';

create function private.enqueue_due_digests(p_now timestamptz default now())
returns int
language sql
volatile
set search_path = ''
as $$
  -- The week before the last counts too: a digest due on Sunday at 23:00 may be enqueued on Monday. After six days it
  -- is stale, the next one is near: such weeks, up to eight back, are passed over and named, unless somebody asked for
  -- them meanwhile.
  with due as (
    select o.id as org_id, week.start as week_start, at.due_at, at.due_at <= p_now - interval '6 days' as stale,
      private.digest_expires_at(o.time_zone, o.digest_weekday, o.digest_hour, week.start, p_now) as expires_at
    from public.organizations o
    cross join lateral (select private.last_completed_week(o.time_zone, p_now)) last(week)
    cross join lateral generate_series(0, 7) back(weeks)
    cross join lateral (select last.week - 7 * back.weeks) week(start)
    cross join lateral (
      select private.digest_due_at(o.time_zone, o.digest_weekday, o.digest_hour, week.start)) at(due_at)
    where at.due_at <= p_now and o.created_at < at.due_at
      and not exists (select from public.digest_schedule s where s.org_id = o.id and s.week_start = week.start)
  ),
  claimed as (
    insert into public.digest_schedule (org_id, week_start, due_at, enqueued_at, missed)
    select org_id, week_start, due_at, p_now, stale and not exists (
      select from public.digests d where d.org_id = due.org_id and d.week_start = due.week_start)
    from due
    on conflict (org_id, week_start) do nothing
    returning org_id, week_start
  ),
  added as (
    insert into public.digests (user_id, week_start, expires_at)
    select u.id, claimed.week_start, due.expires_at
    from claimed
    join due on due.org_id = claimed.org_id and due.week_start = claimed.week_start and not due.stale
    join public.users u on u.org_id = claimed.org_id
    left join public.digest_preferences p on p.user_id = u.id
    where coalesce(p.enabled, true)
    on conflict on constraint digests_once_a_week do nothing
    returning 1
  )
  select count(*)::int from added
$$;
comment on function private.enqueue_due_digests(timestamptz) is
  'Enqueues the people of every organization whose digest is due and not enqueued yet; answers how many. Once for '
  'each organization and week, whatever its settings become meanwhile. Weeks found six days late or more are kept as '
  'missed.';

create function private.next_digest_at(p_now timestamptz default now())
returns timestamptz
language sql
stable
set search_path = ''
as $$
  select min(at.due_at)
  from public.organizations o
  cross join lateral (select private.last_completed_week(o.time_zone, p_now)) last(week)
  cross join lateral (values (last.week), (last.week + 7), (last.week + 14)) week(start)
  cross join lateral (
    select private.digest_due_at(o.time_zone, o.digest_weekday, o.digest_hour, week.start)) at(due_at)
  where at.due_at > p_now
    and not exists (select from public.digest_schedule s where s.org_id = o.id and s.week_start = week.start)
$$;
comment on function private.next_digest_at(timestamptz) is 'When the next digest of any organization is due.';

create function private.run_due_digests(p_now timestamptz default now())
returns bigint
language plpgsql
volatile
set search_path = ''
as $$
begin
  -- Asked for even when nothing is due, so that a project without them learns it within the hour and not on Monday.
  perform private.vault_secret('functions_url'), private.vault_secret('digest_cron_secret');
  perform private.enqueue_due_digests(p_now);
  return private.sweep_digests();
end $$;
comment on function private.run_due_digests(timestamptz) is
  'The hourly job: enqueues what is due and has it sent; answers the id of the request, or null when there is '
  'nothing to do.';

create function private.sweep_digests()
returns bigint
language plpgsql
volatile
set search_path = ''
as $$
begin
  return case
    when private.digests_claimable() or exists (select from public.digest_schedule s
      where s.missed and s.run_id is null)
    then private.call_function('digest-sweep', '/digest/weekly', '{"scope": "due"}')
  end;
end $$;
comment on function private.sweep_digests() is
  'Has digests sent that are due for another try or were left behind, and missed weeks named; answers the id of the '
  'request, or null.';

revoke execute
on function private.last_completed_week(text, timestamptz),
private.digest_due_at(text, int, int, date),
private.digest_expires_at(text, int, int, date, timestamptz),
private.enqueue_due_digests(timestamptz),
private.next_digest_at(timestamptz),
private.run_due_digests(timestamptz),
private.sweep_digests()
from public, anon, authenticated;
grant execute on function private.last_completed_week(text, timestamptz) to authenticated, service_role;
grant execute
on function private.digest_due_at(text, int, int, date),
private.digest_expires_at(text, int, int, date, timestamptz),
private.enqueue_due_digests(timestamptz),
private.next_digest_at(timestamptz)
to service_role;

select cron.schedule('digest-enqueue', '0 * * * *', 'select private.run_due_digests()');
-- A call sends up to 200 digests, so this is also how fast a long outbox empties: about what a mail provider lets
-- through.
select cron.schedule('digest-sweep', '*/2 * * * *', 'select private.sweep_digests()');

-- schemas/80_insights/insight_catalog.sql

-- What has a daily series.

create function private.insight_catalog()
returns table (name text, label text, unit text, kind text, direction text, by_default boolean)
language sql
immutable
rows 19
set search_path = ''
as $$
  values
    ('ai.sessions', 'AI sessions', 'sessions', 'count', 'neutral', true),
    ('ai.cost_usd', 'AI cost', 'USD', 'count', 'neutral', true),
    ('ai.tokens', 'AI tokens', 'tokens', 'count', 'neutral', false),
    ('ai.accepted_lines', 'accepted lines', 'lines', 'count', 'neutral', false),
    ('ai.acceptance_rate', 'AI acceptance', '%', 'rate', 'higher_is_better', true),
    ('ai.error_rate', 'AI errors', '%', 'rate', 'lower_is_better', true),
    ('ai.interaction_velocity', 'AI interaction velocity', 'sessions/hour', 'rate', 'higher_is_better', false),
    ('ai.token_efficiency', 'tokens per accepted line', 'tokens/line', 'rate', 'lower_is_better', false),
    ('ai.latency_ms', 'AI latency', 'ms', 'rate', 'lower_is_better', false),
    ('delivery.deployments', 'deployments', 'deployments', 'count', 'higher_is_better', true),
    ('delivery.failed_deployments', 'failed deployments', 'deployments', 'count', 'lower_is_better', true),
    ('delivery.incidents', 'incidents', 'incidents', 'count', 'lower_is_better', false),
    ('delivery.releases', 'releases', 'releases', 'count', 'neutral', false),
    ('delivery.pull_requests_merged', 'merged pull requests', 'PRs', 'count', 'higher_is_better', true),
    ('delivery.commits', 'commits', 'commits', 'count', 'neutral', true),
    ('delivery.pr_merge_time_hours', 'time to merge', 'hours', 'rate', 'lower_is_better', true),
    ('delivery.lead_time_hours', 'lead time', 'hours', 'rate', 'lower_is_better', true),
    ('product.dau', 'daily active users', 'persons', 'count', 'higher_is_better', true),
    ('product.events', 'product events', 'events', 'count', 'neutral', true)
$$;
comment on function private.insight_catalog() is
  'The metrics that are always there. event.NAME and metric.NAME stand for events and posted metrics by name.';

create function private.insight_metrics(p_org_id uuid, p_names text[])
returns table (name text, label text, unit text, kind text, direction text, by_default boolean)
language sql
stable
rows 10
set search_path = ''
as $$
  select c.* from private.insight_catalog() c where c.name = any (p_names)
  union all
  select 'event.' || e.name, e.name || ' events', 'events', 'count', 'neutral', false
  from public.event_names e where e.org_id = p_org_id and 'event.' || e.name = any (p_names)
  union all
  select n, coalesce(d.label, substr(n, 8)), coalesce(d.unit, 'count'),
    case when coalesce(d.aggregation, 'sum') = 'sum' then 'count'
      else 'rate' end, coalesce(d.direction, 'neutral')::text, false
  from unnest(p_names) n
  left join lateral (
    select m.* from public.metric_definitions m
    where m.metric_name = substr(n, 8) and (m.org_id is null or m.org_id = p_org_id)
    order by m.org_id nulls last limit 1
  ) d on true
  where n like 'metric.%' and (d.id is not null or exists (
    select from public.metrics m where m.org_id = p_org_id and m.metric_name = substr(n, 8)))
$$;
comment on function private.insight_metrics(uuid, text[]) is
  'What is known of the metrics named; one nobody knows has no row.';

revoke execute
on function private.insight_catalog(), private.insight_metrics(uuid, text[])
from public, anon, authenticated;
grant execute
on function private.insight_catalog(), private.insight_metrics(uuid, text[])
to authenticated, service_role;

-- schemas/80_insights/insight_series.sql

-- Daily series of anything that is measured, AI, delivery and product alike, in one shape, so that any of them can be
-- held against any other. Days are the organization's. What a series means, and what follows from it, the functions
-- judge.

create function private.ai_series(p_org_id uuid, p_time_zone text, p_start date, p_end date)
returns table (name text, day date, value float8, sums jsonb, volume float8)
language sql
stable
rows 300
set search_path = ''
as $$
  with daily as (
    select (w.at at time zone p_time_zone)::date as day, sum(w.developers)::float8 as active_hours,
      sum(w.sessions)::float8 as sessions,
      sum(w.failed_sessions)::float8 as failed, sum(w.people_accepted)::float8 as accepted,
        sum(w.people_rejected)::float8 as rejected,
      private.ai_known(sum(w.tokens), sum(w.sessions), sum(w.unmeasured_sessions))::float8 as tokens,
      sum(w.measured_lines)::float8 as measured_lines, sum(w.fresh_tokens)::float8 as fresh_tokens,
        sum(w.accepted_lines)::float8 as lines,
      private.ai_known(sum(w.cost_usd), sum(w.sessions), sum(w.uncosted_sessions))::float8 as cost,
        sum(w.latency_ms_sum)::float8 as latency, sum(w.latency_calls)::float8 as calls
    from private.ai_hours_between(
      p_org_id, p_start::timestamp at time zone p_time_zone, (p_end + 1)::timestamp at time zone p_time_zone,
      p_time_zone) w
    group by 1
  )
  select one.name, d.day, one.value, one.sums, one.volume
  from daily d cross join lateral (values
    ('ai.sessions', d.sessions, null::jsonb, d.sessions),
    ('ai.cost_usd', d.cost, null, d.sessions),
    ('ai.tokens', d.tokens, null, d.sessions),
    ('ai.accepted_lines', d.lines, null, d.lines),
    ('ai.acceptance_rate', null, jsonb_build_object('people_accepted', d.accepted, 'people_rejected', d.rejected),
      d.accepted + d.rejected),
    ('ai.error_rate', null, jsonb_build_object('failed_sessions', d.failed, 'sessions', d.sessions), d.sessions),
    ('ai.interaction_velocity', null, jsonb_build_object('sessions', d.sessions, 'active_hours', d.active_hours),
      d.sessions),
    ('ai.token_efficiency', null, jsonb_build_object('fresh_tokens', d.fresh_tokens, 'measured_lines',
      d.measured_lines), d.measured_lines),
    ('ai.latency_ms', null, jsonb_build_object('latency_ms_sum', d.latency, 'latency_calls', d.calls), d.calls)
  ) as one (name, value, sums, volume)
$$;
comment on function private.ai_series(uuid, text, date, date) is
  'The daily series of AI-assisted development, from the sums by hour: of counts the value, of rates the sums that '
  'they are made of.';

create function private.delivery_series(p_org_id uuid, p_time_zone text, p_start date, p_end date)
returns table (name text, day date, value float8, volume float8)
language sql
stable
rows 300
set search_path = ''
as $$
  with bounds as (
    select p_start::timestamp at time zone p_time_zone as starts_at,
      (p_end + 1)::timestamp at time zone p_time_zone as ends_at
  ),
  deployment as (
    select d.finished_at as at, d.failed
    from bounds b join private.deployment_runs d
      on d.org_id = p_org_id and d.environment = 'production' and d.finished_at >= b.starts_at
        and d.finished_at < b.ends_at
    where d.succeeded
  ),
  merged as (
    select p.merged_at as at, extract(epoch from p.merged_at - p.created_at) / 3600 as hours
    from bounds b join private.pull_requests p
      on p.org_id = p_org_id and p.merged_at >= b.starts_at and p.merged_at < b.ends_at
  ),
  lead as (
    select c.deployed_at as at, c.lead_seconds / 3600.0 as hours
    from bounds b join private.changes c
      on c.org_id = p_org_id and c.environment = 'production' and c.deployed_at >= b.starts_at
        and c.deployed_at < b.ends_at
    where c.lead_seconds >= 0
  ),
  counted as (
    select 'delivery.deployments' as name, at from deployment
    union all
    select 'delivery.failed_deployments', at from deployment where failed
    union all
    select 'delivery.pull_requests_merged', at from merged
    union all
    select 'delivery.commits', c.committed_at from bounds b join private.commits c
      on c.org_id = p_org_id and c.on_default_branch and c.committed_at >= b.starts_at and c.committed_at < b.ends_at
    union all
    select 'delivery.incidents', i.began_at from bounds b join private.incidents i
      on i.org_id = p_org_id and i.began_at >= b.starts_at and i.began_at < b.ends_at and not i.is_withdrawn
    union all
    select 'delivery.releases', r.published_at from bounds b join private.releases r
      on r.org_id = p_org_id and r.published_at >= b.starts_at and r.published_at < b.ends_at
  )
  select c.name, (c.at at time zone p_time_zone)::date, count(*)::float8, count(*)::float8 from counted c group by 1, 2
  union all
  select 'delivery.pr_merge_time_hours', (m.at at time zone p_time_zone)::date,
    percentile_cont(0.5) within group (order by m.hours), count(*)::float8
  from merged m group by 2
  union all
  select 'delivery.lead_time_hours', (l.at at time zone p_time_zone)::date,
    percentile_cont(0.5) within group (order by l.hours::float8), count(*)::float8
  from lead l group by 2
$$;
comment on function private.delivery_series(uuid, text, date, date) is
  'The daily series of delivery to production: deployments by the day they finished, changes by the day they were '
  'merged or deployed.';

create function private.product_series(p_org_id uuid, p_names text[], p_start date, p_end date)
returns table (name text, day date, value float8, volume float8)
language sql
stable
rows 300
set search_path = ''
as $$
  select 'product.dau', active.day, active.dau::float8, active.dau::float8
  from (
    select c.day, sum(sum(c.change)) over (order by c.day) as dau
    from (
      select a.day, a.change from private.active_changes a where a.org_id = p_org_id and a.days = 1 and a.day <= p_end
      union all
      select d::date, 0 from generate_series(p_start::timestamp, p_end::timestamp, interval '1 day') d
    ) c
    group by c.day
  ) active
  where active.day >= p_start and active.dau > 0 and 'product.dau' = any (p_names)
  union all
  select 'product.events', c.day, sum(c.n)::float8, sum(c.n)::float8
  from private.event_counts c
  where c.org_id = p_org_id and c.day between p_start and p_end and 'product.events' = any (p_names)
  group by c.day
  union all
  select 'event.' || e.name, c.day, sum(c.n)::float8, sum(c.n)::float8
  from public.event_names e
  join private.event_counts c on c.org_id = e.org_id and c.name_id = e.id and c.day between p_start and p_end
  where e.org_id = p_org_id and 'event.' || e.name = any (p_names)
  group by e.name, c.day
  union all
  select 'metric.' || m.metric_name, m.bucket, m.value::float8, case
    when m.aggregation = 'sum' then abs(m.value)::float8 end
  from private.metric_values(
    p_org_id, null, array(select substr(n, 8) from unnest(p_names) n where n like 'metric.%'), p_start, p_end, 'day') m
$$;
comment on function private.product_series(uuid, text[], date, date) is
  'The daily series of the product: active users, events in all and by name, and posted metrics as their definitions '
  'add them up.';

-- Before the first day a source ever spoke, its silence is not a zero.
create function private.insight_first_days(p_org_id uuid, p_time_zone text, p_names text[])
returns table (domain text, day date)
language sql
stable
rows 4
set search_path = ''
as $$
  select first.domain, greatest((first.at at time zone p_time_zone)::date, case first.domain
    when 'delivery' then private.rows_since(p_org_id, 'delivery', '-infinity', p_time_zone) end)
  from (
    select 'ai', min(h.hour) from private.ai_hours h where h.org_id = p_org_id
    union all
    select 'delivery', least(
      (select min(d.finished_at) from private.deployments d where d.org_id = p_org_id and d.environment = 'production'),
      (select min(p.created_at) from private.pull_requests p where p.org_id = p_org_id),
      (select min(c.committed_at) from private.commits c where c.org_id = p_org_id and c.on_default_branch))
  ) as first (domain, at)
  union all
  select 'product', min(c.day) from private.event_counts c where c.org_id = p_org_id
  union all
  select n, greatest(
    (select min(m.metric_date) from public.metrics m where m.org_id = p_org_id and m.metric_name = substr(n, 8)),
    private.rows_since(p_org_id, 'metrics', '-infinity', p_time_zone))
  from unnest(p_names) n where n like 'metric.%'
$$;
comment on function private.insight_first_days(uuid, text, text[]) is
  'Since when there are numbers: of a domain, or of a posted metric by its name.';

create function private.insight_series(p_org_id uuid, p_time_zone text, p_names text[], p_start date, p_end date)
returns table (name text, day date, value float8, sums jsonb, volume float8)
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
begin
  return query
  with known as (
    select s.* from private.ai_series(p_org_id, p_time_zone, p_start, p_end) s
    where exists (select from unnest(p_names) n where n like 'ai.%')
    union all
    select s.name, s.day, s.value, null::jsonb, s.volume
    from private.delivery_series(p_org_id, p_time_zone, p_start, p_end) s
    where exists (select from unnest(p_names) n where n like 'delivery.%')
    union all
    select s.name, s.day, s.value, null::jsonb, s.volume
    from private.product_series(p_org_id, p_names, p_start, p_end) s
  ),
  first as (select f.* from private.insight_first_days(p_org_id, p_time_zone, p_names) f)
  select m.name, d.day::date,
    coalesce(k.value, case when m.kind = 'count' and d.day::date >= first.day then 0 end),
    k.sums,
    case when k.name is null then case when d.day::date >= first.day then 0 end else k.volume end
  from private.insight_metrics(p_org_id, p_names) m
  cross join generate_series(p_start::timestamp, p_end::timestamp, interval '1 day') as d (day)
  left join known k on k.name = m.name and k.day = d.day::date
  left join first on first.domain = case
    when m.name like 'metric.%' then m.name
    when m.name like 'event.%' then 'product' else split_part(m.name, '.', 1) end;
end $$;
comment on function private.insight_series(uuid, text, text[], date, date) is
  'The daily series of any metrics, every day present: counts are 0 on silent days, rates and medians null, and both '
  'are null before there were numbers at all.';

revoke execute
on function private.ai_series(uuid, text, date, date),
private.delivery_series(uuid, text, date, date),
private.product_series(uuid, text[], date, date),
private.insight_first_days(uuid, text, text[]),
private.insight_series(uuid, text, text[], date, date)
from public, anon, authenticated;
grant execute
on function private.ai_series(uuid, text, date, date),
private.delivery_series(uuid, text, date, date),
private.product_series(uuid, text[], date, date),
private.insight_first_days(uuid, text, text[]),
private.insight_series(uuid, text, text[], date, date)
to authenticated, service_role;

-- schemas/80_insights/insights.sql

-- What insights are found in: series, and what was shipped on the days.

create function private.day_shipments(p_org_id uuid, p_time_zone text, p_start date, p_end date)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with shipment as (
    select d.finished_at as at, 'deployment' as kind, d.repository_id,
      coalesce(d.ref, left(d.sha, 12), d.external_id) as name
    from private.deployments d
    where d.org_id = p_org_id and d.environment = 'production' and d.status = 'success'
      and d.finished_at >= p_start::timestamp at time zone p_time_zone
      and d.finished_at < (p_end + 1)::timestamp at time zone p_time_zone
    union all
    select r.published_at, 'release', r.repository_id, r.tag
    from private.releases r
    where r.org_id = p_org_id and r.published_at >= p_start::timestamp at time zone p_time_zone
      and r.published_at < (p_end + 1)::timestamp at time zone p_time_zone
  ),
  numbered as (
    select (s.at at time zone p_time_zone)::date as day, s.*,
      row_number() over (partition by (s.at at time zone p_time_zone)::date
        order by (s.kind = 'release') desc, s.at) as place
    from shipment s
  )
  select coalesce(jsonb_agg(jsonb_build_object(
    'date', n.day, 'kind', n.kind, 'repository', r.full_name, 'name', n.name, 'at', n.at) order by n.at), '[]')
  from numbered n join private.repositories r on r.id = n.repository_id
  where n.place <= 5
$$;
comment on function private.day_shipments(uuid, text, date, date) is
  'What was released and deployed to production, at most five a day, releases first.';

create function public.insight_data(
  p_org_id uuid default null,
  p_since int default null,
  p_names text[] default null,
  p_start date default null,
  p_end date default null
)
returns jsonb
language plpgsql
stable
set search_path = ''
set jit = off
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
  v_time_zone text := (select o.time_zone from public.organizations o where o.id = v_org_id);
  -- Today is not over.
  v_yesterday date := (now() at time zone v_time_zone)::date - 1;
  v_days int := least(coalesce(p_since, 30), 3661);
  v_end date := coalesce(p_end, greatest(v_yesterday, p_start));
  v_range private.ai_range := private.ai_range(v_org_id, null, coalesce(p_start, v_end - v_days + 1), v_end, 30);
  v_names text[] := coalesce(p_names, array(select c.name from private.insight_catalog() c where c.by_default));
  v_unknown text := (
    select n from unnest(v_names) n where n not in (select m.name from private.insight_metrics(v_org_id, v_names) m)
    limit 1);
begin
  if v_unknown is not null then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = format('metrics: nothing is measured by the name %s', left(v_unknown, 210));
  end if;
  return jsonb_build_object(
    'period', private.ai_period(v_range),
    'shipped', private.day_shipments(v_org_id, v_time_zone, v_range.first_day, v_range.last_day),
    -- The eight weeks before are what a day is held against.
    'series', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'key', m.name, 'label', m.label, 'unit', m.unit, 'kind', m.kind, 'direction', m.direction, 'values', s.values,
        'sums', s.sums, 'volumes', s.volumes) order by array_position(v_names, m.name)), '[]')
      from private.insight_metrics(v_org_id, v_names) m
      join (
        select i.name, jsonb_agg(i.value order by i.day) as values, jsonb_agg(i.volume order by i.day) as volumes,
          case when count(i.sums) > 0 then jsonb_agg(i.sums order by i.day) end as sums
        from private.insight_series(v_org_id, v_time_zone, v_names, v_range.first_day - 56, v_range.last_day) i
        group by i.name
      ) s on s.name = m.name));
end $$;
comment on function public.insight_data(uuid, int, text[], date, date) is
  'The daily series of the metrics named, or of the usual ones, of a range (the last 30 complete days without one) '
  'and the eight weeks before, and what was shipped in those days.';

revoke execute
on function private.day_shipments(uuid, text, date, date), public.insight_data(uuid, int, text[], date, date)
from public, anon, authenticated;
grant execute
on function private.day_shipments(uuid, text, date, date), public.insight_data(uuid, int, text[], date, date)
to authenticated, service_role;

-- schemas/90_dashboard/overview.sql

-- The first view of the page: what the reads of the four pillars say of the same days, in one answer, out of the
-- functions that answer each of them alone.

create function public.dashboard_overview(
  p_org_id uuid default null,
  p_start date default null,
  p_end date default null,
  p_compare text default 'previous'
)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
set jit = off
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
  v_time_zone text := (select o.time_zone from public.organizations o where o.id = v_org_id);
  v_today date := (now() at time zone v_time_zone)::date;
  -- Today is not over, so a range that nobody chose ends yesterday.
  v_end date := coalesce(p_end, greatest(v_today - 1, p_start));
  v_start date := coalesce(p_start, v_end - 27);
  v_compare text := coalesce(p_compare, 'none');
  v_names constant text[] := array['product.dau', 'product.events', 'delivery.deployments',
    'delivery.failed_deployments',
    'delivery.lead_time_hours', 'ai.cost_usd', 'ai.acceptance_rate', 'ai.error_rate', 'ai.token_efficiency'];
  v_before record;
begin
  if v_end - v_start not between 0 and 365 then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = 'end: makes a range of less than a day or of more than 366 days';
  end if;
  select d.first_day, d.last_day into v_before from private.compared_days(v_compare, v_start, v_end) d;
  return jsonb_build_object(
    'today', v_today,
    'period', jsonb_build_object('start', v_start, 'end', v_end, 'days', v_end - v_start + 1, 'time_zone', v_time_zone,
      'rows_since', greatest(private.rows_since(v_org_id, 'metrics', v_start, v_time_zone),
        private.rows_since(v_org_id, 'delivery', v_start, v_time_zone))),
    'previous_period', case when v_before.first_day is not null then jsonb_build_object(
      'start', v_before.first_day, 'end', v_before.last_day, 'days', v_before.last_day - v_before.first_day + 1,
      'time_zone', v_time_zone) end,
    'tiles', private.tiles(v_org_id, null, v_time_zone, v_start, v_end, v_compare) -> 'tiles',
    'active_users', public.analytics_active_users(v_org_id, v_start, v_end, false) -> 'series',
    'active_users_before', case when v_before.first_day is not null then
      public.analytics_active_users(v_org_id, v_before.first_day, v_before.last_day, false) -> 'series' end,
    'dora', public.dora_summary(v_org_id, v_start, v_end, null, null, null, v_compare),
    'ai', public.ai_metrics(v_org_id, null, v_start, v_end, v_compare),
    'series', private.overview_series(v_org_id, v_time_zone, v_names, v_start, v_end),
    'series_before', case when v_before.first_day is not null then
      private.overview_series(v_org_id, v_time_zone, '{product.dau,product.events}', v_before.first_day,
        v_before.last_day) end,
    'shipped', private.day_shipments(v_org_id, v_time_zone, v_start, v_end));
end $$;
comment on function public.dashboard_overview(uuid, date, date, text) is
  'What the reads of the four pillars say of a range (the last 28 complete days without one; at most 366), beside '
  'what it is compared with (none, previous, year).';

create function private.overview_series(p_org_id uuid, p_time_zone text, p_names text[], p_start date, p_end date)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_object_agg(one.name, one.days), '{}')
  from (
    select s.name, jsonb_agg(jsonb_build_object('value', s.value, 'sums', s.sums) order by s.day) as days
    from private.insight_series(p_org_id, p_time_zone, p_names, p_start, p_end) s
    group by s.name
  ) one
$$;
comment on function private.overview_series(uuid, text, text[], date, date) is
  'Daily series by name, every day present: of counts and medians the value, of rates the sums that they are made of.';

revoke execute
on function public.dashboard_overview(uuid, date, date, text), private.overview_series(uuid, text, text[], date, date)
from public, anon, authenticated;
grant execute
on function public.dashboard_overview(uuid, date, date, text), private.overview_series(uuid, text, text[], date, date)
to authenticated, service_role;
