-- AI-assisted development: what coding with models costs, what is accepted of it, and which commits it led to. A call to a model is what
-- is sent and deduplicated; a session is the calls, edits and commits of one sitting. Totals by hour are kept in the same transaction, so
-- that reads do not grow with the number of sessions. The tables live in private, because they name people.

create table private.ai_sessions (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations (id) on delete cascade,
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
  input_tokens bigint not null default 0,
  output_tokens bigint not null default 0,
  cache_read_tokens bigint not null default 0,
  cache_write_tokens bigint not null default 0,
  total_tokens bigint not null generated always as (input_tokens + output_tokens + cache_read_tokens + cache_write_tokens) stored,
  cost_usd numeric(20, 10),
  cost_source text check (cost_source in ('reported', 'estimated', 'mixed')),
  latency_ms_sum bigint not null default 0,
  latency_calls int not null default 0,
  accepted boolean,
  accepted_lines int check (accepted_lines >= 0),
  edits_accepted int not null default 0,
  edits_rejected int not null default 0,
  unique (org_id, external_id)
);
comment on table private.ai_sessions is 'A sitting of a developer with a model: what its calls, edits and counters add up to.';
comment on column private.ai_sessions.model is 'The model of most of its tokens.';
comment on column private.ai_sessions.cost_usd is 'Null when no cost was reported and no price is known for one of its calls.';
comment on column private.ai_sessions.accepted is 'Whether what it made was taken: as reported, else by its edits; null when unknown.';
create index ai_sessions_started_idx on private.ai_sessions (org_id, started_at desc, id);
create index ai_sessions_cost_idx on private.ai_sessions (org_id, cost_usd desc nulls last, id);
create index ai_sessions_tokens_idx on private.ai_sessions (org_id, total_tokens desc, id);
create index ai_sessions_developer_idx on private.ai_sessions (org_id, developer_id, started_at desc);

create table private.ai_calls (
  session_id uuid not null references private.ai_sessions (id) on delete cascade,
  external_id text not null check (char_length(external_id) between 1 and 200),
  org_id uuid not null references public.organizations (id) on delete cascade,
  at timestamptz not null,
  provider text check (char_length(provider) <= 100),
  model text check (char_length(model) <= 200),
  input_tokens bigint not null default 0 check (input_tokens >= 0),
  output_tokens bigint not null default 0 check (output_tokens >= 0),
  cache_read_tokens bigint not null default 0 check (cache_read_tokens >= 0),
  cache_write_tokens bigint not null default 0 check (cache_write_tokens >= 0),
  cost_usd numeric(20, 10) check (cost_usd >= 0),
  cost_source text check (cost_source in ('reported', 'estimated')),
  price_id bigint,
  latency_ms bigint check (latency_ms >= 0),
  status int check (status between 0 and 999),
  error text check (char_length(error) <= 2000),
  primary key (org_id, external_id)
);
comment on table private.ai_calls is 'One call to a model. Its identity within the organization is what makes sending it again change nothing.';
comment on column private.ai_calls.input_tokens is 'Tokens of the prompt that were neither read from nor written to a cache.';
comment on column private.ai_calls.price_id is 'The price an estimated cost was computed with.';
create index ai_calls_session_idx on private.ai_calls (session_id, at);

create table private.ai_edits (
  org_id uuid not null references public.organizations (id) on delete cascade,
  external_id text not null check (char_length(external_id) between 1 and 200),
  session_id uuid not null references private.ai_sessions (id) on delete cascade,
  at timestamptz not null,
  tool text check (char_length(tool) <= 100),
  decision text check (decision in ('accept', 'reject')),
  lines_added int check (lines_added >= 0),
  lines_removed int check (lines_removed >= 0),
  language text check (char_length(language) <= 100),
  succeeded boolean,
  primary key (org_id, external_id)
);
comment on table private.ai_edits is 'An edit or tool call of a session, and whether the developer let it stand.';
create index ai_edits_session_idx on private.ai_edits (session_id, at);

create table private.ai_counters (
  org_id uuid not null references public.organizations (id) on delete cascade,
  external_id text not null check (char_length(external_id) between 1 and 200),
  session_id uuid not null references private.ai_sessions (id) on delete cascade,
  at timestamptz not null,
  name text not null check (char_length(name) between 1 and 200),
  attributes jsonb not null default '{}' check (octet_length(attributes::text) <= 8192),
  value numeric not null,
  primary key (org_id, external_id)
);
comment on table private.ai_counters is
  'Delta sums that a coding agent exports (lines, commits, pull requests, tokens and cost). Those of tokens and cost count only for a session that sent no calls, or they would count twice.';
create index ai_counters_session_idx on private.ai_counters (session_id, name);

create table private.ai_session_commits (
  session_id uuid not null references private.ai_sessions (id) on delete cascade,
  sha text not null check (sha ~ '^[0-9a-f]{7,64}$'),
  org_id uuid not null references public.organizations (id) on delete cascade,
  primary key (session_id, sha)
);
comment on table private.ai_session_commits is 'The commits that a session says it made.';
create index ai_session_commits_sha_idx on private.ai_session_commits (org_id, sha);

