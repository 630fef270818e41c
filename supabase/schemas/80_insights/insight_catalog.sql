-- What has a daily series.

create function private.insight_catalog()
returns table (name text, label text, unit text, kind text, direction text, by_default boolean)
language sql
immutable
rows 19
set search_path = ''
as $$
  values
    ('ai.sessions', 'AI sessions', 'sessions', 'count', 'neutral', true),
    ('ai.cost_usd', 'AI cost', 'USD', 'count', 'neutral', true),
    ('ai.tokens', 'AI tokens', 'tokens', 'count', 'neutral', false),
    ('ai.accepted_lines', 'accepted lines', 'lines', 'count', 'neutral', false),
    ('ai.acceptance_rate', 'AI acceptance', '%', 'rate', 'higher_is_better', true),
    ('ai.error_rate', 'AI errors', '%', 'rate', 'lower_is_better', true),
    ('ai.interaction_velocity', 'AI interaction velocity', 'sessions/hour', 'rate', 'higher_is_better', false),
    ('ai.token_efficiency', 'tokens per accepted line', 'tokens/line', 'rate', 'lower_is_better', false),
    ('ai.latency_ms', 'AI latency', 'ms', 'rate', 'lower_is_better', false),
    ('delivery.deployments', 'deployments', 'deployments', 'count', 'higher_is_better', true),
    ('delivery.failed_deployments', 'failed deployments', 'deployments', 'count', 'lower_is_better', true),
    ('delivery.incidents', 'incidents', 'incidents', 'count', 'lower_is_better', false),
    ('delivery.releases', 'releases', 'releases', 'count', 'neutral', false),
    ('delivery.pull_requests_merged', 'merged pull requests', 'PRs', 'count', 'higher_is_better', true),
    ('delivery.commits', 'commits', 'commits', 'count', 'neutral', true),
    ('delivery.pr_merge_time_hours', 'time to merge', 'hours', 'rate', 'lower_is_better', true),
    ('delivery.lead_time_hours', 'lead time', 'hours', 'rate', 'lower_is_better', true),
    ('product.dau', 'daily active users', 'persons', 'count', 'higher_is_better', true),
    ('product.events', 'product events', 'events', 'count', 'neutral', true)
$$;
comment on function private.insight_catalog() is
  'The metrics that are always there. event.NAME and metric.NAME stand for events and posted metrics by name.';

create function private.insight_metrics(p_org_id uuid, p_names text[])
returns table (name text, label text, unit text, kind text, direction text, by_default boolean)
language sql
stable
rows 10
set search_path = ''
as $$
  select c.* from private.insight_catalog() c where c.name = any (p_names)
  union all
  select 'event.' || e.name, e.name || ' events', 'events', 'count', 'neutral', false
  from public.event_names e where e.org_id = p_org_id and 'event.' || e.name = any (p_names)
  union all
  select n, coalesce(d.label, substr(n, 8)), coalesce(d.unit, 'count'),
    case when coalesce(d.aggregation, 'sum') = 'sum' then 'count'
      else 'rate' end, coalesce(d.direction, 'neutral')::text, false
  from unnest(p_names) n
  left join lateral (
    select m.* from public.metric_definitions m
    where m.metric_name = substr(n, 8) and (m.org_id is null or m.org_id = p_org_id)
    order by m.org_id nulls last limit 1
  ) d on true
  where n like 'metric.%' and (d.id is not null or exists (
    select from public.metrics m where m.org_id = p_org_id and m.metric_name = substr(n, 8)))
$$;
comment on function private.insight_metrics(uuid, text[]) is
  'What is known of the metrics named; one nobody knows has no row.';

revoke execute
on function private.insight_catalog(), private.insight_metrics(uuid, text[])
from public, anon, authenticated;
grant execute
on function private.insight_catalog(), private.insight_metrics(uuid, text[])
to authenticated, service_role;
