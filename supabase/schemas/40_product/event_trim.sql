-- Events that are older than their organization keeps them. The counts they are in stay: they name nobody, and most
-- reads need nothing else.

create function private.longest_kept_events()
returns int
language sql
stable
set search_path = ''
as $$
  select case when bool_and(kept.days is not null) then max(kept.days) end
  from public.organizations o cross join lateral (select private.kept_days(o.id, 'events') as days) kept
$$;
comment on function private.longest_kept_events() is
  'The most days for which any organization keeps events; null where one keeps them for good.';

create function private.event_months()
returns table (partition name, starts_on date)
language sql
stable
set search_path = ''
as $$
  -- The planner may look at the names of all relations before it knows which are partitions.
  select c.relname, case when c.relname ~ '^events_\d{6}$' then to_date(right(c.relname, 6), 'YYYYMM') end
  from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid
  where i.inhparent = 'public.events'::regclass
$$;
comment on function private.event_months() is
  'The partitions of events and the first day of their months; null of the one for what fits no month.';

-- Security definer: nobody may delete events but through here.
create function private.trim_events(p_org_id uuid, p_before timestamptz, p_limit int)
returns bigint
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  -- Whoever keeps events the longest loses them by the month, which costs a database a thousandth of what deleting
  -- does.
  v_by_month boolean := private.kept_days(p_org_id, 'events') >= private.longest_kept_events();
  v_partition name;
  v_rows bigint;
begin
  for v_partition in
    select m.partition from private.event_months() m
    where m.starts_on is null or v_by_month is not true and m.starts_on < (p_before at time zone 'UTC')::date
    order by m.partition
  loop
    -- A short look into the index for each name, however many events lie behind the moment. As an array, because a
    -- join by place reads
    -- the whole month.
    execute format($sql$
      delete from public.%1$I e where e.ctid = any (array(
        select old.ctid
        from public.event_names n cross join lateral (
          select e.ctid from public.%1$I e
          where e.org_id = $1 and e.name_id = n.id and e.occurred_at < $2
          order by e.org_id, e.name_id, e.occurred_at limit $3 for update skip locked
        ) old
        where n.org_id = $1 limit $3
      )) $sql$, v_partition) using p_org_id, p_before, p_limit;
    get diagnostics v_rows = row_count;
    if v_rows > 0 then
      return v_rows;
    end if;
  end loop;
  return 0;
end $$;
comment on function private.trim_events(uuid, timestamptz, int) is
  'Removes up to so many of an organization''s events from before a moment; 0 when none are left to be removed one by '
  'one.';

create function private.drop_event_partition(p_partition name, p_now timestamptz)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_org_id uuid;
  v_events bigint;
begin
  -- Counted before it is locked: nobody adds to a month that is too old.
  for v_org_id, v_events in
    execute format(
      'select o.id, e.n from public.organizations o cross join lateral (
         select count(*) as n from public.%I e where e.org_id = o.id) e where e.n > 0 order by o.id', p_partition)
  loop
    perform private.note_removed(v_org_id, 'events', private.kept_from(v_org_id, 'events', p_now), v_events);
  end loop;
  perform set_config('lock_timeout', '2s', true);
  execute format('drop table public.%I', p_partition);
exception when lock_not_available then
  -- Somebody reads for longer than others should wait behind us: tomorrow is as good.
  null;
end $$;
comment on function private.drop_event_partition(name, timestamptz) is
  'Drops a month of events and says whose were in it; leaves it when it is in use.';

-- Security definer: only the owner may drop partitions.
create function private.drop_event_partitions(p_now timestamptz default now())
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_longest int := private.longest_kept_events();
  v_partition name;
begin
  for v_partition in
    -- A day more, for it is the day in the organization's zone that counts.
    select m.partition from private.event_months() m
    where m.starts_on + interval '1 month' <= p_now - make_interval(days => v_longest + 1) order by m.partition
  loop
    perform private.drop_event_partition(v_partition, p_now);
  end loop;
end $$;
comment on function private.drop_event_partitions(timestamptz) is
  'Drops the months of events that no organization keeps any more.';

revoke execute
on function private.longest_kept_events(),
private.event_months(),
private.trim_events(uuid, timestamptz, int),
private.drop_event_partition(name, timestamptz),
private.drop_event_partitions(timestamptz)
from public, anon, authenticated;

-- An identity is there for clients that send again, which they do for days, not for weeks.
select
  cron.schedule(
    'forget-event-keys',
    '47 2 * * *',
    'delete from private.event_keys where received_on < current_date - 40'
  );
