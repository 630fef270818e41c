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
