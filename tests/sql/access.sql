-- Every table × select, insert, update, delete × every actor, on a row of tenant A. `siud` are the operations that are allowed.

insert into public.data_sources (user_id, source_name, account_ref)
values ('00000000-0000-4000-8000-0000000000a1', 'github', 'octocat');
insert into public.metric_definitions (org_id, metric_name, label)
values ('00000000-0000-4000-a000-00000000000a', 'trials', 'Trials');
insert into public.metrics (user_id, source_name, metric_date, metric_name, metric_value)
values ('00000000-0000-4000-8000-0000000000a1', 'ga4', '2026-11-16', 'sessions', 1);
update public.metrics set metric_value = 2 where user_id = '00000000-0000-4000-8000-0000000000a1';
insert into public.idempotency_keys (scope, key, fingerprint) values ('tests', 'tests', repeat('0', 64));
insert into public.github_cache (cache_key, etag, body) values (repeat('0', 64), 'W/"0"', '{}');
insert into public.digest_preferences (user_id, enabled)
select user_id, true from tests.actors where user_id is not null;
insert into public.digest_runs (id, trigger, scope) values ('00000000-0000-4000-b000-000000000001', 'service', 'all');
insert into public.digests (id, user_id, week_start)
values ('00000000-0000-4000-c000-000000000001', '00000000-0000-4000-8000-0000000000a1', '2026-11-09');
insert into public.digest_schedule (org_id, week_start, due_at, enqueued_at)
values ('00000000-0000-4000-a000-00000000000a', '2026-11-09', now(), now());
insert into public.digest_events (id, digest_id, type) values ('tests', '00000000-0000-4000-c000-000000000001', 'email.sent');
insert into public.invitations (id, org_id, email, role, token_hash, expires_at) values
  ('00000000-0000-4000-d000-000000000001', '00000000-0000-4000-a000-00000000000a', 'guest@tenants.test', 'viewer', repeat('0', 64), now());
insert into public.api_keys (id, org_id, name, scopes, secret_hash)
values ('000000000000', '00000000-0000-4000-a000-00000000000a', 'Tests', '{read}', repeat('0', 64));
insert into private.rate_limits values ('tests', now(), 1);
insert into private.used_refresh_tokens (token_hash) values (repeat('0', 64));
insert into private.etl_jobs (id, org_id, repository, reads_as, interval_minutes, retry_minutes) values
  ('00000000-0000-4000-e000-000000000001', '00000000-0000-4000-a000-00000000000a', 'octo/tests', 'connection', 60, 10);
insert into private.etl_runs (job_id, org_id, trigger) values
  ('00000000-0000-4000-e000-000000000001', '00000000-0000-4000-a000-00000000000a', 'request');
insert into private.etl_dead_letters (org_id, key, delivery_id, code, reason)
values ('00000000-0000-4000-a000-00000000000a', 'tests', 'tests', 'tests', 'Tests');
insert into private.disk_alerts (threshold, bytes, limit_bytes) values (80, 8, 10);
insert into private.data_retention (org_id, kind, days) values ('00000000-0000-4000-a000-00000000000a', 'ai', 90);
insert into private.trims (org_id, kind, next_at) values ('00000000-0000-4000-a000-00000000000a', 'ai', 'infinity');
insert into private.alert_mails (kind, alert, org_id, user_id, content, expires_at) values
  ('disk', 'tests', '00000000-0000-4000-a000-00000000000a', '00000000-0000-4000-8000-0000000000a1', '{}', now());
insert into private.webhook_deliveries (delivery_id, event, payload) values ('tests', 'ping', '{}');

