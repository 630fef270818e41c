-- Storing what coding with models sends, in one transaction: what is new is inserted, the sessions it belongs to are added up again, and the
-- totals by hour follow exactly. Locks are taken in one order (sessions, calls, edits, counters, commits, totals), each sorted, so
-- that the same records sent twice at once never deadlock.

alter table private.ai_sessions
  add column pull_request text check (char_length(pull_request) between 1 and 200);
comment on column private.ai_sessions.id is 'Made of the organization and the external id by private.ai_session_id().';
comment on column private.ai_sessions.pull_request is 'The number of the pull request that the session itself names.';
comment on column private.ai_sessions.developer_id is
  'In lower case, as commits name their authors: a login or an address; unknown until something says who it was.';
comment on column private.ai_sessions.repository is 'owner/name in lower case.';
comment on column private.ai_sessions.accepted is
  'Whether at least half of its decided edits were let stand; null without any. What a source reports of a whole session outweighs single edits, and those what only counters say.';
comment on column private.ai_sessions.accepted_lines is 'Lines added by what was accepted; null when nothing says how many.';
comment on column private.ai_edits.tool is 'The tool that edited; reported for what a source says of a whole call or session.';
create index ai_sessions_model_idx on private.ai_sessions (org_id, model, started_at desc) include (cost_usd);

alter table private.ai_prices add column retired_at timestamptz;
comment on column private.ai_prices.retired_at is
  'Since when it prices no more calls: a price that is changed stays beside its successor, because calls refer to it.';
alter table private.ai_prices drop constraint ai_prices_org_id_model_valid_from_key;
create unique index ai_prices_key on private.ai_prices (org_id, model, valid_from) nulls not distinct where retired_at is null;

create function private.ai_model_names(p_model text) returns text[]
language sql immutable set search_path = ''
as $$
  -- anthropic/claude-sonnet-4-20250514, us.anthropic.claude-sonnet-4-20250514-v1:0, gpt-4o-2024-08-06, gemini-2.5-pro-latest
  with given as (select lower(p_model) as name),
  bare as (select name, regexp_replace(regexp_replace(name, '^.*/', ''), '^([a-z]{2,4}\.)?(anthropic|amazon|meta|mistral|cohere|deepseek)\.', '') as base from given)
  select array[name, base, regexp_replace(base, '([-@](\d{8}|\d{4}-\d{2}-\d{2}|latest|preview)|-v\d+(:\d+)?|\[1m\])+$', '')] from bare
$$;
comment on function private.ai_model_names(text) is
  'The names under which a model''s price is looked for: as it is, without the provider before it, and without the date or version after it.';

create function private.ai_price(p_org_id uuid, p_model text, p_day date) returns private.ai_prices
language sql stable set search_path = ''
as $$
  select p.* from private.ai_prices p
  join unnest(private.ai_model_names(p_model)) with ordinality as known (name, place) on known.name = p.model
  where (p.org_id = p_org_id or p.org_id is null) and p.valid_from <= p_day and p.retired_at is null
  order by p.org_id is null, known.place, p.valid_from desc limit 1
$$;
comment on function private.ai_price(uuid, text, date) is
  'The price of a model on a day: the organization''s own before the seeded one, the closest name, the latest from that day or before.';

create function private.ai_session_sums(p_ids uuid[]) returns table (
  session_id uuid, model text, started_at timestamptz, ended_at timestamptz, calls int, failed_calls int, input_tokens bigint,
  output_tokens bigint, cache_read_tokens bigint, cache_write_tokens bigint, cost_usd numeric, cost_source text,
  latency_ms_sum bigint, latency_calls int, accepted boolean, accepted_lines int, edits_accepted int, edits_rejected int)
