-- Demo organization, logins and numbers for a local Supabase; never for a hosted one. Deterministic: a day has the same numbers
-- whenever this runs; the last 90 days are filled. Works on Supabase Auth's own tables and on the local stand-in, which lacks
-- auth.users.instance_id.

insert into public.organizations (id, name, time_zone) values
  ('00000000-0000-4000-8000-0000000000a1', 'Demo Company', 'America/Los_Angeles')
on conflict do nothing;

insert into public.users (id, email, username, org_id) values
  ('00000000-0000-4000-8000-000000000001', 'demo@livinglytics.test', 'demo', '00000000-0000-4000-8000-0000000000a1'),
  ('00000000-0000-4000-8000-000000000002', 'pilot@livinglytics.test', 'pilot', '00000000-0000-4000-8000-0000000000a1'),
  ('00000000-0000-4000-8000-000000000003', 'admin@livinglytics.test', 'admin', '00000000-0000-4000-8000-0000000000a1')
on conflict do nothing;

insert into public.memberships (org_id, user_id, role) values
  ('00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-000000000001', 'member'),
  ('00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-000000000002', 'viewer'),
  ('00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-000000000003', 'owner')
on conflict do nothing;

-- demo/demo123, pilot/pilot123, admin/admin123 as bcrypt hashes. Supabase Auth reads empty tokens as text, so they are never null.
insert into auth.users (
  id, aud, role, email, encrypted_password, email_confirmed_at, confirmation_token, recovery_token, email_change,
  email_change_token_new, raw_app_meta_data, raw_user_meta_data, created_at, updated_at
)
select login.id::uuid, 'authenticated', 'authenticated', login.name || '@livinglytics.test', login.hash, now(), '', '', '', '',
  '{"provider": "email", "providers": ["email"]}', jsonb_build_object('username', login.name), now(), now()
from (values
  ('00000000-0000-4000-9000-000000000001', 'demo', '$2a$10$SKg1UdrIgE7aXTUTBG1NrOOoAujBkz6CAP9v5k7QPO6ODD8yBOLgO'),
  ('00000000-0000-4000-9000-000000000002', 'pilot', '$2a$10$SeVIsedAkoGXtKXYrcGjeOeByPHxzLpcA4.eIkJOlTrMdpH0P28Ze'),
  ('00000000-0000-4000-9000-000000000003', 'admin', '$2a$10$sr1u.s8CUYQSYkNXRiHt2.Pq6p.T.J4V3PnG1s/L/MD59rtXNy57u')
) as login (id, name, hash)
on conflict do nothing;

insert into auth.identities (id, provider, provider_id, user_id, identity_data, last_sign_in_at, created_at, updated_at)
select u.id, 'email', u.id::text, u.id, jsonb_build_object('sub', u.id::text, 'email', u.email, 'email_verified', true),
  now(), now(), now()
from auth.users u where u.email like '%@livinglytics.test'
on conflict do nothing;

do $$
begin
  if exists (
    select from information_schema.columns
    where table_schema = 'auth' and table_name = 'users' and column_name = 'instance_id'
  ) then
    execute 'update auth.users set instance_id = ''00000000-0000-0000-0000-000000000000''
      where email like ''%@livinglytics.test'' and instance_id is null';
  end if;
end $$;

insert into public.metrics (user_id, source_name, metric_date, metric_name, metric_value)
select account.id::uuid, metric.source, day::date, metric.name,
  -- A base, less at week-ends, and a noise that depends on nothing but the day and the metric.
  round(account.share * metric.base * case when extract(isodow from day) > 5 then 0.6 else 1 end
    + metric.noise * ('x' || substr(md5(day::date || metric.name || account.salt), 1, 4))::bit(16)::int / 65535.0)
from generate_series(current_date - 90, current_date - 1, interval '1 day') as day
cross join (values ('00000000-0000-4000-8000-000000000001', 1, ''), ('00000000-0000-4000-8000-000000000003', 2, 'admin')) as account (id, share, salt)
cross join (values
  ('ga4', 'sessions', 180, 80), ('ga4', 'conversions', 6, 6),
  ('instagram', 'reach', 900, 700), ('instagram', 'engagement', 60, 50), ('instagram', 'followers', 4200, 40)
) as metric (source, name, base, noise)
on conflict do nothing;