create table tests.expected (
  table_name text primary key,
  owner text, admin text, member text, viewer text, stranger text, anon text, service text
);
insert into tests.expected values
  -- table                       owner   admin   member  viewer  stranger anon service
  ('public.organizations',       's',    's',    's',    's',    '',      '',  'siud'),
  ('public.users',               's',    's',    's',    's',    '',      '',  'siud'),
  ('public.memberships',         's',    's',    's',    's',    '',      '',  'siud'),
  ('public.data_sources',        's',    's',    's',    's',    '',      '',  'siud'),
  ('public.metric_definitions',  's',    's',    's',    's',    '',      '',  'siud'),
  ('public.metrics',             'siud', 'siud', 'siud', 's',    '',      '',  'siud'),
  ('public.metric_restatements', 's',    's',    's',    's',    '',      '',  's'),
  ('public.idempotency_keys',    '',     '',     '',     '',     '',      '',  'siud'),
  ('public.github_cache',        '',     '',     '',     '',     '',      '',  'siud'),
  -- one's own, whoever one is; others' are tested below
  ('public.digest_preferences',  'siu',  'siu',  'siu',  'siu',  'siu',   '',  'siud'),
  ('public.digests',             's',    's',    's',    's',    '',      '',  'siud'),
  ('public.digest_runs',         '',     '',     '',     '',     '',      '',  'siud'),
  ('public.digest_schedule',     '',     '',     '',     '',     '',      '',  'siud'),
  ('public.digest_events',       '',     '',     '',     '',     '',      '',  'siud'),
  ('public.invitations',         's',    's',    '',     '',     '',      '',  'siud'),
  ('public.api_keys',            's',    's',    '',     '',     '',      '',  'siud'),
  ('public.audit_log',           's',    's',    '',     '',     '',      '',  's'),
  ('private.rate_limits',        '',     '',     '',     '',     '',      '',  ''),
  ('private.used_refresh_tokens', '',    '',     '',     '',     '',      '',  ''),
  ('private.etl_jobs',           '',     '',     '',     '',     '',      '',  ''),
  ('private.etl_runs',           '',     '',     '',     '',     '',      '',  ''),
  ('private.etl_dead_letters',   '',     '',     '',     '',     '',      '',  ''),
  ('private.webhook_deliveries', '',     '',     '',     '',     '',      '',  ''),
  ('private.cron_heartbeat',     '',     '',     '',     '',     '',      '',  ''),
  ('private.disk_sizes',         '',     '',     '',     '',     '',      '',  ''),
  ('private.disk_alerts',        '',     '',     '',     '',     '',      '',  ''),
  ('private.data_retention',     's',    's',    's',    's',    '',      '',  's'),
  ('private.trims',              's',    's',    's',    's',    '',      '',  's'),
  ('private.alert_mails',        's',    's',    's',    's',    '',      '',  's'),
  ('private.scheduled_calls',    '',     '',     '',     '',     '',      '',  '');

