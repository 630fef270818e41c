-- Series of metrics by day, week or month.

create function public.metrics_timeline(
  p_email text default null, p_metrics text[] default null, p_start date default null, p_end date default null,
  p_granularity text default 'day'
) returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  v_subject record;
  v_end date;
  v_start date;
  v_names text[] := p_metrics;
begin
  v_subject := private.subject(p_email);
  v_end := coalesce(p_end, greatest(v_subject.today, p_start));
  v_start := coalesce(p_start, v_end - 29);
  if v_names is null then
    select coalesce(array_agg(name order by name), '{}') into v_names
    from (
      select distinct m.metric_name as name from public.metrics m
      where m.org_id = v_subject.org_id and (v_subject.user_id is null or m.user_id = v_subject.user_id) order by 1 limit 20
    ) n;
  end if;
  return jsonb_build_object(
    'period', jsonb_build_object(
      'start', v_start, 'end', v_end, 'days', v_end - v_start + 1, 'time_zone', v_subject.time_zone),
    'granularity', p_granularity,
    'metrics', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'metric_name', s.metric_name, 'aggregation', coalesce(s.aggregation, d.aggregation, 'sum'), 'n', s.n,
        'label', coalesce(d.label, s.metric_name), 'unit', coalesce(d.unit, 'count'),
        'direction', coalesce(d.direction, 'neutral'), 'series', s.series) order by array_position(v_names, s.metric_name)), '[]')
      from private.metric_series(v_subject.org_id, v_subject.user_id, v_names, v_start, v_end, p_granularity) s
      left join lateral (
        select md.* from public.metric_definitions md
        where md.metric_name = s.metric_name
          and (md.org_id is null or md.org_id = v_subject.org_id)
        order by md.org_id nulls last limit 1
      ) d on true));
end $$;
comment on function public.metrics_timeline(text, text[], date, date, text) is
  'Gap-filled series of a person''s metrics by day, week or month; without names the first 20 there are, without dates the last 30 days.';

revoke execute on function public.metrics_timeline(text, text[], date, date, text) from public, anon, authenticated;
grant execute on function public.metrics_timeline(text, text[], date, date, text) to authenticated, service_role;
