-- How many persons are active, kept by whoever stores events: from the days each person was active on.

create type private.active_change as (days smallint, day date, change bigint);

-- No foreign key to the organization: checking it takes a look at the organization for each of the two rows that most
-- events add. Nobody can add rows for an organization that is gone all the same, because every transaction that
-- stores events ends with analytics_versions, which has one.
create table private.person_days (
  org_id uuid not null,
  name_id int not null,
  person_id bigint not null,
  day date not null,
  primary key (org_id, name_id, person_id, day)
);
comment on table private.person_days is 'On which days a person had an event of a name; name 0 is any.';

alter table private.person_days enable row level security;
create policy "members read what belongs to their organization" on private.person_days
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.person_days from public, anon, authenticated, service_role;
grant select on private.person_days to authenticated, service_role;

create table private.active_changes (
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  days smallint not null check (days in (1, 7, 30)),
  day date not null,
  change bigint not null,
  primary key (org_id, days, day)
);
comment on table private.active_changes is
  'By how much the number of persons active in the last 1, 7 or 30 days differs from the day before: its running sum '
  'is DAU, WAU, MAU.';

alter table private.active_changes enable row level security;
create policy "members read what belongs to their organization" on private.active_changes
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.active_changes from public, anon, authenticated, service_role;
grant select on private.active_changes to authenticated, service_role;

create function private.active_edges(p_org_id uuid, p_person_ids bigint[], p_days date[])
returns setof private.active_change
language sql
stable
set search_path = ''
as $$
  -- A day counts its person as active until the window ends or the next day takes over. Only days near the changed ones
  -- matter. Written so that no estimate of their number can make the planner read all days, or compare each with each.
  with changed as (select person_id, day from unnest(p_person_ids, p_days) as c (person_id, day)),
  person as (select person_id, min(day) - 30 as low, max(day) + 30 as high from changed group by person_id),
  kept as (
    select d.person_id, d.day, (d.person_id, d.day) in (select person_id, day from changed) as is_changed
    from person
    cross join lateral (
      select d.person_id, d.day from private.person_days d
      where d.org_id = p_org_id and d.name_id = 0 and d.person_id = person.person_id
        and d.day between person.low and person.high
      offset 0
    ) d
  ),
  span as (
    select day, lead(day) over (partition by person_id order by day) as next, 1 as sign from kept
    union all
    select day, lead(day) over (partition by person_id order by day), -1 from kept where not is_changed
  )
  select w.days::smallint, edge.day, sum(edge.sign)::bigint
  from span cross join (values (1), (7), (30)) as w (days)
  cross join lateral (values (span.day, span.sign), (least(span.day + w.days, span.next), -span.sign)) as edge (day,
    sign)
  group by w.days, edge.day having sum(edge.sign) <> 0
$$;
comment on function private.active_edges(uuid, bigint[], date[]) is
  'What these person-days, which must be stored, add to the changes in the number of persons active in 1, 7 and 30 '
  'days.';

create function private.person_edges(p_org_id uuid, p_person_id bigint, p_days date[], p_sign int)
returns setof private.active_change
language sql
stable
set search_path = ''
as $$
  select days, day, p_sign * change
  from private.active_edges(p_org_id, array_fill(p_person_id, array[coalesce(cardinality(p_days), 0)]), p_days)
$$;
comment on function private.person_edges(uuid, bigint, date[], int) is
  'active_edges() of one person, to be added (1) or taken away (-1).';

create function private.person_days_of(p_org_id uuid, p_person_id bigint)
returns date[]
language sql
stable
set search_path = ''
as $$
  select array(
    select d.day from private.person_days d
    where d.org_id = p_org_id and d.name_id = 0 and d.person_id = p_person_id order by d.day)
$$;
comment on function private.person_days_of(uuid, bigint) is 'The days a person was active.';

revoke execute
on function private.active_edges(uuid, bigint[], date[]),
private.person_edges(uuid, bigint, date[], int),
private.person_days_of(uuid, bigint)
from public, anon, authenticated;
