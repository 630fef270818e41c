-- Who comes back, kept as counts like everything else: reading retention from the days of persons takes the longer the more of them
-- there are. A person is in one cohort, that of their first day, and once in each later period, so a day changes few cells.

create type private.retention_period as enum ('day', 'week', 'month');

create table private.retention_counts (
  org_id uuid not null references public.organizations (id) on delete cascade,
  period private.retention_period not null,
  k smallint not null check (k between 0 and 59),
  cohort date not null,
  age_group public.age_group not null,
  gender public.gender not null,
  n bigint not null,
  primary key (org_id, period, k, cohort, age_group, gender)
);
comment on table private.retention_counts is
  'How many persons, by age group and gender, were active in the k-th period after the one of their first day, which is their cohort.';
comment on column private.retention_counts.cohort is 'The first day of the cohort''s period.';

alter table private.retention_counts enable row level security;
create policy "members read what belongs to their organization" on private.retention_counts for select to authenticated
  using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.retention_counts from public, anon, authenticated, service_role;
grant select on private.retention_counts to authenticated, service_role;

-- how a day changes it ---------------------------------------------------------------------------------------------------

create function private.retention_edges(p_org_id uuid, p_person_ids bigint[], p_days date[])
returns table (person_id bigint, period private.retention_period, k smallint, cohort date, change int)
language sql stable set search_path = ''
as $$
  with changed as (
    select c.person_id, array_agg(c.day) as days from unnest(p_person_ids, p_days) as c (person_id, day) group by c.person_id
  ),
  seen as (
    select c.person_id, c.days, (
        select d.day from private.person_days d
        where d.org_id = p_org_id and d.name_id = 0 and d.person_id = c.person_id order by d.day limit 1
      ) as first, (
        select d.day from private.person_days d
        where d.org_id = p_org_id and d.name_id = 0 and d.person_id = c.person_id and d.day <> all (c.days) order by d.day limit 1
      ) as first_without
    from changed c
  ),
  -- Where the first day changes, all cells of the person do. Where there are many days, searching around each is no shorter.
  person as materialized (
    select s.*, s.first is distinct from s.first_without or cardinality(s.days) > 4 as is_whole from seen s
  ),
  counted as (
    -- A day is new to its week or month if the days around it lie outside.
    select p.person_id, p.first, d.day, 1 as change, (
        select o.day from private.person_days o
        where o.org_id = p_org_id and o.name_id = 0 and o.person_id = p.person_id and o.day < d.day and o.day <> all (p.days)
        order by o.day desc limit 1
      ) as previous, (
        select o.day from private.person_days o
        where o.org_id = p_org_id and o.name_id = 0 and o.person_id = p.person_id and o.day > d.day and o.day <> all (p.days)
        order by o.day limit 1
      ) as next
    from person p cross join unnest(p.days) as d (day)
    where not p.is_whole
    union all
    select p.person_id, side.first, d.day, side.change, null, null
    from person p
    cross join lateral (values (p.first, 1), (p.first_without, -1)) as side (first, change)
    cross join lateral (
      select d.day from private.person_days d where d.org_id = p_org_id and d.name_id = 0 and d.person_id = p.person_id offset 0
    ) d
    where p.is_whole and side.first is not null
      and (side.change = 1 or (p.person_id, d.day) not in (select c.id, c.day from unnest(p_person_ids, p_days) as c (id, day)))
  ),
  monday_and_month as (
    select c.*, date_trunc('week', c.first::timestamp)::date as first_monday, date_trunc('week', c.day::timestamp)::date as monday,
      date_trunc('month', c.first::timestamp)::date as first_month, date_trunc('month', c.day::timestamp)::date as month
    from counted c
  ),
  cell as (
    select distinct c.person_id, cell.period, cell.k, cell.cohort, c.change
    from monday_and_month c
    cross join lateral (values
      ('day'::private.retention_period, c.first, c.day - c.first, c.day, c.day + 1),
      ('week', c.first_monday, (c.monday - c.first_monday) / 7, c.monday, c.monday + 7),
      ('month', c.first_month, ((extract(year from c.month) - extract(year from c.first_month)) * 12
        + extract(month from c.month) - extract(month from c.first_month))::int, c.month, (c.month + interval '1 month')::date)
    ) as cell (period, cohort, k, starts, ends)
    where cell.k < 60 and (c.previous is null or c.previous < cell.starts) and (c.next is null or c.next >= cell.ends)
  )
  select cell.person_id, cell.period, cell.k::smallint, cell.cohort, sum(cell.change)::int
  from cell group by 1, 2, 3, 4 having sum(cell.change) <> 0
