-- What is in a session: calls to models, edits, counters and the commits it named.

create table private.ai_calls (
  session_id uuid not null references private.ai_sessions (id)
    on delete cascade,
  external_id text not null check (char_length(external_id) between 1 and 200),
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  at timestamptz not null check (at >= '2000-01-01 00:00+00' and at < '2101-01-01 00:00+00'),
  provider text check (char_length(provider) <= 100),
  model text check (char_length(model) <= 200),
  input_tokens bigint check (input_tokens between 0 and 1e15),
  output_tokens bigint check (output_tokens between 0 and 1e15),
  cache_read_tokens bigint check (cache_read_tokens between 0 and 1e15),
  cache_write_tokens bigint check (cache_write_tokens between 0 and 1e15),
  cost_usd numeric(20, 10) check (cost_usd between 0 and 1e9),
  cost_source text check (cost_source in ('reported', 'estimated')),
  price_id bigint,
  latency_ms bigint check (latency_ms between 0 and 1e15),
  status int check (status between 0 and 999),
  error text check (char_length(error) <= 2000),
  cache_write_1h_tokens bigint check (cache_write_1h_tokens between 0 and 1e15),
  reasoning_tokens bigint check (reasoning_tokens between 0 and 1e15),
  service_tier text check (char_length(service_tier) between 1 and 50),
  input_audio_tokens bigint check (input_audio_tokens between 0 and 1e15),
  input_image_tokens bigint check (input_image_tokens between 0 and 1e15),
  input_video_tokens bigint check (input_video_tokens between 0 and 1e15),
  ttft_ms bigint check (ttft_ms between 0 and 1e15),
  is_guess boolean not null default false,
  estimate_usd numeric(20, 10) check (estimate_usd between 0 and 1e9),
  primary key (org_id, external_id)
);
comment on table private.ai_calls is
  'One call to a model. Its identity within the organization is what makes sending it again change nothing.';
comment on column private.ai_calls.input_tokens is
  'Tokens of the prompt that were neither read from nor written to a cache; null, as the others, where nothing says '
  'how many.';
comment on column private.ai_calls.cache_write_1h_tokens is
  'Those of cache_write_tokens that were written for an hour, which costs more than five minutes.';
comment on column private.ai_calls.reasoning_tokens is 'Those of output_tokens that were thought and not said.';
comment on column private.ai_calls.service_tier is
  'What the call was sold as where that is not the standard: batch, flex, priority, fast.';
comment on column private.ai_calls.input_audio_tokens is
  'Those of the prompt that were heard, as the next two were seen; null where nothing says so.';
comment on column private.ai_calls.ttft_ms is 'Until the first token came, in milliseconds.';
comment on column private.ai_calls.is_guess is
  'Whether the reported cost is one that its source can only have guessed: an agent that stands before another '
  'seller''s model.';
comment on column private.ai_calls.estimate_usd is 'Beside a guessed cost, what the price table says.';
comment on column private.ai_calls.price_id is
  'The price an estimated cost, or the estimate beside a guess, was computed with.';
create index ai_calls_session_idx on private.ai_calls (session_id, at);

alter table private.ai_calls enable row level security;
create policy "members read what belongs to their organization" on private.ai_calls
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.ai_calls from public, anon, authenticated, service_role;
grant select on private.ai_calls to authenticated, service_role;

create table private.ai_edits (
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  external_id text not null check (char_length(external_id) between 1 and 200),
  session_id uuid not null references private.ai_sessions (id)
    on delete cascade,
  at timestamptz not null check (at >= '2000-01-01 00:00+00' and at < '2101-01-01 00:00+00'),
  tool text check (char_length(tool) <= 100),
  decision text check (decision in ('accept', 'reject')),
  lines_added int check (lines_added between 0 and 100000000),
  lines_removed int check (lines_removed between 0 and 100000000),
  language text check (char_length(language) <= 100),
  succeeded boolean,
  automatic boolean not null default false,
  primary key (org_id, external_id)
);
comment on table private.ai_edits is 'An edit or tool call of a session, and whether the developer let it stand.';
comment on column private.ai_edits.tool is
  'The tool that edited; reported for what a source says of a whole call or session.';
comment on column private.ai_edits.automatic is
  'Whether the decision was made by configuration, a hook or a run without people, and not by a person.';
create index ai_edits_session_idx on private.ai_edits (session_id, at);

alter table private.ai_edits enable row level security;
create policy "members read what belongs to their organization" on private.ai_edits
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.ai_edits from public, anon, authenticated, service_role;
grant select on private.ai_edits to authenticated, service_role;

create table private.ai_counters (
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  external_id text not null check (char_length(external_id) between 1 and 200),
  session_id uuid not null references private.ai_sessions (id)
    on delete cascade,
  at timestamptz not null check (at >= '2000-01-01 00:00+00' and at < '2101-01-01 00:00+00'),
  name text not null check (char_length(name) between 1 and 200),
  attributes jsonb not null default '{}' check (
    jsonb_typeof(attributes) = 'object'
    and octet_length(attributes::text) <= 8192
  ),
  value numeric not null check (value between -1e15 and 1e15 and scale(value) <= 400),
  seen_at timestamptz check (seen_at >= '2000-01-01 00:00+00' and seen_at < '2101-01-01 00:00+00'),
  latest numeric check (latest between -1e15 and 1e15 and scale(latest) <= 400),
  primary key (org_id, external_id)
);
comment on column private.ai_counters.seen_at is
  'Of a cumulative sum, which is one row for each series and start: when its latest value was taken; null for a delta.';
comment on column private.ai_counters.latest is
  'That value: one that is smaller than the one before began again at 0.';
comment on table private.ai_counters is
  'Sums that a coding agent exports (lines, commits, pull requests, tokens and cost). Those of tokens and cost '
  'count only for a session that sent no calls, or they would count twice.';
create index ai_counters_session_idx on private.ai_counters (session_id, name);

alter table private.ai_counters enable row level security;
create policy "members read what belongs to their organization" on private.ai_counters
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.ai_counters from public, anon, authenticated, service_role;
grant select on private.ai_counters to authenticated, service_role;

create table private.ai_session_commits (
  session_id uuid not null references private.ai_sessions (id)
    on delete cascade,
  sha text not null check (sha ~ '^[0-9a-f]{7,64}$'),
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  primary key (session_id, sha)
);
comment on table private.ai_session_commits is 'The commits that a session says it made.';
create index ai_session_commits_sha_idx on private.ai_session_commits (org_id, sha);

alter table private.ai_session_commits enable row level security;
create policy "members read what belongs to their organization" on private.ai_session_commits
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.ai_session_commits from public, anon, authenticated, service_role;
grant select on private.ai_session_commits to authenticated, service_role;
