-- The numbers of DORA of each repository or team, beside each other.

create function private.dora_groups(p_org_id uuid, p_breakdown text)
returns table (team_id uuid, name text, repository_ids bigint[])
language sql
stable
set search_path = ''
as $$
  select null::uuid, r.full_name, array[r.id]
  from private.repositories r
  where p_breakdown = 'repository' and r.org_id = p_org_id and (
    exists (select from private.deployments d where d.repository_id = r.id)
    or exists (select from private.changes c where c.repository_id = r.id)
    or exists (select from private.incidents i where i.repository_id = r.id))
  union all
  select t.id, t.name, array(select o.repository_id from private.team_repositories o where o.team_id = t.id)
  from private.teams t
  where p_breakdown = 'team' and t.org_id = p_org_id
$$;
comment on function private.dora_groups(uuid, text) is
  'The repositories that there is data of, or the teams with theirs.';

create function public.dora_breakdown(
  p_org_id uuid default null,
  p_start date default null,
  p_end date default null,
  p_environment text default null,
  p_breakdown text default 'repository',
  p_compare text default 'previous',
  p_page int default 1,
  p_page_size int default 20
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  r private.dora_scope := private.dora_scope(p_org_id, p_start, p_end, null, null, p_environment);
begin
  if p_breakdown is null or p_breakdown not in ('repository', 'team') then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = 'breakdown: is none of repository, team';
  end if;
  -- Each group reads each of its days.
  if r.last_day - r.first_day >= 366 then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = 'start: makes a range of more than 366 days';
  end if;
  return (
    with page as (
      select g.* from private.dora_groups(r.org_id, p_breakdown) g
      order by lower(g.name), g.team_id
      limit least(greatest(p_page_size, 0), 100) offset (greatest(p_page, 1)::bigint - 1) * p_page_size
    )
    select private.dora_head(r) || jsonb_build_object(
      'total_count', (select count(*) from private.dora_groups(r.org_id, p_breakdown)),
      'groups', coalesce(jsonb_agg(jsonb_build_object(
        'team_id', page.team_id, 'name', page.name, 'repositories', cardinality(page.repository_ids))
        || private.dora_window(
          (r.org_id, r.time_zone, r.environment, page.repository_ids, r.failure_window, r.as_of, r.today, r.first_day,
            r.last_day)::private.dora_scope,
          null, p_compare)
        order by lower(page.name), page.team_id), '[]'))
    from page);
end $$;
comment on function public.dora_breakdown(uuid, date, date, text, text, text, int, int) is
  'A page of repositories or teams by name, each with the numbers of DORA of up to 366 days and those they are '
  'compared with: {period, environment, failure_window_hours, total_count, groups: [{team_id, name, repositories, '
  'period, previous_period, numbers, previous}]}.';

revoke execute
on function private.dora_groups(uuid, text), public.dora_breakdown(uuid, date, date, text, text, text, int, int)
from public, anon, authenticated;
grant execute
on function private.dora_groups(uuid, text), public.dora_breakdown(uuid, date, date, text, text, text, int, int)
to authenticated, service_role;
