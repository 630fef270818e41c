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
