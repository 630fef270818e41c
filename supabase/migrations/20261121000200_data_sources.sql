-- Where a person's numbers come from, and the tokens to fetch them with. Tokens arrive here encrypted by the functions
-- (AES-GCM, key id kept beside the ciphertext) and no client role can select them.

create table public.data_sources (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references public.users (id) on delete cascade,
  org_id uuid not null references public.organizations (id) on delete cascade,
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
comment on table public.data_sources is 'A connected product of a person: who they are there, and the tokens to read with.';
comment on column public.data_sources.access_token is 'AES-GCM ciphertext, never plain text.';
comment on column public.data_sources.refresh_token is 'AES-GCM ciphertext, never plain text.';
comment on column public.data_sources.token_key_id is 'The key of TOKEN_ENCRYPTION_KEYS the tokens are encrypted with.';
create index data_sources_org_id_idx on public.data_sources (org_id);

create function private.touch_updated_at() returns trigger
language plpgsql set search_path = ''
as $$
begin
  new.updated_at := now();
  return new;
end $$;
comment on function private.touch_updated_at() is 'Keeps updated_at true.';
revoke execute on function private.touch_updated_at() from public, anon, authenticated;

create trigger data_sources_touch_updated_at
  before update on public.data_sources for each row execute function private.touch_updated_at();

-- Security definer: the writer need not be able to read users. The organization is never taken from the client.
create function private.set_org_from_user() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  select u.org_id into strict new.org_id from public.users u where u.id = new.user_id;
  return new;
end $$;
comment on function private.set_org_from_user() is 'Copies the organization from the row''s person, so that policies can use an indexed column.';
revoke execute on function private.set_org_from_user() from public, anon, authenticated;

create trigger data_sources_set_org
  before insert or update of user_id, org_id on public.data_sources
  for each row execute function private.set_org_from_user();

alter table public.data_sources enable row level security;
create policy "members read which sources their organization has connected" on public.data_sources
  for select to authenticated using (org_id = any (array(select private.my_organization_ids())));

revoke all on public.data_sources from public, anon, authenticated, service_role;
grant select (id, user_id, org_id, source_name, account_ref, expires_at, created_at, updated_at)
  on public.data_sources to authenticated;
grant select, insert, update, delete on public.data_sources to service_role;
