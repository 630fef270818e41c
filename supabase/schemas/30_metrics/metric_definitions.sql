-- What each metric means: its unit, which way is better, how days add up.

create type public.metric_direction as enum ('higher_is_better', 'lower_is_better', 'neutral');

create type public.metric_aggregation as enum ('sum', 'avg', 'min', 'max', 'last');

create table public.metric_definitions (
  id bigint generated always as identity primary key,
  org_id uuid references public.organizations (id)
    on delete cascade,
  metric_name text not null check (char_length(metric_name) between 1 and 100),
  label text not null check (char_length(label) between 1 and 100),
  description text not null default '' check (char_length(description) <= 500),
  unit text not null default 'count' check (char_length(unit) between 1 and 30),
  direction public.metric_direction not null default 'neutral',
  aggregation public.metric_aggregation not null default 'sum',
  unique nulls not distinct (org_id, metric_name)
);
comment on table public.metric_definitions is
  'What a metric means: its unit, which way is better, how days add up. A row without organization holds for all; an '
  'organization''s own row wins.';

alter table public.metric_definitions enable row level security;
create policy "members read common and their organization's definitions" on public.metric_definitions
for select
to authenticated
using (org_id is null or org_id = any (array(select private.my_organization_ids())));
revoke all on public.metric_definitions from public, anon, authenticated, service_role;
grant select on public.metric_definitions to authenticated;
grant select, insert, update, delete on public.metric_definitions to service_role;
