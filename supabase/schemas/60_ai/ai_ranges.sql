-- The ranges that reads of AI-assisted development are about, and those they are compared with.

create type private.ai_range as (
  time_zone text,
  first_day date,
  last_day date,
  days int,
  starts_at timestamptz,
  ends_at timestamptz,
  is_rolling boolean
);
comment on type private.ai_range is
  'What a read of AI-assisted development is about: whole days, or so many times 24 hours that end now (rolling), '
  'and when they begin and end.';

create function private.ai_range(
  p_org_id uuid,
  p_since int,
  p_start date,
  p_end date,
  p_default_days int,
  p_compare text default 'none'
)
returns private.ai_range
language plpgsql
stable
set search_path = ''
as $$
declare
  v_today date;
  r private.ai_range;
begin
  select o.time_zone, (now() at time zone o.time_zone)::date into r.time_zone, v_today from public.organizations o
  where o.id = p_org_id;
  r.is_rolling := p_since is not null or (p_start is null and p_end is null);
  if r.is_rolling then
    r.days := coalesce(p_since, p_default_days);
    r.ends_at := now();
    -- Days of 24 hours, whatever the clocks do meanwhile.
    r.starts_at := r.ends_at - make_interval(hours => 24 * least(r.days, 3661));
    r.last_day := (r.ends_at at time zone r.time_zone)::date;
    r.first_day := (r.starts_at at time zone r.time_zone)::date;
  else
    r.last_day := coalesce(p_end, greatest(v_today, p_start));
    r.first_day := coalesce(p_start, r.last_day - p_default_days + 1);
    r.days := r.last_day - r.first_day + 1;
  end if;
  if r.days not between 1 and 3660 then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = case when r.is_rolling then 'since'
        else 'end' end || ': makes a range of less than a day or of more than 3660 days';
  end if;
  if p_compare = 'previous' and r.is_rolling then
    r.ends_at := r.starts_at;
    r.starts_at := r.starts_at - make_interval(hours => 24 * r.days);
  elsif p_compare = 'previous' then
    r.last_day := r.first_day - 1;
    r.first_day := r.first_day - r.days;
  elsif p_compare = 'year' then
    -- 29 February becomes the 28th.
    r.first_day := r.first_day - interval '1 year';
    r.last_day := r.last_day - interval '1 year';
    r.starts_at := (r.starts_at at time zone r.time_zone - interval '1 year') at time zone r.time_zone;
    r.ends_at := (r.ends_at at time zone r.time_zone - interval '1 year') at time zone r.time_zone;
  elsif p_compare is distinct from 'none' then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = 'compare: is none of none, previous, year';
  end if;
  if r.is_rolling then
    r.first_day := (r.starts_at at time zone r.time_zone)::date;
    r.last_day := (r.ends_at at time zone r.time_zone)::date;
  else
    r.days := r.last_day - r.first_day + 1;
    r.starts_at := r.first_day::timestamp at time zone r.time_zone;
    r.ends_at := (r.last_day + 1)::timestamp at time zone r.time_zone;
  end if;
  return r;
end $$;
comment on function private.ai_range(uuid, int, date, date, int, text) is
  'The range of a read: so many times 24 hours up to now, or whole days; without any of them the default, rolling. '
  'Or, with p_compare, the one it is compared with: as long, just before, or a year earlier.';

create function private.ai_period(p_range private.ai_range)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object('start', p_range.first_day, 'end', p_range.last_day, 'days', p_range.days,
    'time_zone', p_range.time_zone)
    || case when p_range.is_rolling then jsonb_build_object('from', p_range.starts_at, 'to', p_range.ends_at)
      else '{}' end
$$;
comment on function private.ai_period(private.ai_range) is
  'A range as answers show it: its instants only where it rolls.';

create function private.ai_rows_period(p_org_id uuid, p_range private.ai_range)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.ai_period(p_range) || jsonb_build_object(
    'rows_since', private.rows_since(p_org_id, 'ai', p_range.first_day, p_range.time_zone))
$$;
comment on function private.ai_rows_period(uuid, private.ai_range) is
  'A range as answers show it that are made of sessions: also since when they are there, where it begins before it.';

create function private.ai_window_json(p_range private.ai_range)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object('start', p_range.starts_at, 'end', p_range.ends_at, 'days', p_range.days,
    'time_zone', p_range.time_zone)
$$;
comment on function private.ai_window_json(private.ai_range) is
  'A range by its instants, as the first clients read it.';

revoke execute
on function private.ai_range(uuid, int, date, date, int, text),
private.ai_period(private.ai_range),
private.ai_rows_period(uuid, private.ai_range),
private.ai_window_json(private.ai_range)
from public, anon, authenticated;
grant execute
on function private.ai_range(uuid, int, date, date, int, text),
private.ai_period(private.ai_range),
private.ai_rows_period(uuid, private.ai_range),
private.ai_window_json(private.ai_range)
to authenticated, service_role;
