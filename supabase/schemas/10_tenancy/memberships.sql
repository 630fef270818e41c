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
