-- The numbers themselves: what sources post, what each metric means, and the reads behind the dashboard's tiles, the timeline and
-- the digest. Sending a row again replaces its value, because sources correct themselves; the old value is kept as a restatement.

-- definitions ------------------------------------------------------------------------------------------------------------

create type public.metric_direction as enum ('higher_is_better', 'lower_is_better', 'neutral');
create type public.metric_aggregation as enum ('sum', 'avg', 'min', 'max', 'last');

create table public.metric_definitions (
  id bigint generated always as identity primary key,
  org_id uuid references public.organizations (id) on delete cascade,
  metric_name text not null check (char_length(metric_name) between 1 and 100),
  label text not null check (char_length(label) between 1 and 100),
  description text not null default '' check (char_length(description) <= 500),
  unit text not null default 'count' check (char_length(unit) between 1 and 30),
  direction public.metric_direction not null default 'neutral',
  aggregation public.metric_aggregation not null default 'sum',
  unique nulls not distinct (org_id, metric_name)
);
comment on table public.metric_definitions is
  'What a metric means: its unit, which way is better, how days add up. A row without organization holds for all; an organization''s own row wins.';

alter table public.metric_definitions enable row level security;
create policy "members read common and their organization's definitions" on public.metric_definitions
  for select to authenticated using (org_id is null or org_id = any (array(select private.my_organization_ids())));
revoke all on public.metric_definitions from public, anon, authenticated, service_role;
grant select on public.metric_definitions to authenticated;
grant select, insert, update, delete on public.metric_definitions to service_role;

insert into public.metric_definitions (metric_name, label, description, unit, direction, aggregation) values
  ('sessions', 'Sessions', 'Visits to the site.', 'sessions', 'higher_is_better', 'sum'),
  ('conversions', 'Conversions', 'Visits that reached the goal.', 'conversions', 'higher_is_better', 'sum'),
  ('reach', 'Instagram reach', 'Accounts that saw a post.', 'accounts', 'higher_is_better', 'sum'),
  ('engagement', 'Engagement', 'Likes, comments, saves and shares.', 'interactions', 'higher_is_better', 'sum'),
  ('impressions', 'Impressions', 'Times content was shown.', 'impressions', 'higher_is_better', 'sum'),
  ('clicks', 'Clicks', 'Clicks on links and ads.', 'clicks', 'higher_is_better', 'sum'),
  ('spend', 'Ad spend', 'What advertising cost.', 'USD', 'neutral', 'sum'),
  ('revenue', 'Revenue', 'What conversions brought in.', 'USD', 'higher_is_better', 'sum'),
  ('followers', 'Followers', 'Accounts that follow, at the end of the day.', 'accounts', 'higher_is_better', 'last'),
  ('bounce_rate', 'Bounce rate', 'Visits that left after one page.', '%', 'lower_is_better', 'avg');

-- metrics ----------------------------------------------------------------------------------------------------------------

create table public.metrics (
  id bigint generated always as identity primary key,
  user_id uuid not null references public.users (id) on delete cascade,
  org_id uuid not null references public.organizations (id) on delete cascade,
  source_name text not null check (char_length(source_name) between 1 and 100),
  metric_date date not null,
  metric_name text not null check (char_length(metric_name) between 1 and 100),
  metric_value numeric not null check (metric_value between -1e15 and 1e15),
  dimensions jsonb not null default '{}'
    check (jsonb_typeof(dimensions) = 'object' and octet_length(dimensions::text) <= 1500),
  meta jsonb check (jsonb_typeof(meta) = 'object' and octet_length(meta::text) <= 65536),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint metrics_natural_key unique (org_id, user_id, source_name, metric_date, metric_name, dimensions)
);
comment on table public.metrics is
  'One number of one person, source, day, name and set of dimensions. Dimensions split a number; they never stand beside its total.';
comment on column public.metrics.org_id is
  'The person''s organization when the number was posted. It stays there when they leave, so reads name it beside the person.';
create index metrics_of_person_idx on public.metrics (user_id, org_id, metric_name, metric_date) include (metric_value);
create index metrics_of_organization_idx on public.metrics (org_id, metric_name, metric_date) include (metric_value);
create index metrics_last_ingest_idx on public.metrics (source_name, updated_at);

create trigger metrics_set_org
  before insert or update of user_id, org_id on public.metrics
  for each row execute function private.set_org_from_user();
create trigger metrics_touch_updated_at
  before update on public.metrics for each row execute function private.touch_updated_at();

