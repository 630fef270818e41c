-- The one mail that says a budget was crossed. The alert's key is the claim: whoever notes a crossing first, the
-- totals' own trigger or the sweep, is the only one. Sending is a matter of its own, tried again until the mails are
-- out.

create table private.ai_budget_alerts (
  budget_id uuid not null references private.ai_budgets (id)
    on delete cascade,
  period_start date not null,
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  spent_usd numeric(20, 10) not null,
  crossed_at timestamptz not null default now(),
  limit_usd numeric(14, 4) not null,
  state text not null default 'pending' check (state in ('pending', 'sent', 'stored', 'failed')),
  attempts int not null default 0,
  next_attempt_at timestamptz not null default now(),
  primary key (budget_id, period_start)
);
comment on table private.ai_budget_alerts is
  'That a budget was crossed in a period: its key is what makes the alert go out once.';
comment on column private.ai_budget_alerts.state is
  'stored: nobody could be mailed, for want of a mail provider or of an address.';
create index ai_budget_alerts_pending_idx on private.ai_budget_alerts (next_attempt_at) where state = 'pending';
create index ai_budget_alerts_org_id_idx on private.ai_budget_alerts (org_id);

alter table private.ai_budget_alerts enable row level security;
create policy "members read what belongs to their organization" on private.ai_budget_alerts
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.ai_budget_alerts from public, anon, authenticated, service_role;
grant select on private.ai_budget_alerts to authenticated, service_role;

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
  on conflict (budget_id, period_start) do nothing;
  get diagnostics v_noted = row_count;
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

-- Security definer: the service may read alerts, and only this writes them.
create function public.claim_budget_alerts(p_limit int)
returns jsonb
language sql
volatile
security definer
set search_path = ''
as $$
  with claimed as (
    update private.ai_budget_alerts a
    -- The lease doubles with every attempt: the eighth is within half a day, while the mail provider still knows our
    -- keys.
    set attempts = a.attempts + 1, next_attempt_at = now() + interval '5 minutes' * power(2, a.attempts)
    from (
      select c.budget_id, c.period_start from private.ai_budget_alerts c
      where c.state = 'pending' and c.next_attempt_at <= now()
      order by c.next_attempt_at limit p_limit for update skip locked
    ) due
    where a.budget_id = due.budget_id and a.period_start = due.period_start
    returning a.*
  )
  select coalesce(jsonb_agg(jsonb_build_object(
    'budget_id', c.budget_id, 'period_start', c.period_start, 'attempts', c.attempts, 'organization', o.name,
    'who', coalesce('team ' || t.name, b.developer_id), 'period', b.period, 'limit_usd', c.limit_usd::float8,
    'spent_usd', c.spent_usd::float8,
    'recipients', (
      select coalesce(jsonb_agg(jsonb_build_object('user_id', u.id, 'email', u.email) order by u.email), '[]')
      from public.memberships m join public.users u on u.id = m.user_id
      where m.org_id = c.org_id and m.role in ('owner', 'admin')))), '[]')
  from claimed c
  join private.ai_budgets b on b.id = c.budget_id
  join public.organizations o on o.id = c.org_id
  left join private.teams t on t.id = b.team_id
$$;
comment on function public.claim_budget_alerts(int) is
  'Leases up to so many alerts that are due for sending: [{budget_id, period_start, attempts, organization, who, '
  'period, limit_usd, spent_usd, recipients}].';

create function public.finish_budget_alert(p_budget_id uuid, p_period_start date, p_state text)
returns void
language sql
volatile
security definer
set search_path = ''
as $$
  update private.ai_budget_alerts set state = p_state
  where budget_id = p_budget_id and period_start = p_period_start and state = 'pending'
$$;
comment on function public.finish_budget_alert(uuid, date, text) is
  'Records what became of an alert: sent, stored or failed. Security definer as claim_budget_alerts().';

create function public.budget_alerts_due_count()
returns int
language sql
stable
security definer
set search_path = ''
as $$
  select count(*)::int from private.ai_budget_alerts a where a.state = 'pending' and a.next_attempt_at <= now()
$$;
comment on function public.budget_alerts_due_count() is
  'How many alerts are due for sending. Security definer as claim_budget_alerts().';

create function private.sweep_budgets()
returns bigint
language plpgsql
volatile
set search_path = ''
as $$
begin
  perform private.note_crossed_budgets();
  return case when public.budget_alerts_due_count() > 0 then
    private.call_function('budget-alerts', '/insights/budgets/alerts') end;
end $$;
comment on function private.sweep_budgets() is
  'Notes budgets that were crossed without any one session doing it, and has due alerts sent; answers the id of the '
  'request, or null.';

revoke execute
on function private.note_crossed_budgets(uuid, text[], timestamptz),
private.note_budgets_of_totals(),
public.claim_budget_alerts(int),
public.finish_budget_alert(uuid, date, text),
public.budget_alerts_due_count(),
private.sweep_budgets()
from public, anon, authenticated;
grant execute
on function public.claim_budget_alerts(int),
public.finish_budget_alert(uuid, date, text),
public.budget_alerts_due_count()
to service_role;

select cron.schedule('budget-alerts', '*/2 * * * *', 'select private.sweep_budgets()');
