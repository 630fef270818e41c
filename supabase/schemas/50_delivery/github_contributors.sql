-- Who works when and with whom: by person only where the organization has opted in, by team otherwise, so that an
-- answer never names anybody who has not been asked. Bots are nobody.

create function private.github_commits(r private.github_scope, p_from timestamptz, p_to timestamptz)
returns table (repository_id bigint, login text, authored_at timestamptz, pull_request_id bigint)
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
begin
  return query
  select c.repository_id, lower(c.author), c.authored_at, c.pull_request_id
  from private.commits c
  where c.org_id = r.org_id and c.on_default_branch and c.committed_at >= p_from and c.committed_at < p_to
    and not c.is_bot and cardinality(c.parents) < 2
    and (r.repository_ids is null or c.repository_id = any (r.repository_ids));
end $$;
comment on function private.github_commits(private.github_scope, timestamptz, timestamptz) is
  'The commits of people on default branches that were committed within a time, without merges. The login is null '
  'where it is unknown.';

create function private.github_deeds(r private.github_scope)
returns table (kind text, login text, at timestamptz, pull_request_id bigint, author text)
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
begin
  return query
  select 'commit', c.login, c.authored_at, c.pull_request_id, null
  from private.github_commits(r, r.from_at, r.to_at) c
  where c.login is not null
  union all
  select 'pull_request', lower(p.author), p.created_at, p.id, null
  from private.pull_requests p
  where p.org_id = r.org_id and p.created_at >= r.from_at and p.created_at < r.to_at and not p.is_bot
    and p.author is not null
    and (r.repository_ids is null or p.repository_id = any (r.repository_ids))
  union all
  select 'review', lower(v.reviewer), v.submitted_at, p.id, case when not p.is_bot then lower(p.author) end
  from private.reviews v join private.pull_requests p on p.id = v.pull_request_id
  where v.org_id = r.org_id and v.submitted_at >= r.from_at and v.submitted_at < r.to_at and not v.is_bot
    and v.reviewer is not null
    and lower(v.reviewer) is distinct from lower(p.author)
    and (r.repository_ids is null or p.repository_id = any (r.repository_ids));
end $$;
comment on function private.github_deeds(private.github_scope) is
  'What people did in the window: commits (when they were authored), pull requests they opened, reviews they gave of '
  'others'' work, with the person whose it was.';

create function private.github_bus_factor(r private.github_scope, p_from timestamptz, p_to timestamptz)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object('value', min(a.place) filter (where a.so_far * 2 > a.total), 'authors', count(*),
    'n', coalesce(max(a.total), 0))
  from (
    select row_number() over by_share as place, sum(count(*)) over by_share as so_far, sum(count(*)) over () as total
    from private.github_commits(r, p_from, p_to) c
    where c.login is not null
    group by c.login
    window by_share as (order by count(*) desc, c.login rows unbounded preceding)
  ) a
$$;
comment on function private.github_bus_factor(private.github_scope, timestamptz, timestamptz) is
  'The smallest number of people who wrote more than half of the commits, of how many authors and commits (n).';

