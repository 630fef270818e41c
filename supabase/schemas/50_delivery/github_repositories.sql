-- How the repositories of an organization are worked on: when commits come, how they get to the default branch, when
-- releases are made, and which branches nobody has touched.

create function private.github_commit_pattern(r private.github_scope, p_repository_ids bigint[])
returns table (
  repository_id bigint,
  commits bigint,
  direct bigint,
  authors bigint,
  active_days bigint,
  by_weekday bigint[],
  by_hour bigint[]
)
language sql
stable
set search_path = ''
as $$
  with commit as materialized (
    select c.*, c.authored_at at time zone r.time_zone as local_time
    from private.github_commits(r, r.from_at, r.to_at) c where c.repository_id = any (p_repository_ids)
  ),
  whole as (
    select c.repository_id, count(*) as commits, count(*) filter (where c.pull_request_id is null) as direct,
      count(distinct c.login) as authors, count(distinct c.local_time::date) as active_days
    from commit c group by c.repository_id
  ),
  weekday as (
    select c.repository_id, extract(isodow from c.local_time)::int as at, count(*) as commits from commit c
    group by 1, 2
  ),
  hour as (
    select c.repository_id, extract(hour from c.local_time)::int as at, count(*) as commits from commit c group by 1, 2
  )
  select w.repository_id, w.commits, w.direct, w.authors, w.active_days,
    array(
      select coalesce(d.commits, 0) from generate_series(1, 7) as every (at)
      left join weekday d on d.repository_id = w.repository_id and d.at = every.at order by every.at),
    array(
      select coalesce(h.commits, 0) from generate_series(0, 23) as every (at)
      left join hour h on h.repository_id = w.repository_id and h.at = every.at order by every.at)
  from whole w
$$;
comment on function private.github_commit_pattern(private.github_scope, bigint[]) is
  'The window''s commits of people by repository: how many, how many through no pull request, by how many authors, '
  'on how many days, and when they were authored, by weekday (from Monday) and hour.';

create function private.github_branch_strategy(r private.github_scope, p_repository_id bigint)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
begin
  return (
    with merged as materialized (
      select p.merge_method, p.base_branch,
        date_part('epoch', p.merged_at - coalesce(p.first_commit_at, p.created_at)) as lifetime
      from private.pull_requests p
      where p.repository_id = p_repository_id and p.merged_at >= r.from_at and p.merged_at < r.to_at
    )
    select jsonb_build_object(
      'merged', count(*),
      'merge_methods', jsonb_build_object(
        'merge', count(*) filter (where m.merge_method = 'merge'),
        'squash', count(*) filter (where m.merge_method = 'squash'),
        'rebase', count(*) filter (where m.merge_method = 'rebase'),
        'unknown', count(*) filter (where m.merge_method is null)),
      'base_branches', (
        select coalesce(jsonb_agg(to_jsonb(b) order by b.pull_requests desc, b.name), '[]')
        from (
          select m.base_branch as name, count(*) as pull_requests from merged m where m.base_branch is not null
          group by m.base_branch order by count(*) desc, m.base_branch limit 20
        ) b),
      'lifetime_seconds', percentile_cont(0.5) within group (order by m.lifetime) filter (where m.lifetime >= 0))
    from merged m);
end $$;
comment on function private.github_branch_strategy(private.github_scope, bigint) is
  'The pull requests of a repository merged in the window: {merged, merge_methods, base_branches (the 20 most used), '
  'lifetime_seconds (median, first commit to merged)}.';

create function private.github_release_cadence(r private.github_scope, p_repository_id bigint)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'releases', count(*) filter (where not e.prerelease and e.published_at >= r.from_at),
    'prereleases', count(*) filter (where e.prerelease and e.published_at >= r.from_at),
    'days_between', percentile_cont(0.5) within group (order by e.days)
      filter (where e.published_at >= r.from_at and e.days is not null),
    'last', max(e.published_at) filter (where not e.prerelease))
  from (
    select e.prerelease, e.published_at, case when not e.prerelease then
      date_part('epoch', e.published_at - lag(e.published_at)
        over (partition by e.prerelease order by e.published_at)) / 86400 end as days
    from private.releases e where e.repository_id = p_repository_id and e.published_at < r.to_at
  ) e
