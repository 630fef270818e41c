-- Product analytics: events, the persons they belong to, and the counts that reads come from. An event is counted in the same
-- transaction that stores it, so that an acknowledged event is in every number and reads never scan events for them.

create type public.age_group as enum ('unknown', '<18', '18-40', '>40');
create type public.gender as enum ('unknown', 'Male', 'Female', 'Other');

create function private.age_group(p_age int) returns public.age_group
language sql immutable parallel safe set search_path = ''
as $$
  select case when p_age is null then 'unknown'::public.age_group when p_age < 18 then '<18'::public.age_group
    when p_age <= 40 then '18-40'::public.age_group else '>40'::public.age_group end
$$;
comment on function private.age_group(int) is 'The age group of an age in years; unknown without one.';
revoke execute on function private.age_group(int) from public, anon, authenticated;

alter table public.organizations
  add column event_retention_days int not null default 730 check (event_retention_days between 1 and 3660);
comment on column public.organizations.event_retention_days is 'Events older than this are refused, and dropped.';

-- persons ----------------------------------------------------------------------------------------------------------------

create table public.persons (
  id bigint generated always as identity primary key,
  org_id uuid not null references public.organizations (id) on delete cascade,
  known boolean not null default false,
  age smallint check (age between 0 and 150),
  gender public.gender not null default 'unknown',
  age_group public.age_group not null generated always as (private.age_group(age)) stored,
  traits jsonb not null default '{}' check (octet_length(traits::text) <= 65536),
  first_seen_at timestamptz,
  last_seen_at timestamptz,
  created_at timestamptz not null default now()
);
comment on table public.persons is 'Somebody events belong to; several ids of theirs may lead here.';
comment on column public.persons.known is 'Whether a user id leads here, or only anonymous ids.';
create index persons_org_id_idx on public.persons (org_id, last_seen_at);

create table public.person_keys (
  org_id uuid not null references public.organizations (id) on delete cascade,
  key text not null check (char_length(key) between 3 and 258),
  person_id bigint not null references public.persons (id) on delete cascade,
  primary key (org_id, key)
);
comment on table public.person_keys is 'The ids of persons: u:USER_ID or a:ANONYMOUS_ID.';
create index person_keys_person_id_idx on public.person_keys (person_id);

create table public.event_names (
  id int generated always as identity primary key,
  org_id uuid not null references public.organizations (id) on delete cascade,
  name text not null check (char_length(name) between 1 and 200),
  unique (org_id, name)
);
comment on table public.event_names is 'The names of events, so that events and counts hold a number instead.';

-- events -----------------------------------------------------------------------------------------------------------------

-- What was accepted, by the id and the time as the client sent them: the corrected time may differ when a client sends again. Hash
-- partitions keep the index of a busy organization shallow.
create table private.event_keys (
  org_id uuid not null,
  event_key uuid not null,
  sent_time timestamptz not null,
  received_on date not null default current_date,
  primary key (org_id, event_key, sent_time)
) partition by hash (event_key);
comment on table private.event_keys is 'Identities of accepted events: sending one again is a duplicate.';
alter table private.event_keys enable row level security;
do $$
begin
  for i in 0..7 loop
    execute format('create table private.event_keys_%s partition of private.event_keys for values with (modulus 8, remainder %s)', i, i);
    execute format('alter table private.event_keys_%s enable row level security', i);
  end loop;
end $$;
revoke all on private.event_keys from public, anon, authenticated, service_role;

create table public.events (
  org_id uuid not null,
  occurred_at timestamptz not null,
  day date not null,
  name_id int not null,
  person_id bigint,
  event_key uuid not null,
  sent_time timestamptz not null,
  received_at timestamptz not null default now(),
  clamped boolean not null default false,
  properties jsonb
) partition by range (occurred_at);
comment on table public.events is 'What happened. Partitioned by month; what fits no month is in the default partition, never lost.';
comment on column public.events.day is 'The day in the organization''s time zone when it was stored.';
comment on column public.events.clamped is 'Whether the time lay more than a day ahead and was set to the time of arrival.';
create index events_of_person_idx on public.events (person_id, occurred_at) include (name_id);
create index events_of_name_idx on public.events (org_id, name_id, occurred_at) include (person_id);
create table public.events_default partition of public.events default;

alter table public.events enable row level security;
alter table public.events_default enable row level security;

-- counts -----------------------------------------------------------------------------------------------------------------

