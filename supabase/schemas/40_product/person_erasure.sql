-- Being forgotten: a person goes, and their part in the counts with them, in the lock order of track_events.

create function private.erase_person(p_org_id uuid, p_person_id bigint)
returns jsonb
language plpgsql
volatile
set search_path = ''
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
  perform private.hold_days(p_org_id);
  select * into v_person from public.persons p where p.org_id = p_org_id and p.id = p_person_id for no key update;
  if not found then
    return null;
  end if;
  v_days := private.person_days_of(p_org_id, p_person_id);
  v_counts := array(select private.person_counts(p_person_id, v_person.age_group, v_person.gender, -1));
  v_active := array(select private.person_edges(p_org_id, p_person_id, v_days, -1));
  v_retention := array(select private.person_retention(p_org_id, p_person_id, v_days, v_person.age_group,
    v_person.gender, -1));
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
    'receipt_id', gen_random_uuid(), 'erased_at', now(), 'events_removed', v_events,
    'days_removed', cardinality(v_days), 'ids_removed', v_ids);
  -- Neither id nor trait: the log outlives what it tells of.
  perform private.audit(p_org_id, 'person.erased', 'person', v_receipt ->> 'receipt_id', null, v_receipt);
  perform private.events_changed(p_org_id);
  return v_receipt;
end $$;
comment on function private.erase_person(uuid, bigint) is
  'Removes a person, their ids and events, corrects every count, and answers the receipt; null if there is no such '
  'person. The identities of the events stay, so that a client''s late retry does not bring them back.';

-- Security definer: nobody may write persons and counts but through here.
create function public.erase_person(p_org_id uuid, p_person text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, true);
  v_person_id bigint;
  v_receipt jsonb;
begin
  perform private.require_role(v_org_id, '{owner,admin}');
  -- Whoever is made one with somebody else meanwhile is that person now.
  for v_attempt in 1..50 loop
    v_person_id := private.find_person(v_org_id, p_person);
    v_receipt := private.erase_person(v_org_id, v_person_id);
    exit when v_receipt is not null or v_person_id is null;
  end loop;
  if v_receipt is null and v_person_id is not null then
    raise exception using errcode = '40001', message = 'This person is made one with others, again and again';
  elsif v_receipt is null then
    raise exception using errcode = 'LL404', message = 'not_found', detail = 'Person not found';
  end if;
  return v_receipt;
end $$;
comment on function public.erase_person(uuid, text) is
  'Forgets the person behind u:USER_ID, a:ANONYMOUS_ID or either without prefix: {receipt_id, erased_at, '
  'events_removed, days_removed, ids_removed}; owners and admins.';

revoke execute
on function private.erase_person(uuid, bigint), public.erase_person(uuid, text)
from public, anon, authenticated;
grant execute on function public.erase_person(uuid, text) to authenticated, service_role;
