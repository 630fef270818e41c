-- Tokens and cost over time, and how calls went: what was read from caches, what failed and was tried again, how long
-- the first token took.

create function private.ai_usage(p_org_id uuid, p_range private.ai_range)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_custom_plan
set jit = off
as $$
begin
  return (
    with session as materialized (
      select s.id, s.started_at, s.calls, s.input_tokens, s.output_tokens, s.cache_read_tokens, s.cache_write_tokens,
        s.total_tokens, s.cost_usd
      from private.ai_sessions s
      where s.org_id = p_org_id and s.started_at >= p_range.starts_at and s.started_at < p_range.ends_at
    ),
    call as materialized (
      select c.session_id, c.at, c.cost_usd, c.ttft_ms, c.status >= 400 or c.error is not null as is_failed,
        lead(c.at) over (partition by c.session_id order by c.at, c.external_id) as next_at
      from session s join private.ai_calls c on c.session_id = s.id
    )
    select jsonb_build_object(
      'period', private.ai_rows_period(p_org_id, p_range),
      'totals', (
        select jsonb_build_object(
          'sessions', count(*), 'calls', coalesce(sum(s.calls), 0),
          'measured_sessions', count(s.total_tokens), 'input_tokens', sum(s.input_tokens)
            filter (where s.total_tokens is not null),
          'output_tokens', sum(s.output_tokens) filter (where s.total_tokens is not null),
          'cache_read_tokens', sum(s.cache_read_tokens) filter (where s.total_tokens is not null),
          'cache_write_tokens', sum(s.cache_write_tokens) filter (where s.total_tokens is not null),
          'cost_usd', sum(s.cost_usd)::float8, 'costed_sessions', count(s.cost_usd))
        from session s),
      'calls', (
        select jsonb_build_object(
          'calls', count(*), 'failed_calls', count(*) filter (where c.is_failed),
          'failed_cost_usd', sum(c.cost_usd) filter (where c.is_failed)::float8,
          'costed_failed_calls', count(c.cost_usd) filter (where c.is_failed),
          'retried_calls', count(*) filter (where c.is_failed and c.next_at <= c.at + interval '1 minute'),
          'timed_calls', count(c.ttft_ms), 'ttft_ms_p50', percentile_cont(0.5) within group (order by c.ttft_ms),
          'ttft_ms_p95', percentile_cont(0.95) within group (order by c.ttft_ms))
        from call c),
      'days', (
        select coalesce(jsonb_agg(jsonb_build_object(
          'date', d.day::date, 'sessions', coalesce(u.sessions, 0), 'calls', coalesce(u.calls, 0), 'input_tokens',
            u.input,
          'output_tokens', u.output, 'cache_read_tokens', u.cache_read, 'cache_write_tokens', u.cache_write,
            'cost_usd', u.cost,
          'unmeasured_sessions', coalesce(u.unmeasured, 0), 'uncosted_sessions', coalesce(u.uncosted, 0))
            order by d.day), '[]')
        -- Days whose sessions are no longer kept are left out.
        from generate_series(
          coalesce(private.rows_since(p_org_id, 'ai', p_range.first_day, p_range.time_zone),
            p_range.first_day)::timestamp,
          p_range.last_day::timestamp, interval '1 day') as d (day)
        left join (
          select (s.started_at at time zone p_range.time_zone)::date as day, count(*) as sessions,
            sum(s.calls) as calls,
            sum(s.input_tokens) as input, sum(s.output_tokens) as output, sum(s.cache_read_tokens) as cache_read,
            sum(s.cache_write_tokens) as cache_write, sum(s.cost_usd)::float8 as cost, count(*)
              filter (where s.total_tokens is null) as unmeasured,
            count(*) filter (where s.cost_usd is null) as uncosted
          from session s group by 1
        ) u on u.day = d.day::date)));
end $$;
comment on function private.ai_usage(uuid, private.ai_range) is
  'What sessions that began in a range used, in all and by day, and how their calls went. A failed call is retried '
  'when its session has another within a minute.';

create function public.ai_usage(
  p_org_id uuid,
  p_since int default null,
  p_start date default null,
  p_end date default null,
  p_compare text default 'none'
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
  v_range private.ai_range := private.ai_range(v_org_id, p_since, p_start, p_end, 30);
begin
  if v_range.days > 366 then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail
      = 'end: makes a range of more than 366 days';
  end if;
  return private.ai_usage(v_org_id, v_range) || jsonb_build_object(
    'previous', case when coalesce(p_compare, 'none') <> 'none' then
      private.ai_usage(v_org_id, private.ai_range(v_org_id, p_since, p_start, p_end, 30, p_compare)) - 'days' end);
end $$;
comment on function public.ai_usage(uuid, int, date, date, text) is
  'Tokens, cost and calls of a range (the last 30 days without one, a year at most) by day, beside the one it is '
  'compared with.';

create function public.ai_daily_cost(p_org_id uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
set jit = off
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
  v_zone text := (select o.time_zone from public.organizations o where o.id = v_org_id);
  v_today date := (now() at time zone v_zone)::date;
  v_first date := greatest(v_today - 371, coalesce((
    select (min(h.hour) at time zone v_zone)::date from private.ai_hours h where h.org_id = v_org_id and h.sessions
      > 0), v_today));
begin
  return jsonb_build_object(
    'today', v_today, 'time_zone', v_zone, 'days', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'date', d.day::date, 'cost_usd', coalesce(u.cost, 0)::float8, 'sessions', coalesce(u.sessions, 0),
        'uncosted_sessions', coalesce(u.uncosted, 0)) order by d.day), '[]')
      from generate_series(v_first::timestamp, v_today::timestamp, interval '1 day') as d (day)
      left join (
        select (w.at at time zone v_zone)::date as day, sum(w.cost_usd) as cost, sum(w.sessions) as sessions,
          sum(w.uncosted_sessions) as uncosted
        from private.ai_hours_between(v_org_id, v_first::timestamp at time zone v_zone,
          (v_today + 1)::timestamp at time zone v_zone, v_zone) w
        group by 1
      ) u on u.day = d.day::date));
end $$;
comment on function public.ai_daily_cost(uuid) is
  'What AI sessions cost by day, from the first one on and a year back at most, up to today.';

revoke execute
on function private.ai_usage(uuid, private.ai_range),
public.ai_usage(uuid, int, date, date, text),
public.ai_daily_cost(uuid)
from public, anon, authenticated;
grant execute
on function private.ai_usage(uuid, private.ai_range),
public.ai_usage(uuid, int, date, date, text),
public.ai_daily_cost(uuid)
to authenticated, service_role;
