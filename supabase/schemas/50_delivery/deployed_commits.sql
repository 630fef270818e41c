-- Which deployment of an environment first had a commit.

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
  'The first successful deployment of an environment that contains a commit. Whatever a commit has, its parents have '
  'at the same time or earlier, which is what lets the walk back from a deployment stop at the first commit that was '
  'deployed before.';
create index deployed_commits_deployment_idx on private.deployed_commits (deployment_id);

alter table private.deployed_commits enable row level security;
create policy "members read what belongs to their organization" on private.deployed_commits
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.deployed_commits from public, anon, authenticated, service_role;
grant select on private.deployed_commits to authenticated, service_role;

create function private.name_deployed_commits(p_repository_id bigint, p_shas text[])
returns text[]
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_shas text[];
begin
  if not exists (select from private.deployments d where d.repository_id = p_repository_id and d.said_sha is not null)
    then
    return array[]::text[];
  end if;
  with renamed as (
    update private.deployments d set sha = named.sha
    from (
      select said.sha as said_sha, coalesce(private.commit_named(p_repository_id, said.sha), said.sha) as sha
      from (select distinct left(one.sha, n) as sha from unnest(p_shas) as one (sha) cross
        join generate_series(7, 39) n) said
      where exists (select from private.deployments s where s.repository_id = p_repository_id and s.said_sha = said.sha)
    ) named
    where d.repository_id = p_repository_id and d.said_sha = named.said_sha and d.sha <> named.sha
    returning d.id, d.sha
  ),
  -- What was taken for the one commit that begins so, until there was another, is looked for again.
  withdrawn as (
    delete from private.deployed_commits f using renamed where f.deployment_id = renamed.id returning f.sha
  )
  select array(select sha from renamed union select sha from withdrawn) into v_shas;
  return v_shas;
end $$;
comment on function private.name_deployed_commits(bigint, text[]) is
  'Tells deployments that name their commit by the beginning of its hash which it is, now that these commits are '
  'known; answers the commits to follow up.';

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
          select e.sha from private.commit_parents e
          where e.parent_sha = c.sha and e.repository_id = p_repository_id offset 0
        ) child
        cross join lateral (
          select f.* from private.deployed_commits f
          where f.sha = child.sha and f.repository_id = p_repository_id offset 0) f
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
        select c.parents from private.commits c
        where c.sha = contained.sha and c.repository_id = p_repository_id offset 0) c
      cross join lateral (
        select p.sha from private.commits p
        where p.sha = any (c.parents) and p.repository_id = p_repository_id offset 0) parent
      where not coalesce((
        select f.deployed_at <= v_seed.at from private.deployed_commits f
        where f.sha = parent.sha and f.repository_id = p_repository_id and f.environment = v_seed.environment), false)
    ),
    traced as (
      insert into private.deployed_commits as f (repository_id, environment, sha, org_id, deployment_id, deployed_at)
      select p_repository_id, v_seed.environment, contained.sha, v_org_id, v_seed.deployment_id, v_seed.at
      from contained
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
  'Finds the first deployment of each environment with these commits, and with what they are built on; answers the '
  'commits for which it changed.';

create function private.note_first_deployments(p_repository_id bigint)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_org_id uuid := (select r.org_id from private.repositories r where r.id = p_repository_id);
  v_news record;
begin
  for v_news in
    select e.name, e.first_deployed_at as was, first.at
    from private.environments e
    left join lateral (
      select d.finished_at as at from private.deployments d
      where d.repository_id = e.repository_id and d.environment = e.name and d.status = 'success' and exists (
        select from private.commits c where c.sha = d.sha and c.repository_id = d.repository_id)
      order by d.finished_at limit 1
    ) first on true
    where e.repository_id = p_repository_id and e.first_deployed_at is distinct from first.at
      -- The first one that is still kept is not the first there was.
      and (e.first_deployed_at < (select t.removed_before from private.trims t where t.org_id = v_org_id
        and t.kind = 'delivery'))
        is not true
  loop
    update private.environments e set first_deployed_at = v_news.at
    where e.repository_id = p_repository_id and e.name = v_news.name;
    update private.changes k set is_initial = coalesce(k.deployed_at <= v_news.at, false)
    where k.org_id = v_org_id and k.environment = v_news.name and k.deployed_at = any (array[v_news.was, v_news.at])
      and k.repository_id = p_repository_id
      and k.is_initial is distinct from coalesce(k.deployed_at <= v_news.at, false);
  end loop;
end $$;
comment on function private.note_first_deployments(bigint) is
  'Finds the first known deployment of each environment that is followed, and takes the lead time from what it '
  'contains.';

revoke execute
on function private.name_deployed_commits(bigint, text[]),
private.trace_deployments(bigint, text[]),
private.note_first_deployments(bigint)
from public, anon, authenticated;
