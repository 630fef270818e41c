-- How full the disk is. Small plans of hosted Supabase turn read-only at a size of the database, so what it takes is
-- noted once a day, and how near the end is can be told from how it grows.

create table private.disk_sizes (
  day date not null,
  pillar text not null check (pillar in ('metrics', 'product', 'delivery', 'ai', 'digest', 'platform', 'rest')),
  bytes bigint not null check (bytes >= 0),
  primary key (day, pillar)
);
comment on table private.disk_sizes is
  'What each pillar took on the disk at the end of a day, in UTC; kept for a year.';

alter table private.disk_sizes enable row level security;
revoke all on private.disk_sizes from public, anon, authenticated, service_role;

create function private.pillar_of(p_table text)
returns text
language sql
immutable
set search_path = ''
as $$
  select case
    when p_table ~ '^(metrics|metric_|data_sources)' then 'metrics'
    when p_table ~ '^(events|event_|person|active_changes|retention_|analytics_)' then 'product'
    when p_table ~ '^ai_' then 'ai'
    when p_table ~ '^digest' then 'digest'
    when p_table ~ '^(repositories|branches|releases|commits|pull_request|reviews|deploy|environments|incident|changes|'
      'teams|team_|etl_|github_|webhook_|default_branch|pending_heads)'
      then 'delivery'
    else 'platform'
  end
$$;
comment on function private.pillar_of(text) is
  'Which pillar a table of public or private is of; platform is what all of them share.';

-- Security definer: the sizes are the whole database's, which only the service may know.
create function private.disk_use()
returns table (pillar text, bytes bigint)
language sql
stable
security definer
set search_path = ''
as $$
  with pillar as (
    select private.pillar_of(c.relname) as pillar, sum(pg_total_relation_size(c.oid))::bigint as bytes
    from pg_catalog.pg_class c
    where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and c.relkind in ('r', 'm')
    group by 1
  )
  select pillar, bytes from pillar
  union all
  select 'rest', greatest(pg_database_size(current_database()) - (select coalesce(sum(bytes), 0) from pillar),
    0)::bigint
$$;
comment on function private.disk_use() is
  'What each pillar takes on the disk now, indexes and partitions included; rest is what Supabase and PostgreSQL keep.';

create function private.note_disk_use(p_day date default (now() at time zone 'UTC')::date)
returns void
language sql
volatile
set search_path = ''
as $$
  insert into private.disk_sizes (day, pillar, bytes) select p_day, u.pillar, u.bytes from private.disk_use() u
  on conflict (day, pillar) do update set bytes = excluded.bytes;
  delete from private.disk_sizes where day < p_day - 366;
$$;
comment on function private.note_disk_use(date) is 'Notes what each pillar takes as that day''s.';

-- Security definer: as private.disk_use().
create function public.disk_status()
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  with used as (select * from private.disk_use()),
  -- A week or more says how it grows; days are few where it was set up lately.
  first as (
    select min(s.day) as day from private.disk_sizes s where s.day >= (now() at time zone 'UTC')::date - 28
  ),
  earlier as (
    select first.day, sum(s.bytes) as bytes from private.disk_sizes s join first on first.day = s.day group by first.day
  )
  select jsonb_build_object(
    'bytes', (select sum(used.bytes) from used),
    'pillars', (select jsonb_agg(jsonb_build_object('pillar', used.pillar, 'bytes', used.bytes)
      order by used.bytes desc, used.pillar) from used),
    'since', (select earlier.day from earlier),
    'growth_bytes_per_day', (
      select round(((select sum(used.bytes) from used) - earlier.bytes)
        / ((now() at time zone 'UTC')::date - earlier.day))
      from earlier where earlier.day < (now() at time zone 'UTC')::date))
$$;
comment on function public.disk_status() is
  'What the database takes on the disk, by pillar, and by how much a day it grew since the oldest note of the last '
  'four weeks (null before the second day).';

create table private.disk_alerts (
  threshold smallint not null check (threshold in (80, 95)),
  crossed_at timestamptz not null default now(),
  bytes bigint not null,
  limit_bytes bigint not null,
  ended_at timestamptz,
  primary key (threshold, crossed_at)
);
comment on table private.disk_alerts is
  'That the database came to 80 or 95 % of its limit: one row for each time, until it fell five points below.';
create unique index disk_alerts_open_key on private.disk_alerts (threshold) where ended_at is null;

alter table private.disk_alerts enable row level security;
revoke all on private.disk_alerts from public, anon, authenticated, service_role;

create function private.disk_alert(p_threshold smallint, p_crossed_at timestamptz)
returns text
language sql
stable
set search_path = ''
as $$ select concat_ws('/', 'disk', p_threshold, extract(epoch from p_crossed_at)) $$;
comment on function private.disk_alert(smallint, timestamptz) is
  'What the mails of a disk that fills are known by: it may fill again.';

-- Security definer: the size is the whole database's. The limit is known to the functions alone, which is why they ask.
create function public.note_disk_level(p_bytes bigint, p_limit_bytes bigint)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_alert private.disk_alerts;
  v_crossed smallint[] := '{}'::smallint[];
  v_threshold smallint;
begin
  -- It has to fall for good before it can be news again.
  update private.disk_alerts a set ended_at = now()
  where a.ended_at is null and p_bytes < p_limit_bytes * ((a.threshold - 5) / 100.0);
  foreach v_threshold in array array[95, 80]::smallint[] loop
    continue when p_bytes < p_limit_bytes * (v_threshold / 100.0);
    insert into private.disk_alerts (threshold, bytes, limit_bytes) values (v_threshold, p_bytes, p_limit_bytes)
    on conflict do nothing returning * into v_alert;
    continue when not found;
    v_crossed := v_crossed || v_threshold;
    -- Past both at once one mail says it all.
    continue when v_threshold < any (v_crossed);
    insert into private.alert_mails (kind, alert, org_id, user_id, content, expires_at)
    select distinct on (m.user_id) 'disk', private.disk_alert(v_threshold, v_alert.crossed_at), m.org_id, m.user_id,
      jsonb_build_object('threshold', v_threshold, 'bytes', p_bytes, 'limit_bytes', p_limit_bytes),
        now() + interval '7 days'
    from public.memberships m where m.role = 'owner'
    order by m.user_id, m.org_id
    on conflict (alert, user_id) do nothing;
  end loop;
  return to_jsonb(v_crossed);
end $$;
comment on function public.note_disk_level(bigint, bigint) is
  'Notes that the database came to 80 or 95 % of its limit, and writes the mails to all owners, once until it fell '
  'five points below: answers which it crossed just now.';

revoke execute
on function private.pillar_of(text),
private.disk_use(),
private.note_disk_use(date),
public.disk_status(),
private.disk_alert(smallint, timestamptz),
public.note_disk_level(bigint, bigint)
from public, anon, authenticated;
grant execute on function public.disk_status(), public.note_disk_level(bigint, bigint) to service_role;

select cron.schedule('disk-use', '53 23 * * *', 'select private.note_disk_use()');
select
  cron.schedule(
    'disk-alerts',
    '*/15 * * * *',
    'select private.call_function(''disk-alerts'', ''/health/disk-alerts'')'
  );
