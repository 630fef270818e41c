-- Most reads are about everybody: events by day and name in one row each, where the counts have up to sixteen for the age groups and
-- genders. And what stores events keeps these and the retention counts.

create table private.event_totals (
  org_id uuid not null references public.organizations (id) on delete cascade,
  day date not null,
  name_id int not null,
  n bigint not null,
  primary key (org_id, day, name_id)
);
comment on table private.event_totals is 'Events per day and name: the event counts of all age groups and genders together.';

alter table private.event_totals enable row level security;
create policy "members read what belongs to their organization" on private.event_totals for select to authenticated
  using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.event_totals from public, anon, authenticated, service_role;
grant select on private.event_totals to authenticated, service_role;

create function private.apply_counts(p_org_id uuid, p_changes private.count_change[]) returns void
language sql volatile set search_path = ''
as $$
  insert into private.event_counts as kept (org_id, day, name_id, age_group, gender, n)
  select p_org_id, day, name_id, age_group, gender, sum(n) from unnest(p_changes)
  group by 2, 3, 4, 5 having sum(n) <> 0 order by 2, 3, 4, 5
  on conflict (org_id, day, name_id, age_group, gender) do update set n = kept.n + excluded.n;

  delete from private.event_counts kept
  using (select distinct day, name_id, age_group, gender from unnest(p_changes) where n < 0) as c
  where kept.org_id = p_org_id and kept.day = c.day and kept.name_id = c.name_id
    and kept.age_group = c.age_group and kept.gender = c.gender and kept.n = 0;

  insert into private.event_totals as kept (org_id, day, name_id, n)
  select p_org_id, day, name_id, sum(n) from unnest(p_changes)
  group by 2, 3 having sum(n) <> 0 order by 2, 3
  on conflict (org_id, day, name_id) do update set n = kept.n + excluded.n;

  delete from private.event_totals kept
  using (select distinct day, name_id from unnest(p_changes) where n < 0) as c
  where kept.org_id = p_org_id and kept.day = c.day and kept.name_id = c.name_id and kept.n = 0;
$$;
comment on function private.apply_counts(uuid, private.count_change[]) is
  'Adds changes to the event counts and totals, sorted, so that transactions never wait for each other in a circle.';
revoke execute on function private.apply_counts(uuid, private.count_change[]) from public, anon, authenticated;

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
    perform private.apply_counts(v_org_id, array(
      select row(f.day, f.name_id, coalesce(p.age_group, 'unknown'), coalesce(p.gender, 'unknown'), count(*))::private.count_change
      from unnest(v_fresh) f left join public.persons p on p.id = f.person_id
      group by f.day, f.name_id, coalesce(p.age_group, 'unknown'), coalesce(p.gender, 'unknown')));

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
