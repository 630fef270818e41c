-- What follows from what is stored about delivery, kept exact by whoever stores: which deployment first had a commit, which pull request
-- a commit came through, what lead time is about, which deployment an incident is put down to. Each is a function of the rows alone,
-- never of the order in which they came, and is worked out again only where something changed. All of it is within one repository,
-- whose row the caller has locked.

-- Commits are looked up by their hash, so keys begin with it. Of a repository that is new the planner believes that it has no rows, and
-- would gladly read them all for each commit. So the statements below leave it no choice: `lateral … offset 0` takes one commit after the
-- other, `repository_id + 0` hides the indexes that begin with the repository, and reading whole tables is switched off (and with it the
-- compiler, which takes the price of what is switched off for work).
alter table private.deployed_commits
  drop constraint deployed_commits_repository_id_sha_fkey, drop constraint deployed_commits_pkey,
  add primary key (sha, repository_id, environment);
alter table private.commits drop constraint commits_pkey, add primary key (sha, repository_id);
alter table private.deployed_commits
  add foreign key (sha, repository_id) references private.commits (sha, repository_id) on delete cascade;
-- A row goes with the repository, pull request or team that it is of. The organization beside it is for row-level security, and checking
-- it again for each of a hundred thousand commits is a third of the time they take.
alter table private.deployed_commits drop constraint deployed_commits_org_id_fkey, drop constraint deployed_commits_deployment_id_fkey;
alter table private.pull_request_commits drop constraint pull_request_commits_org_id_fkey;
alter table private.reviews drop constraint reviews_org_id_fkey;
alter table private.incident_links drop constraint incident_links_org_id_fkey;
alter table private.branches drop constraint branches_org_id_fkey;
alter table private.team_repositories drop constraint team_repositories_org_id_fkey;
drop index private.pull_requests_merge_commit_idx, private.deployments_sha_idx;
create index pull_requests_merge_commit_idx on private.pull_requests (merge_commit_sha, repository_id) where merge_commit_sha is not null;
create index deployments_sha_idx on private.deployments (sha, repository_id) where status = 'success';
-- Whole repositories are only ever deleted; their rows lie together.
create index commits_repository_idx on private.commits using brin (repository_id);

-- A b-tree of edges: the children of a thousand commits are a thousand probes, where an index of arrays is searched with its backlog.
drop index private.commits_parents_idx;
create table private.commit_parents (
  repository_id bigint not null references private.repositories (id) on delete cascade,
  parent_sha text not null,
  sha text not null,
  primary key (parent_sha, repository_id, sha)
);
comment on table private.commit_parents is 'commits.parents the other way round: the children of a commit, which may be known before it.';
create index commit_parents_repository_idx on private.commit_parents using brin (repository_id);

alter table private.commits add column taken_off boolean not null default false;
comment on column private.commits.taken_off is
  'A force push took it off the default branch: what was said of it before, and comes again, does not put it back.';
create index commits_authored_idx on private.commits (authored_at, author);
create index pull_request_commits_authored_idx on private.pull_request_commits (authored_at, author);
create index pull_requests_reverts_idx on private.pull_requests (repository_id, reverts_external_id) where reverts_external_id is not null;
create index deployments_success_idx on private.deployments (repository_id, environment, finished_at) where status = 'success';
create index incidents_repository_idx on private.incidents (repository_id, began_at);

create table private.pending_heads (
  id bigint generated always as identity primary key,
  repository_id bigint not null references private.repositories (id) on delete cascade,
  before_sha text,
  sha text not null
);
comment on table private.pending_heads is 'Pushes to a default branch that wait for the commits they are about.';
comment on column private.pending_heads.before_sha is 'The head that a force push replaced; null of one that only added.';
create index pending_heads_repository_idx on private.pending_heads (repository_id, id);

create table private.environments (
  repository_id bigint not null references private.repositories (id) on delete cascade,
  name text not null check (char_length(name) between 1 and 100),
  primary key (repository_id, name)
);
comment on table private.environments is
  'The environments whose deployments are followed back to commits: production and the first nine others of a repository. Each costs a row per commit, and one for every pull request would cost them squared.';

