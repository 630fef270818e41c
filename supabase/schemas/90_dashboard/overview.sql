-- The first view of the page: what the reads of the four pillars say of the same days, in one answer, out of the
-- functions that answer each of them alone.

create function public.dashboard_overview(
  p_org_id uuid default null,
  p_start date default null,
  p_end date default null,
  p_compare text default 'previous'
)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
set jit = off
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
  v_time_zone text := (select o.time_zone from public.organizations o where o.id = v_org_id);
  v_today date := (now() at time zone v_time_zone)::date;
  -- Today is not over, so a range that nobody chose ends yesterday.
  v_end date := coalesce(p_end, greatest(v_today - 1, p_start));
  v_start date := coalesce(p_start, v_end - 27);
  v_compare text := coalesce(p_compare, 'none');
  v_names constant text[] := array['product.dau', 'product.events', 'delivery.deployments',
    'delivery.failed_deployments',
    'delivery.lead_time_hours', 'ai.cost_usd', 'ai.acceptance_rate', 'ai.error_rate', 'ai.token_efficiency'];
  v_before record;
begin
  if v_end - v_start not between 0 and 365 then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = 'end: makes a range of less than a day or of more than 366 days';
  end if;
  select d.first_day, d.last_day into v_before from private.compared_days(v_compare, v_start, v_end) d;
  return jsonb_build_object(
    'today', v_today,
    'period', jsonb_build_object('start', v_start, 'end', v_end, 'days', v_end - v_start + 1, 'time_zone', v_time_zone,
      'rows_since', greatest(private.rows_since(v_org_id, 'metrics', v_start, v_time_zone),
        private.rows_since(v_org_id, 'delivery', v_start, v_time_zone))),
    'previous_period', case when v_before.first_day is not null then jsonb_build_object(
      'start', v_before.first_day, 'end', v_before.last_day, 'days', v_before.last_day - v_before.first_day + 1,
      'time_zone', v_time_zone) end,
    'tiles', private.tiles(v_org_id, null, v_time_zone, v_start, v_end, v_compare) -> 'tiles',
    'active_users', public.analytics_active_users(v_org_id, v_start, v_end, false) -> 'series',
    'active_users_before', case when v_before.first_day is not null then
      public.analytics_active_users(v_org_id, v_before.first_day, v_before.last_day, false) -> 'series' end,
    'dora', public.dora_summary(v_org_id, v_start, v_end, null, null, null, v_compare),
    'ai', public.ai_metrics(v_org_id, null, v_start, v_end, v_compare),
    'series', private.overview_series(v_org_id, v_time_zone, v_names, v_start, v_end),
    'series_before', case when v_before.first_day is not null then
      private.overview_series(v_org_id, v_time_zone, '{product.dau,product.events}', v_before.first_day,
        v_before.last_day) end,
    'shipped', private.day_shipments(v_org_id, v_time_zone, v_start, v_end));
end $$;
comment on function public.dashboard_overview(uuid, date, date, text) is
  'What the reads of the four pillars say of a range (the last 28 complete days without one; at most 366), beside '
  'what it is compared with (none, previous, year).';

create function private.overview_series(p_org_id uuid, p_time_zone text, p_names text[], p_start date, p_end date)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_object_agg(one.name, one.days), '{}')
  from (
    select s.name, jsonb_agg(jsonb_build_object('value', s.value, 'sums', s.sums) order by s.day) as days
    from private.insight_series(p_org_id, p_time_zone, p_names, p_start, p_end) s
    group by s.name
  ) one
$$;
comment on function private.overview_series(uuid, text, text[], date, date) is
  'Daily series by name, every day present: of counts and medians the value, of rates the sums that they are made of.';

revoke execute
on function public.dashboard_overview(uuid, date, date, text), private.overview_series(uuid, text, text[], date, date)
from public, anon, authenticated;
grant execute
on function public.dashboard_overview(uuid, date, date, text), private.overview_series(uuid, text, text[], date, date)
to authenticated, service_role;
