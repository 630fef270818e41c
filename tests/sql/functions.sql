-- Who may execute what, and that every function and table says what it is for.

create view tests.functions as
select p.oid, n.nspname || '.' || p.proname as name, p.prosecdef, p.proconfig
from pg_proc p join pg_namespace n on n.oid = p.pronamespace
where n.nspname in ('public', 'private')
  and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e');

select plan(12);

select is_empty($$select name from tests.functions where has_function_privilege('anon', oid, 'execute')$$,
  'anon executes nothing');
select is_empty(
  $$select name from tests.functions f, pg_proc p, aclexplode(p.proacl) acl where p.oid = f.oid and acl.grantee = 0$$,
  'nothing is granted to public');
select is_empty($$select name from tests.functions f join pg_proc p on p.oid = f.oid where p.proacl is null$$,
  'no function has default privileges, which are execute for public');
select set_eq(
  $$select name from tests.functions where has_function_privilege('authenticated', oid, 'execute') and name like 'public.%'$$,
  array['public.dashboard_tiles', 'public.dashboard_overview', 'public.metrics_timeline', 'public.metrics_catalog', 'public.data_source_subject',
    'public.digest_preview', 'public.digest_log', 'public.digest_preference', 'public.set_digest_preference',
    -- What one may do in an organization, each of these asks itself: organizations.sql.
    'public.my_profile', 'public.complete_registration', 'public.update_my_profile', 'public.my_organizations', 'public.create_organization',
    'public.data_retention', 'public.set_data_retention', 'public.organization', 'public.update_organization', 'public.organization_members', 'public.set_member_role',
    'public.remove_member', 'public.leave_organization', 'public.transfer_ownership', 'public.invite_member',
    'public.organization_invitations', 'public.revoke_invitation', 'public.accept_invitation', 'public.create_api_key',
    'public.organization_api_keys', 'public.rotate_api_key', 'public.revoke_api_key', 'public.organization_audit',
    'public.analytics_state', 'public.analytics_overview', 'public.analytics_active_users', 'public.analytics_drops',
    'public.analytics_retention', 'public.analytics_funnel', 'public.analytics_sessions', 'public.analytics_flow',
    'public.analytics_breakdown', 'public.analytics_events', 'public.analytics_properties', 'public.analytics_person',
    'public.github_code_quality', 'public.github_contributors', 'public.github_repositories',
    'public.export_person', 'public.export_person_events', 'public.export_events', 'public.track_events', 'public.count_event_drops',
    'public.identify_persons', 'public.erase_person',
    'public.store_delivery', 'public.delete_delivery', 'public.teams', 'public.team', 'public.create_team', 'public.rename_team', 'public.delete_team',
    'public.set_team_member', 'public.set_team_repository', 'public.dora_summary', 'public.dora_metric', 'public.dora_trend', 'public.dora_breakdown', 'public.dora_filter_options',
    -- Jobs: each asks for the role in its organization.
    'public.etl_jobs', 'public.etl_job', 'public.create_etl_job', 'public.update_etl_job', 'public.run_etl_job', 'public.reset_etl_job',
    'public.etl_job_runs', 'public.etl_run', 'public.etl_status', 'public.etl_dead_letters', 'public.replay_dead_letter',
    'public.store_ai_records', 'public.keep_ai_dead_letters', 'public.ai_dead_letters', 'public.ai_prices',
    'public.set_ai_price', 'public.delete_ai_price', 'public.ai_model_policies', 'public.set_ai_model_policy',
    'public.delete_ai_model_policy', 'public.ai_developers', 'public.set_ai_developer', 'public.ai_sources', 'public.ai_spend',
    'public.ai_usage', 'public.ai_daily_cost', 'public.ai_changes', 'public.ai_sessions', 'public.ai_session', 'public.ai_yield', 'public.ai_metrics',
    'public.ai_profile', 'public.insight_data', 'public.ai_budgets', 'public.set_ai_budget', 'public.delete_ai_budget'],
  'a signed-in user executes the reads of the dashboard, what is their own and what manages organizations, and nothing else');
