-- What an organization's events left behind goes with it. Events and their identities stayed when their organization was deleted,
-- because partitions this busy have no foreign key. person_days loses its own: checking it took a look at the organization for each
-- of the two rows that most events add. Nobody can add rows for an organization that is gone all the same, because every transaction
-- that stores events ends with analytics_versions, which has a foreign key.

alter table private.person_days drop constraint person_days_org_id_fkey;

-- Security definer: nobody may delete events but through here.
create function private.forget_organization() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  delete from public.events where org_id = old.id;
  delete from private.event_keys where org_id = old.id;
  delete from private.person_days where org_id = old.id;
  return null;
end $$;
comment on function private.forget_organization() is 'Deletes the events of a deleted organization, and what has no foreign key to it.';
revoke execute on function private.forget_organization() from public, anon, authenticated;

create trigger forget_events after delete on public.organizations
  for each row execute function private.forget_organization();
