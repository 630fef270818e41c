-- Which pull requests a session went into. Exact where it names a commit or a pull request; scored otherwise, by what
-- both sides say of repository, branch, person and time. Links follow whichever side comes later: sessions when they
-- are stored, pull requests by trigger.

create table private.ai_session_links (
  session_id uuid not null references private.ai_sessions (id)
    on delete cascade,
  pull_request_id bigint not null references private.pull_requests (id)
    on delete cascade,
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  method text not null check (method in ('exact', 'scored')),
  confidence numeric(4, 3) not null check (confidence between 0 and 1),
  primary key (session_id, pull_request_id)
);
comment on table private.ai_session_links is
  'The pull requests a session went into: exact by commit id or by its number, else scored by repository, person, '
  'branch and time.';
create index ai_session_links_pull_request_idx on private.ai_session_links (pull_request_id);
create index ai_session_links_org_idx on private.ai_session_links (org_id, session_id);

alter table private.ai_session_links enable row level security;
create policy "members read what belongs to their organization" on private.ai_session_links
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.ai_session_links from public, anon, authenticated, service_role;
grant select on private.ai_session_links to authenticated, service_role;

create function private.lock_ai_links(p_org_id uuid, p_of_pull_requests boolean)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  -- A session and a pull request that are stored at the same time would not see each other. Sessions share this lock
  -- and take it last, so that whoever holds it waits for nothing else.
  if p_of_pull_requests then
    perform pg_advisory_xact_lock(hashtextextended('ai_links ' || p_org_id, 0));
  else
    perform pg_advisory_xact_lock_shared(hashtextextended('ai_links ' || p_org_id, 0));
  end if;
end $$;
comment on function private.lock_ai_links(uuid, boolean) is
  'Held until the end of a transaction by those that link sessions (shared) or pull requests (alone).';

create function private.link_sessions(p_org_id uuid, p_session_ids uuid[])
returns void
language plpgsql
volatile
set search_path = ''
set plan_cache_mode = force_custom_plan
as $$
begin
  perform private.lock_ai_links(p_org_id, false);
  if not exists (select from private.pull_requests p where p.org_id = p_org_id) then
    return;
  end if;
  with session as materialized (
    select s.*, r.id as repository_id, r.default_branch
    from private.ai_sessions s
    left join private.repositories r on r.org_id = p_org_id and lower(r.full_name) = s.repository
    where s.id = any (p_session_ids)
  ),
  -- An abbreviated id stands for all that begin with it: those up to the next hexadecimal number of its length.
  named as (
    select s.id, s.repository, s.repository_id, c.sha from session s
    join private.ai_session_commits c on c.session_id = s.id
  ),
  exact as (
    select n.id, p.pull_request_id from named n
    cross join lateral (
      select c.pull_request_id from private.pull_request_commits c
      where c.sha >= n.sha and c.sha < n.sha || 'g' and c.org_id = p_org_id
    ) p
    union
    select n.id, c.pull_request_id from named n
    join private.repositories r on r.org_id = p_org_id and (n.repository is null or r.id = n.repository_id)
    cross join lateral (
      select c.pull_request_id from private.commits c
      where c.repository_id = r.id and c.sha >= n.sha and c.sha < n.sha || 'g' and c.pull_request_id is not null
      union all
      select p.id from private.pull_requests p
      where p.repository_id = r.id and p.merge_commit_sha >= n.sha and p.merge_commit_sha < n.sha || 'g'
    ) c
    union
    select s.id, p.id from session s
    join private.pull_requests p on p.repository_id = s.repository_id and p.external_id = s.pull_request
  ),
  scored as (
    select distinct on (s.id) s.id, candidate.pull_request_id, candidate.score
    from session s
    cross join lateral (
      select p.id as pull_request_id, p.created_at,
        private.ai_link_score(s.branch, s.default_branch, s.developer_id, s.started_at, p) as score
      from private.pull_requests p
      where p.repository_id = s.repository_id
        and p.created_at between s.started_at - interval '30 days' and s.started_at + interval '7 days'
    ) candidate
    where candidate.score >= 0.5 and not exists (select from exact e where e.id = s.id)
    order by s.id, candidate.score desc, abs(extract(epoch from candidate.created_at - s.started_at)),
      candidate.pull_request_id
  ),
  link as (
    select e.id, e.pull_request_id, 'exact' as method, 1::numeric as confidence from exact e
    union all
    select s.id, s.pull_request_id, 'scored', s.score from scored s
  ),
  gone as (
    delete from private.ai_session_links k
    where k.session_id = any (p_session_ids)
      and not exists (select from link l where l.id = k.session_id and l.pull_request_id = k.pull_request_id)
  )
  insert into private.ai_session_links as k (session_id, pull_request_id, org_id, method, confidence)
  select l.id, l.pull_request_id, p_org_id, l.method, l.confidence from link l order by 1, 2
  on conflict (session_id, pull_request_id) do update set method = excluded.method, confidence = excluded.confidence
  where (k.method, k.confidence) is distinct from (excluded.method, excluded.confidence);
end $$;
comment on function private.link_sessions(uuid, uuid[]) is
  'Links sessions anew: exactly by the commits and the pull request they name, else to the one pull request that '
  'fits best, if one fits.';

