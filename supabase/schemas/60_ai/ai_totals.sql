-- Totals by hour, developer, repository and model, kept in the transaction that changes sessions, so that reads do
-- not grow with the number of sessions.

create table private.ai_totals (
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  hour timestamptz not null,
  developer_id text not null,
  repository text not null default '',
  model text not null default '',
  sessions int not null default 0,
  failed_sessions int not null default 0,
  accepted int not null default 0,
  rejected int not null default 0,
  tokens bigint not null default 0,
  accepted_tokens bigint not null default 0,
  accepted_lines bigint not null default 0,
  cost_usd numeric(20, 10) not null default 0,
  uncosted_sessions int not null default 0,
  latency_ms_sum bigint not null default 0,
  latency_calls int not null default 0,
  unmeasured_sessions int not null default 0,
  measured_lines bigint not null default 0,
  primary key (org_id, hour, developer_id, repository, model)
);
comment on table private.ai_totals is
  'Sessions by the hour they started in, developer, repository and model: always the sum over ai_sessions.';
comment on column private.ai_totals.tokens is 'Of the sessions that say how many they took.';
comment on column private.ai_totals.accepted_tokens is 'Tokens of accepted sessions with known accepted lines.';
comment on column private.ai_totals.unmeasured_sessions is 'Sessions whose tokens are not known.';
comment on column private.ai_totals.measured_lines is 'Accepted lines of the sessions that accepted_tokens are of.';
create index ai_totals_developer_idx on private.ai_totals (org_id, developer_id, hour);

alter table private.ai_totals enable row level security;
create policy "members read what belongs to their organization" on private.ai_totals
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.ai_totals from public, anon, authenticated, service_role;
grant select on private.ai_totals to authenticated, service_role;

