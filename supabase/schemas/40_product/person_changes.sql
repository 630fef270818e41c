-- Who the events are of, as it becomes known: identify, alias, group. A person's part in the counts is moved with
-- them. What changes is collected and written at the end, sorted, in the lock order of track_events: ids, persons,
-- counts, days.

create type private.person_change as (
  counts private.count_change[],
  active private.active_change[],
  retention private.retention_change[]
);

create function private.apply_changes(
  p_org_id uuid,
  p_counts private.count_change[],
  p_active private.active_change[],
  p_retention private.retention_change[]
)
returns void
language sql
volatile
set search_path = ''
as $$
  select private.apply_counts(p_org_id, p_counts);

  insert into private.active_changes as kept (org_id, days, day, change)
  select p_org_id, days, day, sum(change) from unnest(p_active)
  group by 2, 3 having sum(change) <> 0 order by 2, 3
  on conflict (org_id, days, day) do update set change = kept.change + excluded.change;

  select private.apply_retention(p_org_id, p_retention);
$$;
comment on function private.apply_changes(
  uuid,
  private.count_change[],
  private.active_change[],
  private.retention_change[]
) is
  'Adds changes to the counts in the order that all transactions keep, so that they never wait for each other in a '
  'circle.';

create function private.merge_person(p_org_id uuid, p_from public.persons, p_into public.persons)
returns private.person_change
language plpgsql
volatile
set search_path = ''
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
  v_change.retention := array(select private.person_retention(p_org_id, p_from.id, v_days, p_from.age_group,
    p_from.gender, -1));

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
  'Makes one person of two, both held, and answers what that means for the counts. The second keeps their age group '
  'and gender.';

create function private.change_persons(p_org_id uuid, p_changes jsonb)
returns jsonb
language plpgsql
volatile
set search_path = ''
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
  v_merged public.persons[];
  v_other text;
  v_is_refused boolean;
  v_results jsonb := '[]'::jsonb;
  v_is_changed boolean := false;
begin
  perform private.hold_days(p_org_id);
  perform private.lock_persons(p_org_id, array(
    select distinct key from jsonb_to_recordset(p_changes) as c (person text, others text[])
    cross join lateral unnest(c.person || c.others) as named (key)
    where key is not null));

  for v_change in select value from jsonb_array_elements(p_changes) loop
    v_into := private.person_by_key(p_org_id, v_change ->> 'person');
    v_after := v_into;
    v_merged := array[]::public.persons[];
    v_is_refused := false;
    for v_other in select * from jsonb_array_elements_text(coalesce(v_change -> 'others', '[]')) loop
      v_from := private.person_by_key(p_org_id, v_other);
      -- An id that somebody else is known by stays theirs, unless it is said outright that the two are one.
      if v_from.id = v_into.id or v_from.id in (select m.id from unnest(v_merged) m) then
        continue;
      elsif v_from.known and not v_change @> '{"alias": true}' then
        v_is_refused := true;
      else
        v_merged := v_merged || v_from;
        v_after := private.joined_person(v_from, v_after);
      end if;
    end loop;
    v_after := private.changed_person(v_after, v_change);
    if octet_length(v_after.traits::text) > 65536 then
      v_results := v_results || jsonb_build_object('index', v_change -> 'index', 'code', 'too_large', 'refused', false);
      continue;
    end if;

    foreach v_from in array v_merged loop
      v_step := private.merge_person(p_org_id, v_from, v_into);
      v_counts := v_counts || v_step.counts;
      v_active := v_active || v_step.active;
      v_retention := v_retention || v_step.retention;
    end loop;

    update public.persons p set
      traits = v_after.traits,
      trait_times = v_after.trait_times,
      known = v_after.known,
      age = v_after.age,
      gender = v_after.gender,
      first_seen_at = v_after.first_seen_at,
      last_seen_at = v_after.last_seen_at
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
    -- Word of a later time that says the same changes no number.
    v_after.trait_times := v_into.trait_times;
    -- Whoever was merged into somebody that looks the same all the same changed how many persons there are.
    v_is_changed := v_is_changed or v_after is distinct from v_into or cardinality(v_merged) > 0;
    v_results := v_results || jsonb_build_object('index', v_change -> 'index', 'refused', v_is_refused);
  end loop;

  perform private.apply_changes(p_org_id, v_counts, v_active, v_retention);
  if v_is_changed then
    perform private.events_changed(p_org_id);
  end if;
  return v_results;
