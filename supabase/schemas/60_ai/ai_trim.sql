-- Sessions that are older than their organization keeps them, with their calls, edits, counters and commits. The
-- totals by hour stay, and are what reads of whole hours come from.

create function private.trim_ai(p_org_id uuid, p_before timestamptz, p_limit int)
returns bigint
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_ids uuid[];
  v_rows bigint;
  v_sessions bigint;
begin
  -- A session goes as a whole, or adding it up again would make less of it: as many as have so many calls, one at
  -- least. One that
  -- goes on is kept.
  select array_agg(old.id) into v_ids
  from (
    select s.id, sum(greatest(s.calls, 1)) over (order by s.started_at, s.id desc) - s.calls as before_it
    from (
      select o.id, o.calls, o.started_at from private.ai_sessions o
      where o.org_id = p_org_id and o.started_at < p_before and o.ended_at < p_before
      order by o.started_at, o.id desc limit p_limit for no key update skip locked
    ) s
  ) old
  where old.before_it < p_limit;
  if v_ids is null then
    return 0;
  end if;
  delete from private.ai_calls c where c.session_id = any (v_ids);
  get diagnostics v_rows = row_count;
  -- What else is of them goes with them.
  delete from private.ai_sessions s where s.id = any (v_ids);
  get diagnostics v_sessions = row_count;
  return v_rows + v_sessions;
end $$;
comment on function private.trim_ai(uuid, timestamptz, int) is
  'Removes sessions of an organization that were over before a moment, until about so many calls are gone; answers '
  'how many calls and sessions those were.';

revoke execute on function private.trim_ai(uuid, timestamptz, int) from public, anon, authenticated;
