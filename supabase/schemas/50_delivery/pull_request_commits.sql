-- The commits of pull requests as they were on their branches, and which pull request a commit came through.

create table private.pull_request_commits (
  pull_request_id bigint not null references private.pull_requests (id)
    on delete cascade,
  sha text not null check (sha ~ '^[0-9a-f]{7,64}$'),
  org_id uuid not null,
  author text check (char_length(author) <= 200),
  is_bot boolean not null default false,
  authored_at timestamptz not null check (
    authored_at >= '1970-01-01 00:00+00'
    and authored_at < '2101-01-01 00:00+00'
  ),
  committed_at timestamptz not null check (
    committed_at >= '1970-01-01 00:00+00'
    and committed_at < '2101-01-01 00:00+00'
  ),
  headline text not null default '' check (char_length(headline) <= 500),
  primary key (pull_request_id, sha)
);
comment on table private.pull_request_commits is
  'The commits of a pull request as they were on its branch: a squash or a rebase makes others of them, and their '
  'times would be lost.';
create index pull_request_commits_sha_idx on private.pull_request_commits (sha);
create index pull_request_commits_authored_idx on private.pull_request_commits (authored_at, author);

alter table private.pull_request_commits enable row level security;
create policy "members read what belongs to their organization" on private.pull_request_commits
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.pull_request_commits from public, anon, authenticated, service_role;
grant select on private.pull_request_commits to authenticated, service_role;

create function private.store_pull_request_commits(p_repository private.repositories, p_items jsonb)
returns text[]
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_ids bigint[];
begin
  with listed as (
    update private.pull_requests p set commits_said_at = coalesce(i.updated_at, p.commits_said_at)
    from jsonb_to_recordset(p_items) as i (external_id text, updated_at timestamptz, commits jsonb)
    where p.repository_id = p_repository.id and p.external_id = i.external_id and i.commits is not null
      and not coalesce(i.updated_at < p.commits_said_at, false)
    returning p.id
  )
  select array_agg(id) into v_ids from listed;
  if v_ids is null then
    return '{}'::text[];
  end if;
  delete from private.pull_request_commits b where b.pull_request_id = any (v_ids);
  insert into private.pull_request_commits (pull_request_id, sha, org_id, author, is_bot, authored_at, committed_at,
    headline)
  select distinct on (p.id, c.sha) p.id, c.sha, p_repository.org_id, c.author, coalesce(c.is_bot, false), c.authored_at,
    coalesce(c.committed_at, c.authored_at), coalesce(c.headline, '')
  from jsonb_to_recordset(p_items) as i (external_id text, commits jsonb)
  join private.pull_requests p on p.repository_id = p_repository.id and p.external_id = i.external_id
  cross join lateral jsonb_to_recordset(i.commits) as c (
    sha text, author text, is_bot boolean, authored_at timestamptz, committed_at timestamptz, headline text)
  where p.id = any (v_ids);
  return array(select b.sha from private.pull_request_commits b where b.pull_request_id = any (v_ids));
end $$;
comment on function private.store_pull_request_commits(private.repositories, jsonb) is
  'Stores the lists of commits that come with pull requests; answers the commits in them.';

create function private.link_commits(p_repository_id bigint, p_shas text[])
returns text[]
language sql
volatile
set search_path = ''
set jit = off
set enable_seqscan = off
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
        where b.authored_at = c.authored_at and b.author = c.author
          and (b.headline = c.headline or '' in (b.headline, c.headline))
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
  'Finds the merged pull request that commits came through: as what it was merged as, as its own, as a rebased copy. '
  'Answers those that changed.';

revoke execute
on function private.store_pull_request_commits(private.repositories, jsonb), private.link_commits(bigint, text[])
from public, anon, authenticated;
