-- Storing what coding with models sends, in one transaction: what is new is inserted, the sessions it belongs to are
-- added up again, and the totals by hour follow exactly. Locks are taken in one order (sessions, calls, edits,
-- counters, commits, totals), each sorted, so that the same records sent twice at once never deadlock.

create type private.ai_record as (index int, session text, call jsonb, edit jsonb, counter jsonb, origin int);

-- Security definer: nobody may write sessions and totals but through here.
create function public.store_ai_records(p_org_id uuid, p_records jsonb, p_sources jsonb default null)
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
  v_retold text[];
  v_oldest timestamptz := private.accepted_from(v_org_id, 'ai');
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
      end, r.counter, r.origin)::private.ai_record order by r.index) filter (where r.is_known),
    coalesce(jsonb_agg(jsonb_build_object('index', r.index) || case when r.is_old
      then jsonb_build_object('code', 'too_old', 'message', 'is from before what the organization keeps')
      else jsonb_build_object('code', 'empty_record', 'message',
        'has no call, edit or counter, and its session is not known')
      end order by r.index) filter (where not r.is_known), '[]')
    into v_sessions, v_records, v_rejected
  from (
    select r.place::int - 1 as index, jsonb_strip_nulls(r.session) as session, nullif(r.call, 'null') as call,
      nullif(r.edit, 'null') as edit, nullif(r.counter, 'null') as counter, r.origin, s.started_at,
      old.is_old, not old.is_old and (
        s.id is not null or coalesce(nullif(r.call, 'null'), nullif(r.edit, 'null'),
          nullif(r.counter, 'null')) is not null) as is_known
    from rows from (jsonb_to_recordset(p_records) as (session jsonb, call jsonb, edit jsonb, counter jsonb,
      origin int)) with ordinality
      as r (session, call, edit, counter, origin, place)
    left join private.ai_sessions s on s.id = private.ai_session_id(v_org_id, r.session ->> 'external_id')
      and coalesce(nullif(r.call, 'null'), nullif(r.edit, 'null'), nullif(r.counter, 'null')) is null
    cross join lateral (
      select coalesce(least(
        (nullif(r.call, 'null') ->> 'at')::timestamptz, (nullif(r.edit, 'null') ->> 'at')::timestamptz,
        (nullif(r.counter, 'null') ->> 'at')::timestamptz) < v_oldest, false) as is_old
    ) old
  ) r;
  if v_records is null then
    perform private.note_ai_sources(v_org_id, p_sources, '{}');
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
  -- A call may be told once more by another signal, which knows more of it or puts it into a session that has a name:
  -- the session it was in changes too. private.ai_call_says_more(), written out because it is asked of each call that
  -- is sent again.
  select coalesce(array_agg(distinct c.session_id), '{}') into v_untold
  from unnest(v_records) r
  cross join lateral jsonb_to_record(r.call) as g (
    at timestamptz, model text, input_tokens bigint, output_tokens bigint, cache_read_tokens bigint,
      cache_write_tokens bigint,
    cost_usd numeric, is_guess boolean, latency_ms bigint, ttft_ms bigint, service_tier text)
  join private.ai_calls c on c.org_id = v_org_id and c.external_id = r.call ->> 'external_id'
  join private.ai_sessions s on s.id = c.session_id
  where r.call is not null and (s.external_id <> r.session
    or g.output_tokens is not null and (c.output_tokens is null
      or row(g.cache_read_tokens + coalesce(g.cache_write_tokens, 0), g.output_tokens, g.input_tokens)
        > row(c.cache_read_tokens + coalesce(c.cache_write_tokens, 0), c.output_tokens, c.input_tokens))
    or g.cost_usd is not null and (c.cost_source is distinct from 'reported' or c.is_guess and g.is_guess is not true)
    or g.model is not null and c.model is null or g.latency_ms is not null and c.latency_ms is null
    or g.ttft_ms is not null and c.ttft_ms is null or g.service_tier is not null and c.service_tier is null or g.at
      < c.at);
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
        cache_write_1h_tokens bigint, reasoning_tokens bigint, service_tier text,
      input_audio_tokens bigint, input_image_tokens bigint, input_video_tokens bigint, ttft_ms bigint, is_guess boolean)
    where r.call is not null
    -- Of one call in two signals of a request the one that says most; the others are told on their own.
    order by c.external_id, c.output_tokens is null, coalesce(c.is_guess, c.cost_usd is null),
      c.cache_read_tokens desc, c.output_tokens desc, r.index
  ),
  -- Once for each model and day, and once for each call, not once for each use.
  price as materialized (
    select g.model, g.day, p
    from (
      select distinct g.model, (g.at at time zone 'UTC')::date as day from given g
        where (g.cost_usd is null or g.is_guess) and g.model is not null
    ) g
    cross join lateral private.ai_price(v_org_id, g.model, g.day) p
  ),
  costed as materialized (
    select g.*, case when g.input_tokens + g.output_tokens is not null then (p.p).id end as price_id, case
      when g.input_tokens + g.output_tokens + coalesce(g.cache_read_tokens, 0) + coalesce(g.cache_write_tokens, 0) = 0
        then 0
      else private.ai_call_cost(p.p, g.input_tokens, g.output_tokens, coalesce(g.cache_read_tokens, 0),
        coalesce(g.cache_write_tokens, 0),
        coalesce(g.cache_write_1h_tokens, 0), g.service_tier, g.input_audio_tokens, g.input_image_tokens)
          end as estimate
    from given g
    left join price p on (g.cost_usd is null or g.is_guess) and p.model = g.model and p.day
      = (g.at at time zone 'UTC')::date
  ),
  call as (
    insert into private.ai_calls (
      session_id, external_id, org_id, at, provider, model, input_tokens, output_tokens, cache_read_tokens,
        cache_write_tokens, cost_usd,
      cost_source, price_id, latency_ms, status, error, cache_write_1h_tokens, reasoning_tokens, service_tier,
        input_audio_tokens,
      input_image_tokens, input_video_tokens, ttft_ms, is_guess, estimate_usd)
    select c.session_id, c.external_id, v_org_id, c.at, c.provider, c.model, c.input_tokens, c.output_tokens,
      c.cache_read_tokens, c.cache_write_tokens, coalesce(c.cost_usd, c.estimate),
      case when c.cost_usd is not null then 'reported' when c.estimate is not null then 'estimated' end, c.price_id,
        c.latency_ms, c.status,
      c.error, c.cache_write_1h_tokens, c.reasoning_tokens, c.service_tier, c.input_audio_tokens,
        c.input_image_tokens, c.input_video_tokens,
      c.ttft_ms, coalesce(c.is_guess, false), case when c.is_guess then c.estimate end
    from costed c order by c.external_id
    on conflict (org_id, external_id) do nothing
    returning external_id
  )
  select array_agg(external_id) into v_calls from call;
  -- One signal after the other, so that it is the same in whatever order and however often they come.
  if cardinality(v_untold) > 0 or (
    select count(*) <> count(distinct r.call ->> 'external_id') from unnest(v_records) r where r.call is not null
  ) then
    select array_agg(told.id), coalesce(array_agg(distinct told.session_id), '{}') || v_ids into v_retold, v_ids
    from private.retell_ai_calls(v_org_id, v_records) told;
  end if;

  with given as (
    select distinct on (e.external_id) e.*, private.ai_session_id(v_org_id, r.session) as session_id
    from unnest(v_records) r
    cross join lateral jsonb_to_record(r.edit) as e (
      external_id text, at timestamptz, tool text, decision text, lines_added int, lines_removed int, language text,
        succeeded boolean, automatic boolean)
    where r.edit is not null
    order by e.external_id, r.index
  ),
  edit as (
    insert into private.ai_edits (
      org_id, external_id, session_id, at, tool, decision, lines_added, lines_removed, language, succeeded, automatic)
    select v_org_id, e.external_id, e.session_id, e.at, e.tool, e.decision, e.lines_added, e.lines_removed,
      e.language, e.succeeded,
      coalesce(e.automatic, false)
    from given e order by e.external_id
    on conflict do nothing returning external_id
  )
  select array_agg(external_id) into v_edits from edit;

  with given as (
    select distinct on (c.external_id) c.*, private.ai_session_id(v_org_id, r.session) as session_id
    from unnest(v_records) r
    cross join lateral jsonb_to_record(r.counter) as c (external_id text, at timestamptz, name text, attributes jsonb,
      value numeric, seen_at timestamptz)
    where r.counter is not null
    order by c.external_id, c.seen_at desc nulls last, r.index
  ),
  counter as (
    insert into private.ai_counters as kept (org_id, external_id, session_id, at, name, attributes, value, seen_at,
      latest)
    select v_org_id, c.external_id, c.session_id, c.at, c.name, coalesce(c.attributes, '{}'), c.value, c.seen_at,
      case when c.seen_at is not null then c.value end
    from given c order by c.external_id
    -- A cumulative sum grew since it was last seen; one that is smaller than it was began again at 0.
    on conflict (org_id, external_id) do update set seen_at = excluded.seen_at, latest = excluded.latest,
      value = kept.value + excluded.latest - case when excluded.latest < kept.latest then 0 else kept.latest end
    where excluded.seen_at > kept.seen_at
    returning external_id
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
  where r.call ->> 'external_id' in (select unnest(v_calls) union select unnest(v_retold)) or r.edit
    ->> 'external_id' in (select unnest(v_edits))
    or r.counter ->> 'external_id' in (select unnest(v_counters));
  -- A session of nothing but calls that are another one's is none.
  with empty as (
    delete from private.ai_sessions s
    where s.id = any (v_ids) and (v_stored < cardinality(v_records) or cardinality(v_untold) > 0
      or v_retold is not null)
      and not exists (select from private.ai_calls c where c.session_id = s.id)
      and not exists (select from private.ai_edits e where e.session_id = s.id)
      and not exists (select from private.ai_counters c where c.session_id = s.id)
      and not exists (select from private.ai_session_commits c where c.session_id = s.id and s.id <> all (v_added))
    returning s.id
  )
  select array(select id from unnest(v_ids) as given (id) except select id from empty) into v_ids;

  perform private.refresh_ai_sessions(v_org_id, v_ids, v_before, v_sessions);
  -- Last, because it waits for whoever stores pull requests; see private.lock_ai_links().
  perform private.link_sessions(v_org_id, v_ids);
  perform private.note_ai_sources(v_org_id, p_sources, array(
    select r.origin from unnest(v_records) r where r.call ->> 'external_id' in (select unnest(v_calls))));

  return jsonb_build_object(
    'stored', v_stored, 'duplicates', cardinality(v_records) - v_stored,
    'sessions', cardinality(v_ids), 'rejected', v_rejected);
end $$;
comment on function public.store_ai_records(uuid, jsonb, jsonb) is
  'Stores [{session: {external_id, source, developer_id?, repository?, branch?, accepted?, accepted_lines?, '
  'commits?, pull_request?}, call?, edit?, counter?, origin?}] and answers {stored, duplicates, sessions, rejected: '
  '[{index, code, message}]}. What is known already changes nothing, what is older than the '
  'organization keeps (too_old) could be counted twice. Beside them it notes what programs sent, in '
  'p_sources, to which origin refers.';

revoke execute on function public.store_ai_records(uuid, jsonb, jsonb) from public, anon, authenticated;
grant execute on function public.store_ai_records(uuid, jsonb, jsonb) to authenticated, service_role;
