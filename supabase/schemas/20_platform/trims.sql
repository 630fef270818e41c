-- Removing what is older than its organization keeps it: a few thousand rows at a time, so that it never holds up
-- anybody else, and goes on where it was stopped. Counts outlive their rows.

create table private.trims (
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  kind private.data_kind not null,
  removed_before timestamptz,
  next_at timestamptz not null,
  began_at timestamptz,
  removed bigint not null default 0,
  removed_at timestamptz,
  primary key (org_id, kind)
);
comment on table private.trims is 'How far each organization''s rows of a kind are trimmed.';
comment on column private.trims.removed_before is
  'Rows before this may have been removed; null if none ever was. It never goes back: what was removed does not '
  'return.';
comment on column private.trims.next_at is 'When it is trimmed next; infinity once there is nothing to do.';
comment on column private.trims.removed_at is 'When rows were last removed.';
comment on column private.trims.removed is 'Rows that the run under way, which began at began_at, has removed.';
create index trims_next_at_idx on private.trims (next_at);

alter table private.trims enable row level security;
create policy "members read what belongs to their organization" on private.trims
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.trims from public, anon, authenticated, service_role;
grant select on private.trims to authenticated, service_role;

create function private.trim_rows_of(p_org_id uuid, p_kind private.data_kind, p_before timestamptz, p_limit int)
returns bigint
language plpgsql
volatile
set search_path = ''
as $$
begin
  return case p_kind
    when 'events' then private.trim_events(p_org_id, p_before, p_limit)
    when 'ai' then private.trim_ai(p_org_id, p_before, p_limit)
    when 'delivery' then private.trim_delivery(p_org_id, p_before, p_limit)
    when 'metrics' then private.trim_metrics(p_org_id, p_before, p_limit)
    when 'logs' then private.trim_logs(p_org_id, p_before, p_limit)
    when 'audit' then private.trim_audit_log(p_org_id, p_before, p_limit)
  end;
end $$;
comment on function private.trim_rows_of(uuid, private.data_kind, timestamptz, int) is
  'Removes up to about so many rows of a kind that are older than a moment; 0 when there are none.';

create function private.note_removed(p_org_id uuid, p_kind private.data_kind, p_before timestamptz, p_rows bigint)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  insert into private.trims as t (org_id, kind, removed_before, next_at, began_at, removed, removed_at)
  values (p_org_id, p_kind, p_before, 'infinity', now(), p_rows, now())
  on conflict (org_id, kind) do update set
    removed_before = greatest(t.removed_before, excluded.removed_before), removed = t.removed + excluded.removed,
    began_at = coalesce(t.began_at, now()), removed_at = now();
end $$;
comment on function private.note_removed(uuid, private.data_kind, timestamptz, bigint) is
  'Says that rows were removed: reads from now on tell that they are gone.';

create function private.say_events_removed()
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  perform private.events_changed(removed.org_id)
  from (select t.org_id from private.trims t where t.kind = 'events' and t.removed_at = now()
    order by t.org_id) removed;
end $$;
comment on function private.say_events_removed() is
  'A copy of an answer from before this transaction removed events is out of date. Last in it: whoever stores events '
  'waits for it.';

create function private.finish_trim(p_org_id uuid, p_kind private.data_kind)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_trim private.trims;
begin
  select t.* into v_trim from private.trims t where t.org_id = p_org_id and t.kind = p_kind for update;
  if v_trim.removed > 0 then
    perform private.audit(p_org_id, 'data.trimmed', 'data_retention', p_kind::text, null, jsonb_build_object(
      'kind', p_kind, 'rows', v_trim.removed, 'days', private.kept_days(p_org_id, p_kind), 'before', (
        select (v_trim.removed_before at time zone o.time_zone)::date from public.organizations o
          where o.id = p_org_id)));
  end if;
  update private.trims t set began_at = null, removed = 0, next_at = 'infinity' where t.org_id = p_org_id
    and t.kind = p_kind;
end $$;
comment on function private.finish_trim(uuid, private.data_kind) is
  'Ends a run: what it removed is one line of the audit log.';

create function private.trim_one(p_now timestamptz default now(), p_limit int default 5000)
returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_trim private.trims;
  v_before timestamptz;
  v_rows bigint := 0;