create table public.metric_restatements (
  id bigint generated always as identity primary key,
  metric_id bigint not null references public.metrics (id) on delete cascade,
  org_id uuid not null references public.organizations (id) on delete cascade,
  previous_value numeric not null,
  new_value numeric not null,
  restated_at timestamptz not null default now()
);
comment on table public.metric_restatements is 'Every correction of a metric: the value it had, the value it got, and when.';
create index metric_restatements_metric_id_idx on public.metric_restatements (metric_id);
create index metric_restatements_org_id_idx on public.metric_restatements (org_id);

-- Security definer: whoever corrects a metric may not write, or forge, its history.
create function private.keep_restatement() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  insert into public.metric_restatements (metric_id, org_id, previous_value, new_value)
  values (old.id, old.org_id, old.metric_value, new.metric_value);
  return null;
end $$;
comment on function private.keep_restatement() is 'Keeps the value that a correction replaced.';
revoke execute on function private.keep_restatement() from public, anon, authenticated;

create trigger metrics_keep_restatement
  after update of metric_value on public.metrics
  for each row when (old.metric_value is distinct from new.metric_value)
  execute function private.keep_restatement();

alter table public.metrics enable row level security;
alter table public.metric_restatements enable row level security;

create policy "members read their organization's metrics" on public.metrics
  for select to authenticated using (org_id = any (array(select private.my_organization_ids())));
create policy "owners, admins and members add metrics to their organization" on public.metrics
  for insert to authenticated
  with check (org_id = any (array(select private.my_organization_ids(array['owner', 'admin', 'member']::public.member_role[]))));
create policy "owners, admins and members correct their organization's metrics" on public.metrics
  for update to authenticated
  using (org_id = any (array(select private.my_organization_ids(array['owner', 'admin', 'member']::public.member_role[]))))
  with check (org_id = any (array(select private.my_organization_ids(array['owner', 'admin', 'member']::public.member_role[]))));
create policy "owners, admins and members delete their organization's metrics" on public.metrics
  for delete to authenticated
  using (org_id = any (array(select private.my_organization_ids(array['owner', 'admin', 'member']::public.member_role[]))));
create policy "members read their organization's restatements" on public.metric_restatements
  for select to authenticated using (org_id = any (array(select private.my_organization_ids())));

revoke all on public.metrics, public.metric_restatements from public, anon, authenticated, service_role;
grant select, delete on public.metrics to authenticated;
grant insert (user_id, source_name, metric_date, metric_name, metric_value, dimensions, meta) on public.metrics to authenticated;
grant update (metric_value, meta) on public.metrics to authenticated;
grant select, insert, update, delete on public.metrics to service_role;
grant select on public.metric_restatements to authenticated, service_role;

-- An API key comes with the secret key, so row-level security would let it see everything; this header, believed with the secret key
-- only, is what confines it. The anonymous readers of a public dashboard are confined the same way.
create function private.confined_to() returns uuid
language sql stable set search_path = ''
as $$
  select case when (select auth.role()) = 'service_role'
    then (nullif(current_setting('request.headers', true), '')::jsonb ->> 'x-confined-to')::uuid end
$$;
comment on function private.confined_to() is 'The only organization this call may see, when it is made for an API key or a public dashboard; else null.';

-- in ---------------------------------------------------------------------------------------------------------------------