language sql stable set search_path = ''
as $$
  with by_model as (
    select c.session_id, c.model, min(c.at) as first, max(c.at) as last, count(*)::int as calls,
      count(*) filter (where c.status >= 400 or c.error is not null)::int as failed, sum(c.input_tokens)::bigint as input,
      sum(c.output_tokens)::bigint as output, sum(c.cache_read_tokens)::bigint as cache_read,
      sum(c.cache_write_tokens)::bigint as cache_write, sum(c.cost_usd) as cost, count(c.cost_usd) as costed,
      count(*) filter (where c.cost_source = 'reported') as reported, coalesce(sum(c.latency_ms), 0)::bigint as latency,
      count(c.latency_ms)::int as timed
    from private.ai_calls c where c.session_id = any (p_ids) group by 1, 2
  ),
  call as (
    select m.session_id,
      (array_agg(m.model order by m.input + m.output + m.cache_read + m.cache_write desc, m.model) filter (where m.model is not null))[1]
        as model,
      min(m.first) as first, max(m.last) as last, sum(m.calls)::int as calls, sum(m.failed)::int as failed,
      sum(m.input)::bigint as input, sum(m.output)::bigint as output, sum(m.cache_read)::bigint as cache_read,
      sum(m.cache_write)::bigint as cache_write, case when sum(m.costed) = sum(m.calls) then sum(m.cost) end as cost,
      sum(m.reported) as reported, sum(m.latency)::bigint as latency, sum(m.timed)::int as timed
    from by_model m group by 1
  ),
  edit as (
    select e.session_id, e.tool is not distinct from 'reported' as is_reported, min(e.at) as first, max(e.at) as last,
      count(*) filter (where e.decision = 'accept')::int as accepted, count(*) filter (where e.decision = 'reject')::int as rejected,
      sum(e.lines_added) filter (where e.decision = 'accept')::bigint as lines
    from private.ai_edits e where e.session_id = any (p_ids) group by 1, 2
  ),
  counter as (
    select c.session_id, min(c.at) as first, max(c.at) as last,
      sum(c.value) filter (where c.name = 'claude_code.code_edit_tool.decision' and c.attributes ->> 'decision' = 'accept')::int as accepted,
      sum(c.value) filter (where c.name = 'claude_code.code_edit_tool.decision' and c.attributes ->> 'decision' = 'reject')::int as rejected,
      sum(c.value) filter (where c.name = 'claude_code.lines_of_code.count' and c.attributes ->> 'type' = 'added')::bigint as lines,
      coalesce(sum(c.value) filter (where c.name = 'claude_code.token.usage' and c.attributes ->> 'type' = 'input'), 0)::bigint as input,
      coalesce(sum(c.value) filter (where c.name = 'claude_code.token.usage' and c.attributes ->> 'type' = 'output'), 0)::bigint as output,
      coalesce(sum(c.value) filter (where c.name = 'claude_code.token.usage' and c.attributes ->> 'type' = 'cacheRead'), 0)::bigint as cache_read,
      coalesce(sum(c.value) filter (where c.name = 'claude_code.token.usage' and c.attributes ->> 'type' = 'cacheCreation'), 0)::bigint as cache_write,
      sum(c.value) filter (where c.name = 'claude_code.cost.usage') as cost,
      mode() within group (order by c.attributes ->> 'model') as model
    from private.ai_counters c where c.session_id = any (p_ids) group by 1
  )
  select s.id, coalesce(call.model, counter.model), least(call.first, whole.first, single.first, counter.first),
    greatest(call.last, whole.last, single.last, counter.last), coalesce(call.calls, 0), coalesce(call.failed, 0),
    coalesce(call.input, counter.input, 0), coalesce(call.output, counter.output, 0),
    coalesce(call.cache_read, counter.cache_read, 0), coalesce(call.cache_write, counter.cache_write, 0),
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
  -- Calls and counters tell the same story; a session that only has counters of other things costs nothing that is known.
  cross join lateral (select case when call.session_id is not null then call.cost else counter.cost end as usd) cost
  cross join lateral (
    select
      case when whole.accepted + whole.rejected > 0 then whole.accepted when single.accepted + single.rejected > 0 then single.accepted
        else coalesce(counter.accepted, 0) end as accepted,
      case when whole.accepted + whole.rejected > 0 then whole.rejected when single.accepted + single.rejected > 0 then single.rejected
        else coalesce(counter.rejected, 0) end as rejected,
      case when whole.accepted + whole.rejected > 0 then whole.lines when single.accepted + single.rejected > 0 then single.lines end as lines
  ) said
