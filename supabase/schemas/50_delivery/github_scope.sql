-- What a read of GitHub's data is about (its organization, repositories and days), settled here once for all of them.
-- The days and repositories of a read are understood as those of DORA are, by private.dora_scope.

create type private.github_scope as (
  org_id uuid,
  time_zone text,
  repository_ids bigint[],
  individuals boolean,
  min_group_size int,
  as_of timestamptz,
  earlier_day date,
  earlier_last date,
  first_day date,
  last_day date,
  earlier_at timestamptz,
  earlier_to timestamptz,
  from_at timestamptz,
  to_at timestamptz
);
comment on type private.github_scope is
  'What a read is about: an organization, all its repositories (null) or some, the days from first to last, when '
  'these begin and end, and the days it is compared with, null without any.';

create function private.github_scope(
  p_org_id uuid,
  p_start date,
  p_end date,
  p_team text,
  p_repository text,
  p_compare text
)
returns private.github_scope
language plpgsql
stable
set search_path = ''
as $$
declare
  v_asked record;
  r private.github_scope;
begin
  select * into v_asked from private.dora_scope(p_org_id, p_start, p_end, p_team, p_repository, null);
  r.org_id := v_asked.org_id;
  r.time_zone := v_asked.time_zone;
  r.repository_ids := v_asked.repository_ids;
  r.first_day := v_asked.first_day;
  r.last_day := v_asked.last_day;
  select c.first_day, c.last_day into r.earlier_day, r.earlier_last
  from private.compared_days(p_compare, r.first_day, r.last_day) c;
  r.earlier_at := private.day_start(r.earlier_day, r.time_zone);
  r.earlier_to := private.day_start(r.earlier_last + 1, r.time_zone);
  r.from_at := private.day_start(r.first_day, r.time_zone);
  r.to_at := private.day_start(r.last_day + 1, r.time_zone);
  r.as_of := least(r.to_at, v_asked.as_of);
  select o.individual_metrics, o.min_group_size::int into r.individuals, r.min_group_size
  from public.organizations o where o.id = r.org_id;
  return r;
end $$;
comment on function private.github_scope(uuid, date, date, text, text, text) is
  'The scope of a read: the 30 days up to today unless named; refused unless the organization is the caller''s.';

create function private.github_head(r private.github_scope)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'period', jsonb_build_object('start', r.first_day, 'end', r.last_day, 'days', r.last_day - r.first_day + 1,
      'time_zone', r.time_zone,
      'rows_since', private.rows_since(r.org_id, 'delivery', r.first_day, r.time_zone)),
    'previous_period', case when r.earlier_day is not null then
      jsonb_build_object('start', r.earlier_day, 'end', r.earlier_last) end)
$$;
comment on function private.github_head(private.github_scope) is
  'The members every answer has: the period, and the one it is compared with.';

revoke execute
on function private.github_scope(uuid, date, date, text, text, text), private.github_head(private.github_scope)
from public, anon, authenticated;
grant execute
on function private.github_scope(uuid, date, date, text, text, text), private.github_head(private.github_scope)
to authenticated, service_role;
