-- Where the money goes and what it brings, by agent, model, team, repository or developer, and what made the difference
-- to the time before.

create function private.ai_spend(p_org_id uuid, p_range private.ai_range, p_by text)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_custom_plan
set jit = off
as $$
begin
  return (
    with session as materialized (
      select s.id, s.source, s.model, s.repository, s.developer_id, s.calls, s.failed_calls, s.input_tokens,
        s.output_tokens,
        s.cache_read_tokens, s.cache_write_tokens, s.total_tokens, s.cost_usd, s.guessed_calls, s.accepted_lines,
          s.people_accepted,
        s.people_rejected, s.automatic_decisions
      from private.ai_sessions s
      where s.org_id = p_org_id and s.started_at >= p_range.starts_at and s.started_at < p_range.ends_at
    ),
    grouped as materialized (
      select s.*, case p_by when 'agent' then s.source when 'model' then coalesce(s.model, '') when 'repository'
        then coalesce(s.repository, '')
        when 'developer' then s.developer_id end as key
      from session s where p_by <> 'team'
      union all
      -- Whoever is in several teams counts in each of them, in no team under no name.
      select s.*, coalesce(t.name, '')
      from session s
      left join private.team_members m on m.org_id = p_org_id and m.login = s.developer_id
      left join private.teams t on t.id = m.team_id
      where p_by = 'team'
    ),
    merged as materialized (
      select l.session_id, l.pull_request_id
      from private.ai_session_links l
      join private.pull_requests p on p.id = l.pull_request_id and p.state = 'merged'
      where l.org_id = p_org_id and l.method = 'exact' and l.session_id in (select s.id from session s)
    ),
    pull_request as (
      select g.key, count(distinct m.pull_request_id) as merged from grouped g join merged m on m.session_id = g.id
        group by g.key
    ),
    commit as (
      select g.key, count(distinct c.sha) as commits from grouped g join private.ai_session_commits c on c.session_id
        = g.id group by g.key
    ),
    part as (
      select g.key, count(*) as sessions, sum(g.calls)::bigint as calls, sum(g.failed_calls)::bigint as failed_calls,
        private.ai_known(sum(g.cost_usd), count(*), count(*) filter (where g.cost_usd is null))::float8 as cost_usd,
        count(*) filter (where g.cost_usd is null) as uncosted_sessions, sum(g.guessed_calls)::bigint as guessed_calls,
        sum(g.input_tokens)::bigint as input_tokens, sum(g.output_tokens)::bigint as output_tokens,
        sum(g.cache_read_tokens)::bigint as cache_read_tokens, sum(g.cache_write_tokens)::bigint as cache_write_tokens,
        count(*) filter (where g.total_tokens is null) as unmeasured_sessions,
        coalesce(sum(g.accepted_lines), 0)::bigint as accepted_lines, sum(g.people_accepted)::bigint as people_accepted,
        sum(g.people_rejected)::bigint as people_rejected, sum(g.automatic_decisions)::bigint as automatic_decisions,
        sum(g.cost_usd) filter (where g.id in (select m.session_id from merged m))::float8 as cost_of_merged
      from grouped g group by g.key
    )
    select jsonb_build_object(
      'period', private.ai_rows_period(p_org_id, p_range),
      'groups', coalesce(jsonb_agg(
        to_jsonb(one) - 'place' order by one.place) filter (where one.place <= 100), '[]'),
      'groups_count', count(*))
    from (
      select part.*, coalesce(r.merged, 0) as merged_pull_requests, coalesce(c.commits, 0) as commits,
        row_number() over (order by part.cost_usd desc nulls last, part.sessions desc, part.key) as place
      from part
      left join pull_request r on r.key = part.key
      left join commit c on c.key = part.key
    ) one);
end $$;
comment on function private.ai_spend(uuid, private.ai_range, text) is
  'What the sessions that began in a range cost and brought, by agent, model, team, repository or developer: the '
  '100 that cost most.';