create function private.github_network(p_edges jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  with edge as (select e.* from jsonb_to_recordset(p_edges) as e (reviewer text, author text, reviews int,
    pull_requests int)),
  shown as (select * from edge order by reviews desc, reviewer, author limit 500)
  select jsonb_build_object(
    'total_edges', (select count(*) from edge),
    'nodes', (
      select coalesce(jsonb_agg(to_jsonb(node) order by node.given + node.received desc, node.name), '[]')
      from (
        select n.name, coalesce(sum(e.reviews) filter (where e.reviewer = n.name), 0)::int as given,
          coalesce(sum(e.reviews) filter (where e.author = n.name), 0)::int as received
        from (select reviewer from shown union select author from shown) n (name)
        join shown e on n.name in (e.reviewer, e.author)
        group by n.name
      ) node),
    'edges', (select coalesce(jsonb_agg(to_jsonb(e) order by e.reviews desc, e.reviewer, e.author), '[]') from shown e))
$$;
comment on function private.github_network(jsonb) is
  'Who reviews whom as a graph, out of its edges [{reviewer, author, reviews, pull_requests}]; of more than 500 the '
  'heaviest.';

create function public.github_contributors(
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
  v_no_team constant text := 'no team';
begin
  return private.github_head(r) || (
    with deed as materialized (
      select d.kind, d.login, d.pull_request_id, d.author, d.at at time zone r.time_zone as local_time
      from private.github_deeds(r) d
    ),
    tally as materialized (
      select d.login, extract(isodow from d.local_time)::int as weekday, extract(hour from d.local_time)::int as hour,
        count(*) filter (where d.kind = 'commit') as commits,
        count(*) filter (where d.kind = 'pull_request') as pull_requests,
        count(*) filter (where d.kind = 'review') as reviews
      from deed d group by 1, 2, 3
    ),
    active as materialized (select distinct t.login from tally t),
    person as (select login from active union select d.author from deed d where d.author is not null),
    team as (
      select m.login, t.name from private.team_members m join private.teams t on t.id = m.team_id
      where m.org_id = r.org_id and not r.individuals
    ),
    -- A person in several teams counts in each.
    belongs as materialized (
      select p.login, case when r.individuals then p.login else coalesce(t.name, v_no_team) end as name
      from person p left join team t on t.login = p.login
    ),
    -- Whoever was only reviewed shows nothing that could hide another.
    "group" as (
      select b.name, b.persons, not r.individuals and b.persons < r.min_group_size and r.min_group_size > 1 as is_hidden
      from (
        select b.name, count(distinct a.login) as persons from belongs b left join active a on a.login = b.login
        group by b.name
      ) b
    ),
    shown as materialized (
      select b.login, g.name, g.persons from belongs b join "group" g on g.name = b.name where not g.is_hidden
    ),
    cell as (
      select s.name, s.persons, t.weekday, t.hour, sum(t.commits)::bigint as commits,
        sum(t.pull_requests)::bigint as pull_requests, sum(t.reviews)::bigint as reviews
      from tally t join shown s on s.login = t.login
      group by s.name, s.persons, t.weekday, t.hour
    ),
    contributor as materialized (
      select c.name, c.persons, sum(c.commits)::bigint as commits, sum(c.pull_requests)::bigint as pull_requests,
        sum(c.reviews)::bigint as reviews,
        jsonb_agg(to_jsonb(c) - '{name,persons}'::text[] order by c.weekday, c.hour) as activity
      from cell c group by c.name, c.persons
    ),
    page as (
      select * from contributor c order by c.commits + c.pull_requests + c.reviews desc, c.name
      limit least(p_page_size, 1000) offset (p_page::bigint - 1) * p_page_size
    ),
    edge as (
      select giver.name as reviewer, taker.name as author, count(*) as reviews,
        count(distinct d.pull_request_id) as pull_requests
      from deed d join shown giver on giver.login = d.login join shown taker on taker.login = d.author
      where d.kind = 'review'
      group by giver.name, taker.name
    ),
    everybody as (
      select (select count(*) from active) as persons, coalesce(sum(t.commits), 0)::bigint as commits,
        coalesce(sum(t.pull_requests), 0)::bigint as pull_requests, coalesce(sum(t.reviews), 0)::bigint as reviews
      from tally t
    )
    select jsonb_build_object(
      'by', case when r.individuals then 'person' else 'team' end,
      'totals', (select to_jsonb(e) from everybody e),
      'activity', (
        select case when not r.individuals and private.is_small(e.persons, r.min_group_size) then null else (
          select coalesce(jsonb_agg(to_jsonb(c) order by c.weekday, c.hour), '[]')
          from (
            select t.weekday, t.hour, sum(t.commits)::bigint as commits, sum(t.pull_requests)::bigint as pull_requests,
              sum(t.reviews)::bigint as reviews
            from tally t group by t.weekday, t.hour
          ) c) end
        from everybody e),
      'hidden_groups', (select count(*) from "group" where is_hidden),
      'total_count', (select count(*) from contributor),
      'contributors', (
        select coalesce(jsonb_agg(to_jsonb(p) order by p.commits + p.pull_requests + p.reviews desc, p.name), '[]')
        from page p),
      'review_network', private.github_network((select coalesce(jsonb_agg(to_jsonb(e)), '[]') from edge e)),
      'bus_factor', private.github_bus_factor(r, r.from_at, r.to_at),
      'previous_bus_factor', case when r.earlier_day is not null then
        private.github_bus_factor(r, r.earlier_at, r.earlier_to) end));
end $$;
comment on function public.github_contributors(uuid, date, date, text, text, int, int, text) is
  'When people work and who reviews whom, by person if the organization has opted in, else by team: {period, '
  'previous_period, by, totals, activity (null where too few people), hidden_groups, total_count, contributors, '
  'review_network, bus_factor, previous_bus_factor}. Weekdays are 1 (Monday) to 7; cells without anything are left '
  'out.';

revoke execute
on function private.github_commits(private.github_scope, timestamptz, timestamptz),
private.github_deeds(private.github_scope),
private.github_bus_factor(private.github_scope, timestamptz, timestamptz),
private.github_network(jsonb),
public.github_contributors(uuid, date, date, text, text, int, int, text)
from public, anon, authenticated;
grant execute
on function private.github_commits(private.github_scope, timestamptz, timestamptz),
private.github_deeds(private.github_scope),
private.github_bus_factor(private.github_scope, timestamptz, timestamptz),
private.github_network(jsonb),
public.github_contributors(uuid, date, date, text, text, int, int, text)
to authenticated, service_role;
