-- AI-assisted development: what coding with models costs, what is accepted of it, and which commits it led to. A call
-- to a model is what is sent and deduplicated; a session is the calls, edits and commits of one sitting. Totals by
-- hour are kept in the same transaction, so that reads do not grow with the number of sessions. The tables live in
-- private, because they name people.

create table private.ai_sessions (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  external_id text not null check (char_length(external_id) between 1 and 200),
  source text not null check (char_length(source) between 1 and 50),
  developer_id text not null check (char_length(developer_id) between 1 and 200),
  repository text check (char_length(repository) <= 200),
  branch text check (char_length(branch) <= 255),
  model text check (char_length(model) <= 200),
  started_at timestamptz not null,
  ended_at timestamptz not null,
  calls int not null default 0,
  failed_calls int not null default 0,
  input_tokens bigint,
  output_tokens bigint,
  cache_read_tokens bigint,
  cache_write_tokens bigint,
  total_tokens bigint generated always as (
    input_tokens + output_tokens + cache_read_tokens + cache_write_tokens
  ) stored,
  cost_usd numeric(20, 10),
  cost_source text check (cost_source in ('reported', 'estimated', 'mixed')),
  latency_ms_sum bigint not null default 0,
  latency_calls int not null default 0,
  accepted boolean,
  accepted_lines int check (accepted_lines >= 0),
  edits_accepted int not null default 0,
  edits_rejected int not null default 0,
  pull_request text check (char_length(pull_request) between 1 and 200),
  people_accepted int not null default 0,
  people_rejected int not null default 0,
  automatic_decisions int not null default 0,
  guessed_calls int not null default 0,
  estimate_usd numeric(20, 10),
  said_developer_id text check (char_length(said_developer_id) between 1 and 200),
  unique (org_id, external_id)
);
comment on table private.ai_sessions is
  'A sitting of a developer with a model: what its calls, edits and counters add up to.';
comment on column private.ai_sessions.model is 'The model of most of its tokens.';
comment on column private.ai_sessions.total_tokens is
  'Null, as each kind of them, when one of its calls does not say how many it took.';
comment on column private.ai_sessions.cost_usd is
  'Null when no cost was reported and no price is known for one of its calls.';
comment on column private.ai_sessions.people_accepted is
  'Decisions of people, as people_rejected; automatic_decisions are those of a configuration or hook.';
comment on column private.ai_sessions.guessed_calls is
  'Calls, or series of a counter, whose reported cost its source can only have guessed.';
comment on column private.ai_sessions.estimate_usd is
  'Where a cost was guessed, what the session costs with the estimates in place of the guesses; null when one is '
  'not known.';
comment on column private.ai_sessions.said_developer_id is
  'Who it was as the source said, where that is an alias of developer_id.';
comment on column private.ai_sessions.id is
  'Made of the organization and the external id by private.ai_session_id().';
comment on column private.ai_sessions.pull_request is 'The number of the pull request that the session itself names.';
comment on column private.ai_sessions.developer_id is
  'In lower case, as commits name their authors: a login or an address; unknown until something says who it was.';
comment on column private.ai_sessions.repository is 'owner/name in lower case.';
comment on column private.ai_sessions.accepted is
  'Whether at least half of its decided edits were let stand; null without any. What a source reports of a whole '
  'session outweighs single edits, and those what only counters say.';
comment on column private.ai_sessions.accepted_lines is
  'Lines added by what was accepted; null when nothing says how many.';
create index ai_sessions_started_idx on private.ai_sessions (org_id, started_at desc, id);
create index ai_sessions_cost_idx on private.ai_sessions (org_id, cost_usd desc nulls last, id);
create index ai_sessions_tokens_idx on private.ai_sessions (org_id, total_tokens desc nulls last, id);
create index ai_sessions_developer_idx on private.ai_sessions (org_id, developer_id, started_at desc);
create index ai_sessions_model_idx on private.ai_sessions (org_id, model, started_at desc) include (cost_usd);
create index ai_sessions_repository_idx on private.ai_sessions (org_id, repository, started_at desc)
where repository is not null;
create index ai_sessions_pull_request_idx on private.ai_sessions (org_id, pull_request)
where pull_request is not null;

alter table private.ai_sessions enable row level security;
create policy "members read what belongs to their organization" on private.ai_sessions
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.ai_sessions from public, anon, authenticated, service_role;
grant select on private.ai_sessions to authenticated, service_role;

-- Found by its primary key, a session is found by that index and no other, whatever the planner thinks of an
-- organization that is too new for its statistics: it takes any index that begins with the organization for as good.
create function private.ai_session_id(p_org_id uuid, p_external_id text)
returns uuid
language sql
immutable
set search_path = ''
as $$
  -- Version 8: made of something else, RFC 9562.
  select overlay(overlay(md5(p_org_id || ' ' || p_external_id) placing '8' from 13 for 1) placing 'a'
    from 17 for 1)::uuid
