-- The weekly digest's section about AI-assisted development: the week's sums beside those of the week before.

create function private.digest_ai(p_org_id uuid, p_time_zone text, p_week_start date) returns jsonb
language sql stable set search_path = ''
as $$
  select case when sum(w.sessions) > 0 then jsonb_agg(to_jsonb(w) order by w.week desc) end
  from (
    select week.start as week, coalesce(sum(a.sessions), 0)::bigint as sessions, coalesce(sum(a.cost_usd), 0)::float8 as cost_usd,
      coalesce(sum(a.uncosted_sessions), 0)::bigint as uncosted_sessions, coalesce(sum(a.tokens), 0)::bigint as tokens,
      coalesce(sum(a.accepted), 0)::bigint as accepted, coalesce(sum(a.rejected), 0)::bigint as rejected,
      coalesce(sum(a.failed_sessions), 0)::bigint as failed_sessions
    from (values (p_week_start), (p_week_start - 7)) as week (start)
    left join lateral private.ai_window(
      p_org_id, week.start::timestamp at time zone p_time_zone, (week.start + 7)::timestamp at time zone p_time_zone) a on true
    group by week.start
  ) w
$$;
comment on function private.digest_ai(uuid, text, date) is
  'What AI sessions add up to in a week and in the one before it, in this order; null when neither has any.';

create or replace function private.digest_content(p_user_id uuid, p_week_start date) returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object(
    'email', u.email, 'organization', o.name, 'time_zone', o.time_zone, 'week_start', p_week_start,
    'report', private.tiles(o.id, u.id, o.time_zone, p_week_start, p_week_start + 6, 'previous'),
    'ai', private.digest_ai(o.id, o.time_zone, p_week_start))
  from public.users u join public.organizations o on o.id = u.org_id
  where u.id = p_user_id
$$;
comment on function private.digest_content(uuid, date) is
  'The numbers of a digest: the tiles of the week, against the week before, and its AI sessions if there are any.';

revoke execute on function private.digest_ai(uuid, text, date) from public, anon, authenticated;
grant execute on function private.digest_ai(uuid, text, date) to authenticated, service_role;