create table tests.statements (table_name text, operation text, statement text, before text, primary key (table_name, operation));
insert into tests.statements values
  ('public.organizations', 's', $$select id from public.organizations where name = 'Tenant A'$$),
  ('public.organizations', 'i', $$insert into public.organizations (name) values ('Tenant C')$$),
  ('public.organizations', 'u', $$update public.organizations set name = 'Mine' where id = '00000000-0000-4000-a000-00000000000a'$$),
  ('public.organizations', 'd', $$delete from public.organizations where id = '00000000-0000-4000-a000-00000000000a'$$),
  ('public.users', 's', $$select id from public.users where email = 'owner@tenants.test'$$),
  ('public.users', 'i', $$insert into public.users (email, org_id) values ('new@tenants.test', '00000000-0000-4000-a000-00000000000a')$$),
  ('public.users', 'u', $$update public.users set email = 'taken@tenants.test' where email = 'owner@tenants.test'$$),
  ('public.users', 'd', $$delete from public.users where email = 'owner@tenants.test'$$),
  ('public.memberships', 's', $$select role from public.memberships where user_id = '00000000-0000-4000-8000-0000000000a1'$$),
  ('public.memberships', 'i',
    $$insert into public.memberships values ('00000000-0000-4000-a000-00000000000a', '00000000-0000-4000-8000-0000000000b1', 'owner')$$),
  ('public.memberships', 'u',
    $$update public.memberships set role = 'owner' where user_id = '00000000-0000-4000-8000-0000000000a4'$$),
  ('public.memberships', 'd', $$delete from public.memberships where user_id = '00000000-0000-4000-8000-0000000000a4'$$),
  ('public.data_sources', 's', $$select account_ref from public.data_sources where account_ref = 'octocat'$$),
  ('public.data_sources', 'i', $$insert into public.data_sources (user_id, source_name) values ('{me}', 'ga4')$$),
  ('public.data_sources', 'u', $$update public.data_sources set account_ref = 'other' where account_ref = 'octocat'$$),
  ('public.data_sources', 'd', $$delete from public.data_sources where account_ref = 'octocat'$$),
  ('public.metric_definitions', 's', $$select id from public.metric_definitions where metric_name = 'trials'$$),
  ('public.metric_definitions', 'i',
    $$insert into public.metric_definitions (org_id, metric_name, label) values ('00000000-0000-4000-a000-00000000000a', 'x', 'X')$$),
  ('public.metric_definitions', 'u', $$update public.metric_definitions set label = 'X' where metric_name = 'trials'$$),
  ('public.metric_definitions', 'd', $$delete from public.metric_definitions where metric_name = 'trials'$$),
  ('public.metrics', 's',
    $$select metric_value from public.metrics where user_id = '00000000-0000-4000-8000-0000000000a1'$$),
  ('public.metrics', 'i',
    $$insert into public.metrics (user_id, source_name, metric_date, metric_name, metric_value)
      values ('00000000-0000-4000-8000-0000000000a1', 'ga4', '2026-11-17', 'sessions', 1)$$),
  ('public.metrics', 'u',
    $$update public.metrics set metric_value = 3 where user_id = '00000000-0000-4000-8000-0000000000a1'$$),
  ('public.metrics', 'd', $$delete from public.metrics where user_id = '00000000-0000-4000-8000-0000000000a1'$$),
  ('public.metric_restatements', 's',
    $$select id from public.metric_restatements where org_id = '00000000-0000-4000-a000-00000000000a'$$),
  ('public.metric_restatements', 'i',
    $$insert into public.metric_restatements (metric_id, org_id, previous_value, new_value)
      select id, org_id, 0, 1 from public.metrics where user_id = '00000000-0000-4000-8000-0000000000a1'$$),
  ('public.metric_restatements', 'u', $$update public.metric_restatements set new_value = 9$$),
  ('public.metric_restatements', 'd', $$delete from public.metric_restatements$$),
  ('public.idempotency_keys', 's', $$select key from public.idempotency_keys where key = 'tests'$$),
  ('public.idempotency_keys', 'i', $$insert into public.idempotency_keys (scope, key, fingerprint) values ('t', 't', repeat('1', 64))$$),
  ('public.idempotency_keys', 'u', $$update public.idempotency_keys set response_status = 200 where key = 'tests'$$),
  ('public.idempotency_keys', 'd', $$delete from public.idempotency_keys where key = 'tests'$$),
  ('public.github_cache', 's', $$select body from public.github_cache where etag = 'W/"0"'$$),
  ('public.github_cache', 'i', $$insert into public.github_cache (cache_key, etag, body) values (repeat('1', 64), 'x', '{}')$$),
  ('public.github_cache', 'u', $$update public.github_cache set body = '[]' where etag = 'W/"0"'$$),
  ('public.github_cache', 'd', $$delete from public.github_cache where etag = 'W/"0"'$$),
  ('public.digest_preferences', 's', $$select enabled from public.digest_preferences where user_id = '{me}'$$),
  ('public.digest_preferences', 'u', $$update public.digest_preferences set enabled = false where user_id = '{me}'$$),
  ('public.digest_preferences', 'd', $$delete from public.digest_preferences where user_id = '{me}'$$),
  ('public.digests', 's', $$select state from public.digests where user_id = '00000000-0000-4000-8000-0000000000a1'$$),
  ('public.digests', 'i', $$insert into public.digests (user_id, week_start) values ('{me}', '2026-11-02')$$),
  ('public.digests', 'u', $$update public.digests set state = 'sent' where week_start = '2026-11-09'$$),
  ('public.digests', 'd', $$delete from public.digests where week_start = '2026-11-09'$$),
  ('public.digest_runs', 's', $$select status from public.digest_runs where id = '00000000-0000-4000-b000-000000000001'$$),
  ('public.digest_runs', 'i', $$insert into public.digest_runs (trigger, scope) values ('cron', 'due')$$),
  ('public.digest_runs', 'u', $$update public.digest_runs set sent = 1$$),
  ('public.digest_runs', 'd', $$delete from public.digest_runs$$),
  ('public.digest_schedule', 's', $$select due_at from public.digest_schedule$$),
  ('public.digest_schedule', 'i',
    $$insert into public.digest_schedule values ('00000000-0000-4000-a000-00000000000a', '2026-11-02', now(), now())$$),
  ('public.digest_schedule', 'u', $$update public.digest_schedule set due_at = now()$$),
  ('public.digest_schedule', 'd', $$delete from public.digest_schedule$$),
  ('public.digest_events', 's', $$select type from public.digest_events$$),
  ('public.digest_events', 'i', $$insert into public.digest_events (id, type) values ('x', 'email.sent')$$),
  ('public.digest_events', 'u', $$update public.digest_events set type = 'x'$$),
  ('public.digest_events', 'd', $$delete from public.digest_events$$),
  ('public.invitations', 's', $$select email from public.invitations where email = 'guest@tenants.test'$$),
  ('public.invitations', 'i',
    $$insert into public.invitations (org_id, email, role, token_hash, expires_at)
      values ('00000000-0000-4000-a000-00000000000a', 'me@tenants.test', 'owner', repeat('1', 64), now())$$),
  ('public.invitations', 'u', $$update public.invitations set role = 'owner' where email = 'guest@tenants.test'$$),
  ('public.invitations', 'd', $$delete from public.invitations where email = 'guest@tenants.test'$$),
  ('public.api_keys', 's', $$select scopes from public.api_keys where id = '000000000000'$$),
  ('public.api_keys', 'i',
    $$insert into public.api_keys (id, org_id, name, scopes, secret_hash)
      values ('000000000001', '00000000-0000-4000-a000-00000000000a', 'Mine', '{admin}', repeat('1', 64))$$),
  ('public.api_keys', 'u', $$update public.api_keys set scopes = '{admin}' where id = '000000000000'$$),
  ('public.api_keys', 'd', $$delete from public.api_keys where id = '000000000000'$$),
  ('public.audit_log', 's', $$select action from public.audit_log where org_id = '00000000-0000-4000-a000-00000000000a'$$),
  ('public.audit_log', 'i', $$insert into public.audit_log (actor_kind, action, object_type) values ('user', 'a.b', 'a')$$),
  ('public.audit_log', 'u', $$update public.audit_log set action = 'nothing'$$),
  ('public.audit_log', 'd', $$delete from public.audit_log$$),
  ('private.etl_jobs', 's', $$select id from private.etl_jobs$$),
  ('private.etl_jobs', 'i',
    $$insert into private.etl_jobs (org_id, repository, reads_as, interval_minutes, retry_minutes)
      values ('00000000-0000-4000-a000-00000000000a', 'octo/mine', 'deployment', 60, 10)$$),
  ('private.etl_jobs', 'u', $$update private.etl_jobs set reads_as = 'deployment'$$),
  ('private.etl_jobs', 'd', $$delete from private.etl_jobs$$),
  ('private.etl_runs', 's', $$select id from private.etl_runs$$),
  ('private.etl_runs', 'i',
    $$insert into private.etl_runs (job_id, org_id, trigger, state, finished_at)
      values ('00000000-0000-4000-e000-000000000001', '00000000-0000-4000-a000-00000000000a', 'request', 'FAILED', now())$$),
  ('private.etl_runs', 'u', $$update private.etl_runs set stored = 1$$),
  ('private.etl_runs', 'd', $$delete from private.etl_runs$$),
  ('private.etl_dead_letters', 's', $$select item from private.etl_dead_letters$$),
  ('private.etl_dead_letters', 'i',
    $$insert into private.etl_dead_letters (org_id, key, delivery_id, code, reason)
      values ('00000000-0000-4000-a000-00000000000a', 'mine', 'mine', 'mine', 'Mine')$$),
  ('private.etl_dead_letters', 'u', $$update private.etl_dead_letters set reason = 'None'$$),
  ('private.etl_dead_letters', 'd', $$delete from private.etl_dead_letters$$),
  ('private.webhook_deliveries', 's', $$select payload from private.webhook_deliveries$$),
  ('private.webhook_deliveries', 'i',
    $$insert into private.webhook_deliveries (delivery_id, event, payload) values ('mine', 'ping', '{}')$$),
  ('private.webhook_deliveries', 'u', $$update private.webhook_deliveries set state = 'processed'$$),
  ('private.webhook_deliveries', 'd', $$delete from private.webhook_deliveries$$),
  ('private.rate_limits', 's', $$select bucket from private.rate_limits$$),
  ('private.rate_limits', 'i', $$insert into private.rate_limits values ('mine', now(), 1)$$),
  ('private.rate_limits', 'u', $$update private.rate_limits set granted = 1$$),
  ('private.rate_limits', 'd', $$delete from private.rate_limits$$),
  ('private.used_refresh_tokens', 's', $$select used_at from private.used_refresh_tokens$$),
  ('private.used_refresh_tokens', 'i', $$insert into private.used_refresh_tokens (token_hash) values (repeat('1', 64))$$),
  ('private.used_refresh_tokens', 'u', $$update private.used_refresh_tokens set used_at = now()$$),
  ('private.used_refresh_tokens', 'd', $$delete from private.used_refresh_tokens$$),
  ('private.cron_heartbeat', 's', $$select beat_at from private.cron_heartbeat$$),
  ('private.cron_heartbeat', 'i', $$insert into private.cron_heartbeat default values$$),
  ('private.cron_heartbeat', 'u', $$update private.cron_heartbeat set beat_at = now()$$),
  ('private.cron_heartbeat', 'd', $$delete from private.cron_heartbeat$$),
  ('private.disk_alerts', 's', $$select bytes from private.disk_alerts$$),
  ('private.disk_alerts', 'i', $$insert into private.disk_alerts (threshold, bytes, limit_bytes) values (95, 1, 1)$$),
  ('private.disk_alerts', 'u', $$update private.disk_alerts set bytes = 1$$),
  ('private.disk_alerts', 'd', $$delete from private.disk_alerts$$),
  ('private.data_retention', 's', $$select days from private.data_retention where kind = 'ai' and days = 90$$),
  ('private.data_retention', 'i', $$insert into private.data_retention (org_id, kind) values ('00000000-0000-4000-a000-00000000000a', 'logs')$$),
  ('private.data_retention', 'u', $$update private.data_retention set days = null$$),
  ('private.data_retention', 'd', $$delete from private.data_retention$$),
  ('private.trims', 's', $$select next_at from private.trims where org_id = '00000000-0000-4000-a000-00000000000a'$$),
  ('private.trims', 'i', $$insert into private.trims (org_id, kind, next_at) values ('00000000-0000-4000-a000-00000000000a', 'logs', now())$$),
  ('private.trims', 'u', $$update private.trims set removed_before = null$$),
  ('private.trims', 'd', $$delete from private.trims$$),
  ('private.alert_mails', 's', $$select state from private.alert_mails where alert = 'tests'$$),
  ('private.alert_mails', 'i', $$insert into private.alert_mails default values$$),
  ('private.alert_mails', 'u', $$update private.alert_mails set state = 'sent'$$),
  ('private.alert_mails', 'd', $$delete from private.alert_mails$$),
  ('private.disk_sizes', 's', $$select bytes from private.disk_sizes$$),
  ('private.disk_sizes', 'i', $$insert into private.disk_sizes values ('2026-11-01', 'ai', 1)$$),
  ('private.disk_sizes', 'u', $$update private.disk_sizes set bytes = 1$$),
  ('private.disk_sizes', 'd', $$delete from private.disk_sizes$$),
  ('private.scheduled_calls', 's', $$select job from private.scheduled_calls$$),
  ('private.scheduled_calls', 'i', $$insert into private.scheduled_calls (job, request_id) values ('tests', 1)$$),
  ('private.scheduled_calls', 'u', $$update private.scheduled_calls set error = 'tests'$$),
  ('private.scheduled_calls', 'd', $$delete from private.scheduled_calls$$);
