-- The one way into delivery: webhooks, synchronisation and posting all store through public.store_delivery. Items come in any order and
-- any number of times. The newer word of two counts, by updated_at where the items say it; where they do not, the later to arrive,
-- except that it takes back no end that was reported. What an item leaves out is left as it is known, and filled in from older words.
-- coalesce(case when newer then i.x end, t.x, i.x) below is that rule for one column.

-- repositories -----------------------------------------------------------------------------------------------------------

create function private.known_repository(p_org_id uuid, p_full_name text, p_github_id bigint) returns bigint
language sql stable set search_path = ''
as $$
  select r.id from private.repositories r
  where r.org_id = p_org_id and lower(r.full_name) = lower(p_full_name) and (p_github_id is null or r.github_id = p_github_id)
$$;
comment on function private.known_repository(uuid, text, bigint) is 'The repository that has this name, and this number if one is given; null if that is news.';

create function private.delivery_repository(p_org_id uuid, p_full_name text, p_github_id bigint) returns bigint
language plpgsql volatile set search_path = ''
as $$
declare
  v_id bigint := private.known_repository(p_org_id, p_full_name, p_github_id);
  v_holder private.repositories;
begin
  if v_id is not null then
    return v_id;
  end if;
  -- News about names is taken in one at a time. The calls before this one may have brought it already.
  perform pg_advisory_xact_lock(hashtextextended('repositories of ' || p_org_id, 0));
  v_id := private.known_repository(p_org_id, p_full_name, p_github_id);
  if v_id is not null then
    return v_id;
  end if;
  select r.id into v_id from private.repositories r where r.org_id = p_org_id and r.github_id = p_github_id;
  select * into v_holder from private.repositories r where r.org_id = p_org_id and lower(r.full_name) = lower(p_full_name);
  if v_holder.id is not null and v_id is null and v_holder.github_id is null then
    update private.repositories r set github_id = p_github_id where r.id = v_holder.id;
    return v_holder.id;
  end if;
  if v_holder.id is not null then
    -- Somebody else's name now. What the old holder is called since, its own next item says.
    update private.repositories r set full_name = left(r.full_name, 150) || '#' || coalesce(r.github_id, r.id) where r.id = v_holder.id;
  end if;
  if v_id is not null then
    update private.repositories r set full_name = p_full_name where r.id = v_id;
    return v_id;
  end if;
  insert into private.repositories (org_id, full_name, github_id) values (p_org_id, p_full_name, p_github_id) returning id into v_id;
  insert into private.environments (repository_id, name) values (v_id, 'production');
  return v_id;
end $$;
comment on function private.delivery_repository(uuid, text, bigint) is
  'The repository of this name, made if there is none. GitHub''s number stays with a repository that is renamed; a name goes to who has it now.';

create function private.store_repositories(p_repository private.repositories, p_items jsonb) returns jsonb
language sql volatile set search_path = ''
as $$
  update private.repositories r
  set default_branch = coalesce(i.default_branch, r.default_branch), archived = coalesce(i.archived, r.archived)
  from jsonb_to_recordset(p_items) as i (default_branch text, archived boolean)
  where r.id = p_repository.id;
  select '[]'::jsonb
$$;
comment on function private.store_repositories(private.repositories, jsonb) is 'Stores what is said of a repository itself.';

create function private.store_branches(p_repository private.repositories, p_items jsonb) returns jsonb
language sql volatile set search_path = ''
as $$
  delete from private.branches b
  where b.repository_id = p_repository.id and (p_items -> 0 ->> 'complete')::boolean
    and b.name not in (select n.value ->> 'name' from jsonb_array_elements(p_items -> 0 -> 'names') as n);
  insert into private.branches as b (repository_id, name, org_id, sha, last_commit_at)
  select distinct on (n.name) p_repository.id, n.name, p_repository.org_id, n.sha, n.last_commit_at
  from jsonb_to_recordset(p_items -> 0 -> 'names') as n (name text, sha text, last_commit_at timestamptz)
  on conflict (repository_id, name) do update
    set sha = excluded.sha, seen_at = excluded.seen_at,
      last_commit_at = coalesce(excluded.last_commit_at, case when b.sha = excluded.sha then b.last_commit_at end);
  select '[]'::jsonb