-- No foreign keys but the one by which it goes: this is written for every commit, by functions that have just read what it refers to.
create table private.changes (
  repository_id bigint not null references private.repositories (id) on delete cascade,
  environment text not null,
  sha text not null,
  org_id uuid not null,
  pull_request_id bigint,
  author text,
  authored_at timestamptz not null,
  deployment_id bigint,
  deployed_at timestamptz,
  primary key (sha, repository_id, environment),
  check ((deployment_id is null) = (deployed_at is null))
);
comment on table private.changes is
  'What lead time is about, for each environment that is followed: the commits of merged pull requests as they were on their branches, a pull request whose commits are unknown as one, and the commits of the default branch that came through none. Merges are no changes.';
comment on column private.changes.deployed_at is 'When the first deployment with the commit, or with what its pull request was merged as, finished; null if none has.';
create index changes_deployed_idx on private.changes (org_id, environment, deployed_at) include (repository_id, authored_at);
create index changes_pull_request_idx on private.changes (pull_request_id, environment) include (deployed_at) where pull_request_id is not null;
create index changes_repository_idx on private.changes using brin (repository_id);

do $$
declare
  v_table text;
begin
  foreach v_table in array '{commit_parents,pending_heads,environments,changes}'::text[] loop
    execute format('alter table private.%I enable row level security', v_table);
    execute format('revoke all on private.%I from public, anon, authenticated, service_role', v_table);
  end loop;
end $$;
create policy "members read what belongs to their organization" on private.changes
  for select to authenticated using (org_id = any (array(select private.my_organization_ids())));
create policy "members read what belongs to their organization" on private.environments
  for select to authenticated using (repository_id in (select r.id from private.repositories r));
grant select on private.changes, private.environments to authenticated, service_role;

create type private.commit_of as (
  place tid, sha text, org_id uuid, author text, authored_at timestamptz, headline text, pull_request_id bigint, on_default_branch boolean,
  is_merge boolean
);
comment on type private.commit_of is 'What is followed up of a commit; its place is good while the repository is locked.';

create function private.commits_of(p_repository_id bigint, p_shas text[]) returns setof private.commit_of
language sql stable set search_path = '' set jit = off set enable_seqscan = off
as $$
  select c.ctid, c.sha, c.org_id, c.author, c.authored_at, c.headline, c.pull_request_id, c.on_default_branch, cardinality(c.parents) > 1
  from (select distinct unnest(p_shas) as sha) given
  cross join lateral (
    select c.ctid, c.* from private.commits c where c.sha = given.sha and c.repository_id = p_repository_id offset 0) c
$$;
comment on function private.commits_of(bigint, text[]) is 'Those of these commits that are known, each read by its key however many they are.';

-- the default branch -----------------------------------------------------------------------------------------------------

create function private.put_on_default_branch(p_repository_id bigint, p_shas text[]) returns text[]
language plpgsql volatile set search_path = '' set jit = off set enable_seqscan = off
as $$
declare
  v_reached text[];
begin
  with recursive reached (sha) as (
    select unnest(p_shas)
    union
    select parent.sha
    from reached
    cross join lateral (
      select c.parents from private.commits c where c.sha = reached.sha and c.repository_id = p_repository_id offset 0) c
    cross join lateral (
      select p.sha from private.commits p
      where p.sha = any (c.parents) and p.repository_id = p_repository_id and not p.on_default_branch offset 0) parent
  )
  select array_agg(sha) into v_reached from reached;
  with put as (
    update private.commits c set on_default_branch = true, taken_off = false
    from private.commits_of(p_repository_id, v_reached) old
    where c.ctid = old.place and not old.on_default_branch
    returning c.sha
  )
  select coalesce(array_agg(sha), '{}') into v_reached from put;
  return v_reached;
end $$;
comment on function private.put_on_default_branch(bigint, text[]) is
  'Puts commits and whatever they are built on on the default branch; answers those that were not there.';

create function private.reachable(p_repository_id bigint, p_sha text) returns setof text
language sql stable set search_path = '' set jit = off set enable_seqscan = off
as $$
  with recursive reached (sha) as (
    select p_sha
    union
    select parent.sha
    from reached
    cross join lateral (
      select c.parents from private.commits c where c.sha = reached.sha and c.repository_id = p_repository_id offset 0) c
    cross join unnest(c.parents) as parent (sha)
  )
  select sha from reached
$$;
comment on function private.reachable(bigint, text) is 'A commit and all it is built on, as far as is known: the first unknown ones included.';

create function private.move_head(p_repository_id bigint, p_before text, p_sha text) returns text[]
language plpgsql volatile set search_path = ''
as $$
declare
  v_kept text[];
  v_lost text[];
