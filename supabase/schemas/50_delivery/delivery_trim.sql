-- Deliveries that are older than their organization keeps them. What later ones are judged by stays: the last
-- deployment of an environment before the moment, commits that have not been out yet, the latest incident, and when
-- an environment was
-- first deployed to.

create function private.trim_commits(p_org_id uuid, p_before timestamptz, p_limit int)
returns bigint
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_rows bigint;
begin
  with old as materialized (
    select c.ctid, c.sha, c.repository_id, c.parents from private.commits c
    where c.org_id = p_org_id and c.on_default_branch and c.committed_at < p_before
      and (exists (
          select from private.deployed_commits f
          where f.sha = c.sha and f.repository_id = c.repository_id and f.deployed_at < p_before)
        or not exists (
          select from private.environments e where e.repository_id = c.repository_id
            and e.first_deployed_at is not null))
      and not exists (
        select from private.deployments d where d.sha = c.sha and d.repository_id = c.repository_id
          and d.status = 'success')
    order by c.committed_at limit p_limit for update of c skip locked
  ),
  edge as (
    -- By their places, found one by one (offset 0): a join reads the whole table.
    delete from private.commit_parents e where e.ctid = any (array(
      select gone.ctid
      from old
      cross join lateral unnest(old.parents) as parent (sha)
      cross join lateral (
        select p.ctid from private.commit_parents p
        where p.parent_sha = parent.sha and p.repository_id = old.repository_id and p.sha = old.sha offset 0
      ) gone))
  )
  delete from private.commits c where c.ctid = any (array(select old.ctid from old));
  get diagnostics v_rows = row_count;
  return v_rows;
end $$;
comment on function private.trim_commits(uuid, timestamptz, int) is
  'Removes up to so many commits of default branches that were made and, where anything is deployed, out before a '
  'moment.';

create function private.trim_delivery(p_org_id uuid, p_before timestamptz, p_limit int)
returns bigint
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_rows bigint;
begin
  -- A look into the index for each environment: without it the last step reads the whole table to find none.
  delete from private.changes k where k.ctid = any (array(
    select old.ctid
    from (
      select distinct e.name from private.environments e join private.repositories r on r.id = e.repository_id
      where r.org_id = p_org_id
    ) environment
    cross join lateral (
      select o.ctid from private.changes o
      where o.org_id = p_org_id and o.environment = environment.name and o.deployed_at < p_before
      order by o.org_id, o.environment, o.deployed_at limit p_limit for update skip locked
    ) old
    limit p_limit));
  get diagnostics v_rows = row_count;

  if v_rows = 0 then
    delete from private.incidents i where i.id = any (array(
      select o.id from private.incidents o
      where o.org_id = p_org_id and o.began_at < p_before and o.resolved_at < p_before
        and o.id <> (select l.id from private.incidents l where l.org_id = p_org_id
          order by l.began_at desc, l.id desc limit 1)
      order by o.began_at limit p_limit for update skip locked
    ));
    get diagnostics v_rows = row_count;
  end if;

  if v_rows = 0 then
    -- Each with its reviews and commits.
    delete from private.pull_requests p where p.id = any (array(
      select o.id from private.pull_requests o
      where o.org_id = p_org_id and o.created_at < p_before and o.state <> 'open' and o.updated_at < p_before
        and coalesce(o.merged_at, o.closed_at, o.updated_at) < p_before
      order by o.created_at limit greatest(p_limit / 10, 1) for update skip locked
    ));
    get diagnostics v_rows = row_count;
  end if;

  if v_rows = 0 then
    delete from private.deployments d where d.id = any (array(
      select o.id from private.deployments o
      where o.org_id = p_org_id and o.finished_at < p_before and (o.status <> 'success' or exists (
        select from private.deployments l
        where l.repository_id = o.repository_id and l.environment = o.environment and l.status = 'success'
          and l.finished_at > o.finished_at and l.finished_at < p_before))
      limit p_limit for update skip locked
    ));
    get diagnostics v_rows = row_count;
  end if;

  if v_rows = 0 then
    delete from private.releases r where r.id = any (array(
      select o.id from private.releases o where o.org_id = p_org_id and o.published_at < p_before
      order by o.published_at limit p_limit for update skip locked
    ));
    get diagnostics v_rows = row_count;
  end if;

  return case when v_rows > 0 then v_rows else private.trim_commits(p_org_id, p_before, p_limit) end;
end $$;
comment on function private.trim_delivery(uuid, timestamptz, int) is
  'Removes up to so many of an organization''s deliveries from before a moment: changes, incidents, pull requests, '
  'deployments, releases, commits, one kind after the other.';

revoke execute
on function private.trim_commits(uuid, timestamptz, int), private.trim_delivery(uuid, timestamptz, int)
from public, anon, authenticated;
