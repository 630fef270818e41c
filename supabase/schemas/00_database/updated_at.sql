-- What many tables have: the time of their last change.

create function private.touch_updated_at()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.updated_at := now();
  return new;
end $$;
comment on function private.touch_updated_at() is 'Keeps updated_at true.';

revoke execute on function private.touch_updated_at() from public, anon, authenticated;