-- Everything below is stored by the functions that the API calls, so that all counts follow. They let the service write for any
-- organization.
select set_config('request.jwt.claim.role', 'service_role', false), set_config('request.jwt.claims', '{"role": "service_role"}', false);

-- Product analytics: 55 people and 1,000 clicks on the 60 days before today. Everything about a click depends on its number alone.
select public.track_events('00000000-0000-4000-8000-0000000000a1', (
  select jsonb_agg(jsonb_build_object('index', i, 'key', md5('click ' || i)::uuid, 'sent', at, 'at', at, 'name', names[1 + least(noise / 9000, 4)],
    'person', 'u:demo-' || lpad(person::text, 2, '0'),
    'properties', jsonb_build_object('page', (array['/', '/reports', '/settings'])[1 + noise % 3], 'plan', plans[1 + (person - 1) % 2])))
  from generate_series(0, 999) as i
  cross join lateral (values (('x' || substr(md5('noise ' || i), 1, 4))::bit(16)::int)) as n (noise)
  -- Somebody new comes on each of the first 55 days, and nobody clicks before they have signed up.
  cross join lateral (values (1 + i % least(60 - noise % 60, 55))) as p (person)
  cross join lateral (values ((current_date - 1 - noise % 60)::timestamp at time zone 'UTC'
    + interval '17 hours' + make_interval(mins => i % 55 * 5 + i / 55 * 3))) as t (at)
  cross join (values (
    array['date_filter', 'bar_chart_click', 'gender_filter', 'line_chart_click', 'age_filter'], array['free', 'pro'])) as choice (names, plans)));

-- And their way from signing up to paying: all 55 sign up, two of three make a report, one of three upgrades.
select public.track_events('00000000-0000-4000-8000-0000000000a1', (
  select jsonb_agg(jsonb_build_object('index', row_number - 1, 'key', md5(name || ' ' || person)::uuid, 'sent', at, 'at', at, 'name', name,
    'person', 'u:demo-' || lpad(person::text, 2, '0'), 'properties', jsonb_build_object('plan', case when step = 3 then 'pro' else 'free' end)))
  from (
    select s.*, p.person, row_number() over (order by p.person, s.step),
      (current_date - 61 + p.person)::timestamp at time zone 'UTC' + make_interval(hours => 16 + 20 * (s.step - 1), mins => p.person) as at
    from generate_series(1, 55) as p (person)
    join (values (1, 'signed_up'), (2, 'report_created'), (3, 'plan_upgraded')) as s (step, name)
      on s.step = 1 or (s.step = 2 and p.person % 3 > 0) or (s.step = 3 and p.person % 3 = 1)
  ) step));

select public.identify_persons('00000000-0000-4000-8000-0000000000a1', (
  select jsonb_agg(jsonb_build_object('index', i, 'person', 'u:demo-' || lpad(i::text, 2, '0'),
    -- Of one in eleven the age is unknown, of another the gender.
    'age', case when i % 11 <> 0 then 13 + i * 7 % 53 end,
    'gender', case when i % 11 <> 5 then (array['Female', 'Male', 'Female', 'Male', 'Other'])[1 + i % 5] end,
    'traits', jsonb_build_object('plan', (array['free', 'pro'])[1 + (i - 1) % 2])))
  from generate_series(1, 55) as i));

-- Delivery: of two repositories, a pull request every day and a half for 23 weeks, so that there is enough to forecast from; each has
-- two commits, a review and a deployment, of which every ninth fails and every seventh brings an incident. The last two are not merged
-- yet.
create temporary table demo_changes as
select i, number, repository, author, reviewer, title, began, began + interval '7 hours' as opened, began + interval '10 hours' as reviewed,
  began + make_interval(hours => 16 + noise % 12) as merged, began + make_interval(hours => 17 + noise % 12) as deployed,
  md5('merge ' || i) || '00000000' as sha, noise
from (
  select i, (i + 1) / 2 as number, (array['acme/shop', 'acme/api'])[1 + i % 2] as repository, (array['ada', 'ben', 'cleo'])[1 + i % 3] as author,
    (array['ben', 'cleo', 'ada'])[1 + i % 3] as reviewer, (array['Faster checkout', 'Filters keep their place', 'Retry what timed out',
    'A clearer error', 'Fewer queries'])[1 + i % 5] || ', part ' || (i - 2446) / 5 as title,
    (current_date - 61)::timestamp at time zone 'UTC' + interval '35 hours' * (i - 2520) as began,
    ('x' || substr(md5('change ' || i - 2520), 1, 4))::bit(16)::int as noise
  from generate_series(2451, 2560) as i
) change;

