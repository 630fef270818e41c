-- What the KPIs of AI-assisted development are made of, and the profile of a developer. The numbers are counted here,
-- for a range and the one it is compared with; what they mean is judged by the functions.

create function private.model_allowed(p_models text[], p_model text)
returns boolean
language sql
immutable
set search_path = ''
as $$
  select exists (
    select from unnest(p_models) as allowed (pattern), unnest(private.ai_model_names(p_model)) as known (name)
    where known.name like replace(regexp_replace(lower(allowed.pattern), '([\\%_])', '\\\1', 'g'), '*', '%'))
$$;
comment on function private.model_allowed(text[], text) is
  'Whether a model is one of a policy''s, by its name with or without provider and date; * in a policy stands for '
  'anything.';

create function private.ai_policy_counts(
  p_org_id uuid,
  p_from timestamptz,
  p_to timestamptz,
  out sessions bigint,
  out allowed bigint
)
language sql
stable
set search_path = ''
as $$
  with used as (
    select h.repository, h.model, sum(h.sessions)::bigint as sessions
    from private.ai_model_hours h
    where h.org_id = p_org_id and h.hour >= p_from and h.hour < p_to
      and h.hour not in (select private.ai_cut_hours(p_org_id, p_from, p_to))
      and exists (select from private.ai_model_policies p where p.org_id = p_org_id)
    group by h.repository, h.model
    union all
    select s.repository, s.model, count(*)
    from private.ai_cut_hours(p_org_id, p_from, p_to) as cut (hour)
    join private.ai_sessions s on s.org_id = p_org_id
      and s.started_at >= greatest(cut.hour, p_from) and s.started_at < least(cut.hour + interval '1 hour', p_to)
    where exists (select from private.ai_model_policies p where p.org_id = p_org_id)
    group by s.repository, s.model
  )
  select coalesce(sum(held.sessions), 0)::bigint,
    coalesce(sum(held.sessions) filter (where private.model_allowed(held.models, held.model)), 0)::bigint
  from (
    -- Each list of models is asked about each model once, however many repositories share it.
    select p.models, used.model, sum(used.sessions) as sessions
    from used join private.ai_model_policies p on p.org_id = p_org_id and p.repository = used.repository
    -- Of a session that says nothing of its model nobody knows whether it kept to the policy.
    where used.model <> ''
    group by p.models, used.model
  ) held
$$;
comment on function private.ai_policy_counts(uuid, timestamptz, timestamptz) is
  'Sessions of the window in repositories with a model policy, and how many of them used a model it allows.';

create function private.ai_counts(p_org_id uuid, p_time_zone text, p_from timestamptz, p_to timestamptz)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with session as (
    select coalesce(sum(w.sessions), 0)::bigint as sessions, coalesce(sum(w.developers), 0)::bigint as active_hours,
      coalesce(sum(w.failed_sessions), 0)::bigint as failed_sessions, coalesce(sum(w.accepted), 0)::bigint as accepted,
      coalesce(sum(w.rejected), 0)::bigint as rejected,
        private.ai_known(sum(w.tokens), sum(w.sessions), sum(w.unmeasured_sessions))::bigint as tokens,
      coalesce(sum(w.accepted_tokens), 0)::bigint as accepted_tokens,
        coalesce(sum(w.accepted_lines), 0)::bigint as accepted_lines,
      coalesce(sum(w.measured_lines), 0)::bigint as measured_lines,
        coalesce(sum(w.unmeasured_sessions), 0)::bigint as unmeasured_sessions,
      private.ai_known(sum(w.cost_usd), sum(w.sessions), sum(w.uncosted_sessions))::float8 as cost_usd,
        coalesce(sum(w.uncosted_sessions), 0)::bigint as uncosted_sessions,
      coalesce(sum(w.people_accepted), 0)::bigint as people_accepted,
        coalesce(sum(w.people_rejected), 0)::bigint as people_rejected,
      coalesce(sum(w.automatic_decisions), 0)::bigint as automatic_decisions,
        coalesce(sum(w.fresh_tokens), 0)::bigint as fresh_tokens,
      coalesce(sum(w.cached_tokens), 0)::bigint as cached_tokens,
      coalesce(sum(w.latency_ms_sum), 0)::bigint as latency_ms_sum,
        coalesce(sum(w.latency_calls), 0)::bigint as latency_calls
    from private.ai_hours_between(p_org_id, p_from, p_to) w
  ),
  policy as (
    select c.sessions as policy_sessions, c.allowed as allowed_sessions
    from private.ai_policy_counts(p_org_id, p_from, p_to) c
  ),
  merged as (
    select count(*) as merged_pull_requests,
      percentile_cont(0.5) within group (
        order by extract(epoch from p.merged_at - p.created_at)) / 3600 as merge_hours_median,
      count(*) filter (where p.reopened_at > p.merged_at and p.reopened_at <= p.merged_at + interval '21 days'
        or exists (
        select from private.pull_requests r
        where r.repository_id = p.repository_id and r.reverts_external_id = p.external_id and r.merged_at is not null
      )) as reworked_pull_requests,
      exists (select from private.pull_requests any_p where any_p.org_id = p_org_id)
        and private.rows_since(p_org_id, 'delivery', (p_from at time zone p_time_zone)::date, p_time_zone)
          is null as has_pull_requests
    from private.pull_requests p
    where p.org_id = p_org_id and p.merged_at >= p_from and p.merged_at < p_to
  ),
  committed as (
    select count(*) as commits, count(distinct (c.committed_at at time zone p_time_zone)::date) as commit_days
    from private.commits c
    where c.org_id = p_org_id and c.on_default_branch and c.committed_at >= p_from and c.committed_at < p_to
  )
  select to_jsonb(session) || to_jsonb(policy) || to_jsonb(merged) || to_jsonb(committed)
  from session, policy, merged, committed
