-- The names of events, as numbers.

create table public.event_names (
  id int generated always as identity primary key,
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  name text not null check (
    char_length(name) between 1 and 200
    and name !~ '[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f]'
  ),
  unique (org_id, name)
);
comment on table public.event_names is 'The names of events, so that events and counts hold a number instead.';

alter table public.event_names enable row level security;
create policy "members read what belongs to their organization" on public.event_names
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on public.event_names from public, anon, authenticated, service_role;
grant select on public.event_names to authenticated, service_role;

create function private.event_name_id(p_org_id uuid, p_name text, p_field text)
returns int
language plpgsql
stable
set search_path = ''
as $$
declare
  v_id int := (select n.id from public.event_names n where n.org_id = p_org_id and n.name = p_name);
begin
  if v_id is null then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = format('%s: no event has the name %s', p_field, left(p_name, 200));
  end if;
  return v_id;
end $$;
comment on function private.event_name_id(uuid, text, text) is
  'The number of an event''s name; an unknown name is refused as that field''s.';

revoke execute on function private.event_name_id(uuid, text, text) from public, anon, authenticated;
grant execute on function private.event_name_id(uuid, text, text) to authenticated, service_role;
