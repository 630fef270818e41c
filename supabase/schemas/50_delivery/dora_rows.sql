-- What is behind the numbers of DORA: where the time of a change goes, and the rows themselves, so that every number
-- can be counted again by hand. Authors are left out: the numbers are about changes, not people.

create function private.dora_spans(r private.dora_scope, p_pull_request_ids bigint[])
returns table (
  pull_request_id bigint,
  deployed_at timestamptz,
  coding float8,
  pickup float8,
  review float8,
  deploy float8
)
language sql
stable
set search_path = ''
as $$
  select p.id, shipped.deployed_at,
    date_part('epoch', coalesce(p.ready_at, p.created_at) - coalesce(p.first_commit_at, shipped.authored_at)),
    date_part('epoch', reviewed.first_at - coalesce(p.ready_at, p.created_at)),
    date_part('epoch', p.merged_at - reviewed.first_at),
    date_part('epoch', shipped.deployed_at - p.merged_at)
  from unnest(p_pull_request_ids) as asked (id)
  join private.pull_requests p on p.id = asked.id
  cross join lateral (
    -- A pull request is out when all of it is.
    select case when bool_and(c.deployed_at is not null) then max(c.deployed_at) end as deployed_at,
      min(c.authored_at) as authored_at
    from private.changes c where c.pull_request_id = p.id and c.environment = r.environment
  ) shipped
  cross join lateral (
    -- An author's answers to reviewers are reviews to GitHub. One after the merge picked nothing up.
    select min(v.submitted_at) as first_at from private.reviews v
    where v.pull_request_id = p.id and not v.is_bot and lower(v.reviewer) is distinct from lower(p.author)
      and (p.merged_at is null or v.submitted_at <= p.merged_at)
  ) reviewed
$$;
comment on function private.dora_spans(private.dora_scope, bigint[]) is
  'Where the time of pull requests went, in seconds: coding (first commit to opened or ready), pickup (to the first '
  'review by another person), review (to merged), deploy (to deployed). Null where an end is unknown.';

create function private.dora_stages(r private.dora_scope)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
set work_mem = '64MB'
as $$
declare
  v_from timestamptz := private.day_start(r.first_day, r.time_zone);
  v_to timestamptz := private.day_start(r.last_day + 1, r.time_zone);
  v_ids bigint[] := array(
    select distinct c.pull_request_id from private.changes c
    where c.org_id = r.org_id and c.environment = r.environment and c.deployed_at >= v_from and c.deployed_at < v_to
      and not c.is_initial and c.pull_request_id is not null
      and (r.repository_ids is null or c.repository_id = any (r.repository_ids)));
begin
  return (
    select jsonb_agg(jsonb_build_object('stage', stage, 'n', n, 'seconds', percentiles, 'negative', negative,
      'unknown', unknown)
      order by place)
    from (
      select part.stage, part.place, count(s.pull_request_id) filter (where part.seconds >= 0) as n,
        percentile_cont('{0.5,0.75,0.9}'::float8[]) within group (order by part.seconds)
          filter (where part.seconds >= 0) as percentiles,
        count(s.pull_request_id) filter (where part.seconds < 0) as negative,
        count(s.pull_request_id) filter (where part.seconds is null) as unknown
      from (values (true)) one
      left join private.dora_spans(r, v_ids) s on s.deployed_at < v_to
      cross join lateral (
        values ('coding', 1, s.coding), ('pickup', 2, s.pickup), ('review', 3, s.review), ('deploy', 4, s.deploy)
      ) as part (stage, place, seconds)
      group by part.stage, part.place
    ) stage);
end $$;
comment on function private.dora_stages(private.dora_scope) is
  'The stages of the pull requests that were out within the window: [{stage, n, seconds: [p50, p75, p90], negative, '
  'unknown}].';

create function private.dora_change_rows(r private.dora_scope, p_page int, p_page_size int)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  v_from timestamptz := private.day_start(r.first_day, r.time_zone);
  v_to timestamptz := private.day_start(r.last_day + 1, r.time_zone);
