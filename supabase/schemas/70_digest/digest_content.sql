-- What is in a digest; its numbers are those of the tiles.

create function private.digest_content(p_user_id uuid, p_week_start date)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'email', u.email, 'organization', o.name, 'time_zone', o.time_zone, 'week_start', p_week_start,
    'report', private.tiles(o.id, u.id, o.time_zone, p_week_start, p_week_start + 6, 'previous'),
    'delivery', private.digest_delivery(o.id, p_week_start),
    'ai', private.digest_ai(o.id, o.time_zone, p_week_start))
  from public.users u join public.organizations o on o.id = u.org_id
  where u.id = p_user_id
$$;
comment on function private.digest_content(uuid, date) is
  'The numbers of a digest: the tiles of the week, the organization''s delivery and its AI sessions, against the '
  'week before.';

create function private.digest_week(p_time_zone text, p_week date)
returns date
language plpgsql
stable
set search_path = ''
as $$
declare
  v_last date := private.last_completed_week(p_time_zone, now());
  v_week date := date_trunc('week', p_week::timestamp)::date;
begin
  if v_week > v_last then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = format('week: is not over yet in %s', p_time_zone);
  end if;
  return coalesce(v_week, v_last);
end $$;
comment on function private.digest_week(text, date) is
  'The Monday of the week a date lies in, which must be over in the time zone; without a date the last such week.';

create function public.digest_preview(p_email text default null, p_week date default null)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_subject record;
begin
  v_subject := private.subject(p_email);
  return private.digest_content(v_subject.user_id, private.digest_week(v_subject.time_zone, p_week));
end $$;
comment on function public.digest_preview(text, date) is 'The numbers a person''s digest of a week would have now.';

revoke execute
on function private.digest_content(uuid, date), private.digest_week(text, date), public.digest_preview(text, date)
from public, anon, authenticated;
grant execute
on function private.digest_content(uuid, date), private.digest_week(text, date), public.digest_preview(text, date)
to authenticated, service_role;
