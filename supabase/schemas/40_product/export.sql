-- All raw events of a range, in order, page by page. No index has an organization's events by time alone, because it
-- would cost every event that is stored; so a page is a stretch of time about as long as a page needs, read name by
-- name from the index that there is.

create function private.exported_row(p_event public.events, p_name text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_array(
    (extract(epoch from p_event.occurred_at) * 1000000)::bigint || '_' || p_event.arrival,
    p_event.event_key, p_name, p_event.occurred_at, p_event.received_at,
    nullif(p_event.sent_time, '1970-01-01 00:00+00'), p_event.day,
    (select k.key from public.person_keys k where k.person_id = p_event.person_id
      order by k.key like 'a:%', k.key limit 1),
    p_event.clamped, p_event.properties::text)
$$;
comment on function private.exported_row(public.events, text) is
  'An event as it is exported: [cursor, event_id, event, occurred_at, received_at, sent_at, day, person, '
  'clamped, properties]; properties are text, so that no digit of them is lost on the way.';

create function public.export_events(
  p_org_id uuid default null,
  p_start date default null,
  p_end date default null,
  p_limit int default 1000,
  p_after text default null,
  p_person text default null
)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  r private.analytics_range := private.analytics_range(p_org_id, p_start, p_end, false);
  v_limit int := least(greatest(coalesce(p_limit, 1000), 1), 10000);
  v_person_id bigint := case when p_person is not null then private.person_id_of(r.org_id, p_person) end;
  v_after_time timestamptz := r.starts_at;
  v_after_arrival bigint := -2147483649;
  v_first timestamptz;
  v_until timestamptz := r.ends_at;
  v_a_day bigint;
  v_rows jsonb;
  v_count int;
begin
  if p_after is not null then
    if p_after !~ '^\d{1,16}_-?\d{1,10}$' then
      raise exception using errcode = 'LL422', message = 'validation_failed',
        detail = 'after: is no cursor of an export';
    end if;
    v_after_time := timestamptz '1970-01-01 00:00+00' + split_part(p_after, '_', 1)::float8 * interval '1 microsecond';
    v_after_arrival := split_part(p_after, '_', 2)::bigint;
  end if;
  if v_person_id is not null then
    select count(*), coalesce(jsonb_agg(private.exported_row(e, n.name) order by e.occurred_at, e.arrival), '[]')
    into v_count, v_rows
    from (
      select * from public.events e
      where e.person_id = v_person_id and e.org_id = r.org_id
        and e.occurred_at >= greatest(v_after_time, r.starts_at) and e.occurred_at < r.ends_at
        and (e.occurred_at > v_after_time or e.arrival > v_after_arrival)
      order by e.occurred_at, e.arrival limit v_limit
    ) e join public.event_names n on n.id = e.name_id;
  else
    select min(e.occurred_at) into v_first
    from public.event_names n
    cross join lateral (
      select e.occurred_at from public.events e
      where e.org_id = r.org_id and e.name_id = n.id
        and e.occurred_at >= greatest(v_after_time, r.starts_at) and e.occurred_at < r.ends_at
        and (e.occurred_at > v_after_time or e.arrival > v_after_arrival)
      order by e.occurred_at limit 1
    ) e
    where n.org_id = r.org_id;
    if v_first is null then
      return jsonb_build_object('events', jsonb '[]', 'next', null);
    end if;
    select greatest(sum(t.n), 1) into v_a_day from private.event_totals t
    where t.org_id = r.org_id and t.day = (v_first at time zone r.time_zone)::date;
    v_until := least(v_until,
      v_first + greatest(interval '1 millisecond', interval '1 day' * (v_limit::float8 / coalesce(v_a_day, 1))));
    select count(*), coalesce(jsonb_agg(private.exported_row(e.event, e.name)
      order by (e.event).occurred_at, (e.event).arrival), '[]')
    into v_count, v_rows
    from (
      select e as event, n.name
      from public.event_names n
      join public.events e on e.org_id = r.org_id and e.name_id = n.id
      where n.org_id = r.org_id and e.occurred_at >= v_first and e.occurred_at < v_until
        and (e.occurred_at > v_after_time or e.arrival > v_after_arrival)
      order by e.occurred_at, e.arrival limit v_limit
    ) e;
  end if;
  return jsonb_build_object('events', v_rows, 'next', case
    when v_count = v_limit then v_rows -> -1 ->> 0
    when v_until < r.ends_at then (extract(epoch from v_until) * 1000000)::bigint || '_-2147483649' end);
end $$;
comment on function public.export_events(uuid, date, date, int, text, text) is
  'The next events of a range, or of a person in it, the oldest first: {events: [row], next: cursor or null}. A'
  ' page may have fewer than the limit, or none, and there be more all the same.';

revoke execute
on function private.exported_row(public.events, text), public.export_events(uuid, date, date, int, text, text)
from public, anon, authenticated;
grant execute
on function private.exported_row(public.events, text), public.export_events(uuid, date, date, int, text, text)
to authenticated, service_role;