$$;
comment on function private.github_release_cadence(private.github_scope, bigint) is
  'Releases of a repository in the window: {releases, prereleases, days_between (median since the release before, '
  'which may be older), last}.';

create function private.github_stale_branches(r private.github_scope, p_repository_id bigint)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with branch as materialized (
    select b.name, b.last_commit_at, b.last_commit_at < r.as_of - interval '30 days' as is_stale
    from private.branches b join private.repositories o on o.id = b.repository_id
    where b.repository_id = p_repository_id and b.name <> o.default_branch
  )
  select jsonb_build_object(
    'branches', count(*), 'count', count(*) filter (where b.is_stale),
    'unknown', count(*) filter (where b.is_stale is null), 'oldest', (
      select coalesce(jsonb_agg(jsonb_build_object('name', s.name, 'last_commit_at', s.last_commit_at)
        order by s.last_commit_at, s.name), '[]')
      from (select * from branch b where b.is_stale order by b.last_commit_at, b.name limit 20) s))
  from branch b
$$;
comment on function private.github_stale_branches(private.github_scope, bigint) is
  'The branches of a repository beside the default one, and those whose last commit was more than 30 days old at the '
  'end of the window or now: {branches, count, unknown, oldest}.';

create function public.github_repositories(
  p_org_id uuid default null,
  p_start date default null,
  p_end date default null,
  p_team text default null,
  p_repository text default null,
  p_page int default 1,
  p_page_size int default 20,
  p_compare text default 'previous'
)
returns jsonb
language plpgsql
stable
set search_path = ''
set work_mem = '64MB'
as $$
declare
  r private.github_scope := private.github_scope(p_org_id, p_start, p_end, p_team, p_repository, p_compare);
  v_page bigint[] := array(
    select o.id from private.repositories o
    where o.org_id = r.org_id and (r.repository_ids is null or o.id = any (r.repository_ids))
    order by lower(o.full_name) limit least(p_page_size, 1000) offset (p_page::bigint - 1) * p_page_size);
begin
  return private.github_head(r) || jsonb_build_object(
    'total_count', (
      select count(*) from private.repositories o
      where o.org_id = r.org_id and (r.repository_ids is null or o.id = any (r.repository_ids))),
    'repositories', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'repository', o.full_name, 'default_branch', o.default_branch, 'archived', o.archived,
        'commits', jsonb_build_object(
          'count', coalesce(c.commits, 0), 'direct', coalesce(c.direct, 0), 'authors', coalesce(c.authors, 0),
          'active_days', coalesce(c.active_days, 0),
          -- When a few people work is about them.
          'pattern', case when r.individuals
            or not private.is_small(coalesce(c.authors, 0), r.min_group_size) then jsonb_build_object(
            'by_weekday', coalesce(c.by_weekday, array_fill(0::bigint, '{7}')),
            'by_hour', coalesce(c.by_hour, array_fill(0::bigint, '{24}'))) end),
        'strategy', private.github_branch_strategy(r, o.id),
        'releases', private.github_release_cadence(r, o.id),
        'stale_branches', private.github_stale_branches(r, o.id)
      ) order by lower(o.full_name)), '[]')
      from private.repositories o left join private.github_commit_pattern(r, v_page) c on c.repository_id = o.id
      where o.id = any (v_page)));
end $$;
comment on function public.github_repositories(uuid, date, date, text, text, int, int, text) is
  'A page of repositories by name, and how each is worked on: {period, previous_period, total_count, repositories: '
  '[{repository, default_branch, archived, commits, strategy, releases, stale_branches}]}.';

revoke execute
on function private.github_commit_pattern(private.github_scope, bigint[]),
private.github_branch_strategy(private.github_scope, bigint),
private.github_release_cadence(private.github_scope, bigint),
private.github_stale_branches(private.github_scope, bigint),
public.github_repositories(uuid, date, date, text, text, int, int, text)
from public, anon, authenticated;
grant execute
on function private.github_commit_pattern(private.github_scope, bigint[]),
private.github_branch_strategy(private.github_scope, bigint),
private.github_release_cadence(private.github_scope, bigint),
private.github_stale_branches(private.github_scope, bigint),
public.github_repositories(uuid, date, date, text, text, int, int, text)
to authenticated, service_role;
