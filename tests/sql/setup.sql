-- Run before every file of this folder, in the same transaction, which is rolled back: pgTAP in a schema of its own, two tenants,
-- and ways to be one of their people.

create schema tap;
create extension pgtap schema tap;
create schema tests;
-- Migrations take execute away from public by default; the tests switch roles, so theirs is given back.
grant usage on schema tap, tests to public;
grant execute on all functions in schema tap to public;
alter default privileges in schema tests grant execute on functions to public;
set local search_path = tap, public, extensions;

create table tests.actors (
  name text primary key,
  role text not null,
  user_id uuid,
  auth_user_id uuid,
  org_id uuid
);
grant select on tests.actors to public;

insert into tests.actors values
  ('owner', 'authenticated', '00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-9000-0000000000a1', '00000000-0000-4000-a000-00000000000a'),
  ('admin', 'authenticated', '00000000-0000-4000-8000-0000000000a2', '00000000-0000-4000-9000-0000000000a2', '00000000-0000-4000-a000-00000000000a'),
  ('member', 'authenticated', '00000000-0000-4000-8000-0000000000a3', '00000000-0000-4000-9000-0000000000a3', '00000000-0000-4000-a000-00000000000a'),
  ('viewer', 'authenticated', '00000000-0000-4000-8000-0000000000a4', '00000000-0000-4000-9000-0000000000a4', '00000000-0000-4000-a000-00000000000a'),
  ('stranger', 'authenticated', '00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-9000-0000000000b1', '00000000-0000-4000-a000-00000000000b'),
  ('anon', 'anon', null, null, null),
  ('service', 'service_role', null, null, null);

insert into public.organizations (id, name) values
  ('00000000-0000-4000-a000-00000000000a', 'Tenant A'),
  ('00000000-0000-4000-a000-00000000000b', 'Tenant B');
insert into public.users (id, email, org_id)
select user_id, name || '@tenants.test', org_id from tests.actors where user_id is not null;
insert into public.memberships (org_id, user_id, role)
select org_id, user_id, case name when 'stranger' then 'owner' else name end::public.member_role
from tests.actors where user_id is not null;
-- Confirmed sign-ups: the trigger links them to the rows above.
insert into auth.users (id, email, email_confirmed_at)
select auth_user_id, name || '@tenants.test', now() from tests.actors where auth_user_id is not null;

-- The role and claims of an actor, and for a service confined to an organization the header that does so, until the end of the transaction or subtransaction.
create function tests.become(p_actor text) returns void
language plpgsql as $$
declare
  v_actor tests.actors;
begin
  select * into strict v_actor from tests.actors where name = p_actor;
  perform set_config('request.jwt.claims', json_build_object('sub', v_actor.auth_user_id, 'role', v_actor.role)::text, true);
  perform set_config('request.headers', case when v_actor.role = 'service_role' and v_actor.org_id is not null
    then json_build_object('x-confined-to', v_actor.org_id, 'x-audit-key', 'key of ' || v_actor.name) else '{}' end::text, true);
  perform set_config('role', v_actor.role, true);
end $$;

-- Whether an actor can do a statement to at least one row. What it did is undone. `{me}` is the actor's user id.
create function tests.can(p_actor text, p_statement text, p_before text default null) returns boolean
language plpgsql as $$
declare
  v_me text := coalesce((select user_id from tests.actors where name = p_actor), '00000000-0000-4000-8000-0000000000a1')::text;
  v_rows bigint;
begin
  begin
    if p_before is not null then
      execute replace(p_before, '{me}', v_me);
    end if;
    perform tests.become(p_actor);
    execute replace(p_statement, '{me}', v_me);
    get diagnostics v_rows = row_count;
    raise exception using errcode = 'TT000', message = v_rows::text;
  exception
    when sqlstate 'TT000' then return sqlerrm::bigint > 0;
    when insufficient_privilege then return false;
  end;
end $$;

-- The one value a query answers an actor, as text.
create function tests.value_for(p_actor text, p_query text) returns text
language plpgsql as $$
declare
  v_value text;
begin
  begin
    perform tests.become(p_actor);
    execute p_query into v_value;
    raise exception using errcode = 'TT000', message = coalesce(v_value, '(null)');
  exception
    when sqlstate 'TT000' then return sqlerrm;
    when others then return sqlstate || ' ' || sqlerrm;
  end;
end $$;
