-- Under load a transaction stores some fifty events, so what each transaction costs whatever it stores is half of all. SQL functions
-- are parsed and planned again by each statement that calls them; PL/pgSQL remembers plans for as long as the connection lives. And
-- the counts, which all transactions of an organization meet in, are now written last: whoever waits for them waits for a commit only.

create or replace function private.caller_is_service() returns boolean
language plpgsql stable set search_path = ''
as $$ begin return coalesce(auth.role(), '') = 'service_role'; end $$;

create or replace function private.confined_to() returns uuid
language plpgsql stable set search_path = ''
as $$
begin
  return case when auth.role() = 'service_role'
    then (nullif(current_setting('request.headers', true), '')::jsonb ->> 'x-confined-to')::uuid end;
end $$;

create or replace function private.caller_key_id() returns text
language plpgsql stable set search_path = ''
as $$
begin
  return case when auth.role() = 'service_role'
    then nullif(current_setting('request.headers', true), '')::jsonb ->> 'x-audit-key' end;
end $$;

create or replace function private.my_user_id() returns uuid
language plpgsql stable security definer set search_path = ''
as $$
begin
  return case when auth.uid() is not null then (select u.id from public.users u where u.auth_user_id = auth.uid()) end;
end $$;

create or replace function private.event_organization(p_org_id uuid, p_to_write boolean) returns uuid
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_org_id uuid := coalesce(p_org_id, private.confined_to());
  v_key_id text := private.caller_key_id();
  v_refusal text;
begin
  if v_org_id is null then
    select u.org_id into v_org_id from public.users u where u.auth_user_id = (select auth.uid());
  end if;
  if v_org_id is null then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail = 'org_id: is required';
  end if;
  if v_key_id is not null then
    select case when k.id is null then 'wrong_credential' when k.revoked_at is not null then 'revoked_key'
      when k.expires_at <= now() then 'expired_key' end
    into v_refusal
    from (select v_key_id as id) given left join public.api_keys k on k.id = given.id;
    if v_refusal is not null then
      raise exception using errcode = 'LL403', message = v_refusal, detail = 'This key is no longer valid';
    end if;
  end if;
  -- It raises unless the role is there; as an expression it costs a tenth of a statement.
  return case when private.require_role(v_org_id, case when p_to_write
    then '{owner,admin,member}'::public.member_role[] else enum_range(null::public.member_role) end) is not null then v_org_id end;
end $$;

create or replace function private.each_given(p_events private.given_event[]) returns setof private.given_event
language plpgsql immutable rows 1000 set search_path = ''
as $$ begin return query select * from unnest(p_events); end $$;

create or replace function private.ids_lead_to(p_org_id uuid, p_keys text[]) returns bigint[]
language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan
as $$
begin
  -- One look into the index for each, whatever the planner thinks of how many there are.
  return array(
    select (select k.person_id from public.person_keys k where k.org_id = p_org_id and k.key = given.key)
    from unnest(p_keys) with ordinality as given (key, place) order by place);
end $$;

-- Merging and erasing delete a person while its ids lead elsewhere or nowhere, and lock it first. So whoever found a person by an id and
-- then locked them alive has them, and the ids still lead there.
create or replace function private.lock_persons(p_org_id uuid, p_keys text[]) returns bigint[]
language plpgsql volatile set search_path = ''
as $$
declare
  v_led bigint[];
  v_locked bigint[];
  v_added bigint[];
begin
  loop
    begin
      v_added := null;
      v_led := private.ids_lead_to(p_org_id, p_keys);
      if array_position(v_led, null) is not null then
        -- Foreign keys are checked when the statement ends, so that an id may come before its person. The ids that another transaction
        -- added meanwhile get no person here. Somebody who signed in is as old as their profile says.
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
      exit when array_position(v_led, null) is null
        and cardinality(v_locked) = (select count(distinct id) from unnest(v_led) as led (id));
      raise exception using errcode = 'LL409', message = 'conflict', detail = 'Persons changed meanwhile';
    exception when sqlstate 'LL409' then
      null;
    end;
  end loop;
  return v_added;
end $$;

create or replace function private.apply_counts(p_org_id uuid, p_changes private.count_change[]) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = force_generic_plan
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

create or replace function private.events_changed(p_org_id uuid) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  insert into private.analytics_versions as kept (org_id, version) values (p_org_id, 1)
  on conflict (org_id) do update set version = kept.version + 1;
end $$;

-- Security definer: nobody may write events and counts but through here.
create or replace function public.track_events(p_org_id uuid, p_events jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' set plan_cache_mode = force_generic_plan
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, true);
  v_me text := 'u:' || private.my_user_id();
  v_zone text;
  v_oldest timestamptz;
  v_given private.given_event[];
  v_names text[];
  v_keys text[];
  v_added bigint[];
  v_fresh private.fresh_event[];
  v_person_ids bigint[];
  v_days date[];
  v_duplicates jsonb := jsonb '[]';
  v_too_old jsonb := jsonb '[]';
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

    perform private.apply_counts(v_org_id, array(
      select row(f.day, f.name_id, coalesce(p.age_group, 'unknown'), coalesce(p.gender, 'unknown'), count(*))::private.count_change
      from unnest(v_fresh) f left join public.persons p on p.id = f.person_id
      group by f.day, f.name_id, coalesce(p.age_group, 'unknown'), coalesce(p.gender, 'unknown')));
    if v_person_ids is not null then
      perform private.count_days(v_org_id, v_person_ids, v_days);
    end if;
    perform private.events_changed(v_org_id);
  end if;

  if coalesce(cardinality(v_fresh), 0) < cardinality(v_given) then
    select coalesce(jsonb_agg(e.index order by e.index), '[]') into v_duplicates
    from private.each_given(v_given) e where e.index not in (select f.index from unnest(v_fresh) f);
  end if;
  if cardinality(v_given) < jsonb_array_length(p_events) then
    select coalesce(jsonb_agg(e.index order by e.index), '[]') into v_too_old
    from jsonb_to_recordset(p_events) as e (index int, at timestamptz) where e.at < v_oldest;
  end if;
  return jsonb_build_object('accepted', coalesce(cardinality(v_fresh), 0), 'duplicates', v_duplicates, 'too_old', v_too_old);
end $$;
