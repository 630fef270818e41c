-- When a digest is due and what is in it: pure arithmetic on the organization's own clock, the claim that makes each week happen
-- once, and the numbers, which are those of the tiles.

-- when -------------------------------------------------------------------------------------------------------------------

create function private.last_completed_week(p_time_zone text, p_at timestamptz) returns date
language sql stable set search_path = ''
as $$ select date_trunc('week', p_at at time zone p_time_zone)::date - 7 $$;
comment on function private.last_completed_week(text, timestamptz) is
  'The Monday of the last Monday–Sunday that is over in the time zone.';

-- A local time that the clocks skip is the instant right after the gap, one they repeat is the second: one instant either way.
create function private.digest_due_at(p_time_zone text, p_weekday int, p_hour int, p_week_start date) returns timestamptz
language sql stable set search_path = ''
as $$ select (p_week_start + 6 + p_weekday + make_interval(hours => p_hour)) at time zone p_time_zone $$;
comment on function private.digest_due_at(text, int, int, date) is
  'When the digest of a week is due: the first such weekday (1 = Monday) and hour after the week, local time.';

create function private.enqueue_due_digests(p_now timestamptz default now()) returns int
language sql volatile set search_path = ''
as $$
  -- The week before the last counts too: a digest due on Sunday at 23:00 may be enqueued on Monday. After six days it is
  -- stale, the next one is near.
  with due as (
    select o.id as org_id, week.start as week_start, at.due_at
    from public.organizations o
    cross join lateral (select private.last_completed_week(o.time_zone, p_now)) last(week)
    cross join lateral (values (last.week), (last.week - 7)) week(start)
    cross join lateral (
      select private.digest_due_at(o.time_zone, o.digest_weekday, o.digest_hour, week.start)) at(due_at)
    where at.due_at <= p_now and at.due_at > p_now - interval '6 days' and o.created_at < at.due_at
  ),
  claimed as (
    insert into public.digest_schedule (org_id, week_start, due_at, enqueued_at)
    select org_id, week_start, due_at, p_now from due
    on conflict (org_id, week_start) do nothing
    returning org_id, week_start
  ),
  added as (
    insert into public.digests (user_id, week_start)
    select u.id, claimed.week_start
    from claimed
    join public.users u on u.org_id = claimed.org_id
    left join public.digest_preferences p on p.user_id = u.id
    where coalesce(p.enabled, true)
    on conflict on constraint digests_once_a_week do nothing
    returning 1
  )
  select count(*)::int from added
$$;
comment on function private.enqueue_due_digests(timestamptz) is
  'Enqueues the people of every organization whose digest is due and not enqueued yet; answers how many. Once for each organization and week, whatever its settings become meanwhile.';

create function private.digests_claimable() returns boolean
language sql stable set search_path = ''
as $$
  select exists (
    select from public.digests d
    where (d.state = 'pending' and d.next_attempt_at <= now()) or (d.state = 'sending' and d.lease_until < now()))
$$;
comment on function private.digests_claimable() is 'Whether the outbox has work: rows due, or left behind by a run that died.';

create function private.next_digest_at(p_now timestamptz default now()) returns timestamptz
language sql stable set search_path = ''
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

-- what -------------------------------------------------------------------------------------------------------------------

create function private.digest_content(p_user_id uuid, p_week_start date) returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object(
    'email', u.email, 'organization', o.name, 'time_zone', o.time_zone, 'week_start', p_week_start,
    'report', private.tiles(o.id, u.id, o.time_zone, p_week_start, p_week_start + 6, 'previous'))
  from public.users u join public.organizations o on o.id = u.org_id
  where u.id = p_user_id
$$;
comment on function private.digest_content(uuid, date) is 'The numbers of a digest: the tiles of the week, against the week before.';

create function private.digest_week(p_time_zone text, p_week date) returns date
language plpgsql stable set search_path = ''
as $$
declare
  v_last date := private.last_completed_week(p_time_zone, now());
  v_week date := date_trunc('week', p_week::timestamp)::date;
begin
  if v_week > v_last then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = format('week: is not over yet in %s', p_time_zone);
  end if;
  return coalesce(v_week, v_last);
end $$;
comment on function private.digest_week(text, date) is
  'The Monday of the week a date lies in, which must be over in the time zone; without a date the last such week.';

create function public.digest_preview(p_email text default null, p_week date default null) returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  v_subject record;
begin
  v_subject := private.subject(p_email);
  return private.digest_content(v_subject.user_id, private.digest_week(v_subject.time_zone, p_week));
end $$;
comment on function public.digest_preview(text, date) is 'The numbers a person''s digest of a week would have now.';

revoke execute on function
  private.last_completed_week(text, timestamptz), private.digest_due_at(text, int, int, date),
  private.enqueue_due_digests(timestamptz), private.digests_claimable(), private.next_digest_at(timestamptz),
  private.digest_content(uuid, date), private.digest_week(text, date), public.digest_preview(text, date)
  from public, anon, authenticated;
grant execute on function
  private.last_completed_week(text, timestamptz), private.digest_content(uuid, date), private.digest_week(text, date),
  public.digest_preview(text, date)
  to authenticated, service_role;
grant execute on function
  private.digest_due_at(text, int, int, date), private.enqueue_due_digests(timestamptz), private.digests_claimable(),
  private.next_digest_at(timestamptz)
  to service_role;
