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