create function private.ai_session_sums(p_ids uuid[])
returns table (
  session_id uuid,
  model text,
  started_at timestamptz,
  ended_at timestamptz,
  calls int,
  failed_calls int,
  input_tokens bigint,
  output_tokens bigint,
  cache_read_tokens bigint,
  cache_write_tokens bigint,
  cost_usd numeric,
  cost_source text,
  latency_ms_sum bigint,
  latency_calls int,
  accepted boolean,
  accepted_lines int,
  edits_accepted int,
  edits_rejected int
)
language sql
stable
set search_path = ''
as $$
  with by_model as (
    select c.session_id, c.model, min(c.at) as first, max(c.at) as last, count(*)::int as calls,
      count(*) filter (where c.status >= 400 or c.error is not null)::int as failed,
      sum(c.input_tokens)::bigint as input,
      sum(c.output_tokens)::bigint as output, sum(c.cache_read_tokens)::bigint as cache_read,
      sum(c.cache_write_tokens)::bigint as cache_write, count(c.input_tokens) as with_input,
      count(c.output_tokens) as with_output,
      count(c.cache_read_tokens) as with_cache_read, count(c.cache_write_tokens) as with_cache_write,
      sum(c.cost_usd) as cost, count(c.cost_usd) as costed,
      count(*) filter (where c.cost_source = 'reported') as reported, coalesce(sum(c.latency_ms), 0)::bigint as latency,
      count(c.latency_ms)::int as timed
    from private.ai_calls c where c.session_id = any (p_ids) group by 1, 2
  ),
  call as (
    select m.session_id,
      (array_agg(m.model order by coalesce(m.input, 0) + coalesce(m.output, 0) + coalesce(m.cache_read,
        0) + coalesce(m.cache_write, 0) desc, m.model) filter (where m.model is not null))[1]
        as model,
      min(m.first) as first, max(m.last) as last, sum(m.calls)::int as calls, sum(m.failed)::int as failed,
      case when sum(m.with_input) = sum(m.calls) then sum(m.input)::bigint end as input,
      case when sum(m.with_output) = sum(m.calls) then sum(m.output)::bigint end as output,
      case when sum(m.with_cache_read) = sum(m.calls) then sum(m.cache_read)::bigint end as cache_read,
      case when sum(m.with_cache_write) = sum(m.calls) then sum(m.cache_write)::bigint end as cache_write, case
        when sum(m.costed) = sum(m.calls) then sum(m.cost) end as cost,
      sum(m.reported) as reported, sum(m.latency)::bigint as latency, sum(m.timed)::int as timed
    from by_model m group by 1
  ),
  edit as (
    select e.session_id, e.tool is not distinct from 'reported' as is_reported, min(e.at) as first, max(e.at) as last,
      count(*) filter (where e.decision = 'accept')::int as accepted,
      count(*) filter (where e.decision = 'reject')::int as rejected,
      sum(e.lines_added) filter (where e.decision = 'accept')::bigint as lines
    from private.ai_edits e where e.session_id = any (p_ids) group by 1, 2
  ),
  counter as (
    select c.session_id, min(c.at) as first, max(c.at) as last,
      sum(c.value) filter (where c.name = 'claude_code.code_edit_tool.decision'
        and c.attributes ->> 'decision' = 'accept')::int as accepted,
      sum(c.value) filter (where c.name = 'claude_code.code_edit_tool.decision'
        and c.attributes ->> 'decision' = 'reject')::int as rejected,
      sum(c.value) filter (where c.name = 'claude_code.lines_of_code.count'
        and c.attributes ->> 'type' = 'added')::bigint as lines,
      count(*) filter (where c.name = 'claude_code.token.usage') > 0 as has_tokens,
      sum(c.value) filter (where c.name = 'claude_code.token.usage'
        and c.attributes ->> 'type' = 'input')::bigint as input,
      sum(c.value) filter (where c.name = 'claude_code.token.usage'
        and c.attributes ->> 'type' = 'output')::bigint as output,
      sum(c.value) filter (where c.name = 'claude_code.token.usage'
        and c.attributes ->> 'type' = 'cacheRead')::bigint as cache_read,
      sum(c.value) filter (where c.name = 'claude_code.token.usage'
        and c.attributes ->> 'type' = 'cacheCreation')::bigint as cache_write,
      sum(c.value) filter (where c.name = 'claude_code.cost.usage') as cost,
      mode() within group (order by c.attributes ->> 'model') as model
    from private.ai_counters c where c.session_id = any (p_ids) group by 1
  )
  select s.id, coalesce(call.model, counter.model), least(call.first, whole.first, single.first, counter.first),
    greatest(call.last, whole.last, single.last, counter.last), coalesce(call.calls, 0), coalesce(call.failed, 0),
    case when call.session_id is not null then call.input when counter.has_tokens then coalesce(counter.input, 0) end,
    case when call.session_id is not null then call.output when counter.has_tokens then coalesce(counter.output, 0) end,
    case when call.session_id is not null then call.cache_read
      when counter.has_tokens then coalesce(counter.cache_read, 0) end,
    case when call.session_id is not null then call.cache_write
      when counter.has_tokens then coalesce(counter.cache_write, 0) end,
    cost.usd,
    case when cost.usd is null then null when call.session_id is null or call.reported = call.calls then 'reported'
      when call.reported = 0 then 'estimated' else 'mixed' end,
    coalesce(call.latency, 0), coalesce(call.timed, 0),
    case when said.accepted + said.rejected > 0 then said.accepted >= said.rejected end,
    case when said.accepted > 0 then coalesce(said.lines, counter.lines) end::int,
    coalesce(said.accepted, 0), coalesce(said.rejected, 0)
  from unnest(p_ids) as s (id)
  left join call on call.session_id = s.id
  left join edit whole on whole.session_id = s.id and whole.is_reported
  left join edit single on single.session_id = s.id and not single.is_reported
  left join counter on counter.session_id = s.id
  -- Calls and counters tell the same story; a session that only has counters of other things costs nothing that is
  -- known.
  cross join lateral (select case when call.session_id is not null then call.cost else counter.cost end as usd) cost
  cross join lateral (
    select
      case when whole.accepted + whole.rejected > 0 then whole.accepted
        when single.accepted + single.rejected > 0 then single.accepted
        else coalesce(counter.accepted, 0) end as accepted,
      case when whole.accepted + whole.rejected > 0 then whole.rejected
        when single.accepted + single.rejected > 0 then single.rejected
        else coalesce(counter.rejected, 0) end as rejected,
      case when whole.accepted + whole.rejected > 0 then whole.lines
        when single.accepted + single.rejected > 0 then single.lines end as lines
  ) said
$$;
comment on function private.ai_session_sums(uuid[]) is
  'What sessions add up to. Calls go before counters of tokens and cost, reports of the whole before single edits, '
  'and those before counters of decisions, because an agent sends the same fact in several ways.';

