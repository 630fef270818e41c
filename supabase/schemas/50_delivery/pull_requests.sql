-- Pull requests.

create table private.pull_requests (
  id bigint generated always as identity primary key,
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  repository_id bigint not null references private.repositories (id)
    on delete cascade,
  external_id text not null check (char_length(external_id) between 1 and 200),
  title text not null default '' check (char_length(title) <= 500),
  author text check (char_length(author) <= 200),
  is_bot boolean not null default false,
  state text not null check (state in ('open', 'closed', 'merged')),
  draft boolean not null default false,
  base_branch text check (char_length(base_branch) <= 255),
  head_branch text check (char_length(head_branch) <= 255),
  head_sha text check (head_sha ~ '^[0-9a-f]{7,64}$'),
  from_fork boolean not null default false,
  created_at timestamptz not null check (created_at >= '1970-01-01 00:00+00' and created_at < '2101-01-01 00:00+00'),
  ready_at timestamptz check (ready_at >= '1970-01-01 00:00+00' and ready_at < '2101-01-01 00:00+00'),
  first_commit_at timestamptz check (
    first_commit_at >= '1970-01-01 00:00+00'
    and first_commit_at < '2101-01-01 00:00+00'
  ),
  merged_at timestamptz check (merged_at >= '1970-01-01 00:00+00' and merged_at < '2101-01-01 00:00+00'),
  closed_at timestamptz check (closed_at >= '1970-01-01 00:00+00' and closed_at < '2101-01-01 00:00+00'),
  reopened_at timestamptz check (reopened_at >= '1970-01-01 00:00+00' and reopened_at < '2101-01-01 00:00+00'),
  updated_at timestamptz not null check (updated_at >= '1970-01-01 00:00+00' and updated_at < '2101-01-01 00:00+00'),
  merge_commit_sha text check (merge_commit_sha ~ '^[0-9a-f]{7,64}$'),
  merge_method text check (merge_method in ('merge', 'squash', 'rebase')),
  reverts_external_id text check (char_length(reverts_external_id) <= 200),
  additions int check (additions >= 0),
  deletions int check (deletions >= 0),
  changed_files int check (changed_files >= 0),
  commit_count int check (commit_count >= 0),
  comment_count int check (comment_count >= 0),
  commits_said_at timestamptz,
  unique (repository_id, external_id),
  check ((state = 'merged') = (merged_at is not null))
);
comment on table private.pull_requests is 'A pull request, by its number on GitHub or the id it was posted with.';
comment on column private.pull_requests.ready_at is 'When it was last taken out of draft; null if it never was one.';
comment on column private.pull_requests.reopened_at is 'When it, or what it changed, was last opened again.';
comment on column private.pull_requests.reverts_external_id is
  'The pull request of the same repository that it takes back.';
comment on column private.pull_requests.commits_said_at is
  'The updated_at of the item whose list of commits is kept: an older list does not replace it.';
create index pull_requests_merged_idx on private.pull_requests (org_id, merged_at) where merged_at is not null;
create index pull_requests_created_idx on private.pull_requests (org_id, created_at);
create index pull_requests_merge_commit_idx on private.pull_requests (merge_commit_sha, repository_id)
where merge_commit_sha is not null;
create index pull_requests_reverts_idx on private.pull_requests (repository_id, reverts_external_id)
where reverts_external_id is not null;
create index pull_requests_of_repository_idx on private.pull_requests (repository_id, merged_at)
where merged_at is not null;
create index pull_requests_repository_created_idx on private.pull_requests (repository_id, created_at);

alter table private.pull_requests enable row level security;
create policy "members read what belongs to their organization" on private.pull_requests
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.pull_requests from public, anon, authenticated, service_role;
grant select on private.pull_requests to authenticated, service_role;

create function private.store_pull_requests(p_repository private.repositories, p_items jsonb)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_ids bigint[];
  v_shas text[];
