-- How pull requests are written and reviewed: counted from the rows of delivery, pooled over repositories.

create function private.github_pull_requests(r private.github_scope, p_from timestamptz, p_to timestamptz)
returns table (
  pull_request_id bigint,
  first_review float8,
  review float8,
  merge float8,
  lines int,
  rework_commits bigint,
  review_cycles bigint,
  comments int
)
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
begin
  return query
  select p.id,
    date_part('epoch', reviewed.first_at - coalesce(p.ready_at, p.created_at)),
    date_part('epoch', p.merged_at - reviewed.first_at),
    date_part('epoch', p.merged_at - p.created_at),
    p.additions + p.deletions,
    case when written.known and reviewed.first_at <= p.merged_at then written.after_review end,
    case when written.known and reviewed.first_at <= p.merged_at then reviewed.rounds end,
    p.comment_count
  from private.pull_requests p
  cross join lateral (
    -- An author's answers to reviewers are reviews to GitHub. Reviews that saw the same commits are of one round.
    select min(v.submitted_at) as first_at, count(distinct (
      select count(*) from private.pull_request_commits c
      where c.pull_request_id = p.id and c.authored_at <= v.submitted_at and not c.is_bot)
    ) filter (where v.submitted_at <= p.merged_at) as rounds
    from private.reviews v
    where v.pull_request_id = p.id and not v.is_bot and lower(v.reviewer) is distinct from lower(p.author)
  ) reviewed
  cross join lateral (
    -- By when it was authored: a rebase commits everything anew.
    select count(*) > 0 as known, count(*)
      filter (where c.authored_at > reviewed.first_at and not c.is_bot) as after_review
    from private.pull_request_commits c where c.pull_request_id = p.id
  ) written
  where p.org_id = r.org_id and p.merged_at >= p_from and p.merged_at < p_to
    and (r.repository_ids is null or p.repository_id = any (r.repository_ids));
end $$;
comment on function private.github_pull_requests(private.github_scope, timestamptz, timestamptz) is
  'The pull requests merged within a time, and how each went, times in seconds: opened or ready to the first review '
  'by another person, that to merged, opened to merged; lines added and deleted; commits authored after the first '
  'review; rounds of review; comments. Null where it is unknown or there was no review.';

create function private.github_posted_numbers(r private.github_scope, p_first date, p_last date, p_metric_name text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object('n', count(*), 'negative', 0, 'unknown', 0,
    'percentiles', percentile_cont('{0.5,0.75,0.9}'::float8[]) within group (order by latest.metric_value::float8))
  from (
    select distinct on (lower(m.dimensions ->> 'repository')) m.metric_value
    from public.metrics m
    where m.org_id = r.org_id and m.metric_name = p_metric_name and m.metric_date between p_first and p_last
      and (r.repository_ids is null or lower(m.dimensions ->> 'repository') in (
        select lower(o.full_name) from private.repositories o where o.id = any (r.repository_ids)))
    order by lower(m.dimensions ->> 'repository'), m.metric_date desc, m.id desc
  ) latest
$$;
comment on function private.github_posted_numbers(private.github_scope, date, date, text) is
  'A posted metric: the latest reading of each repository (its dimension of that name), or of the organization where '
  'it has none.';

create function private.github_quality_numbers(
  r private.github_scope,
  p_from timestamptz,
  p_to timestamptz,
  p_first date,
  p_last date
)
returns jsonb
language plpgsql
stable
set search_path = ''
set work_mem = '64MB'
as $$
begin
  return (
    with pull_request as materialized (select * from private.github_pull_requests(r, p_from, p_to)),
    measure as (
      select part.name, count(p.pull_request_id) filter (where part.value >= 0) as n,
        percentile_cont('{0.5,0.75,0.9}'::float8[]) within group (order by part.value)
          filter (where part.value >= 0) as percentiles,
        count(p.pull_request_id) filter (where part.value < 0) as negative,
        count(p.pull_request_id) filter (where part.value is null) as unknown
      from (values (true)) one
      left join pull_request p on true
      cross join lateral (
        values ('first_review_time', p.first_review), ('review_time', p.review), ('merge_time', p.merge),
          ('size', p.lines),
          ('rework_commits', p.rework_commits), ('review_cycles', p.review_cycles), ('comments', p.comments)
      ) as part (name, value)
      group by part.name
    )
    select jsonb_build_object(
      'merged', (select count(*) from pull_request),
      'reviewed', (select count(*) from pull_request p where p.first_review is not null),
      'measures', (
        select jsonb_object_agg(m.name, jsonb_build_object(
          'n', m.n, 'percentiles', m.percentiles, 'negative', m.negative, 'unknown', m.unknown))
        from measure m
      ) || jsonb_build_object(
        'coverage', private.github_posted_numbers(r, p_first, p_last, 'coverage'),
        'complexity', private.github_posted_numbers(r, p_first, p_last, 'complexity')),
      'sizes', (
        select jsonb_agg(jsonb_build_object('class', s.class, 'n', (
          select count(*) from pull_request p where p.lines between s.low and s.high)) order by s.low)
        from (values ('XS', 0, 9), ('S', 10, 29), ('M', 30, 99), ('L', 100, 499), ('XL', 500, 999),
          ('XXL', 1000, 2147483647))
          as s (class, low, high))));
end $$;
comment on function private.github_quality_numbers(private.github_scope, timestamptz, timestamptz, date, date) is
  'Of the pull requests merged within a time: {merged, reviewed, measures: {name: {n, percentiles: [p50, p75, p90], '
  'negative, unknown}}, sizes: [{class, n}]}. Classes of size are those of Kubernetes'' Prow.';

create function public.github_code_quality(
  p_org_id uuid default null,
  p_start date default null,
  p_end date default null,
  p_team text default null,
  p_repository text default null,
  p_compare text default 'previous'
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  r private.github_scope := private.github_scope(p_org_id, p_start, p_end, p_team, p_repository, p_compare);
begin
  return private.github_head(r) || jsonb_build_object(
    'numbers', private.github_quality_numbers(r, r.from_at, r.to_at, r.first_day, r.last_day),
    'previous', case when r.earlier_day is not null then
      private.github_quality_numbers(r, r.earlier_at, r.earlier_to, r.earlier_day, r.earlier_last) end);
end $$;
comment on function public.github_code_quality(uuid, date, date, text, text, text) is
  'How pull requests are written and reviewed, for a window and the one it is compared with (none, previous, year): '
  '{period, previous_period, numbers, previous}.';

revoke execute
on function private.github_pull_requests(private.github_scope, timestamptz, timestamptz),
private.github_posted_numbers(private.github_scope, date, date, text),
private.github_quality_numbers(private.github_scope, timestamptz, timestamptz, date, date),
public.github_code_quality(uuid, date, date, text, text, text)
from public, anon, authenticated;
grant execute
on function private.github_pull_requests(private.github_scope, timestamptz, timestamptz),
private.github_posted_numbers(private.github_scope, date, date, text),
private.github_quality_numbers(private.github_scope, timestamptz, timestamptz, date, date),
public.github_code_quality(uuid, date, date, text, text, text)
to authenticated, service_role;