create function private.ai_totals_change(p_before private.ai_sessions[], p_after private.ai_sessions[])
returns void
language sql
volatile
set search_path = ''
as $$
  insert into private.ai_totals as kept (
    org_id, hour, developer_id, repository, model, sessions, failed_sessions, accepted, rejected, tokens,
    accepted_tokens, accepted_lines,
    cost_usd, uncosted_sessions, latency_ms_sum, latency_calls, unmeasured_sessions, measured_lines)
  select s.org_id, date_trunc('hour', s.started_at, 'UTC'), s.developer_id, coalesce(s.repository, ''),
    coalesce(s.model, ''), sum(sign),
    sum(sign * (s.failed_calls > 0)::int), sum(sign * coalesce(s.accepted, false)::int),
    sum(sign * (not coalesce(s.accepted, true))::int), sum(sign * coalesce(s.total_tokens, 0)),
    sum(case when s.accepted and s.accepted_lines is not null then sign * coalesce(s.total_tokens, 0) else 0 end),
    sum(case when s.accepted then sign * coalesce(s.accepted_lines, 0) else 0 end), sum(sign * coalesce(s.cost_usd, 0)),
    sum(sign * (s.cost_usd is null)::int), sum(sign * s.latency_ms_sum), sum(sign * s.latency_calls),
    sum(sign * (s.total_tokens is null)::int),
    sum(case when s.accepted and s.total_tokens is not null then sign * coalesce(s.accepted_lines, 0) else 0 end)
  from (select -1 as sign, b.* from unnest(p_before) b union all select 1, a.* from unnest(p_after) a) s
  group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5
  on conflict (org_id, hour, developer_id, repository, model) do update set
    sessions = kept.sessions + excluded.sessions, failed_sessions = kept.failed_sessions + excluded.failed_sessions,
    accepted = kept.accepted + excluded.accepted, rejected = kept.rejected + excluded.rejected,
    tokens = kept.tokens + excluded.tokens,
    accepted_tokens = kept.accepted_tokens + excluded.accepted_tokens,
    accepted_lines = kept.accepted_lines + excluded.accepted_lines,
    cost_usd = kept.cost_usd + excluded.cost_usd,
    uncosted_sessions = kept.uncosted_sessions + excluded.uncosted_sessions,
    latency_ms_sum = kept.latency_ms_sum + excluded.latency_ms_sum,
    latency_calls = kept.latency_calls + excluded.latency_calls,
    unmeasured_sessions = kept.unmeasured_sessions + excluded.unmeasured_sessions,
    measured_lines = kept.measured_lines + excluded.measured_lines;

  delete from private.ai_totals t using (
    select distinct b.org_id, date_trunc('hour', b.started_at, 'UTC') as hour, b.developer_id,
      coalesce(b.repository, '') as repository, coalesce(b.model, '') as model
    from unnest(p_before) b
  ) b
  where t.org_id = b.org_id and t.hour = b.hour and t.developer_id = b.developer_id and t.repository = b.repository
    and t.model = b.model
    and t.sessions = 0
$$;
comment on function private.ai_totals_change(private.ai_sessions[], private.ai_sessions[]) is
  'Takes sessions as they were out of the totals, and puts them in as they are.';

create function private.refresh_ai_sessions(
  p_org_id uuid,
  p_ids uuid[],
  p_before private.ai_sessions[],
  p_said jsonb[] default '{}'
)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_after private.ai_sessions[];
begin
  -- Of several words about one thing the first that came stays: sending all of them again must change nothing.
  with said as (
    select private.ai_session_id(p_org_id, s ->> 'external_id') as id,
      (array_agg(lower(s ->> 'developer_id') order by place)
        filter (where lower(s ->> 'developer_id') <> 'unknown'))[1] as developer_id,
      (array_agg(lower(s ->> 'repository') order by place) filter (where s ? 'repository'))[1] as repository,
      (array_agg(s ->> 'branch' order by place) filter (where s ? 'branch'))[1] as branch,
      (array_agg(s ->> 'pull_request' order by place) filter (where s ? 'pull_request'))[1] as pull_request
    from unnest(p_said) with ordinality as g (s, place) group by 1
  ),
  changed as (
    update private.ai_sessions k set
      developer_id = case when k.developer_id = 'unknown' then coalesce(said.developer_id, 'unknown')
        else k.developer_id end,
      repository = coalesce(k.repository, said.repository), branch = coalesce(k.branch, said.branch),
      pull_request = coalesce(k.pull_request, said.pull_request), model = sums.model, started_at = sums.started_at,
      ended_at = sums.ended_at, calls = sums.calls, failed_calls = sums.failed_calls, input_tokens = sums.input_tokens,
      output_tokens = sums.output_tokens, cache_read_tokens = sums.cache_read_tokens,
      cache_write_tokens = sums.cache_write_tokens,
      cost_usd = sums.cost_usd, cost_source = sums.cost_source, latency_ms_sum = sums.latency_ms_sum,
      latency_calls = sums.latency_calls, accepted = sums.accepted, accepted_lines = sums.accepted_lines,
      edits_accepted = sums.edits_accepted, edits_rejected = sums.edits_rejected
    from private.ai_session_sums(p_ids) sums
    left join said on said.id = sums.session_id
    where k.id = sums.session_id
    returning k
  )
  select array_agg(k) into v_after from changed;
  perform private.ai_totals_change(p_before, v_after);
end $$;
comment on function private.refresh_ai_sessions(uuid, uuid[], private.ai_sessions[], jsonb[]) is
  'Adds sessions up again, keeps what is said of them, and moves the totals from how they were to how they are. '
  'Their rows must be locked.';

revoke execute
on function private.ai_session_sums(uuid[]),
private.ai_totals_change(private.ai_sessions[], private.ai_sessions[]),
private.refresh_ai_sessions(uuid, uuid[], private.ai_sessions[], jsonb[])
from public, anon, authenticated;