$$;
comment on function private.retention_edges(uuid, bigint[], date[]) is
  'By how much these person-days, which must be stored, change each person''s part in the retention counts: periods 0 to 59.';

create type private.retention_change as (
  period private.retention_period, k smallint, cohort date, age_group public.age_group, gender public.gender, n bigint);

create function private.apply_retention(p_org_id uuid, p_changes private.retention_change[]) returns void
language sql volatile set search_path = ''
as $$
  insert into private.retention_counts as kept (org_id, period, k, cohort, age_group, gender, n)
  select p_org_id, period, k, cohort, age_group, gender, sum(n) from unnest(p_changes)
  group by 2, 3, 4, 5, 6 having sum(n) <> 0 order by 2, 3, 4, 5, 6
  on conflict (org_id, period, k, cohort, age_group, gender) do update set n = kept.n + excluded.n;

  delete from private.retention_counts kept
  using (select distinct period, k, cohort, age_group, gender from unnest(p_changes) where n < 0) as c
  where kept.org_id = p_org_id and kept.period = c.period and kept.k = c.k and kept.cohort = c.cohort
    and kept.age_group = c.age_group and kept.gender = c.gender and kept.n = 0;
$$;
comment on function private.apply_retention(uuid, private.retention_change[]) is
  'Adds changes to the retention counts, sorted, so that transactions never wait for each other in a circle.';

create function private.count_days(p_org_id uuid, p_person_ids bigint[], p_days date[]) returns void
language sql volatile set search_path = ''
as $$
  insert into private.active_changes as kept (org_id, days, day, change)
  select p_org_id, days, day, change from private.active_edges(p_org_id, p_person_ids, p_days) order by days, day
  on conflict (org_id, days, day) do update set change = kept.change + excluded.change;

  select private.apply_retention(p_org_id, array(
    select row(e.period, e.k, e.cohort, p.age_group, p.gender, sum(e.change))::private.retention_change
    from private.retention_edges(p_org_id, p_person_ids, p_days) e
    cross join lateral (select p.age_group, p.gender from public.persons p where p.id = e.person_id offset 0) p
    group by e.period, e.k, e.cohort, p.age_group, p.gender));
$$;
comment on function private.count_days(uuid, bigint[], date[]) is
  'Adds person-days that were just stored, of persons who are held, to the numbers of active users and to retention.';

-- where days change ------------------------------------------------------------------------------------------------------

-- Security definer: nobody may write events and counts but through here.
create or replace function public.track_events(p_org_id uuid, p_events jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, true);
  v_me text := 'u:' || (select private.my_user_id());
  v_zone text;
  v_oldest timestamptz;
  v_given private.given_event[];
  v_names text[];
  v_keys text[];
  v_added bigint[];
  v_fresh private.fresh_event[];
  v_person_ids bigint[];
  v_days date[];
