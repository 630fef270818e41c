-- People and their organizations as something people manage themselves: profiles, settings, roles, invitations. Who may do what is
-- decided here and nowhere else. The functions that change memberships are security definer, because no client role may write the
-- tables behind them; each begins by asking private.require_role().

alter table public.organizations
  add column min_group_size smallint not null default 1 check (min_group_size between 1 and 1000),
  add column public_reads boolean not null default false,
  add column public_id text not null unique default ('pub_' || replace(gen_random_uuid()::text, '-', ''));
comment on column public.organizations.min_group_size is 'Groups of fewer persons are hidden in breakdowns.';
comment on column public.organizations.public_reads is 'Whether the dashboards can be read without sign-in, by public_id.';

alter table public.users
  add column username text check (username = lower(username) and username ~ '^[a-z0-9][a-z0-9_.-]{2,31}$'),
  add column age smallint check (age between 0 and 150),
  add column gender text check (gender in ('Male', 'Female', 'Other'));
create unique index users_username_key on public.users (username);

-- asking -----------------------------------------------------------------------------------------------------------------

create function private.caller_is_service() returns boolean
language sql stable set search_path = ''
as $$ select coalesce((select auth.role()), '') = 'service_role' $$;
comment on function private.caller_is_service() is 'Whether the call comes with the project''s secret key.';

create function private.caller_key_id() returns text
language sql stable set search_path = ''
as $$
  select case when private.caller_is_service()
    then nullif(current_setting('request.headers', true), '')::jsonb ->> 'x-audit-key' end
$$;
comment on function private.caller_key_id() is 'The API key that the call is made for, or null. Believed with the secret key only.';

-- Security definer: policies hide the organizations that it tells apart from forbidden ones. An API key counts as admin and never as
-- owner: whoever finds one must not be able to make themselves, or somebody else, owner.
create function private.require_role(p_org_id uuid, p_roles public.member_role[]) returns public.member_role
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_role public.member_role;
begin
  if private.caller_is_service() then
    if p_org_id <> private.confined_to() then
      raise exception using errcode = 'LL403', message = 'forbidden', detail = 'This key belongs to another organization';
    end if;
    select case when private.confined_to() is null then 'owner' else 'admin' end::public.member_role into v_role
    from public.organizations o where o.id = p_org_id;
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
  'The caller''s role in an organization if it is one of these; 404 for others'' organizations, 403 for lesser roles. The service counts as owner, an API key as admin of its organization.';

create function private.organization_json(p_org_id uuid) returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object(
    'id', o.id, 'name', o.name, 'time_zone', o.time_zone, 'digest_hour', o.digest_hour,
    'min_group_size', o.min_group_size, 'public_reads', o.public_reads, 'public_id', o.public_id, 'created_at', o.created_at,
    'role', (select m.role from public.memberships m where m.org_id = o.id and m.user_id = (select private.my_user_id())),
    'member_count', (select count(*) from public.memberships m where m.org_id = o.id))
  from public.organizations o where o.id = p_org_id
$$;
comment on function private.organization_json(uuid) is 'An organization as the API shows it, with the caller''s role.';

-- profiles ---------------------------------------------------------------------------------------------------------------

create function public.my_profile() returns jsonb
language plpgsql stable set search_path = ''
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

create function public.update_my_profile(p_changes jsonb) returns jsonb
language plpgsql volatile set search_path = ''
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
comment on function public.update_my_profile(jsonb) is 'Changes what {username?, age?, gender?} names of the signed-in person.';

create policy "people change their own profile" on public.users
  for update to authenticated
  using (auth_user_id = (select auth.uid())) with check (auth_user_id = (select auth.uid()));
grant update (username, age, gender) on public.users to authenticated;

create function public.sign_in_address(p_login text) returns text
language sql stable set search_path = ''
as $$
  select coalesce(
    (select u.email from public.users u where u.username = lower(p_login)),
    case when p_login like '%@%' then lower(p_login) end)
$$;
comment on function public.sign_in_address(text) is 'The e-mail address behind a username or address, for signing in; null for an unknown username.';

-- organizations ----------------------------------------------------------------------------------------------------------

create function public.create_organization(p_name text, p_time_zone text default 'America/Los_Angeles') returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_user_id uuid := (select private.my_user_id());
  v_org_id uuid;
