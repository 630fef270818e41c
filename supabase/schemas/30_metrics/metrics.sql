-- The numbers themselves: what sources post and what each metric means. Sending a row again replaces its value,
-- because sources correct themselves; the old value is kept as a restatement.

create table public.metrics (
  id bigint generated always as identity primary key,
  user_id uuid not null references public.users (id)
    on delete cascade,
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  source_name text not null check (
    char_length(source_name) between 1 and 100
    and source_name !~ '[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f]'
  ),
  metric_date date not null check (metric_date between '2000-01-01' and '2100-12-31'),
  metric_name text not null check (
    char_length(metric_name) between 1 and 100
    and metric_name !~ '[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f]'
  ),
  metric_value numeric not null check (metric_value between -1e15 and 1e15 and scale(metric_value) <= 400),
  dimensions jsonb not null default '{}' check (
    jsonb_typeof(dimensions) = 'object'
    and octet_length(dimensions::text) <= 1500
    and not jsonb_path_exists(
      dimensions,
      'strict $.keyvalue() ? (@.value.type() != "string" || !(@.key like_regex '
      '"^[^\\u0001-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f]{1,50}$" flag "s") || !(@.value like_regex '
      '"^[^\\u0001-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f]{1,200}$" flag "s"))'
    )
  ),
  meta jsonb check (
    jsonb_typeof(meta) = 'object'
    and octet_length(meta::text) <= 65536
    and not jsonb_path_exists(meta, 'strict $.**{8 to last} ? (@.type() == "object" || @.type() == "array")')
  ),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint metrics_natural_key unique (org_id, user_id, source_name, metric_date, metric_name, dimensions)
);
comment on table public.metrics is
  'One number of one person, source, day, name and set of dimensions. Dimensions split a number; they never stand '
  'beside its total.';
comment on column public.metrics.org_id is
  'The person''s organization when the number was posted. It stays there when they leave, so reads name it beside '
  'the person.';
create index metrics_of_person_idx on public.metrics (user_id, org_id, metric_name, metric_date)
include (metric_value);
create index metrics_of_organization_idx on public.metrics (org_id, metric_name, metric_date) include (metric_value);
create index metrics_last_ingest_idx on public.metrics (source_name, updated_at);

alter table public.metrics enable row level security;
create policy "members read their organization's metrics" on public.metrics
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
create policy "owners, admins and members add metrics to their organization" on public.metrics
for insert
to authenticated
with check (
  org_id = any (array(select private.my_organization_ids(array['owner', 'admin', 'member']::public.member_role[])))
);
create policy "owners, admins and members correct their organization's metrics" on public.metrics
for update
to authenticated
using (
  org_id = any (array(select private.my_organization_ids(array['owner', 'admin', 'member']::public.member_role[])))
)
with check (
  org_id = any (array(select private.my_organization_ids(array['owner', 'admin', 'member']::public.member_role[])))
);
create policy "owners, admins and members delete their organization's metrics" on public.metrics
for delete
to authenticated
using (
  org_id = any (array(select private.my_organization_ids(array['owner', 'admin', 'member']::public.member_role[])))
);
revoke all on public.metrics from public, anon, authenticated, service_role;
grant select, delete on public.metrics to authenticated;
grant insert (user_id, source_name, metric_date, metric_name, metric_value, dimensions, meta)
on public.metrics
to authenticated;
grant update (metric_value, meta) on public.metrics to authenticated;
grant select, insert, update, delete on public.metrics to service_role;

create trigger metrics_set_org
before insert or update of user_id, org_id on public.metrics
for each row
execute function private.set_org_from_user();
create trigger metrics_touch_updated_at
before update on public.metrics
for each row
execute function private.touch_updated_at();

create table public.metric_restatements (
  id bigint generated always as identity primary key,
  metric_id bigint not null references public.metrics (id)
    on delete cascade,
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  previous_value numeric not null,
  new_value numeric not null,
  restated_at timestamptz not null default now()
);
comment on table public.metric_restatements is
  'Every correction of a metric: the value it had, the value it got, and when.';
create index metric_restatements_metric_id_idx on public.metric_restatements (metric_id);
create index metric_restatements_org_id_idx on public.metric_restatements (org_id);

alter table public.metric_restatements enable row level security;
create policy "members read their organization's restatements" on public.metric_restatements
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on public.metric_restatements from public, anon, authenticated, service_role;
grant select on public.metric_restatements to authenticated, service_role;

-- Security definer: whoever corrects a metric may not write, or forge, its history.
create function private.keep_restatement()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into public.metric_restatements (metric_id, org_id, previous_value, new_value)
  values (old.id, old.org_id, old.metric_value, new.metric_value);
  return null;
end $$;
comment on function private.keep_restatement() is 'Keeps the value that a correction replaced.';

create trigger metrics_keep_restatement
after update of metric_value on public.metrics
for each row
when (old.metric_value is distinct from new.metric_value)
execute function private.keep_restatement();

create function public.ingest_metrics(p_items jsonb)
returns jsonb
language sql
volatile
set search_path = ''
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
  -- Of two values for one row in a single request the later wins. The order also makes concurrent requests lock rows
  -- alike.
  reading as (
    select distinct on (user_id, source_name, metric_date, metric_name, dimensions) *
    from (
      select m.user_id, m.source_name, m.metric_date, value.key as metric_name,
        (value.value #>> '{}')::numeric as metric_value, coalesce(m.dimensions, '{}') as dimensions, m.meta, m.index
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
  'Stores [{index, email, source_name, metric_date, data: {name: number}, dimensions?, meta?}] and answers [{index, '
  'user_found}]. Sending again replaces.';

revoke execute on function private.keep_restatement(), public.ingest_metrics(jsonb) from public, anon, authenticated;
grant execute on function public.ingest_metrics(jsonb) to service_role;
