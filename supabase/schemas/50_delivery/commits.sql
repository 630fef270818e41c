-- Commits, and what follows from them: which deployment first had one, which pull request it came through, what lead
-- time is about, which deployment an incident is put down to. What follows is kept exact by whoever stores; it is a
-- function of the rows alone, never of the order in which they came, and is worked out again only where something
-- changed. All of it is within one repository, whose row the caller has locked.

-- Of a repository that is new the planner believes that it has no rows, and would gladly read them all for each
-- commit. So the statements here and in the files of branches, pull requests, deployments and changes leave it no
-- choice: `lateral … offset 0` takes one commit after the other, `repository_id + 0` hides the indexes that begin
-- with the repository, and reading whole tables is switched off (and with it the compiler, which takes the price of
-- what is switched off for work).

-- Keys begin with the hash, because commits are looked up by it.
create table private.commits (
  repository_id bigint not null references private.repositories (id)
    on delete cascade,
  sha text not null check (sha ~ '^[0-9a-f]{7,64}$'),
  org_id uuid not null references public.organizations (id)
    on delete cascade,
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
  parents text[] not null default '{}',
  additions int check (additions >= 0),
  deletions int check (deletions >= 0),
  -- On the default branch as of the last word about it: a force push may take a commit off.
  on_default_branch boolean not null default false,
  pull_request_id bigint,
  taken_off boolean not null default false,
  primary key (sha, repository_id)
);
comment on table private.commits is 'A commit that is known of a repository.';
comment on column private.commits.author is 'The login, else the lower-cased e-mail address, of whoever wrote it.';
comment on column private.commits.pull_request_id is
  'The pull request through which it came to its branch: as its merge, squash or rebased copy.';
comment on column private.commits.taken_off is
  'A force push took it off the default branch: what was said of it before, and comes again, does not put it back.';
create index commits_org_idx on private.commits (org_id, committed_at) where on_default_branch;
create index commits_pull_request_idx on private.commits (pull_request_id) where pull_request_id is not null;
-- Whole repositories are only ever deleted; their rows lie together.
create index commits_repository_idx on private.commits using brin (repository_id);
create index commits_authored_idx on private.commits (authored_at, author);

alter table private.commits enable row level security;
create policy "members read what belongs to their organization" on private.commits
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.commits from public, anon, authenticated, service_role;
grant select on private.commits to authenticated, service_role;

-- A b-tree of edges: the children of a thousand commits are a thousand probes, where an index of arrays is searched
-- with its backlog.
create table private.commit_parents (
  repository_id bigint not null references private.repositories (id)
    on delete cascade,
  parent_sha text not null,
  sha text not null,
  primary key (parent_sha, repository_id, sha)
);
comment on table private.commit_parents is
  'commits.parents the other way round: the children of a commit, which may be known before it.';
create index commit_parents_repository_idx on private.commit_parents using brin (repository_id);

alter table private.commit_parents enable row level security;
revoke all on private.commit_parents from public, anon, authenticated, service_role;

create type private.commit_of as (
  place tid,
  sha text,
  org_id uuid,
  author text,
  authored_at timestamptz,
  headline text,
  pull_request_id bigint,
  on_default_branch boolean,
  is_merge boolean
);
comment on type private.commit_of is
  'What is followed up of a commit; its place is good while the repository is locked.';

create function private.commits_of(p_repository_id bigint, p_shas text[])
returns setof private.commit_of
language sql
stable
set search_path = ''
set jit = off
set enable_seqscan = off
as $$
  select c.ctid, c.sha, c.org_id, c.author, c.authored_at, c.headline, c.pull_request_id, c.on_default_branch,
    cardinality(c.parents) > 1
  from (select distinct unnest(p_shas) as sha) given
  cross join lateral (
    select c.ctid, c.* from private.commits c where c.sha = given.sha and c.repository_id = p_repository_id offset 0) c
$$;
comment on function private.commits_of(bigint, text[]) is
  'Those of these commits that are known, each read by its key however many they are.';

create function private.commit_named(p_repository_id bigint, p_sha text)
returns text
language sql
stable
set search_path = ''
set enable_seqscan = off
as $$
  -- In any collation digits come before letters, so what begins with a hash lies between it and it with a g.
  select case when count(*) = 1 or min(found.sha) = p_sha then min(found.sha) end
  from (
    select c.sha from private.commits c
    where c.sha >= p_sha and c.sha < p_sha || 'g' and c.repository_id = p_repository_id
    order by c.sha limit 2
  ) found
$$;
comment on function private.commit_named(bigint, text) is
  'The commit that a hash, or the beginning of one, names; null if it is none or could be several.';

