-- Merging, changing and erasing persons keeps the event totals and the retention counts; then both are counted for what there is.

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
  select private.apply_counts(p_org_id, p_counts);

  insert into private.active_changes as kept (org_id, days, day, change)
  select p_org_id, days, day, sum(change) from unnest(p_active)
  group by 2, 3 having sum(change) <> 0 order by 2, 3
  on conflict (org_id, days, day) do update set change = kept.change + excluded.change;

  select private.apply_retention(p_org_id, p_retention);
$$;
comment on function private.apply_changes(uuid, private.count_change[], private.active_change[], private.retention_change[]) is
  'Adds changes to the counts in the order that all transactions keep, so that they never wait for each other in a circle.';

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

do $$
begin
  -- Until the end of this transaction nobody stores what an old function would leave out.
  lock table private.event_counts, private.person_days in share row exclusive mode;
  delete from private.event_totals;
  insert into private.event_totals (org_id, day, name_id, n) select org_id, day, name_id, sum(n) from private.event_counts group by 1, 2, 3;
  delete from private.retention_counts;
  delete from private.retention_totals;
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
  private.person_retention(uuid, bigint, date[], public.age_group, public.gender, int),
  private.apply_changes(uuid, private.count_change[], private.active_change[], private.retention_change[])
  from public, anon, authenticated;
