-- When a digest is due: pure arithmetic on the organization's own clock, and the claim that makes each week happen
-- once.

create table public.digest_schedule (
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  week_start date not null check (extract(isodow from week_start) = 1),
  due_at timestamptz not null,
  enqueued_at timestamptz not null,
  missed boolean not null default false,
  run_id uuid references public.digest_runs (id)
    on delete set null,
  primary key (org_id, week_start)
);
comment on table public.digest_schedule is
  'The weeks an organization was enqueued for. The row is the claim: whoever inserts it enqueues, so it happens once.';
comment on column public.digest_schedule.missed is
  'Whether the week was passed over, because nothing asked until its digest was six days late.';
comment on column public.digest_schedule.run_id is 'The run that named a missed week.';
create index digest_schedule_run_id_idx on public.digest_schedule (run_id);
create index digest_schedule_missed_idx on public.digest_schedule (week_start, org_id) where missed;

alter table public.digest_schedule enable row level security;
create policy "only the service sees the schedule" on public.digest_schedule
for all
to service_role
using (true)
with check (true);
revoke all on public.digest_schedule from public, anon, authenticated, service_role;
grant select, insert, update, delete on public.digest_schedule to service_role;

create function private.last_completed_week(p_time_zone text, p_at timestamptz)
returns date
language sql
stable
set search_path = ''
as $$ select date_trunc('week', p_at at time zone p_time_zone)::date - 7 $$;
comment on function private.last_completed_week(text, timestamptz) is
  'The Monday of the last Monday–Sunday that is over in the time zone.';

-- A local time that the clocks skip is the instant right after the gap, one they repeat is the second: one instant
-- either way.
create function private.digest_due_at(p_time_zone text, p_weekday int, p_hour int, p_week_start date)
returns timestamptz
language sql
stable
set search_path = ''
as $$ select (p_week_start + 6 + p_weekday + make_interval(hours => p_hour)) at time zone p_time_zone $$;
comment on function private.digest_due_at(text, int, int, date) is
  'When the digest of a week is due: the first such weekday (1 = Monday) and hour after the week, local time.';

create function private.digest_expires_at(
  p_time_zone text,
  p_weekday int,
  p_hour int,
  p_week_start date,
  p_now timestamptz
)
returns timestamptz
language sql
stable
set search_path = ''
as $$
  select min(at.due_at)
  from (select private.last_completed_week(p_time_zone, p_now)) last(week)
  cross join lateral (values (last.week), (last.week + 7), (last.week + 14)) week(start)
  cross join lateral (select private.digest_due_at(p_time_zone, p_weekday, p_hour, week.start)) at(due_at)
  where week.start > p_week_start and at.due_at > p_now
$$;
comment on function private.digest_expires_at(text, int, int, date, timestamptz) is
  'When a digest wanted now is given up: the next time that the digest of a later week is due.';

create function private.enqueue_due_digests(p_now timestamptz default now())
returns int
language sql
volatile
set search_path = ''
as $$
  -- The week before the last counts too: a digest due on Sunday at 23:00 may be enqueued on Monday. After six days it
  -- is stale, the next one is near: such weeks, up to eight back, are passed over and named, unless somebody asked for
  -- them meanwhile.
  with due as (
    select o.id as org_id, week.start as week_start, at.due_at, at.due_at <= p_now - interval '6 days' as stale,
      private.digest_expires_at(o.time_zone, o.digest_weekday, o.digest_hour, week.start, p_now) as expires_at
    from public.organizations o
    cross join lateral (select private.last_completed_week(o.time_zone, p_now)) last(week)
    cross join lateral generate_series(0, 7) back(weeks)
    cross join lateral (select last.week - 7 * back.weeks) week(start)
    cross join lateral (
      select private.digest_due_at(o.time_zone, o.digest_weekday, o.digest_hour, week.start)) at(due_at)
    where at.due_at <= p_now and o.created_at < at.due_at
      and not exists (select from public.digest_schedule s where s.org_id = o.id and s.week_start = week.start)
  ),
  claimed as (
    insert into public.digest_schedule (org_id, week_start, due_at, enqueued_at, missed)
    select org_id, week_start, due_at, p_now, stale and not exists (
      select from public.digests d where d.org_id = due.org_id and d.week_start = due.week_start)
    from due
    on conflict (org_id, week_start) do nothing
    returning org_id, week_start
  ),
  added as (
    insert into public.digests (user_id, week_start, expires_at)
    select u.id, claimed.week_start, due.expires_at
    from claimed
    join due on due.org_id = claimed.org_id and due.week_start = claimed.week_start and not due.stale
    join public.users u on u.org_id = claimed.org_id
    left join public.digest_preferences p on p.user_id = u.id
    where coalesce(p.enabled, true)
    on conflict on constraint digests_once_a_week do nothing
    returning 1
  )
  select count(*)::int from added
