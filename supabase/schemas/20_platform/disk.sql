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

revoke execute
on function private.pillar_of(text), private.disk_use(), private.note_disk_use(date), public.disk_status()
from public, anon, authenticated;
grant execute on function public.disk_status() to service_role;

select cron.schedule('disk-use', '53 23 * * *', 'select private.note_disk_use()');
