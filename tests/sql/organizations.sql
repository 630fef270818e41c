-- Every function that manages an organization × every actor, on tenant A: `ok`, or the status it is refused with; `-` where it may not
-- even be called. The same rules over HTTP: tests/api/access_table.ts.

insert into tests.actors values
  ('key', 'service_role', null, null, '00000000-0000-4000-a000-00000000000a'),
  ('other_key', 'service_role', null, null, '00000000-0000-4000-a000-00000000000b');
insert into public.invitations (id, org_id, email, role, token_hash, expires_at) values
  ('00000000-0000-4000-d000-000000000001', '00000000-0000-4000-a000-00000000000a', 'guest@tenants.test', 'viewer', repeat('0', 64),
    now() + interval '1 day'),
  ('00000000-0000-4000-d000-000000000002', '00000000-0000-4000-a000-00000000000b', 'owner@tenants.test', 'viewer', repeat('1', 64),
    now() + interval '1 day');
insert into public.api_keys (id, org_id, name, scopes, secret_hash) values
  ('000000000000', '00000000-0000-4000-a000-00000000000a', 'Reads', '{read}', repeat('0', 64)),
  ('00000000admi', '00000000-0000-4000-a000-00000000000a', 'Manages', '{admin}', repeat('1', 64));

create table tests.calls (
  what text primary key,
  owner text, admin text, member text, viewer text, stranger text, anon text, service text, key text, other_key text,
  call text
);
insert into tests.calls values
  -- what                  owner  admin  member viewer stranger anon service key  other_key
  ('read settings',        'ok',  'ok',  'ok',  'ok',  '404', '-', 'ok',  'ok',  '403', 'organization({A})'),
  ('read what is kept',    'ok',  'ok',  'ok',  'ok',  '404', '-', 'ok',  'ok',  '403', $$data_retention({A})$$),
  ('say what is kept',     'ok',  '403', '403', '403', '404', '-', 'ok',  '403', '403', $$set_data_retention({A}, '{"ai_days": 60}')$$),
  ('change settings',      'ok',  'ok',  '403', '403', '404', '-', 'ok',  'ok',  '403', $$update_organization({A}, '{"name": "B"}')$$),
  ('list members',         'ok',  'ok',  'ok',  'ok',  '404', '-', 'ok',  'ok',  '403', 'organization_members({A}, 1, 20)'),
  ('promote to admin',     'ok',  'ok',  '403', '403', '404', '-', 'ok',  'ok',  '403', $$set_member_role({A}, {viewer}, 'admin')$$),
  ('promote to owner',     'ok',  '403', '403', '403', '404', '-', 'ok',  '403', '403', $$set_member_role({A}, {viewer}, 'owner')$$),
  ('demote the owner',     '409', '403', '403', '403', '404', '-', '409', '403', '403', $$set_member_role({A}, {owner}, 'admin')$$),
  ('change a stranger',    '404', '404', '403', '403', '404', '-', '404', '404', '403', $$set_member_role({A}, {stranger}, 'viewer')$$),
  ('remove a member',      'ok',  'ok',  '403', '403', '404', '-', 'ok',  'ok',  '403', 'remove_member({A}, {member})'),
  ('remove the owner',     '409', '403', '403', '403', '404', '-', '409', '403', '403', 'remove_member({A}, {owner})'),
  ('transfer to admin',    'ok',  '403', '403', '403', '404', '-', '-',   '-',   '-',   'transfer_ownership({A}, {admin})'),
  ('leave',                '409', 'ok',  'ok',  'ok',  '404', '-', '-',   '-',   '-',   'leave_organization({A})'),
  ('invite a viewer',      'ok',  'ok',  '403', '403', '404', '-', 'ok',  'ok',  '403',
    $$invite_member({A}, 'new@tenants.test', 'viewer', repeat('2', 64), now())$$),
  ('invite an owner',      'ok',  '403', '403', '403', '404', '-', 'ok',  '403', '403',
    $$invite_member({A}, 'new@tenants.test', 'owner', repeat('2', 64), now())$$),
  ('list invitations',     'ok',  'ok',  '403', '403', '404', '-', 'ok',  'ok',  '403', 'organization_invitations({A}, 1, 20)'),
  ('revoke an invitation', 'ok',  'ok',  '403', '403', '404', '-', 'ok',  'ok',  '403',
    $$revoke_invitation({A}, '00000000-0000-4000-d000-000000000001')$$),
  ('accept own invitation', 'ok', '404', '404', '404', '404', '-', '-',   '-',   '-',   $$accept_invitation(repeat('1', 64))$$),
  ('make a read key',      'ok',  'ok',  '403', '403', '404', '-', 'ok',  'ok',  '403',
    $$create_api_key({A}, jsonb_build_object('id', '00000000read', 'name', 'n', 'scopes', '["read"]'::jsonb, 'secret_hash', repeat('2', 64)))$$),
  ('make an admin key',    'ok',  'ok',  '403', '403', '404', '-', 'ok',  '403', '403',
    $$create_api_key({A}, jsonb_build_object('id', '00000000read', 'name', 'n', 'scopes', '["admin"]'::jsonb, 'secret_hash', repeat('2', 64)))$$),
  ('list keys',            'ok',  'ok',  '403', '403', '404', '-', 'ok',  'ok',  '403', 'organization_api_keys({A}, 1, 20)'),
  ('rotate a read key',    'ok',  'ok',  '403', '403', '404', '-', 'ok',  'ok',  '403',
    $$rotate_api_key({A}, '000000000000', '00000000next', repeat('3', 64), '1 hour')$$),
  ('rotate an admin key',  'ok',  'ok',  '403', '403', '404', '-', 'ok',  '403', '403',
    $$rotate_api_key({A}, '00000000admi', '00000000next', repeat('3', 64), '1 hour')$$),
  ('revoke a key',         'ok',  'ok',  '403', '403', '404', '-', 'ok',  'ok',  '403', $$revoke_api_key({A}, '000000000000')$$),
  ('read the audit log',   'ok',  'ok',  '403', '403', '404', '-', 'ok',  'ok',  '403', 'organization_audit({A}, 1, 20)'),
  ('authenticate a key',   '-',   '-',   '-',   '-',   '-',   '-', 'ok',  'ok',  'ok',  $$authenticate_api_key('000000000000', repeat('0', 64))$$),
  ('find by public id',    '-',   '-',   '-',   '-',   '-',   '-', 'ok',  'ok',  'ok',  $$public_organization('pub_x')$$),
  ('find an address',      '-',   '-',   '-',   '-',   '-',   '-', 'ok',  'ok',  'ok',  $$sign_in_address('owner')$$),
  ('take from a limit',    '-',   '-',   '-',   '-',   '-',   '-', 'ok',  'ok',  'ok',  $$take_rate_limit('tests', 10, 60)$$);

