-- The totals of AI sessions once more, by hour alone and by hour, repository and model, so that a read costs by the
-- hours it spans and not by how many people and sessions there are. Triggers keep them as exact as private.ai_totals,
-- in the same transaction and whoever writes there.

create table private.ai_hours (
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  hour timestamptz not null,
  developers int not null default 0,
  sessions int not null default 0,
  failed_sessions int not null default 0,
  accepted int not null default 0,
  rejected int not null default 0,
  tokens bigint not null default 0,
  accepted_tokens bigint not null default 0,
  accepted_lines bigint not null default 0,
  cost_usd numeric(20, 10) not null default 0,
  uncosted_sessions int not null default 0,
  latency_ms_sum bigint not null default 0,
  latency_calls int not null default 0,
  unmeasured_sessions int not null default 0,
  measured_lines bigint not null default 0,
  people_accepted int not null default 0,
  people_rejected int not null default 0,
  automatic_decisions int not null default 0,
  fresh_tokens bigint not null default 0,
  cached_tokens bigint not null default 0,
  primary key (org_id, hour)
);
comment on table private.ai_hours is 'Sessions by the hour they started in: always the sum over ai_totals.';
comment on column private.ai_hours.developers is 'Distinct developers with a session in the hour.';

alter table private.ai_hours enable row level security;
create policy "members read what belongs to their organization" on private.ai_hours
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.ai_hours from public, anon, authenticated, service_role;
grant select on private.ai_hours to authenticated, service_role;

create table private.ai_model_hours (
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  hour timestamptz not null,
  repository text not null,
  model text not null,
  sessions int not null default 0,
  cost_usd numeric(20, 10) not null default 0,
  uncosted_sessions int not null default 0,
  primary key (org_id, hour, repository, model)
);
comment on table private.ai_model_hours is
  'Sessions and what they cost by hour, repository and model: always the sum over ai_totals.';

alter table private.ai_model_hours enable row level security;
create policy "members read what belongs to their organization" on private.ai_model_hours
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.ai_model_hours from public, anon, authenticated, service_role;
grant select on private.ai_model_hours to authenticated, service_role;

create function private.add_to_ai_hours(p_added private.ai_totals[], p_removed private.ai_totals[])
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  -- One statement comes here twice, with what it inserted and what it changed: two that touch the same hours in another
  -- order would wait for each other.
  perform pg_advisory_xact_lock(hashtextextended('ai_hours ' || o.org_id, 0))
  from (select distinct t.org_id from unnest(p_added || p_removed) t order by 1) o;

  -- Without its organization a row goes because the organization does, and takes the hours along.
  insert into private.ai_hours as h (
    org_id, hour, sessions, failed_sessions, accepted, rejected, tokens, accepted_tokens, accepted_lines, cost_usd,
      uncosted_sessions,
    latency_ms_sum, latency_calls, unmeasured_sessions, measured_lines, people_accepted, people_rejected,
      automatic_decisions,
    fresh_tokens, cached_tokens)
  select c.org_id, c.hour, sum(c.sign * c.sessions), sum(c.sign * c.failed_sessions), sum(c.sign * c.accepted),
    sum(c.sign * c.rejected), sum(c.sign * c.tokens), sum(c.sign * c.accepted_tokens), sum(c.sign * c.accepted_lines),
    sum(c.sign * c.cost_usd), sum(c.sign * c.uncosted_sessions), sum(c.sign * c.latency_ms_sum),
      sum(c.sign * c.latency_calls),
    sum(c.sign * c.unmeasured_sessions), sum(c.sign * c.measured_lines), sum(c.sign * c.people_accepted),
    sum(c.sign * c.people_rejected), sum(c.sign * c.automatic_decisions), sum(c.sign * c.fresh_tokens),
      sum(c.sign * c.cached_tokens)
  from (select 1 as sign, t.* from unnest(p_added) t union all select -1, t.* from unnest(p_removed) t) c
  join public.organizations o on o.id = c.org_id
  group by 1, 2 order by 1, 2
  on conflict (org_id, hour) do update set
    sessions = h.sessions + excluded.sessions, failed_sessions = h.failed_sessions + excluded.failed_sessions,
    accepted = h.accepted + excluded.accepted, rejected = h.rejected + excluded.rejected,
    tokens = h.tokens + excluded.tokens,
    accepted_tokens = h.accepted_tokens + excluded.accepted_tokens,
    accepted_lines = h.accepted_lines + excluded.accepted_lines,
    cost_usd = h.cost_usd + excluded.cost_usd, uncosted_sessions = h.uncosted_sessions + excluded.uncosted_sessions,
    latency_ms_sum = h.latency_ms_sum + excluded.latency_ms_sum, latency_calls = h.latency_calls
      + excluded.latency_calls,
    unmeasured_sessions = h.unmeasured_sessions + excluded.unmeasured_sessions, measured_lines = h.measured_lines
      + excluded.measured_lines,
    people_accepted = h.people_accepted + excluded.people_accepted, people_rejected = h.people_rejected
      + excluded.people_rejected,
    automatic_decisions = h.automatic_decisions + excluded.automatic_decisions, fresh_tokens = h.fresh_tokens
      + excluded.fresh_tokens,
    cached_tokens = h.cached_tokens + excluded.cached_tokens;

  insert into private.ai_model_hours as h (org_id, hour, repository, model, sessions, cost_usd, uncosted_sessions)
  select c.org_id, c.hour, c.repository, c.model, sum(c.sign * c.sessions), sum(c.sign * c.cost_usd),
    sum(c.sign * c.uncosted_sessions)
  from (select 1 as sign, t.* from unnest(p_added) t union all select -1, t.* from unnest(p_removed) t) c
  join public.organizations o on o.id = c.org_id
  group by 1, 2, 3, 4 order by 1, 2, 3, 4
  on conflict (org_id, hour, repository, model) do update set sessions = h.sessions + excluded.sessions,
    cost_usd = h.cost_usd + excluded.cost_usd, uncosted_sessions = h.uncosted_sessions + excluded.uncosted_sessions;

  -- Of two who add to an hour at once the second was kept waiting, and counts what the first has committed.
  update private.ai_hours h set developers = (
    select count(distinct t.developer_id) from private.ai_totals t
    where t.org_id = h.org_id and t.hour = h.hour and t.sessions > 0)
  from (
    select distinct c.org_id, c.hour
    from (select 1 as sign, t.* from unnest(p_added) t union all select -1, t.* from unnest(p_removed) t) c
    group by c.org_id, c.hour, c.developer_id, c.repository, c.model having sum(c.sign * (c.sessions > 0)::int) <> 0
  ) changed
  where h.org_id = changed.org_id and h.hour = changed.hour;
