-- What can be read of sessions: a page of them, one with everything in it, and what came of the money. Counts and sums over a window come from
-- the totals by hour, so that they do not grow with the number of sessions; only the hours that a window cuts are read row by row.

create type private.ai_sum as (sessions bigint, cost_usd numeric, uncosted_sessions bigint);

create function private.ai_window(
  p_org_id uuid, p_from timestamptz, p_to timestamptz, p_developer_id text default null, p_repository text default null,
  p_model text default null
) returns private.ai_sum
language sql stable set search_path = ''
as $$
  with hours as (
    select date_trunc('hour', p_from + interval '1 hour' - interval '1 microsecond', 'UTC') as first, date_trunc('hour', p_to, 'UTC') as last
  ),
  part as (
    select sum(t.sessions)::bigint as sessions, sum(t.cost_usd) as cost_usd, sum(t.uncosted_sessions)::bigint as uncosted
    from private.ai_totals t
    where t.org_id = p_org_id and (p_from is null or t.hour >= (select first from hours)) and (p_to is null or t.hour < (select last from hours))
      and (p_developer_id is null or t.developer_id = p_developer_id) and (p_repository is null or t.repository = p_repository)
      and (p_model is null or t.model = p_model)
    union all
    select count(*), sum(s.cost_usd), count(*) filter (where s.cost_usd is null)
    from private.ai_sessions s, hours
    where s.org_id = p_org_id
      and ((s.started_at >= p_from and s.started_at < least(hours.first, p_to))
        or (s.started_at >= greatest(hours.last, p_from, hours.first) and s.started_at < p_to))
      and (p_developer_id is null or s.developer_id = p_developer_id) and (p_repository is null or s.repository = p_repository)
      and (p_model is null or s.model = p_model)
  )
  select coalesce(sum(sessions), 0)::bigint, coalesce(sum(cost_usd), 0), coalesce(sum(uncosted), 0)::bigint from part
$$;
comment on function private.ai_window(uuid, timestamptz, timestamptz, text, text, text) is
  'How many sessions began in a window, what they cost, and of how many that is not known; open ends are null.';

create function private.ai_session_json(p_session private.ai_sessions) returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object(
    'id', p_session.id, 'external_id', p_session.external_id, 'source', p_session.source, 'developer_id', p_session.developer_id,
    'repository', p_session.repository, 'branch', p_session.branch, 'model', p_session.model, 'timestamp', p_session.started_at,
    'ended_at', p_session.ended_at, 'calls', p_session.calls, 'failed_calls', p_session.failed_calls,
    'input_tokens', p_session.input_tokens, 'output_tokens', p_session.output_tokens, 'cache_read_tokens', p_session.cache_read_tokens,
    'cache_write_tokens', p_session.cache_write_tokens, 'total_tokens', p_session.total_tokens, 'cost_usd', p_session.cost_usd,
    'cost_source', p_session.cost_source,
    'avg_latency_ms', round(p_session.latency_ms_sum::numeric / nullif(p_session.latency_calls, 0), 1),
    'accepted', p_session.accepted, 'accepted_lines', p_session.accepted_lines, 'edits_accepted', p_session.edits_accepted,
    'edits_rejected', p_session.edits_rejected)
$$;
comment on function private.ai_session_json(private.ai_sessions) is 'A session as the API shows it.';

create function private.ai_cost_baseline(p_org_id uuid, p_model text) returns jsonb
language sql stable set search_path = ''
as $$
  with latest as (
    select s.cost_usd from private.ai_sessions s
    where s.org_id = p_org_id and s.model = p_model and s.cost_usd is not null order by s.started_at desc limit 500
  ),
  middle as (select percentile_cont(0.5) within group (order by cost_usd::float8) as median from latest)
  select jsonb_build_object(
    'model', p_model, 'n', count(*), 'median', min(median),
    'mad', percentile_cont(0.5) within group (order by abs(cost_usd::float8 - median)), 'mean_deviation', avg(abs(cost_usd::float8 - median)))
  from latest, middle
$$;
comment on function private.ai_cost_baseline(uuid, text) is
  'What a session with a model costs: the median of the latest 500 with a known cost, and how far they are from it.';

