-- The numbers of DORA by day, week or month.

create function private.dora_buckets(r private.dora_scope, p_bucket text)
returns table (first_day date, last_day date, is_complete boolean)
language sql
stable
set search_path = ''
as $$
  select greatest(b.first_day, r.first_day), least(b.last_day, r.last_day),
    b.first_day >= r.first_day and b.last_day <= r.last_day and b.last_day < r.today
  from (
    select at::date as first_day, (at + ('1 ' || p_bucket)::interval)::date - 1 as last_day
    from generate_series(
      date_trunc(p_bucket, r.first_day::timestamp), least(r.last_day, greatest(r.today, r.first_day))::timestamp,
      ('1 ' || p_bucket)::interval) at
  ) b
$$;
comment on function private.dora_buckets(private.dora_scope, text) is
  'The days, weeks or months of the window up to today; complete ones lie in it as a whole and are over.';

create function private.dora_series(r private.dora_scope, p_parts text[], p_bucket text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_agg(jsonb_build_object('start', b.first_day, 'end', b.last_day, 'complete', b.is_complete,
    'numbers', private.dora_numbers(r, p_parts, b.first_day, b.last_day)) order by b.first_day)
  from private.dora_buckets(r, p_bucket) b
$$;
comment on function private.dora_series(private.dora_scope, text[], text) is
  'The numbers of each day, week or month: [{start, end, complete, numbers}].';

create function public.dora_trend(
  p_org_id uuid default null,
  p_start date default null,
  p_end date default null,
  p_team text default null,
  p_repository text default null,
  p_environment text default null,
  p_bucket text default 'week',
  p_parts text[] default null,
  p_compare text default 'none'
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  r private.dora_scope := private.dora_scope(p_org_id, p_start, p_end, p_team, p_repository, p_environment);
  v_earlier private.dora_scope;
begin
  if p_bucket is null or p_bucket not in ('day', 'week', 'month') then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = 'interval: is none of day, week, month';
  end if;
  if p_bucket = 'day' and r.last_day - r.first_day >= 366 then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = 'interval: goes by day for up to 366 days';
  end if;
  v_earlier := r;
  select first_day, last_day into v_earlier.first_day, v_earlier.last_day
  from private.compared_days(p_compare, r.first_day, r.last_day);
  return private.dora_head(r) || jsonb_build_object('buckets', private.dora_series(r, p_parts, p_bucket))
    || case when v_earlier.first_day is null then '{"previous_period": null, "previous": null}' else jsonb_build_object(
      'previous_period', jsonb_build_object('start', v_earlier.first_day, 'end', v_earlier.last_day),
      'previous', private.dora_series(v_earlier, p_parts, p_bucket)) end;
end $$;
comment on function public.dora_trend(uuid, date, date, text, text, text, text, text[], text) is
  'The numbers of DORA for each day, week (from Monday) or month of a window, of some parts or all, and of the '
  'window it is compared with (none, previous, year).';

revoke execute
on function private.dora_buckets(private.dora_scope, text),
private.dora_series(private.dora_scope, text[], text),
public.dora_trend(uuid, date, date, text, text, text, text, text[], text)
from public, anon, authenticated;
grant execute
on function private.dora_buckets(private.dora_scope, text),
private.dora_series(private.dora_scope, text[], text),
public.dora_trend(uuid, date, date, text, text, text, text, text[], text)
to authenticated, service_role;