create function public.ingest_metrics(p_items jsonb) returns jsonb
language sql volatile set search_path = ''
as $$
  with item as (
    select *
    from jsonb_to_recordset(p_items) as item (
      index int, email text, source_name text, metric_date date, data jsonb, dimensions jsonb, meta jsonb
    )
  ),
  matched as (
    select item.*, u.id as user_id
    from item left join public.users u
      on lower(u.email) = lower(item.email)
      and u.org_id = coalesce((select private.confined_to()), u.org_id)
  ),
  -- Of two values for one row in a single request the later wins. The order also makes concurrent requests lock rows alike.
  reading as (
    select distinct on (user_id, source_name, metric_date, metric_name, dimensions) *
    from (
      select m.user_id, m.source_name, m.metric_date, value.key as metric_name, (value.value #>> '{}')::numeric as metric_value,
        coalesce(m.dimensions, '{}') as dimensions, m.meta, m.index
      from matched m cross join lateral jsonb_each(m.data) as value
      where m.user_id is not null
    ) r
    order by user_id, source_name, metric_date, metric_name, dimensions, index desc
  ),
  stored as (
    insert into public.metrics (user_id, source_name, metric_date, metric_name, metric_value, dimensions, meta)
    select user_id, source_name, metric_date, metric_name, metric_value, dimensions, meta from reading
    on conflict on constraint metrics_natural_key
      do update set metric_value = excluded.metric_value, meta = excluded.meta
  )
  select coalesce(
    jsonb_agg(jsonb_build_object('index', index, 'user_found', user_id is not null) order by index), '[]')
  from matched
$$;
comment on function public.ingest_metrics(jsonb) is
  'Stores [{index, email, source_name, metric_date, data: {name: number}, dimensions?, meta?}] and answers [{index, user_found}]. Sending again replaces.';

-- out --------------------------------------------------------------------------------------------------------------------

create function private.subject(
  p_email text, out user_id uuid, out org_id uuid, out time_zone text, out today date
)
language plpgsql stable set search_path = ''
as $$
declare
  v_confined_to uuid := (select private.confined_to());
begin
  if p_email is null and v_confined_to is not null then
    select null, o.id, o.time_zone into user_id, org_id, time_zone from public.organizations o where o.id = v_confined_to;
  elsif p_email is null and (select auth.uid()) is null then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail = 'email: is required';
  else
    select u.id, o.id, o.time_zone into user_id, org_id, time_zone
    from public.users u join public.organizations o on o.id = u.org_id
    where case when p_email is null then u.auth_user_id = (select auth.uid()) else lower(u.email) = lower(p_email) end
      and (v_confined_to is null or o.id = v_confined_to);
  end if;
  if org_id is null then
    raise exception using errcode = 'LL404', message = 'user_not_found', detail = 'User not found';
  end if;
  today := (now() at time zone time_zone)::date;
end $$;
comment on function private.subject(text) is
  'Whom a report is about: the person with that e-mail if the caller may see them, else the caller, else (user_id null) everybody of the organization the call is confined to; with the organization''s time zone and its date now.';

create function private.metric_values(
  p_org_id uuid, p_user_id uuid, p_names text[], p_start date, p_end date, p_bucket text default null
) returns table (metric_name text, bucket date, value numeric, n bigint, aggregation public.metric_aggregation)
language plpgsql stable set search_path = ''
-- So that the planner knows whether it is one person or everybody, and takes the index for it.
set plan_cache_mode = 'force_custom_plan'
as $$
#variable_conflict use_column
begin
  return query
  with definition as (
    select distinct on (d.metric_name) d.metric_name, d.aggregation
    from public.metric_definitions d
    where d.metric_name = any (p_names) and (d.org_id is null or d.org_id = p_org_id)
    order by d.metric_name, d.org_id nulls last
  )
  select
    m.metric_name,
    date_trunc(p_bucket, m.metric_date::timestamp)::date,
    case coalesce(d.aggregation, 'sum')
      when 'sum' then sum(m.metric_value)
      when 'avg' then avg(m.metric_value)
      when 'min' then min(m.metric_value)
      when 'max' then max(m.metric_value)
      when 'last' then
        (array_agg(m.metric_value order by m.metric_date desc, m.id desc) filter (where d.aggregation = 'last'))[1]
    end,
    count(*),
    coalesce(d.aggregation, 'sum')
  from public.metrics m
  left join definition d on d.metric_name = m.metric_name
  where m.org_id = p_org_id
    and (p_user_id is null or m.user_id = p_user_id)
    and m.metric_name = any (p_names)
    and m.metric_date between coalesce(p_start, '-infinity') and coalesce(p_end, 'infinity')
  group by 1, 2, d.aggregation;
end $$;
comment on function private.metric_values(uuid, uuid, text[], date, date, text) is
  'The metrics of a person, or of everybody in the organization (p_user_id null), aggregated as their definitions say, over the window (bucket null) or for each day, week or month of it. Missing ones have no row.';

create function private.metric_series(
  p_org_id uuid, p_user_id uuid, p_names text[], p_start date, p_end date, p_bucket text
) returns table (metric_name text, aggregation public.metric_aggregation, n bigint, series jsonb)
language sql stable set search_path = ''
as $$
  with reported as (
    select * from private.metric_values(p_org_id, p_user_id, p_names, p_start, p_end, p_bucket)
  ),
  metric as (
    select name as metric_name, max(r.aggregation) as aggregation, coalesce(sum(r.n), 0)::bigint as n
    from unnest(p_names) as name left join reported r on r.metric_name = name
    group by name
  ),
  bucket as (
    select day::date as day
    from generate_series(
      date_trunc(p_bucket, p_start::timestamp), p_end::timestamp, ('1 ' || p_bucket)::interval) as day
  )
  select metric.metric_name, metric.aggregation, metric.n,
    jsonb_agg(
      jsonb_build_object(
        'date', bucket.day,
        -- A silent day of something that adds up is 0, if the metric reported at all; anything else is unknown.
        'value', case when r.n is not null then r.value when metric.aggregation = 'sum' then 0 end)
      order by bucket.day)
  from metric cross join bucket
  left join reported r on r.metric_name = metric.metric_name and r.bucket = bucket.day
  group by metric.metric_name, metric.aggregation, metric.n
$$;
comment on function private.metric_series(uuid, uuid, text[], date, date, text) is
  'Gap-filled series of a person''s or an organization''s metrics: [{date, value}] for each day, week (from Monday) or month of the window.';

create function private.tile_metrics() returns table (key text, metric_name text, place int)
language sql immutable set search_path = ''
as $$
  values ('sessions', 'sessions', 1), ('conversions', 'conversions', 2), ('ig_reach', 'reach', 3), ('engagement', 'engagement', 4)
$$;
comment on function private.tile_metrics() is 'The four tiles of the dashboard and of the digest, in their order, and the metric behind each.';

create function private.tiles(
  p_org_id uuid, p_user_id uuid, p_time_zone text, p_start date, p_end date, p_compare text
) returns jsonb
language plpgsql stable set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
begin
  return (
  with names as (select array_agg(t.metric_name) as all from private.tile_metrics() t),
  extent as (
    select min(m.metric_date) as first, max(m.metric_date) as last
    from public.metrics m, names
    where m.org_id = p_org_id and (p_user_id is null or m.user_id = p_user_id) and m.metric_name = any (names.all)
  ),
  win as (select coalesce(p_start, extent.first) as start, coalesce(p_end, extent.last) as stop from extent),
  earlier as (
    select
      case p_compare when 'year' then (win.start - interval '1 year')::date
        when 'previous' then win.start - (win.stop - win.start + 1) end as start,
      case p_compare when 'year' then (win.stop - interval '1 year')::date
        when 'previous' then win.start - 1 end as stop
    from win
  ),
  now_values as (
    select v.* from win, names, private.metric_values(p_org_id, p_user_id, names.all, win.start, win.stop) v
  ),
  then_values as (
    select v.* from earlier, names, private.metric_values(p_org_id, p_user_id, names.all, earlier.start, earlier.stop) v
    where earlier.start is not null
  ),
  series as (
    select s.* from win, names, private.metric_series(p_org_id, p_user_id, names.all, win.start, win.stop, 'day') s
    where win.start is not null
  )
  select jsonb_build_object(
    'period', (
      select jsonb_build_object('start', start, 'end', stop, 'days', stop - start + 1, 'time_zone', p_time_zone) from win),
    'comparison', (
      select jsonb_build_object('mode', p_compare, 'start', start, 'end', stop) from earlier where start is not null),
    'tiles', (
      select jsonb_agg(jsonb_build_object(
        'key', t.key, 'label', d.label, 'unit', d.unit, 'direction', d.direction,
        'value', n.value, 'n', coalesce(n.n, 0),
        'previous', p.value, 'previous_n', coalesce(p.n, 0),
        'series', coalesce(s.series, '[]')) order by t.place)
      from private.tile_metrics() t
      join lateral (
        select md.label, md.unit, md.direction from public.metric_definitions md
        where md.metric_name = t.metric_name
          and (md.org_id is null or md.org_id = p_org_id)
        order by md.org_id nulls last limit 1
      ) d on true
      left join now_values n on n.metric_name = t.metric_name
      left join then_values p on p.metric_name = t.metric_name
      left join series s on s.metric_name = t.metric_name)));
end $$;
comment on function private.tiles(uuid, uuid, text, date, date, text) is
  'The four tiles of a person, or of everybody in the organization, over a window (null ends: all there is), with the previous window or year if asked.';

create function public.dashboard_tiles(
  p_email text default null, p_start date default null, p_end date default null, p_compare text default 'none'
) returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  v_subject record;
begin
  v_subject := private.subject(p_email);
  return private.tiles(
    v_subject.org_id, v_subject.user_id, v_subject.time_zone, p_start,
    case when p_start is not null then coalesce(p_end, v_subject.today) else p_end end, p_compare);
end $$;
comment on function public.dashboard_tiles(text, date, date, text) is
  'The four tiles of a person; p_compare is none, previous or year.';

create function public.metrics_timeline(
  p_email text default null, p_metrics text[] default null, p_start date default null, p_end date default null,
  p_granularity text default 'day'
) returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  v_subject record;
  v_end date;
  v_start date;
  v_names text[] := p_metrics;
begin
  v_subject := private.subject(p_email);
  v_end := coalesce(p_end, greatest(v_subject.today, p_start));
  v_start := coalesce(p_start, v_end - 29);
  if v_names is null then
    select coalesce(array_agg(name order by name), '{}') into v_names
    from (
      select distinct m.metric_name as name from public.metrics m
      where m.org_id = v_subject.org_id and (v_subject.user_id is null or m.user_id = v_subject.user_id) order by 1 limit 20
    ) n;
  end if;
  return jsonb_build_object(
    'period', jsonb_build_object(
      'start', v_start, 'end', v_end, 'days', v_end - v_start + 1, 'time_zone', v_subject.time_zone),
    'granularity', p_granularity,
    'metrics', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'metric_name', s.metric_name, 'aggregation', coalesce(s.aggregation, d.aggregation, 'sum'), 'n', s.n,
        'label', coalesce(d.label, s.metric_name), 'unit', coalesce(d.unit, 'count'),
        'direction', coalesce(d.direction, 'neutral'), 'series', s.series) order by array_position(v_names, s.metric_name)), '[]')
      from private.metric_series(v_subject.org_id, v_subject.user_id, v_names, v_start, v_end, p_granularity) s
      left join lateral (
        select md.* from public.metric_definitions md
        where md.metric_name = s.metric_name
          and (md.org_id is null or md.org_id = v_subject.org_id)
        order by md.org_id nulls last limit 1
      ) d on true));