create function public.ai_sessions(
  p_org_id uuid, p_start date, p_end date, p_developer_id text, p_model text, p_repository text, p_sort_by text, p_sort_order text,
  p_page int, p_page_size int
) returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
  v_zone text := (select o.time_zone from public.organizations o where o.id = v_org_id);
  v_from timestamptz := p_start::timestamp at time zone v_zone;
  v_to timestamptz := (p_end + 1)::timestamp at time zone v_zone;
  v_where text := concat_ws(' and ', 's.org_id = $1',
    case when p_start is not null then 's.started_at >= $2' end, case when p_end is not null then 's.started_at < $3' end,
    case when p_developer_id is not null then 's.developer_id = $4' end, case when p_model is not null then 's.model = $5' end,
    case when p_repository is not null then 's.repository = $6' end);
  -- Exactly as the indexes are, or exactly the other way round.
  v_order text := case p_sort_by || ' ' || p_sort_order
    when 'timestamp desc' then 's.started_at desc, s.id' when 'timestamp asc' then 's.started_at, s.id desc'
    when 'cost_usd desc' then 's.cost_usd desc nulls last, s.id' when 'cost_usd asc' then 's.cost_usd nulls first, s.id desc'
    when 'tokens desc' then 's.total_tokens desc, s.id' when 'tokens asc' then 's.total_tokens, s.id desc' end;
  v_page private.ai_sessions[];
begin
  execute format(
    'select array(select s from private.ai_sessions s where %s order by %s limit $7 offset $8)', v_where, v_order)
    into v_page
    using v_org_id, v_from, v_to, lower(p_developer_id), p_model, lower(p_repository), p_page_size, (p_page - 1)::bigint * p_page_size;
  return jsonb_build_object(
    'total_count', (private.ai_window(v_org_id, v_from, v_to, lower(p_developer_id), lower(p_repository), p_model)).sessions,
    'sessions', (
      select coalesce(jsonb_agg(private.ai_session_json(v_page[place]) order by place), '[]')
      from generate_subscripts(v_page, 1) as place),
    'baselines', (
      select coalesce(jsonb_agg(private.ai_cost_baseline(v_org_id, m.model)), '[]')
      from (select distinct p.model from unnest(v_page) p where p.model is not null) m));
end $$;
comment on function public.ai_sessions(uuid, date, date, text, text, text, text, text, int, int) is
  'A page of sessions by time, cost or tokens, how many there are, and what their models'' sessions cost: {total_count, sessions, baselines}. Unknown costs count as the least.';

create function public.ai_session(p_org_id uuid, p_id uuid) returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
  v_session private.ai_sessions;
begin
  select * into v_session from private.ai_sessions s where s.id = p_id and s.org_id = v_org_id;
  if not found then
    raise exception using errcode = 'LL404', message = 'not_found', detail = 'Session not found';
  end if;
  return private.ai_session_json(v_session) || jsonb_build_object(
    'baseline', private.ai_cost_baseline(v_org_id, v_session.model),
    'calls', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', c.external_id, 'timestamp', c.at, 'provider', c.provider, 'model', c.model, 'input_tokens', c.input_tokens,
        'output_tokens', c.output_tokens, 'cache_read_tokens', c.cache_read_tokens, 'cache_write_tokens', c.cache_write_tokens,
        'cost_usd', c.cost_usd, 'cost_source', c.cost_source, 'latency_ms', c.latency_ms, 'status', c.status, 'error', c.error,
        'price', (select private.ai_price_json(p) from private.ai_prices p where p.id = c.price_id)) order by c.at, c.external_id), '[]')
      from (select * from private.ai_calls c where c.session_id = p_id order by c.at limit 500) c),
    'calls_count', v_session.calls,
    'edits', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', e.external_id, 'timestamp', e.at, 'tool', e.tool, 'decision', e.decision, 'lines_added', e.lines_added,
        'lines_removed', e.lines_removed, 'language', e.language, 'succeeded', e.succeeded) order by e.at, e.external_id), '[]')
      from (select * from private.ai_edits e where e.session_id = p_id order by e.at limit 500) e),
    'edits_count', (select count(*) from private.ai_edits e where e.session_id = p_id),
    'counters', (
      select coalesce(jsonb_agg(jsonb_build_object('name', c.name, 'attributes', c.attributes, 'value', c.value) order by c.name, c.attributes), '[]')
      from (
        select c.name, c.attributes, sum(c.value) as value from private.ai_counters c where c.session_id = p_id group by 1, 2 limit 500
      ) c),
    'commits', (
      select coalesce(jsonb_agg(jsonb_build_object('sha', c.sha, 'method', 'exact', 'confidence', 1) order by c.sha), '[]')
      from (select * from private.ai_session_commits c where c.session_id = p_id order by c.sha limit 500) c),
    'pull_requests', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'repository', r.full_name, 'number', p.external_id, 'title', p.title, 'state', p.state, 'merged_at', p.merged_at,
        'method', l.method, 'confidence', l.confidence) order by l.confidence desc, p.id), '[]')
      from private.ai_session_links l
      join private.pull_requests p on p.id = l.pull_request_id
      join private.repositories r on r.id = p.repository_id
      where l.session_id = p_id));
