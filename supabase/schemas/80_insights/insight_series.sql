-- Daily series of anything that is measured, AI, delivery and product alike, in one shape, so that any of them can be
-- held against any other. Days are the organization's. What a series means, and what follows from it, the functions
-- judge.

create function private.ai_series(p_org_id uuid, p_time_zone text, p_start date, p_end date)
returns table (name text, day date, value float8, sums jsonb, volume float8)
language sql
stable
rows 300
set search_path = ''
as $$
  with daily as (
    select (w.at at time zone p_time_zone)::date as day, sum(w.developers)::float8 as active_hours,
      sum(w.sessions)::float8 as sessions,
      sum(w.failed_sessions)::float8 as failed, sum(w.people_accepted)::float8 as accepted,
        sum(w.people_rejected)::float8 as rejected,
      private.ai_known(sum(w.tokens), sum(w.sessions), sum(w.unmeasured_sessions))::float8 as tokens,
      sum(w.measured_lines)::float8 as measured_lines, sum(w.fresh_tokens)::float8 as fresh_tokens,
        sum(w.accepted_lines)::float8 as lines,
      private.ai_known(sum(w.cost_usd), sum(w.sessions), sum(w.uncosted_sessions))::float8 as cost,
        sum(w.latency_ms_sum)::float8 as latency, sum(w.latency_calls)::float8 as calls
    from private.ai_hours_between(
      p_org_id, p_start::timestamp at time zone p_time_zone, (p_end + 1)::timestamp at time zone p_time_zone,
      p_time_zone) w
    group by 1
  )
  select one.name, d.day, one.value, one.sums, one.volume
  from daily d cross join lateral (values
    ('ai.sessions', d.sessions, null::jsonb, d.sessions),
    ('ai.cost_usd', d.cost, null, d.sessions),
    ('ai.tokens', d.tokens, null, d.sessions),
    ('ai.accepted_lines', d.lines, null, d.lines),
    ('ai.acceptance_rate', null, jsonb_build_object('people_accepted', d.accepted, 'people_rejected', d.rejected),
      d.accepted + d.rejected),
    ('ai.error_rate', null, jsonb_build_object('failed_sessions', d.failed, 'sessions', d.sessions), d.sessions),
    ('ai.interaction_velocity', null, jsonb_build_object('sessions', d.sessions, 'active_hours', d.active_hours),
      d.sessions),
    ('ai.token_efficiency', null, jsonb_build_object('fresh_tokens', d.fresh_tokens, 'measured_lines',
      d.measured_lines), d.measured_lines),
    ('ai.latency_ms', null, jsonb_build_object('latency_ms_sum', d.latency, 'latency_calls', d.calls), d.calls)
  ) as one (name, value, sums, volume)
$$;
comment on function private.ai_series(uuid, text, date, date) is
  'The daily series of AI-assisted development, from the sums by hour: of counts the value, of rates the sums that '
  'they are made of.';

create function private.delivery_series(p_org_id uuid, p_time_zone text, p_start date, p_end date)
returns table (name text, day date, value float8, volume float8)
language sql
stable
rows 300
set search_path = ''
as $$
  with bounds as (
    select p_start::timestamp at time zone p_time_zone as starts_at,
      (p_end + 1)::timestamp at time zone p_time_zone as ends_at
  ),
  deployment as (
    select d.finished_at as at, d.failed
    from bounds b join private.deployment_runs d
      on d.org_id = p_org_id and d.environment = 'production' and d.finished_at >= b.starts_at
        and d.finished_at < b.ends_at
    where d.succeeded
  ),
  merged as (
    select p.merged_at as at, extract(epoch from p.merged_at - p.created_at) / 3600 as hours
    from bounds b join private.pull_requests p
      on p.org_id = p_org_id and p.merged_at >= b.starts_at and p.merged_at < b.ends_at
  ),
  lead as (
    select c.deployed_at as at, c.lead_seconds / 3600.0 as hours
    from bounds b join private.changes c
      on c.org_id = p_org_id and c.environment = 'production' and c.deployed_at >= b.starts_at
        and c.deployed_at < b.ends_at
    where c.lead_seconds >= 0
  ),
  counted as (
    select 'delivery.deployments' as name, at from deployment
    union all
    select 'delivery.failed_deployments', at from deployment where failed
    union all
    select 'delivery.pull_requests_merged', at from merged
    union all
    select 'delivery.commits', c.committed_at from bounds b join private.commits c
      on c.org_id = p_org_id and c.on_default_branch and c.committed_at >= b.starts_at and c.committed_at < b.ends_at
    union all
    select 'delivery.incidents', i.began_at from bounds b join private.incidents i
      on i.org_id = p_org_id and i.began_at >= b.starts_at and i.began_at < b.ends_at and not i.is_withdrawn
    union all
    select 'delivery.releases', r.published_at from bounds b join private.releases r
      on r.org_id = p_org_id and r.published_at >= b.starts_at and r.published_at < b.ends_at
  )
  select c.name, (c.at at time zone p_time_zone)::date, count(*)::float8, count(*)::float8 from counted c group by 1, 2
  union all
  select 'delivery.pr_merge_time_hours', (m.at at time zone p_time_zone)::date,
    percentile_cont(0.5) within group (order by m.hours), count(*)::float8
  from merged m group by 2
  union all
  select 'delivery.lead_time_hours', (l.at at time zone p_time_zone)::date,
    percentile_cont(0.5) within group (order by l.hours::float8), count(*)::float8
  from lead l group by 2
