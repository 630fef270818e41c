-- Series of metrics by day, week or month.

create function public.metrics_timeline(
  p_email text default null,
  p_metrics text[] default null,
  p_start date default null,
  p_end date default null,
  p_interval text default 'day',
  p_compare text default 'none',
  p_org_id uuid default null
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_scope record;
  v_end date;
  v_start date;
  v_earlier_start date;
  v_earlier_end date;
  v_names text[] := p_metrics;
begin
  perform private.check_days(p_start, p_end);
  if p_interval is null or p_interval not in ('day', 'week', 'month') then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = 'interval: is none of day, week, month';
  elsif p_compare is null or p_compare not in ('none', 'previous', 'year') then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = 'compare: is none of none, previous, year';
  elsif cardinality(p_metrics) > 20 then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = 'metrics: names more than 20 metrics';
  end if;
  v_scope := private.metrics_scope(p_email, p_org_id);
  v_end := coalesce(p_end, greatest(v_scope.today, p_start));
  v_start := coalesce(p_start, v_end - 29);
  perform private.check_days(v_start, v_end);
  v_earlier_start := case p_compare when 'year' then (v_start - interval '1 year')::date
    when 'previous' then v_start - (v_end - v_start + 1) end;
  v_earlier_end := case p_compare when 'year' then (v_end - interval '1 year')::date
    when 'previous' then v_start - 1 end;
  if v_names is null then
    select coalesce(array_agg(name order by name), '{}') into v_names
    from (
      select distinct m.metric_name as name from public.metrics m
      where m.org_id = v_scope.org_id and (v_scope.user_id is null or m.user_id = v_scope.user_id) order by 1 limit 20
    ) n;
  end if;
  return jsonb_build_object(
    'period', jsonb_build_object(
      'start', v_start, 'end', v_end, 'days', v_end - v_start + 1, 'time_zone', v_scope.time_zone,
      'rows_since', private.rows_since(v_scope.org_id, 'metrics', v_start, v_scope.time_zone)),
    'comparison', case when v_earlier_start is not null
      then jsonb_build_object('start', v_earlier_start, 'end', v_earlier_end) end,
    'metrics', (
      with earlier as (
        select v.* from private.metric_values(v_scope.org_id, v_scope.user_id, v_names, v_earlier_start,
          v_earlier_end) v
        where v_earlier_start is not null
          and private.rows_since(v_scope.org_id, 'metrics', v_earlier_start, v_scope.time_zone) is null
      )
      select coalesce(jsonb_agg(jsonb_build_object(
        'metric_name', s.metric_name, 'aggregation', coalesce(s.aggregation, d.aggregation, 'sum'),
        'value', s.value, 'n', s.n, 'previous', e.value, 'previous_n', coalesce(e.n, 0),
        'label', coalesce(d.label, s.metric_name), 'unit', coalesce(d.unit, 'count'),
        'direction', coalesce(d.direction, 'neutral'), 'series', s.series)
          order by array_position(v_names, s.metric_name)), '[]')
      from private.metric_series(v_scope.org_id, v_scope.user_id, v_names, v_start, v_end, p_interval) s
      left join earlier e on e.metric_name = s.metric_name
      left join lateral (
        select md.* from public.metric_definitions md
        where md.metric_name = s.metric_name
          and (md.org_id is null or md.org_id = v_scope.org_id)
        order by md.org_id nulls last limit 1
      ) d on true));
end $$;
comment on function public.metrics_timeline(text, text[], date, date, text, text, uuid) is
  'Gap-filled series of an organization''s metrics, or of one person''s, by day, week or month; without names the '
  'first 20 there are, without dates the last 30 days. p_compare is none, previous or year.';

revoke execute
on function public.metrics_timeline(text, text[], date, date, text, text, uuid)
from public, anon, authenticated;
grant execute
on function public.metrics_timeline(text, text[], date, date, text, text, uuid)
to authenticated, service_role;
