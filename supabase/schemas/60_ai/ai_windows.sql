-- What a window holds, and what came of the money. Counts and sums over a window come from the totals by hour, so
-- that they do not grow with the number of sessions; only the hours that a window cuts are read row by row.

create type private.ai_sum as (sessions bigint, cost_usd numeric, uncosted_sessions bigint);

create function private.ai_window(
  p_org_id uuid,
  p_from timestamptz,
  p_to timestamptz,
  p_developer_id text default null,
  p_repository text default null,
  p_model text default null
)
returns private.ai_sum
language sql
stable
set search_path = ''
set jit = off
as $$
  with asked as (
    select coalesce(p_from, '-infinity') as starts_at, coalesce(p_to, 'infinity') as ends_at
  ),
  cut as materialized (
    select c.hour from asked a cross join lateral private.ai_cut_hours(p_org_id, a.starts_at, a.ends_at) as c (hour)
  ),
  -- The coarsest sums that know what is asked about; of the three at most one has rows.
  whole as (
    select h.hour, h.sessions, h.cost_usd, h.uncosted_sessions
    from private.ai_hours h
    where h.org_id = p_org_id and p_developer_id is null and p_repository is null and p_model is null
    union all
    select h.hour, h.sessions, h.cost_usd, h.uncosted_sessions
    from private.ai_model_hours h
    where h.org_id = p_org_id and p_developer_id is null and (p_repository is not null or p_model is not null)
      and (p_repository is null or h.repository = p_repository) and (p_model is null or h.model = p_model)
    union all
    select t.hour, t.sessions, t.cost_usd, t.uncosted_sessions
    from private.ai_totals t
    where t.org_id = p_org_id and t.developer_id = p_developer_id
      and (p_repository is null or t.repository = p_repository) and (p_model is null or t.model = p_model)
  ),
  part as (
    select sum(w.sessions)::bigint as sessions, sum(w.cost_usd) as cost_usd,
      sum(w.uncosted_sessions)::bigint as uncosted
    from whole w
    where w.hour >= coalesce(p_from, '-infinity') and w.hour < coalesce(p_to, 'infinity')
      and w.hour not in (select c.hour from cut c)
    union all
    select count(s.id), sum(s.cost_usd), count(s.id) filter (where s.cost_usd is null)
    from asked a cross join cut c
    -- Hour by hour (offset 0), or the planner reads all sessions to find those of no hour.
    cross join lateral (
      select s.id, s.cost_usd from private.ai_sessions s
      where s.org_id = p_org_id and s.started_at >= greatest(c.hour, a.starts_at)
        and s.started_at < least(c.hour + interval '1 hour', a.ends_at)
        and (p_developer_id is null or s.developer_id = p_developer_id)
        and (p_repository is null or s.repository = p_repository)
        and (p_model is null or s.model = p_model)
      offset 0
    ) s
  )
  select coalesce(sum(sessions), 0)::bigint, coalesce(sum(cost_usd), 0), coalesce(sum(uncosted), 0)::bigint from part
$$;
comment on function private.ai_window(uuid, timestamptz, timestamptz, text, text, text) is
  'How many sessions began in a window, what they cost, and of how many that is not known; open ends are null.';

create function private.ai_buckets(p_range private.ai_range, p_interval text)
returns table (first_day date, last_day date, is_complete boolean)
language sql
stable
set search_path = ''
as $$
  select greatest(b.first_day, p_range.first_day), least(b.last_day, p_range.last_day),
    b.first_day >= p_range.first_day and b.last_day <= p_range.last_day
      and b.last_day < (now() at time zone p_range.time_zone)::date
  from (
    select at::date as first_day, (at + ('1 ' || p_interval)::interval)::date - 1 as last_day
    from generate_series(
      date_trunc(p_interval, p_range.first_day::timestamp),
      least(p_range.last_day, greatest((now() at time zone p_range.time_zone)::date, p_range.first_day))::timestamp,
      ('1 ' || p_interval)::interval) at
  ) b
$$;
comment on function private.ai_buckets(private.ai_range, text) is
  'The days, weeks or months of a range up to today, none without an interval; complete ones lie in it as a whole '
  'and are over.';

create function private.ai_yield(p_org_id uuid, p_range private.ai_range, p_interval text)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_custom_plan
set jit = off
as $$
declare
  v_total private.ai_sum := private.ai_window(p_org_id, p_range.starts_at, p_range.ends_at);