$$;
comment on function private.ai_session_sums(uuid[]) is
  'What sessions add up to. Calls go before counters of tokens and cost, reports of the whole before single edits, and those before counters of decisions, because an agent sends the same fact in several ways.';

create function private.ai_totals_change(p_before private.ai_sessions[], p_after private.ai_sessions[]) returns void
language sql volatile set search_path = ''
as $$
  insert into private.ai_totals as kept (
    org_id, hour, developer_id, repository, model, sessions, failed_sessions, accepted, rejected, tokens, accepted_tokens, accepted_lines,
    cost_usd, uncosted_sessions, latency_ms_sum, latency_calls)
  select s.org_id, date_trunc('hour', s.started_at, 'UTC'), s.developer_id, coalesce(s.repository, ''), coalesce(s.model, ''), sum(sign),
    sum(sign * (s.failed_calls > 0)::int), sum(sign * coalesce(s.accepted, false)::int), sum(sign * (not coalesce(s.accepted, true))::int),
    sum(sign * s.total_tokens), sum(case when s.accepted and s.accepted_lines is not null then sign * s.total_tokens else 0 end),
    sum(case when s.accepted then sign * coalesce(s.accepted_lines, 0) else 0 end), sum(sign * coalesce(s.cost_usd, 0)),
    sum(sign * (s.cost_usd is null)::int), sum(sign * s.latency_ms_sum), sum(sign * s.latency_calls)
  from (select -1 as sign, b.* from unnest(p_before) b union all select 1, a.* from unnest(p_after) a) s
  group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5
  on conflict (org_id, hour, developer_id, repository, model) do update set
    sessions = kept.sessions + excluded.sessions, failed_sessions = kept.failed_sessions + excluded.failed_sessions,
    accepted = kept.accepted + excluded.accepted, rejected = kept.rejected + excluded.rejected, tokens = kept.tokens + excluded.tokens,
    accepted_tokens = kept.accepted_tokens + excluded.accepted_tokens, accepted_lines = kept.accepted_lines + excluded.accepted_lines,
    cost_usd = kept.cost_usd + excluded.cost_usd, uncosted_sessions = kept.uncosted_sessions + excluded.uncosted_sessions,
    latency_ms_sum = kept.latency_ms_sum + excluded.latency_ms_sum, latency_calls = kept.latency_calls + excluded.latency_calls;

  delete from private.ai_totals t using (
    select distinct b.org_id, date_trunc('hour', b.started_at, 'UTC') as hour, b.developer_id, coalesce(b.repository, '') as repository,
      coalesce(b.model, '') as model
    from unnest(p_before) b
  ) b
  where t.org_id = b.org_id and t.hour = b.hour and t.developer_id = b.developer_id and t.repository = b.repository and t.model = b.model
    and t.sessions = 0
$$;
comment on function private.ai_totals_change(private.ai_sessions[], private.ai_sessions[]) is
  'Takes sessions as they were out of the totals, and puts them in as they are.';

-- Found by its primary key, a session is found by that index and no other, whatever the planner thinks of an organization that is too new for
-- its statistics: it takes any index that begins with the organization for as good.
create function private.ai_session_id(p_org_id uuid, p_external_id text) returns uuid
language sql immutable set search_path = ''
as $$
  -- Version 8: made of something else, RFC 9562.
  select overlay(overlay(md5(p_org_id || ' ' || p_external_id) placing '8' from 13 for 1) placing 'a' from 17 for 1)::uuid
$$;
comment on function private.ai_session_id(uuid, text) is 'The id of the session that an organization''s source calls by a name.';

create type private.ai_record as (index int, session text, call jsonb, edit jsonb, counter jsonb);