end $$;
comment on function public.metrics_timeline(text, text[], date, date, text) is
  'Gap-filled series of a person''s metrics by day, week or month; without names the first 20 there are, without dates the last 30 days.';

create function public.metrics_catalog(p_email text default null) returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  v_user_id uuid;
  v_org_id uuid;
begin
  if p_email is not null or (select auth.uid()) is not null or (select private.confined_to()) is not null then
    select s.user_id, s.org_id into v_user_id, v_org_id from private.subject(p_email) s;
  end if;
  return (
    with definition as (
      select distinct on (d.metric_name) d.*
      from public.metric_definitions d
      where d.org_id is null or d.org_id = v_org_id
      order by d.metric_name, d.org_id nulls last
    ),
    reported as (
      select m.metric_name, count(*) as n, min(m.metric_date) as first_date, max(m.metric_date) as last_date,
        jsonb_agg(distinct m.source_name) as sources
      from public.metrics m
      where m.org_id = v_org_id and (v_user_id is null or m.user_id = v_user_id) group by m.metric_name
    )
    select coalesce(jsonb_agg(jsonb_build_object(
      'metric_name', coalesce(d.metric_name, r.metric_name), 'label', coalesce(d.label, r.metric_name),
      'description', coalesce(d.description, ''), 'unit', coalesce(d.unit, 'count'),
      'direction', coalesce(d.direction, 'neutral'), 'aggregation', coalesce(d.aggregation, 'sum'),
      'defined', d.metric_name is not null, 'n', coalesce(r.n, 0), 'first_date', r.first_date, 'last_date', r.last_date,
      'sources', coalesce(r.sources, '[]')) order by coalesce(d.metric_name, r.metric_name)), '[]')
    from definition d full join reported r on r.metric_name = d.metric_name);
end $$;
comment on function public.metrics_catalog(text) is
  'Every defined metric, and with a person also the undefined ones they have, with where and when it was reported.';

revoke execute on function
  public.ingest_metrics(jsonb), private.confined_to(), private.subject(text), private.metric_values(uuid, uuid, text[], date, date, text),
  private.metric_series(uuid, uuid, text[], date, date, text), private.tile_metrics(),
  private.tiles(uuid, uuid, text, date, date, text), public.dashboard_tiles(text, date, date, text),
  public.metrics_timeline(text, text[], date, date, text), public.metrics_catalog(text)
  from public, anon, authenticated;
grant execute on function public.ingest_metrics(jsonb) to service_role;
grant execute on function
  private.confined_to(), private.subject(text), private.metric_values(uuid, uuid, text[], date, date, text),
  private.metric_series(uuid, uuid, text[], date, date, text), private.tile_metrics(),
  private.tiles(uuid, uuid, text, date, date, text), public.dashboard_tiles(text, date, date, text),
  public.metrics_timeline(text, text[], date, date, text), public.metrics_catalog(text)
  to authenticated, service_role;
