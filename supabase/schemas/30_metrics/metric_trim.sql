-- Posted numbers that are older than their organization keeps them. Nothing is counted of them elsewhere: a number is
-- one row a day already.

create function private.trim_metrics(p_org_id uuid, p_before timestamptz, p_limit int)
returns bigint
language plpgsql
volatile
set search_path = ''
as $$
declare
  -- The moment is a whole hour, of which a day in some zones begins in the middle.
  v_first_kept date := (
    select ((p_before + interval '59 minutes') at time zone o.time_zone)::date from public.organizations o
      where o.id = p_org_id);
  v_rows bigint;
begin
  -- A look into the index for each name there is, which are few.
  with recursive name as (
    (select m.metric_name from public.metrics m where m.org_id = p_org_id order by m.metric_name limit 1)
    union all
    select (
      select m.metric_name from public.metrics m
      where m.org_id = p_org_id and m.metric_name > name.metric_name order by m.metric_name limit 1)
    from name where name.metric_name is not null
  )
  delete from public.metrics m where m.ctid = any (array(
    select old.ctid from name cross join lateral (
      select o.ctid from public.metrics o
      where o.org_id = p_org_id and o.metric_name = name.metric_name and o.metric_date < v_first_kept
      order by o.metric_date limit p_limit for update skip locked
    ) old
    limit p_limit
  ));
  get diagnostics v_rows = row_count;
  return v_rows;
end $$;
comment on function private.trim_metrics(uuid, timestamptz, int) is
  'Removes up to so many of an organization''s posted numbers of days before a moment, and their restatements.';

revoke execute on function private.trim_metrics(uuid, timestamptz, int) from public, anon, authenticated;