insert into tests.statements values
  ('public.digest_preferences', 'i', $$insert into public.digest_preferences (user_id, enabled) values ('{me}', false)$$,
    $$delete from public.digest_preferences where user_id = '{me}'$$);

-- The tables of events are filled through the one door there is, and read by members: nobody writes them but their functions.
select set_config('request.jwt.claims', '{"role": "service_role"}', true);
select public.track_events('00000000-0000-4000-a000-00000000000a', jsonb_build_array(jsonb_build_object(
  'index', 0, 'key', gen_random_uuid(), 'sent', now(), 'at', now(), 'name', 'click', 'person', 'u:ann')));
select public.count_event_drops('00000000-0000-4000-a000-00000000000a', '{"bot": 1}');
select set_config('request.jwt.claims', '{}', true);
create table tests.event_tables as
select name, name = 'private.event_keys' as is_closed
from unnest(array['public.persons', 'public.person_keys', 'public.event_names', 'public.events', 'private.event_counts',
  'private.person_days', 'private.active_changes', 'private.event_drops', 'private.analytics_versions', 'private.event_keys',
  'private.event_totals', 'private.retention_counts', 'private.retention_totals']) as name
union all
select n.nspname || '.' || c.relname, true
from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_namespace n on n.oid = c.relnamespace
where i.inhparent in ('public.events'::regclass, 'private.event_keys'::regclass);
insert into tests.expected
select name, allowed, allowed, allowed, allowed, '', '', allowed
from tests.event_tables, lateral (select case when is_closed then '' else 's' end) as a (allowed);
insert into tests.statements
select name, operation, format(statement, name)
from tests.event_tables, (values ('s', 'select 1 from %s'), ('i', 'insert into %s default values'),
  ('u', 'update %s set org_id = org_id'), ('d', 'delete from %s')) as s (operation, statement);

