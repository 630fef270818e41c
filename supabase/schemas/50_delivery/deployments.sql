-- Deployments, and which of them first had a commit.

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
create index deployments_org_idx on private.deployments (org_id, environment, finished_at)
include (repository_id, status);
create index deployments_sha_idx on private.deployments (sha, repository_id) where status = 'success';
create index deployments_success_idx on private.deployments (repository_id, environment, finished_at)
where status = 'success';
create index deployments_pipeline_idx on private.deployments (repository_id, environment, pipeline_id)
where pipeline_id is not null;

alter table private.deployments enable row level security;
create policy "members read what belongs to their organization" on private.deployments
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.deployments from public, anon, authenticated, service_role;
grant select on private.deployments to authenticated, service_role;

create table private.environments (
  repository_id bigint not null references private.repositories (id)
    on delete cascade,
  name text not null check (char_length(name) between 1 and 100),
  primary key (repository_id, name)
);
comment on table private.environments is
  'The environments whose deployments are followed back to commits: production and the first nine others of a repository. Each costs a row per commit, and one for every pull request would cost them squared.';

alter table private.environments enable row level security;
create policy "members read what belongs to their organization" on private.environments
for select
to authenticated
using (repository_id in (select r.id from private.repositories r));
revoke all on private.environments from public, anon, authenticated, service_role;
grant select on private.environments to authenticated, service_role;

-- A row goes with the repository, pull request or team that it is of: here and in the tables of pull requests'
-- commits, reviews, incidents' links, branches and teams' repositories the organization stands for row-level security
-- alone, and checking it again for each of a hundred thousand commits is a third of the time they take.
create table private.deployed_commits (
  repository_id bigint not null,
  environment text not null,
  sha text not null,
  org_id uuid not null,
  deployment_id bigint not null,
  deployed_at timestamptz not null,
  primary key (sha, repository_id, environment),
  foreign key (sha, repository_id) references private.commits (sha, repository_id)
    on delete cascade
);
comment on table private.deployed_commits is
  'The first successful deployment of an environment that contains a commit. Whatever a commit has, its parents have at the same time or earlier, which is what lets the walk back from a deployment stop at the first commit that was deployed before.';
create index deployed_commits_deployment_idx on private.deployed_commits (deployment_id);

