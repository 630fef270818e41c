-- Events that were refused or dropped.

create table private.event_drops (
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  day date not null,
  reason text not null check (char_length(reason) between 1 and 50),
  n bigint not null check (n between 1 and 1e15),
  primary key (org_id, day, reason)
);
comment on table private.event_drops is 'Events that were refused or dropped, by reason.';

alter table private.event_drops enable row level security;
create policy "members read what belongs to their organization" on private.event_drops
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.event_drops from public, anon, authenticated, service_role;
grant select on private.event_drops to authenticated, service_role;

-- Security definer: nobody may write events and counts but through here.
create function public.count_event_drops(p_org_id uuid, p_drops jsonb)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, true);
  v_drops jsonb := private.given_object('drops', p_drops);
begin
  if (select count(*) from jsonb_object_keys(v_drops)) > 100 then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail = 'drops: has more than 100 reasons';
  elsif jsonb_path_exists(v_drops,
    'strict $.keyvalue() ? (!(@.key like_regex "^[a-z_]{1,50}$") || @.value.type() != "number")')
    or exists (select from jsonb_each(v_drops) d
      where d.value::numeric not between 1 and 1e7 or d.value::numeric % 1 <> 0) then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = 'drops: must name reasons with whole numbers from 1 to 10000000';
  end if;
  insert into private.event_drops as kept (org_id, day, reason, n)
  select v_org_id, (now() at time zone o.day_zone)::date, d.key, d.value::bigint
  from jsonb_each_text(v_drops) d cross join public.organizations o
  where o.id = v_org_id order by d.key
  on conflict (org_id, day, reason) do update set n = kept.n + excluded.n;
end $$;
comment on function public.count_event_drops(uuid, jsonb) is
  'Counts {reason: number} of today''s refused or dropped events.';

create function public.analytics_drops(
  p_org_id uuid default null,
  p_start date default null,
  p_end date default null,
  p_previous boolean default false,
  p_page int default 1,
  p_page_size int default null
)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  r private.analytics_range := private.analytics_range(p_org_id, p_start, p_end, p_previous);
begin
  return private.analytics_head(r) || (
    with reasons as (
      select d.reason, sum(d.n) as n, count(*) as rows
      from private.event_drops d
      where d.org_id = r.org_id and d.day between r.first_day and r.last_day
      group by d.reason
    ),
    page as (
      select d.day, d.reason, d.n
      from private.event_drops d
      where d.org_id = r.org_id and d.day between r.first_day and r.last_day
      order by d.day, d.reason
      limit least(p_page_size, 1000) offset (p_page - 1) * p_page_size
    )
    select jsonb_build_object(
      'total_count', (select coalesce(sum(rows), 0) from reasons),
      'reasons', (
        select coalesce(jsonb_agg(jsonb_build_object('reason', reason, 'count', n) order by n desc, reason), '[]')
        from reasons
      ),
      'drops', (
        select coalesce(jsonb_agg(jsonb_build_object('date', day, 'reason', reason, 'count', n) order by day, reason),
          '[]')
        from page
      )));
end $$;
comment on function public.analytics_drops(uuid, date, date, boolean, int, int) is
  'A page of the events that were refused or dropped, by day and reason, all without a page size; and how many for '
  'each reason.';

revoke execute
on function public.count_event_drops(uuid, jsonb), public.analytics_drops(uuid, date, date, boolean, int, int)
from public, anon, authenticated;
grant execute
on function public.count_event_drops(uuid, jsonb), public.analytics_drops(uuid, date, date, boolean, int, int)
to authenticated, service_role;
