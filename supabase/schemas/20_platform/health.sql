-- What /health asks: is the database there, is it migrated, does pg_cron run, what happened last and what comes next.
-- Security definer where the answer lies in schemas that the API's roles may not read; each answers one fact and only
-- to the service.

create table private.cron_heartbeat (
  only_row boolean primary key default true check (only_row),
  beat_at timestamptz not null default now()
);
comment on table private.cron_heartbeat is 'When pg_cron last ran anything; a fresh installation counts as a beat.';

alter table private.cron_heartbeat enable row level security;
revoke all on private.cron_heartbeat from public, anon, authenticated, service_role;

insert into private.cron_heartbeat default values;

create function public.ping()
returns text
language sql
stable
set search_path = ''
as $$ select 'pong' $$;
comment on function public.ping() is 'Answers pong.';

create function public.newest_migration()
returns text
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_version text;
begin
  -- Only the Supabase CLI and the local Supabase keep this table, so its absence is an answer, not an error.
  if pg_catalog.to_regclass('supabase_migrations.schema_migrations') is null then
    return null;
  end if;
  execute 'select max(version) from supabase_migrations.schema_migrations' into v_version;
  return v_version;
end $$;
comment on function public.newest_migration() is
  'Version of the newest migration that was applied, or null where none is recorded.';

create function public.seconds_since_cron_heartbeat()
returns double precision
language sql
stable
security definer
set search_path = ''
as $$ select extract(epoch from now() - beat_at)::double precision from private.cron_heartbeat $$;
comment on function public.seconds_since_cron_heartbeat() is 'Seconds since pg_cron last beat.';

create function public.service_status()
returns jsonb
language sql
stable
set search_path = ''
as $$
  -- A loose index scan: one index probe for each source, however many rows it has.
  with recursive source as (
    (select m.source_name from public.metrics m order by m.source_name limit 1)
    union all
    select (
      select m.source_name from public.metrics m
      where m.source_name > source.source_name order by m.source_name limit 1)
    from source where source.source_name is not null
  )
  select jsonb_build_object(
    'digest', jsonb_build_object(
      'next_at', private.next_digest_at(now()),
      'last_at', (
        select max(coalesce(d.sent_at, d.first_attempt_at)) from public.digests d where d.state in ('sent', 'stored')),
      'missed', (
        select coalesce(jsonb_agg(jsonb_build_object(
          'org_id', o.id, 'organization', o.name, 'week_start', missed.week_start, 'due_at', missed.due_at)
          order by missed.week_start desc, o.name, o.id), '[]')
        from (
          select * from public.digest_schedule s where s.missed and s.week_start > (now() - interval '70 days')::date
          order by s.week_start desc, s.org_id limit 100
        ) missed
        join public.organizations o on o.id = missed.org_id)),
    'last_ingest', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'source_name', s.source_name,
        'at', (select max(m.updated_at) from public.metrics m where m.source_name = s.source_name))
          order by s.source_name), '[]')
      from source s where s.source_name is not null))
$$;
comment on function public.service_status() is
  'When a digest was last sent or, without a mail provider, stored; when the next is due, which weeks of the last '
  'ten nobody was sent; when each source last posted.';

revoke execute
on function public.ping(), public.newest_migration(), public.seconds_since_cron_heartbeat(), public.service_status()
from public, anon, authenticated;
grant execute
on function public.ping(), public.newest_migration(), public.seconds_since_cron_heartbeat(), public.service_status()
to service_role;

select cron.schedule('heartbeat', '* * * * *', 'update private.cron_heartbeat set beat_at = now()');