begin
  select o.time_zone, now() - make_interval(days => o.event_retention_days) into v_zone, v_oldest
  from public.organizations o where o.id = v_org_id;
  -- As an array, so that it is parsed once.
  v_given := array(
    select row(e.index, e.key, e.sent, e.at, e.name, coalesce(nullif(e.person, 'me'), v_me), e.clamped, e.properties)::private.given_event
    from jsonb_to_recordset(p_events) as e (
      index int, key uuid, sent timestamptz, at timestamptz, name text, person text, clamped boolean, properties jsonb)
    where e.at >= v_oldest);
  select array_agg(distinct e.name), array_agg(distinct e.person) filter (where e.person is not null) into v_names, v_keys
  from private.each_given(v_given) e;

  insert into public.event_names (org_id, name)
  select v_org_id, name from unnest(v_names) as given (name)
  where not exists (select from public.event_names n where n.org_id = v_org_id and n.name = given.name)
  order by name
  on conflict do nothing;

  if v_keys is not null then
    v_added := private.lock_persons(v_org_id, v_keys);
  end if;

  with event as (
    select distinct on (e.key, e.sent) e.*, (e.at at time zone v_zone)::date as day, n.id as name_id, k.person_id
    from private.each_given(v_given) e
    join public.event_names n on n.org_id = v_org_id and n.name = e.name
    left join public.person_keys k on k.org_id = v_org_id and k.key = e.person
    order by e.key, e.sent, e.index
  ),
  accepted as (
    insert into private.event_keys (org_id, event_key, sent_time)
    select v_org_id, key, sent from event
    on conflict do nothing returning event_key, sent_time
  ),
  fresh as (select event.* from event join accepted on accepted.event_key = event.key and accepted.sent_time = event.sent),
  stored as (
    insert into public.events (org_id, occurred_at, day, name_id, person_id, event_key, sent_time, clamped, properties)
    select v_org_id, at, day, name_id, person_id, key, sent, coalesce(clamped, false), properties from fresh
  )
  select array_agg(row(index, day, name_id, person_id, at)::private.fresh_event) into v_fresh from fresh;

  -- Whoever has nothing but duplicates stays unknown: they may have been erased, and this a late retry.
  if v_added is not null then
    delete from public.persons p
    where p.id = any (v_added) and p.id not in (select f.person_id from unnest(v_fresh) f where f.person_id is not null);
  end if;

  if v_fresh is not null then
    insert into private.event_counts as kept (org_id, day, name_id, age_group, gender, n)
    select v_org_id, f.day, f.name_id, coalesce(p.age_group, 'unknown'), coalesce(p.gender, 'unknown'), count(*)
    from unnest(v_fresh) f left join public.persons p on p.id = f.person_id
    group by 2, 3, 4, 5 order by 2, 3, 4, 5
    on conflict (org_id, day, name_id, age_group, gender) do update set n = kept.n + excluded.n;

    update public.persons p
    set first_seen_at = least(p.first_seen_at, s.first), last_seen_at = greatest(p.last_seen_at, s.last)
    from (
      select f.person_id, min(f.occurred_at) as first, max(f.occurred_at) as last
      from unnest(v_fresh) f where f.person_id is not null group by f.person_id
    ) s
    where p.id = s.person_id
      and (p.first_seen_at is null or p.first_seen_at > s.first or p.last_seen_at < s.last);

    with added as (
      insert into private.person_days (org_id, name_id, person_id, day)
      select distinct v_org_id, name.id, f.person_id, f.day
      from unnest(v_fresh) f cross join lateral (values (0), (f.name_id)) as name (id)
      where f.person_id is not null
      order by 2, 3, 4
      on conflict do nothing returning name_id, person_id, day
    )
    select array_agg(person_id), array_agg(day) into v_person_ids, v_days from added where name_id = 0;
    if v_person_ids is not null then
      perform private.count_days(v_org_id, v_person_ids, v_days);
    end if;

    perform private.events_changed(v_org_id);
  end if;

  return jsonb_build_object(
    'accepted', coalesce(cardinality(v_fresh), 0),
    'duplicates', (
      select coalesce(jsonb_agg(e.index order by e.index), '[]') from private.each_given(v_given) e
      where e.index not in (select f.index from unnest(v_fresh) f)),
    'too_old', (
      select coalesce(jsonb_agg(e.index order by e.index), '[]')
      from jsonb_to_recordset(p_events) as e (index int, at timestamptz)
      where cardinality(v_given) < jsonb_array_length(p_events) and e.at < v_oldest));
