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
  people_accepted int not null default 0,
  people_rejected int not null default 0,
  automatic_decisions int not null default 0,
  fresh_tokens bigint not null default 0,
  cached_tokens bigint not null default 0,
  primary key (org_id, hour, developer_id, repository, model)
);
comment on table private.ai_totals is
  'Sessions by the hour they started in, developer, repository and model: always the sum over ai_sessions.';
comment on column private.ai_totals.tokens is 'Of the sessions that say how many they took.';
comment on column private.ai_totals.accepted_tokens is 'Tokens of accepted sessions with known accepted lines.';
comment on column private.ai_totals.unmeasured_sessions is 'Sessions whose tokens are not known.';
comment on column private.ai_totals.measured_lines is 'Accepted lines of the sessions that accepted_tokens are of.';
comment on column private.ai_totals.people_accepted is
  'Decisions of people, as people_rejected; the automatic ones beside them.';
comment on column private.ai_totals.fresh_tokens is
  'Of accepted_tokens those that were not read from a cache; cached_tokens are those that were.';
create index ai_totals_developer_idx on private.ai_totals (org_id, developer_id, hour);

alter table private.ai_totals enable row level security;
create policy "members read what belongs to their organization" on private.ai_totals
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.ai_totals from public, anon, authenticated, service_role;
grant select on private.ai_totals to authenticated, service_role;

create function private.ai_totals_change(p_before private.ai_sessions[], p_after private.ai_sessions[])
returns void
language sql
volatile
set search_path = ''
as $$
  insert into private.ai_totals as kept (
    org_id, hour, developer_id, repository, model, sessions, failed_sessions, accepted, rejected, tokens,
      accepted_tokens, accepted_lines,
    cost_usd, uncosted_sessions, latency_ms_sum, latency_calls, unmeasured_sessions, measured_lines, people_accepted,
      people_rejected,
    automatic_decisions, fresh_tokens, cached_tokens)
  select s.org_id, date_trunc('hour', s.started_at, 'UTC'), s.developer_id, coalesce(s.repository, ''),
    coalesce(s.model, ''), sum(sign),
    sum(sign * (s.failed_calls > 0)::int), sum(sign * coalesce(s.accepted, false)::int),
      sum(sign * (not coalesce(s.accepted, true))::int),
    sum(sign * coalesce(s.total_tokens, 0)),
    sum(case when s.accepted and s.accepted_lines is not null then sign * coalesce(s.total_tokens, 0) else 0 end),
    sum(case when s.accepted then sign * coalesce(s.accepted_lines, 0) else 0 end), sum(sign * coalesce(s.cost_usd, 0)),
    sum(sign * (s.cost_usd is null)::int), sum(sign * s.latency_ms_sum), sum(sign * s.latency_calls),
    sum(sign * (s.total_tokens is null)::int),
    sum(case when s.accepted and s.total_tokens is not null then sign * coalesce(s.accepted_lines, 0) else 0 end),
    sum(sign * s.people_accepted), sum(sign * s.people_rejected), sum(sign * s.automatic_decisions),
    sum(case when s.accepted and s.accepted_lines is not null then sign
      * coalesce(s.total_tokens - s.cache_read_tokens, 0) else 0 end),
    sum(case when s.accepted and s.accepted_lines is not null and s.total_tokens is not null then sign
      * s.cache_read_tokens else 0 end)
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
    measured_lines = kept.measured_lines + excluded.measured_lines,
    people_accepted = kept.people_accepted + excluded.people_accepted, people_rejected = kept.people_rejected
      + excluded.people_rejected,
    automatic_decisions = kept.automatic_decisions + excluded.automatic_decisions,
    fresh_tokens = kept.fresh_tokens + excluded.fresh_tokens, cached_tokens = kept.cached_tokens
      + excluded.cached_tokens;

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

create function private.ai_developer_rank(p_developer_id text)
returns int
language sql
immutable
set search_path = ''
as $$
  -- Claude Code's user.id, one for each installation, is a hash.
  select case when p_developer_id = 'unknown' then 3 when position('@' in p_developer_id) > 1 then 0
    when p_developer_id ~ '^[0-9a-f]{64}$' then 2 else 1 end
$$;
comment on function private.ai_developer_rank(text) is
  'How much a name says of who somebody is, the least most: an address, an account or login, an installation, nothing.';

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
      (array_agg(lower(s ->> 'developer_id') order by lower(s ->> 'developer_id') not like '_%@%',
        lower(s ->> 'developer_id') ~ '^[0-9a-f]{64}$', place)
        filter (where lower(s ->> 'developer_id') <> 'unknown'))[1] as developer_id,
      (array_agg(lower(s ->> 'repository') order by place) filter (where s ? 'repository'))[1] as repository,
      (array_agg(s ->> 'branch' order by place) filter (where s ? 'branch'))[1] as branch,
      (array_agg(s ->> 'pull_request' order by place) filter (where s ? 'pull_request'))[1] as pull_request
    from unnest(p_said) with ordinality as g (s, place) group by 1
  ),
  known as (
    select said.*, coalesce(a.developer_id, said.developer_id) as person
    from said left join private.ai_developer_aliases a on a.org_id = p_org_id and a.alias = said.developer_id
  ),
  changed as (
    update private.ai_sessions k set
      developer_id = case when is_better then said.person else k.developer_id end,
      said_developer_id = case when is_better then nullif(said.developer_id, said.person) else k.said_developer_id end,
      repository = coalesce(k.repository, said.repository), branch = coalesce(k.branch, said.branch),
      pull_request = coalesce(k.pull_request, said.pull_request), model = sums.model, started_at = sums.started_at,
      ended_at = sums.ended_at, calls = sums.calls, failed_calls = sums.failed_calls, input_tokens = sums.input_tokens,
      output_tokens = sums.output_tokens, cache_read_tokens = sums.cache_read_tokens,
      cache_write_tokens = sums.cache_write_tokens,
      cost_usd = sums.cost_usd, cost_source = sums.cost_source, latency_ms_sum = sums.latency_ms_sum,
      latency_calls = sums.latency_calls, accepted = sums.accepted, accepted_lines = sums.accepted_lines,
      edits_accepted = sums.edits_accepted, edits_rejected = sums.edits_rejected, people_accepted
        = sums.people_accepted,
      people_rejected = sums.people_rejected, automatic_decisions = sums.automatic_decisions, guessed_calls
        = sums.guessed_calls,
      estimate_usd = sums.estimate_usd
    from private.ai_session_sums(p_ids) sums
    join private.ai_sessions was on was.id = sums.session_id
    left join known said on said.id = sums.session_id
    -- A name that says more of who it was goes before one that came earlier.
    cross join lateral (
      select said.developer_id is not null and private.ai_developer_rank(said.developer_id)
        < private.ai_developer_rank(coalesce(was.said_developer_id, was.developer_id)) as is_better
    ) better
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
on function private.ai_totals_change(private.ai_sessions[], private.ai_sessions[]),
private.ai_developer_rank(text),
private.refresh_ai_sessions(uuid, uuid[], private.ai_sessions[], jsonb[])
from public, anon, authenticated;