create function public.ai_spend(
  p_org_id uuid,
  p_by text,
  p_since int default null,
  p_start date default null,
  p_end date default null,
  p_compare text default 'none'
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
  v_range private.ai_range := private.ai_range(v_org_id, p_since, p_start, p_end, 30);
begin
  if p_by is null or p_by not in ('agent', 'model', 'team', 'repository', 'developer') then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail
      = 'breakdown: is none of agent, model, team, repository, developer';
  end if;
  return private.ai_spend(v_org_id, v_range, p_by) || jsonb_build_object(
    'previous', case when coalesce(p_compare, 'none') <> 'none' then
      private.ai_spend(v_org_id, private.ai_range(v_org_id, p_since, p_start, p_end, 30, p_compare), p_by) end);
end $$;
comment on function public.ai_spend(uuid, text, int, date, date, text) is
  'Spend and yield of a range (the last 30 days without one) by agent, model, team, repository or developer, beside '
  'the one it is compared with.';

create function private.ai_mix(p_org_id uuid, p_range private.ai_range)
returns jsonb
language sql
stable
set search_path = ''
set jit = off
as $$
  select jsonb_build_object(
    'period', private.ai_rows_period(p_org_id, p_range),
    'models', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'model', m.model, 'sessions', m.sessions, 'cost_usd', m.cost_usd::float8, 'input_tokens', m.input,
          'output_tokens', m.output,
        'cache_read_tokens', m.cache_read, 'cache_write_tokens', m.cache_write, 'input_usd', (p).input_usd,
          'output_usd', (p).output_usd,
        'cache_read_usd', coalesce((p).cache_read_usd, (p).input_usd), 'cache_write_usd',
          coalesce((p).cache_write_usd, (p).input_usd))
        order by m.model), '[]')
      from (
        select coalesce(s.model, '') as model, count(*) as sessions, sum(s.cost_usd) as cost_usd,
          sum(s.input_tokens)::bigint as input,
          sum(s.output_tokens)::bigint as output, sum(s.cache_read_tokens)::bigint as cache_read,
            sum(s.cache_write_tokens)::bigint as cache_write
        from private.ai_sessions s
        where s.org_id = p_org_id and s.started_at >= p_range.starts_at and s.started_at < p_range.ends_at
          and s.cost_usd is not null and s.total_tokens > 0
        group by 1 order by sum(s.cost_usd) desc limit 1000
      ) m
      left join lateral private.ai_price(p_org_id, m.model, p_range.last_day) p on m.model <> ''),
    'left_out', (
      select jsonb_build_object('sessions', count(*), 'cost_usd', coalesce(sum(s.cost_usd), 0)::float8)
      from private.ai_sessions s
      where s.org_id = p_org_id and s.started_at >= p_range.starts_at and s.started_at < p_range.ends_at
        and (s.cost_usd is null or s.total_tokens is null or s.total_tokens = 0)))
$$;
comment on function private.ai_mix(uuid, private.ai_range) is
  'Tokens and cost by model of the sessions whose tokens and cost are known, each with its price at the end of the '
  'range; and how many say less.';

create function public.ai_changes(
  p_org_id uuid,
  p_since int default null,
  p_start date default null,
  p_end date default null,
  p_compare text default 'previous'
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
begin
  if p_compare is null or p_compare not in ('previous', 'year') then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail
      = 'compare: is none of previous, year';
  end if;
  return jsonb_build_object(
    'current', private.ai_mix(v_org_id, private.ai_range(v_org_id, p_since, p_start, p_end, 30)),
    'previous', private.ai_mix(v_org_id, private.ai_range(v_org_id, p_since, p_start, p_end, 30, p_compare)));
end $$;
comment on function public.ai_changes(uuid, int, date, date, text) is
  'What the cost of a range and of the one it is compared with is made of, by model: {current, previous}.';

revoke execute
on function private.ai_spend(uuid, private.ai_range, text),
public.ai_spend(uuid, text, int, date, date, text),
private.ai_mix(uuid, private.ai_range),
public.ai_changes(uuid, int, date, date, text)
from public, anon, authenticated;
grant execute
on function private.ai_spend(uuid, private.ai_range, text),
public.ai_spend(uuid, text, int, date, date, text),
private.ai_mix(uuid, private.ai_range),
public.ai_changes(uuid, int, date, date, text)
to authenticated, service_role;
