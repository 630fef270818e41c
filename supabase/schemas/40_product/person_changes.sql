-- Who the events are of, as it becomes known: identify, alias, group. A person's part in the counts is moved with
-- them. What changes is collected and written at the end, sorted, in the lock order of track_events: ids, persons,
-- counts, days.

create type private.person_change as (counts private.count_change[], active private.active_change[], retention private.retention_change[]);

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

create function private.merge_person(p_org_id uuid, p_from public.persons, p_into public.persons) returns private.person_change
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
comment on function private.merge_person(uuid, public.persons, public.persons) is
  'Makes one person of two, both held, and answers what that means for the counts. The second keeps their age group and gender.';

create function private.change_persons(p_org_id uuid, p_changes jsonb) returns jsonb
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
comment on function private.change_persons(uuid, jsonb) is
  'Applies [{index, person, other?, alias?, traits?, age?, gender?, group_id?, group_traits?}] in order; other is an id of the same person. Answers [{index, merged, code?}].';

-- Security definer: nobody may write persons and counts but through here.
create function public.identify_persons(p_org_id uuid, p_changes jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, true);
  v_me text := 'u:' || (select private.my_user_id());
begin
  return private.change_persons(v_org_id, (
    select coalesce(jsonb_agg(
      c
      || case when c ->> 'person' = 'me' then jsonb_build_object('person', v_me) else '{}' end
      || case when c ->> 'previous' is null then '{}' else jsonb_build_object('alias', true, 'other', coalesce(
        (select min(k.key) from public.person_keys k
         where k.org_id = v_org_id and k.key in ('a:' || (c ->> 'previous'), 'u:' || (c ->> 'previous'))),
        'a:' || (c ->> 'previous'))) end
      order by i), '[]')
    from jsonb_array_elements(p_changes) with ordinality as given (c, i)));
end $$;
comment on function public.identify_persons(uuid, jsonb) is
  'Says who persons are: [{index, person, other?, previous?, traits?, age?, gender?, group_id?, group_traits?}]. A person is u:USER_ID, a:ANONYMOUS_ID or me, who is signed in; previous is an id of theirs of either kind.';

-- Somebody who signed in is as old as their profile says. Security definer: they may write no persons and counts
-- themselves.
create function private.follow_profile() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_key record;
begin
  for v_key in
    select k.org_id, k.key from public.memberships m
    join public.person_keys k on k.org_id = m.org_id and k.key = 'u:' || new.id
    where m.user_id = new.id order by k.org_id
  loop
    perform private.change_persons(v_key.org_id, jsonb_build_array(jsonb_build_object(
      'index', 0, 'person', v_key.key, 'age', new.age, 'gender', new.gender)));
  end loop;
  return null;
end $$;
comment on function private.follow_profile() is 'Moves a person''s events to the age group and gender of their profile.';

create trigger users_followed_by_persons after update of age, gender on public.users
  for each row when (old.age is distinct from new.age or old.gender is distinct from new.gender)
  execute function private.follow_profile();

revoke execute on function
  private.apply_changes(uuid, private.count_change[], private.active_change[], private.retention_change[]),
  private.merge_person(uuid, public.persons, public.persons), private.change_persons(uuid, jsonb),
  public.identify_persons(uuid, jsonb), private.follow_profile()
  from public, anon, authenticated;
grant execute on function public.identify_persons(uuid, jsonb) to authenticated, service_role;
