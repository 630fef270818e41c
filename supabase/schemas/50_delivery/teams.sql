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