alter table private.deployed_commits enable row level security;
create policy "members read what belongs to their organization" on private.deployed_commits
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.deployed_commits from public, anon, authenticated, service_role;
grant select on private.deployed_commits to authenticated, service_role;

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
    select i.*, lower(coalesce(i.environment, t.environment, 'production')) as place, t.id, case
        when i.updated_at <> t.updated_at then i.updated_at > t.updated_at
        else not coalesce(i.status = 'pending' and t.status <> 'pending', false) end as newer
    from jsonb_to_recordset(p_items) as i (
      external_id text, environment text, sha text, ref text, status text, pipeline_id text, created_at timestamptz,
      finished_at timestamptz, incident text, is_unplanned boolean, url text, updated_at timestamptz)
    left join private.deployments t on t.repository_id = p_repository.id and t.external_id = i.external_id
  ),
  merged as (
    select i.external_id, case when i.newer or t.id is null then i.place else t.environment end as environment,
      coalesce(case when i.newer then i.sha end, t.sha, i.sha) as sha,
      coalesce(case when i.newer then i.ref end, t.ref, i.ref) as ref,
      case when i.newer then i.status else t.status end as status,
      coalesce(case when i.newer then i.pipeline_id end, t.pipeline_id, i.pipeline_id) as pipeline_id,
      case when i.newer then i.created_at else t.created_at end as created_at,
      -- A deployment that says it is over, but not since when, is over since it says so.
      case when not i.newer then t.finished_at
        else coalesce(i.finished_at, case when i.status = t.status then t.finished_at end, i.updated_at, i.created_at) end as finished_at,
      coalesce(case when i.newer then i.incident end, t.incident_external_id, i.incident) as incident_external_id,
      coalesce(i.is_unplanned, case when i.incident is not null then true end) as says_unplanned,
      i.newer, t.is_unplanned as was_unplanned,
      coalesce(case when i.newer then i.url end, t.url, i.url) as url,
      greatest(t.updated_at, coalesce(i.updated_at, greatest(i.created_at, i.finished_at))) as updated_at
    from item i left join private.deployments t on t.id = i.id
  ),
  stored as (
    insert into private.deployments as d (
      org_id, repository_id, external_id, environment, sha, ref, status, pipeline_id, created_at, finished_at, incident_external_id,
      is_unplanned, url, updated_at)
    select p_repository.org_id, p_repository.id, external_id, environment, sha, ref, status, pipeline_id, created_at,
      case when status <> 'pending' then finished_at end, incident_external_id,
      coalesce(case when newer then says_unplanned end, was_unplanned, says_unplanned, false), url, updated_at
    from merged
    on conflict (repository_id, external_id) do update
      set environment = excluded.environment, sha = excluded.sha, ref = excluded.ref, status = excluded.status,
        pipeline_id = excluded.pipeline_id, created_at = excluded.created_at, finished_at = excluded.finished_at,
        incident_external_id = excluded.incident_external_id, is_unplanned = excluded.is_unplanned, url = excluded.url,
        updated_at = excluded.updated_at
    returning d.id, d.external_id, d.environment, d.sha, d.status, d.finished_at
  ),
  moved as (
    select s.id, s.external_id, s.sha, least(s.finished_at, t.finished_at) as since
    from stored s left join private.deployments t on t.id = s.id
    where t.id is null or (t.environment, t.sha, t.status, t.finished_at) is distinct from (s.environment, s.sha, s.status, s.finished_at)
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
  perform private.refresh_changes(p_repository.id, v_shas);
  perform private.relink_incidents(p_repository.id, v_since, p_deployments => v_external_ids, p_shas => v_shas);
  return '[]'::jsonb;
end $$;
comment on function private.store_deployments(private.repositories, jsonb) is
  'Stores deployments. One that ended is not pending again, unless a newer word says so.';

create function private.follow_environment(p_repository private.repositories, p_environment text)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  insert into private.environments (repository_id, name)
  select p_repository.id, p_environment
  where (select count(*) from private.environments e where e.repository_id = p_repository.id) < 10
    and not exists (select from private.environments e where e.repository_id = p_repository.id and e.name = p_environment);
  if found then
    insert into private.changes (repository_id, environment, sha, org_id, pull_request_id, author, authored_at)
    select k.repository_id, p_environment, k.sha, k.org_id, k.pull_request_id, k.author, k.authored_at
    from private.changes k where k.repository_id = p_repository.id and k.environment = 'production';
  end if;
end $$;
comment on function private.follow_environment(private.repositories, text) is
  'Begins to follow an environment''s deployments back to commits, unless too many are followed.';

create function private.trace_deployments(p_repository_id bigint, p_shas text[])
returns text[]
language plpgsql
volatile
set search_path = ''
set jit = off
set enable_seqscan = off
as $$
declare
  v_org_id uuid := (select r.org_id from private.repositories r where r.id = p_repository_id);
  v_seed record;
  v_traced text[];
  v_all text[] := '{}'::text[];
begin
  -- In order of time, so that a commit is reached by its first deployment first, and later walks stop there.
  for v_seed in
    select first.environment, first.at, first.deployment_id, array_agg(first.sha) as shas
    from (
      select distinct on (source.environment, source.sha) source.*
      from private.commits_of(p_repository_id, p_shas) c
      cross join lateral (
        select d.environment, d.sha, d.finished_at as at, d.id as deployment_id
        from private.deployments d
        where d.sha = c.sha and d.repository_id + 0 = p_repository_id and d.status = 'success' and d.environment in (
          select e.name from private.environments e where e.repository_id = p_repository_id)
        union all
        select f.environment, c.sha, f.deployed_at, f.deployment_id
        from (
          select e.sha from private.commit_parents e where e.parent_sha = c.sha and e.repository_id = p_repository_id offset 0
        ) child
        cross join lateral (
          select f.* from private.deployed_commits f where f.sha = child.sha and f.repository_id = p_repository_id offset 0) f
        union all
        select f.environment, f.sha, f.deployed_at, f.deployment_id
        from private.deployed_commits f where f.sha = c.sha and f.repository_id = p_repository_id
        offset 0
      ) source
      order by source.environment, source.sha, source.at, source.deployment_id
    ) first
    group by first.environment, first.at, first.deployment_id
    order by first.at, first.deployment_id
  loop
    with recursive contained (sha) as (
      select unnest(v_seed.shas)
      union
      select parent.sha
      from contained
      cross join lateral (
        select c.parents from private.commits c where c.sha = contained.sha and c.repository_id = p_repository_id offset 0) c
      cross join lateral (
        select p.sha from private.commits p where p.sha = any (c.parents) and p.repository_id = p_repository_id offset 0) parent
      where not coalesce((
        select f.deployed_at <= v_seed.at from private.deployed_commits f
        where f.sha = parent.sha and f.repository_id = p_repository_id and f.environment = v_seed.environment), false)
    ),
    traced as (
      insert into private.deployed_commits as f (repository_id, environment, sha, org_id, deployment_id, deployed_at)
      select p_repository_id, v_seed.environment, contained.sha, v_org_id, v_seed.deployment_id, v_seed.at from contained
      on conflict (sha, repository_id, environment) do update
        set deployment_id = excluded.deployment_id, deployed_at = excluded.deployed_at
        where f.deployed_at > excluded.deployed_at
      returning f.sha
    )
    select array_agg(traced.sha) into v_traced from traced;
    v_all := v_all || v_traced;
  end loop;
  return v_all;
end $$;
comment on function private.trace_deployments(bigint, text[]) is
  'Finds the first deployment of each environment with these commits, and with what they are built on; answers the commits for which it changed.';

revoke execute
on function private.store_deployments(private.repositories, jsonb),
private.follow_environment(private.repositories, text),
private.trace_deployments(bigint, text[])
from public, anon, authenticated;