create function private.store_commits(p_repository private.repositories, p_items jsonb)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_changed text[];
begin
  with stored as (
    insert into private.commits as c (
      repository_id, sha, org_id, author, is_bot, authored_at, committed_at, headline, parents, additions, deletions,
      on_default_branch)
    select p_repository.id, i.sha, p_repository.org_id,
      -- A login beats an address: the address is what a commit carries before GitHub has said whose it is.
      case when i.author like '%@%' and t.author not like '%@%' then t.author else coalesce(i.author, t.author) end,
      coalesce(i.is_bot, t.is_bot, false), i.authored_at, i.committed_at, coalesce(i.headline, t.headline, ''),
      coalesce(nullif(i.parents, '{}'), t.parents, '{}'), coalesce(i.additions, t.additions),
      coalesce(i.deletions, t.deletions),
      coalesce(t.on_default_branch, false) or coalesce(i.on_default_branch and not coalesce(t.taken_off, false), false)
    from jsonb_to_recordset(p_items) as i (
      sha text, author text, is_bot boolean, authored_at timestamptz, committed_at timestamptz, headline text,
      parents text[], additions int, deletions int, on_default_branch boolean)
    left join lateral (
      select t.* from private.commits t where t.sha = i.sha and t.repository_id = p_repository.id offset 0) t on true
    on conflict (sha, repository_id) do update
      set author = excluded.author, is_bot = excluded.is_bot, authored_at = excluded.authored_at,
        committed_at = excluded.committed_at,
        headline = excluded.headline, parents = excluded.parents, additions = excluded.additions,
        deletions = excluded.deletions, on_default_branch = excluded.on_default_branch
      where (c.author, c.is_bot, c.authored_at, c.committed_at, c.headline, c.parents, c.additions, c.deletions,
        c.on_default_branch)
        is distinct from (excluded.author, excluded.is_bot, excluded.authored_at, excluded.committed_at,
          excluded.headline, excluded.parents, excluded.additions, excluded.deletions, excluded.on_default_branch)
    returning c.sha
  )
  select coalesce(array_agg(sha), '{}') into v_changed from stored;
  if v_changed = '{}' then
    return '[]'::jsonb;
  end if;
  insert into private.commit_parents (repository_id, parent_sha, sha)
  select p_repository.id, parent, i.sha
  from jsonb_to_recordset(p_items) as i (sha text, parents text[]) cross join unnest(i.parents) as parent
  on conflict do nothing;

  v_changed := v_changed || private.put_on_default_branch(p_repository.id, array(
    select c.sha from private.commits_of(p_repository.id, v_changed) c
    where c.on_default_branch or exists (
      select from private.commits_of(p_repository.id, array(
        select e.sha from private.commit_parents e
        where e.parent_sha = c.sha and e.repository_id = p_repository.id)) child
      where child.on_default_branch)));
  v_changed := v_changed || private.move_pending_heads(p_repository.id);
  v_changed := v_changed || private.name_deployed_commits(p_repository.id, v_changed);
  perform private.follow_up_commits(p_repository.id, v_changed);
  return '[]'::jsonb;
end $$;
comment on function private.store_commits(private.repositories, jsonb) is 'Stores commits, in any order.';

create function private.follow_up_commits(p_repository_id bigint, p_shas text[])
returns void
language plpgsql
volatile
set search_path = ''
set jit = off
set enable_seqscan = off
as $$
declare
  v_traced text[];
  v_since timestamptz;
begin
  perform private.link_commits(p_repository_id, p_shas);
  v_traced := private.trace_deployments(p_repository_id, p_shas);
  if cardinality(v_traced) > 0 then
    v_since := (
      select min(f.deployed_at)
      from unnest(v_traced) as traced (sha)
      cross join lateral (
        select f.deployed_at from private.deployed_commits f
        where f.sha = traced.sha and f.repository_id = p_repository_id offset 0) f);
    perform private.note_first_deployments(p_repository_id);
    perform private.refresh_rollbacks(p_repository_id, v_since);
  end if;
  perform private.refresh_changes(p_repository_id, p_shas || v_traced);
  -- An incident may name a commit by the beginning of its hash, which tells what it is once the commit is known.
  if v_since is not null or exists (
    select from private.incidents i where i.repository_id = p_repository_id and i.commit_sha is not null
  ) then
    perform private.relink_incidents(p_repository_id, v_since, p_shas => p_shas || v_traced);
  end if;
end $$;
comment on function private.follow_up_commits(bigint, text[]) is
  'Brings everything that follows from these commits up to date.';

revoke execute
on function private.commits_of(bigint, text[]),
private.commit_named(bigint, text),
private.store_commits(private.repositories, jsonb),
private.follow_up_commits(bigint, text[])
from public, anon, authenticated;