end $$;
comment on function private.add_to_ai_hours(private.ai_totals[], private.ai_totals[]) is
  'Carries rows that were added to ai_totals, and rows that were taken away, over to the sums by hour.';

-- Security definer: totals also go with their organization, and whoever deletes that may not write here.
create function private.follow_ai_totals()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_added private.ai_totals[] := '{}';
  v_removed private.ai_totals[] := '{}';
begin
  if tg_op in ('INSERT', 'UPDATE') then
    v_added := array(select row(t.*)::private.ai_totals from added t);
  end if;
  if tg_op in ('UPDATE', 'DELETE') then
    v_removed := array(select row(t.*)::private.ai_totals from removed t);
  end if;
  if cardinality(v_added) + cardinality(v_removed) > 0 then
    perform private.add_to_ai_hours(v_added, v_removed);
  end if;
  return null;
end $$;
comment on function private.follow_ai_totals() is
  'Keeps the sums by hour what ai_totals adds up to, once a statement.';

create trigger ai_totals_added
after insert on private.ai_totals
referencing new table as added
for each statement
execute function private.follow_ai_totals();
create trigger ai_totals_changed
after update on private.ai_totals
referencing old table as removed new table as added
for each statement
execute function private.follow_ai_totals();
create trigger ai_totals_removed
after delete on private.ai_totals
referencing old table as removed
for each statement
execute function private.follow_ai_totals();

create function private.ai_known(p_sum numeric, p_sessions numeric, p_unknown numeric)
returns numeric
language sql
immutable
set search_path = ''
as $$
  select case when coalesce(p_sessions, 0) = 0 or p_unknown < p_sessions then coalesce(p_sum, 0) end
$$;
comment on function private.ai_known(numeric, numeric, numeric) is
  'A sum over sessions, of which some do not say their part: null where none does, for unknown is not 0.';

create function private.ai_cut_hours(
  p_org_id uuid,
  p_from timestamptz,
  p_to timestamptz,
  p_time_zone text default null
)
returns setof timestamptz
language sql
stable
rows 3
set search_path = ''
as $$
  select distinct date_trunc('hour', cut.at, 'UTC')
  from (
    select p_from as at union all select p_to
    union all
    select day at time zone p_time_zone
    from generate_series(
      date_trunc('day', p_from at time zone p_time_zone), date_trunc('day', p_to at time zone p_time_zone),
      interval '1 day') day
  ) cut
  where cut.at between p_from and p_to and cut.at <> date_trunc('hour', cut.at, 'UTC')
    -- Of sessions that are no longer kept the hour is all there is to know: it counts where it begins.
    and cut.at >= coalesce((select t.removed_before from private.trims t where t.org_id = p_org_id
      and t.kind = 'ai'), '-infinity')