select public.store_delivery('00000000-0000-4000-8000-0000000000a1', 'commit', (
  select jsonb_agg(jsonb_build_object('repository', repository, 'sha', sha, 'author', author, 'authored_at', merged, 'committed_at', merged,
    'headline', title, 'additions', 20 + noise % 180, 'deletions', noise % 60, 'on_default_branch', true,
    'parents', (select jsonb_agg(b.sha) from demo_changes b where b.i = c.i - 2)) order by i)
  from demo_changes c where i <= 2558));

select public.store_delivery('00000000-0000-4000-8000-0000000000a1', 'pull_request', (
  select jsonb_agg(jsonb_build_object('repository', repository, 'external_id', number::text, 'title', title, 'author', author,
    'state', case when i <= 2558 then 'merged' else 'open' end, 'base_branch', 'main', 'head_branch', author || '/change-' || i, 'created_at', opened,
    'updated_at', case when i <= 2558 then merged else opened end, 'additions', 20 + noise % 180, 'deletions', noise % 60,
    'changed_files', 1 + noise % 9, 'commit_count', 2, 'commits', jsonb_build_array(
      jsonb_build_object('sha', md5('first ' || i) || '00000000', 'author', author, 'authored_at', began, 'headline', title),
      jsonb_build_object('sha', md5('second ' || i) || '00000000', 'author', author, 'authored_at', began + interval '5 hours', 'headline', 'Tests')))
    || case when i <= 2558 then jsonb_build_object('merged_at', merged, 'merge_commit_sha', sha, 'merge_method', 'squash') else '{}' end order by i)
  from demo_changes));

select public.store_delivery('00000000-0000-4000-8000-0000000000a1', 'review', (
  select jsonb_agg(jsonb_build_object('repository', repository, 'pull_request', number::text, 'external_id', 'review-' || i, 'reviewer', reviewer,
    'state', case when i % 4 = 0 then 'changes_requested' else 'approved' end, 'submitted_at', reviewed) order by i)
  from demo_changes where i <= 2559));

select public.store_delivery('00000000-0000-4000-8000-0000000000a1', 'deployment', (
  select jsonb_agg(jsonb_build_object('repository', repository, 'external_id', 'build-' || i, 'environment', 'production', 'sha', sha,
    'status', case when i % 9 = 0 then 'failure' else 'success' end, 'created_at', deployed - interval '6 minutes', 'finished_at', deployed,
    -- The deployment after an incident mends it.
    'is_unplanned', (i - 2) % 7 = 0) || case when (i - 2) % 7 = 0 then jsonb_build_object('incident', 'incident-' || i - 2) else '{}' end
    order by i)
  from demo_changes where i <= 2558));

select public.store_delivery('00000000-0000-4000-8000-0000000000a1', 'incident', (
  select jsonb_agg(jsonb_build_object('repository', repository, 'external_id', 'incident-' || i, 'title', 'Errors after ' || title,
    'severity', (array['high', 'medium', 'low'])[1 + i % 3], 'environment', 'production', 'deployment', 'build-' || i,
    'began_at', deployed + interval '10 minutes', 'created_at', deployed + interval '15 minutes',
    'resolved_at', deployed + make_interval(hours => 1 + noise % 5)) order by i)
  from demo_changes where i <= 2556 and i % 7 = 0));

select public.store_delivery('00000000-0000-4000-8000-0000000000a1', 'release', (
  select jsonb_agg(jsonb_build_object('repository', repository, 'external_id', 'v' || i, 'tag', 'v1.' || i || '.0', 'name', '1.' || i,
    'published_at', deployed) order by i)
  from demo_changes where i <= 2558 and i % 8 = 0));

select public.store_delivery('00000000-0000-4000-8000-0000000000a1', 'branches', (
  select jsonb_agg(jsonb_build_object('repository', repository, 'external_id', 'branches', 'complete', true, 'names', names))
  from (
    select repository, jsonb_agg(jsonb_build_object('name', author || '/change-' || i, 'sha', md5('second ' || i) || '00000000', 'last_commit_at', began))
      || jsonb_build_object('name', 'main', 'sha', max(sha) filter (where i in (2557, 2558)), 'last_commit_at', max(merged) filter (where i in (2557, 2558))) as names
    from demo_changes where i >= 2557 group by repository
  ) heads));

