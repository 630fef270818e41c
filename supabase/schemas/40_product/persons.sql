-- Whom events belong to.

create type public.age_group as enum ('unknown', '<18', '18-40', '>40');

create type public.gender as enum ('unknown', 'Male', 'Female', 'Other');

create function private.age_group(p_age int)
returns public.age_group
language sql
immutable
parallel safe
set search_path = ''
as $$
  select case when p_age is null then 'unknown'::public.age_group when p_age < 18 then '<18'::public.age_group
    when p_age <= 40 then '18-40'::public.age_group else '>40'::public.age_group end
$$;
comment on function private.age_group(int) is 'The age group of an age in years; unknown without one.';

-- Each event moves its person's last_seen_at. Nothing looks persons up by it, and without it in an index, and with
-- room left in each page, PostgreSQL changes the row in place (HOT) instead of adding to every index of the table.
create table public.persons (
  id bigint generated always as identity primary key,
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  known boolean not null default false,
  age smallint check (age between 0 and 150),
  gender public.gender not null default 'unknown',
  age_group public.age_group not null generated always as (private.age_group(age)) stored,
  traits jsonb not null default '{}' check (jsonb_typeof(traits) = 'object' and octet_length(traits::text) <= 65536),
  first_seen_at timestamptz,
  last_seen_at timestamptz,
  created_at timestamptz not null default now(),
  trait_times jsonb not null default '{}' check (
    jsonb_typeof(trait_times) = 'object'
    and octet_length(trait_times::text) <= 524288
  )
)
with (fillfactor = 70);
comment on table public.persons is 'Somebody events belong to; several ids of theirs may lead here.';
comment on column public.persons.trait_times is
  'When each trait was what it is, in milliseconds since 1970: word of an earlier time that comes later changes'
  ' nothing. $age and $gender are of those, $groups/ID of a group.';
comment on column public.persons.known is 'Whether a user id leads here, or only anonymous ids.';
create index persons_org_id_idx on public.persons (org_id);

alter table public.persons enable row level security;
create policy "members read what belongs to their organization" on public.persons
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on public.persons from public, anon, authenticated, service_role;
grant select on public.persons to authenticated, service_role;

create table public.person_keys (
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  key text not null check (
    char_length(key) between 3 and 258
    and key ~ '^[ua]:'
    and key !~ '[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f]'
  ),
  person_id bigint not null references public.persons (id)
    on delete cascade,
  primary key (org_id, key)
);
comment on table public.person_keys is 'The ids of persons: u:USER_ID or a:ANONYMOUS_ID.';
create index person_keys_person_id_idx on public.person_keys (person_id);
-- By bytes, whatever the database's collation: for the ids that begin with something.
create index person_keys_search_idx on public.person_keys (org_id, key text_pattern_ops);

alter table public.person_keys enable row level security;
create policy "members read what belongs to their organization" on public.person_keys
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on public.person_keys from public, anon, authenticated, service_role;
grant select on public.person_keys to authenticated, service_role;

create function private.person_by_key(p_org_id uuid, p_key text)
returns public.persons
language sql
stable
set search_path = ''
as $$
  select p from public.person_keys k join public.persons p on p.id = k.person_id
  where k.org_id = p_org_id and k.key = p_key
$$;
comment on function private.person_by_key(uuid, text) is 'The person an id leads to.';

create function private.find_person(p_org_id uuid, p_person text)
returns bigint
language sql
stable
set search_path = ''
as $$
  select k.person_id from unnest(array[p_person, 'u:' || p_person, 'a:' || p_person]) with ordinality as given (key,
    rank)
  join public.person_keys k on k.org_id = p_org_id and k.key = given.key
  order by rank limit 1
$$;
comment on function private.find_person(uuid, text) is
  'The person behind u:USER_ID or a:ANONYMOUS_ID; without such a prefix a user id is meant rather than an anonymous '
  'id.';

create function private.person_id_of(p_org_id uuid, p_person text)
returns bigint
language plpgsql
stable
set search_path = ''
as $$
declare
  v_person_id bigint := private.find_person(p_org_id, p_person);
begin
  if v_person_id is null then
    raise exception using errcode = 'LL404', message = 'not_found', detail = 'Person not found';
  end if;
  return v_person_id;
end $$;
comment on function private.person_id_of(uuid, text) is 'find_person() of somebody who must be there.';

create function private.group_of(p_breakdown text, p_person public.persons)
returns text
language sql
immutable
set search_path = ''
as $$ select case p_breakdown when 'age_group' then p_person.age_group::text
  when 'gender' then p_person.gender::text end $$;
comment on function private.group_of(text, public.persons) is
  'A person''s group in a breakdown by age_group or gender; null without one.';

revoke execute
on function private.age_group(int),
private.person_by_key(uuid, text),
private.find_person(uuid, text),
private.person_id_of(uuid, text),
private.group_of(text, public.persons)
from public, anon, authenticated;
grant execute
on function private.find_person(uuid, text), private.person_id_of(uuid, text), private.group_of(text, public.persons)
to authenticated, service_role;
