-- How long an organization's rows are kept, by kind, and since when there are any. trims.sql removes what is older.

create type private.data_kind as enum ('events', 'ai', 'delivery', 'metrics', 'logs', 'audit');

create table private.data_retention (
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  kind private.data_kind not null,
  days int,
  updated_at timestamptz not null default now(),
  primary key (org_id, kind),
  check (
    days >= case kind
      when 'audit' then 365
      when 'events' then 1
      when 'logs' then 7
      else 30
    end
    and days <= 3660
  )
);
comment on table private.data_retention is
  'For how many days rows of a kind are kept, where an organization has said so; private.kept_days() knows what holds '
  'where it has not.';
comment on column private.data_retention.days is 'Null: for good.';

alter table private.data_retention enable row level security;
create policy "members read what belongs to their organization" on private.data_retention
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.data_retention from public, anon, authenticated, service_role;
grant select on private.data_retention to authenticated, service_role;

create trigger audit_data_retention
after insert or update or delete on private.data_retention
for each row
execute function private.audit_change('data_retention', 'kind');

create function private.kept_days(p_org_id uuid, p_kind private.data_kind)
returns int
language plpgsql
stable
set search_path = ''
as $$
declare
  v_days int;
begin
  select r.days into v_days from private.data_retention r where r.org_id = p_org_id and r.kind = p_kind;
  return case when found then v_days when p_kind = 'events' then 730 end;
end $$;
comment on function private.kept_days(uuid, private.data_kind) is
  'For how many days an organization keeps rows of a kind; null for good. Events are kept for two years unless it '
  'says otherwise.';

create function private.kept_from(p_org_id uuid, p_kind private.data_kind, p_now timestamptz default now())
returns timestamptz
language plpgsql
stable
set search_path = ''
as $$
declare
  v_days int := private.kept_days(p_org_id, p_kind);
  v_zone text;
begin
  if v_days is null then
    return null;
  end if;
  select o.time_zone into v_zone from public.organizations o where o.id = p_org_id;
  -- Whole days, so that no day is left with a part of its rows; and whole hours, which sums of AI sessions are of.
  return date_trunc('hour', ((p_now at time zone v_zone)::date - v_days)::timestamp at time zone v_zone, 'UTC');
end $$;
comment on function private.kept_from(uuid, private.data_kind, timestamptz) is
  'The moment from which an organization keeps rows of a kind; null for good.';

create function private.accepted_from(p_org_id uuid, p_kind private.data_kind)
returns timestamptz
language plpgsql
stable
set search_path = ''
as $$
begin
  -- Where rows were removed nothing tells any more what would be counted a second time.
  return greatest(private.kept_from(p_org_id, p_kind), (
    select t.removed_before from private.trims t where t.org_id = p_org_id and t.kind = p_kind));
end $$;
comment on function private.accepted_from(uuid, private.data_kind) is
  'The moment from which rows of a kind are taken: older ones would be removed, or counted twice; null for any.';

create function private.rows_since(p_org_id uuid, p_kind private.data_kind, p_first_day date, p_time_zone text)
returns date
language plpgsql
stable
set search_path = ''
as $$
declare
  v_local timestamp := (
    select t.removed_before at time zone p_time_zone from private.trims t where t.org_id = p_org_id
      and t.kind = p_kind);
  v_day date := v_local::date + (v_local::time > '01:00')::int;
begin
  return case when v_day > p_first_day then v_day end;
end $$;
comment on function private.rows_since(uuid, private.data_kind, date, text) is
  'The first day of which the rows of a kind are all there, if the range that begins on a day reaches back before it; '
  'else null.';

create function private.data_retention_json(p_org_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object('org_id', o.id) || (
    select jsonb_object_agg(k.kind || '_days', private.kept_days(o.id, k.kind))
      from unnest(enum_range(null::private.data_kind)) as k (kind)
  ) || jsonb_build_object('rows_since', (
    select jsonb_object_agg(k.kind, private.rows_since(o.id, k.kind, '-infinity', o.time_zone))
    from unnest(enum_range(null::private.data_kind)) as k (kind)))
  from public.organizations o where o.id = p_org_id
$$;
comment on function private.data_retention_json(uuid) is 'How long an organization keeps what, as the API shows it.';

create function public.data_retention(p_org_id uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  perform private.require_role(p_org_id, enum_range(null::public.member_role));
  return private.data_retention_json(p_org_id);
end $$;
comment on function public.data_retention(uuid) is
  'How long an organization keeps rows of each kind: {org_id, events_days, ai_days, delivery_days, metrics_days, '
  'logs_days, audit_days, rows_since: {kind: day}}.';

-- Security definer: nobody may write but through here.
create function public.set_data_retention(p_org_id uuid, p_days jsonb)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_days jsonb := private.given_object('days', p_days);
begin
  perform private.require_role(p_org_id, '{owner}');
  if exists (
    select from jsonb_each(v_days) d
    where d.key <> all (array(select k.kind || '_days' from unnest(enum_range(null::private.data_kind)) as k (kind)))
      or jsonb_typeof(d.value) not in ('number', 'null')
      or case when jsonb_typeof(d.value) = 'number' then d.value::numeric not between 1 and 3660
        or d.value::numeric % 1 <> 0 end) then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = 'days: must name kinds with whole numbers of days up to 3660, or null';
  end if;
  insert into private.data_retention as kept (org_id, kind, days)
  select p_org_id, k.kind, (v_days ->> (k.kind || '_days'))::int
  from unnest(enum_range(null::private.data_kind)) as k (kind) where v_days ? (k.kind || '_days')
  order by k.kind
  on conflict (org_id, kind) do update set days = excluded.days, updated_at = now() where kept.days is distinct
    from excluded.days;
  return private.data_retention_json(p_org_id);
exception when check_violation then
  raise exception using errcode = 'LL422', message = 'validation_failed',
    detail = 'days: are fewer than may be kept (audit 365, ai, delivery and metrics 30, logs 7)';
end $$;
comment on function public.set_data_retention(uuid, jsonb) is
  'Sets for how many days an organization keeps rows of the kinds it names, as in {"events_days": 365, "ai_days": '
  'null}; null is for good. Owners. What is older goes from the next night on.';

revoke execute
on function private.kept_days(uuid, private.data_kind),
private.kept_from(uuid, private.data_kind, timestamptz),
private.accepted_from(uuid, private.data_kind),
private.rows_since(uuid, private.data_kind, date, text),
private.data_retention_json(uuid),
public.data_retention(uuid),
public.set_data_retention(uuid, jsonb)
from public, anon, authenticated;
grant execute
on function private.kept_days(uuid, private.data_kind),
private.rows_since(uuid, private.data_kind, date, text),
private.data_retention_json(uuid),
public.data_retention(uuid),
public.set_data_retention(uuid, jsonb)
to authenticated, service_role;