create function private.ai_link_score(
  p_branch text,
  p_default_branch text,
  p_developer_id text,
  p_started_at timestamptz,
  p_pull_request private.pull_requests
)
returns numeric
language sql
immutable
set search_path = ''
as $$
  select case
    -- What was done on another branch, or after it was over, did not go into it.
    when p_branch <> p_pull_request.head_branch and p_branch <> p_default_branch then 0
    when p_started_at > coalesce(p_pull_request.merged_at, p_pull_request.closed_at) then 0
    else
      case when p_branch = p_pull_request.head_branch and p_branch <> coalesce(p_pull_request.base_branch, '') then 0.45
        else 0 end
      + case when lower(p_pull_request.author) = p_developer_id then 0.35
          when split_part(lower(p_pull_request.author), '@', 1) = split_part(p_developer_id, '@', 1) then 0.2 else 0 end
      + case when p_started_at >= coalesce(p_pull_request.first_commit_at, p_pull_request.created_at) - interval '1 day'
          then 0.15 else 0.05 end
    end
$$;
comment on function private.ai_link_score(text, text, text, timestamptz, private.pull_requests) is
  'How well a session fits a pull request of the same repository: 0.45 for its branch, 0.35 for its author (0.2 if '
  'only what is before the @ agrees), 0.15 for a time from a day before its first commit on (0.05 before). From 0.5 '
  'on it is a link, so that no one fact makes one; 0.95 at most, because only a commit is exact.';

create function private.link_pull_requests(p_org_id uuid, p_pull_request_ids bigint[])
returns void
language plpgsql
volatile
set search_path = ''
set plan_cache_mode = force_custom_plan
as $$
declare
  v_session_ids uuid[];
begin
  perform private.lock_ai_links(p_org_id, true);
  if not exists (select from private.ai_sessions s where s.org_id = p_org_id) then
    return;
  end if;
  with pull_request as materialized (
    select p.*, lower(r.full_name) as repository
    from private.pull_requests p join private.repositories r on r.id = p.repository_id
    where p.id = any (p_pull_request_ids)
  ),
  sha as (
    select c.sha from private.pull_request_commits c where c.pull_request_id = any (p_pull_request_ids)
    union
    select p.merge_commit_sha from pull_request p where p.merge_commit_sha is not null
  )
  select array_agg(distinct id) into v_session_ids
  from (
    select c.session_id as id from sha
    join private.ai_session_commits c on c.org_id = p_org_id and c.sha between left(sha.sha, 7) and sha.sha
      and starts_with(sha.sha, c.sha)
    union all
    select s.id from pull_request p
    join private.ai_sessions s on s.org_id = p_org_id and s.pull_request = p.external_id and s.repository = p.repository
    union all
    select s.id from pull_request p
    join private.ai_sessions s on s.org_id = p_org_id and s.repository = p.repository
      and s.started_at between p.created_at - interval '7 days'
        and least(p.created_at + interval '30 days', coalesce(p.merged_at, p.closed_at))
    where s.branch = p.head_branch or split_part(s.developer_id, '@', 1) = split_part(lower(p.author), '@', 1)
    union all
    select l.session_id from private.ai_session_links l where l.pull_request_id = any (p_pull_request_ids)
  ) touched (id);
  if v_session_ids is not null then
    perform private.link_sessions(p_org_id, v_session_ids);
  end if;
end $$;
comment on function private.link_pull_requests(uuid, bigint[]) is
  'Links the sessions anew that these pull requests may concern.';

-- Security definer: whoever stores pull requests has no business with sessions.
create function private.follow_pull_requests()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_org_id uuid;
  v_ids bigint[];
begin
  for v_org_id, v_ids in
    select org_id, array_agg(id) from changed group by org_id order by org_id
  loop
    perform private.link_pull_requests(v_org_id, v_ids);
  end loop;
  return null;
end $$;
comment on function private.follow_pull_requests() is 'Links sessions to pull requests that are new.';

create trigger link_new_pull_requests
after insert on private.pull_requests
referencing new table as changed
for each statement
execute function private.follow_pull_requests();

-- Security definer: as follow_pull_requests().
create function private.follow_pull_request_changes()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_org_id uuid;
  v_ids bigint[];
begin
  for v_org_id, v_ids in
    select c.org_id, array_agg(c.id) from changed c join before b on b.id = c.id
    where (c.repository_id, c.external_id, c.author, c.base_branch, c.head_branch, c.first_commit_at, c.merged_at,
      c.closed_at, c.merge_commit_sha)
      is distinct from (b.repository_id, b.external_id, b.author, b.base_branch, b.head_branch, b.first_commit_at,
        b.merged_at, b.closed_at, b.merge_commit_sha)
    group by c.org_id order by c.org_id
  loop
    perform private.link_pull_requests(v_org_id, v_ids);
  end loop;
  return null;
end $$;
comment on function private.follow_pull_request_changes() is
  'Links sessions anew when what links go by has changed.';

create trigger link_changed_pull_requests
after update on private.pull_requests
referencing old table as before new table as changed
for each statement
execute function private.follow_pull_request_changes();

-- Security definer: as follow_pull_requests().
create function private.follow_pull_request_commits()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_org_id uuid;
  v_ids bigint[];
begin
  for v_org_id, v_ids in
    select org_id, array_agg(distinct pull_request_id) from changed group by org_id order by org_id
  loop
    perform private.link_pull_requests(v_org_id, v_ids);
  end loop;
  return null;
end $$;
comment on function private.follow_pull_request_commits() is
  'Links sessions to pull requests that have new commits.';

create trigger link_pull_request_commits
after insert on private.pull_request_commits
referencing new table as changed
for each statement
execute function private.follow_pull_request_commits();

revoke execute
on function private.lock_ai_links(uuid, boolean),
private.link_sessions(uuid, uuid[]),
private.ai_link_score(text, text, text, timestamptz, private.pull_requests),
private.link_pull_requests(uuid, bigint[]),
private.follow_pull_requests(),
private.follow_pull_request_changes(),
private.follow_pull_request_commits()
from public, anon, authenticated;
