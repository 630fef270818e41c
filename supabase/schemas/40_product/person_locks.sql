-- Finding the persons of ids, and holding them while they are counted for.

create function private.ids_lead_to(p_org_id uuid, p_keys text[])
returns bigint[]
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
begin
  -- One look into the index for each, whatever the planner thinks of how many there are.
  return array(
    select (select k.person_id from public.person_keys k where k.org_id = p_org_id and k.key = given.key)
    from unnest(p_keys) with ordinality as given (key, place) order by place);
end $$;
comment on function private.ids_lead_to(uuid, text[]) is 'The person of each id, null where there is none.';

-- Whoever holds a person's row may count for them: until the end of the transaction nobody else changes their age
-- group, merges or erases them. Ids that were merged or erased while this waited lead elsewhere; then it gives back
-- what it held, so that it never waits for an id while holding a person, and looks again. Merging and erasing delete
-- a person while its ids lead elsewhere or nowhere, and lock it first. So whoever found a person by an id and then
-- locked them alive has them, and the ids still lead there.
create function private.lock_persons(p_org_id uuid, p_keys text[])
returns bigint[]
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_led bigint[];
  v_locked bigint[];
  v_added bigint[];
begin
  for v_attempt in 1..50 loop
    begin
      v_added := null;
      v_led := private.ids_lead_to(p_org_id, p_keys);
      if array_position(v_led, null) is not null then
        -- Foreign keys are checked when the statement ends, so that an id may come before its person. The ids that
        -- another transaction added meanwhile get no person here. Somebody who signed in is as old as their profile
        -- says.
        with added as (
          insert into public.person_keys (org_id, key, person_id)
          select p_org_id, key, nextval(pg_get_serial_sequence('public.persons', 'id'))
          from unnest(p_keys, v_led) as given (key, person_id)
          where given.person_id is null
          order by key
          on conflict do nothing returning key, person_id
        ),
        person as (
          insert into public.persons (id, org_id, known, age, gender) overriding system value
          select a.person_id, p_org_id, a.key like 'u:%', u.age, coalesce(u.gender, 'unknown')::public.gender
          from added a
          left join (
            select 'u:' || u.id as key, u.age, u.gender
            from public.memberships m join public.users u on u.id = m.user_id where m.org_id = p_org_id
          ) u on u.key = a.key
        )
        select array_agg(person_id) into v_added from added;
        v_led := private.ids_lead_to(p_org_id, p_keys);
      end if;

      select array_agg(id) into v_locked
      from (select p.id from public.persons p where p.id = any (v_led) order by p.id for no key update) locked;
      if array_position(v_led, null) is null
        and coalesce(cardinality(v_locked), 0) = (select count(distinct id) from unnest(v_led) as led (id)) then
        return v_added;
      end if;
      raise exception using errcode = 'LL409', message = 'conflict', detail = 'Persons changed meanwhile';
    exception when sqlstate 'LL409' then
      null;
    end;
  end loop;
  raise exception using errcode = '40001', message = 'Persons changed meanwhile, again and again';
end $$;
comment on function private.lock_persons(uuid, text[]) is
  'Makes the persons of these distinct ids if there are none, and holds all of them until the transaction ends.'
  ' Answers whom it made.';

revoke execute
on function private.ids_lead_to(uuid, text[]), private.lock_persons(uuid, text[])
from public, anon, authenticated;
