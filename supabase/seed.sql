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
select '00000000-0000-4000-8000-000000000001', metric.source, day::date, metric.name,
  -- A base, less at week-ends, and a noise that depends on nothing but the day and the metric.
  round(metric.base * case when extract(isodow from day) > 5 then 0.6 else 1 end
    + metric.noise * ('x' || substr(md5(day::date || metric.name), 1, 4))::bit(16)::int / 65535.0)
from generate_series(current_date - 90, current_date - 1, interval '1 day') as day
cross join (values
  ('ga4', 'sessions', 180, 80), ('ga4', 'conversions', 6, 6),
  ('instagram', 'reach', 900, 700), ('instagram', 'engagement', 60, 50), ('instagram', 'followers', 4200, 40)
) as metric (source, name, base, noise)
on conflict do nothing;

-- Product analytics: 55 people and 500 clicks on the 30 days before today, stored the way every event is, so that all counts are
-- right. Everything about a click depends on its number alone.
do $$
declare
  v_org_id uuid := '00000000-0000-4000-8000-0000000000a1';
begin
  -- As the service, which is who may write for any organization.
  perform set_config('request.jwt.claim.role', 'service_role', true), set_config('request.jwt.claims', '{"role": "service_role"}', true);

  perform public.track_events(v_org_id, (
    select jsonb_agg(jsonb_build_object('index', i, 'key', md5('click ' || i)::uuid, 'sent', at, 'at', at, 'name', names[1 + least(noise / 9000, 4)],
      'person', 'u:demo-' || lpad((1 + i % 55)::text, 2, '0'),
      'properties', jsonb_build_object('page', (array['/', '/reports', '/settings'])[1 + noise % 3], 'plan', plans[1 + i % 55 % 2])))
    from generate_series(0, 499) as i
    cross join lateral (values (('x' || substr(md5('noise ' || i), 1, 4))::bit(16)::int)) as n (noise)
    cross join lateral (values ((current_date - 1 - noise % 30)::timestamp at time zone 'UTC'
      + interval '17 hours' + make_interval(mins => i % 55 * 5 + i / 55 * 3))) as t (at)
    cross join (values (
      array['date_filter', 'bar_chart_click', 'gender_filter', 'line_chart_click', 'age_filter'], array['free', 'pro'])) as choice (names, plans)));

  perform public.identify_persons(v_org_id, (
    select jsonb_agg(jsonb_build_object('index', i, 'person', 'u:demo-' || lpad(i::text, 2, '0'),
      -- Of one in eleven the age is unknown, of another the gender.
      'age', case when i % 11 <> 0 then 13 + i * 7 % 53 end,
      'gender', case when i % 11 <> 5 then (array['Female', 'Male', 'Female', 'Male', 'Other'])[1 + i % 5] end,
      'traits', jsonb_build_object('plan', (array['free', 'pro'])[1 + (i - 1) % 2])))
    from generate_series(1, 55) as i));

  perform set_config('request.jwt.claim.role', '', true), set_config('request.jwt.claims', '', true);
end $$;