create table private.event_counts (
  org_id uuid not null references public.organizations (id) on delete cascade,
  day date not null,
  name_id int not null,
  age_group public.age_group not null,
  gender public.gender not null,
  n bigint not null,
  primary key (org_id, day, name_id, age_group, gender)
);
comment on table private.event_counts is 'Events per day, name, age group and gender: always the sum over events.';

create table private.person_days (
  org_id uuid not null references public.organizations (id) on delete cascade,
  name_id int not null,
  person_id bigint not null,
  day date not null,
  primary key (org_id, name_id, person_id, day)
);
comment on table private.person_days is 'On which days a person had an event of a name; name 0 is any.';

create table private.active_changes (
  org_id uuid not null references public.organizations (id) on delete cascade,
  days smallint not null check (days in (1, 7, 30)),
  day date not null,
  change bigint not null,
  primary key (org_id, days, day)
);
comment on table private.active_changes is
  'By how much the number of persons active in the last 1, 7 or 30 days differs from the day before: its running sum is DAU, WAU, MAU.';

create table private.event_drops (
  org_id uuid not null references public.organizations (id) on delete cascade,
  day date not null,
  reason text not null check (char_length(reason) between 1 and 50),
  n bigint not null,
  primary key (org_id, day, reason)
);
comment on table private.event_drops is 'Events that were refused or dropped, by reason.';

create table private.analytics_versions (
  org_id uuid primary key references public.organizations (id) on delete cascade,
  version bigint not null
);
comment on table private.analytics_versions is 'Goes up with every change of an organization''s events: what an ETag is made of.';

-- who sees what ----------------------------------------------------------------------------------------------------------

do $$
declare
  v_table text;
begin
  foreach v_table in array '{public.persons,public.person_keys,public.event_names,public.events,private.event_counts,private.person_days,private.active_changes,private.event_drops,private.analytics_versions}'::text[] loop
    execute format('alter table %s enable row level security', v_table);
    execute format(
      'create policy "members read what belongs to their organization" on %s for select to authenticated
       using (org_id = any (array(select private.my_organization_ids())))', v_table);
    execute format('revoke all on %s from public, anon, authenticated, service_role', v_table);
    execute format('grant select on %s to authenticated, service_role', v_table);
  end loop;
end $$;
revoke all on public.events_default from public, anon, authenticated, service_role;

-- partitions -------------------------------------------------------------------------------------------------------------

-- Security definer: only the owner may create partitions.
create function private.create_event_partition(p_month date) returns boolean
language plpgsql volatile security definer set search_path = ''
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
comment on function private.create_event_partition(date) is 'Makes the partition of a month, if there is none; answers whether it did.';

create function private.keep_event_partitions(p_today date default current_date) returns int
language sql volatile set search_path = ''
as $$
  select count(*) filter (where private.create_event_partition(month::date))::int
  from generate_series(p_today::timestamp - interval '1 month', p_today::timestamp + interval '3 months', interval '1 month') as month
$$;
comment on function private.keep_event_partitions(date) is 'Makes the partitions from last month to three months ahead.';

create function private.drop_old_events(p_now timestamptz default now()) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_longest int := (select coalesce(max(o.event_retention_days), 730) from public.organizations o);
  v_partition record;
begin
  -- A month that is too old for everybody goes at once ...
  for v_partition in
    select c.relname, to_date(right(c.relname, 6), 'YYYYMM') as month
    from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'public.events'::regclass and c.relname ~ '^events_\d{6}$'
  loop
    if v_partition.month + interval '1 month' <= p_now - make_interval(days => v_longest) then
      execute format('drop table public.%I', v_partition.relname);
    end if;
  end loop;
  -- ... and within the others each organization's own limit holds.
  delete from public.events e using public.organizations o
  where o.id = e.org_id and o.event_retention_days < v_longest
    and e.occurred_at < p_now - make_interval(days => o.event_retention_days);
  delete from private.event_keys where received_on < p_now - interval '40 days';
end $$;
comment on function private.drop_old_events(timestamptz) is
  'Drops events past their organization''s retention, and identities too old to be sent again. Counts are kept: they name nobody.';

select private.keep_event_partitions();
select cron.schedule('event-partitions', '7 2 * * *', 'select private.keep_event_partitions()');
select cron.schedule('event-retention', '37 2 * * *', 'select private.drop_old_events()');

revoke execute on function
  private.create_event_partition(date), private.keep_event_partitions(date), private.drop_old_events(timestamptz)
  from public, anon, authenticated;
