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