$$;
comment on function private.enqueue_due_digests(timestamptz) is
  'Enqueues the people of every organization whose digest is due and not enqueued yet; answers how many. Once for '
  'each organization and week, whatever its settings become meanwhile. Weeks found six days late or more are kept as '
  'missed.';

create function private.next_digest_at(p_now timestamptz default now())
returns timestamptz
language sql
stable
set search_path = ''
as $$
  select min(at.due_at)
  from public.organizations o
  cross join lateral (select private.last_completed_week(o.time_zone, p_now)) last(week)
  cross join lateral (values (last.week), (last.week + 7), (last.week + 14)) week(start)
  cross join lateral (
    select private.digest_due_at(o.time_zone, o.digest_weekday, o.digest_hour, week.start)) at(due_at)
  where at.due_at > p_now
    and not exists (select from public.digest_schedule s where s.org_id = o.id and s.week_start = week.start)
$$;
comment on function private.next_digest_at(timestamptz) is 'When the next digest of any organization is due.';

create function private.run_due_digests(p_now timestamptz default now())
returns bigint
language plpgsql
volatile
set search_path = ''
as $$
begin
  -- Asked for even when nothing is due, so that a project without them learns it within the hour and not on Monday.
  perform private.vault_secret('functions_url'), private.vault_secret('digest_cron_secret');
  perform private.enqueue_due_digests(p_now);
  return private.sweep_digests();
end $$;
comment on function private.run_due_digests(timestamptz) is
  'The hourly job: enqueues what is due and has it sent; answers the id of the request, or null when there is '
  'nothing to do.';

create function private.sweep_digests()
returns bigint
language plpgsql
volatile
set search_path = ''
as $$
begin
  return case
    when private.digests_claimable() or exists (select from public.digest_schedule s
      where s.missed and s.run_id is null)
    then private.call_function('digest-sweep', '/digest/weekly', '{"scope": "due"}')
  end;
end $$;
comment on function private.sweep_digests() is
  'Has digests sent that are due for another try or were left behind, and missed weeks named; answers the id of the '
  'request, or null.';

revoke execute
on function private.last_completed_week(text, timestamptz),
private.digest_due_at(text, int, int, date),
private.digest_expires_at(text, int, int, date, timestamptz),
private.enqueue_due_digests(timestamptz),
private.next_digest_at(timestamptz),
private.run_due_digests(timestamptz),
private.sweep_digests()
from public, anon, authenticated;
grant execute on function private.last_completed_week(text, timestamptz) to authenticated, service_role;
grant execute
on function private.digest_due_at(text, int, int, date),
private.digest_expires_at(text, int, int, date, timestamptz),
private.enqueue_due_digests(timestamptz),
private.next_digest_at(timestamptz)
to service_role;

select cron.schedule('digest-enqueue', '0 * * * *', 'select private.run_due_digests()');
-- A call sends up to 200 digests, so this is also how fast a long outbox empties: about what a mail provider lets
-- through.
select cron.schedule('digest-sweep', '*/2 * * * *', 'select private.sweep_digests()');