$$;
comment on function private.ai_counts(uuid, text, timestamptz, timestamptz) is
  'The counts that the KPIs are made of, of the window [from, to). A pull request is rework when one that takes it '
  'back was merged, or it was opened again within 21 days.';

create function public.ai_metrics(
  p_org_id uuid default null,
  p_since int default null,
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
  v_range private.ai_range := private.ai_range(v_org_id, p_since, p_start, p_end, 7);
  v_before private.ai_range := private.ai_range(v_org_id, p_since, p_start, p_end, 7, coalesce(p_compare, 'none'));
  v_is_compared boolean := coalesce(p_compare, 'none') <> 'none';
begin
  return jsonb_build_object(
    'window', private.ai_window_json(v_range),
    'period', private.ai_period(v_range),
    'current', private.ai_counts(v_org_id, v_range.time_zone, v_range.starts_at, v_range.ends_at),
    'previous_period', case when v_is_compared then private.ai_period(v_before) end,
    'previous', case when v_is_compared then
      private.ai_counts(v_org_id, v_range.time_zone, v_before.starts_at, v_before.ends_at) end);
end $$;
comment on function public.ai_metrics(uuid, int, date, date, text) is
  'What the KPIs of AI-assisted development are made of, in a range (the last seven days without one) and in the one '
  'it is compared with.';

create function private.ai_profile(p_org_id uuid, p_developer_id text, p_range private.ai_range)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
set jit = off
as $$
begin
  return (
    with part as materialized (
      select t.hour as at, t.repository, t.model, t.sessions, t.people_accepted as accepted,
        t.people_rejected as rejected, t.automatic_decisions, t.tokens, t.unmeasured_sessions, t.cost_usd,
        t.uncosted_sessions, t.latency_ms_sum, t.latency_calls
      from private.ai_totals t
      where t.org_id = p_org_id and t.developer_id = p_developer_id and t.sessions > 0
        and t.hour >= p_range.starts_at and t.hour < p_range.ends_at
        and t.hour not in (select private.ai_cut_hours(p_org_id, p_range.starts_at, p_range.ends_at, p_range.time_zone))
      union all
      select s.started_at, coalesce(s.repository, ''), coalesce(s.model, ''), 1, s.people_accepted, s.people_rejected,
        s.automatic_decisions,
        coalesce(s.total_tokens, 0), (s.total_tokens is null)::int, coalesce(s.cost_usd, 0),
          (s.cost_usd is null)::int, s.latency_ms_sum, s.latency_calls
      from private.ai_cut_hours(p_org_id, p_range.starts_at, p_range.ends_at, p_range.time_zone) as cut (hour)
      join private.ai_sessions s on s.org_id = p_org_id and s.developer_id = p_developer_id
        and s.started_at >= greatest(cut.hour, p_range.starts_at)
        and s.started_at < least(cut.hour + interval '1 hour', p_range.ends_at)
    )
    select jsonb_build_object(
      'period', private.ai_period(p_range),
      'counts', jsonb_build_object(
        'sessions', coalesce(sum(p.sessions), 0), 
        'tokens', private.ai_known(sum(p.tokens), sum(p.sessions), sum(p.unmeasured_sessions)),
        'unmeasured_sessions', coalesce(sum(p.unmeasured_sessions), 0),
        'cost_usd', private.ai_known(sum(p.cost_usd), sum(p.sessions), sum(p.uncosted_sessions))::float8,
          'uncosted_sessions', coalesce(sum(p.uncosted_sessions), 0),
        'people_accepted', coalesce(sum(p.accepted), 0), 'people_rejected', coalesce(sum(p.rejected), 0),
        'automatic_decisions', coalesce(sum(p.automatic_decisions), 0),
        'latency_ms_sum', coalesce(sum(p.latency_ms_sum), 0), 'latency_calls', coalesce(sum(p.latency_calls), 0)),
      'most_used_models', (
        select coalesce(jsonb_agg(to_jsonb(m) order by m.sessions desc, m.model), '[]')
        from (
          select u.model, sum(u.sessions) as sessions,
            private.ai_known(sum(u.tokens), sum(u.sessions), sum(u.unmeasured_sessions)) as tokens from part u
              where u.model <> ''
          group by u.model order by 2 desc, 1 limit 10
        ) m),
      'active_repos', (
        select coalesce(jsonb_agg(to_jsonb(o) order by o.sessions desc, o.repository), '[]')
        from (
          select u.repository, sum(u.sessions) as sessions from part u where u.repository <> ''
          group by u.repository order by 2 desc, 1 limit 100
        ) o),
      'sessions_by_date', (
        select jsonb_agg(jsonb_build_object('date', d.day::date, 'sessions', coalesce(u.sessions, 0)) order by d.day)
        from generate_series(p_range.first_day::timestamp, p_range.last_day::timestamp, interval '1 day') as d (day)
        left join (
          select (x.at at time zone p_range.time_zone)::date as day, sum(x.sessions) as sessions from part x group by 1
        ) u on u.day = d.day::date))
    from part p);
end $$;
comment on function private.ai_profile(uuid, text, private.ai_range) is
  'What a developer did with models in a range, every day of it present. Who may ask is the caller''s to check.';

create function public.ai_profile(
  p_developer_id text,
  p_since int default null,
  p_org_id uuid default null,
  p_start date default null,
  p_end date default null,
  p_compare text default 'none'
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
  v_developer_id text := private.ai_developer(v_org_id, p_developer_id);
  v_range private.ai_range := private.ai_range(v_org_id, p_since, p_start, p_end, 30);
  v_before private.ai_range := private.ai_range(v_org_id, p_since, p_start, p_end, 30, coalesce(p_compare, 'none'));
begin
  if not exists (
    select from private.ai_totals t where t.org_id = v_org_id and t.developer_id = v_developer_id
      and t.sessions > 0) then
    raise exception using errcode = 'LL404', message = 'not_found', detail = 'No session of this developer is known';
  end if;
  return private.ai_profile(v_org_id, v_developer_id, v_range) || jsonb_build_object(
    'window', private.ai_window_json(v_range),
    'previous', case when coalesce(p_compare, 'none') <> 'none'
      then private.ai_profile(v_org_id, v_developer_id, v_before) end);
end $$;
comment on function public.ai_profile(text, int, uuid, date, date, text) is
  'What a developer did with models in a range (the last 30 days without one) and in the one it is compared with; '
  '404 for one without any session ever.';

revoke execute
on function private.model_allowed(text[], text),
private.ai_policy_counts(uuid, timestamptz, timestamptz),
private.ai_counts(uuid, text, timestamptz, timestamptz),
public.ai_metrics(uuid, int, date, date, text),
private.ai_profile(uuid, text, private.ai_range),
public.ai_profile(text, int, uuid, date, date, text)
from public, anon, authenticated;
grant execute
on function private.model_allowed(text[], text),
private.ai_policy_counts(uuid, timestamptz, timestamptz),
private.ai_counts(uuid, text, timestamptz, timestamptz),
public.ai_metrics(uuid, int, date, date, text),
private.ai_profile(uuid, text, private.ai_range),
public.ai_profile(text, int, uuid, date, date, text)
to authenticated, service_role;
