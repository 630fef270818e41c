-- Product analytics: events, the persons they belong to, and the counts that reads come from. An event is counted in
-- the same transaction that stores it, so that an acknowledged event is in every number and reads never scan events
-- for them.

-- What was accepted, by the id and the time as the client sent them: the corrected time may differ when a client
-- sends again. Hash partitions keep the index of a busy organization shallow.
create table private.event_keys (
  org_id uuid not null,
  event_key uuid not null,
  sent_time timestamptz not null check (sent_time >= '1970-01-01 00:00+00' and sent_time < '2101-01-01 00:00+00'),
  received_on date not null default current_date,
  primary key (org_id, event_key, sent_time)
)
partition by hash (event_key);
comment on table private.event_keys is 'Identities of accepted events: sending one again is a duplicate.';

alter table private.event_keys enable row level security;
revoke all on private.event_keys from public, anon, authenticated, service_role;

do $$
begin
  for i in 0..7 loop
    execute format(
      'create table private.event_keys_%s partition of private.event_keys for values with (modulus 8, remainder %s)', i,
      i);
    execute format('alter table private.event_keys_%s enable row level security', i);
  end loop;
end $$;

-- Half as wide as a bigint, so that the index of a person's events is no larger for it; one that comes round again is
-- of no matter, because it only tells events of one moment apart.
create sequence private.event_arrivals as int minvalue -2147483648 start -2147483648 cycle;

create table public.events (
  org_id uuid not null,
  occurred_at timestamptz not null check (
    occurred_at >= '1970-01-01 00:00+00'
    and occurred_at < '2101-01-01 00:00+00'
  ),
  day date not null,
  name_id int not null,
  person_id bigint,
  event_key uuid not null,
  sent_time timestamptz not null check (sent_time >= '1970-01-01 00:00+00' and sent_time < '2101-01-01 00:00+00'),
  received_at timestamptz not null default now(),
  clamped boolean not null default false,
  properties jsonb check (jsonb_typeof(properties) = 'object' and pg_column_size(properties) <= 262144),
  arrival int not null default nextval('private.event_arrivals')
)
partition by range (occurred_at);
comment on table public.events is
  'What happened. Partitioned by month; what fits no month is in the default partition, never lost.';
comment on column public.events.day is 'The day in the organization''s time zone when it was stored.';
comment on column public.events.clamped is
  'Whether the time lay more than a day ahead and was set to the time of arrival.';
comment on column public.events.arrival is
  'Of two events of one moment the lower arrived first: place in the batch, then receipt.';
create index events_of_person_idx on public.events (person_id, occurred_at, arrival) include (name_id);
create index events_of_name_idx on public.events (org_id, name_id, occurred_at) include (person_id, arrival);

alter table public.events enable row level security;
create policy "members read what belongs to their organization" on public.events
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on public.events from public, anon, authenticated, service_role;
grant select on public.events to authenticated, service_role;

create table public.events_default partition of public.events default;
alter table public.events_default enable row level security;
revoke all on public.events_default from public, anon, authenticated, service_role;

create table private.analytics_versions (
  org_id uuid primary key references public.organizations (id)
    on delete cascade,
  version bigint not null
);
comment on table private.analytics_versions is
  'Goes up with every change of an organization''s events: what an ETag is made of.';

alter table private.analytics_versions enable row level security;
create policy "members read what belongs to their organization" on private.analytics_versions
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.analytics_versions from public, anon, authenticated, service_role;
grant select on private.analytics_versions to authenticated, service_role;

create function private.events_changed(p_org_id uuid)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  insert into private.analytics_versions as kept (org_id, version) values (p_org_id, 1)
  on conflict (org_id) do update set version = kept.version + 1;
end $$;
comment on function private.events_changed(uuid) is
  'Says that an organization''s events changed. Last in a transaction: everybody else waits for it.';

-- Security definer: only the owner may create partitions.
create function private.create_event_partition(p_month date)
returns boolean
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_from date := date_trunc('month', p_month::timestamp)::date;
  v_to date := (date_trunc('month', p_month::timestamp) + interval '1 month')::date;
  v_name text := 'events_' || to_char(v_from, 'YYYYMM');
begin
  if to_regclass('public.' || v_name) is not null then
    return false;
  end if;
  -- Rows that came before their month had a partition move into it; nobody can add more meanwhile.
  lock table public.events_default in access exclusive mode;
  execute format('create table public.%I (like public.events including defaults including constraints)', v_name);
  execute format('alter table public.%I enable row level security', v_name);
  execute format('revoke all on public.%I from public, anon, authenticated, service_role', v_name);
  execute format(
    'with moved as (delete from public.events_default where occurred_at >= %L and occurred_at < %L returning *)
     insert into public.%I select * from moved', v_from::timestamptz, v_to::timestamptz, v_name);
  execute format('alter table public.events attach partition public.%I for values from (%L) to (%L)',
    v_name, v_from::timestamptz, v_to::timestamptz);
  return true;
end $$;
comment on function private.create_event_partition(date) is
  'Makes the partition of a month, if there is none; answers whether it did.';

create function private.keep_event_partitions(p_today date default current_date)
returns int
language sql
volatile
set search_path = ''
as $$
  select count(*) filter (where private.create_event_partition(month::date))::int
  from generate_series(p_today::timestamp - interval '1 month', p_today::timestamp + interval '3 months',
    interval '1 month') as month
$$;
comment on function private.keep_event_partitions(date) is
  'Makes the partitions from last month to three months ahead.';

-- Events and their identities have no foreign key to their organization, because partitions this busy cannot afford
-- one. Security definer: nobody may delete events but through here.
create function private.forget_organization()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  delete from public.events where org_id = old.id;
  delete from private.event_keys where org_id = old.id;
  delete from private.person_days where org_id = old.id;
  return null;
end $$;
comment on function private.forget_organization() is
  'Deletes the events of a deleted organization, and what has no foreign key to it.';

create trigger forget_events
after delete on public.organizations
for each row
execute function private.forget_organization();

select private.keep_event_partitions();

revoke execute
on function private.events_changed(uuid),
private.create_event_partition(date),
private.keep_event_partitions(date),
private.forget_organization()
from public, anon, authenticated;

select cron.schedule('event-partitions', '7 2 * * *', 'select private.keep_event_partitions()');
