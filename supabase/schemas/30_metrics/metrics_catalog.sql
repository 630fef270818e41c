-- Which metrics there are.

create function public.metrics_catalog(p_email text default null, p_org_id uuid default null)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_user_id uuid;
  v_org_id uuid;
begin
  if coalesce(p_email, p_org_id::text) is not null or (select auth.uid()) is not null
    or (select private.confined_to()) is not null then
    select s.user_id, s.org_id into v_user_id, v_org_id from private.metrics_scope(p_email, p_org_id) s;
  end if;
  return (
    with definition as (
      select distinct on (d.metric_name) d.*
      from public.metric_definitions d
      where d.org_id is null or d.org_id = v_org_id
      order by d.metric_name, d.org_id nulls last
    ),
    reported as (
      select m.metric_name, count(*) as n, min(m.metric_date) as first_date, max(m.metric_date) as last_date,
        jsonb_agg(distinct m.source_name) as sources
      from public.metrics m
      where m.org_id = v_org_id and (v_user_id is null or m.user_id = v_user_id) group by m.metric_name
    )
    select coalesce(jsonb_agg(jsonb_build_object(
      'metric_name', coalesce(d.metric_name, r.metric_name), 'label', coalesce(d.label, r.metric_name),
      'description', coalesce(d.description, ''), 'unit', coalesce(d.unit, 'count'),
      'direction', coalesce(d.direction, 'neutral'), 'aggregation', coalesce(d.aggregation, 'sum'),
      'defined', d.metric_name is not null, 'n', coalesce(r.n, 0), 'first_date', r.first_date, 'last_date', r.last_date,
      'sources', coalesce(r.sources, '[]')) order by coalesce(d.metric_name, r.metric_name)), '[]')
    from definition d full join reported r on r.metric_name = d.metric_name);
end $$;
comment on function public.metrics_catalog(text, uuid) is
  'Every defined metric, and with an organization or a person also the undefined ones there are, with where and when '
  'it was reported.';

revoke execute on function public.metrics_catalog(text, uuid) from public, anon, authenticated;
grant execute on function public.metrics_catalog(text, uuid) to authenticated, service_role;