begin
  if not exists (select from private.commits c where c.repository_id = p_repository_id and c.sha = p_sha)
    or not exists (select from private.commits c where c.repository_id = p_repository_id and c.sha = coalesce(p_before, p_sha)) then
    return null;
  end if;
  if p_before is null then
    return private.put_on_default_branch(p_repository_id, array[p_sha]);
  end if;
  v_kept := array(select private.reachable(p_repository_id, p_sha));
  v_lost := array(select private.reachable(p_repository_id, p_before));
  -- Without a commit in common, some of what is new may still be on its way, unless all of it is known.
  if not (v_kept && v_lost) and exists (
    select unnest(v_kept) except select c.sha from private.commits_of(p_repository_id, v_kept) c
  ) then
    return null;
  end if;
  v_lost := array(select unnest(v_lost) except select unnest(v_kept));
  update private.commits c set on_default_branch = false, taken_off = true
  from private.commits_of(p_repository_id, v_lost) old
  where c.ctid = old.place;
  return v_lost;
end $$;
comment on function private.move_head(bigint, text, text) is
  'Puts what a new head is built on on the default branch or, if it replaced another, takes off what only that one was built on. Answers the commits that changed, or null if it must wait for commits.';

create function private.move_pending_heads(p_repository_id bigint) returns text[]
language plpgsql volatile set search_path = ''
as $$
declare
  v_pending private.pending_heads;
  v_moved text[];
  v_all text[] := '{}'::text[];
begin
  for v_pending in select * from private.pending_heads h where h.repository_id = p_repository_id order by h.id loop
    v_moved := private.move_head(p_repository_id, v_pending.before_sha, v_pending.sha);
    if v_moved is not null then
      delete from private.pending_heads h where h.id = v_pending.id;
      v_all := v_all || v_moved;
    end if;
  end loop;
  return v_all;
end $$;
comment on function private.move_pending_heads(bigint) is 'Applies the pushes whose commits have come; answers the commits that changed.';

-- pull requests ----------------------------------------------------------------------------------------------------------

create function private.link_commits(p_repository_id bigint, p_shas text[]) returns text[]
language sql volatile set search_path = '' set jit = off set enable_seqscan = off
as $$
  with best as (
    select c.place, c.pull_request_id as was, (
      select p.id
      from (
        select m.id, 1 as rank from private.pull_requests m
        where m.merge_commit_sha = c.sha and m.repository_id + 0 = p_repository_id
        union all
        select b.pull_request_id, 2 from private.pull_request_commits b where b.sha = c.sha
        union all
        -- A rebase keeps who wrote a commit, when, and why.
        select b.pull_request_id, 3 from private.pull_request_commits b
        where b.authored_at = c.authored_at and b.author = c.author and (b.headline = c.headline or '' in (b.headline, c.headline))
      ) found
      cross join lateral (
        select p.id, p.merged_at, p.external_id from private.pull_requests p
        where p.id = found.id and p.repository_id + 0 = p_repository_id and p.merged_at is not null offset 0) p
      order by found.rank, p.merged_at, p.external_id limit 1
    ) as pull_request_id
    from private.commits_of(p_repository_id, p_shas) c
  ),
  linked as (
    update private.commits c set pull_request_id = best.pull_request_id
    from best
    where c.ctid = best.place and best.was is distinct from best.pull_request_id
    returning c.sha
  )
  select coalesce(array_agg(sha), '{}') from linked
$$;
comment on function private.link_commits(bigint, text[]) is
  'Finds the merged pull request that commits came through: as what it was merged as, as its own, as a rebased copy. Answers those that changed.';

-- deployments ------------------------------------------------------------------------------------------------------------

create function private.trace_deployments(p_repository_id bigint, p_shas text[]) returns text[]
language plpgsql volatile set search_path = '' set jit = off set enable_seqscan = off
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

create function private.refresh_changes(p_repository_id bigint, p_shas text[]) returns void
language plpgsql volatile set search_path = '' set jit = off set enable_seqscan = off set enable_nestloop = off
as $$
declare
  v_shas text[];
