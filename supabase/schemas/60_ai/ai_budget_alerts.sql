-- That a budget was crossed. The alert's key is the claim: whoever notes a crossing first, the totals' own trigger or
-- the sweep, is the only one, and writes the mails that tell of it (private.alert_mails).

create table private.ai_budget_alerts (
  budget_id uuid not null references private.ai_budgets (id)
    on delete cascade,
  period_start date not null,
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  spent_usd numeric(20, 10) not null,
  crossed_at timestamptz not null default now(),
  limit_usd numeric(14, 4) not null,
  primary key (budget_id, period_start)
);
comment on table private.ai_budget_alerts is
  'That a budget was crossed in a period: its key is what makes the alert go out once.';
create index ai_budget_alerts_org_id_idx on private.ai_budget_alerts (org_id);

alter table private.ai_budget_alerts enable row level security;
create policy "members read what belongs to their organization" on private.ai_budget_alerts
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.ai_budget_alerts from public, anon, authenticated, service_role;
grant select on private.ai_budget_alerts to authenticated, service_role;

create function private.budget_alert(p_budget_id uuid, p_period_start date, p_limit_usd numeric)
returns text
language sql
stable
set search_path = ''
as $$ select concat_ws('/', 'budget', p_budget_id, p_period_start, p_limit_usd) $$;
comment on function private.budget_alert(uuid, date, numeric) is
  'What the mails of a crossed budget are known by: a raised limit may be crossed again.';

-- Late sessions may cross the budget of a period that is over; one that was over before the budget was set is not its
-- business.
create function private.note_crossed_budgets(
  p_org_id uuid default null,
  p_developers text[] default null,
  p_now timestamptz default now()
)
returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_noted int;
begin
  with noted as (
  insert into private.ai_budget_alerts (budget_id, period_start, org_id, spent_usd, limit_usd, crossed_at)
  select b.id, period.start, b.org_id, spend.usd, b.limit_usd, p_now
  from private.ai_budgets b
  join public.organizations o on o.id = b.org_id
  cross join lateral (values (date_trunc(b.period, p_now at time zone o.time_zone))) as now_in (start)
  cross join lateral (values (now_in.start::date),
    ((now_in.start - ('1 ' || b.period)::interval)::date)) as period (start)
  cross join lateral (select private.budget_spend(b, o.time_zone, period.start)) as spend (usd)
  where (p_org_id is null or b.org_id = p_org_id)
    and (p_developers is null or b.developer_id = any (p_developers) or exists (
      select from private.team_members m where m.team_id = b.team_id and m.login = any (p_developers)))
    and (period.start + ('1 ' || b.period)::interval) at time zone o.time_zone > b.created_at
    and not exists (select from private.ai_budget_alerts a where a.budget_id = b.id and a.period_start = period.start)
    and spend.usd >= b.limit_usd
  order by b.id, period.start
  on conflict (budget_id, period_start) do nothing
  returning *
  ),
  told as (
    insert into private.alert_mails (kind, alert, org_id, user_id, content, expires_at)
    select 'budget', private.budget_alert(n.budget_id, n.period_start, n.limit_usd), n.org_id, m.user_id,
      jsonb_build_object('organization', o.name, 'who', coalesce('team ' || t.name, b.developer_id), 'period', b.period,
        'period_start', n.period_start, 'limit_usd', n.limit_usd::float8, 'spent_usd', n.spent_usd::float8),
      -- Of a period that is over it is news for a day.
      greatest((n.period_start + ('1 ' || b.period)::interval) at time zone o.time_zone, p_now + interval '1 day')
    from noted n
    join private.ai_budgets b on b.id = n.budget_id
    join public.organizations o on o.id = n.org_id
    left join private.teams t on t.id = b.team_id
    join public.memberships m on m.org_id = n.org_id and m.role in ('owner', 'admin')
    order by n.budget_id, n.period_start, m.user_id
    on conflict (alert, user_id) do nothing
  )
  select count(*) into v_noted from noted;
  return v_noted;
end $$;
comment on function private.note_crossed_budgets(uuid, text[], timestamptz) is
  'Notes, once a budget and period, that what was spent has reached the limit: for all, or for the budgets of an '
  'organization''s developers.';

-- Security definer: alerts are written by nobody else, whoever stores sessions.
create function private.note_budgets_of_totals()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_org record;
begin
  for v_org in
    select a.org_id, array_agg(distinct a.developer_id) as developers
    from added a where exists (select from private.ai_budgets b where b.org_id = a.org_id)
    group by a.org_id order by a.org_id
  loop
    perform private.note_crossed_budgets(v_org.org_id, v_org.developers);
  end loop;
  return null;
end $$;
comment on function private.note_budgets_of_totals() is
  'Holds what was just added to the totals against the budgets it counts in.';

create trigger ai_totals_spent_added
after insert on private.ai_totals
referencing new table as added
for each statement
execute function private.note_budgets_of_totals();
create trigger ai_totals_spent_changed
after update on private.ai_totals
referencing new table as added
for each statement
execute function private.note_budgets_of_totals();

create function private.sweep_budgets()
returns bigint
language plpgsql
volatile
set search_path = ''
as $$
begin
  perform private.note_crossed_budgets();
  return case when public.alert_mails_due_count('budget') > 0 then
    private.call_function('budget-alerts', '/insights/budgets/alerts') end;
end $$;
comment on function private.sweep_budgets() is
  'Notes budgets that were crossed without any one session doing it, and has due alerts sent; answers the id of the '
  'request, or null.';

revoke execute
on function private.note_crossed_budgets(uuid, text[], timestamptz),
private.note_budgets_of_totals(),
private.budget_alert(uuid, date, numeric),
private.sweep_budgets()
from public, anon, authenticated;
grant execute on function private.budget_alert(uuid, date, numeric) to authenticated, service_role;

select cron.schedule('budget-alerts', '*/2 * * * *', 'select private.sweep_budgets()');