$$;
comment on function private.delivery_series(uuid, text, date, date) is
  'The daily series of delivery to production: deployments by the day they finished, changes by the day they were '
  'merged or deployed.';

create function private.product_series(p_org_id uuid, p_names text[], p_start date, p_end date)
returns table (name text, day date, value float8, volume float8)
language sql
stable
rows 300
set search_path = ''
as $$
  select 'product.dau', active.day, active.dau::float8, active.dau::float8
  from (
    select c.day, sum(sum(c.change)) over (order by c.day) as dau
    from (
      select a.day, a.change from private.active_changes a where a.org_id = p_org_id and a.days = 1 and a.day <= p_end
      union all
      select d::date, 0 from generate_series(p_start::timestamp, p_end::timestamp, interval '1 day') d
    ) c
    group by c.day
  ) active
  where active.day >= p_start and active.dau > 0 and 'product.dau' = any (p_names)
  union all
  select 'product.events', c.day, sum(c.n)::float8, sum(c.n)::float8
  from private.event_counts c
  where c.org_id = p_org_id and c.day between p_start and p_end and 'product.events' = any (p_names)
  group by c.day
  union all
  select 'event.' || e.name, c.day, sum(c.n)::float8, sum(c.n)::float8
  from public.event_names e
  join private.event_counts c on c.org_id = e.org_id and c.name_id = e.id and c.day between p_start and p_end
  where e.org_id = p_org_id and 'event.' || e.name = any (p_names)
  group by e.name, c.day
  union all
  select 'metric.' || m.metric_name, m.bucket, m.value::float8, case
    when m.aggregation = 'sum' then abs(m.value)::float8 end
  from private.metric_values(
    p_org_id, null, array(select substr(n, 8) from unnest(p_names) n where n like 'metric.%'), p_start, p_end, 'day') m
$$;
comment on function private.product_series(uuid, text[], date, date) is
  'The daily series of the product: active users, events in all and by name, and posted metrics as their definitions '
  'add them up.';

-- Before the first day a source ever spoke, its silence is not a zero.
create function private.insight_first_days(p_org_id uuid, p_time_zone text, p_names text[])
returns table (domain text, day date)
language sql
stable
rows 4
set search_path = ''
as $$
  select first.domain, greatest((first.at at time zone p_time_zone)::date, case first.domain
    when 'delivery' then private.rows_since(p_org_id, 'delivery', '-infinity', p_time_zone) end)
  from (
    select 'ai', min(h.hour) from private.ai_hours h where h.org_id = p_org_id
    union all
    select 'delivery', least(
      (select min(d.finished_at) from private.deployments d where d.org_id = p_org_id and d.environment = 'production'),
      (select min(p.created_at) from private.pull_requests p where p.org_id = p_org_id),
      (select min(c.committed_at) from private.commits c where c.org_id = p_org_id and c.on_default_branch))
  ) as first (domain, at)
  union all
  select 'product', min(c.day) from private.event_counts c where c.org_id = p_org_id
  union all
  select n, greatest(
    (select min(m.metric_date) from public.metrics m where m.org_id = p_org_id and m.metric_name = substr(n, 8)),
    private.rows_since(p_org_id, 'metrics', '-infinity', p_time_zone))
  from unnest(p_names) n where n like 'metric.%'
$$;
comment on function private.insight_first_days(uuid, text, text[]) is
  'Since when there are numbers: of a domain, or of a posted metric by its name.';

create function private.insight_series(p_org_id uuid, p_time_zone text, p_names text[], p_start date, p_end date)
returns table (name text, day date, value float8, sums jsonb, volume float8)
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
begin
  return query
  with known as (
    select s.* from private.ai_series(p_org_id, p_time_zone, p_start, p_end) s
    where exists (select from unnest(p_names) n where n like 'ai.%')
    union all
    select s.name, s.day, s.value, null::jsonb, s.volume
    from private.delivery_series(p_org_id, p_time_zone, p_start, p_end) s
    where exists (select from unnest(p_names) n where n like 'delivery.%')
    union all
    select s.name, s.day, s.value, null::jsonb, s.volume
    from private.product_series(p_org_id, p_names, p_start, p_end) s
  ),
  first as (select f.* from private.insight_first_days(p_org_id, p_time_zone, p_names) f)
  select m.name, d.day::date,
    coalesce(k.value, case when m.kind = 'count' and d.day::date >= first.day then 0 end),
    k.sums,
    case when k.name is null then case when d.day::date >= first.day then 0 end else k.volume end
  from private.insight_metrics(p_org_id, p_names) m
  cross join generate_series(p_start::timestamp, p_end::timestamp, interval '1 day') as d (day)
  left join known k on k.name = m.name and k.day = d.day::date
  left join first on first.domain = case
    when m.name like 'metric.%' then m.name
    when m.name like 'event.%' then 'product' else split_part(m.name, '.', 1) end;
end $$;
comment on function private.insight_series(uuid, text, text[], date, date) is
  'The daily series of any metrics, every day present: counts are 0 on silent days, rates and medians null, and both '
  'are null before there were numbers at all.';

revoke execute
on function private.ai_series(uuid, text, date, date),
private.delivery_series(uuid, text, date, date),
private.product_series(uuid, text[], date, date),
private.insight_first_days(uuid, text, text[]),
private.insight_series(uuid, text, text[], date, date)
from public, anon, authenticated;
grant execute
on function private.ai_series(uuid, text, date, date),
private.delivery_series(uuid, text, date, date),
private.product_series(uuid, text[], date, date),
private.insight_first_days(uuid, text, text[]),
private.insight_series(uuid, text, text[], date, date)
to authenticated, service_role;
