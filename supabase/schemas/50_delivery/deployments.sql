-- Deployments. Which of them first had a commit is in deployed_commits.sql.

create table private.deployments (
  id bigint generated always as identity primary key,
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  repository_id bigint not null references private.repositories (id)
    on delete cascade,
  external_id text not null check (char_length(external_id) between 1 and 200),
  environment text not null check (char_length(environment) between 1 and 100),
  sha text check (sha ~ '^[0-9a-f]{7,64}$'),
  ref text check (char_length(ref) <= 255),
  status text not null check (status in ('pending', 'success', 'failure', 'cancelled')),
  pipeline_id text check (char_length(pipeline_id) <= 200),
  created_at timestamptz not null check (created_at >= '1970-01-01 00:00+00' and created_at < '2101-01-01 00:00+00'),
  finished_at timestamptz check (finished_at >= '1970-01-01 00:00+00' and finished_at < '2101-01-01 00:00+00'),
  incident_external_id text check (char_length(incident_external_id) <= 200),
  is_unplanned boolean not null default false,
  url text check (char_length(url) <= 2000),
  updated_at timestamptz not null check (updated_at >= '1970-01-01 00:00+00' and updated_at < '2101-01-01 00:00+00'),
  said_sha text check (said_sha ~ '^[0-9a-f]{7,39}$'),
  is_rollback boolean not null default false,
  said_environment text not null default 'production' check (char_length(said_environment) between 1 and 100),
  says_production boolean,
  unique (repository_id, external_id),
  check ((status = 'pending') = (finished_at is null))
);
comment on table private.deployments is 'A deployment of a repository to an environment.';
comment on column private.deployments.pipeline_id is
  'The run of a pipeline it was part of: several deployments of one run to one environment count once.';
comment on column private.deployments.is_unplanned is
  'Whether a production incident caused it: a hotfix or a rollback. DORA''s rework.';
comment on column private.deployments.incident_external_id is
  'The incident that an unplanned deployment answers, if it says.';
comment on column private.deployments.environment is
  'What said_environment stands for: production, whatever it is called there.';
comment on column private.deployments.says_production is
  'Whether its source says that the environment is production; null leaves it to the name.';
comment on column private.deployments.said_sha is
  'The beginning of a hash by which it names its commit; sha is the commit once exactly one begins so, and until '
  'then the same.';
comment on column private.deployments.is_rollback is
  'Whether it went back to an older commit than the one before it. It is unplanned, and no incident is put down to '
  'it by time.';
create index deployments_org_idx on private.deployments (org_id, environment, finished_at)
include (repository_id, status);
create index deployments_sha_idx on private.deployments (sha, repository_id) where status = 'success';
create index deployments_success_idx on private.deployments (repository_id, environment, finished_at)
where status = 'success';
create index deployments_pipeline_idx on private.deployments (repository_id, environment, pipeline_id)
where pipeline_id is not null;
create index deployments_said_sha_idx on private.deployments (repository_id, said_sha) where said_sha is not null;

alter table private.deployments enable row level security;
create policy "members read what belongs to their organization" on private.deployments
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.deployments from public, anon, authenticated, service_role;
grant select on private.deployments to authenticated, service_role;

create function private.store_deployments(p_repository private.repositories, p_items jsonb)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_moved bigint[];
  v_since timestamptz;
  v_external_ids text[];
  v_shas text[];
  v_environment text;
