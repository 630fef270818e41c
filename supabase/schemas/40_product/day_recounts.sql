-- A change of an organization's time zone counts the days of its events anew. Until that is done they are those of the
-- zone before, for every read and for what is stored meanwhile, so that no read mixes two zones. Then all of them
-- change at once.

-- Held by whoever counts days of an organization's events, until the end of the transaction: together with others of
-- their kind, or alone to count them anew. A lock of its own, because the organization's row is one that every insert
-- looks at.
create function private.hold_days(p_org_id uuid, p_alone boolean default false)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  if p_alone then
    perform pg_advisory_xact_lock(hashtextextended(p_org_id::text, 4));
  else
    perform pg_advisory_xact_lock_shared(hashtextextended(p_org_id::text, 4));
  end if;
end $$;
comment on function private.hold_days(uuid, boolean) is
  'Keeps the zone of an organization''s days as it is until the transaction ends; alone, everybody who counts '
  'them waits.';

-- Security definer: whoever changes an organization need not see its counts.
create function private.choose_day_zone()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    new.day_zone := new.time_zone;
    return new;
  end if;
  -- Where nothing is counted there is nothing to count anew; whoever stores a first event meanwhile is waited for.
  perform private.hold_days(new.id, true);
  if not exists (select from private.event_totals t where t.org_id = new.id) then
    new.day_zone := new.time_zone;
  end if;
  return new;
end $$;
comment on function private.choose_day_zone() is
  'Lets the days follow a new time zone at once where no event was counted yet; recount_days() does the others.';

create trigger organizations_choose_day_zone
before insert or update of time_zone on public.organizations
for each row
execute function private.choose_day_zone();

create function private.recount_days_of(p_org_id uuid)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_from text;
  v_to text;
  v_first date;
begin
  -- In the order in which a change of the zone locks them.
  select o.day_zone, o.time_zone into v_from, v_to from public.organizations o where o.id = p_org_id for no key update;
  perform private.hold_days(p_org_id, true);
  if v_from is not distinct from v_to then
    return;
  end if;
  -- Counts outlive events: days whose events may be gone stay as they are.
  v_first := coalesce((
    select (t.removed_before at time zone v_from)::date + 1
    from private.trims t where t.org_id = p_org_id and t.kind = 'events'), date '0001-01-01');

  update public.events e set day = greatest((e.occurred_at at time zone v_to)::date, v_first)
  where e.org_id = p_org_id and e.day >= v_first
    and e.day <> greatest((e.occurred_at at time zone v_to)::date, v_first);

  delete from private.event_counts c where c.org_id = p_org_id and c.day >= v_first;
  insert into private.event_counts (org_id, day, name_id, age_group, gender, n)
  select p_org_id, e.day, e.name_id, coalesce(p.age_group, 'unknown'), coalesce(p.gender, 'unknown'), count(*)
  from public.events e left join public.persons p on p.id = e.person_id
  where e.org_id = p_org_id and e.day >= v_first group by 2, 3, 4, 5;
  delete from private.event_totals t where t.org_id = p_org_id and t.day >= v_first;
  insert into private.event_totals (org_id, day, name_id, n)
  select p_org_id, c.day, c.name_id, sum(c.n) from private.event_counts c
  where c.org_id = p_org_id and c.day >= v_first group by 2, 3;

  delete from private.person_days d where d.org_id = p_org_id and d.day >= v_first;
  insert into private.person_days (org_id, name_id, person_id, day)
  select distinct p_org_id, name.id, e.person_id, e.day
  from public.events e cross join lateral (values (0), (e.name_id)) as name (id)
  where e.org_id = p_org_id and e.person_id is not null and e.day >= v_first;

  delete from private.active_changes a where a.org_id = p_org_id;
  insert into private.active_changes (org_id, days, day, change)
  select p_org_id, w.days::smallint, edge.day, sum(edge.sign)
  from (
    select d.day, lead(d.day) over (partition by d.person_id order by d.day) as next
    from private.person_days d where d.org_id = p_org_id and d.name_id = 0
  ) span
  cross join (values (1), (7), (30)) as w (days)
  cross join lateral (values (span.day, 1), (least(span.day + w.days, span.next), -1)) as edge (day, sign)
  group by 2, 3 having sum(edge.sign) <> 0;

  delete from private.retention_counts c where c.org_id = p_org_id;
  delete from private.retention_totals t where t.org_id = p_org_id;
  insert into private.retention_counts (org_id, period, k, cohort, age_group, gender, n)
  select p_org_id, cell.period, cell.k::smallint, cell.cohort, p.age_group, p.gender, count(*)
  from (
    select distinct d.person_id, of.period, of.k, of.cohort
    from (
      select d.person_id, d.day, min(d.day) over (partition by d.person_id) as first
      from private.person_days d where d.org_id = p_org_id and d.name_id = 0
    ) d
    cross join lateral (values
      ('day'::private.retention_period, d.first, d.day - d.first),
      ('week', private.monday(d.first), (private.monday(d.day) - private.monday(d.first)) / 7),
      ('month', date_trunc('month', d.first::timestamp)::date,
        (date_part('year', d.day) - date_part('year', d.first))::int * 12
        + (date_part('month', d.day) - date_part('month', d.first))::int)
    ) as of (period, cohort, k)
    where of.k < 60
  ) cell
  join public.persons p on p.id = cell.person_id
  group by 2, 3, 4, 5, 6;
  insert into private.retention_totals (org_id, period, k, cohort, n)
  select p_org_id, c.period, c.k, c.cohort, sum(c.n)
  from private.retention_counts c where c.org_id = p_org_id group by 2, 3, 4;

  update public.organizations o set day_zone = v_to where o.id = p_org_id;
  perform private.events_changed(p_org_id);
end $$;
comment on function private.recount_days_of(uuid) is
  'Counts the days of an organization''s events in its time zone, and lets every read know them from then on.';

-- The first day of the year 1 was a Monday.
create function private.monday(p_day date)
returns date
language sql
immutable
parallel safe
set search_path = ''
as $$ select p_day - (p_day - date '0001-01-01') % 7 $$;
comment on function private.monday(date) is 'The Monday of a day''s week.';

-- One organization a call, because a call is a transaction.
create function private.recount_days()
returns uuid
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_org_id uuid := (select o.id from public.organizations o where o.day_zone <> o.time_zone order by o.id limit 1);
begin
  if v_org_id is not null then
    perform private.recount_days_of(v_org_id);
  end if;
  return v_org_id;
end $$;
comment on function private.recount_days() is
  'Counts anew the days of an organization whose time zone has changed, and answers which; null when there is none.';

revoke execute
on function private.hold_days(uuid, boolean),
private.choose_day_zone(),
private.recount_days_of(uuid),
private.monday(date),
private.recount_days()
from public, anon, authenticated;

select cron.schedule('recount-days', '* * * * *', 'select private.recount_days()');