end $$;
drop function private.active_difference(uuid, bigint[], date[], int);

create function private.person_retention(
  p_org_id uuid, p_person_id bigint, p_days date[], p_age_group public.age_group, p_gender public.gender, p_sign int
) returns setof private.retention_change
language sql stable set search_path = ''
as $$
  select period, k, cohort, p_age_group, p_gender, p_sign * change
  from private.retention_edges(p_org_id, array_fill(p_person_id, array[coalesce(cardinality(p_days), 0)]), p_days)
$$;
comment on function private.person_retention(uuid, bigint, date[], public.age_group, public.gender, int) is
  'retention_edges() of one person in an age group and gender, to be added (1) or taken away (-1).';

drop function private.apply_changes(uuid, private.count_change[], private.active_change[]);
create function private.apply_changes(
  p_org_id uuid, p_counts private.count_change[], p_active private.active_change[], p_retention private.retention_change[]
) returns void
language sql volatile set search_path = ''
as $$
  insert into private.event_counts as kept (org_id, day, name_id, age_group, gender, n)
  select p_org_id, day, name_id, age_group, gender, sum(n) from unnest(p_counts)
  group by 2, 3, 4, 5 having sum(n) <> 0 order by 2, 3, 4, 5
  on conflict (org_id, day, name_id, age_group, gender) do update set n = kept.n + excluded.n;

  delete from private.event_counts kept
  using (select distinct day, name_id, age_group, gender from unnest(p_counts)) as c
  where kept.org_id = p_org_id and kept.day = c.day and kept.name_id = c.name_id
    and kept.age_group = c.age_group and kept.gender = c.gender and kept.n = 0;

  insert into private.active_changes as kept (org_id, days, day, change)
  select p_org_id, days, day, sum(change) from unnest(p_active)
  group by 2, 3 having sum(change) <> 0 order by 2, 3
  on conflict (org_id, days, day) do update set change = kept.change + excluded.change;

  select private.apply_retention(p_org_id, p_retention);
$$;
comment on function private.apply_changes(uuid, private.count_change[], private.active_change[], private.retention_change[]) is
  'Adds changes to the counts, each sorted, so that transactions never wait for each other in a circle.';

alter type private.person_change add attribute retention private.retention_change[];

create or replace function private.merge_person(p_org_id uuid, p_from public.persons, p_into public.persons) returns private.person_change
language plpgsql volatile set search_path = ''
as $$
declare
  v_change private.person_change;
  v_days date[] := private.person_days_of(p_org_id, p_from.id);
begin
  if (p_from.age_group, p_from.gender) is distinct from (p_into.age_group, p_into.gender) then
    v_change.counts := array(select private.person_counts(p_from.id, p_from.age_group, p_from.gender, -1))
      || array(select private.person_counts(p_from.id, p_into.age_group, p_into.gender, 1));
  end if;
  v_change.active := array(select private.person_edges(p_org_id, p_from.id, v_days, -1));
  v_change.retention := array(select private.person_retention(p_org_id, p_from.id, v_days, p_from.age_group, p_from.gender, -1));

  with moved as (
    delete from private.person_days d
    using (select n.id from public.event_names n where n.org_id = p_org_id union all select 0) as name
    where d.org_id = p_org_id and d.name_id = name.id and d.person_id = p_from.id returning d.name_id, d.day
  ),
  added as (
    insert into private.person_days (org_id, name_id, person_id, day)
    select p_org_id, name_id, p_into.id, day from moved order by name_id, day
    on conflict do nothing returning name_id, day
  )
  select array_agg(day order by day) into v_days from added where name_id = 0;
  v_change.active := v_change.active || array(select private.person_edges(p_org_id, p_into.id, v_days, 1));
  v_change.retention := v_change.retention
    || array(select private.person_retention(p_org_id, p_into.id, v_days, p_into.age_group, p_into.gender, 1));

  update public.events e set person_id = p_into.id where e.person_id = p_from.id;
  update public.person_keys k set person_id = p_into.id where k.person_id = p_from.id;
  delete from public.persons p where p.id = p_from.id;
  return v_change;
