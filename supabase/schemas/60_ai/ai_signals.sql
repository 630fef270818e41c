-- One call that several signals tell of: a span, a log record, a gateway. What each knows of it is put together, and
-- comes out the same in whatever order and however often they come.

create function private.ai_call_says_more(p_call jsonb, p_session_id uuid, p_kept private.ai_calls)
returns boolean
language sql
immutable
set search_path = ''
as $$
  select p_session_id <> (p_kept).session_id
    or p_call ? 'output_tokens' and ((p_kept).output_tokens is null
      or row((p_call ->> 'cache_read_tokens')::bigint + coalesce((p_call ->> 'cache_write_tokens')::bigint, 0),
          (p_call ->> 'output_tokens')::bigint, (p_call ->> 'input_tokens')::bigint)
        > row((p_kept).cache_read_tokens + coalesce((p_kept).cache_write_tokens, 0), (p_kept).output_tokens,
          (p_kept).input_tokens))
    or p_call ? 'cost_usd' and ((p_kept).cost_source is distinct from 'reported'
      or (p_kept).is_guess and coalesce((p_call ->> 'is_guess')::boolean, false) is false)
    or p_call ? 'model' and (p_kept).model is null or p_call ? 'latency_ms' and (p_kept).latency_ms is null
    or p_call ? 'ttft_ms' and (p_kept).ttft_ms is null or p_call ? 'service_tier' and (p_kept).service_tier is null
    or (p_call ->> 'at')::timestamptz < (p_kept).at
$$;
comment on function private.ai_call_says_more(jsonb, uuid, private.ai_calls) is
  'Whether another signal of a call knows something of it that is not known yet: more of its tokens (of two that '
  'count, the one that saw the cache), its seller''s own cost, or another session.';

create function private.retell_ai_calls(p_org_id uuid, p_records private.ai_record[])
returns table (id text, session_id uuid)
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_record private.ai_record;
  v_call private.ai_calls;
  v_said private.ai_calls;
  v_session_id uuid;
  v_has_more boolean;
