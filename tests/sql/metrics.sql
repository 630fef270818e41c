-- The numbers, computed by hand.

create function tests.ingest(p_items jsonb) returns jsonb language sql as
$$ select public.ingest_metrics(
     (select jsonb_agg(item || jsonb_build_object('index', place - 1)) from jsonb_array_elements(p_items) with ordinality i(item, place))) $$;
create function tests.stored(p_name text) returns text language sql as
$$ select string_agg(metric_date || '=' || metric_value, ' ' order by metric_date, dimensions::text) from public.metrics
   where user_id = '00000000-0000-4000-8000-0000000000a1' and metric_name = p_name $$;

select plan(17);

select is(
  tests.ingest('[
    {"email": "OWNER@tenants.test", "source_name": "ga4", "metric_date": "2026-11-02", "data": {"sessions": 10, "conversions": 1}},
    {"email": "nobody@tenants.test", "source_name": "ga4", "metric_date": "2026-11-02", "data": {"sessions": 99}},
    {"email": "owner@tenants.test", "source_name": "ga4", "metric_date": "2026-11-03", "data": {"sessions": 5.25}},
    {"email": "owner@tenants.test", "source_name": "ga4", "metric_date": "2026-11-03", "data": {"sessions": 7.5}}]'),
  '[{"index": 0, "user_found": true}, {"index": 1, "user_found": false}, {"index": 2, "user_found": true}, {"index": 3, "user_found": true}]',
  'ingest_metrics() says of each item whether its person is known');
select is(tests.stored('sessions'), '2026-11-02=10 2026-11-03=7.5', 'of two values in one call the later wins');
select is((select count(*) from public.metric_restatements where org_id = '00000000-0000-4000-a000-00000000000a'), 0::bigint, 'which restates nothing');
select is((select distinct org_id from public.metrics where user_id = '00000000-0000-4000-8000-0000000000a1'),
  '00000000-0000-4000-a000-00000000000a'::uuid, 'the organization comes from the person');

select tests.ingest('[{"email": "owner@tenants.test", "source_name": "ga4", "metric_date": "2026-11-03", "data": {"sessions": 8}}]');
select is((select format('%s→%s', previous_value, new_value) from public.metric_restatements where org_id = '00000000-0000-4000-a000-00000000000a'), '7.5→8',
  'sending another value again keeps the old one');
select tests.ingest('[{"email": "owner@tenants.test", "source_name": "ga4", "metric_date": "2026-11-03", "data": {"sessions": 8}, "meta": {"a": 1}}]');
select is((select count(*) from public.metric_restatements where org_id = '00000000-0000-4000-a000-00000000000a'), 1::bigint, 'sending the same value restates nothing');
select is((select meta from public.metrics where metric_date = '2026-11-03' and metric_name = 'sessions' and user_id = '00000000-0000-4000-8000-0000000000a1'),
  '{"a": 1}'::jsonb, 'though its meta is the new one');

select tests.ingest('[
  {"email": "owner@tenants.test", "source_name": "ga4", "metric_date": "2026-11-04", "data": {"clicks": 1}, "dimensions": {"a": "1", "b": "2"}},
  {"email": "owner@tenants.test", "source_name": "ga4", "metric_date": "2026-11-04", "data": {"clicks": 2}, "dimensions": {"b": "2", "a": "1"}},
  {"email": "owner@tenants.test", "source_name": "ga4", "metric_date": "2026-11-04", "data": {"clicks": 4}, "dimensions": {"a": "1"}}]');
select is(tests.stored('clicks'), '2026-11-04=2 2026-11-04=4', 'dimensions tell readings apart, whatever their order');

select throws_ok(
  $$select tests.ingest('[{"email": "owner@tenants.test", "source_name": "ga4", "metric_date": "2026-11-04", "data": {"x": "many"}}]')$$,
  '22P02', null, 'what is no number is refused here too');
select throws_ok(
  $$select tests.ingest('[{"email": "owner@tenants.test", "source_name": "ga4", "metric_date": "2026-11-04", "data": {"x": 1e16}}]')$$,
  '23514', null, 'so is what is too large');
select throws_ok($$insert into public.organizations (name, time_zone) values ('x', 'Mars/Olympus')$$, 'LL422', 'validation_failed',
  'a time zone that does not exist is refused');

-- sessions: 10 on the 2nd, 8 on the 3rd; conversions: 1 on the 2nd; the two days before are silent.
select is(
  tests.value_for('owner', $$select jsonb_path_query_array(
    public.dashboard_tiles(null, '2026-11-02', '2026-11-03', 'previous'), '$.tiles[*].value')$$),
  '[18, 1, null, null]', 'dashboard_tiles() sums, and knows what it does not know');
select is(
  tests.value_for('owner', $$select public.dashboard_tiles(null, '2026-11-02', '2026-11-03', 'previous') ->> 'comparison'$$),
  '{"end": "2026-11-01", "mode": "previous", "start": "2026-10-31"}', 'the window before has the same length');
select is(
  tests.value_for('viewer', $$select public.metrics_timeline('owner@tenants.test', array['sessions'], '2026-11-01', '2026-11-04', 'day')
    #> '{metrics,0,series}'$$),
  '[{"date": "2026-11-01", "value": 0}, {"date": "2026-11-02", "value": 10}, {"date": "2026-11-03", "value": 8}, {"date": "2026-11-04", "value": 0}]',
  'metrics_timeline() fills the gaps, for a colleague too');
select is(tests.value_for('stranger', $$select public.dashboard_tiles('owner@tenants.test')$$), 'LL404 user_not_found',
  'a stranger is told that there is no such person');
select is(tests.value_for('anon', $$select public.dashboard_tiles('owner@tenants.test')$$),
  '42501 permission denied for function dashboard_tiles', 'anon may not even ask');
select is(tests.value_for('service', 'select public.dashboard_tiles()'), 'LL422 validation_failed', 'the service has to say whose');

select * from finish();