-- The tables of delivery: members read what is about their organization, the store and the functions of teams write it.
select set_config('request.jwt.claims', '{"role": "service_role"}', true);
create function tests.store_delivery(p_kind text, p_item jsonb) returns void language sql as $$
  select public.store_delivery('00000000-0000-4000-a000-00000000000a', p_kind,
    jsonb_build_array('{"repository": "acme/shop", "created_at": "2026-11-16T09:00:00Z"}' || p_item))
$$;
select tests.store_delivery(kind, item) from (values
  (1, 'commit', '{"sha": "aaaaaaa", "authored_at": "2026-11-16T08:00:00Z", "committed_at": "2026-11-16T08:00:00Z", "on_default_branch": true}'::jsonb),
  (2, 'commit', '{"sha": "bbbbbbb", "parents": ["aaaaaaa"], "authored_at": "2026-11-16T09:00:00Z", "committed_at": "2026-11-16T09:00:00Z", "on_default_branch": true}'),
  (3, 'default_branch_head', '{"sha": "ccccccc"}'),
  (4, 'pull_request', '{"external_id": "7", "state": "open", "updated_at": "2026-11-16T09:00:00Z",
    "commits": [{"sha": "ddddddd", "authored_at": "2026-11-16T08:00:00Z"}]}'),
  (5, 'review', '{"pull_request": "7", "external_id": "1", "state": "approved", "submitted_at": "2026-11-16T10:00:00Z"}'),
  (6, 'deployment', '{"external_id": "1", "sha": "bbbbbbb", "status": "success", "finished_at": "2026-11-16T10:00:00Z"}'),
  (7, 'incident', '{"external_id": "1", "deployment": "1"}'),
  (8, 'release', '{"external_id": "1", "tag": "v1", "published_at": "2026-11-16T11:00:00Z"}'),
  (9, 'branches', '{"names": [{"name": "main", "sha": "bbbbbbb"}]}')) as item (place, kind, item) order by place;