$$;
comment on function private.ai_session_id(uuid, text) is
  'The id of the session that an organization''s source calls by a name.';

create function private.ai_session_json(p_session private.ai_sessions)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', p_session.id, 'external_id', p_session.external_id, 'source', p_session.source,
    'developer_id', p_session.developer_id,
    'repository', p_session.repository, 'branch', p_session.branch, 'model', p_session.model,
    'timestamp', p_session.started_at,
    'ended_at', p_session.ended_at, 'calls', p_session.calls, 'failed_calls', p_session.failed_calls,
    'input_tokens', p_session.input_tokens, 'output_tokens', p_session.output_tokens, 'cache_read_tokens',
      p_session.cache_read_tokens,
    'cache_write_tokens', p_session.cache_write_tokens, 'total_tokens', p_session.total_tokens, 'cost_usd',
      p_session.cost_usd,
    'cost_source', p_session.cost_source, 'guessed_calls', p_session.guessed_calls, 'estimated_cost_usd',
      p_session.estimate_usd,
    'latency_ms_sum', p_session.latency_ms_sum, 'latency_calls', p_session.latency_calls,
    'accepted', p_session.accepted, 'accepted_lines', p_session.accepted_lines, 'edits_accepted',
      p_session.edits_accepted,
    'edits_rejected', p_session.edits_rejected, 'people_accepted', p_session.people_accepted,
    'people_rejected', p_session.people_rejected, 'automatic_decisions', p_session.automatic_decisions)
$$;
comment on function private.ai_session_json(private.ai_sessions) is
  'A session with the sums that its numbers are made of.';