begin
  with item as (
    select i.*, t.id, case
        when i.updated_at <> t.updated_at then i.updated_at > t.updated_at
        when i.state = 'open' and t.state = 'closed' then coalesce(i.reopened_at >= t.closed_at, false)
        else true end
      and not coalesce(t.state = 'merged' and i.state <> 'merged', false) as newer
    from jsonb_to_recordset(p_items) as i (
      external_id text, title text, author text, is_bot boolean, state text, draft boolean, base_branch text,
      head_branch text,
      head_sha text, from_fork boolean, created_at timestamptz, ready_at timestamptz, first_commit_at timestamptz,
      merged_at timestamptz, closed_at timestamptz, reopened_at timestamptz, updated_at timestamptz,
      merge_commit_sha text,
      merge_method text, reverts text, additions int, deletions int, changed_files int, commit_count int,
      comment_count int, commits jsonb)
    left join private.pull_requests t on t.repository_id = p_repository.id and t.external_id = i.external_id
  ),
  merged as (
    select i.external_id,
      coalesce(case when i.newer then i.title end, nullif(t.title, ''), i.title, '') as title,
      coalesce(case when i.newer then i.author end, t.author, i.author) as author,
      coalesce(case when i.newer then i.is_bot end, t.is_bot, i.is_bot, false) as is_bot,
      case when i.state = 'merged' or t.state = 'merged' then 'merged'
        when i.newer then i.state else t.state end as state,
      coalesce(case when i.newer then i.draft end, t.draft, i.draft, false) as draft,
      coalesce(case when i.newer then i.base_branch end, t.base_branch, i.base_branch) as base_branch,
      coalesce(case when i.newer then i.head_branch end, t.head_branch, i.head_branch) as head_branch,
      coalesce(case when i.newer then i.head_sha end, t.head_sha, i.head_sha) as head_sha,
      coalesce(case when i.newer then i.from_fork end, t.from_fork, i.from_fork, false) as from_fork,
      case when i.newer then i.created_at else t.created_at end as created_at,
      coalesce(case when i.newer then i.ready_at end, t.ready_at, i.ready_at) as ready_at,
      coalesce(case when i.newer then first.commit_at end, t.first_commit_at, first.commit_at) as first_commit_at,
      coalesce(case when i.newer then i.merged_at end, t.merged_at, i.merged_at) as merged_at,
      coalesce(case when i.newer then i.closed_at end, t.closed_at, i.closed_at) as closed_at,
      greatest(t.reopened_at, i.reopened_at) as reopened_at,
      greatest(t.updated_at, coalesce(i.updated_at,
        greatest(i.created_at, i.ready_at, i.reopened_at, i.closed_at, i.merged_at))) as updated_at,
      coalesce(case when i.newer then i.merge_commit_sha end, t.merge_commit_sha,
        i.merge_commit_sha) as merge_commit_sha,
      coalesce(case when i.newer then i.merge_method end, t.merge_method, i.merge_method) as merge_method,
      coalesce(case when i.newer then i.reverts end, t.reverts_external_id, i.reverts) as reverts_external_id,
      coalesce(case when i.newer then i.additions end, t.additions, i.additions) as additions,
      coalesce(case when i.newer then i.deletions end, t.deletions, i.deletions) as deletions,
      coalesce(case when i.newer then i.changed_files end, t.changed_files, i.changed_files) as changed_files,
      coalesce(case when i.newer then i.commit_count end, t.commit_count, i.commit_count) as commit_count,
      coalesce(case when i.newer then i.comment_count end, t.comment_count, i.comment_count) as comment_count
    from item i left join private.pull_requests t on t.id = i.id
    cross join lateral (
      select coalesce(i.first_commit_at, (
        select min((c ->> 'authored_at')::timestamptz)
        from jsonb_array_elements(coalesce(i.commits, '[]')) as c)) as commit_at) first
  ),
  stored as (
    insert into private.pull_requests as p (
      org_id, repository_id, external_id, title, author, is_bot, state, draft, base_branch, head_branch, head_sha,
      from_fork, created_at,
      ready_at, first_commit_at, merged_at, closed_at, reopened_at, updated_at, merge_commit_sha, merge_method,
      reverts_external_id, additions, deletions, changed_files, commit_count, comment_count)
    select p_repository.org_id, p_repository.id, external_id, title, author, is_bot, state, draft, base_branch,
      head_branch, head_sha,
      from_fork, created_at, ready_at, first_commit_at, merged_at, case
        when state <> 'open' then closed_at end, reopened_at, updated_at,
      merge_commit_sha, merge_method, reverts_external_id, additions, deletions, changed_files, commit_count,
      comment_count
    from merged
    on conflict (repository_id, external_id) do update
      set title = excluded.title, author = excluded.author, is_bot = excluded.is_bot, state = excluded.state,
        draft = excluded.draft,
        base_branch = excluded.base_branch, head_branch = excluded.head_branch, head_sha = excluded.head_sha,
        from_fork = excluded.from_fork, created_at = excluded.created_at, ready_at = excluded.ready_at,
        first_commit_at = excluded.first_commit_at, merged_at = excluded.merged_at, closed_at = excluded.closed_at,
        reopened_at = excluded.reopened_at, updated_at = excluded.updated_at,
        merge_commit_sha = excluded.merge_commit_sha,
        merge_method = excluded.merge_method, reverts_external_id = excluded.reverts_external_id,
        additions = excluded.additions,
        deletions = excluded.deletions, changed_files = excluded.changed_files, commit_count = excluded.commit_count,
        comment_count = excluded.comment_count
    returning p.id, p.external_id, p.merge_commit_sha
  ),
  -- A statement sees the rows as they were before it: these are the commits that a pull request had.
  touched as (
    select s.merge_commit_sha as sha from stored s
    union all
    select t.merge_commit_sha from stored s join private.pull_requests t on t.id = s.id
    union all
    select b.sha from stored s join private.pull_request_commits b on b.pull_request_id = s.id
    union all
    select c.sha from stored s join private.commits c on c.repository_id = p_repository.id and c.pull_request_id = s.id
  )
  select array(select id from stored), array(select distinct sha from touched where sha is not null) into v_ids, v_shas;

  v_shas := v_shas || private.store_pull_request_commits(p_repository, p_items);
  if not exists (select from private.pull_requests p where p.id = any (v_ids) and p.merged_at is not null) then
    return '[]'::jsonb;
  end if;
  v_shas := v_shas || array(
    select c.sha
    from private.pull_request_commits b
    join private.commits c on c.repository_id = p_repository.id and c.authored_at = b.authored_at
      and c.author = b.author
    where b.pull_request_id = any (v_ids));
  perform private.link_commits(p_repository.id, v_shas);
  perform private.refresh_changes(p_repository.id, v_shas);
  if exists (
    select from private.pull_requests p where p.id = any (v_ids) and (p.reverts_external_id is not null or exists (
      select from private.pull_requests revert
      where revert.repository_id = p_repository.id and revert.reverts_external_id = p.external_id))
  ) then
    perform private.relink_incidents(p_repository.id, '-infinity');
  end if;
  return '[]'::jsonb;
end $$;
comment on function private.store_pull_requests(private.repositories, jsonb) is
  'Stores pull requests. One that was merged stays merged; a list of commits replaces the one before.';

revoke execute on function private.store_pull_requests(private.repositories, jsonb) from public, anon, authenticated;