select public.set_team_member(team.id, 'octocat', true), public.set_team_repository(team.id, 'acme/shop', true)
from (select (public.create_team('00000000-0000-4000-a000-00000000000a', 'Shop') ->> 'id')::uuid as id) team;
select set_config('request.jwt.claims', '{}', true);
create table tests.delivery_tables as
select 'private.' || name as name, name in ('commit_parents', 'pending_heads') as is_closed
from unnest(array['repositories', 'commits', 'commit_parents', 'pending_heads', 'environments', 'pull_requests',
  'pull_request_commits', 'reviews', 'deployments', 'deployment_runs', 'incidents', 'incident_links', 'releases', 'branches',
  'deployed_commits', 'changes', 'teams', 'team_members', 'team_repositories']) as name;
insert into tests.expected
select name, allowed, allowed, allowed, allowed, '', '', allowed
from tests.delivery_tables, lateral (select case when is_closed then '' else 's' end) as a (allowed);
insert into tests.statements
select name, operation, format(statement, name, case when has_org then 'org_id' else 'repository_id' end)
from tests.delivery_tables
cross join lateral (
  select exists (select from pg_attribute where attrelid = name::regclass and attname = 'org_id') as has_org) c
cross join (values ('s', 'select 1 from %1$s'), ('i', 'insert into %1$s default values'),
  ('u', 'update %1$s set %2$s = %2$s'), ('d', 'delete from %1$s')) as s (operation, statement);