$$;
comment on function private.ai_cut_hours(uuid, timestamptz, timestamptz, text) is
  'The hours that an end of the window, or with a time zone a midnight in it, cuts in two: sums by hour cannot tell '
  'their parts apart. Not those whose sessions are no longer kept.';

-- How much a window holds is known only when it is asked for; taken for far more than it is, it would be compiled
-- (jit) for longer than it runs. That goes for every read of this kind.
create function private.ai_hours_between(
  p_org_id uuid,
  p_from timestamptz,
  p_to timestamptz,
  p_time_zone text default null
)
returns table (
  at timestamptz,
  developers bigint,
  sessions bigint,
  failed_sessions bigint,
  accepted bigint,
  rejected bigint,
  tokens bigint,
  accepted_tokens bigint,
  accepted_lines bigint,
  cost_usd numeric,
  uncosted_sessions bigint,
  latency_ms_sum bigint,
  latency_calls bigint,
  unmeasured_sessions bigint,
  measured_lines bigint,
  people_accepted bigint,
  people_rejected bigint,
  automatic_decisions bigint,
  fresh_tokens bigint,
  cached_tokens bigint
)
language sql
stable
rows 1000
set search_path = ''
set jit = off
as $$
  select h.hour, h.developers, h.sessions, h.failed_sessions, h.accepted, h.rejected, h.tokens, h.accepted_tokens,
    h.accepted_lines,
    h.cost_usd, h.uncosted_sessions, h.latency_ms_sum, h.latency_calls, h.unmeasured_sessions, h.measured_lines,
      h.people_accepted,
    h.people_rejected, h.automatic_decisions, h.fresh_tokens, h.cached_tokens
  from private.ai_hours h
  where h.org_id = p_org_id and h.hour >= p_from and h.hour < p_to and h.sessions > 0
    and h.hour not in (select private.ai_cut_hours(p_org_id, p_from, p_to, p_time_zone))
  union all
  select min(s.started_at), count(distinct s.developer_id), count(*), count(*) filter (where s.failed_calls > 0),
    count(*) filter (where s.accepted), count(*) filter (where not s.accepted),
    coalesce(sum(s.total_tokens), 0)::bigint,
    coalesce(sum(s.total_tokens) filter (where s.accepted and s.accepted_lines is not null), 0)::bigint,
    coalesce(sum(s.accepted_lines) filter (where s.accepted), 0)::bigint,
    coalesce(sum(s.cost_usd), 0), count(*) filter (where s.cost_usd is null), sum(s.latency_ms_sum)::bigint,
    sum(s.latency_calls)::bigint, count(*) filter (where s.total_tokens is null),
    coalesce(sum(s.accepted_lines) filter (where s.accepted and s.total_tokens is not null), 0)::bigint,
    sum(s.people_accepted)::bigint, sum(s.people_rejected)::bigint, sum(s.automatic_decisions)::bigint,
    coalesce(sum(s.total_tokens - s.cache_read_tokens) filter (where s.accepted and s.accepted_lines is not null),
      0)::bigint,
    coalesce(sum(s.cache_read_tokens) filter (where s.accepted and s.accepted_lines is not null
      and s.total_tokens is not null), 0)::bigint
  from private.ai_cut_hours(p_org_id, p_from, p_to, p_time_zone) as cut (hour)
  join private.ai_sessions s on s.org_id = p_org_id
    and s.started_at >= greatest(cut.hour, p_from) and s.started_at < least(cut.hour + interval '1 hour', p_to)
  group by cut.hour, (s.started_at at time zone p_time_zone)::date
$$;
comment on function private.ai_hours_between(uuid, timestamptz, timestamptz, text) is
  'What the sessions that began in the window [from, to) add up to, by hour: whole hours from their sums, cut ones '
  'from the sessions themselves. With a time zone every row lies in one of its days.';

revoke execute
on function private.add_to_ai_hours(private.ai_totals[], private.ai_totals[]),
private.follow_ai_totals(),
private.ai_known(numeric, numeric, numeric),
private.ai_cut_hours(uuid, timestamptz, timestamptz, text),
private.ai_hours_between(uuid, timestamptz, timestamptz, text)
from public, anon, authenticated;
grant execute
on function private.ai_known(numeric, numeric, numeric),
private.ai_cut_hours(uuid, timestamptz, timestamptz, text),
private.ai_hours_between(uuid, timestamptz, timestamptz, text)
to authenticated, service_role;
