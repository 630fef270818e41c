-- What DORA counts as one deployment: a run of a pipeline that deploys several times to an environment is one. Kept
-- as a table, because a run may lie on both sides of a window's edge, where counting the window's rows would count it
-- twice or miss why it failed.

create table private.deployment_runs (
  deployment_id bigint primary key references private.deployments (id)
    on delete cascade,
  org_id uuid not null,
  repository_id bigint not null,
  environment text not null,
  finished_at timestamptz not null,
  succeeded boolean not null,
  failed boolean not null,
  unplanned boolean not null,
  deployments int not null
);
comment on table private.deployment_runs is
  'One row for each pipeline run, or deployment without one, that reached an environment: it succeeded, or it '
  'reported a failure and an incident is put down to it. Kept by triggers; goes with its deployment.';
comment on column private.deployment_runs.deployment_id is
  'Its first successful deployment, else its first one with an incident.';
comment on column private.deployment_runs.failed is 'Whether an incident is linked to any deployment of it.';
comment on column private.deployment_runs.unplanned is
  'Whether any deployment of it answers a production incident, or went back to an older commit.';
comment on column private.deployment_runs.deployments is 'How many deployments of it reached the environment.';
create index deployment_runs_org_idx on private.deployment_runs (org_id, environment, finished_at)
include (repository_id, succeeded, failed, unplanned);
create index deployment_runs_unplanned_idx on private.deployment_runs (org_id)
where unplanned;

alter table private.deployment_runs enable row level security;
create policy "members read what belongs to their organization" on private.deployment_runs
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.deployment_runs from public, anon, authenticated, service_role;
grant select on private.deployment_runs to authenticated, service_role;

create type private.pipeline_run as (repository_id bigint, environment text, pipeline_id text);

create function private.refresh_deployment_runs(p_ids bigint[], p_runs private.pipeline_run[])
returns void
language sql
volatile
set search_path = ''
as $$
  with changed as (
    select repository_id, environment, pipeline_id from unnest(p_runs) where pipeline_id is not null
    union
    select d.repository_id, d.environment, d.pipeline_id from private.deployments d
    where d.id = any (p_ids) and d.pipeline_id is not null
  ),
  member as (
    select d.* from changed
    join private.deployments d
      on d.repository_id = changed.repository_id and d.environment = changed.environment
        and d.pipeline_id = changed.pipeline_id
    union all
    select d.* from private.deployments d where d.id = any (p_ids) and d.pipeline_id is null
  ),
  judged as (
    select m.*, exists (select from private.incident_links l where l.deployment_id = m.id) as has_incident from member m
  ),
  run as (
    select (array_agg(id order by status = 'failure', finished_at, id))[1] as deployment_id, org_id, repository_id,
      environment, coalesce(min(finished_at) filter (where status = 'success'), min(finished_at)) as finished_at,
      bool_or(status = 'success') as succeeded, bool_or(has_incident) as failed,
      bool_or(is_unplanned or incident_external_id is not null or is_rollback) as unplanned, count(*) as deployments
    from judged
    where status = 'success' or (status = 'failure' and has_incident)
    group by org_id, repository_id, environment, pipeline_id, case when pipeline_id is null then id end
  ),
  removed as (
    delete from private.deployment_runs r
    where r.deployment_id = any (array(select id from member union select unnest(p_ids)))
      and r.deployment_id <> all (array(select deployment_id from run))
  )
  insert into private.deployment_runs as kept
    (deployment_id, org_id, repository_id, environment, finished_at, succeeded, failed, unplanned, deployments)
  select deployment_id, org_id, repository_id, environment, finished_at, succeeded, failed, unplanned, deployments
  from run order by deployment_id
  on conflict (deployment_id) do update
  set repository_id = excluded.repository_id, environment = excluded.environment, finished_at = excluded.finished_at,
    succeeded = excluded.succeeded, failed = excluded.failed, unplanned = excluded.unplanned,
    deployments = excluded.deployments
$$;
comment on function private.refresh_deployment_runs(bigint[], private.pipeline_run[]) is
  'Counts the runs anew that these deployments are part of, and these ones, which deployments may have left.';

-- Security definer, both: the service deletes organizations, and with them deployments, but writes no table of
-- delivery.
create function private.keep_runs_of_deployments()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.refresh_deployment_runs(
    array_agg(c.id), array_agg(distinct (c.repository_id, c.environment, c.pipeline_id)::private.pipeline_run))
  from changed c having count(*) > 0;
  return null;
end $$;
comment on function private.keep_runs_of_deployments() is
  'Trigger: keeps the runs that changed deployments are, or were, part of.';

create trigger keep_runs_when_inserted
after insert on private.deployments
referencing new table as changed
for each statement
execute function private.keep_runs_of_deployments();
create trigger keep_runs_when_updated
after update on private.deployments
referencing old table as changed
for each statement
execute function private.keep_runs_of_deployments();
create trigger keep_runs_when_deleted
after delete on private.deployments
referencing old table as changed
for each statement
execute function private.keep_runs_of_deployments();

create function private.keep_runs_of_links()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.refresh_deployment_runs(array_agg(c.deployment_id), '{}') from changed c having count(*) > 0;
  return null;
end $$;
comment on function private.keep_runs_of_links() is 'Trigger: keeps the runs whose incidents changed.';

create trigger keep_runs_when_inserted
after insert on private.incident_links
referencing new table as changed
for each statement
execute function private.keep_runs_of_links();
-- A link that moves changes two runs: the one it leaves and the one it goes to.
create trigger keep_left_runs_when_updated
after update on private.incident_links
referencing old table as changed
for each statement
execute function private.keep_runs_of_links();
create trigger keep_runs_when_updated
after update on private.incident_links
referencing new table as changed
for each statement
execute function private.keep_runs_of_links();
create trigger keep_runs_when_deleted
after delete on private.incident_links
referencing old table as changed
for each statement
execute function private.keep_runs_of_links();

revoke execute
on function private.refresh_deployment_runs(bigint[], private.pipeline_run[]),
private.keep_runs_of_deployments(),
private.keep_runs_of_links()
from public, anon, authenticated;
