-- What is known of persons, and since when: of two words about one trait that of the later time holds, whichever comes
-- first.

create function private.newer_of(
  p_from jsonb,
  p_from_times jsonb,
  p_into jsonb,
  p_into_times jsonb,
  p_prefix text default ''
)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select p_from || p_into || coalesce((
    select jsonb_object_agg(f.key, f.value) from jsonb_each(p_from) f
    where p_into ? f.key
      and coalesce((p_from_times ->> (p_prefix || f.key))::bigint, 0)
        > coalesce((p_into_times ->> (p_prefix || f.key))::bigint, 0)), '{}')
$$;
comment on function private.newer_of(jsonb, jsonb, jsonb, jsonb, text) is
  'The members of two objects, of one in both that of the later time, else the second''s; p_prefix stands '
  'before their names in the times.';

create function private.joined_person(p_from public.persons, p_into public.persons)
returns public.persons
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_groups jsonb := private.newer_of(coalesce(p_from.traits -> '$groups', '{}'), p_from.trait_times,
    coalesce(p_into.traits -> '$groups', '{}'), p_into.trait_times, '$groups/');
  v_from_age bigint := coalesce((p_from.trait_times ->> '$age')::bigint, 0);
  v_into_age bigint := coalesce((p_into.trait_times ->> '$age')::bigint, 0);
  v_from_gender bigint := coalesce((p_from.trait_times ->> '$gender')::bigint, 0);
  v_into_gender bigint := coalesce((p_into.trait_times ->> '$gender')::bigint, 0);
begin
  p_into.traits := private.newer_of(p_from.traits, p_from.trait_times, p_into.traits, p_into.trait_times)
    || case when v_groups = '{}' then '{}' else jsonb_build_object('$groups', v_groups) end;
  if p_from.age is not null and (p_into.age is null or v_from_age > v_into_age) then
    p_into.age := p_from.age;
  end if;
  if p_from.gender <> 'unknown' and (p_into.gender = 'unknown' or v_from_gender > v_into_gender) then
    p_into.gender := p_from.gender;
  end if;
  p_into.trait_times := private.newer_of(
    p_from.trait_times, p_from.trait_times, p_into.trait_times, p_into.trait_times);
  p_into.known := p_into.known or p_from.known;
  p_into.first_seen_at := least(p_into.first_seen_at, p_from.first_seen_at);
  p_into.last_seen_at := greatest(p_into.last_seen_at, p_from.last_seen_at);
  return p_into;
end $$;
comment on function private.joined_person(public.persons, public.persons) is
  'What is known of two persons who are one: of what both have the newer, and what the second lacks is the first''s.';

create function private.changed_person(p_person public.persons, p_change jsonb)
returns public.persons
language plpgsql
stable
set search_path = ''
as $$
declare
  v_at bigint := floor(extract(epoch from least((p_change ->> 'at')::timestamptz, now())) * 1000);
  v_group text := '$groups/' || (p_change ->> 'group_id');
begin
  if jsonb_typeof(p_change -> 'traits_once') = 'object' then
    p_person.traits := (p_change -> 'traits_once') || p_person.traits;
  end if;
  if jsonb_typeof(p_change -> 'traits') = 'object' then
    select p_person.traits || coalesce(jsonb_object_agg(t.key, t.value), '{}'),
      p_person.trait_times || coalesce(jsonb_object_agg(t.key, v_at), '{}')
    into p_person.traits, p_person.trait_times
    from jsonb_each(p_change -> 'traits') t
    where coalesce((p_person.trait_times ->> t.key)::bigint, 0) <= v_at;
  end if;
  if v_group is not null and coalesce((p_person.trait_times ->> v_group)::bigint, 0) <= v_at then
    p_person.traits := jsonb_set(
      p_person.traits || jsonb_build_object('$groups', coalesce(p_person.traits -> '$groups', '{}')),
      array['$groups', p_change ->> 'group_id'], coalesce(p_change -> 'group_traits', '{}'));
    p_person.trait_times := p_person.trait_times || jsonb_build_object(v_group, v_at);
  end if;
  if p_change ? 'age' and coalesce((p_person.trait_times ->> '$age')::bigint, 0) <= v_at then
    p_person.age := (p_change ->> 'age')::smallint;
    p_person.trait_times := p_person.trait_times || jsonb_build_object('$age', v_at);
  end if;
  if p_change ? 'gender' and coalesce((p_person.trait_times ->> '$gender')::bigint, 0) <= v_at then
    p_person.gender := coalesce((p_change ->> 'gender')::public.gender, 'unknown');
    p_person.trait_times := p_person.trait_times || jsonb_build_object('$gender', v_at);
  end if;
  return p_person;
end $$;
comment on function private.changed_person(public.persons, jsonb) is
  'A person after {traits?, traits_once?, age?, gender?, group_id?, group_traits?, at?}: what is known of a '
  'later time than at stays.';

revoke execute
on function private.newer_of(jsonb, jsonb, jsonb, jsonb, text),
private.joined_person(public.persons, public.persons),
private.changed_person(public.persons, jsonb)
from public, anon, authenticated;