create function tests.outcome(p_actor text, p_call text) returns text
language plpgsql as $$
declare
  v_call text := replace(p_call, '{A}', quote_literal('00000000-0000-4000-a000-00000000000a'));
  v_actor tests.actors;
  v_answer text;
begin
  for v_actor in select * from tests.actors where user_id is not null loop
    v_call := replace(v_call, '{' || v_actor.name || '}', quote_literal(v_actor.user_id));
  end loop;
  v_answer := tests.value_for(p_actor, 'select public.' || v_call);
  return case
    when v_answer ~ '^LL\d{3} ' then substr(v_answer, 3, 3)
    when v_answer ~ '^42501 ' then '-'
    when v_answer ~ '^[0-9A-Z]{5} ' then v_answer
    else 'ok' end;
end $$;

select no_plan();

select is(tests.outcome(actor.name, c.call), to_jsonb(c) ->> actor.name, format('%s, to %s', actor.name, c.what))
from tests.calls c cross join tests.actors actor
order by c.what, actor.name;

-- Nobody without a sign-in, whatever else they send.
select is(tests.value_for('anon', 'select count(*) from public.' || table_name), '42501 permission denied for table ' || table_name,
  'anon reads nothing of ' || table_name)
from unnest(array['organizations', 'users', 'memberships', 'invitations', 'api_keys', 'audit_log']) table_name;

-- A person's own header confines nobody and makes nobody a key.
select set_config('request.headers', '{"x-confined-to": "00000000-0000-4000-a000-00000000000a", "x-audit-key": "forged"}', true);
set local request.jwt.claims = '{"sub": "00000000-0000-4000-9000-0000000000b1", "role": "authenticated"}';
select is(private.confined_to(), null, 'x-confined-to is believed with the secret key only');
select is(private.caller_key_id(), null, 'and so is x-audit-key');
set local request.jwt.claims = '{"role": "service_role"}';
select is(private.confined_to(), '00000000-0000-4000-a000-00000000000a'::uuid, 'with it, it confines');
select is(private.caller_key_id(), 'forged', 'and names the key');

-- The last owner stays, past the API as well.
select throws_ok(
  $$delete from public.memberships where user_id = '00000000-0000-4000-8000-0000000000a1'$$, 'LL409', 'last_owner',
  'deleting the last owner''s membership is refused');
select throws_ok(
  $$update public.memberships set role = 'admin' where user_id = '00000000-0000-4000-8000-0000000000a1'$$, 'LL409', 'last_owner',
  'so is demoting them');
select throws_ok(
  $$update public.memberships set org_id = '00000000-0000-4000-a000-00000000000b' where user_id = '00000000-0000-4000-8000-0000000000a1'$$,
  'LL409', 'last_owner', 'and moving them');
select lives_ok(
  $$delete from public.organizations where id = '00000000-0000-4000-a000-00000000000a'$$, 'the organization goes with its owner');

select * from finish();
