-- Daily, weekly and monthly active persons, from the counts alone.

create function public.analytics_active_users(
  p_org_id uuid default null,
  p_start date default null,
  p_end date default null,
  p_previous boolean default false
)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  r private.analytics_range := private.analytics_range(p_org_id, p_start, p_end, p_previous);
  v_begun date := (select min(t.day) from private.event_totals t where t.org_id = r.org_id);
begin
  return private.analytics_head(r) || jsonb_build_object('series', (
    with changed as (
      select a.day, sum(a.change) filter (where a.days = 1) as dau, sum(a.change) filter (where a.days = 7) as wau,
        sum(a.change) filter (where a.days = 30) as mau
      from private.active_changes a where a.org_id = r.org_id and a.day <= r.last_day group by a.day
    ),
    running as (
      select day, sum(c.dau) over passed as dau, sum(c.wau) over passed as wau, sum(c.mau) over passed as mau
      from changed c
      full join (
        select d::date as day from generate_series(r.first_day::timestamp, r.last_day::timestamp, interval '1 day') as d
      ) asked using (day)
      window passed as (order by day)
    )
    -- What is not over yet today is counted so far; a day to come is unknown, and so is one before the first event
    -- ever.
    select jsonb_agg(case when day between v_begun and r.today
      then jsonb_build_object('date', day, 'dau', coalesce(dau, 0), 'wau', coalesce(wau, 0), 'mau', coalesce(mau, 0))
      else jsonb_build_object('date', day, 'dau', null, 'wau', null, 'mau', null) end order by day)
    from running where day >= r.first_day));
end $$;
comment on function public.analytics_active_users(uuid, date, date, boolean) is
  'Distinct persons on each day and in the 7 and 30 days that end on it: running sums of how their number changes.';

revoke execute on function public.analytics_active_users(uuid, date, date, boolean) from public, anon, authenticated;
grant execute on function public.analytics_active_users(uuid, date, date, boolean) to authenticated, service_role;
