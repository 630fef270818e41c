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