-- The tables of AI sessions: members read them, but for dead letters, which may hold anything; their functions write them.
select set_config('request.jwt.claims', '{"role": "service_role"}', true);
insert into private.repositories (org_id, full_name) values ('00000000-0000-4000-a000-00000000000a', 'acme/tests');
insert into private.pull_requests (org_id, repository_id, external_id, state, created_at, updated_at)
select org_id, id, '7', 'open', '2026-11-16', '2026-11-16' from private.repositories where full_name = 'acme/tests';
select public.store_ai_records('00000000-0000-4000-a000-00000000000a', '[
  {"session": {"external_id": "s", "source": "tests", "repository": "acme/tests", "pull_request": "7", "commits": ["abcdef1"]},
    "call": {"external_id": "c", "at": "2026-11-16T09:00:00Z"}},
  {"session": {"external_id": "s", "source": "tests", "accepted": true},
    "counter": {"external_id": "n", "at": "2026-11-16T09:00:00Z", "name": "n", "value": 1}}]');
select public.keep_ai_dead_letters('00000000-0000-4000-a000-00000000000a', jsonb_build_array(jsonb_build_object(
  'fingerprint', repeat('0', 64), 'source', 'tests', 'reason', 'none', 'record', '?')));
select public.set_ai_model_policy('00000000-0000-4000-a000-00000000000a', 'acme/tests', '{*}');
select public.set_ai_developer('00000000-0000-4000-a000-00000000000a', 'ann', '{anna}');
select public.store_ai_records('00000000-0000-4000-a000-00000000000a', '[]', '[
  {"program": "tests", "version": "1", "signal": "logs", "received": 1, "calls_without_tokens": 0, "rejected": 0, "left_out": {}, "facts": []}]');
-- A budget that is used up, so that there is an alert.
insert into private.ai_totals (org_id, hour, developer_id, sessions, cost_usd)
values ('00000000-0000-4000-a000-00000000000a', date_trunc('hour', now(), 'UTC'), 'ann', 1, 10);
select public.set_ai_budget('{"developer_id": "ann", "period": "day", "limit_usd": 5}', '00000000-0000-4000-a000-00000000000a');
select set_config('request.jwt.claims', '{}', true);
-- Everybody who is signed in reads the seeded prices.
insert into tests.expected values
  ('private.ai_dead_letters', 's', 's', '', '', '', '', 's'), ('private.ai_prices', 's', 's', 's', 's', 's', '', 's');
insert into tests.expected
select 'private.' || name, 's', 's', 's', 's', '', '', 's'
from unnest(array['ai_sessions', 'ai_calls', 'ai_edits', 'ai_counters', 'ai_session_commits', 'ai_session_links', 'ai_totals',
  'ai_model_policies', 'ai_developer_aliases', 'ai_sources', 'ai_hours', 'ai_model_hours', 'ai_budgets', 'ai_budget_alerts']) name;
insert into tests.statements
select e.table_name, operation, format(statement, e.table_name)
from tests.expected e, (values ('s', 'select 1 from %s'), ('i', 'insert into %s default values'),
  ('u', 'update %s set org_id = org_id'), ('d', 'delete from %s')) as s (operation, statement)
where e.table_name like 'private.ai\_%' and not exists (select from tests.statements t where t.table_name = e.table_name);

select no_plan();

select set_eq(
  $$select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'private') and c.relkind in ('r', 'p', 'v', 'm', 'f')$$,
  'select table_name from tests.expected',
  'every table of public and private has its row of expectations');
select set_eq(
  $$select table_name || ' ' || operation from tests.statements$$,
  $$select table_name || ' ' || operation from tests.expected, unnest(array['s', 'i', 'u', 'd']) operation$$,
  'every table has a statement for each operation');
select is_empty(
  $$select c.oid::regclass from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'private') and c.relkind in ('r', 'p') and not c.relrowsecurity$$,
  'every table of public and private has row-level security, partitions too');

