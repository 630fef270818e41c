-- Storing what coding with models sends, in one transaction: what is new is inserted, the sessions it belongs to are
-- added up again, and the totals by hour follow exactly. Locks are taken in one order (sessions, calls, edits,
-- counters, commits, totals), each sorted, so that the same records sent twice at once never deadlock.

create type private.ai_record as (index int, session text, call jsonb, edit jsonb, counter jsonb);

-- Security definer: nobody may write sessions and totals but through here.
create function public.store_ai_records(p_org_id uuid, p_records jsonb)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
set plan_cache_mode = force_custom_plan
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
  v_untold uuid[];
  v_edits text[];
  v_counters text[];
  v_stored int;
begin
  -- A record without anything that has a time can only add to a session that is there already.
  select
    array_agg(r.session || jsonb_build_object('at', coalesce(r.call ->> 'at', r.edit ->> 'at', r.counter ->> 'at'))
      order by r.index)
      filter (where r.is_known),
    array_agg(row(r.index, r.session ->> 'external_id', r.call, case
      when r.edit is not null then r.edit
      -- What is said of a session as a whole is kept as an edit, so that saying it again changes nothing.
      when r.session ? 'accepted' or (r.session ->> 'accepted_lines')::bigint > 0 then jsonb_build_object(
        'external_id', 'reported:' || coalesce(r.call ->> 'external_id', r.session ->> 'external_id'), 'tool',
        'reported', 'at', coalesce(r.call ->> 'at', r.counter ->> 'at', r.started_at::text),
        'decision', case when coalesce((r.session ->> 'accepted')::boolean, true) then 'accept' else 'reject' end,
        'lines_added', r.session -> 'accepted_lines')
      end, r.counter)::private.ai_record order by r.index) filter (where r.is_known),
    coalesce(jsonb_agg(jsonb_build_object('index', r.index, 'code', 'empty_record',
      'message', 'has no call, edit or counter, and its session is not known') order by r.index)
        filter (where not r.is_known), '[]')
    into v_sessions, v_records, v_rejected
  from (
    select r.place::int - 1 as index, jsonb_strip_nulls(r.session) as session, nullif(r.call, 'null') as call,
      nullif(r.edit, 'null') as edit, nullif(r.counter, 'null') as counter, s.started_at,
      s.id is not null or coalesce(nullif(r.call, 'null'), nullif(r.edit, 'null'),
        nullif(r.counter, 'null')) is not null as is_known
    from rows from (jsonb_to_recordset(p_records) as (session jsonb, call jsonb, edit jsonb,
      counter jsonb)) with ordinality
      as r (session, call, edit, counter, place)
    left join private.ai_sessions s on s.id = private.ai_session_id(v_org_id, r.session ->> 'external_id')
      and coalesce(nullif(r.call, 'null'), nullif(r.edit, 'null'), nullif(r.counter, 'null')) is null
  ) r;
  if v_records is null then
    return jsonb_build_object('stored', 0, 'duplicates', 0, 'sessions', 0, 'rejected', v_rejected);
  end if;

  -- New sessions first, then the lock on those that were there; the rows as they were are what the totals know.
  with given as (
    select private.ai_session_id(v_org_id, s ->> 'external_id') as id, min(s ->> 'external_id') as external_id,
      min(s ->> 'source') as source, min((s ->> 'at')::timestamptz) as at
    from unnest(v_sessions) s group by 1
  ),
  added as (
    insert into private.ai_sessions (id, org_id, external_id, source, developer_id, started_at, ended_at)
    select g.id, v_org_id, g.external_id, g.source, 'unknown', g.at, g.at from given g
    where g.at is not null order by g.id
    on conflict do nothing returning id
  )
  select coalesce(array_agg(id), '{}'), (select array_agg(id) from given) into v_added, v_ids from added;
  -- Calls that came without their tokens or their seller's own cost may be told now, by another signal of the same
  -- call: their sessions change too.
  select coalesce(array_agg(distinct c.session_id), '{}') into v_untold
  from unnest(v_records) r
  join private.ai_calls c on c.org_id = v_org_id and c.external_id = r.call ->> 'external_id'
  where r.call ? 'output_tokens' and c.input_tokens is null and c.output_tokens is null
    or r.call ? 'cost_usd' and c.cost_source is distinct from 'reported';
  v_ids := array(select unnest(v_ids) union select unnest(v_untold));
  select array_agg(kept.s) into v_before
  from (
    select s from private.ai_sessions s
    where s.id = any (v_ids) and s.id not in (select unnest(v_added)) order by s.id for no key update
  ) kept;

  with given as (
    select distinct on (c.external_id) c.*, private.ai_session_id(v_org_id, r.session) as session_id
    from unnest(v_records) r
    cross join lateral jsonb_to_record(r.call) as c (
      external_id text, at timestamptz, provider text, model text, input_tokens bigint, output_tokens bigint,
      cache_read_tokens bigint,
      cache_write_tokens bigint, cost_usd numeric, latency_ms bigint, status int, error text,
      cache_write_1h_tokens bigint, reasoning_tokens bigint, service_tier text)
    where r.call is not null
    -- Of one call in two signals the one that says its tokens.
    order by c.external_id, c.input_tokens is null and c.output_tokens is null, r.index
  ),
  price as (
    select g.model, g.day, p
    from (
      select distinct g.model, (g.at at time zone 'UTC')::date as day from given g
      where g.cost_usd is null and g.model is not null
    ) g
    cross join lateral private.ai_price(v_org_id, g.model, g.day) p
  ),
  costed as (
    select g.*, case when g.input_tokens + g.output_tokens is not null then (p.p).id end as price_id, case
      when g.cost_usd is not null then g.cost_usd
      when g.input_tokens + g.output_tokens + coalesce(g.cache_read_tokens, 0) + coalesce(g.cache_write_tokens, 0) = 0
        then 0
      else private.ai_call_cost(p.p, g.input_tokens, g.output_tokens, coalesce(g.cache_read_tokens, 0),
        coalesce(g.cache_write_tokens, 0), coalesce(g.cache_write_1h_tokens, 0), g.service_tier) end as cost
    from given g
    left join price p on g.cost_usd is null and p.model = g.model and p.day = (g.at at time zone 'UTC')::date
  ),
  call as (
    insert into private.ai_calls as kept (
      session_id, external_id, org_id, at, provider, model, input_tokens, output_tokens, cache_read_tokens,
      cache_write_tokens, cost_usd,
      cost_source, price_id, latency_ms, status, error, cache_write_1h_tokens, reasoning_tokens, service_tier)
    select c.session_id, c.external_id, v_org_id, c.at, c.provider, c.model, c.input_tokens, c.output_tokens,
      c.cache_read_tokens, c.cache_write_tokens, c.cost,
      case when c.cost_usd is not null then 'reported'
        when c.cost is not null then 'estimated' end, c.price_id, c.latency_ms, c.status,
      c.error, c.cache_write_1h_tokens, c.reasoning_tokens, c.service_tier
    from costed c order by c.external_id
    on conflict (org_id, external_id) do update set
      provider = coalesce(kept.provider, excluded.provider), model = coalesce(kept.model, excluded.model),
      input_tokens = coalesce(kept.input_tokens, excluded.input_tokens),
      output_tokens = coalesce(kept.output_tokens, excluded.output_tokens),
      cache_read_tokens = coalesce(kept.cache_read_tokens, excluded.cache_read_tokens),
      cache_write_tokens = coalesce(kept.cache_write_tokens, excluded.cache_write_tokens),
      cache_write_1h_tokens = coalesce(kept.cache_write_1h_tokens, excluded.cache_write_1h_tokens),
      reasoning_tokens = coalesce(kept.reasoning_tokens, excluded.reasoning_tokens),
      service_tier = coalesce(kept.service_tier, excluded.service_tier),
      latency_ms = coalesce(kept.latency_ms, excluded.latency_ms),
      cost_usd = case when kept.cost_source = 'reported' then kept.cost_usd
        else coalesce(excluded.cost_usd, kept.cost_usd) end,
      cost_source = case when kept.cost_source = 'reported' then kept.cost_source
        else coalesce(excluded.cost_source, kept.cost_source) end,
      price_id = case when 'reported' in (kept.cost_source, excluded.cost_source) then null
        else coalesce(excluded.price_id, kept.price_id) end
    where kept.session_id = any (v_untold)
      and (kept.input_tokens is null and kept.output_tokens is null and excluded.output_tokens is not null
        or kept.cost_source is distinct from 'reported' and excluded.cost_source = 'reported')
    returning external_id
  )
  select array_agg(external_id) into v_calls from call;

  with given as (
    select distinct on (e.external_id) e.*, private.ai_session_id(v_org_id, r.session) as session_id
    from unnest(v_records) r
    cross join lateral jsonb_to_record(r.edit) as e (
      external_id text, at timestamptz, tool text, decision text, lines_added int, lines_removed int, language text,
      succeeded boolean)
    where r.edit is not null
    order by e.external_id, r.index
  ),
  edit as (
    insert into private.ai_edits (
      org_id, external_id, session_id, at, tool, decision, lines_added, lines_removed, language, succeeded)
    select v_org_id, e.external_id, e.session_id, e.at, e.tool, e.decision, e.lines_added, e.lines_removed, e.language,
      e.succeeded
    from given e order by e.external_id
    on conflict do nothing returning external_id
  )
  select array_agg(external_id) into v_edits from edit;

  with given as (
    select distinct on (c.external_id) c.*, private.ai_session_id(v_org_id, r.session) as session_id
    from unnest(v_records) r
    cross join lateral jsonb_to_record(r.counter) as c (external_id text, at timestamptz, name text, attributes jsonb,
      value numeric)
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

  select count(distinct coalesce('call ' || (r.call ->> 'external_id'), 'edit ' || (r.edit ->> 'external_id'),
    r.counter ->> 'external_id'))
    into v_stored
  from unnest(v_records) r
  where r.call ->> 'external_id' in (select unnest(v_calls)) or r.edit ->> 'external_id' in (select unnest(v_edits))
    or r.counter ->> 'external_id' in (select unnest(v_counters));
  -- A new session of nothing but calls that are known of another one is none.
  with empty as (
    delete from private.ai_sessions s
    where s.id = any (v_added) and (v_stored < cardinality(v_records) or cardinality(v_untold) > 0)
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
  'Stores [{session: {external_id, source, developer_id?, repository?, branch?, accepted?, accepted_lines?, '
  'commits?, pull_request?}, call?, edit?, counter?}] and answers {stored, duplicates, sessions, rejected: [{index, '
  'code, message}]}. What is known already changes nothing.';

revoke execute on function public.store_ai_records(uuid, jsonb) from public, anon, authenticated;
grant execute on function public.store_ai_records(uuid, jsonb) to authenticated, service_role;
