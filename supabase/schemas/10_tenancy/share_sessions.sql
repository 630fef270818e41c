-- How the readers of a share link read. Whoever opens a link gets a session; every read of it comes through
-- read_by_share(), which lets through what the link shows and nothing else, and reads as a role that row-level
-- security holds for: of the link's organization, and of no person.

create function private.share_reads()
returns table (tab text, name text, arguments text[])
language sql
immutable
set search_path = ''
as $$
  values
    ('overview', 'dashboard_overview', '{}'::text[]),
    ('events', 'analytics_overview', '{p_feature_name}'),
    ('events', 'analytics_active_users', '{}'),
    ('events', 'analytics_events', '{p_page,p_page_size}'),
    ('events', 'analytics_breakdown', '{p_by,p_feature_name,p_top}'),
    ('retention', 'analytics_retention', '{p_period,p_periods,p_start_event,p_return_event,p_breakdown}'),
    ('retention', 'analytics_events', '{p_page,p_page_size}'),
    ('funnel', 'analytics_funnel', '{p_steps,p_window_seconds,p_is_strict,p_breakdown}'),
    ('funnel', 'analytics_events', '{p_page,p_page_size}'),
    ('paths', 'analytics_flow', '{p_event,p_depth,p_top}'),
    ('paths', 'analytics_events', '{p_page,p_page_size}'),
    ('delivery', 'dora_summary', '{}'),
    ('delivery', 'dora_trend', '{p_bucket,p_parts}'),
    ('delivery', 'dora_metric', '{p_metric,p_drill,p_page,p_page_size}'),
    ('ai', 'ai_metrics', '{}')
$$;
comment on function private.share_reads() is
  'What each tab of a link may call, and with which arguments beside the organization, the days and what they are '
  'compared with. No row of it is about one person.';

create table private.share_sessions (
  token_hash text primary key check (char_length(token_hash) = 64),
  share_id uuid not null references public.shares (id)
    on delete cascade,
  expires_at timestamptz not null
);
comment on table private.share_sessions is 'Who has opened a link; only a hash of what they show is kept.';
create index share_sessions_share_id_idx on private.share_sessions (share_id);
create index share_sessions_expires_at_idx on private.share_sessions (expires_at);

alter table private.share_sessions enable row level security;
revoke all on private.share_sessions from public, anon, authenticated, service_role;

select
  cron.schedule('trim-share-sessions', '29 * * * *', 'delete from private.share_sessions where expires_at < now()');

