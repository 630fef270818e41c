-- The reader of a link reads under row-level security, as nobody of the organization: asked in the same transaction, after a read.

insert into public.metrics (user_id, source_name, metric_date, metric_name, metric_value) values
  ('00000000-0000-4000-8000-0000000000a1', 'ga4', '2026-11-16', 'sessions', 1),
  ('00000000-0000-4000-8000-0000000000b1', 'ga4', '2026-11-16', 'sessions', 2);
insert into public.invitations (org_id, email, role, token_hash, expires_at) values
  ('00000000-0000-4000-a000-00000000000a', 'guest@tenants.test', 'viewer', repeat('0', 64), now());
insert into public.api_keys (id, org_id, name, scopes, secret_hash)
values ('000000000000', '00000000-0000-4000-a000-00000000000a', 'Tests', '{read}', repeat('0', 64));
insert into public.shares (id, org_id, name, tabs, rolling_days, secret_hash, expires_at) values
  ('00000000-0000-4000-d000-00000000000a', '00000000-0000-4000-a000-00000000000a', 'A', '{events}', 28, repeat('a', 64), '2100-01-01'),
  ('00000000-0000-4000-d000-00000000000b', '00000000-0000-4000-a000-00000000000b', 'B', '{events}', 28, repeat('b', 64), '2100-01-01');
insert into private.share_sessions values
  (repeat('a', 64), '00000000-0000-4000-d000-00000000000a', '2100-01-01'),
  (repeat('b', 64), '00000000-0000-4000-d000-00000000000b', '2100-01-01');

-- What a query answers, or how many rows a statement touches, right after a read by a link.
create function tests.by_share(p_hash text, p_statement text) returns text
language plpgsql as $$
declare
  v_value text;
  v_rows bigint;
begin
  begin
    perform tests.become('service');
    perform public.read_by_share(p_hash, 'analytics_overview', '{}');
    if p_statement like 'select%' then
      execute p_statement into v_value;
    else
      execute p_statement;
      get diagnostics v_rows = row_count;
      v_value := v_rows;
    end if;
    raise exception using errcode = 'TT000', message = coalesce(v_value, '(null)');
  exception
    when sqlstate 'TT000' then return sqlerrm;
    when insufficient_privilege then return 'denied';
    when others then return sqlstate || ' ' || sqlerrm;
  end;
end $$;

select plan(16);

select is(tests.by_share(repeat('a', 64), 'select current_user'), 'authenticated', 'a read goes on as members do');
select is(tests.by_share(repeat('a', 64), 'select auth.uid()'), '(null)', 'but as nobody of them');
select is(tests.by_share(repeat('a', 64), $$select string_agg(name, ',' order by name) from public.organizations$$), 'Tenant A',
  'a link of A sees A alone');
select is(tests.by_share(repeat('b', 64), $$select string_agg(name, ',' order by name) from public.organizations$$), 'Tenant B',
  'and one of B sees B alone');
select is(tests.by_share(repeat('a', 64), 'select sum(metric_value)::int from public.metrics'), '1', 'numbers of A only');
select is(tests.by_share(repeat('a', 64), format('select count(*) from public.%I', one)), '0', 'no ' || one)
from unnest(array['invitations', 'api_keys', 'audit_log', 'shares', 'digest_preferences']) one;
select is(tests.by_share(repeat('a', 64), 'update public.metrics set metric_value = 3'), '0', 'nothing can be changed');
select is(tests.by_share(repeat('a', 64), $$select public.organization_shares('00000000-0000-4000-a000-00000000000a', 1, 20)$$),
  'LL403 forbidden', 'nor managed');
select is(tests.by_share(repeat('a', 64), $$select private.require_role('00000000-0000-4000-a000-00000000000b', '{viewer}')$$),
  'LL404 not_found', 'another organization does not exist');
select is(tests.by_share(repeat('c', 64), 'select 1'), 'LL401 expired_token', 'an unknown session reads nothing');
update public.shares set revoked_at = now() where name = 'A';
select is(tests.by_share(repeat('a', 64), 'select 1'), 'LL401 expired_token', 'nor does one of a revoked link');
-- A client of the data API can name a link in its claims or headers, which is believed by nobody.
select is(
  tests.value_for('stranger', $$select count(*) from public.organizations, lateral (
    select set_config('request.headers', '{"x-share": "00000000-0000-4000-d000-00000000000b"}', true)) header
    where name = 'Tenant A'$$),
  '0', 'a stranger who names a link is a stranger');

select * from finish();