end $$;
comment on function private.change_persons(uuid, jsonb) is
  'Applies [{index, person, others?, alias?, traits?, traits_once?, age?, gender?, group_id?, group_traits?, '
  'at?}] in order; others are ids of the same person. Answers [{index, refused, code?}]: refused is an id that '
  'is known to be somebody else''s.';

-- Security definer: nobody may write persons and counts but through here.
create function public.identify_persons(p_org_id uuid, p_changes jsonb)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, true);
  v_me text := 'u:' || (select private.my_user_id());
  v_changes jsonb := private.given_items('changes', p_changes, 1000);
begin
  if jsonb_path_exists(v_changes, 'strict $[*].keyvalue() ? (
    (@.key == "person" || @.key == "other" || @.key == "previous" || @.key == "group_id")
      && @.value.type() != "string" && @.value.type() != "null"
    || (@.key == "traits" || @.key == "traits_once" || @.key == "group_traits")
      && @.value.type() != "object" && @.value.type() != "null"
    || @.key == "index" && @.value.type() != "number"
    || @.key == "age" && @.value.type() != "number" && @.value.type() != "null"
    || @.key == "at" && @.value.type() != "string" && @.value.type() != "null"
    || @.key == "gender" && @.value.type() != "string" && @.value.type() != "null")')
    or exists (select from jsonb_array_elements(v_changes) c
      where coalesce(c ->> 'person', '') = '' or c -> 'index' is null) then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = 'changes: has a field of another kind';
  end if;
  return private.change_persons(v_org_id, (
    select coalesce(jsonb_agg(
      c
      || case when c ->> 'person' = 'me' then jsonb_build_object('person', v_me) else '{}' end
      -- Of both kinds, so that it does not matter whether an event of theirs came before this or comes later.
      || case when c ->> 'previous' is not null
        then jsonb_build_object('alias', true,
          'others', jsonb_build_array('a:' || (c ->> 'previous'), 'u:' || (c ->> 'previous')))
        when c ->> 'other' is not null then jsonb_build_object('others', jsonb_build_array(c ->> 'other')) else '{}' end
      order by i), '[]')
    from jsonb_array_elements(v_changes) with ordinality as given (c, i)));
end $$;
comment on function public.identify_persons(uuid, jsonb) is
  'Says who persons are: [{index, person, other?, previous?, traits?, traits_once?, age?, gender?, group_id?, '
  'group_traits?, at?}]. A person is u:USER_ID, a:ANONYMOUS_ID or me, who is signed in; previous is an id of '
  'theirs of either kind.';

-- Somebody who signed in is as old as their profile says. Security definer: they may write no persons and counts
-- themselves.
create function private.follow_profile()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
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
comment on function private.follow_profile() is
  'Moves a person''s events to the age group and gender of their profile.';

create trigger users_followed_by_persons
after update of age, gender on public.users
for each row
when (old.age is distinct from new.age or old.gender is distinct from new.gender)
execute function private.follow_profile();

revoke execute
on function private.apply_changes(uuid, private.count_change[], private.active_change[], private.retention_change[]),
private.merge_person(uuid, public.persons, public.persons),
private.change_persons(uuid, jsonb),
public.identify_persons(uuid, jsonb),
private.follow_profile()
from public, anon, authenticated;
grant execute on function public.identify_persons(uuid, jsonb) to authenticated, service_role;
