-- A person is seeded first and signs up later: they get that row once their e-mail is confirmed, and not before.

insert into public.users (id, email, org_id) values
  ('00000000-0000-4000-8000-0000000000c1', 'seeded@tenants.test', '00000000-0000-4000-a000-00000000000a'),
  ('00000000-0000-4000-8000-0000000000c2', 'wanted@tenants.test', '00000000-0000-4000-a000-00000000000a');
insert into public.memberships values
  ('00000000-0000-4000-a000-00000000000a', '00000000-0000-4000-8000-0000000000c1', 'member');
insert into public.metrics (user_id, source_name, metric_date, metric_name, metric_value)
values ('00000000-0000-4000-8000-0000000000c1', 'ga4', '2026-11-16', 'sessions', 42);
insert into tests.actors values
  ('seeded', 'authenticated', '00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-9000-0000000000c1');

create function tests.linked(p_email text) returns uuid language sql as
$$ select auth_user_id from public.users where email = p_email $$;
create function tests.counts() returns text language sql as
$$ select format('%s people, %s organizations', (select count(*) from public.users), (select count(*) from public.organizations)) $$;
create table tests.before as select tests.counts() as counts;

select plan(19);

insert into auth.users (id, email) values ('00000000-0000-4000-9000-0000000000c1', 'Seeded@Tenants.test');
select is(tests.linked('seeded@tenants.test'), null, 'an address that is not confirmed links nothing');
select is(tests.value_for('seeded', 'select count(*) from public.metrics'), '0', 'and sees no numbers');
select is(tests.value_for('seeded', 'select public.dashboard_tiles()'), 'LL404 user_not_found', 'nor tiles');
select is(tests.value_for('seeded', $$select public.dashboard_tiles('seeded@tenants.test')$$), 'LL404 user_not_found',
  'nor by asking for the address');

update auth.users set email_confirmed_at = now() where id = '00000000-0000-4000-9000-0000000000c1';
select is(tests.linked('seeded@tenants.test'), '00000000-0000-4000-9000-0000000000c1'::uuid,
  'confirming links the seeded row, whatever the case of the address');
select is(tests.counts(), (select counts from tests.before), 'and makes neither a person nor an organization');
select is(tests.value_for('seeded', $$select public.dashboard_tiles() ->> 'period'$$),
  tests.value_for('owner', $$select public.dashboard_tiles('seeded@tenants.test') ->> 'period'$$), 'they see their own numbers');
select is(tests.value_for('seeded', 'select metric_value from public.metrics'), '42', 'which were there before');

update auth.users set email_confirmed_at = now() + interval '1 hour' where id = '00000000-0000-4000-9000-0000000000c1';
select is(tests.counts(), (select counts from tests.before), 'confirming again changes nothing');

-- Somebody else with the same address, confirmed elsewhere: auth.users allows a second row for single sign-on.
insert into auth.users (id, email, email_confirmed_at, is_sso_user)
values ('00000000-0000-4000-9000-0000000000c9', 'seeded@tenants.test', now(), true);
select is(tests.linked('seeded@tenants.test'), '00000000-0000-4000-9000-0000000000c1'::uuid, 'nobody takes over a linked row');
select is((select count(*) from public.users where auth_user_id = '00000000-0000-4000-9000-0000000000c9'), 0::bigint,
  'and nobody gets a second one for the same address');

insert into auth.users (id, email, email_confirmed_at) values ('00000000-0000-4000-9000-0000000000c3', 'new@tenants.test', now());
select is(
  (select m.role::text from public.users u join public.memberships m on m.user_id = u.id and m.org_id = u.org_id
    where u.auth_user_id = '00000000-0000-4000-9000-0000000000c3'), 'owner',
  'an unknown person owns a new organization');
select isnt((select org_id from public.users where email = 'new@tenants.test'), '00000000-0000-4000-a000-00000000000a'::uuid,
  'which is nobody else''s');

update auth.users set email = 'renamed@tenants.test' where id = '00000000-0000-4000-9000-0000000000c3';
select is(tests.linked('renamed@tenants.test'), '00000000-0000-4000-9000-0000000000c3'::uuid, 'a changed address follows along');
update auth.users set email = 'wanted@tenants.test' where id = '00000000-0000-4000-9000-0000000000c3';
select is(tests.linked('wanted@tenants.test'), null, 'but takes nobody''s seeded row');
select is(tests.linked('renamed@tenants.test'), '00000000-0000-4000-9000-0000000000c3'::uuid, 'and loses its own not');

insert into auth.users (id, email, phone) values ('00000000-0000-4000-9000-0000000000c4', null, '15550100');
update auth.users set phone = '15550101' where id = '00000000-0000-4000-9000-0000000000c4';
select is((select count(*) from public.users where auth_user_id = '00000000-0000-4000-9000-0000000000c4'), 0::bigint,
  'a login without an address is nobody');

delete from auth.users where id = '00000000-0000-4000-9000-0000000000c1';
select is(tests.linked('seeded@tenants.test'), null, 'a deleted login is unlinked');
select is((select count(*) from public.metrics where user_id = '00000000-0000-4000-8000-0000000000c1'), 1::bigint,
  'and the numbers stay');

select * from finish();