begin
  return (
    with page as (
      select c.*
      from private.changes c
      where c.org_id = r.org_id and c.environment = r.environment and c.deployed_at >= v_from and c.deployed_at < v_to
        and (r.repository_ids is null or c.repository_id = any (r.repository_ids))
      order by c.deployed_at desc, c.repository_id, c.sha
        limit least(p_page_size, 1000) offset (p_page::bigint - 1) * p_page_size
    ),
    span as (
      select s.* from private.dora_spans(r,
        array(select distinct pull_request_id from page where pull_request_id is not null)) s
    )
    select jsonb_build_object(
      'total_count', (
        select count(*) from private.changes c
        where c.org_id = r.org_id and c.environment = r.environment and c.deployed_at >= v_from and c.deployed_at < v_to
          and (r.repository_ids is null or c.repository_id = any (r.repository_ids))),
      'rows', coalesce(jsonb_agg(jsonb_build_object(
        'repository', o.full_name, 'sha', page.sha, 'pull_request', p.external_id, 'title', p.title,
        'authored_at', page.authored_at, 'deployed_at', page.deployed_at, 'deployment', d.external_id,
        'seconds', page.lead_seconds, 'counted', coalesce(page.lead_seconds >= 0, false), 'initial', page.is_initial,
        'stages', case when p.id is not null then jsonb_build_object(
          'coding', span.coding, 'pickup', span.pickup, 'review', span.review, 'deploy', span.deploy) end)
        order by page.deployed_at desc, page.repository_id, page.sha), '[]'))
    from page
    join private.repositories o on o.id = page.repository_id
    left join private.deployments d on d.id = page.deployment_id
    left join private.pull_requests p on p.id = page.pull_request_id
    left join span on span.pull_request_id = p.id);
end $$;
comment on function private.dora_change_rows(private.dora_scope, int, int) is
  'A page of the changes first deployed in the window, the latest first: {total_count, rows}.';

create function private.dora_run_rows(r private.dora_scope, p_metric text, p_page int, p_page_size int)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  v_from timestamptz := private.day_start(r.first_day, r.time_zone);
  v_to timestamptz := private.day_start(r.last_day + 1, r.time_zone);
begin
  return (
    with counted as (
      select n.*, n.finished_at > r.as_of - r.failure_window as is_pending,
        case p_metric when 'change_failure_rate' then n.failed
          when 'rework_rate' then n.unplanned else true end as is_telling
      from private.deployment_runs n
      where n.org_id = r.org_id and n.environment = r.environment and n.finished_at >= v_from and n.finished_at < v_to
        and (r.repository_ids is null or n.repository_id = any (r.repository_ids))
        and (n.succeeded or p_metric = 'change_failure_rate')
    ),
    page as (
      select * from counted
      order by is_telling desc, finished_at desc, deployment_id
        limit least(p_page_size, 1000) offset (p_page::bigint - 1) * p_page_size
    )
    select jsonb_build_object(
      'total_count', (select count(*) from counted),
      'rows', coalesce(jsonb_agg(jsonb_build_object(
        'repository', o.full_name, 'deployment', d.external_id, 'pipeline_id', d.pipeline_id,
        'deployments', page.deployments,
        'sha', d.sha, 'environment', d.said_environment, 'finished_at', page.finished_at, 'succeeded', page.succeeded,
        'pending', page.is_pending,
        'failed', page.failed, 'unplanned', page.unplanned, 'rollback', d.is_rollback,
        'answers_incident', d.incident_external_id, 'url', d.url, 'incidents', (
          select coalesce(jsonb_agg(jsonb_build_object(
            'incident', i.external_id, 'title', i.title, 'method', l.method, 'deployment', m.external_id,
            'began_at', i.began_at, 'resolved_at', i.resolved_at, 'url', i.url) order by i.began_at, i.id), '[]')
          from private.deployments m
          join private.incident_links l on l.deployment_id = m.id
          join private.incidents i on i.id = l.incident_id
          where m.id = d.id or (
            m.repository_id = d.repository_id and m.environment = d.environment and m.pipeline_id = d.pipeline_id)))
        order by page.is_telling desc, page.finished_at desc, page.deployment_id), '[]'))
    from page
    join private.repositories o on o.id = page.repository_id
    join private.deployments d on d.id = page.deployment_id);
end $$;
comment on function private.dora_run_rows(private.dora_scope, text, int, int) is
  'A page of the deployments (runs) behind a rate, those in its numerator first, then the latest, each with the '
  'incidents put down to it and how they were linked.';