-- Security definer: nobody may write sessions and totals but through here.
create function public.store_ai_records(p_org_id uuid, p_records jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' set plan_cache_mode = force_custom_plan
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, true);
  v_sessions jsonb[];
  v_records private.ai_record[];
  v_rejected jsonb;
  v_ids uuid[];
  v_added uuid[];
  v_before private.ai_sessions[];
  v_calls text[];
  v_edits text[];
  v_counters text[];
  v_stored int;
begin
  -- A record without anything that has a time can only add to a session that is there already.
  select
    array_agg(r.session || jsonb_build_object('at', coalesce(r.call ->> 'at', r.edit ->> 'at', r.counter ->> 'at')) order by r.index)
      filter (where r.is_known),
    array_agg(row(r.index, r.session ->> 'external_id', r.call, case
      when r.edit is not null then r.edit
      -- What is said of a session as a whole is kept as an edit, so that saying it again changes nothing.
      when r.session ? 'accepted' or (r.session ->> 'accepted_lines')::bigint > 0 then jsonb_build_object(
        'external_id', 'reported:' || coalesce(r.call ->> 'external_id', r.session ->> 'external_id'), 'tool', 'reported',
        'at', coalesce(r.call ->> 'at', r.counter ->> 'at', r.started_at::text),
        'decision', case when coalesce((r.session ->> 'accepted')::boolean, true) then 'accept' else 'reject' end,
        'lines_added', r.session -> 'accepted_lines')
      end, r.counter)::private.ai_record order by r.index) filter (where r.is_known),
    coalesce(jsonb_agg(jsonb_build_object('index', r.index, 'code', 'empty_record',
      'message', 'has no call, edit or counter, and its session is not known') order by r.index) filter (where not r.is_known), '[]')
    into v_sessions, v_records, v_rejected
  from (
    select r.place::int - 1 as index, jsonb_strip_nulls(r.session) as session, nullif(r.call, 'null') as call,
      nullif(r.edit, 'null') as edit, nullif(r.counter, 'null') as counter, s.started_at,
      s.id is not null or coalesce(nullif(r.call, 'null'), nullif(r.edit, 'null'), nullif(r.counter, 'null')) is not null as is_known
    from rows from (jsonb_to_recordset(p_records) as (session jsonb, call jsonb, edit jsonb, counter jsonb)) with ordinality
      as r (session, call, edit, counter, place)
    left join private.ai_sessions s on s.id = private.ai_session_id(v_org_id, r.session ->> 'external_id')
      and coalesce(nullif(r.call, 'null'), nullif(r.edit, 'null'), nullif(r.counter, 'null')) is null
  ) r;
  if v_records is null then
    return jsonb_build_object('stored', 0, 'duplicates', 0, 'sessions', 0, 'rejected', v_rejected);
  end if;

  -- New sessions first, then the lock on those that were there; the rows as they were are what the totals know.
  with given as (
    select private.ai_session_id(v_org_id, s ->> 'external_id') as id, min(s ->> 'external_id') as external_id, min(s ->> 'source') as source,
      min((s ->> 'at')::timestamptz) as at
    from unnest(v_sessions) s group by 1
  ),
  added as (
    insert into private.ai_sessions (id, org_id, external_id, source, developer_id, started_at, ended_at)
    select g.id, v_org_id, g.external_id, g.source, 'unknown', g.at, g.at from given g where g.at is not null order by g.id
    on conflict do nothing returning id
  )
  select coalesce(array_agg(id), '{}'), (select array_agg(id) from given) into v_added, v_ids from added;
  select array_agg(kept.s) into v_before
  from (
    select s from private.ai_sessions s
    where s.id = any (v_ids) and s.id not in (select unnest(v_added)) order by s.id for no key update
  ) kept;

  with given as (
    select distinct on (c.external_id) c.*, private.ai_session_id(v_org_id, r.session) as session_id
    from unnest(v_records) r
    cross join lateral jsonb_to_record(r.call) as c (
      external_id text, at timestamptz, provider text, model text, input_tokens bigint, output_tokens bigint, cache_read_tokens bigint,
      cache_write_tokens bigint, cost_usd numeric, latency_ms bigint, status int, error text)
    where r.call is not null
    order by c.external_id, r.index
  ),
  price as (
    select g.model, g.day, p.id, p.input_usd, p.output_usd, p.cache_read_usd, p.cache_write_usd
    from (
      select distinct g.model, (g.at at time zone 'UTC')::date as day from given g where g.cost_usd is null and g.model is not null
    ) g
    cross join lateral private.ai_price(v_org_id, g.model, g.day) p
  ),
  costed as (
    select g.*, p.id as price_id, case
      when g.cost_usd is not null then g.cost_usd
      when coalesce(g.input_tokens, 0) + coalesce(g.output_tokens, 0) + coalesce(g.cache_read_tokens, 0) + coalesce(g.cache_write_tokens, 0) = 0
        then 0
      else (coalesce(g.input_tokens, 0) * p.input_usd + coalesce(g.output_tokens, 0) * p.output_usd
        + coalesce(g.cache_read_tokens, 0) * coalesce(p.cache_read_usd, p.input_usd)
        + coalesce(g.cache_write_tokens, 0) * coalesce(p.cache_write_usd, p.input_usd)) / 1000000 end as cost
    from given g
    left join price p on g.cost_usd is null and p.model = g.model and p.day = (g.at at time zone 'UTC')::date
  ),
  call as (
    insert into private.ai_calls (
      session_id, external_id, org_id, at, provider, model, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost_usd,
      cost_source, price_id, latency_ms, status, error)
    select c.session_id, c.external_id, v_org_id, c.at, c.provider, c.model, coalesce(c.input_tokens, 0), coalesce(c.output_tokens, 0),
      coalesce(c.cache_read_tokens, 0), coalesce(c.cache_write_tokens, 0), c.cost,
      case when c.cost_usd is not null then 'reported' when c.cost is not null then 'estimated' end, c.price_id, c.latency_ms, c.status,
      c.error
    from costed c order by c.external_id
    on conflict do nothing returning external_id
  )
  select array_agg(external_id) into v_calls from call;

  with given as (
    select distinct on (e.external_id) e.*, private.ai_session_id(v_org_id, r.session) as session_id
    from unnest(v_records) r
    cross join lateral jsonb_to_record(r.edit) as e (
      external_id text, at timestamptz, tool text, decision text, lines_added int, lines_removed int, language text, succeeded boolean)
    where r.edit is not null
    order by e.external_id, r.index
  ),
  edit as (
    insert into private.ai_edits (
      org_id, external_id, session_id, at, tool, decision, lines_added, lines_removed, language, succeeded)
    select v_org_id, e.external_id, e.session_id, e.at, e.tool, e.decision, e.lines_added, e.lines_removed, e.language, e.succeeded
    from given e order by e.external_id
    on conflict do nothing returning external_id
  )
  select array_agg(external_id) into v_edits from edit;

  with given as (
    select distinct on (c.external_id) c.*, private.ai_session_id(v_org_id, r.session) as session_id
    from unnest(v_records) r
    cross join lateral jsonb_to_record(r.counter) as c (external_id text, at timestamptz, name text, attributes jsonb, value numeric)
    where r.counter is not null
    order by c.external_id, r.index
  ),
  counter as (
    insert into private.ai_counters (org_id, external_id, session_id, at, name, attributes, value)
    select v_org_id, c.external_id, c.session_id, c.at, c.name, coalesce(c.attributes, '{}'), c.value
    from given c order by c.external_id
    on conflict do nothing returning external_id
  )
  select array_agg(external_id) into v_counters from counter;

  insert into private.ai_session_commits (session_id, sha, org_id)
  select distinct private.ai_session_id(v_org_id, s ->> 'external_id'), lower(sha), v_org_id
  from unnest(v_sessions) s
  cross join lateral jsonb_array_elements_text(s -> 'commits') as c (sha)
  where s ? 'commits'
  order by 1, 2
  on conflict do nothing;

  select count(distinct coalesce('call ' || (r.call ->> 'external_id'), 'edit ' || (r.edit ->> 'external_id'), r.counter ->> 'external_id'))
    into v_stored
  from unnest(v_records) r
  where r.call ->> 'external_id' in (select unnest(v_calls)) or r.edit ->> 'external_id' in (select unnest(v_edits))
    or r.counter ->> 'external_id' in (select unnest(v_counters));
  -- A new session of nothing but calls that are known of another one is none.
  with empty as (
    delete from private.ai_sessions s
    where s.id = any (v_added) and v_stored < cardinality(v_records)
      and not exists (select from private.ai_calls c where c.session_id = s.id)
      and not exists (select from private.ai_edits e where e.session_id = s.id)
      and not exists (select from private.ai_counters c where c.session_id = s.id)
    returning s.id
  )
  select array(select id from unnest(v_ids) as given (id) except select id from empty) into v_ids;

  perform private.refresh_ai_sessions(v_org_id, v_ids, v_before, v_sessions);
  -- Last, because it waits for whoever stores pull requests; see private.lock_ai_links().
  perform private.link_sessions(v_org_id, v_ids);

  return jsonb_build_object(
    'stored', v_stored, 'duplicates', cardinality(v_records) - v_stored,
    'sessions', cardinality(v_ids), 'rejected', v_rejected);