begin
  -- What is known of a pull request's merge is news to all its commits.
  with given as (select distinct unnest(p_shas) as sha),
  pull_request as (
    select p.id, p.merge_commit_sha
    from (
      select m.id from given
      cross join lateral (
        select m.id from private.pull_requests m
        where m.merge_commit_sha = given.sha and m.repository_id + 0 = p_repository_id offset 0) m
      union
      select b.pull_request_id from given
      cross join lateral (select b.pull_request_id from private.pull_request_commits b where b.sha = given.sha offset 0) b
    ) found
    cross join lateral (
      select p.id, p.merge_commit_sha from private.pull_requests p
      where p.id = found.id and p.repository_id + 0 = p_repository_id and p.merged_at is not null offset 0) p
  )
  select array(
    select sha from given
    union select merge_commit_sha from pull_request where merge_commit_sha is not null
    union select b.sha from pull_request p
    cross join lateral (select b.sha from private.pull_request_commits b where b.pull_request_id = p.id offset 0) b)
  into v_shas;

  with given as materialized (
    select one.sha, c.org_id, c.author, c.authored_at, c.pull_request_id, c.on_default_branch, coalesce(c.is_merge, false) as is_merge
    from unnest(v_shas) as one (sha) left join private.commits_of(p_repository_id, v_shas) c on c.sha = one.sha
  ),
  -- A pull request and a commit of it, as it was on its branch.
  part as materialized (
    select b.sha, p.org_id, p.id as pull_request_id, p.merge_commit_sha, p.merged_at, p.external_id, b.author, b.authored_at
    from given
    cross join lateral (select b.* from private.pull_request_commits b where b.sha = given.sha offset 0) b
    cross join lateral (
      select p.* from private.pull_requests p
      where p.id = b.pull_request_id and p.repository_id + 0 = p_repository_id and p.merged_at is not null offset 0) p
    where not given.is_merge
  ),
  -- A pull request whose commits are not known.
  whole as (
    select given.sha, p.org_id, p.id as pull_request_id, p.merged_at, p.external_id, coalesce(p.author, given.author) as author,
      coalesce(p.first_commit_at, given.authored_at) as authored_at
    from given
    cross join lateral (
      select p.* from private.pull_requests p
      where p.merge_commit_sha = given.sha and p.repository_id + 0 = p_repository_id and p.merged_at is not null
        and (select count(*) from private.pull_request_commits b where b.pull_request_id = p.id) = 0 offset 0) p
    where not given.is_merge and coalesce(p.first_commit_at, given.authored_at) is not null
  ),
  change as (
    select distinct on (sha) sha, org_id, pull_request_id, author, authored_at
    from (
      select 1 as place, sha, org_id, pull_request_id, merged_at, external_id, author, authored_at from part
      union all
      select 2, sha, org_id, pull_request_id, merged_at, external_id, author, authored_at from whole
      union all
      select 3, sha, org_id, null, null, null, author, authored_at from given
      where on_default_branch and pull_request_id is null and not is_merge
    ) each
    order by sha, place, merged_at, external_id
  ),
  shipped as (
    select sha, sha as as_sha from change
    union
    select sha, merge_commit_sha from part where merge_commit_sha is not null
  ),
  first as (
    select distinct on (shipped.sha, f.environment) shipped.sha, f.environment, f.deployment_id, f.deployed_at
    from shipped
    cross join lateral (
      select f.* from private.deployed_commits f where f.sha = shipped.as_sha and f.repository_id = p_repository_id offset 0) f
    order by shipped.sha, f.environment, f.deployed_at
  ),
  gone as (
    delete from private.changes k
    using (
      select k.ctid
      from (select sha from given except select sha from change) no_more
      cross join lateral (
        select k.ctid from private.changes k where k.sha = no_more.sha and k.repository_id = p_repository_id offset 0) k
    ) old
    where k.ctid = old.ctid
  )
  insert into private.changes as k (
    repository_id, environment, sha, org_id, pull_request_id, author, authored_at, deployment_id, deployed_at)
  select p_repository_id, e.name, change.sha, change.org_id, change.pull_request_id, change.author, change.authored_at,
    first.deployment_id, first.deployed_at
  from change
  cross join private.environments e
  left join first on first.sha = change.sha and first.environment = e.name
  where e.repository_id = p_repository_id
  on conflict (sha, repository_id, environment) do update
    set pull_request_id = excluded.pull_request_id, author = excluded.author, authored_at = excluded.authored_at,
      deployment_id = excluded.deployment_id, deployed_at = excluded.deployed_at
    where (k.pull_request_id, k.author, k.authored_at, k.deployment_id, k.deployed_at)
      is distinct from (excluded.pull_request_id, excluded.author, excluded.authored_at, excluded.deployment_id, excluded.deployed_at);
