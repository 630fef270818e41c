-- One person's events, for looking at and for handing over.

create function private.person_json(p_org_id uuid, p_person_id bigint)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'ids', (
      select coalesce(jsonb_agg(k.key order by k.key desc), '[]') from public.person_keys k
      where k.org_id = p_org_id and k.person_id = p.id),
    'known', p.known, 'age', p.age, 'age_group', p.age_group, 'gender', p.gender, 'traits', p.traits,
    'first_seen_at', p.first_seen_at, 'last_seen_at', p.last_seen_at, 'created_at', p.created_at)
  from public.persons p where p.org_id = p_org_id and p.id = p_person_id
$$;
comment on function private.person_json(uuid, bigint) is
  'What is known of a person, with every id that leads to them.';

create function public.analytics_person(
  p_person text,
  p_org_id uuid default null,
  p_start date default null,
  p_end date default null,
  p_previous boolean default false,
  p_page int default 1,
  p_page_size int default 20
)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  r private.analytics_range := private.analytics_range(p_org_id, p_start, p_end, p_previous);
  v_person_id bigint := private.person_id_of(r.org_id, p_person);
begin
  return private.analytics_rows_head(r) || jsonb_build_object(
    'person', private.person_json(r.org_id, v_person_id),
    'total_count', (
      select count(*) from public.events e
      where e.org_id = r.org_id and e.person_id = v_person_id and e.occurred_at >= r.starts_at
        and e.occurred_at < r.ends_at),
    'events', (
      select coalesce(jsonb_agg(jsonb_build_object('event', n.name, 'occurred_at', t.occurred_at,
        'received_at', t.received_at,
        'clamped', t.clamped, 'properties', coalesce(t.properties, '{}')) order by t.occurred_at desc, t.arrival desc),
          '[]')
      from (
        select * from public.events e
        where e.org_id = r.org_id and e.person_id = v_person_id and e.occurred_at >= r.starts_at
          and e.occurred_at < r.ends_at
        order by e.occurred_at desc, e.arrival desc limit least(p_page_size, 1000) offset (p_page - 1) * p_page_size
      ) t join public.event_names n on n.id = t.name_id));
end $$;
comment on function public.analytics_person(text, uuid, date, date, boolean, int, int) is
  'Who a person is and a page of what they did in the range, the latest first.';

-- Handing over everything about somebody is written down. Security definer, because nobody may write the log but
-- through here.
create function public.export_person(p_person text, p_org_id uuid default null)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
  v_person_id bigint := private.person_id_of(v_org_id, p_person);
begin
  -- The number of the row alone: the log outlives the ids and traits it would tell of.
  perform private.audit(v_org_id, 'person.exported', 'person', v_person_id::text);
  return jsonb_build_object('org_id', v_org_id, 'person_id', v_person_id,
    'person', private.person_json(v_org_id, v_person_id));
end $$;
comment on function public.export_person(text, uuid) is
  'Begins the export of all that is kept of a person: who they are. Their events follow page by page. Audited.';

create function public.export_person_events(
  p_org_id uuid,
  p_person_id bigint,
  p_limit int,
  p_after_time timestamptz default null,
  p_after_key uuid default null
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('event', n.name, 'occurred_at', t.occurred_at, 'day', t.day,
      'sent_at', t.sent_time,
      'received_at', t.received_at, 'clamped', t.clamped, 'event_id', t.event_key,
      'properties', coalesce(t.properties, '{}'))
      order by t.occurred_at, t.event_key), '[]')
    from (
      select * from public.events e
      where e.org_id = v_org_id and e.person_id = p_person_id
        and (p_after_time is null or (e.occurred_at >= p_after_time
          and (e.occurred_at, e.event_key) > (p_after_time, p_after_key)))
      order by e.occurred_at, e.event_key limit least(p_limit, 1000)
    ) t join public.event_names n on n.id = t.name_id);
end $$;
comment on function public.export_person_events(uuid, bigint, int, timestamptz, uuid) is
  'The next events of a person whose export has begun, the oldest first.';

revoke execute
on function private.person_json(uuid, bigint),
public.analytics_person(text, uuid, date, date, boolean, int, int),
public.export_person(text, uuid),
public.export_person_events(uuid, bigint, int, timestamptz, uuid)
from public, anon, authenticated;
grant execute
on function private.person_json(uuid, bigint),
public.analytics_person(text, uuid, date, date, boolean, int, int),
public.export_person(text, uuid),
public.export_person_events(uuid, bigint, int, timestamptz, uuid)
to authenticated, service_role;