create function private.dora_incident_rows(r private.dora_scope, p_page int, p_page_size int)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
begin
  return (
    with recovery as (select * from private.dora_recoveries(r, r.first_day, r.last_day)),
    created as (
      select i.id, date_part('epoch', i.resolved_at - i.created_at) as seconds
      from private.incidents i
      where i.org_id = r.org_id and i.environment = r.environment and not i.is_withdrawn
        and i.created_at >= private.day_start(r.first_day, r.time_zone)
        and i.created_at < private.day_start(r.last_day + 1, r.time_zone)
        and (r.repository_ids is null or i.repository_id = any (r.repository_ids))
    ),
    counted as (
      select coalesce(recovery.incident_id, created.id) as id, recovery.deployment_id,
        recovery.seconds as recovery_seconds, created.seconds as duration_seconds
      from recovery full join created on created.id = recovery.incident_id
    ),
    page as (
      select counted.*, i.repository_id, i.external_id, i.title, i.severity, i.began_at, i.created_at, i.resolved_at,
        i.url
      from counted join private.incidents i on i.id = counted.id
      order by i.began_at desc, i.id limit least(p_page_size, 1000) offset (p_page::bigint - 1) * p_page_size
    )
    select jsonb_build_object(
      'total_count', (select count(*) from counted),
      'rows', coalesce(jsonb_agg(jsonb_build_object(
        'repository', o.full_name, 'incident', page.external_id, 'title', page.title, 'severity', page.severity,
        'began_at', page.began_at, 'created_at', page.created_at, 'resolved_at', page.resolved_at, 'url', page.url,
        'deployment', d.external_id, 'deployed_at', d.finished_at, 'method', l.method,
        'recovery_seconds', page.recovery_seconds, 'duration_seconds', page.duration_seconds,
        'counted_in', to_jsonb(array_remove(array[
          case when page.recovery_seconds >= 0 then 'recovery_time' end,
          case when page.duration_seconds >= 0 then 'incident_duration' end], null)))
        order by page.began_at desc, page.id), '[]'))
    from page
    join private.repositories o on o.id = page.repository_id
    left join private.incident_links l on l.incident_id = page.id
    left join private.deployments d on d.id = l.deployment_id);
end $$;
comment on function private.dora_incident_rows(private.dora_scope, int, int) is
  'A page of the incidents put down to deployments of the window or created in it, the latest first, with how each '
  'was linked and the numbers it counts in.';

create function public.dora_metric(
  p_metric text,
  p_org_id uuid default null,
  p_start date default null,
  p_end date default null,
  p_team text default null,
  p_repository text default null,
  p_environment text default null,
  p_drill boolean default false,
  p_page int default 1,
  p_page_size int default 20,
  p_compare text default 'previous'
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  r private.dora_scope := private.dora_scope(p_org_id, p_start, p_end, p_team, p_repository, p_environment);
begin
  return private.dora_window(r, case p_metric
    when 'lead_time' then '{lead_time}'
    when 'recovery_time' then '{recovery,incidents}'
    else '{deployments}' end::text[], p_compare)
  || case when p_metric = 'lead_time' then jsonb_build_object(
    'stages', private.dora_stages(r), 'weeks', private.dora_series(r, '{lead_time}', 'week')) else '{}' end
  || case when p_metric in ('lead_time', 'recovery_time')
    then jsonb_build_object('histogram', private.dora_histogram(r, p_metric)) else '{}' end
  || jsonb_build_object('drill', case when p_drill then case p_metric
    when 'lead_time' then private.dora_change_rows(r, p_page, p_page_size)
    when 'recovery_time' then private.dora_incident_rows(r, p_page, p_page_size)
    else private.dora_run_rows(r, p_metric, p_page, p_page_size) end end);
end $$;
comment on function public.dora_metric(text, uuid, date, date, text, text, text, boolean, int, int, text) is
  'One metric (deployment_frequency, lead_time, change_failure_rate, recovery_time, rework_rate): its numbers, those '
  'it is compared with, a page of the rows behind it if asked for; for lead_time also its stages and its weeks, for '
  'durations how they are spread.';

revoke execute
on function private.dora_spans(private.dora_scope, bigint[]),
private.dora_stages(private.dora_scope),
private.dora_change_rows(private.dora_scope, int, int),
private.dora_run_rows(private.dora_scope, text, int, int),
private.dora_incident_rows(private.dora_scope, int, int),
public.dora_metric(text, uuid, date, date, text, text, text, boolean, int, int, text)
from public, anon, authenticated;
grant execute
on function private.dora_spans(private.dora_scope, bigint[]),
private.dora_stages(private.dora_scope),
private.dora_change_rows(private.dora_scope, int, int),
private.dora_run_rows(private.dora_scope, text, int, int),
private.dora_incident_rows(private.dora_scope, int, int),
public.dora_metric(text, uuid, date, date, text, text, text, boolean, int, int, text)
to authenticated, service_role;
