-- Who did what to which object, when and from where, with the object before and after. Written by triggers, so that
-- no way around the API leaves it out, and append-only for everybody, the service role included.

create table public.audit_log (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  org_id uuid,
  actor_kind text not null check (actor_kind in ('user', 'service', 'key', 'system')),
  actor_id text,
  action text not null check (char_length(action) between 1 and 100),
  object_type text not null check (char_length(object_type) between 1 and 50),
  object_id text,
  ip text check (char_length(ip) <= 64),
  peer text check (char_length(peer) <= 64),
  request_id text check (char_length(request_id) <= 128),
  before jsonb,
  after jsonb
);
comment on table public.audit_log is
  'Append-only. No foreign keys: what is said of an organization outlives it. before and after never hold a secret '
  'or a hash of one.';
comment on column public.audit_log.actor_id is
  'users.id of a person, the id of an API key; null for the service and the system.';
comment on column public.audit_log.ip is 'Where the request came from, as the function that served it says.';
comment on column public.audit_log.peer is
  'Who called the data API: a function, unless a person did so themselves. Then ip is only what they claim.';
create index audit_log_org_id_idx on public.audit_log (org_id, id desc);

alter table public.audit_log enable row level security;
create policy "owners and admins read their organization's audit log" on public.audit_log
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids(array['owner', 'admin']::public.member_role[]))));
revoke all on public.audit_log from public, anon, authenticated, service_role;
grant select on public.audit_log to authenticated, service_role;

create function private.refuse_change()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  -- What an organization does not keep for good goes after a year at the earliest; nobody but the owner of the table
  -- may delete.
  if tg_op = 'DELETE' and old.at < now() - interval '364 days' then
    return old;
  end if;
  raise exception using errcode = 'LL403', message = 'forbidden', detail = 'The audit log is append-only';
end $$;
comment on function private.refuse_change() is
  'Refuses to change the audit log, and to delete what is younger than a year.';

create trigger audit_log_is_append_only
before update or delete on public.audit_log
for each row
execute function private.refuse_change();
create trigger audit_log_is_not_truncated
before truncate on public.audit_log
for each statement
execute function private.refuse_change();

-- The data API hands on the request's headers. Who the actor is, a person's own token says, or a function in
-- x-audit-key, which is believed with the secret key only. Where a request came from nobody can prove, so the address
-- of the data API's own client is kept too.
create function private.request_header(p_name text)
returns text
language sql
stable
set search_path = ''
as $$ select left(nullif(current_setting('request.headers', true), '')::jsonb ->> p_name, 128) $$;
comment on function private.request_header(text) is 'A header of the data API''s current request, or null.';

-- Security definer: nobody may write the log but through here.
create function private.audit(
  p_org_id uuid,
  p_action text,
  p_object_type text,
  p_object_id text,
  p_before jsonb default null,
  p_after jsonb default null
)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_user_id uuid := (select private.my_user_id());
  v_key_id text := private.caller_key_id();
begin
  insert into public.audit_log (org_id, actor_kind, actor_id, action, object_type, object_id, ip, peer, request_id,
    before, after)
  values (
    p_org_id,
    case when v_user_id is not null then 'user' when v_key_id is not null then 'key'
      when private.caller_is_service() then 'service' else 'system' end,
    coalesce(v_user_id::text, v_key_id),
    p_action, p_object_type, p_object_id,
    left(coalesce(private.request_header('x-audit-ip'), private.request_header('x-forwarded-for')), 64),
    left(private.request_header('x-forwarded-for'), 64),
    coalesce(private.request_header('x-audit-request-id'), private.request_header('x-request-id')),
    p_before, p_after);
end $$;
comment on function private.audit(uuid, text, text, text, jsonb, jsonb) is
  'Appends one line to the audit log, with the actor and address of the request.';

-- tg_argv: the object's type, then the columns that identify it, joined by a slash.
create function private.audit_change()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_secret_columns text[] := '{secret_hash,token_hash}';
  v_before jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) - v_secret_columns end;
  v_after jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) - v_secret_columns end;
  v_row jsonb := coalesce(v_after, v_before);
begin
  if v_before is not distinct from v_after then
    return null;
  end if;
  perform private.audit(
    coalesce(v_row ->> 'org_id', v_row ->> 'id')::uuid,
    tg_argv[0] || '.' || case tg_op when 'INSERT' then 'created' when 'UPDATE' then 'changed' else 'deleted' end,
    tg_argv[0],
    (select string_agg(v_row ->> tg_argv[i], '/' order by i) from generate_series(1, tg_nargs - 1) as i),
    v_before, v_after);
  return null;
end $$;
comment on function private.audit_change() is
  'Appends a change of a row to the audit log, without secrets.';

create function public.audit_sign_in_failure(p_login text, p_reason text)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_user public.users;
begin
  select * into v_user from public.users u where u.email = lower(p_login) or u.username = lower(p_login) limit 1;
  perform private.audit(v_user.org_id, 'sign_in.failed', 'user', v_user.id::text, null,
    jsonb_build_object('reason', p_reason));
end $$;
comment on function public.audit_sign_in_failure(text, text) is
  'Appends a failed sign-in; under the person''s organization if there is such a person. The login itself is not kept.';

create function public.organization_audit(
  p_org_id uuid,
  p_page int,
  p_page_size int,
  p_action text default null,
  p_object_type text default null,
  p_actor_id text default null,
  p_start date default null,
  p_end date default null,
  p_from timestamptz default null,
  p_to timestamptz default null
)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_time_zone text;
  v_from timestamptz;
  v_to timestamptz;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  select o.time_zone into v_time_zone from public.organizations o where o.id = p_org_id;
  v_from := greatest(p_from, p_start::timestamp at time zone v_time_zone);
  v_to := least(p_to, (p_end + 1)::timestamp at time zone v_time_zone);
  return (
    with line as (
      select * from public.audit_log l
      where l.org_id = p_org_id
        and (p_action is null or l.action = p_action)
        and (p_object_type is null or l.object_type = p_object_type)
        and (p_actor_id is null or l.actor_id = p_actor_id)
        and (v_from is null or l.at >= v_from)
        and (v_to is null or l.at < v_to)
    )
    select jsonb_build_object(
      'total_count', (select count(*) from line),
      'entries', (
        select coalesce(jsonb_agg(to_jsonb(page) - 'org_id' order by page.id desc), '[]')
        from (select * from line order by id desc
          limit least(p_page_size, 1000) offset (p_page - 1) * p_page_size) page)));
end $$;
comment on function public.organization_audit(
  uuid,
  int,
  int,
  text,
  text,
  text,
  date,
  date,
  timestamptz,
  timestamptz
) is
  'A page of an organization''s audit log, the newest first; owners and admins.';

revoke execute
on function private.refuse_change(),
private.request_header(text),
private.audit(uuid, text, text, text, jsonb, jsonb),
private.audit_change(),
public.audit_sign_in_failure(text, text),
public.organization_audit(uuid, int, int, text, text, text, date, date, timestamptz, timestamptz)
from public, anon, authenticated;
grant execute on function public.audit_sign_in_failure(text, text) to service_role;
grant execute
on function public.organization_audit(uuid, int, int, text, text, text, date, date, timestamptz, timestamptz)
to authenticated, service_role;
