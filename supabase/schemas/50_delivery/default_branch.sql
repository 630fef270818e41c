-- Which commits are on the default branch.

create table private.pending_heads (
  id bigint generated always as identity primary key,
  repository_id bigint not null references private.repositories (id)
    on delete cascade,
  before_sha text,
  sha text not null
);
comment on table private.pending_heads is 'Pushes to a default branch that wait for the commits they are about.';
comment on column private.pending_heads.before_sha is
  'The head that a force push replaced; null of one that only added.';
create index pending_heads_repository_idx on private.pending_heads (repository_id, id);

alter table private.pending_heads enable row level security;
revoke all on private.pending_heads from public, anon, authenticated, service_role;

create function private.put_on_default_branch(p_repository_id bigint, p_shas text[])
returns text[]
language plpgsql
volatile
set search_path = ''
set jit = off
set enable_seqscan = off
as $$
declare
  v_reached text[];
begin
  with recursive reached (sha) as (
    select unnest(p_shas)
    union
    select parent.sha
    from reached
    cross join lateral (
      select c.parents from private.commits c
      where c.sha = reached.sha and c.repository_id = p_repository_id offset 0) c
    cross join lateral (
      select p.sha from private.commits p
      where p.sha = any (c.parents) and p.repository_id = p_repository_id and not p.on_default_branch offset 0) parent
  )
  select array_agg(sha) into v_reached from reached;
  with put as (
    update private.commits c set on_default_branch = true, taken_off = false
    from private.commits_of(p_repository_id, v_reached) old
    where c.ctid = old.place and not old.on_default_branch
    returning c.sha
  )
  select coalesce(array_agg(sha), '{}') into v_reached from put;
  return v_reached;
end $$;
comment on function private.put_on_default_branch(bigint, text[]) is
  'Puts commits and whatever they are built on on the default branch; answers those that were not there.';

create function private.reachable(p_repository_id bigint, p_sha text)
returns setof text
language sql
stable
set search_path = ''
set jit = off
set enable_seqscan = off
as $$
  with recursive reached (sha) as (
    select p_sha
    union
    select parent.sha
    from reached
    cross join lateral (
      select c.parents from private.commits c
      where c.sha = reached.sha and c.repository_id = p_repository_id offset 0) c
    cross join unnest(c.parents) as parent (sha)
  )
  select sha from reached
$$;
comment on function private.reachable(bigint, text) is
  'A commit and all it is built on, as far as is known: the first unknown ones included.';

create function private.move_head(p_repository_id bigint, p_before text, p_sha text)
returns text[]
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_kept text[];
  v_lost text[];
begin
  if not exists (select from private.commits c where c.repository_id = p_repository_id and c.sha = p_sha)
    or not exists (select from private.commits c
      where c.repository_id = p_repository_id and c.sha = coalesce(p_before, p_sha)) then
    return null;
  end if;
  if p_before is null then
    return private.put_on_default_branch(p_repository_id, array[p_sha]);
  end if;
  v_kept := array(select private.reachable(p_repository_id, p_sha));
  v_lost := array(select private.reachable(p_repository_id, p_before));
  -- Without a commit in common, some of what is new may still be on its way, unless all of it is known.
  if not (v_kept && v_lost) and exists (
    select unnest(v_kept) except select c.sha from private.commits_of(p_repository_id, v_kept) c
  ) then
    return null;
  end if;
  v_lost := array(select unnest(v_lost) except select unnest(v_kept));
  update private.commits c set on_default_branch = false, taken_off = true
  from private.commits_of(p_repository_id, v_lost) old
  where c.ctid = old.place;
  return v_lost;
end $$;
comment on function private.move_head(bigint, text, text) is
  'Puts what a new head is built on on the default branch or, if it replaced another, takes off what only that one '
  'was built on. Answers the commits that changed, or null if it must wait for commits.';

create function private.move_pending_heads(p_repository_id bigint)
returns text[]
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_pending private.pending_heads;
  v_moved text[];
  v_all text[] := '{}'::text[];
begin
  for v_pending in select * from private.pending_heads h where h.repository_id = p_repository_id order by h.id loop
    v_moved := private.move_head(p_repository_id, v_pending.before_sha, v_pending.sha);
    if v_moved is not null then
      delete from private.pending_heads h where h.id = v_pending.id;
      v_all := v_all || v_moved;
    end if;
  end loop;
  return v_all;
end $$;
comment on function private.move_pending_heads(bigint) is
  'Applies the pushes whose commits have come; answers the commits that changed.';

create function private.store_default_branch_heads(p_repository private.repositories, p_items jsonb)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
begin
  insert into private.pending_heads (repository_id, before_sha, sha)
  select p_repository.id, was.head, i.sha
  from jsonb_to_recordset(p_items) as i (before text, sha text, forced boolean)
  cross join lateral (select null as head union all select i.before where i.forced and i.before is not null) was;
  perform private.follow_up_commits(p_repository.id, private.move_pending_heads(p_repository.id));
  return '[]'::jsonb;
end $$;
comment on function private.store_default_branch_heads(private.repositories, jsonb) is
  'Moves the default branch, at once or as soon as the commits have come.';

revoke execute
on function private.put_on_default_branch(bigint, text[]),
private.reachable(bigint, text),
private.move_head(bigint, text, text),
private.move_pending_heads(bigint),
private.store_default_branch_heads(private.repositories, jsonb)
from public, anon, authenticated;