end $$;
comment on function private.refresh_changes(bigint, text[]) is
  'Works out again what is known of changes: these commits, and those that share a merged pull request with one of them.';

-- incidents --------------------------------------------------------------------------------------------------------------

create function private.relink_incidents(
  p_repository_id bigint, p_since timestamptz, p_external_ids text[] default '{}', p_deployments text[] default '{}',
  p_shas text[] default '{}'
) returns void
language sql volatile set search_path = ''
as $$
  with best as (
    select i.id as incident_id, i.org_id, link.deployment_id, link.method
    from private.incidents i
    left join lateral (
      select found.deployment_id, found.method
      from (
        select d.id as deployment_id, 'explicit' as method, 1 as place, d.finished_at as at
        from private.deployments d where d.repository_id = i.repository_id and d.external_id = i.deployment_external_id
        union all
        select f.deployment_id, 'explicit', 2, f.deployed_at
        from private.deployed_commits f
        where f.repository_id + 0 = i.repository_id and f.environment = i.environment and f.sha = i.commit_sha
        union all
        -- A pull request was taken back after the incident began, and what it had merged was deployed before.
        select f.deployment_id, 'revert', 3, f.deployed_at
        from private.pull_requests revert
        join private.pull_requests culprit
          on culprit.repository_id = i.repository_id and culprit.external_id = revert.reverts_external_id
        join private.deployed_commits f
          on f.repository_id + 0 = i.repository_id and f.environment = i.environment and f.sha = culprit.merge_commit_sha
        where revert.repository_id = i.repository_id and revert.reverts_external_id is not null
          and culprit.merged_at is not null and f.deployed_at < i.began_at and i.began_at <= revert.merged_at
        union all
        (select d.id, 'time', 4, d.finished_at
        from private.deployments d
        where d.repository_id = i.repository_id and d.environment = i.environment and d.status = 'success'
          and d.finished_at < i.began_at
        order by d.finished_at desc, d.external_id desc limit 1)
      ) found
      order by found.place, found.at desc nulls last limit 1
    ) link on true
    where i.repository_id = p_repository_id and (
      i.began_at >= p_since or i.external_id = any (p_external_ids)
      or i.deployment_external_id = any (p_deployments) or i.commit_sha = any (p_shas))
  ),
  unlinked as (
    delete from private.incident_links l using best where l.incident_id = best.incident_id and best.deployment_id is null
  )
  insert into private.incident_links as l (incident_id, deployment_id, org_id, method)
  select best.incident_id, best.deployment_id, best.org_id, best.method from best where best.deployment_id is not null
  on conflict (incident_id) do update set deployment_id = excluded.deployment_id, method = excluded.method
    where (l.deployment_id, l.method) is distinct from (excluded.deployment_id, excluded.method)
$$;
comment on function private.relink_incidents(bigint, timestamptz, text[], text[], text[]) is
  'Puts incidents down to deployments by the best method there is: those that began since a time, and those that are or name one of the given.';

-- after commits ----------------------------------------------------------------------------------------------------------

create function private.follow_up_commits(p_repository_id bigint, p_shas text[]) returns void
language plpgsql volatile set search_path = '' set jit = off set enable_seqscan = off
as $$
declare
  v_traced text[];
begin
  perform private.link_commits(p_repository_id, p_shas);
  v_traced := private.trace_deployments(p_repository_id, p_shas);
  perform private.refresh_changes(p_repository_id, p_shas || v_traced);
  if cardinality(v_traced) > 0 then
    perform private.relink_incidents(p_repository_id, (
      select min(f.deployed_at)
      from unnest(v_traced) as traced (sha)
      cross join lateral (
        select f.deployed_at from private.deployed_commits f where f.sha = traced.sha and f.repository_id = p_repository_id offset 0) f
    ), p_shas => v_traced);
  end if;
end $$;
comment on function private.follow_up_commits(bigint, text[]) is 'Brings everything that follows from these commits up to date.';

revoke execute on function
  private.commits_of(bigint, text[]), private.put_on_default_branch(bigint, text[]), private.reachable(bigint, text), private.move_head(bigint, text, text),
  private.move_pending_heads(bigint), private.link_commits(bigint, text[]), private.trace_deployments(bigint, text[]),
  private.refresh_changes(bigint, text[]), private.relink_incidents(bigint, timestamptz, text[], text[], text[]),
  private.follow_up_commits(bigint, text[])
  from public, anon, authenticated;