end $$;

create or replace function private.change_persons(p_org_id uuid, p_changes jsonb) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  v_change jsonb;
  v_into public.persons;
  v_from public.persons;
  v_after public.persons;
  v_step private.person_change;
  v_counts private.count_change[] := array[]::private.count_change[];
  v_active private.active_change[] := array[]::private.active_change[];
  v_retention private.retention_change[] := array[]::private.retention_change[];
  v_days date[];
  v_traits jsonb;
  v_merged bigint;
  v_results jsonb := '[]'::jsonb;
  v_is_changed boolean := false;
begin
  perform private.lock_persons(p_org_id, array(
    select distinct key from jsonb_to_recordset(p_changes) as c (person text, other text)
    cross join lateral (values (c.person), (c.other)) as named (key)
    where key is not null));

  for v_change in select value from jsonb_array_elements(p_changes) loop
    v_into := private.person_by_key(p_org_id, v_change ->> 'person');
    v_traits := v_into.traits;
    v_merged := null;
    if v_change ->> 'other' is not null then
      v_from := private.person_by_key(p_org_id, v_change ->> 'other');
      -- An id that somebody else is known by stays theirs, unless it is said outright that the two are one.
      if v_from.id <> v_into.id and (not v_from.known or v_change @> '{"alias": true}') then
        v_traits := v_from.traits || v_traits;
        v_merged := v_from.id;
      end if;
    end if;
    v_traits := v_traits || coalesce(v_change -> 'traits', '{}');
    if v_change ->> 'group_id' is not null then
      v_traits := jsonb_set(v_traits || jsonb_build_object('$groups', coalesce(v_traits -> '$groups', '{}')),
        array['$groups', v_change ->> 'group_id'], coalesce(v_change -> 'group_traits', '{}'));
    end if;
    if octet_length(v_traits::text) > 65536 then
      v_results := v_results || jsonb_build_object('index', v_change -> 'index', 'code', 'too_large', 'merged', false);
      continue;
    end if;

    if v_merged is not null then
      v_step := private.merge_person(p_org_id, v_from, v_into);
      v_counts := v_counts || v_step.counts;
      v_active := v_active || v_step.active;
      v_retention := v_retention || v_step.retention;
    end if;

    update public.persons p set
      traits = v_traits,
      known = p.known or (v_merged is not null and v_from.known),
      age = case when v_change ? 'age' then (v_change ->> 'age')::smallint
        when v_merged is not null then coalesce(p.age, v_from.age) else p.age end,
      gender = case when v_change ? 'gender' then coalesce((v_change ->> 'gender')::public.gender, 'unknown')
        when v_merged is not null and p.gender = 'unknown' then v_from.gender else p.gender end,
      first_seen_at = case when v_merged is null then p.first_seen_at else least(p.first_seen_at, v_from.first_seen_at) end,
      last_seen_at = case when v_merged is null then p.last_seen_at else greatest(p.last_seen_at, v_from.last_seen_at) end
    where p.id = v_into.id
    returning p.* into v_after;
    if (v_after.age_group, v_after.gender) is distinct from (v_into.age_group, v_into.gender) then
      v_counts := v_counts || array(select private.person_counts(v_into.id, v_into.age_group, v_into.gender, -1))
        || array(select private.person_counts(v_into.id, v_after.age_group, v_after.gender, 1));
      v_days := private.person_days_of(p_org_id, v_into.id);
      v_retention := v_retention
        || array(select private.person_retention(p_org_id, v_into.id, v_days, v_into.age_group, v_into.gender, -1))
        || array(select private.person_retention(p_org_id, v_into.id, v_days, v_after.age_group, v_after.gender, 1));
    end if;
    v_is_changed := v_is_changed or v_after is distinct from v_into;
    v_results := v_results || jsonb_build_object('index', v_change -> 'index', 'merged', v_merged is not null);
  end loop;

  perform private.apply_changes(p_org_id, v_counts, v_active, v_retention);
  if v_is_changed then
    perform private.events_changed(p_org_id);
  end if;
  return v_results;
