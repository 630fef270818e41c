-- Budgets: what a team or a developer may spend on models in a period.

create table private.ai_budgets (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  team_id uuid references private.teams (id)
    on delete cascade,
  developer_id text check (char_length(developer_id) between 1 and 200),
  period text not null check (period in ('day', 'week', 'month')),
  limit_usd numeric(14, 4) not null check (limit_usd > 0),
  created_at timestamptz not null default now(),
  check ((team_id is null) <> (developer_id is null))
);
comment on table private.ai_budgets is
  'How much a team or a developer may spend in a period before an alert goes out.';
create unique index ai_budgets_key on private.ai_budgets (
  org_id,
  coalesce(team_id::text, ''),
  coalesce(developer_id, ''),
  period
);
create index ai_budgets_team_id_idx on private.ai_budgets (team_id);

alter table private.ai_budgets enable row level security;
create policy "members read what belongs to their organization" on private.ai_budgets
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.ai_budgets from public, anon, authenticated, service_role;
grant select on private.ai_budgets to authenticated, service_role;

create function private.budget_spend(p_budget private.ai_budgets, p_time_zone text, p_period_start date)
returns numeric
language plpgsql
stable
set search_path = ''
set jit = off
as $$
declare
  v_from timestamptz := p_period_start::timestamp at time zone p_time_zone;
  v_to timestamptz := (p_period_start + ('1 ' || p_budget.period)::interval) at time zone p_time_zone;
  v_developers text[] := case when p_budget.team_id is null then array[p_budget.developer_id]
    else array(select m.login from private.team_members m where m.team_id = p_budget.team_id) end;
begin
  return coalesce((
    select sum(t.cost_usd) from private.ai_totals t
    where t.org_id = p_budget.org_id and t.developer_id = any (v_developers)
      and t.hour >= v_from and t.hour < v_to
      and t.hour not in (select private.ai_cut_hours(p_budget.org_id, v_from, v_to))), 0)
  + coalesce((
    select sum(s.cost_usd)
    from private.ai_cut_hours(p_budget.org_id, v_from, v_to) as cut (hour)
    join private.ai_sessions s on s.org_id = p_budget.org_id and s.developer_id = any (v_developers)
      and s.started_at >= greatest(cut.hour, v_from) and s.started_at < least(cut.hour + interval '1 hour', v_to)), 0);
end $$;
comment on function private.budget_spend(private.ai_budgets, text, date) is
  'US dollars that a budget''s people spent in the period that begins on a day of the time zone.';

create function private.budget_json(p_budget private.ai_budgets)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', p_budget.id, 'developer_id', p_budget.developer_id,
    'team', (select jsonb_build_object('id', t.id, 'name', t.name) from private.teams t where t.id = p_budget.team_id),
    'period', p_budget.period, 'limit_usd', p_budget.limit_usd::float8, 'period_start', period.start,
    'spent_usd', private.budget_spend(p_budget, o.time_zone, period.start)::float8, 'created_at', p_budget.created_at,
    'alert', (
      select jsonb_build_object('crossed_at', a.crossed_at, 'spent_usd', a.spent_usd::float8,
        'state', private.alert_state(private.budget_alert(a.budget_id, a.period_start, a.limit_usd)))
      from private.ai_budget_alerts a where a.budget_id = p_budget.id and a.period_start = period.start))
  from public.organizations o
  cross join lateral (select date_trunc(p_budget.period, now() at time zone o.time_zone)::date) as period (start)
  where o.id = p_budget.org_id
$$;
comment on function private.budget_json(private.ai_budgets) is
  'A budget as the API shows it, with what was spent of it in the running period.';

-- Security definer: clients may not write budgets but through here.
create function public.set_ai_budget(p_budget jsonb, p_org_id uuid default null)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
  v_team_id uuid;
  v_budget private.ai_budgets;
begin
  perform private.require_role(v_org_id, '{owner,admin}');
  if p_budget ->> 'team' is not null then
    select t.id into v_team_id from private.teams t
    where t.org_id = v_org_id and (t.id::text = lower(p_budget ->> 'team')
      or lower(t.name) = lower(p_budget ->> 'team'))
    order by (t.id::text = lower(p_budget ->> 'team')) desc limit 1;
    if v_team_id is null then
      raise exception using errcode = 'LL404', message = 'not_found',
        detail = 'No team of the organization has this id or name';
    end if;
  end if;
  insert into private.ai_budgets as b (org_id, team_id, developer_id, period, limit_usd)
  values (v_org_id, v_team_id, lower(p_budget ->> 'developer_id'), p_budget ->> 'period',
    (p_budget ->> 'limit_usd')::numeric)
  on conflict (org_id, coalesce(team_id::text, ''), coalesce(developer_id, ''), period)
    do update set limit_usd = excluded.limit_usd
  returning * into v_budget;
  -- A raised limit may be crossed again, and that is news.
  delete from private.ai_budget_alerts a
  where a.budget_id = v_budget.id and a.limit_usd < v_budget.limit_usd and a.spent_usd < v_budget.limit_usd;
  perform private.note_crossed_budgets(v_org_id);
  return private.budget_json(v_budget);
end $$;
comment on function public.set_ai_budget(jsonb, uuid) is
  'Sets the budget {team (id or name) | developer_id, period, limit_usd}, in place of the one there was; owners and '
  'admins.';

create function public.ai_budgets(p_org_id uuid default null, p_page int default 1, p_page_size int default 20)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
begin
  return jsonb_build_object(
    'total_count', (select count(*) from private.ai_budgets b where b.org_id = v_org_id),
    'budgets', (
      select coalesce(jsonb_agg(private.budget_json(page.b) order by (page.b).created_at, (page.b).id), '[]')
      from (
        select b from private.ai_budgets b where b.org_id = v_org_id
        order by b.created_at, b.id limit least(p_page_size, 1000) offset (p_page - 1) * p_page_size
      ) page));
end $$;
comment on function public.ai_budgets(uuid, int, int) is 'A page of an organization''s budgets, the oldest first.';

-- Security definer: see set_ai_budget().
create function public.delete_ai_budget(p_id uuid, p_org_id uuid default null)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
begin
  perform private.require_role(v_org_id, '{owner,admin}');
  delete from private.ai_budgets where id = p_id and org_id = v_org_id;
  if not found then
    raise exception using errcode = 'LL404', message = 'not_found', detail = 'Budget not found';
  end if;
end $$;
comment on function public.delete_ai_budget(uuid, uuid) is
  'Deletes a budget and what was noted of it; owners and admins.';

revoke execute
on function private.budget_spend(private.ai_budgets, text, date),
private.budget_json(private.ai_budgets),
public.set_ai_budget(jsonb, uuid),
public.ai_budgets(uuid, int, int),
public.delete_ai_budget(uuid, uuid)
from public, anon, authenticated;
grant execute
on function private.budget_spend(private.ai_budgets, text, date),
private.budget_json(private.ai_budgets),
public.set_ai_budget(jsonb, uuid),
public.ai_budgets(uuid, int, int),
public.delete_ai_budget(uuid, uuid)
to authenticated, service_role;