$$;
comment on function private.store_branches(private.repositories, jsonb) is 'Stores branches; if the list is complete, those that are not in it are gone.';

create function private.store_releases(p_repository private.repositories, p_items jsonb) returns jsonb
language sql volatile set search_path = ''
as $$
  insert into private.releases as r (org_id, repository_id, external_id, tag, name, prerelease, published_at)
  select p_repository.org_id, p_repository.id, i.external_id, i.tag, coalesce(i.name, t.name),
    coalesce(i.prerelease, t.prerelease, false), i.published_at
  from jsonb_to_recordset(p_items) as i (external_id text, tag text, name text, prerelease boolean, published_at timestamptz)
  left join private.releases t on t.repository_id = p_repository.id and t.external_id = i.external_id
  on conflict (repository_id, external_id) do update
    set tag = excluded.tag, name = excluded.name, prerelease = excluded.prerelease, published_at = excluded.published_at;
  select '[]'::jsonb
$$;
comment on function private.store_releases(private.repositories, jsonb) is 'Stores releases.';

-- commits ----------------------------------------------------------------------------------------------------------------

create function private.store_commits(p_repository private.repositories, p_items jsonb) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  v_changed text[];
begin
  with stored as (
    insert into private.commits as c (
      repository_id, sha, org_id, author, is_bot, authored_at, committed_at, headline, parents, additions, deletions, on_default_branch)
    select p_repository.id, i.sha, p_repository.org_id,
      -- A login beats an address: the address is what a commit carries before GitHub has said whose it is.
      case when i.author like '%@%' and t.author not like '%@%' then t.author else coalesce(i.author, t.author) end,
      coalesce(i.is_bot, t.is_bot, false), i.authored_at, i.committed_at, coalesce(i.headline, t.headline, ''),
      coalesce(nullif(i.parents, '{}'), t.parents, '{}'), coalesce(i.additions, t.additions), coalesce(i.deletions, t.deletions),
      coalesce(t.on_default_branch, false) or coalesce(i.on_default_branch and not coalesce(t.taken_off, false), false)
    from jsonb_to_recordset(p_items) as i (
      sha text, author text, is_bot boolean, authored_at timestamptz, committed_at timestamptz, headline text, parents text[],
      additions int, deletions int, on_default_branch boolean)
    left join lateral (
      select t.* from private.commits t where t.sha = i.sha and t.repository_id = p_repository.id offset 0) t on true
    on conflict (sha, repository_id) do update
      set author = excluded.author, is_bot = excluded.is_bot, authored_at = excluded.authored_at, committed_at = excluded.committed_at,
        headline = excluded.headline, parents = excluded.parents, additions = excluded.additions, deletions = excluded.deletions,
        on_default_branch = excluded.on_default_branch
      where (c.author, c.is_bot, c.authored_at, c.committed_at, c.headline, c.parents, c.additions, c.deletions, c.on_default_branch)
        is distinct from (excluded.author, excluded.is_bot, excluded.authored_at, excluded.committed_at, excluded.headline,
          excluded.parents, excluded.additions, excluded.deletions, excluded.on_default_branch)
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
        select e.sha from private.commit_parents e where e.parent_sha = c.sha and e.repository_id = p_repository.id)) child
      where child.on_default_branch)));
  v_changed := v_changed || private.move_pending_heads(p_repository.id);
  perform private.follow_up_commits(p_repository.id, v_changed);
  return '[]'::jsonb;
end $$;
comment on function private.store_commits(private.repositories, jsonb) is 'Stores commits, in any order.';