create function private.ai_cost_baseline(p_org_id uuid, p_model text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with latest as (
    select s.cost_usd from private.ai_sessions s
    where s.org_id = p_org_id and s.model = p_model and s.cost_usd is not null order by s.started_at desc limit 500
  ),
  middle as (select percentile_cont(0.5) within group (order by cost_usd::float8) as median from latest)
  select jsonb_build_object(
    'model', p_model, 'n', count(*), 'median', min(median),
    'mad', percentile_cont(0.5) within group (order by abs(cost_usd::float8 - median)),
    'mean_deviation', avg(abs(cost_usd::float8 - median)))
  from latest, middle
$$;
comment on function private.ai_cost_baseline(uuid, text) is
  'What a session with a model costs: the median of the latest 500 with a known cost, and how far they are from it.';

create function public.ai_sessions(
  p_org_id uuid,
  p_start date,
  p_end date,
  p_developer_id text,
  p_model text,
  p_repository text,
  p_sort_by text,
  p_sort_order text,
  p_page int,
  p_page_size int
)
returns jsonb
language plpgsql
stable
set search_path = ''
set jit = off
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
  v_zone text := (select o.time_zone from public.organizations o where o.id = v_org_id);
  -- What is counted before is no longer there to be listed.
  v_removed timestamptz := (select t.removed_before from private.trims t where t.org_id = v_org_id and t.kind = 'ai');
  v_from timestamptz := greatest(p_start::timestamp at time zone v_zone, v_removed);
  v_to timestamptz := (p_end + 1)::timestamp at time zone v_zone;
  v_developer_id text := private.ai_developer(v_org_id, p_developer_id);
  v_where text := concat_ws(' and ', 's.org_id = $1',
    case when v_from is not null then 's.started_at >= $2' end, case when p_end is not null
      then 's.started_at < $3' end,
    case when p_developer_id is not null then 's.developer_id = $4' end, case when p_model is not null
      then 's.model = $5' end,
    case when p_repository is not null then 's.repository = $6' end);
  -- Exactly as the indexes are, or exactly the other way round.
  v_order text := case p_sort_by || ' ' || p_sort_order
    when 'timestamp desc' then 's.started_at desc, s.id' when 'timestamp asc' then 's.started_at, s.id desc'
    when 'cost_usd desc' then 's.cost_usd desc nulls last, s.id'
    when 'cost_usd asc' then 's.cost_usd nulls first, s.id desc'
    when 'tokens desc' then 's.total_tokens desc nulls last, s.id'
    when 'tokens asc' then 's.total_tokens nulls first, s.id desc' end;
  v_page private.ai_sessions[];
  v_today date := (now() at time zone v_zone)::date;
  v_last date := coalesce(p_end, greatest(v_today, p_start));
  -- Without a first day, from the first session on.
  v_first date := coalesce(
    p_start, (select (min(s.started_at) at time zone v_zone)::date from private.ai_sessions s
      where s.org_id = v_org_id), v_today);
begin
  execute format(
    'select array(select s from private.ai_sessions s where %s order by %s limit least($7, 1000) offset $8)', v_where,
      v_order)
    into v_page
    using v_org_id, v_from, v_to, v_developer_id, p_model, lower(p_repository), p_page_size, (p_page - 1)::bigint
      * p_page_size;
  return jsonb_build_object(
    'period', jsonb_build_object(
      'start', least(v_first, v_last), 'end', v_last, 'days', v_last - least(v_first, v_last) + 1, 'time_zone', v_zone,
      'rows_since', private.rows_since(v_org_id, 'ai', coalesce(p_start, '-infinity'), v_zone)),
    'total_count', (private.ai_window(v_org_id, v_from, v_to, v_developer_id, lower(p_repository), p_model)).sessions,
    'sessions', (
      select coalesce(jsonb_agg(private.ai_session_json(v_page[place]) order by place), '[]')
      from generate_subscripts(v_page, 1) as place),
    'baselines', (
      select coalesce(jsonb_agg(private.ai_cost_baseline(v_org_id, m.model)), '[]')
      from (select distinct p.model from unnest(v_page) p where p.model is not null) m));
end $$;
comment on function public.ai_sessions(uuid, date, date, text, text, text, text, text, int, int) is
  'A page of sessions by time, cost or tokens, how many there are, and what their models'' sessions cost: {period, '
  'total_count, sessions, baselines}. Unknown costs count as the least.';

create function public.ai_session(p_org_id uuid, p_id uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
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
        'id', c.external_id, 'timestamp', c.at, 'provider', c.provider, 'model', c.model, 'input_tokens',
          c.input_tokens,
        'output_tokens', c.output_tokens, 'cache_read_tokens', c.cache_read_tokens, 'cache_write_tokens',
          c.cache_write_tokens,
        'cache_write_1h_tokens', c.cache_write_1h_tokens, 'reasoning_tokens', c.reasoning_tokens, 'service_tier',
          c.service_tier,
        'input_audio_tokens', c.input_audio_tokens, 'input_image_tokens', c.input_image_tokens, 'input_video_tokens',
          c.input_video_tokens,
        'cost_usd', c.cost_usd, 'cost_source', c.cost_source, 'cost_is_guess', c.is_guess, 'estimated_cost_usd',
          c.estimate_usd,
        'ttft_ms', c.ttft_ms, 'latency_ms', c.latency_ms, 'status', c.status, 'error', c.error,
        'price', (select private.ai_price_json(p) from private.ai_prices p where p.id = c.price_id)) order by c.at,
          c.external_id), '[]')
      from (select * from private.ai_calls c where c.session_id = p_id order by c.at limit 500) c),
    'calls_count', v_session.calls,
    'edits', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', e.external_id, 'timestamp', e.at, 'tool', e.tool, 'decision', e.decision, 'lines_added', e.lines_added,
        'lines_removed', e.lines_removed, 'language', e.language, 'succeeded', e.succeeded, 'automatic', e.automatic)
          order by e.at, e.external_id), '[]')
      from (select * from private.ai_edits e where e.session_id = p_id order by e.at limit 500) e),
    'edits_count', (select count(*) from private.ai_edits e where e.session_id = p_id),
    'counters', (
      select coalesce(jsonb_agg(jsonb_build_object('name', c.name, 'attributes', c.attributes, 'value', c.value)
        order by c.name, c.attributes), '[]')
      from (
        select c.name, c.attributes, sum(c.value) as value from private.ai_counters c where c.session_id = p_id
        group by 1, 2 limit 500
      ) c),
    'commits', (
      select coalesce(jsonb_agg(jsonb_build_object('sha', c.sha, 'method', 'exact', 'confidence', 1) order by c.sha),
        '[]')
      from (select * from private.ai_session_commits c where c.session_id = p_id order by c.sha limit 500) c),
    'pull_requests', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'repository', r.full_name, 'number', p.external_id, 'title', p.title, 'state', p.state,
        'merged_at', p.merged_at,
        'method', l.method, 'confidence', l.confidence) order by l.confidence desc, p.id), '[]')
      from private.ai_session_links l
      join private.pull_requests p on p.id = l.pull_request_id
      join private.repositories r on r.id = p.repository_id
      where l.session_id = p_id));
end $$;
comment on function public.ai_session(uuid, uuid) is
  'A session with its calls and edits (the first 500 of each), sums of its counters, commits, and the pull requests '
  'it is linked to.';

revoke execute
on function private.ai_session_id(uuid, text),
private.ai_session_json(private.ai_sessions),
private.ai_cost_baseline(uuid, text),
public.ai_sessions(uuid, date, date, text, text, text, text, text, int, int),
public.ai_session(uuid, uuid)
from public, anon, authenticated;
grant execute
on function private.ai_session_json(private.ai_sessions),
private.ai_cost_baseline(uuid, text),
public.ai_sessions(uuid, date, date, text, text, text, text, text, int, int),
public.ai_session(uuid, uuid)
to authenticated, service_role;