create table private.ai_session_links (
  session_id uuid not null references private.ai_sessions (id) on delete cascade,
  pull_request_id bigint not null references private.pull_requests (id) on delete cascade,
  org_id uuid not null references public.organizations (id) on delete cascade,
  method text not null check (method in ('exact', 'scored')),
  confidence numeric(4, 3) not null check (confidence between 0 and 1),
  primary key (session_id, pull_request_id)
);
comment on table private.ai_session_links is 'The pull requests a session went into: exact by commit id or by its number, else scored by repository, person, branch and time.';
create index ai_session_links_pull_request_idx on private.ai_session_links (pull_request_id);

create table private.ai_totals (
  org_id uuid not null references public.organizations (id) on delete cascade,
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
  primary key (org_id, hour, developer_id, repository, model)
);
comment on table private.ai_totals is 'Sessions by the hour they started in, developer, repository and model: always the sum over ai_sessions.';
comment on column private.ai_totals.accepted_tokens is 'Tokens of accepted sessions with known accepted lines.';
create index ai_totals_developer_idx on private.ai_totals (org_id, developer_id, hour);

create table private.ai_prices (
  id bigint generated always as identity primary key,
  org_id uuid references public.organizations (id) on delete cascade,
  model text not null check (char_length(model) between 1 and 200 and model = lower(model)),
  valid_from date not null,
  input_usd numeric(14, 6) not null check (input_usd >= 0),
  output_usd numeric(14, 6) not null check (output_usd >= 0),
  cache_read_usd numeric(14, 6) check (cache_read_usd >= 0),
  cache_write_usd numeric(14, 6) check (cache_write_usd >= 0),
  unique nulls not distinct (org_id, model, valid_from)
);
comment on table private.ai_prices is 'US dollars per million tokens from a day on; an organization''s own price goes before the seeded one (org_id null).';

create table private.ai_model_policies (
  org_id uuid not null references public.organizations (id) on delete cascade,
  repository text not null check (char_length(repository) between 1 and 200 and repository = lower(repository)),
  models text[] not null check (cardinality(models) between 1 and 100),
  updated_at timestamptz not null default now(),
  primary key (org_id, repository)
);
comment on table private.ai_model_policies is 'Which models a repository''s sessions are meant to use; * stands for anything.';

create table private.ai_budgets (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations (id) on delete cascade,
  team_id uuid references private.teams (id) on delete cascade,
  developer_id text check (char_length(developer_id) between 1 and 200),
  period text not null check (period in ('day', 'week', 'month')),
  limit_usd numeric(14, 4) not null check (limit_usd > 0),
  created_at timestamptz not null default now(),
  check ((team_id is null) <> (developer_id is null))
);
comment on table private.ai_budgets is 'How much a team or a developer may spend in a period before an alert goes out.';
create unique index ai_budgets_key on private.ai_budgets (org_id, coalesce(team_id::text, ''), coalesce(developer_id, ''), period);

create table private.ai_budget_alerts (
  budget_id uuid not null references private.ai_budgets (id) on delete cascade,
  period_start date not null,
  org_id uuid not null references public.organizations (id) on delete cascade,
  spent_usd numeric(20, 10) not null,
  crossed_at timestamptz not null default now(),
  primary key (budget_id, period_start)
);
comment on table private.ai_budget_alerts is 'That a budget was crossed in a period: its key is what makes the alert go out once.';

create table private.ai_dead_letters (
  id bigint generated always as identity primary key,
  org_id uuid not null references public.organizations (id) on delete cascade,
  fingerprint text not null check (char_length(fingerprint) = 64),
  received_at timestamptz not null default now(),
  source text not null check (char_length(source) between 1 and 50),
  reason text not null check (char_length(reason) <= 1000),
  record text not null check (char_length(record) <= 65536),
  unique (org_id, fingerprint)
);
comment on table private.ai_dead_letters is 'Records that could not be used, as they came, with the reason. The same one again is the same row.';

do $$
declare
  v_table text;
begin
  foreach v_table in array '{ai_sessions,ai_calls,ai_edits,ai_counters,ai_session_commits,ai_session_links,ai_totals,ai_model_policies,ai_budgets,ai_budget_alerts,ai_dead_letters}'::text[] loop
    execute format('alter table private.%I enable row level security', v_table);
    execute format(
      'create policy "members read what belongs to their organization" on private.%I for select to authenticated
       using (org_id = any (array(select private.my_organization_ids())))', v_table);
    execute format('revoke all on private.%I from public, anon, authenticated, service_role', v_table);
    execute format('grant select on private.%I to authenticated, service_role', v_table);
  end loop;
end $$;
alter table private.ai_prices enable row level security;
create policy "members read the seeded prices and their organization's" on private.ai_prices
  for select to authenticated using (org_id is null or org_id = any (array(select private.my_organization_ids())));
revoke all on private.ai_prices from public, anon, authenticated, service_role;
grant select on private.ai_prices to authenticated, service_role;