create function private.store_default_branch_heads(p_repository private.repositories, p_items jsonb) returns jsonb
language plpgsql volatile set search_path = ''
as $$
begin
  insert into private.pending_heads (repository_id, before_sha, sha)
  select p_repository.id, was.head, i.sha
  from jsonb_to_recordset(p_items) as i (before text, sha text, forced boolean)
  cross join lateral (select null as head union all select i.before where i.forced and i.before is not null) was;
  perform private.follow_up_commits(p_repository.id, private.move_pending_heads(p_repository.id));
  return '[]'::jsonb;
end $$;
comment on function private.store_default_branch_heads(private.repositories, jsonb) is
  'Moves the default branch, at once or as soon as the commits have come.';

-- pull requests and reviews ----------------------------------------------------------------------------------------------

create function private.store_pull_requests(p_repository private.repositories, p_items jsonb) returns jsonb
language plpgsql volatile set search_path = ''
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
      external_id text, title text, author text, is_bot boolean, state text, draft boolean, base_branch text, head_branch text,
      head_sha text, from_fork boolean, created_at timestamptz, ready_at timestamptz, first_commit_at timestamptz,
      merged_at timestamptz, closed_at timestamptz, reopened_at timestamptz, updated_at timestamptz, merge_commit_sha text,
      merge_method text, reverts text, additions int, deletions int, changed_files int, commit_count int, comment_count int,
      commits jsonb)
    left join private.pull_requests t on t.repository_id = p_repository.id and t.external_id = i.external_id
  ),
  merged as (
    select i.external_id,
      coalesce(case when i.newer then i.title end, nullif(t.title, ''), i.title, '') as title,
      coalesce(case when i.newer then i.author end, t.author, i.author) as author,
      coalesce(case when i.newer then i.is_bot end, t.is_bot, i.is_bot, false) as is_bot,
      case when i.state = 'merged' or t.state = 'merged' then 'merged' when i.newer then i.state else t.state end as state,
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
      greatest(t.updated_at, coalesce(i.updated_at, greatest(i.created_at, i.ready_at, i.reopened_at, i.closed_at, i.merged_at))) as updated_at,
      coalesce(case when i.newer then i.merge_commit_sha end, t.merge_commit_sha, i.merge_commit_sha) as merge_commit_sha,
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
        select min((c ->> 'authored_at')::timestamptz) from jsonb_array_elements(coalesce(i.commits, '[]')) as c)) as commit_at) first
  ),
  stored as (
    insert into private.pull_requests as p (
      org_id, repository_id, external_id, title, author, is_bot, state, draft, base_branch, head_branch, head_sha, from_fork, created_at,
      ready_at, first_commit_at, merged_at, closed_at, reopened_at, updated_at, merge_commit_sha, merge_method, reverts_external_id,
      additions, deletions, changed_files, commit_count, comment_count)
    select p_repository.org_id, p_repository.id, external_id, title, author, is_bot, state, draft, base_branch, head_branch, head_sha,
      from_fork, created_at, ready_at, first_commit_at, merged_at, case when state <> 'open' then closed_at end, reopened_at, updated_at,
      merge_commit_sha, merge_method, reverts_external_id, additions, deletions, changed_files, commit_count, comment_count
    from merged
    on conflict (repository_id, external_id) do update
      set title = excluded.title, author = excluded.author, is_bot = excluded.is_bot, state = excluded.state, draft = excluded.draft,
        base_branch = excluded.base_branch, head_branch = excluded.head_branch, head_sha = excluded.head_sha,
        from_fork = excluded.from_fork, created_at = excluded.created_at, ready_at = excluded.ready_at,
        first_commit_at = excluded.first_commit_at, merged_at = excluded.merged_at, closed_at = excluded.closed_at,
        reopened_at = excluded.reopened_at, updated_at = excluded.updated_at, merge_commit_sha = excluded.merge_commit_sha,
        merge_method = excluded.merge_method, reverts_external_id = excluded.reverts_external_id, additions = excluded.additions,
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
    join private.commits c on c.repository_id = p_repository.id and c.authored_at = b.authored_at and c.author = b.author
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

alter table private.pull_requests add column commits_said_at timestamptz;
comment on column private.pull_requests.commits_said_at is 'The updated_at of the item whose list of commits is kept: an older list does not replace it.';

create function private.store_pull_request_commits(p_repository private.repositories, p_items jsonb) returns text[]
language plpgsql volatile set search_path = ''
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
  insert into private.pull_request_commits (pull_request_id, sha, org_id, author, is_bot, authored_at, committed_at, headline)
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

create function private.store_reviews(p_repository private.repositories, p_items jsonb) returns jsonb
language sql volatile set search_path = ''
as $$
  with item as (
    select i.*, p.id as pull_request_id
    from jsonb_to_recordset(p_items) as i (
      index int, pull_request text, external_id text, reviewer text, is_bot boolean, state text, submitted_at timestamptz)
    left join private.pull_requests p on p.repository_id = p_repository.id and p.external_id = i.pull_request
  ),
  stored as (
    insert into private.reviews as r (org_id, pull_request_id, external_id, reviewer, is_bot, state, submitted_at)
    select p_repository.org_id, i.pull_request_id, i.external_id, coalesce(i.reviewer, t.reviewer),
      coalesce(i.is_bot, t.is_bot, false),
      -- Being dismissed is the last that happens to a review.
      case when t.state = 'dismissed' then 'dismissed' else i.state end, i.submitted_at
    from item i left join private.reviews t on t.pull_request_id = i.pull_request_id and t.external_id = i.external_id
    where i.pull_request_id is not null
    on conflict (pull_request_id, external_id) do update
      set reviewer = excluded.reviewer, is_bot = excluded.is_bot, state = excluded.state, submitted_at = excluded.submitted_at
  )
  select coalesce(jsonb_agg(jsonb_build_object('index', i.index, 'code', 'unknown_pull_request',
    'message', format('pull_request: %s is not known of %s', i.pull_request, p_repository.full_name))), '[]')
  from item i where i.pull_request_id is null
$$;
comment on function private.store_reviews(private.repositories, jsonb) is 'Stores reviews; answers those whose pull request is not known yet.';

-- deployments and incidents ----------------------------------------------------------------------------------------------

create function private.store_deployments(p_repository private.repositories, p_items jsonb) returns jsonb
language plpgsql volatile set search_path = ''
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

create function private.follow_environment(p_repository private.repositories, p_environment text) returns void
language plpgsql volatile set search_path = ''
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

alter table private.incidents add column open_as_of timestamptz;
comment on column private.incidents.open_as_of is 'The last updated_at with which it was said not to be resolved: an older end does not count.';

create function private.store_incidents(p_repository private.repositories, p_items jsonb) returns jsonb
language plpgsql volatile set search_path = ''
as $$
begin
  with item as (
    select i.*, t.id, coalesce(i.updated_at >= t.updated_at, true) as newer,
      -- Saying that it is not resolved is a word; saying nothing of it is none.
      case when said.item ? 'resolved_at' and i.resolved_at is null then i.updated_at end as open_as_of
    from jsonb_array_elements(p_items) as said (item)
    cross join lateral jsonb_to_record(said.item) as i (
      external_id text, title text, severity text, environment text, began_at timestamptz, created_at timestamptz,
      resolved_at timestamptz, deployment text, commit text, url text, updated_at timestamptz)
    left join private.incidents t on t.repository_id = p_repository.id and t.external_id = i.external_id
  )
  insert into private.incidents as n (
    org_id, repository_id, external_id, title, severity, environment, began_at, created_at, resolved_at, open_as_of,
    deployment_external_id, commit_sha, url, updated_at)
  select p_repository.org_id, p_repository.id, i.external_id,
    coalesce(case when i.newer then i.title end, nullif(t.title, ''), i.title, ''),
    coalesce(case when i.newer then i.severity end, t.severity, i.severity),
    lower(coalesce(case when i.newer then i.environment end, t.environment, i.environment, 'production')),
    coalesce(case when i.newer then i.began_at end, case when t.began_at <> t.created_at then t.began_at end, i.began_at,
      case when i.newer then i.created_at else t.created_at end),
    case when i.newer then i.created_at else t.created_at end,
    case when i.newer and i.open_as_of is not null then null
      when i.updated_at < t.open_as_of then t.resolved_at
      else coalesce(case when i.newer then i.resolved_at end, t.resolved_at, i.resolved_at) end,
    greatest(t.open_as_of, i.open_as_of),
    coalesce(case when i.newer then i.deployment end, t.deployment_external_id, i.deployment),
    coalesce(case when i.newer then i.commit end, t.commit_sha, i.commit),
    coalesce(case when i.newer then i.url end, t.url, i.url),
    greatest(t.updated_at, coalesce(i.updated_at, greatest(i.created_at, i.began_at, i.resolved_at)))
  from item i left join private.incidents t on t.id = i.id
  on conflict (repository_id, external_id) do update
    set title = excluded.title, severity = excluded.severity, environment = excluded.environment, began_at = excluded.began_at,
      created_at = excluded.created_at, resolved_at = excluded.resolved_at, open_as_of = excluded.open_as_of,
      deployment_external_id = excluded.deployment_external_id, commit_sha = excluded.commit_sha, url = excluded.url,
      updated_at = excluded.updated_at;
  perform private.relink_incidents(p_repository.id, null, array(
    select i.external_id from jsonb_to_recordset(p_items) as i (external_id text)));
  return '[]'::jsonb;
end $$;
comment on function private.store_incidents(private.repositories, jsonb) is
  'Stores incidents. resolved_at null, with updated_at, opens one again; left out, it changes nothing.';

-- all of them ------------------------------------------------------------------------------------------------------------

create function private.store_delivery_items(p_repository private.repositories, p_kind text, p_items jsonb) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  v_count int := jsonb_array_length(p_items);
  v_constraint text;
  v_column text;
begin
  return case p_kind
    when 'repository' then private.store_repositories(p_repository, p_items)
    when 'commit' then private.store_commits(p_repository, p_items)
    when 'default_branch_head' then private.store_default_branch_heads(p_repository, p_items)
    when 'pull_request' then private.store_pull_requests(p_repository, p_items)
    when 'review' then private.store_reviews(p_repository, p_items)
    when 'deployment' then private.store_deployments(p_repository, p_items)
    when 'incident' then private.store_incidents(p_repository, p_items)
    when 'release' then private.store_releases(p_repository, p_items)
    when 'branches' then private.store_branches(p_repository, p_items)
  end;
exception when integrity_constraint_violation or data_exception then
  if v_count > 1 then
    return private.store_delivery_items(p_repository, p_kind, jsonb_path_query_array(p_items, '$[0 to $last]', jsonb_build_object('last', v_count / 2 - 1)))
      || private.store_delivery_items(p_repository, p_kind, jsonb_path_query_array(p_items, '$[$first to last]', jsonb_build_object('first', v_count / 2)));
  end if;
  get stacked diagnostics v_constraint = constraint_name, v_column = column_name;
  return jsonb_build_array(jsonb_build_object('index', p_items -> 0 -> 'index', 'code', 'validation_failed',
    'message', 'cannot be stored: ' || coalesce(nullif(v_column, '') || ' is missing', nullif(v_constraint, ''), sqlerrm)));
end $$;
comment on function private.store_delivery_items(private.repositories, text, jsonb) is
  'Stores items of one repository, no two of the same thing; answers those that were refused. A bad one is found by halving and costs no other.';

create function private.names_repository(p_item jsonb) returns boolean
language sql immutable set search_path = ''
as $$
  select jsonb_typeof(p_item) = 'object' and coalesce(char_length(p_item ->> 'repository') between 1 and 200, false)
    and coalesce(p_item ->> 'repository_github_id' ~ '^[0-9]{1,18}$', true)
$$;
comment on function private.names_repository(jsonb) is 'Whether an item says which repository it is about.';

-- Security definer: no client role may write these tables. It begins by asking whose organization it is.
create function public.store_delivery(p_org_id uuid, p_kind text, p_items jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, true);
  v_given jsonb;
  v_rejected jsonb;
  v_repository private.repositories;
  v_items jsonb;
begin
  if p_kind is null or p_kind not in (
    'repository', 'commit', 'default_branch_head', 'pull_request', 'review', 'deployment', 'incident', 'release', 'branches') then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail = 'kind: is unknown';
  end if;
  if coalesce(jsonb_typeof(p_items), '') <> 'array' then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail = 'items: is no list';
  end if;
  select coalesce(jsonb_agg(i.value || jsonb_build_object('index', i.ordinality - 1)) filter (where private.names_repository(i.value)), '[]'),
    coalesce(jsonb_agg(jsonb_build_object('index', i.ordinality - 1, 'code', 'validation_failed', 'message', 'repository: must name one'))
      filter (where not private.names_repository(i.value)), '[]')
  into v_given, v_rejected
  from jsonb_array_elements(p_items) with ordinality as i;

  -- A number tells more than a name, so names with a number go first.
  with named as materialized (
    select n.name, n.github_id, private.delivery_repository(v_org_id, n.name, n.github_id) as id
    from (
      select distinct on (i.repository_github_id, lower(i.repository)) i.repository as name, i.repository_github_id as github_id
      from jsonb_to_recordset(v_given) as i (repository text, repository_github_id bigint)
      order by i.repository_github_id nulls last, lower(i.repository)
    ) n
  )
  select coalesce(jsonb_agg(item || jsonb_build_object('repository_id', named.id)), '[]') into v_given
  from jsonb_array_elements(v_given) as item
  join named on lower(named.name) = lower(item ->> 'repository')
    and named.github_id is not distinct from (item ->> 'repository_github_id')::bigint;

  -- What follows from a repository's rows is worked out under its lock; in one order, so that no two calls wait for each other.
  for v_repository in
    select r.* from private.repositories r
    where r.id in (select i.repository_id from jsonb_to_recordset(v_given) as i (repository_id bigint))
    order by r.id for no key update
  loop
    -- Several words about one thing take turns, in the order in which they came.
    for v_items in
      select jsonb_agg(said.item order by said.index)
      from (
        select item, (item ->> 'index')::int as index, row_number() over (
          partition by case when p_kind in ('commit', 'default_branch_head') then item -> 'sha' else item -> 'external_id' end,
            item -> 'pull_request'
          order by (item ->> 'index')::int) as turn
        from jsonb_array_elements(v_given) as item
        where (item ->> 'repository_id')::bigint = v_repository.id
      ) said
      group by said.turn order by said.turn
    loop
      v_rejected := v_rejected || private.store_delivery_items(v_repository, p_kind, v_items);
    end loop;
  end loop;
  return jsonb_build_object(
    'stored', jsonb_array_length(p_items) - jsonb_array_length(v_rejected),
    'rejected', (select coalesce(jsonb_agg(r.value order by (r.value ->> 'index')::int), '[]') from jsonb_array_elements(v_rejected) as r));
end $$;
comment on function public.store_delivery(uuid, text, jsonb) is
  'Stores items of one kind (repository, commit, default_branch_head, pull_request, review, deployment, incident, release, branches) of an organization, in any order, any number of times; answers {stored, rejected: [{index, code, message}]}. A bad item costs no other.';

do $$
declare
  v_function regprocedure;
begin
  for v_function in
    select p.oid::regprocedure from pg_catalog.pg_proc p
    where p.pronamespace = 'private'::regnamespace and (p.proname like 'store\_%' or p.proname in (
      'known_repository', 'delivery_repository', 'follow_environment', 'names_repository'))
  loop
    execute format('revoke execute on function %s from public, anon, authenticated', v_function);
  end loop;
end $$;
revoke execute on function public.store_delivery(uuid, text, jsonb) from public, anon, authenticated;
grant execute on function public.store_delivery(uuid, text, jsonb) to authenticated, service_role;