select public.set_team_repository((team ->> 'id')::uuid, 'acme/shop', true), public.set_team_member((team ->> 'id')::uuid, 'ada', true)
from public.create_team('00000000-0000-4000-8000-0000000000a1', 'Checkout') as team;

-- AI-assisted development: three developers, four sessions on each of 60 days, most on the branch of the change they had open; and
-- fourteen more on the day of the latest incident, when everybody looked for what was wrong.
select public.store_ai_records('00000000-0000-4000-8000-0000000000a1', (
  select jsonb_agg(jsonb_build_object(
    'session', jsonb_build_object('external_id', 'demo-session-' || s.i, 'source', 'claude_code', 'developer_id', s.developer,
      'repository', coalesce(c.repository, 'acme/shop'), 'accepted', s.noise % 10 < 7, 'accepted_lines', case when s.noise % 10 < 7 then 10 + s.noise % 90 else 0 end)
      || case when c.i is not null then jsonb_build_object('branch', c.author || '/change-' || c.i, 'pull_request', c.number::text) else '{}' end,
    'call', jsonb_build_object('external_id', 'demo-call-' || s.i, 'at', s.at, 'provider', 'anthropic',
      'model', case when s.noise % 5 = 0 then 'claude-haiku-4-5' else 'claude-sonnet-4-5' end, 'input_tokens', 800 + s.noise % 4000,
      'output_tokens', 200 + s.noise % 1500, 'cache_read_tokens', s.noise % 20000, 'cache_write_tokens', 0, 'latency_ms', 900 + s.noise % 5000)
      || case when s.noise % 23 = 0 then '{"status": 529, "error": "overloaded"}' else '{"status": 200}' end::jsonb) order by s.i)
  from (
    select i, (array['ada', 'ben', 'cleo'])[1 + i % 3] as developer, ('x' || substr(md5('session ' || i), 1, 4))::bit(16)::int as noise,
      (current_date - 60 + i / 4)::timestamp at time zone 'UTC' + make_interval(hours => 15 + i % 4 * 2, mins => i * 7 % 60) as at
    from generate_series(0, 239) as i
    union all
    select 240 + n, (array['ada', 'ben', 'cleo'])[1 + n % 3], ('x' || substr(md5('search ' || n), 1, 4))::bit(16)::int,
      c.deployed + make_interval(mins => 20 + n * 9)
    from generate_series(0, 13) as n, demo_changes c where c.i = 2555
  ) s
  left join lateral (
    select c.* from demo_changes c where c.author = s.developer and s.at between c.began and c.merged order by c.i limit 1
  ) c on true));

select public.set_ai_model_policy('00000000-0000-4000-8000-0000000000a1', 'acme/shop', array['claude-*']);
select public.set_ai_budget('{"developer_id": "ada", "period": "month", "limit_usd": 50}', '00000000-0000-4000-8000-0000000000a1');

-- Digests of four weeks: local ones are stored, as no mail provider is there; the oldest went out.
insert into public.digests (user_id, week_start, state, attempts, subject, created_at, sent_at)
select u.id, monday::date, case when back = 5 then 'sent' else 'stored' end::public.digest_state, 1,
  'Your week, ' || to_char(monday, 'Mon FMDD') || '–' || to_char(monday + interval '6 days', 'Mon FMDD, YYYY'), due,
  case when back = 5 then due + interval '4 seconds' end
from public.users u
cross join generate_series(2, 5) as back
cross join lateral (select date_trunc('week', current_date::timestamp) - interval '7 days' * back as monday) week
cross join lateral (select (monday + interval '7 days 8 hours') at time zone 'America/Los_Angeles' as due) time
where u.org_id = '00000000-0000-4000-8000-0000000000a1'
on conflict do nothing;

insert into public.digest_events (id, digest_id, type, occurred_at)
select 'demo-' || d.id, d.id, 'email.delivered', d.sent_at + interval '3 seconds'
from public.digests d where d.org_id = '00000000-0000-4000-8000-0000000000a1' and d.state = 'sent'
on conflict do nothing;

drop table demo_changes;
select set_config('request.jwt.claim.role', '', false), set_config('request.jwt.claims', '', false);