end $$;
comment on function public.store_ai_records(uuid, jsonb) is
  'Stores [{session: {external_id, source, developer_id?, repository?, branch?, accepted?, accepted_lines?, commits?, pull_request?}, call?, edit?, counter?}] and answers {stored, duplicates, sessions, rejected: [{index, code, message}]}. What is known already changes nothing.';

create function private.refresh_ai_sessions(
  p_org_id uuid, p_ids uuid[], p_before private.ai_sessions[], p_said jsonb[] default '{}') returns void
language plpgsql volatile set search_path = ''
as $$
declare
  v_after private.ai_sessions[];
begin
  -- Of several words about one thing the first that came stays: sending all of them again must change nothing.
  with said as (
    select private.ai_session_id(p_org_id, s ->> 'external_id') as id,
      (array_agg(lower(s ->> 'developer_id') order by place) filter (where lower(s ->> 'developer_id') <> 'unknown'))[1] as developer_id,
      (array_agg(lower(s ->> 'repository') order by place) filter (where s ? 'repository'))[1] as repository,
      (array_agg(s ->> 'branch' order by place) filter (where s ? 'branch'))[1] as branch,
      (array_agg(s ->> 'pull_request' order by place) filter (where s ? 'pull_request'))[1] as pull_request
    from unnest(p_said) with ordinality as g (s, place) group by 1
  ),
  changed as (
    update private.ai_sessions k set
      developer_id = case when k.developer_id = 'unknown' then coalesce(said.developer_id, 'unknown') else k.developer_id end,
      repository = coalesce(k.repository, said.repository), branch = coalesce(k.branch, said.branch),
      pull_request = coalesce(k.pull_request, said.pull_request), model = sums.model, started_at = sums.started_at,
      ended_at = sums.ended_at, calls = sums.calls, failed_calls = sums.failed_calls, input_tokens = sums.input_tokens,
      output_tokens = sums.output_tokens, cache_read_tokens = sums.cache_read_tokens, cache_write_tokens = sums.cache_write_tokens,
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
  'Adds sessions up again, keeps what is said of them, and moves the totals from how they were to how they are. Their rows must be locked.';

revoke execute on function
  private.ai_session_id(uuid, text), private.ai_model_names(text), private.ai_price(uuid, text, date), private.ai_session_sums(uuid[]),
  private.ai_totals_change(private.ai_sessions[], private.ai_sessions[]), public.store_ai_records(uuid, jsonb),
  private.refresh_ai_sessions(uuid, uuid[], private.ai_sessions[], jsonb[])
  from public, anon, authenticated;
grant execute on function public.store_ai_records(uuid, jsonb) to authenticated, service_role;
