-- What happens right now, and whom it is about.

create function public.analytics_live(p_org_id uuid default null)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
  v_time_zone text := (select o.time_zone from public.organizations o where o.id = v_org_id);
  v_to timestamptz := now();
  v_from timestamptz := date_trunc('minute', v_to) - interval '29 minutes';
begin
  return (
    with named as (
      -- The names that today's counts know, and yesterday's while the half hour began there.
      select distinct c.name_id as id from private.event_counts c
      where c.org_id = v_org_id and c.day between (v_from at time zone v_time_zone)::date
        and (v_to at time zone v_time_zone)::date
    ),
    recent as materialized (
      select n.id as name_id, e.occurred_at, e.arrival, e.person_id
      from named n
      cross join lateral (
        select e.occurred_at, e.arrival, e.person_id from public.events e
        where e.org_id = v_org_id and e.name_id = n.id and e.occurred_at >= v_from and e.occurred_at <= v_to
        order by e.occurred_at desc limit 20000
      ) e
      limit 200000
    ),
    minute as (
      select date_trunc('minute', r.occurred_at) as at, count(*) as events, count(distinct r.person_id) as persons
      from recent r group by 1
    ),
    top as (
      select r.name_id, count(*) as n, max(r.occurred_at) as last_at from recent r group by r.name_id
        order by n desc, r.name_id limit 10
    ),
    latest as (
      select * from recent r order by r.occurred_at desc, r.arrival desc limit 20
    )
    select jsonb_build_object(
      'from', v_from, 'to', v_to,
      'events', (select count(*) from recent),
      'persons', (select count(distinct r.person_id) from recent r),
      'minutes', (
        select jsonb_agg(jsonb_build_object('at', m.at, 'events', coalesce(minute.events, 0), 'persons',
          coalesce(minute.persons, 0))
          order by m.at)
        from generate_series(v_from, v_to, interval '1 minute') as m (at) left join minute using (at)),
      'top', (
        select coalesce(jsonb_agg(jsonb_build_object('event', n.name, 'count', t.n, 'last_at', t.last_at)
          order by t.n desc, n.name), '[]')
        from top t join public.event_names n on n.id = t.name_id),
      'latest', (
        select coalesce(jsonb_agg(jsonb_build_object('event', n.name, 'occurred_at', l.occurred_at, 'person', (
          select k.key from public.person_keys k where k.org_id = v_org_id and k.person_id = l.person_id
            order by k.key desc limit 1))
          order by l.occurred_at desc, l.arrival desc), '[]')
        from latest l join public.event_names n on n.id = l.name_id)));
end $$;
comment on function public.analytics_live(uuid) is
  'The last thirty minutes: events and persons by minute, the most frequent names, the latest events; 20,000 events '
  'of a name at most.';

-- By comparisons that leak nothing of a row, so that the index serves under row-level security as well.
create function public.search_persons(p_search text, p_org_id uuid default null, p_limit int default 20)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
  v_limit int := least(greatest(coalesce(p_limit, 20), 1), 100);
begin
  return (
    with begun as (
      select given.key as first, given.key || chr(1114111) as beyond, given.place
      from unnest(case when p_search ~ '^[ua]:' then array[p_search] else array['u:' || p_search, 'a:' || p_search] end)
        with ordinality as given (key, place)
      where p_search <> ''
    ),
    found as (
      select k.key, k.person_id, begun.place
      from begun
      cross join lateral (
        select k.key, k.person_id from public.person_keys k
        where k.org_id = v_org_id and k.key operator(pg_catalog.~>=~) begun.first
          and k.key operator(pg_catalog.~<~) begun.beyond
        order by k.key using operator(pg_catalog.~<~) limit v_limit + 1
      ) k
      order by begun.place, k.key limit v_limit + 1
    ),
    person as (
      select distinct on (f.person_id) f.person_id, f.key, f.place from (
        select * from found order by place, key limit v_limit) f
      order by f.person_id, f.place, f.key
    )
    select jsonb_build_object(
      'has_more', (select count(*) > v_limit from found),
      'persons', (
        select coalesce(jsonb_agg(jsonb_build_object('id', p.key) || private.person_json(v_org_id, p.person_id)
          order by p.place, p.key), '[]')
        from person p)));
end $$;
comment on function public.search_persons(text, uuid, int) is
  'Persons with an id that begins so, user ids before anonymous ones; at most p_limit ids are looked at.';

revoke execute
on function public.analytics_live(uuid), public.search_persons(text, uuid, int)
from public, anon, authenticated;
grant execute
on function public.analytics_live(uuid), public.search_persons(text, uuid, int)
to authenticated, service_role;
