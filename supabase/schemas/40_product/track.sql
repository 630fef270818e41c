-- Storing events and counting them, in one transaction. Whatever two calls have in common they lock in the same order
-- (names, ids, persons, identities, counts, days), each sorted, so that the same events in two orders at once never
-- deadlock. Under load a transaction stores some fifty events, so what each transaction costs whatever it stores is
-- half of all: what is called here is PL/pgSQL, which remembers plans for as long as the connection lives, and the
-- counts, which all transactions of an organization meet in, are written last, so that whoever waits for them waits
-- for a commit only.

create type private.given_event as (
  index int,
  key uuid,
  sent timestamptz,
  at timestamptz,
  name text,
  person text,
  clamped boolean,
  properties jsonb,
  other text
);

create type private.fresh_event as (index int, day date, name_id int, person_id bigint, occurred_at timestamptz);

-- Security definer: whom a key is confined to and who belongs where is not the caller's to read. Under load the
-- function that takes events asks only now and then whose a key is, and remembers the answer for seconds. So that a
-- key ends at once all the same, the transaction that writes events looks at it again.
create function private.event_organization(p_org_id uuid, p_to_write boolean)
returns uuid
language plpgsql
stable
security definer
set search_path = ''
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
    then '{owner,admin,member}'::public.member_role[] else enum_range(null::public.member_role) end) is not null
      then v_org_id end;
end $$;
comment on function private.event_organization(uuid, boolean) is
  'The organization a call about events is for: the one named, the one it is confined to, or the person''s own; '
  'refused unless theirs, or when the call''s key has ended.';

create function private.each_given(p_events private.given_event[])
returns setof private.given_event
language plpgsql
immutable
rows 1000
set search_path = ''
as $$ begin return query select * from unnest(p_events); end $$;
comment on function private.each_given(private.given_event[]) is
  'The rows of an array, of which the planner thinks there are many: plans for few compare each with each.';

-- Security definer: nobody may write events and counts but through here.
create function public.track_events(p_org_id uuid, p_events jsonb)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, true);
  v_me text := 'u:' || private.my_user_id();
  v_zone text;
  v_oldest timestamptz;
  v_newest timestamptz;
  v_given private.given_event[];
  v_names text[];
  v_new_names text[];
  v_room int;
  v_keys text[];
  v_added bigint[];
  v_fresh private.fresh_event[];
  v_person_ids bigint[];
  v_days date[];
  v_duplicates jsonb := jsonb '[]';
  v_too_old jsonb := jsonb '[]';
  v_too_many_names jsonb := jsonb '[]';
  v_unlinked jsonb := jsonb '[]';
  v_has_others boolean;
begin
  perform private.hold_days(v_org_id);
  select o.day_zone, coalesce(private.accepted_from(v_org_id, 'events'), '-infinity') into v_zone, v_oldest
  from public.organizations o where o.id = v_org_id;
  -- As an array, so that it is parsed once.
  v_given := array(
    select row(e.index, e.key, e.sent, e.at, e.name, coalesce(nullif(e.person, 'me'), v_me), e.clamped,
      e.properties, e.other)::private.given_event
    from jsonb_to_recordset(p_events) as e (
      index int, key uuid, sent timestamptz, at timestamptz, name text, person text, clamped boolean,
      properties jsonb, other text)
    where e.at >= v_oldest);
  select array_agg(distinct e.name), array_agg(distinct e.person) filter (where e.person is not null), max(e.at),
    bool_or(e.other is not null)
  into v_names, v_keys, v_newest, v_has_others
  from private.each_given(v_given) e;
  -- A clock that is ahead by more than a day is set right before events come here.
  if v_newest > now() + interval '2 days' then
    raise exception using errcode = '22008', message = 'An event lies in the future';
  end if;

  v_new_names := array(
    select name from unnest(v_names) as given (name)
    where not exists (select from public.event_names n where n.org_id = v_org_id and n.name = given.name)
    order by name);
  if cardinality(v_new_names) > 0 then
    -- Addresses or ids as names make every list of names useless: what is one name too many is refused, what has a name
    -- already is not.
    v_room := greatest(0, 2000 - (select count(*) from public.event_names n where n.org_id = v_org_id))::int;
    if v_room < cardinality(v_new_names) then
      select coalesce(jsonb_agg(e.index order by e.index), '[]') into v_too_many_names
      from private.each_given(v_given) e where e.name = any (v_new_names[v_room + 1:]);
      v_given := array(select e from private.each_given(v_given) e where e.name <> all (v_new_names[v_room + 1:]));
      v_keys := (select array_agg(distinct e.person) from private.each_given(v_given) e where e.person is not null);
    end if;
    insert into public.event_names (org_id, name)
    select v_org_id, name from unnest(v_new_names[:v_room]) as given (name) on conflict do nothing;
  end if;

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
  fresh as (select event.* from event
    join accepted on accepted.event_key = event.key and accepted.sent_time = event.sent),
  stored as (
    insert into public.events (org_id, occurred_at, day, name_id, person_id, event_key, sent_time, clamped, properties)
    select v_org_id, at, day, name_id, person_id, key, sent, coalesce(clamped, false), properties from fresh
    order by index -- the order of arrival
  )
  select array_agg(row(index, day, name_id, person_id, at)::private.fresh_event) into v_fresh from fresh;

  -- Whoever has nothing but duplicates stays unknown: they may have been erased, and this a late retry.
  if v_added is not null then
    delete from public.persons p
    where p.id = any (v_added) and p.id not in (select f.person_id from unnest(v_fresh) f
      where f.person_id is not null);
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
      select row(f.day, f.name_id, coalesce(p.age_group, 'unknown'), coalesce(p.gender, 'unknown'),
        count(*))::private.count_change
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
  -- An id that is known to be somebody else's stays theirs, so that it is nothing to be done. Whoever was erased has no
  -- id any more.
  if v_has_others then
    select coalesce(jsonb_agg(u.index), '[]') into v_unlinked
    from (
      select distinct on (e.person, e.other) e.index
      from private.each_given(v_given) e
      join public.person_keys k on k.org_id = v_org_id and k.key = e.person
      left join public.person_keys o on o.org_id = v_org_id and o.key = e.other
      left join public.persons p on p.id = o.person_id
      where e.other is not null and o.person_id is distinct from k.person_id and p.known is not true
      order by e.person, e.other, e.index
    ) u;
  end if;
  return jsonb_build_object('accepted', coalesce(cardinality(v_fresh), 0), 'duplicates', v_duplicates,
    'too_old', v_too_old,
    'too_many_names', v_too_many_names, 'unlinked', v_unlinked);
end $$;
comment on function public.track_events(uuid, jsonb) is
  'Stores and counts [{index, key, sent, at, name, person?, other?, clamped?, properties?}]: {accepted, '
  'duplicates: [index], too_old: [index], too_many_names: [index], unlinked: [index]}. A person is u:USER_ID, '
  'a:ANONYMOUS_ID or me, who is signed in; other is an id of the same person, and unlinked are the events with '
  'one that leads elsewhere and to nobody known. Sending one again is a duplicate.';

revoke execute
on function private.event_organization(uuid, boolean),
private.each_given(private.given_event[]),
public.track_events(uuid, jsonb)
from public, anon, authenticated;
grant execute
on function private.event_organization(uuid, boolean), public.track_events(uuid, jsonb)
to authenticated, service_role;
