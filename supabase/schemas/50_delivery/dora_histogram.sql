-- How the durations behind the medians of DORA are spread.

create function private.dora_histogram(r private.dora_scope, p_metric text)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  -- Hours at which a bin begins; the bounds of the bands (an hour, a day, a week, a month) are among them.
  v_bounds constant float8[] := '{0,1,4,12,24,48,96,168,336,720}'::float8[];
begin
  return (
    with counted as (
      select width_bucket(span.seconds / 3600, v_bounds) as bin, count(*) as n
      from (
        select c.lead_seconds::float8 as seconds
        from private.changes c
        where p_metric = 'lead_time' and c.org_id = r.org_id and c.environment = r.environment
          and c.deployed_at >= private.day_start(r.first_day, r.time_zone)
          and c.deployed_at < private.day_start(r.last_day + 1, r.time_zone)
          and (r.repository_ids is null or c.repository_id = any (r.repository_ids))
        union all
        select recovery.seconds
        from private.dora_recoveries(r, r.first_day, r.last_day) recovery where p_metric = 'recovery_time'
      ) span
      where span.seconds >= 0
      group by 1
    )
    select jsonb_agg(jsonb_build_object(
      'from', v_bounds[bin] * 3600, 'to', v_bounds[bin + 1] * 3600, 'n', coalesce(counted.n, 0)) order by bin)
    from generate_subscripts(v_bounds, 1) as bin left join counted using (bin));
end $$;
comment on function private.dora_histogram(private.dora_scope, text) is
  'How the durations behind lead_time or recovery_time are spread: [{from, to, n}] in seconds, from is in the bin '
  'and to is not, the last has no end. What is negative is left out, as of the median.';

revoke execute on function private.dora_histogram(private.dora_scope, text) from public, anon, authenticated;
grant execute on function private.dora_histogram(private.dora_scope, text) to authenticated, service_role;
