-- The weekly digest's section about AI-assisted development: the week's sums beside those of the week before.

create function private.ai_week(p_org_id uuid, p_time_zone text, p_week_start date)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'sessions', coalesce(sum(a.sessions), 0), 
    'cost_usd', private.ai_known(sum(a.cost_usd), sum(a.sessions), sum(a.uncosted_sessions))::float8,
    'uncosted_sessions', coalesce(sum(a.uncosted_sessions), 0), 
    'tokens', private.ai_known(sum(a.tokens), sum(a.sessions), sum(a.unmeasured_sessions)),
    'people_accepted', coalesce(sum(a.people_accepted), 0), 'people_rejected', coalesce(sum(a.people_rejected), 0),
    'automatic_decisions', coalesce(sum(a.automatic_decisions), 0),
    'failed_sessions', coalesce(sum(a.failed_sessions), 0))
  from private.ai_hours_between(
    p_org_id, p_week_start::timestamp at time zone p_time_zone,
    (p_week_start + 7)::timestamp at time zone p_time_zone) a
$$;
comment on function private.ai_week(uuid, text, date) is
  'What the AI sessions of the week from a Monday on add up to.';

create function private.digest_ai(p_org_id uuid, p_time_zone text, p_week_start date)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select case when (w.week ->> 'sessions')::int + (w.previous ->> 'sessions')::int > 0 then to_jsonb(w) end
  from (
    select private.ai_week(p_org_id, p_time_zone, p_week_start) as week,
      private.ai_week(p_org_id, p_time_zone, p_week_start - 7) as previous
  ) w
$$;
comment on function private.digest_ai(uuid, text, date) is
  'What AI sessions add up to in a week and in the one before it: {week, previous}; null when neither has any.';

revoke execute
on function private.ai_week(uuid, text, date), private.digest_ai(uuid, text, date)
from public, anon, authenticated;
grant execute
on function private.ai_week(uuid, text, date), private.digest_ai(uuid, text, date)
to authenticated, service_role;