create function public.open_share(p_id uuid, p_secret_hash text, p_session_hash text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_share public.shares;
  v_expires_at timestamptz;
begin
  update public.shares s set opens = least(s.opens::bigint + 1, 2147483647), last_opened_at = now()
  where s.id = p_id and s.secret_hash = p_secret_hash and private.is_open(s)
  returning * into v_share;
  if not found then
    raise exception using errcode = 'LL404', message = 'not_found',
      detail = 'This link is wrong, was revoked or has expired';
  end if;
  insert into private.share_sessions (token_hash, share_id, expires_at)
  values (p_session_hash, p_id, least(v_share.expires_at, now() + interval '8 hours'))
  returning expires_at into v_expires_at;
  return (
    select jsonb_build_object('name', v_share.name, 'view', v_share.tabs, 'compare', v_share.compare, 'expires_at',
      v_expires_at,
      'range', case when v_share.first_day is not null
        then jsonb_build_object('start', v_share.first_day, 'end', v_share.last_day) end,
      'rolling', v_share.rolling_days,
      'organization', jsonb_build_object('id', o.id, 'name', o.name, 'time_zone', o.time_zone, 'min_group_size',
        o.min_group_size))
    from public.organizations o where o.id = v_share.org_id);
end $$;
comment on function public.open_share(uuid, text, text) is
  'Opens a link, counts that, and keeps the hash of the session that reads by it: eight hours at most.';

create function public.authenticate_share(p_session_hash text)
returns uuid
language sql
stable
security definer
set search_path = ''
as $$
  select s.id from private.share_sessions o join public.shares s on s.id = o.share_id
  where o.token_hash = p_session_hash and o.expires_at > now() and private.is_open(s)
$$;
comment on function public.authenticate_share(text) is 'The link that a session reads by, or null when that is over.';

create function private.share_id()
returns uuid
language plpgsql
stable
set search_path = ''
as $$ begin return nullif(current_setting('livinglytics.share_id', true), '')::uuid; end $$;
comment on function private.share_id() is
  'The link that the running statement reads by, or null. Only read_by_share() sets it, and no client of the data '
  'API can.';

-- Security definer, because policies ask it and the reader of a link sees no link.
create function private.shared_organization()
returns uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if private.share_id() is null then
    return null;
  end if;
  return (select s.org_id from public.shares s where s.id = private.share_id() and private.is_open(s));
end $$;
comment on function private.shared_organization() is
  'The organization of the link that the running statement reads by, or null.';

-- The days that a link shows: those named, or so many that end yesterday.
create function private.share_days(p_share public.shares, out first_day date, out last_day date)
language plpgsql
stable
set search_path = ''
as $$
begin
  first_day := p_share.first_day;
  last_day := p_share.last_day;
  if p_share.rolling_days is not null then
    last_day := (
      select (now() at time zone o.time_zone)::date - 1 from public.organizations o where o.id = p_share.org_id);
    first_day := last_day - p_share.rolling_days + 1;
  end if;
end $$;
comment on function private.share_days(public.shares) is 'The first and last day that a link shows.';

create function private.share_arguments(p_share public.shares, p_read text, p_args jsonb)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_args jsonb := jsonb_strip_nulls(p_args);
  v_days record := private.share_days(p_share);
  v_allowed text[] := (
    select array_agg(distinct argument) || '{p_org_id}' from private.share_reads() r
    cross join lateral unnest(r.arguments || array['p_start', 'p_end', 'p_compare', 'p_previous']) argument
    where r.name = p_read and r.tab = any (p_share.tabs));
  v_known text[] := (
    select p.proargnames from pg_catalog.pg_proc p where p.pronamespace = 'public'::regnamespace
      and p.proname = p_read);
  v_refused text;
  v_years interval := interval '0';
  v_slack int := 0;
begin
  -- What a tab reads is versioned by the state of the organization's analytics, which says no number.
  if p_read = 'analytics_state' and exists (
    select from private.share_reads() r where r.name like 'analytics%' and r.tab = any (p_share.tabs)) then
    return jsonb_build_object('p_org_id', p_share.org_id);
  end if;
  if v_allowed is null then
    raise exception using errcode = 'LL403', message = 'forbidden', detail = 'This link does not show that';
  end if;
  select key into v_refused from jsonb_object_keys(v_args) key where not key = any (v_allowed)
    or not key = any (v_known) limit 1;
  if v_refused is not null then
    raise exception using errcode = 'LL403', message = 'forbidden',
      detail = format('This link does not show that: %s', substr(v_refused, 3));
  end if;
  if v_args ->> 'p_org_id' <> p_share.org_id::text then
    raise exception using errcode = 'LL404', message = 'not_found', detail = 'Organization not found';
  end if;
  if v_args ->> 'p_compare' not in ('none', p_share.compare) or (v_args ->> 'p_previous')::boolean
    and p_share.compare <> 'previous' then
    raise exception using errcode = 'LL403', message = 'forbidden',
      detail = format('This link compares with %s',
        case p_share.compare when 'none' then 'nothing' else p_share.compare end);
  end if;
  v_args := jsonb_build_object('p_start', v_days.first_day, 'p_end', v_days.last_day) || v_args
    || jsonb_build_object('p_org_id', p_share.org_id);
  if 'p_compare' = any (v_known) and not v_args ? 'p_compare' then
    v_args := v_args || '{"p_compare": "none"}';
  end if;
  -- Analytics reads the year before as days of their own, retention as whole weeks or months.
  if p_share.compare = 'year' and (v_args ->> 'p_end')::date < v_days.first_day then
    v_years := '1 year';
    v_slack := case when p_read = 'analytics_retention' then 31 else 0 end;
  end if;
  if (v_args ->> 'p_start')::date < (v_days.first_day - v_years)::date - v_slack
    or (v_args ->> 'p_end')::date > (v_days.last_day - v_years)::date + v_slack then
    raise exception using errcode = 'LL403', message = 'forbidden',
      detail = format('This link shows the days from %s to %s', v_days.first_day, v_days.last_day);
  end if;
  return v_args;
end $$;
comment on function private.share_arguments(public.shares, text, jsonb) is
  'What a function is called with for a link''s reader: its organization, its days unless some of them are named, '
  'and what its tabs may say; anything else is refused.';

create function private.share_of_session(p_session_hash text)
returns public.shares
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_share public.shares;
begin
  select s.* into v_share from public.shares s where s.id = public.authenticate_share(p_session_hash);
  if not found then
    raise exception using errcode = 'LL401', message = 'expired_token', detail = 'Open the link again';
  end if;
  return v_share;
end $$;
comment on function private.share_of_session(text) is 'The link that a session reads by; 401 when that is over.';

-- Not security definer: it goes on as members do, until the request's transaction ends, so that row-level security
-- holds for what it reads.
create function public.read_by_share(p_session_hash text, p_read text, p_args jsonb)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_share public.shares := private.share_of_session(p_session_hash);
  v_args jsonb := private.share_arguments(v_share, p_read, p_args);
  v_names text;
  v_types text;
  v_answer jsonb;
begin
  select string_agg(format('%1$I => given.%1$I', a.name), ', '), string_agg(format('%I %s', a.name, a.type), ', ')
  into v_names, v_types
  from pg_catalog.pg_proc p
  cross join lateral (
    select arg.name, pg_catalog.format_type(arg.type, null) as type
    from unnest(p.proargnames, p.proargtypes::oid[]) as arg (name, type)
  ) a
  where p.pronamespace = 'public'::regnamespace and p.proname = p_read and v_args ? a.name;
  perform set_config('request.jwt.claims', '{"role": "authenticated"}', true), set_config('request.jwt.claim.sub',
    '', true),
    set_config('request.jwt.claim.role', 'authenticated', true), set_config('livinglytics.share_id',
      v_share.id::text, true),
    set_config('role', 'authenticated', true);
  execute format('select public.%I(%s) from jsonb_to_record($1) as given (%s)', p_read, v_names, v_types)
  into v_answer using v_args;
  return v_answer;
end $$;
comment on function public.read_by_share(text, text, jsonb) is
  'What a read answers the reader of a link: of the tabs, the days and the organization that the link shows, as '
  'row-level security lets them see it.';

revoke execute
on function private.share_reads(),
public.open_share(uuid, text, text),
public.authenticate_share(text),
private.share_id(),
private.shared_organization(),
private.share_days(public.shares),
private.share_arguments(public.shares, text, jsonb),
private.share_of_session(text),
public.read_by_share(text, text, jsonb)
from public, anon, authenticated;
grant execute on function private.share_id(), private.shared_organization() to authenticated, service_role;
grant execute
on function private.share_reads(),
public.open_share(uuid, text, text),
public.authenticate_share(text),
private.share_days(public.shares),
private.share_arguments(public.shares, text, jsonb),
private.share_of_session(text),
public.read_by_share(text, text, jsonb)
to service_role;
