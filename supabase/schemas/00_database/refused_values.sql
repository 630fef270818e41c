-- What functions ask of what they are given. A signed-in person reaches them without the API, so what the API refuses
-- is refused here too: before anything is read or looped over, and as the caller's fault.

create function private.check_days(p_start date, p_end date)
returns void
language plpgsql
immutable
set search_path = ''
as $$
begin
  if not coalesce(p_start between '2000-01-01' and '2100-12-31', true) then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail = 'start: must lie in 2000–2100';
  elsif not coalesce(p_end between '2000-01-01' and '2100-12-31', true) then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail = 'end: must lie in 2000–2100';
  elsif p_end < p_start then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail = 'end: lies before start';
  elsif p_end - p_start >= 3660 then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = 'end: makes a range of more than 3660 days';
  end if;
end $$;
comment on function private.check_days(date, date) is
  'Refuses days outside 2000–2100, ends before their start and ranges of more than 3660 days; what is null is not '
  'looked at.';

create function private.given_items(p_field text, p_items jsonb, p_most int)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
begin
  if coalesce(jsonb_typeof(p_items), 'null') = 'null' then
    return jsonb '[]';
  elsif jsonb_typeof(p_items) <> 'array' then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail = p_field || ': is no list';
  elsif jsonb_array_length(p_items) > p_most then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = format('%s: has more than %s items', p_field, p_most);
  elsif jsonb_path_exists(p_items, 'strict $[*] ? (@.type() != "object")') then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = p_field || ': has an item that is no object';
  end if;
  return p_items;
end $$;
comment on function private.given_items(text, jsonb, int) is
  'A list of so many objects at most, as it was given; nothing is an empty one, and anything else is refused as that '
  'field''s.';

create function private.given_object(p_field text, p_object jsonb)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
begin
  if coalesce(jsonb_typeof(p_object), 'null') = 'null' then
    return jsonb '{}';
  elsif jsonb_typeof(p_object) <> 'object' then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail = p_field || ': is no object';
  end if;
  return p_object;
end $$;
comment on function private.given_object(text, jsonb) is
  'An object as it was given; nothing is an empty one, and anything else is refused as that field''s.';

revoke execute
on function private.check_days(date, date), private.given_items(text, jsonb, int), private.given_object(text, jsonb)
from public, anon, authenticated;
grant execute
on function private.check_days(date, date), private.given_items(text, jsonb, int), private.given_object(text, jsonb)
to authenticated, service_role;
