-- How many events there are, kept by whoever stores them.

create type private.count_change as (
  day date,
  name_id int,
  age_group public.age_group,
  gender public.gender,
  n bigint
);

create table private.event_counts (
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  day date not null,
  name_id int not null,
  age_group public.age_group not null,
  gender public.gender not null,
  n bigint not null,
  primary key (org_id, day, name_id, age_group, gender)
);
comment on table private.event_counts is 'Events per day, name, age group and gender: always the sum over events.';

alter table private.event_counts enable row level security;
create policy "members read what belongs to their organization" on private.event_counts
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.event_counts from public, anon, authenticated, service_role;
grant select on private.event_counts to authenticated, service_role;

-- Most reads are about everybody: one row for what event_counts have up to sixteen for.
create table private.event_totals (
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  day date not null,
  name_id int not null,
  n bigint not null,
  primary key (org_id, day, name_id)
);
comment on table private.event_totals is
  'Events per day and name: the event counts of all age groups and genders together.';

alter table private.event_totals enable row level security;
create policy "members read what belongs to their organization" on private.event_totals
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.event_totals from public, anon, authenticated, service_role;
grant select on private.event_totals to authenticated, service_role;

create function private.apply_counts(p_org_id uuid, p_changes private.count_change[])
returns void
language plpgsql
volatile
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
begin
  insert into private.event_counts as kept (org_id, day, name_id, age_group, gender, n)
  select p_org_id, day, name_id, age_group, gender, sum(n) from unnest(p_changes)
  group by 2, 3, 4, 5 having sum(n) <> 0 order by 2, 3, 4, 5
  on conflict (org_id, day, name_id, age_group, gender) do update set n = kept.n + excluded.n;

  insert into private.event_totals as kept (org_id, day, name_id, n)
  select p_org_id, day, name_id, sum(n) from unnest(p_changes)
  group by 2, 3 having sum(n) <> 0 order by 2, 3
  on conflict (org_id, day, name_id) do update set n = kept.n + excluded.n;

  -- Only what takes events away leaves nothing.
  if exists (select from unnest(p_changes) where n < 0) then
    delete from private.event_counts kept
    using (select distinct day, name_id, age_group, gender from unnest(p_changes) where n < 0) as c
    where kept.org_id = p_org_id and kept.day = c.day and kept.name_id = c.name_id
      and kept.age_group = c.age_group and kept.gender = c.gender and kept.n = 0;

    delete from private.event_totals kept
    using (select distinct day, name_id from unnest(p_changes) where n < 0) as c
    where kept.org_id = p_org_id and kept.day = c.day and kept.name_id = c.name_id and kept.n = 0;
  end if;
end $$;
comment on function private.apply_counts(uuid, private.count_change[]) is
  'Adds changes to the event counts and totals, sorted, so that transactions never wait for each other in a circle.';

create function private.person_counts(
  p_person_id bigint,
  p_age_group public.age_group,
  p_gender public.gender,
  p_sign int
)
returns setof private.count_change
language sql
stable
set search_path = ''
as $$
  select e.day, e.name_id, p_age_group, p_gender, p_sign * count(*) from public.events e where e.person_id = p_person_id
  group by 1, 2
$$;
comment on function private.person_counts(bigint, public.age_group, public.gender, int) is
  'What a person''s events add to (1) or take from (-1) the counts of an age group and gender.';

revoke execute
on function private.apply_counts(uuid, private.count_change[]),
private.person_counts(bigint, public.age_group, public.gender, int)
from public, anon, authenticated;