begin
  for v_record in
    -- What was stored just now says no more than itself.
    select r.* from unnest(p_records) r
    join private.ai_calls c on c.org_id = p_org_id and c.external_id = r.call ->> 'external_id'
    where private.ai_call_says_more(r.call, private.ai_session_id(p_org_id, r.session), c)
    order by r.call ->> 'external_id', r.index
  loop
    v_session_id := private.ai_session_id(p_org_id, v_record.session);
    select c.* into v_call from private.ai_calls c
    where c.org_id = p_org_id and c.external_id = v_record.call ->> 'external_id'
      and private.ai_call_says_more(v_record.call, v_session_id, c);
    continue when not found;
    session_id := v_call.session_id;
    v_said := jsonb_populate_record(null::private.ai_calls, v_record.call);
    v_has_more := v_said.output_tokens is not null and (v_call.output_tokens is null
      or row(v_said.cache_read_tokens + coalesce(v_said.cache_write_tokens, 0), v_said.output_tokens,
        v_said.input_tokens)
        > row(v_call.cache_read_tokens + coalesce(v_call.cache_write_tokens, 0), v_call.output_tokens,
          v_call.input_tokens));
    if v_has_more then
      v_call.input_tokens := v_said.input_tokens;
      v_call.output_tokens := v_said.output_tokens;
      v_call.cache_read_tokens := v_said.cache_read_tokens;
      v_call.cache_write_tokens := v_said.cache_write_tokens;
    end if;
    -- A trace is a session only for a call that no signal puts into one with a name.
    select s.id into v_call.session_id from private.ai_sessions s
    where s.id in (v_call.session_id, v_session_id) order by s.external_id ~ '^[0-9a-f]{32}$', s.external_id limit 1;
    v_call.cache_write_1h_tokens := greatest(v_call.cache_write_1h_tokens, v_said.cache_write_1h_tokens);
    v_call.reasoning_tokens := greatest(v_call.reasoning_tokens, v_said.reasoning_tokens);
    v_call.input_audio_tokens := greatest(v_call.input_audio_tokens, v_said.input_audio_tokens);
    v_call.input_image_tokens := greatest(v_call.input_image_tokens, v_said.input_image_tokens);
    v_call.input_video_tokens := greatest(v_call.input_video_tokens, v_said.input_video_tokens);
    v_call.at := least(v_call.at, v_said.at);
    v_call.latency_ms := greatest(v_call.latency_ms, v_said.latency_ms);
    v_call.ttft_ms := least(v_call.ttft_ms, v_said.ttft_ms);
    v_call.provider := least(v_call.provider, v_said.provider);
    v_call.service_tier := least(v_call.service_tier, v_said.service_tier);
    v_call.status := greatest(v_call.status, v_said.status);
    v_call.error := least(v_call.error, v_said.error);
    -- gpt-5.1-2025-11-13 says more than gpt-5.1.
    if char_length(v_said.model) > coalesce(char_length(v_call.model), 0)
      or char_length(v_said.model) = char_length(v_call.model) and v_said.model < v_call.model then
      v_call.model := v_said.model;
    end if;
    if v_said.cost_usd is not null and (v_call.cost_source is distinct from 'reported'
      or v_call.is_guess and coalesce(v_said.is_guess, false) is false) then
      v_call.cost_usd := v_said.cost_usd;
      v_call.cost_source := 'reported';
      v_call.is_guess := coalesce(v_said.is_guess, false);
    end if;
    select p.id, case when v_call.input_tokens + v_call.output_tokens + coalesce(v_call.cache_read_tokens, 0)
        + coalesce(v_call.cache_write_tokens, 0) = 0 then 0
      else private.ai_call_cost(p, v_call.input_tokens, v_call.output_tokens, coalesce(v_call.cache_read_tokens, 0),
        coalesce(v_call.cache_write_tokens, 0), coalesce(v_call.cache_write_1h_tokens, 0), v_call.service_tier,
        v_call.input_audio_tokens, v_call.input_image_tokens) end
      into v_call.price_id, v_call.estimate_usd
    from (select 1) one left join private.ai_price(p_org_id, v_call.model, (v_call.at at time zone 'UTC')::date) p
      on true;
    if v_call.cost_source is distinct from 'reported' then
      v_call.cost_usd := v_call.estimate_usd;
      v_call.cost_source := case when v_call.estimate_usd is not null then 'estimated' end;
    end if;
    if v_call.cost_source = 'reported' and not v_call.is_guess then
      v_call.price_id := null;
    end if;
    if not v_call.is_guess then
      v_call.estimate_usd := null;
    end if;
    update private.ai_calls c set
      session_id = v_call.session_id, at = v_call.at, provider = v_call.provider, model = v_call.model, input_tokens
        = v_call.input_tokens,
      output_tokens = v_call.output_tokens, cache_read_tokens = v_call.cache_read_tokens, cache_write_tokens
        = v_call.cache_write_tokens,
      cache_write_1h_tokens = v_call.cache_write_1h_tokens, reasoning_tokens = v_call.reasoning_tokens,
      input_audio_tokens = v_call.input_audio_tokens, input_image_tokens = v_call.input_image_tokens,
      input_video_tokens = v_call.input_video_tokens, latency_ms = v_call.latency_ms, ttft_ms = v_call.ttft_ms, status
        = v_call.status,
      error = v_call.error, service_tier = v_call.service_tier, cost_usd = v_call.cost_usd, cost_source
        = v_call.cost_source,
      is_guess = v_call.is_guess, estimate_usd = v_call.estimate_usd, price_id = v_call.price_id
    where c.org_id = p_org_id and c.external_id = v_call.external_id and c is distinct from v_call;
    id := v_call.external_id;
    if found then
      return next;
    end if;
  end loop;
end $$;
comment on function private.retell_ai_calls(uuid, private.ai_record[]) is
  'Adds what further signals say of calls that are stored, the same in any order; answers those that changed and '
  'the sessions they were in.';

revoke execute
on function private.ai_call_says_more(jsonb, uuid, private.ai_calls),
private.retell_ai_calls(uuid, private.ai_record[])
from public, anon, authenticated;
