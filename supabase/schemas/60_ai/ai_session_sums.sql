-- What a session's calls, edits and counters add up to, each fact once though an agent tells it in several ways.

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
  edits_rejected int,
  people_accepted int,
  people_rejected int,
  automatic_decisions int,
  guessed_calls int,
  estimate_usd numeric
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
      count(*) filter (where c.cost_source = 'reported') as reported, count(*) filter (where c.is_guess) as guessed,
      count(*) filter (where c.is_guess and c.estimate_usd is null) as unestimated,
      sum(case when c.is_guess then c.estimate_usd else c.cost_usd end) as estimate,
        coalesce(sum(c.latency_ms), 0)::bigint as latency,
      count(c.latency_ms)::int as timed
    from private.ai_calls c where c.session_id = any (p_ids) group by 1, 2
  ),
  call as (
    select m.session_id,
      (array_agg(m.model order by coalesce(m.input, 0) + coalesce(m.output, 0) + coalesce(m.cache_read, 0)
        + coalesce(m.cache_write, 0) desc, m.model) filter (where m.model is not null))[1]
        as model,
      min(m.first) as first, max(m.last) as last, sum(m.calls)::int as calls, sum(m.failed)::int as failed,
      case when sum(m.with_input) = sum(m.calls) then sum(m.input)::bigint end as input,
      case when sum(m.with_output) = sum(m.calls) then sum(m.output)::bigint end as output,
      case when sum(m.with_cache_read) = sum(m.calls) then sum(m.cache_read)::bigint end as cache_read,
      case when sum(m.with_cache_write) = sum(m.calls) then sum(m.cache_write)::bigint end as cache_write, case
        when sum(m.costed) = sum(m.calls) then sum(m.cost) end as cost,
      sum(m.reported) as reported, sum(m.guessed) as guessed,
      case when sum(m.guessed) > 0 and sum(m.unestimated) = 0 and sum(m.costed) = sum(m.calls) then sum(m.estimate)
        end as estimate, sum(m.latency)::bigint as latency, sum(m.timed)::int as timed
    from by_model m group by 1
  ),
  edit as (
    select e.session_id, e.tool is not distinct from 'reported' as is_reported, min(e.at) as first, max(e.at) as last,
      count(*) filter (where e.decision = 'accept')::int as accepted, count(*)
        filter (where e.decision = 'reject')::int as rejected,
      count(*) filter (where e.decision = 'accept' and not e.automatic)::int as people_accepted,
      count(*) filter (where e.decision = 'reject' and not e.automatic)::int as people_rejected,
      sum(e.lines_added) filter (where e.decision = 'accept')::bigint as lines
    from private.ai_edits e where e.session_id = any (p_ids) group by 1, 2
  ),
  -- The counters of the agents in the words of one: kind, type and, for tokens of a cache that are part of the input,
  -- sign. What Gemini CLI and Qwen Code count as tool or thought is input or output; the standard's histogram knows
  -- input and output only.
  counted as (
    select c.session_id, c.at, coalesce(c.seen_at, c.at) as seen_at, c.value, c.attributes, case
        when c.name like '%.token.usage' then 'tokens' when c.name = 'claude_code.cost.usage' then 'cost'
        when c.name in ('claude_code.lines_of_code.count', 'gemini_cli.lines.changed', 'qwen-code.lines.changed')
          then 'lines'
        when c.name = 'claude_code.code_edit_tool.decision' then 'decision' end as kind,
      case coalesce(c.attributes ->> 'type', c.attributes ->> 'gen_ai.token.type')
        when 'cacheRead' then 'cacheRead' when 'cache' then 'cacheRead' when 'cacheCreation' then 'cacheCreation'
        when 'thought' then 'output' when 'output' then 'output' when 'tool' then 'input' when 'input' then 'input'
          when 'added' then 'added'
        end as type,
      c.name !~ '^claude_code' and c.attributes ->> 'type' = 'cache' as is_part_of_input
    from private.ai_counters c where c.session_id = any (p_ids)
  ),
  counter as (
    select c.session_id, min(c.at) as first, max(c.seen_at) as last,
      sum(c.value) filter (where c.kind = 'decision' and c.attributes ->> 'decision' = 'accept')::int as accepted,
      sum(c.value) filter (where c.kind = 'decision' and c.attributes ->> 'decision' = 'reject')::int as rejected,
      sum(c.value) filter (where c.kind = 'decision' and c.attributes ->> 'decision' = 'accept'
        and c.attributes ->> 'source' is distinct from 'config' and c.attributes ->> 'source' is distinct
          from 'hook')::int as people_accepted,
      sum(c.value) filter (where c.kind = 'decision' and c.attributes ->> 'decision' = 'reject'
        and c.attributes ->> 'source' is distinct from 'config' and c.attributes ->> 'source' is distinct
          from 'hook')::int as people_rejected,
      sum(c.value) filter (where c.kind = 'lines' and c.type = 'added')::bigint as lines,
      count(*) filter (where c.kind = 'tokens') > 0 as has_tokens,
      greatest(coalesce(sum(c.value) filter (where c.kind = 'tokens' and c.type = 'input'), 0)
        - coalesce(sum(c.value) filter (where c.is_part_of_input), 0), 0)::bigint as input,
      sum(c.value) filter (where c.kind = 'tokens' and c.type = 'output')::bigint as output,
      sum(c.value) filter (where c.kind = 'tokens' and c.type = 'cacheRead')::bigint as cache_read,
      sum(c.value) filter (where c.kind = 'tokens' and c.type = 'cacheCreation')::bigint as cache_write,
      sum(c.value) filter (where c.kind = 'cost') as cost,
      count(*) filter (where c.kind = 'cost' and c.value > 0 and c.attributes
        ->> 'model' !~* 'claude|anthropic') as guessed,
      mode() within group (order by coalesce(c.attributes ->> 'model', c.attributes
        ->> 'gen_ai.request.model')) as model
    from counted c group by 1
  )
  select s.id, coalesce(call.model, counter.model), least(call.first, whole.first, single.first, counter.first),
    greatest(call.last, whole.last, single.last, counter.last), coalesce(call.calls, 0), coalesce(call.failed, 0),
    case when call.session_id is not null then call.input when counter.has_tokens then coalesce(counter.input, 0) end,
    case when call.session_id is not null then call.output when counter.has_tokens then coalesce(counter.output, 0) end,
    case when call.session_id is not null then call.cache_read when counter.has_tokens
      then coalesce(counter.cache_read, 0) end,
    case when call.session_id is not null then call.cache_write when counter.has_tokens
      then coalesce(counter.cache_write, 0) end,
    cost.usd,
    case when cost.usd is null then null when call.session_id is null or call.reported = call.calls then 'reported'
      when call.reported = 0 then 'estimated' else 'mixed' end,
    coalesce(call.latency, 0), coalesce(call.timed, 0),
    case when said.accepted + said.rejected > 0 then said.accepted >= said.rejected end,
    case when said.accepted > 0 then coalesce(said.lines, counter.lines) end::int,
    coalesce(said.accepted, 0), coalesce(said.rejected, 0), coalesce(said.people_accepted, 0),
      coalesce(said.people_rejected, 0),
    coalesce(said.accepted, 0) + coalesce(said.rejected, 0) - coalesce(said.people_accepted, 0)
      - coalesce(said.people_rejected, 0),
    case when call.session_id is not null then call.guessed else coalesce(counter.guessed, 0) end::int, call.estimate
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
      case source when 'whole' then whole.accepted when 'single' then single.accepted
        else coalesce(counter.accepted, 0) end as accepted,
      case source when 'whole' then whole.rejected when 'single' then single.rejected
        else coalesce(counter.rejected, 0) end as rejected,
      case source when 'whole' then whole.people_accepted when 'single' then single.people_accepted
        else counter.people_accepted end as people_accepted,
      case source when 'whole' then whole.people_rejected when 'single' then single.people_rejected
        else counter.people_rejected end as people_rejected,
      case source when 'whole' then whole.lines when 'single' then single.lines end as lines
    from (
      select case when whole.accepted + whole.rejected > 0 then 'whole' when single.accepted + single.rejected > 0
        then 'single'
        else 'counter' end as source
    ) best
  ) said
$$;
comment on function private.ai_session_sums(uuid[]) is
  'What sessions add up to. Calls go before counters of tokens and cost, reports of the whole before single edits, '
  'and those before counters of decisions, because an agent sends the same fact in several ways.';

revoke execute on function private.ai_session_sums(uuid[]) from public, anon, authenticated;