begin
  return (
    with link as materialized (
      select s.id, s.cost_usd, s.started_at, l.pull_request_id, l.method
      from private.ai_session_links l join private.ai_sessions s on s.id = l.session_id
      where l.org_id = p_org_id and s.started_at >= p_range.starts_at and s.started_at < p_range.ends_at
    ),
    pull_request as materialized (
      select p.id, p.state, p.repository_id, p.external_id, d.deployment_id
      from private.pull_requests p
      -- It is deployed when its merge is, or one of its own commits, if that is earlier.
      left join lateral (
        select d.deployment_id from private.deployed_commits d
        where d.repository_id = p.repository_id and d.environment = 'production' and (d.sha = p.merge_commit_sha
          or d.sha in (select c.sha from private.pull_request_commits c where c.pull_request_id = p.id))
        order by d.deployed_at, d.deployment_id limit 1
      ) d on p.state = 'merged'
      where p.id in (select l.pull_request_id from link l where l.method = 'exact')
    ),
    outcome as materialized (
      select p.*, case
        when exists (select from private.incident_links i where i.deployment_id = p.deployment_id)
          then 'caused_incident'
        when exists (
          select from private.pull_requests r
          where r.repository_id = p.repository_id and r.reverts_external_id = p.external_id and r.state = 'merged')
            then 'reverted'
        when p.deployment_id is not null then 'deployed'
        when p.state = 'merged' then 'merged'
        when p.state = 'open' then 'open'
        else 'abandoned' end as outcome
      from pull_request p
    ),
    session as (
      -- A session that went into several pull requests counts once, where it mattered most.
      select distinct on (l.id) l.id, l.cost_usd, l.started_at, o.outcome
      from link l join outcome o on o.id = l.pull_request_id where l.method = 'exact'
      order by l.id, array_position('{caused_incident,reverted,deployed,merged,open,abandoned}', o.outcome)
    ),
    spent as (
      select count(distinct o.id) filter (where o.state = 'merged') as merged,
        count(distinct o.deployment_id) as deployments from outcome o
    ),
    costs as (
      select sum(c.cost_usd) filter (where c.is_merged) as of_merged,
        sum(c.cost_usd) filter (where c.is_deployed) as of_deployed
      from (
        select l.id, max(l.cost_usd) as cost_usd, bool_or(o.state = 'merged') as is_merged,
          bool_or(o.deployment_id is not null) as is_deployed
        from link l join outcome o on o.id = l.pull_request_id where l.method = 'exact' group by l.id
      ) c
    ),
    guessed as (
      select count(*) as sessions, coalesce(sum(l.cost_usd), 0) as cost_usd
      from (select distinct l.id, l.cost_usd from link l where l.method = 'scored') l
    ),
    bucket_outcome as (
      select
        greatest(date_trunc(p_interval, s.started_at at time zone p_range.time_zone)::date, p_range.first_day)
          as first_day,
        s.outcome, count(*) as sessions, coalesce(sum(s.cost_usd), 0) as cost_usd
      from session s where p_interval is not null group by 1, 2
    )
    select jsonb_build_object(
      'period', private.ai_rows_period(p_org_id, p_range), 'sessions',
          v_total.sessions, 'cost_usd', v_total.cost_usd,
      'uncosted_sessions', v_total.uncosted_sessions,
      'outcomes', (
        select coalesce(jsonb_agg(jsonb_build_object('outcome', o.outcome, 'sessions', o.sessions,
          'cost_usd', o.cost_usd)), '[]')
        from (select outcome, count(*) as sessions, coalesce(sum(cost_usd), 0) as cost_usd from session
          group by outcome) o),
      'merged_pull_requests', spent.merged, 'cost_of_merged', costs.of_merged,
      'deployments', spent.deployments, 'cost_of_deployed', costs.of_deployed,
      'scored', jsonb_build_object('sessions', guessed.sessions, 'cost_usd', guessed.cost_usd),
      'buckets', (
        select jsonb_agg(jsonb_build_object('start', b.first_day, 'end', b.last_day, 'complete', b.is_complete,
          'sessions', w.sessions, 'cost_usd', w.cost_usd, 'uncosted_sessions', w.uncosted_sessions,
          'outcomes', (
            select coalesce(jsonb_agg(jsonb_build_object('outcome', o.outcome, 'sessions', o.sessions,
              'cost_usd', o.cost_usd)), '[]')
            from bucket_outcome o where o.first_day = b.first_day)) order by b.first_day)
        from private.ai_buckets(p_range, p_interval) b
        cross join lateral private.ai_window(
          p_org_id, b.first_day::timestamp at time zone p_range.time_zone,
          (b.last_day + 1)::timestamp at time zone p_range.time_zone) w))
    from spent, costs, guessed);
end $$;
comment on function private.ai_yield(uuid, private.ai_range, text) is
  'What sessions that began in a range cost, by what came of the pull requests their commits are in; those that are '
  'linked by score only are counted apart. With an interval also for each day, week or month of it.';

create function public.ai_yield(
  p_org_id uuid,
  p_start date,
  p_end date,
  p_compare text default 'none',
  p_interval text default null
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
  v_today date := (select (now() at time zone o.time_zone)::date from public.organizations o where o.id = v_org_id);
  v_end date := coalesce(p_end, greatest(v_today, p_start));
  v_range private.ai_range := private.ai_range(v_org_id, null, p_start, v_end, 30);
begin
  if p_interval not in ('day', 'week', 'month') then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = 'interval: is none of day, week, month';
  end if;
  if p_interval = 'day' and v_range.days > 366 then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = 'interval: goes by day for up to 366 days';
  end if;
  return private.ai_yield(v_org_id, v_range, p_interval) || jsonb_build_object(
    'previous', case when coalesce(p_compare, 'none') <> 'none' then private.ai_yield(
      v_org_id, private.ai_range(v_org_id, null, v_range.first_day, v_range.last_day, 30, p_compare), null) end);
end $$;
comment on function public.ai_yield(uuid, date, date, text, text) is
  'What sessions that began on these days (the last 30 without any) cost, by what came of it, beside the days they '
  'are compared with; with an interval also by day (of up to 366), week or month.';

revoke execute
on function private.ai_window(uuid, timestamptz, timestamptz, text, text, text),
private.ai_buckets(private.ai_range, text),
private.ai_yield(uuid, private.ai_range, text),
public.ai_yield(uuid, date, date, text, text)
from public, anon, authenticated;
grant execute
on function private.ai_window(uuid, timestamptz, timestamptz, text, text, text),
private.ai_buckets(private.ai_range, text),
private.ai_yield(uuid, private.ai_range, text),
public.ai_yield(uuid, date, date, text, text)
to authenticated, service_role;