begin
  with item as (
    select i.*, lower(coalesce(i.environment, t.said_environment, 'production')) as place, t.id, case
        when i.updated_at <> t.updated_at then i.updated_at > t.updated_at
        else not coalesce(i.status = 'pending' and t.status <> 'pending', false) end as newer
    from jsonb_to_recordset(p_items) as i (
      external_id text, environment text, sha text, ref text, status text, pipeline_id text, created_at timestamptz,
      finished_at timestamptz, incident text, is_unplanned boolean, is_production boolean, url text,
      updated_at timestamptz)
    left join private.deployments t on t.repository_id = p_repository.id and t.external_id = i.external_id
  ),
  merged as (
    select i.external_id, case when i.newer or t.id is null then i.place
      else t.said_environment end as said_environment,
      coalesce(case when i.newer then i.is_production end, t.says_production, i.is_production) as says_production,
      coalesce(case when i.newer then i.sha end, t.said_sha, t.sha, i.sha) as sha,
      coalesce(case when i.newer then i.ref end, t.ref, i.ref) as ref,
      case when i.newer then i.status else t.status end as status,
      coalesce(case when i.newer then i.pipeline_id end, t.pipeline_id, i.pipeline_id) as pipeline_id,
      case when i.newer then i.created_at else t.created_at end as created_at,
      -- A deployment that says it is over, but not since when, is over since it says so.
      case when not i.newer then t.finished_at
        else coalesce(i.finished_at, case when i.status = t.status then t.finished_at end, i.updated_at,
          i.created_at) end as finished_at,
      coalesce(case when i.newer then i.incident end, t.incident_external_id, i.incident) as incident_external_id,
      coalesce(i.is_unplanned, case when i.incident is not null then true end) as says_unplanned,
      i.newer, t.is_unplanned as was_unplanned,
      coalesce(case when i.newer then i.url end, t.url, i.url) as url,
      greatest(t.updated_at, coalesce(i.updated_at, greatest(i.created_at, i.finished_at))) as updated_at
    from item i left join private.deployments t on t.id = i.id
  ),
  stored as (
    insert into private.deployments as d (
      org_id, repository_id, external_id, environment, sha, ref, status, pipeline_id, created_at, finished_at,
      incident_external_id, is_unplanned, url, updated_at, said_sha, said_environment, says_production)
    select p_repository.org_id, p_repository.id, external_id,
      private.environment_of(said_environment, says_production, (
        select o.production_environments from public.organizations o where o.id = p_repository.org_id)),
      case when char_length(sha) < 40 then coalesce(private.commit_named(p_repository.id, sha), sha)
        else sha end, ref, status, pipeline_id, created_at,
      case when status <> 'pending' then finished_at end, incident_external_id,
      coalesce(case when newer then says_unplanned end, was_unplanned, says_unplanned, false), url, updated_at,
      case when char_length(sha) < 40 then sha end, said_environment, says_production
    from merged
    on conflict (repository_id, external_id) do update
      set environment = excluded.environment, sha = excluded.sha, ref = excluded.ref, status = excluded.status,
        pipeline_id = excluded.pipeline_id, created_at = excluded.created_at, finished_at = excluded.finished_at,
        incident_external_id = excluded.incident_external_id, is_unplanned = excluded.is_unplanned, url = excluded.url,
        updated_at = excluded.updated_at, said_sha = excluded.said_sha, said_environment = excluded.said_environment,
        says_production = excluded.says_production
    returning d.id, d.external_id, d.environment, d.sha, d.status, d.finished_at
  ),
  moved as (
    select s.id, s.external_id, s.sha, least(s.finished_at, t.finished_at) as since
    from stored s left join private.deployments t on t.id = s.id
    where t.id is null or (t.environment, t.sha, t.status, t.finished_at) is distinct from (s.environment, s.sha,
      s.status, s.finished_at)
  )
  select array_agg(id), min(since), array_agg(external_id), array_agg(sha) filter (where sha is not null)
  into v_moved, v_since, v_external_ids, v_shas from moved;
  if v_moved is null then
    return '[]'::jsonb;
  end if;

  for v_environment in
    select d.environment from private.deployments d where d.id = any (v_moved) and d.status = 'success'
    group by d.environment order by min(d.finished_at), d.environment
  loop
    perform private.follow_environment(p_repository, v_environment);
  end loop;
  -- Whatever a deployment was the first with is looked for again, if the deployment is not what it was.
  with withdrawn as (
    delete from private.deployed_commits f where f.deployment_id = any (v_moved) returning f.sha
  )
  select v_shas || array_agg(distinct sha) into v_shas from withdrawn;
  v_shas := v_shas || private.trace_deployments(p_repository.id, v_shas);
  perform private.note_first_deployments(p_repository.id);
  perform private.refresh_changes(p_repository.id, v_shas);
  perform private.refresh_rollbacks(p_repository.id, v_since);
  perform private.relink_incidents(p_repository.id, v_since, p_deployments => v_external_ids, p_shas => v_shas);
  return '[]'::jsonb;
end $$;
comment on function private.store_deployments(private.repositories, jsonb) is
  'Stores deployments. One that ended is not pending again, unless a newer word says so.';

revoke execute on function private.store_deployments(private.repositories, jsonb) from public, anon, authenticated;
