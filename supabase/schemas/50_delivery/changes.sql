-- What lead time is about.

-- No foreign keys but the one by which it goes: this is written for every commit, by functions that have just read
-- what it refers to.
create table private.changes (
  repository_id bigint not null references private.repositories (id)
    on delete cascade,
  environment text not null,
  sha text not null,
  org_id uuid not null,
  pull_request_id bigint,
  author text,
  authored_at timestamptz not null,
  deployment_id bigint,
  deployed_at timestamptz,
  lead_seconds int generated always as (
    case
      when not is_initial then greatest(
        -2147483647,
        least(2147483647, date_part('epoch', deployed_at - authored_at))
      )::int
    end
  ) stored,
  is_initial boolean not null default false,
  primary key (sha, repository_id, environment),
  check ((deployment_id is null) = (deployed_at is null))
);
comment on table private.changes is
  'What lead time is about, for each environment that is followed: the commits of merged pull requests as they were '
  'on their branches, a pull request whose commits are unknown as one, and the commits of the default branch that '
  'came through none. Merges are no changes.';
comment on column private.changes.deployed_at is
  'When the first deployment with the commit, or with what its pull request was merged as, finished; null if none has.';
comment on column private.changes.lead_seconds is
  'From authored to deployed. Negative where a clock was wrong; such rows are counted apart. Null for what the first '
  'known deployment contains.';
comment on column private.changes.is_initial is
  'The first known deployment of the environment contains it: it may have been out before anything was known, so it '
  'has no lead time.';
create index changes_pull_request_idx on private.changes (pull_request_id, environment)
include (deployed_at)
where pull_request_id is not null;
create index changes_repository_idx on private.changes using brin (repository_id);
-- On a stored number, because an index that has it answers a median of a million changes without touching a row, and
-- integers sort fastest.
create index changes_lead_idx on private.changes (org_id, environment, deployed_at)
include (repository_id, lead_seconds)
where deployed_at is not null;

alter table private.changes enable row level security;
create policy "members read what belongs to their organization" on private.changes
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.changes from public, anon, authenticated, service_role;
grant select on private.changes to authenticated, service_role;

create function private.refresh_changes(p_repository_id bigint, p_shas text[])
returns void
language plpgsql
volatile
set search_path = ''
set jit = off
set enable_seqscan = off
set enable_nestloop = off
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
      cross join lateral (select b.pull_request_id from private.pull_request_commits b
        where b.sha = given.sha offset 0) b
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
    select one.sha, c.org_id, c.author, c.authored_at, c.pull_request_id, c.on_default_branch,
      coalesce(c.is_merge, false) as is_merge
    from unnest(v_shas) as one (sha) left join private.commits_of(p_repository_id, v_shas) c on c.sha = one.sha
  ),
  -- A pull request and a commit of it, as it was on its branch.
  part as materialized (
    select b.sha, p.org_id, p.id as pull_request_id, p.merge_commit_sha, p.merged_at, p.external_id, b.author,
      b.authored_at
    from given
    cross join lateral (select b.* from private.pull_request_commits b where b.sha = given.sha offset 0) b
    cross join lateral (
      select p.* from private.pull_requests p
      where p.id = b.pull_request_id and p.repository_id + 0 = p_repository_id and p.merged_at is not null offset 0) p
    where not given.is_merge
  ),
  -- A pull request whose commits are not known.
  whole as (
    select given.sha, p.org_id, p.id as pull_request_id, p.merged_at, p.external_id,
      coalesce(p.author, given.author) as author, coalesce(p.first_commit_at, given.authored_at) as authored_at
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
      select f.* from private.deployed_commits f
      where f.sha = shipped.as_sha and f.repository_id = p_repository_id offset 0) f
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
    repository_id, environment, sha, org_id, pull_request_id, author, authored_at, deployment_id, deployed_at,
    is_initial)
  select p_repository_id, e.name, change.sha, change.org_id, change.pull_request_id, change.author, change.authored_at,
    first.deployment_id, first.deployed_at, coalesce(first.deployed_at <= e.first_deployed_at, false)
  from change
  cross join private.environments e
  left join first on first.sha = change.sha and first.environment = e.name
  where e.repository_id = p_repository_id
  on conflict (sha, repository_id, environment) do update
    set pull_request_id = excluded.pull_request_id, author = excluded.author, authored_at = excluded.authored_at,
      deployment_id = excluded.deployment_id, deployed_at = excluded.deployed_at, is_initial = excluded.is_initial
    where (k.pull_request_id, k.author, k.authored_at, k.deployment_id, k.deployed_at, k.is_initial)
      is distinct from (excluded.pull_request_id, excluded.author, excluded.authored_at, excluded.deployment_id,
        excluded.deployed_at, excluded.is_initial);
end $$;
comment on function private.refresh_changes(bigint, text[]) is
  'Works out again what is known of changes: these commits, and those that share a merged pull request with one of '
  'them.';

revoke execute on function private.refresh_changes(bigint, text[]) from public, anon, authenticated;