select set_eq(
  $$select name from tests.functions where prosecdef$$,
  array['private.my_user_id', 'private.my_organization_ids', 'private.set_org_from_user', 'private.keep_restatement',
    'private.link_auth_user', 'public.newest_migration', 'public.seconds_since_cron_heartbeat', 'public.scheduled_calls',
    'public.etl_due_count', 'public.alert_mails_due_count', 'public.claim_alert_mail', 'public.finish_alert_mail', 'public.undelivered_alerts',
    'public.set_data_retention', 'public.note_disk_level',
    'private.require_role', 'private.require_role_to_change', 'private.membership_role', 'private.keep_an_owner',
    'private.rehome_person', 'public.create_organization', 'public.update_organization', 'public.set_member_role',
    'public.remove_member', 'public.leave_organization', 'public.transfer_ownership', 'public.invite_member',
    'public.organization_invitations', 'public.revoke_invitation', 'private.use_invitation', 'public.accept_invitation',
    'public.complete_registration', 'private.is_unused', 'public.take_rate_limit', 'private.audit', 'private.audit_change',
    'public.audit_sign_in_failure', 'public.organization_audit', 'private.limit_key_made_by_key', 'public.create_api_key',
    'public.organization_api_keys', 'public.rotate_api_key', 'public.revoke_api_key', 'public.authenticate_api_key',
    'public.demo_logins_exist', 'public.use_refresh_token', 'public.export_person', 'private.event_organization',
    'private.create_event_partition', 'private.trim_events', 'private.drop_event_partition', 'private.drop_event_partitions', 'private.funnel_part', 'private.session_part', 'private.flow_part',
    'private.follow_profile', 'private.choose_day_zone', 'private.forget_organization', 'public.track_events',
    'public.count_event_drops', 'public.identify_persons', 'public.erase_person',
    'public.store_delivery', 'public.delete_delivery', 'private.brings_incidents', 'private.team_of_caller', 'public.teams', 'public.team', 'public.create_team', 'public.rename_team',
    'public.delete_team', 'public.set_team_member', 'public.set_team_repository', 'private.keep_runs_of_deployments',
    'private.keep_runs_of_links', 'public.etl_jobs', 'public.etl_job', 'public.create_etl_job', 'public.update_etl_job', 'public.run_etl_job', 'public.reset_etl_job',
    'public.etl_job_runs', 'public.etl_run', 'public.etl_status', 'public.etl_dead_letters', 'public.replay_dead_letter',
    'public.dead_letter', 'public.etl_claim', 'public.etl_checkpoint', 'public.etl_release', 'private.wake_etl',
    'public.store_webhook_delivery', 'public.claim_webhook_deliveries', 'public.finish_webhook_delivery',
    'public.store_ai_records', 'public.keep_ai_dead_letters', 'public.set_ai_price', 'public.delete_ai_price',
    'public.set_ai_model_policy', 'public.delete_ai_model_policy', 'public.set_ai_developer', 'private.follow_pull_requests',
    'private.follow_pull_request_changes', 'private.follow_pull_request_commits', 'public.set_ai_budget',
    'public.delete_ai_budget', 'private.note_budgets_of_totals', 'private.follow_ai_totals', 'private.disk_use', 'public.disk_status', 'public.digest_log'],
  'only these functions run as their owner');
select is_empty(
  $$select name from tests.functions where not coalesce(proconfig @> array['search_path=""'], false)$$,
  'every function has an empty search path');
select is_empty($$select name from tests.functions where obj_description(oid, 'pg_proc') is null$$,
  'every function says what it does');
select is_empty(
  $$select c.oid::regclass from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'private') and c.relkind in ('r', 'p') and not c.relispartition
      and obj_description(c.oid, 'pg_class') is null$$,
  'every table says what it holds');
select is_empty(
  $$select policyname from pg_policies where schemaname in ('public', 'private') and policyname !~ '^[a-z].* .* '$$,
  'every policy is named with a sentence');
select is_empty(
  $$select conrelid::regclass, conname from pg_constraint k join pg_namespace n on n.oid = k.connamespace
    where n.nspname in ('public', 'private') and k.contype = 'f' and not exists (
      select from pg_index i where i.indrelid = k.conrelid and i.indkey[0] = k.conkey[1])$$,
  'every foreign key has an index');

-- As the role that migrations run as.
set local role postgres;
create table public.born_later (id int primary key);
create function public.born_later_too() returns int language sql as 'select 1';
reset role;
select is_empty(
  $$select role, privilege from unnest(array['anon', 'authenticated', 'service_role']) role,
      unnest(array['select', 'insert', 'update', 'delete']) privilege
    where has_table_privilege(role, 'public.born_later', privilege)$$,
  'a new table is granted to nobody by itself');
select is_empty(
  $$select role from unnest(array['anon', 'authenticated', 'service_role']) role
    where has_function_privilege(role, 'public.born_later_too()', 'execute')$$,
  'neither is a new function');

select * from finish();