begin
  if v_user_id is null then
    raise exception using errcode = 'LL403', message = 'forbidden', detail = 'Only a signed-in person can own an organization';
  end if;
  insert into public.organizations (name, time_zone) values (p_name, p_time_zone) returning id into v_org_id;
  insert into public.memberships (org_id, user_id, role) values (v_org_id, v_user_id, 'owner');
  return private.organization_json(v_org_id);
end $$;
comment on function public.create_organization(text, text) is 'A new organization that the signed-in person owns.';

create function public.my_organizations() returns jsonb
language sql stable set search_path = ''
as $$
  select coalesce(jsonb_agg(private.organization_json(o.id) order by o.created_at, o.id), '[]')
  from public.organizations o where o.id = any (array(select private.my_organization_ids()))
$$;
comment on function public.my_organizations() is 'The organizations the signed-in person belongs to, the oldest first.';

create function public.organization(p_org_id uuid) returns jsonb
language plpgsql stable set search_path = ''
as $$
begin
  perform private.require_role(p_org_id, enum_range(null::public.member_role));
  return private.organization_json(p_org_id);
end $$;
comment on function public.organization(uuid) is 'One organization of the caller.';

create function public.update_organization(p_org_id uuid, p_changes jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  update public.organizations o set
    name = coalesce(p_changes ->> 'name', o.name),
    time_zone = coalesce(p_changes ->> 'time_zone', o.time_zone),
    digest_hour = coalesce((p_changes ->> 'digest_hour')::smallint, o.digest_hour),
    min_group_size = coalesce((p_changes ->> 'min_group_size')::smallint, o.min_group_size),
    public_reads = coalesce((p_changes ->> 'public_reads')::boolean, o.public_reads)
  where o.id = p_org_id;
  return private.organization_json(p_org_id);
end $$;
comment on function public.update_organization(uuid, jsonb) is
  'Changes what {name?, time_zone?, digest_hour?, min_group_size?, public_reads?} names; owners and admins.';

create function private.member_json(p_user public.users, p_membership public.memberships) returns jsonb
language sql immutable set search_path = ''
as $$
  select jsonb_build_object(
    'user_id', p_user.id, 'email', p_user.email, 'username', p_user.username, 'role', p_membership.role,
    'since', p_membership.created_at, 'signed_up', p_user.auth_user_id is not null)
$$;
comment on function private.member_json(public.users, public.memberships) is 'A member as the API shows them.';

create function public.organization_members(p_org_id uuid, p_page int, p_page_size int) returns jsonb
language plpgsql stable set search_path = ''
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
        order by m.role, u.email limit p_page_size offset (p_page - 1) * p_page_size
      ) row));
end $$;
comment on function public.organization_members(uuid, int, int) is 'A page of an organization''s members, owners first.';

-- A member of a second organization is read there too, though their home is elsewhere.
drop policy "people read themselves and the members of their organizations" on public.users;
create policy "people read themselves and the members of their organizations" on public.users
  for select to authenticated using (
    auth_user_id = (select auth.uid())
    or org_id = any (array(select private.my_organization_ids()))
    or id in (
      select m.user_id from public.memberships m where m.org_id = any (array(select private.my_organization_ids()))));

revoke execute on function
  private.caller_is_service(), private.caller_key_id(), private.require_role(uuid, public.member_role[]),
  private.organization_json(uuid), private.member_json(public.users, public.memberships),
  public.my_profile(), public.update_my_profile(jsonb), public.sign_in_address(text),
  public.create_organization(text, text), public.my_organizations(), public.organization(uuid),
  public.update_organization(uuid, jsonb), public.organization_members(uuid, int, int)
  from public, anon, authenticated;
grant execute on function
  private.caller_is_service(), private.caller_key_id(), private.require_role(uuid, public.member_role[]),
  private.organization_json(uuid), private.member_json(public.users, public.memberships),
  public.organization(uuid), public.update_organization(uuid, jsonb), public.organization_members(uuid, int, int)
  to authenticated, service_role;
grant execute on function
  public.my_profile(), public.update_my_profile(jsonb), public.create_organization(text, text), public.my_organizations()
  to authenticated;
grant execute on function public.sign_in_address(text) to service_role;