end $$;
comment on function public.ai_session(uuid, uuid) is
  'A session with its calls and edits (the first 500 of each), sums of its counters, commits, and the pull requests it is linked to.';

create function public.ai_yield(p_org_id uuid, p_start date, p_end date) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = force_custom_plan
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
  v_zone text := (select o.time_zone from public.organizations o where o.id = v_org_id);
  v_today date := (now() at time zone v_zone)::date;
  v_last date := coalesce(p_end, v_today);
  v_first date := coalesce(p_start, v_last - 29);
  v_from timestamptz := v_first::timestamp at time zone v_zone;
  v_to timestamptz := (v_last + 1)::timestamp at time zone v_zone;
  v_total private.ai_sum := private.ai_window(v_org_id, v_from, v_to);
begin
  return (
    with link as materialized (
      select s.id, s.cost_usd, l.pull_request_id, l.method
      from private.ai_session_links l join private.ai_sessions s on s.id = l.session_id
      where l.org_id = v_org_id and s.started_at >= v_from and s.started_at < v_to
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
        when exists (select from private.incident_links i where i.deployment_id = p.deployment_id) then 'caused_incident'
        when exists (
          select from private.pull_requests r
          where r.repository_id = p.repository_id and r.reverts_external_id = p.external_id and r.state = 'merged') then 'reverted'
        when p.deployment_id is not null then 'deployed'
        when p.state = 'merged' then 'merged'
        when p.state = 'open' then 'open'
        else 'abandoned' end as outcome
      from pull_request p
    ),
    session as (
      -- A session that went into several pull requests counts once, where it mattered most.
      select distinct on (l.id) l.id, l.cost_usd, o.outcome
      from link l join outcome o on o.id = l.pull_request_id where l.method = 'exact'
      order by l.id, array_position('{caused_incident,reverted,deployed,merged,open,abandoned}', o.outcome)
    ),
    spent as (
      select count(distinct o.id) filter (where o.state = 'merged') as merged, count(distinct o.deployment_id) as deployments from outcome o
    ),
    costs as (
      select sum(c.cost_usd) filter (where c.is_merged) as of_merged, sum(c.cost_usd) filter (where c.is_deployed) as of_deployed
      from (
        select l.id, max(l.cost_usd) as cost_usd, bool_or(o.state = 'merged') as is_merged, bool_or(o.deployment_id is not null) as is_deployed
        from link l join outcome o on o.id = l.pull_request_id where l.method = 'exact' group by l.id
      ) c
    ),
    guessed as (
      select count(*) as sessions, coalesce(sum(l.cost_usd), 0) as cost_usd
      from (select distinct l.id, l.cost_usd from link l where l.method = 'scored') l
    )
    select jsonb_build_object(
      'start', v_first, 'end', v_last, 'sessions', v_total.sessions, 'cost_usd', v_total.cost_usd,
      'uncosted_sessions', v_total.uncosted_sessions,
      'outcomes', (
        select coalesce(jsonb_agg(jsonb_build_object('outcome', o.outcome, 'sessions', o.sessions, 'cost_usd', o.cost_usd)), '[]')
        from (select outcome, count(*) as sessions, coalesce(sum(cost_usd), 0) as cost_usd from session group by outcome) o),
      'merged_pull_requests', spent.merged, 'cost_of_merged', costs.of_merged,
      'deployments', spent.deployments, 'cost_of_deployed', costs.of_deployed,
      'scored', jsonb_build_object('sessions', guessed.sessions, 'cost_usd', guessed.cost_usd))
    from spent, costs, guessed);
end $$;
comment on function public.ai_yield(uuid, date, date) is
  'What sessions that began on these days cost (the last 30 without any), by what came of the pull requests their commits are in; those that are linked by score only are counted apart.';

revoke execute on function
  private.ai_window(uuid, timestamptz, timestamptz, text, text, text), private.ai_session_json(private.ai_sessions),
  private.ai_cost_baseline(uuid, text), public.ai_sessions(uuid, date, date, text, text, text, text, text, int, int),
  public.ai_session(uuid, uuid), public.ai_yield(uuid, date, date)
  from public, anon, authenticated;
grant execute on function
  private.ai_window(uuid, timestamptz, timestamptz, text, text, text), private.ai_session_json(private.ai_sessions),
  private.ai_cost_baseline(uuid, text), public.ai_sessions(uuid, date, date, text, text, text, text, text, int, int),
  public.ai_session(uuid, uuid), public.ai_yield(uuid, date, date)
  to authenticated, service_role;