select is(
  tests.can(actor.name, s.statement, s.before),
  position(s.operation in (to_jsonb(e) ->> actor.name)) > 0,
  format('%s may %s%s %s', actor.name,
    case when position(s.operation in (to_jsonb(e) ->> actor.name)) > 0 then '' else 'not ' end,
    case s.operation when 's' then 'select from' when 'i' then 'insert into' when 'u' then 'update' else 'delete from' end,
    s.table_name))
from tests.statements s join tests.expected e using (table_name) cross join tests.actors actor
order by s.table_name, s.operation, actor.name;

-- What the table above cannot say.

select is(tests.can(name, $$select user_id from public.digest_preferences where user_id <> '{me}'$$), false,
  name || ' sees nobody else''s digest preference')
from tests.actors where role = 'authenticated';
select is(tests.can(name, $$update public.digest_preferences set enabled = false where user_id <> '{me}'$$), false,
  name || ' changes nobody else''s digest preference')
from tests.actors where role = 'authenticated';
select is(
  tests.can(name, $$insert into public.digest_preferences (user_id, enabled) values ('00000000-0000-4000-8000-0000000000a2', false)$$,
    'delete from public.digest_preferences'), false,
  name || ' sets nobody else''s digest preference')
from tests.actors where role = 'authenticated' and name <> 'admin';

select is(tests.value_for('stranger', 'select count(*) from ' || table_name || ' where org_id = ''00000000-0000-4000-a000-00000000000a'''), '0',
  'a stranger who asks for tenant A by id finds nothing in ' || table_name)
from unnest(array['public.users', 'public.memberships', 'public.data_sources', 'public.metric_definitions', 'public.metrics',
  'public.metric_restatements', 'public.digests', 'public.digest_preferences', 'public.audit_log', 'public.persons',
  'public.person_keys', 'public.event_names', 'public.events', 'private.event_counts', 'private.person_days',
  'private.event_totals', 'private.retention_counts', 'private.retention_totals']) table_name;

select is(tests.can('stranger', $$insert into public.metrics (user_id, org_id, source_name, metric_date, metric_name, metric_value)
  values ('00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-a000-00000000000b', 'ga4', '2026-11-18', 'sessions', 1)$$), false,
  'nobody says themselves which organization a number belongs to');
select is(tests.can('member', $$update public.metrics set user_id = '00000000-0000-4000-8000-0000000000b1'$$), false,
  'nobody gives a number to somebody else');
select is(tests.can('member', $$update public.metrics set metric_date = '2026-01-01'$$), false,
  'nobody moves a number to another day');

select is(tests.can(name, format('select %I from public.%I', column_name, table_name)), false,
  format('%s cannot select %s.%s', name, table_name, column_name))
from tests.actors, (values
  ('data_sources', 'access_token'), ('data_sources', 'refresh_token'), ('data_sources', 'token_key_id'),
  ('digests', 'body_html'), ('digests', 'body_text'), ('digests', 'envelope'), ('digests', 'content'), ('digests', 'subject'),
  ('invitations', 'token_hash'), ('api_keys', 'secret_hash')
) secret (table_name, column_name)
where role in ('authenticated', 'anon');
select is(tests.can('owner', 'select * from public.data_sources'), false, 'select * is no way around it');
select is(tests.can('owner', 'select data_sources from public.data_sources'), false, 'neither is the whole row');
select is(tests.can('owner', $$update public.data_sources set account_ref = access_token$$), false, 'nor is copying it');


-- A profile is one's own to change, and no more of it than what the API lets one change.
select is(tests.can(name, $$update public.users set age = 40 where id = '{me}'$$), true, name || ' changes their own profile')
from tests.actors where role = 'authenticated';
select is(tests.can(name, $$update public.users set age = 40 where id <> '{me}'$$), false, name || ' changes nobody else''s profile')
from tests.actors where role = 'authenticated';
select is(tests.can('viewer', $$update public.users set org_id = '00000000-0000-4000-a000-00000000000b' where id = '{me}'$$), false,
  'nobody moves themselves to another organization');

-- The audit log holds for whoever owns the tables, too.
select throws_ok($$update public.audit_log set action = 'x'$$, 'LL403', 'forbidden', 'the audit log is never updated');
select throws_ok($$delete from public.audit_log$$, 'LL403', 'forbidden', 'nor deleted from');
select throws_ok($$truncate public.audit_log$$, 'LL403', 'forbidden', 'nor truncated');

select * from finish();
