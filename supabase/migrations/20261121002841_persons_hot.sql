-- Each event moves its person's last_seen_at. Nothing looks persons up by it, and without it in an index, and with room left in each
-- page, PostgreSQL changes the row in place (HOT) instead of adding to every index of the table.

drop index public.persons_org_id_idx;
create index persons_org_id_idx on public.persons (org_id);
alter table public.persons set (fillfactor = 70);