end $$;

create or replace function private.erase_person(p_org_id uuid, p_person_id bigint) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  v_person public.persons;
  v_days date[];
  v_events bigint;
  v_ids bigint;
  v_counts private.count_change[];
  v_active private.active_change[];
  v_retention private.retention_change[];
  v_receipt jsonb;
begin
  select * into v_person from public.persons p where p.org_id = p_org_id and p.id = p_person_id for no key update;
  if not found then
    return null;
  end if;
  v_days := private.person_days_of(p_org_id, p_person_id);
  v_counts := array(select private.person_counts(p_person_id, v_person.age_group, v_person.gender, -1));
  v_active := array(select private.person_edges(p_org_id, p_person_id, v_days, -1));
  v_retention := array(select private.person_retention(p_org_id, p_person_id, v_days, v_person.age_group, v_person.gender, -1));
  delete from public.events e where e.person_id = p_person_id;
  get diagnostics v_events = row_count;
  delete from private.person_days d
  using (select n.id from public.event_names n where n.org_id = p_org_id union all select 0) as name
  where d.org_id = p_org_id and d.name_id = name.id and d.person_id = p_person_id;
  delete from public.person_keys k where k.person_id = p_person_id;
  get diagnostics v_ids = row_count;
  delete from public.persons p where p.id = p_person_id;

  perform private.apply_changes(p_org_id, v_counts, v_active, v_retention);
  v_receipt := jsonb_build_object(
    'receipt_id', gen_random_uuid(), 'erased_at', now(), 'events_removed', v_events, 'days_removed', cardinality(v_days),
    'ids_removed', v_ids);
  -- Neither id nor trait: the log outlives what it tells of.
  perform private.audit(p_org_id, 'person.erased', 'person', v_receipt ->> 'receipt_id', null, v_receipt);
  perform private.events_changed(p_org_id);
  return v_receipt;
end $$;

-- what there is already --------------------------------------------------------------------------------------------------

do $$
begin
  -- Until the end of this transaction nobody adds days that the old functions would leave out.
  lock table private.person_days in share row exclusive mode;
  perform private.apply_retention(person.org_id, array(
      select row(e.period, e.k, e.cohort, p.age_group, p.gender, sum(e.change))::private.retention_change
      from private.retention_edges(person.org_id, person.ids, person.days) e
      join public.persons p on p.id = e.person_id
      group by e.period, e.k, e.cohort, p.age_group, p.gender))
  from (
    select d.org_id, array_agg(d.person_id) as ids, array_agg(d.day) as days
    from private.person_days d where d.name_id = 0
    -- Ten thousand persons at a time: an array has its limits.
    group by d.org_id, d.person_id / 10000
  ) person;
end $$;

revoke execute on function
  private.retention_edges(uuid, bigint[], date[]), private.apply_retention(uuid, private.retention_change[]),
  private.count_days(uuid, bigint[], date[]),
  private.person_retention(uuid, bigint, date[], public.age_group, public.gender, int),
  private.apply_changes(uuid, private.count_change[], private.active_change[], private.retention_change[])
  from public, anon, authenticated;