begin
  -- Whoever comes at the same time takes the next one.
  select t.* into v_trim from private.trims t where t.next_at <= p_now order by t.next_at, t.org_id, t.kind limit 1
    for update skip locked;
  if not found then
    return false;
  end if;
  v_before := private.kept_from(v_trim.org_id, v_trim.kind, p_now);
  if v_before is not null then
    v_rows := private.trim_rows_of(v_trim.org_id, v_trim.kind, v_before, p_limit);
  end if;
  if v_rows > 0 then
    perform private.note_removed(v_trim.org_id, v_trim.kind, v_before, v_rows);
    -- Behind the others that wait, so that a large one does not keep them from their turn.
    update private.trims t set next_at = p_now where t.org_id = v_trim.org_id and t.kind = v_trim.kind;
  end if;
  if v_rows = 0 or v_trim.began_at < p_now - interval '1 day' then
    perform private.finish_trim(v_trim.org_id, v_trim.kind);
    update private.trims t set next_at = p_now
    where v_rows > 0 and t.org_id = v_trim.org_id and t.kind = v_trim.kind;
  end if;
  return true;
end $$;
comment on function private.trim_one(timestamptz, int) is
  'One step of whatever waits longest to be trimmed; false when nothing does.';

create function private.trim_rows(p_now timestamptz default now(), p_seconds int default 10, p_limit int default 5000)
returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_until timestamptz := clock_timestamp() + make_interval(secs => p_seconds);
  v_steps int := 0;
begin
  while private.trim_one(p_now, p_limit) loop
    v_steps := v_steps + 1;
    exit when clock_timestamp() >= v_until;
  end loop;
  perform private.say_events_removed();
  return v_steps;
end $$;
comment on function private.trim_rows(timestamptz, int, int) is
  'Trims step by step for so many seconds, one step at least; answers how many steps there were. What is left is the '
  'next minute''s.';

create function private.begin_trims(p_now timestamptz default now())
returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_begun int;
begin
  insert into private.trims as t (org_id, kind, next_at)
  select o.id, k.kind, p_now from public.organizations o
    cross join unnest(enum_range(null::private.data_kind)) as k (kind)
  where private.kept_days(o.id, k.kind) is not null
  order by 1, 2
  on conflict (org_id, kind) do update set next_at = least(t.next_at, excluded.next_at);
  get diagnostics v_begun = row_count;
  -- Last, because it keeps everybody from events until the transaction ends.
  perform private.drop_event_partitions(p_now);
  perform private.say_events_removed();
  return v_begun;
end $$;
comment on function private.begin_trims(timestamptz) is
  'Once a night: everything that is not kept for good waits to be trimmed, and whole months of events that nobody '
  'needs go at once.';

create function private.trim_audit_log(p_org_id uuid, p_before timestamptz, p_limit int)
returns bigint
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_rows bigint;
begin
  -- The oldest by their number, as the index has them: asked for by their time, all would be looked at to find none.
  delete from public.audit_log a where a.id = any (array(
    select oldest.id from (
      select l.id, l.at from public.audit_log l where l.org_id = p_org_id order by l.org_id, l.id limit p_limit
    ) oldest where oldest.at < p_before
  ));
  get diagnostics v_rows = row_count;
  return v_rows;
end $$;
comment on function private.trim_audit_log(uuid, timestamptz, int) is
  'Removes what the audit log said of an organization before a moment, which is a year ago at least.';

revoke execute
on function private.trim_rows_of(uuid, private.data_kind, timestamptz, int),
private.note_removed(uuid, private.data_kind, timestamptz, bigint),
private.say_events_removed(),
private.finish_trim(uuid, private.data_kind),
private.trim_one(timestamptz, int),
private.trim_rows(timestamptz, int, int),
private.begin_trims(timestamptz),
private.trim_audit_log(uuid, timestamptz, int)
from public, anon, authenticated;

select cron.schedule('begin-trims', '37 2 * * *', 'select private.begin_trims()');
-- Each minute, because a run is as short as it is small; one that finds nothing to do has looked into one index.
select cron.schedule('trim-rows', '* * * * *', 'select private.trim_rows()');
