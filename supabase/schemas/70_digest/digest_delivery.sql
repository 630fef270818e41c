-- The weekly digest's section about delivery: the numbers of DORA from the functions that the routes read, and the
-- rows that would explain each of them, so that a regression comes with its cause. What got worse is judged where it
-- is worded.

create function private.digest_causes(r private.dora_scope)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  v_from timestamptz := private.day_start(r.first_day, r.time_zone);
  v_to timestamptz := private.day_start(r.last_day + 1, r.time_zone);
  v_before timestamptz := private.day_start(r.first_day - (r.last_day - r.first_day + 1), r.time_zone);
begin
  return (
    with slow_change as (
      select c.repository_id, coalesce('#' || p.external_id, left(min(c.sha), 7)) as reference, p.title,
        max(c.lead_seconds) as value
      from private.changes c left join private.pull_requests p on p.id = c.pull_request_id
      where c.org_id = r.org_id and c.environment = r.environment and c.deployed_at >= v_from and c.deployed_at < v_to
        and c.lead_seconds >= 0
      group by c.repository_id, p.id, case when p.id is null then c.sha end
      order by value desc, reference limit 3
    ),
    failure as (
      select d.repository_id, i.external_id as reference, i.title,
        date_part('epoch', i.resolved_at - d.finished_at) as seconds, d.finished_at, i.id
      from private.dora_recoveries(r, r.first_day, r.last_day) f
      join private.incidents i on i.id = f.incident_id
      join private.deployments d on d.id = f.deployment_id
    ),
    fewer as (
      select d.repository_id, count(*) filter (where d.finished_at >= v_from) as value,
        count(*) filter (where d.finished_at < v_from) as previous
      from private.deployment_runs d
      where d.org_id = r.org_id and d.environment = r.environment and d.finished_at >= v_before and d.finished_at < v_to
        and d.succeeded
      group by d.repository_id
    ),
    cause as (
      select 'lead_time' as metric, value::float8 as rank, repository_id, reference, title, value::float8,
        null::float8 as previous
      from slow_change
      union all
      (select 'change_failure_rate', date_part('epoch', finished_at), repository_id, reference, title, null, null
      from failure where finished_at <= r.as_of - r.failure_window order by finished_at desc, id limit 3)
      union all
      (select 'recovery_time', seconds, repository_id, reference, title, seconds, null
      from failure where seconds >= 0 order by seconds desc, id limit 3)
      union all
      (select 'deployment_frequency', previous - value, repository_id, null, null, value, previous
      from fewer where previous > value order by previous - value desc, repository_id limit 3)
    )
    select coalesce(jsonb_agg(jsonb_build_object(
      'metric', cause.metric, 'repository', o.full_name, 'reference', cause.reference, 'title', nullif(cause.title, ''),
      'value', cause.value, 'previous', cause.previous) order by cause.metric, cause.rank desc, cause.reference), '[]')
    from cause join private.repositories o on o.id = cause.repository_id);
end $$;
comment on function private.digest_causes(private.dora_scope) is
  'Up to three rows behind each main metric of a week, those that did most to make it worse first: [{metric, '
  'repository, reference, title, value, previous}].';

create function private.digest_delivery(p_org_id uuid, p_week_start date)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  r private.dora_scope;
begin
  select o.id, o.time_zone, 'production'::text, null::bigint[], make_interval(hours => o.failure_window_hours), now(),
    (now() at time zone o.time_zone)::date, p_week_start, p_week_start + 6
  into r from public.organizations o where o.id = p_org_id;
  if not exists (
    select from private.deployment_runs d
    where d.org_id = r.org_id and d.environment = r.environment
      and d.finished_at >= private.day_start(p_week_start - 7, r.time_zone)
      and d.finished_at < private.day_start(p_week_start + 7, r.time_zone)
  ) then
    return null;
  end if;
  return private.dora_window(r, '{deployments,lead_time,recovery}', 'previous')
    || jsonb_build_object('causes', private.digest_causes(r));
end $$;
comment on function private.digest_delivery(uuid, date) is
  'An organization''s delivery in a week, against the week before, with the rows behind it; null if neither had a '
  'deployment to production.';

revoke execute
on function private.digest_causes(private.dora_scope), private.digest_delivery(uuid, date)
from public, anon, authenticated;
grant execute
on function private.digest_causes(private.dora_scope), private.digest_delivery(uuid, date)
to authenticated, service_role;
