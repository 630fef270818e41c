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
