-- Dropping events past their retention changes what is read from events, so it has to raise the version that an ETag is made of: a
-- client that asked before would be told for ever that nothing changed.

-- Security definer: only the owner may drop partitions.
create or replace function private.drop_old_events(p_now timestamptz default now()) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_longest int := (select coalesce(max(o.event_retention_days), 730) from public.organizations o);
  v_partition record;
  v_organization record;
  v_of_partition uuid[];
  v_changed uuid[] := array[]::uuid[];
begin
  -- A month that is too old for everybody goes at once ...
  for v_partition in
    select c.relname, to_date(right(c.relname, 6), 'YYYYMM') as month
    from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'public.events'::regclass and c.relname ~ '^events_\d{6}$'
  loop
    if v_partition.month + interval '1 month' <= p_now - make_interval(days => v_longest) then
      execute format(
        'select array(select o.id from public.organizations o where exists (select from public.%I e where e.org_id = o.id))',
        v_partition.relname) into v_of_partition;
      v_changed := v_changed || v_of_partition;
      execute format('drop table public.%I', v_partition.relname);
    end if;
  end loop;
  -- ... and within the others each organization's own limit holds.
  for v_organization in
    select o.id, p_now - make_interval(days => o.event_retention_days) as oldest
    from public.organizations o where o.event_retention_days < v_longest
  loop
    delete from public.events e where e.org_id = v_organization.id and e.occurred_at < v_organization.oldest;
    if found then
      v_changed := v_changed || v_organization.id;
    end if;
  end loop;
  delete from private.event_keys where received_on < p_now - interval '40 days';

  perform private.events_changed(id) from (select distinct id from unnest(v_changed) as changed (id) order by id) changed;
end $$;
comment on function private.drop_old_events(timestamptz) is
  'Drops events past their organization''s retention, and identities too old to be sent again. Counts are kept: they name nobody. Raises the version of each organization that lost events.';
